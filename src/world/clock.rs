//! The time of day.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The clock of this machine, or a stopped one in tests.
#[derive(Debug, Clone, Copy)]
pub struct Clock(Option<Timestamp>);

impl Clock {
    /// The clock of this machine.
    pub fn real() -> Self {
        Self(None)
    }

    /// A clock that always says `now`.
    pub fn stopped(now: Timestamp) -> Self {
        Self(Some(now))
    }

    /// Waits. A stopped clock does not.
    pub fn sleep(&self, time: std::time::Duration) {
        if self.0.is_none() {
            std::thread::sleep(time);
        }
    }

    /// The time zone of this machine. A stopped clock is in UTC.
    pub fn zone(&self) -> TimeZone {
        match self.0 {
            None => TimeZone::system(),
            Some(_) => TimeZone::UTC,
        }
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.0.unwrap_or_else(Timestamp::now)
    }
}
