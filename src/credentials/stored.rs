//! The cache files: the AWS CLI's format for roles, the `credential_process` answer for programs.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Value, json};

use super::Credentials;
use crate::aws::Arn;
use crate::aws::sts::RoleAnswer;
use crate::chain::Method;
use crate::python;
use crate::secret::Secret;
use crate::tokens::expiry::Expiry;

/// An entry of `~/.aws/cli/cache` (AWS CLI v2: the whole answer of STS on one line).
pub fn role_entry(answer: &RoleAnswer) -> Secret {
    let keys = &answer.credentials.keys;
    let mut credentials = json!({
        "AccessKeyId": keys.access_key_id,
        "SecretAccessKey": keys.secret_access_key.expose(),
        "SessionToken": keys.session_token.as_ref().map(Secret::expose),
        "Expiration": Expiry::from(answer.credentials.expiration).isoformat(),
    });
    if let Some(account) = account(answer.assumed_role_arn.as_deref()) {
        credentials["AccountId"] = account.into();
    }
    let mut entry = json!({ "Credentials": credentials });
    let mut add = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            entry[name] = value;
        }
    };
    let text = |value: &Option<String>| value.as_deref().map(Value::from);
    add("SubjectFromWebIdentityToken", text(&answer.subject));
    let user = json!({"AssumedRoleId": answer.assumed_role_id, "Arn": answer.assumed_role_arn});
    add("AssumedRoleUser", Some(user));
    add("PackedPolicySize", answer.packed_policy_size.map(Value::from));
    add("Provider", text(&answer.provider));
    add("Audience", text(&answer.audience));
    add("SourceIdentity", text(&answer.source_identity));
    let metadata =
        json!({"RequestId": answer.request_id, "HTTPStatusCode": 200, "HTTPHeaders": {}, "RetryAttempts": 0});
    add("ResponseMetadata", Some(metadata));
    Secret::new(python::json(&entry))
}

/// An entry of a role in Identity Center; `aws sso logout` knows it by its `ProviderType`.
pub fn sso_entry(credentials: &Credentials) -> Secret {
    Secret::new(python::json(&json!({
        "ProviderType": "sso",
        "Credentials": {
            "AccessKeyId": credentials.access_key_id,
            "SecretAccessKey": credentials.secret_access_key.expose(),
            "SessionToken": credentials.session_token.as_ref().map(Secret::expose),
            "Expiration": credentials.expiry.map(|expiry| expiry.zulu()),
            "AccountId": credentials.account_id,
        },
    })))
}

/// What a reader needs of an entry. Borrowed: this is read on every warm run.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Stored<'a> {
    #[serde(borrow)]
    credentials: StoredCredentials<'a>,
    #[serde(borrow)]
    assumed_role_user: Option<StoredUser<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StoredCredentials<'a> {
    #[serde(borrow)]
    access_key_id: Cow<'a, str>,
    #[serde(borrow)]
    secret_access_key: Cow<'a, str>,
    #[serde(borrow)]
    session_token: Cow<'a, str>,
    #[serde(borrow)]
    expiration: Cow<'a, str>,
    #[serde(borrow)]
    account_id: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StoredUser<'a> {
    #[serde(borrow)]
    arn: Option<Cow<'a, str>>,
}

/// The credentials in such an entry. `None`: it is none, or a broken one.
pub fn read_role_entry(bytes: &[u8], method: Method) -> Option<Credentials> {
    let entry: Stored<'_> = serde_json::from_slice(bytes).ok()?;
    let found = entry.credentials;
    if [&found.access_key_id, &found.secret_access_key, &found.session_token].iter().any(|text| text.is_empty()) {
        return None;
    }
    let arn = entry.assumed_role_user.and_then(|user| user.arn);
    Some(Credentials {
        access_key_id: found.access_key_id.into_owned(),
        secret_access_key: Secret::new(found.secret_access_key),
        session_token: Some(Secret::new(found.session_token)),
        expiry: Some(Expiry::parse(&found.expiration)?),
        account_id: found.account_id.map(Cow::into_owned).or_else(|| account(arn.as_deref())),
        method,
    })
}

/// What an entry says of itself beside the keys.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Told {
    /// `sso`, in an entry of Identity Center.
    pub provider_type: Option<String>,
    /// Whom a web identity stands for, in an entry of one.
    pub subject_from_web_identity_token: Option<String>,
    assumed_role_user: Option<ToldUser>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ToldUser {
    arn: Option<String>,
}

impl Told {
    /// Reads what a role's entry says of itself. `None`: it is none.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// The ARN of the role's session.
    pub fn arn(&self) -> Option<&str> {
        self.assumed_role_user.as_ref()?.arn.as_deref()
    }
}

/// The account in an ARN.
fn account(arn: Option<&str>) -> Option<String> {
    Some(Arn::parse(arn?)?.account).filter(|account| !account.is_empty()).map(str::to_owned)
}

impl RoleAnswer {
    /// The credentials as the rest of the house knows them.
    pub(super) fn credentials(&self, method: Method) -> Credentials {
        let keys = &self.credentials.keys;
        Credentials {
            access_key_id: keys.access_key_id.clone(),
            secret_access_key: keys.secret_access_key.clone(),
            session_token: keys.session_token.clone(),
            expiry: Some(self.credentials.expiration.into()),
            account_id: account(self.assumed_role_arn.as_deref()),
            method,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::SigningKeys;
    use crate::aws::sts::SessionCredentials;

    #[test]
    fn entries_are_the_aws_clis() {
        let answer = RoleAnswer {
            credentials: SessionCredentials {
                keys: SigningKeys {
                    access_key_id: "ASIA".into(),
                    secret_access_key: Secret::new("s"),
                    session_token: Some(Secret::new("t")),
                },
                expiration: "2026-07-23T18:06:21Z".parse().unwrap(),
            },
            assumed_role_id: Some("AROA:me".into()),
            assumed_role_arn: Some("arn:aws:sts::111122223333:assumed-role/demo/me".into()),
            packed_policy_size: None,
            source_identity: None,
            provider: None,
            audience: None,
            subject: None,
            request_id: Some("r".into()),
        };
        let entry = role_entry(&answer);
        assert_eq!(
            entry.expose(),
            "{\"Credentials\": {\"AccessKeyId\": \"ASIA\", \"SecretAccessKey\": \"s\", \"SessionToken\": \"t\", \"Expiration\": \"2026-07-23T18:06:21+00:00\", \"AccountId\": \"111122223333\"}, \"AssumedRoleUser\": {\"AssumedRoleId\": \"AROA:me\", \"Arn\": \"arn:aws:sts::111122223333:assumed-role/demo/me\"}, \"ResponseMetadata\": {\"RequestId\": \"r\", \"HTTPStatusCode\": 200, \"HTTPHeaders\": {}, \"RetryAttempts\": 0}}"
        );
        let read = read_role_entry(entry.expose().as_bytes(), Method::AssumeRole).unwrap();
        assert_eq!(read, answer.credentials(Method::AssumeRole));
    }

    #[test]
    fn what_is_no_entry_is_absent() {
        let whole = r#"{"Credentials": {"AccessKeyId": "A", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "2026-07-23T18:06:21UTC"}}"#;
        assert!(read_role_entry(whole.as_bytes(), Method::AssumeRole).is_some());
        for cut in 0..whole.len() {
            assert_eq!(read_role_entry(&whole.as_bytes()[..cut], Method::AssumeRole), None);
        }
        for other in ["[]", "null", "{\"Credentials\": 1}", "{\"Credentials\": {\"AccessKeyId\": 1}}", "\u{0}"] {
            assert_eq!(read_role_entry(other.as_bytes(), Method::AssumeRole), None, "{other}");
        }
    }
}
