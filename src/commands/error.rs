//! What went wrong, as a person is told.

use std::io;

use crate::config::edit::EditError;
use crate::config::name::NameError;
use crate::world::files::FileError;
use crate::world::lock::LockError;
use crate::world::paths::NoHome;
use crate::world::terminal::AskError;

use super::output::QueryError;

/// The one user-facing error: a kind, a message, and what to type next.
#[derive(Debug)]
pub struct CommandError {
    kind: ErrorKind,
    message: String,
    reasons: Vec<String>,
    hints: Vec<String>,
}

/// What sort of failure it is; alone picks the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// `configure get` found nothing.
    Nothing,
    /// `configure mfa-login` failed: the AWS CLI ends with 1 there.
    Failed,
    /// The reader of our output went away. Not a failure.
    OutputClosed,
    /// Ctrl-C.
    Interrupted,
    /// The command line is wrong.
    Usage,
    /// Configuration or credentials are missing or unusable.
    Configuration,
    /// Nothing at all is configured.
    NoCredentials,
    /// One of the two shared files cannot be read, or lacks the chosen profile or half a key. The
    /// AWS CLI ends with its general code here.
    SharedFiles,
    /// The keys themselves say that they are over; the AWS CLI ends as above.
    Expired,
    /// Nobody is signed in, or the sign-in is over; the AWS CLI ends as above.
    NotSignedIn,
    /// AWS answered with an error.
    Service,
    /// `exec`: there is no such command.
    NoCommand,
    /// `exec`: the command is there and cannot be run.
    NotExecutable,
    /// Anything else.
    Other,
}

impl ErrorKind {
    /// The exit code. In a command that AWS CLI v2 has too, files it cannot parse and profiles it
    /// cannot find end with 255, as there.
    pub fn exit_code(self, mirrored: bool) -> u8 {
        match self {
            Self::OutputClosed => 0,
            Self::Nothing | Self::Failed => 1,
            Self::NotExecutable => 126,
            Self::NoCommand => 127,
            Self::Interrupted => 130,
            Self::Usage => 252,
            Self::SharedFiles | Self::Expired | Self::NotSignedIn if mirrored => 255,
            Self::Configuration | Self::NoCredentials | Self::SharedFiles | Self::Expired | Self::NotSignedIn => 253,
            Self::Service => 254,
            Self::Other => 255,
        }
    }
}

impl CommandError {
    /// An error of `kind` that says `message`.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), reasons: Vec::new(), hints: Vec::new() }
    }

    /// Nothing was found, and there is nothing to say about it.
    pub fn nothing() -> Self {
        Self::new(ErrorKind::Nothing, "")
    }

    /// Writing to standard output failed.
    pub fn from_output(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::new(ErrorKind::OutputClosed, ""),
            _ => Self::new(ErrorKind::Other, format!("cannot write to standard output: {error}")),
        }
    }

    /// Adds why it is likely to be so.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reasons.push(reason.into());
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same error as another kind.
    #[must_use]
    pub fn of_kind(mut self, kind: ErrorKind) -> Self {
        self.kind = kind;
        self
    }

    /// The same error with `prefix` in front of its message.
    #[must_use]
    pub fn prefixed(mut self, prefix: &str) -> Self {
        self.message.insert_str(0, prefix);
        self
    }

    /// What sort of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What went wrong; empty when the exit code says it all.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Why it is likely to be so, where the message leaves that open.
    pub fn reasons(&self) -> &[String] {
        &self.reasons
    }

    /// What to do next, an order each.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }
}

impl From<FileError> for CommandError {
    fn from(error: FileError) -> Self {
        let hint = match &error {
            FileError::NotAFile { .. } => "name a file with AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE".to_owned(),
            FileError::KeepsChanging { .. } => "run it again when that program is done".to_owned(),
            FileError::TooLarge { .. } => "check that the path names the right file".to_owned(),
            FileError::ReadOnly { path } => format!("if it is meant to change: chmod u+w {}", path.display()),
            FileError::LinkLoop { .. } => "mend the link; `ls -l` shows where it leads".to_owned(),
            FileError::Lock(LockError::Busy { .. }) => {
                "run it again when that process is done; `lock_wait` in ~/.aws/keyfob/settings sets how long to wait"
                    .to_owned()
            }
            FileError::Lock(LockError::Io { source, .. }) | FileError::Io { source, .. } => match source.kind() {
                io::ErrorKind::PermissionDenied => "check who owns the file and its folder: `ls -ld`".to_owned(),
                io::ErrorKind::ResourceBusy => {
                    "a file that is mounted by itself cannot be replaced; mount its folder instead".to_owned()
                }
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    "the file is as it was; free some space and run it again".to_owned()
                }
                _ => return Self::new(ErrorKind::Other, error.to_string()),
            },
        };
        Self::new(ErrorKind::Other, error.to_string()).hint(hint)
    }
}

impl From<NoHome> for CommandError {
    fn from(error: NoHome) -> Self {
        Self::new(ErrorKind::Configuration, error.to_string())
            .hint("set HOME, or AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE")
    }
}

impl CommandError {
    /// A profile that neither file has.
    pub fn no_profile(message: String) -> Self {
        Self::new(ErrorKind::SharedFiles, message).hint("keyfob configure list-profiles shows those there are")
    }
}

impl From<EditError> for CommandError {
    fn from(error: EditError) -> Self {
        let said = Self::new(ErrorKind::Other, error.to_string());
        match error {
            EditError::TwoSpellings(..) | EditError::NotReadBack(_) => {
                said.hint("keyfob configure validate shows what stands in the way")
            }
            EditError::Exists(_) => said.hint("choose another name, or delete that profile first"),
            EditError::LineEnd(_) => said.hint("give it on one line"),
            EditError::BadName(..) => said.hint("choose another name"),
        }
    }
}

impl From<NameError> for CommandError {
    fn from(error: NameError) -> Self {
        let (kind, hint) = match &error {
            NameError::NoKey(_) => (ErrorKind::Other, "write profile.PROFILE.KEY or default.KEY"),
            NameError::TooManyParts(_) => (ErrorKind::Usage, "write KEY or KEY.SUBKEY"),
            NameError::BadKey(..) => (ErrorKind::Usage, "a key looks like `region` or `s3.addressing_style`"),
        };
        Self::new(kind, error.to_string()).hint(hint)
    }
}

impl From<QueryError> for CommandError {
    fn from(error: QueryError) -> Self {
        let kind = match &error {
            QueryError::Refused { .. } => ErrorKind::Usage,
            QueryError::Failed { .. } => ErrorKind::Other,
        };
        Self::new(kind, error.to_string()).hint("put it in quotes; https://jmespath.org describes the language")
    }
}

impl From<AskError> for CommandError {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Interrupted => Self::new(ErrorKind::Interrupted, ""),
            AskError::NoTerminal | AskError::Io(_) => Self::new(ErrorKind::Other, error.to_string()),
        }
    }
}

impl From<clap::Error> for CommandError {
    fn from(error: clap::Error) -> Self {
        Self::new(ErrorKind::Usage, error.to_string())
    }
}
