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

/// Tries so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Proof {
    in_a_row: u32,
}

impl Proof {
    /// What to do after a try, `waited` after the first.
    pub fn after(&mut self, tried: Tried, waited: Duration) -> Next {
        match tried {
            Tried::Works => {
                self.in_a_row += 1;
                if self.in_a_row >= IN_A_ROW { Next::Proven } else { Next::Again(BETWEEN) }
            }
            Tried::Unknown if waited >= LIMIT => Next::GiveUp,
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
        let mut proof = Proof::default();
        let second = Duration::from_secs(1);
        let tries = [Tried::Unknown, Tried::Works, Tried::Unknown, Tried::Works, Tried::Works];
        let said = tries.map(|tried| proof.after(tried, second));
        let (pause, between) = (Next::Again(PAUSE), Next::Again(BETWEEN));
        assert_eq!(said, [pause, between, pause, between, Next::Proven]);
        assert_eq!(Proof::default().after(Tried::Unknown, LIMIT), Next::GiveUp);
    }
}
