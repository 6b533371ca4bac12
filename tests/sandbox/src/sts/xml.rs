//! The elements that several answers have.

use crate::account::Session;
use crate::encoding;

pub(super) use crate::query::xml::text;

/// The Credentials element.
pub(super) fn credentials(session: &Session) -> String {
    [
        "<Credentials>",
        &text("AccessKeyId", &session.access_key_id),
        &text("SecretAccessKey", &session.secret_access_key),
        &text("SessionToken", &session.session_token),
        &text("Expiration", &encoding::iso(session.expires_at)),
        "</Credentials>",
    ]
    .concat()
}

/// The AssumedRoleUser element.
pub(super) fn assumed_role_user(session: &Session) -> String {
    let (id, arn) = (&session.principal.user_id, &session.principal.arn);
    format!("<AssumedRoleUser>{}{}</AssumedRoleUser>", text("AssumedRoleId", id), text("Arn", arn))
}
