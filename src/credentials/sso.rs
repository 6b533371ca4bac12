//! A role's credentials from the access portal of IAM Identity Center, with the token of a sign-in; kept in
//! the AWS CLI's cache.

use super::stored::{read_role_entry, sso_entry};
use super::{Credentials, ResolveError, Resolver};
use crate::aws::portal::Portal;
use crate::aws::settings::Service;
use crate::chain::{Method, SsoStep, Step, cache_name};
use crate::tokens::Tokens;
use crate::tokens::renewal::{CREDENTIALS, Entry, current};
use crate::world::paths;

impl Resolver<'_> {
    pub(super) fn sso(&self, step: &Step, sso: &SsoStep, keep: bool) -> Result<Credentials, ResolveError> {
        let world = self.caller.world();
        // As the source of a role they are kept nowhere (AWS CLI): the role's own entry is.
        let path = paths::cli_cache(&world.env, &cache_name::sso(sso)).filter(|_| keep);
        let purpose = || format!("renewing the credentials of profile {}", step.profile);
        let read = |bytes: &[u8]| read_role_entry(bytes, Method::Sso);
        let entry = Entry { path: path.as_deref(), purpose: &purpose, spends: false, what: CREDENTIALS, read: &read };
        current(world, self.notices, &entry, &mut |_| {
            let oidc = self.settings(Service::SsoOidc)?;
            let tokens = Tokens { caller: self.caller, settings: &oidc, notices: self.notices };
            let token = tokens.current(&sso.session).map_err(|error| ResolveError::token(step, error))?;
            let settings = self.settings(Service::Sso)?.in_region(&sso.session.region);
            let answer = Portal::new(self.caller, &settings)
                .get_role_credentials(&token.access_token, &sso.account_id, &sso.role_name)
                .map_err(|error| match error.refusal() {
                    Some(refusal) if refusal.status == 401 => {
                        ResolveError::SessionOver { profile: step.profile.clone(), error: Box::new(error) }
                    }
                    _ => {
                        let doing = format!("asking for role {} in account {}", sso.role_name, sso.account_id);
                        ResolveError::call(doing, step, error)
                    }
                })?;
            let credentials = Credentials {
                access_key_id: answer.keys.access_key_id,
                secret_access_key: answer.keys.secret_access_key,
                session_token: answer.keys.session_token,
                expiry: Some(answer.expiration.into()),
                account_id: Some(sso.account_id.clone()),
                method: Method::Sso,
            };
            let entry = sso_entry(&credentials);
            Ok((credentials, Some(entry)))
        })
    }
}
