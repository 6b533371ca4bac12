//! What the policies of users allow: everything but what [`User`](crate::account::User) says.
//!
//! And AWS's sentence about what they do not, with an encoded message for DecodeAuthorizationMessage when
//! [`Account::encodes_denials`] is set.

use serde_json::json;

use crate::account::{Account, Principal};
use crate::issue;
use crate::query::denied;
use crate::signature::Refusal;

/// What can be done without MFA where nearly everything needs it.
const WITHOUT_MFA: [&str; 8] = [
    "iam:CreateVirtualMFADevice",
    "iam:EnableMFADevice",
    "iam:GetUser",
    "iam:ListMFADevices",
    "iam:ListVirtualMFADevices",
    "iam:ResyncMFADevice",
    "sts:GetCallerIdentity",
    "sts:GetSessionToken",
];
/// What no policy can forbid.
const ALWAYS: [&str; 2] = ["sts:GetCallerIdentity", "sts:GetSessionToken"];

/// Why something is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// No policy allows it.
    NotAllowed,
    /// A policy denies it.
    Denied,
}

/// Whether the caller may do `action`, such as `iam:CreateAccessKey`, to `resource`, which is named as refusals name it.
///
/// # Errors
/// The policies of the user say no.
pub(crate) fn check(
    account: &mut Account,
    caller: &Principal,
    action: &str,
    resource: Option<&str>,
) -> Result<(), Refusal> {
    let Some(user) = caller.user().and_then(|name| account.users.get(name)) else { return Ok(()) };
    let needs_mfa = user.iam_requires_mfa && !caller.mfa && !WITHOUT_MFA.contains(&action);
    let why = if ALWAYS.contains(&action) {
        return Ok(());
    } else if needs_mfa || user.explicitly_denied.contains(action) {
        Why::Denied
    } else if user.denied.contains(action) {
        Why::NotAllowed
    } else {
        return Ok(());
    };
    Err(refusal(account, caller, action, resource, why))
}

/// What AWS says.
pub(crate) fn refusal(
    account: &mut Account,
    caller: &Principal,
    action: &str,
    resource: Option<&str>,
    why: Why,
) -> Refusal {
    let of = resource.map(|resource| format!(" on resource: {resource}")).unwrap_or_default();
    let because = match why {
        Why::NotAllowed => format!("because no identity-based policy allows the {action} action"),
        Why::Denied => "with an explicit deny in an identity-based policy".to_owned(),
    };
    let mut message = format!("User: {} is not authorized to perform: {action}{of} {because}", caller.arn);
    if account.encodes_denials {
        let encoded = issue::url_safe(320);
        message.push_str(&format!(". Encoded authorization failure message: {encoded}"));
        account.messages.insert(encoded, decoded(caller, action, resource, why));
    }
    denied(message)
}

fn decoded(caller: &Principal, action: &str, resource: Option<&str>, why: Why) -> String {
    // What denies is a statement; what allows nothing is none.
    let matched = match why {
        Why::Denied => json!([{ "statementId": "SandboxDenies", "effect": "DENY" }]),
        Why::NotAllowed => json!([]),
    };
    json!({
        "allowed": false,
        "explicitDeny": why == Why::Denied,
        "matchedStatements": { "items": matched },
        "failures": { "items": [] },
        "context": {
            "principal": { "id": caller.user_id, "name": caller.user().unwrap_or_default(), "arn": caller.arn },
            "action": action,
            "resource": resource.unwrap_or("*"),
            "conditions": { "items": [] },
        },
    })
    .to_string()
}
