//! One shared file as a lossless list of lines.
//!
//! The grammar is what the AWS CLI accepts (Python's `configparser` and botocore's pass for nested
//! blocks), made tolerant where the CLI gives up on a file that the SDKs can read: sections and
//! keys that stand twice are merged, the last one winning. Nothing is copied and nothing is lost:
//! the lines cover the text from its first byte to its last.

mod problem;
mod scan;

use std::borrow::Cow;

use problem::LONGEST_LINE;
pub use problem::{Problem, ProblemKind, decode};

/// A parsed file. It borrows the text and adds spans only.
pub struct Document<'t> {
    text: &'t str,
    lines: Vec<Line>,
    sections: Vec<Section<'t>>,
    problems: Vec<Problem>,
}

/// One physical line. Offsets are bytes into the text. A large file has tens of thousands of them, so they are small.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// Where it starts. It ends where the next one starts.
    start: u32,
    /// From the lowest bit: the kind (3), the length of the line end (2), and for a key how far from the start its
    /// separator stands (the rest).
    packed: u32,
}

impl Line {
    /// The furthest that a separator can stand from the start of its line.
    const FURTHEST: usize = (1 << 27) - 1;

    fn new(start: usize, span: &scan::Span, kind: LineKind, separator: usize) -> Self {
        let packed = kind as u32 | offset(span.next - span.end) << 3 | offset(separator) << 5;
        Self { start: offset(start), packed }
    }

    pub(super) fn start(&self) -> usize {
        self.start as usize
    }

    pub(super) fn kind(&self) -> LineKind {
        match self.packed & 0b111 {
            0 => LineKind::Blank,
            1 => LineKind::Comment,
            2 => LineKind::Header,
            3 => LineKind::Key,
            4 => LineKind::Continuation,
            _ => LineKind::Junk,
        }
    }

    /// For a key: where the separator stands.
    fn separator(&self) -> usize {
        self.start() + (self.packed >> 5) as usize
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineKind {
    /// The numbers are those of [`Line::kind`].
    Blank,
    Comment,
    Header,
    Key,
    /// Indented deeper than the key above: more of its value.
    Continuation,
    /// Not understood; see the problems.
    Junk,
}

/// A header and the lines up to the next one.
#[derive(Debug, Clone, Copy)]
pub struct Section<'t> {
    /// The text between `[` and the last `]`, as written.
    pub name: &'t str,
    header: u32,
    end: u32,
}

impl Section<'_> {
    /// The header's line, counted from 1.
    pub fn line(&self) -> usize {
        self.header() + 1
    }

    /// Index of the header's line.
    pub(super) fn header(&self) -> usize {
        self.header as usize
    }

    /// Index one past the last line.
    pub(super) fn end(&self) -> usize {
        self.end as usize
    }
}

/// A key of a section and its value.
#[derive(Debug, Clone)]
pub struct Entry<'t> {
    /// The key as written. It is compared in lower case ([`Entry::key`]).
    pub written: &'t str,
    /// The value.
    pub value: Value<'t>,
    /// Index of the key's line.
    pub(super) first: usize,
    /// Index one past the last line with a part of the value.
    pub(super) end: usize,
}

impl<'t> Entry<'t> {
    /// The key, in lower case as AWS compares it.
    pub fn key(&self) -> Cow<'t, str> {
        if self.written.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
            Cow::Owned(self.written.to_lowercase())
        } else {
            Cow::Borrowed(self.written)
        }
    }

    /// Whether this is `key`, which is in lower case.
    pub fn is(&self, key: &str) -> bool {
        self.written.eq_ignore_ascii_case(key) || self.key() == key
    }

    /// The line of the key, counted from 1.
    pub fn line(&self) -> usize {
        self.first + 1
    }

    /// Indexes of all its lines, comments in between included.
    pub(super) fn lines(&self) -> std::ops::Range<usize> {
        self.first..self.end
    }
}

/// What stands behind a key. It may be a secret, so its `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq)]
pub enum Value<'t> {
    /// Text; continuation lines are joined with a line feed.
    Text(Cow<'t, str>),
    /// `key =` with an indented block of `name = value` lines.
    Nested(Vec<Nested<'t>>),
}

impl<'t> Value<'t> {
    /// The text, unless this is a nested block.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Nested(_) => None,
        }
    }

    /// The value of `name` in a nested block; the last one when it stands twice.
    pub fn nested(&self, name: &str) -> Option<&Nested<'t>> {
        match self {
            Self::Nested(block) => block.iter().rfind(|nested| nested.name == name),
            Self::Text(_) => None,
        }
    }
}

/// One line of a nested block. Names keep their case.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Nested<'t> {
    /// What stands before the first `=`.
    pub name: &'t str,
    /// What stands behind it.
    pub value: &'t str,
    /// The line, counted from 1.
    pub line: usize,
}

impl std::fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Document({} lines, {} sections)", self.lines.len(), self.sections.len())
    }
}

impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text(..)"),
            Self::Nested(block) => f.debug_tuple("Nested").field(block).finish(),
        }
    }
}

impl std::fmt::Debug for Nested<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} = .. (line {})", self.name, self.line)
    }
}

impl<'t> Document<'t> {
    /// Reads `text`. Always succeeds; [`Document::check`] says whether AWS tools could.
    pub fn parse(text: &'t str) -> Self {
        let mut scan = Scan::new(text);
        let (mut start, bytes) = (0, text.as_bytes());
        while start < bytes.len() {
            let span = scan::line(bytes, start);
            scan.line(start, &span);
            start = span.next;
        }
        scan.finish()
    }

    /// Fails with the first problem that makes the whole file unreadable to every AWS tool.
    pub fn check(&self) -> Result<(), Problem> {
        self.problems.first().map_or(Ok(()), |problem| Err(*problem))
    }

    /// All such problems, in the order of their lines.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The text, byte for byte as it was read.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The sections in the order of the file; one that stands twice is listed twice.
    pub fn sections(&self) -> &[Section<'t>] {
        &self.sections
    }

    /// The keys of `section` in the order of the file; one that stands twice is listed twice.
    pub fn entries(&self, section: &Section<'t>) -> impl Iterator<Item = Entry<'t>> {
        let mut at = section.header() + 1;
        let end = section.end();
        std::iter::from_fn(move || {
            while at < end && self.lines[at].kind() != LineKind::Key {
                at += 1;
            }
            (at < end).then(|| {
                let entry = self.entry(at, end);
                at = entry.end;
                entry
            })
        })
    }

    /// The sections that `text` stands in, anywhere: for those who look for one thing in a large file.
    pub(super) fn sections_with(&self, text: &str) -> Vec<Section<'t>> {
        let mut found: Vec<usize> = memchr::memmem::find_iter(self.text.as_bytes(), text)
            .map(|at| self.lines.partition_point(|line| line.start() <= at))
            .map(|line| self.sections.partition_point(|section| section.header() < line))
            .collect();
        found.dedup();
        // What stands before the first header is in none.
        found.into_iter().filter_map(|section| Some(self.sections[section.checked_sub(1)?])).collect()
    }

    pub(super) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// A line without its line end.
    pub(super) fn line_text(&self, index: usize) -> &'t str {
        &self.text[self.lines[index].start()..self.end(index)]
    }

    /// Where the content of a line ends, before the line end.
    pub(super) fn end(&self, index: usize) -> usize {
        self.next(index) - (self.lines[index].packed >> 3 & 0b11) as usize
    }

    /// Where the line after a line starts.
    pub(super) fn next(&self, index: usize) -> usize {
        self.lines.get(index + 1).map_or(self.text.len(), Line::start)
    }

    /// Width of a line's leading white space in bytes.
    pub(super) fn indent(&self, index: usize) -> usize {
        indentation(self.text, self.lines[index].start(), self.end(index))
    }

    fn entry(&self, first: usize, limit: usize) -> Entry<'t> {
        let line = &self.lines[first];
        let separator = line.separator();
        let written = trim_end(&self.text[line.start() + self.indent(first)..separator]);
        let value = trim(&self.text[separator + 1..self.end(first)]);
        let more = |index: &usize| self.lines[*index].kind() == LineKind::Continuation;
        let body = first + 1..limit;
        let body = body.start
            ..body
                .take_while(|&at| !matches!(self.lines[at].kind(), LineKind::Key | LineKind::Header))
                .last()
                .map_or(first + 1, |at| at + 1);
        let end = body.clone().rfind(more).map_or(first + 1, |last| last + 1);
        let value = if end == first + 1 {
            Value::Text(Cow::Borrowed(value))
        } else if value.is_empty() {
            Value::Nested(body.filter(more).flat_map(|at| self.nested(at)).collect())
        } else {
            let mut joined = value.to_owned();
            for at in first + 1..end {
                match self.lines[at].kind() {
                    LineKind::Continuation => {
                        joined.push('\n');
                        joined.push_str(trim(self.line_text(at)));
                    }
                    // A blank line is part of the text it stands in; a comment is not.
                    LineKind::Blank => joined.push('\n'),
                    _ => {}
                }
            }
            Value::Text(Cow::Owned(joined))
        };
        Entry { written, value, first, end }
    }

    /// The members of a nested block in the line at `index`: one, unless [`BREAKS`] are in it.
    pub(super) fn nested(&self, index: usize) -> impl Iterator<Item = Nested<'t>> {
        self.line_text(index).split(BREAKS).filter_map(move |piece| {
            let (name, value) = piece.split_once('=')?;
            Some(Nested { name: trim(name), value: trim(value), line: index + 1 })
        })
    }
}

/// The line scanner: configparser's state, one line at a time.
struct Scan<'t> {
    document: Document<'t>,
    /// The indentation that a continuation line must exceed, in characters.
    level: usize,
    /// The first line of the value that could be continued.
    open_value: Option<(usize, usize)>,
}

impl<'t> Scan<'t> {
    fn new(text: &'t str) -> Self {
        // Measured on files of profiles: about 28 bytes a line. Growing would copy and touch pages.
        let lines = Vec::with_capacity(text.len() / 24 + 8);
        let document =
            Document { text, lines, sections: Vec::with_capacity(text.len() / 112 + 2), problems: Vec::new() };
        Self { document, level: 0, open_value: None }
    }

    /// Takes the line from `start`. Works on bytes: this is the whole cost of reading a large file.
    #[inline]
    fn line(&mut self, start: usize, span: &scan::Span) {
        let end = span.end;
        let bytes = &self.document.text.as_bytes()[start..end];
        if let (Some(b'a'..=b'z'), Some(separator)) = (bytes.first(), span.separator) {
            // Nearly every line: a letter in the first column, then a separator, can only be a key.
            if !self.document.sections.is_empty() && bytes.len() <= LONGEST_LINE {
                return self.key_in_first_column(start, span, separator);
            }
        }
        let indent = indentation(self.document.text, start, end);
        let mut separator = 0;
        if bytes.len() > LONGEST_LINE {
            self.problem(ProblemKind::TooLong);
        }
        let kind = match (bytes.get(indent), self.open_value) {
            (None, _) => LineKind::Blank,
            (Some(b'#' | b';'), _) => LineKind::Comment,
            (Some(_), Some((from, to))) if columns(&bytes[..indent]) > self.level => {
                let nested = indentation(self.document.text, from, to) == to - from;
                if nested && !is_block(&self.document.text[start..end]) {
                    self.problem(ProblemKind::NestedNoSeparator);
                }
                LineKind::Continuation
            }
            (Some(_), _) => {
                self.level = columns(&bytes[..indent]);
                self.header_or_key(start, indent, span, &mut separator)
            }
        };
        self.document.lines.push(Line::new(start, span, kind, separator));
    }

    #[inline]
    fn key_in_first_column(&mut self, start: usize, span: &scan::Span, separator: usize) {
        self.level = 0;
        self.open_value = Some((separator + 1, span.end));
        self.document.lines.push(Line::new(start, span, LineKind::Key, separator - start));
    }

    fn header_or_key(&mut self, line: usize, indent: usize, span: &scan::Span, separator: &mut usize) -> LineKind {
        let text = self.document.text;
        let (start, end) = (line + indent, span.end);
        let content = &text.as_bytes()[start..end];
        let index = self.document.lines.len();
        let bracket = content.first() == Some(&b'[');
        if bracket && let Some(close) = last_bracket(content) {
            if let Some(last) = self.document.sections.last_mut() {
                last.end = offset(index);
            }
            let name = &text[start + 1..start + close];
            self.document.sections.push(Section { name, header: offset(index), end: offset(index + 1) });
            self.open_value = None;
            return LineKind::Header;
        }
        let problem = match span.separator {
            _ if index == 0 && text.starts_with('\u{feff}') => ProblemKind::ByteOrderMark,
            None if bracket => ProblemKind::UnclosedHeader,
            None => ProblemKind::NoSeparator,
            Some(at) if at == start => ProblemKind::NoKey,
            Some(_) if self.document.sections.is_empty() => ProblemKind::NoSection,
            // A line that long is a problem already.
            Some(at) if at - line > Line::FURTHEST => ProblemKind::NoSeparator,
            Some(at) => {
                *separator = at - line;
                self.open_value = Some((at + 1, end));
                return LineKind::Key;
            }
        };
        self.problem(problem);
        LineKind::Junk
    }

    fn problem(&mut self, kind: ProblemKind) {
        self.document.problems.push(Problem { line: self.document.lines.len() + 1, kind });
    }

    fn finish(mut self) -> Document<'t> {
        let count = self.document.lines.len();
        if let Some(last) = self.document.sections.last_mut() {
            last.end = offset(count);
        }
        self.document
    }
}

/// Where the last `]` is. Mostly the header ends with it.
fn last_bracket(header: &[u8]) -> Option<usize> {
    match header {
        [.., b']'] => Some(header.len() - 1),
        _ => memchr::memrchr(b']', header),
    }
}

/// A byte offset. Files over 1 GiB are not read, so that 32 bits are enough.
#[expect(clippy::cast_possible_truncation, reason = "see above")]
fn offset(at: usize) -> u32 {
    at as u32
}

/// How many bytes of white space `text[start..end]` starts with.
#[inline]
fn indentation(text: &str, start: usize, end: usize) -> usize {
    let bytes = &text.as_bytes()[start..end];
    if let Some(b'!'..=b'~') = bytes.first() {
        return 0;
    }
    let blanks = bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    match bytes.get(blanks) {
        None | Some(b'!'..=b'~') => blanks,
        // Rare white space, or no ASCII: decoded.
        Some(_) => bytes.len() - trim_start(&text[start..end]).len(),
    }
}

/// Characters besides line ends at which botocore splits the lines of a nested block (Python's
/// `str.splitlines`).
pub(super) const BREAKS: [char; 8] = ['\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}', '\u{2028}', '\u{2029}'];

/// Whether a line can stand in a nested block.
fn is_block(line: &str) -> bool {
    line.split(BREAKS).all(|piece| piece.contains('=') || trim(piece).is_empty())
}

/// How many characters these bytes are: all but the continuation bytes of UTF-8.
#[inline]
fn columns(white_space: &[u8]) -> usize {
    white_space.iter().filter(|byte| (**byte & 0xc0) != 0x80).count()
}

/// White space as Python's `str.strip` has it.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// Strips white space from both ends, as Python does.
pub fn trim(text: &str) -> &str {
    trim_end(trim_start(text))
}

fn trim_start(text: &str) -> &str {
    match text.as_bytes().first() {
        // The common case needs no decoding.
        Some(b'!'..=b'~') | None => text,
        Some(_) => text.trim_start_matches(is_space),
    }
}

pub(super) fn trim_end(text: &str) -> &str {
    match text.as_bytes().last() {
        Some(b'!'..=b'~') | None => text,
        Some(_) => text.trim_end_matches(is_space),
    }
}

#[cfg(test)]
mod tests;
