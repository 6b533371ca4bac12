//! The AWS SDKs share a suite of 65 cases for readers of the two files (in the Rust SDK:
//! aws-runtime 1.10, `test-data/profile-parser-tests.json`). Here are its facts in a table of our
//! own, less three cases that repeat another, and beside each what keyfob makes of it. Where it
//! differs, it follows the AWS CLI, by the rule in the row (config-files.md, section 2, column CLI;
//! botocore 1.43). Only what stands twice is merged as the SDKs merge it; the CLI refuses the file.
#![expect(clippy::unwrap_used, reason = "a name that is listed has settings, or the test should fail")]

use Outcome::{Error, Profiles};
use keyfob::config::document::Value;
use keyfob::config::shared::{Settings, SharedConfig};

/// What comes of a pair of files.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Outcome<Lines = &'static [&'static str]> {
    /// One line for each profile, then one for each sso-session; see [`render`].
    Profiles(Lines),
    /// The files are refused.
    Error,
}

/// One case of the suite.
struct Row {
    name: &'static str,
    config: &'static str,
    credentials: &'static str,
    sdk: Outcome,
    /// Where keyfob differs from the SDKs, and the CLI's rule that it follows instead.
    keyfob: Option<(Outcome, &'static str)>,
}

/// A case of the config file alone.
const fn config(name: &'static str, config: &'static str, sdk: Outcome) -> Row {
    both(name, config, "", sdk)
}

/// A case of the credentials file alone.
const fn credentials(name: &'static str, credentials: &'static str, sdk: Outcome) -> Row {
    both(name, "", credentials, sdk)
}

/// A case of both files.
const fn both(name: &'static str, config: &'static str, credentials: &'static str, sdk: Outcome) -> Row {
    Row { name, config, credentials, sdk, keyfob: None }
}

impl Row {
    /// In this case keyfob differs from the SDKs.
    const fn but(mut self, keyfob: Outcome, rule: &'static str) -> Self {
        self.keyfob = Some((keyfob, rule));
        self
    }
}

// The CLI's rules that keyfob follows against the SDKs.
const ANY_WORD: &str = "`[profile x]`: any one word is a name";
const ANY_KEY: &str = "key/value separator: all that stands before the first `=` or `:` is the key";
const COLON: &str = "key/value separator: the first of `=` or `:`";
const IN_THE_VALUE: &str = "inline comment after value: not a comment, it stays part of the value";
const LATER_DEFAULT: &str = "`[default]` and `[profile default]`: the later one replaces the other whole";
const NO_NESTED_KEY: &str = "nested block: only a line lacking `=` is fatal";
const SPACE_IN_FRONT: &str = "`[ profile x]`: an unknown section, not a profile";
const VERBATIM: &str = "credentials file: the header text is the profile's name, verbatim";

const ROWS: &[Row] = &[
    // Headers.
    config("nothing at all", "", Profiles(&[])),
    config("a header alone", "[profile dev]", Profiles(&["[dev]"])),
    config("headers alone", "[profile dev]\n[profile ops]", Profiles(&["[dev]", "[ops]"])),
    config(
        "letters, digits, hyphen, underscore in a name",
        "[profile ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_]",
        Profiles(&["[ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_]"]),
    ),
    config("punctuation in a name", "[profile a-b:c/d_e%f.g@h+]\n[profile dev!ops]", Profiles(&["[a-b:c/d_e%f.g@h+]"]))
        .but(Profiles(&["[a-b:c/d_e%f.g@h+]", "[dev!ops]"]), ANY_WORD),
    config("blanks around a name", "[profile \tdev \t]", Profiles(&["[dev]"])),
    config("a tab before a name", "[profile\tdev]", Profiles(&["[dev]"])),
    config(
        "blanks around a header's text",
        "[   profile dev    ]\nregion = r\n[profile ops]",
        Profiles(&["[dev] region='r'", "[ops]"]),
    )
    .but(Profiles(&["[ops]"]), SPACE_IN_FRONT),
    credentials(
        "blanks around a name in credentials",
        "[   dev    ]\nregion = r\n[profile ops]",
        Profiles(&["[dev] region='r'"]),
    )
    .but(Profiles(&["[   dev    ] region='r'", "[profile ops]"]), VERBATIM),
    both("names of several words", "[profile my dev]\nregion = r", "[my dev too]\noutput = o", Profiles(&[]))
        .but(Profiles(&["[my dev too] output='o'"]), VERBATIM),
    config(
        "a bad name takes its keys along",
        "[profile dev]\nregion = r\n[profile my dev]\noutput = o\n[profile ops]\nregion = s",
        Profiles(&["[dev] region='r'", "[ops] region='s'"]),
    ),
    config("no prefix in config", "[dev]\nregion = r", Profiles(&[])),
    credentials("a prefix in credentials", "[profile dev]\nregion = r", Profiles(&[]))
        .but(Profiles(&["[profile dev] region='r'"]), VERBATIM),
    config("a prefix without a space", "[profiledev]\nregion = r\n[profile ops]", Profiles(&["[ops]"])),
    config("a header without its end", "[profile dev", Error),
    // Keys and values.
    config("a key", "[profile dev]\nregion = r", Profiles(&["[dev] region='r'"])),
    config("two keys", "[profile dev]\nregion = r\noutput = o", Profiles(&["[dev] output='o' region='r'"])),
    config(
        "keys of two profiles",
        "[profile dev]\nregion = r\n[profile ops]\noutput = o",
        Profiles(&["[dev] region='r'", "[ops] output='o'"]),
    ),
    config(
        "letters, digits, hyphen, underscore in a key",
        "[profile dev]\nABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_ = v",
        Profiles(&["[dev] abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz0123456789-_='v'"]),
    ),
    config("a space in a key", "[profile dev]\nmy region = r", Profiles(&["[dev]"]))
        .but(Profiles(&["[dev] my region='r'"]), ANY_KEY),
    config("blanks around key and value", "[profile dev]\nregion \t=  \tr \t", Profiles(&["[dev] region='r'"])),
    config("an equals sign in a value", "[profile dev]\nregion = r=s", Profiles(&["[dev] region='r=s'"])),
    config("letters beyond ASCII in a value", "[profile dev]\nregion = 🗝é", Profiles(&["[dev] region='🗝é'"])),
    config("an empty value", "[profile dev]\nregion =", Profiles(&["[dev] region=''"])),
    config("no key before the separator", "[profile dev]\n= r", Error),
    config("a colon for a separator", "[profile dev]\nregion : r", Error).but(Profiles(&["[dev] region='r'"]), COLON),
    config("a key before any header", "region = r", Error),
    // Lines.
    config("lines that end with CR LF", "[profile dev]\r\nregion = r", Profiles(&["[dev] region='r'"])),
    config(
        "blank lines",
        "\t \n[profile dev]\n\t\n \nregion = r\n\t \n[profile ops]\n \t",
        Profiles(&["[dev] region='r'", "[ops]"]),
    ),
    // Comments.
    config(
        "comments with a hash",
        "# one\n[profile dev] # two\nregion = r # three # four",
        Profiles(&["[dev] region='r'"]),
    )
    .but(Profiles(&["[dev] region='r # three # four'"]), IN_THE_VALUE),
    config(
        "comments with a semicolon",
        "; one\n[profile dev] ; two\nregion = r ; three ; four",
        Profiles(&["[dev] region='r'"]),
    )
    .but(Profiles(&["[dev] region='r ; three ; four'"]), IN_THE_VALUE),
    config(
        "comments of both kinds",
        "# one\n[profile dev] ; two\nregion = r # three ; four",
        Profiles(&["[dev] region='r'"]),
    )
    .but(Profiles(&["[dev] region='r # three ; four'"]), IN_THE_VALUE),
    config("comments that say nothing", ";\n[profile dev];\nregion = r ;\n", Profiles(&["[dev] region='r'"]))
        .but(Profiles(&["[dev] region='r ;'"]), IN_THE_VALUE),
    config("comments close to headers", "[profile dev]; one\n[profile ops]# two", Profiles(&["[dev]", "[ops]"])),
    config(
        "comment signs close to values",
        "[profile dev]\nregion = r; one\noutput = o# two",
        Profiles(&["[dev] output='o# two' region='r; one'"]),
    ),
    // Values of several lines.
    config("a second line", "[profile dev]\nregion = r\n -s", Profiles(&["[dev] region='r\n-s'"])),
    config("a third line", "[profile dev]\nregion = r\n -s\n -t", Profiles(&["[dev] region='r\n-s\n-t'"])),
    config("blanks around a second line", "[profile dev]\nregion = r\n \t -s \t ", Profiles(&["[dev] region='r\n-s'"])),
    config(
        "a hash in a second line",
        "[profile dev]\nregion = r\n -s # one",
        Profiles(&["[dev] region='r\n-s # one'"]),
    ),
    config(
        "a semicolon in a second line",
        "[profile dev]\nregion = r\n -s ; one",
        Profiles(&["[dev] region='r\n-s ; one'"]),
    ),
    config("a second line before any header", " -s", Error),
    config("a second line before any key", "[profile dev]\n -s", Error),
    config("a second line after the next header", "[profile dev]\nregion = r\n[profile dev]\n -s", Error),
    // Nested blocks.
    config("a nested key", "[profile dev]\ns3 =\n region = r", Profiles(&["[dev] s3={region='r'}"])),
    config(
        "a blank line among nested keys",
        "[profile dev]\ns3 =\n region = r\n\t \n output = o",
        Profiles(&["[dev] s3={output='o' region='r'}"]),
    ),
    config("an empty nested value", "[profile dev]\ns3 =\n region =", Profiles(&["[dev] s3={region=''}"])),
    config("a space in a nested key", "[profile dev]\ns3 =\n my region = r", Profiles(&["[dev] s3={my region='r'}"])),
    config("a nested line without a separator", "[profile dev]\ns3 =\n region", Error),
    config("no nested key before the separator", "[profile dev]\ns3 =\n = r", Error)
        .but(Profiles(&["[dev] s3={='r'}"]), NO_NESTED_KEY),
    // The same thing twice.
    config(
        "a profile twice",
        "[profile dev]\nregion = r\n[profile dev]\noutput = o",
        Profiles(&["[dev] output='o' region='r'"]),
    ),
    config("a key twice", "[profile dev]\nregion = r\nregion = s", Profiles(&["[dev] region='s'"])),
    config(
        "a key in a profile twice",
        "[profile dev]\nregion = r\n[profile dev]\nregion = s",
        Profiles(&["[dev] region='s'"]),
    ),
    config(
        "a key in a profile twice, in another case",
        "[profile dev]\nRegion = r\n[profile dev]\nregion = s",
        Profiles(&["[dev] region='s'"]),
    ),
    both(
        "a profile in both files",
        "[profile dev]\nregion = r",
        "[dev]\noutput = o",
        Profiles(&["[dev] output='o' region='r'"]),
    ),
    both("a key in both files", "[profile dev]\nregion = r", "[dev]\nregion = s", Profiles(&["[dev] region='s'"])),
    // The two spellings of the default profile.
    config(
        "default without its prefix comes later",
        "[profile default]\nregion = r\n[default]\noutput = o",
        Profiles(&["[default] region='r'"]),
    )
    .but(Profiles(&["[default] output='o'"]), LATER_DEFAULT),
    config(
        "default with its prefix comes later",
        "[default]\noutput = o\n[profile default]\nregion = r",
        Profiles(&["[default] region='r'"]),
    ),
    config(
        "default with its prefix before and after",
        "[profile default]\nregion = r\n[default]\noutput = o\n[profile default]\ncli_pager = p",
        Profiles(&["[default] cli_pager='p' region='r'"]),
    )
    .but(Profiles(&["[default] output='o'"]), LATER_DEFAULT),
    both(
        "default with its prefix before and after, and in credentials",
        "[profile default]\nregion = r\n[default]\noutput = o\n[profile default]\ncli_pager = p",
        "[default]\nsource=s",
        Profiles(&["[default] cli_pager='p' region='r' source='s'"]),
    )
    .but(Profiles(&["[default] output='o' source='s'"]), LATER_DEFAULT),
    // Other sections.
    config(
        "an sso-session",
        "[sso-session corp]\nregion = r\n[profile dev]",
        Profiles(&["[dev]", "sso-session [corp] region='r'"]),
    ),
    config("an sso-session with a slip in it", "[sso-sesion corp]\nregion = r\n[profile dev]", Profiles(&["[dev]"])),
    credentials(
        "a profile in credentials that starts like an sso-session",
        "[sso-sessioncorp]\nregion = r\n[dev]",
        Profiles(&["[sso-sessioncorp] region='r'", "[dev]"]),
    ),
];

/// keyfob's outcome of both files.
fn keyfob(config: &str, credentials: &str) -> Outcome<Vec<String>> {
    let shared = SharedConfig::parse(config, credentials);
    if shared.config.check().and(shared.credentials.check()).is_err() {
        return Error;
    }
    let profiles = shared.profile_names().into_iter().map(|name| {
        let settings = shared.profile(&name).unwrap();
        render(&format!("[{name}]"), &settings)
    });
    let sessions = shared.sso_session_names().into_iter().map(|name| {
        let settings = shared.sso_session(&name).unwrap();
        render(&format!("sso-session [{name}]"), &settings)
    });
    Profiles(profiles.chain(sessions).collect())
}

/// `[name] key='text' key={name='text'}`, the keys sorted.
fn render(head: &str, settings: &Settings<'_>) -> String {
    let keys = sorted(settings.iter().map(|setting| match &setting.value {
        Value::Text(text) => format!("{}='{text}'", setting.key),
        Value::Nested(block) => {
            let block = sorted(block.iter().map(|nested| format!("{}='{}'", nested.name, nested.value)));
            format!("{}={{{block}}}", setting.key)
        }
    }));
    format!("{head} {keys}").trim_end().to_owned()
}

fn sorted(items: impl Iterator<Item = String>) -> String {
    let mut items: Vec<_> = items.collect();
    items.sort();
    items.join(" ")
}

#[test]
fn keyfob_reads_the_sdks_cases_as_the_table_says() {
    for row in ROWS {
        let (expected, rule) = row.keyfob.unwrap_or((row.sdk, "as the SDKs"));
        let expected = match expected {
            Profiles(lines) => Profiles(lines.iter().map(ToString::to_string).collect()),
            Error => Error,
        };
        assert_eq!(keyfob(row.config, row.credentials), expected, "{} ({rule})", row.name);
    }
}

#[test]
fn a_change_of_the_table_is_noticed() {
    let differing = || ROWS.iter().filter_map(|row| Some((row, row.keyfob?.0)));
    for (row, keyfob) in differing() {
        assert_ne!(row.sdk, keyfob, "{}: this is no difference", row.name);
    }
    assert_eq!((ROWS.len(), differing().count()), (62, 15), "rows, and those that differ from the SDKs");
}
