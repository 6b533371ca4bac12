//! What AWS's console sign-in knows: who is signed in there, how it gives that session to tools, and what it has issued.
//!
//! Plain values as in [`crate::account`]; `signin` acts on them.

mod login;
mod principal;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::identity_center::Approval;
use crate::standard;

pub use login::Login;
pub(crate) use login::{NoRefresh, Tokens};
pub(crate) use principal::principal;

/// The console sign-in and the one person who uses it.
///
/// A misspelt setting in a test's JSON is an error, a missing one is the standard one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Console {
    /// The ARN of the console session: a user, the root user, an assumed role or a federated user.
    pub session: String,
    /// Whether the person gave MFA in the console.
    pub mfa: bool,
    /// What becomes of a request for approval.
    pub approval: Approval,
    /// Whether a spent refresh token that comes again ends what it belongs to.
    pub reuse_ends_session: bool,
    /// The person has another password since: no refresh any more.
    pub password_changed: bool,
    /// The person lacks `signin:CreateOAuth2Token`, which the root user needs not.
    pub permission_missing: bool,

    /// How long an authorization code lives, in seconds.
    pub code_seconds: u32,
    /// How long access keys live.
    pub access_seconds: u32,
    /// How long a login can be refreshed; no access keys outlive it.
    pub session_seconds: u32,
    /// How long a token of the federation endpoint opens the console.
    pub federation_seconds: u32,

    /// Authorization codes.
    pub codes: BTreeMap<String, LoginCode>,
    /// Every tool that logged in.
    pub logins: Vec<Login>,
    /// The identifiers of the proofs that were shown; each works once.
    pub proofs: Vec<String>,
    /// How often a spent refresh token came again.
    pub reuses: u32,
    /// Tokens of the federation endpoint.
    pub federation_tokens: BTreeMap<String, FederationToken>,
}

impl Default for Console {
    fn default() -> Self {
        Self {
            session: standard::CONSOLE_SESSION.into(),
            mfa: false,
            approval: Approval::Ask,
            reuse_ends_session: true,
            password_changed: false,
            permission_missing: false,
            code_seconds: 600,
            access_seconds: 900,
            session_seconds: 12 * 3600,
            federation_seconds: 900,
            codes: BTreeMap::new(),
            logins: Vec::new(),
            proofs: Vec::new(),
            reuses: 0,
            federation_tokens: BTreeMap::new(),
        }
    }
}

/// An authorization code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginCode {
    /// Whose.
    pub client_id: String,
    /// The console session it gives.
    pub session: String,
    /// Where it was sent.
    pub redirect_uri: String,
    /// What the verifier's digest must be.
    pub challenge: String,
    /// Seconds since 1970 on the server's clock.
    pub expires_at: i64,
    /// It works once.
    pub used: bool,
}

/// What the federation endpoint gave for temporary credentials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FederationToken {
    /// Of the credentials.
    pub access_key_id: String,
    /// Who is signed in with it.
    pub arn: String,
    /// Seconds since 1970 on the server's clock.
    pub expires_at: i64,
    /// How long the console session will last.
    pub session_seconds: i64,
    /// How often it opened the console.
    pub used: u32,
}
