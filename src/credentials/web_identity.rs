//! Exchanging a web identity token for a role's credentials, kept in the AWS CLI's cache.

use super::stored::{read_role_entry, role_entry};
use super::{Credentials, ResolveError, Resolver};
use crate::aws::settings::Service;
use crate::aws::sts::{SessionPolicies, Sts, WebIdentity};
use crate::chain::{Method, Step, WebIdentityStep, cache_name};
use crate::secret::Secret;
use crate::tokens::renewal::{CREDENTIALS, Entry, current};
use crate::world::paths;

impl Resolver<'_> {
    pub(super) fn web_identity(
        &self,
        step: &Step,
        identity: &WebIdentityStep,
        keep: bool,
    ) -> Result<Credentials, ResolveError> {
        let world = self.caller.world();
        // As the source of a role they are kept nowhere (AWS CLI): the role's own entry is.
        let path = paths::cli_cache(&world.env, &cache_name::web_identity(identity)).filter(|_| keep);
        let purpose = || format!("renewing the credentials of profile {}", step.profile);
        let read = |bytes: &[u8]| read_role_entry(bytes, Method::WebIdentity);
        let entry = Entry { path: path.as_deref(), purpose: &purpose, spends: false, what: CREDENTIALS, read: &read };
        current(world, self.notices, &entry, &mut |_| {
            // Read anew each time: whoever issues it replaces it. Sent to the letter.
            let token = self.token(&identity.token_file)?;
            let settings = self.settings(Service::Sts)?;
            let request = WebIdentity {
                role_arn: identity.role_arn.clone(),
                role_session_name: self.session_name(identity.role_session_name.as_deref()),
                token,
                provider_id: None,
                policies: SessionPolicies::default(),
                duration_seconds: None,
            };
            let doing = || format!("assuming {} with a web identity", identity.role_arn);
            let answer = Sts::new(self.caller, &settings)
                .assume_role_with_web_identity(&request)
                .map_err(|error| ResolveError::call(doing(), step, error))?;
            Ok((answer.credentials(Method::WebIdentity), Some(role_entry(&answer))))
        })
    }

    fn token(&self, file: &str) -> Result<Secret, ResolveError> {
        let fail = |why: String| ResolveError::TokenFile { path: file.to_owned(), why };
        let bytes = self.caller.world().files.read(std::path::Path::new(file));
        let bytes = bytes.map_err(|error| fail(error.to_string()))?;
        let bytes = bytes.ok_or_else(|| fail("there is no such file".to_owned()))?;
        String::from_utf8(bytes).map(Secret::new).map_err(|_| fail("it is not text".to_owned()))
    }
}
