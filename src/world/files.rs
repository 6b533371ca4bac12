//! Reading files, and the door to the one function that replaces them ([`Files::update`]).

use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::interrupt::Interrupt;
use super::lock::{Holder, Lock, LockError, Wait, beside};
use super::store;

/// The file system.
#[derive(Debug)]
pub struct Files {
    interrupt: Interrupt,
}

/// Why a file could not be read or replaced.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// A folder, fifo, socket or device stands where a file should.
    #[error("{} is {what}, not a file", path.display())]
    NotAFile {
        /// The path as opened.
        path: PathBuf,
        /// `a folder`, `a fifo`, …
        what: &'static str,
    },
    /// Larger than any file of settings or credentials.
    #[error("{} is larger than {} MiB, so it is not an AWS file", path.display(), LARGEST_FILE / 1024 / 1024)]
    TooLarge {
        /// The path as opened.
        path: PathBuf,
    },
    /// The file may not be written.
    #[error("{} is read-only", path.display())]
    ReadOnly {
        /// The path with links followed.
        path: PathBuf,
    },
    /// Another program writes to it all the while.
    #[error("{} keeps changing: another program is writing to it", path.display())]
    KeepsChanging {
        /// The path with links followed.
        path: PathBuf,
    },
    /// Links that lead to each other.
    #[error("{}: too many levels of symbolic links", path.display())]
    LinkLoop {
        /// The path as given.
        path: PathBuf,
    },
    /// The lock was not had.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The system refused.
    #[error("cannot {what} {}: {source}", path.display())]
    Io {
        /// `read`, `write`, …
        what: &'static str,
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl FileError {
    /// The process that kept the lock for the whole wait.
    pub fn holder(&self) -> Option<&Holder> {
        match self {
            Self::Lock(LockError::Busy { holder, .. }) => Some(holder),
            _ => None,
        }
    }

    /// Whether another keyfob process kept the lock for the whole wait.
    pub fn is_busy(&self) -> bool {
        self.holder().is_some()
    }
}

/// Room for millions of profiles, and offsets into it fit in 32 bits.
const LARGEST_FILE: usize = 1024 * 1024 * 1024;

/// Up to here a buffer is cleared before it is read into; for more that costs more than a system call.
const SMALL_FILE: usize = 64 * 1024;

/// How often another program may change a file under our hands before we give up.
const MOST_TRIES: usize = 10;

/// What [`Files::update`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Updated {
    /// The file's mode bits afterwards, so that a caller can warn of a loose one. `None`: no file.
    pub mode: Option<u32>,
    /// Whether the file was replaced.
    pub changed: bool,
}

impl Files {
    /// Files whose replacement an interrupt waits for.
    pub fn new(interrupt: Interrupt) -> Self {
        Self { interrupt }
    }

    /// The bytes of `path`; `None` when nothing is there, or `/dev/null` stands for nothing.
    /// Never blocks on a fifo or a device.
    pub fn read(&self, path: &Path) -> Result<Option<Vec<u8>>, FileError> {
        let fail = |source: io::Error| match source.raw_os_error() {
            Some(code) if code == nix::errno::Errno::ELOOP as i32 => FileError::LinkLoop { path: path.to_owned() },
            _ => FileError::Io { what: "read", path: path.to_owned(), source },
        };
        let flags = nix::fcntl::OFlag::O_NONBLOCK.bits();
        let mut file = match OpenOptions::new().read(true).custom_flags(flags).open(path) {
            Ok(file) => file,
            Err(error) if is_nowhere(&error) => return Ok(None),
            // A socket cannot be opened at all.
            Err(error) => return Err(not_a_file(path).unwrap_or_else(|| fail(error))),
        };
        let about = file.metadata().map_err(fail)?;
        if !about.is_file() {
            return match std::fs::metadata("/dev/null") {
                Ok(null) if about.file_type().is_char_device() && null.rdev() == about.rdev() => Ok(None),
                _ => Err(FileError::NotAFile { path: path.to_owned(), what: kind(&about) }),
            };
        }
        let too_large = || FileError::TooLarge { path: path.to_owned() };
        let size = usize::try_from(about.len()).ok().filter(|size| *size <= LARGEST_FILE).ok_or_else(too_large)?;
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(size + 1).map_err(|_| too_large())?;
        if size <= SMALL_FILE {
            // One byte more than there should be: a read that leaves it empty has seen the end, and
            // spares the next one. Small files are what every run reads.
            bytes.resize(size + 1, 0);
            let read = loop {
                match file.read(&mut bytes) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    read => break read.map_err(fail)?,
                }
            };
            bytes.truncate(read);
            if read == size && size > 0 {
                return Ok(Some(bytes));
            }
        }
        // It may grow while it is read.
        (&mut file).take(LARGEST_FILE as u64 + 1).read_to_end(&mut bytes).map_err(fail)?;
        if bytes.len() > LARGEST_FILE {
            return Err(too_large());
        }
        // Half a file is worse than none: an edit of it would lose the rest.
        if bytes.len() < size {
            return Err(FileError::KeepsChanging { path: path.to_owned() });
        }
        Ok(Some(bytes))
    }

    /// Replaces a state file: takes its lock, reads it, lets `edit` say what shall be in it
    /// (`None`: leave it as it is), and puts that in its place in one step.
    ///
    /// The new bytes are written to a file in the same folder, flushed to disk and read back
    /// before they take the name; the folder is flushed after. Mode and owner are kept; a new file
    /// has mode 0600, a new folder 0700, under any umask. A symbolic link is followed and kept. A
    /// read-only file is refused. Whatever fails, the file is exactly the old or the new one. When
    /// another program, which knows nothing of the lock, changes the file meanwhile, `edit` is asked
    /// again about what is there then.
    pub fn update<E: From<FileError>>(
        &self,
        path: &Path,
        wait: &Wait<'_>,
        mut edit: impl FnMut(Option<&[u8]>) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<Updated, E> {
        self.interrupt.arm();
        // Declared first, so dropped last: an interrupt that came meanwhile ends the process only
        // when the lock is released again.
        let _deferred;
        let slot = store::Slot::lock(path, wait)?;
        _deferred = self.interrupt.defer();
        for _ in 0..MOST_TRIES {
            let stamp = slot.stamp()?;
            let old = self.read(slot.target())?;
            let Some(new) = edit(old.as_deref())? else {
                return Ok(Updated { mode: slot.mode(), changed: false });
            };
            slot.check_writable()?;
            let changed = old.as_ref() != Some(&new);
            if !changed || slot.replace(&new, stamp)? {
                return Ok(Updated { mode: slot.mode(), changed });
            }
        }
        Err(FileError::KeepsChanging { path: slot.target().to_owned() }.into())
    }

    /// Stores a cache entry: as [`Files::update`], and readable by nobody else whatever mode the file
    /// had.
    pub fn store(&self, path: &Path, wait: &Wait<'_>, bytes: &[u8]) -> Result<(), FileError> {
        if self.mode(path).is_some_and(|mode| mode & 0o077 != 0) {
            let tight = std::fs::Permissions::from_mode(0o600);
            let set = std::fs::set_permissions(path, tight);
            set.map_err(|source| FileError::Io { what: "close to others", path: path.to_owned(), source })?;
        }
        self.update::<FileError>(path, wait, |_| Ok(Some(bytes.to_owned()))).map(drop)
    }

    /// Fails where `size` bytes could not be stored in `path`: it may not be replaced, or there is no room. To
    /// be asked under the lock, before something is spent that cannot be had again.
    pub fn check_room(&self, path: &Path, size: usize) -> Result<(), FileError> {
        let _deferred = self.interrupt.defer();
        store::check_room(&store::follow(path)?, size)
    }

    /// Makes `folder` for nobody else, and those above it that are missing. One that is open to others is closed to them.
    pub fn close_folder(&self, folder: &Path) -> Result<(), FileError> {
        store::make_folders(folder)?;
        let fail = |source| FileError::Io { what: "close to others", path: folder.to_owned(), source };
        let mode = std::fs::metadata(folder).map_err(fail)?.mode();
        match mode & 0o077 {
            0 => Ok(()),
            _ => std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).map_err(fail),
        }
    }

    /// Takes the lock on renewing what is in `path`, making its folder.
    pub fn lock_renewal(&self, path: &Path, wait: &Wait<'_>) -> Result<Lock, FileError> {
        // A limit on the size of files shall be an error, not the end.
        self.interrupt.arm();
        store::make_folders(path.parent().unwrap_or(path))?;
        Ok(Lock::take_renewal(path, wait)?)
    }

    /// Fails as [`Files::update`] would for a file that may not be replaced; touches nothing. For
    /// commands that write two files: better to know before the first.
    pub fn check_writable(&self, path: &Path) -> Result<(), FileError> {
        store::check_writable(&store::follow(path)?)
    }

    /// The permission bits of `path`, if it is there.
    pub fn mode(&self, path: &Path) -> Option<u32> {
        std::fs::metadata(path).ok().map(|about| about.mode() & 0o7777)
    }

    /// The names of what is in `folder`, sorted; none where there is no such folder.
    pub fn list(&self, folder: &Path) -> Result<Vec<String>, FileError> {
        let fail = |source| FileError::Io { what: "list", path: folder.to_owned(), source };
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if is_nowhere(&error) => return Ok(Vec::new()),
            Err(error) => return Err(fail(error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            // A name that is no text is none of AWS's.
            names.extend(entry.map_err(fail)?.file_name().into_string());
        }
        names.sort();
        Ok(names)
    }

    /// Removes `path`, if it is there.
    pub fn remove(&self, path: &Path) -> Result<(), FileError> {
        match std::fs::remove_file(path) {
            Err(error) if !is_nowhere(&error) => {
                Err(FileError::Io { what: "remove", path: path.to_owned(), source: error })
            }
            _ => Ok(()),
        }
    }

    /// Removes `path`, if it is there, and what a killed write of it has left. For files that only this process writes
    /// now: another's write would be lost.
    pub fn remove_all_of(&self, path: &Path) -> Result<(), FileError> {
        self.remove(path)?;
        self.remove(&beside(path, "new"))
    }

    /// Whether anything is at `path`.
    pub fn exists(&self, path: &Path) -> bool {
        path.exists()
    }
}

/// Nothing is there, or what should be a folder on the way is none (`HOME=/dev/null`).
fn is_nowhere(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn not_a_file(path: &Path) -> Option<FileError> {
    let about = std::fs::metadata(path).ok()?;
    (!about.is_file()).then(|| FileError::NotAFile { path: path.to_owned(), what: kind(&about) })
}

pub(super) fn kind(about: &std::fs::Metadata) -> &'static str {
    let kind = about.file_type();
    if kind.is_dir() {
        "a folder"
    } else if kind.is_fifo() {
        "a fifo"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}
