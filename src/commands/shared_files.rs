//! Both shared files from the disk, and their names as a person knows them.

use zeroize::Zeroize;

use super::{CommandError, Context, ErrorKind};
use crate::config::document::{Problem, decode};
use crate::config::shared::SharedConfig;
use crate::config::{FileKind, Origin};
use crate::world::paths::{self, Place};

/// What was read of the two files. The credentials are wiped when dropped.
#[derive(Debug)]
pub struct SharedFiles {
    config: Loaded,
    credentials: Loaded,
}

struct Loaded {
    place: Place,
    bytes: Vec<u8>,
}

impl std::fmt::Debug for Loaded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} bytes)", self.place.shown, self.bytes.len())
    }
}

impl Drop for SharedFiles {
    fn drop(&mut self) {
        self.credentials.bytes.zeroize();
    }
}

impl SharedFiles {
    pub(super) fn read(context: &Context) -> Result<Self, CommandError> {
        let load = |place: Place| {
            let unusable = |error| CommandError::from(error).of_kind(ErrorKind::SharedFiles);
            let bytes = context.world.files.read(&place.path).map_err(unusable)?;
            let size = bytes.as_ref().map(Vec::len);
            context.ui.debug(|| match size {
                Some(size) => format!("{}: {size} bytes", place.path.display()),
                None => format!("{}: no such file", place.path.display()),
            });
            Ok::<_, CommandError>(Loaded { place, bytes: bytes.unwrap_or_default() })
        };
        Ok(Self {
            config: load(paths::config_file(&context.world.env)?)?,
            credentials: load(paths::credentials_file(&context.world.env)?)?,
        })
    }

    /// The files, parsed.
    ///
    /// # Errors
    /// The first problem that makes a file unreadable to every AWS tool, with file and line.
    pub fn parse(&self) -> Result<SharedConfig<'_>, CommandError> {
        let text = |file| self.text(file).map_err(|problem| unreadable(self.place(file), problem));
        let shared = SharedConfig::parse(text(FileKind::Config)?, text(FileKind::Credentials)?);
        for file in [FileKind::Config, FileKind::Credentials] {
            shared.document(file).check().map_err(|problem| unreadable(self.place(file), problem))?;
        }
        Ok(shared)
    }

    /// The text of `file`.
    ///
    /// # Errors
    /// What makes it no text, with its line.
    pub fn text(&self, file: FileKind) -> Result<&str, Problem> {
        decode(match file {
            FileKind::Config => &self.config.bytes,
            FileKind::Credentials => &self.credentials.bytes,
        })
    }

    /// Where `file` is.
    pub fn place(&self, file: FileKind) -> &Place {
        match file {
            FileKind::Config => &self.config.place,
            FileKind::Credentials => &self.credentials.place,
        }
    }

    /// `~/.aws/config:12`
    pub fn show(&self, origin: Origin) -> String {
        format!("{}:{}", self.place(origin.file).shown, origin.line)
    }
}

/// The error for a file that no AWS tool reads.
pub(super) fn unreadable(place: &Place, problem: Problem) -> CommandError {
    let message = format!("{}:{}: {}", place.path.display(), problem.line, problem.kind);
    let validate = "keyfob configure validate lists every problem in both files";
    CommandError::new(ErrorKind::SharedFiles, message).hint(problem.kind.advice()).hint(validate)
}
