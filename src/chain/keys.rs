//! Access keys that are written down: in the environment or in one of the two files.

use super::{Method, PlanError, Source};
use crate::config::profile::Profile;
use crate::secret::Secret;

/// Keys that are written down, not asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// The access key id.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: Secret,
    /// The session token of temporary keys.
    pub session_token: Option<Secret>,
    /// `AWS_CREDENTIAL_EXPIRATION`, as it stands there.
    pub expiration: Option<String>,
    /// The account, where it is told.
    pub account_id: Option<String>,
}

/// Keys and where they stand; `Ok(None)`: there are none.
pub(super) type KeysFound = Result<Option<(Source, Keys)>, PlanError>;

/// The keys in the environment.
pub(super) fn environment_keys(variable: &impl Fn(&str) -> Option<String>) -> KeysFound {
    let source = Source::Variable("AWS_ACCESS_KEY_ID");
    let Some(access_key_id) = variable("AWS_ACCESS_KEY_ID") else { return Ok(None) };
    let Some(secret) = variable("AWS_SECRET_ACCESS_KEY") else {
        let (method, missing) = (Method::Environment, "AWS_SECRET_ACCESS_KEY");
        return Err(PlanError::Partial { method, missing, written: source });
    };
    let keys = Keys {
        access_key_id,
        secret_access_key: Secret::new(secret),
        session_token: variable("AWS_SECURITY_TOKEN").or_else(|| variable("AWS_SESSION_TOKEN")).map(Secret::new),
        expiration: variable("AWS_CREDENTIAL_EXPIRATION"),
        account_id: variable("AWS_ACCOUNT_ID"),
    };
    Ok(Some((source, keys)))
}

/// The keys that one file alone gives: id and secret must stand in the same file.
pub(super) fn file_keys(method: Method, profile: Option<Profile<'_>>, account: Option<&str>) -> KeysFound {
    let Some(profile) = profile else { return Ok(None) };
    let Some(id) = profile.aws_access_key_id() else { return Ok(None) };
    let source = Source::File("aws_access_key_id", id.origin);
    let Some(secret) = profile.aws_secret_access_key() else {
        return Err(PlanError::Partial { method, missing: "aws_secret_access_key", written: source });
    };
    let keys = Keys {
        access_key_id: id.text.to_owned(),
        secret_access_key: Secret::new(secret.text),
        session_token: profile.session_token().map(|token| Secret::new(token.text)),
        expiration: None,
        account_id: account.map(str::to_owned),
    };
    Ok(Some((source, keys)))
}
