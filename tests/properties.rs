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
use proptest::test_runner::{TestCaseResult, TestRunner};

use edits::Edits;
use reader::{File, Id, View};

/// So many cases, unless PROPTEST_CASES has another number; nothing is written beside the tests.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 5_000, ..ProptestConfig::default() }
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
        // Python ends lines of a nested block at these too; keyfob does not.
        let text = text.replace(['\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}', '\u{2028}', '\u{2029}'], " ");
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

mod files {
    //! Files made up at random: what people and tools write, what the grammar allows besides, and mistakes.
    //!
    //! A file is made of sections with settings, comments and blank lines between any two lines, and line ends of one
    //! kind or of all. The pools are small, so that sections and keys meet each other and the edits.

    use super::*;
    use proptest::sample::select;

    const PLAIN_HEADERS: &[&str] =
        &["default", "profile dev", "profile ops", "profile 'a b'", "sso-session dev", "services dev", "plugins"];
    const ODD_HEADERS: &[&str] = &[
        "profile default",
        "profile  dev ",
        "profile\tdev",
        "profile 'dev'",
        "profile \"dev\"",
        "profiles dev",
        "profile \"a b\"",
        "profile a\\ b",
        "profile 'it'\"'\"'s'",
        "profile \"it's\"",
        "profile 'a\\b'",
        "profile x]y",
        "profile 日本",
        "profile a b",
        "profile \"bad",
        "profile b#c",
        "profile ''",
        "profilefoo",
        "profile",
        " profile dev",
        "sso-session 'a b'",
        "sso-sessionX dev",
        "services 'a b'",
        "foo",
        "DEFAULT",
        "Default",
        "]",
        "[x",
    ];
    const CREDENTIALS_HEADERS: &[&str] = &["default", "dev", "ops", "a b"];
    const ODD_CREDENTIALS_HEADERS: &[&str] =
        &[" dev ", "profile dev", "it's", "a\\b", "x]y", "日本", "b#c", "DEFAULT", "[x", "]", "\tdev"];
    pub const KEYS: &[&str] = &["region", "output", "s3", "source_profile", "role_arn", "k"];
    const ODD_KEYS: &[&str] = &["Region", "S3", "my key", "Ü", "[b", "k#1", "ΑΣ", "source_PROFILE"];
    const VALUES: &[&str] = &["a", "eu-west-1", "dev", "ops", "a b", "x = y", "default"];
    const ODD_VALUES: &[&str] = &[
        "",
        "# c",
        "; c",
        "a # b",
        "[v]",
        "'q'",
        "\"",
        "a:b",
        "=",
        ":",
        "50%(x)s",
        "日本",
        "\u{feff}",
        "é\u{301}",
        "a\u{a0}b",
        "it's",
        "x]y",
        "é",
    ];
    const NAMES: &[&str] = &["a", "b", "region", "s3", "A", "my name", "a:b", "Ü"];
    const SEPARATORS: &[&str] = &[" = ", " = ", "=", "= ", " =", ":", " : ", "\t=\t", "\u{a0}=\u{a0}"];
    const BEHIND_HEADER: &[&str] = &[" ", "\t", " # c", ";c", " = x", "x", " # [c]", "\u{1f}"];
    const BEHIND_VALUE: &[&str] = &[" ", "\t", "\u{a0}", "\u{1f}", "  \u{2003}"];
    const COMMENTS: &[&str] = &["#", "# c", "; c", "# region = x", "#region=x", ";[profile dev]", "# é: b", "## ["];
    const BLANKS: &[&str] = &["", "", "", " ", "\t", "      ", "\u{a0}"];
    const INDENTS: &[&str] = &["", "", "", "", " ", "  ", "    ", "\t", " \t", "\u{a0}", "\u{3000}"];
    const DEEPER: &[&str] = &["  ", "    ", " ", "\t", "\u{a0}"];
    const MISTAKES: &[&str] = &["junk", "= v", ": v", "[open", "[]", "\u{feff}", "[profile dev"];

    /// One of `common`, or less often one of `odd`.
    fn either(common: &'static [&'static str], odd: &'static [&'static str]) -> impl Strategy<Value = String> {
        prop_oneof![4 => select(common), 1 => select(odd)].prop_map(str::to_owned)
    }

    /// Mostly nothing, else one of `odd`.
    fn seldom(odd: &'static [&'static str]) -> impl Strategy<Value = String> {
        prop_oneof![6 => Just(""), 1 => select(odd)].prop_map(str::to_owned)
    }

    pub fn kind() -> impl Strategy<Value = FileKind> {
        select(vec![FileKind::Config, FileKind::Config, FileKind::Credentials])
    }

    pub fn key() -> impl Strategy<Value = String> {
        either(KEYS, ODD_KEYS)
    }

    /// A name in a nested block.
    pub fn name() -> impl Strategy<Value = String> {
        select(NAMES).prop_map(str::to_owned)
    }

    pub fn value() -> impl Strategy<Value = String> {
        prop_oneof![
            6 => either(VALUES, ODD_VALUES),
            1 => "\\PC{0,12}",
        ]
    }

    /// A file and something to do with it.
    pub fn with<T: std::fmt::Debug>(
        what: impl Fn(FileKind) -> BoxedStrategy<T>,
    ) -> impl Strategy<Value = (FileKind, String, T)> {
        kind().prop_flat_map(move |kind| (Just(kind), file(kind, true), what(kind)))
    }

    /// A file of this kind. Nothing stands twice in it unless `twice`.
    pub fn file(kind: FileKind, twice: bool) -> impl Strategy<Value = String> {
        let sections = proptest::collection::vec(section(kind), 0..6);
        (filler(), sections, line_ends(), any::<bool>()).prop_map(move |(mut lines, mut sections, ends, closed)| {
            if !twice {
                without_duplicates(&mut sections);
            }
            for section in sections {
                lines.extend(section.lines);
                lines.extend(section.settings.into_iter().flat_map(|setting| setting.lines));
            }
            joined(&lines, &ends, closed)
        })
    }

    #[derive(Debug, Clone)]
    struct Section {
        header: String,
        lines: Vec<String>,
        settings: Vec<Setting>,
    }

    #[derive(Debug, Clone)]
    struct Setting {
        key: String,
        lines: Vec<String>,
    }

    fn without_duplicates(sections: &mut Vec<Section>) {
        let mut headers = BTreeSet::new();
        sections.retain(|section| headers.insert(section.header.clone()));
        for section in sections {
            let mut keys = BTreeSet::new();
            section.settings.retain(|setting| keys.insert(setting.key.to_lowercase()));
        }
    }

    fn section(kind: FileKind) -> impl Strategy<Value = Section> {
        let header = match kind {
            FileKind::Config => either(PLAIN_HEADERS, ODD_HEADERS).boxed(),
            FileKind::Credentials => either(CREDENTIALS_HEADERS, ODD_CREDENTIALS_HEADERS).boxed(),
        };
        let settings = select(INDENTS).prop_flat_map(|indent| proptest::collection::vec(setting(indent), 0..6));
        let mistake = prop_oneof![60 => Just(None), 1 => select(MISTAKES).prop_map(Some)];
        (header, seldom(INDENTS), seldom(BEHIND_HEADER), filler(), mistake, settings).prop_map(
            |(header, indent, behind, filler, mistake, settings)| {
                let mut lines = vec![format!("{indent}[{header}]{behind}")];
                lines.extend(filler);
                lines.extend(mistake.map(str::to_owned));
                Section { header, lines, settings }
            },
        )
    }

    fn setting(indent: &'static str) -> impl Strategy<Value = Setting> {
        let indent = prop_oneof![12 => Just(indent), 1 => select(INDENTS)];
        (indent, key(), body(), filler()).prop_map(|(indent, key, body, filler)| {
            let more = body
                .more
                .into_iter()
                .map(|line| if line.indented { indent.to_owned() + &line.text } else { line.text });
            let mut lines = vec![format!("{indent}{key}{}", body.first)];
            lines.extend(more);
            lines.extend(filler);
            Setting { key, lines }
        })
    }

    /// What stands behind a key: on its line, and below.
    #[derive(Debug, Clone)]
    struct Body {
        first: String,
        more: Vec<More>,
    }

    #[derive(Debug, Clone)]
    struct More {
        text: String,
        /// Comes deeper than the key, wherever that is.
        indented: bool,
    }

    fn body() -> impl Strategy<Value = Body> {
        let plain = (select(SEPARATORS), value(), seldom(BEHIND_VALUE)).prop_map(|(separator, value, behind)| Body {
            first: separator.to_owned() + &value + &behind,
            more: vec![],
        });
        let several = (select(SEPARATORS), value(), more(prop_oneof![value(), nested()].boxed()))
            .prop_map(|(separator, value, more)| Body { first: separator.to_owned() + &value, more });
        let block = (select(SEPARATORS), more(nested().boxed()))
            .prop_map(|(separator, more)| Body { first: separator.to_owned(), more });
        prop_oneof![5 => plain, 1 => several, 3 => block]
    }

    fn nested() -> impl Strategy<Value = String> {
        (name(), select(vec![" = ", "=", " ="]), value(), seldom(BEHIND_VALUE))
            .prop_map(|(name, separator, value, behind)| name + separator + &value + &behind)
    }

    /// Deeper lines with comments and blank lines between them.
    fn more(line: BoxedStrategy<String>) -> impl Strategy<Value = Vec<More>> {
        let line = (select(DEEPER), seldom(DEEPER), line, filler()).prop_map(|(deeper, deepest, line, filler)| {
            let line = More { text: deeper.to_owned() + &deepest + &line, indented: true };
            [line].into_iter().chain(filler.into_iter().map(|text| More { text, indented: false })).collect::<Vec<_>>()
        });
        proptest::collection::vec(line, 1..4).prop_map(|lines| lines.concat())
    }

    /// Comments and blank lines, or nothing.
    fn filler() -> impl Strategy<Value = Vec<String>> {
        let comment = (select(INDENTS), select(COMMENTS)).prop_map(|(indent, comment)| indent.to_owned() + comment);
        let line = prop_oneof![comment, select(BLANKS).prop_map(str::to_owned)];
        prop_oneof![3 => Just(Vec::new()), 1 => proptest::collection::vec(line, 1..4)]
    }

    fn line_ends() -> impl Strategy<Value = Vec<&'static str>> {
        let mixed = proptest::collection::vec(select(vec!["\n", "\r\n", "\r"]), 2..9);
        prop_oneof![5 => Just(vec!["\n"]), 2 => Just(vec!["\r\n"]), 1 => Just(vec!["\r"]), 2 => mixed]
    }

    fn joined(lines: &[String], ends: &[&str], closed: bool) -> String {
        let mut text = String::new();
        for (at, line) in lines.iter().enumerate() {
            text += line;
            if closed || at + 1 < lines.len() {
                text += ends[at % ends.len()];
            }
        }
        text
    }

    /// Anything at all, made of what means something here.
    pub fn soup() -> impl Strategy<Value = String> {
        let pieces = select(vec![
            "[",
            "]",
            "=",
            ":",
            "\n",
            "\n",
            "\r",
            "\r\n",
            " ",
            "  ",
            "\t",
            "#",
            ";",
            "'",
            "\"",
            "\\",
            "a",
            "s3",
            "profile ",
            "default",
            "DEFAULT",
            "[a]\n",
            "\n[default]\n",
            "k = v",
            "\n  ",
            "é",
            "\u{feff}",
            "\u{a0}",
            "\u{b}",
            "\u{c}",
            "\u{1c}",
            "\u{1f}",
            "\u{85}",
            "\u{2028}",
            "\u{3000}",
            "%(a)s",
            "aws_access_key_id = ",
            "source_profile = ",
        ]);
        let piece = prop_oneof![
            12 => pieces.prop_map(str::to_owned),
            1 => any::<char>().prop_filter("decode refuses NUL", |c| *c != '\0').prop_map(String::from),
        ];
        (any::<bool>(), proptest::collection::vec(piece, 0..40)).prop_map(|(headed, pieces)| {
            if headed { "[profile a]\n".to_owned() + &pieces.concat() } else { pieces.concat() }
        })
    }

    /// Profiles p0, p1, ... with a few settings each.
    pub fn of_many_profiles(kind: FileKind, count: usize, end: &str) -> String {
        let mut text = format!("# many{end}{end}");
        for at in 0..count {
            let header = if kind == FileKind::Config { format!("profile p{at}") } else { format!("p{at}") };
            text += &format!("[{header}]{end}region = r{at}{end}");
            text += &match at % 4 {
                0 => format!("s3 ={end}  a = {at}{end}  # in{end}  b = x{end}{end}"),
                1 => format!("role_arn=one{end}  two{end}# region = c{end}"),
                2 => format!("source_profile: p{}{end}{end}", at / 2),
                _ => String::new(),
            };
        }
        text
    }
}

mod edits {
    //! Edits made up at random, as `configure set` and `unset` ask for them: keys and names that they let through.

    use super::*;
    use proptest::sample::select;

    const PROFILES: &[&str] =
        &["default", "dev", "dev", "ops", "a b", "it's", "a\\b", "x]y", "日本", "b#c", "new", "new one", "q\"q", "é"];

    pub fn profile() -> impl Strategy<Value = String> {
        select(PROFILES).prop_map(str::to_owned)
    }

    pub fn profile_place(kind: FileKind, name: &str) -> Place {
        match kind {
            FileKind::Config => Place::Profile(name.to_owned()),
            FileKind::Credentials => Place::Credentials(name.to_owned()),
        }
    }

    fn place(kind: FileKind) -> BoxedStrategy<Place> {
        let profile = profile().prop_map(move |name| profile_place(kind, &name));
        if kind == FileKind::Credentials {
            return profile.boxed();
        }
        prop_oneof![
            6 => profile,
            1 => profile_name_of_a_section().prop_map(Place::SsoSession),
            1 => profile_name_of_a_section().prop_map(Place::Services),
            1 => Just(Place::Section("plugins".to_owned())),
        ]
        .boxed()
    }

    fn profile_name_of_a_section() -> impl Strategy<Value = String> {
        select(vec!["dev", "a b", "new"]).prop_map(str::to_owned)
    }

    /// What may be typed as a key: the rest is refused before an edit is made.
    fn key() -> impl Strategy<Value = String> {
        files::key().prop_filter("refused by configure set", |key| !key.starts_with('['))
    }

    /// A change that leaves a value.
    pub fn set() -> impl Strategy<Value = Change> {
        let value = || {
            (files::value(), select(vec!["", "", "", " ", "\t"]))
                .prop_map(|(value, blank)| format!("{blank}{value}{blank}"))
        };
        prop_oneof![
            value().prop_map(Change::Set),
            (files::name(), value()).prop_map(|(name, value)| Change::SetNested(name, value)),
        ]
    }

    pub fn change() -> impl Strategy<Value = Change> {
        prop_oneof![2 => set(), 1 => Just(Change::Unset), 1 => files::name().prop_map(Change::UnsetNested)]
    }

    fn edit(kind: FileKind) -> impl Strategy<Value = Edit> {
        (place(kind), proptest::collection::vec((key(), change()), 1..4)).prop_map(|(place, mut changes)| {
            let mut keys = BTreeSet::new();
            changes.retain(|(key, _)| keys.insert(key.to_lowercase()));
            Edit { place, changes }
        })
    }

    /// Edits that show their values, made up as they are, when a property fails.
    #[derive(Clone)]
    pub struct Edits(pub Vec<Edit>);

    impl std::fmt::Debug for Edits {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            for (place, key, change) in
                self.0.iter().flat_map(|edit| edit.changes.iter().map(|(key, change)| (&edit.place, key, change)))
            {
                match change {
                    Change::Set(value) => write!(f, "{place:?}: {key:?} = {value:?}; ")?,
                    Change::SetNested(name, value) => write!(f, "{place:?}: {key:?}.{name:?} = {value:?}; ")?,
                    unset => write!(f, "{place:?}: {key:?} {unset:?}; ")?,
                }
            }
            Ok(())
        }
    }

    /// Mostly one edit, sometimes several at once, of different places.
    pub fn edits(kind: FileKind) -> impl Strategy<Value = Edits> {
        prop_oneof![3 => 1..2usize, 1 => 2..8usize]
            .prop_flat_map(move |count| proptest::collection::vec(edit(kind), count))
            .prop_map(|mut edits| {
                let mut places = BTreeSet::new();
                edits.retain(|edit| places.insert(Id::of(&edit.place)));
                Edits(edits)
            })
    }
}

mod reader {
    //! The second reader: Python's `configparser` (3.11, universal newlines) and botocore's `configloader`, line by line.
    //!
    //! It shares the meaning of a header with keyfob (botocore itself is asked about that below) and two tolerances: what
    //! stands twice is merged, the last one winning, and `[]` is a header.

    use std::collections::BTreeMap;

    use keyfob::config::document::Value;
    use keyfob::config::header::{Named, config_header};
    use keyfob::config::shared::Settings;

    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq)]
    pub enum Kind {
        Blank,
        Comment,
        Header,
        Key,
        Continuation,
        Junk,
    }

    #[derive(Debug)]
    pub struct Line<'t> {
        pub text: &'t str,
        pub end: &'t str,
        pub kind: Kind,
    }

    #[derive(Debug)]
    pub struct Section<'t> {
        pub name: &'t str,
        pub header: usize,
        pub entries: Vec<Entry<'t>>,
    }

    #[derive(Debug)]
    pub struct Entry<'t> {
        pub key: String,
        /// Line and text: the value behind the key, then what continues it.
        pub parts: Vec<(usize, &'t str)>,
    }

    impl Entry<'_> {
        pub fn first(&self) -> usize {
            self.parts[0].0
        }

        /// The last line with a part of the value.
        pub fn last(&self) -> usize {
            self.parts.iter().rfind(|(_, part)| !part.is_empty()).map_or(self.first(), |(at, _)| *at)
        }

        /// `None`: a line of a block lacks its `=`.
        pub fn value(&self) -> Option<Val> {
            let parts: Vec<_> = self.parts.iter().map(|(_, part)| *part).collect();
            let joined = parts.join("\n");
            let joined = joined.trim_end_matches(is_space);
            if !joined.starts_with('\n') {
                return Some(Val::Text(joined.to_owned()));
            }
            let lines = joined.split(SPLITLINES).map(strip).filter(|line| !line.is_empty());
            let pairs = lines.map(|line| {
                line.split_once('=').map(|(name, value)| (strip(name).to_owned(), strip(value).to_owned()))
            });
            pairs.collect::<Option<_>>().map(Val::Block)
        }
    }

    /// Where Python's `str.splitlines` splits.
    const SPLITLINES: [char; 10] =
        ['\n', '\r', '\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}', '\u{2028}', '\u{2029}'];

    #[derive(Debug)]
    pub struct File<'t> {
        pub lines: Vec<Line<'t>>,
        pub sections: Vec<Section<'t>>,
        /// Whether Python reads it, what stands twice aside.
        pub readable: bool,
        /// Whether something stands twice, which Python refuses.
        pub duplicates: bool,
    }

    impl File<'_> {
        /// The sections that count for `id`, by index: of two spellings the one that first comes later.
        pub fn sections_of(&self, kind: FileKind, id: &Id) -> Vec<usize> {
            let all = || (0..self.sections.len()).filter(|&at| Id::of_header(kind, self.sections[at].name) == *id);
            let mut spellings: Vec<&str> = Vec::new();
            for at in all() {
                if !spellings.contains(&self.sections[at].name) {
                    spellings.push(self.sections[at].name);
                }
            }
            all().filter(|&at| Some(&self.sections[at].name) == spellings.last()).collect()
        }
    }

    pub fn strip(text: &str) -> &str {
        text.trim_matches(is_space)
    }

    /// Python's `str.isspace`.
    pub fn is_space(c: char) -> bool {
        c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
    }

    pub fn read(text: &str) -> File<'_> {
        let mut file = File { lines: Vec::new(), sections: Vec::new(), readable: true, duplicates: false };
        let mut level = 0;
        for (at, (text, end)) in physical_lines(text).into_iter().enumerate() {
            let kind = read_line(&mut file, &mut level, at, text);
            file.readable &= kind != Kind::Junk;
            file.lines.push(Line { text, end, kind });
        }
        file.readable &= file.sections.iter().flat_map(|section| &section.entries).all(|entry| entry.value().is_some());
        file.duplicates = has_duplicates(&file.sections);
        file
    }

    fn read_line<'t>(file: &mut File<'t>, level: &mut usize, at: usize, line: &'t str) -> Kind {
        let content = strip(line);
        let entry = file.sections.last_mut().and_then(|section| section.entries.last_mut());
        if content.starts_with(['#', ';']) {
            return Kind::Comment;
        }
        if content.is_empty() {
            entry.into_iter().for_each(|entry| entry.parts.push((at, "")));
            return Kind::Blank;
        }
        let indent = line.chars().take_while(|c| is_space(*c)).count();
        if let Some(entry) = entry.filter(|_| indent > *level) {
            entry.parts.push((at, content));
            return Kind::Continuation;
        }
        *level = indent;
        if let Some(rest) = content.strip_prefix('[')
            && let Some((name, _)) = rest.rsplit_once(']')
        {
            file.sections.push(Section { name, header: at, entries: Vec::new() });
            return Kind::Header;
        }
        let Some((section, (key, value))) = file.sections.last_mut().zip(content.split_once(['=', ':'])) else {
            return Kind::Junk;
        };
        if key.is_empty() {
            return Kind::Junk;
        }
        section.entries.push(Entry { key: strip(key).to_lowercase(), parts: vec![(at, strip(value))] });
        Kind::Key
    }

    /// Lines and their ends, as a file opened with universal newlines has them.
    fn physical_lines(text: &str) -> Vec<(&str, &str)> {
        let mut lines = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let at = rest.find(['\n', '\r']).unwrap_or(rest.len());
            let end = if rest[at..].starts_with("\r\n") { 2 } else { 1.min(rest.len() - at) };
            lines.push((&rest[..at], &rest[at..at + end]));
            rest = &rest[at + end..];
        }
        lines
    }

    fn has_duplicates(sections: &[Section<'_>]) -> bool {
        let (mut headers, mut keys) = (BTreeSet::new(), BTreeSet::new());
        sections.iter().any(|section| {
            let header = section.name != "DEFAULT" && !headers.insert(section.name);
            header || section.entries.iter().any(|entry| !keys.insert((section.name, &entry.key)))
        })
    }

    /// What a section is about.
    #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Id {
        Profile(String),
        SsoSession(String),
        Services(String),
        Other(String),
        Inherited,
        Ignored,
    }

    impl Id {
        pub fn of(place: &Place) -> Self {
            match place {
                Place::Profile(name) | Place::Credentials(name) => Self::Profile(name.clone()),
                Place::SsoSession(name) => Self::SsoSession(name.clone()),
                Place::Services(name) => Self::Services(name.clone()),
                Place::Section(name) => Self::Other(name.clone()),
            }
        }

        pub fn of_header(kind: FileKind, header: &str) -> Self {
            if kind == FileKind::Credentials {
                return match header {
                    "DEFAULT" => Self::Inherited,
                    "" => Self::Ignored,
                    name => Self::Profile(name.to_owned()),
                };
            }
            match config_header(header) {
                Named::Profile(name) => Self::Profile(name.into_owned()),
                Named::SsoSession(name) => Self::SsoSession(name.into_owned()),
                Named::Services(name) => Self::Services(name.into_owned()),
                Named::Other(name) => Self::Other(name.to_owned()),
                Named::Inherited => Self::Inherited,
                Named::Ignored => Self::Ignored,
            }
        }

        fn place(&self, kind: FileKind) -> Option<Place> {
            match self {
                Self::Profile(name) if !name.is_empty() => Some(edits::profile_place(kind, name)),
                Self::SsoSession(name) => Some(Place::SsoSession(name.clone())),
                Self::Services(name) => Some(Place::Services(name.clone())),
                Self::Other(name) if !name.is_empty() => Some(Place::Section(name.clone())),
                _ => None,
            }
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub enum Val {
        Text(String),
        Block(BTreeMap<String, String>),
    }

    /// The text under a key, or under a name in the block there.
    pub fn text<'v>(val: Option<&'v Val>, sub: Option<&String>) -> Option<&'v str> {
        match (val?, sub) {
            (Val::Text(text), None) => Some(text),
            (Val::Block(block), Some(sub)) => block.get(sub).map(String::as_str),
            _ => None,
        }
    }

    pub type Map = BTreeMap<String, Val>;

    /// What the sections of one file say.
    #[derive(Debug, Clone)]
    pub struct View {
        pub inherited: Map,
        pub sections: BTreeMap<Id, Map>,
        kind: FileKind,
    }

    impl View {
        pub fn of(kind: FileKind, file: &File<'_>) -> Self {
            let mut view = Self { inherited: Map::new(), sections: BTreeMap::new(), kind };
            let mut spelling: BTreeMap<Id, Vec<&str>> = BTreeMap::new();
            for section in &file.sections {
                let id = Id::of_header(kind, section.name);
                let spellings = spelling.entry(id.clone()).or_default();
                if !spellings.contains(&section.name) {
                    // Another spelling of the same thing replaces the one before.
                    spellings.push(section.name);
                    view.sections.remove(&id);
                }
                let counts = spellings.last() == Some(&section.name);
                let own = section.entries.iter().filter_map(|entry| Some((entry.key.clone(), entry.value()?)));
                match id {
                    Id::Inherited => view.inherited.extend(own),
                    Id::Ignored => {}
                    id if counts => view.sections.entry(id).or_default().extend(own),
                    _ => {}
                }
            }
            view
        }

        /// What each section says, all told.
        pub fn effective(&self) -> BTreeMap<Id, Map> {
            let all = |own: &Map| self.inherited.clone().into_iter().chain(own.clone()).collect();
            self.sections.iter().map(|(id, own)| (id.clone(), all(own))).collect()
        }

        pub fn places(&self) -> impl Iterator<Item = Place> {
            self.sections.keys().filter_map(|id| id.place(self.kind))
        }

        pub fn edit(&mut self, edit: &Edit) {
            let id = Id::of(&edit.place);
            let only_unsets =
                edit.changes.iter().all(|(_, change)| matches!(change, Change::Unset | Change::UnsetNested(_)));
            if only_unsets && !self.sections.contains_key(&id) {
                return;
            }
            let own = self.sections.entry(id).or_default();
            for (key, change) in &edit.changes {
                change_one(own, key.to_lowercase(), change);
            }
        }

        pub fn remove(&mut self, id: &Id) {
            self.sections.remove(id);
        }

        pub fn copy(&mut self, from: &Id, to: &Id) {
            if let Some(own) = self.sections.get(from).cloned() {
                self.sections.insert(to.clone(), own);
            }
        }

        /// Every reference follows, an inherited one too.
        pub fn rename(&mut self, from: &Id, to: &Id) {
            let (Id::Profile(old), Id::Profile(new)) = (from, to) else { return };
            self.copy(from, to);
            self.remove(from);
            let profiles = self.sections.iter_mut().filter(|(id, _)| matches!(id, Id::Profile(_)));
            for own in profiles.map(|(_, own)| own).chain([&mut self.inherited]) {
                if let Some(Val::Text(value)) = own.get_mut("source_profile")
                    && value == old
                {
                    value.clone_from(new);
                }
            }
        }
    }

    fn change_one(own: &mut Map, key: String, change: &Change) {
        match change {
            Change::Set(value) => {
                own.insert(key, Val::Text(strip(value).to_owned()));
            }
            Change::SetNested(name, value) => {
                let (name, value) = (name.clone(), strip(value).to_owned());
                match own.get_mut(&key) {
                    Some(Val::Block(block)) => {
                        block.insert(name, value);
                    }
                    _ => {
                        own.insert(key, Val::Block([(name, value)].into()));
                    }
                }
            }
            Change::Unset => {
                own.remove(&key);
            }
            Change::UnsetNested(name) => {
                if let Some(Val::Block(block)) = own.get_mut(&key) {
                    block.remove(name);
                    if block.is_empty() {
                        own.remove(&key);
                    }
                }
            }
        }
    }

    /// The credentials file's profiles laid over the config file's sections.
    pub fn overlaid(mut below: BTreeMap<Id, Map>, over: BTreeMap<Id, Map>) -> BTreeMap<Id, Map> {
        for (id, own) in over {
            below.entry(id).or_default().extend(own);
        }
        below
    }

    /// All that keyfob makes of both files.
    pub fn through_keyfob(shared: &SharedConfig<'_>) -> BTreeMap<Id, Map> {
        let mut view = BTreeMap::new();
        for name in shared.profile_names() {
            view.insert(Id::Profile(name.to_string()), map(&shared.profile(&name).unwrap()));
        }
        for name in shared.sso_session_names() {
            view.insert(Id::SsoSession(name.to_string()), map(&shared.sso_session(&name).unwrap()));
        }
        for section in shared.config.sections() {
            match config_header(section.name) {
                Named::Services(name) => {
                    view.insert(Id::Services(name.to_string()), map(&shared.services(&name).unwrap()));
                }
                Named::Other(name) => {
                    view.insert(Id::Other(name.to_owned()), map(&shared.other(name).unwrap()));
                }
                _ => {}
            }
        }
        view
    }

    /// What keyfob makes of one place.
    pub fn one_through_keyfob(shared: &SharedConfig<'_>, place: &Place) -> Option<Map> {
        match place {
            Place::Profile(name) | Place::Credentials(name) => shared.profile(name).map(|found| map(&found)),
            Place::SsoSession(name) => shared.sso_session(name).map(|found| map(&found)),
            Place::Services(name) => shared.services(name).map(|found| map(&found)),
            Place::Section(name) => shared.other(name).map(|found| map(&found)),
        }
    }

    fn map(settings: &Settings<'_>) -> Map {
        let val = |value: &Value<'_>| match value {
            Value::Text(text) => Val::Text(text.to_string()),
            Value::Nested(block) => {
                Val::Block(block.iter().map(|one| (one.name.to_owned(), one.value.to_owned())).collect())
            }
        };
        settings.iter().map(|setting| (setting.key.to_string(), val(&setting.value))).collect()
    }
}

mod lines {
    //! Which lines an operation is about, and whether it left all others as they were, line ends included.

    use super::reader::{Entry, Kind, Val, strip};
    use super::*;

    type Lines = BTreeSet<usize>;

    /// The key's own lines: key line, continuation lines, blank lines inside the value.
    fn of_entry<'a>(file: &'a File<'_>, entry: &Entry<'_>) -> impl Iterator<Item = usize> + use<'a> {
        (entry.first()..=entry.last()).filter(|&at| file.lines[at].kind != Kind::Comment)
    }

    fn sections<'a, 't>(kind: FileKind, file: &'a File<'t>, place: &Place) -> Vec<&'a reader::Section<'t>> {
        file.sections_of(kind, &Id::of(place)).into_iter().map(|at| &file.sections[at]).collect()
    }

    pub fn of_edit(kind: FileKind, file: &File<'_>, edit: &Edit) -> Lines {
        let sections = sections(kind, file, &edit.place);
        let mut own = Lines::new();
        for (key, change) in &edit.changes {
            let key = key.to_lowercase();
            let entries: Vec<_> =
                sections.iter().flat_map(|section| &section.entries).filter(|entry| entry.key == key).collect();
            match (change, entries.last()) {
                (_, None) => {}
                (Change::Unset | Change::UnsetNested(_), _) => {
                    own.extend(entries.iter().flat_map(|entry| of_entry(file, entry)));
                }
                (Change::SetNested(name, _), Some(last)) => own.extend(of_set_nested(file, last, name)),
                (Change::Set(_), Some(last)) => own.extend(of_entry(file, last)),
            }
        }
        own
    }

    /// The line of the name that counts; a text that a block replaces, whole.
    fn of_set_nested(file: &File<'_>, entry: &Entry<'_>, name: &str) -> Lines {
        match entry.value() {
            Some(Val::Block(_)) => {
                let is_it = |part: &str| part.split_once('=').is_some_and(|(n, _)| strip(n) == name);
                entry.parts.iter().rfind(|(_, part)| is_it(part)).map(|(at, _)| *at).into_iter().collect()
            }
            Some(Val::Text(text)) if text.is_empty() => Lines::new(),
            _ => of_entry(file, entry).collect(),
        }
    }

    /// Every spelling: header to last value, the blank lines behind, and the indentation of the header that follows.
    pub fn of_deletion(kind: FileKind, file: &File<'_>, place: &Place) -> Lines {
        let mut own = Lines::new();
        for (at, section) in file.sections.iter().enumerate() {
            if Id::of_header(kind, section.name) == Id::of(place) {
                let last = section.entries.last().map_or(section.header, Entry::last);
                own.extend(section.header..=last);
                own.extend((last + 1..file.lines.len()).take_while(|&at| file.lines[at].kind == Kind::Blank));
                own.extend(file.sections.get(at + 1).map(|next| next.header));
            }
        }
        own
    }

    /// The headers, and the references of all profiles.
    pub fn of_rename(kind: FileKind, file: &File<'_>, from: &Place) -> Lines {
        let mut own = Lines::new();
        for section in &file.sections {
            let id = Id::of_header(kind, section.name);
            if id == Id::of(from) {
                own.insert(section.header);
            }
            if matches!(id, Id::Profile(_) | Id::Inherited) {
                let references = section.entries.iter().filter(|entry| entry.key == "source_profile");
                own.extend(references.map(Entry::first));
            }
        }
        own
    }

    /// Every line that is not one of `own` is still there, in order and with its line end (the last line may have gained
    /// one). Returns the lines that are new, without their ends.
    pub fn only_these_differ<'t>(
        before: &File<'_>,
        own: &Lines,
        after: &'t str,
    ) -> Result<Vec<&'t str>, TestCaseError> {
        // Lines with lone carriage returns can meet a line feed when what stood between them goes.
        let lone = |text: &str| text.replace("\r\n", "").contains('\r');
        let lone = lone(after) || before.lines.iter().any(|line| line.end == "\r");
        let kept = (0..before.lines.len()).filter(|at| !own.contains(at)).map(|at| &before.lines[at]);
        let kept: Vec<_> = kept.flat_map(|line| pieces(line.text, line.end, lone)).collect();
        let there = reader::read(after);
        let there: Vec<_> = there.lines.iter().flat_map(|line| pieces(line.text, line.end, lone)).collect();
        let mut new = Vec::new();
        let mut wanted = kept.iter().peekable();
        for piece in there {
            let gained_end = |wanted: &(&str, &str)| wanted.1.is_empty() && wanted.0 == piece.0;
            if wanted.next_if(|wanted| **wanted == piece || gained_end(wanted)).is_none() && !piece.0.is_empty() {
                new.push(piece.0);
            }
        }
        match wanted.next() {
            Some((lost, _)) => Err(TestCaseError::fail(format!("the line {lost:?} is lost in {after:?}"))),
            None => Ok(new),
        }
    }

    fn pieces<'t>(text: &'t str, end: &'t str, lone: bool) -> Vec<(&'t str, &'t str)> {
        match end {
            "\r\n" if lone => vec![(text, "\r"), ("", "\n")],
            _ => vec![(text, end)],
        }
    }

    /// The new lines are what the edits write, or own lines that stayed.
    pub fn are_of_the_edits(before: &File<'_>, own: &Lines, edits: &[Edit], new: &[&str]) -> TestCaseResult {
        let stayed: BTreeSet<_> = own.iter().map(|&at| before.lines[at].text).collect();
        for line in new.iter().filter(|line| !stayed.contains(**line)) {
            let text = strip(line);
            let header = text.starts_with('[') && text.ends_with(']');
            let known = header || edits.iter().flat_map(|edit| &edit.changes).any(|change| is_written_by(change, text));
            prop_assert!(known, "no edit writes {line:?}");
        }
        let most = edits.iter().map(|edit| 1 + 2 * edit.changes.len()).sum::<usize>();
        prop_assert!(new.len() <= most + stayed.len(), "too many new lines: {new:?}");
        Ok(())
    }

    fn is_written_by((key, change): &(String, Change), line: &str) -> bool {
        let assigns = |name: &str, value: &str, separators: &[char]| {
            line.split_once(separators)
                .is_some_and(|(n, v)| strip(n).to_lowercase() == name.to_lowercase() && strip(v) == strip(value))
        };
        match change {
            Change::Set(value) => assigns(key, value, &['=', ':']),
            Change::SetNested(name, value) => assigns(key, "", &['=', ':']) || assigns(name, value, &['=']),
            Change::Unset | Change::UnsetNested(_) => false,
        }
    }
}

mod botocore {
    //! botocore as the judge: thousands of files that it can read, an edit on each, and both tools' views of the outcome.
    //!
    //! One Python process reads them all (tests/interop/check_edits.py); KEYFOB_PYTHON names the interpreter.

    use std::{env, fs, process::Command};

    use proptest::strategy::ValueTree;
    use serde_json::{Map, Value, json};

    use super::reader::Val;
    use super::*;

    const CASES: usize = 2_500;

    #[test]
    #[ignore = "needs python3 with botocore"]
    fn botocore_agrees_with_every_view_and_edit() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cases.json");
        fs::write(&file, Value::Array(made_up(CASES)).to_string()).unwrap();
        let python = env::var("KEYFOB_PYTHON").unwrap_or("python3".to_owned());
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/check_edits.py");
        let output = Command::new(python).args(["-B", script]).arg(&file).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(output.status.success(), "{said}");
    }

    fn made_up(count: usize) -> Vec<Value> {
        let mut runner = TestRunner::default();
        let other = (files::file(FileKind::Config, false), files::file(FileKind::Credentials, false));
        let made = files::kind().prop_flat_map(|kind| (Just(kind), files::file(kind, false), edits::edits(kind)));
        let strategy = (made, other);
        let mut cases = Vec::new();
        while cases.len() < count {
            let ((kind, text, Edits(edits)), other) = strategy.new_tree(&mut runner).unwrap().current();
            if is_for_botocore(&text) && is_for_botocore(&other.0) && is_for_botocore(&other.1) {
                cases.push(case(kind, &text, &edits, &other));
            }
        }
        cases
    }

    /// Nothing that keyfob tolerates and Python does not; no `[]`, which Python takes for the start of a key.
    fn is_for_botocore(text: &str) -> bool {
        let file = reader::read(text);
        file.readable && !file.duplicates && file.sections.iter().all(|section| !section.name.is_empty())
    }

    fn case(kind: FileKind, before: &str, edits: &[Edit], other: &(String, String)) -> Value {
        let after = edit::apply(before, edits)
            .unwrap_or_else(|error| panic!("{error}: {:?} of {before:?}", Edits(edits.to_vec())));
        let (file, other, merged) = match kind {
            FileKind::Config => ("config", json!({"credentials": other.1}), SharedConfig::parse(&after, &other.1)),
            FileKind::Credentials => ("credentials", json!({"config": other.0}), SharedConfig::parse(&other.0, &after)),
        };
        json!({
            "file": file,
            "before": before,
            "after": after,
            "other": other,
            "edits": edits.iter().map(edit).collect::<Value>(),
            "views": {
                "before": view(&alone(kind, before)),
                "after": view(&alone(kind, &after)),
                "merged": view(&merged),
            },
        })
    }

    fn edit(edit: &Edit) -> Value {
        let id = Id::of(&edit.place);
        let (kind, name) = named(&id);
        let changes = edit.changes.iter().map(|(key, change)| {
            let (sub, value) = match change {
                Change::Set(value) => (None, Some(value)),
                Change::SetNested(name, value) => (Some(name), Some(value)),
                Change::Unset => (None, None),
                Change::UnsetNested(name) => (Some(name), None),
            };
            json!({"key": key.to_lowercase(), "sub": sub, "value": value})
        });
        json!({"kind": kind, "name": name, "changes": changes.collect::<Value>()})
    }

    fn named(id: &Id) -> (&'static str, &str) {
        match id {
            Id::Profile(name) => ("profiles", name),
            Id::SsoSession(name) => ("sso_sessions", name),
            Id::Services(name) => ("services", name),
            Id::Other(name) => ("other", name),
            Id::Inherited | Id::Ignored => ("other", ""),
        }
    }

    /// keyfob's view, the profiles in keyfob's order.
    fn view(shared: &SharedConfig<'_>) -> Value {
        let all = reader::through_keyfob(shared);
        let mut view = json!({"profiles": {}, "sso_sessions": {}, "services": {}, "other": {}});
        let in_order = shared.profile_names().into_iter().map(|name| Id::Profile(name.into_owned()));
        let others = all.keys().filter(|id| !matches!(id, Id::Profile(_))).cloned();
        for id in in_order.chain(others) {
            let (kind, name) = named(&id);
            view[kind][name] = settings(&all[&id]);
        }
        view
    }

    fn settings(map: &reader::Map) -> Value {
        let value = |val: &Val| match val {
            Val::Text(text) => json!(text),
            Val::Block(block) => json!(block),
        };
        Value::Object(map.iter().map(|(key, val)| (key.clone(), value(val))).collect::<Map<_, _>>())
    }
}
