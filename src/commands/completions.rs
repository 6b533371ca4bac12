//! `keyfob completions`: the few lines by which a shell asks keyfob for completions.

use clap::Args;
use clap_complete::env::{Bash, EnvCompleter, Fish, Zsh};

use super::{CommandError, Context, ErrorKind, completion};
use crate::cli::Run;

/// Print the completion script of a shell; profile names complete from your files
///
/// bash: source <(keyfob completions bash) · zsh: source <(keyfob completions zsh) ·
/// fish: keyfob completions fish | source
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// The shells in which names complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Shell {
    /// GNU Bash, 4.4 or later
    Bash,
    /// Z shell
    Zsh,
    /// fish
    Fish,
}

impl Shell {
    /// The name of the shell's file in completions/.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Bash => "keyfob.bash",
            Self::Zsh => "_keyfob",
            Self::Fish => "keyfob.fish",
        }
    }

    /// The script.
    ///
    /// # Errors
    /// None that is known of: it is written to memory.
    pub fn script(self) -> std::io::Result<String> {
        let shell: &dyn EnvCompleter = match self {
            Self::Bash => &Bash,
            Self::Zsh => &Zsh,
            Self::Fish => &Fish,
        };
        let mut script = Vec::new();
        shell.write_registration(completion::VARIABLE, "keyfob", "keyfob", "keyfob", &mut script)?;
        Ok(String::from_utf8_lossy(&script).into_owned())
    }
}

impl Run for CompletionsArgs {
    const NAME: &'static str = "completions";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let script = self.shell.script().map_err(|error| CommandError::new(ErrorKind::Other, error.to_string()))?;
        context.ui.answer(&script)
    }
}
