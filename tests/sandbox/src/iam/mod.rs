//! Identity and Access Management, as far as keys and MFA devices need it: AWS Query in, XML out.
//!
//! Here is the list of its actions and who may call at all; what a user's policies allow is in `permission`,
//! and whose user a call is about in `target`.

mod device;
mod device_list;
mod enable;
mod key;
mod key_use;
mod page;
mod picture;
mod state;
mod target;
mod user;

use crate::account::{Account, Principal, PrincipalKind};
use crate::permission;
use crate::query::limits::Limits;
use crate::query::{Answer, Params, denied, unknown, xml};
use crate::server::Request;
use crate::server::http::Response;
use crate::server::state::State;
use crate::signature::{self, Authorization, Refusal};

pub use state::Iam;

/// The API's version, by which its requests are known.
pub(crate) const VERSION: &str = "2010-05-08";
const NAMESPACE: &str = "https://iam.amazonaws.com/doc/2010-05-08/";

/// A call, its signature verified.
struct Asked<'a> {
    action: &'a str,
    params: &'a Params,
    caller: &'a Principal,
    now: i64,
}

impl<'a> Asked<'a> {
    /// The parameters' limits, that of the user's name checked.
    fn limits(&self) -> Limits<'a> {
        let mut limits = Limits::of(self.params);
        limits.optional("UserName", 1, 128);
        limits.letters("UserName", "+=,.@-", r"[\w+=,.@-]+");
        limits
    }
}

/// Answers a request.
pub(crate) fn answer(state: &mut State, request: &Request, action: &str) -> Response {
    match act(state, request, action) {
        Ok(result) => xml::success(NAMESPACE, action, &result),
        Err(refusal) => error(refusal.status, refusal.code, &refusal.message),
    }
}

/// An error in the service's manner.
pub(crate) fn error(status: u16, code: &str, message: &str) -> Response {
    xml::failure(NAMESPACE, status, code, message)
}

fn act(state: &mut State, request: &Request, action: &str) -> Answer {
    let (params, now) = (request.params(), state.now());
    let account = &mut state.account;
    let caller = signature::verify(account, request, "iam", now)?;
    may_call(account, request, &caller, action)?;
    let asked = Asked { action, params: &params, caller: &caller, now };
    permission::check(account, &caller, &format!("iam:{action}"), Some(&target::resource(account, &asked)))?;
    match action {
        "GetUser" => user::get(account, &asked),
        "ListAccountAliases" => user::aliases(account, &asked),
        "GetAccountSummary" => Ok(user::summary(account)),
        "CreateAccessKey" => key::create(account, &asked),
        "ListAccessKeys" => key::list(account, &asked),
        "UpdateAccessKey" => key::update(account, &asked),
        "DeleteAccessKey" => key::delete(account, &asked),
        "GetAccessKeyLastUsed" => key_use::last(account, &asked),
        "CreateVirtualMFADevice" => device::create(account, &asked),
        "DeleteVirtualMFADevice" => device::delete(account, &asked),
        "EnableMFADevice" => enable::enable(account, &asked),
        "ResyncMFADevice" => enable::resync(account, &asked),
        "DeactivateMFADevice" => enable::deactivate(account, &asked),
        "ListMFADevices" => device_list::of_user(account, &asked),
        "ListVirtualMFADevices" => device_list::of_account(account, &asked),
        "GetMFADevice" => device_list::get(account, &asked),
        _ => Err(unknown(action, VERSION)),
    }
}

/// What each sort of credentials may ask of this service at all.
fn may_call(account: &Account, request: &Request, caller: &Principal, action: &str) -> Result<(), Refusal> {
    let signed = Authorization::of(request)?;
    let session = signed.and_then(|signed| account.sessions.get(&signed.access_key_id));
    // A console session is no session of GetSessionToken's.
    let needs_mfa = session.is_some_and(|session| !session.chained) && !caller.mfa;
    match caller.kind {
        PrincipalKind::UserSession(_) if needs_mfa && account.iam.sessions_look_invalid => {
            Err(Refusal::new(403, "InvalidClientTokenId", "The security token included in the request is invalid"))
        }
        PrincipalKind::UserSession(_) if needs_mfa => {
            Err(denied(format!("Cannot call {action} with session credentials that were issued without MFA")))
        }
        PrincipalKind::Federated => Err(denied(format!("Cannot call {action} with federated user credentials"))),
        _ => Ok(()),
    }
}

fn no_such_entity(message: impl Into<String>) -> Refusal {
    Refusal::new(404, "NoSuchEntity", message)
}

fn conflict(code: &'static str, message: impl Into<String>) -> Refusal {
    Refusal::new(409, code, message)
}
