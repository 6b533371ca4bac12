//! The command line of `credential_process`, split as the AWS CLI splits it: Python's `shlex` in
//! POSIX mode. No shell is involved: `~`, `$X` and pipes stay as they are.

/// The words of `line`. `None`: a quote is left open, or the line ends in a backslash.
pub fn split(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\'' => loop {
                match chars.next()? {
                    '\'' => break word.get_or_insert_default(),
                    c => word.get_or_insert_default().push(c),
                };
            }
            .push_str(""),
            '"' => loop {
                match chars.next()? {
                    '"' => break word.get_or_insert_default(),
                    // A backslash means itself in front of any other character.
                    '\\' if matches!(chars.peek(), Some('"' | '\\')) => {
                        word.get_or_insert_default().extend(chars.next())
                    }
                    c => word.get_or_insert_default().push(c),
                };
            }
            .push_str(""),
            '\\' => word.get_or_insert_default().push(chars.next()?),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_shlexs() {
        for (line, words) in [
            ("a b  c", Some(&["a", "b", "c"][..])),
            ("", Some(&[])),
            ("a 'b c' \"d e\"", Some(&["a", "b c", "d e"])),
            ("a'b c'd", Some(&["ab cd"])),
            (r#"a "x\"y\\z\n""#, Some(&["a", r#"x"y\z\n"#])),
            (r"a\ b '\x'", Some(&["a b", r"\x"])),
            ("a '' b", Some(&["a", "", "b"])),
            ("a # b", Some(&["a", "#", "b"])),
            ("~/x $HOME", Some(&["~/x", "$HOME"])),
            ("a 'b", None),
            ("a \"b", None),
            ("a\\", None),
        ] {
            let words = words.map(|words| words.iter().map(|word| (*word).to_owned()).collect());
            assert_eq!(split(line), words, "{line}");
        }
    }
}
