//! AssumeRole: limits, then trust and MFA, then how long.

use super::{Answer, Limits, Params, denied, invalid, is_root, mfa, policy, trust, xml};
use crate::account::{Account, Principal, PrincipalKind, Role};
use crate::issue;
use crate::signature::Refusal;

/// What any role may give, and what a chained one may.
const LONGEST: u32 = 43_200;
const LONGEST_CHAINED: u32 = 3600;

pub(super) fn act(account: &mut Account, caller: &Principal, params: &Params, now: i64) -> Answer {
    let mut limits = Limits::of(params);
    let arn = limits.required("RoleArn", 20, 2048);
    let name = limits.session_name("RoleSessionName", 64);
    let external_id = limits.optional("ExternalId", 2, 1224);
    limits.letters("ExternalId", "+=,.@:/-", r"[\w+=,.@:\/-]*");
    limits.optional("SerialNumber", 9, 256);
    limits.optional("TokenCode", 6, 6);
    let source_identity = limits.optional("SourceIdentity", 2, 64);
    let seconds = limits.duration(LONGEST, 3600)?;
    limits.check()?;
    let packed = policy::packed_size(params)?;
    let partition = partition(arn)?;
    if is_root(caller) {
        return Err(denied("Roles may not be assumed by root accounts."));
    }

    let mfa = mfa::verify(account, caller, params, now)?;
    let role = account.role(arn).filter(|role| trust::allows(role, caller, external_id, mfa)).cloned();
    let role = role.ok_or_else(|| {
        denied(format!("User: {} is not authorized to perform: sts:AssumeRole on resource: {arn}", caller.arn))
    })?;
    let chained = match caller.kind {
        PrincipalKind::Role(_) => true,
        PrincipalKind::UserSession(_) => account.session_tokens_chain,
        _ => false,
    };
    check_duration(&role, seconds, chained)?;

    let issue = if chained { issue::session } else { issue::first_session };
    let session = issue(account, issue::role_principal(&role, partition, name), now, seconds);
    let source_identity = source_identity.map(|given| xml::text("SourceIdentity", given)).unwrap_or_default();
    Ok([xml::credentials(&session), xml::assumed_role_user(&session), packed, source_identity].concat())
}

/// The role's own limit, and that of chains.
pub(super) fn check_duration(role: &Role, seconds: u32, chained: bool) -> Result<(), Refusal> {
    if chained && seconds > LONGEST_CHAINED {
        return Err(invalid(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        ));
    }
    if seconds > role.max_session {
        return Err(invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role."));
    }
    Ok(())
}

/// The partition of a role's ARN.
///
/// # Errors
/// It is no role's ARN.
pub(super) fn partition(arn: &str) -> Result<&str, Refusal> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts[..] {
        ["arn", partition, "iam", "", account, resource]
            if partition.starts_with("aws")
                && account.len() == 12
                && account.bytes().all(|digit| digit.is_ascii_digit())
                && resource.starts_with("role/") =>
        {
            Ok(partition)
        }
        _ => Err(invalid("Request ARN is invalid")),
    }
}
