//! The instance metadata service, version 2: a token first, then the role's name, then its credentials.

use serde_json::json;

use crate::account::{Role, Session};
use crate::encoding;
use crate::issue;
use crate::server::Request;
use crate::server::http::Response;
use crate::server::state::State;
use crate::standard::{INSTANCE_ID, INSTANCE_REGION, INSTANCE_ZONE};

const TTL: &str = "x-aws-ec2-metadata-token-ttl-seconds";
const TOKEN: &str = "x-aws-ec2-metadata-token";
const CREDENTIALS: &str = "/latest/meta-data/iam/security-credentials";
/// How long an instance's credentials live.
const SECONDS: u32 = 6 * 3600;
/// The same ones are given out until so little is left.
const RENEWED_BEFORE: i64 = 3600;

/// How the log and the faults name a request.
pub(crate) fn action(request: &Request) -> &'static str {
    // botocore writes a slash behind some of them.
    match request.path.trim_end_matches('/') {
        "/latest/api/token" => "imds:token",
        "/latest/meta-data/placement/availability-zone" => "imds:zone",
        "/latest/meta-data/placement/region" => "imds:region",
        path => match path.strip_prefix(CREDENTIALS) {
            Some("") => "imds:role",
            Some(rest) if rest.starts_with('/') => "imds:credentials",
            _ => "imds:other",
        },
    }
}

/// Answers a request.
pub(crate) fn answer(state: &mut State, request: &Request) -> Response {
    if action(request) == "imds:token" {
        return token(state, request);
    }
    if request.method != "GET" {
        return error(405, "MethodNotAllowed");
    }
    if state.account.imds.tokens {
        let end = request.header(TOKEN).and_then(|token| state.imds_tokens.get(token));
        if end.is_none_or(|end| *end <= state.now()) {
            return error(401, "Unauthorized");
        }
    }
    let role = state.account.imds.role.clone();
    match (action(request), role) {
        ("imds:zone", _) => text(INSTANCE_ZONE),
        ("imds:region", _) => text(INSTANCE_REGION),
        ("imds:role", Some(role)) => text(&role),
        ("imds:credentials", Some(role)) if request.path[CREDENTIALS.len()..].trim_matches('/') == role => {
            credentials(&current_session(state, &role))
        }
        _ => error(404, "NotFound"),
    }
}

/// An error in the service's manner.
pub(crate) fn error(status: u16, code: &str) -> Response {
    let body =
        format!("<html><head><title>{status} - {code}</title></head><body><h1>{status} - {code}</h1></body></html>");
    Response::new(status, "text/html", body).with_error_code(code)
}

fn token(state: &mut State, request: &Request) -> Response {
    if !state.account.imds.tokens {
        return error(404, "NotFound");
    }
    if request.method != "PUT" {
        return error(405, "MethodNotAllowed");
    }
    let ttl = request.header(TTL).and_then(|ttl| ttl.parse::<i64>().ok());
    let Some(ttl) = ttl.filter(|ttl| (1..=21_600).contains(ttl)) else {
        return error(400, "BadRequest");
    };
    let token = format!("AQAEA{}==", issue::random(49));
    state.imds_tokens.insert(token.clone(), state.now() + ttl);
    text(&token).with_header(TTL, ttl.to_string())
}

/// The instance's session: the one of before while it lasts, a new one else.
fn current_session(state: &mut State, role: &str) -> Session {
    let role = state.account.roles.get(role).cloned().unwrap_or_else(|| Role::new(role, &[]));
    let principal = issue::role_principal(&role, "aws", INSTANCE_ID);
    let now = state.now();
    let held = state
        .account
        .sessions
        .values()
        .find(|session| session.principal.arn == principal.arn && session.expires_at > now + RENEWED_BEFORE);
    match held {
        Some(session) => session.clone(),
        None => issue::session(&mut state.account, principal, now, SECONDS),
    }
}

fn credentials(session: &Session) -> Response {
    let body = json!({
        "Code": "Success",
        "LastUpdated": encoding::iso(session.issued_at),
        "Type": "AWS-HMAC",
        "AccessKeyId": session.access_key_id,
        "SecretAccessKey": session.secret_access_key,
        "Token": session.session_token,
        "Expiration": encoding::iso(session.expires_at),
    });
    // The real service says text/plain of everything.
    Response::new(200, "text/plain", format!("{body:#}"))
}

fn text(body: &str) -> Response {
    Response::new(200, "text/plain", body)
}
