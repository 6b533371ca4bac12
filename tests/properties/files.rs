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
    let any = prop_oneof![
        6 => either(VALUES, ODD_VALUES),
        1 => "\\PC{0,12}",
    ];
    any.prop_map(|value| without_breaks(&value))
}

/// In a nested block botocore ends lines at these too: such a line is read so (`soup` has them), but an edit of it is
/// refused.
pub fn without_breaks(text: &str) -> String {
    text.replace(['\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}', '\u{2028}', '\u{2029}'], " ")
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
        let more =
            body.more.into_iter().map(|line| if line.indented { indent.to_owned() + &line.text } else { line.text });
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
    let plain = (select(SEPARATORS), value(), seldom(BEHIND_VALUE))
        .prop_map(|(separator, value, behind)| Body { first: separator.to_owned() + &value + &behind, more: vec![] });
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
