//! What profiles take from other sections: sso-sessions and services.

use super::merged::{Merged, Profile};
use super::{Finding, Report, error, shown, warning};

/// What an sso-session must have, and a profile without one.
const SESSION_NEEDS: [&str; 2] = ["sso_start_url", "sso_region"];

/// Checks every sso-session, and every profile that names one or a services section.
pub(super) fn check(merged: &Merged<'_>, profiles: &[Profile<'_, '_>], report: &mut Report) {
    for (name, at, session) in merged.sessions() {
        let is_missing = |key: &&str| session.get(key).is_none_or(|found| found.text().is_empty());
        let missing: Vec<_> = SESSION_NEEDS.into_iter().filter(is_missing).collect();
        if !missing.is_empty() {
            report.add(
                error(at, format!("the sso-session `{}` has no {}", shown(name), and(&missing)))
                    .cli(format!(
                        "fails: Missing the following required SSO configuration values: {}",
                        missing.join(", ")
                    ))
                    .sdk("fail likewise")
                    .mend(format!("add {}", and(&missing))),
            );
        }
    }
    for &profile in profiles {
        report.0.extend(undefined_session(merged, profile));
        inconsistent(merged, profile, report);
        report.0.extend(incomplete(profile));
        report.0.extend(undefined_services(merged, profile));
    }
}

fn undefined_session(merged: &Merged<'_>, profile: Profile<'_, '_>) -> Option<Finding> {
    let session = profile.own("sso_session")?;
    if merged.session(session.text()).is_some() {
        return None;
    }
    let (name, session_name) = (shown(profile.name), shown(session.text()));
    Some(
        error(
            session.origin,
            format!("the `sso_session` of the profile `{name}` is `{session_name}`, which is not defined"),
        )
        .cli(format!("fails: The specified sso-session does not exist: \"{session_name}\""))
        .sdk("fail likewise")
        .mend(format!("add `[sso-session {session_name}]` to the config file, or name another one")),
    )
}

/// Keys that the profile has beside its session.
fn inconsistent(merged: &Merged<'_>, profile: Profile<'_, '_>, report: &mut Report) {
    let Some(session_name) = profile.get("sso_session").map(|found| found.text()) else { return };
    let Some(session) = merged.session(session_name) else { return };
    let (name, session_name) = (shown(profile.name), shown(session_name));
    for (key, in_session) in session.own() {
        let Some(in_profile) = profile.own(key) else { continue };
        let line = in_session.origin.line;
        if in_profile.text() != in_session.text() {
            let what = format!(
                "`{}` of the profile `{name}` differs from that of its sso-session `{session_name}`, in line {line} \
                 of the config file",
                shown(key)
            );
            report.add(
                error(in_profile.origin, what)
                    .cli("fails: the value is inconsistent between profile and sso-session")
                    .sdk(if SESSION_NEEDS.contains(&key) { "fail likewise" } else { "use what they need of both" })
                    .mend("remove the key from the profile"),
            );
        } else if SESSION_NEEDS.contains(&key) {
            report.add(
                warning(
                    in_profile.origin,
                    format!("the profile `{name}` repeats `{key}` of its sso-session `{session_name}`"),
                )
                .cli("takes no notice, since the two are equal")
                .sdk("fail: the key must stand in one place only")
                .mend("remove the key from the profile"),
            );
        }
    }
}

/// Half of what SSO needs. `sso_session` alone is enough for a token.
fn incomplete(profile: Profile<'_, '_>) -> Option<Finding> {
    let named = ["sso_account_id", "sso_role_name"];
    let key = named.into_iter().find(|key| profile.own(key).is_some())?;
    let at = profile.own(key)?.origin;
    let from_session = profile.has("sso_session");
    let needs = named.into_iter().chain(SESSION_NEEDS.into_iter().filter(|_| !from_session));
    let missing: Vec<_> = needs.filter(|key| !profile.has(key)).collect();
    if missing.is_empty() {
        return None;
    }
    let name = shown(profile.name);
    Some(
        error(at, format!("the profile `{name}` has `{key}`, but no {}", and(&missing)))
            .cli(format!(
                "fails: The profile \"{name}\" is configured to use SSO but is missing required configuration: {}",
                missing.join(", ")
            ))
            .sdk("fail likewise")
            .mend(if missing.iter().any(|key| SESSION_NEEDS.contains(key)) {
                format!("add {}, or name an `sso_session` that has what an sso-session has", and(&missing))
            } else {
                format!("add {}", and(&missing))
            }),
    )
}

fn undefined_services(merged: &Merged<'_>, profile: Profile<'_, '_>) -> Option<Finding> {
    let services = profile.own("services")?;
    if merged.has_services(services.text()) {
        return None;
    }
    let (name, wanted) = (shown(profile.name), shown(services.text()));
    Some(
        error(services.origin, format!("the `services` of the profile `{name}` is `{wanted}`, which is not defined"))
            .cli(format!("fails: the \"{wanted}\" services configuration does not exist"))
            .sdk("ignore it")
            .mend(format!("add `[services {wanted}]` to the config file, or remove the key")),
    )
}

/// The keys as they stand in a sentence.
fn and(keys: &[&str]) -> String {
    keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" and ")
}
