//! The Security Token Service: AWS Query in, XML out.
//!
//! Here is the list of its actions; each has its file or its function. Who may call is settled by [`crate::signature`],
//! whom a role trusts by `trust`.

mod assume_role;
mod caller;
mod mfa;
mod policy;
mod saml;
mod session_token;
mod trust;
mod web_identity;
mod xml;

use crate::account::{Principal, PrincipalKind, ROOT};
use crate::permission;
use crate::query::limits::Limits;
use crate::query::{self, Answer, Params, denied, invalid, unknown};
use crate::server::Request;
use crate::server::http::Response;
use crate::server::state::State;
use crate::signature;

/// The API's version, by which its requests are known.
pub(crate) const VERSION: &str = "2011-06-15";
const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// Answers a request.
pub(crate) fn answer(state: &mut State, request: &Request, action: &str) -> Response {
    match act(state, request, action) {
        Ok(result) => query::xml::success(NAMESPACE, action, &result),
        Err(refusal) => error(refusal.status, refusal.code, &refusal.message),
    }
}

/// An error in the service's manner.
pub(crate) fn error(status: u16, code: &str, message: &str) -> Response {
    query::xml::failure(NAMESPACE, status, code, message)
}

fn act(state: &mut State, request: &Request, action: &str) -> Answer {
    let (params, now) = (request.params(), state.now());
    let account = &mut state.account;
    match action {
        "AssumeRoleWithWebIdentity" => return web_identity::act(account, &params, now),
        "AssumeRoleWithSAML" => return saml::act(account, &params, now),
        _ => {}
    }
    let caller = signature::verify(account, request, "sts", now)?;
    if !may_call(&caller, action) {
        return Err(denied(format!("Cannot call {action} with session credentials")));
    }
    // AssumeRole with a code is a call with MFA.
    let claimed = Principal { mfa: caller.mfa || params.contains_key("TokenCode"), ..caller.clone() };
    let resource = params.get("RoleArn").filter(|_| action == "AssumeRole").map(String::as_str);
    permission::check(account, &claimed, &format!("sts:{action}"), resource)?;
    match action {
        "GetCallerIdentity" => Ok(caller::identity(&caller)),
        "GetAccessKeyInfo" => caller::access_key_info(account, &params),
        "DecodeAuthorizationMessage" => caller::decode_message(account, &params),
        "AssumeRole" => assume_role::act(account, &caller, &params, now),
        "GetSessionToken" => session_token::session_token(account, &caller, &params, now),
        "GetFederationToken" => session_token::federation_token(account, &caller, &params, now),
        _ => Err(unknown(action, VERSION)),
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

/// Whether the account's root user is behind it.
fn is_root(caller: &Principal) -> bool {
    caller.user() == Some(ROOT)
}
