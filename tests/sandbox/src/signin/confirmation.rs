//! Where the browser of a login on another machine ends: the code, for the person to carry over.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{CROSS_DEVICE, invalid};
use crate::console::Console;
use crate::encoding::percent_encode;
use crate::page;
use crate::server::Request;
use crate::server::http::Response;
use crate::signature::Refusal;

/// The way back of every login on another machine.
pub(super) const PATH: &str = "/v1/sessions/confirmation";

/// `GET /v1/sessions/confirmation?code=..&state=..`
pub(super) fn page(console: &Console, request: &Request) -> Result<Response, Refusal> {
    let params = request.params();
    let param = |name: &str| params.get(name).map_or("", String::as_str);
    if !param("error").is_empty() {
        return Ok(page::message(200, "Request denied. You can close this window."));
    }
    let code = param("code");
    if console.codes.get(code).is_none_or(|known| known.client_id != CROSS_DEVICE) {
        return Err(invalid("No login on another machine has this code"));
    }
    let encode = |text: &str| percent_encode(text.as_bytes(), b"");
    let carried = STANDARD.encode(format!("state={}&code={}", encode(param("state")), encode(code)));
    Ok(page::copy("Enter this authorization code where you log in:", &carried))
}
