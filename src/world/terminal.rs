//! The person at the terminal: questions and answers.
//!
//! Questions are written to standard error, never to standard output. When standard input is not a
//! terminal the answers are read from it line by line, as the AWS CLI does, so that scripts which
//! feed a dialogue go on working; its end counts as no answer.

use std::fs::OpenOptions;
use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::os::fd::AsFd;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::termios::{self, LocalFlags, SetArg, Termios};

use super::interrupt::{Deferred, Interrupt};
use crate::secret::Secret;

/// Where questions go and answers come from.
#[derive(Debug)]
pub struct Terminal {
    interrupt: Interrupt,
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// This process has no terminal.
    #[error("there is no terminal to ask on")]
    NoTerminal,
    /// Standard input or error failed.
    #[error("cannot ask: {0}")]
    Io(#[from] io::Error),
}

impl Terminal {
    /// The terminal of this process; Ctrl-C at a question ends it.
    pub fn new(interrupt: Interrupt) -> Self {
        Self { interrupt }
    }

    /// Whether standard output is a terminal.
    pub fn shows_output(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Whether standard error is a terminal.
    pub fn shows_messages(&self) -> bool {
        io::stderr().is_terminal()
    }

    /// Asks `question` and returns the line typed, without its line end; an empty line or the end
    /// of input is `None`.
    pub fn ask(&self, question: &str) -> Result<Option<String>, AskError> {
        self.interrupt.arm();
        show(question)?;
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        if !io::stdin().is_terminal() {
            show("\n")?;
        }
        Ok(answer(line))
    }

    /// As [`Terminal::ask`] while Ctrl-C waits: that ends the question, not the process, which has something to put
    /// away first.
    pub fn ask_deferred(&self, question: &str, deferred: &Deferred) -> Result<Option<String>, AskError> {
        show(question)?;
        let (heard, hears) = mpsc::channel();
        // Signal handlers restart a read, so another thread waits in it.
        std::thread::Builder::new().spawn(move || {
            let mut line = String::new();
            let read = io::stdin().lock().read_line(&mut line);
            // Nobody hears it after Ctrl-C.
            let _ = heard.send(read.map(|_| line));
        })?;
        loop {
            match hears.recv_timeout(Duration::from_millis(50)) {
                _ if deferred.is_interrupted() => return Err(AskError::Interrupted),
                Ok(line) => {
                    if !io::stdin().is_terminal() {
                        show("\n")?;
                    }
                    return Ok(answer(line?));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(io::Error::other("nothing can be read").into()),
            }
        }
    }

    /// As [`Terminal::ask`], but nothing of the answer is shown on a terminal.
    pub fn ask_secret(&self, question: &str) -> Result<Option<Secret>, AskError> {
        if !io::stdin().is_terminal() {
            return Ok(self.ask(question)?.map(Secret::new));
        }
        self.hidden(&io::stdin(), question, &mut show)
    }

    /// Whether this process has a terminal, whatever standard input and output are.
    pub fn is_there(&self) -> bool {
        OpenOptions::new().read(true).write(true).open("/dev/tty").is_ok()
    }

    /// Asks on the terminal itself, whatever standard input and output are, and shows nothing of the
    /// answer. For commands whose standard input belongs to others.
    ///
    /// # Errors
    /// [`AskError::NoTerminal`] where there is none.
    pub fn ask_secret_on_terminal(&self, question: &str) -> Result<Option<Secret>, AskError> {
        let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty").map_err(|_| AskError::NoTerminal)?;
        let mut speaker = &terminal;
        self.hidden(&terminal, question, &mut |text| speaker.write_all(text.as_bytes()))
    }

    fn hidden(
        &self,
        terminal: &impl AsFd,
        question: &str,
        show: &mut dyn FnMut(&str) -> io::Result<()>,
    ) -> Result<Option<Secret>, AskError> {
        // A signal waits until the terminal echoes again, then ends the process.
        let deferred = self.interrupt.defer();
        // Quiet first: who types ahead must not see it either.
        let quiet = Quiet::start(terminal)?;
        let typed = show(question)
            .map_err(AskError::from)
            .and_then(|()| read_hidden(&mut Keys { terminal, interrupted: &|| deferred.is_interrupted() }));
        drop(quiet);
        show("\n")?;
        drop(deferred);
        Ok(answer(typed?).map(Secret::new))
    }

    /// A line that was typed on the terminal by now. `None`: none was, or standard input is something
    /// else, which is left alone.
    pub fn typed(&self) -> Option<String> {
        let input = io::stdin();
        if !input.is_terminal() {
            return None;
        }
        let mut ready = [PollFd::new(input.as_fd(), PollFlags::POLLIN)];
        poll(&mut ready, PollTimeout::ZERO).ok().filter(|ready| *ready > 0)?;
        let mut line = String::new();
        input.lock().read_line(&mut line).ok()?;
        answer(line)
    }

    /// Whether a person can type: standard input is a terminal.
    pub fn can_type(&self) -> bool {
        io::stdin().is_terminal()
    }

    /// Whether Ctrl-C came, and waits.
    pub fn is_interrupted(&self) -> bool {
        self.interrupt.is_pending()
    }

    /// Makes Ctrl-C wait, for a process that has something to put away first.
    pub fn defer(&self) -> Deferred {
        self.interrupt.defer()
    }

    /// How many columns the terminal has that standard error is. `None`: it is none.
    pub fn columns(&self) -> Option<usize> {
        let columns = terminal_size::terminal_size_of(io::stderr())?.0.0;
        Some(columns.into())
    }

    /// All of standard input, for flags that read a value from it.
    pub fn read_input(&self) -> io::Result<String> {
        let mut text = String::new();
        io::stdin().lock().read_to_string(&mut text)?;
        Ok(text)
    }
}

fn show(text: &str) -> io::Result<()> {
    let mut messages = io::stderr().lock();
    messages.write_all(text.as_bytes())?;
    messages.flush()
}

fn answer(mut line: String) -> Option<String> {
    let end = line.trim_end_matches(['\n', '\r']).len();
    line.truncate(end);
    (!line.is_empty()).then_some(line)
}

/// A terminal that neither echoes nor ends lines nor raises signals, until dropped. Ctrl-C arrives
/// as a character, so the echo can be turned on again before the process ends.
struct Quiet<'a, T: AsFd>(&'a T, Termios);

impl<'a, T: AsFd> Quiet<'a, T> {
    fn start(terminal: &'a T) -> io::Result<Self> {
        let before = termios::tcgetattr(terminal)?;
        let mut quiet = before.clone();
        quiet.local_flags.remove(LocalFlags::ECHO | LocalFlags::ICANON | LocalFlags::ISIG);
        // What was typed or pasted ahead is kept, not flushed.
        termios::tcsetattr(terminal, SetArg::TCSADRAIN, &quiet)?;
        Ok(Self(terminal, before))
    }
}

impl<T: AsFd> Drop for Quiet<'_, T> {
    fn drop(&mut self) {
        // Nothing better can be done with a terminal that went away.
        let _ = termios::tcsetattr(self.0, SetArg::TCSADRAIN, &self.1);
    }
}

/// The keys typed at a terminal, until a signal comes.
struct Keys<'a, T: AsFd> {
    terminal: &'a T,
    interrupted: &'a dyn Fn() -> bool,
}

impl<T: AsFd> Read for Keys<'_, T> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if (self.interrupted)() {
                return Ok(0);
            }
            let mut ready = [PollFd::new(self.terminal.as_fd(), PollFlags::POLLIN)];
            // Signal handlers restart a read, so it must not be where we wait.
            match poll(&mut ready, PollTimeout::from(100u8)) {
                Ok(0) | Err(Errno::EINTR) => {}
                Ok(_) => return Ok(nix::unistd::read(self.terminal, into)?),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Reads one line of raw keys: backspace, Ctrl-U and Ctrl-W erase, Ctrl-D ends, Ctrl-C interrupts;
/// arrows and other control keys are nothing.
fn read_hidden(keys: &mut impl Read) -> Result<String, AskError> {
    let mut typed = Vec::new();
    let mut key = [0u8];
    let mut escape = Escape::None;
    loop {
        match keys.read(&mut key) {
            Ok(0) => break,
            Ok(_) if escape.swallows(key[0]) => {}
            Ok(_) => match key[0] {
                b'\r' | b'\n' | 0x04 => break,
                0x03 => return Err(AskError::Interrupted),
                0x08 | 0x7f => while typed.pop().is_some_and(|byte: u8| byte & 0xc0 == 0x80) {},
                0x15 | 0x17 => typed.clear(),
                0..=0x1f => {}
                byte => typed.push(byte),
            },
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    String::from_utf8(typed).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "the answer is not UTF-8").into())
}

/// The sequences that arrows and function keys send: ESC, or ESC `[` .. final byte.
#[derive(Clone, Copy)]
enum Escape {
    None,
    Started,
    Sequence,
}

impl Escape {
    /// Whether `byte` belongs to such a sequence.
    fn swallows(&mut self, byte: u8) -> bool {
        let swallowed = !matches!((*self, byte), (Self::None, 0..=0x1a | 0x1c..));
        *self = match (*self, byte) {
            (Self::None, 0x1b) => Self::Started,
            (Self::Started, b'[' | b'O') => Self::Sequence,
            (Self::Sequence, 0x20..=0x3f) => Self::Sequence,
            _ => Self::None,
        };
        swallowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_keys() {
        for (keys, typed) in [
            ("secret\r", Some("secret")),
            ("sex\x7fcret\n", Some("secret")),
            ("wrong\x15right\r", Some("right")),
            ("aé\x7fb\r", Some("ab")),
            ("\x7f\r", Some("")),
            ("abc\x03", None),
            ("end", Some("end")),
            ("a\x1b[Ab\x1b[1;5Cc\x1bOPd\x1a\r", Some("abcd")),
        ] {
            assert_eq!(read_hidden(&mut keys.as_bytes()).ok().as_deref(), typed, "{keys:?}");
        }
    }
}
