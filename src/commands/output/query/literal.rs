//! Literals between backticks.

use serde_json::Value;

/// `expression` with quotation marks put into literals that lack them: `` `dev` `` for `` `"dev"` ``.
///
/// JMESPath has long dropped that form, and the crate refuses it, but the AWS CLI takes it still, and
/// years of examples are written in it.
pub(super) fn quote_bare(expression: &str) -> String {
    let mut quoted = String::with_capacity(expression.len());
    let mut rest = expression;
    while let Some(opening) = rest.find(['\'', '"', '`']) {
        let Some(length) = closing(&rest[opening..]) else { break };
        let (before, from) = rest.split_at(opening);
        let (token, after) = from.split_at(length);
        quoted += before;
        match bare_text(token) {
            Some(text) => quoted += &format!("`\"{text}\"`"),
            None => quoted += token,
        }
        rest = after;
    }
    quoted + rest
}

/// The length of the token that `text` begins with, both its marks included. A backslash takes the
/// character after it along.
fn closing(text: &str) -> Option<usize> {
    let mut characters = text.char_indices();
    let (_, mark) = characters.next()?;
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => drop(characters.next()),
            other if other == mark => return Some(at + 1),
            _ => (),
        }
    }
    None
}

/// What stands in a literal that is JSON only once it is quoted.
fn bare_text(token: &str) -> Option<&str> {
    let text = token.strip_prefix('`')?.strip_suffix('`')?;
    let is_json = |text: &str| serde_json::from_str::<Value>(&text.replace("\\`", "`")).is_ok();
    let bare = text.trim_start();
    (!is_json(text) && is_json(&format!("\"{bare}\""))).then_some(bare)
}
