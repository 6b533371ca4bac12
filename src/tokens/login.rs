//! The session of a console login, renewed where it must be. No person is asked: where only a person can help,
//! the error says so.

use std::path::PathBuf;

use super::login_token::{LoginToken, NoLogin, file_name};
use super::renewal::{CREDENTIALS, Entry, Failure, Notices, Renewable, Worth, current};
use crate::aws::dpop::ProofKey;
use crate::aws::signin::{LoginGrant, SignInTokens};
use crate::aws::{CallError, CallSettings, Caller, SettingError};
use crate::world::paths;

/// How much room a session takes, with some to spare.
pub const LARGEST_TOKEN: usize = 32 * 1024;

/// Why a console login gives no credentials. Texts as in the AWS CLI where it has any.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// Nobody logged in, or logged out since.
    #[error(
        "Error loading login session token: Unable to load a existing login session for session {0}. Please reauthenticate with 'aws login'."
    )]
    None(String),
    /// The file is no session's.
    #[error("Error loading login session token: Failed to load access token from token cache, missing required fields: {}.", .0.join(", "))]
    Missing(Vec<&'static str>),
    /// The key in it is none.
    #[error("Error loading login session token: Unable to load private key from cached token.")]
    BadKey,
    /// The session is over.
    #[error("Your session has expired. Please reauthenticate using 'aws login'.")]
    Over,
    /// The person's password is another one now.
    #[error(
        "Unable to refresh credentials because of a change in your password. Please reauthenticate with your new password using 'aws login'."
    )]
    PasswordChanged,
    /// The person may not have such credentials.
    #[error(
        "Unable to create or refresh login credentials due to insufficient permissions. You may be missing permission for the 'signin:CreateOAuth2Token' action."
    )]
    NotPermitted,
    /// A setting that calls cannot use.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// Nobody knows where to ask.
    #[error("You must specify a region. You can also configure your region by running \"aws configure\".")]
    NoRegion,
    /// The service refused for another reason, or did not answer.
    #[error("renewing the console login {session}: {error}")]
    Call {
        /// Whose session.
        session: String,
        /// What happened.
        error: CallError,
    },
    /// The file cannot be written. The refresh token is spent by being used, so it was not.
    #[error("the console login {session} was not renewed, since the new credentials could not be kept: {why}")]
    NotKept {
        /// Whose session.
        session: String,
        /// What the system said.
        why: String,
    },
}

impl Failure for LoginError {}

impl LoginError {
    /// What the reason that AWS Sign-In refuses with means. `None`: nothing that is known.
    pub fn of_reason(reason: Option<&str>) -> Option<Self> {
        match reason? {
            "TOKEN_EXPIRED" => Some(Self::Over),
            "USER_CREDENTIALS_CHANGED" => Some(Self::PasswordChanged),
            "INSUFFICIENT_PERMISSIONS" => Some(Self::NotPermitted),
            _ => None,
        }
    }
}

/// The console logins of this machine.
pub struct Logins<'a> {
    /// Who calls AWS Sign-In.
    pub caller: &'a Caller<'a>,
    /// How, by the selected profile. Asked when a session must be renewed.
    pub settings: &'a dyn Fn() -> Result<CallSettings, SettingError>,
    /// Who is told of waits and losses.
    pub notices: &'a dyn Notices,
}

/// The file of the session that `login_session` names. `None`: there is no home folder.
pub fn path(caller: &Caller<'_>, login_session: &str) -> Option<PathBuf> {
    Some(paths::login_cache(&caller.world().env)?.join(file_name(login_session)))
}

impl Logins<'_> {
    /// The session `login_session`, good for some time. `region`: where it was made, if its profile says so; a
    /// session that says so itself knows better.
    ///
    /// # Errors
    /// See [`LoginError`].
    pub fn current(&self, login_session: &str, region: Option<&str>) -> Result<LoginToken, LoginError> {
        let world = self.caller.world();
        let none = || LoginError::None(login_session.to_owned());
        let path = path(self.caller, login_session).ok_or_else(none)?;
        // Without a session there is nothing to wait for, nor a folder to make.
        let here = world.files.read(&path).ok().flatten().ok_or_else(none)?;
        let token = LoginToken::read(&here).map_err(|error| match error {
            NoLogin::Broken => none(),
            NoLogin::Missing(keys) => LoginError::Missing(keys),
        })?;
        if token.worth(world.clock.now(), false) == Worth::Fresh {
            return Ok(token);
        }
        let purpose = || format!("renewing the console login {login_session}");
        let read = |bytes: &[u8]| LoginToken::read(bytes).ok();
        let entry = Entry { path: Some(&path), purpose: &purpose, spends: true, what: CREDENTIALS, read: &read };
        current(world, self.notices, &entry, &mut |found| {
            // It was there a moment ago: somebody logged out.
            let token = found.ok_or_else(none)?;
            let renewed = self.renewed(login_session, region, token, &path)?;
            let text = renewed.write();
            Ok((renewed, Some(text)))
        })
    }

    fn renewed(
        &self,
        session: &str,
        region: Option<&str>,
        token: &LoginToken,
        path: &std::path::Path,
    ) -> Result<LoginToken, LoginError> {
        let world = self.caller.world();
        let key = ProofKey::from_pem(token.dpop_key.expose()).ok_or(LoginError::BadKey)?;
        let settings = (self.settings)()?;
        let settings = match token.sign_in_region.as_deref().or(region) {
            Some(region) => settings.in_region(region),
            None if settings.region.is_none() && settings.endpoint_url.is_none() => return Err(LoginError::NoRegion),
            None => settings,
        };
        // The service takes a refresh token once. Before it is spent, the file must be seen to take a new one.
        let kept = world.files.check_room(path, LARGEST_TOKEN);
        kept.map_err(|error| LoginError::NotKept { session: session.to_owned(), why: error.to_string() })?;
        let grant = LoginGrant::RefreshToken(token.refresh_token.clone());
        let issued = SignInTokens::new(self.caller, &settings).create_token(&token.client_id, &grant, key);
        let issued = issued.map_err(|error| {
            let known = LoginError::of_reason(error.refusal().and_then(|refusal| refusal.reason.as_deref()));
            known.unwrap_or_else(|| LoginError::Call { session: session.to_owned(), error })
        })?;
        Ok(token.renewed(issued, world.clock.now()))
    }
}
