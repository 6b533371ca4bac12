//! The new key in the place of the old one, in both files.

use crate::commands::write::{FileEdit, WriteArgs, write};
use crate::commands::{CommandError, Context};
use crate::config::FileKind;
use crate::config::edit::{EditError, apply};
use crate::config::shared::SharedConfig;
use crate::keys::journal::{Home, Journal};
use crate::keys::{KeyPair, held};

/// Where a key goes.
pub(super) struct Places {
    old: String,
    files: Vec<FileKind>,
    /// A profile that does not hold the old one, and is to have the new one.
    extra: Option<Home>,
}

impl Places {
    /// Of the new key of `journal`: every profile that holds the old one, the one that was named for it, and where
    /// nobody holds either, the profile where the old one was found.
    pub(super) fn of(shared: &SharedConfig<'_>, journal: &Journal) -> Self {
        let new = journal.new.as_ref().map(|new| held::of(shared, &new.id)).unwrap_or_default();
        let old = held::of(shared, &journal.old.id);
        let nobody = old.is_empty() && new.is_empty() && !journal.prints;
        let holds = |home: &Home| old.iter().chain(&new).any(|it| it.profile == home.profile && it.file == home.file);
        let extra = journal.home.clone().filter(|home| (home.named || nobody) && !holds(home));
        // The credentials file first: it is where most keys are.
        let used = |file: &FileKind| {
            old.iter().any(|it| it.file == *file) || extra.as_ref().is_some_and(|home| home.file == *file)
        };
        let files = [FileKind::Credentials, FileKind::Config].into_iter().filter(used).collect();
        Self { old: journal.old.id.clone(), files, extra }
    }

    /// Has `act` make the edits that put `pair` there, if there are any.
    pub(super) fn edits(
        &self,
        pair: &KeyPair,
        act: impl FnOnce(&[FileEdit<'_>]) -> Result<(), CommandError>,
    ) -> Result<(), CommandError> {
        let edit = |file: FileKind, text: &str| -> Result<String, EditError> {
            let text = held::replace(text, file, &self.old, pair)?;
            match self.extra.as_ref().filter(|home| home.file == file) {
                Some(home) => apply(&text, &[held::edit(&home.profile, file, pair)]),
                None => Ok(text),
            }
        };
        let config = |text: &str| edit(FileKind::Config, text);
        let credentials = |text: &str| edit(FileKind::Credentials, text);
        let edits = crate::commands::write::profile_edits(&self.files, &config, &credentials);
        if edits.is_empty() { Ok(()) } else { act(&edits) }
    }
}

/// Puts the new key of `journal` in place: one atomic write for each file. Returns the profiles that hold it then.
///
/// # Errors
/// A file could not be replaced.
pub(super) fn place(context: &Context, journal: &Journal) -> Result<Vec<String>, CommandError> {
    let Some(pair) = journal.new.as_ref().and_then(|new| new.pair()) else { return Ok(Vec::new()) };
    let files = context.shared_files()?;
    let places = Places::of(&files.parse()?, journal);
    places.edits(&pair, |edits| write(context, "keys rotate", &WriteArgs { dry_run: false }, edits))?;
    let files = context.shared_files()?;
    let shared = files.parse()?;
    Ok(held::names(&held::of(&shared, &pair.id)))
}
