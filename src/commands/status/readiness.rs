//! Whether a step can give credentials without a person, as far as can be told without asking anybody.

use jiff::tz::TimeZone;

use super::caches::Caches;
use super::logins;
use super::sessions::state;
use super::when::{State, until};
use crate::chain::{Action, Keys, Method, Plan, Source, Step};
use crate::commands::typed::typed;
use crate::tokens::expiry::Expiry;
use crate::tokens::login_token;
use crate::tokens::renewal::{Renewable, Worth};

/// What stands between a profile and its credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing. How they are had.
    Ready(String),
    /// A code of this MFA device, which is asked for when the time comes.
    Code(String),
    /// A person signs in.
    SignIn {
        /// The command: `sso login`, `login`
        by: String,
        /// The profile whose settings say where.
        profile: String,
    },
    /// No sign-in helps. Why not.
    None(String),
}

/// How steps stand at the time of `caches`.
pub(super) struct Readiness<'a> {
    pub(super) caches: &'a Caches<'a>,
    pub(super) zone: &'a TimeZone,
}

/// The command that makes a session with MFA anew.
fn again(profile: &str) -> String {
    format!("configure mfa-login --update-profile {}", typed(profile))
}

impl Readiness<'_> {
    /// What a plan comes to.
    pub(super) fn of_plan(&self, plan: &Plan) -> Verdict {
        match &plan.used {
            Some(step) => self.of(step, true),
            None => Verdict::None("it holds no credentials".to_owned()),
        }
    }

    fn of(&self, step: &Step, first: bool) -> Verdict {
        let kept = self.caches.kept(step, first).filter(|kept| kept.worth(self.caches.now, false) != Worth::Over);
        match kept.and_then(|kept| kept.ends()) {
            Some(ends) => {
                Verdict::Ready(format!("{} until {}", step.method.name(), until(ends, self.caches.now, self.zone)))
            }
            None => self.anew(step),
        }
    }

    /// What obtaining the credentials of `step` anew comes to, whatever is kept of them.
    pub(super) fn anew(&self, step: &Step) -> Verdict {
        let ready = || Verdict::Ready(step.method.name().to_owned());
        match &step.action {
            Action::Keys(keys) => match self.caches.mfa_login(&keys.access_key_id) {
                Some(login) if login.expires_at <= self.caches.now => {
                    Verdict::SignIn { by: again(&step.profile), profile: login.source_profile }
                }
                Some(login) => Verdict::Ready(format!(
                    "a session with MFA until {}",
                    until(login.expires_at, self.caches.now, self.zone)
                )),
                None => self.keys(keys).map_or_else(ready, Verdict::None),
            },
            Action::MfaSession(session) => match self.keys(&session.keys) {
                Some(why) => Verdict::None(why),
                None => Verdict::Code(session.mfa_serial.clone()),
            },
            Action::AssumeRole(role) => match (self.of(&role.with, false), role.device_asked()) {
                (Verdict::Ready(_), Some(serial)) => Verdict::Code(serial.to_owned()),
                (Verdict::Ready(_), None) => ready(),
                (verdict, _) => verdict,
            },
            Action::Sso(sso) => match self.caches.token(&sso.session.key).map(|token| state(&token, self.caches.now)) {
                Some(State::Valid | State::Refreshable) => ready(),
                Some(State::Ended | State::NotSignedIn) | None => {
                    Verdict::SignIn { by: "sso login".to_owned(), profile: step.profile.clone() }
                }
            },
            Action::Login(login) => match self.caches.login(&login_token::file_name(&login.login_session)) {
                Some(token) if logins::state(&token, self.caches.now) != State::Ended => ready(),
                _ => Verdict::SignIn { by: "login".to_owned(), profile: step.profile.clone() },
            },
            Action::InstanceMetadata if step.source == Source::Default => Verdict::None(format!(
                "it holds no credentials; what is left ({}) was not asked",
                Method::InstanceMetadata.name()
            )),
            Action::WebIdentity(_) | Action::Process(_) | Action::Container | Action::InstanceMetadata => ready(),
        }
    }

    /// Why written keys are of no use.
    fn keys(&self, keys: &Keys) -> Option<String> {
        let written = keys.expiration.as_deref()?;
        match Expiry::parse(written) {
            Some(expiry) if expiry.timestamp() > self.caches.now => None,
            Some(_) => Some("the keys in the environment are over".to_owned()),
            None => Some("AWS_CREDENTIAL_EXPIRATION is not a time".to_owned()),
        }
    }
}
