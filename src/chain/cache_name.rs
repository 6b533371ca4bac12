//! The names of cache files: SHA-1 of JSON, written the way the AWS CLI writes it, so that either
//! tool finds what the other has stored.

use serde_json::Value;

use super::RoleStep;
use super::plan::{SessionStep, SsoStep, WebIdentityStep};
use crate::config::sso::SessionKey;
use crate::python;

/// The file under `~/.aws/cli/cache` that holds the credentials of `role` (AWS CLI v2): generated
/// session names, the token code and the source are not part of it.
pub fn role(role: &RoleStep) -> String {
    let text = |value: &Option<String>| value.as_deref().map(Value::from);
    named(&[
        ("DurationSeconds", role.duration_seconds.map(Value::from)),
        ("ExternalId", text(&role.external_id)),
        ("RoleArn", Some(role.role_arn.as_str().into())),
        ("RoleSessionName", text(&role.role_session_name)),
        ("SerialNumber", text(&role.mfa_serial)),
    ])
}

/// The same for a role that a web identity assumes.
pub fn web_identity(step: &WebIdentityStep) -> String {
    let name = step.role_session_name.as_deref().map(Value::from);
    named(&[("RoleArn", Some(step.role_arn.as_str().into())), ("RoleSessionName", name)])
}

/// The file under `~/.aws/keyfob/mfa` for a session with MFA: one for all roles that start from its keys.
pub fn mfa_session(step: &SessionStep) -> String {
    named(&[
        ("AccessKeyId", Some(step.keys.access_key_id.as_str().into())),
        ("SerialNumber", Some(step.mfa_serial.as_str().into())),
    ])
}

/// The file under `~/.aws/keyfob/process` for the answers of a `credential_process`.
pub fn process(profile: &str, command: &str) -> String {
    named(&[("Command", Some(command.into())), ("Profile", Some(profile.into()))])
}

/// The file under `~/.aws/cli/cache` that holds the credentials of a role in Identity Center (AWS CLI v2):
/// compact JSON here.
pub fn sso(step: &SsoStep) -> String {
    let (key, name) = match &step.session.key {
        SessionKey::Session(name) => ("sessionName", name),
        SessionKey::StartUrl(url) => ("startUrl", url),
    };
    let fields = [("accountId", &step.account_id), ("roleName", &step.role_name), (key, name)];
    python::file_name(&python::ascii(
        &python::object(&fields.map(|(key, text)| (key, Some(text.as_str().into())))).to_string(),
    ))
}

/// `fields` in the order of their names.
fn named(fields: &[(&str, Option<Value>)]) -> String {
    python::file_name(&python::json_object(fields))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::{Action, Keys, Method, Source, Step};
    use crate::secret::Secret;

    #[test]
    fn names_are_the_aws_clis() {
        let keys = Keys {
            access_key_id: String::new(),
            secret_access_key: Secret::new(""),
            session_token: None,
            expiration: None,
            account_id: None,
        };
        let (profile, source) = (String::new(), Source::Default);
        let with = Step { profile, method: Method::ConfigFile, source, action: Action::Keys(keys) };
        let mut step = RoleStep {
            role_arn: "arn:aws:iam::111122223333:role/demo".into(),
            role_session_name: None,
            external_id: None,
            mfa_serial: None,
            duration_seconds: None,
            with,
        };
        assert_eq!(role(&step), "be185ed402dc07118cb64a2d677d4149e1b6237b.json");
        step.duration_seconds = Some(3600);
        step.external_id = Some("x1".into());
        step.role_session_name = Some("me".into());
        step.mfa_serial = Some("arn:aws:iam::111122223333:mfa/me".into());
        assert_eq!(role(&step), "a57f4af1dadb170fd8eac66c2c5dfc7d27ecc670.json");
    }

    #[test]
    fn names_of_identity_center_roles_are_the_aws_clis() {
        for (key, name) in [
            (SessionKey::Session("corp".into()), "0cdbf32b99792a73981dd3f142bc63ab50240b44.json"),
            (
                SessionKey::StartUrl("https://d-0000000000.awsapps.com/start".into()),
                "d0215c87c93bec3eb351aa5079222027be170a5b.json",
            ),
        ] {
            let session =
                crate::config::sso::SsoSettings { key, start_url: String::new(), region: String::new(), scopes: None };
            let step = SsoStep { session, account_id: "111122223333".into(), role_name: "Admin".into() };
            assert_eq!(sso(&step), name);
        }
    }
}
