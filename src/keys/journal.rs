//! What is known of a rotation, on disk before each of its steps: `~/.aws/keyfob/keys/OLD-KEY-ID.json`, 0600.
//!
//! From the moment AWS has shown the new secret until it stands in its final place, this is where it is kept; the old
//! one is kept here while the rotation can still be undone.

mod text;

use jiff::{SignedDuration, Timestamp};

use super::KeyPair;
use crate::aws::iam::keys::AccessKey;
use crate::aws::iam::owner::Owner;
use crate::config::FileKind;
use crate::python;
use crate::secret::Secret;

/// How far AWS's time of a key's creation may be from this machine's time of the intent: what it takes to hear nothing
/// a few times, or a clock that is a little off. A key that a person made soon after is to stay.
pub const APART: SignedDuration = SignedDuration::from_mins(5);

/// A rotation under way, or one that can still be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    /// When it was begun.
    pub started_at: Timestamp,
    /// The profile it was begun with. `None`: with credentials of the environment.
    pub profile: Option<String>,
    /// The files it was begun with: config and credentials. `None`: not told.
    pub files: Option<[String; 2]>,
    /// Whose keys they are.
    pub owner: Owner,
    /// Whether it was begun for a user that was named.
    pub names_user: bool,
    /// Whether others than the keys themselves sign.
    pub by_others: bool,
    /// The keys that the user had before.
    pub before: Vec<String>,
    /// The key that is replaced.
    pub old: Key,
    /// The key that replaces it; `None` until it is made.
    pub new: Option<Key>,
    /// Where the old key was found, or the new one is to go.
    pub home: Option<Home>,
    /// Whether the new key goes to standard output.
    pub prints: bool,
    /// What becomes of the old key once it is inactive.
    pub then: Then,
    /// How far it is.
    pub phase: Phase,
    /// Whether it goes back: `new` is then the key that was there first.
    pub undoes: bool,
}

/// A key, and its secret where it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// `AKIA...`
    pub id: String,
    /// The secret access key. `None`: it is on no disk of this machine.
    pub secret: Option<Secret>,
}

impl Key {
    /// Both halves, where they are known.
    pub fn pair(&self) -> Option<KeyPair> {
        Some(KeyPair { id: self.id.clone(), secret: self.secret.clone()? })
    }
}

/// A profile, and the file it has its key in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The profile.
    pub profile: String,
    /// The file.
    pub file: FileKind,
    /// Whether a person named it, so that the new key goes there whoever held the old one.
    pub named: bool,
}

/// What becomes of the old key once it is inactive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// It is deleted.
    Delete,
    /// It stays.
    Keep,
    /// A run after this time deletes it.
    DeleteAfter(Timestamp),
}

/// What is done of a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// A key is about to be made. Whether it was is not known.
    Intended,
    /// It is made, and its secret is here.
    Created,
    /// It works.
    Proven,
    /// It stands where the old one stood.
    Replaced,
    /// It works from there.
    InPlace,
    /// The old key is inactive.
    Retired,
    /// On the way back: the key that was there first is to be made active again.
    Returning,
    /// Nothing is left to do.
    Over,
}

/// The journal's file name for the rotation of the key `old`. What stands in a file need not be an id of AWS's.
pub fn file_name(old: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_+=,@-".contains(c);
    match old.chars().all(plain) && !old.is_empty() {
        true => format!("{old}.json"),
        false => python::file_name(old),
    }
}

impl Journal {
    /// Whether it is about the key `id`.
    pub fn is_about(&self, id: &str) -> bool {
        self.old.id == id || self.new.as_ref().is_some_and(|new| new.id == id)
    }

    /// Whether all is done that was to be done by now: what is left is to delete the old key, later or never.
    pub fn rests(&self) -> bool {
        self.phase == Phase::Retired && self.then != Then::Delete
    }

    /// Whether it is about the key `id` and does not know its secret.
    pub fn lacks(&self, id: &str) -> bool {
        [Some(&self.old), self.new.as_ref()].into_iter().flatten().any(|key| key.id == id && key.secret.is_none())
    }

    /// Takes the secret of `pair`, where it is about that key and does not know it.
    pub fn learn(&mut self, pair: &KeyPair) {
        let keys = [Some(&mut self.old), self.new.as_mut()].into_iter().flatten();
        for key in keys.filter(|key| key.id == pair.id && key.secret.is_none()) {
            key.secret = Some(pair.secret.clone());
        }
    }

    /// The key that was there first.
    pub fn first(&self) -> &Key {
        match &self.new {
            Some(new) if self.undoes => new,
            _ => &self.old,
        }
    }

    /// The key that CreateAccessKey made without our hearing of it, as far as `keys`, which the user has now, can tell:
    /// one that was not there before and came when it was asked for. Whether it was used is for the caller to look at.
    pub fn orphan<'a>(&self, keys: &'a [AccessKey]) -> Option<&'a AccessKey> {
        keys.iter().filter(|key| !self.before.contains(&key.id)).find(|key| {
            let since = key.created.map(|created| created.duration_since(self.started_at));
            since.is_some_and(|since| since.abs() <= APART)
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn journal(phase: Phase) -> Journal {
        let key = |id: &str| Key { id: id.into(), secret: Some(Secret::new(format!("{id}/secret"))) };
        Journal {
            started_at: "2026-07-23T18:06:21Z".parse().unwrap(),
            profile: Some("dev".into()),
            files: Some(["/home/me/.aws/config".into(), "/home/me/.aws/credentials".into()]),
            owner: Owner::of("arn:aws:iam::111122223333:user/alice", None).unwrap(),
            names_user: false,
            by_others: false,
            before: vec!["OLD".into()],
            old: key("OLD"),
            new: Some(key("NEW")).filter(|_| phase != Phase::Intended),
            home: Some(Home { profile: "dev".into(), file: FileKind::Credentials, named: false }),
            prints: false,
            then: Then::Delete,
            phase,
            undoes: false,
        }
    }

    #[test]
    fn names_of_files_stay_in_their_folder() {
        assert_eq!(file_name("AKIAIOSFODNN7EXAMPLE"), "AKIAIOSFODNN7EXAMPLE.json");
        for odd in ["../x", "a/b", "", ".hidden", "a b"] {
            let name = file_name(odd);
            assert!(name.len() == 45 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '.'), "{name}");
        }
    }

    #[test]
    fn an_orphan_is_what_came_when_it_was_asked_for() {
        let key = |id: &str, created: &str| AccessKey {
            id: id.into(),
            active: true,
            created: Some(created.parse().unwrap()),
        };
        let old = key("OLD", "2026-07-23T18:06:00Z");
        for (other, found) in [
            (key("OTHER", "2026-07-23T18:06:22Z"), true),
            (key("OTHER", "2026-07-23T18:02:00Z"), true),
            (key("OTHER", "2026-07-23T18:12:00Z"), false),
            (key("OTHER", "2026-07-01T00:00:00Z"), false),
        ] {
            let keys = [old.clone(), other];
            assert_eq!(journal(Phase::Intended).orphan(&keys).is_some(), found, "{keys:?}");
        }
    }
}
