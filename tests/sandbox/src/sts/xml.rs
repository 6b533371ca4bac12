//! The answers' XML, as AWS writes it.

use crate::account::Session;
use crate::encoding;
use crate::issue;
use crate::server::http::Response;

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// `<NAME>TEXT</NAME>`
pub(super) fn text(name: &str, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<{name}>{text}</{name}>")
}

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

/// 200 with the result of `action`.
pub(super) fn success(action: &str, result: &str) -> Response {
    let id = issue::uuid();
    let body = format!(
        "<{action}Response xmlns=\"{NAMESPACE}\">\n  <{action}Result>{result}</{action}Result>\n  \
         <ResponseMetadata>\n    <RequestId>{id}</RequestId>\n  </ResponseMetadata>\n</{action}Response>\n"
    );
    Response::new(200, "text/xml", body).with_header("x-amzn-RequestId", id)
}

/// An error.
pub(super) fn failure(status: u16, code: &str, message: &str) -> Response {
    let id = issue::uuid();
    let blame = if status < 500 { "Sender" } else { "Receiver" };
    let (kind, said, message) = (text("Type", blame), text("Code", code), text("Message", message));
    let body = format!(
        "<ErrorResponse xmlns=\"{NAMESPACE}\">\n  <Error>\n    {kind}\n    {said}\n    {message}\n  </Error>\n  \
         <RequestId>{id}</RequestId>\n</ErrorResponse>\n"
    );
    Response::new(status, "text/xml", body).with_header("x-amzn-RequestId", id).with_error_code(code)
}
