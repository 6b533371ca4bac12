//! The names of cache files: SHA-1 of JSON, written the way the AWS CLI writes it, so that either
//! tool finds what the other has stored.

use serde_json::{Map, Value};
use sha1::{Digest, Sha1};

use super::RoleStep;
use super::plan::WebIdentityStep;

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

/// The file under `~/.aws/keyfob/process` for the answers of a `credential_process`.
pub fn process(profile: &str, command: &str) -> String {
    named(&[("Command", Some(command.into())), ("Profile", Some(profile.into()))])
}

/// `fields` in the order of their names.
fn named(fields: &[(&str, Option<Value>)]) -> String {
    let object: Map<_, _> =
        fields.iter().filter_map(|(name, value)| Some(((*name).to_owned(), value.clone()?))).collect();
    let digest = Sha1::digest(python_json(&Value::Object(object)));
    digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>() + ".json"
}

/// `value` as Python's `json.dumps` writes it: blanks after `,` and `:`, and ASCII only.
pub fn python_json(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(object) => {
            out.push('{');
            for (at, (name, value)) in object.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                write(&Value::from(name.as_str()), out);
                out.push_str(": ");
                write(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                write(item, out);
            }
            out.push(']');
        }
        scalar => out.push_str(&ascii(&scalar.to_string())),
    }
}

/// `json` with all but printable ASCII escaped, as Python's `json.dumps` writes it. Other
/// characters stand in strings only.
pub fn ascii(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '\n' | ' '..='~' => out.push(c),
            c => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out += &format!("\\u{unit:04x}")),
        }
    }
    out
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
    fn json_is_pythons() {
        let value = serde_json::json!({"a": [1, "ü🔑"], "b": {"c": null}});
        assert_eq!(python_json(&value), r#"{"a": [1, "\u00fc\ud83d\udd11"], "b": {"c": null}}"#);
    }
}
