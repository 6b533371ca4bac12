//! ListAccounts and ListAccountRoles, page by page.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Answer, account_id, invalid, roles_of};
use crate::identity_center::IdentityCenter;
use crate::signature::Refusal;

/// The longest page one may ask for.
const LONGEST: usize = 100;
/// `+//+` in base64: a client that does not encode the token in its query is found out.
const HEAD: [u8; 3] = [0xfb, 0xff, 0xfe];

pub(super) fn accounts(center: &IdentityCenter, params: &BTreeMap<String, String>) -> Answer {
    let entry = |at: usize| {
        let account = &center.accounts[at];
        json!({ "accountId": account.id, "accountName": account.name, "emailAddress": account.email })
    };
    page(center, params, "accountList", "accounts", center.accounts.len(), entry)
}

pub(super) fn roles(center: &IdentityCenter, params: &BTreeMap<String, String>) -> Answer {
    let id = account_id(params)?;
    let not_found = || Refusal::new(404, "ResourceNotFoundException", format!("No account {id} is assigned"));
    let roles = roles_of(center, id).ok_or_else(not_found)?;
    let entry = |at: usize| json!({ "roleName": roles[at], "accountId": id });
    page(center, params, "roleList", id, roles.len(), entry)
}

/// The page that a request asks for; `of` says of which list a token is.
fn page(
    center: &IdentityCenter,
    params: &BTreeMap<String, String>,
    name: &str,
    of: &str,
    length: usize,
    entry: impl Fn(usize) -> Value,
) -> Answer {
    let size = match params.get("max_result") {
        None => center.page_size.clamp(1, LONGEST),
        Some(number) => number.parse().unwrap_or(0),
    };
    if !(1..=LONGEST).contains(&size) {
        return Err(invalid("max_result must be from 1 to 100"));
    }
    let start = match params.get("next_token") {
        None => 0,
        Some(token) => place(token, of).filter(|start| *start < length).ok_or_else(|| invalid("Invalid next_token"))?,
    };
    let end = length.min(start + size);
    // The last page says null.
    let next = (end < length).then(|| STANDARD.encode([&HEAD, format!("{of}:{end}").as_bytes()].concat()));
    Ok(json!({ name: (start..end).map(entry).collect::<Vec<_>>(), "nextToken": next }))
}

/// Where the page of a token starts.
fn place(token: &str, of: &str) -> Option<usize> {
    let bytes = STANDARD.decode(token).ok()?;
    let text = str::from_utf8(bytes.strip_prefix(&HEAD)?).ok()?;
    text.strip_prefix(of)?.strip_prefix(':')?.parse().ok()
}
