//! Other values in the place of some, wherever they stand.

use std::borrow::Cow;

use super::splice::Splices;
use crate::config::document::{Document, Entry, Value};

/// `text` with other values in the place of some; all else is as it was, blanks around them too. `new` is asked once for
/// each section that has `needle` in it, which need not be one that AWS tools read, and answers with the entries it
/// changes, by their places among those it was given. A value of more than one line stays.
pub fn replace_values(text: &str, needle: &str, new: impl Fn(&[Entry<'_>]) -> Vec<(usize, String)>) -> String {
    let document = Document::parse(text);
    let mut splices = Splices::new(text);
    for section in document.sections_with(needle) {
        let entries: Vec<_> = document.entries(&section).collect();
        for (at, with) in new(&entries) {
            if let Some(Value::Text(Cow::Borrowed(value))) = entries.get(at).map(|entry| &entry.value) {
                // The value is a piece of the text.
                let start = value.as_ptr() as usize - text.as_ptr() as usize;
                splices.span(start, start + value.len(), with);
            }
        }
    }
    splices.apply()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_else_stays() {
        let text =
            "# OLD\n[a]\nid=OLD\r\nother  =  OLD  \n[ignored here]\n\tid : OLD\nid = OLD\n more\n[b]\nid = NONE\n";
        let new = |entries: &[Entry<'_>]| {
            let ids = entries.iter().enumerate().filter(|(_, entry)| entry.is("id"));
            ids.map(|(at, _)| (at, "N".to_owned())).collect()
        };
        assert_eq!(
            replace_values(text, "OLD", new),
            "# OLD\n[a]\nid=N\r\nother  =  OLD  \n[ignored here]\n\tid : N\nid = OLD\n more\n[b]\nid = NONE\n"
        );
    }
}
