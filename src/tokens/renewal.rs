//! When a stored answer is good enough, and how one process renews it for all.
//!
//! Whoever finds an entry stale takes the lock of that entry, looks again, and only then asks. Who
//! waited finds the answer of the one before. A process that dies frees its lock. Tokens and the
//! credentials of roles are renewed alike.

use std::fmt::Display;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;

use crate::secret::Secret;
use crate::world::World;
use crate::world::lock::{Holder, Wait};

/// An entry with less than this left is renewed (botocore's advisory window).
pub const WINDOW: i64 = 15 * 60;

/// What has less than this left is of no use to anybody: a request takes its time.
const TOO_LATE: i64 = 10;

/// How long a renewal by another process is waited for. After that this one asks for itself.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// The same where the entry is still good for a while.
const SHORT_WAIT: Duration = Duration::from_secs(20);

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

/// What an answer that ends at `expiry` is worth at `now`. `renewed_meanwhile`: another process has
/// just obtained it, so that AWS has no better one.
pub fn worth(expiry: Option<Timestamp>, now: Timestamp, renewed_meanwhile: bool) -> Worth {
    worth_within(WINDOW, expiry, now, renewed_meanwhile)
}

/// As [`worth`], for what is renewed when less than `window` seconds are left.
pub(super) fn worth_within(window: i64, expiry: Option<Timestamp>, now: Timestamp, renewed_meanwhile: bool) -> Worth {
    let Some(expiry) = expiry else { return Worth::Fresh };
    match expiry.as_second() - now.as_second() {
        left if left < TOO_LATE => Worth::Over,
        left if left >= window || renewed_meanwhile => Worth::Fresh,
        _ => Worth::Fallback,
    }
}

/// What ends some time, and is renewed before.
pub trait Renewable: Clone + PartialEq {
    /// When it ends. `None`: it does not.
    fn ends(&self) -> Option<Timestamp>;

    /// What it is worth at `now`: see [`worth`].
    fn worth(&self, now: Timestamp, renewed_meanwhile: bool) -> Worth {
        worth(self.ends(), now, renewed_meanwhile)
    }
}

/// An entry of a cache: where it is, how it is read, and what those who wait are told.
pub struct Entry<'a, T> {
    /// The file. `None`: there is no place for one.
    pub path: Option<&'a Path>,
    /// What is renewed, to those who wait: `renewing the credentials of profile p`.
    pub purpose: &'a dyn Fn() -> String,
    /// Whether renewing uses up what the entry holds, such as a refresh token that is taken once. From the call to
    /// the stored answer Ctrl-C then waits: between them the answer is all there is.
    pub spends: bool,
    /// How one speaks of what is in it.
    pub what: Words,
    /// Reads it. `None`: it is none, or a broken one.
    pub read: &'a dyn Fn(&[u8]) -> Option<T>,
}

/// How one speaks of what is renewed.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    what: &'static str,
    end: &'static str,
    them: &'static str,
    are: &'static str,
}

/// Credentials.
pub const CREDENTIALS: Words = Words { what: "credentials", end: "end", them: "them", are: "the credentials are" };

/// A token.
pub const TOKEN: Words = Words { what: "a token", end: "ends", them: "it", are: "the token is" };

/// What asking gave: the answer, and the entry that stores it (`None`: not to be stored).
pub type Renewed<T> = (T, Option<Secret>);

/// Who asks when an entry is stale; given what was found last.
pub type Renew<'a, T, E> = &'a mut dyn FnMut(Option<&T>) -> Result<Renewed<T>, E>;

/// Why asking came to nothing.
pub trait Failure: Display {
    /// Whether a person wants it to end here, whatever was found before.
    fn is_final(&self) -> bool {
        false
    }
}

/// What is told while waiting or when something is lost that costs no answer.
pub trait Notices {
    /// Another process is renewing the same.
    fn waiting(&self, holder: &Holder);
    /// The answer is good, but something about it is not.
    fn warning(&self, text: &str);
    /// For those who look closely.
    fn debug(&self, text: &dyn Fn() -> String);
}

/// What `entry` holds, renewed by `renew` where it must be; `renew` is given what was found last.
///
/// # Errors
/// What `renew` says, unless what was found is still good.
pub fn current<T: Renewable, E: Failure>(
    world: &World,
    notices: &dyn Notices,
    entry: &Entry<'_, T>,
    renew: Renew<'_, T, E>,
) -> Result<T, E> {
    let Some(path) = entry.path else { return Ok(renew(None)?.0) };
    let look = || {
        // What cannot be read counts as absent.
        let bytes = world.files.read(path).ok().flatten();
        bytes.as_deref().and_then(entry.read)
    };
    let judge = |found: &Option<T>, renewed| {
        found.as_ref().map_or(Worth::Over, |found| found.worth(world.clock.now(), renewed))
    };
    let before = look();
    let first = judge(&before, false);
    let before = match (first, before) {
        (Worth::Fresh, Some(found)) => return Ok(found),
        (_, before) => before,
    };
    notices.debug(&|| format!("{}: {first:?}", path.display()));
    // Put away after the lock: what lets an interrupt through ends the process.
    let mut _deferred = None;
    let notice = |holder: &Holder| notices.waiting(holder);
    let limit = if first == Worth::Fallback { SHORT_WAIT } else { LONGEST_WAIT };
    let purpose = (entry.purpose)();
    let wait = Wait { limit, purpose: &purpose, notice: &notice };
    // Without a lock (no room, no right to write) everyone asks for themselves.
    let lock = world.files.lock_renewal(path, &wait);
    if let Err(error) = &lock {
        notices.debug(&|| format!("no lock: {error}"));
    }
    let found = look();
    let state = judge(&found, found != before);
    // Who held the lock has just asked in vain: those who waited need not, one after the other.
    let asked_by_another = state == Worth::Fallback
        && match &lock {
            Ok(lock) => lock.waited,
            Err(error) => error.is_busy(),
        };
    let found = match (state, found) {
        (Worth::Fresh, Some(found)) => return Ok(found),
        (_, Some(found)) if asked_by_another => return Ok(found),
        (_, found) => found,
    };
    if entry.spends {
        _deferred = Some(world.terminal.defer());
    }
    match renew(found.as_ref()) {
        Ok((renewed, entry_text)) => {
            if let Some(text) = entry_text {
                store(world, notices, path, entry.what, text.expose());
            }
            Ok(renewed)
        }
        Err(error) => match found.filter(|_| state == Worth::Fallback && !error.is_final()) {
            Some(found) => {
                let until = found.ends().map(|ends| super::expiry::Expiry::from(ends).zulu()).unwrap_or_default();
                let Words { what, end, them, .. } = entry.what;
                notices.warning(&format!("using {what} that {end} at {until}: renewing {them} failed: {error}"));
                Ok(found)
            }
            None => Err(error),
        },
    }
}

/// Whether within `grace` another process is seen to renew what is in `path`, whose purpose starts with `how`.
pub fn another_renews(world: &World, path: &Path, how: &str, grace: Duration) -> bool {
    const NAP: Duration = Duration::from_millis(25);
    let wait = Wait { limit: Duration::ZERO, purpose: "", notice: &|_| {} };
    let mut looked = Duration::ZERO;
    while looked < grace {
        // Let go of at once: who has something to do there is not held up.
        match world.files.lock_renewal(path, &wait) {
            Ok(lock) => drop(lock),
            Err(error) => match error.holder() {
                Some(holder) if holder.purpose().starts_with(how) => return true,
                Some(_) => {}
                None => return false,
            },
        }
        world.clock.sleep(NAP);
        looked += NAP;
    }
    false
}

/// A cache that cannot be written costs the cache, not the answer.
pub fn store(world: &World, notices: &dyn Notices, path: &Path, what: Words, entry: &str) {
    let wait = Wait { limit: STORING, purpose: "storing what was renewed", notice: &|_| {} };
    if let Err(error) = world.files.store(path, &wait, entry.as_bytes()) {
        notices.warning(&format!("{} not kept for the next time: {error}", what.are));
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
