//! How old a key is, and how long a time a person means.

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

/// No policy about keys is longer, and any time and this much can be added.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 36_500);

/// `90d`, `12h`, `2w`: a length of time, days being of 24 hours.
///
/// # Errors
/// It is none, or a negative one, or one of more than a hundred years; how to write it.
pub fn parse(text: &str) -> Result<SignedDuration, String> {
    let span: Result<Span, _> = text.parse();
    let length = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()));
    match length {
        Ok(length) if (SignedDuration::ZERO..=LONGEST).contains(&length) => Ok(length),
        _ => Err("write it as 90d, 12h or 2w".to_owned()),
    }
}

/// How old something is that was made at `created`.
pub fn age(created: Timestamp, now: Timestamp) -> SignedDuration {
    now.duration_since(created).max(SignedDuration::ZERO)
}

/// `91 days`, `1 day`, `5 hours`; whole ones.
pub fn shown(length: SignedDuration) -> String {
    let hours = length.as_hours();
    let (count, unit) = match (hours / 24, hours, length.as_mins()) {
        (days @ 1.., ..) => (days, "day"),
        (_, hours @ 1.., _) => (hours, "hour"),
        (_, _, minutes @ 1..) => (minutes, "minute"),
        _ => (length.as_secs(), "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time() {
        let hours = SignedDuration::from_hours;
        for (text, length) in [
            ("90d", Some(hours(90 * 24))),
            ("12h", Some(hours(12))),
            ("2w", Some(hours(14 * 24))),
            ("1d12h", Some(hours(36))),
            ("90 days", Some(hours(90 * 24))),
            ("0d", Some(SignedDuration::ZERO)),
            ("5s", Some(SignedDuration::from_secs(5))),
            ("-1d", None),
            ("90", None),
            ("", None),
            ("3mo", None),
            ("1y", None),
            ("99999999999d", None),
            ("200000w", None),
        ] {
            assert_eq!(parse(text).ok(), length, "{text}");
        }
    }

    #[test]
    fn ages_in_words() {
        for (seconds, words) in
            [(0, "0 seconds"), (61, "1 minute"), (7199, "1 hour"), (86_400, "1 day"), (91 * 86_400, "91 days")]
        {
            assert_eq!(shown(SignedDuration::from_secs(seconds)), words);
        }
        let time: Timestamp = "2026-07-23T18:06:21Z".parse().unwrap();
        assert_eq!(age(time, time - SignedDuration::from_secs(5)), SignedDuration::ZERO);
    }
}
