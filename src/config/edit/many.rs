//! Profiles by the thousand: some removed and others appended, in one pass over the config file.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::splice::Splices;
use super::{EditError, Place, lifecycle};
use crate::config::document::{Document, Section, trim};
use crate::config::header::{Named, config_header};
use crate::config::shared::SharedConfig;

/// A profile to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProfile {
    /// Its name.
    pub name: String,
    /// Keys and values, in the order they are to stand in.
    pub keys: Vec<(&'static str, String)>,
}

/// Removes the profiles `gone` from a config file, each as [`super::delete`] does, and appends `new`.
///
/// # Errors
/// A name that is taken, a name or value that could not be read back, a profile under two spellings.
pub fn replace_profiles(text: &str, gone: &[String], new: &[NewProfile]) -> Result<String, EditError> {
    let document = Document::parse(text);
    let mut places: HashMap<Cow<'_, str>, Vec<Section<'_>>> = HashMap::new();
    for section in document.sections() {
        if let Named::Profile(name) = config_header(section.name) {
            places.entry(name).or_default().push(*section);
        }
    }
    let mut splices = Splices::new(text);
    for name in gone {
        let sections = places.remove(name.as_str()).unwrap_or_default();
        if let Some(other) = sections.iter().find(|section| section.name != sections[0].name) {
            return Err(EditError::TwoSpellings(name.clone(), sections[0].name.to_owned(), other.name.to_owned()));
        }
        sections.iter().for_each(|section| lifecycle::remove(&document, section, &mut splices));
    }
    let mut made = HashSet::new();
    for profile in new {
        if places.contains_key(profile.name.as_str()) || !made.insert(profile.name.as_str()) {
            return Err(EditError::Exists(profile.name.clone()));
        }
        splices.append(&lines(profile)?);
    }
    let changed = splices.apply();
    read_back(&changed, &document, gone, new)?;
    Ok(changed)
}

fn lines(profile: &NewProfile) -> Result<Vec<String>, EditError> {
    let place = Place::Profile(profile.name.clone());
    place.check()?;
    if let Some((key, _)) = profile.keys.iter().find(|(_, value)| value.contains(['\n', '\r', '\0'])) {
        return Err(EditError::LineEnd((*key).to_owned()));
    }
    let header = format!("[{}]", place.header());
    Ok([header].into_iter().chain(profile.keys.iter().map(|(key, value)| format!("{key} = {value}"))).collect())
}

/// The last line of defence, as in [`super::apply`].
fn read_back(changed: &str, old: &Document<'_>, gone: &[String], new: &[NewProfile]) -> Result<(), EditError> {
    let shared = SharedConfig::parse(changed, "").indexed();
    let made: HashSet<_> = new.iter().map(|profile| profile.name.as_str()).collect();
    let wrong = |profile: &&NewProfile| {
        let found = shared.config_profile(&profile.name);
        found.is_none_or(|found| profile.keys.iter().any(|(key, value)| found.text(key) != Some(trim(value))))
    };
    if let Some(profile) = new.iter().find(wrong) {
        return Err(EditError::NotReadBack(profile.name.clone()));
    }
    let is_left = |name: &&String| shared.config_profile(name).is_some() && !made.contains(name.as_str());
    if let Some(name) = gone.iter().find(is_left) {
        return Err(EditError::NotReadBack(name.clone()));
    }
    match shared.config.problems().len() > old.problems().len() {
        true => Err(EditError::NotReadBack("this".to_owned())),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(name: &str, region: &str) -> NewProfile {
        NewProfile { name: name.into(), keys: vec![("sso_role_name", "R".into()), ("region", region.into())] }
    }

    fn replaced(text: &str, gone: &[&str], new: &[NewProfile]) -> String {
        let gone: Vec<_> = gone.iter().map(ToString::to_string).collect();
        replace_profiles(text, &gone, new).map_or_else(|error| error.to_string(), |text| text.replace('\n', "|"))
    }

    #[test]
    fn some_go_and_others_come() {
        let (n, gone) = (&profile("n", "r"), ["a"].as_slice());
        let written = "[profile n]|sso_role_name = R|region = r|";
        for (text, gone, new, expected) in [
            ("", [].as_slice(), vec![], ""),
            ("", &[], vec![n.clone()], written),
            ("# c", &[], vec![n.clone()], &format!("# c|{written}")),
            ("[default]\nregion = x", &[], vec![n.clone()], &format!("[default]|region = x|{written}")),
            ("[profile a]\nx = y\n\n[profile b]\n  z = 1\n", gone, vec![], "[profile b]|  z = 1|"),
            ("[profile a]\nx = y\n# of b\n[profile b]\n", gone, vec![], "# of b|[profile b]|"),
            ("[profile a]\n[profile b]\n[profile a]\nx = y\n", gone, vec![], "[profile b]|"),
            ("[profile a]\n  [profile c]\nx = y\n", &["a", "c"], vec![], ""),
            ("[profile n]\nx = y\n", &["n"], vec![n.clone()], written),
            ("[profile b]\n", gone, vec![], "[profile b]|"),
            // Refused.
            ("[profile n]\n", &[], vec![n.clone()], "there is already a profile n"),
            ("", &[], vec![n.clone(), n.clone()], "there is already a profile n"),
            (
                "[profile a]\n[profile 'a']\n",
                gone,
                vec![],
                "profile a stands under two spellings, `[profile a]` and `[profile 'a']`, of which AWS tools use only one",
            ),
            (
                "",
                &[],
                vec![profile("n", "x\ny")],
                "the value of region holds a line end or a NUL byte, which AWS files cannot",
            ),
            (
                "",
                &[],
                vec![profile("n\u{1}", "x")],
                "\"n\\u{1}\" cannot be the name of a profile: it holds a line end or control character",
            ),
        ] {
            assert_eq!(replaced(text, gone, &new), expected, "{text:?}");
        }
    }

    #[test]
    fn line_ends_are_those_of_the_file() {
        let new = [profile("n", "r")];
        let text = replace_profiles("[default]\r\nregion = x\r\n", &[], &new).unwrap();
        assert_eq!(text, "[default]\r\nregion = x\r\n[profile n]\r\nsso_role_name = R\r\nregion = r\r\n");
    }

    #[test]
    fn thousands_at_once() {
        let name = |at| format!("p{at}");
        let new: Vec<_> = (0..10_000).map(|at| profile(&name(at), "r")).collect();
        let text = replace_profiles("[default]\n", &[], &new).unwrap();
        assert_eq!(SharedConfig::parse(&text, "").profile_names().len(), 10_001);
        let gone: Vec<_> = (0..10_000).map(name).collect();
        assert_eq!(replace_profiles(&text, &gone, &[]).unwrap(), "[default]\n");
    }
}
