//! How long a new key may be refused: IAM's word of it takes some seconds to spread, and comes and goes meanwhile.

use std::time::Duration;

/// What a try says of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// It signed.
    Works,
    /// It is not known yet, or not known here.
    Unknown,
}

/// What to do after a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The key works.
    Proven,
    /// Another try after this pause.
    Again(Duration),
    /// It will not work any more.
    GiveUp,
}

/// So many tries in a row have to go well: one server's word is not every server's.
const IN_A_ROW: u32 = 2;
const BETWEEN: Duration = Duration::from_millis(400);
const PAUSE: Duration = Duration::from_secs(1);
/// AWS documents no limit; 5 to 15 seconds are usual.
const LIMIT: Duration = Duration::from_secs(120);

/// The same for a key that all of AWS should know by now.
const SHORT_LIMIT: Duration = Duration::from_secs(15);

/// Tries so far.
#[derive(Debug, Clone, Copy)]
pub struct Proof {
    in_a_row: u32,
    limit: Duration,
}

impl Proof {
    /// None so far, of a key that was made or made active `age` ago.
    pub fn of(age: Duration) -> Self {
        Self { in_a_row: 0, limit: LIMIT.saturating_sub(age).max(SHORT_LIMIT) }
    }

    /// What to do after a try, `waited` after the first.
    pub fn after(&mut self, tried: Tried, waited: Duration) -> Next {
        match tried {
            Tried::Works => {
                self.in_a_row += 1;
                if self.in_a_row >= IN_A_ROW { Next::Proven } else { Next::Again(BETWEEN) }
            }
            Tried::Unknown if waited >= self.limit => Next::GiveUp,
            Tried::Unknown => {
                self.in_a_row = 0;
                Next::Again(PAUSE)
            }
        }
    }
}

/// Whether a refusal of this code may be IAM's delay. So may a wrong signature: the secret spreads too.
pub fn may_be_delay(code: &str) -> bool {
    matches!(code, "InvalidClientTokenId" | "SignatureDoesNotMatch")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn word_of_a_key_comes_and_goes() {
        let mut proof = Proof::of(Duration::ZERO);
        let second = Duration::from_secs(1);
        let tries = [Tried::Unknown, Tried::Works, Tried::Unknown, Tried::Works, Tried::Works];
        let said = tries.map(|tried| proof.after(tried, second));
        let (pause, between) = (Next::Again(PAUSE), Next::Again(BETWEEN));
        assert_eq!(said, [pause, between, pause, between, Next::Proven]);
        assert_eq!(Proof::of(Duration::ZERO).after(Tried::Unknown, LIMIT), Next::GiveUp);
        for (age, limit) in [(0, 120), (60, 60), (110, 15), (9999, 15)] {
            let limit = Duration::from_secs(limit);
            let after = |waited| Proof::of(Duration::from_secs(age)).after(Tried::Unknown, waited);
            assert_eq!((after(limit), after(limit - second)), (Next::GiveUp, pause), "{age}");
        }
    }
}
