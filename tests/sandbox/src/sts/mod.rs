//! The Security Token Service: AWS Query in, XML out.
//!
//! Here is the list of its actions; each has its file or its function. Who may call is settled by [`crate::signature`],
//! whom a role trusts by `trust`.

mod assume_role;
mod caller;
mod limits;
mod mfa;
mod policy;
mod session_token;
mod trust;
mod web_identity;
mod xml;

use std::collections::BTreeMap;

use crate::account::{Principal, PrincipalKind};
use crate::server::Request;
use crate::server::http::Response;
use crate::server::state::State;
use crate::signature::{self, Refusal};

/// The API's version, by which its requests are known.
pub(crate) const VERSION: &str = "2011-06-15";

/// The parameters of a call.
type Params = BTreeMap<String, String>;
/// The inner elements of an answer, or the error.
type Answer = Result<String, Refusal>;

/// Answers a request.
pub(crate) fn answer(state: &mut State, request: &Request, action: &str) -> Response {
    match act(state, request, action) {
        Ok(result) => xml::success(action, &result),
        Err(refusal) => error(refusal.status, refusal.code, &refusal.message),
    }
}

/// An error in the service's manner.
pub(crate) fn error(status: u16, code: &str, message: &str) -> Response {
    xml::failure(status, code, message)
}

fn act(state: &mut State, request: &Request, action: &str) -> Answer {
    let (params, now) = (request.params(), state.now());
    if action == "AssumeRoleWithWebIdentity" {
        return web_identity::act(&mut state.account, &params, now);
    }
    let caller = signature::verify(&state.account, request, "sts", now)?;
    if !may_call(&caller, action) {
        return Err(denied(format!("Cannot call {action} with session credentials")));
    }
    let account = &mut state.account;
    match action {
        "GetCallerIdentity" => Ok(caller::identity(&caller)),
        "GetAccessKeyInfo" => caller::access_key_info(account, &params),
        "DecodeAuthorizationMessage" => caller::decode_message(account, &params),
        "AssumeRole" => assume_role::act(account, &caller, &params, now),
        "GetSessionToken" => session_token::session_token(account, &caller, &params, now),
        "GetFederationToken" => session_token::federation_token(account, &caller, &params, now),
        _ => {
            Err(Refusal::new(400, "InvalidAction", format!("Could not find operation {action} for version {VERSION}")))
        }
    }
}

/// What each sort of credentials may ask of this service at all.
fn may_call(caller: &Principal, action: &str) -> bool {
    match caller.kind {
        PrincipalKind::User(_) => true,
        PrincipalKind::Role(_) => !matches!(action, "GetSessionToken" | "GetFederationToken"),
        PrincipalKind::UserSession(_) => matches!(action, "AssumeRole" | "GetCallerIdentity"),
        PrincipalKind::Federated => action == "GetCallerIdentity",
    }
}

fn denied(message: impl Into<String>) -> Refusal {
    Refusal::new(403, "AccessDenied", message)
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "ValidationError", message)
}
