//! The profiles that hold an access key, in either file, and the edit that puts another key in its place.

use std::collections::BTreeMap;

use super::KeyPair;
use crate::config::FileKind;
use crate::config::edit::{Change, Edit, EditError, Place, apply};
use crate::config::profile::Profile;
use crate::config::shared::SharedConfig;
use crate::secret::Secret;

const ID: &str = "aws_access_key_id";
const SECRET: &str = "aws_secret_access_key";

/// A profile that holds a key in one of the two files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Whose.
    pub profile: String,
    /// In which of the two files.
    pub file: FileKind,
    /// The secret that stands beside the id.
    pub secret: Option<Secret>,
}

/// Every long-term key that the files hold: id and holders, profile by profile. A temporary key (one with a session
/// token) is none.
pub fn all(shared: &SharedConfig<'_>) -> BTreeMap<String, Vec<Holding>> {
    let shared = SharedConfig::parse(shared.config.text(), shared.credentials.text()).indexed();
    let mut found: BTreeMap<String, Vec<Holding>> = BTreeMap::new();
    for name in shared.profile_names() {
        for (id, holding) in in_profile(&shared, &name) {
            found.entry(id).or_default().push(holding);
        }
    }
    found
}

/// Who holds the key `id`. In large files that is found without looking at every profile.
pub fn of(shared: &SharedConfig<'_>, id: &str) -> Vec<Holding> {
    match shared.profiles_with(id) {
        Some(names) if names.len() <= FEW => {
            let held = names.iter().flat_map(|name| in_profile(shared, name));
            held.filter(|(held, _)| held == id).map(|(_, holding)| holding).collect()
        }
        _ => all(shared).remove(id).unwrap_or_default(),
    }
}

/// For so many profiles each may take a pass over both files.
const FEW: usize = 16;

/// The long-term keys of the profile `name`, and in which file each stands.
pub fn in_profile(shared: &SharedConfig<'_>, name: &str) -> Vec<(String, Holding)> {
    let in_file =
        [(FileKind::Credentials, shared.credentials_profile(name)), (FileKind::Config, shared.config_profile(name))];
    let key = |(file, settings): (FileKind, Option<Profile<'_>>)| {
        let settings = settings?;
        let id = settings.text(ID).filter(|id| !id.is_empty() && settings.session_token().is_none())?.to_owned();
        let secret = settings.text(SECRET).map(Secret::new);
        Some((id, Holding { profile: name.to_owned(), file, secret }))
    };
    in_file.into_iter().filter_map(key).collect()
}

/// The names of the profiles, each once.
pub fn names(holdings: &[Holding]) -> Vec<String> {
    let mut names: Vec<_> = holdings.iter().map(|held| held.profile.clone()).collect();
    names.dedup();
    names
}

/// `text`, which is all of `file`, with `to` in every profile that holds the key `from`.
///
/// # Errors
/// It would not read back.
pub fn replace(text: &str, file: FileKind, from: &str, to: &KeyPair) -> Result<String, EditError> {
    let shared = match file {
        FileKind::Config => SharedConfig::parse(text, ""),
        FileKind::Credentials => SharedConfig::parse("", text),
    };
    let edits: Vec<_> = of(&shared, from).iter().map(|held| edit(&held.profile, file, to)).collect();
    if edits.is_empty() { Ok(text.to_owned()) } else { apply(text, &edits) }
}

/// `to` as the key of a profile in `file`.
pub fn edit(profile: &str, file: FileKind, to: &KeyPair) -> Edit {
    let place = match file {
        FileKind::Config => Place::Profile(profile.to_owned()),
        FileKind::Credentials => Place::Credentials(profile.to_owned()),
    };
    let set = |key: &str, value: &str| (key.to_owned(), Change::Set(value.to_owned()));
    Edit { place, changes: vec![set(ID, &to.id), set(SECRET, to.secret.expose())] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(id: &str, secret: &str) -> KeyPair {
        KeyPair { id: id.to_owned(), secret: Secret::new(secret) }
    }

    #[test]
    fn keys_that_all_inherit_or_many_hold() {
        let inherited = "[DEFAULT]\naws_access_key_id = OLD\naws_secret_access_key = s\n[a]\n[b]\n";
        let many: String =
            (0..50).map(|at| format!("[p{at}]\naws_access_key_id = OLD\naws_secret_access_key = s\n")).collect();
        for (credentials, count) in [(inherited, 2), (many.as_str(), 50)] {
            let shared = SharedConfig::parse("", credentials);
            assert_eq!(of(&shared, "OLD").len(), count);
            let new = replace(credentials, FileKind::Credentials, "OLD", &pair("NEW", "n")).unwrap();
            let shared = SharedConfig::parse("", &new);
            assert_eq!((of(&shared, "OLD").len(), of(&shared, "NEW").len()), (0, count), "{new}");
        }
    }

    #[test]
    fn all_holders_get_the_new_key_and_nothing_else_changes() {
        let credentials = "# mine\r\n[a]\r\naws_access_key_id=OLD\r\n# between\r\naws_secret_access_key   =   s/o\r\n\
                           region = x\r\n[b]\r\naws_access_key_id = OTHER\r\naws_secret_access_key = t\r\n[c]\r\n\
                           AWS_ACCESS_KEY_ID = OLD\r\naws_secret_access_key = s/o\r\n";
        let config = "[profile d]\naws_access_key_id = OLD\naws_secret_access_key = s/o\n[default]\n\
                      aws_access_key_id = OLD\naws_secret_access_key = x\naws_session_token = t\n";
        let shared = SharedConfig::parse(config, credentials);
        let mut names = names(&of(&shared, "OLD"));
        names.sort();
        assert_eq!(names, ["a", "c", "d"]);
        assert_eq!(all(&shared).remove("OLD"), Some(of(&shared, "OLD")));
        let new = replace(credentials, FileKind::Credentials, "OLD", &pair("NEW", "n+w")).unwrap();
        assert_eq!(
            new,
            "# mine\r\n[a]\r\naws_access_key_id = NEW\r\n# between\r\naws_secret_access_key = n+w\r\nregion = \
             x\r\n[b]\r\naws_access_key_id = OTHER\r\naws_secret_access_key = t\r\n[c]\r\nAWS_ACCESS_KEY_ID = \
             NEW\r\naws_secret_access_key = n+w\r\n"
        );
        let new = replace(config, FileKind::Config, "OLD", &pair("NEW", "n")).unwrap();
        assert!(new.starts_with("[profile d]\naws_access_key_id = NEW\naws_secret_access_key = n\n[default]\n"));
        assert!(new.ends_with("aws_access_key_id = OLD\naws_secret_access_key = x\naws_session_token = t\n"));
        assert_eq!(replace(config, FileKind::Config, "NONE", &pair("NEW", "n")).unwrap(), config);
    }
}
