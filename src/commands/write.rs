//! How commands change the two shared files: an edit, shown or made.

use clap::Args;

use super::shared_files::unreadable;
use super::{CommandError, Context};
use crate::config::FileKind;
use crate::config::document::{Document, decode};
use crate::config::edit::EditError;
use crate::config::preview::unified_diff;
use crate::world::lock::Wait;
use crate::world::paths::{self, Place};

/// The flag of every command that writes.
#[derive(Debug, Clone, Args)]
pub struct WriteArgs {
    /// Change nothing; show what would change as a unified diff, secrets masked
    #[arg(long)]
    pub dry_run: bool,
}

/// A change to one of the files.
pub(super) struct FileEdit<'a> {
    pub(super) file: FileKind,
    pub(super) edit: &'a dyn Fn(&str) -> Result<String, EditError>,
}

impl FileEdit<'_> {
    fn new_text(&self, place: &Place, old: Option<&[u8]>) -> Result<Option<String>, CommandError> {
        let old_text = decode(old.unwrap_or_default()).map_err(|problem| unreadable(place, problem))?;
        Document::parse(old_text).check().map_err(|problem| unreadable(place, problem))?;
        let new = (self.edit)(old_text)?;
        // An edit that removes what is not there makes no file.
        Ok(Some(new).filter(|new| old.is_some() || !new.is_empty()))
    }
}

/// The edits of a profile in the files that hold it.
pub(super) fn profile_edits<'a>(
    holding: &[FileKind],
    config: &'a dyn Fn(&str) -> Result<String, EditError>,
    credentials: &'a dyn Fn(&str) -> Result<String, EditError>,
) -> Vec<FileEdit<'a>> {
    let edit = |file| if file == FileKind::Config { config } else { credentials };
    holding.iter().map(|file| FileEdit { file: *file, edit: edit(*file) }).collect()
}

/// Makes `edits`, one file after the other, each in one step under its lock; with `--dry-run`
/// prints the diff instead. `purpose` is told to those who wait for the lock.
///
/// # Errors
/// A file that cannot be read or replaced, or an edit that cannot be made. With two files, both
/// are tried before the first is written.
pub(super) fn write(
    context: &Context,
    purpose: &str,
    args: &WriteArgs,
    edits: &[FileEdit<'_>],
) -> Result<(), CommandError> {
    if args.dry_run {
        return edits.iter().try_for_each(|edit| show(context, edit));
    }
    if edits.len() > 1 {
        rehearse(context, edits)?;
    }
    check_others(context, edits)?;
    let limit = context.own_settings()?.lock_wait;
    for edit in edits {
        let place = place(context, edit.file)?;
        let notice = |holder: &crate::world::lock::Holder| {
            context.ui.note(&format!("waiting for {holder}, which is writing {}", place.path.display()));
        };
        let wait = Wait { limit, purpose, notice: &notice };
        let updated = context.world.files.update(&place.path, &wait, |old| {
            Ok::<_, CommandError>(edit.new_text(&place, old)?.map(String::into_bytes))
        })?;
        let what = if updated.changed { "replaced" } else { "left as it was" };
        context.ui.debug(|| format!("{}: {what}", place.path.display()));
        if edit.file == FileKind::Credentials {
            warn_of_loose_mode(context, &place, updated.mode);
        }
    }
    Ok(())
}

/// Fails as [`write`] would, and writes nothing: better to know before a person is asked, or a code is used.
pub(super) fn rehearse(context: &Context, edits: &[FileEdit<'_>]) -> Result<(), CommandError> {
    for edit in edits {
        let place = place(context, edit.file)?;
        context.world.files.check_writable(&place.path)?;
        edit.new_text(&place, context.world.files.read(&place.path)?.as_deref())?;
    }
    Ok(())
}

/// The AWS CLI reads both files before it does anything: what is wrong in the other one is said
/// here too.
fn check_others(context: &Context, edits: &[FileEdit<'_>]) -> Result<(), CommandError> {
    for file in [FileKind::Config, FileKind::Credentials] {
        if edits.iter().all(|edit| edit.file != file) {
            let place = place(context, file)?;
            let bytes = context.world.files.read(&place.path)?.unwrap_or_default();
            let text = decode(&bytes).map_err(|problem| unreadable(&place, problem))?;
            Document::parse(text).check().map_err(|problem| unreadable(&place, problem))?;
        }
    }
    Ok(())
}

fn show(context: &Context, edit: &FileEdit<'_>) -> Result<(), CommandError> {
    let place = place(context, edit.file)?;
    let old = context.world.files.read(&place.path)?;
    let Some(new) = edit.new_text(&place, old.as_deref())? else { return Ok(()) };
    // The edit has read it as text.
    let old = old.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    context.ui.answer(&unified_diff(&place.shown, old.as_deref(), &new))
}

pub(super) fn place(context: &Context, file: FileKind) -> Result<Place, CommandError> {
    Ok(match file {
        FileKind::Config => paths::config_file(&context.world.env)?,
        FileKind::Credentials => paths::credentials_file(&context.world.env)?,
    })
}

/// AWS CLI v2's warning when others may read the credentials.
pub(super) fn warn_of_loose_mode(context: &Context, place: &Place, mode: Option<u32>) {
    if mode.is_some_and(|mode| mode & 0o077 != 0) {
        let path = place.path.display();
        context.ui.warn(&format!(
            "The file '{path}' is accessible by other users. Consider running 'chmod 600 {path}' to restrict access to only your user."
        ));
    }
}
