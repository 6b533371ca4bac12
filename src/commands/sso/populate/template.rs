//! The template of profile names.

use std::fmt::Write as _;

/// A template, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::commands::sso) struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Place(Placeholder),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Placeholder {
    AccountName,
    AccountId,
    RoleName,
    Email,
    SsoSession,
}

const PLACEHOLDERS: [(&str, Placeholder); 5] = [
    ("account_name", Placeholder::AccountName),
    ("account_id", Placeholder::AccountId),
    ("role_name", Placeholder::RoleName),
    ("email", Placeholder::Email),
    ("sso_session", Placeholder::SsoSession),
];

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::commands::sso) enum TemplateError {
    #[error("{{{0}}} is no placeholder; there are {list}", list = known())]
    Unknown(String),
    #[error("a brace has no partner; placeholders are {list}", list = known())]
    Brace,
    #[error("{0:?} is no character for the name of a profile: SDKs take letters, digits and _-/.%@:+")]
    Character(char),
    #[error("it is empty")]
    Empty,
}

fn known() -> String {
    PLACEHOLDERS.map(|(name, _)| format!("{{{name}}}")).join(", ")
}

/// What a name is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Values<'a> {
    pub(super) account_id: &'a str,
    pub(super) account_name: Option<&'a str>,
    pub(super) email: Option<&'a str>,
    pub(super) role_name: &'a str,
    pub(super) sso_session: &'a str,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// See [`TemplateError`].
    pub(in crate::commands::sso) fn parse(text: &str) -> Result<Self, TemplateError> {
        let (mut parts, mut rest) = (Vec::new(), text);
        while !rest.is_empty() {
            let open = rest.find('{').unwrap_or(rest.len());
            let (literal, place) = rest.split_at(open);
            if literal.contains('}') {
                return Err(TemplateError::Brace);
            }
            if let Some(other) = literal.chars().find(|c| !fits(*c)) {
                return Err(TemplateError::Character(other));
            }
            if !literal.is_empty() {
                parts.push(Part::Text(literal.to_owned()));
            }
            let Some(place) = place.strip_prefix('{') else { break };
            let (name, after) = place.split_once('}').ok_or(TemplateError::Brace)?;
            let known = PLACEHOLDERS.iter().find(|(known, _)| *known == name);
            let (_, placeholder) = known.ok_or_else(|| TemplateError::Unknown(name.to_owned()))?;
            parts.push(Part::Place(*placeholder));
            rest = after;
        }
        if parts.is_empty() { Err(TemplateError::Empty) } else { Ok(Self(parts)) }
    }

    /// The name for `values`.
    pub(super) fn fill(&self, values: &Values<'_>) -> String {
        self.0.iter().fold(String::new(), |mut name, part| {
            match part {
                Part::Text(text) => name += text,
                Part::Place(placeholder) => {
                    let _ = name.write_str(&value(*placeholder, values));
                }
            }
            name
        })
    }
}

fn value(placeholder: Placeholder, values: &Values<'_>) -> String {
    let text = match placeholder {
        Placeholder::AccountName => values.account_name,
        Placeholder::AccountId => Some(values.account_id),
        Placeholder::RoleName => Some(values.role_name),
        Placeholder::Email => values.email,
        Placeholder::SsoSession => Some(values.sso_session),
    };
    // An account of which nothing can be said goes by its id.
    text.map(plain).filter(|text| !text.is_empty()).unwrap_or_else(|| values.account_id.to_owned())
}

/// `text` in the characters that every AWS tool takes in a profile's name; a `-` stands for a run of
/// others between them.
fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split(|c| !fits(c)).filter(|word| !word.is_empty()).collect();
    words.join("-")
}

/// The SDKs ignore profiles with other characters in their names.
fn fits(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-/.%@:+".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str, account_name: Option<&str>) -> String {
        let values = Values {
            account_id: "012345678901",
            account_name,
            email: Some("r+d@example.com"),
            role_name: "Read,Only=Access",
            sso_session: "my corp",
        };
        Template::parse(template).map_or_else(|error| error.to_string(), |template| template.fill(&values))
    }

    #[test]
    fn names_are_filled_in() {
        for (template, account_name, expected) in [
            ("{account_name}.{role_name}", Some("Development"), "Development.Read-Only-Access"),
            ("{account_name}", Some("R&D  Zürich!"), "R-D-Z-rich"),
            ("{account_name}", Some("a - b"), "a---b"),
            ("{account_name}", Some("日本"), "012345678901"),
            ("{account_name}", None, "012345678901"),
            ("aws/{sso_session}:{account_id}@{email}", None, "aws/my-corp:012345678901@r+d@example.com"),
            ("one", None, "one"),
        ] {
            assert_eq!(filled(template, account_name), expected, "{template}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        const LIST: &str = "{account_name}, {account_id}, {role_name}, {email}, {sso_session}";
        for (template, expected) in [
            ("{account}", format!("{{account}} is no placeholder; there are {LIST}")),
            ("x{}", format!("{{}} is no placeholder; there are {LIST}")),
            ("{account_id", format!("a brace has no partner; placeholders are {LIST}")),
            ("account_id}", format!("a brace has no partner; placeholders are {LIST}")),
            ("a b", "' ' is no character for the name of a profile: SDKs take letters, digits and _-/.%@:+".into()),
            ("", "it is empty".into()),
        ] {
            assert_eq!(filled(template, None), expected, "{template}");
        }
    }
}
