//! What an edit would change, as a unified diff that shows no secret.

use std::borrow::Cow;

use super::SECRET_KEYS;
use super::document::Document;
use crate::secret::mask;

/// The unified diff from `old` to `new`, with secret values masked; empty when nothing changes.
/// `name` stands in its head; a file that is to be made comes from `/dev/null`.
pub fn unified_diff(name: &str, old: Option<&str>, new: &str) -> String {
    let from = if old.is_some() { name } else { "/dev/null" };
    let (old, new) = (masked(old.unwrap_or_default()), masked(new));
    similar::TextDiff::from_lines(&*old, &*new).unified_diff().header(from, name).to_string()
}

/// `text` with the values of secret keys masked.
fn masked(text: &str) -> Cow<'_, str> {
    let document = Document::parse(text);
    let mut out = String::new();
    let mut at = 0;
    for entry in document.sections().iter().flat_map(|section| document.entries(section)) {
        if !SECRET_KEYS.iter().any(|key| entry.is(key)) {
            continue;
        }
        for index in entry.lines() {
            let (start, end) = (document.lines()[index].start(), document.end(index));
            let content = &text[start..end];
            let first = index + 1 == entry.line();
            let value = content.find(['=', ':']).filter(|_| first).map_or(0, |separator| separator + 1);
            let value = value + (content[value..].len() - content[value..].trim_start().len());
            out.push_str(&text[at..start + value]);
            if !content[value..].is_empty() {
                out.push_str(&mask(content[value..].trim_end()));
            }
            at = end;
        }
    }
    if at == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_diff_shows_the_change_and_no_secret() {
        let old = "[a]\naws_access_key_id = AKIA1\naws_secret_access_key = oldsecretAAAA\nregion = x\n";
        let new = "[a]\naws_access_key_id = AKIA1\naws_secret_access_key=newsecretBBBB\nregion = x\n";
        let diff = unified_diff("~/.aws/credentials", Some(old), new);
        assert_eq!(
            diff,
            "--- ~/.aws/credentials\n+++ ~/.aws/credentials\n@@ -1,4 +1,4 @@\n [a]\n aws_access_key_id = AKIA1\n\
             -aws_secret_access_key = ****************AAAA\n+aws_secret_access_key=****************BBBB\n region = x\n"
        );
        assert_eq!(unified_diff("f", Some(old), old), "");
        assert!(unified_diff("f", None, "[a]\n").starts_with("--- /dev/null\n+++ f\n"));
    }
}
