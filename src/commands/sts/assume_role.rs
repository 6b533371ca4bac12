//! `keyfob sts assume-role`: every flag of the AWS command, its answer and its exit codes.

use clap::Args;
use serde_json::{Value, json};

use super::values::{self, Limits};
use crate::aws::settings::Service;
use crate::aws::sts::{AssumeRole, RoleAnswer, Sts};
use crate::cli::Run;
use crate::commands::resolving::{self, Asking};
use crate::commands::{CommandError, Context};
use crate::secret::Secret;
use crate::tokens::expiry::Expiry;

/// Print temporary credentials of a role
///
/// Values that start with file:// are read from that file. Nothing is kept in a cache; a profile
/// with role_arn does that.
#[derive(Debug, Args)]
pub struct AssumeRoleArgs {
    /// The ARN of the role to assume
    #[arg(long, value_name = "ARN")]
    pub role_arn: String,
    /// A name for the session
    #[arg(long, value_name = "NAME")]
    pub role_session_name: String,
    /// ARNs of managed policies that narrow the session: arn=ARN .. or JSON
    #[arg(long, num_args = 1.., value_name = "arn=ARN")]
    pub policy_arns: Vec<String>,
    /// A policy in JSON that narrows the session
    #[arg(long, value_name = "JSON")]
    pub policy: Option<String>,
    /// How long the credentials are valid, in seconds: 900 up to the role's maximum
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub duration_seconds: Option<i32>,
    /// Session tags: Key=K,Value=V .. or JSON
    #[arg(long, num_args = 1.., value_name = "Key=K,Value=V")]
    pub tags: Vec<String>,
    /// The keys of those tags that go on along a chain of roles
    #[arg(long, num_args = 1.., value_name = "KEY")]
    pub transitive_tag_keys: Vec<String>,
    /// What the role's owner asks third parties for
    #[arg(long, value_name = "ID")]
    pub external_id: Option<String>,
    /// The serial number or ARN of the caller's MFA device
    #[arg(long, value_name = "SERIAL")]
    pub serial_number: Option<String>,
    /// The code that the MFA device shows; - reads it from standard input
    #[arg(long, value_name = "CODE")]
    pub token_code: Option<String>,
    /// Who is behind the session
    #[arg(long, value_name = "NAME")]
    pub source_identity: Option<String>,
    /// Context assertions: ProviderArn=ARN,ContextAssertion=TEXT .. or JSON
    #[arg(long, num_args = 1.., value_name = "ProviderArn=ARN,ContextAssertion=TEXT")]
    pub provided_contexts: Vec<String>,
}

impl Run for AssumeRoleArgs {
    const NAME: &'static str = "assume-role";
    const MIRRORED: bool = true;

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let plan = resolving::planned(context, &files, &shared)?;
        let request = self.request(context)?;
        let flags = context.source_flags();
        let credentials = resolving::resolve(context, &files, &shared, &plan, Asking::TerminalOrInput, &flags)?;
        let settings = context.call_settings(Service::Sts, &shared, &plan.selection.name)?;
        let answer = resolving::call(context, |caller| {
            Sts::new(caller, &settings).assume_role(&credentials.signing_keys(), &request)
        })?;
        let wire = context.timestamps_as_sent(&shared, &plan.selection.name);
        context.answer_operation(structured(&answer, wire), "AssumeRole", &shared, &plan.selection.name)
    }
}

impl AssumeRoleArgs {
    /// What is asked of STS, within the limits that the AWS CLI checks before it calls.
    fn request(&self, context: &Context) -> Result<AssumeRole, CommandError> {
        let mut limits = Limits::default();
        let files = &context.world.files;
        let text = |flag: &str, value: &str| values::text(files, flag, value);
        let optional = |flag: &str, value: &Option<String>| value.as_deref().map(|value| text(flag, value)).transpose();
        let token_code = match self.token_code.as_deref() {
            Some("-") => Some(context.world.terminal.read_input().map_err(values::unread)?.trim().to_owned()),
            Some(code) => Some(text("--token-code", code)?),
            None => None,
        };
        let structures = |flag, values: &[String], keys: &[&str]| values::structures(files, flag, values, keys);
        let request = AssumeRole {
            role_arn: text("--role-arn", &self.role_arn)?,
            role_session_name: text("--role-session-name", &self.role_session_name)?,
            policy_arns: structures("--policy-arns", &self.policy_arns, &["arn"])?
                .into_iter()
                .map(|mut policy| policy.remove("arn"))
                .collect(),
            policy: optional("--policy", &self.policy)?,
            duration_seconds: self.duration_seconds,
            tags: structures("--tags", &self.tags, &["Key", "Value"])?
                .into_iter()
                .enumerate()
                .map(|(at, mut tag)| {
                    let key = limits.required(&format!("Tags[{at}]"), "Key", tag.remove("Key"));
                    let value = limits.required(&format!("Tags[{at}]"), "Value", tag.remove("Value"));
                    (key, value)
                })
                .collect(),
            transitive_tag_keys: values::strings(files, "--transitive-tag-keys", &self.transitive_tag_keys)?,
            external_id: optional("--external-id", &self.external_id)?,
            serial_number: optional("--serial-number", &self.serial_number)?,
            token_code: token_code.map(Secret::new),
            source_identity: optional("--source-identity", &self.source_identity)?,
            provided_contexts: structures(
                "--provided-contexts",
                &self.provided_contexts,
                &["ProviderArn", "ContextAssertion"],
            )?
            .into_iter()
            .map(|mut given| (given.remove("ProviderArn"), given.remove("ContextAssertion")))
            .collect(),
        };
        limits.length("RoleArn", Some(&request.role_arn), 20);
        limits.length("RoleSessionName", Some(&request.role_session_name), 2);
        for (at, arn) in request.policy_arns.iter().enumerate() {
            limits.length(&format!("PolicyArns[{at}].arn"), arn.as_deref(), 20);
        }
        limits.length("Policy", request.policy.as_deref(), 1);
        limits.range("DurationSeconds", request.duration_seconds, 900);
        for (at, (key, _)) in request.tags.iter().enumerate() {
            limits.length(&format!("Tags[{at}].Key"), Some(key), 1);
        }
        for (at, key) in request.transitive_tag_keys.iter().enumerate() {
            limits.length(&format!("TransitiveTagKeys[{at}]"), Some(key), 1);
        }
        limits.length("ExternalId", request.external_id.as_deref(), 2);
        limits.length("SerialNumber", request.serial_number.as_deref(), 9);
        limits.length("TokenCode", request.token_code.as_ref().map(Secret::expose), 6);
        limits.length("SourceIdentity", request.source_identity.as_deref(), 2);
        for (at, (arn, assertion)) in request.provided_contexts.iter().enumerate() {
            limits.length(&format!("ProvidedContexts[{at}].ProviderArn"), arn.as_deref(), 20);
            limits.length(&format!("ProvidedContexts[{at}].ContextAssertion"), assertion.as_deref(), 4);
        }
        limits.check()?;
        Ok(request)
    }
}

/// `wire`: times as STS sends them (`cli_timestamp_format`), not in Python's ISO 8601.
fn structured(answer: &RoleAnswer, wire: bool) -> Value {
    let ends = Expiry::from(answer.credentials.expiration);
    let keys = &answer.credentials.keys;
    let mut structure = json!({
        "Credentials": {
            "AccessKeyId": keys.access_key_id,
            "SecretAccessKey": keys.secret_access_key.expose(),
            "SessionToken": keys.session_token.as_ref().map(Secret::expose),
            "Expiration": if wire { ends.zulu() } else { ends.isoformat() },
        },
        "AssumedRoleUser": {
            "AssumedRoleId": answer.assumed_role_id,
            "Arn": answer.assumed_role_arn,
        },
    });
    if let Some(size) = answer.packed_policy_size {
        structure["PackedPolicySize"] = size.into();
    }
    if let Some(identity) = &answer.source_identity {
        structure["SourceIdentity"] = identity.as_str().into();
    }
    structure
}
