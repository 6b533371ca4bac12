//! `/_sandbox/`: what [`super::Server`]'s methods do, over HTTP and in JSON for tests in other languages.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::fault::Fault;
use super::http::{Request, Response};
use super::state::State;
use crate::account::{Account, Role, User, unique_id};
use crate::identity_center::IdentityCenter;

/// Where the control interface is.
pub(crate) const PREFIX: &str = "/_sandbox/";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Clock {
    offset_seconds: i64,
}

/// What the person says to a device.
#[derive(Deserialize, PartialEq)]
#[serde(tag = "decision", rename_all = "camelCase")]
enum Decision {
    Allow,
    Deny,
}

/// Accounts by the thousand.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Fill {
    accounts: usize,
    roles_per_account: usize,
}

/// Answers a control request; `path` is without the prefix.
pub(crate) fn answer(state: &mut State, request: &Request, path: &str) -> Response {
    let done = act(state, request, path);
    match done {
        Ok(value) => Response::json(200, &value),
        Err((status, why)) => Response::json(status, &json!({ "error": why })),
    }
}

fn act(state: &mut State, request: &Request, path: &str) -> Result<Value, (u16, String)> {
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
        ("GET", "identity_center") => return Ok(json!(state.account.identity_center)),
        ("PATCH", "identity_center") => patch(&mut state.account.identity_center, body(request)?)?,
        ("PATCH", path) if path.starts_with("users/") => {
            let user = state.account.users.get_mut(&path["users/".len()..]);
            let user = user.ok_or_else(|| (404, format!("no {path}")))?;
            *user = merged(user, body(request)?)?;
        }
        ("GET", "iam") => return Ok(json!(state.account.iam)),
        ("PATCH", "iam") => state.account.iam = merged(&state.account.iam, body(request)?)?,
        ("GET", "console") => return Ok(json!(state.account.console)),
        ("PATCH", "console") => state.account.console = merged(&state.account.console, body(request)?)?,
        ("POST", path) if path.starts_with("devices/") => {
            let user_code = &path["devices/".len()..];
            let allow = body::<Decision>(request)? == Decision::Allow;
            if !state.decide(user_code, allow) {
                return Err((404, format!("no device waits with {user_code}")));
            }
        }
        (method, path) => return Err((404, format!("no {method} {PREFIX}{path}"))),
    }
    Ok(json!({}))
}

/// As [`merged`]; `fill` puts accounts in.
fn patch(center: &mut IdentityCenter, mut changes: Map<String, Value>) -> Result<(), (u16, String)> {
    let fill: Option<Fill> = changes.remove("fill").map(serde_json::from_value).transpose().map_err(wrong)?;
    let mut changed = merged(center, changes)?;
    if let Some(fill) = fill {
        changed.fill(fill.accounts, fill.roles_per_account);
    }
    *center = changed;
    Ok(())
}

/// Changes what the JSON names and leaves the rest; null makes it the standard again.
fn merged<T: Serialize + DeserializeOwned>(settings: &T, changes: Map<String, Value>) -> Result<T, (u16, String)> {
    let mut value = json!(settings);
    merge(&mut value, Value::Object(changes));
    serde_json::from_value(value).map_err(wrong)
}

fn wrong(error: serde_json::Error) -> (u16, String) {
    (400, error.to_string())
}

/// A JSON merge patch (RFC 7396).
fn merge(value: &mut Value, changes: Value) {
    let Value::Object(changes) = changes else {
        *value = changes;
        return;
    };
    if !value.is_object() {
        *value = json!({});
    }
    let Value::Object(members) = value else { return };
    for (name, change) in changes {
        if change.is_null() {
            members.remove(&name);
        } else {
            merge(members.entry(name).or_insert(Value::Null), change);
        }
    }
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
    serde_json::from_slice(&request.body).map_err(wrong)
}
