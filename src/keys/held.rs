//! The profiles that hold an access key, in either file, and the edit that puts another key in its place.

use std::collections::BTreeMap;

use super::KeyPair;
use crate::config::FileKind;
use crate::config::edit::{Change, Edit, EditError, Place, apply};
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
    let mut found: BTreeMap<String, Vec<Holding>> = BTreeMap::new();
    for profile in shared.profile_names() {
        let in_file = [
            (FileKind::Credentials, shared.credentials_profile(&profile)),
            (FileKind::Config, shared.config_profile(&profile)),
        ];
        for (file, settings) in in_file {
            let Some(settings) = settings else { continue };
            let Some(id) = settings.text(ID).filter(|id| !id.is_empty()) else { continue };
            if settings.session_token().is_none() {
                let secret = settings.text(SECRET).map(Secret::new);
                found.entry(id.to_owned()).or_default().push(Holding { profile: profile.to_string(), file, secret });
            }
        }
    }
    found
}

/// Who holds the key `id`.
pub fn of(shared: &SharedConfig<'_>, id: &str) -> Vec<Holding> {
    all(shared).remove(id).unwrap_or_default()
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
    let edits: Vec<_> = of(&shared.indexed(), from).iter().map(|held| edit(&held.profile, file, to)).collect();
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
