//! AssumeRoleWithWebIdentity: no signature, a token instead.
//!
//! A token is a JWT whose payload has `sub`, `aud`, `iss` and `exp`, its signature unchecked; or any text that starts with
//! [`WEB_IDENTITY_TOKEN`].

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::{Answer, Limits, Params, assume_role, denied, policy, xml};
use crate::account::Account;
use crate::issue;
use crate::signature::Refusal;
use crate::standard::WEB_IDENTITY_TOKEN;

struct Claims {
    subject: String,
    audience: String,
    provider: String,
}

pub(super) fn act(account: &mut Account, params: &Params, now: i64) -> Answer {
    let mut limits = Limits::of(params);
    let arn = limits.required("RoleArn", 20, 2048);
    let name = limits.session_name("RoleSessionName", 64);
    let token = limits.required("WebIdentityToken", 4, 20_000);
    let seconds = limits.duration(43_200, 3600)?;
    limits.check()?;
    let packed = policy::packed_size(params)?;
    let partition = assume_role::partition(arn)?;

    let claims = claims(token, now)?;
    let role = account.role(arn).filter(|role| role.web_identity).cloned();
    let role = role.ok_or_else(|| denied("Not authorized to perform sts:AssumeRoleWithWebIdentity"))?;
    assume_role::check_duration(&role, seconds, false)?;

    let session = issue::first_session(account, issue::role_principal(&role, partition, name), now, seconds);
    Ok([
        xml::credentials(&session),
        xml::text("SubjectFromWebIdentityToken", &claims.subject),
        xml::assumed_role_user(&session),
        packed,
        xml::text("Provider", &claims.provider),
        xml::text("Audience", &claims.audience),
    ]
    .concat())
}

fn claims(token: &str, now: i64) -> Result<Claims, Refusal> {
    if token.starts_with(WEB_IDENTITY_TOKEN) {
        return Ok(Claims {
            subject: "sandbox".into(),
            audience: "sts.amazonaws.com".into(),
            provider: "https://identity.sandbox.invalid".into(),
        });
    }
    let payload = payload(token).ok_or_else(malformed)?;
    let claim = |name: &str| payload.get(name).and_then(Value::as_str).map(str::to_owned).ok_or_else(malformed);
    let audience = match payload.get("aud") {
        Some(Value::Array(several)) => several.first().and_then(Value::as_str).map(str::to_owned),
        _ => claim("aud").ok(),
    };
    let claims = Claims { subject: claim("sub")?, audience: audience.ok_or_else(malformed)?, provider: claim("iss")? };
    let end = payload.get("exp").and_then(Value::as_i64).ok_or_else(malformed)?;
    if end <= now {
        let message = format!("Token expired: current date/time {now} must be before the expiration date/time {end}");
        return Err(Refusal::new(400, "ExpiredTokenException", message));
    }
    Ok(claims)
}

fn payload(token: &str) -> Option<Value> {
    // Tokens are sent as the file has them, a newline at the end included.
    let mut parts = token.trim_end().split('.');
    let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

fn malformed() -> Refusal {
    let message = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";
    Refusal::new(400, "InvalidIdentityToken", message)
}
