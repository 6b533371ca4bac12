//! The log of calls: what a test asks when it wants to know what went over the wire.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::http::Request;
use crate::oidc;
use crate::signature::Authorization;

/// One request and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Call {
    /// `AssumeRole`, `imds:token`, `container`, ...
    pub action: String,
    /// `POST`
    pub method: String,
    /// Without the query.
    pub path: String,
    /// The Host header.
    pub host: String,
    /// The query's and the form's parameters, and the members of a JSON body; what is no text there is its JSON.
    pub params: BTreeMap<String, String>,
    /// Names in lower case; values of equal names joined with commas.
    pub headers: BTreeMap<String, String>,
    /// Whose signature, if any.
    pub access_key_id: Option<String>,
    /// The region it is signed for.
    pub signing_region: Option<String>,
    /// The service it is signed for.
    pub signing_service: Option<String>,
    /// The status that was sent; 0 when none was.
    pub answered: u16,
    /// The code of the error the service said, sent or not.
    pub error_code: Option<String>,
    /// The fault, if one struck.
    pub fault: Option<String>,
    /// What a CreateToken or SigninToken was for: `device_code`, `authorization_code` or `refresh_token`.
    pub grant: Option<String>,
    /// When it came, in seconds since 1970 on the server's clock.
    pub at: i64,
}

impl Call {
    /// A call that is not answered yet.
    pub(crate) fn of(action: &str, request: &Request, at: i64) -> Self {
        let mut headers: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in &request.headers {
            headers
                .entry(name.clone())
                .and_modify(|known| *known = format!("{known}, {value}"))
                .or_insert_with(|| value.clone());
        }
        let signed = Authorization::of(request).ok().flatten();
        let scope = |part: fn(Authorization) -> String| signed.clone().map(part);
        let params = params(request);
        let grant = params
            .get("grantType")
            .filter(|_| ["CreateToken", "SigninToken"].contains(&action))
            .map(|named| oidc::grant(named).to_owned());
        Self {
            action: action.to_owned(),
            method: request.method.clone(),
            path: request.path.clone(),
            host: request.header("host").unwrap_or_default().to_owned(),
            params,
            headers,
            access_key_id: scope(|signed| signed.access_key_id),
            signing_region: scope(|signed| signed.region),
            signing_service: scope(|signed| signed.service),
            answered: 0,
            error_code: None,
            fault: None,
            grant,
            at,
        }
    }
}

fn params(request: &Request) -> BTreeMap<String, String> {
    let mut params = request.params();
    if request.header("content-type").is_some_and(|kind| kind.starts_with("application/json"))
        && let Ok(Value::Object(members)) = serde_json::from_slice(&request.body)
    {
        params.extend(members.into_iter().map(|(name, value)| match value {
            Value::String(text) => (name, text),
            other => (name, other.to_string()),
        }));
    }
    params
}
