//! What the emulated account holds: users with their keys, roles and whom they trust, sessions that were issued.
//!
//! Plain values; [`crate::standard`] fills them, the services read them, and a test may change any of them, in process
//! or as JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::console::Console;
use crate::identity_center::IdentityCenter;
use crate::standard;

/// Everything the services know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The account of the users, and of the roles that name no other.
    pub id: String,
    /// Users by name.
    pub users: BTreeMap<String, User>,
    /// Roles by a handle, which is the name unless two accounts have a role of the same name.
    pub roles: BTreeMap<String, Role>,
    /// Temporary credentials that were issued, by access key id.
    pub sessions: BTreeMap<String, Session>,
    /// What DecodeAuthorizationMessage can decode: encoded to decoded.
    pub messages: BTreeMap<String, String>,
    /// Whether GetSessionToken's credentials get an hour at most from AssumeRole, as role sessions always do. Reports on
    /// AWS's behaviour differ.
    pub session_tokens_chain: bool,
    /// The instance metadata service.
    pub imds: ImdsState,
    /// What the container endpoint wants in `Authorization`; anything goes when absent.
    pub container_token: Option<String>,
    /// IAM Identity Center, with what it has issued.
    #[serde(default)]
    pub identity_center: IdentityCenter,
    /// The console's sign-in, with what it has issued.
    #[serde(default)]
    pub console: Console,
}

impl Account {
    /// The role of this ARN, whatever its partition.
    pub fn role(&self, arn: &str) -> Option<&Role> {
        let wanted = arn.strip_prefix("arn:")?.split_once(':')?.1;
        self.roles.values().find(|role| role.arn("aws").strip_prefix("arn:aws:") == Some(wanted))
    }

    /// The user who owns this access key, and the key.
    pub fn user_key(&self, access_key_id: &str) -> Option<(&User, &AccessKey)> {
        self.users.values().find_map(|user| Some((user, user.keys.iter().find(|key| key.id == access_key_id)?)))
    }
}

/// An IAM user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct User {
    /// `alice`
    pub name: String,
    /// `/`, or `/division/`
    pub path: String,
    /// `AIDA...`
    pub id: String,
    /// Long-term keys.
    pub keys: Vec<AccessKey>,
    /// Virtual MFA devices.
    pub mfa: Vec<MfaDevice>,
}

impl User {
    /// A user without keys.
    pub fn new(name: &str) -> Self {
        Self { name: name.into(), path: "/".into(), id: unique_id("AIDA", name), keys: Vec::new(), mfa: Vec::new() }
    }

    /// `arn:aws:iam::ACCOUNT:user/NAME`
    pub fn arn(&self, account: &str) -> String {
        format!("arn:aws:iam::{account}:user{}{}", self.path, self.name)
    }
}

impl Default for User {
    fn default() -> Self {
        let mut user = Self::new("");
        user.id.clear();
        user
    }
}

/// A long-term key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessKey {
    /// `AKIA...`
    pub id: String,
    /// The secret.
    pub secret: String,
    /// Whether it signs.
    #[serde(default = "yes")]
    pub active: bool,
}

impl AccessKey {
    /// An active key.
    pub fn new(id: &str, secret: &str) -> Self {
        Self { id: id.into(), secret: secret.into(), active: true }
    }
}

/// A virtual MFA device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MfaDevice {
    /// `arn:aws:iam::ACCOUNT:mfa/NAME`
    pub serial: String,
    /// The shared secret in base32.
    pub seed: String,
    /// Time steps whose code was used; each works once.
    #[serde(default)]
    pub used_steps: Vec<u64>,
}

/// A role and the conditions of its trust policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Role {
    /// `demo`
    pub name: String,
    /// `/`, or `/division/`
    pub path: String,
    /// The account it belongs to.
    pub account: String,
    /// `AROA...`
    pub id: String,
    /// MaxSessionDuration in seconds.
    pub max_session: u32,
    /// Who may assume it: an account id, the ARN of a user or of a role (its sessions), or `*`.
    pub trusts: Vec<String>,
    /// The ExternalId it requires.
    pub external_id: Option<String>,
    /// Whether it requires MFA.
    pub mfa: bool,
    /// Whether a web identity may assume it.
    pub web_identity: bool,
}

impl Role {
    /// A role of the standard account that trusts `trusts` for an hour.
    pub fn new(name: &str, trusts: &[&str]) -> Self {
        Self {
            name: name.into(),
            path: "/".into(),
            account: standard::ACCOUNT.into(),
            id: unique_id("AROA", name),
            max_session: 3600,
            trusts: trusts.iter().map(ToString::to_string).collect(),
            external_id: None,
            mfa: false,
            web_identity: false,
        }
    }

    /// `arn:PARTITION:iam::ACCOUNT:role/NAME`
    pub fn arn(&self, partition: &str) -> String {
        format!("arn:{partition}:iam::{}:role{}{}", self.account, self.path, self.name)
    }
}

impl Default for Role {
    fn default() -> Self {
        let mut role = Self::new("", &[]);
        role.id.clear();
        role
    }
}

/// Issued temporary credentials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// `ASIA...`
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: String,
    /// What must come along as X-Amz-Security-Token.
    pub session_token: String,
    /// Seconds since 1970 on the server's clock.
    pub issued_at: i64,
    /// Seconds since 1970 on the server's clock.
    pub expires_at: i64,
    /// Who they act as.
    pub principal: Principal,
    /// Whether they came neither of a user's long-term key nor of a web identity: of other temporary credentials, or to
    /// an instance, a container, a tool that signed in.
    #[serde(default)]
    pub chained: bool,
}

/// Who a request comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// As GetCallerIdentity says it.
    pub arn: String,
    /// As GetCallerIdentity says it.
    pub user_id: String,
    /// The account.
    pub account: String,
    /// Which rules apply.
    pub kind: PrincipalKind,
    /// Whether MFA was given for this session.
    pub mfa: bool,
}

/// What sort of credentials signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PrincipalKind {
    /// A user's long-term key; the user's name.
    User(String),
    /// GetSessionToken, or a console session; the user's name, which is `root` for the root user.
    UserSession(String),
    /// AssumeRole and its sisters, instances, containers; the role's ARN.
    Role(String),
    /// GetFederationToken.
    Federated,
}

/// The instance metadata service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImdsState {
    /// The role of the instance; none answers 404.
    pub role: Option<String>,
    /// Version 2: tokens are given and required. Without, the token path answers 404 and nothing needs one.
    pub tokens: bool,
}

/// 21 characters that say whose they are: `AROADEMOXXXXXXXXXXXXX`.
pub(crate) fn unique_id(prefix: &str, name: &str) -> String {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).take(17).collect();
    format!("{prefix}{:X<17}", name.to_ascii_uppercase())
}

fn yes() -> bool {
    true
}
