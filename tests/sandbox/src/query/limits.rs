//! The limits of parameters, and the sentence AWS says about all that are broken.

use super::{Params, invalid};
use crate::signature::Refusal;

/// Gathers what is wrong with the parameters of one call.
pub(crate) struct Limits<'a> {
    params: &'a Params,
    broken: Vec<String>,
}

impl<'a> Limits<'a> {
    pub(crate) fn of(params: &'a Params) -> Self {
        Self { params, broken: Vec::new() }
    }

    /// A parameter that must be there, with its limits of length.
    pub(crate) fn required(&mut self, name: &str, least: usize, most: usize) -> &'a str {
        if self.params.contains_key(name) {
            return self.optional(name, least, most).unwrap_or_default();
        }
        self.breaks("null", name, "Member must not be null");
        ""
    }

    /// A parameter that may be missing, with its limits of length.
    pub(crate) fn optional(&mut self, name: &str, least: usize, most: usize) -> Option<&'a str> {
        let value = self.params.get(name)?.as_str();
        let quoted = format!("'{value}'");
        if value.chars().count() < least {
            self.breaks(&quoted, name, &format!("Member must have length greater than or equal to {least}"));
        }
        if value.chars().count() > most {
            self.breaks(&quoted, name, &format!("Member must have length less than or equal to {most}"));
        }
        Some(value)
    }

    /// A value of letters, digits, `_` and the characters of `others`; `pattern` is how AWS writes that.
    pub(crate) fn letters(&mut self, name: &str, others: &str, pattern: &str) {
        let Some(value) = self.params.get(name) else { return };
        if !value.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || others.contains(letter)) {
            self.breaks(
                &format!("'{value}'"),
                name,
                &format!("Member must satisfy regular expression pattern: {pattern}"),
            );
        }
    }

    /// A value of digits.
    pub(crate) fn digits(&mut self, name: &str) {
        let Some(value) = self.params.get(name) else { return };
        if !value.bytes().all(|digit| digit.is_ascii_digit()) {
            let rule = r"Member must satisfy regular expression pattern: [\d]+";
            self.breaks(&format!("'{value}'"), name, rule);
        }
    }

    /// The name of a session or user.
    pub(crate) fn session_name(&mut self, name: &str, most: usize) -> &'a str {
        let value = self.required(name, 2, most);
        self.letters(name, "+=,.@-", r"[\w+=,.@-]*");
        value
    }

    /// One of a few words.
    pub(crate) fn one_of(&mut self, name: &str, words: &[&str]) {
        let Some(value) = self.params.get(name) else { return };
        if !words.contains(&value.as_str()) {
            let rule = format!("Member must satisfy enum value set: [{}]", words.join(", "));
            self.breaks(&format!("'{value}'"), name, &rule);
        }
    }

    /// DurationSeconds within its limits, or its default.
    pub(crate) fn duration(&mut self, most: u32, default: u32) -> Result<u32, Refusal> {
        Ok(self.number("DurationSeconds", 900, most)?.unwrap_or(default))
    }

    /// A whole number that may be missing, with its limits.
    pub(crate) fn number(&mut self, name: &str, least: u32, most: u32) -> Result<Option<u32>, Refusal> {
        let Some(value) = self.params.get(name) else { return Ok(None) };
        let Ok(number) = value.parse::<u32>() else {
            return Err(Refusal::new(400, "MalformedInput", format!("{value} is no whole number")));
        };
        for (broken, words, limit) in [(number < least, "greater", least), (number > most, "less", most)] {
            if broken {
                let rule = format!("Member must have value {words} than or equal to {limit}");
                self.breaks(&format!("'{value}'"), name, &rule);
            }
        }
        Ok(Some(number))
    }

    /// The error, if a limit was broken.
    pub(crate) fn check(self) -> Result<(), Refusal> {
        let count = self.broken.len();
        let errors = if count == 1 { "error" } else { "errors" };
        match count {
            0 => Ok(()),
            _ => Err(invalid(format!("{count} validation {errors} detected: {}", self.broken.join("; ")))),
        }
    }

    fn breaks(&mut self, value: &str, name: &str, rule: &str) {
        // The members of the model are written with a small letter.
        let (first, rest) = name.split_at(1);
        let member = format!("{}{rest}", first.to_ascii_lowercase());
        self.broken.push(format!("Value {value} at '{member}' failed to satisfy constraint: {rule}"));
    }
}
