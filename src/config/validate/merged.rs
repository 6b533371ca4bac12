//! Both files indexed once: what each profile and sso-session has, merged as the AWS CLI does it.
//!
//! [`SharedConfig::profile`](crate::config::shared::SharedConfig::profile) answers for one name by
//! walking the file; asking it for every name would be quadratic.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::config::document::{Entry, Section, Value};
use crate::config::header::{Named, config_header};
use crate::config::{FileKind, Origin};

/// Everything that has a name.
#[derive(Default)]
pub(super) struct Merged<'t> {
    config: Layer<'t>,
    credentials: Layer<'t>,
    sessions: BTreeMap<Cow<'t, str>, Block<'t>>,
    services: BTreeSet<Cow<'t, str>>,
    /// The headers of the config file so far.
    headers: HashSet<&'t str>,
}

/// The profiles of one file.
#[derive(Default)]
struct Layer<'t> {
    profiles: BTreeMap<Cow<'t, str>, Block<'t>>,
    /// The keys of `[DEFAULT]`.
    inherited: Keys<'t>,
}

/// What one spelling of a header holds.
struct Block<'t> {
    header: Origin,
    text: &'t str,
    keys: Keys<'t>,
}

type Keys<'t> = BTreeMap<Cow<'t, str>, Found<'t>>;

/// A value, and where it was written.
pub(super) struct Found<'t> {
    value: Value<'t>,
    pub(super) origin: Origin,
}

impl Found<'_> {
    /// The text; nothing for a nested block.
    pub(super) fn text(&self) -> &str {
        self.value.text().unwrap_or_default()
    }
}

impl<'t> Merged<'t> {
    /// Takes in a section; those of the config file come first, in their order.
    pub(super) fn add(&mut self, file: FileKind, section: &Section<'t>, entries: Vec<Entry<'t>>) {
        let keys = entries.into_iter().map(|entry| {
            let origin = Origin { file, line: entry.line() };
            (entry.key(), Found { value: entry.value, origin })
        });
        let header = Origin { file, line: section.line() };
        let (blocks, name, new) = match file {
            FileKind::Config => {
                let new = self.headers.insert(section.name);
                match config_header(section.name) {
                    Named::Profile(name) => (&mut self.config.profiles, name, new),
                    Named::SsoSession(name) => (&mut self.sessions, name, new),
                    Named::Inherited => return self.config.inherited.extend(keys),
                    Named::Services(name) => {
                        self.services.insert(name);
                        return;
                    }
                    Named::Ignored | Named::Other(_) => return,
                }
            }
            FileKind::Credentials => match section.name {
                "" => return,
                "DEFAULT" => return self.credentials.inherited.extend(keys),
                name => (&mut self.credentials.profiles, Cow::Borrowed(name), false),
            },
        };
        let block =
            blocks.entry(name).or_insert_with(|| Block { header, text: section.name, keys: BTreeMap::default() });
        if block.text == section.name {
            block.keys.extend(keys);
        } else if new {
            // Two spellings of one name: the one whose first header comes later replaces the other.
            *block = Block { header, text: section.name, keys: keys.collect() };
        }
    }

    /// All profiles, sorted by name.
    pub(super) fn profiles(&self) -> Vec<Profile<'_, 't>> {
        let names: BTreeSet<&str> =
            self.config.profiles.keys().chain(self.credentials.profiles.keys()).map(AsRef::as_ref).collect();
        names.into_iter().filter_map(|name| self.profile(name)).collect()
    }

    /// The profile `name`, if a file has it.
    pub(super) fn profile<'m>(&'m self, name: &'m str) -> Option<Profile<'m, 't>> {
        let half = |layer: &'m Layer<'t>| {
            let own = &layer.profiles.get(name)?.keys;
            Some(Half { own, inherited: &layer.inherited })
        };
        let (config, credentials) = (half(&self.config), half(&self.credentials));
        (config.is_some() || credentials.is_some()).then_some(Profile { name, config, credentials })
    }

    /// The name, the header and the keys of every sso-session.
    pub(super) fn sessions(&self) -> impl Iterator<Item = (&str, Origin, Half<'_, 't>)> {
        self.sessions.iter().map(|(name, block)| (name.as_ref(), block.header, self.session_half(block)))
    }

    /// The keys of the sso-session `name`.
    pub(super) fn session(&self, name: &str) -> Option<Half<'_, 't>> {
        self.sessions.get(name).map(|block| self.session_half(block))
    }

    fn session_half<'m>(&'m self, block: &'m Block<'t>) -> Half<'m, 't> {
        Half { own: &block.keys, inherited: &self.config.inherited }
    }

    /// Whether there is `[services NAME]`.
    pub(super) fn has_services(&self, name: &str) -> bool {
        self.services.contains(name)
    }
}

/// What one file says under one name.
#[derive(Clone, Copy)]
pub(super) struct Half<'m, 't> {
    own: &'m Keys<'t>,
    inherited: &'m Keys<'t>,
}

impl<'m, 't> Half<'m, 't> {
    /// The value under `key`, `[DEFAULT]` included.
    pub(super) fn get(self, key: &str) -> Option<&'m Found<'t>> {
        self.own.get(key).or_else(|| self.inherited.get(key))
    }

    /// The keys that it has itself.
    pub(super) fn own(self) -> impl Iterator<Item = (&'m str, &'m Found<'t>)> {
        self.own.iter().map(|(key, found)| (key.as_ref(), found))
    }
}

/// One profile, from both files.
#[derive(Clone, Copy)]
pub(super) struct Profile<'m, 't> {
    pub(super) name: &'m str,
    config: Option<Half<'m, 't>>,
    credentials: Option<Half<'m, 't>>,
}

impl<'m, 't> Profile<'m, 't> {
    /// The value that counts: the credentials file wins.
    pub(super) fn get(self, key: &str) -> Option<&'m Found<'t>> {
        self.in_file(FileKind::Credentials, key).or_else(|| self.in_file(FileKind::Config, key))
    }

    /// Whether there is such a value.
    pub(super) fn has(self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The value that counts, unless it stands in `[DEFAULT]`, where it is not this profile's fault.
    pub(super) fn own(self, key: &str) -> Option<&'m Found<'t>> {
        let own = |half: Option<Half<'m, 't>>| half?.own.get(key);
        self.get(key)?;
        match self.in_file(FileKind::Credentials, key) {
            Some(_) => own(self.credentials),
            None => own(self.config),
        }
    }

    /// What one file says.
    pub(super) fn in_file(self, file: FileKind, key: &str) -> Option<&'m Found<'t>> {
        self.half(file)?.get(key)
    }

    /// What one file says under the profile's own header.
    pub(super) fn own_in_file(self, file: FileKind, key: &str) -> Option<&'m Found<'t>> {
        self.half(file)?.own.get(key)
    }

    fn half(self, file: FileKind) -> Option<Half<'m, 't>> {
        match file {
            FileKind::Config => self.config,
            FileKind::Credentials => self.credentials,
        }
    }

    /// Whether it holds either half of an access key, in whatever file (botocore's
    /// `_has_static_credentials`).
    pub(super) fn has_static_keys(self) -> bool {
        self.has("aws_access_key_id") || self.has("aws_secret_access_key")
    }

    /// Whether its credentials come from a role that another source may assume.
    pub(super) fn assumes_role(self) -> bool {
        self.has("role_arn") && !self.has("web_identity_token_file")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::shared::SharedConfig;

    #[test]
    fn it_merges_as_the_shared_config_does() {
        for (config, credentials) in [
            ("[default]\nregion=a\n[profile x]\nregion=b\n", "[x]\nregion=c\noutput=d\n[y]\n[]\nregion=e\n"),
            ("[default]\nregion=a\n[profile default]\noutput=b\n[default]\nmfa_serial=c\n", ""),
            ("[profile default]\noutput=b\n[default]\nregion=a\n[profile default]\nmfa_serial=c\n", ""),
            ("[profile 'x']\na=1\n[profile x]\na=2\n[profile \"x\"]\nb=3\n", "[x]\na=4\n[x]\nb=5\n"),
            ("[DEFAULT]\nregion=a\n[profile x]\n[y]\n[DEFAULT]\nregion=b\n", "[DEFAULT]\noutput=c\n[x]\n[ x ]\n"),
            ("[profile x]\ns3=\n a=b\nREGION=c\nregion=d\n[plugins]\nx=y\n[sso-session s]\nsso_region=r\n", ""),
        ] {
            let shared = SharedConfig::parse(config, credentials);
            let mut merged = Merged::default();
            for file in [FileKind::Config, FileKind::Credentials] {
                let document = shared.document(file);
                for section in document.sections() {
                    merged.add(file, section, document.entries(section).collect());
                }
            }
            let mut names = shared.profile_names();
            names.sort();
            assert_eq!(merged.profiles().len(), names.len());
            for (name, profile) in names.iter().zip(merged.profiles()) {
                let expected = shared.profile(name).unwrap();
                for key in ["a", "b", "region", "output", "mfa_serial", "s3"] {
                    let setting = expected.get(key).map(|setting| (&setting.value, setting.origin));
                    let found = profile.get(key).map(|found| (&found.value, found.origin));
                    assert_eq!(found, setting, "{name} {key} {config:?} {credentials:?}");
                }
            }
        }
    }
}
