//! GetRoleCredentials: a session of the role that stands for the permission set in the account.

use std::collections::BTreeMap;

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{Answer, account_id, invalid, roles_of};
use crate::account::{Account, Role, unique_id};
use crate::encoding;
use crate::issue;
use crate::signature::Refusal;

pub(super) fn act(account: &mut Account, params: &BTreeMap<String, String>, now: i64) -> Answer {
    let id = account_id(params)?;
    let name = params.get("role_name").filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| invalid("role_name is missing"))?;
    let center = &account.identity_center;
    // Whether there is such an account is nobody's business.
    if !roles_of(center, id).is_some_and(|roles| roles.contains(name)) {
        return Err(Refusal::new(403, "ForbiddenException", "No access"));
    }
    let principal = issue::role_principal(&reserved_role(id, name), "aws", &center.user);
    let seconds = center.role_seconds;
    let session = issue::session(account, principal, now, seconds);
    Ok(json!({ "roleCredentials": {
        "accessKeyId": session.access_key_id,
        "secretAccessKey": session.secret_access_key,
        "sessionToken": session.session_token,
        "expiration": session.expires_at * 1000,
    } }))
}

/// The role that Identity Center makes in the account; the digits at its end are always the same ones.
fn reserved_role(account: &str, permission_set: &str) -> Role {
    let digest = Sha256::digest(format!("{account}/{permission_set}"));
    let name = format!("AWSReservedSSO_{permission_set}_{}", encoding::hex(&digest[..8]));
    Role {
        id: unique_id("AROA", permission_set),
        name,
        path: "/aws-reserved/sso.amazonaws.com/".into(),
        account: account.into(),
        ..Role::default()
    }
}
