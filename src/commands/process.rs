//! `keyfob process`: what `credential_process =` calls.

use clap::Args;

use super::resolving::{self, Asking};
use super::token_code::TokenCodeArgs;
use super::{CommandError, Context, profile_chain};
use crate::cli::Run;
use crate::credentials::{CHAIN, formats};

/// Print credentials as JSON, for `credential_process = keyfob process --profile NAME`
///
/// Nothing is printed to standard output when there are none to give. Temporary credentials are kept
/// in the AWS CLI's cache; when they are to be renewed, one process asks AWS and the others wait for
/// its answer.
#[derive(Debug, Args)]
pub struct ProcessArgs {
    /// The code of an MFA device, if one was given.
    #[command(flatten)]
    pub code: TokenCodeArgs,
    /// Ask for an MFA code on the terminal where one is needed; otherwise that is an error
    #[arg(long)]
    pub prompt: bool,
}

impl Run for ProcessArgs {
    const NAME: &'static str = "process";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        if let Some(chain) = context.variable(CHAIN) {
            profile_chain::refuse_recursion(&chain, &context.selection().name)?;
        }
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let asking = if self.prompt { Asking::Terminal } else { Asking::Never };
        let found = resolving::credentials(context, &files, &shared, asking, &self.code)?;
        context.ui.answer(formats::process(&found.credentials).expose())
    }
}
