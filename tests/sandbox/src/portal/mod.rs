//! The access portal: which accounts, which roles, their credentials, and the way out. JSON, a bearer token.

mod credentials;
mod list;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::identity_center::IdentityCenter;
use crate::issue;
use crate::server::Request;
use crate::server::http::Response;
use crate::server::state::State;
use crate::signature::Refusal;

const TOKEN: &str = "x-amz-sso_bearer_token";

/// What an operation says, or the error.
type Answer = Result<Value, Refusal>;

/// How the log and the faults name a request; none when it is not this service's.
pub(crate) fn action(request: &Request) -> Option<&'static str> {
    Some(match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/assignment/accounts") => "ListAccounts",
        ("GET", "/assignment/roles") => "ListAccountRoles",
        ("GET", "/federation/credentials") => "GetRoleCredentials",
        ("POST", "/logout") => "Logout",
        _ => return None,
    })
}

/// Answers a request.
pub(crate) fn answer(state: &mut State, request: &Request, action: &str) -> Response {
    if !admit(state) {
        return throttled();
    }
    let (now, params) = (state.now(), request.params());
    let account = &mut state.account;
    let center = &mut account.identity_center;
    let token = request.header(TOKEN).unwrap_or_default();
    let Some(sign_in) = center.bearer(token, now) else {
        return error(401, "UnauthorizedException", "Session token not found or invalid");
    };
    let answered = match action {
        "ListAccounts" => list::accounts(center, &params),
        "ListAccountRoles" => list::roles(center, &params),
        "GetRoleCredentials" => credentials::act(account, &params, now),
        _ => {
            sign_in.ended = true;
            return Response::new(200, "application/json", "").with_header("x-amzn-RequestId", issue::uuid());
        }
    };
    match answered {
        Ok(value) => Response::json(200, &value).with_header("x-amzn-RequestId", issue::uuid()),
        Err(refusal) => error(refusal.status, refusal.code, &refusal.message),
    }
}

/// An error in the service's manner.
pub(crate) fn error(status: u16, code: &str, message: &str) -> Response {
    Response::json(status, &json!({ "message": message, "__type": code }))
        .with_header("x-amzn-ErrorType", code)
        .with_header("x-amzn-RequestId", issue::uuid())
        .with_error_code(code)
}

/// What too many requests get.
pub(crate) fn throttled() -> Response {
    error(429, "TooManyRequestsException", "HTTP 429 Unknown Code")
}

/// Whether there is room for a request within this second. What is turned away takes none.
fn admit(state: &mut State) -> bool {
    let Some(most) = state.account.identity_center.requests_per_second else { return true };
    let now = state.now_millis();
    // The clock may have been set back.
    state.portal_calls.retain(|at| (now - at).abs() < 1000);
    let room = state.portal_calls.len() < most as usize;
    if room {
        state.portal_calls.push(now);
    }
    room
}

/// The roles of an account the user has; none when it is not one of theirs.
fn roles_of<'a>(center: &'a IdentityCenter, account_id: &str) -> Option<&'a [String]> {
    center.accounts.iter().find(|account| account.id == account_id).map(|account| account.roles.as_slice())
}

/// The account that a request names.
fn account_id(params: &BTreeMap<String, String>) -> Result<&str, Refusal> {
    let id = params.get("account_id").map_or("", String::as_str);
    if id.len() == 12 && id.bytes().all(|digit| digit.is_ascii_digit()) {
        return Ok(id);
    }
    Err(invalid("account_id must have 12 digits"))
}

fn invalid(message: &str) -> Refusal {
    Refusal::new(400, "InvalidRequestException", message)
}
