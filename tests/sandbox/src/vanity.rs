//! Start URLs of one's own: `/vanity/NAME` sends on to the one at AWS.

use crate::container;
use crate::server::Request;
use crate::server::http::Response;
use crate::server::state::State;

/// Where they are.
pub(crate) const PREFIX: &str = "/vanity/";

/// Answers a request.
pub(crate) fn answer(state: &State, request: &Request) -> Response {
    let center = &state.account.identity_center;
    let name = request.path.strip_prefix(PREFIX).unwrap_or_default().trim_end_matches('/');
    match (request.method.as_str(), center.vanity.get(name)) {
        ("GET", Some(url)) => to(url),
        ("HEAD", Some(url)) if center.vanity_head => to(url),
        (_, Some(_)) => container::error(405, "MethodNotAllowed", "Ask with GET").with_header("Allow", "GET"),
        (_, None) => container::error(404, "NotFound", "The sandbox has no such vanity URL"),
    }
}

fn to(url: &str) -> Response {
    Response { status: 302, ..Response::default() }.with_header("Location", url)
}
