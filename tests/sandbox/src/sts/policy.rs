//! Session policies: is it JSON, is it small enough, how full is the packed form.

use super::{Params, xml};
use crate::signature::Refusal;

/// What policies may take, packed.
const MOST: usize = 2048;

/// The PackedPolicySize element when a policy or policy ARNs were given, nothing else.
///
/// # Errors
/// A policy that is no JSON or too large.
pub(super) fn packed_size(params: &Params) -> Result<String, Refusal> {
    let arns = params.iter().filter(|(name, _)| name.starts_with("PolicyArns.member."));
    let arns: usize = arns.map(|(_, arn)| arn.len()).sum();
    let policy = params.get("Policy");
    if let Some(policy) = policy
        && !serde_json::from_str(policy).is_ok_and(|value: serde_json::Value| value.is_object())
    {
        return Err(Refusal::new(400, "MalformedPolicyDocument", "This policy contains invalid Json"));
    }
    let size = arns + policy.map_or(0, String::len);
    let percent = size.div_ceil(MOST / 100);
    match size {
        0 => Ok(String::new()),
        _ if size > MOST => {
            let message = format!("Packed size of session tags consumes {percent}% of allotted space.");
            Err(Refusal::new(400, "PackedPolicyTooLarge", message))
        }
        _ => Ok(xml::text("PackedPolicySize", &percent.min(100).to_string())),
    }
}
