//! Small encodings: hexadecimal, base32, percent, and times as AWS writes them.

use jiff::Timestamp;

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The bytes of base32 text (RFC 4648); anything outside the alphabet is passed over.
pub(crate) fn base32(text: &str) -> Vec<u8> {
    let (mut bits, mut held, mut bytes) = (0u32, 0, Vec::new());
    for letter in text.bytes() {
        let Some(value) = BASE32.iter().position(|known| *known == letter.to_ascii_uppercase()) else { continue };
        bits = bits << 5 | u32::try_from(value).unwrap_or(0);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
            bits &= (1 << held) - 1;
        }
    }
    bytes
}

/// Base32 text without padding.
pub(crate) fn to_base32(bytes: &[u8]) -> String {
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1)).collect();
    bits.chunks(5)
        .map(|five| {
            let value = five.iter().fold(0, |value, bit| value << 1 | usize::from(*bit)) << (5 - five.len());
            char::from(BASE32[value])
        })
        .collect()
}

/// Percent-encodes everything but RFC 3986's unreserved characters, and those in `keep`.
pub(crate) fn percent_encode(bytes: &[u8], keep: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) || keep.contains(byte) {
            text.push(char::from(*byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// Undoes percent-encoding; a lone `%` stands for itself.
pub(crate) fn percent_decode(text: &str) -> Vec<u8> {
    let (bytes, mut at, mut decoded) = (text.as_bytes(), 0, Vec::with_capacity(text.len()));
    while at < bytes.len() {
        let code = text.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match code {
            Some(code) if bytes[at] == b'%' => {
                decoded.push(code);
                at += 3;
            }
            _ => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    decoded
}

/// The pairs of a query or form, decoded.
pub(crate) fn form(text: &str) -> Vec<(String, String)> {
    let decode = |part: &str| String::from_utf8_lossy(&percent_decode(&part.replace('+', " "))).into_owned();
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

/// `2026-01-01T00:00:00Z`
pub(crate) fn iso(seconds: i64) -> String {
    timestamp(seconds).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `20260101T000000Z`
pub(crate) fn iso_basic(seconds: i64) -> String {
    timestamp(seconds).strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// `Thu, 01 Jan 2026 00:00:00 GMT`
pub(crate) fn http_date(seconds: i64) -> String {
    timestamp(seconds).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// The seconds of `20260101T000000Z`.
pub(crate) fn parse_iso_basic(text: &str) -> Option<i64> {
    let time = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    Some(jiff::tz::Offset::UTC.to_timestamp(time).ok()?.as_second())
}

fn timestamp(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_both_ways() {
        for (text, encoded) in [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foobar", "MZXW6YTBOI"), ("fooba", "MZXW6YTB")]
        {
            assert_eq!(to_base32(text.as_bytes()), encoded);
            assert_eq!(base32(encoded), text.as_bytes());
        }
    }

    #[test]
    fn percent_both_ways() {
        assert_eq!(percent_encode("a b/ü~".as_bytes(), b"/"), "a%20b/%C3%BC~");
        assert_eq!(percent_decode("a%20b%2F%zz%"), b"a b/%zz%");
        assert_eq!(percent_decode("ü%41é%4"), "üAé%4".as_bytes());
        assert_eq!(form("a=1&b=x+y%2B&c"), [("a", "1"), ("b", "x y+"), ("c", "")].map(|(a, b)| (a.into(), b.into())));
    }

    #[test]
    fn times() {
        let at = 1_767_225_600;
        assert_eq!(iso(at), "2026-01-01T00:00:00Z");
        assert_eq!(http_date(at), "Thu, 01 Jan 2026 00:00:00 GMT");
        assert_eq!(parse_iso_basic(&iso_basic(at)), Some(at));
        assert_eq!(parse_iso_basic("2026-01-01T00:00:00Z"), None);
    }
}
