//! Texts that YAML would read as something else than a text: by ruamel.yaml's rules for YAML 1.2,
//! which leave out `yes` and `no` and take in 1.1's underscores, dates and merge keys.

/// Whether `text`, plain, would be null, a truth, a number, a date, `=` or `<<`.
pub(super) fn is_implicit(text: &str) -> bool {
    is_word(text) || is_integer(text) || is_float(text) || is_timestamp(text)
}

fn is_word(text: &str) -> bool {
    const WORDS: &[&str] = &["", "~", "=", "<<", ".nan", ".NaN", ".NAN"];
    const ANY_CASE: &[&str] = &["null", "true", "false"];
    let capitalised = |word: &str| text.get(..1) == Some(&word[..1].to_uppercase()) && text.get(1..) == word.get(1..);
    WORDS.contains(&text)
        || ANY_CASE.iter().any(|word| text == *word || text == word.to_uppercase() || capitalised(word))
}

fn is_integer(text: &str) -> bool {
    let digits = unsigned(text);
    let base = |prefix, is_digit: fn(char) -> bool| {
        digits.strip_prefix(prefix).is_some_and(|digits| consists_of(digits, |c| c == '_' || is_digit(c)))
    };
    text.starts_with(|c: char| "+-".contains(c) || c.is_ascii_digit())
        && (consists_of(digits, is_digit)
            || base("0b", |c| c.is_digit(2))
            || base("0o", |c| c.is_digit(8))
            || base("0x", |c| c.is_ascii_hexdigit()))
}

/// `1.`, `1.5e3`, `1e3`, `.5`, `.5e+3`, `-.inf`.
fn is_float(text: &str) -> bool {
    let number = unsigned(text);
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (number, None),
    };
    let exponent_fits = exponent.is_none_or(|exponent| consists_of(unsigned(exponent), |c| c.is_ascii_digit()));
    let is_signed = exponent.is_none_or(|exponent| exponent.starts_with(['+', '-']));
    let mantissa_fits = match mantissa.split_once('.') {
        Some(("", fraction)) => consists_of(fraction, is_digit) && is_signed,
        Some((whole, fraction)) => whole.chars().chain(fraction.chars()).all(is_digit),
        None => exponent.is_some() && consists_of(mantissa, is_digit),
    };
    let whole_fits = mantissa.starts_with(|c: char| c == '.' || c.is_ascii_digit());
    exponent_fits && mantissa_fits && whole_fits || matches!(number, ".inf" | ".Inf" | ".INF")
}

/// `2024-05-01`, or with a time, and then with looser digits: `2024-5-1 9:30:00.5 +2:00`.
fn is_timestamp(text: &str) -> bool {
    let Some((date, time)) = text.split_once(['T', 't', ' ', '\t']) else {
        return has_digits(text, "-", &[4..=4, 2..=2, 2..=2]);
    };
    // One letter, or any number of blanks.
    let time = if text[date.len()..].starts_with(['T', 't']) { time } else { time.trim_start_matches([' ', '\t']) };
    let clock_end = time.find(['Z', '+', '-', ' ', '\t']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(clock_end);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    has_digits(date, "-", &[4..=4, 1..=2, 1..=2])
        && has_digits(clock, ":", &[1..=2, 2..=2, 2..=2])
        && fraction.chars().all(|c| c.is_ascii_digit())
        && is_zone(zone)
}

fn is_zone(text: &str) -> bool {
    let zone = text.trim_start_matches([' ', '\t']);
    let offset = unsigned(zone);
    text.is_empty()
        || zone == "Z"
        || offset != zone && (has_digits(offset, ":", &[1..=2]) || has_digits(offset, ":", &[1..=2, 2..=2]))
}

/// Whether `text` is groups of digits, one for each of `lengths`, with `separator` between them.
fn has_digits(text: &str, separator: &str, lengths: &[std::ops::RangeInclusive<usize>]) -> bool {
    let groups: Vec<&str> = text.split(separator).collect();
    let fits = |(group, length): (&&str, &std::ops::RangeInclusive<usize>)| {
        length.contains(&group.len()) && group.chars().all(|c| c.is_ascii_digit())
    };
    groups.len() == lengths.len() && groups.iter().zip(lengths).all(fits)
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

fn is_digit(character: char) -> bool {
    character == '_' || character.is_ascii_digit()
}

fn consists_of(text: &str, is_member: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(is_member)
}
