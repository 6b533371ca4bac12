//! `keyfob mfa`: MFA devices, seen, enrolled, set right and removed, and the policy that asks for them.

mod caller;
mod chosen;
mod enroll;
mod list;
mod new_device;
mod policy;
mod profile_line;
mod remove;
mod resync;
mod session;
mod two_codes;

use clap::Args;

use crate::cli::{Run, Verb};
use crate::commands::{CommandError, Context, ErrorKind};

/// MFA devices: list, enroll, resynchronize, remove; and the policy that makes them a must
#[derive(Debug, Args)]
#[command(subcommand_required = true)]
pub struct MfaArgs {}

impl Run for MfaArgs {
    const NAME: &'static str = "mfa";

    fn run(self, _: &Context) -> Result<(), CommandError> {
        // Clap asks for one of the commands below before this is reached.
        Err(CommandError::new(ErrorKind::Usage, "mfa needs a command").hint("keyfob mfa --help lists them"))
    }
}

/// `mfa` and the commands below it.
pub const VERB: Verb = Verb::group::<MfaArgs>(&[
    Verb::of::<list::ListArgs>(),
    Verb::of::<enroll::EnrollArgs>(),
    Verb::of::<resync::ResyncArgs>(),
    Verb::of::<remove::RemoveArgs>(),
    Verb::of::<policy::PolicyArgs>(),
]);
