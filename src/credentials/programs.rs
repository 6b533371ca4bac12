//! How other programs are run that a profile names: a `credential_process`, an `mfa_process`.

use std::time::Duration;

use super::command_line;
use crate::secret::Secret;
use crate::world::program::{self, ProgramError};

/// Holds the profiles that are being resolved by the processes above, as a CSV row (AWS CLI).
pub const CHAIN: &str = "_AWS_CLI_PROFILE_CHAIN";

/// How programs are run for one profile.
pub struct Programs<'a> {
    /// How long one may take. Asked when one is run; what cannot be told is an error.
    pub limit: &'a dyn Fn() -> Result<Duration, String>,
    /// What a program finds in the variable [`CHAIN`].
    pub chain: String,
}

/// Why a program gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum NoOutput {
    /// The command line cannot be split into words.
    #[error("its command line is empty, or a quote in it is left open")]
    CommandLine,
    /// Nobody knows how long it may take.
    #[error("{0}")]
    Settings(String),
    /// It could not be run, or failed.
    #[error(transparent)]
    Program(#[from] ProgramError),
}

impl Programs<'_> {
    /// What the command line `command` prints to its standard output.
    ///
    /// # Errors
    /// See [`NoOutput`].
    pub fn output(&self, command: &Secret) -> Result<Vec<u8>, NoOutput> {
        let words = command_line::split(command.expose()).filter(|words| !words.is_empty());
        let words = words.ok_or(NoOutput::CommandLine)?;
        let limit = (self.limit)().map_err(NoOutput::Settings)?;
        Ok(program::ask(&words, &[(CHAIN, self.chain.clone())], limit)?)
    }
}
