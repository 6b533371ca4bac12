//! How a structured answer is printed: `--query` picks from it, `--output` gives it its form.
//!
//! Pure: a value in, a text out. The texts are AWS CLI v2's, checked against its own formatters;
//! where the forms differ in what they keep (order of keys, empty answers), they differ as there.

mod query;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod width;
mod yaml;

use serde_json::{Map, Number, Value};

pub use query::{QueryError, query};

/// The forms of a structured answer (`--output`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum OutputFormat {
    /// JSON, keys in AWS's order
    Json,
    /// Lines of values between tabs, for scripts
    Text,
    /// A table, for people
    Table,
    /// YAML, keys sorted
    Yaml,
}

impl OutputFormat {
    /// As it is written in files and flags.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Text => "text",
            Self::Table => "table",
            Self::Yaml => "yaml",
        }
    }
}

/// `answer` as AWS CLI v2 prints it, ending with a line feed where AWS CLI v2 ends with one. `title`
/// is the operation's name, which heads a table.
///
/// An answer without any content prints nothing: `{}` in every form, `[]` as text, and whatever
/// Python takes for false as a table.
pub fn render(answer: &Value, format: OutputFormat, title: &str) -> String {
    match format {
        OutputFormat::Text => text::render(answer),
        OutputFormat::Table => table::render(answer, title),
        _ if answer.as_object().is_some_and(Map::is_empty) => String::new(),
        OutputFormat::Yaml if !is_scalar(answer) => yaml::render(answer),
        // The AWS CLI writes a lone scalar as JSON in YAML too: it is the same without YAML's `...`.
        OutputFormat::Json | OutputFormat::Yaml => {
            let mut json = String::new();
            write_json(answer, 0, &mut json);
            json + "\n"
        }
    }
}

fn write_json(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Array(items) if !items.is_empty() => {
            write_members(['[', ']'], items, depth, out, |item, out| write_json(item, depth + 1, out));
        }
        Value::Object(members) if !members.is_empty() => {
            write_members(['{', '}'], members, depth, out, |(name, member), out| {
                *out += &format!("{}: ", Value::from(name.as_str()));
                write_json(member, depth + 1, out);
            });
        }
        Value::Number(number) => *out += &number_text(number),
        other => *out += &other.to_string(),
    }
}

fn write_members<T>(
    [open, close]: [char; 2],
    members: impl IntoIterator<Item = T>,
    depth: usize,
    out: &mut String,
    write: impl Fn(T, &mut String),
) {
    out.push(open);
    for (at, member) in members.into_iter().enumerate() {
        *out += if at == 0 { "\n" } else { ",\n" };
        *out += &"    ".repeat(depth + 1);
        write(member, out);
    }
    *out += &format!("\n{}{close}", "    ".repeat(depth));
}

/// A number as Python writes it: `1e+16` where Rust has `1e16`. They agree on when to use an exponent.
fn number_text(number: &Number) -> String {
    let text = match number.as_f64() {
        Some(float) if number.is_f64() => format!("{float:?}"),
        _ => number.to_string(),
    };
    match text.split_once('e') {
        Some((digits, exponent)) => match exponent.strip_prefix('-') {
            Some(exponent) => format!("{digits}e-{exponent:0>2}"),
            None => format!("{digits}e+{exponent:0>2}"),
        },
        None => text,
    }
}

fn is_scalar(value: &Value) -> bool {
    !value.is_array() && !value.is_object()
}

/// A value in a text line or a table's cell: Python's words. A nested value, which the AWS CLI
/// either shows in Python's notation or fails on, is compact JSON.
fn cell_text(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number_text(number),
        Value::String(text) => text.clone(),
        nested => nested.to_string(),
    }
}

/// An object's members by name: every form but JSON sorts them.
fn sorted(members: &Map<String, Value>) -> Vec<(&str, &Value)> {
    let mut sorted: Vec<_> = members.iter().map(|(name, value)| (name.as_str(), value)).collect();
    sorted.sort_unstable_by_key(|(name, _)| *name);
    sorted
}
