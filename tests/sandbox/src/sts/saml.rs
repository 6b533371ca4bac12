//! AssumeRoleWithSAML: no signature, an assertion of the role's identity provider instead.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha1::{Digest as _, Sha1};

use super::{Answer, Limits, Params, assume_role, denied, policy, xml};
use crate::account::Account;
use crate::issue;
use crate::saml::Assertion;
use crate::signature::Refusal;

pub(super) fn act(account: &mut Account, params: &Params, now: i64) -> Answer {
    let mut limits = Limits::of(params);
    let arn = limits.required("RoleArn", 20, 2048);
    let provider = limits.required("PrincipalArn", 20, 2048);
    let encoded = limits.required("SAMLAssertion", 4, 100_000);
    let seconds = limits.duration(43_200, 3600)?;
    limits.check()?;
    let packed = policy::packed_size(params)?;
    let partition = assume_role::partition(arn)?;

    let assertion = Assertion::decode(encoded).map_err(malformed)?;
    if !is_name(&assertion.session_name) {
        return Err(malformed("RoleSessionName must match [a-zA-Z_0-9+=,.@-]{2,64} in AuthnResponse"));
    }
    let seconds_left = |end: i64| u32::try_from(end - now).ok().filter(|left| *left > 0);
    if assertion.ends.is_some_and(|end| seconds_left(end).is_none()) {
        return Err(expired("Token must be redeemed within 5 minutes of issuance"));
    }
    let role = account.role(arn).filter(|role| role.saml_provider.as_deref() == Some(provider)).cloned();
    let role = role.filter(|_| assertion.has(arn, provider));
    let role = role.ok_or_else(|| denied("Not authorized to perform sts:AssumeRoleWithSAML"))?;
    assume_role::check_duration(&role, seconds, false)?;
    let seconds = match assertion.session_ends {
        Some(end) => seconds_left(end).ok_or_else(|| expired("Response has expired"))?.min(seconds),
        None => seconds,
    };

    let principal = issue::role_principal(&role, partition, &assertion.session_name);
    let session = issue::first_session(account, principal, now, seconds);
    let named = provider.rsplit(':').next().and_then(|resource| resource.split_once('/')).map_or("", |(_, name)| name);
    let qualified = Sha1::digest(format!("{}{}/{named}", assertion.issuer, role.account));
    Ok([
        xml::credentials(&session),
        xml::assumed_role_user(&session),
        packed,
        xml::text("Subject", &assertion.subject),
        xml::text("SubjectType", "persistent"),
        xml::text("Issuer", &assertion.issuer),
        xml::text("Audience", &assertion.recipient),
        xml::text("NameQualifier", &BASE64.encode(qualified)),
    ]
    .concat())
}

fn is_name(name: &str) -> bool {
    (2..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte))
}

fn malformed(message: &str) -> Refusal {
    Refusal::new(400, "InvalidIdentityToken", message)
}

fn expired(message: &str) -> Refusal {
    Refusal::new(400, "ExpiredTokenException", message)
}
