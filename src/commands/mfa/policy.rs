//! `keyfob mfa policy`: the policy that makes MFA a must, ready to attach. Calls nothing.

use clap::{Args, ValueEnum};

use crate::aws::partition::Partition;
use crate::aws::settings::Service;
use crate::cli::Run;
use crate::commands::{CommandError, Context, ErrorKind};
use crate::mfa::policy::{Denied, Language, Unfit, Wanted, policy};

/// Print the IAM policy that denies everything without MFA, while users may see to their own device
///
/// Attach it to a group or to users. A device must be named like its user (as `mfa enroll` names it). Roles and
/// Identity Center are not concerned.
#[derive(Debug, Args)]
pub struct PolicyArgs {
    /// The language it is written in
    #[arg(long, value_enum, value_name = "LANGUAGE", default_value = "json")]
    format: Format,
    /// Deny only these without MFA, such as ec2:TerminateInstances,s3:Delete*
    #[arg(long, value_name = "ACTION", value_delimiter = ',', conflicts_with = "deny_all")]
    actions: Vec<String>,
    /// Deny everything without MFA but what is needed to get a device (the default)
    #[arg(long)]
    deny_all: bool,
    /// The path of the users, such as /team/
    #[arg(long, value_name = "PATH", default_value = "/")]
    user_path: String,
}

/// See [`Language`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The policy itself
    Json,
    /// A resource aws_iam_policy
    Terraform,
    /// A template with an AWS::IAM::ManagedPolicy
    Cloudformation,
}

impl Run for PolicyArgs {
    const NAME: &'static str = "policy";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let region = context.call_settings(Service::Iam, &shared, &context.selection().name)?.region;
        let wanted = Wanted {
            denied: if self.actions.is_empty() { Denied::All } else { Denied::Actions(self.actions) },
            user_path: self.user_path,
            partition: Partition::of_region(region.as_deref().unwrap_or_default()).name.to_owned(),
        };
        let policy = policy(&wanted).map_err(|error| unfit(&error))?;
        context.ui.answer(&policy.text(match self.format {
            Format::Json => Language::Json,
            Format::Terraform => Language::Terraform,
            Format::Cloudformation => Language::CloudFormation,
        }))
    }
}

fn unfit(error: &Unfit) -> CommandError {
    CommandError::new(ErrorKind::Usage, error.to_string()).hint(match error {
        Unfit::NoAction(_) => "an action looks like ec2:TerminateInstances or s3:Delete*",
        Unfit::LocksOut(..) => "name the actions one by one, or deny all others with --deny-all",
        Unfit::NoPath(_) => "a path looks like /team/",
    })
}
