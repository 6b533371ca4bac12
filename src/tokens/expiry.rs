//! The time at which credentials end, read from any of the forms AWS tools write.

use std::borrow::Cow;

use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::fmt::temporal::{DateTimeParser, PiecesOffset};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// A point in time that remembers how it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiry {
    /// The last moment that jiff can count where it is later: some tools write the end of the year 9999 for never.
    at: Timestamp,
    local: DateTime,
    offset: Offset,
}

impl From<Timestamp> for Expiry {
    fn from(at: Timestamp) -> Self {
        Self { at, local: Offset::UTC.to_datetime(at), offset: Offset::UTC }
    }
}

impl Expiry {
    /// Reads `2026-07-23T18:06:21Z`, `...+00:00`, `... +0000`, `...UTC`, `...GMT`, with or without a
    /// fraction, and the dates of mail (RFC 2822). `None`: not a point in time.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_ascii();
        Self::parse_iso(text).or_else(|| {
            let zoned = rfc2822::DateTimeParser::new().parse_zoned(text).ok()?;
            Some(Self { at: zoned.timestamp(), local: zoned.datetime(), offset: zoned.offset() })
        })
    }

    fn parse_iso(text: &str) -> Option<Self> {
        let text = match text.strip_suffix("UTC").or_else(|| text.strip_suffix("GMT")) {
            Some(rest) => Cow::Owned(format!("{}Z", rest.trim_end())),
            None if text.contains(' ') => Cow::Owned(text.replace(" +", "+").replace(" -", "-")),
            None => Cow::Borrowed(text),
        };
        let pieces = DateTimeParser::new().parse_pieces(text.as_ref()).ok()?;
        let offset = match pieces.offset()? {
            PiecesOffset::Numeric(offset) => offset.offset(),
            _ => Offset::UTC,
        };
        let local = pieces.date().to_datetime(pieces.time()?);
        let at = match offset.to_timestamp(local) {
            Ok(at) => at,
            Err(_) if local.year() > 0 => Timestamp::MAX,
            Err(_) => Timestamp::MIN,
        };
        Some(Self { at, local, offset })
    }

    /// The point in time.
    pub fn timestamp(&self) -> Timestamp {
        self.at
    }

    /// As Python's `isoformat` writes it: `2026-07-23T18:06:21+00:00`, microseconds if there are any.
    pub fn isoformat(&self) -> String {
        let fraction = match self.local.subsec_nanosecond() / 1000 {
            0 => String::new(),
            micros => format!(".{micros:06}"),
        };
        let seconds = self.offset.seconds();
        let (sign, offset) = if seconds < 0 { ('-', -seconds) } else { ('+', seconds) };
        format!("{}{fraction}{sign}{:02}:{:02}", to_the_second(self.local), offset / 3600, offset / 60 % 60)
    }

    /// In UTC with `Z` and whole seconds, which every SDK reads.
    pub fn zulu(&self) -> String {
        let behind = SignedDuration::from_secs(self.offset.seconds().into());
        to_the_second(self.local.saturating_sub(behind)) + "Z"
    }
}

/// `2026-07-23T18:06:21`. By hand: it ends every warm run, and jiff's `strftime` costs ten times as much.
fn to_the_second(local: DateTime) -> String {
    let (date, time) = (local.date(), local.time());
    let (year, month, day) = (date.year(), date.month(), date.day());
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

/// `seconds` after `now`; a service that says something impossible is taken to mean now.
pub(super) fn after(now: Timestamp, seconds: i64) -> Timestamp {
    let whole = now.as_second().saturating_add(seconds);
    Timestamp::from_second(whole).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_and_written_back() {
        for (text, iso, zulu) in [
            ("2026-07-23T18:06:21Z", "2026-07-23T18:06:21+00:00", "2026-07-23T18:06:21Z"),
            ("2026-07-23T18:06:21UTC", "2026-07-23T18:06:21+00:00", "2026-07-23T18:06:21Z"),
            ("2026-07-23T18:06:21+00:00", "2026-07-23T18:06:21+00:00", "2026-07-23T18:06:21Z"),
            ("2026-07-23T18:06:21-07:30", "2026-07-23T18:06:21-07:30", "2026-07-24T01:36:21Z"),
            ("2026-07-23T18:06:21.5Z", "2026-07-23T18:06:21.500000+00:00", "2026-07-23T18:06:21Z"),
            ("2026-07-23T18:06:21GMT", "2026-07-23T18:06:21+00:00", "2026-07-23T18:06:21Z"),
            ("2026-07-23T18:06:21 +0000", "2026-07-23T18:06:21+00:00", "2026-07-23T18:06:21Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59+00:00", "9999-12-31T23:59:59Z"),
            ("9999-12-31T23:59:59-10:00", "9999-12-31T23:59:59-10:00", "9999-12-31T23:59:59Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00Z"),
            ("23 Jul 2026 18:06:21 GMT", "2026-07-23T18:06:21+00:00", "2026-07-23T18:06:21Z"),
            ("Thu, 23 Jul 2026 18:06:21 GMT", "2026-07-23T18:06:21+00:00", "2026-07-23T18:06:21Z"),
            ("2026-07-23 18:06:21+0000", "2026-07-23T18:06:21+00:00", "2026-07-23T18:06:21Z"),
        ] {
            let expiry = Expiry::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((expiry.isoformat().as_str(), expiry.zulu().as_str()), (iso, zulu), "{text}");
        }
        for text in ["", "soon", "2026-07-23", "2026-07-23T18:06:21", "2026-13-01T00:00:00Z"] {
            assert_eq!(Expiry::parse(text), None, "{text}");
        }
    }
}
