//! `keyfob configure copy`: a profile under a second name, in both files.

use clap::Args;
use clap_complete::engine::ArgValueCandidates;

use super::delete::files_with;
use crate::cli::Run;
use crate::commands::write::{WriteArgs, profile_edits, write};
use crate::commands::{CommandError, Context, completion};
use crate::config::edit::{EditError, Place, copy};

/// Copy a profile, line by line, to a new name in the files that hold it
#[derive(Debug, Args)]
pub struct CopyArgs {
    /// The profile
    #[arg(value_name = "PROFILE", add = ArgValueCandidates::new(completion::profiles))]
    pub from: String,
    /// The name of the copy
    #[arg(value_name = "NEW")]
    pub to: String,
    #[command(flatten)]
    pub write: WriteArgs,
}

impl Run for CopyArgs {
    const NAME: &'static str = "copy";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let holding = files_with(&shared, &self.from)?;
        if shared.profile(&self.to).is_some() {
            return Err(EditError::Exists(self.to).into());
        }
        let place = |make: fn(String) -> Place| [make(self.from.clone()), make(self.to.clone())];
        let ([from, to], [from_keys, to_keys]) = (place(Place::Profile), place(Place::Credentials));
        let config = |text: &str| copy(text, &from, &to);
        let credentials = |text: &str| copy(text, &from_keys, &to_keys);
        write(context, "configure copy", &self.write, &profile_edits(&holding, &config, &credentials))
    }
}
