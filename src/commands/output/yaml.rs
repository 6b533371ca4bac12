//! `--output yaml`: block style, keys sorted, as ruamel.yaml over libyaml writes it for the AWS CLI.
//!
//! Not matched: a list or object that a query repeats is written again, not as an alias (`*id001`).

mod implicit;
mod scalar;

use serde_json::Value;

use super::{number_text, sorted};
use scalar::Place;

/// What a level is indented by.
const INDENT: usize = 2;

/// `answer`, a list or an object.
pub(super) fn render(answer: &Value) -> String {
    let mut out = String::new();
    write_block(answer, 0, &mut out);
    out + "\n"
}

/// A list or an object at `indent`; its first line goes on where `out` ends.
fn write_block(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Array(items) if !items.is_empty() => {
            for (at, item) in items.iter().enumerate() {
                start_line(at, indent, out);
                *out += "- ";
                write_block(item, indent + INDENT, out);
            }
        }
        Value::Object(members) if !members.is_empty() => {
            for (at, (name, member)) in sorted(members).into_iter().enumerate() {
                start_line(at, indent, out);
                write_member(name, member, indent, out);
            }
        }
        other => write_inline(other, indent, out),
    }
}

fn write_member(name: &str, member: &Value, indent: usize, out: &mut String) {
    if !scalar::is_simple_key(name) {
        *out += "? ";
        scalar::write(name, Place::Value { indent: indent + INDENT }, out);
        start_line(1, indent, out);
        *out += ": ";
        return write_block(member, indent + INDENT, out);
    }
    scalar::write(name, Place::Key, out);
    out.push(':');
    let below = match member {
        // A list is no deeper than its key.
        Value::Array(items) if !items.is_empty() => indent,
        Value::Object(members) if !members.is_empty() => indent + INDENT,
        other => {
            out.push(' ');
            return write_inline(other, indent + INDENT, out);
        }
    };
    start_line(1, below, out);
    write_block(member, below, out);
}

fn write_inline(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::String(text) => scalar::write(text, Place::Value { indent }, out),
        Value::Number(number) => *out += &number_text(number),
        other => *out += &other.to_string(),
    }
}

fn start_line(at: usize, indent: usize, out: &mut String) {
    if at > 0 {
        out.push('\n');
        *out += &" ".repeat(indent);
    }
}
