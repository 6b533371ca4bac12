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
pub fn only_these_differ<'t>(before: &File<'_>, own: &Lines, after: &'t str) -> Result<Vec<&'t str>, TestCaseError> {
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
