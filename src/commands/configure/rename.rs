//! `keyfob configure rename`: a profile under another name, in both files.

use clap::Args;
use clap_complete::engine::ArgValueCandidates;

use super::delete::files_with;
use crate::cli::Run;
use crate::commands::write::{FileEdit, WriteArgs, write};
use crate::commands::{CommandError, Context, completion};
use crate::config::FileKind;
use crate::config::edit::{EditError, Place, rename};

/// Rename a profile in both files; every source_profile that names it follows
#[derive(Debug, Args)]
pub struct RenameArgs {
    /// The profile
    #[arg(value_name = "OLD", add = ArgValueCandidates::new(completion::profiles))]
    pub old: String,
    /// Its new name
    #[arg(value_name = "NEW")]
    pub new: String,
    #[command(flatten)]
    pub write: WriteArgs,
}

impl Run for RenameArgs {
    const NAME: &'static str = "rename";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        files_with(&shared, &self.old)?;
        if shared.profile(&self.new).is_some() {
            return Err(EditError::Exists(self.new).into());
        }
        let place = |make: fn(String) -> Place| [make(self.old.clone()), make(self.new.clone())];
        let ([old, new], [old_keys, new_keys]) = (place(Place::Profile), place(Place::Credentials));
        let config = |text: &str| rename(text, &old, &new);
        let credentials = |text: &str| rename(text, &old_keys, &new_keys);
        let all = [
            FileEdit { file: FileKind::Credentials, edit: &credentials },
            FileEdit { file: FileKind::Config, edit: &config },
        ];
        // A file that speaks of the profile in no way is not opened for writing.
        let mut touched = Vec::new();
        for edit in all {
            let text = shared.document(edit.file).text();
            if (edit.edit)(text)? != text {
                touched.push(edit);
            }
        }
        write(context, "configure rename", &self.write, &touched)
    }
}
