//! The only door to the machine: environment, clock, files, terminal, interrupts, randomness, the browser.
//!
//! Everything impure is reached through one [`World`] value, built real in `main` and handed down.
//! This room knows nothing of AWS beyond where its files lie ([`paths`]).

pub mod browser;
pub mod clock;
pub mod env;
pub mod files;
pub mod interrupt;
pub mod lock;
pub mod loopback;
pub mod paths;
pub mod program;
pub mod random;
mod store;
pub mod terminal;

use clock::Clock;
use env::Env;
use files::Files;
use interrupt::Interrupt;
use terminal::Terminal;

/// All that a command may ask of the machine.
#[derive(Debug)]
pub struct World {
    /// Environment variables and the home folder.
    pub env: Env,
    /// The time of day.
    pub clock: Clock,
    /// Files: reading, and the one way of replacing a state file.
    pub files: Files,
    /// The person at the terminal, or the pipe in their place.
    pub terminal: Terminal,
}

impl World {
    /// The machine this process runs on.
    pub fn real() -> Self {
        let interrupt = Interrupt::default();
        Self {
            env: Env::real(),
            clock: Clock::real(),
            files: Files::new(interrupt.clone()),
            terminal: Terminal::new(interrupt),
        }
    }
}
