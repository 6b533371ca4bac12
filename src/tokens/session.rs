//! The token of a sign-in, refreshed where it must be. No person is asked: where only a person can help,
//! the error says so.

use std::path::PathBuf;

use super::expiry::Expiry;
use super::renewal::{Entry, Failure, Notices, Renewable, TOKEN, Worth, current};
use super::sso_token::{SsoToken, file_name};
use crate::aws::oidc::{Grant, Oidc};
use crate::aws::{CallError, CallSettings, Caller};
use crate::config::sso::{SessionKey, SsoSettings};
use crate::world::paths;

/// How much room a token takes, with some to spare.
pub const LARGEST_TOKEN: usize = 16 * 1024;

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Nobody signed in.
    #[error("Error loading SSO Token: Token for {} does not exist", .0.text())]
    None(SessionKey),
    /// What is in the file is no token.
    #[error("Error loading SSO Token: Token for {} is invalid", .0.text())]
    Invalid(SessionKey),
    /// The token is over, and cannot be renewed.
    #[error(
        "The SSO session associated with this profile has expired or is otherwise invalid: the token for {} ended at {at}",
        key.text()
    )]
    Ended {
        /// Whose token.
        key: SessionKey,
        /// When it ended.
        at: String,
    },
    /// The service refused to renew it.
    #[error("Error when retrieving token from sso: Token has expired and refresh failed: {error}")]
    Refused {
        /// Whose token.
        key: SessionKey,
        /// What the service said.
        error: CallError,
    },
    /// The service did not answer.
    #[error("renewing the token for {}: {error}", key.text())]
    Call {
        /// Whose token.
        key: SessionKey,
        /// What happened.
        error: CallError,
    },
    /// The file cannot be written. The refresh token is spent by being used, so it was not.
    #[error("the token for {} was not renewed, since the new one could not be kept: {why}", key.text())]
    NotKept {
        /// Whose token.
        key: SessionKey,
        /// What the system said.
        why: String,
    },
}

impl Failure for TokenError {}

/// The tokens of this machine.
pub struct Tokens<'a> {
    /// Who calls the token service.
    pub caller: &'a Caller<'a>,
    /// How. The region is the session's.
    pub settings: &'a CallSettings,
    /// Who is told of waits and losses.
    pub notices: &'a dyn Notices,
}

/// The file of the token that `key` names. `None`: there is no home folder.
pub fn path(caller: &Caller<'_>, key: &SessionKey) -> Option<PathBuf> {
    Some(paths::sso_cache(&caller.world().env)?.join(file_name(key)))
}

/// The token that is stored under `key`, whatever it is worth.
pub fn stored(caller: &Caller<'_>, key: &SessionKey) -> Option<SsoToken> {
    SsoToken::read(&caller.world().files.read(&path(caller, key)?).ok().flatten()?)
}

impl Tokens<'_> {
    /// The token for `sso`, good for some time.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub fn current(&self, sso: &SsoSettings) -> Result<SsoToken, TokenError> {
        let path = path(self.caller, &sso.key);
        let purpose = || format!("renewing the token for {}", sso.key.text());
        let legacy = sso.key.session().is_none();
        let read = |bytes: &[u8]| {
            let token = SsoToken::read(bytes)?;
            Some(if legacy { token.of_start_url() } else { token })
        };
        let entry = Entry { path: path.as_deref(), purpose: &purpose, spends: true, what: TOKEN, read: &read };
        let world = self.caller.world();
        // Without a token there is nothing to wait for, nor a folder to make.
        let here = path.as_deref().and_then(|path| world.files.read(path).ok().flatten());
        match here.as_deref().map(&read) {
            None => return Err(TokenError::None(sso.key.clone())),
            Some(None) => return Err(TokenError::Invalid(sso.key.clone())),
            Some(Some(token)) if token.worth(world.clock.now(), false) == Worth::Over => {
                if token.refresh(world.clock.now()).is_none() {
                    return Err(ended(sso, &token));
                }
            }
            Some(Some(_)) => {}
        }
        current(world, self.notices, &entry, &mut |found| {
            let token = found.ok_or_else(|| TokenError::Invalid(sso.key.clone()))?;
            let renewed = self.refreshed(sso, token)?;
            let text = renewed.write();
            Ok((renewed, Some(text)))
        })
    }

    fn refreshed(&self, sso: &SsoSettings, token: &SsoToken) -> Result<SsoToken, TokenError> {
        let key = || sso.key.clone();
        let world = self.caller.world();
        let (client, refresh_token) = token.refresh(world.clock.now()).ok_or_else(|| ended(sso, token))?;
        // The service takes a refresh token once. Before it is spent, the file must be seen to take a new one.
        if let Some(path) = path(self.caller, &sso.key) {
            let kept = world.files.check_room(&path, LARGEST_TOKEN);
            kept.map_err(|error| TokenError::NotKept { key: key(), why: error.to_string() })?;
        }
        let settings = self.settings.clone().in_region(&sso.region);
        let grant = Grant::RefreshToken(refresh_token.clone());
        let issued = Oidc::new(self.caller, &settings).create_token(client, &grant);
        let issued = issued.map_err(|error| match error.refusal() {
            Some(_) => TokenError::Refused { key: key(), error },
            None => TokenError::Call { key: key(), error },
        })?;
        Ok(token.renewed(issued, world.clock.now()))
    }
}

fn ended(sso: &SsoSettings, token: &SsoToken) -> TokenError {
    TokenError::Ended { key: sso.key.clone(), at: Expiry::from(token.expires_at).zulu() }
}
