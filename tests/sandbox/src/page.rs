//! What a person sees in the browser: a question with two buttons, a sentence, or a code to copy.

use crate::server::http::Response;

/// A question; the fields go along with the decision.
pub(crate) fn question(action: &str, fields: &[(&str, &str)], text: &str) -> Response {
    let fields: String = fields
        .iter()
        .filter(|(name, _)| *name != "decision")
        .map(|(name, value)| format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", escape(name), escape(value)))
        .collect();
    page(200, &format!("<p>{}</p>\n{}", escape(text), form(action, &fields)))
}

/// A question for a code, and with it for a decision.
pub(crate) fn code(action: &str) -> Response {
    let field = "<p><label>The code that the device shows: <input name=\"user_code\" required></label></p>\n";
    page(200, &form(action, field))
}

/// A sentence. One about a mistake is logged as InvalidRequestException.
pub(crate) fn message(status: u16, text: &str) -> Response {
    let response = page(status, &format!("<p>{}</p>\n", escape(text)));
    if status < 400 { response } else { response.with_error_code("InvalidRequestException") }
}

/// A text to copy, in the element `code`.
pub(crate) fn copy(title: &str, text: &str) -> Response {
    page(200, &format!("<p>{}</p>\n<p><code id=\"code\">{}</code></p>\n", escape(title), escape(text)))
}

/// The browser goes there.
pub(crate) fn redirect(location: &str) -> Response {
    Response { status: 302, ..Response::default() }.with_header("Location", location)
}

fn form(action: &str, fields: &str) -> String {
    format!(
        "<form method=\"post\" action=\"{action}\">\n{fields}\
         <button id=\"allow\" name=\"decision\" value=\"allow\">Allow</button>\n\
         <button id=\"deny\" name=\"decision\" value=\"deny\">Deny</button>\n</form>\n"
    )
}

fn page(status: u16, content: &str) -> Response {
    // The icon is none, so that browsers do not come for it.
    let body = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Sandbox sign-in</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n</head>\n<body>\n<h1>Sandbox of AWS's sign-in</h1>\n{content}</body>\n</html>\n"
    );
    Response::new(status, "text/html; charset=utf-8", body)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
