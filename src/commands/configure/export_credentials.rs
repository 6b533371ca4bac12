//! `keyfob configure export-credentials`: credentials in six formats, byte for byte the AWS CLI's.

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::cli::Run;
use crate::commands::resolving::{self, Asking};
use crate::commands::token_code::TokenCodeArgs;
use crate::commands::{CommandError, Context, ErrorKind, profile_chain};
use crate::credentials::CHAIN;
use crate::credentials::formats::{Format, export};

/// Print the selected profile's credentials for a shell or a credential_process
#[derive(Debug, Args)]
pub struct ExportCredentialsArgs {
    #[command(flatten)]
    pub code: TokenCodeArgs,
    /// The format: process is JSON, as credential_process answers; env is `export NAME=VALUE`,
    /// env-no-export `NAME=VALUE`, powershell `$Env:NAME="VALUE"`, windows-cmd `set NAME=VALUE`, fish
    /// `set -gx NAME "VALUE"`
    #[arg(long, default_value = "process", value_name = "FORMAT", value_parser = PossibleValuesParser::new(Format::NAMES.map(|(name, _)| name)))]
    pub format: String,
}

impl Run for ExportCredentialsArgs {
    const NAME: &'static str = "export-credentials";
    const MIRRORED: bool = true;

    fn run(self, context: &Context) -> Result<(), CommandError> {
        profile_chain::refuse_recursion(&context.variable(CHAIN).unwrap_or_default(), &context.selection().name)?;
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let found = resolving::credentials(context, &files, &shared, Asking::TerminalOrInput, &self.code);
        let found = found.map_err(|error| match error.kind() {
            // The AWS CLI finds these out only when it uses the credentials.
            ErrorKind::Expired
            | ErrorKind::NotSignedIn
            | ErrorKind::Service
            | ErrorKind::Other
            | ErrorKind::Interrupted => error,
            _ => error.of_kind(ErrorKind::Configuration).prefixed("Unable to retrieve credentials: "),
        })?;
        let format =
            Format::NAMES.iter().find(|(name, _)| *name == self.format).map_or(Format::Process, |(_, format)| *format);
        context.ui.answer(export(&found.credentials, format).expose())
    }
}
