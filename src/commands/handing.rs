//! Credentials as environment variables: what is set, and what must go, for `exec` and `env`.

use crate::chain::Selection;
use crate::chain::plan;
use crate::config::shared::SharedConfig;
use crate::credentials::Credentials;
use crate::secret::Secret;

use super::Context;

/// Every variable that could lead an AWS tool to other credentials than those handed on, or belongs
/// to older ones.
pub(super) const STALE: [&str; 17] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_ACCOUNT_ID",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "_AWS_CLI_PROFILE_CHAIN",
    "KEYFOB_TOKEN_CODE",
];

/// The region goes with the profile.
pub(super) const REGION: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/// What is set: the credentials, when they end, and the region.
pub(super) fn variables(
    context: &Context,
    shared: &SharedConfig<'_>,
    selection: &Selection,
    credentials: &Credentials,
) -> Vec<(&'static str, Secret)> {
    let mut set = vec![
        ("AWS_ACCESS_KEY_ID", Secret::new(credentials.access_key_id.as_str())),
        ("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key.clone()),
    ];
    set.extend(credentials.session_token.clone().map(|token| ("AWS_SESSION_TOKEN", token)));
    set.extend(credentials.expiry.map(|expiry| ("AWS_CREDENTIAL_EXPIRATION", Secret::new(expiry.zulu()))));
    let region = context
        .globals
        .region
        .clone()
        .or_else(|| plan::region(shared, selection, |name| context.variable(name)).map(|(region, _)| region));
    if let Some(region) = region {
        set.extend(REGION.map(|name| (name, Secret::new(region.as_str()))));
    }
    set
}

/// The variables of [`STALE`] that `set` leaves out.
pub(super) fn to_clear(set: &[(&'static str, Secret)]) -> Vec<&'static str> {
    STALE.into_iter().filter(|name| set.iter().all(|(given, _)| given != name)).collect()
}
