//! What the emulated account holds: users with their keys, roles and whom they trust, sessions that were issued.
//!
//! Plain values; [`crate::standard`] fills them, the services read them, and a test may change any of them, in process
//! or as JSON.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::console::Console;
use crate::iam::Iam;
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
    /// Whether denials for lack of a permission carry an encoded message, as EC2's do.
    #[serde(default)]
    pub encodes_denials: bool,
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
    /// IAM, besides its users and roles.
    #[serde(default)]
    pub iam: Iam,
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

/// The name under which the account's root user is among the users.
pub const ROOT: &str = "root";

/// An IAM user; the one named [`ROOT`] is the root user.
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
    /// MFA devices.
    pub mfa: Vec<MfaDevice>,
    /// Seconds since 1970.
    pub created_at: i64,
    /// Whether this user may change other users.
    pub admin: bool,
    /// Whether nearly everything needs a session with MFA, as AWS's example of a self-manage policy has it.
    pub iam_requires_mfa: bool,
    /// Actions that no policy allows, such as `iam:CreateAccessKey`.
    pub denied: BTreeSet<String>,
    /// Actions that a policy denies.
    pub explicitly_denied: BTreeSet<String>,
}

impl User {
    /// A user without keys.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            path: "/".into(),
            id: unique_id("AIDA", name),
            keys: Vec::new(),
            mfa: Vec::new(),
            created_at: standard::CREATED_AT,
            admin: false,
            iam_requires_mfa: false,
            denied: BTreeSet::new(),
            explicitly_denied: BTreeSet::new(),
        }
    }

    /// `arn:aws:iam::ACCOUNT:user/NAME`, or `arn:aws:iam::ACCOUNT:root`.
    pub fn arn(&self, account: &str) -> String {
        if self.is_root() {
            return format!("arn:aws:iam::{account}:root");
        }
        format!("arn:aws:iam::{account}:user{}{}", self.path, self.name)
    }

    /// `AIDA...`, or the account for its root user.
    pub fn unique_id<'a>(&'a self, account: &'a str) -> &'a str {
        if self.is_root() { account } else { &self.id }
    }

    /// Whether this is the root user.
    pub fn is_root(&self) -> bool {
        self.name == ROOT
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
    /// Seconds since 1970.
    #[serde(default = "long_ago")]
    pub created_at: i64,
    /// When it was made inactive, if it was since the account began.
    #[serde(default)]
    pub deactivated_at: Option<i64>,
    /// Its last call.
    #[serde(default)]
    pub last_use: Option<LastUse>,
}

impl AccessKey {
    /// An active key, not a new one.
    pub fn new(id: &str, secret: &str) -> Self {
        Self {
            id: id.into(),
            secret: secret.into(),
            active: true,
            created_at: standard::CREATED_AT,
            deactivated_at: None,
            last_use: None,
        }
    }
}

/// What a key was last used for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastUse {
    /// Seconds since 1970.
    pub at: i64,
    /// `sts`
    pub service: String,
    /// The region of the signature.
    pub region: String,
}

/// An MFA device: virtual, a hardware token or a passkey, which its serial number tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MfaDevice {
    /// `arn:aws:iam::ACCOUNT:mfa/NAME`, `GAHT12345678`, or `arn:aws:iam::ACCOUNT:u2f/user/USER/NAME`.
    pub serial: String,
    /// The shared secret in base32; a passkey has none.
    #[serde(default)]
    pub seed: String,
    /// Time steps whose code was used; each works once.
    #[serde(default)]
    pub used_steps: Vec<u64>,
    /// Steps by which the device's clock was ahead when it was last resynchronized.
    #[serde(default)]
    pub drift: i64,
    /// Seconds since 1970; for a device that a user has.
    #[serde(default = "long_ago")]
    pub enabled_at: i64,
}

impl MfaDevice {
    /// A device whose clock is right.
    pub fn new(serial: &str, seed: &str) -> Self {
        let (serial, seed) = (serial.into(), seed.into());
        Self { serial, seed, used_steps: Vec::new(), drift: 0, enabled_at: standard::CREATED_AT }
    }

    /// Whether CreateVirtualMFADevice made it.
    pub fn is_virtual(&self) -> bool {
        self.serial.starts_with("arn:") && self.serial.contains(":mfa/")
    }

    /// Whether it is a passkey or a security key, which has no codes.
    pub fn is_passkey(&self) -> bool {
        self.serial.contains(":u2f/")
    }
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
    /// The identity provider whose SAML assertions may assume it.
    pub saml_provider: Option<String>,
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
            saml_provider: None,
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

impl Principal {
    /// The name of the user behind it; none behind roles and federated users.
    pub fn user(&self) -> Option<&str> {
        match &self.kind {
            PrincipalKind::User(name) | PrincipalKind::UserSession(name) => Some(name),
            PrincipalKind::Role(_) | PrincipalKind::Federated => None,
        }
    }
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

fn long_ago() -> i64 {
    standard::CREATED_AT
}
