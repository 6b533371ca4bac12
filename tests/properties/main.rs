//! Files and edits made up at random, and what must hold of every one of them.
//!
//! `files` and `edits` make them up; `reader` reads a file a second time, as plainly as Python's `configparser` and
//! botocore do, and says what an edit should leave; the properties compare. PROPTEST_CASES=N raises the number of cases,
//! and `cargo test --test properties -- --ignored` asks botocore itself.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;

use keyfob::config::FileKind;
use keyfob::config::document::{Document, decode};
use keyfob::config::edit::{self, Change, Edit, EditError, Place};
use keyfob::config::shared::SharedConfig;
use keyfob::config::validate::validate;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestCaseResult, TestRunner};

use edits::Edits;
use reader::{File, Id, View};

/// So many cases, the same ones every time, so that a change is judged by what it changes; with PROPTEST_CASES another
/// number, and others every time (the fuzz target explores too). Nothing is written beside the tests.
fn cases(cases: u32) -> ProptestConfig {
    let plain = ProptestConfig { failure_persistence: None, max_shrink_iters: 5_000, ..ProptestConfig::default() };
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => plain,
        None => ProptestConfig { cases, rng_seed: RngSeed::Fixed(2_361_507), ..plain },
    }
}

/// The text as one of the two files, the other one being empty.
fn alone(kind: FileKind, text: &str) -> SharedConfig<'_> {
    match kind {
        FileKind::Config => SharedConfig::parse(text, ""),
        FileKind::Credentials => SharedConfig::parse("", text),
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    /// (a), (f): reading and validating never panic and lose nothing, and agree with the second reader.
    #[test]
    fn any_text_is_read_as_python_reads_it(text in files::soup()) {
        prop_assert_eq!(decode(text.as_bytes()).unwrap(), &text);
        for kind in [FileKind::Config, FileKind::Credentials] {
            reads_alike(kind, &text)?;
        }
        validate(&SharedConfig::parse(&text, &text));
        prop_assert_eq!(edit::apply(&text, &[]).unwrap(), text);
    }

    /// (a), (f): so do bytes that are no text.
    #[test]
    fn any_bytes_are_text_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(text) = decode(&bytes) {
            prop_assert_eq!(Document::parse(text).text().as_bytes(), bytes.as_slice());
            validate(&SharedConfig::parse(text, text));
        }
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    /// (a), (f): files as people and tools write them.
    #[test]
    fn any_file_is_read_as_python_reads_it(
        config in files::file(FileKind::Config, true),
        credentials in files::file(FileKind::Credentials, true),
    ) {
        reads_alike(FileKind::Config, &config)?;
        reads_alike(FileKind::Credentials, &credentials)?;
        let shared = SharedConfig::parse(&config, &credentials);
        validate(&shared);
        if shared.config.check().is_ok() && shared.credentials.check().is_ok() {
            let wanted = View::of(FileKind::Config, &reader::read(&config)).effective();
            let over = View::of(FileKind::Credentials, &reader::read(&credentials)).effective();
            prop_assert_eq!(reader::through_keyfob(&shared), reader::overlaid(wanted, over));
        }
    }

    /// (b), (c), (e): an edit does what it says, to the lines it is about.
    #[test]
    fn an_edit_changes_what_it_is_about(
        (kind, text, Edits(edits)) in files::with(|kind| edits::edits(kind).boxed()),
    ) {
        let before = reader::read(&text);
        if before.readable {
            let after = edit::apply(&text, &edits).map_err(refused)?;
            let mut wanted = View::of(kind, &before);
            edits.iter().for_each(|edit| wanted.edit(edit));
            reads_as(kind, &after, &wanted)?;
            prop_assert!(before.duplicates || !reader::read(&after).duplicates, "something stands twice: {after:?}");
            let own = edits.iter().flat_map(|edit| lines::of_edit(kind, &before, edit)).collect();
            let new = lines::only_these_differ(&before, &own, &after)?;
            lines::are_of_the_edits(&before, &own, &edits, &new)?;
            reads_back(kind, &before, &after, &edits)?;
        }
    }
}

proptest! {
    #![proptest_config(cases(1_500))]

    /// (d): setting what is set changes nothing.
    #[test]
    fn setting_twice_is_setting_once((_, text, Edits(edits)) in files::with(|kind| edits::edits(kind).boxed())) {
        if reader::read(&text).readable {
            let once = edit::apply(&text, &edits).map_err(refused)?;
            let twice = edit::apply(&once, &edits).map_err(refused)?;
            prop_assert_eq!(once, twice);
        }
    }

    /// (d): a new key comes and goes without a trace.
    #[test]
    fn a_new_key_comes_and_goes(
        (kind, text, (which, change)) in files::with(|_| (any::<prop::sample::Index>(), edits::set()).boxed()),
    ) {
        let file = reader::read(&text);
        let places: Vec<_> = View::of(kind, &file).places().collect();
        if file.readable && !places.is_empty() {
            let place = which.get(&places).clone();
            let new = |change| [Edit { place: place.clone(), changes: vec![("brand_new".to_owned(), change)] }];
            let back = match &change {
                Change::SetNested(name, _) => Change::UnsetNested(name.clone()),
                _ => Change::Unset,
            };
            let with = edit::apply(&text, &new(change)).map_err(refused)?;
            let without = edit::apply(&with, &new(back)).map_err(refused)?;
            let restored = without.strip_prefix(&text).is_some_and(|rest| ["", "\n", "\r", "\r\n"].contains(&rest));
            prop_assert!(restored, "{text:?} became {without:?} by way of {with:?}");
        }
    }

    /// Delete: the profile is gone, and its lines, and no others.
    #[test]
    fn a_deleted_profile_is_gone((kind, text, name) in files::with(|_| edits::profile().boxed())) {
        let before = reader::read(&text);
        if before.readable {
            let place = edits::profile_place(kind, &name);
            let after = edit::delete(&text, &place);
            let mut wanted = View::of(kind, &before);
            wanted.remove(&Id::of(&place));
            reads_as(kind, &after, &wanted)?;
            let own = lines::of_deletion(kind, &before, &place);
            let new = lines::only_these_differ(&before, &own, &after)?;
            // A header below loses its indentation; nothing else is new.
            let headers: Vec<_> = own.iter().map(|&at| before.lines[at].text.trim_start()).collect();
            prop_assert!(new.iter().all(|line| headers.contains(line)), "new lines {new:?} in {after:?}");
        }
    }

    /// Rename: the header and the references, nothing else.
    #[test]
    fn a_renamed_profile_keeps_all_else(
        (kind, text, (old, new)) in files::with(|_| (edits::profile(), edits::profile()).boxed()),
    ) {
        let before = reader::read(&text);
        let (from, to) = (edits::profile_place(kind, &old), edits::profile_place(kind, &new));
        if before.readable && let Some(after) = allowed(kind, &before, &from, &to, edit::rename(&text, &from, &to))? {
            let mut wanted = View::of(kind, &before);
            wanted.rename(&Id::of(&from), &Id::of(&to));
            reads_as(kind, &after, &wanted)?;
            let own = lines::of_rename(kind, &before, &from);
            let new = lines::only_these_differ(&before, &own, &after)?;
            prop_assert!(new.len() <= own.len(), "new lines {new:?} in {after:?}");
        }
    }

    /// Copy: the file goes on with the same settings under another name.
    #[test]
    fn a_copied_profile_is_the_same(
        (kind, text, (old, new)) in files::with(|_| (edits::profile(), edits::profile()).boxed()),
    ) {
        let before = reader::read(&text);
        let (from, to) = (edits::profile_place(kind, &old), edits::profile_place(kind, &new));
        if before.readable && let Some(after) = allowed(kind, &before, &from, &to, edit::copy(&text, &from, &to))? {
            let mut wanted = View::of(kind, &before);
            wanted.copy(&Id::of(&from), &Id::of(&to));
            reads_as(kind, &after, &wanted)?;
            prop_assert!(after.starts_with(&text), "{text:?} is not the start of {after:?}");
        }
    }
}

/// (g): a file of ten thousand profiles is edited like any other.
#[test]
fn ten_thousand_profiles_are_no_trouble() {
    let ends = prop::sample::select(vec!["\n", "\r\n", "\r"]);
    let inputs = (files::kind(), ends, 0..10_000usize, edits::change());
    // Always as few: each takes a second.
    TestRunner::new(ProptestConfig { cases: 4, ..cases(4) })
        .run(&inputs, |(kind, end, at, change)| edits_among_many(kind, end, at, &change))
        .unwrap();
}

fn edits_among_many(kind: FileKind, end: &str, at: usize, change: &Change) -> TestCaseResult {
    let text = files::of_many_profiles(kind, 10_000, end);
    let before = reader::read(&text);
    prop_assert_eq!(alone(kind, &text).profile_names().len(), 10_000);
    let edits: Vec<_> = (0..20)
        .map(|step| edits::profile_place(kind, &format!("p{}", (at + step * 501) % 10_010)))
        .map(|place| Edit { place, changes: vec![("region".to_owned(), change.clone())] })
        .collect();
    let after = edit::apply(&text, &edits).unwrap();
    let own = edits.iter().flat_map(|edit| lines::of_edit(kind, &before, edit)).collect();
    let new = lines::only_these_differ(&before, &own, &after)?;
    lines::are_of_the_edits(&before, &own, &edits, &new)?;
    reads_back(kind, &before, &after, &edits)?;
    let deleted = edit::delete(&after, &edits[0].place);
    prop_assert!(alone(kind, &deleted).document(kind).check().is_ok());
    Ok(())
}

/// An edit that should have been made.
fn refused(error: EditError) -> TestCaseError {
    TestCaseError::fail(error.to_string())
}

/// keyfob and the second reader agree whether `text` can be read, and on what it says.
fn reads_alike(kind: FileKind, text: &str) -> TestCaseResult {
    let (shared, file) = (alone(kind, text), reader::read(text));
    let document = shared.document(kind);
    prop_assert_eq!(document.text(), text);
    prop_assert_eq!(document.check().is_ok(), file.readable, "{:?}", document.problems());
    validate(&shared);
    if file.readable {
        prop_assert_eq!(reader::through_keyfob(&shared), View::of(kind, &file).effective());
    }
    Ok(())
}

/// `text` can be read, by both readers, and says what is wanted.
fn reads_as(kind: FileKind, text: &str, wanted: &View) -> TestCaseResult {
    let (shared, file) = (alone(kind, text), reader::read(text));
    prop_assert!(file.readable && shared.document(kind).check().is_ok(), "can no longer be read: {text:?}");
    prop_assert_eq!(reader::through_keyfob(&shared), wanted.effective(), "in {:?}", text);
    prop_assert_eq!(View::of(kind, &file).effective(), wanted.effective(), "to Python, in {:?}", text);
    Ok(())
}

/// (c): what was set is there; what was unset is not, unless the section inherits it.
fn reads_back(kind: FileKind, before: &File<'_>, after: &str, edits: &[Edit]) -> TestCaseResult {
    let (shared, inherited) = (alone(kind, after), View::of(kind, before).inherited);
    for edit in edits {
        let settings = reader::one_through_keyfob(&shared, &edit.place).unwrap_or_default();
        for (key, change) in &edit.changes {
            let key = key.to_lowercase();
            let (sub, wanted) = match change {
                Change::Set(value) => (None, Some(reader::strip(value))),
                Change::SetNested(name, value) => (Some(name), Some(reader::strip(value))),
                Change::Unset => (None, None),
                Change::UnsetNested(name) => (Some(name), None),
            };
            if wanted.is_some() || !inherited.contains_key(&key) {
                prop_assert_eq!(reader::text(settings.get(&key), sub), wanted, "{:?} in {:?}", key, after);
            }
        }
    }
    Ok(())
}

/// The outcome of a copy or rename, unless it was refused for a reason that holds.
fn allowed(
    kind: FileKind,
    before: &File<'_>,
    from: &Place,
    to: &Place,
    outcome: Result<String, EditError>,
) -> Result<Option<String>, TestCaseError> {
    let spellings = |place| {
        let id = Id::of(place);
        let all = before.sections.iter().filter(|section| Id::of_header(kind, section.name) == id);
        all.map(|section| section.name).collect::<BTreeSet<_>>().len()
    };
    match outcome {
        Ok(text) => {
            prop_assert!(spellings(from) < 2 && spellings(to) == 0, "should have been refused");
            Ok(Some(text))
        }
        Err(EditError::TwoSpellings(..)) if spellings(from) > 1 => Ok(None),
        Err(EditError::Exists(_)) if spellings(to) > 0 => Ok(None),
        Err(error) => Err(refused(error)),
    }
}

mod files;

mod edits;

mod reader;

mod lines;

mod botocore;
