//! Which of two keys can go: never one that was used after the other.

use jiff::{SignedDuration, Timestamp};

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
    /// The last use of the key that is to be rotated is this very run, so which was used later before that is not known.
    #[error(
        "whether it was used after the one that is to be rotated cannot be told: the last use of that one is this command's own"
    )]
    OwnUse,
    /// Nobody knows.
    #[error("when it was used cannot be told ({0})")]
    Unknown(String),
    /// It works, and a profile here has it.
    #[error("it works, and is in use here, in {0}")]
    InUse(String),
}

/// What is known beside the two keys.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// The profiles here that hold the other key.
    pub holders: &'a [String],
    /// Whether it is the key that the one to be rotated has replaced, kept so that this can be undone.
    pub is_kept: bool,
    /// When this run began: it signs with the key that is to be rotated, and what it asks is a use too.
    pub begun: Timestamp,
}

/// IAM's time of a use is in whole minutes at best, and this machine's clock may be off by some without anybody noticing.
const COARSE: SignedDuration = SignedDuration::from_mins(5);

/// How long ago keyfob's own calls are taken into account.
const TODAY: SignedDuration = SignedDuration::from_hours(24);

/// Whether `other` can go to make room for the successor of `rotated`.
///
/// # Errors
/// Why it has to stay.
pub fn can_go(other: &Known, rotated: &Known, about: Circumstances<'_>) -> Result<(), Kept> {
    if other.key.active && !about.holders.is_empty() {
        return Err(Kept::InUse(about.holders.join(", ")));
    }
    if about.is_kept && !other.key.active {
        return Ok(());
    }
    let last = |known: &Known| known.last.clone().map_err(Kept::Unknown);
    // keyfob asks these two; an earlier command of today may have been the last to use it.
    let is_ours = |used: &LastUse| ["iam", "sts"].contains(&used.service.as_str());
    let is_own = |used: &LastUse| {
        let since = used.at.duration_since(about.begun);
        since >= -COARSE || (is_ours(used) && since >= -TODAY)
    };
    match (last(other)?, last(rotated)?) {
        (None, _) => Ok(()),
        // The key that signs this is in use; nobody can use one that is inactive.
        (Some(used), Some(rotated)) if is_own(&rotated) => match other.key.active {
            false => Ok(()),
            true if used.at > rotated.at => Err(Kept::UsedLater),
            true => Err(Kept::OwnUse),
        },
        (Some(used), Some(rotated)) if used.at <= rotated.at => Ok(()),
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
        let (begun, own) = ("2026-03-01T00:00:00Z".parse().unwrap(), Some("2026-03-01T00:00:01Z"));
        let held = ["p".to_owned()];
        for (other, rotated, holders, wanted) in [
            (known(false, None), known(true, None), &[][..], Ok(())),
            (known(true, None), known(true, early), &[], Ok(())),
            (known(true, early), known(true, late), &[], Ok(())),
            (known(false, late), known(true, early), &[], Err(Kept::UsedLater)),
            (known(false, early), known(true, None), &[], Err(Kept::UsedLater)),
            (known(true, None), known(true, early), &held, Err(Kept::InUse("p".into()))),
            (known(false, None), known(true, early), &held, Ok(())),
            (known(true, late), known(true, own), &[], Err(Kept::OwnUse)),
            (known(true, own), known(true, own), &[], Err(Kept::OwnUse)),
            (known(false, late), known(true, own), &[], Ok(())),
            (known(true, None), known(true, own), &[], Ok(())),
        ] {
            let about = Circumstances { holders, is_kept: false, begun };
            assert_eq!(can_go(&other, &rotated, about), wanted, "{} / {}", shown(&other), shown(&rotated));
        }
        let about = Circumstances { holders: &[], is_kept: false, begun };
        let unknown = Known { last: Err("no".into()), ..known(false, None) };
        assert_eq!(can_go(&unknown, &known(true, late), about), Err(Kept::Unknown("no".into())));
        let kept = Circumstances { is_kept: true, ..about };
        assert_eq!(can_go(&known(false, late), &known(true, early), kept), Ok(()));
        assert_eq!(can_go(&known(true, late), &known(true, early), kept), Err(Kept::UsedLater));
    }
}
