//! Other programs: asked for an answer, or put in this one's place.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// The largest answer that is read; credentials take a few kilobytes.
const LARGEST_ANSWER: u64 = 1024 * 1024;

/// Why a program gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// It could not be started.
    #[error("{program} cannot be started: {source}")]
    NotStarted {
        /// The first word of the command line.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// It ended with another code than 0.
    #[error("{program} ended with {how}")]
    Failed {
        /// The first word of the command line.
        program: String,
        /// `exit code 1`, `signal 9`
        how: String,
    },
    /// It took too long, and was killed.
    #[error("{program} gave no answer within {} seconds", limit.as_secs())]
    TooSlow {
        /// The first word of the command line.
        program: String,
        /// How long it may take.
        limit: Duration,
    },
    /// Its answer could not be read.
    #[error("the answer of {program} cannot be read: {source}")]
    Unreadable {
        /// The first word of the command line.
        program: String,
        /// What the system said.
        source: io::Error,
    },
}

/// Runs `words` and returns what it wrote to standard output. Its standard error is this process's,
/// so that its prompts are seen; its standard input is the terminal, or empty where this process's
/// input is something else, which belongs to others.
///
/// # Errors
/// See [`ProgramError`].
pub fn ask(words: &[String], variables: &[(&str, String)], limit: Duration) -> Result<Vec<u8>, ProgramError> {
    let program = words.first().cloned().unwrap_or_default();
    let input = if io::stdin().is_terminal() { Stdio::inherit() } else { Stdio::null() };
    let mut command = Command::new(&program);
    command.args(words.iter().skip(1)).stdin(input).stdout(Stdio::piped()).stderr(Stdio::inherit());
    command.envs(variables.iter().map(|(name, value)| (*name, value)));
    let started = Instant::now();
    let mut child = command.spawn().map_err(|source| ProgramError::NotStarted { program: program.clone(), source })?;
    let (send, receive) = mpsc::channel();
    if let Some(output) = child.stdout.take() {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let read = output.take(LARGEST_ANSWER).read_to_end(&mut bytes).map(|_| bytes);
            // Nobody waits any more when the time is up.
            let _ = send.send(read);
        });
    }
    let read = match receive.recv_timeout(limit) {
        Ok(read) => read,
        Err(_) => {
            // It may have ended by itself meanwhile.
            let _ = child.kill();
            let _ = child.wait();
            return Err(ProgramError::TooSlow { program, limit });
        }
    };
    // It has said all; whether it failed is known when it ends, which is not to take for ever either.
    let status = loop {
        match child.try_wait().map_err(|source| ProgramError::Unreadable { program: program.clone(), source })? {
            Some(status) => break status,
            None if started.elapsed() < limit => std::thread::sleep(Duration::from_millis(1)),
            None => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(ProgramError::TooSlow { program, limit });
            }
        }
    };
    if !status.success() {
        let how = match (status.code(), status.signal()) {
            (Some(code), _) => format!("exit code {code}"),
            (None, signal) => format!("signal {}", signal.unwrap_or_default()),
        };
        return Err(ProgramError::Failed { program, how });
    }
    read.map_err(|source| ProgramError::Unreadable { program, source })
}

/// Puts `words` in this process's place, its environment changed by `set` and `unset`. Returns only
/// what kept it from doing so.
pub fn become_program(words: &[OsString], set: &[(String, String)], unset: &[&str]) -> io::Error {
    let Some(program) = words.first() else { return io::Error::from(io::ErrorKind::InvalidInput) };
    let mut command = Command::new(program);
    command.args(&words[1..]);
    unset.iter().for_each(|name| {
        command.env_remove(name);
    });
    command.envs(set.iter().map(|(name, value)| (name, value)));
    command.exec()
}
