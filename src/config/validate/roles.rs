//! Roles: where a profile with `role_arn` gets the credentials to assume it.

use std::collections::HashMap;

use super::merged::{Merged, Profile};
use super::{Finding, Report, error, shown};
use crate::config::Origin;

/// What `credential_source` may be.
const SOURCES: [&str; 3] = ["Environment", "Ec2InstanceMetadata", "EcsContainer"];

/// Names of a circle that a finding lists; a longer one is cut short.
const NAMED: usize = 8;

/// Checks every profile that assumes a role.
pub(super) fn check(merged: &Merged<'_>, profiles: &[Profile<'_, '_>], report: &mut Report) {
    for &profile in profiles.iter().filter(|profile| profile.assumes_role()) {
        report.0.extend(role(merged, profile));
    }
    circles(profiles, report);
}

fn role(merged: &Merged<'_>, profile: Profile<'_, '_>) -> Option<Finding> {
    let name = shown(profile.name);
    let source = profile.get("source_profile");
    let other = profile.get("credential_source");
    if source.is_some() && other.is_some() {
        let at = profile.own("credential_source").or_else(|| profile.own("source_profile"))?.origin;
        return Some(
            error(at, format!("the profile `{name}` has both `source_profile` and `credential_source`"))
                .cli(format!("fails: The profile \"{name}\" contains both source_profile and credential_source."))
                .sdk("fail likewise")
                .mend("remove one of the two"),
        );
    }
    if let Some(other) = other {
        return profile.own("credential_source").and_then(|_| credential_source(&name, other.origin, other.text()));
    }
    if source.is_none() {
        let at = profile.own("role_arn")?.origin;
        let mend = if profile.has_static_keys() {
            format!("add `source_profile = {name}` to assume the role with the profile's own access key")
        } else {
            "add `source_profile` or `credential_source`".to_owned()
        };
        return Some(
            error(at, format!("the profile `{name}` has `role_arn` without `source_profile` or `credential_source`"))
                .cli("fails: Partial credentials found in assume-role, missing: source_profile or credential_source")
                .sdk("fail likewise")
                .mend(mend),
        );
    }
    source_profile(merged, profile)
}

fn source_profile(merged: &Merged<'_>, profile: Profile<'_, '_>) -> Option<Finding> {
    let source = profile.own("source_profile")?;
    let (name, wanted) = (shown(profile.name), shown(source.text()));
    let finding = |why: &str| {
        error(source.origin, format!("the `source_profile` of the profile `{name}` is `{wanted}`, which {why}"))
    };
    match merged.profile(source.text()) {
        None => {
            let bare = source.text().strip_prefix("profile ").filter(|bare| merged.profile(bare).is_some());
            Some(
                finding("does not exist")
                    .cli(format!(
                        "fails: The source_profile \"{wanted}\" referenced in the profile \"{name}\" does not exist."
                    ))
                    .sdk("find no credentials in the profile and look elsewhere")
                    .mend(match bare {
                        Some(bare) => format!("write `source_profile = {}`", shown(bare)),
                        None => "write the name of a profile, or add the profile".to_owned(),
                    }),
            )
        }
        Some(source) if !has_credentials(source) => Some(
            finding("has no credentials")
                .cli(format!("fails: The source profile \"{wanted}\" must have credentials."))
                .sdk("fail likewise")
                .mend(format!("add credentials to the profile `{wanted}`, or name another one")),
        ),
        Some(_) => None,
    }
}

fn credential_source(name: &str, at: Origin, value: &str) -> Option<Finding> {
    if SOURCES.contains(&value) {
        return None;
    }
    let meant = SOURCES.into_iter().find(|source| source.eq_ignore_ascii_case(value));
    let all = SOURCES.map(|source| format!("`{source}`")).join(", ");
    Some(
        error(at, format!("the `credential_source` of the profile `{name}` is `{}`", shown(value)))
            .cli("fails: it knows no such source")
            .sdk(if meant.is_some() { "take no notice of case" } else { "fail likewise" })
            .mend(meant.map_or_else(|| format!("write one of {all}"), |meant| format!("write `{meant}`"))),
    )
}

/// Whether there is anything that a source profile could give.
fn has_credentials(profile: Profile<'_, '_>) -> bool {
    const WAYS: [&str; 6] = [
        "role_arn",
        "web_identity_token_file",
        "sso_account_id",
        "sso_role_name",
        "login_session",
        "credential_process",
    ];
    profile.has_static_keys() || WAYS.iter().any(|key| profile.has(key))
}

/// How far the walk along `source_profile` has come.
#[derive(Clone, Copy, PartialEq)]
enum Walk {
    Unknown,
    /// On the path that is being walked.
    Underway,
    /// Ends at this profile.
    Ends(usize),
    /// Never ends.
    Circles,
}

/// Finds every circle of `source_profile` once.
///
/// A source with static keys ends the walk, so each profile has one step that counts for all that
/// come by; the profile that was chosen takes its first step in spite of static keys.
fn circles(profiles: &[Profile<'_, '_>], report: &mut Report) {
    let index: HashMap<&str, usize> = profiles.iter().enumerate().map(|(at, profile)| (profile.name, at)).collect();
    let first: Vec<Option<usize>> = profiles
        .iter()
        .map(|profile| {
            index
                .get(profile.get("source_profile")?.text())
                .copied()
                .filter(|_| profile.assumes_role() && !profile.has("credential_source"))
        })
        .collect();
    let next = |at: usize| first[at].filter(|_| !profiles[at].has_static_keys());

    let mut walks = vec![Walk::Unknown; profiles.len()];
    for start in 0..profiles.len() {
        let mut path = Vec::new();
        let mut at = start;
        let end = loop {
            match walks[at] {
                Walk::Unknown => {}
                Walk::Underway => {
                    let circle = path.iter().position(|step| *step == at).unwrap_or_default();
                    report.0.extend(circle_of(profiles, &path[circle..]));
                    break Walk::Circles;
                }
                known => break known,
            }
            walks[at] = Walk::Underway;
            path.push(at);
            match next(at) {
                Some(source) => at = source,
                None => break Walk::Ends(at),
            }
        };
        path.into_iter().for_each(|step| walks[step] = end);
    }

    for (top, profile) in profiles.iter().enumerate() {
        if let Some(source) = first[top].filter(|source| *source != top && profile.has_static_keys())
            && walks[source] == Walk::Ends(top)
        {
            let back = std::iter::successors(Some(source), |at| next(*at));
            let circle: Vec<_> = std::iter::once(top).chain(back.take_while(|at| *at != top)).collect();
            report.0.extend(circle_of(profiles, &circle));
        }
    }
}

/// The finding for a circle, at the first of its lines in the files.
fn circle_of(profiles: &[Profile<'_, '_>], circle: &[usize]) -> Option<Finding> {
    let origin = |step: &usize| profiles[*step].get("source_profile").map(|source| source.origin);
    let (turn, at) =
        circle.iter().enumerate().filter_map(|(turn, step)| Some((turn, origin(step)?))).min_by_key(|(_, at)| *at)?;
    let name = |turn: usize| shown(profiles[circle[turn % circle.len()]].name);
    let start = name(turn);
    if circle.len() == 1 {
        return Some(
            error(at, format!("the profile `{start}` is its own `source_profile`, but has no access key"))
                .cli("fails: Infinite loop in credential configuration detected")
                .sdk("use the profile's other credentials, if it has any")
                .mend("name another profile, or add `aws_access_key_id` and `aws_secret_access_key`"),
        );
    }
    let mut names: Vec<_> = (turn..turn + circle.len().min(NAMED)).map(|turn| name(turn).into_owned()).collect();
    if circle.len() > NAMED {
        names.push(format!("… ({} profiles)", circle.len()));
    }
    names.push(start.into_owned());
    Some(
        error(at, format!("`source_profile` goes in a circle: {}", names.join(" -> ")))
            .cli("fails: Infinite loop in credential configuration detected")
            .sdk("fail likewise")
            .mend("let one of these profiles have credentials of its own, and no `source_profile`"),
    )
}
