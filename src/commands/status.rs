//! `keyfob status`: every session this machine holds, and whether the selected profile is ready.
//!
//! What is in the config file and in the caches is read and told. Nobody is called, no lock is taken and
//! nothing is written.

mod caches;
pub(super) mod columns;
mod entries;
mod logins;
mod readiness;
mod sessions;
mod when;

use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};

use self::caches::Caches;
use self::columns::{aligned, clean, some_of};
use self::entries::{Entries, Entry};
use self::logins::Logins;
use self::readiness::{Readiness, Verdict};
use self::sessions::{Known, Session};
use self::when::{State, until};
use super::resolving::{no_plan, with_mfa_sessions};
use super::typed::typed;
use super::{CommandError, Context};
use crate::chain::{Action, ChosenBy, Plan, Selection, Source, plan};
use crate::cli::Run;
use crate::config::profile::Profile;
use crate::config::shared::SharedConfig;
use crate::tokens::expiry::Expiry;

/// Show every session this machine holds: valid, refreshable or ended, and until when
///
/// Calls nobody and changes nothing. Exits 1 when the selected profile needs a sign-in, 0 otherwise.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Answer in JSON, as with --output json
    #[arg(long)]
    pub json: bool,
}

/// What kind of session or credentials something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A sign-in to IAM Identity Center.
    Sso,
    /// A console login.
    Login,
    /// An assumed role.
    Role,
    /// A session with MFA.
    Mfa,
    /// A role that a web identity assumed.
    WebIdentity,
    /// A role of IAM Identity Center.
    SsoRole,
    /// Another program's answer.
    Process,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Sso => "sso",
            Self::Login => "login",
            Self::Role => "role",
            Self::Mfa => "mfa",
            Self::WebIdentity => "web-identity",
            Self::SsoRole => "sso-role",
            Self::Process => "process",
        }
    }
}

impl Run for StatusArgs {
    const NAME: &'static str = "status";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?.indexed();
        let plan = plan(&shared, context.selection(), |name| context.variable(name));
        let plan = with_mfa_sessions(context, &shared, plan.map_err(|error| no_plan(&error, &files))?)?;
        let (caches, zone) = (Caches::new(context), context.world.clock.zone());
        let status = Status::read(context, &shared, &caches, &zone, plan);
        match self.json || context.wants_structure_or_table() {
            true => context.answer_structure(status.structured(), "Status")?,
            false => context.ui.answer(&status.text(caches.now, &zone))?,
        }
        match status.profile {
            Some((_, Verdict::SignIn { .. })) => Err(CommandError::nothing()),
            _ => Ok(()),
        }
    }
}

/// All that is to be told.
struct Status {
    sessions: Vec<Session>,
    entries: Vec<Entry>,
    /// The selected profile and how it stands. `None`: none was chosen, and there is no default.
    profile: Option<(String, Verdict)>,
}

impl Status {
    fn read(
        context: &Context,
        shared: &SharedConfig<'_>,
        caches: &Caches<'_>,
        zone: &TimeZone,
        selected: Plan,
    ) -> Self {
        let readiness = Readiness { caches, zone };
        let (mut known, mut logins, mut entries) = (Known::new(shared), Logins::default(), Entries::read(caches));
        let mut mfa_logins = Vec::new();
        for name in shared.profile_names() {
            let Some(profile) = shared.profile(&name) else { continue };
            known.add(&name, &profile);
            logins.add(&name, &profile);
            mfa_logins.extend(mfa_login(caches, &name, &profile));
            if entries.could_be_of(&profile) {
                // The environment is the selected profile's alone.
                let selection = Selection { name: name.to_string(), by: ChosenBy::Flag };
                let planned = plan(shared, selection, |name| context.variable(name));
                // What is wrong with other profiles is for `configure validate` to say.
                let planned = planned.ok().and_then(|plan| with_mfa_sessions(context, shared, plan).ok());
                if let Some(step) = planned.and_then(|plan| plan.used) {
                    entries.claim(&name, step);
                }
            }
        }
        let nobody = nobody_is_meant(shared, &selected);
        let profile = (!nobody).then(|| (selected.selection.name.clone(), readiness.of_plan(&selected)));
        if let Some(step) = selected.used {
            entries.claim(&selected.selection.name, step);
        }
        let mut sessions = known.with_tokens(caches);
        sessions.extend(logins.with_tokens(caches));
        sessions.extend(mfa_logins);
        Self { sessions, entries: entries.list(&readiness), profile }
    }

    fn text(&self, now: Timestamp, zone: &TimeZone) -> String {
        let mut rows = vec![["KIND", "NAME", "STATE", "UNTIL", "PROFILES"].map(str::to_owned)];
        rows.extend(self.sessions.iter().map(|session| {
            let ends = session.ends.map(|ends| until(ends, now, zone)).unwrap_or_default();
            let profiles = match session.in_config {
                true => some_of(&session.profiles),
                false => "not in the config".to_owned(),
            };
            [session.kind.name().to_owned(), session.name.clone(), session.state.name().to_owned(), ends, profiles]
        }));
        rows.extend(self.entries.iter().map(|entry| {
            let (kind, name, state) = (entry.kind.name(), entry.name(), entry.state.name());
            let cells = [kind, name, state].map(str::to_owned);
            let [kind, name, state] = cells;
            [kind, name, state, until(entry.ends, now, zone), some_of(&entry.profiles)]
        }));
        let table = match rows.len() {
            1 => "no sessions: neither the config nor the caches hold any\n".to_owned(),
            _ => aligned(&rows),
        };
        format!("{table}\n{}\n", clean(&self.last_line()))
    }

    fn last_line(&self) -> String {
        let Some((name, verdict)) = &self.profile else {
            return "no profile is chosen, and there is no default".to_owned();
        };
        match verdict {
            Verdict::Ready(how) => format!("profile {name}: ready ({how})"),
            Verdict::Code(serial) => format!("profile {name}: ready for a code of the MFA device {serial}"),
            Verdict::SignIn { by, profile } => {
                format!("profile {name} needs a sign-in: run {}", sign_in(by, profile))
            }
            Verdict::None(why) => format!("profile {name}: {why}"),
        }
    }

    fn structured(&self) -> Json {
        let sessions = self.sessions.iter().map(|session| {
            json!({
                "Kind": session.kind.name(),
                "Name": session.name,
                "StartUrl": session.start_url,
                "Region": session.region,
                "InConfig": session.in_config,
                "State": session.state.name(),
                "ExpiresAt": session.ends.map(zulu),
                "Profiles": session.profiles,
            })
        });
        let entries = self.entries.iter().map(|entry| {
            json!({
                "Kind": entry.kind.name(),
                "Profiles": entry.profiles,
                "State": entry.state.name(),
                "ExpiresAt": zulu(entry.ends),
                "Account": entry.account,
                "Arn": entry.arn,
            })
        });
        let profile = self.profile.as_ref().map(|(name, verdict)| {
            json!({
                "Name": name,
                "Ready": matches!(verdict, Verdict::Ready(_)),
                "SignIn": match verdict {
                    Verdict::SignIn { by, profile } => Some(sign_in(by, profile)),
                    _ => None,
                },
            })
        });
        json!({
            "Sessions": sessions.collect::<Vec<_>>(),
            "Credentials": entries.collect::<Vec<_>>(),
            "Profile": profile,
        })
    }
}

/// The session with MFA that `configure mfa-login` put into the credentials file for the profile `name`.
fn mfa_login(caches: &Caches<'_>, name: &str, profile: &Profile<'_>) -> Option<Session> {
    let login = caches.mfa_login(profile.aws_access_key_id()?.text)?;
    let state = if login.expires_at > caches.now { State::Valid } else { State::Ended };
    Some(Session {
        kind: Kind::Mfa,
        name: login.serial_number,
        start_url: None,
        region: None,
        in_config: true,
        state,
        ends: Some(login.expires_at),
        profiles: vec![name.to_owned()],
    })
}

/// Whether no profile was chosen, there is no default, and the environment holds nothing either.
fn nobody_is_meant(shared: &SharedConfig<'_>, plan: &Plan) -> bool {
    let left = plan
        .used
        .as_ref()
        .is_none_or(|step| matches!(step.action, Action::InstanceMetadata) && step.source == Source::Default);
    left && !plan.selection.is_explicit() && shared.profile(&plan.selection.name).is_none()
}

/// What to type. In a role chain it is the source profile that says where to sign in.
fn sign_in(by: &str, profile: &str) -> String {
    format!("keyfob {by} --profile {}", typed(profile))
}

fn zulu(at: Timestamp) -> String {
    Expiry::from(at).zulu()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_type_can_be_typed() {
        for (profile, typed) in [("dev", "dev"), ("a.b/c", "a.b/c"), ("my dev", "'my dev'"), ("it's", "'it'\\''s'")] {
            assert_eq!(sign_in("sso login", profile), format!("keyfob sso login --profile {typed}"));
        }
    }

    #[test]
    fn the_last_line_says_what_to_do() {
        let line = |verdict| {
            Status { sessions: Vec::new(), entries: Vec::new(), profile: Some(("p".to_owned(), verdict)) }.last_line()
        };
        for (verdict, told) in [
            (Verdict::Ready("sso".to_owned()), "profile p: ready (sso)"),
            (Verdict::Code("arn".to_owned()), "profile p: ready for a code of the MFA device arn"),
            (
                Verdict::SignIn { by: "login".to_owned(), profile: "q".to_owned() },
                "profile p needs a sign-in: run keyfob login --profile q",
            ),
            (Verdict::None("it holds no credentials".to_owned()), "profile p: it holds no credentials"),
        ] {
            assert_eq!(line(verdict), told);
        }
    }
}
