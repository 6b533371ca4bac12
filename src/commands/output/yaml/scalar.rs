//! A text in YAML: plain where it reads back as the same text, else in single quotes, else in double
//! quotes with escapes; long ones are folded.

use super::implicit::is_implicit;

/// A blank beyond this column may become a line break.
const FOLD_COLUMN: usize = 80;

/// Characters that mean something at the start of a plain text.
const INDICATORS: &str = "#,[]{}&*!|>'\"%@`";

/// Where a text stands.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// Before a colon: never folded.
    Key,
    /// Anywhere else; further lines begin at `indent`.
    Value { indent: usize },
}

/// Whether `name` can be a key without the `?` that announces a long or unusual one.
pub(super) fn is_simple_key(name: &str) -> bool {
    name.len() <= 128 && !name.contains(|c| is_break(c) || matches!(c, '\r' | '\u{85}'))
}

/// Writes `text` at the end of `out`.
pub(super) fn write(text: &str, place: Place, out: &mut String) {
    let characters: Vec<char> = text.chars().collect();
    let style = style(text, &characters);
    let start = out.rfind('\n').map_or(0, |at| at + 1);
    let mut writer = Writer { column: out[start..].chars().count(), out, place };
    match style {
        Style::Plain => writer.plain(&characters),
        Style::Single => writer.single_quoted(&characters),
        Style::Double => writer.double_quoted(&characters),
    }
}

enum Style {
    Plain,
    Single,
    Double,
}

fn style(text: &str, characters: &[char]) -> Style {
    let has_break = characters.iter().any(|c| is_break(*c));
    let mixes_blank_and_break = characters.windows(2).any(|pair| matches!(pair, [a, b] if is_mix(*a, *b)));
    if mixes_blank_and_break || !characters.iter().all(|c| is_printable(*c)) {
        return Style::Double;
    }
    let at_edge = |edge: Option<&char>| edge.is_none_or(|c| *c == ' ');
    let padded = at_edge(characters.first()) || at_edge(characters.last());
    if padded || has_break || has_indicator(text, characters) || is_implicit(text) {
        return Style::Single;
    }
    Style::Plain
}

/// Whether something in a block's plain text would be taken for syntax.
fn has_indicator(text: &str, characters: &[char]) -> bool {
    let ends_word = |at: usize| characters.get(at).is_none_or(|c| *c == ' ');
    let marks = characters.iter().enumerate().any(|(at, character)| match character {
        ':' => ends_word(at + 1),
        '#' => at == 0 || ends_word(at - 1),
        '-' | '?' => at == 0 && ends_word(at + 1),
        _ => false,
    });
    marks || text.starts_with(|c| INDICATORS.contains(c)) || text.starts_with("---") || text.starts_with("...")
}

fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\u{2028}' | '\u{2029}')
}

fn is_mix(a: char, b: char) -> bool {
    a == ' ' && is_break(b) || is_break(a) && b == ' '
}

/// What libyaml writes as it is: neither control characters nor tabs, nor anything beyond U+FFFF.
fn is_printable(character: char) -> bool {
    matches!(character, '\n' | ' '..='~' | '\u{a0}'..='\u{fffd}') && character != '\u{feff}'
}

struct Writer<'a> {
    out: &'a mut String,
    column: usize,
    place: Place,
}

impl Writer<'_> {
    fn plain(&mut self, characters: &[char]) {
        for (at, character) in characters.iter().enumerate() {
            if !self.folds_at(characters, at, false) {
                self.put(*character);
            }
        }
    }

    /// A line break in the text is an empty line, and the next line is indented.
    fn single_quoted(&mut self, characters: &[char]) {
        self.put('\'');
        for (at, character) in characters.iter().enumerate() {
            let after_break = at > 0 && is_break(characters[at - 1]);
            if is_break(*character) {
                if !after_break && *character == '\n' {
                    self.out.push('\n');
                }
                self.put(*character);
                continue;
            }
            if after_break {
                self.indent();
            }
            match character {
                '\'' => self.put_all("''"),
                ' ' if self.folds_at(characters, at, false) => (),
                other => self.put(*other),
            }
        }
        if characters.last().is_some_and(|c| is_break(*c)) {
            self.indent();
        }
        self.put('\'');
    }

    fn double_quoted(&mut self, characters: &[char]) {
        self.put('"');
        for (at, character) in characters.iter().enumerate() {
            if self.folds_at(characters, at, true) {
                // Blanks at the start of a line would be lost.
                if characters.get(at + 1) == Some(&' ') {
                    self.put('\\');
                }
            } else if is_printable(*character) && !is_break(*character) && !matches!(character, '"' | '\\') {
                self.put(*character);
            } else {
                self.put_all(&escape(*character));
            }
        }
        self.put('"');
    }

    /// Writes a line break for the character if that is a blank and the line is full: the first blank
    /// after a word, and the only one unless `escapes` can keep the others.
    fn folds_at(&mut self, characters: &[char], at: usize, escapes: bool) -> bool {
        let inner = at > 0 && at + 1 < characters.len();
        let folds = inner
            && self.column > FOLD_COLUMN
            && characters[at] == ' '
            && characters[at - 1] != ' '
            && (escapes || characters[at + 1] != ' ')
            && matches!(self.place, Place::Value { .. });
        if folds {
            self.out.push('\n');
            self.indent();
        }
        folds
    }

    fn indent(&mut self) {
        if let Place::Value { indent } = self.place {
            *self.out += &" ".repeat(indent);
            self.column = indent;
        }
    }

    fn put(&mut self, character: char) {
        self.out.push(character);
        self.column = if is_break(character) { 0 } else { self.column + 1 };
    }

    fn put_all(&mut self, text: &str) {
        text.chars().for_each(|character| self.put(character));
    }
}

fn escape(character: char) -> String {
    match character {
        '\0' => "\\0".to_owned(),
        '\u{7}' => "\\a".to_owned(),
        '\u{8}' => "\\b".to_owned(),
        '\t' => "\\t".to_owned(),
        '\n' => "\\n".to_owned(),
        '\u{b}' => "\\v".to_owned(),
        '\u{c}' => "\\f".to_owned(),
        '\r' => "\\r".to_owned(),
        '\u{1b}' => "\\e".to_owned(),
        '"' | '\\' => format!("\\{character}"),
        '\u{85}' => "\\N".to_owned(),
        '\u{2028}' => "\\L".to_owned(),
        '\u{2029}' => "\\P".to_owned(),
        other => match u32::from(other) {
            code @ ..=0xff => format!("\\x{code:02X}"),
            code @ ..=0xffff => format!("\\u{code:04X}"),
            code => format!("\\U{code:08X}"),
        },
    }
}
