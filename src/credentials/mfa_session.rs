//! A session with MFA in place of long-term keys: made once a day with a code, kept in keyfob's own cache, and
//! shared by all roles that start from it.

use super::{Credentials, ResolveError, Resolver, formats, read_process_entry};
use crate::aws::settings::Service;
use crate::aws::sts::{SessionToken, Sts};
use crate::chain::{SessionStep, Step, cache_name};
use crate::tokens::renewal::{CREDENTIALS, Entry};
use crate::world::paths;

impl Resolver<'_> {
    pub(super) fn mfa_session(&self, step: &Step, session: &SessionStep) -> Result<Credentials, ResolveError> {
        let path = paths::mfa_cache(&self.caller.world().env, &cache_name::mfa_session(session));
        let doing = || format!("making a session with MFA for profile {}", step.profile);
        let purpose = || self.with_a_code(doing());
        let read = |bytes: &[u8]| read_process_entry(bytes).map(|found| Credentials { method: step.method, ..found });
        let entry = Entry { path: path.as_deref(), purpose: &purpose, spends: false, what: CREDENTIALS, read: &read };
        self.current_with_code(&entry, &mut |_| {
            let keys = self.written(step.method, &session.keys)?;
            let settings = self.settings(Service::Sts)?;
            let token_code = self.codes.token_code(&step.profile, &session.mfa_serial)?;
            let request = SessionToken {
                duration_seconds: Some(session.duration_seconds),
                serial_number: Some(session.mfa_serial.clone()),
                token_code: Some(token_code),
            };
            let answer = Sts::new(self.caller, &settings)
                .get_session_token(&keys.signing_keys(), &request)
                .inspect_err(|error| self.codes.failed(&session.mfa_serial, error))
                .map_err(|error| ResolveError::call(doing(), step, error))?;
            let made = Credentials {
                access_key_id: answer.keys.access_key_id,
                secret_access_key: answer.keys.secret_access_key,
                session_token: answer.keys.session_token,
                expiry: Some(answer.expiration.into()),
                account_id: session.keys.account_id.clone(),
                method: step.method,
            };
            let text = formats::process(&made);
            Ok((made, Some(text)))
        })
    }
}
