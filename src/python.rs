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
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `fields` that have a value, as an object in their order.
pub fn object(fields: &[(&str, Option<Value>)]) -> Value {
    let present = fields.iter().filter_map(|(name, value)| Some(((*name).to_owned(), value.clone()?)));
    Value::Object(present.collect::<Map<_, _>>())
}

/// `value` as Python's `json.dumps` writes it: blanks after `,` and `:`, and ASCII only.
pub fn json(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(object) => {
            out.push('{');
            for (at, (name, value)) in object.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                write(&Value::from(name.as_str()), out);
                out.push_str(": ");
                write(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                write(item, out);
            }
            out.push(']');
        }
        scalar => out.push_str(&ascii(&scalar.to_string())),
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
        let value = serde_json::json!({"a": [1, "ü🔑"], "b": {"c": null}});
        assert_eq!(json(&value), r#"{"a": [1, "\u00fc\ud83d\udd11"], "b": {"c": null}}"#);
    }
}
