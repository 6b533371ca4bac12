//! `keyfob sts`: the AWS CLI's commands of the Security Token Service.

mod assume_role;
mod get_caller_identity;
mod values;

use clap::Args;

use crate::cli::{Run, Verb};
use crate::commands::{CommandError, Context, ErrorKind};

/// Security Token Service: who am I, and temporary credentials
#[derive(Debug, Args)]
#[command(subcommand_required = true)]
pub struct StsArgs {}

impl Run for StsArgs {
    const NAME: &'static str = "sts";
    const MIRRORED: bool = true;

    fn run(self, _: &Context) -> Result<(), CommandError> {
        // Clap asks for one of the commands below before this is reached.
        Err(CommandError::new(ErrorKind::Usage, "sts needs a command").hint("keyfob sts --help lists them"))
    }
}

/// `sts` and the commands below it.
pub const VERB: Verb = Verb::group::<StsArgs>(&[
    Verb::of::<get_caller_identity::GetCallerIdentityArgs>(),
    Verb::of::<assume_role::AssumeRoleArgs>(),
]);
