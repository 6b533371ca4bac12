//! Replacing spans of a text all at once, keeping every line's own line end.

use crate::config::document::Document;

/// Collected replacements; [`Splices::apply`] makes the new text.
pub(super) struct Splices<'t> {
    text: &'t str,
    /// Start, end and what comes in between, in the order they were asked for.
    spans: Vec<(usize, usize, String)>,
    /// New sections, behind everything else.
    tail: Vec<String>,
}

impl<'t> Splices<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, spans: Vec::new(), tail: Vec::new() }
    }

    pub(super) fn span(&mut self, start: usize, end: usize, with: String) {
        self.spans.push((start, end, with));
    }

    /// New content for the line at `index`; its line end stays.
    pub(super) fn replace_line(&mut self, document: &Document<'_>, index: usize, content: &str) {
        self.span(document.lines()[index].start(), document.end(index), content.to_owned());
    }

    pub(super) fn remove_line(&mut self, document: &Document<'_>, index: usize) {
        self.span(document.lines()[index].start(), document.next(index), String::new());
    }

    /// New lines before the line at `index`, or at the end of the file. They take the line end of
    /// the line before; where that has none, it gets one first.
    pub(super) fn insert(&mut self, document: &Document<'_>, index: usize, lines: &[String]) {
        let at = document.lines().get(index).map_or(self.text.len(), |line| line.start());
        let before = &self.text[..at];
        let end = line_end(before);
        let mut with = String::new();
        if !before.is_empty() && !before.ends_with(['\n', '\r']) && !self.appends_at(at) {
            with.push_str(end);
        }
        for line in lines {
            with.push_str(line);
            with.push_str(end);
        }
        self.span(at, at, with);
    }

    /// New lines at the end of the file, behind all that is inserted there.
    pub(super) fn append(&mut self, lines: &[String]) {
        self.tail.extend_from_slice(lines);
    }

    fn appends_at(&self, at: usize) -> bool {
        self.spans.iter().any(|(start, end, with)| (*start, *end) == (at, at) && !with.is_empty())
    }

    pub(super) fn apply(mut self) -> String {
        // Stable: what was asked for first comes first where places are equal.
        self.spans.sort_by_key(|(start, end, _)| (*start, *end));
        let added: usize = self.spans.iter().map(|(_, _, with)| with.len()).sum();
        let mut new = String::with_capacity(self.text.len() + added);
        let mut at = 0;
        for (start, end, with) in &self.spans {
            new.push_str(&self.text[at.min(*start)..*start]);
            new.push_str(with);
            at = at.max(*end);
        }
        new.push_str(&self.text[at..]);
        let end = line_end(&new);
        if !self.tail.is_empty() && !new.is_empty() && !new.ends_with(['\n', '\r']) {
            new.push_str(end);
        }
        for line in &self.tail {
            new.push_str(line);
            new.push_str(end);
        }
        new
    }
}

/// The line end that the last line of `before` has, or the nearest one above it.
fn line_end(before: &str) -> &'static str {
    match before.rfind(['\n', '\r']) {
        Some(at) if before.as_bytes()[at] == b'\r' => "\r",
        Some(at) if before[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}
