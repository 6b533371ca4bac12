//! AWS's two shared files: read as the AWS CLI reads them, edited without losing a byte.
//!
//! Pure: text and values in, text and values out, errors with file and line.
//!
//! - [`document`]: one file as a lossless list of lines, and what each line means
//! - [`header`]: what a section header names; how a name is written as one
//! - [`shared`]: both files merged into profiles, sso-sessions and services
//! - [`profile`]: these with their settings by name
//! - [`name`]: the dotted names of `configure get` and `set`
//! - [`edit`]: text in, text out: set, unset, delete, rename, copy
//! - [`preview`]: what an edit would change, as a diff without secrets
//! - [`validate`]: every problem in both files, and what the SDKs make of it
//! - [`csv`]: the console's access key download
//! - [`settings`]: keyfob's own settings file

pub mod csv;
pub mod document;
pub mod edit;
pub mod header;
pub mod name;
pub mod preview;
pub mod profile;
pub mod settings;
pub mod shared;
pub mod sso;
pub mod validate;

/// The keys that belong in the credentials file (AWS CLI, `configure set`).
pub const CREDENTIAL_KEYS: [&str; 4] =
    ["aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token"];

/// The keys among them whose value is a secret.
pub const SECRET_KEYS: [&str; 3] = ["aws_secret_access_key", "aws_session_token", "aws_security_token"];

/// One of the two shared files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// `~/.aws/config`
    Config,
    /// `~/.aws/credentials`
    Credentials,
}

/// A line of one of the two files: where a value was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The file.
    pub file: FileKind,
    /// The line, counted from 1.
    pub line: usize,
}
