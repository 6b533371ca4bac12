//! Which section an edit is about.

use super::EditError;
use crate::config::document::{Document, Section};
use crate::config::header::{self, Named};
use crate::config::shared::{config_sections, credentials_sections};

/// A section of one of the two files. The first four are in the config file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// `[default]` or `[profile NAME]`.
    Profile(String),
    /// `[sso-session NAME]`.
    SsoSession(String),
    /// `[services NAME]`.
    Services(String),
    /// A plain header, such as `[plugins]`.
    Section(String),
    /// `[NAME]` in the credentials file.
    Credentials(String),
}

impl Place {
    /// The text between the brackets of a new header.
    pub(super) fn header(&self) -> String {
        match self {
            Self::Profile(name) => header::written("profile", name),
            Self::SsoSession(name) => header::written("sso-session", name),
            Self::Services(name) => header::written("services", name),
            Self::Section(name) | Self::Credentials(name) => name.clone(),
        }
    }

    pub(super) fn sections<'t>(&self, document: &Document<'t>) -> Vec<Section<'t>> {
        match self {
            Self::Profile(name) => {
                config_sections(document, name, |named| matches!(named, Named::Profile(n) if n == name))
            }
            Self::SsoSession(name) => {
                config_sections(document, name, |named| matches!(named, Named::SsoSession(n) if n == name))
            }
            Self::Services(name) => {
                config_sections(document, name, |named| matches!(named, Named::Services(n) if n == name))
            }
            Self::Section(name) => {
                config_sections(document, name, |named| matches!(named, Named::Other(n) if n == name))
            }
            Self::Credentials(name) => credentials_sections(document, name),
        }
    }

    /// Refuses a name that a header cannot carry.
    pub(super) fn check(&self) -> Result<(), EditError> {
        let (name, what) = match self {
            Self::Profile(name) | Self::Credentials(name) => (name, "a profile"),
            Self::SsoSession(name) => (name, "an sso-session"),
            Self::Services(name) => (name, "a services section"),
            Self::Section(name) => (name, "a section"),
        };
        let bad = |why| Err(EditError::BadName(name.clone(), what, why));
        if name.is_empty() {
            return bad("it is empty");
        }
        if name.chars().any(|c| c.is_control() && c != '\t') {
            return bad("it holds a line end or control character");
        }
        match self {
            Self::Credentials(name) | Self::Section(name) if name == "DEFAULT" => {
                bad("the AWS CLI lets every other profile inherit from `[DEFAULT]`")
            }
            _ => Ok(()),
        }
    }
}
