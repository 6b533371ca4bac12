//! Which of two keys can go: never one that was used after the other.

use crate::aws::iam::keys::{AccessKey, LastUse};

/// The key that is to be rotated, or the one in the way.
#[derive(Debug, Clone)]
pub struct Known {
    /// What IAM lists.
    pub key: AccessKey,
    /// Its last use. `Err`: that may not be asked.
    pub last: Result<Option<LastUse>, String>,
}

/// Why a key has to stay.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Kept {
    /// It was used later.
    #[error("it was used after the one that is to be rotated")]
    UsedLater,
    /// Nobody knows.
    #[error("when it was used cannot be told ({0})")]
    Unknown(String),
    /// It works, and a profile here has it.
    #[error("it works, and is in use here, in {0}")]
    InUse(String),
}

/// Whether `other` can go to make room for the successor of `rotated`. `holders`: the profiles here that hold `other`.
///
/// # Errors
/// Why it has to stay.
pub fn can_go(other: &Known, rotated: &Known, holders: &[String]) -> Result<(), Kept> {
    if other.key.active && !holders.is_empty() {
        return Err(Kept::InUse(holders.join(", ")));
    }
    let last = |known: &Known| known.last.clone().map_err(Kept::Unknown);
    match (last(other)?, last(rotated)?) {
        (None, _) => Ok(()),
        (Some(other), Some(rotated)) if other.at <= rotated.at => Ok(()),
        (Some(_), _) => Err(Kept::UsedLater),
    }
}

/// `inactive, never used`
pub fn shown(known: &Known) -> String {
    let status = if known.key.active { "active" } else { "inactive" };
    let used = match &known.last {
        Ok(Some(last)) => format!("last used {}", last.at.strftime("%Y-%m-%d %H:%M UTC")),
        Ok(None) => "never used".to_owned(),
        Err(_) => "last use not known".to_owned(),
    };
    format!("{status}, {used}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(active: bool, used: Option<&str>) -> Known {
        let last = used.map(|at| LastUse { at: at.parse().unwrap(), service: "sts".into(), region: "x".into() });
        Known { key: AccessKey { id: "K".into(), active, created: None }, last: Ok(last) }
    }

    #[test]
    fn a_key_that_was_used_later_stays() {
        let (early, late) = (Some("2026-01-01T00:00:00Z"), Some("2026-02-01T00:00:00Z"));
        let held = ["p".to_owned()];
        for (other, rotated, holders, wanted) in [
            (known(false, None), known(true, None), &[][..], Ok(())),
            (known(true, None), known(true, early), &[], Ok(())),
            (known(true, early), known(true, late), &[], Ok(())),
            (known(false, late), known(true, early), &[], Err(Kept::UsedLater)),
            (known(false, early), known(true, None), &[], Err(Kept::UsedLater)),
            (known(true, None), known(true, early), &held, Err(Kept::InUse("p".into()))),
            (known(false, None), known(true, early), &held, Ok(())),
        ] {
            assert_eq!(can_go(&other, &rotated, holders), wanted, "{} / {}", shown(&other), shown(&rotated));
        }
        let unknown = Known { last: Err("no".into()), ..known(false, None) };
        assert_eq!(can_go(&unknown, &known(true, late), &[]), Err(Kept::Unknown("no".into())));
    }
}
