//! XML as far as responses need it: elements, attributes, five entities. No reader for documents that mean ill.

/// An element, as it is written.
pub(super) struct Element<'a> {
    attributes: &'a str,
    pub(super) inner: &'a str,
}

impl Element<'_> {
    /// The value of the attribute of this name.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let mut rest = self.attributes;
        while let Some((before, after)) = rest.split_once('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|quote| "\"'".contains(*quote))?;
            let (value, next) = after[1..].split_once(quote)?;
            if before.trim() == name {
                return Some(unescape(value));
            }
            rest = next;
        }
        None
    }
}

/// The elements of this name, whatever their prefix, that are in none of the same name.
pub(super) fn elements<'a>(text: &'a str, name: &str) -> Vec<Element<'a>> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some((_, tag)) = rest.split_once('<') {
        rest = tag;
        let Some((head, after)) = tag.split_once('>') else { break };
        let (full, attributes) = head.split_once(|end: char| end.is_whitespace()).unwrap_or((head, ""));
        let written = full.trim_end_matches('/');
        if written.rsplit(':').next() != Some(name) {
            continue;
        }
        if head.ends_with('/') {
            found.push(Element { attributes: attributes.trim_end_matches('/'), inner: "" });
        } else if let Some((inner, next)) = after.split_once(&format!("</{written}>")) {
            found.push(Element { attributes, inner });
            rest = next;
        }
    }
    found
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

pub(super) fn unescape(text: &str) -> String {
    let text = text.trim().replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&apos;", "'").replace("&amp;", "&")
}
