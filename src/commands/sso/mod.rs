//! `keyfob sso`: IAM Identity Center, signed in to and out of, seen, and written down as profiles.

mod accounts;
mod assigned;
mod login;
mod logout;
mod populate;
mod roles;
pub(super) mod session;

use clap::Args;

use crate::cli::{Run, Verb};
use crate::commands::{CommandError, Context, ErrorKind};

/// IAM Identity Center: sign in and out, and see what you may enter
#[derive(Debug, Args)]
#[command(subcommand_required = true)]
pub struct SsoArgs {}

impl Run for SsoArgs {
    const NAME: &'static str = "sso";
    const MIRRORED: bool = true;

    fn run(self, _: &Context) -> Result<(), CommandError> {
        // Clap asks for one of the commands below before this is reached.
        Err(CommandError::new(ErrorKind::Usage, "sso needs a command").hint("keyfob sso --help lists them"))
    }
}

/// `sso` and the commands below it.
pub const VERB: Verb = Verb::group::<SsoArgs>(&[
    Verb::of::<login::LoginArgs>(),
    Verb::of::<logout::LogoutArgs>(),
    Verb::of::<accounts::AccountsArgs>(),
    Verb::of::<roles::RolesArgs>(),
    Verb::of::<populate::PopulateArgs>(),
]);
