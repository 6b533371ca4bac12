//! How things stand in time, as a person is told: a word, and until when.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::tokens::renewal::Worth;

/// How a session or stored credentials stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Good for some time.
    Valid,
    /// Over or nearly over, and renewed without a person.
    Refreshable,
    /// Over.
    Ended,
    /// There is none.
    NotSignedIn,
}

impl State {
    /// The state of what is worth `worth`. `renewable`: nobody is needed to renew it.
    pub(super) fn of(worth: Worth, renewable: bool) -> Self {
        match (worth, renewable) {
            (Worth::Fresh, _) | (Worth::Fallback, false) => Self::Valid,
            (Worth::Fallback | Worth::Over, true) => Self::Refreshable,
            (Worth::Over, false) => Self::Ended,
        }
    }

    /// The word for it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Refreshable => "refreshable",
            Self::Ended => "ended",
            Self::NotSignedIn => "not signed in",
        }
    }
}

/// `at` by the clock on the wall, and how far it is from `now`.
pub(super) fn until(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    format!("{} ({})", at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M"), relative(at, now))
}

/// `in 52 min`, `3 h ago`.
fn relative(at: Timestamp, now: Timestamp) -> String {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    let away = at.as_second() - now.as_second();
    let length = match away.abs() {
        seconds if seconds < MINUTE => "less than a minute".to_owned(),
        seconds if seconds < 2 * HOUR => format!("{} min", seconds / MINUTE),
        seconds if seconds < 2 * DAY => format!("{} h", seconds / HOUR),
        seconds => format!("{} days", seconds / DAY),
    };
    if away > 0 { format!("in {length}") } else { format!("{length} ago") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_have_words() {
        for (worth, renewable, word) in [
            (Worth::Fresh, true, "valid"),
            (Worth::Fresh, false, "valid"),
            (Worth::Fallback, true, "refreshable"),
            (Worth::Fallback, false, "valid"),
            (Worth::Over, true, "refreshable"),
            (Worth::Over, false, "ended"),
        ] {
            assert_eq!(State::of(worth, renewable).name(), word, "{worth:?} {renewable}");
        }
    }

    #[test]
    fn times_are_told_by_their_distance() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        for (away, told) in [
            (0, "less than a minute ago"),
            (-1, "less than a minute ago"),
            (59, "in less than a minute"),
            (60, "in 1 min"),
            (52 * 60 + 59, "in 52 min"),
            (7199, "in 119 min"),
            (7200, "in 2 h"),
            (-3 * 3600 - 5, "3 h ago"),
            (48 * 3600 - 1, "in 47 h"),
            (48 * 3600, "in 2 days"),
            (-90 * 86400, "90 days ago"),
        ] {
            let at = Timestamp::from_second(1_800_000_000 + away).unwrap();
            assert_eq!(relative(at, now), told, "{away}");
        }
    }

    #[test]
    fn the_time_is_the_local_one() {
        let (at, now) = ("2026-07-23T18:06:21Z".parse().unwrap(), "2026-07-23T17:14:00Z".parse().unwrap());
        let east = TimeZone::fixed(jiff::tz::offset(2));
        assert_eq!(until(at, now, &east), "2026-07-23 20:06 (in 52 min)");
        assert_eq!(until(at, now, &TimeZone::UTC), "2026-07-23 18:06 (in 52 min)");
    }
}
