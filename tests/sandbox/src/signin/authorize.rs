//! The page on which the person gives the console session to a tool, and the way back.

use std::collections::BTreeMap;

use super::{CROSS_DEVICE, SAME_DEVICE, base, confirmation, invalid};
use crate::console::{Console, LoginCode};
use crate::encoding::percent_encode;
use crate::identity_center::Approval;
use crate::issue;
use crate::page;
use crate::server::Request;
use crate::server::http::Response;
use crate::signature::Refusal;

/// Where the buttons go.
pub(super) const DECISION: &str = "/v1/authorize/decision";

/// `GET /v1/authorize?response_type=code&...`
pub(super) fn page(console: &mut Console, request: &Request, now: i64) -> Result<Response, Refusal> {
    let asked = Asked::of(request)?;
    if console.approval != Approval::Ask {
        return Ok(asked.decided(console, console.approval == Approval::Automatic, now));
    }
    // The question comes back with the decision, and is read again then.
    let fields: Vec<_> = asked.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let question = format!("Allow a tool to act as {}?", console.session);
    Ok(page::question(DECISION, &fields, &question))
}

/// A button was pressed.
pub(super) fn decision(console: &mut Console, request: &Request, now: i64) -> Result<Response, Refusal> {
    let asked = Asked::of(request)?;
    match asked.param("decision") {
        "allow" => Ok(asked.decided(console, true, now)),
        "deny" => Ok(asked.decided(console, false, now)),
        _ => Err(invalid("A decision is either allow or deny")),
    }
}

/// A request for a code in which everything is right.
struct Asked(BTreeMap<String, String>);

impl Asked {
    /// A request that is wrong goes nowhere: what it names as the way back may be anyone's.
    fn of(request: &Request) -> Result<Self, Refusal> {
        let asked = Self(request.params());
        let way_back = asked.required("redirect_uri")?;
        let known = match asked.required("client_id")? {
            SAME_DEVICE => is_loopback(way_back),
            CROSS_DEVICE => way_back == format!("{}{}", base(request), confirmation::PATH),
            _ => return Err(invalid("client_id is no client of this service")),
        };
        if !known {
            return Err(invalid("redirect_uri is not the client's"));
        }
        for (name, wanted) in [("response_type", "code"), ("code_challenge_method", "SHA-256"), ("scope", "openid")] {
            if asked.required(name)? != wanted {
                return Err(invalid(format!("{name} must be {wanted}")));
            }
        }
        asked.required("state")?;
        let challenge = asked.required("code_challenge")?;
        let fits = |letter: u8| letter.is_ascii_alphanumeric() || b"-_".contains(&letter);
        if challenge.len() != 43 || !challenge.bytes().all(fits) {
            return Err(invalid("code_challenge is no SHA-256 in base64url"));
        }
        Ok(asked)
    }

    /// Back to the client, with a code or without.
    fn decided(&self, console: &mut Console, allow: bool, now: i64) -> Response {
        let way_back = self.param("redirect_uri");
        let state = percent_encode(self.param("state").as_bytes(), b"");
        if !allow {
            return page::redirect(&format!("{way_back}?error=access_denied&state={state}"));
        }
        let code = issue::url_safe(120);
        let location = format!("{way_back}?code={code}&state={state}");
        let issued = LoginCode {
            client_id: self.param("client_id").to_owned(),
            session: console.session.clone(),
            redirect_uri: way_back.to_owned(),
            challenge: self.param("code_challenge").to_owned(),
            expires_at: now + i64::from(console.code_seconds),
            used: false,
        };
        console.codes.insert(code, issued);
        page::redirect(&location)
    }

    fn param(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    fn required(&self, name: &str) -> Result<&str, Refusal> {
        Some(self.param(name)).filter(|value| !value.is_empty()).ok_or_else(|| invalid(format!("{name} is missing")))
    }
}

/// `http://127.0.0.1:PORT/oauth/callback`
fn is_loopback(uri: &str) -> bool {
    let port = uri.strip_prefix("http://127.0.0.1:").and_then(|rest| rest.strip_suffix("/oauth/callback"));
    port.is_some_and(|port| port.bytes().all(|digit| digit.is_ascii_digit()) && port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_port_of_this_machine() {
        for uri in ["http://127.0.0.1:1/oauth/callback", "http://127.0.0.1:65535/oauth/callback"] {
            assert!(is_loopback(uri), "{uri}");
        }
        for uri in [
            "http://127.0.0.1/oauth/callback",
            "http://127.0.0.1:/oauth/callback",
            "http://127.0.0.1:+1/oauth/callback",
            "http://127.0.0.1:65536/oauth/callback",
            "http://127.0.0.1:1/oauth/callback/",
            "http://127.0.0.1:1/callback",
            "http://localhost:1/oauth/callback",
            "https://127.0.0.1:1/oauth/callback",
        ] {
            assert!(!is_loopback(uri), "{uri}");
        }
    }
}
