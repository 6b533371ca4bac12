//! Two codes that follow one another, as EnableMFADevice and ResyncMFADevice want them; and what to do when they are
//! refused.

use std::time::Duration;

use crate::secret::Secret;

/// Seconds for which a device shows a code (RFC 6238).
pub const STEP: i64 = 30;

/// What is wrong with a code as it was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Mistyped {
    /// `12345`
    #[error("a code has six digits")]
    NotSixDigits,
    /// The second one is the first.
    #[error("that is the first code again: wait until the device shows another one")]
    SameAgain,
}

/// A code as it was typed; apps show a blank in the middle.
///
/// # Errors
/// It is no code, or it is `before`, the one before it.
pub fn code(typed: &str, before: Option<&Secret>) -> Result<Secret, Mistyped> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Mistyped::NotSixDigits);
    }
    let code = Secret::new(digits);
    if before == Some(&code) { Err(Mistyped::SameAgain) } else { Ok(code) }
}

/// Seconds until a device shows its next code, by a clock that says `now` (seconds since 1970).
pub fn until_next(now: i64) -> i64 {
    STEP - now.rem_euclid(STEP)
}

/// What comes after a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The same again, after a while.
    Wait(Duration),
    /// Two other codes after a while, since those will be too old.
    WaitAndAsk(Duration),
    /// Two other codes.
    AskAgain,
    /// Nothing helps.
    GiveUp,
}

/// How long IAM is waited for while it cannot change a user, time after time: two minutes in all.
const PAUSES: [u64; 6] = [3, 5, 10, 20, 30, 60];

/// After so many of them the codes are too old: IAM would take them, and the device would be out of step.
const FRESH: usize = 3;

/// How often codes are asked for.
const TRIES: u32 = 3;

/// What was tried so far.
#[derive(Debug, Default)]
pub struct Tries {
    busy: usize,
    wrong: u32,
}

impl Tries {
    /// What to do when IAM refused with `error`. `can_ask`: somebody is there to type others.
    pub fn after(&mut self, error: &str, can_ask: bool) -> Next {
        match error {
            "EntityTemporarilyUnmodifiable" => {
                self.busy += 1;
                match PAUSES.get(self.busy - 1).map(|pause| Duration::from_secs(*pause)) {
                    Some(pause) if self.busy <= FRESH => Next::Wait(pause),
                    Some(pause) if can_ask => Next::WaitAndAsk(pause),
                    _ => Next::GiveUp,
                }
            }
            "InvalidAuthenticationCode" => {
                self.wrong += 1;
                if can_ask && self.wrong < TRIES { Next::AskAgain } else { Next::GiveUp }
            }
            _ => Next::GiveUp,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_as_typed() {
        let first = Secret::new("123456");
        for (typed, before, code_or_why) in [
            ("123456", None, Ok("123456")),
            (" 123 456 ", None, Ok("123456")),
            ("012345", Some(&first), Ok("012345")),
            ("123 456", Some(&first), Err(Mistyped::SameAgain)),
            ("12345", None, Err(Mistyped::NotSixDigits)),
            ("1234567", Some(&first), Err(Mistyped::NotSixDigits)),
            ("12345x", None, Err(Mistyped::NotSixDigits)),
            ("١٢٣٤٥٦", None, Err(Mistyped::NotSixDigits)),
            ("", None, Err(Mistyped::NotSixDigits)),
        ] {
            assert_eq!(code(typed, before), code_or_why.map(Secret::new), "{typed}");
        }
    }

    #[test]
    fn the_next_code_shows_within_half_a_minute() {
        for (now, seconds) in [(0, 30), (1, 29), (29, 1), (30, 30), (1_790_000_059, 11), (-1, 1)] {
            assert_eq!(until_next(now), seconds, "{now}");
        }
    }

    #[test]
    fn waits_end_and_so_do_questions() {
        let busy = "EntityTemporarilyUnmodifiable";
        let wrong = "InvalidAuthenticationCode";
        let mut tries = Tries::default();
        let (wait, ask) = (
            |seconds| Next::Wait(Duration::from_secs(seconds)),
            |seconds| Next::WaitAndAsk(Duration::from_secs(seconds)),
        );
        let waits = [(); 7].map(|()| tries.after(busy, true));
        assert_eq!(waits, [wait(3), wait(5), wait(10), ask(20), ask(30), ask(60), Next::GiveUp]);
        let mut nobody = Tries::default();
        assert_eq!([(); 4].map(|()| nobody.after(busy, false)), [wait(3), wait(5), wait(10), Next::GiveUp]);
        // What was waited for costs no question.
        assert_eq!([(); 3].map(|()| tries.after(wrong, true)), [Next::AskAgain, Next::AskAgain, Next::GiveUp]);
        assert_eq!(Tries::default().after(wrong, false), Next::GiveUp);
        assert_eq!(Tries::default().after("AccessDenied", true), Next::GiveUp);
    }
}
