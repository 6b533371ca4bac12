//! Sessions with MFA in place of long-term keys, where keyfob's settings turn them on: the AWS CLI has no such
//! thing, so it is a change to a plan that was made as the AWS CLI makes it.

use super::plan::SessionStep;
use super::{Action, Method, Plan, Step};
use crate::config::shared::SharedConfig;

/// A role that is assumed with temporary credentials lasts an hour at most (STS, role chaining). One that is to
/// last longer is assumed with the keys themselves.
const LONGEST_CHAINED: i64 = 3600;

/// `plan` with sessions with MFA where `wanted` says so of a profile: for how many seconds. It is asked only of
/// profiles that have long-term keys and an `mfa_serial`.
///
/// # Errors
/// What `wanted` says.
pub fn with_mfa_sessions<E>(mut plan: Plan, shared: &SharedConfig<'_>, wanted: Wanted<'_, E>) -> Result<Plan, E> {
    if let Some(step) = &mut plan.used {
        change(step, shared, wanted)?;
    }
    Ok(plan)
}

/// For how many seconds a profile wants its sessions. `None`: it wants none.
pub type Wanted<'a, E> = &'a dyn Fn(&str) -> Result<Option<i32>, E>;

fn change<E>(step: &mut Step, shared: &SharedConfig<'_>, wanted: Wanted<'_, E>) -> Result<(), E> {
    match &mut step.action {
        Action::AssumeRole(role) => {
            let direct = matches!(role.with.action, Action::Keys(_));
            if !direct || role.duration_seconds.is_none_or(|seconds| seconds <= LONGEST_CHAINED) {
                change(&mut role.with, shared, wanted)?;
            }
        }
        Action::Keys(keys)
            if keys.session_token.is_none() && matches!(step.method, Method::CredentialsFile | Method::ConfigFile) =>
        {
            let profile = shared.profile(&step.profile);
            let serial = profile.as_ref().and_then(|profile| profile.mfa_serial()).map(|serial| serial.text);
            let Some(mfa_serial) = serial.filter(|serial| !serial.is_empty()) else { return Ok(()) };
            if let Some(duration_seconds) = wanted(&step.profile)? {
                let session = SessionStep { keys: keys.clone(), mfa_serial: mfa_serial.to_owned(), duration_seconds };
                step.action = Action::MfaSession(session);
            }
        }
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::{Selection, plan};

    #[test]
    fn sessions_are_made_where_they_are_wanted() {
        let keys = "[base]\naws_access_key_id=K\naws_secret_access_key=s\n";
        let temporary = "[base]\naws_access_key_id=K\naws_secret_access_key=s\naws_session_token=t\n";
        let base = "[profile base]\nmfa_serial=M\n";
        let role = "[profile p]\nrole_arn=R\nsource_profile=base\n";
        for (config, credentials, wanted, expected) in [
            (format!("{base}{role}"), keys, true, "role < session"),
            (format!("{base}{role}mfa_serial=M\n"), keys, true, "role < session"),
            (format!("{base}{role}mfa_serial=N\n"), keys, true, "role, code of N < session"),
            (format!("{base}{role}mfa_serial=M\n"), keys, false, "role, code of M < keys"),
            (format!("{base}{role}duration_seconds=3600\n"), keys, true, "role < session"),
            (format!("{base}{role}mfa_serial=M\nduration_seconds=3601\n"), keys, true, "role, code of M < keys"),
            (format!("{base}{role}"), temporary, true, "role < keys"),
            (role.to_owned(), keys, true, "role < keys"),
            (
                format!(
                    "{base}[profile q]\nrole_arn=Q\nsource_profile=base\n[profile p]\nrole_arn=R\nsource_profile=q\nduration_seconds=7200\n"
                ),
                keys,
                true,
                "role < role < session",
            ),
        ] {
            let shared = SharedConfig::parse(&config, credentials);
            let nothing = |_: &str| None;
            let made = plan(&shared, Selection::new(Some("p"), nothing), nothing).unwrap();
            let made = with_mfa_sessions(made, &shared, &|name| Ok::<_, ()>((wanted && name == "base").then_some(900)))
                .unwrap();
            assert_eq!(show(made.used.as_ref().unwrap()), expected, "{config}");
        }
    }

    fn show(step: &Step) -> String {
        match &step.action {
            Action::AssumeRole(role) => {
                let code = role.device_asked().map(|serial| format!(", code of {serial}")).unwrap_or_default();
                format!("role{code} < {}", show(&role.with))
            }
            Action::MfaSession(_) => "session".to_owned(),
            _ => "keys".to_owned(),
        }
    }
}
