//! Trust policies, as far as [`Role`] has them.

use crate::account::{Principal, PrincipalKind, Role};

/// Whether `role` lets this caller in.
pub(super) fn allows(role: &Role, caller: &Principal, external_id: Option<&str>, mfa: bool) -> bool {
    role.trusts.iter().any(|trusted| names(trusted, caller))
        && role.external_id.as_deref().is_none_or(|wanted| external_id == Some(wanted))
        && (!role.mfa || mfa || caller.mfa)
}

/// An account id, a user's or role's ARN, or everyone.
fn names(trusted: &str, caller: &Principal) -> bool {
    let is = |arn: &str| without_partition(trusted) == without_partition(arn);
    trusted == "*"
        || trusted == caller.account
        || is(&format!("arn:aws:iam::{}:root", caller.account))
        || is(&caller.arn)
        || matches!(&caller.kind, PrincipalKind::Role(role) if is(role))
}

fn without_partition(arn: &str) -> &str {
    arn.splitn(3, ':').nth(2).unwrap_or(arn)
}
