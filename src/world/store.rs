//! Replacing one file under its lock: the steps behind [`super::files::Files::update`].

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use super::files::{FileError, kind};
use super::lock::{Lock, Wait, beside};

/// Links a system follows before it gives up (Linux: 40).
const MOST_LINKS: usize = 40;

/// Inode, size and time of the last change; `None`: no file.
pub(super) type Stamp = Option<(u64, u64, i64, i64)>;

/// A file that this process alone may replace for now.
pub(super) struct Slot {
    target: PathBuf,
    _lock: Lock,
}

impl Slot {
    /// Follows links, makes missing folders, and takes the lock.
    pub(super) fn lock(path: &Path, wait: &Wait<'_>) -> Result<Self, FileError> {
        let target = follow(path)?;
        // No lock file beside a device: nothing there can be replaced.
        refuse_other_than_file(&target)?;
        make_folders(folder(&target))?;
        let lock = Lock::take(&target, wait)?;
        // What a killed process left is nobody's now. If it cannot go, `replace` says why.
        let _ = fs::remove_file(beside(&target, "new"));
        Ok(Self { target, _lock: lock })
    }

    /// What tells one state of the file from another.
    pub(super) fn stamp(&self) -> Result<Stamp, FileError> {
        match fs::metadata(&self.target) {
            Ok(about) => Ok(Some((about.ino(), about.len(), about.mtime(), about.mtime_nsec()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed("reach", error)),
        }
    }

    pub(super) fn target(&self) -> &Path {
        &self.target
    }

    pub(super) fn mode(&self) -> Option<u32> {
        fs::metadata(&self.target).ok().map(|about| about.mode() & 0o7777)
    }

    pub(super) fn check_writable(&self) -> Result<(), FileError> {
        check_writable(&self.target)
    }

    /// Puts `bytes` in the file's place, whole or not at all. `Ok(false)`: another program has
    /// changed the file since `stamp`, and it was left alone.
    pub(super) fn replace(&self, bytes: &[u8], stamp: Stamp) -> Result<bool, FileError> {
        // One name, not a random one: only the holder of the lock writes it, so what a killed
        // process left is found and replaced by the next, and no copy of a secret lies about.
        let temporary = beside(&self.target, "new");
        remove_leftover(&temporary)?;
        let written = self.write_beside(&temporary, bytes).and_then(|()| {
            if self.stamp()? != stamp {
                return Ok(false);
            }
            fs::rename(&temporary, &self.target).map(|()| true).map_err(|source| self.failed("replace", source))
        });
        if !matches!(written, Ok(true)) {
            // The old file stands; what is left of the new one has no reader.
            let _ = fs::remove_file(&temporary);
            return written;
        }
        let synced = File::open(folder(&self.target)).and_then(|folder| folder.sync_all());
        synced.map(|()| true).map_err(|source| self.failed("confirm on disk", source))
    }

    fn write_beside(&self, temporary: &Path, bytes: &[u8]) -> Result<(), FileError> {
        let fail = |source| self.failed("write", source);
        let mut file =
            OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(temporary).map_err(fail)?;
        let mode = match fs::metadata(&self.target) {
            Ok(old) => {
                let new = file.metadata().map_err(fail)?;
                if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
                    fchown(&file, Some(old.uid()), Some(old.gid()))
                        .map_err(|source| self.failed("keep the owner of", source))?;
                }
                old.mode() & 0o7777
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0o600,
            Err(error) => return Err(fail(error)),
        };
        file.set_permissions(Permissions::from_mode(mode)).map_err(fail)?;
        file.write_all(bytes).map_err(fail)?;
        file.sync_all().map_err(fail)?;
        // A disk that took fewer bytes than it said must not cost the old file.
        let mut back = Vec::with_capacity(bytes.len());
        file.rewind().and_then(|()| file.read_to_end(&mut back)).map_err(fail)?;
        if back != bytes {
            return Err(fail(io::Error::other("the disk does not hold what was written")));
        }
        Ok(())
    }

    fn failed(&self, what: &'static str, source: io::Error) -> FileError {
        FileError::Io { what, path: self.target.clone(), source }
    }
}

/// The file that `path` leads to when its last part is a link, to something there or not.
pub(super) fn follow(path: &Path) -> Result<PathBuf, FileError> {
    let mut at = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::symlink_metadata(&at) {
            Ok(about) if about.file_type().is_symlink() => {}
            Ok(_) => return Ok(at),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(at),
            Err(source) => return Err(FileError::Io { what: "reach", path: at, source }),
        }
        let next = fs::read_link(&at).map_err(|source| FileError::Io { what: "follow", path: at.clone(), source })?;
        at = folder(&at).join(next);
    }
    Err(FileError::LinkLoop { path: path.to_owned() })
}

/// Refuses what may not be replaced. Root may write to anything, so the mode bits are asked too.
pub(super) fn check_writable(target: &Path) -> Result<(), FileError> {
    let read_only = || FileError::ReadOnly { path: target.to_owned() };
    match refuse_other_than_file(target)? {
        None => return Ok(()),
        Some(about) if about.permissions().readonly() => return Err(read_only()),
        Some(_) => {}
    }
    match OpenOptions::new().write(true).open(target) {
        Ok(_) => Ok(()),
        Err(error) if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) => {
            Err(read_only())
        }
        Err(source) => Err(FileError::Io { what: "write", path: target.to_owned(), source }),
    }
}

/// Writes `size` bytes beside `target`, and takes them away again.
pub(super) fn check_room(target: &Path, size: usize) -> Result<(), FileError> {
    check_writable(target)?;
    let failed = |what, source| FileError::Io { what, path: target.to_owned(), source };
    let room = beside(target, "room");
    remove_leftover(&room)?;
    let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&room).and_then(|mut file| {
        file.write_all(&vec![0; size])?;
        file.sync_all()
    });
    let removed = remove_leftover(&room);
    written.map_err(|source| failed("write", source))?;
    removed
}

/// What is known of the file, `None` when there is none.
fn refuse_other_than_file(target: &Path) -> Result<Option<fs::Metadata>, FileError> {
    match fs::metadata(target) {
        Ok(about) if about.is_file() => Ok(Some(about)),
        Ok(about) => Err(FileError::NotAFile { path: target.to_owned(), what: kind(&about) }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(FileError::Io { what: "reach", path: target.to_owned(), source }),
    }
}

fn remove_leftover(temporary: &Path) -> Result<(), FileError> {
    match fs::remove_file(temporary) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(FileError::Io { what: "remove", path: temporary.to_owned(), source })
        }
        _ => Ok(()),
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

pub(super) fn make_folders(path: &Path) -> Result<(), FileError> {
    if path.is_dir() {
        return Ok(());
    }
    let fail = |source| FileError::Io { what: "make the folder", path: path.to_owned(), source };
    let parent = folder(path);
    if parent != path && parent != Path::new(".") {
        make_folders(parent)?;
    }
    match fs::DirBuilder::new().mode(0o700).create(path) {
        // The umask may have taken bits away that the owner needs.
        Ok(()) => fs::set_permissions(path, Permissions::from_mode(0o700)).map_err(fail),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(source) => Err(fail(source)),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::time::Duration;

    use super::*;
    use crate::world::files::Files;
    use crate::world::interrupt::Interrupt;

    fn update(path: &Path, text: &str) -> Result<(), FileError> {
        let wait = Wait { limit: Duration::from_secs(5), purpose: "test", notice: &|_| {} };
        let files = Files::new(Interrupt::default());
        files.update(path, &wait, |_| Ok::<_, FileError>(Some(text.into()))).map(|_| ())
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o7777
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn new_files_and_folders_are_for_the_owner_alone() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a/b/config");
        update(&path, "x").unwrap();
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        assert_eq!(mode(&root.path().join("a")), 0o700);
        assert_eq!(names(&root.path().join("a/b")), ["config"]);
    }

    #[test]
    fn mode_links_and_leftovers() {
        let root = tempfile::tempdir().unwrap();
        let real = root.path().join("real");
        fs::create_dir(&real).unwrap();
        fs::write(real.join("config"), "old").unwrap();
        fs::set_permissions(real.join("config"), Permissions::from_mode(0o640)).unwrap();
        fs::write(real.join(".config.keyfob-new"), "left by a killed process").unwrap();
        symlink("real/config", root.path().join("second")).unwrap();
        symlink(root.path().join("second"), root.path().join("first")).unwrap();
        update(&root.path().join("first"), "new").unwrap();
        assert!(fs::symlink_metadata(root.path().join("first")).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(real.join("config")).unwrap(), "new");
        assert_eq!(mode(&real.join("config")), 0o640);
        assert_eq!(names(&real), ["config"]);
    }

    #[test]
    fn a_link_to_nothing_makes_the_file_it_names() {
        let root = tempfile::tempdir().unwrap();
        symlink("dot/aws", root.path().join("config")).unwrap();
        update(&root.path().join("config"), "new").unwrap();
        assert_eq!(fs::read_to_string(root.path().join("dot/aws")).unwrap(), "new");
    }

    #[test]
    fn what_is_not_a_writable_file_is_refused_and_stays() {
        let root = tempfile::tempdir().unwrap();
        let read_only = root.path().join("config");
        fs::write(&read_only, "old").unwrap();
        fs::set_permissions(&read_only, Permissions::from_mode(0o400)).unwrap();
        let error = update(&read_only, "new").unwrap_err();
        assert!(error.to_string().contains("read-only"), "{error}");
        assert_eq!(fs::read_to_string(&read_only).unwrap(), "old");
        assert!(update(root.path(), "x").unwrap_err().to_string().contains("a folder"));
        symlink("loop", root.path().join("loop")).unwrap();
        let error = update(&root.path().join("loop"), "x").unwrap_err();
        assert!(error.to_string().contains("symbolic links"), "{error}");
        let fifo = root.path().join("fifo");
        nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert!(update(&fifo, "x").unwrap_err().to_string().contains("a fifo"));
    }

    #[test]
    fn a_change_by_another_program_meanwhile_is_not_lost() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("config");
        fs::write(&path, "old").unwrap();
        let wait = Wait { limit: Duration::from_secs(5), purpose: "test", notice: &|_| {} };
        let mut asked = 0;
        let edit = |old: Option<&[u8]>| {
            asked += 1;
            if asked == 1 {
                fs::write(&path, "theirs").unwrap();
            }
            Ok::<_, FileError>(Some([old.unwrap(), b" and ours"].concat()))
        };
        Files::new(Interrupt::default()).update(&path, &wait, edit).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs and ours");
        assert_eq!((asked, names(root.path())), (2, vec!["config".to_owned()]));
    }

    #[test]
    fn dev_null_reads_as_no_file() {
        let files = Files::new(Interrupt::default());
        assert_eq!(files.read(Path::new("/dev/null")).unwrap(), None);
        assert!(files.read(Path::new("/dev/zero")).is_err());
    }
}
