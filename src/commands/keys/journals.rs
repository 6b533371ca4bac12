//! The journals of rotations, on disk: `~/.aws/keyfob/keys`, 0700, each file 0600.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::commands::typed::typed;
use crate::commands::{CommandError, Context, ErrorKind};
use crate::keys::journal::{self, Journal};
use crate::world::files::FileError;
use crate::world::lock::{Holder, Lock, LockError, Wait};
use crate::world::paths::{self, NoHome};

/// A rotation waits for IAM, so who waits for one waits for long.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// The command that goes on with the rotation in `journal`.
pub(super) fn command(journal: &Journal) -> String {
    format!("keyfob keys rotate{}", flags(journal))
}

/// ` --profile NAME --user-name NAME`, as far as the rotation in `journal` was begun with them.
pub(super) fn flags(journal: &Journal) -> String {
    let profile = journal.profile.as_deref().map(|name| format!(" --profile {}", typed(name))).unwrap_or_default();
    let user = journal.owner.user.as_deref().filter(|_| journal.names_user);
    profile + &user.map(user_flag).unwrap_or_default()
}

/// ` --user-name NAME`
pub(super) fn user_flag(user: &str) -> String {
    format!(" --user-name {}", typed(user))
}

/// The folder of journals.
pub(super) struct Journals<'a> {
    context: &'a Context,
    folder: PathBuf,
}

impl<'a> Journals<'a> {
    /// This user's.
    ///
    /// # Errors
    /// No home folder is known.
    pub(super) fn of(context: &'a Context) -> Result<Self, CommandError> {
        let env = &context.world.env;
        let folder = paths::rotations(env).ok_or_else(|| NoHome { shown: "~/.aws/keyfob/keys".to_owned() })?;
        Ok(Self { context, folder })
    }

    /// All of them.
    ///
    /// # Errors
    /// One cannot be read: it may hold the only copy of a secret, so nothing goes on without it.
    pub(super) fn all(&self) -> Result<Vec<Journal>, CommandError> {
        self.each()?.into_iter().collect()
    }

    /// Each of them, or why it cannot be read.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub(super) fn each(&self) -> Result<Vec<Result<Journal, CommandError>>, CommandError> {
        let files = &self.context.world.files;
        let names = files.list(&self.folder)?;
        let journals = names.iter().filter(|name| name.ends_with(".json") && !name.starts_with('.'));
        let read = |path: PathBuf| -> Result<Option<Journal>, CommandError> {
            // One that goes meanwhile is over.
            let Some(bytes) = files.read(&path).map_err(|error| not_ours(&path, &error.to_string()))? else {
                return Ok(None);
            };
            let journal =
                Journal::read(&bytes).ok_or_else(|| not_ours(&path, "no journal that this keyfob can read"))?;
            Ok(Some(journal))
        };
        Ok(journals.filter_map(|name| read(self.folder.join(name)).transpose()).collect())
    }

    /// The one that is about the key `id`.
    ///
    /// # Errors
    /// As [`Journals::all`].
    pub(super) fn about(&self, id: &str) -> Result<Option<Journal>, CommandError> {
        Ok(self.all()?.into_iter().find(|journal| journal.is_about(id)))
    }

    /// Where `journal` is.
    pub(super) fn path(&self, journal: &Journal) -> PathBuf {
        self.folder.join(journal::file_name(&journal.first().id))
    }

    /// Waits until nobody else rotates or deletes keys here. One lock for all: which journals a run is about is known
    /// only when it has asked AWS, and two runs about one user must not overlap, whatever they were given.
    ///
    /// # Errors
    /// Somebody does for long; or the folder cannot be written.
    pub(super) fn lock(&self, purpose: &str) -> Result<Lock, CommandError> {
        Ok(self.try_lock(purpose)?)
    }

    /// The same for who writes no journal: `None` where nobody can.
    ///
    /// # Errors
    /// Somebody else rotates for long.
    pub(super) fn lock_if_writable(&self, purpose: &str) -> Result<Option<Lock>, CommandError> {
        match self.try_lock(purpose) {
            Ok(lock) => Ok(Some(lock)),
            Err(busy @ FileError::Lock(LockError::Busy { .. })) => Err(busy.into()),
            Err(_) => Ok(None),
        }
    }

    fn try_lock(&self, purpose: &str) -> Result<Lock, FileError> {
        let notice = |holder: &Holder| self.context.ui.note(&format!("waiting for {holder}"));
        let wait = Wait { limit: LONGEST_WAIT, purpose, notice: &notice };
        let files = &self.context.world.files;
        files.close_folder(&self.folder)?;
        files.lock_renewal(&self.folder.join("rotation"), &wait)
    }

    /// Fails where there is no room for `journal`, the secrets of both keys in it.
    pub(super) fn check_room(&self, journal: &Journal) -> Result<(), CommandError> {
        const SECRET: usize = 256;
        let size = journal.write().expose().len() + 2 * SECRET;
        Ok(self.context.world.files.check_room(&self.path(journal), size)?)
    }

    /// Stores `journal`.
    ///
    /// # Errors
    /// It could not be stored.
    pub(super) fn save(&self, journal: &Journal) -> Result<(), CommandError> {
        let limit = self.context.own_settings()?.lock_wait;
        let wait = Wait { limit, purpose: "keys rotate", notice: &|_| {} };
        let text = journal.write();
        Ok(self.context.world.files.store(&self.path(journal), &wait, text.expose().as_bytes())?)
    }

    /// Removes `journal`, and with it every secret that only it has.
    ///
    /// # Errors
    /// It is still there.
    pub(super) fn forget(&self, journal: &Journal) -> Result<(), CommandError> {
        Ok(self.context.world.files.remove_all_of(&self.path(journal))?)
    }
}

fn not_ours(path: &Path, why: &str) -> CommandError {
    let message = format!("{}, where rotations of access keys are written down: {why}", path.display());
    CommandError::new(ErrorKind::Configuration, message)
        .hint("a newer keyfob may have written it; if it is none of keyfob's, move it away")
}
