//! The profiles that hold an access key, in either file, and the edit that puts another key in its place.

use std::collections::BTreeMap;

use super::KeyPair;
use crate::config::FileKind;
use crate::config::document::Entry;
use crate::config::edit::{Change, Edit, EditError, Place, apply, replace_values};
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
    let key = |(file, settings): (FileKind, Profile<'_>)| {
        let id = settings.text(ID).filter(|id| !id.is_empty() && !is_temporary(&settings))?.to_owned();
        let secret = settings.text(SECRET).map(Secret::new);
        Some((id, Holding { profile: name.to_owned(), file, secret }))
    };
    files(shared, name).filter_map(key).collect()
}

/// What the profile `name` has that a key would take the place of, but for those in `known`: another key, or temporary
/// ones. As a person is told.
pub fn occupant(shared: &SharedConfig<'_>, name: &str, known: &[&str]) -> Option<String> {
    files(shared, name).find_map(|(_, settings)| match settings.text(ID) {
        _ if is_temporary(&settings) => Some("temporary credentials".to_owned()),
        Some(id) if !id.is_empty() && !known.contains(&id) => Some(format!("another key, {id}")),
        None if settings.text(SECRET).is_some() => Some("a secret access key".to_owned()),
        _ => None,
    })
}

fn files<'t>(shared: &SharedConfig<'t>, name: &str) -> impl Iterator<Item = (FileKind, Profile<'t>)> {
    let in_file =
        [(FileKind::Credentials, shared.credentials_profile(name)), (FileKind::Config, shared.config_profile(name))];
    in_file.into_iter().filter_map(|(file, settings)| Some((file, settings?)))
}

/// An empty token is none.
fn is_temporary(settings: &Profile<'_>) -> bool {
    settings.session_token().is_some_and(|token| !token.text.is_empty())
}

/// The names of the profiles, each once.
pub fn names(holdings: &[Holding]) -> Vec<String> {
    let mut names: Vec<_> = holdings.iter().map(|held| held.profile.clone()).collect();
    names.dedup();
    names
}

/// `text`, which is all of `file`, with `to` wherever the key `from` stands, and with its secret wherever `to` stands
/// with another. That is in every profile that holds it, and in sections that do not count: one that stands twice, one
/// that AWS tools do not read.
///
/// # Errors
/// It would not read back.
pub fn replace(text: &str, file: FileKind, from: &str, to: &KeyPair) -> Result<String, EditError> {
    let mut text = text.to_owned();
    for id in [from, &to.id] {
        text = replace_values(&text, id, |entries| in_section(entries, id, to));
    }
    let shared = match file {
        FileKind::Config => SharedConfig::parse(&text, ""),
        FileKind::Credentials => SharedConfig::parse("", &text),
    };
    // What is spread over several sections.
    let damaged = of(&shared, &to.id).into_iter().filter(|held| held.secret.as_ref() != Some(&to.secret));
    let edits: Vec<_> =
        of(&shared, from).into_iter().chain(damaged).map(|held| edit(&held.profile, file, to)).collect();
    if edits.is_empty() { Ok(text) } else { apply(&text, &edits) }
}

/// Whether [`replace`] would change `text`, or could not: the key `from` stands there, or `to` with another secret.
pub fn is_to_change(text: &str, file: FileKind, from: &str, to: &KeyPair) -> bool {
    replace(text, file, from, to).map_or(true, |new| new != text)
}

/// The changes of [`replace`] in a section with these entries. Where more than one key stands in it, it is the last
/// that counts.
fn in_section(entries: &[Entry<'_>], id: &str, to: &KeyPair) -> Vec<(usize, String)> {
    let texts = |key: &str| {
        let found = entries.iter().enumerate().filter(|(_, entry)| entry.is(key));
        found.filter_map(|(at, entry)| Some((at, entry.value.text()?))).collect::<Vec<_>>()
    };
    let is_token = |key| texts(key).iter().any(|(_, token)| !token.is_empty());
    let (ids, secrets) = (texts(ID), texts(SECRET));
    if !ids.iter().any(|(_, text)| *text == id) || is_token("aws_session_token") || is_token("aws_security_token") {
        return Vec::new();
    }
    let own = |at: &&(usize, &str)| ids.iter().all(|(_, text)| *text == id) || Some(*at) == secrets.last();
    let last_is_it = ids.last().is_some_and(|(_, text)| *text == id);
    let secrets = secrets.iter().filter(|_| last_is_it).filter(own).map(|(at, _)| (*at, to.secret.expose().to_owned()));
    let ids = ids.iter().filter(|(_, text)| *text == id).map(|(at, _)| (*at, to.id.clone()));
    ids.chain(secrets).collect()
}

/// `to` as the key of a profile in `file`.
pub fn edit(profile: &str, file: FileKind, to: &KeyPair) -> Edit {
    let set = |key: &str, value: &str| (key.to_owned(), Change::Set(value.to_owned()));
    Edit { place: place(profile, file), changes: vec![set(ID, &to.id), set(SECRET, to.secret.expose())] }
}

/// No key in a profile in `file`.
pub fn taken(profile: &str, file: FileKind) -> Edit {
    Edit { place: place(profile, file), changes: [ID, SECRET].map(|key| (key.to_owned(), Change::Unset)).to_vec() }
}

fn place(profile: &str, file: FileKind) -> Place {
    match file {
        FileKind::Config => Place::Profile(profile.to_owned()),
        FileKind::Credentials => Place::Credentials(profile.to_owned()),
    }
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
            "# mine\r\n[a]\r\naws_access_key_id=NEW\r\n# between\r\naws_secret_access_key   =   n+w\r\nregion = \
             x\r\n[b]\r\naws_access_key_id = OTHER\r\naws_secret_access_key = t\r\n[c]\r\nAWS_ACCESS_KEY_ID = \
             NEW\r\naws_secret_access_key = n+w\r\n"
        );
        let new = replace(config, FileKind::Config, "OLD", &pair("NEW", "n")).unwrap();
        assert!(new.starts_with("[profile d]\naws_access_key_id = NEW\naws_secret_access_key = n\n[default]\n"));
        assert!(new.ends_with("aws_access_key_id = OLD\naws_secret_access_key = x\naws_session_token = t\n"));
        assert_eq!(replace(config, FileKind::Config, "NONE", &pair("NEW", "n")).unwrap(), config);
    }

    #[test]
    fn no_copy_of_a_key_is_left() {
        let key = |id: &str, secret: &str| format!("aws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
        let (old, other, new) = (key("OLD", "s"), key("OTHER", "o"), key("NEW", "n"));
        for (before, after) in [
            // Twice the same section, and twice the same key in it: the last one counts.
            (format!("[p]\n{old}[p]\n{other}"), format!("[p]\n{new}[p]\n{other}")),
            (format!("[p]\n{old}{old}"), format!("[p]\n{new}{new}")),
            (format!("[p]\n{other}{old}"), format!("[p]\n{other}{new}")),
            // Nobody reads the first one.
            (
                format!("[default]\n{old}[profile default]\n{other}"),
                format!("[default]\n{new}[profile default]\n{other}"),
            ),
            (format!("[plain]\n{old}"), format!("[plain]\n{new}")),
            (format!("[DEFAULT]\n{old}[profile a]\n"), format!("[DEFAULT]\n{new}[profile a]\n")),
            // An empty token is none; one with a token is another thing.
            (format!("[profile p]\n{old}aws_session_token =\n"), format!("[profile p]\n{new}aws_session_token =\n")),
            (
                format!("[profile p]\n{old}aws_session_token = t\n"),
                format!("[profile p]\n{old}aws_session_token = t\n"),
            ),
            // A secret that was damaged is mended.
            (format!("[profile p]\n{}", key("NEW", "x")), format!("[profile p]\n{new}")),
            (new.clone(), new.clone()),
        ] {
            let to = pair("NEW", "n");
            assert_eq!(replace(&before, FileKind::Config, "OLD", &to).unwrap(), after);
            assert_eq!(is_to_change(&before, FileKind::Config, "OLD", &to), before != after);
        }
        let spread = "[p]\naws_access_key_id=OLD\n[p]\naws_secret_access_key=s\n";
        let made = replace(spread, FileKind::Credentials, "OLD", &pair("NEW", "n")).unwrap();
        let shared = SharedConfig::parse("", &made);
        assert_eq!(of(&shared, "NEW")[0].secret, Some(Secret::new("n")), "{made}");
    }

    #[test]
    fn who_is_in_the_way() {
        let (key, token) = ("aws_access_key_id = K\naws_secret_access_key = s\n", "aws_session_token = t\n");
        for (config, credentials, told) in [
            (String::new(), String::new(), None),
            (String::new(), format!("[p]\n{key}"), Some("another key, K")),
            (format!("[profile p]\n{key}"), "[p]\n".to_owned(), Some("another key, K")),
            (String::new(), format!("[p]\n{token}"), Some("temporary credentials")),
            (String::new(), "[p]\naws_secret_access_key = s\n".to_owned(), Some("a secret access key")),
            ("[profile p]\nregion = x\n".to_owned(), "[p]\naws_access_key_id = MINE\n".to_owned(), None),
        ] {
            let shared = SharedConfig::parse(&config, &credentials);
            assert_eq!(occupant(&shared, "p", &["MINE"]).as_deref(), told, "{config} {credentials}");
        }
    }
}
