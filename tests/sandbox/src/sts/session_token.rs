//! GetSessionToken and GetFederationToken: what a user gets for a long-term key.

use super::{Answer, Limits, Params, is_root, mfa, policy, xml};
use crate::account::{Account, Principal, PrincipalKind};
use crate::issue;
use crate::signature::Refusal;

/// Limit and default of both.
const LONGEST: u32 = 129_600;
const DEFAULT: u32 = 43_200;
/// What the root user gets, however long it asks for.
const LONGEST_OF_ROOT: u32 = 3600;

pub(super) fn session_token(account: &mut Account, caller: &Principal, params: &Params, now: i64) -> Answer {
    let mut limits = Limits::of(params);
    limits.optional("SerialNumber", 9, 256);
    limits.optional("TokenCode", 6, 6);
    let seconds = seconds(&mut limits, caller)?;
    limits.check()?;
    let mfa = mfa::verify(account, caller, params, now)?;
    let kind = match &caller.kind {
        PrincipalKind::User(name) => PrincipalKind::UserSession(name.clone()),
        other => other.clone(),
    };
    let session = issue::first_session(account, Principal { kind, mfa, ..caller.clone() }, now, seconds);
    Ok(xml::credentials(&session))
}

pub(super) fn federation_token(account: &mut Account, caller: &Principal, params: &Params, now: i64) -> Answer {
    let mut limits = Limits::of(params);
    let name = limits.session_name("Name", 32);
    let seconds = seconds(&mut limits, caller)?;
    limits.check()?;
    let packed = policy::packed_size(params)?;
    let principal = Principal {
        arn: format!("arn:aws:sts::{}:federated-user/{name}", caller.account),
        user_id: format!("{}:{name}", caller.account),
        account: caller.account.clone(),
        kind: PrincipalKind::Federated,
        mfa: false,
    };
    let session = issue::first_session(account, principal, now, seconds);
    let (id, arn) = (&session.principal.user_id, &session.principal.arn);
    let user = format!("<FederatedUser>{}{}</FederatedUser>", xml::text("FederatedUserId", id), xml::text("Arn", arn));
    Ok([xml::credentials(&session), user, packed].concat())
}

fn seconds(limits: &mut Limits, caller: &Principal) -> Result<u32, Refusal> {
    let seconds = limits.duration(LONGEST, DEFAULT)?;
    Ok(if is_root(caller) { seconds.min(LONGEST_OF_ROOT) } else { seconds })
}
