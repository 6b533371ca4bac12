//! The sessions that a person signs in to, and the tokens that are left of them.

use std::collections::HashMap;

use jiff::Timestamp;

use super::Kind;
use super::caches::{Caches, Folder, for_good};
use super::when::State;
use crate::config::profile::Profile;
use crate::config::shared::SharedConfig;
use crate::config::sso::SessionKey;
use crate::tokens::renewal::Renewable;
use crate::tokens::{SsoToken, sso_token};

/// A sign-in: one of the config file, or one whose token is all that is known of it.
pub(super) struct Session {
    /// What kind it is.
    pub(super) kind: Kind,
    /// The sso-session's name, else the start URL, else the token's file.
    pub(super) name: String,
    /// Where a person signs in.
    pub(super) start_url: Option<String>,
    /// The region of the directory.
    pub(super) region: Option<String>,
    /// Whether the config file speaks of it.
    pub(super) in_config: bool,
    /// How it stands.
    pub(super) state: State,
    /// When the access token ends.
    pub(super) ends: Option<Timestamp>,
    /// The profiles that use it.
    pub(super) profiles: Vec<String>,
}

/// The sessions of `profiles` and of the config file, each under what its token is kept under.
pub(super) struct Known {
    sessions: Vec<(SessionKey, Session)>,
    at: HashMap<SessionKey, usize>,
}

impl Known {
    /// Every sso-session; those that only a profile speaks of come with it.
    pub(super) fn new(shared: &SharedConfig<'_>) -> Self {
        let mut known = Self { sessions: Vec::new(), at: HashMap::new() };
        for name in shared.sso_session_names() {
            let section = shared.sso_session(&name);
            let text = |key: &str| section.as_ref()?.text(key).map(str::to_owned);
            let (start_url, region) = (text("sso_start_url"), text("sso_region"));
            known.session(SessionKey::Session(name.into_owned()), start_url, region);
        }
        known
    }

    /// Counts `profile` among those that use its session.
    pub(super) fn add(&mut self, name: &str, profile: &Profile<'_>) {
        let text = |key: &str| profile.text(key).filter(|text| !text.is_empty());
        let key = match (text("sso_session"), text("sso_start_url")) {
            (Some(session), _) => SessionKey::Session(session.to_owned()),
            (None, Some(url)) => SessionKey::StartUrl(url.to_owned()),
            (None, None) => return,
        };
        let at = match (self.at.get(&key), &key) {
            (Some(at), _) => *at,
            (None, SessionKey::StartUrl(url)) => {
                let (url, region) = (url.clone(), text("sso_region").map(str::to_owned));
                self.session(key, Some(url), region)
            }
            // A section that is not there: `configure validate` speaks of it.
            (None, SessionKey::Session(_)) => return,
        };
        self.sessions[at].1.profiles.push(name.to_owned());
    }

    fn session(&mut self, key: SessionKey, start_url: Option<String>, region: Option<String>) -> usize {
        let session = Session {
            kind: Kind::Sso,
            name: key.text().to_owned(),
            start_url,
            region,
            in_config: true,
            state: State::NotSignedIn,
            ends: None,
            profiles: Vec::new(),
        };
        let at = self.sessions.len();
        self.at.insert(key.clone(), at);
        self.sessions.push((key, session));
        at
    }

    /// All of them with what their tokens are worth, and the tokens of others behind them.
    pub(super) fn with_tokens(self, caches: &Caches<'_>) -> Vec<Session> {
        let files: HashMap<String, usize> =
            self.sessions.iter().enumerate().map(|(at, (key, _))| (sso_token::file_name(key), at)).collect();
        let names = caches.names(Folder::Tokens);
        let others = names.iter().filter(|name| !files.contains_key(*name));
        let others: Vec<_> = others.filter_map(|name| other(caches, name)).collect();
        let known = self.sessions.into_iter().map(|(key, session)| match caches.token(&key) {
            Some(token) => with_token(session, &token, caches.now),
            None => session,
        });
        known.chain(others).collect()
    }
}

/// A token that belongs to no session of the config file.
fn other(caches: &Caches<'_>, file: &str) -> Option<Session> {
    let token = SsoToken::read(&caches.read(Folder::Tokens, file)?)?;
    let of_url = |url: &String| sso_token::file_name(&SessionKey::StartUrl(url.clone())) == file;
    let token = if token.start_url.as_ref().is_some_and(of_url) { for_good(token) } else { token };
    let session = Session {
        kind: Kind::Sso,
        name: token.start_url.clone().unwrap_or_else(|| file.to_owned()),
        start_url: token.start_url.clone(),
        region: token.region.clone(),
        in_config: false,
        state: State::NotSignedIn,
        ends: None,
        profiles: Vec::new(),
    };
    Some(with_token(session, &token, caches.now))
}

fn with_token(session: Session, token: &SsoToken, now: Timestamp) -> Session {
    Session { state: state(token, now), ends: Some(token.expires_at), ..session }
}

/// How a session stands whose token is `token`.
pub(super) fn state(token: &SsoToken, now: Timestamp) -> State {
    State::of(token.worth(now, false), token.refresh(now).is_some())
}
