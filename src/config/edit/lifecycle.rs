//! What becomes of whole profiles: delete, rename, copy.

use std::collections::BTreeMap;

use super::splice::Splices;
use super::{EditError, Place};
use crate::config::document::{Document, LineKind, Section, Value, trim, trim_end};
use crate::config::header::{Named, config_header};
use crate::config::shared::credentials_sections;

/// Removes every section of the profile at `place`: header, keys and the comments among them, and
/// the blank lines behind. Comments behind its last key stay: they may speak of what follows.
pub fn delete(text: &str, place: &Place) -> String {
    let document = Document::parse(text);
    let mut splices = Splices::new(text);
    for section in all_spellings(&document, place) {
        remove(&document, &section, &mut splices);
    }
    splices.apply()
}

/// Takes `section` out, as [`delete`] says.
pub(super) fn remove(document: &Document<'_>, section: &Section<'_>, splices: &mut Splices<'_>) {
    let last = document.entries(section).last().map_or(section.header() + 1, |entry| entry.end);
    let lines = document.lines();
    let end = (last..section.end()).find(|&at| lines[at].kind() != LineKind::Blank).unwrap_or(section.end());
    (section.header()..end).for_each(|at| splices.remove_line(document, at));
    // Without a header above it, an indented header could continue the value before.
    if let Some(next) = lines.get(section.end()) {
        let start = next.start();
        splices.span(start, start + document.indent(section.end()), String::new());
    }
}

/// Gives the profile at `from` the name of `to`, and lets every `source_profile` follow. Header
/// spacing aside, nothing else changes.
///
/// # Errors
/// The new name is taken or no name; the profile stands under two spellings.
pub fn rename(text: &str, from: &Place, to: &Place) -> Result<String, EditError> {
    to.check()?;
    let document = Document::parse(text);
    let sections = one_spelling(&document, from)?;
    free(&document, to)?;
    let mut splices = Splices::new(text);
    for section in sections {
        let line = &document.lines()[section.header()];
        let start = line.start() + document.indent(section.header()) + 1;
        splices.span(start, start + section.name.len(), to.header());
    }
    let (old, new) = (name(from), name(to));
    for section in document.sections().iter().filter(|section| is_profile(from, section)) {
        for entry in document.entries(section).filter(|entry| entry.is("source_profile")) {
            if matches!(&entry.value, Value::Text(value) if value == old) {
                let line = document.line_text(entry.line() - 1);
                // The value ends the line: replace it alone, so that spacing stays.
                let end = trim_end(line).len();
                let start = document.lines()[entry.line() - 1].start();
                splices.span(start + end - old.len(), start + end, new.to_owned());
            }
        }
    }
    Ok(splices.apply())
}

/// Appends a copy of the profile at `from` under the name of `to`: its lines as they are. A file
/// that lacks the profile stays as it is.
///
/// # Errors
/// The new name is taken or no name; the profile stands under two spellings.
pub fn copy(text: &str, from: &Place, to: &Place) -> Result<String, EditError> {
    to.check()?;
    let document = Document::parse(text);
    let sections = one_spelling(&document, from)?;
    free(&document, to)?;
    if sections.is_empty() {
        return Ok(text.to_owned());
    }
    // Of a key that stands twice the last one counts, and the copy must not hold it twice.
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for entry in sections.iter().flat_map(|section| document.entries(section)) {
        counts.insert(entry.key().into_owned(), entry.line());
    }
    let mut lines = vec![format!("[{}]", to.header())];
    for section in &sections {
        let mut at = section.header() + 1;
        for entry in document.entries(section) {
            if counts.get(&*entry.key()) == Some(&entry.line()) {
                let indented = (at..entry.end).map(|at| (at, document.line_text(at)));
                lines.extend(indented.map(|(at, line)| match sections.len() > 1 && at + 1 == entry.line() {
                    // Behind another section's keys, an indented key would continue the last of them.
                    true => trim(line).to_owned(),
                    false => line.to_owned(),
                }));
            }
            at = entry.end;
        }
    }
    let mut splices = Splices::new(text);
    splices.append(&lines);
    Ok(splices.apply())
}

fn name(place: &Place) -> &str {
    match place {
        Place::Profile(name)
        | Place::SsoSession(name)
        | Place::Services(name)
        | Place::Section(name)
        | Place::Credentials(name) => name,
    }
}

/// Whether `section`, in the file that `place` is in, is some profile or what profiles inherit.
fn is_profile(place: &Place, section: &Section<'_>) -> bool {
    matches!(place, Place::Credentials(_))
        || matches!(config_header(section.name), Named::Profile(_) | Named::Inherited)
}

fn all_spellings<'t>(document: &Document<'t>, place: &Place) -> Vec<Section<'t>> {
    match place {
        Place::Credentials(name) => credentials_sections(document, name),
        Place::Profile(name) => document
            .sections()
            .iter()
            .filter(|section| matches!(config_header(section.name), Named::Profile(n) if n == *name))
            .copied()
            .collect(),
        other => other.sections(document),
    }
}

fn one_spelling<'t>(document: &Document<'t>, place: &Place) -> Result<Vec<Section<'t>>, EditError> {
    let sections = all_spellings(document, place);
    match sections.iter().find(|section| section.name != sections[0].name) {
        Some(other) => {
            Err(EditError::TwoSpellings(name(place).to_owned(), sections[0].name.to_owned(), other.name.to_owned()))
        }
        None => Ok(sections),
    }
}

fn free(document: &Document<'_>, place: &Place) -> Result<(), EditError> {
    match all_spellings(document, place).is_empty() {
        true => Ok(()),
        false => Err(EditError::Exists(name(place).to_owned())),
    }
}
