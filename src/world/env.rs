//! Environment variables. A variable that is set but empty counts as unset everywhere in keyfob.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// The process environment, or a fixed one in tests.
#[derive(Debug)]
pub struct Env(Source);

#[derive(Debug)]
enum Source {
    Process,
    Fixed(BTreeMap<String, OsString>),
}

impl Env {
    /// The environment of this process.
    pub fn real() -> Self {
        Self(Source::Process)
    }

    /// An environment that holds just `variables`.
    pub fn fixed<const N: usize>(variables: [(&str, &str); N]) -> Self {
        Self(Source::Fixed(variables.map(|(name, value)| (name.to_owned(), value.into())).into()))
    }

    /// The value of `name`, or `None` when it is unset or empty. Bytes that are not UTF-8 are
    /// replaced: no AWS setting holds any, and a path comes through [`Env::path`].
    pub fn get(&self, name: &str) -> Option<String> {
        self.os(name).map(|value| match value.into_string() {
            Ok(text) => text,
            Err(raw) => raw.to_string_lossy().into_owned(),
        })
    }

    /// The value of `name` as a path, byte for byte.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.os(name).map(PathBuf::from)
    }

    /// The home folder: `HOME`, else what the user database says.
    pub fn home(&self) -> Option<PathBuf> {
        self.path("HOME").or_else(|| match self.0 {
            Source::Process => std::env::home_dir().filter(|home| !home.as_os_str().is_empty()),
            Source::Fixed(_) => None,
        })
    }

    fn os(&self, name: &str) -> Option<OsString> {
        match &self.0 {
            Source::Process => std::env::var_os(name),
            Source::Fixed(variables) => variables.get(name).cloned(),
        }
        .filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_counts_as_unset() {
        let env = Env::fixed([("AWS_PROFILE", ""), ("AWS_REGION", "eu-west-1")]);
        assert_eq!(env.get("AWS_PROFILE"), None);
        assert_eq!(env.get("AWS_REGION").as_deref(), Some("eu-west-1"));
        assert_eq!(env.home(), None);
    }
}
