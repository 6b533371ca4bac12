//! Section headers: what one names, and how a name is written as one.
//!
//! In the config file a header is split into words as a POSIX shell splits them; in the
//! credentials file the text between the brackets is the profile's name, to the letter.

use std::borrow::Cow;

/// What a header of the config file names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named<'t> {
    /// `[default]` or `[profile NAME]`.
    Profile(Cow<'t, str>),
    /// `[sso-session NAME]`.
    SsoSession(Cow<'t, str>),
    /// `[services NAME]`.
    Services(Cow<'t, str>),
    /// `[DEFAULT]`: its keys are inherited by every section of its file (Python's configparser).
    Inherited,
    /// Something that starts like one of these but does not name anything.
    Ignored,
    /// Any other section, such as `[plugins]`.
    Other(&'t str),
}

/// Reads a header of the config file, given the text between its brackets.
pub fn config_header(text: &str) -> Named<'_> {
    // The AWS CLI looks at the start of the text only, so `[profiles x]` names the profile x.
    if text.starts_with("profile") {
        return second_of_two(text).map_or(Named::Ignored, Named::Profile);
    }
    if text.starts_with("sso-session") {
        return second_of_two(text).map_or(Named::Ignored, Named::SsoSession);
    }
    if text.starts_with("services") {
        return second_of_two(text).map_or(Named::Ignored, Named::Services);
    }
    match text {
        "default" => Named::Profile(Cow::Borrowed("default")),
        "DEFAULT" => Named::Inherited,
        _ => Named::Other(text),
    }
}

/// The second word, if there are just two and the quotes are balanced.
fn second_of_two(text: &str) -> Option<Cow<'_, str>> {
    // Asked of every header of a file: one pass over its bytes where nothing is quoted.
    let (mut words, mut start, mut second) = (0, None, 0..0);
    for (at, byte) in text.bytes().enumerate() {
        match (byte, start) {
            (b'\'' | b'"' | b'\\', _) => return second_of_two_quoted(text),
            (b' ' | b'\t' | b'\r' | b'\n', Some(from)) => {
                second = from..at;
                start = None;
            }
            (b' ' | b'\t' | b'\r' | b'\n', None) => {}
            (_, Some(_)) => {}
            (_, None) => {
                words += 1;
                start = Some(at);
            }
        }
    }
    if let Some(from) = start {
        second = from..text.len();
    }
    (words == 2).then(|| Cow::Borrowed(&text[second]))
}

fn second_of_two_quoted(text: &str) -> Option<Cow<'_, str>> {
    match split_words(text)?.as_mut_slice() {
        [_, name] => Some(Cow::Owned(std::mem::take(name))),
        _ => None,
    }
}

/// Splits `text` into words as a POSIX shell does (Python's `shlex.split`): `'..'` is literal, in
/// `".."` a backslash escapes `"` and `\`, elsewhere any character. `None`: a quote is not closed,
/// or nothing follows a backslash.
pub fn split_words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '\'' => break,
                        c => word.push(c),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '"' => break,
                        '\\' => match chars.next()? {
                            c @ ('"' | '\\') => word.push(c),
                            c => word.extend(['\\', c]),
                        },
                        c => word.push(c),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(chars.next()?),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Some(words)
}

/// The header text for `name` under `kind` (`profile`, `sso-session`, `services`).
///
/// Quoted as the AWS CLI quotes (Python's `shlex.quote`) when the name has blanks, and also where
/// the CLI would write a header that it cannot read back: a name with quotes or a backslash.
pub fn written(kind: &str, name: &str) -> String {
    if kind == "profile" && name == "default" {
        return "default".to_owned();
    }
    if name.contains([' ', '\t', '\'', '"', '\\']) || name.is_empty() {
        format!("{kind} '{}'", name.replace('\'', "'\"'\"'"))
    } else {
        format!("{kind} {name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(name: &str) -> Named<'_> {
        Named::Profile(Cow::Borrowed(name))
    }

    #[test]
    fn headers_mean_what_the_aws_cli_takes_them_for() {
        for (text, named) in [
            ("default", profile("default")),
            ("profile default", profile("default")),
            ("profile x", profile("x")),
            ("profile  x ", profile("x")),
            ("profile\tx", profile("x")),
            ("profile \"a b\"", profile("a b")),
            ("profile 'a b'", profile("a b")),
            ("profile \"a\\\"b\\c\"", profile("a\"b\\c")),
            ("profile a\\ b", profile("a b")),
            ("profile ''", profile("")),
            ("profiles x", profile("x")),
            ("profile a b", Named::Ignored),
            ("profile \"bad", Named::Ignored),
            ("profile bad\\", Named::Ignored),
            ("profilefoo", Named::Ignored),
            ("profile", Named::Ignored),
            (" profile x", Named::Other(" profile x")),
            ("Profile x", Named::Other("Profile x")),
            ("foo", Named::Other("foo")),
            ("DEFAULT", Named::Inherited),
            ("sso-session n", Named::SsoSession("n".into())),
            ("sso-sessionX y", Named::SsoSession("y".into())),
            ("services n", Named::Services("n".into())),
        ] {
            assert_eq!(config_header(text), named, "{text}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for (name, header) in [
            ("dev", "profile dev"),
            ("default", "default"),
            ("my dev", "profile 'my dev'"),
            ("it's", "profile 'it'\"'\"'s'"),
            ("a\\b", "profile 'a\\b'"),
            ("a\"b", "profile 'a\"b'"),
            ("a]b", "profile a]b"),
        ] {
            assert_eq!(written("profile", name), header);
            assert_eq!(config_header(header), profile(name));
        }
    }
}
