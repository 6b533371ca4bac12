//! The credentials of a console login, straight from its session's file.

use super::{Credentials, ResolveError, Resolver};
use crate::aws::settings::Service;
use crate::chain::{LoginStep, Method, Step};
use crate::tokens::Logins;

impl Resolver<'_> {
    pub(super) fn login(&self, step: &Step, login: &LoginStep) -> Result<Credentials, ResolveError> {
        let settings = || self.settings(Service::SignIn);
        let logins = Logins { caller: self.caller, settings: &settings, notices: self.notices };
        let token = logins
            .current(&login.login_session, login.region.as_deref())
            .map_err(|error| ResolveError::Login { profile: step.profile.clone(), error: Box::new(error) })?;
        Ok(Credentials {
            access_key_id: token.keys.access_key_id,
            secret_access_key: token.keys.secret_access_key,
            session_token: token.keys.session_token,
            expiry: Some(token.expires_at.into()),
            account_id: Some(token.account_id),
            method: Method::Login,
        })
    }
}
