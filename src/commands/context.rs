//! What every command starts from: the world, the global flags, and what both together select.

use super::shared_files::SharedFiles;
use super::{CommandError, ErrorKind, Ui};
use crate::chain::Selection;
use crate::cli::GlobalArgs;
use crate::commands::output::{self, OutputFormat, QueryError};
use crate::world::World;

/// What a command is run with.
#[derive(Debug)]
pub struct Context {
    /// The machine.
    pub world: World,
    /// The global flags as typed.
    pub globals: GlobalArgs,
    /// The way to speak.
    pub ui: Ui,
}

impl Context {
    /// The selected profile.
    pub fn selection(&self) -> Selection {
        let selection = Selection::new(self.globals.profile.as_deref(), |name| self.variable(name));
        self.ui.debug(|| format!("profile {} ({:?})", selection.name, selection.by));
        selection
    }

    /// An environment variable; one that is set but empty counts as unset.
    pub fn variable(&self, name: &str) -> Option<String> {
        self.world.env.get(name)
    }

    /// Both shared files, read.
    ///
    /// # Errors
    /// A file that cannot be read; a missing one is an empty one.
    pub fn shared_files(&self) -> Result<SharedFiles, CommandError> {
        SharedFiles::read(self)
    }

    /// Whether `--query` or `--output` asks a mirrored command for a structured answer in place of
    /// its own text, which the AWS CLI prints whatever `--output` says.
    pub fn wants_structure(&self) -> bool {
        self.globals.query.is_some() || matches!(self.globals.output, Some(OutputFormat::Json | OutputFormat::Yaml))
    }

    /// The same for a command of keyfob's own, which has a table too.
    pub fn wants_structure_or_table(&self) -> bool {
        self.wants_structure() || self.globals.output == Some(OutputFormat::Table)
    }

    /// Refuses a `--query` that is no JMESPath before anything is done, as the AWS CLI does.
    pub(super) fn check_query(&self) -> Result<(), CommandError> {
        match self.globals.query.as_deref().map(|expression| output::query(expression, serde_json::Value::Null)) {
            Some(Err(error @ QueryError::Refused { .. })) => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Prints a structured answer as `--query` and `--output` ask; JSON when nothing does. `title`
    /// heads a table.
    pub fn answer_structure(&self, answer: serde_json::Value, title: &str) -> Result<(), CommandError> {
        let answer = match &self.globals.query {
            Some(expression) => output::query(expression, answer)?,
            None => answer,
        };
        let format = self.globals.output.unwrap_or(OutputFormat::Json);
        self.ui.answer(&output::render(&answer, format, title))
    }

    /// Fails, naming the `flag` that supplies it, when a question may not be asked.
    pub fn may_ask(&self, wanted: &str, flag: &str) -> Result<(), CommandError> {
        match self.globals.no_input {
            false => Ok(()),
            true => Err(CommandError::new(
                ErrorKind::Configuration,
                format!("{wanted} is needed, and --no-input forbids to ask"),
            )
            .hint(format!("give it with {flag}"))),
        }
    }
}
