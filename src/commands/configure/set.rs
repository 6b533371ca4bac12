//! `keyfob configure set`: one value into the file that AWS keeps it in.

use clap::Args;
use clap_complete::engine::ArgValueCandidates;

use super::section::{SectionArgs, home_of, places};
use crate::cli::Run;
use crate::commands::write::{FileEdit, WriteArgs, write};
use crate::commands::{CommandError, Context, ErrorKind, completion};
use crate::config::FileKind;
use crate::config::edit::{Change, Edit, apply};
use crate::config::name::Name;

/// Write a value: keys of the credentials file there, all others to the config file
///
/// NAME is KEY or KEY.SUBKEY of the selected profile, or profile.PROFILE.KEY, default.KEY.
#[derive(Debug, Args)]
pub struct SetArgs {
    /// Which value
    #[arg(value_name = "NAME", add = ArgValueCandidates::new(completion::keys))]
    pub name: String,
    /// The value, taken to the letter
    #[arg(value_name = "VALUE", required_unless_present = "value_stdin", allow_negative_numbers = true)]
    pub value: Option<String>,
    /// Read the value from standard input, without its line end: for secrets, which other users can
    /// see in a command line
    #[arg(long, conflicts_with = "value")]
    pub value_stdin: bool,
    #[command(flatten)]
    pub section: SectionArgs,
    #[command(flatten)]
    pub write: WriteArgs,
}

impl Run for SetArgs {
    const NAME: &'static str = "set";
    const MIRRORED: bool = true;

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let (name, file, place) = match self.section.place()? {
            Some(place) => (Name::within_section(&self.name)?, FileKind::Config, place),
            None => {
                let name = Name::for_set(&self.name)?;
                let file = home_of(&name.key);
                let [config, credentials] = places(context, &name);
                let (_, place) = if file == FileKind::Config { config } else { credentials };
                (name, file, place)
            }
        };
        let value = self.value(context)?;
        let change = match name.sub {
            None => Change::Set(value),
            Some(sub) => Change::SetNested(sub, value),
        };
        let edits = [Edit { place, changes: vec![(name.key, change)] }];
        write(context, "configure set", &self.write, &[FileEdit { file, edit: &|text| apply(text, &edits) }])
    }
}

impl SetArgs {
    fn value(&self, context: &Context) -> Result<String, CommandError> {
        if let Some(value) = &self.value {
            return Ok(value.clone());
        }
        let text = context.world.terminal.read_input().map_err(|error| {
            CommandError::new(ErrorKind::Other, format!("--value-stdin: cannot read standard input: {error}"))
        })?;
        let line = text.strip_suffix('\n').unwrap_or(&text);
        match line.strip_suffix('\r').unwrap_or(line) {
            // Most likely the program that should have given it failed.
            "" => Err(CommandError::new(ErrorKind::Configuration, "--value-stdin: standard input holds no value")
                .hint(format!("to empty a value on purpose: keyfob configure set {} ''", self.name))),
            value => Ok(value.to_owned()),
        }
    }
}
