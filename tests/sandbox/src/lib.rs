//! The sandbox: a scratch home in which keyfob works without an AWS account.
//!
//! Tests use it in process ([`Home`], [`server::Server`]); a person opens a shell in it with `cargo run -p sandbox`, and
//! a test in another language starts the server with `cargo run -p sandbox -- serve`.
//! Nothing of the person's own environment that AWS tools read gets in.

pub mod account;
pub mod console;
mod container;
mod encoding;
pub mod iam;
pub mod identity_center;
mod imds;
mod input;
mod issue;
mod oidc;
mod page;
mod permission;
mod portal;
mod query;
pub mod saml;
pub mod server;
pub mod signature;
mod signin;
pub mod standard;
mod sts;
pub mod totp;
mod vanity;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{fs, io};

/// AWS's own documentation example; it signs nothing.
pub const ACCESS_KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
/// AWS's own documentation example; it signs nothing.
pub const SECRET_ACCESS_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// A scratch home folder, removed when dropped, and a keyfob that lives in it.
#[derive(Debug)]
pub struct Home {
    folder: tempfile::TempDir,
    binary: PathBuf,
}

impl Home {
    /// An empty home for the keyfob at `binary`.
    ///
    /// # Errors
    /// No folder can be made.
    pub fn new(binary: impl Into<PathBuf>) -> io::Result<Self> {
        Ok(Self { folder: tempfile::Builder::new().prefix("keyfob-sandbox-").tempdir()?, binary: binary.into() })
    }

    /// The home folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// `~/.aws/NAME`
    pub fn aws(&self, name: &str) -> PathBuf {
        self.path().join(".aws").join(name)
    }

    /// Writes `~/.aws/NAME`, making the folder.
    ///
    /// # Errors
    /// The system's.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        let path = self.aws(name);
        fs::create_dir_all(path.parent().unwrap_or(self.path()))?;
        fs::write(path, bytes)
    }

    /// Reads `~/.aws/NAME`; a missing file is an empty one.
    pub fn read(&self, name: &str) -> String {
        fs::read(self.aws(name)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    /// `program` with this home and without anything AWS tools would read from outside.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            let aws = name.starts_with("AWS_") || name.starts_with("_AWS_") || name.starts_with("KEYFOB_");
            // The sandbox is on this machine.
            if aws || name.to_lowercase().ends_with("_proxy") {
                command.env_remove(name);
            }
        }
        // Cargo's, which makes the loader look for libraries in a dozen folders.
        command.env_remove("LD_LIBRARY_PATH").env("HOME", self.path());
        // The last link of every chain: nothing in the sandbox asks a real instance. A test may take it away again.
        command.env("AWS_EC2_METADATA_DISABLED", "true");
        command
    }

    /// keyfob with `arguments`, its input empty.
    pub fn keyfob<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = self.command(&self.binary);
        command.args(arguments).stdin(Stdio::null());
        command
    }

    /// Runs keyfob with the words of `line` and returns what it said.
    ///
    /// # Errors
    /// It could not be started.
    pub fn run(&self, line: &str) -> io::Result<Said> {
        Said::of(&mut self.keyfob(line.split_whitespace()))
    }
}

/// What a process said, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The exit code; 128 and the signal for a killed one.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Said {
    /// Runs `command` to its end.
    ///
    /// # Errors
    /// It could not be started.
    pub fn of(command: &mut Command) -> io::Result<Self> {
        command.output().map(Self::from)
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        use std::os::unix::process::ExitStatusExt;
        let signal = output.status.signal().map(|signal| 128 + signal);
        Self {
            code: output.status.code().or(signal).unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}
