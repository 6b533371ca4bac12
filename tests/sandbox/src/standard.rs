//! The standard state: what every test finds until it changes something.
//!
//! Account 111122223333 with alice (MFA, one inactive key) and bob, and a role for each rule of AssumeRole.

use std::collections::BTreeMap;

use crate::account::{AccessKey, Account, ImdsState, MfaDevice, Role, User};
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
/// alice's MFA device.
pub const MFA_SERIAL: &str = "arn:aws:iam::111122223333:mfa/alice";
/// The seed of alice's MFA device, base32.
pub const MFA_SEED: &str = "KEYFOBSANDBOXALICEJBSWY3DPEHPK3P";
/// What role `external` wants.
pub const EXTERNAL_ID: &str = "x1";
/// A web identity token that is never expired.
pub const WEB_IDENTITY_TOKEN: &str = "sandbox-web-identity";
/// A message that DecodeAuthorizationMessage knows.
pub const ENCODED_MESSAGE: &str = "sandbox-encoded-message-F3xq0aVd";
/// What [`ENCODED_MESSAGE`] says.
pub const DECODED_MESSAGE: &str = r#"{"allowed":false,"explicitDeny":false,"matchedStatements":{"items":[]},"failures":{"items":[]},"context":{"principal":{"id":"AIDAALICEXXXXXXXXXXXX","name":"alice","arn":"arn:aws:iam::111122223333:user/alice"},"action":"ec2:RunInstances","resource":"arn:aws:ec2:eu-west-1:111122223333:instance/*","conditions":{"items":[]}}}"#;
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

/// The standard state.
pub fn account() -> Account {
    Account {
        id: ACCOUNT.into(),
        users: users().into_iter().map(|user| (user.name.clone(), user)).collect(),
        roles: roles().into_iter().map(|role| (role.name.clone(), role)).collect(),
        sessions: BTreeMap::new(),
        messages: BTreeMap::from([(ENCODED_MESSAGE.into(), DECODED_MESSAGE.into())]),
        session_tokens_chain: false,
        imds: ImdsState { role: Some("instance".into()), tokens: true },
        container_token: None,
    }
}

fn users() -> [User; 2] {
    let inactive = AccessKey { active: false, ..AccessKey::new(INACTIVE_ACCESS_KEY_ID, INACTIVE_SECRET_ACCESS_KEY) };
    let device = MfaDevice { serial: MFA_SERIAL.into(), seed: MFA_SEED.into(), used_steps: Vec::new() };
    [
        User {
            keys: vec![AccessKey::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY), inactive],
            mfa: vec![device],
            ..User::new("alice")
        },
        User { keys: vec![AccessKey::new(BOB_ACCESS_KEY_ID, BOB_SECRET_ACCESS_KEY)], ..User::new("bob") },
    ]
}

fn roles() -> [Role; 12] {
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
        Role { account: OTHER_ACCOUNT.into(), ..Role::new("prod", &[ACCOUNT]) },
        Role::new("denied", &[]),
        Role::new("instance", &[]),
        Role::new("task", &[]),
    ]
}
