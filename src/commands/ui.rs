//! Where words go: answers to standard output, all else to standard error.

use std::io::{self, Write};

use super::CommandError;
use crate::cli::{Color, GlobalArgs};
use crate::world::World;

/// The way a command speaks.
#[derive(Debug, Clone, Copy)]
pub struct Ui {
    quiet: bool,
    debug: bool,
    color: bool,
}

impl Ui {
    pub(super) fn new(world: &World, globals: &GlobalArgs) -> Self {
        let color = match globals.color {
            Color::On => true,
            Color::Off => false,
            Color::Auto => world.terminal.shows_messages() && world.env.get("NO_COLOR").is_none(),
        };
        Self { quiet: globals.quiet, debug: globals.debug, color }
    }

    /// Writes the answer to standard output, as it is.
    pub fn answer(&self, text: &str) -> Result<(), CommandError> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(CommandError::from_output)
    }

    /// Tells what was done, unless `--quiet`.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            say(text);
        }
    }

    /// Tells what was asked for, even with `--quiet`.
    pub fn note_always(&self, text: &str) {
        say(text);
    }

    /// Tells of something that may not be meant, even with `--quiet`.
    pub fn warn(&self, text: &str) {
        say(&format!("{}: {text}", self.painted("warning", "33")));
    }

    /// Tells what is read and decided, with `--debug`.
    pub fn debug(&self, text: impl FnOnce() -> String) {
        if self.debug {
            say(&format!("debug: {}", text()));
        }
    }

    /// Tells what went wrong and what to do next.
    pub fn error(&self, error: &CommandError) {
        if error.message().is_empty() {
            return;
        }
        let mut text = format!("{}: {}", self.painted("error", "31"), clean(error.message().trim_end()));
        for reason in error.reasons() {
            text += &format!("\n{}: {}", self.painted("  why", "36"), clean(reason));
        }
        for hint in error.hints() {
            text += &format!("\n{}: {}", self.painted(" next", "36"), clean(hint));
        }
        say(&text);
    }

    /// Whether messages are coloured.
    pub fn is_coloured(&self) -> bool {
        self.color
    }

    fn painted(&self, word: &str, code: &str) -> String {
        if self.color { format!("\x1b[1;{code}m{word}\x1b[0m") } else { word.to_owned() }
    }
}

/// Nothing better can be done when standard error is gone.
fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Text from files and arguments must not steer the terminal.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' && c != '\t' { '\u{fffd}' } else { c }).collect()
}
