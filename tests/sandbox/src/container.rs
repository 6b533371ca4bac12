//! The credentials endpoint that ECS and EKS give to a container.

use serde_json::json;

use crate::account::Role;
use crate::encoding;
use crate::issue;
use crate::server::Request;
use crate::server::http::Response;
use crate::server::state::State;

/// The role of the container, and its session's name.
const ROLE: &str = "task";
const SESSION: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
/// How long its credentials live.
const SECONDS: u32 = 6 * 3600;

/// Answers `GET /container/credentials`.
pub(crate) fn answer(state: &mut State, request: &Request) -> Response {
    if request.method != "GET" || request.path != "/container/credentials" {
        return error(404, "NotFound", "The sandbox has GET /container/credentials");
    }
    let wanted = state.account.container_token.as_deref();
    if wanted.is_some() && wanted != request.header("authorization") {
        return error(403, "AccessDenied", "The authorization token is missing or wrong");
    }
    let role = state.account.roles.get(ROLE).cloned().unwrap_or_else(|| Role::new(ROLE, &[]));
    let now = state.now();
    let session = issue::session(&mut state.account, issue::role_principal(&role, "aws", SESSION), now, SECONDS);
    let body = json!({
        "RoleArn": role.arn("aws"),
        "AccessKeyId": session.access_key_id,
        "SecretAccessKey": session.secret_access_key,
        "Token": session.session_token,
        "Expiration": encoding::iso(session.expires_at),
        "AccountId": role.account,
    });
    Response::json(200, &body)
}

/// An error in the endpoint's manner.
pub(crate) fn error(status: u16, code: &str, message: &str) -> Response {
    Response::json(status, &json!({ "code": code, "message": message })).with_error_code(code)
}
