//! Every problem in both files: where, what it means to the AWS CLI and to the SDKs, how to mend it.
//!
//! Where the two sides disagree, keyfob reads the files as the AWS CLI does; a finding tells what
//! the others see. No finding shows a secret: values of secret keys, and texts so long that they
//! might be one, are never put into words.

mod access_keys;
mod headers;
mod keys;
mod known;
mod lines;
mod merged;
mod references;
mod roles;

use std::borrow::Cow;
use std::fmt::Write;

use self::merged::Merged;
use super::document::{Document, ProblemKind as Kind};
use super::shared::SharedConfig;
use super::{FileKind, Origin};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// An AWS tool rejects the file, or cannot use the profile.
    Error,
    /// The tools disagree, or a value is likely not what is meant.
    Warning,
}

/// The profile key that `key`, which no AWS tool knows, is most like.
pub fn likely_meant(key: &str) -> Option<&'static str> {
    let keys = known::Keys::Profile;
    if keys.contains(key) { None } else { keys.nearest(key) }
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Where it stands.
    pub origin: Origin,
    /// What is wrong, with the name of the section, profile or key.
    pub what: String,
    /// What the AWS CLI makes of it: "rejects the whole file".
    pub cli: String,
    /// What the SDKs make of it: "merge the sections".
    pub sdk: String,
    /// What to do about it, as an order.
    pub mend: String,
}

/// What the AWS CLI does with a file that it cannot parse.
const CLI_REJECTS: &str = "rejects the whole file: every command exits with 255";
/// What the SDKs do with a file that they cannot parse.
const SDK_REJECT: &str = "reject the whole file";

/// Every problem in both files, ordered by file (config first) and line.
pub fn validate(shared: &SharedConfig<'_>) -> Vec<Finding> {
    let mut report = Report::default();
    let mut merged = Merged::default();
    for file in [FileKind::Config, FileKind::Credentials] {
        let document = shared.document(file);
        syntax(document, file, &mut report);
        lines::check(document, file, &mut report);
        headers::check(document, file, &mut report);
        let mut spellings = keys::Spellings::default();
        for section in document.sections() {
            let entries: Vec<_> = document.entries(section).collect();
            keys::check(document, file, section, &entries, &mut spellings, &mut report);
            merged.add(file, section, entries);
        }
    }
    let profiles = merged.profiles();
    access_keys::check(&profiles, &mut report);
    roles::check(&merged, &profiles, &mut report);
    references::check(&merged, &profiles, &mut report);
    report.in_order()
}

/// What the parser could not read.
fn syntax(document: &Document<'_>, file: FileKind, report: &mut Report) {
    let mut header_lost = false;
    for problem in document.problems() {
        // The keys below a header that could not be read are not the mistake.
        if problem.kind == Kind::NoSection && header_lost {
            continue;
        }
        header_lost |= matches!(problem.kind, Kind::ByteOrderMark | Kind::UnclosedHeader);
        let (cli, sdk) = match problem.kind {
            Kind::NotUtf8 => (CLI_REJECTS, "take the file for an empty one"),
            Kind::Nul | Kind::TooLong => ("reads it as text all the same", "read it all the same"),
            Kind::NoKey if is_key_to_sdks(document, problem.line) => (CLI_REJECTS, "read a key that starts with `:`"),
            _ => (CLI_REJECTS, SDK_REJECT),
        };
        let at = Origin { file, line: problem.line };
        report.add(error(at, problem.kind.to_string()).cli(cli).sdk(sdk).mend(problem.kind.advice()));
    }
}

/// Whether `line` is like `:a = b`, where the colon is no separator to the SDKs.
fn is_key_to_sdks(document: &Document<'_>, line: usize) -> bool {
    let text = document.line_text(line - 1);
    let in_section = document.sections().first().is_some_and(|first| first.line() < line);
    in_section && text.starts_with(':') && without_comment(text).contains('=')
}

/// The findings so far.
#[derive(Default)]
struct Report(Vec<Finding>);

impl Report {
    fn add(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    fn in_order(mut self) -> Vec<Finding> {
        self.0.sort_by_key(|finding| finding.origin);
        self.0
    }
}

fn error(origin: Origin, what: impl Into<String>) -> Finding {
    Finding::new(Severity::Error, origin, what.into())
}

fn warning(origin: Origin, what: impl Into<String>) -> Finding {
    Finding::new(Severity::Warning, origin, what.into())
}

impl Finding {
    fn new(severity: Severity, origin: Origin, what: String) -> Self {
        Self { severity, origin, what, cli: String::new(), sdk: String::new(), mend: String::new() }
    }

    fn cli(mut self, cli: impl Into<String>) -> Self {
        self.cli = cli.into();
        self
    }

    fn sdk(mut self, sdk: impl Into<String>) -> Self {
        self.sdk = sdk.into();
        self
    }

    fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = mend.into();
        self
    }
}

/// A name or a harmless value as a finding shows it: on one line, and not endless.
fn shown(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 80;
    if text.len() <= LONGEST && !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    for (at, c) in text.chars().enumerate() {
        if at == LONGEST {
            out.push('…');
            break;
        }
        if c.is_control() {
            // Writing to a string cannot fail.
            let _ = write!(out, "{}", c.escape_default());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// The name of a key as a finding shows it. A long one may be a secret that lost its key.
fn shown_key(key: &str) -> String {
    const SHORTEST_SECRET: usize = 40;
    if key.len() < SHORTEST_SECRET { format!("`{}`", shown(key)) } else { "a key".to_owned() }
}

/// The position at which the SDKs see a comment start in a line that is a key: `#` or `;` behind
/// white space.
fn sdk_comment(line: &str) -> Option<usize> {
    let mut after_space = false;
    line.char_indices().find_map(|(at, c)| {
        let found = matches!(c, '#' | ';') && after_space;
        after_space = c.is_whitespace();
        found.then_some(at)
    })
}

/// The line as the SDKs see it.
fn without_comment(line: &str) -> &str {
    &line[..sdk_comment(line).unwrap_or(line.len())]
}

#[cfg(test)]
mod tests;
