//! Values of mirrored operations as the AWS CLI reads them: `file://`, shorthand (`Key=a,Value=b`)
//! or JSON, and keyfob's `-` for secrets; and the limits that the AWS CLI checks before it calls.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::commands::{CommandError, Context, ErrorKind};
use crate::secret::Secret;
use crate::world::files::Files;
use crate::world::terminal::Terminal;

fn usage(message: String) -> CommandError {
    CommandError::new(ErrorKind::Usage, message)
}

/// The same where nothing better can be said than where help is.
fn wrong(message: String) -> CommandError {
    usage(message).hint("keyfob sts COMMAND --help tells what each flag takes")
}

/// The values of a command line, as they were given.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    files: &'a Files,
    terminal: &'a Terminal,
}

impl<'a> Given<'a> {
    pub(super) fn new(context: &'a Context) -> Self {
        Self { files: &context.world.files, terminal: &context.world.terminal }
    }

    /// `value`, or what the file holds that it names.
    pub(super) fn text(&self, flag: &str, value: &str) -> Result<String, CommandError> {
        let Some(path) = value.strip_prefix("file://").or_else(|| value.strip_prefix("fileb://")) else {
            return Ok(value.to_owned());
        };
        let fail = |why: String| {
            usage(format!("Error parsing parameter '{flag}': Unable to load paramfile {value}: {why}"))
                .hint("name a text file: file://PATH, where a PATH from the root makes it file:///PATH")
        };
        let bytes = self.files.read(Path::new(path)).map_err(|error| fail(error.to_string()))?;
        let bytes = bytes.ok_or_else(|| fail(format!("[Errno 2] No such file or directory: '{path}'")))?;
        String::from_utf8(bytes).map_err(|_| fail("it is not text in UTF-8".to_owned()))
    }

    /// The same for a flag that may be left out.
    pub(super) fn optional(&self, flag: &str, value: Option<&str>) -> Result<Option<String>, CommandError> {
        value.map(|value| self.text(flag, value)).transpose()
    }

    /// A secret; `-` stands for standard input, so that it need not be on the command line.
    pub(super) fn secret(&self, flag: &str, value: &str) -> Result<Secret, CommandError> {
        match value {
            "-" => {
                let read = self.terminal.read_input().map(Secret::new).map_err(|error| {
                    CommandError::new(ErrorKind::Other, format!("cannot read standard input: {error}"))
                })?;
                Ok(Secret::new(read.expose().trim()))
            }
            value => self.text(flag, value).map(Secret::new),
        }
    }

    /// A list of plain strings, one a word, or one JSON list.
    pub(super) fn strings(&self, flag: &str, values: &[String]) -> Result<Vec<String>, CommandError> {
        match self.json(flag, values, "[")? {
            None => values.iter().map(|value| self.text(flag, value)).collect(),
            Some(list) => list
                .into_iter()
                .map(|item| match item {
                    Value::String(text) => Ok(text),
                    other => Err(wrong(format!("{flag}: {other} is no string"))),
                })
                .collect(),
        }
    }

    /// A list of structures with text in `keys`: one shorthand a word, or JSON.
    pub(super) fn structures(
        &self,
        flag: &str,
        values: &[String],
        keys: &[&str],
    ) -> Result<Vec<BTreeMap<String, String>>, CommandError> {
        let unknown = |key: &str| {
            usage(format!("Unknown parameter in input: \"{key}\", must be one of: {}", keys.join(", ")))
                .hint(format!("{flag} takes {}=..", keys.join("=..,")))
        };
        let check =
            |structure: BTreeMap<String, String>| match structure.keys().find(|key| !keys.contains(&key.as_str())) {
                Some(key) => Err(unknown(key)),
                None => Ok(structure),
            };
        match self.json(flag, values, "[{")? {
            None => values
                .iter()
                .map(|value| {
                    let value = &self.text(flag, value)?;
                    let structure = shorthand(value.trim_end()).ok_or_else(|| {
                        usage(format!("Error parsing parameter '{flag}': Expected: '=', received: {value:?}"))
                            .hint(format!("write {}=..", keys.join("=..,")))
                    })?;
                    check(structure)
                })
                .collect(),
            Some(list) => list
                .into_iter()
                .map(|item| {
                    let object = item.as_object().ok_or_else(|| wrong(format!("{flag}: {item} is no structure")))?;
                    let field = |(key, value): (&String, &Value)| match value {
                        Value::String(text) => Ok((key.clone(), text.clone())),
                        other => Err(wrong(format!("{flag}: {key} is {other}, not a string"))),
                    };
                    check(object.iter().map(field).collect::<Result<_, _>>()?)
                })
                .collect(),
        }
    }

    /// The items of a JSON list, or of one JSON object; `None`: it is no JSON.
    fn json(&self, flag: &str, values: &[String], starts: &str) -> Result<Option<Vec<Value>>, CommandError> {
        let [only] = values else { return Ok(None) };
        let only = self.text(flag, only)?;
        if !only.trim_start().starts_with(|c| starts.contains(c)) {
            return Ok(None);
        }
        match serde_json::from_str(&only) {
            Ok(Value::Array(list)) => Ok(Some(list)),
            Ok(object) => Ok(Some(vec![object])),
            Err(error) => Err(wrong(format!("Error parsing parameter '{flag}': Invalid JSON: {error}"))),
        }
    }
}

/// `Key=a,Value="b, c"`: values may stand in quotes; a backslash takes the meaning off the next
/// character.
fn shorthand(text: &str) -> Option<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    let mut chars = text.chars().peekable();
    loop {
        let mut key = String::new();
        loop {
            match chars.next()? {
                '=' => break,
                c => key.push(c),
            }
        }
        let mut value = String::new();
        let quote = chars.next_if(|c| matches!(c, '\'' | '"'));
        let more = loop {
            match (chars.next(), quote) {
                (None, Some(_)) => return None,
                (None, None) => break false,
                (Some(','), None) => break true,
                (Some('\\'), _) => value.push(chars.next().unwrap_or('\\')),
                (Some(c), Some(quote)) if c == quote => match chars.next() {
                    None => break false,
                    Some(',') => break true,
                    Some(_) => return None,
                },
                (Some(c), _) => value.push(c),
            }
        };
        found.insert(key.trim().to_owned(), value);
        if !more {
            return Some(found);
        }
    }
}

/// What the AWS CLI checks before it calls: all that is wrong is told at once.
#[derive(Debug, Default)]
pub(super) struct Limits {
    wrong: Vec<String>,
}

impl Limits {
    /// The text must have at least `least` characters.
    pub(super) fn length(&mut self, parameter: &str, value: Option<&str>, least: usize) {
        if let Some(length) = value.map(|value| value.chars().count()).filter(|length| *length < least) {
            self.wrong
                .push(format!("Invalid length for parameter {parameter}, value: {length}, valid min length: {least}"));
        }
    }

    /// The number must be at least `least`.
    pub(super) fn range(&mut self, parameter: &str, value: Option<i32>, least: i32) {
        if let Some(value) = value.filter(|value| *value < least) {
            self.wrong
                .push(format!("Invalid value for parameter {parameter}, value: {value}, valid min value: {least}"));
        }
    }

    /// The part must be there.
    pub(super) fn required(&mut self, parameter: &str, part: &str, value: Option<String>) -> Option<String> {
        if value.is_none() {
            self.wrong.push(format!("Missing required parameter in {parameter}: \"{part}\""));
        }
        value
    }

    /// # Errors
    /// Everything that is wrong.
    pub(super) fn check(self) -> Result<(), CommandError> {
        match self.wrong.is_empty() {
            true => Ok(()),
            false => Err(wrong(format!("Parameter validation failed:\n{}", self.wrong.join("\n")))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shorthand_is_read() {
        for (text, expected) in [
            ("Key=a,Value=b", Some(&[("Key", "a"), ("Value", "b")][..])),
            ("Key=a,Value=", Some(&[("Key", "a"), ("Value", "")])),
            ("Key=a,Value=\"b, c\"", Some(&[("Key", "a"), ("Value", "b, c")])),
            ("Key='a',Value=b\\,c", Some(&[("Key", "a"), ("Value", "b,c")])),
            ("arn=arn:aws:iam::aws:policy/A=B", Some(&[("arn", "arn:aws:iam::aws:policy/A=B")])),
            ("Key", None),
            ("Key=\"a", None),
        ] {
            let expected = expected.map(|pairs| pairs.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect());
            assert_eq!(shorthand(text), expected, "{text}");
        }
    }
}
