//! Names in the commands that messages tell a person to type.

/// A name as a shell takes it.
pub(super) fn typed(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./@:+,=%".contains(c);
    match name.chars().all(plain) && !name.is_empty() {
        true => name.to_owned(),
        false => format!("'{}'", name.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_can_be_typed() {
        for (name, told) in
            [("dev", "dev"), ("a.b/c", "a.b/c"), ("my dev", "'my dev'"), ("it's", "'it'\\''s'"), ("", "''")]
        {
            assert_eq!(typed(name), told);
        }
    }
}
