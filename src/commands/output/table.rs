//! `--output table`: an ASCII table as the AWS CLI draws it when nobody says how wide the terminal is.
//!
//! An answer becomes sections, one below the other: a title, headers, rows. What is nested is a
//! section one deeper, and every depth is a bar at both sides. Two steps: [`Sections::add`] sorts the
//! answer into sections, [`Section::draw`] draws one.
//!
//! A lone scalar is a title without a row, as in the AWS CLI. Lists whose rows differ in length, or
//! that mix objects with others, fail there; here short rows end in empty cells.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::width::columns;
use super::{cell_text, is_scalar, sorted};

/// A wider table than this has its one-row sections turned upright.
const TERMINAL_WIDTH: usize = 80;

/// Blanks in a cell, half of them on each side.
const PADDING: usize = 4;

pub(super) fn render(answer: &Value, title: &str) -> String {
    let mut sections = Sections::default();
    sections.add(answer, Some(title), 0);
    if sections.0.is_empty() {
        return String::new();
    }
    if sections.width() > TERMINAL_WIDTH {
        sections.0.iter_mut().for_each(Section::turn_upright);
    }
    let width = sections.width();
    let mut out = "-".repeat(width) + "\n";
    sections.0.iter().for_each(|section| section.draw(width, &mut out));
    out
}

#[derive(Default)]
struct Sections(Vec<Section>);

impl Sections {
    /// Adds `value`: as a section of its own when it has a title, else to the last one.
    fn add(&mut self, value: &Value, title: Option<&str>, depth: usize) {
        if is_false(value) {
            return;
        }
        if let Some(title) = title {
            self.open(title, depth, &[]);
        }
        match value {
            Value::Array(items) if items[0].is_object() => self.add_objects(items, title.unwrap_or_default(), depth),
            Value::Array(items) => items.iter().for_each(|item| self.add_item(item)),
            Value::Object(members) => self.add_object(members, depth),
            _ => (),
        }
    }

    fn open(&mut self, title: &str, depth: usize, headers: &[&str]) {
        self.0.push(Section { title: title.to_owned(), depth, ..Section::default() });
        self.set_headers(headers);
    }

    fn set_headers(&mut self, headers: &[&str]) {
        if let Some(section) = self.0.last_mut() {
            section.headers = headers.iter().map(|&name| name.to_owned()).collect();
        }
    }

    fn add_row(&mut self, cells: Vec<String>) {
        self.0.extend(self.0.is_empty().then(Section::default));
        if let Some(section) = self.0.last_mut() {
            section.rows.push(cells);
        }
    }

    fn add_item(&mut self, item: &Value) {
        match item {
            Value::Array(cells) if cells.iter().all(is_scalar) => self.add_row(cells.iter().map(cell_text).collect()),
            Value::Array(_) => self.add(item, None, 0),
            _ => self.add_row(vec![cell_text(item)]),
        }
    }

    /// Scalars are one row below their names, and a lone one stands beside its name.
    fn add_object(&mut self, members: &Map<String, Value>, depth: usize) {
        let (scalars, nested): (Vec<_>, Vec<_>) = sorted(members).into_iter().partition(|(_, value)| is_scalar(value));
        match scalars.as_slice() {
            [] => (),
            [(name, value)] => self.add_row(vec![(*name).to_owned(), cell_text(value)]),
            several => {
                self.set_headers(&several.iter().map(|(name, _)| *name).collect::<Vec<_>>());
                self.add_row(several.iter().map(|(_, value)| cell_text(value)).collect());
            }
        }
        for (name, value) in nested {
            self.add(value, Some(name), depth + 1);
        }
    }

    /// A row each; when any of them has something nested, a section each.
    fn add_objects(&mut self, items: &[Value], title: &str, depth: usize) {
        let names = |wanted: fn(&Value) -> bool| -> BTreeSet<&str> {
            let members = items.iter().filter_map(Value::as_object).flatten();
            members.filter(|(_, value)| wanted(value)).map(|(name, _)| name.as_str()).collect()
        };
        let headers: Vec<&str> = names(is_scalar).into_iter().collect();
        let nested = names(|value| !is_scalar(value));
        self.set_headers(&headers);
        for (at, item) in items.iter().enumerate() {
            if at > 0 && !nested.is_empty() {
                self.open(title, depth, &headers);
            }
            self.add_row(match item {
                Value::Object(members) => headers.iter().map(|name| cell_of(members, name)).collect(),
                other => vec![cell_text(other)],
            });
            for name in &nested {
                if let Some(value) = item.get(name).filter(|value| !is_scalar(value)) {
                    self.add(value, Some(name), depth + 1);
                }
            }
        }
    }

    fn width(&self) -> usize {
        self.0.iter().map(Section::width).max().unwrap_or_default()
    }
}

fn cell_of(members: &Map<String, Value>, name: &str) -> String {
    members.get(name).map(cell_text).unwrap_or_default()
}

/// What Python takes for false.
fn is_false(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(truth) => !truth,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
    }
}

#[derive(Default)]
struct Section {
    title: String,
    depth: usize,
    headers: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Section {
    /// A row with headers becomes rows of a header and its value.
    fn turn_upright(&mut self) {
        if let ([row], false) = (self.rows.as_slice(), self.headers.is_empty()) {
            self.rows = self.headers.iter().zip(row).map(|(header, cell)| vec![header.clone(), cell.clone()]).collect();
            self.headers.clear();
        }
    }

    /// The columns' own widths, each with its padding.
    fn own_widths(&self) -> Vec<usize> {
        let mut widths = Vec::new();
        for row in self.rows.iter().chain([&self.headers]) {
            widths.resize(widths.len().max(row.len()), PADDING);
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (columns(cell) + PADDING).max(*width);
            }
        }
        widths
    }

    /// The width with the frame and the bars of its depth.
    fn width(&self) -> usize {
        self.own_widths().iter().sum::<usize>().max(columns(&self.title)) + 2 + 2 * self.depth
    }

    /// The columns' widths scaled up to fill `width`. Rounding is out by at most half a character a
    /// column, so that one more or less for some of them makes up for it.
    fn fitted_widths(&self, width: usize) -> Vec<usize> {
        let mut widths = self.own_widths();
        let scale = width as f64 / widths.iter().sum::<usize>() as f64;
        widths.iter_mut().for_each(|own| *own = (scale * *own as f64).round_ties_even() as usize);
        let sum: usize = widths.iter().sum();
        widths.iter_mut().take(sum.saturating_sub(width)).for_each(|own| *own -= 1);
        widths.iter_mut().rev().take(width.saturating_sub(sum)).for_each(|own| *own += 1);
        widths
    }

    fn draw(&self, width: usize, out: &mut String) {
        let bars = "|".repeat(self.depth);
        let width = width - 2 * self.depth;
        for line in self.lines(width) {
            *out += &format!("{bars}{line}{bars}\n");
        }
    }

    fn lines(&self, width: usize) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.title.is_empty() {
            lines.push(centered("|", &self.title, width));
            if self.headers.is_empty() && self.rows.is_empty() {
                lines.push(rule(&[width]));
            }
        }
        let widths = self.fitted_widths(width);
        if !self.headers.is_empty() {
            lines.extend([rule(&widths), row(&self.headers, &widths, centered)]);
        }
        // Objects without a scalar are rows without a cell: nothing is drawn, not even a rule.
        if !self.rows.is_empty() && !widths.is_empty() {
            lines.push(rule(&widths));
            lines.extend(self.rows.iter().map(|cells| row(cells, &widths, left_aligned)));
            lines.push(rule(&widths));
        }
        lines
    }
}

fn rule(widths: &[usize]) -> String {
    let edges = ["+"].into_iter().chain(std::iter::repeat(""));
    edges.zip(widths).map(|(edge, width)| format!("{edge}{}+", "-".repeat(width - 1 - edge.len()))).collect()
}

/// Cells beside each other; the first has an edge on both sides, the others on the right.
fn row(cells: &[String], widths: &[usize], place: fn(&str, &str, usize) -> String) -> String {
    let edges = ["|"].into_iter().chain(std::iter::repeat(""));
    let cells = cells.iter().map(String::as_str).chain(std::iter::repeat(""));
    edges.zip(cells).zip(widths).map(|((edge, cell), &width)| place(edge, cell, width)).collect()
}

fn centered(edge: &str, text: &str, width: usize) -> String {
    framed(edge, (width / 2).saturating_sub(columns(text) / 2 + 1), text, width)
}

fn left_aligned(edge: &str, text: &str, width: usize) -> String {
    let margin = if edge.len() + 2 + columns(text) < width { 2 } else { 0 };
    framed(edge, margin, text, width)
}

fn framed(edge: &str, margin: usize, text: &str, width: usize) -> String {
    let rest = width.saturating_sub(edge.len() + margin + columns(text) + 1);
    format!("{edge}{}{text}{}|", " ".repeat(margin), " ".repeat(rest))
}
