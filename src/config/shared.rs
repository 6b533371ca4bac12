//! Both files merged into profiles, sso-sessions and services, as the AWS CLI merges them.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::document::{Document, Nested, Section, Value};
use super::header::{Named, config_header};
use super::profile::{Profile, Services, SsoSession};
use super::{FileKind, Origin};

/// The two files, parsed. A file that is missing is an empty document.
#[derive(Debug)]
pub struct SharedConfig<'t> {
    /// `~/.aws/config`
    pub config: Document<'t>,
    /// `~/.aws/credentials`
    pub credentials: Document<'t>,
    /// See [`SharedConfig::indexed`].
    index: Option<[Index<'t>; 2]>,
}

/// The sections of a file by the name of what they make up.
type Index<'t> = HashMap<Cow<'t, str>, Vec<Section<'t>>>;

/// The settings under one name, from all places that hold any.
#[derive(Debug, Clone, Default)]
pub struct Settings<'t>(Vec<Setting<'t>>);

/// One key of [`Settings`].
#[derive(Debug, Clone)]
pub struct Setting<'t> {
    /// The key in lower case.
    pub key: Cow<'t, str>,
    /// The value that counts.
    pub value: Value<'t>,
    /// Where it was written.
    pub origin: Origin,
    /// Values of the same key that do not count, the nearest first.
    pub shadowed: Vec<Origin>,
}

impl<'t> Settings<'t> {
    /// The setting under `key` (lower case).
    pub fn get(&self, key: &str) -> Option<&Setting<'t>> {
        self.0.iter().find(|setting| setting.key == key)
    }

    /// The text under `key`, unless it is missing or a nested block.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.value.text()
    }

    /// `name` in the nested block under `key`.
    pub fn nested(&self, key: &str, name: &str) -> Option<&Nested<'t>> {
        self.get(key)?.value.nested(name)
    }

    /// All settings, in the order of the files.
    pub fn iter(&self) -> impl Iterator<Item = &Setting<'t>> {
        self.0.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Lays `over` on top: its values win, key by key.
    fn overlay(mut self, over: Self) -> Self {
        let mut index: BTreeMap<Cow<'t, str>, usize> = BTreeMap::new();
        for (at, setting) in self.0.iter().enumerate() {
            index.insert(setting.key.clone(), at);
        }
        for mut setting in over.0 {
            match index.get(&setting.key) {
                Some(&at) => {
                    let below = &mut self.0[at];
                    setting.shadowed.push(below.origin);
                    setting.shadowed.append(&mut below.shadowed);
                    *below = setting;
                }
                None => {
                    index.insert(setting.key.clone(), self.0.len());
                    self.0.push(setting);
                }
            }
        }
        self
    }
}

impl<'t> SharedConfig<'t> {
    /// Parses the texts of both files.
    pub fn parse(config: &'t str, credentials: &'t str) -> Self {
        Self { config: Document::parse(config), credentials: Document::parse(credentials), index: None }
    }

    /// The same with an index, for those who ask for many profiles: without one, each takes a pass over
    /// both files.
    #[must_use]
    pub fn indexed(mut self) -> Self {
        let (mut config, mut credentials) = (Index::new(), Index::new());
        for section in self.config.sections() {
            let name = match config_header(section.name) {
                Named::Profile(name) | Named::SsoSession(name) | Named::Services(name) => name,
                Named::Inherited | Named::Other(_) => Cow::Borrowed(section.name),
                Named::Ignored => continue,
            };
            config.entry(name).or_default().push(*section);
        }
        for section in self.credentials.sections() {
            credentials.entry(Cow::Borrowed(section.name)).or_default().push(*section);
        }
        self.index = Some([config, credentials]);
        self
    }

    /// The sections of `file` among which those that make up `name` are.
    fn candidates(&self, file: FileKind, name: &str) -> &[Section<'t>] {
        match (&self.index, file) {
            (Some([config, _]), FileKind::Config) => config.get(name).map_or(&[], Vec::as_slice),
            (Some([_, credentials]), FileKind::Credentials) => credentials.get(name).map_or(&[], Vec::as_slice),
            (None, file) => self.document(file).sections(),
        }
    }

    /// The document of `file`.
    pub fn document(&self, file: FileKind) -> &Document<'t> {
        match file {
            FileKind::Config => &self.config,
            FileKind::Credentials => &self.credentials,
        }
    }

    /// Every profile once: those of the config file in its order, then those that only the
    /// credentials file has (AWS CLI, `configure list-profiles`).
    pub fn profile_names(&self) -> Vec<Cow<'t, str>> {
        let in_config = self.config.sections().iter().filter_map(|section| match config_header(section.name) {
            Named::Profile(name) => Some(name),
            _ => None,
        });
        let in_credentials =
            self.credentials.sections().iter().map(|section| section.name).filter(|name| is_credentials_profile(name));
        let mut seen = HashSet::new();
        in_config.chain(in_credentials.map(Cow::Borrowed)).filter(|name| seen.insert(name.clone())).collect()
    }

    /// The profiles in whose sections of either file `text` stands, the config file's first. `None`: it stands where all
    /// profiles inherit it.
    pub fn profiles_with(&self, text: &str) -> Option<Vec<Cow<'t, str>>> {
        let mut names = Vec::new();
        for section in self.config.sections_with(text) {
            match config_header(section.name) {
                Named::Profile(name) => names.push(name),
                Named::Inherited => return None,
                _ => {}
            }
        }
        for section in self.credentials.sections_with(text) {
            match section.name {
                "DEFAULT" => return None,
                name if is_credentials_profile(name) => names.push(Cow::Borrowed(name)),
                _ => {}
            }
        }
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        Some(names)
    }

    /// The profile `name`, merged: the credentials file wins key by key. `None`: neither file has it.
    pub fn profile(&self, name: &str) -> Option<Profile<'t>> {
        match (self.config_profile(name), self.credentials_profile(name)) {
            (Some(below), Some(over)) => Some(Profile(below.0.overlay(over.0))),
            (one, other) => one.or(other),
        }
    }

    /// What the config file alone says of the profile `name`.
    pub fn config_profile(&self, name: &str) -> Option<Profile<'t>> {
        self.config_settings(name, |named| matches!(named, Named::Profile(n) if n == name)).map(Profile)
    }

    /// What the credentials file alone says of the profile `name`.
    pub fn credentials_profile(&self, name: &str) -> Option<Profile<'t>> {
        let sections = to_the_letter(self.candidates(FileKind::Credentials, name), name);
        (!sections.is_empty()).then(|| Profile(self.settings(FileKind::Credentials, &sections)))
    }

    /// The `[sso-session NAME]` section.
    pub fn sso_session(&self, name: &str) -> Option<SsoSession<'t>> {
        self.config_settings(name, |named| matches!(named, Named::SsoSession(n) if n == name)).map(SsoSession)
    }

    /// The `[services NAME]` section.
    pub fn services(&self, name: &str) -> Option<Services<'t>> {
        self.config_settings(name, |named| matches!(named, Named::Services(n) if n == name)).map(Services)
    }

    /// A section of the config file that is none of these, such as `plugins`.
    pub fn other(&self, text: &str) -> Option<Settings<'t>> {
        self.config_settings(text, |named| matches!(named, Named::Other(n) if *n == text))
    }

    /// The names of all sso-sessions, in the order of the file.
    pub fn sso_session_names(&self) -> Vec<Cow<'t, str>> {
        let mut seen = HashSet::new();
        self.config
            .sections()
            .iter()
            .filter_map(|section| match config_header(section.name) {
                Named::SsoSession(name) => Some(name),
                _ => None,
            })
            .filter(|name| seen.insert(name.clone()))
            .collect()
    }

    fn config_settings(&self, name: &str, is_it: impl Fn(&Named<'_>) -> bool) -> Option<Settings<'t>> {
        let sections = one_thing(self.candidates(FileKind::Config, name), name, is_it);
        (!sections.is_empty()).then(|| self.settings(FileKind::Config, &sections))
    }

    fn settings(&self, file: FileKind, sections: &[Section<'t>]) -> Settings<'t> {
        let candidates = self.candidates(file, "DEFAULT").iter();
        let inherited: Vec<_> = candidates.filter(|section| section.name == "DEFAULT").copied().collect();
        let own = collect(self.document(file), file, sections);
        if inherited.is_empty() { own } else { collect(self.document(file), file, &inherited).overlay(own) }
    }
}

/// The sections of a config file that make up one thing, which is called `name`.
///
/// A header that stands twice is merged. Where two spellings name the same thing (`[default]` and
/// `[profile default]`), the one whose first header comes later replaces the other (AWS CLI).
pub(super) fn config_sections<'t>(
    document: &Document<'t>,
    name: &str,
    is_it: impl Fn(&Named<'_>) -> bool,
) -> Vec<Section<'t>> {
    one_thing(document.sections(), name, is_it)
}

fn one_thing<'t>(candidates: &[Section<'t>], name: &str, is_it: impl Fn(&Named<'_>) -> bool) -> Vec<Section<'t>> {
    let mut sections: Vec<Section<'t>> = Vec::new();
    let mut spelling = None;
    for section in candidates {
        if !may_name(section.name, name) || !is_it(&config_header(section.name)) {
            continue;
        }
        if !sections.iter().any(|known| known.name == section.name) {
            spelling = Some(section.name);
        }
        sections.push(*section);
    }
    sections.retain(|section| Some(section.name) == spelling);
    sections
}

/// Whether the header `text` can name `name` at all: unless it ends with a blank or a quote, it ends
/// with the name's last byte. Spares most headers of a large file from being taken apart.
fn may_name(text: &str, name: &str) -> bool {
    match text.as_bytes().last() {
        Some(b' ' | b'\t' | b'\r' | b'\n' | b'\'' | b'"') => true,
        last => last == name.as_bytes().last(),
    }
}

/// The sections of a credentials file for the profile `name`: the text between the brackets, to
/// the letter.
pub(super) fn credentials_sections<'t>(document: &Document<'t>, name: &str) -> Vec<Section<'t>> {
    to_the_letter(document.sections(), name)
}

fn to_the_letter<'t>(candidates: &[Section<'t>], name: &str) -> Vec<Section<'t>> {
    if !is_credentials_profile(name) {
        return Vec::new();
    }
    candidates.iter().filter(|section| section.name == name).copied().collect()
}

fn is_credentials_profile(name: &str) -> bool {
    // `[]` is nothing; `[DEFAULT]` is what the other sections inherit from.
    !name.is_empty() && name != "DEFAULT"
}

fn collect<'t>(document: &Document<'t>, file: FileKind, sections: &[Section<'t>]) -> Settings<'t> {
    let mut found = Settings::default();
    let mut index: BTreeMap<Cow<'t, str>, usize> = BTreeMap::new();
    for entry in sections.iter().flat_map(|section| document.entries(section)) {
        let origin = Origin { file, line: entry.line() };
        let key = entry.key();
        match index.get(&key) {
            Some(&at) => {
                let setting = &mut found.0[at];
                setting.shadowed.insert(0, setting.origin);
                setting.origin = origin;
                setting.value = entry.value;
            }
            None => {
                index.insert(key.clone(), found.0.len());
                found.0.push(Setting { key, value: entry.value, origin, shadowed: Vec::new() });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(config: &str, credentials: &str, profile: &str) -> Option<String> {
        SharedConfig::parse(config, credentials).profile(profile)?.text("region").map(str::to_owned)
    }

    #[test]
    fn profiles_merge_as_in_the_aws_cli() {
        for (config, credentials, profile, expected) in [
            ("[default]\nregion=a\n", "", "default", Some("a")),
            ("[profile x]\nregion=a\n", "[x]\nregion=b\n", "x", Some("b")),
            ("[profile x]\nregion=a\n", "[x]\n", "x", Some("a")),
            ("", "[x y]\nregion=b\n", "x y", Some("b")),
            ("", "[ x ]\nregion=b\n", " x ", Some("b")),
            ("", "[profile x]\nregion=b\n", "x", None),
            ("[x]\nregion=a\n", "", "x", None),
            // Two spellings: the later one replaces the other whole.
            ("[default]\nregion=a\n[profile default]\noutput=b\n", "", "default", None),
            ("[profile default]\noutput=b\n[default]\nregion=a\n", "", "default", Some("a")),
            ("[default]\noutput=b\n[profile default]\nregion=a\n[default]\nregion=c\n", "", "default", Some("a")),
            // One spelling twice: merged, the last value wins.
            ("[profile x]\nregion=a\n[profile x]\noutput=b\n", "", "x", Some("a")),
            ("[profile x]\nregion=a\n[profile x]\nRegion=b\n", "", "x", Some("b")),
            // configparser's own default section.
            ("[DEFAULT]\nregion=a\n[profile x]\n", "", "x", Some("a")),
            ("[DEFAULT]\nregion=a\n[profile x]\nregion=b\n", "", "x", Some("b")),
            ("[DEFAULT]\nregion=a\n", "", "default", None),
            ("", "[DEFAULT]\nregion=a\n", "DEFAULT", None),
        ] {
            assert_eq!(region(config, credentials, profile).as_deref(), expected, "{config:?} {credentials:?}");
        }
    }

    #[test]
    fn profiles_are_found_by_what_stands_in_them() {
        let config = "# K\n[profile a]\nx = 1\n[profile b]\ny = K\n[sso-session s]\nz = K\n[profile b]\nk = K\n";
        for (credentials, text, found) in [
            ("[a]\nx = K\n[]\nx = K\n[c]\nx=K", "K", Some(&["b", "a", "c"][..])),
            ("K = 1\n", "none", Some(&[])),
            ("[DEFAULT]\nx = Q\n[a]\n", "Q", None),
        ] {
            let shared = SharedConfig::parse(config, credentials);
            assert_eq!(
                shared.profiles_with(text),
                found.map(|names| names.iter().map(|name| (*name).into()).collect())
            );
        }
    }

    #[test]
    fn an_index_changes_no_answer() {
        let config = "[DEFAULT]\ncolor=c\n[default]\nregion=a\n[profile default]\noutput=b\n[profile x]\nregion=a\n\
                      [profile 'x']\nregion=b\n[profile y]\n[profile y]\nregion=d\n[sso-session x]\nsso_region=s\n\
                      [services x]\na=b\n[profile DEFAULT]\nregion=e\n[plugins]\np=q\n[profile bad";
        let credentials = "[DEFAULT]\nk=v\n[x]\nregion=z\n[x]\noutput=o\n[]\nk=w\n";
        let (plain, indexed) = (SharedConfig::parse(config, credentials), SharedConfig::parse(config, credentials));
        let indexed = indexed.indexed();
        for name in ["default", "x", "y", "DEFAULT", "", "bad", "plugins", "none"] {
            let told = |shared: &SharedConfig<'_>| {
                let found = [
                    shared.profile(name).map(Settings::from),
                    shared.sso_session(name).map(Settings::from),
                    shared.services(name).map(Settings::from),
                    shared.other(name),
                ];
                let texts = found.map(|settings| {
                    let settings = settings?;
                    Some(
                        settings
                            .iter()
                            .map(|s| (s.key.to_string(), s.value.text().map(str::to_owned), s.origin))
                            .collect::<Vec<_>>(),
                    )
                });
                format!("{texts:?}")
            };
            assert_eq!(told(&plain), told(&indexed), "{name}");
        }
    }

    #[test]
    fn profiles_are_listed_in_order_and_once() {
        let config = "[profile b]\n[default]\n[profile b]\n[plugins]\n[profile \"c d\"]\n[sso-session s]\n";
        let shared = SharedConfig::parse(config, "[a]\n[b]\n[a]\n[DEFAULT]\n");
        assert_eq!(shared.profile_names(), ["b", "default", "c d", "a"]);
        assert_eq!(shared.sso_session_names(), ["s"]);
    }

    #[test]
    fn every_setting_knows_what_it_shadows() {
        let shared = SharedConfig::parse("[profile x]\nregion=a\nregion=b\n", "[x]\nregion=c\n");
        let profile = shared.profile("x").unwrap();
        let setting = profile.get("region").unwrap();
        let config = |line| Origin { file: FileKind::Config, line };
        assert_eq!(setting.origin, Origin { file: FileKind::Credentials, line: 2 });
        assert_eq!(setting.shadowed, [config(3), config(2)]);
    }
}
