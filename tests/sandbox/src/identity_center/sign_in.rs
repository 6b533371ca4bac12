//! A person's session and its tokens: issued, refreshed, ended.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{IdentityCenter, RefreshTokens};
use crate::issue;

/// A person who signed in with a client. Its tokens end when it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// With which.
    pub client_id: String,
    /// Seconds since 1970 on the server's clock.
    pub ends_at: i64,
    /// Whether it was ended before: signed out, or a spent refresh token was shown.
    pub ended: bool,
    /// Whether its access tokens are the short-lived ones.
    pub scoped: bool,
    /// Access tokens and their ends.
    pub access_tokens: BTreeMap<String, i64>,
    /// The one that refreshes.
    pub refresh_token: Option<String>,
    /// Those that did, in order.
    pub spent_refresh_tokens: Vec<String>,
}

impl SignIn {
    fn lives(&self, now: i64) -> bool {
        !self.ended && self.ends_at > now
    }
}

/// What a client gets for a grant.
#[derive(Debug)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: Option<String>,
    pub(crate) seconds: i64,
}

impl IdentityCenter {
    /// The person has signed in with this client.
    pub(crate) fn sign_in(&mut self, client_id: &str, now: i64) -> Tokens {
        let scoped = self.registrations.get(client_id).is_some_and(|client| !client.scopes.is_empty());
        let refreshes = match self.refresh_tokens {
            RefreshTokens::Scoped => scoped,
            RefreshTokens::Always => true,
            RefreshTokens::Never => false,
        };
        let mut sign_in = SignIn {
            client_id: client_id.to_owned(),
            ends_at: now + i64::from(self.session_seconds),
            ended: false,
            scoped: scoped || refreshes,
            access_tokens: BTreeMap::new(),
            refresh_token: refreshes.then(new_refresh_token),
            spent_refresh_tokens: Vec::new(),
        };
        let (access, seconds) = self.new_access_token(&mut sign_in, now);
        let refresh = sign_in.refresh_token.clone();
        self.sign_ins.push(sign_in);
        Tokens { access, refresh, seconds }
    }

    /// New tokens for a refresh token; none when it gives none. One that was spent ends what it belongs to.
    pub(crate) fn refresh(&mut self, client_id: &str, token: &str, now: i64) -> Option<Tokens> {
        let theirs = |sign_in: &SignIn| {
            let spent = sign_in.spent_refresh_tokens.iter().any(|spent| spent == token);
            sign_in.client_id == client_id && (spent || sign_in.refresh_token.as_deref() == Some(token))
        };
        let at = self.sign_ins.iter().position(theirs)?;
        let mut sign_in = self.sign_ins[at].clone();
        sign_in.ended |= sign_in.refresh_token.as_deref() != Some(token);
        let tokens = sign_in.lives(now).then(|| {
            let refresh = self.rotation.then(new_refresh_token);
            if refresh.is_some() {
                sign_in.spent_refresh_tokens.push(token.to_owned());
                sign_in.refresh_token.clone_from(&refresh);
            }
            let (access, seconds) = self.new_access_token(&mut sign_in, now);
            Tokens { access, refresh, seconds }
        });
        self.sign_ins[at] = sign_in;
        tokens
    }

    /// Whose access token this is, while it and the session live.
    pub(crate) fn bearer(&mut self, token: &str, now: i64) -> Option<&mut SignIn> {
        self.sign_ins.iter_mut().find(|sign_in| {
            sign_in.lives(now) && sign_in.access_tokens.get(token).is_some_and(|expires_at| *expires_at > now)
        })
    }

    fn new_access_token(&self, sign_in: &mut SignIn, now: i64) -> (String, i64) {
        let seconds = if sign_in.scoped { self.access_token_seconds } else { self.unscoped_token_seconds };
        let seconds = i64::from(seconds).min(sign_in.ends_at - now);
        let token = format!("aoa{}", issue::random(240));
        sign_in.access_tokens.insert(token.clone(), now + seconds);
        (token, seconds)
    }
}

fn new_refresh_token() -> String {
    format!("aor{}", issue::random(240))
}
