//! Console logins: those that profiles speak of, and those whose session is all that is known of them.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Kind;
use super::caches::{Caches, Folder};
use super::sessions::Session;
use super::when::State;
use crate::config::profile::Profile;
use crate::tokens::renewal::Renewable;
use crate::tokens::{LoginToken, login_token};

/// The profiles of each console login, and where these are renewed, in the order of the config file.
#[derive(Default)]
pub(super) struct Logins(Vec<Login>);

struct Login {
    session: String,
    region: Option<String>,
    profiles: Vec<String>,
}

impl Logins {
    /// Counts `profile` among those that use its login.
    pub(super) fn add(&mut self, name: &str, profile: &Profile<'_>) {
        let Some(session) = profile.login_session().map(|session| session.text) else { return };
        let profiles = match self.0.iter_mut().find(|login| login.session == session) {
            Some(login) => &mut login.profiles,
            None => {
                let region = profile.region().map(|region| region.text.to_owned());
                self.0.push(Login { session: session.to_owned(), region, profiles: Vec::new() });
                let Some(login) = self.0.last_mut() else { return };
                &mut login.profiles
            }
        };
        profiles.push(name.to_owned());
    }

    /// All of them with what their sessions are worth, and the sessions of others behind them.
    pub(super) fn with_tokens(self, caches: &Caches<'_>) -> Vec<Session> {
        let mut others: BTreeSet<_> = caches.names(Folder::Logins).into_iter().collect();
        let mut sessions = Vec::new();
        for Login { session, region, profiles } in self.0 {
            let file = login_token::file_name(&session);
            others.remove(&file);
            sessions.push(told(caches.now, caches.login(&file), session, region, Some(profiles)));
        }
        sessions.extend(others.into_iter().filter_map(|file| {
            let token = caches.login(&file)?;
            let whose = token.subject().unwrap_or(file);
            Some(told(caches.now, Some(token), whose, None, None))
        }));
        sessions
    }
}

/// `profiles`: of the config file, if it speaks of the login.
fn told(
    now: Timestamp,
    token: Option<LoginToken>,
    name: String,
    region: Option<String>,
    profiles: Option<Vec<String>>,
) -> Session {
    Session {
        kind: Kind::Login,
        name,
        start_url: None,
        region: token.as_ref().and_then(|token| token.sign_in_region.clone()).or(region),
        in_config: profiles.is_some(),
        state: token.as_ref().map_or(State::NotSignedIn, |token| state(token, now)),
        ends: token.map(|token| token.expires_at),
        profiles: profiles.unwrap_or_default(),
    }
}

/// How a console login stands.
pub(super) fn state(token: &LoginToken, now: Timestamp) -> State {
    State::of(token.worth(now, false), token.may_be_renewed(now))
}
