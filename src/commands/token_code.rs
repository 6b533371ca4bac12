//! Codes of MFA devices, as commands get them: the flag, and the person at the terminal.

use clap::Args;

use super::{CommandError, Context, ErrorKind};
use crate::mfa::codes::{Asker, NotAnswered};
use crate::secret::Secret;
use crate::world::terminal::AskError;

/// The flag of commands that may need a code.
#[derive(Debug, Clone, Default, Args)]
pub struct TokenCodeArgs {
    /// The code of the MFA device; - reads it from standard input [otherwise: KEYFOB_TOKEN_CODE, the profile's
    /// mfa_process, a question on the terminal]
    #[arg(long, value_name = "CODE")]
    pub token_code: Option<String>,
}

impl TokenCodeArgs {
    /// Refuses to read standard input where it belongs to another program.
    ///
    /// # Errors
    /// It was asked for.
    pub(super) fn leave_input_alone(&self) -> Result<(), CommandError> {
        match self.token_code.as_deref() {
            Some("-") => Err(CommandError::new(ErrorKind::Usage, "--token-code -: standard input is the command's")
                .hint("give the code itself, or set KEYFOB_TOKEN_CODE")),
            _ => Ok(()),
        }
    }

    /// The code that was given.
    ///
    /// # Errors
    /// Standard input cannot be read.
    pub(super) fn read(&self, context: &Context) -> Result<Option<Secret>, CommandError> {
        match self.token_code.as_deref() {
            Some("-") => {
                let read = context.world.terminal.read_input();
                let read = read.map_err(|error| {
                    CommandError::new(ErrorKind::Other, format!("cannot read standard input: {error}"))
                })?;
                Ok(Some(Secret::new(read.trim())))
            }
            code => Ok(code.map(Secret::new)),
        }
    }
}

/// Whether a person may be asked for an MFA code, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asking {
    /// Not at all: the caller is a program.
    Never,
    /// On the terminal, whatever standard input is.
    Terminal,
    /// On the terminal, or where there is none by a line of standard input (the AWS CLI's way).
    TerminalOrInput,
}

/// The person at the terminal, as the one who knows the code.
pub(super) struct Person<'a> {
    pub(super) context: &'a Context,
    pub(super) asking: Asking,
}

impl Person<'_> {
    /// The answer to `question`, which is shown as it is typed: a line of standard input.
    pub(super) fn typed(&self, question: &str) -> Result<Option<Secret>, NotAnswered> {
        if self.context.globals.no_input {
            return Err(NotAnswered::Nobody("--no-input forbids to ask".to_owned()));
        }
        match self.context.world.terminal.ask(question) {
            Ok(answer) => Ok(answer.map(Secret::new)),
            Err(AskError::Interrupted) => Err(NotAnswered::Interrupted),
            Err(error) => Err(NotAnswered::Nobody(error.to_string())),
        }
    }
}

impl Asker for Person<'_> {
    fn is_there(&self) -> bool {
        !self.context.globals.no_input
            && self.asking != Asking::Never
            && (self.asking == Asking::TerminalOrInput || self.context.world.terminal.is_there())
    }

    fn can_repeat(&self) -> bool {
        self.asking == Asking::Terminal || self.context.world.terminal.is_there()
    }

    fn ask(&self, question: &str) -> Result<Option<Secret>, NotAnswered> {
        let nobody = |why: &str| Err(NotAnswered::Nobody(why.to_owned()));
        if self.context.globals.no_input {
            return nobody("--no-input forbids to ask");
        }
        let terminal = &self.context.world.terminal;
        let answer = match self.asking {
            Asking::Never => return nobody("a program that asks for credentials is not to be asked back"),
            Asking::Terminal => terminal.ask_secret_on_terminal(question),
            Asking::TerminalOrInput => match terminal.ask_secret_on_terminal(question) {
                Err(AskError::NoTerminal) => terminal.ask_secret(question),
                answer => answer,
            },
        };
        match answer {
            Ok(answer) => Ok(answer),
            Err(AskError::Interrupted) => Err(NotAnswered::Interrupted),
            Err(error) => nobody(&error.to_string()),
        }
    }

    fn say(&self, text: &str) {
        self.context.ui.warn(text);
    }
}
