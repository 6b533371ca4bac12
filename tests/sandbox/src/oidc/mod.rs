//! IAM Identity Center's OIDC service: clients register, people approve, tokens come. JSON, unsigned.
//!
//! Also the two pages that a person sees in the browser: `authorize` and `device`.

mod authorize;
mod device;
mod register;
mod token;

use serde_json::{Value, json};

use crate::identity_center::{IdentityCenter, Registration};
use crate::input::Input;
use crate::issue;
use crate::server::Request;
use crate::server::http::Response;
use crate::server::state::State;
use crate::signature::Refusal;

/// The grants, as registrations and CreateToken name them.
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const AUTHORIZATION_CODE: &str = "authorization_code";
const REFRESH_TOKEN: &str = "refresh_token";

/// What is wrong with the request itself.
const INVALID: &str = "InvalidRequestException";

/// What a JSON operation says, or the error.
type Answer = Result<Value, Refusal>;

/// How the log and the faults name a request; none when it is not this service's.
pub(crate) fn action(request: &Request) -> Option<&'static str> {
    Some(match (request.method.as_str(), request.path.as_str()) {
        ("POST", "/client/register") => "RegisterClient",
        ("POST", "/device_authorization") => "StartDeviceAuthorization",
        ("POST", "/token") => "CreateToken",
        ("GET", "/authorize") => "Authorize",
        ("POST", authorize::DECISION) => "AuthorizeDecision",
        ("GET", device::PAGE) => "Device",
        ("POST", device::PAGE) => "DeviceDecision",
        _ => return None,
    })
}

/// The grant that a CreateToken names, as short as the log has it.
pub(crate) fn grant(named: &str) -> &str {
    named.rsplit(':').next().unwrap_or(named)
}

/// Answers a request.
pub(crate) fn answer(state: &mut State, request: &Request, action: &str) -> Response {
    let now = state.now();
    let millis = state.now_millis();
    let center = &mut state.account.identity_center;
    let answered = match action {
        "Authorize" => authorize::page(center, request, now),
        "AuthorizeDecision" => authorize::decision(center, request, now),
        "Device" => Ok(device::page(center, request, now)),
        "DeviceDecision" => Ok(device::decision(center, request, now)),
        _ => Input::of(request, INVALID)
            .and_then(|input| match action {
                "RegisterClient" => register::act(center, &input, now),
                "StartDeviceAuthorization" => device::start(center, &input, request, now),
                _ => token::act(center, &input, now, millis),
            })
            .map(|value| Response::json(200, &value).with_header("x-amzn-RequestId", issue::uuid())),
    };
    answered.unwrap_or_else(|refusal| error(refusal.status, refusal.code, &refusal.message))
}

/// An error in the service's manner.
pub(crate) fn error(status: u16, code: &str, message: &str) -> Response {
    Response::json(status, &json!({ "error": oauth_code(code), "error_description": message }))
        .with_header("x-amzn-ErrorType", code)
        .with_header("x-amzn-RequestId", issue::uuid())
        .with_error_code(code)
}

/// What OAuth calls an exception: `SlowDownException` is `slow_down`.
fn oauth_code(exception: &str) -> String {
    match exception {
        "InternalServerException" => return "server_error".to_owned(),
        "InvalidRequestRegionException" => return "invalid_request".to_owned(),
        _ => {}
    }
    let name = exception.strip_suffix("Exception").unwrap_or(exception);
    let mut code = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !code.is_empty() {
            code.push('_');
        }
        code.push(letter.to_ascii_lowercase());
    }
    code
}

/// The client, if its secret is right and its registration lasts.
fn client<'a>(center: &'a IdentityCenter, id: &str, secret: &str, now: i64) -> Result<&'a Registration, Refusal> {
    let client = known_client(center, id, now)?;
    if client.secret == secret { Ok(client) } else { Err(invalid_client()) }
}

/// The client, if its registration lasts. The browser has no secret to show.
fn known_client<'a>(center: &'a IdentityCenter, id: &str, now: i64) -> Result<&'a Registration, Refusal> {
    let client = center.registrations.get(id).ok_or_else(invalid_client)?;
    match client.expires_at > now {
        true => Ok(client),
        false if center.forgets_expired_clients => Err(invalid_client()),
        false => Err(Refusal::new(400, "UnauthorizedClientException", "The client's registration has expired")),
    }
}

/// Whether the client registered for this grant.
fn check_grant(client: &Registration, grant: &str) -> Result<(), Refusal> {
    if client.grants.iter().any(|known| known == grant) {
        return Ok(());
    }
    Err(Refusal::new(400, "UnauthorizedClientException", format!("The client is not registered for {grant}")))
}

fn invalid_client() -> Refusal {
    Refusal::new(401, "InvalidClientException", "Invalid client or client credentials")
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(400, INVALID, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_in_the_words_of_oauth() {
        for (exception, code) in [
            ("AuthorizationPendingException", "authorization_pending"),
            ("InvalidRedirectUriException", "invalid_redirect_uri"),
            ("InternalServerException", "server_error"),
            ("Throttling", "throttling"),
        ] {
            assert_eq!(oauth_code(exception), code);
        }
        assert_eq!([DEVICE_CODE, REFRESH_TOKEN].map(grant), ["device_code", "refresh_token"]);
    }
}
