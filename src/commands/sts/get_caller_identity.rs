//! `keyfob sts get-caller-identity`: as the AWS CLI answers it.

use clap::Args;
use serde_json::json;

use crate::aws::settings::Service;
use crate::cli::Run;
use crate::commands::resolving::{self, Asking};
use crate::commands::{CommandError, Context};

/// Show the account and identity that the selected profile's credentials belong to
#[derive(Debug, Args)]
pub struct GetCallerIdentityArgs {}

impl Run for GetCallerIdentityArgs {
    const NAME: &'static str = "get-caller-identity";
    const MIRRORED: bool = true;

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let (plan, credentials) = resolving::for_operation(context, &files, &shared, Asking::TerminalOrInput)?;
        let settings = context.call_settings(Service::Sts, &shared, &plan.selection.name)?;
        let identity = resolving::identity(context, &settings, &credentials)?;
        let answer = json!({"UserId": identity.user_id, "Account": identity.account, "Arn": identity.arn});
        context.answer_operation(answer, "GetCallerIdentity", &shared, &plan.selection.name)
    }
}
