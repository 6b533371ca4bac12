//! `--output text`: lines of values between tabs.
//!
//! Keys are not printed, so values come in the order of their sorted names. What is nested gets
//! lines of its own, which begin with the name it stood under, in capitals.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{cell_text, is_scalar, sorted};

pub(super) fn render(answer: &Value) -> String {
    let mut out = String::new();
    write_value(answer, None, &mut out);
    out
}

fn write_value(value: &Value, label: Option<&str>, out: &mut String) {
    match value {
        Value::Object(members) => write_object(members, label, None, out),
        Value::Array(items) if items.iter().any(Value::is_object) => write_objects(items, label, out),
        Value::Array(items) => write_items(items, label, out),
        scalar => write_line(None, &[cell_text(scalar)], out),
    }
}

/// A list of objects: each has a column for every scalar that any of them has.
fn write_objects(items: &[Value], label: Option<&str>, out: &mut String) {
    let members = items.iter().filter_map(Value::as_object).flatten();
    let columns: BTreeSet<&str> =
        members.filter(|(_, value)| is_scalar(value)).map(|(name, _)| name.as_str()).collect();
    for item in items {
        match item {
            Value::Object(members) => write_object(members, label, Some(&columns), out),
            other => write_value(other, label, out),
        }
    }
}

/// The scalars as one line, then whatever is nested. `columns` says which members are on the line;
/// without it, those that are scalars.
fn write_object(members: &Map<String, Value>, label: Option<&str>, columns: Option<&BTreeSet<&str>>, out: &mut String) {
    let (line, nested): (Vec<_>, Vec<_>) = sorted(members)
        .into_iter()
        .partition(|(name, value)| columns.map_or_else(|| is_scalar(value), |columns| columns.contains(name)));
    let cells: Vec<String> = match columns {
        Some(columns) => columns.iter().map(|name| members.get(*name).map(cell_text).unwrap_or_default()).collect(),
        None => line.into_iter().map(|(_, value)| cell_text(value)).collect(),
    };
    if !cells.is_empty() {
        write_line(label, &cells, out);
    }
    for (name, value) in nested {
        write_value(value, Some(name), out);
    }
}

/// A list without objects: its scalars (on one line, or on one each when they need a label), then its lists.
fn write_items(items: &[Value], label: Option<&str>, out: &mut String) {
    let (scalars, lists): (Vec<&Value>, Vec<&Value>) = items.iter().partition(|item| is_scalar(item));
    let cells: Vec<String> = scalars.into_iter().map(cell_text).collect();
    if label.is_some() {
        cells.into_iter().for_each(|cell| write_line(label, &[cell], out));
    } else if !cells.is_empty() {
        write_line(None, &cells, out);
    }
    for list in lists {
        write_value(list, label, out);
    }
}

fn write_line(label: Option<&str>, cells: &[String], out: &mut String) {
    if let Some(label) = label {
        *out += &label.to_uppercase();
        out.push('\t');
    }
    *out += &cells.join("\t");
    out.push('\n');
}
