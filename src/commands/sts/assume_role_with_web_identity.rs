//! `keyfob sts assume-role-with-web-identity`: a role for a token of an identity provider. Unsigned.

use clap::Args;
use serde_json::Value;

use super::operation::{self, Operation};
use super::parts::{self, Answer, PolicyArgs, Times};
use super::values::{Given, Limits};
use crate::aws::sts::{RoleAnswer, WebIdentity};
use crate::cli::Run;
use crate::commands::refusal::Request;
use crate::commands::{CommandError, Context};
use crate::secret::Secret;

/// Print temporary credentials of a role for a web identity's token; no credentials are needed
///
/// Values that start with file:// are read from that file. Nothing is kept in a cache; a profile with
/// web_identity_token_file does that.
#[derive(Debug, Args)]
pub struct AssumeRoleWithWebIdentityArgs {
    /// The ARN of the role to assume
    #[arg(long, value_name = "ARN")]
    pub role_arn: String,
    /// A name for the session
    #[arg(long, value_name = "NAME")]
    pub role_session_name: String,
    /// The token of the identity provider; - reads it from standard input
    #[arg(long, value_name = "TOKEN")]
    pub web_identity_token: String,
    /// The host name of an identity provider that speaks OAuth 2.0 alone: www.amazon.com, graph.facebook.com
    #[arg(long, value_name = "HOST")]
    pub provider_id: Option<String>,
    #[command(flatten)]
    pub(super) policies: PolicyArgs,
    /// How long the credentials are valid, in seconds: 900 up to the role's maximum
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub duration_seconds: Option<i32>,
}

impl Run for AssumeRoleWithWebIdentityArgs {
    const NAME: &'static str = "assume-role-with-web-identity";
    const MIRRORED: bool = true;

    fn run(self, context: &Context) -> Result<(), CommandError> {
        operation::unsigned(context, &self, |sts, asked| sts.assume_role_with_web_identity(asked))
    }
}

impl Operation for AssumeRoleWithWebIdentityArgs {
    const NAME: &'static str = "AssumeRoleWithWebIdentity";
    type Asked = WebIdentity;
    type Answer = RoleAnswer;

    fn asked(&self, given: &Given<'_>, limits: &mut Limits) -> Result<WebIdentity, CommandError> {
        let role_arn = given.text("--role-arn", &self.role_arn)?;
        limits.length("RoleArn", Some(&role_arn), 20);
        let role_session_name = given.text("--role-session-name", &self.role_session_name)?;
        limits.length("RoleSessionName", Some(&role_session_name), 2);
        let token: Secret = given.secret("--web-identity-token", &self.web_identity_token)?;
        limits.length("WebIdentityToken", Some(token.expose()), 4);
        let provider_id = given.optional("--provider-id", self.provider_id.as_deref())?;
        limits.length("ProviderId", provider_id.as_deref(), 4);
        let policies = self.policies.read(given)?;
        parts::limit_arns(limits, &policies);
        parts::limit_policy(limits, &policies);
        limits.range("DurationSeconds", self.duration_seconds, 900);
        let duration_seconds = self.duration_seconds;
        Ok(WebIdentity { role_arn, role_session_name, token, provider_id, policies, duration_seconds })
    }

    fn about(asked: &WebIdentity) -> Request<'_> {
        Request { arn: Some(&asked.role_arn), ..Request::default() }
    }

    fn written(answer: &RoleAnswer, times: Times) -> Value {
        Answer::default()
            .with("Credentials", parts::credentials(&answer.credentials, times))
            .with_some("SubjectFromWebIdentityToken", answer.subject.as_deref())
            .with("AssumedRoleUser", parts::assumed_role_user(answer))
            .with_some("PackedPolicySize", answer.packed_policy_size)
            .with_some("Provider", answer.provider.as_deref())
            .with_some("Audience", answer.audience.as_deref())
            .with_some("SourceIdentity", answer.source_identity.as_deref())
            .done()
    }
}
