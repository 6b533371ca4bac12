//! What populating comes to: which profiles are made, which are there, which go, which are left alone.
//!
//! Pure: the two files and the assignments in, a [`Plan`] out.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::config::FileKind;
use crate::config::edit::NewProfile;
use crate::config::profile::Profile;
use crate::config::shared::SharedConfig;

/// A role in an account, and the profile it is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) profile: String,
    pub(super) account_id: String,
    pub(super) role_name: String,
    pub(super) region: Option<String>,
}

/// Account id and role name.
pub(super) type Pair = (String, String);

/// What was asked and found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    /// The sso-session.
    pub(super) session: &'a str,
    /// In the order they are to be written.
    pub(super) wanted: &'a [Wanted],
    /// With `--prune`: all that is assigned, wanted or not.
    pub(super) prune: Option<&'a HashSet<Pair>>,
}

/// What is to be done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) added: Vec<NewProfile>,
    /// How many are there.
    pub(super) present: usize,
    pub(super) removed: Vec<String>,
    pub(super) skipped: Vec<Skipped>,
}

/// A profile that is left as it is, though not as it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Skipped {
    pub(super) profile: String,
    pub(super) reason: String,
}

/// Roles that would have one and the same profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Collision {
    pub(super) profile: String,
    pub(super) roles: Vec<Pair>,
}

/// The keys of a profile that has been populated and no more than given a region and an output.
const OWN_KEYS: [&str; 5] = ["sso_session", "sso_account_id", "sso_role_name", "region", "output"];

/// Decides.
///
/// # Errors
/// New profiles of the same name, all of them.
pub(super) fn plan(request: &Request<'_>, shared: &SharedConfig<'_>) -> Result<Plan, Vec<Collision>> {
    let profiles = every_profile(shared);
    let mut plan = Plan::default();
    if let Some(assigned) = request.prune {
        prune(request.session, assigned, &profiles, &mut plan);
    }
    let gone: HashSet<&str> = plan.removed.iter().map(String::as_str).collect();
    let kept = || profiles.iter().filter(|(name, _)| !gone.contains(&**name));
    let taken: HashMap<&str, &Profile<'_>> = kept().map(|(name, profile)| (&**name, profile)).collect();
    let present: HashSet<_> = kept().filter_map(|(_, profile)| entered(profile, request.session)).collect();
    let mut named: BTreeMap<&str, Vec<Pair>> = BTreeMap::new();
    let mut seen = HashSet::new();
    for wanted in request.wanted {
        let pair = (wanted.account_id.as_str(), wanted.role_name.as_str());
        if !seen.insert(pair) {
            continue;
        }
        if present.contains(&pair) {
            plan.present += 1;
        } else if let Some(other) = taken.get(wanted.profile.as_str()) {
            plan.skipped.push(Skipped { profile: wanted.profile.clone(), reason: is_another(wanted, other) });
        } else {
            named.entry(&wanted.profile).or_default().push((wanted.account_id.clone(), wanted.role_name.clone()));
            plan.added.push(new_profile(wanted, request.session));
        }
    }
    let several = named.into_iter().filter(|(_, roles)| roles.len() > 1);
    let collisions: Vec<_> = several.map(|(profile, roles)| Collision { profile: profile.to_owned(), roles }).collect();
    if collisions.is_empty() { Ok(plan) } else { Err(collisions) }
}

/// All profiles by name; quick where `shared` is indexed.
pub(super) fn every_profile<'t>(shared: &SharedConfig<'t>) -> Vec<(Cow<'t, str>, Profile<'t>)> {
    let names = shared.profile_names().into_iter();
    names.filter_map(|name| shared.profile(&name).map(|profile| (name, profile))).collect()
}

/// The account and role that `profile` enters through `session`, if it does no more than that.
fn entered<'a>(profile: &'a Profile<'_>, session: &str) -> Option<(&'a str, &'a str)> {
    if profile.text("sso_session") != Some(session) || profile.get("role_arn").is_some() {
        return None;
    }
    Some((profile.text("sso_account_id")?, profile.text("sso_role_name")?))
}

fn is_another(wanted: &Wanted, other: &Profile<'_>) -> String {
    let text = |key| other.text(key);
    let what = match (text("role_arn"), text("sso_role_name"), text("sso_account_id"), text("sso_session")) {
        (Some(arn), ..) => format!("the profile of {arn}"),
        (_, Some(role), Some(account), Some(session)) => format!("{role} in {account} of sso-session {session}"),
        (_, Some(role), Some(account), None) => format!("{role} in {account}, in the form without an sso-session"),
        _ => "another profile".to_owned(),
    };
    format!("it is {what}, so {} in {} has none", wanted.role_name, wanted.account_id)
}

fn new_profile(wanted: &Wanted, session: &str) -> NewProfile {
    let mut keys = vec![
        ("sso_session", session.to_owned()),
        ("sso_account_id", wanted.account_id.clone()),
        ("sso_role_name", wanted.role_name.clone()),
    ];
    keys.extend(wanted.region.clone().map(|region| ("region", region)));
    NewProfile { name: wanted.profile.clone(), keys }
}

/// Which profiles of `session` lead to what is assigned no more. Those that people have made more of
/// are kept.
fn prune<'t>(session: &str, assigned: &HashSet<Pair>, profiles: &[(impl AsRef<str>, Profile<'t>)], plan: &mut Plan) {
    let sources: HashMap<&str, &str> =
        profiles.iter().filter_map(|(name, profile)| Some((profile.text("source_profile")?, name.as_ref()))).collect();
    for (name, profile) in profiles {
        let name = name.as_ref();
        let text = |key| profile.text(key).map(str::to_owned);
        let (Some(account), Some(role)) = (text("sso_account_id"), text("sso_role_name")) else { continue };
        let pair = (account, role);
        if profile.text("sso_session") != Some(session) || assigned.contains(&pair) {
            continue;
        }
        match kept_for(profile, sources.get(name).copied()) {
            None => plan.removed.push(name.to_owned()),
            Some(why) => {
                let reason = format!("{} in {} is not assigned any more, but {why}", pair.1, pair.0);
                plan.skipped.push(Skipped { profile: name.to_owned(), reason });
            }
        }
    }
}

/// Why a profile is not to be removed.
fn kept_for(profile: &Profile<'_>, source_of: Option<&str>) -> Option<String> {
    if let Some(other) = source_of {
        return Some(format!("it is the source_profile of {other}"));
    }
    if profile.iter().any(|setting| setting.origin.file == FileKind::Credentials) {
        return Some("it has keys in the credentials file".to_owned());
    }
    let more: Vec<_> = profile.iter().map(|setting| &*setting.key).filter(|key| !OWN_KEYS.contains(key)).collect();
    (!more.is_empty()).then(|| format!("it also has {}", more.join(", ")))
}

#[cfg(test)]
mod tests;
