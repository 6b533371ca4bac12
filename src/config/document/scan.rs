//! The inner loop of reading a file: one pass over a line's bytes, eight at a time.

/// One line as its bytes show it. Offsets are into the text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// Where the content ends: at `\n`, `\r` or the end of the text.
    pub(super) end: usize,
    /// Where the next line starts, behind `\n`, `\r` or `\r\n`.
    pub(super) next: usize,
    /// The first `=` or `:`.
    pub(super) separator: Option<usize>,
}

/// The line that starts at `from`.
pub(super) fn line(bytes: &[u8], from: usize) -> Span {
    let (end, separator) = end_and_separator(bytes, from);
    let next = match bytes.get(end) {
        Some(b'\r') if bytes.get(end + 1) == Some(&b'\n') => end + 2,
        Some(_) => end + 1,
        None => end,
    };
    Span { end, next, separator }
}

#[inline]
fn end_and_separator(bytes: &[u8], from: usize) -> (usize, Option<usize>) {
    let mut at = from;
    while let Some(word) = word(bytes, at) {
        let ends = control(word);
        let separators = find(word, b'=') | find(word, b':');
        // The lower of the two comes first in the text.
        if separators != 0 && (ends == 0 || separators.trailing_zeros() < ends.trailing_zeros()) {
            let separator = at + index(separators);
            return (end(bytes, separator + 1), Some(separator));
        }
        if ends != 0 {
            let found = at + index(ends);
            if matches!(bytes[found], b'\n' | b'\r') {
                return (found, None);
            }
            // A tab, most likely: go on behind it.
            at = found + 1;
        } else {
            at += 8;
        }
    }
    for (offset, byte) in bytes[at..].iter().enumerate() {
        match byte {
            b'\n' | b'\r' => return (at + offset, None),
            b'=' | b':' => return (end(bytes, at + offset + 1), Some(at + offset)),
            _ => {}
        }
    }
    (bytes.len(), None)
}

/// The first `\n` or `\r` at or behind `at`, or the end of the text.
#[inline]
fn end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = word(bytes, at) {
        match control(word) {
            0 => at += 8,
            ends => {
                let found = at + index(ends);
                if matches!(bytes[found], b'\n' | b'\r') {
                    return found;
                }
                at = found + 1;
            }
        }
    }
    bytes[at..].iter().position(|byte| matches!(byte, b'\n' | b'\r')).map_or(bytes.len(), |offset| at + offset)
}

#[inline]
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes[at..].first_chunk()?))
}

const ONES: u64 = u64::from_le_bytes([0x01; 8]);
const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);

/// Sets the high bit of the first byte of `word` below 0x0e, which line ends and tabs are; bits
/// above it may be wrong.
#[inline]
fn control(word: u64) -> u64 {
    word.wrapping_sub(ONES * 0x0e) & !word & HIGHS
}

/// The index of the first byte whose high bit is set.
#[inline]
fn index(bits: u64) -> usize {
    bits.trailing_zeros() as usize / 8
}

/// Sets the high bit of the first byte of `word` that is `byte`; bits above it may be wrong.
/// (The zero-byte test of Warren, Hacker's Delight, 6-1.)
#[inline]
fn find(word: u64, byte: u8) -> u64 {
    let zero_where_found = word ^ (ONES * byte as u64);
    zero_where_found.wrapping_sub(ONES) & !zero_where_found & HIGHS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_plain_way() {
        let text = "k\t=\tv\u{1}\n\r\nlonger_key_name: value = x\r[section]\n\u{80}\u{8a}=\n:\n=";
        let bytes = text.as_bytes();
        for from in 0..bytes.len() {
            let rest = &bytes[from..];
            let end = rest.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(rest.len());
            let separator = rest[..end].iter().position(|b| matches!(b, b'=' | b':'));
            let pair = if rest[end..].starts_with(b"\r\n") { 2 } else { 1 };
            let next = (from + end + pair).min(bytes.len());
            let separator = separator.map(|at| from + at);
            assert_eq!(line(bytes, from), Span { end: from + end, next, separator }, "{from}");
        }
    }
}
