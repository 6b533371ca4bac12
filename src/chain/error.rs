//! Why a profile has no plan. Texts as in the AWS CLI, so that a search finds them.

use super::{Method, Source};
use crate::config::sso::SsoSettingsError;

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The profile was chosen and neither file has it.
    #[error("The config profile ({0}) could not be found")]
    NoProfile(String),
    /// An access key id without its secret, or a role without a source.
    #[error("Partial credentials found in {}, missing: {missing}", method.name())]
    Partial {
        /// Where the id is.
        method: Method,
        /// What is missing.
        missing: &'static str,
        /// Where the id was written.
        written: Source,
    },
    /// A role with two sources.
    #[error("The profile \"{profile}\" contains both source_profile and credential_source.")]
    BothSources {
        /// The role's profile.
        profile: String,
        /// Where `credential_source` was written.
        written: Source,
    },
    /// `credential_source` is none that there is.
    #[error("The credential source \"{name}\" referenced in profile \"{profile}\" is not valid.")]
    UnknownCredentialSource {
        /// What was written.
        name: String,
        /// The role's profile.
        profile: String,
        /// Where it was written.
        written: Source,
    },
    /// `source_profile` names a profile that neither file has.
    #[error("The source_profile \"{source_profile}\" referenced in the profile \"{profile}\" does not exist.")]
    NoSourceProfile {
        /// What was written.
        source_profile: String,
        /// The role's profile.
        profile: String,
        /// Where it was written.
        written: Source,
    },
    /// `source_profile` leads round in a circle.
    #[error(
        "Infinite loop in credential configuration detected. Attempting to load from profile {source_profile} which has already been visited. Visited profiles: {}",
        python_list(visited)
    )]
    Loop {
        /// The profile that closes the circle.
        source_profile: String,
        /// The profiles on the way, the selected one first.
        visited: Vec<String>,
        /// Where the closing `source_profile` was written.
        written: Source,
    },
    /// The source profile exists and says nothing of credentials.
    #[error("The source profile \"{source_profile}\" must have credentials.")]
    EmptySource {
        /// The source profile.
        source_profile: String,
        /// Where it was named.
        written: Source,
    },
    /// `credential_source` names a place that has none.
    #[error(
        "Error when retrieving credentials from {name}: No credentials found in credential_source referenced in profile {profile}"
    )]
    NoCredentialsInSource {
        /// `Environment`, `EcsContainer`, ...
        name: String,
        /// The role's profile.
        profile: String,
        /// Where it was named.
        written: Source,
    },
    /// The settings of a sign-in to Identity Center.
    #[error("{error}")]
    Sso {
        /// What is wrong with them.
        error: SsoSettingsError,
        /// Where Identity Center was asked for.
        written: Source,
    },
    /// A web identity token without a role.
    #[error(
        "The provided profile or the current environment is configured to assume role with web identity but has no role ARN configured. Ensure that the profile has the role_arn configuration set or the AWS_ROLE_ARN env var is set."
    )]
    NoWebIdentityRole {
        /// Where the token file was named.
        written: Source,
    },
}

impl PlanError {
    /// Where the fault was written, when it was.
    pub fn written(&self) -> Option<&Source> {
        match self {
            Self::NoProfile(_) => None,
            Self::Partial { written, .. }
            | Self::BothSources { written, .. }
            | Self::UnknownCredentialSource { written, .. }
            | Self::NoSourceProfile { written, .. }
            | Self::Loop { written, .. }
            | Self::EmptySource { written, .. }
            | Self::NoCredentialsInSource { written, .. }
            | Self::Sso { written, .. }
            | Self::NoWebIdentityRole { written } => Some(written),
        }
    }
}

/// A list of names as Python prints it.
fn python_list(names: &[String]) -> String {
    let quoted = |name: &String| match name.contains('\'') && !name.contains('"') {
        true => format!("\"{name}\""),
        false => format!("'{}'", name.replace('\'', "\\'")),
    };
    format!("[{}]", names.iter().map(quoted).collect::<Vec<_>>().join(", "))
}
