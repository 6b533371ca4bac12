//! The credentials that are kept on this machine, and whose they are.

use std::collections::HashMap;

use jiff::Timestamp;

use super::Kind;
use super::caches::{Caches, Folder, place, read};
use super::readiness::{Readiness, Verdict};
use super::when::State;
use crate::chain::{Action, Method, Step};
use crate::config::profile::Profile;
use crate::credentials::Credentials;
use crate::credentials::stored::Told;
use crate::tokens::renewal::Renewable;

/// Credentials in a cache.
pub(super) struct Entry {
    /// What kind they are.
    pub(super) kind: Kind,
    /// The session's ARN, where the file has it.
    pub(super) arn: Option<String>,
    /// The account and the role in it, of Identity Center; the device of a session with MFA.
    pub(super) role: Option<String>,
    /// The account, where it is known.
    pub(super) account: Option<String>,
    /// How they stand.
    pub(super) state: State,
    /// When they end.
    pub(super) ends: Timestamp,
    /// The profiles that find them.
    pub(super) profiles: Vec<String>,
}

impl Entry {
    /// What a person is shown as their name.
    pub(super) fn name(&self) -> &str {
        [&self.arn, &self.role, &self.account].into_iter().find_map(Option::as_deref).unwrap_or("-")
    }
}

/// A file, and the step it belongs to.
struct Found {
    credentials: Credentials,
    ends: Timestamp,
    told: Option<Told>,
    owner: Option<Owner>,
    profiles: Vec<String>,
}

struct Owner {
    step: Step,
    /// How many came before: the order of the answer.
    order: usize,
}

/// All files with credentials, by their place.
pub(super) struct Entries {
    found: HashMap<(Folder, String), Found>,
    owners: usize,
}

impl Entries {
    pub(super) fn read(caches: &Caches<'_>) -> Self {
        let mut found = HashMap::new();
        for folder in [Folder::Roles, Folder::Answers, Folder::MfaSessions] {
            for name in caches.names(folder) {
                let Some(bytes) = caches.read(folder, &name) else { continue };
                // How they were obtained is told by their step, or by themselves.
                let Some(credentials) = read(folder, &bytes, Method::AssumeRole) else { continue };
                let Some(ends) = credentials.ends() else { continue };
                let told = if folder == Folder::Roles { Told::read(&bytes) } else { None };
                let file = Found { credentials, ends, told, owner: None, profiles: Vec::new() };
                found.insert((folder, name), file);
            }
        }
        Self { found, owners: 0 }
    }

    /// Whether a profile with these settings could own any: only then is its plan of interest.
    pub(super) fn could_be_of(&self, profile: &Profile<'_>) -> bool {
        const KEYS: [&str; 6] = [
            "role_arn",
            "web_identity_token_file",
            "sso_account_id",
            "sso_role_name",
            "credential_process",
            "mfa_serial",
        ];
        !self.found.is_empty() && profile.iter().any(|setting| KEYS.contains(&&*setting.key))
    }

    /// Says that the profile `name` gets its credentials by `step`.
    pub(super) fn claim(&mut self, name: &str, step: Step) {
        let Some(found) = place(&step, true).and_then(|place| self.found.get_mut(&place)) else { return };
        if !found.profiles.iter().any(|there| there == name) {
            found.profiles.push(name.to_owned());
        }
        found.owner.get_or_insert_with(|| {
            self.owners += 1;
            Owner { step, order: self.owners }
        });
    }

    /// What to tell of them: in the order of their profiles, then those that are nobody's.
    pub(super) fn list(self, readiness: &Readiness<'_>) -> Vec<Entry> {
        let mut found: Vec<_> = self.found.into_iter().collect();
        found.sort_by_cached_key(|((_, name), found)| {
            let order = found.owner.as_ref().map_or(usize::MAX, |owner| owner.order);
            (order, name.clone())
        });
        found.into_iter().map(|((folder, _), found)| found.entry(folder, readiness)).collect()
    }
}

impl Found {
    fn entry(self, folder: Folder, readiness: &Readiness<'_>) -> Entry {
        let step = self.owner.as_ref().map(|owner| &owner.step);
        let renewable = step.is_some_and(|step| matches!(readiness.anew(step), Verdict::Ready(_)));
        let role = step.and_then(|step| match &step.action {
            Action::Sso(sso) => Some(format!("{} {}", sso.account_id, sso.role_name)),
            Action::MfaSession(session) => Some(session.mfa_serial.clone()),
            _ => None,
        });
        Entry {
            kind: kind(folder, step.map(|step| step.method), self.told.as_ref()),
            arn: self.told.as_ref().and_then(Told::arn).map(str::to_owned),
            role,
            state: State::of(self.credentials.worth(readiness.caches.now, false), renewable),
            account: self.credentials.account_id,
            ends: self.ends,
            profiles: self.profiles,
        }
    }
}

/// The kind by the step it belongs to, else by what the file says of itself.
fn kind(folder: Folder, method: Option<Method>, told: Option<&Told>) -> Kind {
    match (folder, method) {
        (Folder::Answers, _) => Kind::Process,
        (Folder::MfaSessions, _) => Kind::Mfa,
        (_, Some(Method::WebIdentity)) => Kind::WebIdentity,
        (_, Some(Method::Sso)) => Kind::SsoRole,
        (_, Some(_)) => Kind::Role,
        (_, None) => match told {
            Some(told) if told.provider_type.as_deref() == Some("sso") => Kind::SsoRole,
            Some(told) if told.subject_from_web_identity_token.is_some() => Kind::WebIdentity,
            _ => Kind::Role,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_known_by_the_step_or_the_file() {
        let told = |text: &str| Told::read(text.as_bytes());
        for (folder, method, text, expected) in [
            (Folder::Roles, Some(Method::AssumeRole), "{}", Kind::Role),
            (Folder::Roles, Some(Method::WebIdentity), "{}", Kind::WebIdentity),
            (Folder::Roles, Some(Method::Sso), "{}", Kind::SsoRole),
            (Folder::Roles, None, r#"{"ProviderType": "sso"}"#, Kind::SsoRole),
            (Folder::Roles, None, r#"{"SubjectFromWebIdentityToken": "me"}"#, Kind::WebIdentity),
            (Folder::Roles, None, r#"{"AssumedRoleUser": {"Arn": "a"}}"#, Kind::Role),
            (Folder::Answers, Some(Method::Process), "", Kind::Process),
            (Folder::Answers, None, "", Kind::Process),
        ] {
            assert_eq!(kind(folder, method, told(text).as_ref()), expected, "{method:?} {text}");
        }
    }
}
