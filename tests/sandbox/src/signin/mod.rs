//! AWS's console sign-in for tools: the page of approval, the code, keys of the console session. JSON, unsigned, with a
//! proof of possession (DPoP, RFC 9449).
//!
//! Beside it `federation`, which makes temporary credentials a session of the console.

mod authorize;
mod confirmation;
mod dpop;
pub(crate) mod federation;
mod token;

use serde_json::{Value, json};

use crate::issue;
use crate::page;
use crate::server::Request;
use crate::server::http::Response;
use crate::server::state::State;
use crate::signature::Refusal;

/// A client on the machine of the browser, and one on another.
const SAME_DEVICE: &str = "arn:aws:signin:::devtools/same-device";
const CROSS_DEVICE: &str = "arn:aws:signin:::devtools/cross-device";

/// What is wrong with the request itself.
const INVALID: &str = "INVALID_REQUEST";

/// What a JSON operation says, or the error.
type Answer = Result<Value, Refusal>;

/// How the log and the faults name a request; none when it is not this service's.
pub(crate) fn action(request: &Request) -> Option<&'static str> {
    Some(match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/v1/authorize") => "SigninAuthorize",
        ("POST", authorize::DECISION) => "SigninDecision",
        ("GET", confirmation::PATH) => "SigninConfirmation",
        ("POST", "/v1/token") => "SigninToken",
        _ => return None,
    })
}

/// Answers a request.
pub(crate) fn answer(state: &mut State, request: &Request, action: &str) -> Response {
    let now = state.now();
    let account = &mut state.account;
    let browser = match action {
        "SigninAuthorize" => authorize::page(&mut account.console, request, now),
        "SigninDecision" => authorize::decision(&mut account.console, request, now),
        "SigninConfirmation" => confirmation::page(&account.console, request),
        _ => {
            return match token::act(account, request, now) {
                Ok(value) => Response::json(200, &value).with_header("x-amzn-RequestId", issue::uuid()),
                Err(refusal) => error(refusal.status, refusal.code, &refusal.message),
            };
        }
    };
    browser.unwrap_or_else(|refusal| page::message(refusal.status, &refusal.message).with_error_code(refusal.code))
}

/// An error in the service's manner; the code is that of the body, such as `TOKEN_EXPIRED`, or an exception's name.
pub(crate) fn error(status: u16, code: &str, message: &str) -> Response {
    let (exception, code) = words(status, code);
    Response::json(status, &json!({ "error": code, "message": message }))
        .with_header("x-amzn-ErrorType", exception)
        .with_header("x-amzn-RequestId", issue::uuid())
        .with_error_code(code)
}

/// What the service says when there are too many calls.
pub(crate) fn throttled() -> Response {
    error(429, "TooManyRequestsError", "Too many requests")
}

/// The exception, and the code in its body.
fn words(status: u16, code: &str) -> (&str, &str) {
    match code {
        "TOKEN_EXPIRED" | "AUTHCODE_EXPIRED" | "USER_CREDENTIALS_CHANGED" | "INSUFFICIENT_PERMISSIONS" => {
            ("AccessDeniedException", code)
        }
        "server_error" | "InternalServerException" => ("InternalServerException", "server_error"),
        "TooManyRequestsError" => (code, INVALID),
        INVALID if status == 429 => ("TooManyRequestsError", INVALID),
        INVALID | "ValidationException" => ("ValidationException", INVALID),
        other => (other, other),
    }
}

/// Where the service is, as its client sees it.
fn base(request: &Request) -> String {
    format!("http://{}", request.header("host").unwrap_or("127.0.0.1"))
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(400, INVALID, message)
}
