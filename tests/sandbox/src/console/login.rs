//! A login of a tool: given for a code, refreshed, ended.

use serde::{Deserialize, Serialize};

use super::{Console, LoginCode};
use crate::issue;

/// A tool that has the person's console session for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// Same device or cross device.
    pub client_id: String,
    /// The console session.
    pub session: String,
    /// The digest of the public key (RFC 7638) that every proof must have.
    pub thumbprint: String,
    /// Seconds since 1970 on the server's clock.
    pub ends_at: i64,
    /// Whether it was ended before: a spent refresh token was shown.
    pub ended: bool,
    /// The one that refreshes.
    pub refresh_token: String,
    /// Those that did, in order.
    pub spent_refresh_tokens: Vec<String>,
}

/// What a tool gets, besides access keys of the session.
#[derive(Debug)]
pub(crate) struct Tokens {
    pub(crate) session: String,
    pub(crate) refresh: String,
    /// How long the access keys live.
    pub(crate) seconds: u32,
}

/// Why there is no refresh.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoRefresh {
    /// No such token, or another client's or another key's.
    NotTheirs,
    /// The token was spent, or the login is over.
    Over,
}

impl Console {
    /// A tool has shown a code, and the key of this thumbprint.
    pub(crate) fn log_in(&mut self, code: &LoginCode, thumbprint: String, now: i64) -> Tokens {
        let login = Login {
            client_id: code.client_id.clone(),
            session: code.session.clone(),
            thumbprint,
            ends_at: now + i64::from(self.session_seconds),
            ended: false,
            refresh_token: new_refresh_token(),
            spent_refresh_tokens: Vec::new(),
        };
        let tokens = self.tokens(&login, now);
        self.logins.push(login);
        tokens
    }

    /// New tokens for a refresh token, which is spent by it.
    pub(crate) fn refresh(
        &mut self,
        client_id: &str,
        thumbprint: &str,
        token: &str,
        now: i64,
    ) -> Result<Tokens, NoRefresh> {
        let theirs = |login: &&mut Login| {
            let spent = login.spent_refresh_tokens.iter().any(|spent| spent == token);
            login.client_id == client_id && login.thumbprint == thumbprint && (spent || login.refresh_token == token)
        };
        let login = self.logins.iter_mut().find(theirs).ok_or(NoRefresh::NotTheirs)?;
        if login.refresh_token != token {
            self.reuses += 1;
            login.ended |= self.reuse_ends_session;
            return Err(NoRefresh::Over);
        }
        if login.ended || login.ends_at <= now {
            return Err(NoRefresh::Over);
        }
        let spent = std::mem::replace(&mut login.refresh_token, new_refresh_token());
        login.spent_refresh_tokens.push(spent);
        let login = login.clone();
        Ok(self.tokens(&login, now))
    }

    fn tokens(&self, login: &Login, now: i64) -> Tokens {
        let left = u32::try_from(login.ends_at - now).unwrap_or(0);
        Tokens {
            session: login.session.clone(),
            refresh: login.refresh_token.clone(),
            seconds: self.access_seconds.min(left),
        }
    }
}

fn new_refresh_token() -> String {
    issue::random(600)
}
