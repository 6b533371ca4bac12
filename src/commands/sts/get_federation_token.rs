//! `keyfob sts get-federation-token`: a session of somebody else, within what the user may do.

use clap::Args;
use serde_json::Value;

use super::operation::{self, Operation};
use super::parts::{self, Answer, PolicyArgs, TagArgs, Times};
use super::values::{Given, Limits};
use crate::aws::sts::{FederatedAnswer, FederationToken};
use crate::cli::Run;
use crate::commands::refusal::Request;
use crate::commands::{CommandError, Context};

/// Print temporary credentials of a federated user, who may do what policies here and the caller's own allow
///
/// Only long-term keys may ask. Without a policy the session may do nothing but what resources allow it.
/// Values that start with file:// are read from that file.
#[derive(Debug, Args)]
pub struct GetFederationTokenArgs {
    /// The name of the federated user
    #[arg(long, value_name = "NAME")]
    pub name: String,
    #[command(flatten)]
    pub(super) policies: PolicyArgs,
    /// How long the credentials are valid, in seconds: 900 up to 129600 (3600 for the root user)
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub duration_seconds: Option<i32>,
    #[command(flatten)]
    pub(super) tags: TagArgs,
}

impl Run for GetFederationTokenArgs {
    const NAME: &'static str = "get-federation-token";
    const MIRRORED: bool = true;

    fn run(self, context: &Context) -> Result<(), CommandError> {
        operation::signed(context, &self, |sts, keys, asked| sts.get_federation_token(keys, asked))
    }
}

impl Operation for GetFederationTokenArgs {
    const NAME: &'static str = "GetFederationToken";
    const LONG_TERM_KEYS: bool = true;
    type Asked = FederationToken;
    type Answer = FederatedAnswer;

    fn asked(&self, given: &Given<'_>, limits: &mut Limits) -> Result<FederationToken, CommandError> {
        let name = given.text("--name", &self.name)?;
        limits.length("Name", Some(&name), 2);
        let policies = self.policies.read(given)?;
        parts::limit_policy(limits, &policies);
        parts::limit_arns(limits, &policies);
        limits.range("DurationSeconds", self.duration_seconds, 900);
        let tags = self.tags.read(given, limits)?;
        Ok(FederationToken { name, policies, duration_seconds: self.duration_seconds, tags })
    }

    fn about(_: &FederationToken) -> Request<'_> {
        Request::default()
    }

    fn written(answer: &FederatedAnswer, times: Times) -> Value {
        let user = Answer::default()
            .with_some("FederatedUserId", answer.federated_user_id.as_deref())
            .with_some("Arn", answer.federated_user_arn.as_deref());
        Answer::default()
            .with("Credentials", parts::credentials(&answer.credentials, times))
            .with("FederatedUser", user.done())
            .with_some("PackedPolicySize", answer.packed_policy_size)
            .done()
    }
}
