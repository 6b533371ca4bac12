//! RegisterClient: for devices without grants, for browsers with a code grant and the way back.

use serde_json::json;

use super::{AUTHORIZATION_CODE, Answer, DEVICE_CODE, REFRESH_TOKEN, invalid};
use crate::identity_center::{IdentityCenter, Registration};
use crate::input::Input;
use crate::issue;
use crate::signature::Refusal;

/// The way back to the client on the person's machine; the port is told later.
const REDIRECT_URI: &str = "http://127.0.0.1/oauth/callback";

pub(super) fn act(center: &mut IdentityCenter, input: &Input, now: i64) -> Answer {
    let name = input.required("clientName")?;
    if input.required("clientType")? != "public" {
        return Err(metadata("Only clients of the type public can register"));
    }
    let scopes = input.list("scopes")?;
    if let Some(unknown) = scopes.iter().find(|scope| !center.scopes.contains(scope)) {
        return Err(Refusal::new(400, "InvalidScopeException", format!("Unknown scope {unknown}")));
    }
    let issuer = input.optional("issuerUrl")?;
    if issuer.is_some_and(|issuer| !center.knows(issuer)) {
        return Err(invalid("issuerUrl is no start URL of this instance"));
    }
    let redirect_uris = input.list("redirectUris")?;
    let grants = grants(input.list("grantTypes")?)?;
    if grants.iter().any(|grant| grant == AUTHORIZATION_CODE) {
        if redirect_uris.is_empty() || redirect_uris.iter().any(|uri| uri != REDIRECT_URI) {
            let message = format!("redirectUris must be {REDIRECT_URI}, without a port");
            return Err(Refusal::new(400, "InvalidRedirectUriException", message));
        }
        issuer.ok_or_else(|| invalid("issuerUrl is missing"))?;
    }

    let (id, secret) = (issue::url_safe(34), issue::url_safe(280));
    let expires_at = now + i64::from(center.registration_seconds);
    let answer = json!({
        "clientId": id,
        "clientSecret": secret,
        "clientIdIssuedAt": now,
        "clientSecretExpiresAt": expires_at,
    });
    let registration = Registration { name: name.to_owned(), secret, expires_at, scopes, grants, redirect_uris };
    center.registrations.insert(id, registration);
    Ok(answer)
}

/// What the client may use; one that names nothing is a device.
fn grants(named: Vec<String>) -> Result<Vec<String>, Refusal> {
    if named.is_empty() {
        return Ok([DEVICE_CODE, REFRESH_TOKEN].map(str::to_owned).into());
    }
    if let Some(unknown) =
        named.iter().find(|grant| ![DEVICE_CODE, AUTHORIZATION_CODE, REFRESH_TOKEN].contains(&grant.as_str()))
    {
        return Err(Refusal::new(400, "UnsupportedGrantTypeException", format!("Unknown grant type {unknown}")));
    }
    let has = |wanted: &str| named.iter().any(|grant| grant == wanted);
    if has(REFRESH_TOKEN) == has(AUTHORIZATION_CODE) || has(DEVICE_CODE) {
        return Ok(named);
    }
    Err(metadata("grantTypes must have authorization_code and refresh_token"))
}

fn metadata(message: &str) -> Refusal {
    Refusal::new(400, "InvalidClientMetadataException", message)
}
