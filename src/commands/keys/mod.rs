//! `keyfob keys`: access keys, seen, aged, switched, deleted and replaced.

mod activate;
mod caller;
mod deactivate;
mod delete;
mod journals;
mod list;
mod one_key;
mod rotate;
mod whose;

use clap::Args;

use crate::cli::{Run, Verb};
use crate::commands::{CommandError, Context, ErrorKind};

/// Access keys: list with age and last use, rotate without a moment of no working key, switch, delete
#[derive(Debug, Args)]
#[command(subcommand_required = true)]
pub struct KeysArgs {}

impl Run for KeysArgs {
    const NAME: &'static str = "keys";

    fn run(self, _: &Context) -> Result<(), CommandError> {
        // Clap asks for one of the commands below before this is reached.
        Err(CommandError::new(ErrorKind::Usage, "keys needs a command").hint("keyfob keys --help lists them"))
    }
}

/// `keys` and the commands below it.
pub const VERB: Verb = Verb::group::<KeysArgs>(&[
    Verb::of::<list::ListArgs>(),
    Verb::of::<rotate::RotateArgs>(),
    Verb::of::<deactivate::DeactivateArgs>(),
    Verb::of::<activate::ActivateArgs>(),
    Verb::of::<delete::DeleteArgs>(),
]);
