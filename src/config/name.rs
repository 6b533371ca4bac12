//! The dotted names of `configure get`, `set` and `unset`, as the AWS CLI takes them apart.

/// Where the value of a name is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// The profile that is selected, `default` when none is.
    Selected,
    /// A profile that the name itself gives.
    Profile(String),
    /// A section of the config file by its plain header.
    Section(String),
}

/// A name taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Where the value is kept.
    pub holder: Holder,
    /// The key.
    pub key: String,
    /// The name within the nested block under the key.
    pub sub: Option<String>,
}

/// A name that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// `profile.P` or `default` followed by a dot and nothing.
    #[error("`{0}` names no key")]
    NoKey(String),
    /// More parts than the place has levels.
    #[error("`{0}` has too many parts: a name here is KEY or KEY.SUBKEY")]
    TooManyParts(String),
    /// A key that could not be read back.
    #[error("`{0}` cannot be a key: {1}")]
    BadKey(String, &'static str),
}

/// The AWS CLI tests for its predefined section by a substring of this word, so `p.x` and `plug.x`
/// name keys of the sections `[p]` and `[plug]`. Kept to the letter.
fn is_predefined(section: &str) -> bool {
    "plugins".contains(section)
}

impl Name {
    fn new(holder: Holder, key: &str, rest: &[&str]) -> Self {
        let sub = match rest {
            [sub] => Some((*sub).to_owned()),
            // The AWS CLI drops what goes deeper than one level.
            _ => None,
        };
        Self { holder, key: key.to_owned(), sub }
    }

    /// The name given to `configure set` (and `unset`).
    pub fn for_set(text: &str) -> Result<Self, NameError> {
        let parts: Vec<&str> = text.split('.').collect();
        let name = match parts.as_slice() {
            ["default", key, rest @ ..] => Self::new(Holder::Profile("default".into()), key, rest),
            ["profile", profile, key, rest @ ..] => Self::new(Holder::Profile((*profile).into()), key, rest),
            ["profile", _] => return Err(NameError::NoKey(text.into())),
            [key] => Self::new(Holder::Selected, key, &[]),
            [section, key] if is_predefined(section) => Self::new(Holder::Section((*section).into()), key, &[]),
            [section, ..] if is_predefined(section) => Self::new(Holder::Selected, text, &[]),
            [key, rest @ ..] => Self::new(Holder::Selected, key, rest),
            [] => return Err(NameError::NoKey(text.into())),
        };
        name.checked()
    }

    /// The name given to `configure get`, which also takes `PROFILE.KEY` of a known profile.
    pub fn for_get(text: &str, is_profile: impl Fn(&str) -> bool) -> Result<Self, NameError> {
        let parts: Vec<&str> = text.split('.').collect();
        Ok(match parts.as_slice() {
            [section, key] if is_predefined(section) => Self::new(Holder::Section((*section).into()), key, &[]),
            ["profile", profile, key, rest @ ..] => Self::new(Holder::Profile((*profile).into()), key, rest),
            ["profile", _] => return Err(NameError::NoKey(text.into())),
            ["default", key, rest @ ..] => Self::new(Holder::Profile("default".into()), key, rest),
            [profile, key, rest @ ..] if is_profile(profile) => {
                Self::new(Holder::Profile((*profile).into()), key, rest)
            }
            [key, rest @ ..] => Self::new(Holder::Selected, key, rest),
            [] => return Err(NameError::NoKey(text.into())),
        })
    }

    /// A name within `--sso-session` or `--services`: KEY or KEY.SUBKEY.
    pub fn within_section(text: &str) -> Result<Self, NameError> {
        match text.split('.').collect::<Vec<_>>().as_slice() {
            [key] => Self::new(Holder::Selected, key, &[]).checked(),
            [key, sub] => Self::new(Holder::Selected, key, &[*sub]).checked(),
            _ => Err(NameError::TooManyParts(text.into())),
        }
    }

    /// Refuses what would be written but not read back as this key.
    fn checked(self) -> Result<Self, NameError> {
        for (text, separators) in [(Some(&self.key), &['=', ':'][..]), (self.sub.as_ref(), &['='])] {
            let Some(text) = text else { continue };
            let bad = |why| Err(NameError::BadKey(text.clone(), why));
            if text.trim().is_empty() {
                return bad("it is empty");
            }
            if text.contains(['\n', '\r']) {
                return bad("it holds a line end");
            }
            if text.contains(separators) {
                return bad("it holds a separator (`=` or `:`)");
            }
            if text.starts_with(['#', ';', '[']) || text.trim() != text {
                return bad("it starts with `#`, `;`, `[` or white space, or ends with white space");
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(holder: Holder, key: &str, sub: Option<&str>) -> Name {
        Name { holder, key: key.into(), sub: sub.map(str::to_owned) }
    }

    fn profile(name: &str) -> Holder {
        Holder::Profile(name.into())
    }

    #[test]
    fn set_takes_names_apart_as_the_aws_cli() {
        for (text, expected) in [
            ("region", name(Holder::Selected, "region", None)),
            ("default.region", name(profile("default"), "region", None)),
            ("default.s3.a", name(profile("default"), "s3", Some("a"))),
            ("default.s3.a.b", name(profile("default"), "s3", None)),
            ("profile.dev.region", name(profile("dev"), "region", None)),
            ("profile.dev.s3.a", name(profile("dev"), "s3", Some("a"))),
            ("s3.a", name(Holder::Selected, "s3", Some("a"))),
            ("dev.region", name(Holder::Selected, "dev", Some("region"))),
            ("a.b.c", name(Holder::Selected, "a", None)),
            ("plugins.k", name(Holder::Section("plugins".into()), "k", None)),
            ("p.x", name(Holder::Section("p".into()), "x", None)),
            ("p.x.y", name(Holder::Selected, "p.x.y", None)),
            ("default", name(Holder::Selected, "default", None)),
        ] {
            assert_eq!(Name::for_set(text), Ok(expected), "{text}");
        }
        for text in ["profile.dev", "", "default.", "a=b", "a:b", "s3.a=b", "#a", "[a", " a", "a\nb"] {
            assert!(Name::for_set(text).is_err(), "{text}");
        }
    }

    #[test]
    fn get_also_knows_profiles() {
        let known = |name: &str| name == "dev";
        for (text, expected) in [
            ("region", name(Holder::Selected, "region", None)),
            ("dev.region", name(profile("dev"), "region", None)),
            ("dev.s3.a", name(profile("dev"), "s3", Some("a"))),
            ("s3.a", name(Holder::Selected, "s3", Some("a"))),
            ("default.region", name(profile("default"), "region", None)),
            ("profile.x.region", name(profile("x"), "region", None)),
            ("plug.x", name(Holder::Section("plug".into()), "x", None)),
        ] {
            assert_eq!(Name::for_get(text, known), Ok(expected), "{text}");
        }
        assert!(Name::for_get("profile.dev", known).is_err());
    }

    #[test]
    fn names_within_a_section_have_two_parts_at_most() {
        assert_eq!(Name::within_section("k.s"), Ok(name(Holder::Selected, "k", Some("s"))));
        assert!(Name::within_section("a.b.c").is_err());
    }
}
