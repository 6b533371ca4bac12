//! One-time codes (RFC 6238): HMAC-SHA-1, steps of thirty seconds, six digits.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use crate::account::MfaDevice;
use crate::encoding;

/// Seconds for which a code shows.
const STEP: i64 = 30;
/// Steps by which a device's clock may be off when it is enabled, and when it is resynchronized.
pub(crate) const NEAR: i64 = 1;
pub(crate) const FAR: i64 = 120;

/// The time step at `at` (seconds since 1970).
pub fn step(at: i64) -> u64 {
    u64::try_from(at / STEP).unwrap_or(0)
}

/// The code of `seed` (base32) in a time step.
pub fn code(seed: &str, step: u64) -> String {
    format!("{:06}", number(&encoding::base32(seed), step) % 1_000_000)
}

/// Takes a code of the device's now, the step before or the step after, each once.
pub(crate) fn accept(device: &mut MfaDevice, given: &str, at: i64) -> bool {
    let now = step(at).saturating_add_signed(device.drift);
    let fits = [now.wrapping_sub(1), now, now + 1]
        .into_iter()
        .find(|step| !device.used_steps.contains(step) && code(&device.seed, *step) == given);
    device.used_steps.extend(fits);
    fits.is_some()
}

/// Takes two codes that follow one another, neither of them used, the second at most `off` steps from now; from then on
/// the device's clock is what they say.
pub(crate) fn accept_two(device: &mut MfaDevice, given: [&str; 2], at: i64, off: i64) -> bool {
    let now = step(at);
    // The second of two codes may be typed while the next one shows, and one device is as slow as another is fast.
    let nearest_first = (0..=off).flat_map(|off| [-off, off]);
    let fits = |second: &u64| {
        let steps = [second.saturating_sub(1), *second];
        !steps.iter().any(|step| device.used_steps.contains(step))
            && steps.map(|step| code(&device.seed, step)) == given
    };
    let found = nearest_first.map(|off| (off, now.saturating_add_signed(off))).find(|(_, second)| fits(second));
    let Some((off, second)) = found else { return false };
    device.used_steps.extend([second - 1, second]);
    // A step either way is how fast a person types, no matter of the clock.
    device.drift = if off.abs() <= NEAR { 0 } else { off };
    true
}

/// The truncated HMAC of RFC 4226, thirty-one bits.
fn number(key: &[u8], step: u64) -> u32 {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key) else { return 0 };
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let at = usize::from(digest[19] & 0xf);
    u32::from_be_bytes([digest[at], digest[at + 1], digest[at + 2], digest[at + 3]]) & 0x7fff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, SHA-1; eight digits there.
    #[test]
    fn the_vectors_of_the_rfc() {
        for (at, wanted) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            assert_eq!(number(b"12345678901234567890", step(at)) % 100_000_000, wanted, "{at}");
        }
        // The same key in base32, and six digits with their leading zeros.
        assert_eq!(code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", step(1_111_111_109)), "081804");
    }

    #[test]
    fn a_code_works_once_and_one_step_either_way() {
        let fresh = || MfaDevice::new("s", "GEZDGNBVGY3TQOJQ");
        let at = 1_790_000_000;
        for (off, works) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
            assert_eq!(accept(&mut fresh(), &code("GEZDGNBVGY3TQOJQ", step(at + off)), at), works, "{off}");
        }
        let mut device = fresh();
        let given = code(&device.seed, step(at));
        assert!(accept(&mut device, &given, at));
        assert!(!accept(&mut device, &given, at));
        assert!(!accept(&mut device, &given, at + 30));
    }

    #[test]
    fn two_codes_follow_one_another() {
        let at = 1_790_000_000;
        let fresh = || MfaDevice::new("s", "GEZDGNBVGY3TQOJQ");
        let shown = |off: i64| code("GEZDGNBVGY3TQOJQ", step(at + off * 30));
        for (first, second, near, far) in [
            (-2, -1, true, true),
            (-1, 0, true, true),
            (0, 1, true, true),
            (-3, -2, false, true),
            (1, 2, false, true),
            (99, 100, false, true),
            (0, 0, false, false),
            (1, 0, false, false),
            (-1, 1, false, false),
            (150, 151, false, false),
        ] {
            let given = [shown(first), shown(second)];
            let given = [given[0].as_str(), given[1].as_str()];
            assert_eq!(accept_two(&mut fresh(), given, at, NEAR), near, "{first} {second}");
            assert_eq!(accept_two(&mut fresh(), given, at, FAR), far, "{first} {second}");
        }
        let mut device = fresh();
        assert!(accept_two(&mut device, [&shown(99), &shown(100)], at, FAR));
        assert!(!accept_two(&mut device, [&shown(100), &shown(101)], at, FAR), "used once");
        assert!(accept(&mut device, &shown(101), at), "its clock is known now");
        assert!(!accept(&mut device, &shown(0), at));
    }
}
