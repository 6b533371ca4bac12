//! The standard state: what every test finds until it changes something.
//!
//! Account 111122223333 with alice (MFA, one inactive key), bob, admin and a root user without keys, and a role for each
//! rule of AssumeRole; and ada, who signs in through IAM Identity Center.

use std::collections::BTreeMap;

use crate::account::{AccessKey, Account, ImdsState, MfaDevice, ROOT, Role, User};
use crate::console::Console;
use crate::iam::Iam;
use crate::identity_center::{Approval, AssignedAccount, IdentityCenter, RefreshTokens};
use crate::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};

/// The account of the users and most roles.
pub const ACCOUNT: &str = "111122223333";
/// The account of role `prod`.
pub const OTHER_ACCOUNT: &str = "444455556666";
/// alice's second key, which is inactive.
pub const INACTIVE_ACCESS_KEY_ID: &str = "AKIAIOSFODNN7INACTIV";
/// The secret of alice's inactive key.
pub const INACTIVE_SECRET_ACCESS_KEY: &str = "inactive/K7MDENG/bPxRfiCYEXAMPLEKEY00000";
/// bob's key.
pub const BOB_ACCESS_KEY_ID: &str = "AKIAIOSFODNN7BOBSKEY";
/// The secret of bob's key.
pub const BOB_SECRET_ACCESS_KEY: &str = "bobs+secret/K7MDENG/bPxRfiCYEXAMPLEKEY00";
/// The key of the user `admin`, who may change other users.
pub const ADMIN_ACCESS_KEY_ID: &str = "AKIAIOSFODNN7ADMINSK";
/// The secret of admin's key.
pub const ADMIN_SECRET_ACCESS_KEY: &str = "admins/secret/MDENG/bPxRfiCYEXAMPLEKEY00";
/// A key for the root user, who has none until a test gives [`root_key`].
pub const ROOT_ACCESS_KEY_ID: &str = "AKIAIOSFODNN7ROOTKEY";
/// The secret of the root user's key.
pub const ROOT_SECRET_ACCESS_KEY: &str = "roots/secret/7MDENG/bPxRfiCYEXAMPLEKEY00";
/// When users, keys and devices were made (seconds since 1970): 2024-01-01.
pub const CREATED_AT: i64 = 1_704_067_200;
/// alice's MFA device.
pub const MFA_SERIAL: &str = "arn:aws:iam::111122223333:mfa/alice";
/// The seed of alice's MFA device, base32.
pub const MFA_SEED: &str = "KEYFOBSANDBOXALICEJBSWY3DPEHPK3P";
/// What role `external` wants.
pub const EXTERNAL_ID: &str = "x1";
/// The identity provider that role `saml` trusts.
pub const SAML_PROVIDER: &str = "arn:aws:iam::111122223333:saml-provider/idp";
/// A web identity token that is never expired.
pub const WEB_IDENTITY_TOKEN: &str = "sandbox-web-identity";
/// A message that DecodeAuthorizationMessage knows.
pub const ENCODED_MESSAGE: &str = "sandbox-encoded-message-F3xq0aVd";
/// What [`ENCODED_MESSAGE`] says.
pub const DECODED_MESSAGE: &str = r#"{"allowed":false,"explicitDeny":false,"matchedStatements":{"items":[]},"failures":{"items":[]},"context":{"principal":{"id":"AIDAALICEXXXXXXXXXXXX","name":"alice","arn":"arn:aws:iam::111122223333:user/alice"},"action":"ec2:RunInstances","resource":"arn:aws:ec2:eu-west-1:111122223333:instance/*","conditions":{"items":[]}}}"#;
/// Who signs in through IAM Identity Center.
pub const SSO_USER: &str = "ada@example.com";
/// The first of IAM Identity Center's start URLs.
pub const START_URL: &str = "https://d-0000000000.awsapps.com/start";
/// An assigned account whose id a careless tool takes for a number.
pub const LEADING_ZERO_ACCOUNT: &str = "012345678901";
/// Who is signed in to the console.
pub const CONSOLE_SESSION: &str = "arn:aws:iam::111122223333:user/me";
/// The scope of everyone who wants refresh tokens.
pub const SCOPE: &str = "sso:account:access";
/// The instance that the metadata service describes.
pub const INSTANCE_ID: &str = "i-0123456789abcdef0";
/// Where that instance runs.
pub const INSTANCE_ZONE: &str = "eu-west-1a";
/// Where that instance runs.
pub const INSTANCE_REGION: &str = "eu-west-1";

/// The code that alice's device shows at `at` (seconds since 1970).
pub fn totp(at: i64) -> String {
    crate::totp::code(MFA_SEED, crate::totp::step(at))
}

/// `arn:aws:iam::111122223333:role/NAME`
pub fn role_arn(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{name}")
}

/// The root user's key: `account.users["root"].keys.push(root_key())`.
pub fn root_key() -> AccessKey {
    AccessKey::new(ROOT_ACCESS_KEY_ID, ROOT_SECRET_ACCESS_KEY)
}

/// The standard state.
pub fn account() -> Account {
    Account {
        id: ACCOUNT.into(),
        users: users().into_iter().map(|user| (user.name.clone(), user)).collect(),
        roles: roles().into_iter().map(|role| (role.name.clone(), role)).collect(),
        sessions: BTreeMap::new(),
        messages: BTreeMap::from([(ENCODED_MESSAGE.into(), DECODED_MESSAGE.into())]),
        encodes_denials: false,
        session_tokens_chain: false,
        imds: ImdsState { role: Some("instance".into()), tokens: true },
        container_token: None,
        identity_center: identity_center(),
        iam: Iam::default(),
        console: Console::default(),
    }
}

/// IAM Identity Center in the standard state: a page asks for approval, polling once a second, hour-long tokens.
pub fn identity_center() -> IdentityCenter {
    let account = AssignedAccount::new;
    let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
    IdentityCenter {
        user: SSO_USER.into(),
        start_urls: texts(&[START_URL, "https://corp.awsapps.com/start", "https://sandbox.awsapps.com/start"]),
        accounts: vec![
            account(
                ACCOUNT,
                "Development",
                "dev@example.com",
                &["AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess"],
            ),
            account(OTHER_ACCOUNT, "Production", "prod@example.com", &["ReadOnlyAccess", "Billing"]),
            account(LEADING_ZERO_ACCOUNT, "R&D Zürich", "r+d@example.com", &["AdministratorAccess", "ReadOnlyAccess"]),
            account("777788889999", "Log Archive", "logs@example.com", &["ReadOnlyAccess", "Audit", "ViewOnlyAccess"]),
        ],
        scopes: texts(&[SCOPE, "codewhisperer:completions", "codewhisperer:analysis", "codewhisperer:conversations"]),
        approval: Approval::Ask,
        device_after_polls: None,
        interval: 1,
        strict_interval: false,
        refresh_tokens: RefreshTokens::Scoped,
        rotation: true,
        forgets_expired_clients: false,
        registration_seconds: 90 * 24 * 3600,
        device_code_seconds: 600,
        code_seconds: 600,
        access_token_seconds: 3600,
        unscoped_token_seconds: 8 * 3600,
        session_seconds: 8 * 3600,
        role_seconds: 3600,
        page_size: 20,
        requests_per_second: None,
        vanity: BTreeMap::from([("corp".into(), "https://corp.awsapps.com/start".into())]),
        vanity_head: true,
        registrations: BTreeMap::new(),
        devices: BTreeMap::new(),
        codes: BTreeMap::new(),
        sign_ins: Vec::new(),
    }
}

fn users() -> [User; 4] {
    let inactive = AccessKey { active: false, ..AccessKey::new(INACTIVE_ACCESS_KEY_ID, INACTIVE_SECRET_ACCESS_KEY) };
    [
        User {
            keys: vec![AccessKey::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY), inactive],
            mfa: vec![MfaDevice::new(MFA_SERIAL, MFA_SEED)],
            ..User::new("alice")
        },
        User { keys: vec![AccessKey::new(BOB_ACCESS_KEY_ID, BOB_SECRET_ACCESS_KEY)], ..User::new("bob") },
        User {
            keys: vec![AccessKey::new(ADMIN_ACCESS_KEY_ID, ADMIN_SECRET_ACCESS_KEY)],
            admin: true,
            ..User::new("admin")
        },
        User { admin: true, ..User::new(ROOT) },
    ]
}

fn roles() -> [Role; 13] {
    let alice = User::new("alice").arn(ACCOUNT);
    [
        Role { max_session: 4 * 3600, ..Role::new("demo", &[ACCOUNT]) },
        Role::new("ReadOnly", &[ACCOUNT]),
        Role { max_session: 2 * 3600, ..Role::new("deploy", &[&role_arn("demo"), &alice]) },
        Role::new("third", &[&role_arn("deploy")]),
        Role { external_id: Some(EXTERNAL_ID.into()), ..Role::new("external", &[ACCOUNT]) },
        Role { mfa: true, max_session: 4 * 3600, ..Role::new("mfa", &[ACCOUNT]) },
        Role::new("short", &[ACCOUNT]),
        Role { web_identity: true, ..Role::new("web", &[]) },
        Role { saml_provider: Some(SAML_PROVIDER.into()), max_session: 4 * 3600, ..Role::new("saml", &[]) },
        Role { account: OTHER_ACCOUNT.into(), ..Role::new("prod", &[ACCOUNT]) },
        Role::new("denied", &[]),
        Role::new("instance", &[]),
        Role::new("task", &[]),
    ]
}
