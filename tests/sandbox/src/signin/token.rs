//! CreateOAuth2Token: keys of the console session, for a code or a refresh token and the proof of a key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Answer, CROSS_DEVICE, INVALID, SAME_DEVICE, base, dpop, invalid};
use crate::account::Account;
use crate::console::{self, Console, NoRefresh, Tokens};
use crate::input::Input;
use crate::issue;
use crate::server::Request;
use crate::signature::Refusal;

/// What the service takes.
const LONGEST_CODE: usize = 512;
const LONGEST_REFRESH_TOKEN: usize = 2048;

pub(super) fn act(account: &mut Account, request: &Request, now: i64) -> Answer {
    let input = Input::of(request, INVALID)?;
    let client = input.required("clientId")?;
    if ![SAME_DEVICE, CROSS_DEVICE].contains(&client) {
        return Err(invalid("clientId is no client of this service"));
    }
    let grant = input.required("grantType")?;
    let console = &mut account.console;
    let thumbprint = prove(console, request, now)?;
    if console.permission_missing && !console.session.ends_with(":root") {
        let message = "The principal is not authorized to perform: signin:CreateOAuth2Token";
        return Err(Refusal::new(403, "INSUFFICIENT_PERMISSIONS", message));
    }
    let tokens = match grant {
        "authorization_code" => code(console, client, thumbprint, &input, now)?,
        "refresh_token" => refresh(console, client, &thumbprint, &input, now)?,
        _ => return Err(invalid(format!("Unknown grantType {grant}"))),
    };
    answer(account, tokens, grant == "authorization_code", now)
}

/// The thumbprint of the key that the request proves to have.
fn prove(console: &mut Console, request: &Request, now: i64) -> Result<String, Refusal> {
    let proofs: Vec<_> = request.headers.iter().filter(|(name, _)| name == "dpop").collect();
    let [(_, proof)] = proofs[..] else { return Err(invalid("There must be one DPoP header")) };
    let url = format!("{}{}", base(request), request.path);
    let proof = dpop::verify(proof, &request.method, &url, now)?;
    if console.proofs.contains(&proof.id) {
        return Err(invalid("Invalid DPoP proof: jti was used before"));
    }
    console.proofs.push(proof.id);
    Ok(proof.thumbprint)
}

/// A code from the browser, with what proves that this client asked for it.
fn code(console: &mut Console, client: &str, key: String, input: &Input, now: i64) -> Result<Tokens, Refusal> {
    let (code, redirect_uri) = (input.required("code")?, input.required("redirectUri")?);
    let verifier = input.required("codeVerifier")?;
    if code.len() > LONGEST_CODE {
        return Err(invalid(format!("code has more than {LONGEST_CODE} characters")));
    }
    let fits = |letter: u8| letter.is_ascii_alphanumeric() || b"-._~".contains(&letter);
    if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(fits) {
        return Err(invalid("codeVerifier must have 43 to 128 unreserved characters"));
    }
    let code = console.codes.get_mut(code).filter(|code| code.client_id == client);
    let code = code.ok_or_else(|| invalid("Invalid authorization code"))?;
    if code.used || code.expires_at <= now {
        return Err(Refusal::new(400, "AUTHCODE_EXPIRED", "The authorization code has expired or was used"));
    }
    if code.redirect_uri != redirect_uri {
        return Err(invalid("redirectUri is not where the code was sent"));
    }
    if URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) != code.challenge {
        return Err(invalid("codeVerifier does not fit the challenge"));
    }
    code.used = true;
    let code = code.clone();
    Ok(console.log_in(&code, key, now))
}

fn refresh(console: &mut Console, client: &str, key: &str, input: &Input, now: i64) -> Result<Tokens, Refusal> {
    let token = input.required("refreshToken")?;
    if token.len() > LONGEST_REFRESH_TOKEN {
        return Err(invalid(format!("refreshToken has more than {LONGEST_REFRESH_TOKEN} characters")));
    }
    if console.password_changed {
        return Err(Refusal::new(400, "USER_CREDENTIALS_CHANGED", "The user's credentials have been changed"));
    }
    console.refresh(client, key, token, now).map_err(|why| match why {
        NoRefresh::NotTheirs => invalid("Invalid refresh token"),
        NoRefresh::Over => Refusal::new(400, "TOKEN_EXPIRED", "The refresh token has expired"),
    })
}

/// New keys of the session, and who it is when it is new.
fn answer(account: &mut Account, tokens: Tokens, new: bool, now: i64) -> Answer {
    let principal = console::principal(account, &tokens.session, account.console.mfa);
    let principal = principal.ok_or_else(|| {
        Refusal::new(500, "server_error", format!("The console session {} is no session's ARN", tokens.session))
    })?;
    let keys = issue::session(account, principal, now, tokens.seconds);
    let mut answer = json!({
        "accessToken": {
            "accessKeyId": keys.access_key_id,
            "secretAccessKey": keys.secret_access_key,
            "sessionToken": keys.session_token,
        },
        "tokenType": "aws_sigv4",
        "expiresIn": tokens.seconds,
        "refreshToken": tokens.refresh,
    });
    if new {
        let claims = json!({ "sub": tokens.session, "iat": now, "exp": keys.expires_at });
        answer["idToken"] = id_token(&claims).into();
    }
    Ok(answer)
}

/// A JWT whose signature is none: nobody checks it.
fn id_token(claims: &Value) -> String {
    let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    format!("{}.{}.{}", encode(&json!({ "typ": "JWT", "alg": "ES256" })), encode(claims), issue::url_safe(86))
}
