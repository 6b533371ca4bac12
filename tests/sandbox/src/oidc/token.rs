//! CreateToken: three grants, one answer.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{AUTHORIZATION_CODE, Answer, DEVICE_CODE, REFRESH_TOKEN, check_grant, client, invalid};
use crate::identity_center::{DeviceStatus, IdentityCenter, Tokens};
use crate::input::Input;
use crate::signature::Refusal;

pub(super) fn act(center: &mut IdentityCenter, input: &Input, now: i64, millis: i64) -> Answer {
    let (id, secret) = (input.required("clientId")?, input.required("clientSecret")?);
    let grant = input.required("grantType")?;
    if ![DEVICE_CODE, AUTHORIZATION_CODE, REFRESH_TOKEN].contains(&grant) {
        return Err(Refusal::new(400, "UnsupportedGrantTypeException", format!("Unknown grant type {grant}")));
    }
    check_grant(client(center, id, secret, now)?, grant)?;
    let tokens = match grant {
        DEVICE_CODE => device(center, id, input.required("deviceCode")?, now, millis)?,
        AUTHORIZATION_CODE => code(center, id, input, now)?,
        _ => {
            let tokens = center.refresh(id, input.required("refreshToken")?, now);
            tokens.ok_or_else(|| invalid_grant("Invalid refresh token provided"))?
        }
    };
    let mut answer = json!({ "accessToken": tokens.access, "tokenType": "Bearer", "expiresIn": tokens.seconds });
    if let Some(refresh) = tokens.refresh {
        answer["refreshToken"] = refresh.into();
    }
    Ok(answer)
}

/// One poll of a device.
fn device(center: &mut IdentityCenter, id: &str, code: &str, now: i64, millis: i64) -> Result<Tokens, Refusal> {
    let device = center.devices.get_mut(code).filter(|device| device.client_id == id);
    let device = device.ok_or_else(|| invalid_grant("Invalid device code provided"))?;
    let before = device.polled_at.replace(millis);
    if device.status == DeviceStatus::Used {
        return Err(invalid_grant("The device code was used before"));
    }
    if device.expires_at <= now {
        return Err(Refusal::new(400, "ExpiredTokenException", "The device code has expired"));
    }
    let wait = i64::from(center.interval) * 1000;
    if center.strict_interval && before.is_some_and(|before| millis - before < wait) {
        return Err(Refusal::new(400, "SlowDownException", "Polled too often"));
    }
    let by_itself = center.device_after_polls.is_some_and(|polls| device.pending_polls >= polls);
    match device.status {
        DeviceStatus::Denied => Err(Refusal::new(400, "AccessDeniedException", "The person denied the request")),
        DeviceStatus::Pending if !by_itself => {
            device.pending_polls += 1;
            Err(Refusal::new(400, "AuthorizationPendingException", "The person has not decided yet"))
        }
        _ => {
            device.status = DeviceStatus::Used;
            Ok(center.sign_in(id, now))
        }
    }
}

/// A code from the browser, with what proves that this client asked for it.
fn code(center: &mut IdentityCenter, id: &str, input: &Input, now: i64) -> Result<Tokens, Refusal> {
    let (code, redirect_uri) = (input.required("code")?, input.required("redirectUri")?);
    let verifier = input.required("codeVerifier")?;
    let fits = |letter: u8| letter.is_ascii_alphanumeric() || b"-._~".contains(&letter);
    if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(fits) {
        return Err(invalid("codeVerifier must have 43 to 128 unreserved characters"));
    }
    let code = center.codes.get_mut(code).filter(|code| code.client_id == id && !code.used);
    let code = code.ok_or_else(|| invalid_grant("Invalid authorization code provided"))?;
    if code.expires_at <= now {
        return Err(Refusal::new(400, "ExpiredTokenException", "The authorization code has expired"));
    }
    if code.redirect_uri != redirect_uri {
        return Err(invalid_grant("redirectUri is not where the code was sent"));
    }
    if URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) != code.challenge {
        return Err(invalid_grant("codeVerifier does not fit the challenge"));
    }
    code.used = true;
    Ok(center.sign_in(id, now))
}

fn invalid_grant(message: &str) -> Refusal {
    Refusal::new(400, "InvalidGrantException", message)
}
