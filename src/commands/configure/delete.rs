//! `keyfob configure delete`: a profile removed from both files.

use std::borrow::Cow;

use clap::Args;
use clap_complete::engine::ArgValueCandidates;

use crate::cli::Run;
use crate::commands::shared_files::SharedFiles;
use crate::commands::write::{WriteArgs, profile_edits, write};
use crate::commands::{CommandError, Context, ErrorKind, completion};
use crate::config::document::Entry;
use crate::config::edit::{Place, delete};
use crate::config::header::{Named, config_header};
use crate::config::shared::SharedConfig;
use crate::config::{FileKind, Origin};

/// Remove a profile from both files
///
/// Refused while another profile names it as its source_profile. Comments behind the profile's
/// last key stay.
#[derive(Debug, Args)]
pub struct DeleteArgs {
    /// The profile
    #[arg(value_name = "PROFILE", add = ArgValueCandidates::new(completion::profiles))]
    pub name: String,
    /// Remove it even if other profiles get their credentials from it
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub write: WriteArgs,
}

impl Run for DeleteArgs {
    const NAME: &'static str = "delete";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let holding = files_with(&shared, &self.name)?;
        if !self.force {
            refuse_if_referred_to(&files, &shared, &self.name)?;
        }
        let config = |text: &str| Ok(delete(text, &Place::Profile(self.name.clone())));
        let credentials = |text: &str| Ok(delete(text, &Place::Credentials(self.name.clone())));
        write(context, "configure delete", &self.write, &profile_edits(&holding, &config, &credentials))
    }
}

/// The files that have the profile `name`, credentials first.
///
/// # Errors
/// Neither has it.
pub(super) fn files_with(shared: &SharedConfig<'_>, name: &str) -> Result<Vec<FileKind>, CommandError> {
    let mut holding = Vec::new();
    if shared.credentials_profile(name).is_some() {
        holding.push(FileKind::Credentials);
    }
    if shared.config_profile(name).is_some() {
        holding.push(FileKind::Config);
    }
    match holding.is_empty() {
        true => Err(CommandError::no_profile(format!("The config profile ({name}) could not be found"))),
        false => Ok(holding),
    }
}

fn refuse_if_referred_to(files: &SharedFiles, shared: &SharedConfig<'_>, name: &str) -> Result<(), CommandError> {
    let mut referring = Vec::new();
    for file in [FileKind::Config, FileKind::Credentials] {
        let document = shared.document(file);
        for section in document.sections() {
            let other = match (file, config_header(section.name)) {
                (FileKind::Credentials, _) => Cow::Borrowed(section.name),
                (FileKind::Config, Named::Profile(other)) => other,
                (FileKind::Config, Named::Inherited) => Cow::Borrowed(section.name),
                (FileKind::Config, _) => continue,
            };
            let refers = |entry: &Entry<'_>| entry.is("source_profile") && entry.value.text() == Some(name);
            if let Some(entry) = document.entries(section).find(refers).filter(|_| other != name) {
                referring.push(format!("{other} ({})", files.show(Origin { file, line: entry.line() })));
            }
        }
    }
    match referring.is_empty() {
        true => Ok(()),
        false => Err(CommandError::new(
            ErrorKind::Other,
            format!("profile {name} is the source_profile of {}", referring.join(", ")),
        )
        .hint("change those first, or remove it all the same with --force")),
    }
}
