//! GetSessionToken and GetFederationToken: what a user gets for a long-term key.

use super::limits::Limits;
use super::{Answer, Params, mfa, policy, xml};
use crate::account::{Account, Principal, PrincipalKind};
use crate::issue;

/// Limit and default of both.
const LONGEST: u32 = 129_600;
const DEFAULT: u32 = 43_200;

pub(super) fn session_token(account: &mut Account, caller: &Principal, params: &Params, now: i64) -> Answer {
    let mut limits = Limits::of(params);
    limits.optional("SerialNumber", 9, 256);
    limits.optional("TokenCode", 6, 6);
    let seconds = limits.duration(LONGEST, DEFAULT)?;
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
    let seconds = limits.duration(LONGEST, DEFAULT)?;
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
