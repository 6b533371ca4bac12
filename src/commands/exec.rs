//! `keyfob exec`: puts a command in its own place, with credentials in the environment.

use std::ffi::OsString;
use std::io;

use clap::Args;

use super::resolving::{self, Asking};
use super::token_code::TokenCodeArgs;
use super::{CommandError, Context, ErrorKind, handing};
use crate::cli::Run;
use crate::world::program;

/// Run a command with the selected profile's credentials in its environment
///
/// keyfob replaces itself with the command: exit code, signals, standard input and the terminal are
/// the command's. AWS_PROFILE and older credentials are cleared; region and expiry are set.
#[derive(Debug, Args)]
pub struct ExecArgs {
    /// The code of an MFA device, if one was given.
    #[command(flatten)]
    pub code: TokenCodeArgs,
    /// The command and its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
}

impl Run for ExecArgs {
    const NAME: &'static str = "exec";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        self.code.leave_input_alone()?;
        let found = resolving::credentials(context, &files, &shared, Asking::Terminal, &self.code)?;
        let set = handing::variables(context, &shared, &found.plan.selection, &found.credentials);
        let clear = handing::to_clear(&set);
        let plain: Vec<_> = set.iter().map(|(name, value)| ((*name).to_owned(), value.expose().to_owned())).collect();
        let error = program::become_program(&self.command, &plain, &clear);
        let name = self.command.first().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Err(match error.kind() {
            io::ErrorKind::NotFound => CommandError::new(ErrorKind::NoCommand, format!("{name}: command not found"))
                .hint("check its spelling and PATH"),
            _ => CommandError::new(ErrorKind::NotExecutable, format!("{name} cannot be run: {error}"))
                .hint("check that it is a program, and that it is executable: `ls -l`"),
        })
    }
}
