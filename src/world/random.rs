//! Randomness, from the operating system alone.

use std::io;

/// `N` random bytes.
///
/// # Errors
/// The system has no source of randomness, or will not give any.
pub fn bytes<const N: usize>() -> io::Result<[u8; N]> {
    let mut random = [0; N];
    getrandom::getrandom(&mut random)?;
    Ok(random)
}

/// A random UUID (RFC 9562, version 4), in lower case: `0b1e9a1c-5c9e-4c0f-9b0a-3f1d2c4b5a69`.
///
/// # Errors
/// As [`bytes`].
pub fn uuid4() -> io::Result<String> {
    bytes().map(format_uuid4)
}

fn format_uuid4(random: [u8; 16]) -> String {
    // All but the six bits that say version and variant are random.
    let version = 0x4 << 76;
    let variant = 0b10 << 62;
    let bits = u128::from_be_bytes(random) & !(0xf << 76 | 0b11 << 62) | version | variant;
    let digits = format!("{bits:032x}");
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_says_its_version_and_variant() {
        for (random, uuid) in [
            ([0x00; 16], "00000000-0000-4000-8000-000000000000"),
            ([0xff; 16], "ffffffff-ffff-4fff-bfff-ffffffffffff"),
            (std::array::from_fn(|at| at as u8), "00010203-0405-4607-8809-0a0b0c0d0e0f"),
        ] {
            assert_eq!(format_uuid4(random), uuid);
        }
    }

    #[test]
    fn no_two_are_the_same() {
        assert_ne!(bytes::<32>().unwrap(), bytes::<32>().unwrap());
        assert_ne!(uuid4().unwrap(), uuid4().unwrap());
    }
}
