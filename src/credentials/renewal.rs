//! When a stored answer is good enough, and how one process renews it for all.
//!
//! Whoever finds an entry stale takes the lock of that entry, looks again, and only then asks. Who
//! waited finds the answer of the one before. A process that dies frees its lock.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;

use super::{Credentials, ResolveError};
use crate::secret::Secret;
use crate::world::World;
use crate::world::lock::{Holder, Wait};

/// An entry with less than this left is renewed (botocore's advisory window).
pub const WINDOW: i64 = 15 * 60;

/// Credentials with less than this left are of no use to anybody: a request takes its time.
const TOO_LATE: i64 = 10;

/// How long a renewal by another process is waited for. After that this one asks for itself.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// How long storing an answer may take.
const STORING: Duration = Duration::from_secs(5);

/// What a stored answer is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// Handed on as it is.
    Fresh,
    /// To be renewed, and handed on if that fails.
    Fallback,
    /// Nothing.
    Over,
}

/// What credentials that end at `expiry` are worth at `now`. `renewed_meanwhile`: another process has
/// just obtained them, so that AWS has no better ones.
pub fn worth(expiry: Option<Timestamp>, now: Timestamp, renewed_meanwhile: bool) -> Worth {
    let Some(expiry) = expiry else { return Worth::Fresh };
    match expiry.as_second() - now.as_second() {
        left if left < TOO_LATE => Worth::Over,
        left if left >= WINDOW || renewed_meanwhile => Worth::Fresh,
        _ => Worth::Fallback,
    }
}

/// An entry of a cache: where it is, how it is read, and who asks when it is stale.
pub(super) struct Entry<'a> {
    pub(super) path: Option<&'a Path>,
    /// Told to those who wait.
    pub(super) purpose: &'a str,
    pub(super) read: &'a dyn Fn(&[u8]) -> Option<Credentials>,
}

/// What asking gave: credentials, and the entry that stores them (`None`: not to be stored).
pub(super) type Renewed = (Credentials, Option<Secret>);

/// What is told while waiting or when something is lost that costs no answer.
pub trait Notices {
    /// Another process is renewing the same credentials.
    fn waiting(&self, holder: &Holder);
    /// The answer is good, but something about it is not.
    fn warning(&self, text: &str);
    /// For those who look closely.
    fn debug(&self, text: &dyn Fn() -> String);
}

/// The entry's credentials, renewed by `renew` where they must be.
pub(super) fn current(
    world: &World,
    notices: &dyn Notices,
    entry: &Entry<'_>,
    renew: &mut dyn FnMut() -> Result<Renewed, ResolveError>,
) -> Result<Credentials, ResolveError> {
    let Some(path) = entry.path else { return Ok(renew()?.0) };
    let look = || {
        // What cannot be read counts as absent.
        let bytes = world.files.read(path).ok().flatten();
        bytes.as_deref().and_then(entry.read)
    };
    let judge = |found: &Option<Credentials>, renewed| {
        let expiry = found.as_ref().map(|found| found.expiry.map(|expiry| expiry.timestamp()));
        expiry.map_or(Worth::Over, |expiry| worth(expiry, world.clock.now(), renewed))
    };
    let before = look();
    match (judge(&before, false), before.clone()) {
        (Worth::Fresh, Some(found)) => return Ok(found),
        (worth, _) => notices.debug(&|| format!("{}: {worth:?}", path.display())),
    }
    let notice = |holder: &Holder| notices.waiting(holder);
    let wait = Wait { limit: LONGEST_WAIT, purpose: entry.purpose, notice: &notice };
    // Without a lock (no room, no right to write) everyone asks for themselves.
    let lock = world.files.lock_renewal(path, &wait);
    if let Err(error) = &lock {
        notices.debug(&|| format!("no lock: {error}"));
    }
    let found = look();
    let state = judge(&found, found != before);
    match (state, found) {
        (Worth::Fresh, Some(found)) => Ok(found),
        (state, found) => match renew() {
            Ok((credentials, entry)) => {
                if let Some(entry) = entry {
                    store(world, notices, path, entry.expose());
                }
                Ok(credentials)
            }
            Err(error) => match found.filter(|_| state == Worth::Fallback) {
                Some(found) => {
                    let until = found.expiry.map(|expiry| expiry.zulu()).unwrap_or_default();
                    notices.warning(&format!("using credentials that end at {until}: renewing them failed: {error}"));
                    Ok(found)
                }
                None => Err(error),
            },
        },
    }
}

/// A cache that cannot be written costs the cache, not the answer.
pub(super) fn store(world: &World, notices: &dyn Notices, path: &Path, entry: &str) {
    let wait = Wait { limit: STORING, purpose: "storing credentials", notice: &|_| {} };
    if let Err(error) = world.files.store(path, &wait, entry.as_bytes()) {
        notices.warning(&format!("the credentials are not kept for the next time: {error}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_answer_is_worth() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        for (left, renewed, expected) in [
            (901, false, Worth::Fresh),
            (900, false, Worth::Fresh),
            (899, false, Worth::Fallback),
            (899, true, Worth::Fresh),
            (10, true, Worth::Fresh),
            (10, false, Worth::Fallback),
            (9, true, Worth::Over),
            (-5, false, Worth::Over),
        ] {
            let expiry = Timestamp::from_second(1_000_000 + left).unwrap();
            assert_eq!(worth(Some(expiry), now, renewed), expected, "{left} {renewed}");
        }
        assert_eq!(worth(None, now, false), Worth::Fresh);
    }
}
