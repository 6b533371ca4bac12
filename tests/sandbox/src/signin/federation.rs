//! The federation endpoint: temporary credentials in, a token that opens the console out.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::account::{Account, PrincipalKind, Session};
use crate::console::FederationToken;
use crate::issue;
use crate::page;
use crate::server::Request;
use crate::server::http::Response;
use crate::server::state::State;
use crate::signature::Refusal;

/// Where it is.
pub(crate) const PATH: &str = "/federation";

/// What SessionDuration may be.
const DURATIONS: std::ops::RangeInclusive<i64> = 900..=43_200;

/// Answers a request.
pub(crate) fn answer(state: &mut State, request: &Request) -> Response {
    let (params, now) = (request.params(), state.now());
    let account = &mut state.account;
    let answered = match params.get("Action").map(String::as_str) {
        Some("getSigninToken") => token(account, &params, now),
        Some("login") => login(account, &params, now),
        _ => Err(invalid("Invalid Action parameter")),
    };
    answered.unwrap_or_else(|refusal| error(refusal.status, refusal.code, &refusal.message))
}

/// An error in the endpoint's manner: a sentence.
pub(crate) fn error(status: u16, code: &str, message: &str) -> Response {
    Response::new(status, "text/plain", message).with_error_code(code)
}

/// `Action=getSigninToken`
fn token(account: &mut Account, params: &BTreeMap<String, String>, now: i64) -> Result<Response, Refusal> {
    let session = params.get("Session").and_then(|json| serde_json::from_str(json).ok());
    let session = session.and_then(|session| known(account, &session, now));
    let session = session.ok_or_else(|| invalid("Invalid Credentials parameter"))?;
    let session_seconds = match params.get("SessionDuration") {
        None => session.expires_at - now,
        Some(seconds) => {
            let seconds = seconds.parse().ok().filter(|seconds| DURATIONS.contains(seconds));
            let may = !session.chained && matches!(session.principal.kind, PrincipalKind::Role(_));
            seconds.filter(|_| may).ok_or_else(|| invalid("Invalid SessionDuration parameter"))?
        }
    };
    let issued = FederationToken {
        access_key_id: session.access_key_id.clone(),
        arn: session.principal.arn.clone(),
        expires_at: now + i64::from(account.console.federation_seconds),
        session_seconds,
        used: 0,
    };
    // With plus signs, which do not survive a query unless they are encoded.
    let token = format!("{}+/", issue::random(400));
    account.console.federation_tokens.insert(token.clone(), issued);
    Ok(Response::json(200, &json!({ "SigninToken": token })))
}

/// The credentials of a role or of a federated user, while they live.
fn known<'a>(account: &'a Account, session: &Value, now: i64) -> Option<&'a Session> {
    let part = |name: &str| session.get(name).and_then(Value::as_str);
    let known = account.sessions.get(part("sessionId")?)?;
    let right = part("sessionKey") == Some(&known.secret_access_key)
        && part("sessionToken") == Some(&known.session_token)
        && matches!(known.principal.kind, PrincipalKind::Role(_) | PrincipalKind::Federated);
    (right && known.expires_at > now).then_some(known)
}

/// `Action=login`
fn login(account: &mut Account, params: &BTreeMap<String, String>, now: i64) -> Result<Response, Refusal> {
    let param = |name: &str| params.get(name).map_or("", String::as_str);
    let destination = param("Destination");
    let address = destination.starts_with("https://") || destination.starts_with("http://");
    if !address || destination.contains(|letter: char| letter.is_control() || letter.is_whitespace()) {
        return Err(invalid("Invalid Destination parameter"));
    }
    let token = account.console.federation_tokens.get_mut(param("SigninToken"));
    let token = token.filter(|token| token.expires_at > now).ok_or_else(|| invalid("Invalid SigninToken parameter"))?;
    token.used += 1;
    let cookie = format!("aws-creds={}; Path=/; Max-Age={}; HttpOnly", issue::url_safe(60), token.session_seconds);
    Ok(page::redirect(destination).with_header("Set-Cookie", cookie))
}

fn invalid(message: &str) -> Refusal {
    Refusal::new(400, "InvalidRequest", message)
}
