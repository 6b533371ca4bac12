//! What STS and IAM have in common: the AWS Query protocol.
//!
//! A form in, XML out, and the sentences about parameters; what an action does is its service's affair.

pub(crate) mod limits;
pub(crate) mod xml;

use std::collections::BTreeMap;

use crate::signature::Refusal;

/// The parameters of a call.
pub(crate) type Params = BTreeMap<String, String>;
/// The inner elements of an answer, or the error.
pub(crate) type Answer = Result<String, Refusal>;

pub(crate) fn denied(message: impl Into<String>) -> Refusal {
    Refusal::new(403, "AccessDenied", message)
}

pub(crate) fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "ValidationError", message)
}

pub(crate) fn unknown(action: &str, version: &str) -> Refusal {
    Refusal::new(400, "InvalidAction", format!("Could not find operation {action} for version {version}"))
}
