//! Walking a plan.

use jiff::Timestamp;

use super::Credentials;
use super::expiry::Expiry;
use crate::chain::{Keys, Method, Plan, Source};

/// Why a plan gave no credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// The plan is empty.
    #[error("no credentials found")]
    None,
    /// `AWS_CREDENTIAL_EXPIRATION` is not a time.
    #[error("AWS_CREDENTIAL_EXPIRATION is {0:?}, which is not a time such as 2026-07-23T18:06:21Z")]
    BadExpiration(String),
    /// The environment's credentials are over.
    #[error("the credentials in the environment ended at {0}")]
    Expired(String),
    /// The method that counts calls AWS or another program.
    #[error("profile {profile} gets its credentials by {}, and keyfob resolves only keys in the files and in the environment", method.name())]
    Beyond {
        /// The profile.
        profile: String,
        /// The method that counts.
        method: Method,
        /// Where it was said.
        written: Source,
    },
}

/// The credentials that `plan` leads to at the time `now`.
///
/// # Errors
/// See [`ResolveError`].
pub fn resolve(plan: &Plan, now: Timestamp) -> Result<Credentials, ResolveError> {
    let Some(candidate) = plan.candidates.first() else { return Err(ResolveError::None) };
    match &candidate.keys {
        Some(keys) => written(candidate.method, keys, now),
        None => Err(ResolveError::Beyond {
            profile: plan.selection.name.clone(),
            method: candidate.method,
            written: candidate.source.clone(),
        }),
    }
}

fn written(method: Method, keys: &Keys, now: Timestamp) -> Result<Credentials, ResolveError> {
    let expiry = match &keys.expiration {
        Some(text) => Some(Expiry::parse(text).ok_or_else(|| ResolveError::BadExpiration(text.clone()))?),
        None => None,
    };
    if let Some(over) = expiry.filter(|expiry| expiry.timestamp() <= now) {
        return Err(ResolveError::Expired(over.zulu()));
    }
    Ok(Credentials {
        access_key_id: keys.access_key_id.clone(),
        secret_access_key: keys.secret_access_key.clone(),
        session_token: keys.session_token.clone(),
        expiry,
        account_id: keys.account_id.clone(),
        method,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::{Selection, plan};
    use crate::config::shared::SharedConfig;

    fn at(config: &str, expiration: Option<&str>) -> Result<Credentials, ResolveError> {
        let variable = |name: &str| match name {
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => expiration.map(|_| "x".to_owned()),
            "AWS_CREDENTIAL_EXPIRATION" => expiration.map(str::to_owned),
            _ => None,
        };
        let shared = SharedConfig::parse(config, "");
        let plan = plan(&shared, Selection::new(None, variable), variable).unwrap();
        resolve(&plan, "2026-01-01T00:00:00Z".parse().unwrap())
    }

    #[test]
    fn the_first_candidate_counts() {
        assert_eq!(at("", None), Err(ResolveError::None));
        assert!(matches!(at("[default]\nrole_arn=r\n", None), Err(ResolveError::Beyond { .. })));
        assert!(at("", Some("2026-01-01T00:00:01Z")).is_ok());
        assert!(matches!(at("", Some("2026-01-01T00:00:00Z")), Err(ResolveError::Expired(_))));
        assert!(matches!(at("", Some("soon")), Err(ResolveError::BadExpiration(_))));
        let keys = "[default]\naws_access_key_id=a\naws_secret_access_key=b\naws_account_id=111122223333\n";
        assert_eq!(at(keys, None).unwrap().account_id.as_deref(), Some("111122223333"));
    }
}
