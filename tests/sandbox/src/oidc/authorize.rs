//! The page of approval for a client on the person's own machine, and the way back to it.

use std::collections::BTreeMap;

use super::{AUTHORIZATION_CODE, check_grant, invalid, known_client};
use crate::encoding::percent_encode;
use crate::identity_center::{Approval, Code, IdentityCenter, Registration};
use crate::issue;
use crate::page;
use crate::server::Request;
use crate::server::http::Response;
use crate::signature::Refusal;

/// Where the buttons go.
pub(super) const DECISION: &str = "/authorize/decision";
const LOOPBACK: &str = "http://127.0.0.1";

/// `GET /authorize?response_type=code&...`
pub(super) fn page(center: &mut IdentityCenter, request: &Request, now: i64) -> Result<Response, Refusal> {
    let asked = Asked::of(center, request.params(), now)?;
    if center.approval != Approval::Ask {
        return Ok(asked.decided(center, center.approval == Approval::Automatic, now));
    }
    // The question comes back with the decision, and is read again then.
    let fields: Vec<_> = asked.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let question = format!("Allow {} to use your AWS accounts ({})?", asked.client_name, asked.param("scopes"));
    Ok(page::question(DECISION, &fields, &question))
}

/// A button was pressed.
pub(super) fn decision(center: &mut IdentityCenter, request: &Request, now: i64) -> Result<Response, Refusal> {
    let asked = Asked::of(center, request.params(), now)?;
    match asked.param("decision") {
        "allow" => Ok(asked.decided(center, true, now)),
        "deny" => Ok(asked.decided(center, false, now)),
        _ => Err(invalid("A decision is either allow or deny")),
    }
}

/// A request for a code in which everything is right.
struct Asked {
    params: BTreeMap<String, String>,
    client_name: String,
}

impl Asked {
    /// A request that is wrong goes nowhere: what it names as the way back may be anyone's.
    fn of(center: &IdentityCenter, params: BTreeMap<String, String>, now: i64) -> Result<Self, Refusal> {
        let mut asked = Self { params, client_name: String::new() };
        let client = known_client(center, asked.required("client_id")?, now)?;
        check_grant(client, AUTHORIZATION_CODE)?;
        let way_back = asked.required("redirect_uri")?;
        if !client.redirect_uris.iter().any(|known| same_but_port(known, way_back)) {
            let message = "redirect_uri is not what the client registered";
            return Err(Refusal::new(400, "InvalidRedirectUriException", message));
        }
        asked.check(client)?;
        asked.client_name.clone_from(&client.name);
        Ok(asked)
    }

    fn check(&self, client: &Registration) -> Result<(), Refusal> {
        for (name, wanted) in [("response_type", "code"), ("code_challenge_method", "S256")] {
            if self.required(name)? != wanted {
                return Err(invalid(format!("{name} must be {wanted}")));
            }
        }
        self.required("state")?;
        let challenge = self.required("code_challenge")?;
        let fits = |letter: u8| letter.is_ascii_alphanumeric() || b"-_".contains(&letter);
        if challenge.len() != 43 || !challenge.bytes().all(fits) {
            return Err(invalid("code_challenge is no SHA-256 in base64url"));
        }
        let mut scopes = self.required("scopes")?.split(' ');
        match scopes.find(|scope| !client.scopes.iter().any(|known| known == scope)) {
            None => Ok(()),
            Some(scope) => {
                let message = format!("The client is not registered for the scope {scope}");
                Err(Refusal::new(400, "InvalidScopeException", message))
            }
        }
    }

    /// Back to the client, with a code or without.
    fn decided(&self, center: &mut IdentityCenter, allow: bool, now: i64) -> Response {
        let (way_back, encode) = (self.param("redirect_uri"), |text: &str| percent_encode(text.as_bytes(), b""));
        let state = encode(self.param("state"));
        if !allow {
            return page::redirect(&format!("{way_back}?error=access_denied&state={state}"));
        }
        let code = issue::url_safe(120);
        let location = format!("{way_back}?code={}&state={state}", encode(&code));
        let issued = Code {
            client_id: self.param("client_id").to_owned(),
            redirect_uri: way_back.to_owned(),
            challenge: self.param("code_challenge").to_owned(),
            expires_at: now + i64::from(center.code_seconds),
            used: false,
        };
        center.codes.insert(code, issued);
        page::redirect(&location)
    }

    fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }

    fn required(&self, name: &str) -> Result<&str, Refusal> {
        Some(self.param(name)).filter(|value| !value.is_empty()).ok_or_else(|| invalid(format!("{name} is missing")))
    }
}

/// Whether a URI is the registered one on some port of this machine.
fn same_but_port(registered: &str, uri: &str) -> bool {
    let (Some(path), Some(rest)) = (registered.strip_prefix(LOOPBACK), uri.strip_prefix(LOOPBACK)) else {
        return false;
    };
    let port = rest.strip_prefix(':').and_then(|rest| rest.strip_suffix(path));
    rest == path
        || port.is_some_and(|port| port.bytes().all(|digit| digit.is_ascii_digit()) && port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_port_of_this_machine() {
        let same = |uri| same_but_port("http://127.0.0.1/oauth/callback", uri);
        for uri in [
            "http://127.0.0.1/oauth/callback",
            "http://127.0.0.1:1/oauth/callback",
            "http://127.0.0.1:65535/oauth/callback",
        ] {
            assert!(same(uri), "{uri}");
        }
        for uri in [
            "http://127.0.0.1:65536/oauth/callback",
            "http://127.0.0.1:+1/oauth/callback",
            "http://127.0.0.1:/oauth/callback",
            "http://127.0.0.1:1/oauth/callback/",
            "http://127.0.0.1:1/other",
            "http://127.0.0.1.example/oauth/callback",
            "http://localhost:1/oauth/callback",
            "https://127.0.0.1:1/oauth/callback",
        ] {
            assert!(!same(uri), "{uri}");
        }
    }
}
