//! `keyfob sts assume-role-with-saml`: a role for the response of a SAML identity provider. Unsigned.

use clap::Args;
use serde_json::Value;

use super::operation::{self, Operation};
use super::parts::{self, Answer, PolicyArgs, Times};
use super::values::{Given, Limits};
use crate::aws::sts::{Saml, SamlAnswer};
use crate::cli::Run;
use crate::commands::refusal::Request;
use crate::commands::{CommandError, Context};
use crate::secret::Secret;

/// Print temporary credentials of a role for a SAML assertion; no credentials are needed
///
/// Values that start with file:// are read from that file.
#[derive(Debug, Args)]
pub struct AssumeRoleWithSamlArgs {
    /// The ARN of the role to assume
    #[arg(long, value_name = "ARN")]
    pub role_arn: String,
    /// The ARN of the SAML provider in IAM
    #[arg(long, value_name = "ARN")]
    pub principal_arn: String,
    /// The identity provider's response in base64; - reads it from standard input
    #[arg(long, value_name = "BASE64")]
    pub saml_assertion: String,
    #[command(flatten)]
    pub(super) policies: PolicyArgs,
    /// How long the credentials are valid, in seconds: 900 up to the role's maximum
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub duration_seconds: Option<i32>,
}

impl Run for AssumeRoleWithSamlArgs {
    const NAME: &'static str = "assume-role-with-saml";
    const MIRRORED: bool = true;

    fn run(self, context: &Context) -> Result<(), CommandError> {
        operation::unsigned(context, &self, |sts, asked| sts.assume_role_with_saml(asked))
    }
}

impl Operation for AssumeRoleWithSamlArgs {
    const NAME: &'static str = "AssumeRoleWithSAML";
    type Asked = Saml;
    type Answer = SamlAnswer;

    fn asked(&self, given: &Given<'_>, limits: &mut Limits) -> Result<Saml, CommandError> {
        let role_arn = given.text("--role-arn", &self.role_arn)?;
        limits.length("RoleArn", Some(&role_arn), 20);
        let principal_arn = given.text("--principal-arn", &self.principal_arn)?;
        limits.length("PrincipalArn", Some(&principal_arn), 20);
        let assertion: Secret = given.secret("--saml-assertion", &self.saml_assertion)?;
        limits.length("SAMLAssertion", Some(assertion.expose()), 4);
        let policies = self.policies.read(given)?;
        parts::limit_arns(limits, &policies);
        parts::limit_policy(limits, &policies);
        limits.range("DurationSeconds", self.duration_seconds, 900);
        Ok(Saml { role_arn, principal_arn, assertion, policies, duration_seconds: self.duration_seconds })
    }

    fn about(asked: &Saml) -> Request<'_> {
        Request { arn: Some(&asked.role_arn), ..Request::default() }
    }

    fn written(answer: &SamlAnswer, times: Times) -> Value {
        let role = &answer.role;
        Answer::default()
            .with("Credentials", parts::credentials(&role.credentials, times))
            .with("AssumedRoleUser", parts::assumed_role_user(role))
            .with_some("PackedPolicySize", role.packed_policy_size)
            .with_some("Subject", role.subject.as_deref())
            .with_some("SubjectType", answer.subject_type.as_deref())
            .with_some("Issuer", answer.issuer.as_deref())
            .with_some("Audience", role.audience.as_deref())
            .with_some("NameQualifier", answer.name_qualifier.as_deref())
            .with_some("SourceIdentity", role.source_identity.as_deref())
            .done()
    }
}
