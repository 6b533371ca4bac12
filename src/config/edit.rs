//! Edits on the text of one file: text in, text out, every other line byte for byte as it was.
//!
//! Where the AWS CLI's writer would put a line, this one puts it, so that either leaves the same
//! file; where the CLI's writer damages a file, this one does not.

mod lifecycle;
mod many;
mod place;
mod splice;
mod values;

use std::collections::BTreeMap;

pub use lifecycle::{copy, delete, rename};
pub use many::{NewProfile, replace_profiles};
pub use place::Place;
use splice::Splices;
pub use values::replace_values;

use super::document::{BREAKS, Document, Entry, LineKind, Section, Value, trim};

/// What shall become of one key. A value may be a secret, so its `Debug` shows none.
#[derive(Clone, PartialEq, Eq)]
pub enum Change {
    /// `key = value`, in place of whatever stood under the key.
    Set(String),
    /// `name = value` in the nested block under the key.
    SetNested(String, String),
    /// No such key.
    Unset,
    /// No such name in the nested block under the key; an emptied block goes with it.
    UnsetNested(String),
}

impl std::fmt::Debug for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Set(_) => f.write_str("Set(..)"),
            Self::SetNested(name, _) => write!(f, "SetNested({name:?}, ..)"),
            Self::Unset => f.write_str("Unset"),
            Self::UnsetNested(name) => write!(f, "UnsetNested({name:?})"),
        }
    }
}

/// The changes to one section, in the order they are to be written.
#[derive(Debug, Clone)]
pub struct Edit {
    /// Which section.
    pub place: Place,
    /// Key and change. A key stands here once.
    pub changes: Vec<(String, Change)>,
}

/// Why an edit was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// A value with a line end or a NUL byte would become something else when read.
    #[error("the value of {0} holds a line end or a NUL byte, which AWS files cannot")]
    LineEnd(String),
    /// A name no header can carry.
    #[error("{0:?} cannot be the name of {1}: {2}")]
    BadName(String, &'static str, &'static str),
    /// The result does not read back as intended; the text was not changed.
    #[error("{0} cannot be written here so that it reads back; is the file damaged near it?")]
    NotReadBack(String),
    /// The name to make is taken.
    #[error("there is already a profile {0}")]
    Exists(String),
    /// One profile under two spellings of its header.
    #[error("profile {0} stands under two spellings, `[{1}]` and `[{2}]`, of which AWS tools use only one")]
    TwoSpellings(String, String, String),
}

/// Applies `edits` to `text` and returns the new text.
///
/// # Errors
/// A value, key or name that could not be read back. The text must pass [`Document::check`].
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    let changes = || edits.iter().flat_map(|edit| edit.changes.iter().map(move |change| (&edit.place, change)));
    let nested = changes().any(|(_, (_, change))| matches!(change, Change::SetNested(..)));
    if !nested || changes().count() == 1 {
        return apply_at_once(text, edits);
    }
    // Where a block ends depends on what else is written: one after the other.
    changes().try_fold(text.to_owned(), |text, (place, change)| {
        apply_at_once(&text, &[Edit { place: place.clone(), changes: vec![change.clone()] }])
    })
}

fn apply_at_once(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    for edit in edits {
        edit.place.check()?;
        edit.changes.iter().try_for_each(|(key, change)| check(key, change))?;
    }
    let document = Document::parse(text);
    let index = SectionIndex::new(&document, edits);
    let mut splices = Splices::new(text);
    for edit in edits {
        let sections = index.sections(&document, &edit.place);
        let mut editor = Editor { document: &document, sections, splices: &mut splices, refused: None };
        editor.edit(edit);
        if let Some(refused) = editor.refused {
            return Err(refused);
        }
    }
    let new = splices.apply();
    read_back(&new, &document, edits)?;
    Ok(new)
}

fn check(key: &str, change: &Change) -> Result<(), EditError> {
    let texts = match change {
        Change::Set(value) => [key, value],
        Change::SetNested(name, value) => [name.as_str(), value.as_str()],
        Change::Unset | Change::UnsetNested(_) => return Ok(()),
    };
    let breaks: &[char] = if matches!(change, Change::SetNested(..)) { &BREAKS } else { &[] };
    match texts.iter().any(|text| text.contains(['\n', '\r', '\0']) || text.contains(breaks)) {
        true => Err(EditError::LineEnd(key.to_owned())),
        false => Ok(()),
    }
}

/// The last line of defence: what was to be changed reads back so, and nothing became unreadable.
fn read_back(new: &str, old: &Document<'_>, edits: &[Edit]) -> Result<(), EditError> {
    let document = Document::parse(new);
    let index = SectionIndex::new(&document, edits);
    for edit in edits {
        let sections = index.sections(&document, &edit.place);
        for (key, change) in &edit.changes {
            let entry = last_entry(&document, &sections, key).map(|entry| entry.value);
            let right = match (change, &entry) {
                (Change::Set(wanted), Some(Value::Text(text))) => trim(wanted) == text,
                (Change::SetNested(name, wanted), Some(block)) => {
                    block.nested(name).is_some_and(|nested| nested.value == trim(wanted))
                }
                (Change::Unset, entry) => entry.is_none(),
                (Change::UnsetNested(name), entry) => entry.as_ref().is_none_or(|block| block.nested(name).is_none()),
                _ => false,
            };
            if !right {
                return Err(EditError::NotReadBack(key.clone()));
            }
        }
    }
    match document.problems().len() > old.problems().len() {
        true => Err(EditError::NotReadBack("this".to_owned())),
        false => Ok(()),
    }
}

/// Finds the sections of a place: by looking through the file for one, through an index for many.
struct SectionIndex<'t>(Option<BTreeMap<&'t str, Vec<Section<'t>>>>);

impl<'t> SectionIndex<'t> {
    fn new(document: &Document<'t>, edits: &[Edit]) -> Self {
        // Only credentials are edited by the thousand (`configure import`).
        let many = edits.len() > 4 && edits.iter().all(|edit| matches!(edit.place, Place::Credentials(_)));
        Self(many.then(|| {
            let mut index: BTreeMap<&str, Vec<Section<'_>>> = BTreeMap::new();
            for section in document.sections() {
                index.entry(section.name).or_default().push(*section);
            }
            index
        }))
    }

    fn sections(&self, document: &Document<'t>, place: &Place) -> Vec<Section<'t>> {
        match (&self.0, place) {
            (Some(index), Place::Credentials(name)) => index.get(name.as_str()).cloned().unwrap_or_default(),
            _ => place.sections(document),
        }
    }
}

fn last_entry<'t>(document: &Document<'t>, sections: &[Section<'t>], key: &str) -> Option<Entry<'t>> {
    let key = key.to_lowercase();
    sections.iter().flat_map(|section| document.entries(section)).filter(|entry| entry.is(&key)).last()
}

struct Editor<'a, 't> {
    document: &'a Document<'t>,
    sections: Vec<Section<'t>>,
    splices: &'a mut Splices<'t>,
    refused: Option<EditError>,
}

impl<'t> Editor<'_, 't> {
    fn edit(&mut self, edit: &Edit) {
        let mut new_lines = Vec::new();
        for (key, change) in &edit.changes {
            let entry = last_entry(self.document, &self.sections, key);
            match (change, entry) {
                (Change::Set(value), Some(entry)) => self.replace(&entry, value, &[]),
                (Change::Set(value), None) => new_lines.push(format!("{key} = {value}")),
                (Change::SetNested(name, value), Some(entry)) => self.set_nested(&entry, name, value),
                (Change::SetNested(name, value), None) => {
                    new_lines.extend([format!("{key} ="), format!("    {name} = {value}")]);
                }
                (Change::Unset, _) => self.unset(key),
                (Change::UnsetNested(name), _) => self.unset_nested(key, name),
            }
        }
        match self.sections.first() {
            None if edit.changes.iter().all(|(_, change)| matches!(change, Change::Unset | Change::UnsetNested(_)))
                && !edit.changes.is_empty() => {}
            None => {
                new_lines.insert(0, format!("[{}]", edit.place.header()));
                self.splices.append(&new_lines);
            }
            Some(_) if new_lines.is_empty() => {}
            Some(section) => {
                let (at, indent) = insertion_point(self.document, section);
                let indented: Vec<_> = new_lines.iter().map(|line| format!("{indent}{line}")).collect();
                self.splices.insert(self.document, at, &indented);
            }
        }
    }

    /// Puts `key = value`, and `children` below it, in the place of a whole value. Comments that
    /// stand in it stay.
    fn replace(&mut self, entry: &Entry<'_>, value: &str, children: &[String]) {
        let indent = self.indent(entry.first);
        let assignment = if children.is_empty() {
            format!("{indent}{} = {value}", entry.written)
        } else {
            format!("{indent}{} =", entry.written)
        };
        self.splices.replace_line(self.document, entry.first, &assignment);
        self.remove_lines(entry.first + 1, entry.end);
        if !children.is_empty() {
            self.splices.insert(self.document, entry.first + 1, children);
        }
    }

    fn set_nested(&mut self, entry: &Entry<'_>, name: &str, value: &str) {
        if let Some(nested) = entry.value.nested(name) {
            let line = nested.line - 1;
            self.refuse_breaks(line, name);
            let text = format!("{}{name} = {value}", self.indent(line));
            return self.splices.replace_line(self.document, line, &text);
        }
        let parent = self.indent(entry.first);
        // The AWS CLI always writes four spaces; a deeper parent needs more to have children.
        let deeper =
            if parent.len() < 4 && !parent.contains('\t') { "    ".to_owned() } else { format!("{parent}    ") };
        let child = format!("{deeper}{name} = {value}");
        match &entry.value {
            Value::Text(text) if !text.is_empty() => self.replace(entry, "", &[child]),
            _ => {
                let at = self.end_of_block(entry);
                self.splices.insert(self.document, at, &[child]);
            }
        }
    }

    /// Where the AWS CLI adds to a nested block: before the next line that is back at the parent's
    /// indentation, or the next header, or at the end of the file.
    fn end_of_block(&self, entry: &Entry<'_>) -> usize {
        let lines = self.document.lines();
        let level = self.document.indent(entry.first);
        (entry.end..lines.len())
            .find(|&at| match lines[at].kind() {
                LineKind::Blank => false,
                LineKind::Comment => {
                    self.document.indent(at) == level && looks_like_option(self.document.line_text(at))
                }
                _ => true,
            })
            .unwrap_or(lines.len())
    }

    fn unset(&mut self, key: &str) {
        for entry in self.entries(key) {
            self.remove_lines(entry.first, entry.end);
        }
    }

    fn unset_nested(&mut self, key: &str, name: &str) {
        let entries = self.entries(key);
        // An emptied block goes with its key, also where the key stands a second time.
        if let Some(Value::Nested(block)) = entries.last().map(|entry| &entry.value)
            && block.iter().all(|nested| nested.name == name)
        {
            return self.unset(key);
        }
        for entry in entries {
            let Value::Nested(block) = &entry.value else { continue };
            for nested in block.iter().filter(|nested| nested.name == name) {
                self.refuse_breaks(nested.line - 1, name);
                self.remove_lines(nested.line - 1, nested.line);
            }
        }
    }

    /// A line that botocore reads as several is not edited: the others would be lost.
    fn refuse_breaks(&mut self, line: usize, name: &str) {
        if trim(self.document.line_text(line)).contains(BREAKS) {
            self.refused = Some(EditError::NotReadBack(name.to_owned()));
        }
    }

    fn entries(&self, key: &str) -> Vec<Entry<'t>> {
        let key = key.to_lowercase();
        self.sections.iter().flat_map(|section| self.document.entries(section)).filter(|entry| entry.is(&key)).collect()
    }

    fn remove_lines(&mut self, from: usize, to: usize) {
        for at in (from..to).filter(|&at| self.document.lines()[at].kind() != LineKind::Comment) {
            self.splices.remove_line(self.document, at);
        }
    }

    fn indent(&self, at: usize) -> String {
        self.document.line_text(at)[..self.document.indent(at)].to_owned()
    }
}

/// Where the AWS CLI's writer adds keys to a section, as the index of the line that will follow.
///
/// After the last line that looks like an option (a comment with a `=` does); one line further
/// down when no other section follows. Never inside a value that goes on. Also returned: the
/// indentation the new lines need, so that an indented header behind them stays a header.
fn insertion_point(document: &Document<'_>, section: &Section<'_>) -> (usize, String) {
    let lines = document.lines();
    let body = section.header() + 1..section.end();
    let last_option = body.clone().rfind(|&at| looks_like_option(document.line_text(at))).unwrap_or(section.header());
    let end_of_values = document.entries(section).last().map_or(section.header() + 1, |entry| entry.end);
    let is_last = section.end() == lines.len();
    let at = (last_option + if is_last { 2 } else { 1 }).max(end_of_values).min(section.end());
    let indent = match lines.get(section.end()) {
        Some(_) => document.line_text(section.end())[..document.indent(section.end())].to_owned(),
        _ => String::new(),
    };
    (at, indent)
}

/// What the AWS CLI's writer takes for a line with an option: a separator with something before it.
fn looks_like_option(line: &str) -> bool {
    let separator = |byte: u8| byte == b'=' || byte == b':';
    line.as_bytes().windows(2).any(|pair| !separator(pair[0]) && separator(pair[1]))
}

#[cfg(test)]
mod tests;
