//! `/_sandbox/`: what [`super::Server`]'s methods do, over HTTP and in JSON for tests in other languages.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::fault::Fault;
use super::http::{Request, Response};
use super::state::State;
use crate::account::{Account, Role, User, unique_id};

/// Where the control interface is.
pub(crate) const PREFIX: &str = "/_sandbox/";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Clock {
    offset_seconds: i64,
}

/// Answers a control request; `path` is without the prefix.
pub(crate) fn answer(state: &mut State, request: &Request, path: &str) -> Response {
    let done = act(state, request, path);
    match done {
        Ok(value) => Response::json(200, &value),
        Err((status, why)) => Response::json(status, &json!({ "error": why })),
    }
}

fn act(state: &mut State, request: &Request, path: &str) -> Result<serde_json::Value, (u16, String)> {
    match (request.method.as_str(), path) {
        ("POST", "reset") => *state = State::new(),
        ("GET", "calls") => return Ok(json!(state.calls)),
        ("GET", "counts") => return Ok(json!(counts(state))),
        ("GET", "faults") => return Ok(json!(state.faults)),
        ("POST", "faults") => state.faults.push(body::<Fault>(request)?),
        ("DELETE", "faults") => state.faults.clear(),
        ("POST", "clock") => state.offset = body::<Clock>(request)?.offset_seconds,
        ("GET", "state") => {
            return Ok(json!({ "account": state.account, "offsetSeconds": state.offset, "now": state.now() }));
        }
        ("PUT", "state") => state.account = body::<Account>(request)?,
        ("PUT", path) if path.starts_with("roles/") => {
            let name = &path["roles/".len()..];
            let mut role: Role = body(request)?;
            name_it(&mut role.name, &mut role.id, "AROA", name);
            state.account.roles.insert(name.to_owned(), role);
        }
        ("PUT", path) if path.starts_with("users/") => {
            let name = &path["users/".len()..];
            let mut user: User = body(request)?;
            name_it(&mut user.name, &mut user.id, "AIDA", name);
            state.account.users.insert(name.to_owned(), user);
        }
        (method, path) => return Err((404, format!("no {method} {PREFIX}{path}"))),
    }
    Ok(json!({}))
}

fn counts(state: &State) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for call in &state.calls {
        *counts.entry(call.action.as_str()).or_default() += 1;
    }
    counts
}

/// The name is the path's unless the body gives one, and the unique id follows the name.
fn name_it(name: &mut String, id: &mut String, prefix: &str, fallback: &str) {
    if name.is_empty() {
        fallback.clone_into(name);
    }
    if id.is_empty() {
        *id = unique_id(prefix, name);
    }
}

fn body<T: DeserializeOwned>(request: &Request) -> Result<T, (u16, String)> {
    serde_json::from_slice(&request.body).map_err(|error| (400, error.to_string()))
}
