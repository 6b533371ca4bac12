//! What the AWS CLI writes the way it does because it is written in Python: JSON, and file names made of it.
//! Either tool must find and read what the other has stored, so these are to the byte.

use serde_json::{Map, Value};
use sha1::{Digest, Sha1};

/// A cache file's name: the SHA-1 of `text` in lower-case hexadecimal, and `.json`.
pub fn file_name(text: &str) -> String {
    hex(&Sha1::digest(text)) + ".json"
}

/// `bytes` in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// `fields` that have a value, as an object in their order.
pub fn object(fields: &[(&str, Option<Value>)]) -> Value {
    let present = fields.iter().filter_map(|(name, value)| Some(((*name).to_owned(), value.clone()?)));
    Value::Object(present.collect::<Map<_, _>>())
}

/// `fields` that have a value as Python's `json.dumps` writes an object of them, in their order: [`json`] of
/// [`object`] without the tree, since the names of cache files are made of it.
pub fn json_object(fields: &[(&str, Option<Value>)]) -> String {
    let mut out = String::new();
    members(fields.iter().filter_map(|(name, value)| Some((*name, value.as_ref()?))), &mut out);
    out
}

/// `value` as Python's `json.dumps` writes it: blanks after `,` and `:`, and ASCII only.
pub fn json(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(object) => members(object.iter().map(|(name, value)| (name.as_str(), value)), out),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                write(item, out);
            }
            out.push(']');
        }
        Value::String(text) => quote(text, out),
        scalar => out.push_str(&scalar.to_string()),
    }
}

fn members<'a>(fields: impl Iterator<Item = (&'a str, &'a Value)>, out: &mut String) {
    out.push('{');
    for (at, (name, value)) in fields.enumerate() {
        out.push_str(if at == 0 { "" } else { ", " });
        quote(name, out);
        out.push_str(": ");
        write(value, out);
    }
    out.push('}');
}

/// Appends `text` to `out` as a JSON string of printable ASCII.
pub fn quote(text: &str, out: &mut String) {
    // Nearly every text is written as it stands, which is what a warm run pays for.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\') {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&ascii(&Value::from(text).to_string()));
    }
}

/// `json` with all but printable ASCII escaped, as Python's `json.dumps` writes it. Other
/// characters stand in strings only.
pub fn ascii(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '\n' | ' '..='~' => out.push(c),
            c => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out += &format!("\\u{unit:04x}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_pythons() {
        let value = serde_json::json!({"a": [1, "ü🔑"], "b": {"c": null}, "ü\"": 1.5});
        let text = r#"{"a": [1, "\u00fc\ud83d\udd11"], "b": {"c": null}, "\u00fc\"": 1.5}"#;
        assert_eq!(json(&value), text);
        let fields: Vec<_> =
            value.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), Some(value.clone()))).collect();
        assert_eq!(json_object(&fields), text);
        assert_eq!(json_object(&[("a", None), ("b", Some(1.into())), ("c", None)]), r#"{"b": 1}"#);
    }

    #[test]
    fn hexadecimal_is_lower_case() {
        assert_eq!(hex(&[0x00, 0x0f, 0xf0, 0xab]), "000ff0ab");
    }
}
