//! Any bytes as one of AWS's two shared files: reading loses nothing, an edit reads back, nothing panics.
//!
//! The first bytes choose an edit, the next ones its value; the rest is the file. The properties that need a second
//! reader are in tests/properties.rs.
#![no_main]

#[allow(dead_code, unused_imports, reason = "the rooms as they are; not all of them is fuzzed")]
#[path = "../../src/config/mod.rs"]
mod config;
#[allow(dead_code, reason = "see above")]
#[path = "../../src/secret.rs"]
mod secret;

use crate::config::FileKind;
use crate::config::document::{Document, Value, decode, trim};
use crate::config::edit::{self, Change, Edit, EditError, Place};
use crate::config::shared::SharedConfig;
use crate::config::validate::validate;
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 8] = ["default", "dev", "a b", "it's", "a\\b", "x]y", "é", "new"];
const KEYS: [&str; 8] = ["region", "Region", "s3", "source_profile", "k", "my key", "Ü", "aws_access_key_id"];

fuzz_target!(|bytes: &[u8]| {
    reads(bytes);
    if let Some((asked, file)) = bytes.split_first_chunk()
        && let Ok(text) = decode(file)
    {
        let asked = Asked::of(*asked, text);
        edits(text, &asked);
        whole_profiles(text, &asked);
    }
});

/// Everything that only reads, on the bytes as one file and as two.
fn reads(bytes: &[u8]) {
    let (front, back) = bytes.split_at(bytes.len() / 2);
    for (config, credentials) in [(bytes, &b""[..]), (b"", bytes), (front, back)] {
        if let (Ok(config), Ok(credentials)) = (decode(config), decode(credentials)) {
            let shared = SharedConfig::parse(config, credentials);
            walk(&shared.config, config);
            walk(&shared.credentials, credentials);
            for name in shared.profile_names() {
                assert!(shared.profile(&name).is_some(), "a listed profile has settings");
            }
            for name in shared.sso_session_names() {
                assert!(shared.sso_session(&name).is_some(), "a listed session has settings");
            }
            validate(&shared);
        }
    }
}

fn walk(document: &Document<'_>, text: &str) {
    assert_eq!(document.text(), text);
    let mut line = 0;
    for section in document.sections() {
        assert!(section.line() > line, "sections follow each other");
        line = section.line();
        for entry in document.entries(section) {
            assert!(entry.line() > line, "entries follow each other");
            line = entry.line();
            assert!(!entry.key().is_empty(), "an entry has a key");
            if let Value::Nested(block) = &entry.value {
                assert!(block.iter().all(|nested| nested.line > line), "a block is below its key");
            }
        }
    }
    assert_eq!(edit::apply(text, &[]).as_deref(), Ok(text));
}

/// What shall become of the file.
struct Asked {
    kind: FileKind,
    name: &'static str,
    other: &'static str,
    key: &'static str,
    sub: Option<&'static str>,
    value: String,
}

impl Asked {
    /// The value is a piece of the file itself, so that it is made of what means something there.
    fn of([place, key, from]: [u8; 3], text: &str) -> Self {
        let pick = |pool: &[&'static str; 8], at: u8| pool[usize::from(at) % 8];
        let value = text.chars().skip(from.into()).take(9).filter(|c| !is_line_end(*c)).collect();
        Self {
            kind: if place & 0x80 == 0 { FileKind::Config } else { FileKind::Credentials },
            name: pick(&NAMES, place),
            other: pick(&NAMES, place >> 3),
            key: pick(&KEYS, key),
            sub: (key & 0x80 != 0).then(|| pick(&KEYS, key >> 3)),
            value,
        }
    }

    fn place(&self, name: &str) -> Place {
        match self.kind {
            FileKind::Config => Place::Profile(name.to_owned()),
            FileKind::Credentials => Place::Credentials(name.to_owned()),
        }
    }

    fn edit(&self, change: Change) -> [Edit; 1] {
        [Edit { place: self.place(self.name), changes: vec![(self.key.to_owned(), change)] }]
    }

    fn set(&self) -> [Edit; 1] {
        let value = self.value.clone();
        self.edit(self.sub.map_or(Change::Set(value.clone()), |sub| Change::SetNested(sub.to_owned(), value)))
    }

    fn unset(&self) -> [Edit; 1] {
        self.edit(self.sub.map_or(Change::Unset, |sub| Change::UnsetNested(sub.to_owned())))
    }

    /// The value through the merged view of `text`.
    fn found(&self, text: &str) -> Option<String> {
        let shared = self.shared(text);
        let settings = shared.profile(self.name)?;
        let key = self.key.to_lowercase();
        match self.sub {
            Some(sub) => Some(settings.nested(&key, sub)?.value.to_owned()),
            None => Some(settings.text(&key)?.to_owned()),
        }
    }

    fn shared<'t>(&self, text: &'t str) -> SharedConfig<'t> {
        match self.kind {
            FileKind::Config => SharedConfig::parse(text, ""),
            FileKind::Credentials => SharedConfig::parse("", text),
        }
    }
}

/// What ends a line to Python in a file or, within a nested block, to `str.splitlines`.
fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// On a file that checks, a set succeeds, reads back and is the same when made twice; the file still checks.
fn edits(text: &str, asked: &Asked) {
    let document = Document::parse(text);
    if document.check().is_err() {
        return;
    }
    // A line of a nested block that botocore reads as several is not edited.
    let odd = text.contains(|c| is_line_end(c) && !matches!(c, '\n' | '\r'));
    let edited = |outcome: Result<String, EditError>| match outcome {
        Err(EditError::NotReadBack(_)) if odd => None,
        outcome => Some(outcome.unwrap()),
    };
    let Some(with) = edited(edit::apply(text, &asked.set())) else { return };
    assert_eq!(asked.found(&with).as_deref(), Some(trim(&asked.value)), "{with:?}");
    assert_eq!(Document::parse(&with).check(), Ok(()));
    assert_eq!(edit::apply(&with, &asked.set()).as_deref(), Ok(with.as_str()));
    let Some(without) = edited(edit::apply(&with, &asked.unset())) else { return };
    assert_eq!(Document::parse(&without).check(), Ok(()));
    let inherits = document.sections().iter().any(|section| section.name == "DEFAULT");
    assert!(inherits || asked.found(&without).is_none(), "{without:?}");
}

/// On a file that checks, deleting, renaming and copying leave a file that checks.
fn whole_profiles(text: &str, asked: &Asked) {
    if Document::parse(text).check().is_err() {
        return;
    }
    let (from, to) = (asked.place(asked.name), asked.place(asked.other));
    let deleted = edit::delete(text, &from);
    assert_eq!(Document::parse(&deleted).check(), Ok(()));
    assert!(asked.shared(&deleted).profile(asked.name).is_none());
    for outcome in [edit::rename(text, &from, &to), edit::copy(text, &from, &to)] {
        match outcome {
            Ok(new) => assert_eq!(Document::parse(&new).check(), Ok(())),
            Err(error) => assert!(matches!(error, EditError::Exists(_) | EditError::TwoSpellings(..)), "{error}"),
        }
    }
}
