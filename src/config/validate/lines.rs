//! Lines that the AWS CLI and the SDKs read differently, or that no tool reads as they look.
//!
//! The SDKs' reader is simpler than Python's: a comment starts in the first column, every line that
//! starts with white space continues the key above, and `=` is the only separator.

use super::known::Keys;
use super::{Finding, Report, SDK_REJECT, error, sdk_comment, shown, shown_key, warning, without_comment};
use crate::config::document::{Document, LineKind, Section, trim};
use crate::config::{FileKind, Origin};

/// Keys with a command or a list, which may well take several lines.
const LONG_KEYS: [&str; 4] =
    ["auth_scheme_preference", "credential_process", "sigv4a_signing_region_set", "sso_registration_scopes"];

/// Checks every line of a file.
pub(super) fn check(document: &Document<'_>, file: FileKind, report: &mut Report) {
    let mut sections = document.sections().iter();
    let mut reader = Reader { sdk: Sdk::Start, said: Said::default(), key: None };
    for (index, line) in document.lines().iter().enumerate() {
        let text = document.line_text(index);
        let at = Origin { file, line: index + 1 };
        let lone_return = document.text().as_bytes()[document.end(index)..document.next(index)] == *b"\r";
        if lone_return && !reader.said.lone_return {
            reader.said.lone_return = true;
            report.add(only_a_return(at));
        }
        match line.kind() {
            LineKind::Blank => {}
            LineKind::Junk => reader.key = None,
            LineKind::Comment => report.0.extend(reader.comment(at, text)),
            LineKind::Continuation => report.0.extend(reader.continuation(at, text)),
            LineKind::Key => report.0.extend(reader.key(at, text).into_iter().flatten()),
            LineKind::Header => {
                if let Some(section) = sections.next() {
                    report.0.extend(reader.header(at, text, section).into_iter().flatten());
                }
            }
        }
        if line.kind() != LineKind::Comment {
            reader.said.comment = false;
        }
        reader.sdk.read(text);
    }
}

/// What was read before a line.
struct Reader<'t> {
    sdk: Sdk,
    said: Said,
    /// The key that the AWS CLI is at, and whether its own line has a value.
    key: Option<(&'t str, bool)>,
}

/// What need not be said of every line.
#[derive(Default)]
struct Said {
    lone_return: bool,
    /// An indented comment was named in the comment lines just above.
    comment: bool,
    /// An indented key was named in this section.
    key: bool,
    /// The value that goes on was named for this key.
    continuation: bool,
}

/// What the SDKs' reader has seen last.
#[derive(Clone, Copy)]
enum Sdk {
    Start,
    Header,
    Key { empty: bool },
}

impl Sdk {
    fn read(&mut self, line: &str) {
        if line.starts_with('[') {
            *self = Self::Header;
        } else if !is_indented(line) && !line.starts_with(['#', ';']) && !trim(line).is_empty() {
            let line = without_comment(line);
            let value = line.split_once('=').map_or("", |(_, value)| trim(value));
            *self = Self::Key { empty: value.is_empty() };
        }
    }

    /// Whether an indented line makes the SDKs give up; else it is a part of the value above.
    fn rejects_indented(self, line: &str) -> bool {
        match self {
            Self::Start | Self::Header => true,
            // A line of a nested block.
            Self::Key { empty: true } => {
                let content = trim(line);
                let content = without_comment(content);
                content.split_once('=').is_none_or(|(key, _)| trim(key).is_empty())
            }
            Self::Key { empty: false } => false,
        }
    }
}

/// White space in front, as far as the SDKs know any.
fn is_indented(line: &str) -> bool {
    line.starts_with([' ', '\t'])
}

/// A carriage return without a line feed.
fn only_a_return(at: Origin) -> Finding {
    error(at, "this line ends in a carriage return without a line feed")
        .cli("takes that for the end of the line")
        .sdk("read on: this line and the next are one to them")
        .mend("save the file with LF or CRLF line ends")
}

impl<'t> Reader<'t> {
    fn comment(&mut self, at: Origin, text: &str) -> Option<Finding> {
        if !is_indented(text) || std::mem::replace(&mut self.said.comment, true) {
            return None;
        }
        let what = "this comment is indented";
        let finding = if self.sdk.rejects_indented(text) {
            error(at, what).sdk(SDK_REJECT)
        } else {
            warning(at, what).sdk("take it for a part of the value above")
        };
        Some(finding.cli("ignores it").mend("start the comment in the first column"))
    }

    fn header(&mut self, at: Origin, text: &str, section: &Section<'_>) -> [Option<Finding>; 2] {
        self.key = None;
        self.said.key = false;
        let indented = is_indented(text).then(|| {
            let sdk =
                if self.sdk.rejects_indented(text) { SDK_REJECT } else { "take it for a part of the value above" };
            error(at, format!("the header `[{}]` is indented", shown(section.name)))
                .cli("reads it like any other")
                .sdk(sdk)
                .mend("start the header in the first column")
        });
        [indented, behind_header(at, trim(text), section.name)]
    }

    fn key(&mut self, at: Origin, text: &'t str) -> [Option<Finding>; 4] {
        let content = trim(text);
        let separator = content.find(['=', ':']).unwrap_or(content.len());
        let (name, value) = (trim(&content[..separator]), trim(content.get(separator + 1..).unwrap_or_default()));
        self.key = Some((name, !value.is_empty()));
        self.said.continuation = false;
        let indented = is_indented(text) && !std::mem::replace(&mut self.said.key, true);
        [
            indented.then(|| self.indented_key(at, text, name)),
            content.starts_with('[').then(|| bracket(at)),
            colon(at, content, separator, name),
            inline_comment(at, content, separator, name),
        ]
    }

    fn indented_key(&self, at: Origin, text: &str, name: &str) -> Finding {
        let sdk = if self.sdk.rejects_indented(text) { SDK_REJECT } else { "take it for a part of the value above" };
        error(at, format!("{} is indented, though it is a key of the section itself", shown_key(name)))
            .cli("reads it like any other")
            .sdk(sdk)
            .mend("start the keys of the section in the first column")
    }

    /// A line that is more of the value above. What looks like something else is named.
    fn continuation(&mut self, at: Origin, text: &str) -> Option<Finding> {
        let (key, has_value) = self.key?;
        if self.said.continuation {
            return None;
        }
        let content = trim(text);
        if !has_value && !content.contains('=') {
            // A syntax problem, and said to be one.
            return None;
        }
        let shown_above = shown_key(key);
        if matches!(self.sdk, Sdk::Key { empty: true }) && self.sdk.rejects_indented(text) {
            self.said.continuation = true;
            return Some(
                error(at, format!("a line of the block below {shown_above} is no `name = value` to the SDKs"))
                    .cli("reads it, even without a name, or with a comment sign before the `=`")
                    .sdk(SDK_REJECT)
                    .mend("write `name = value`, and comments on lines of their own"),
            );
        }
        let above = key.to_lowercase();
        let name = content.split(['=', ':']).next().map(trim).unwrap_or_default();
        let both = |finding: Finding| {
            finding.cli(format!("takes it for a part of the value of {shown_above}")).sdk("do the same")
        };
        let finding = if is_header_like(content) {
            error(at, format!("this header is indented below {shown_above}"))
                .mend("start the header and its keys in the first column")
        } else if has_value && Keys::Profile.contains(&name.to_lowercase()) {
            warning(at, format!("`{}` is indented below {shown_above}", shown(name)))
                .mend("start the key in the first column")
        } else if !has_value && Keys::Profile.is_text(&above) {
            error(at, format!("{shown_above} has an indented block instead of a value"))
                .mend(format!("write the value behind {shown_above}, and start other keys in the first column"))
        } else if Keys::Profile.is_text(&above) && !LONG_KEYS.contains(&above.as_str()) {
            warning(at, format!("the value of {shown_above} goes on in this line"))
                .mend("write the value on one line, and start other keys in the first column")
        } else {
            return None;
        };
        self.said.continuation = true;
        Some(both(finding))
    }
}

/// Whether an indented line was meant to start a section.
fn is_header_like(content: &str) -> bool {
    content.starts_with('[') && content.split(['#', ';']).next().is_some_and(|header| trim(header).ends_with(']'))
}

/// What stands behind the name of a header.
fn behind_header(at: Origin, content: &str, name: &str) -> Option<Finding> {
    let close = 1 + name.len();
    let comment = content.find(['#', ';']).unwrap_or(content.len());
    let to_sdks = trim(&content[..comment]);
    if comment < close {
        let finding = error(at, format!("the header `[{}]` holds a `#` or `;`", shown(name)))
            .cli(format!("takes everything up to the last `]` for the name: `{}`", shown(name)));
        return Some(if to_sdks.ends_with(']') {
            finding.sdk(format!("read `{}` and a comment", shown(to_sdks))).mend("put the comment on a line of its own")
        } else {
            finding.sdk(SDK_REJECT).mend("rename it without `#` and `;`")
        });
    }
    (!to_sdks.ends_with(']')).then(|| {
        error(at, format!("text follows the header `[{}]`", shown(name)))
            .cli("ignores the text")
            .sdk(SDK_REJECT)
            .mend("remove the text, or put `#` in front of it")
    })
}

/// `[x = y`
fn bracket(at: Origin) -> Finding {
    error(at, "a key starts with `[`, like a header without its `]`")
        .cli("reads it as a key")
        .sdk(SDK_REJECT)
        .mend("add the `]`, or remove the `[`")
}

/// `key : value`
fn colon(at: Origin, content: &str, separator: usize, name: &str) -> Option<Finding> {
    if content.as_bytes().get(separator) != Some(&b':') {
        return None;
    }
    let what = format!("{} is separated from its value by `:`", shown_key(name));
    let line = without_comment(content);
    let finding = if line.contains('=') {
        warning(at, what).sdk("read on to the `=`, so that the key has another name to them")
    } else {
        error(at, what).sdk(SDK_REJECT)
    };
    Some(finding.cli("reads it like `=`").mend("write `=` instead of `:`"))
}

/// `key = value # comment`
fn inline_comment(at: Origin, content: &str, separator: usize, name: &str) -> Option<Finding> {
    let comment = sdk_comment(content)?;
    if comment < separator {
        return Some(
            error(at, format!("{} has a `#` or `;` in its name", shown_key(name)))
                .cli("takes it for a part of the name")
                .sdk(SDK_REJECT)
                .mend("put the comment on a line of its own"),
        );
    }
    Some(
        warning(at, format!("a `#` or `;` stands in the value of {}", shown_key(name)))
            .cli("takes it and the rest of the line for a part of the value")
            .sdk("take it for the start of a comment")
            .mend("put the comment on a line of its own"),
    )
}
