//! The new key in the place of the old one, in both files.

use super::super::journals::command;
use crate::commands::write::{FileEdit, WriteArgs, write};
use crate::commands::{CommandError, Context, ErrorKind};
use crate::config::FileKind;
use crate::config::edit::{EditError, apply};
use crate::config::shared::SharedConfig;
use crate::keys::journal::{Home, Journal};
use crate::keys::{KeyPair, held};

/// Where a key goes.
pub(super) struct Places {
    old: String,
    pair: KeyPair,
    files: Vec<FileKind>,
    /// A profile that does not hold the old one, and is to have the new one.
    extra: Option<Home>,
}

impl Places {
    /// Of `pair`, the new key of `journal`: wherever the old one stands, the profile that was named for it, and where
    /// nobody holds either, the profile where the old one was found.
    ///
    /// # Errors
    /// Somebody has put another key there meanwhile.
    pub(super) fn of(shared: &SharedConfig<'_>, journal: &Journal, pair: KeyPair) -> Result<Self, CommandError> {
        let new = held::of(shared, &pair.id);
        let old = held::of(shared, &journal.old.id);
        let nobody = old.is_empty() && new.is_empty() && !journal.prints;
        let holds = |home: &Home| old.iter().chain(&new).any(|it| it.profile == home.profile && it.file == home.file);
        let extra = journal.home.clone().filter(|home| (home.named && !journal.undoes || nobody) && !holds(home));
        let extra = extra.filter(|_| !(journal.undoes && is_given_up(shared, journal)));
        if let Some(home) = &extra
            && let Some(what) = held::occupant(shared, &home.profile, &[&journal.old.id, &pair.id])
        {
            return Err(occupied(journal, home, &what, &pair.id));
        }
        let stands = |file: &FileKind| {
            let text = shared.document(*file).text();
            held::is_to_change(text, *file, &journal.old.id, &pair)
        };
        let used = |file: &FileKind| stands(file) || extra.as_ref().is_some_and(|home| home.file == *file);
        // The credentials file first: it is where most keys are.
        let files = [FileKind::Credentials, FileKind::Config].into_iter().filter(used).collect();
        Ok(Self { old: journal.old.id.clone(), pair, files, extra })
    }

    /// Has `act` make the edits that put the key there, if there are any.
    pub(super) fn edits(
        &self,
        act: impl FnOnce(&[FileEdit<'_>]) -> Result<(), CommandError>,
    ) -> Result<(), CommandError> {
        let edit = |file: FileKind, text: &str| -> Result<String, EditError> {
            let text = held::replace(text, file, &self.old, &self.pair)?;
            match self.extra.as_ref().filter(|home| home.file == file) {
                Some(home) => apply(&text, &[held::edit(&home.profile, file, &self.pair)]),
                None => Ok(text),
            }
        };
        let config = |text: &str| edit(FileKind::Config, text);
        let credentials = |text: &str| edit(FileKind::Credentials, text);
        let edits = crate::commands::write::profile_edits(&self.files, &config, &credentials);
        if edits.is_empty() { Ok(()) } else { act(&edits) }
    }
}

fn occupied(journal: &Journal, home: &Home, what: &str, new: &str) -> CommandError {
    let message = format!("profile {} has {what} now, which {new} would take the place of", home.profile);
    let run = command(journal);
    CommandError::new(ErrorKind::Other, message)
        .hint(format!("{run} --undo deletes {new}"))
        .hint(format!("{run} puts {new} there once the profile holds neither a key nor a token"))
}

/// Whether there is nothing to put back: nobody holds either key any more, and another one has their place.
pub(super) fn is_given_up(shared: &SharedConfig<'_>, journal: &Journal) -> bool {
    let keys = [Some(&journal.old), journal.new.as_ref()].into_iter().flatten();
    let known: Vec<_> = keys.map(|key| key.id.as_str()).collect();
    let taken = |home: &Home| held::occupant(shared, &home.profile, &known).is_some();
    known.iter().all(|id| held::of(shared, id).is_empty()) && journal.home.as_ref().is_some_and(taken)
}

/// Puts the new key of `journal` in place: one atomic write for each file. Returns the profiles that hold it then.
///
/// # Errors
/// A file could not be replaced.
pub(super) fn place(context: &Context, journal: &Journal) -> Result<Vec<String>, CommandError> {
    let Some(pair) = journal.new.as_ref().and_then(|new| new.pair()) else { return Ok(Vec::new()) };
    let id = pair.id.clone();
    let files = context.shared_files()?;
    let places = Places::of(&files.parse()?, journal, pair)?;
    places.edits(|edits| write(context, "keys rotate", &WriteArgs { dry_run: false }, edits))?;
    let files = context.shared_files()?;
    let shared = files.parse()?;
    Ok(held::names(&held::of(&shared, &id)))
}

/// Takes the key `id`, which is gone, out of the profile that was made for it.
///
/// # Errors
/// The file could not be replaced.
pub(super) fn take_out(context: &Context, home: &Home, id: &str) -> Result<(), CommandError> {
    let files = context.shared_files()?;
    let holds = held::of(&files.parse()?, id).iter().any(|it| it.profile == home.profile && it.file == home.file);
    if !holds {
        return Ok(());
    }
    let edit = |text: &str| apply(text, &[held::taken(&home.profile, home.file)]);
    let edits = [FileEdit { file: home.file, edit: &edit }];
    write(context, "keys rotate", &WriteArgs { dry_run: false }, &edits)
}
