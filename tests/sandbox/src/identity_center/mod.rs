//! What IAM Identity Center knows: who may use which account as what, how it signs people in, and what it has issued.
//!
//! Plain values as in [`crate::account`]; `oidc` and `portal` act on them.

mod sign_in;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::standard;

pub use sign_in::SignIn;
pub(crate) use sign_in::Tokens;

/// An instance of IAM Identity Center and the one person who uses it.
///
/// A misspelt setting in a test's JSON is an error, a missing one is the standard one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IdentityCenter {
    /// Who signs in, and the name of the role sessions.
    pub user: String,
    /// The start URLs, without a slash at the end.
    pub start_urls: Vec<String>,
    /// The accounts and roles assigned to the user, in the order the portal lists them.
    pub accounts: Vec<AssignedAccount>,
    /// The scopes a client may register for.
    pub scopes: Vec<String>,

    /// What becomes of a request for approval.
    pub approval: Approval,
    /// A device code is approved by itself once so many polls were answered "pending".
    pub device_after_polls: Option<u32>,
    /// Seconds to wait between two polls.
    pub interval: u32,
    /// Whether polling faster is answered SlowDown.
    pub strict_interval: bool,
    /// Who gets refresh tokens.
    pub refresh_tokens: RefreshTokens,
    /// Whether a refresh gives a new refresh token and spends the old one; without, it gives none and the old one stays.
    pub rotation: bool,
    /// Whether the service has no memory of expired registrations: InvalidClient in place of UnauthorizedClient.
    pub forgets_expired_clients: bool,

    /// How long a registration lives, in seconds.
    pub registration_seconds: u32,
    /// How long a device code lives.
    pub device_code_seconds: u32,
    /// How long an authorization code lives.
    pub code_seconds: u32,
    /// How long an access token lives.
    pub access_token_seconds: u32,
    /// How long the access token of a client without scopes lives, which gets no refresh token.
    pub unscoped_token_seconds: u32,
    /// How long a person stays signed in; no token outlives it.
    pub session_seconds: u32,
    /// How long role credentials live.
    pub role_seconds: u32,

    /// Entries on a page of the portal when the request asks for no number.
    pub page_size: usize,
    /// What the portal takes within a second; anything when absent.
    pub requests_per_second: Option<u32>,

    /// Start URLs of one's own: what `/vanity/NAME` redirects to.
    pub vanity: BTreeMap<String, String>,
    /// Whether these answer HEAD too; 405 otherwise.
    pub vanity_head: bool,

    /// Clients by id.
    pub registrations: BTreeMap<String, Registration>,
    /// Device codes and what was decided.
    pub devices: BTreeMap<String, Device>,
    /// Authorization codes.
    pub codes: BTreeMap<String, Code>,
    /// Everyone who signed in.
    pub sign_ins: Vec<SignIn>,
}

impl IdentityCenter {
    /// The standard state with so many accounts and roles in place of its own.
    pub fn with_accounts(accounts: usize, roles_per_account: usize) -> Self {
        let mut center = standard::identity_center();
        center.fill(accounts, roles_per_account);
        center
    }

    /// Replaces the accounts: ids all over the range, names `Account 0001`, and well-known roles before `Role0005`.
    pub fn fill(&mut self, accounts: usize, roles_per_account: usize) {
        let known = ["AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess", "Billing"];
        let role = |at: usize| known.get(at).map_or_else(|| format!("Role{:04}", at + 1), ToString::to_string);
        let roles: Vec<_> = (0..roles_per_account).map(role).collect();
        self.accounts = (1..=accounts as u64)
            .map(|at| AssignedAccount {
                // Prime to ten, so that none comes twice.
                id: format!("{:012}", at * 76_543_210_987 % 1_000_000_000_000),
                name: format!("Account {at:04}"),
                email: format!("account-{at:04}@example.com"),
                roles: roles.clone(),
            })
            .collect();
    }

    /// Whether a start URL is one of this instance; a slash or a fragment at its end make no difference.
    pub(crate) fn knows(&self, start_url: &str) -> bool {
        let end = start_url.find(['#', '?']).unwrap_or(start_url.len());
        self.start_urls.iter().any(|known| known == start_url[..end].trim_end_matches('/'))
    }

    /// Decides about a device; false when no such one waits.
    pub(crate) fn decide(&mut self, user_code: &str, allow: bool, now: i64) -> bool {
        let plain = |code: &str| code.replace(['-', ' '], "").to_ascii_uppercase();
        let wanted = plain(user_code);
        let mut waiting = self.devices.values_mut().filter(|device| device.waits(now));
        match waiting.find(|device| plain(&device.user_code) == wanted) {
            Some(device) => {
                device.status = if allow { DeviceStatus::Approved } else { DeviceStatus::Denied };
                true
            }
            None => false,
        }
    }
}

impl Default for IdentityCenter {
    fn default() -> Self {
        standard::identity_center()
    }
}

/// An account the user may use.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignedAccount {
    /// Twelve digits.
    pub id: String,
    /// As people call it.
    #[serde(default)]
    pub name: String,
    /// Its owner's address.
    #[serde(default)]
    pub email: String,
    /// Permission sets.
    #[serde(default)]
    pub roles: Vec<String>,
}

impl AssignedAccount {
    /// An account and its roles.
    pub fn new(id: &str, name: &str, email: &str, roles: &[&str]) -> Self {
        let roles = roles.iter().map(ToString::to_string).collect();
        Self { id: id.into(), name: name.into(), email: email.into(), roles }
    }
}

/// What becomes of a request for approval that a browser brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Approval {
    /// A page with buttons.
    Ask,
    /// It is allowed at once.
    Automatic,
    /// It is denied at once.
    Deny,
}

/// Who gets refresh tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefreshTokens {
    /// Clients that registered for a scope, as at AWS.
    Scoped,
    /// Everyone.
    Always,
    /// Nobody.
    Never,
}

/// A client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// As it calls itself.
    pub name: String,
    /// What it must show.
    pub secret: String,
    /// Seconds since 1970 on the server's clock.
    pub expires_at: i64,
    /// What it may ask for.
    pub scopes: Vec<String>,
    /// How it may sign in.
    pub grants: Vec<String>,
    /// Where it wants codes to go, without a port; none for devices.
    pub redirect_uris: Vec<String>,
}

/// A device that waits for approval, or did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Whose.
    pub client_id: String,
    /// `ABCD-EFGH`, what the person compares or types.
    pub user_code: String,
    /// Seconds since 1970 on the server's clock.
    pub expires_at: i64,
    /// How far it is.
    pub status: DeviceStatus,
    /// Polls answered "pending".
    pub pending_polls: u32,
    /// When it polled last, in milliseconds on the server's clock.
    pub polled_at: Option<i64>,
}

impl Device {
    /// Whether it can still be decided about.
    pub(crate) fn waits(&self, now: i64) -> bool {
        self.status == DeviceStatus::Pending && self.expires_at > now
    }
}

/// How far a device's request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceStatus {
    /// Nobody has decided.
    Pending,
    /// It gets a token when it asks next.
    Approved,
    /// It gets none.
    Denied,
    /// It got its token.
    Used,
}

/// An authorization code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// Whose.
    pub client_id: String,
    /// Where it was sent, with the port.
    pub redirect_uri: String,
    /// What the verifier's digest must be.
    pub challenge: String,
    /// Seconds since 1970 on the server's clock.
    pub expires_at: i64,
    /// It works once.
    pub used: bool,
}
