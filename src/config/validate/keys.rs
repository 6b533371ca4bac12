//! The keys of one section: those that stand twice, are misspelt, or have a value of the wrong kind.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use super::known::Keys;
use super::{CLI_REJECTS, Finding, Report, error, shown, shown_key, warning, without_comment};
use crate::config::document::{Document, Entry, LineKind, Section, Value, trim};
use crate::config::header::{Named, config_header};
use crate::config::{FileKind, Origin, SECRET_KEYS};

/// What misspelt keys were meant to be: a file repeats its keys in every section.
#[derive(Default)]
pub(super) struct Spellings(BTreeMap<(Keys, String), Option<&'static str>>);

impl Spellings {
    fn meant(&mut self, keys: Keys, key: &str) -> Option<&'static str> {
        if keys.contains(key) {
            return None;
        }
        *self.0.entry((keys, key.to_owned())).or_insert_with(|| keys.nearest(key))
    }
}

/// What `output` may be.
const OUTPUTS: [&str; 6] = ["json", "text", "table", "yaml", "yaml-stream", "off"];

/// Keys that hold a command line, where quotes have a meaning.
const COMMAND_KEYS: [&str; 2] = ["credential_process", "cli_pager"];

/// Checks the keys of one section.
pub(super) fn check(
    document: &Document<'_>,
    file: FileKind,
    section: &Section<'_>,
    entries: &[Entry<'_>],
    spellings: &mut Spellings,
    report: &mut Report,
) {
    let (keys, nested) = match (file, config_header(section.name)) {
        (FileKind::Credentials, _) | (_, Named::Profile(_) | Named::Inherited) => (Some(Keys::Profile), true),
        (_, Named::SsoSession(_)) => (Some(Keys::Session), true),
        (_, Named::Services(_)) => (None, true),
        // What is in it is nobody's business.
        (_, Named::Ignored | Named::Other(_)) => (None, false),
    };
    twice(file, section, entries, report);
    if file == FileKind::Config && keys == Some(Keys::Profile) {
        report.0.extend(secrets_in_config(section, entries));
    }
    for entry in entries {
        let key = entry.key();
        let at = Origin { file, line: entry.line() };
        if let Some(keys) = keys {
            if let Some(meant) = spellings.meant(keys, &key) {
                report.add(misspelt(at, &key, meant));
            }
            if let Some(value) = entry.value.text() {
                report.0.extend(value_of(at, &key, value));
            }
        }
        if nested {
            quotes(at, entry, &key, report);
            report.0.extend(third_level(document, file, entry, &key));
        }
    }
}

/// `region = a`, `Region = b`
fn twice(file: FileKind, section: &Section<'_>, entries: &[Entry<'_>], report: &mut Report) {
    let mut first: HashMap<Cow<'_, str>, usize> = HashMap::with_capacity(entries.len());
    for entry in entries {
        let line = *first.entry(entry.key()).or_insert(entry.line());
        if line == entry.line() {
            continue;
        }
        let (key, header) = (shown_key(entry.written), shown(section.name));
        report.add(
            error(
                Origin { file, line: entry.line() },
                format!("{key} stands twice in the section `[{header}]`, first in line {line}"),
            )
            .cli(CLI_REJECTS)
            .sdk("take the last value")
            .mend("remove one of the two lines"),
        );
    }
}

fn misspelt(at: Origin, key: &str, meant: &str) -> Finding {
    warning(at, format!("no AWS tool knows {}, but `{meant}`", shown_key(key)))
        .cli("ignores it")
        .sdk("ignore it")
        .mend(format!("write `{meant}`"))
}

/// Once for the section, at the first of them.
fn secrets_in_config(section: &Section<'_>, entries: &[Entry<'_>]) -> Option<Finding> {
    let entry = entries.iter().find(|entry| SECRET_KEYS.iter().any(|key| entry.is(key)))?;
    let at = Origin { file: FileKind::Config, line: entry.line() };
    Some(
        warning(at, format!("`{}` of `[{}]` stands in the config file", entry.key(), shown(section.name)))
            .cli("uses the keys, after `login_session` and `credential_process`")
            .sdk("use the keys")
            .mend("move the access key and its token to the credentials file"),
    )
}

/// Whether a value is of the kind that its key takes.
fn value_of(at: Origin, key: &str, value: &str) -> Option<Finding> {
    // Comments, quotes and further lines have findings of their own.
    let value = unquoted(without_comment(value));
    if value.contains('\n') {
        return None;
    }
    let what = |not: &str| format!("`{key}` is `{}`, which is not {not}", shown(value));
    match key {
        "region" | "sso_region" => {
            let fits = value.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            (!fits).then(|| {
                warning(at, what("the code of a region"))
                    .cli("fails when it makes the address of a service")
                    .sdk("fail likewise")
                    .mend("write a region's code, such as `eu-west-1`")
            })
        }
        "output" => (!OUTPUTS.contains(&value)).then(|| {
            error(at, what("an output format"))
                .cli("fails with `Unknown output type` when it has an answer to print")
                .sdk("do not read it")
                .mend(format!("write one of {}", OUTPUTS.map(|output| format!("`{output}`")).join(", ")))
        }),
        "sso_account_id" => {
            let fits = value.len() == 12 && value.bytes().all(|byte| byte.is_ascii_digit());
            (!fits).then(|| {
                error(at, what("an account id of 12 digits"))
                    .cli("asks for it as it stands, and is refused")
                    .sdk("do the same")
                    .mend("write all 12 digits, zeros in front included")
            })
        }
        "duration_seconds" => value.parse::<i64>().is_err().then(|| {
            warning(at, what("a whole number"))
                .cli("ignores it without a word and asks for the role's default")
                .sdk("do not read it")
                .mend("write the number of seconds, such as `3600`")
        }),
        _ => None,
    }
}

/// `value` without white space and a pair of quotes around it.
fn unquoted(value: &str) -> &str {
    let value = trim(value);
    if is_quoted(value) { trim(&value[1..value.len() - 1]) } else { value }
}

fn is_quoted(value: &str) -> bool {
    let around = |quote| value.len() > 1 && value.starts_with(quote) && value.ends_with(quote);
    around('"') || around('\'')
}

/// `key = "value"`
fn quotes(at: Origin, entry: &Entry<'_>, key: &str, report: &mut Report) {
    let finding = |at, what| {
        warning(at, what)
            .cli("takes them for a part of the value")
            .sdk("take them for a part of the value")
            .mend("remove the quotes")
    };
    match &entry.value {
        Value::Text(value) => {
            let value = trim(without_comment(value));
            if is_quoted(value) && !COMMAND_KEYS.contains(&key) {
                report.add(finding(at, format!("quotes stand around the value of {}", shown_key(key))));
            }
        }
        Value::Nested(block) => {
            for nested in block.iter().filter(|nested| is_quoted(nested.value)) {
                let at = Origin { line: nested.line, ..at };
                let name = nested_name(key, nested.name);
                report.add(finding(at, format!("quotes stand around the value of {name} in {}", shown_key(key))));
            }
        }
    }
}

/// `s3 =` / `  a =` / `    b = c`: once for the key, at the first line of the third level.
fn third_level(document: &Document<'_>, file: FileKind, entry: &Entry<'_>, key: &str) -> Option<Finding> {
    let Value::Nested(_) = entry.value else { return None };
    let mut above = None;
    for index in entry.lines().skip(1) {
        let line = document.lines()[index];
        let Some(nested) = document.nested(index).next().filter(|_| line.kind() == LineKind::Continuation) else {
            continue;
        };
        if let Some((indent, name)) = above
            && document.indent(index) > indent
        {
            let (name, parent) = (nested_name(key, nested.name), nested_name(key, name));
            return Some(
                warning(
                    Origin { file, line: index + 1 },
                    format!("{name} stands below {parent} in {}, one level too deep", shown_key(key)),
                )
                .cli(format!("reads it as a key of {}", shown_key(key)))
                .sdk("do the same")
                .mend("write the lines of the block with one indentation"),
            );
        }
        above = nested.value.is_empty().then_some((document.indent(index), nested.name));
    }
    None
}

/// A name in a nested block. Below a secret's key it may be a part of the secret.
fn nested_name(key: &str, name: &str) -> String {
    if SECRET_KEYS.contains(&key) { "a line".to_owned() } else { shown_key(name) }
}
