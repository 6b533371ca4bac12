//! What several operations of STS have in common: flags, with how they are read and what limits them, and
//! members of the answers.

use clap::Args;
use serde_json::{Map, Value, json};

use super::values::{Given, Limits};
use crate::aws::sts::{RoleAnswer, SessionCredentials, SessionPolicies, SessionTag};
use crate::commands::CommandError;
use crate::secret::Secret;
use crate::tokens::expiry::Expiry;

/// What narrows a session.
#[derive(Debug, Args)]
pub struct PolicyArgs {
    /// ARNs of managed policies that narrow the session: arn=ARN .. or JSON
    #[arg(long, num_args = 1.., value_name = "arn=ARN")]
    pub policy_arns: Vec<String>,
    /// A policy in JSON that narrows the session
    #[arg(long, value_name = "JSON")]
    pub policy: Option<String>,
}

impl PolicyArgs {
    pub(super) fn read(&self, given: &Given<'_>) -> Result<SessionPolicies, CommandError> {
        let arns = given.structures("--policy-arns", &self.policy_arns, &["arn"])?;
        Ok(SessionPolicies {
            arns: arns.into_iter().map(|mut policy| policy.remove("arn")).collect(),
            inline: given.optional("--policy", self.policy.as_deref())?,
        })
    }
}

/// The limits of `PolicyArns`.
pub(super) fn limit_arns(limits: &mut Limits, policies: &SessionPolicies) {
    for (at, arn) in policies.arns.iter().enumerate() {
        limits.length(&format!("PolicyArns[{at}].arn"), arn.as_deref(), 20);
    }
}

/// The limits of `Policy`.
pub(super) fn limit_policy(limits: &mut Limits, policies: &SessionPolicies) {
    limits.length("Policy", policies.inline.as_deref(), 1);
}

/// A caller's MFA device and its code.
#[derive(Debug, Args)]
pub struct MfaArgs {
    /// The serial number or ARN of the caller's MFA device
    #[arg(long, value_name = "SERIAL")]
    pub serial_number: Option<String>,
    /// The code that the MFA device shows; - reads it from standard input
    #[arg(long, value_name = "CODE")]
    pub token_code: Option<String>,
}

/// The same, read.
pub(super) struct Mfa {
    pub(super) serial_number: Option<String>,
    pub(super) token_code: Option<Secret>,
}

impl MfaArgs {
    pub(super) fn read(&self, given: &Given<'_>) -> Result<Mfa, CommandError> {
        Ok(Mfa {
            serial_number: given.optional("--serial-number", self.serial_number.as_deref())?,
            token_code: self.token_code.as_deref().map(|code| given.secret("--token-code", code)).transpose()?,
        })
    }
}

/// The limits of `SerialNumber` and `TokenCode`.
pub(super) fn limit_mfa(limits: &mut Limits, mfa: &Mfa) {
    limits.length("SerialNumber", mfa.serial_number.as_deref(), 9);
    limits.length("TokenCode", mfa.token_code.as_ref().map(Secret::expose), 6);
}

/// Tags of a session.
#[derive(Debug, Args)]
pub struct TagArgs {
    /// Session tags: Key=K,Value=V .. or JSON
    #[arg(long, num_args = 1.., value_name = "Key=K,Value=V")]
    pub tags: Vec<String>,
}

impl TagArgs {
    /// The tags within their limits; a tag that lacks a part is one of the things that are wrong.
    pub(super) fn read(&self, given: &Given<'_>, limits: &mut Limits) -> Result<Vec<SessionTag>, CommandError> {
        let tags = given.structures("--tags", &self.tags, &["Key", "Value"])?.into_iter().enumerate();
        let read = tags.map(|(at, mut tag)| {
            let key = limits.required(&format!("Tags[{at}]"), "Key", tag.remove("Key"));
            let value = limits.required(&format!("Tags[{at}]"), "Value", tag.remove("Value"));
            limits.length(&format!("Tags[{at}].Key"), key.as_deref(), 1);
            SessionTag { key: key.unwrap_or_default(), value: value.unwrap_or_default() }
        });
        Ok(read.collect())
    }
}

/// How times are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Times {
    /// As Python writes ISO 8601.
    Iso,
    /// As STS sends them (`cli_timestamp_format = wire`).
    Wire,
}

/// The member `Credentials`.
pub(super) fn credentials(credentials: &SessionCredentials, times: Times) -> Value {
    let (keys, ends) = (&credentials.keys, Expiry::from(credentials.expiration));
    json!({
        "AccessKeyId": keys.access_key_id,
        "SecretAccessKey": keys.secret_access_key.expose(),
        "SessionToken": keys.session_token.as_ref().map(Secret::expose),
        "Expiration": match times {
            Times::Iso => ends.isoformat(),
            Times::Wire => ends.zulu(),
        },
    })
}

/// The member `AssumedRoleUser`.
pub(super) fn assumed_role_user(answer: &RoleAnswer) -> Value {
    json!({ "AssumedRoleId": answer.assumed_role_id, "Arn": answer.assumed_role_arn })
}

/// An answer in the order of its members, which is that of the service's model; what did not come is left
/// out.
#[derive(Debug, Default)]
pub(super) struct Answer(Map<String, Value>);

impl Answer {
    pub(super) fn with(self, name: &str, value: impl Into<Value>) -> Self {
        self.with_some(name, Some(value))
    }

    pub(super) fn with_some(mut self, name: &str, value: Option<impl Into<Value>>) -> Self {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value.into());
        }
        self
    }

    pub(super) fn done(self) -> Value {
        Value::Object(self.0)
    }
}
