//! `keyfob sts assume-role`: every flag of the AWS command, its answer and its exit codes.

use clap::Args;
use serde_json::Value;

use super::operation::{self, Operation};
use super::parts::{self, Answer, MfaArgs, PolicyArgs, TagArgs, Times};
use super::values::{Given, Limits};
use crate::aws::sts::{AssumeRole, ContextAssertion, RoleAnswer};
use crate::cli::Run;
use crate::commands::refusal::Request;
use crate::commands::{CommandError, Context};

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
    #[command(flatten)]
    pub(super) policies: PolicyArgs,
    /// How long the credentials are valid, in seconds: 900 up to the role's maximum
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub duration_seconds: Option<i32>,
    #[command(flatten)]
    pub(super) tags: TagArgs,
    /// The keys of those tags that go on along a chain of roles
    #[arg(long, num_args = 1.., value_name = "KEY")]
    pub transitive_tag_keys: Vec<String>,
    /// What the role's owner asks third parties for
    #[arg(long, value_name = "ID")]
    pub external_id: Option<String>,
    #[command(flatten)]
    pub(super) mfa: MfaArgs,
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
        operation::signed(context, &self, |sts, keys, asked| sts.assume_role(keys, asked))
    }
}

impl Operation for AssumeRoleArgs {
    const NAME: &'static str = "AssumeRole";
    type Asked = AssumeRole;
    type Answer = RoleAnswer;

    fn asked(&self, given: &Given<'_>, limits: &mut Limits) -> Result<AssumeRole, CommandError> {
        let role_arn = given.text("--role-arn", &self.role_arn)?;
        limits.length("RoleArn", Some(&role_arn), 20);
        let role_session_name = given.text("--role-session-name", &self.role_session_name)?;
        limits.length("RoleSessionName", Some(&role_session_name), 2);
        let policies = self.policies.read(given)?;
        parts::limit_arns(limits, &policies);
        parts::limit_policy(limits, &policies);
        limits.range("DurationSeconds", self.duration_seconds, 900);
        let tags = self.tags.read(given, limits)?;
        let transitive_tag_keys = given.strings("--transitive-tag-keys", &self.transitive_tag_keys)?;
        for (at, key) in transitive_tag_keys.iter().enumerate() {
            limits.length(&format!("TransitiveTagKeys[{at}]"), Some(key), 1);
        }
        let external_id = given.optional("--external-id", self.external_id.as_deref())?;
        limits.length("ExternalId", external_id.as_deref(), 2);
        let mfa = self.mfa.read(given)?;
        parts::limit_mfa(limits, &mfa);
        let source_identity = given.optional("--source-identity", self.source_identity.as_deref())?;
        limits.length("SourceIdentity", source_identity.as_deref(), 2);
        Ok(AssumeRole {
            role_arn,
            role_session_name,
            policies,
            duration_seconds: self.duration_seconds,
            tags,
            transitive_tag_keys,
            external_id,
            serial_number: mfa.serial_number,
            token_code: mfa.token_code,
            source_identity,
            provided_contexts: self.provided_contexts(given, limits)?,
        })
    }

    fn about(asked: &AssumeRole) -> Request<'_> {
        Request {
            arn: Some(&asked.role_arn),
            mfa: asked.token_code.is_some(),
            external_id: asked.external_id.is_some(),
        }
    }

    fn written(answer: &RoleAnswer, times: Times) -> Value {
        Answer::default()
            .with("Credentials", parts::credentials(&answer.credentials, times))
            .with("AssumedRoleUser", parts::assumed_role_user(answer))
            .with_some("PackedPolicySize", answer.packed_policy_size)
            .with_some("SourceIdentity", answer.source_identity.as_deref())
            .done()
    }
}

impl AssumeRoleArgs {
    fn provided_contexts(&self, given: &Given<'_>, limits: &mut Limits) -> Result<Vec<ContextAssertion>, CommandError> {
        let keys = ["ProviderArn", "ContextAssertion"];
        let contexts = given.structures("--provided-contexts", &self.provided_contexts, &keys)?;
        let read = contexts.into_iter().enumerate().map(|(at, mut context)| {
            let provider_arn = context.remove("ProviderArn");
            limits.length(&format!("ProvidedContexts[{at}].ProviderArn"), provider_arn.as_deref(), 20);
            let assertion = context.remove("ContextAssertion");
            limits.length(&format!("ProvidedContexts[{at}].ContextAssertion"), assertion.as_deref(), 4);
            ContextAssertion { provider_arn, assertion }
        });
        Ok(read.collect())
    }
}
