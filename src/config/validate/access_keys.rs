//! Access keys that stand in the files: halves, tokens that do not fit, and what they shadow.

use super::merged::Profile;
use super::{Finding, Report, error, shown, warning};
use crate::config::FileKind;

const ID: &str = "aws_access_key_id";
const SECRET: &str = "aws_secret_access_key";
/// In the order in which the AWS CLI looks for them.
const TOKENS: [&str; 2] = ["aws_security_token", "aws_session_token"];

/// Checks the access keys of every profile.
pub(super) fn check(profiles: &[Profile<'_, '_>], report: &mut Report) {
    for &profile in profiles {
        for file in [FileKind::Config, FileKind::Credentials] {
            report.0.extend(half(profile, file));
            report.0.extend(token(profile, file));
        }
        report.0.extend(shadowed(profile));
    }
}

/// An id without its secret, or a secret without its id. Both must stand in the same file.
fn half(profile: Profile<'_, '_>, file: FileKind) -> Option<Finding> {
    let name = shown(profile.name);
    let other = match file {
        FileKind::Config => FileKind::Credentials,
        FileKind::Credentials => FileKind::Config,
    };
    let in_other = |key| profile.in_file(other, key).is_some();
    match (profile.in_file(file, ID), profile.in_file(file, SECRET)) {
        (Some(_), None) => {
            let id = profile.own_in_file(file, ID)?;
            let (method, sdk) = (method(file), "fail: the secret access key is missing");
            let sdk = if in_other(SECRET) { "take the secret from the other file" } else { sdk };
            Some(
                error(id.origin, format!("the profile `{name}` has `{ID}` without `{SECRET}` in the same file"))
                    .cli(format!("fails: Partial credentials found in {method}, missing: {SECRET}"))
                    .sdk(sdk)
                    .mend(format!("write both keys in this file, or remove `{ID}`")),
            )
        }
        (None, Some(_)) => {
            let secret = profile.own_in_file(file, SECRET)?;
            if in_other(ID) && !in_other(SECRET) {
                // The id in the other file is what gets the finding.
                return None;
            }
            let sdk = if in_other(ID) { "mix keys of both files" } else { "fail: the access key id is missing" };
            Some(
                error(secret.origin, format!("the profile `{name}` has `{SECRET}` without `{ID}` in the same file"))
                    .cli("ignores it and looks for other credentials")
                    .sdk(sdk)
                    .mend(format!("write both keys in this file, or remove `{SECRET}`")),
            )
        }
        _ => None,
    }
}

/// The AWS CLI's name for keys in `file`.
fn method(file: FileKind) -> &'static str {
    match file {
        FileKind::Config => "config-file",
        FileKind::Credentials => "shared-credentials-file",
    }
}

/// Long-term keys with a session token, or temporary keys without one.
fn token(profile: Profile<'_, '_>, file: FileKind) -> Option<Finding> {
    let id = profile.in_file(file, ID)?;
    let token = TOKENS
        .into_iter()
        .find_map(|key| profile.in_file(file, key).filter(|found| !found.text().is_empty()).map(|found| (key, found)));
    let name = shown(profile.name);
    let (at, what, mend) = match token {
        Some((key, token)) if id.text().starts_with("AKIA") => {
            let what = format!("the profile `{name}` has a long-term access key (AKIA) with `{key}`");
            (token.origin, what, format!("remove `{key}`, or write the access key that it came with"))
        }
        None if id.text().starts_with("ASIA") => {
            let what = format!("the profile `{name}` has a temporary access key (ASIA) without `aws_session_token`");
            (id.origin, what, "write the session token that came with the access key".to_owned())
        }
        _ => return None,
    };
    // Keys in `[DEFAULT]` would be named once for each profile.
    profile.own_in_file(file, ID)?;
    Some(error(at, what).cli("sends the keys as they are, and AWS refuses them").sdk("do the same").mend(mend))
}

/// Keys in the credentials file beside another way to get credentials. A role and a web identity
/// come first for all tools and often use the keys.
fn shadowed(profile: Profile<'_, '_>) -> Option<Finding> {
    let keys = profile.own_in_file(FileKind::Credentials, ID)?;
    if profile.has("role_arn") || profile.has("web_identity_token_file") {
        return None;
    }
    let name = shown(profile.name);
    let line = keys.origin.line;
    if profile.has("sso_account_id") || profile.has("sso_role_name") {
        return Some(
            warning(keys.origin, format!("the access key of the profile `{name}` is not used: it signs in by SSO"))
                .cli("uses SSO")
                .sdk("use SSO")
                .mend("remove the access key, or the `sso_` keys of the profile"),
        );
    }
    let (key, sdk) = ["sso_session", "login_session", "credential_process"].into_iter().find_map(|key| {
        let sdk = match key {
            "sso_session" => "find no credentials in the profile, for the account and the role are missing".to_owned(),
            _ => format!("use `{key}`"),
        };
        profile.has(key).then_some((key, sdk))
    })?;
    let at = profile.own(key)?.origin;
    let place = if at.file == FileKind::Credentials { "" } else { " of the credentials file" };
    Some(
        warning(at, format!("the profile `{name}` has both `{key}` and an access key, in line {line}{place}"))
            .cli("uses the access key")
            .sdk(sdk)
            .mend(format!("remove the access key, or `{key}`")),
    )
}
