//! The frame of the answers' XML, as AWS writes it.

use crate::issue;
use crate::server::http::Response;

/// `<NAME>TEXT</NAME>`
pub(crate) fn text(name: &str, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<{name}>{text}</{name}>")
}

/// `<NAME>INNER</NAME>`, where INNER is XML.
pub(crate) fn element(name: &str, inner: &str) -> String {
    format!("<{name}>{inner}</{name}>")
}

/// 200 with the result of `action`; an action that has nothing to say leaves it out.
pub(crate) fn success(namespace: &str, action: &str, result: &str) -> Response {
    let id = issue::uuid();
    let result =
        if result.is_empty() { String::new() } else { format!("  <{action}Result>{result}</{action}Result>\n") };
    let body = format!(
        "<{action}Response xmlns=\"{namespace}\">\n{result}  <ResponseMetadata>\n    <RequestId>{id}</RequestId>\n  \
         </ResponseMetadata>\n</{action}Response>\n"
    );
    Response::new(200, "text/xml", body).with_header("x-amzn-RequestId", id)
}

/// An error.
pub(crate) fn failure(namespace: &str, status: u16, code: &str, message: &str) -> Response {
    let id = issue::uuid();
    let blame = if status < 500 { "Sender" } else { "Receiver" };
    let (kind, said, message) = (text("Type", blame), text("Code", code), text("Message", message));
    let body = format!(
        "<ErrorResponse xmlns=\"{namespace}\">\n  <Error>\n    {kind}\n    {said}\n    {message}\n  </Error>\n  \
         <RequestId>{id}</RequestId>\n</ErrorResponse>\n"
    );
    Response::new(status, "text/xml", body).with_header("x-amzn-RequestId", id).with_error_code(code)
}
