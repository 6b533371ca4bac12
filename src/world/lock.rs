//! The advisory lock that every keyfob process takes before it replaces a file.
//!
//! The lock file stands beside the file it guards, so that all who reach the file by whatever path
//! or link share it. It is a `flock` and ends with its process; the lock file is removed on
//! release, and one that a killed process left behind is taken over.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long to wait for a lock, who asks for it, and who hears that we wait.
pub struct Wait<'a> {
    /// The longest wait before giving up.
    pub limit: Duration,
    /// What this process does, for those who wait for it: `configure set`.
    pub purpose: &'a str,
    /// Called once, with the holder, when the wait is long enough for a person to notice.
    pub notice: &'a dyn Fn(&Holder),
}

/// The process that holds a lock, as far as it said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder(String);

impl Holder {
    /// What it does, in its words.
    pub fn purpose(&self) -> &str {
        self.0.split_once(' ').map_or("", |(_, purpose)| purpose)
    }
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.split_once(' ') {
            Some((pid, purpose)) => write!(f, "keyfob {purpose} (process {pid})"),
            None => f.write_str("another keyfob process"),
        }
    }
}

/// Why a lock was not had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process kept it for the whole wait.
    #[error("waited {} s for {holder} to finish with {}", limit.as_secs(), path.display())]
    Busy {
        /// The file that is guarded.
        path: PathBuf,
        /// Who holds it.
        holder: Holder,
        /// How long was waited.
        limit: Duration,
    },
    /// The lock file could not be made or locked.
    #[error("cannot lock {}: {source}", path.display())]
    Io {
        /// The file that is guarded.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// A held lock; dropping it releases it.
#[derive(Debug)]
pub struct Lock {
    _file: File,
    lock_path: PathBuf,
    /// Whether another process held it when it was first asked for.
    pub waited: bool,
}

const NOTICE_AFTER: Duration = Duration::from_secs(1);
const LONGEST_NAP: Duration = Duration::from_millis(20);

impl Lock {
    /// Takes the lock that guards `target` (a path without links, in an existing folder).
    pub fn take(target: &Path, wait: &Wait<'_>) -> Result<Self, LockError> {
        Self::take_as(target, "lock", wait)
    }

    /// Takes the lock that guards the renewal of what is in `target`: held while AWS is asked, where
    /// [`Lock::take`] is held only while the file is replaced.
    pub fn take_renewal(target: &Path, wait: &Wait<'_>) -> Result<Self, LockError> {
        Self::take_as(target, "renewal", wait)
    }

    fn take_as(target: &Path, role: &str, wait: &Wait<'_>) -> Result<Self, LockError> {
        let lock_path = beside(target, role);
        let started = Instant::now();
        let mut nap = Duration::from_millis(1);
        let (mut waited_once, mut noticed) = (false, false);
        loop {
            let fail = |source| LockError::Io { path: target.to_owned(), source };
            let mut file = open(&lock_path).map_err(fail)?;
            match file.try_lock() {
                Ok(()) => {
                    // The former holder removes its lock file: a lock on a removed one guards nothing.
                    if is_current(&file, &lock_path).map_err(fail)? {
                        // Who holds it is a courtesy to those who wait; a full disk must not stop us.
                        let _ = file.set_len(0);
                        let _ = write!(file, "{} {}", std::process::id(), wait.purpose);
                        return Ok(Self { _file: file, lock_path, waited: waited_once });
                    }
                }
                Err(TryLockError::WouldBlock) => waited_once = true,
                Err(TryLockError::Error(source)) if source.kind() == io::ErrorKind::Interrupted => continue,
                Err(TryLockError::Error(source)) => return Err(fail(source)),
            }
            let waited = started.elapsed();
            if waited >= wait.limit {
                let holder = holder(&mut file);
                return Err(LockError::Busy { path: target.to_owned(), holder, limit: wait.limit });
            }
            if waited >= NOTICE_AFTER && !noticed {
                noticed = true;
                (wait.notice)(&holder(&mut file));
            }
            std::thread::sleep(nap);
            nap = (nap * 2).min(LONGEST_NAP);
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Still held here, so nobody else's lock file is removed. If it stays, the next run takes it over.
        let _ = std::fs::remove_file(&self.lock_path);
    }
}

/// The hidden companion of `target`: `credentials` has `.credentials.keyfob-lock`.
pub(super) fn beside(target: &Path, role: &str) -> PathBuf {
    let name = target.file_name().unwrap_or_default();
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(".keyfob-");
    hidden.push(role);
    target.with_file_name(hidden)
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(nix::fcntl::OFlag::O_NOFOLLOW.bits())
        .open(path)
}

fn is_current(file: &File, path: &Path) -> io::Result<bool> {
    let held = file.metadata()?;
    match std::fs::symlink_metadata(path) {
        Ok(named) => Ok(held.ino() == named.ino() && held.dev() == named.dev()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn holder(file: &mut File) -> Holder {
    let mut text = String::new();
    // An unreadable name is an unknown holder.
    let _ = file.take(200).read_to_string(&mut text);
    Holder(text.chars().filter(|c| !c.is_control()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(limit: u64) -> Wait<'static> {
        Wait { limit: Duration::from_millis(limit), purpose: "configure set", notice: &|_| {} }
    }

    #[test]
    fn the_second_waits_and_is_told_for_whom() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("config");
        let held = Lock::take(&target, &wait(0)).unwrap();
        let error = Lock::take(&target, &wait(30)).unwrap_err().to_string();
        let pid = std::process::id();
        assert!(error.contains(&format!("keyfob configure set (process {pid})")), "{error}");
        drop(held);
        drop(Lock::take(&target, &wait(0)).unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_lock_file_left_behind_is_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("config");
        std::fs::write(beside(&target, "lock"), "4194303 configure import").unwrap();
        Lock::take(&target, &wait(0)).unwrap();
    }

    #[test]
    fn many_threads_take_turns() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("config");
        let inside = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        let lock = Lock::take(&target, &wait(20_000)).unwrap();
                        assert_eq!(inside.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0);
                        inside.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                        drop(lock);
                    }
                });
            }
        });
    }
}
