//! The second reader: Python's `configparser` (3.11, universal newlines) and botocore's `configloader`, line by line.
//!
//! It shares the meaning of a header with keyfob (botocore itself is asked about that below) and two tolerances: what
//! stands twice is merged, the last one winning, and `[]` is a header.

use std::collections::BTreeMap;

use keyfob::config::document::Value;
use keyfob::config::header::{Named, config_header};
use keyfob::config::shared::Settings;

use super::*;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Blank,
    Comment,
    Header,
    Key,
    Continuation,
    Junk,
}

#[derive(Debug)]
pub struct Line<'t> {
    pub text: &'t str,
    pub end: &'t str,
    pub kind: Kind,
}

#[derive(Debug)]
pub struct Section<'t> {
    pub name: &'t str,
    pub header: usize,
    pub entries: Vec<Entry<'t>>,
}

#[derive(Debug)]
pub struct Entry<'t> {
    pub key: String,
    /// Line and text: the value behind the key, then what continues it.
    pub parts: Vec<(usize, &'t str)>,
}

impl Entry<'_> {
    pub fn first(&self) -> usize {
        self.parts[0].0
    }

    /// The last line with a part of the value.
    pub fn last(&self) -> usize {
        self.parts.iter().rfind(|(_, part)| !part.is_empty()).map_or(self.first(), |(at, _)| *at)
    }

    /// `None`: a line of a block lacks its `=`.
    pub fn value(&self) -> Option<Val> {
        let parts: Vec<_> = self.parts.iter().map(|(_, part)| *part).collect();
        let joined = parts.join("\n");
        let joined = joined.trim_end_matches(is_space);
        if !joined.starts_with('\n') {
            return Some(Val::Text(joined.to_owned()));
        }
        let lines = joined.split(SPLITLINES).map(strip).filter(|line| !line.is_empty());
        let pairs = lines
            .map(|line| line.split_once('=').map(|(name, value)| (strip(name).to_owned(), strip(value).to_owned())));
        pairs.collect::<Option<_>>().map(Val::Block)
    }
}

/// Where Python's `str.splitlines` splits.
const SPLITLINES: [char; 10] =
    ['\n', '\r', '\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}', '\u{2028}', '\u{2029}'];

#[derive(Debug)]
pub struct File<'t> {
    pub lines: Vec<Line<'t>>,
    pub sections: Vec<Section<'t>>,
    /// Whether Python reads it, what stands twice aside.
    pub readable: bool,
    /// Whether something stands twice, which Python refuses.
    pub duplicates: bool,
}

impl File<'_> {
    /// The sections that count for `id`, by index: of two spellings the one that first comes later.
    pub fn sections_of(&self, kind: FileKind, id: &Id) -> Vec<usize> {
        let all = || (0..self.sections.len()).filter(|&at| Id::of_header(kind, self.sections[at].name) == *id);
        let mut spellings: Vec<&str> = Vec::new();
        for at in all() {
            if !spellings.contains(&self.sections[at].name) {
                spellings.push(self.sections[at].name);
            }
        }
        all().filter(|&at| Some(&self.sections[at].name) == spellings.last()).collect()
    }
}

pub fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Python's `str.isspace`.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

pub fn read(text: &str) -> File<'_> {
    let mut file = File { lines: Vec::new(), sections: Vec::new(), readable: true, duplicates: false };
    let mut level = 0;
    for (at, (text, end)) in physical_lines(text).into_iter().enumerate() {
        let kind = read_line(&mut file, &mut level, at, text);
        file.readable &= kind != Kind::Junk;
        file.lines.push(Line { text, end, kind });
    }
    file.readable &= file.sections.iter().flat_map(|section| &section.entries).all(|entry| entry.value().is_some());
    file.duplicates = has_duplicates(&file.sections);
    file
}

fn read_line<'t>(file: &mut File<'t>, level: &mut usize, at: usize, line: &'t str) -> Kind {
    let content = strip(line);
    let entry = file.sections.last_mut().and_then(|section| section.entries.last_mut());
    if content.starts_with(['#', ';']) {
        return Kind::Comment;
    }
    if content.is_empty() {
        entry.into_iter().for_each(|entry| entry.parts.push((at, "")));
        return Kind::Blank;
    }
    let indent = line.chars().take_while(|c| is_space(*c)).count();
    if let Some(entry) = entry.filter(|_| indent > *level) {
        entry.parts.push((at, content));
        return Kind::Continuation;
    }
    *level = indent;
    if let Some(rest) = content.strip_prefix('[')
        && let Some((name, _)) = rest.rsplit_once(']')
    {
        file.sections.push(Section { name, header: at, entries: Vec::new() });
        return Kind::Header;
    }
    let Some((section, (key, value))) = file.sections.last_mut().zip(content.split_once(['=', ':'])) else {
        return Kind::Junk;
    };
    if key.is_empty() {
        return Kind::Junk;
    }
    section.entries.push(Entry { key: strip(key).to_lowercase(), parts: vec![(at, strip(value))] });
    Kind::Key
}

/// Lines and their ends, as a file opened with universal newlines has them.
fn physical_lines(text: &str) -> Vec<(&str, &str)> {
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let at = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let end = if rest[at..].starts_with("\r\n") { 2 } else { 1.min(rest.len() - at) };
        lines.push((&rest[..at], &rest[at..at + end]));
        rest = &rest[at + end..];
    }
    lines
}

fn has_duplicates(sections: &[Section<'_>]) -> bool {
    let (mut headers, mut keys) = (BTreeSet::new(), BTreeSet::new());
    sections.iter().any(|section| {
        let header = section.name != "DEFAULT" && !headers.insert(section.name);
        header || section.entries.iter().any(|entry| !keys.insert((section.name, &entry.key)))
    })
}

/// What a section is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Id {
    Profile(String),
    SsoSession(String),
    Services(String),
    Other(String),
    Inherited,
    Ignored,
}

impl Id {
    pub fn of(place: &Place) -> Self {
        match place {
            Place::Profile(name) | Place::Credentials(name) => Self::Profile(name.clone()),
            Place::SsoSession(name) => Self::SsoSession(name.clone()),
            Place::Services(name) => Self::Services(name.clone()),
            Place::Section(name) => Self::Other(name.clone()),
        }
    }

    pub fn of_header(kind: FileKind, header: &str) -> Self {
        if kind == FileKind::Credentials {
            return match header {
                "DEFAULT" => Self::Inherited,
                "" => Self::Ignored,
                name => Self::Profile(name.to_owned()),
            };
        }
        match config_header(header) {
            Named::Profile(name) => Self::Profile(name.into_owned()),
            Named::SsoSession(name) => Self::SsoSession(name.into_owned()),
            Named::Services(name) => Self::Services(name.into_owned()),
            Named::Other(name) => Self::Other(name.to_owned()),
            Named::Inherited => Self::Inherited,
            Named::Ignored => Self::Ignored,
        }
    }

    fn place(&self, kind: FileKind) -> Option<Place> {
        match self {
            Self::Profile(name) if !name.is_empty() => Some(edits::profile_place(kind, name)),
            Self::SsoSession(name) => Some(Place::SsoSession(name.clone())),
            Self::Services(name) => Some(Place::Services(name.clone())),
            Self::Other(name) if !name.is_empty() => Some(Place::Section(name.clone())),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Val {
    Text(String),
    Block(BTreeMap<String, String>),
}

/// The text under a key, or under a name in the block there.
pub fn text<'v>(val: Option<&'v Val>, sub: Option<&String>) -> Option<&'v str> {
    match (val?, sub) {
        (Val::Text(text), None) => Some(text),
        (Val::Block(block), Some(sub)) => block.get(sub).map(String::as_str),
        _ => None,
    }
}

pub type Map = BTreeMap<String, Val>;

/// What the sections of one file say.
#[derive(Debug, Clone)]
pub struct View {
    pub inherited: Map,
    pub sections: BTreeMap<Id, Map>,
    kind: FileKind,
}

impl View {
    pub fn of(kind: FileKind, file: &File<'_>) -> Self {
        let mut view = Self { inherited: Map::new(), sections: BTreeMap::new(), kind };
        let mut spelling: BTreeMap<Id, Vec<&str>> = BTreeMap::new();
        for section in &file.sections {
            let id = Id::of_header(kind, section.name);
            let spellings = spelling.entry(id.clone()).or_default();
            if !spellings.contains(&section.name) {
                // Another spelling of the same thing replaces the one before.
                spellings.push(section.name);
                view.sections.remove(&id);
            }
            let counts = spellings.last() == Some(&section.name);
            let own = section.entries.iter().filter_map(|entry| Some((entry.key.clone(), entry.value()?)));
            match id {
                Id::Inherited => view.inherited.extend(own),
                Id::Ignored => {}
                id if counts => view.sections.entry(id).or_default().extend(own),
                _ => {}
            }
        }
        view
    }

    /// What each section says, all told.
    pub fn effective(&self) -> BTreeMap<Id, Map> {
        let all = |own: &Map| self.inherited.clone().into_iter().chain(own.clone()).collect();
        self.sections.iter().map(|(id, own)| (id.clone(), all(own))).collect()
    }

    pub fn places(&self) -> impl Iterator<Item = Place> {
        self.sections.keys().filter_map(|id| id.place(self.kind))
    }

    pub fn edit(&mut self, edit: &Edit) {
        let id = Id::of(&edit.place);
        let only_unsets =
            edit.changes.iter().all(|(_, change)| matches!(change, Change::Unset | Change::UnsetNested(_)));
        if only_unsets && !self.sections.contains_key(&id) {
            return;
        }
        let own = self.sections.entry(id).or_default();
        for (key, change) in &edit.changes {
            change_one(own, key.to_lowercase(), change);
        }
    }

    pub fn remove(&mut self, id: &Id) {
        self.sections.remove(id);
    }

    pub fn copy(&mut self, from: &Id, to: &Id) {
        if let Some(own) = self.sections.get(from).cloned() {
            self.sections.insert(to.clone(), own);
        }
    }

    /// Every reference follows, an inherited one too.
    pub fn rename(&mut self, from: &Id, to: &Id) {
        let (Id::Profile(old), Id::Profile(new)) = (from, to) else { return };
        self.copy(from, to);
        self.remove(from);
        let profiles = self.sections.iter_mut().filter(|(id, _)| matches!(id, Id::Profile(_)));
        for own in profiles.map(|(_, own)| own).chain([&mut self.inherited]) {
            if let Some(Val::Text(value)) = own.get_mut("source_profile")
                && value == old
            {
                value.clone_from(new);
            }
        }
    }
}

fn change_one(own: &mut Map, key: String, change: &Change) {
    match change {
        Change::Set(value) => {
            own.insert(key, Val::Text(strip(value).to_owned()));
        }
        Change::SetNested(name, value) => {
            let (name, value) = (name.clone(), strip(value).to_owned());
            match own.get_mut(&key) {
                Some(Val::Block(block)) => {
                    block.insert(name, value);
                }
                _ => {
                    own.insert(key, Val::Block([(name, value)].into()));
                }
            }
        }
        Change::Unset => {
            own.remove(&key);
        }
        Change::UnsetNested(name) => {
            if let Some(Val::Block(block)) = own.get_mut(&key) {
                block.remove(name);
                if block.is_empty() {
                    own.remove(&key);
                }
            }
        }
    }
}

/// The credentials file's profiles laid over the config file's sections.
pub fn overlaid(mut below: BTreeMap<Id, Map>, over: BTreeMap<Id, Map>) -> BTreeMap<Id, Map> {
    for (id, own) in over {
        below.entry(id).or_default().extend(own);
    }
    below
}

/// All that keyfob makes of both files.
pub fn through_keyfob(shared: &SharedConfig<'_>) -> BTreeMap<Id, Map> {
    let mut view = BTreeMap::new();
    for name in shared.profile_names() {
        view.insert(Id::Profile(name.to_string()), map(&shared.profile(&name).unwrap()));
    }
    for name in shared.sso_session_names() {
        view.insert(Id::SsoSession(name.to_string()), map(&shared.sso_session(&name).unwrap()));
    }
    for section in shared.config.sections() {
        match config_header(section.name) {
            Named::Services(name) => {
                view.insert(Id::Services(name.to_string()), map(&shared.services(&name).unwrap()));
            }
            Named::Other(name) => {
                view.insert(Id::Other(name.to_owned()), map(&shared.other(name).unwrap()));
            }
            _ => {}
        }
    }
    view
}

/// What keyfob makes of one place.
pub fn one_through_keyfob(shared: &SharedConfig<'_>, place: &Place) -> Option<Map> {
    match place {
        Place::Profile(name) | Place::Credentials(name) => shared.profile(name).map(|found| map(&found)),
        Place::SsoSession(name) => shared.sso_session(name).map(|found| map(&found)),
        Place::Services(name) => shared.services(name).map(|found| map(&found)),
        Place::Section(name) => shared.other(name).map(|found| map(&found)),
    }
}

fn map(settings: &Settings<'_>) -> Map {
    let val = |value: &Value<'_>| match value {
        Value::Text(text) => Val::Text(text.to_string()),
        Value::Nested(block) => {
            Val::Block(block.iter().map(|one| (one.name.to_owned(), one.value.to_owned())).collect())
        }
    };
    settings.iter().map(|setting| (setting.key.to_string(), val(&setting.value))).collect()
}
