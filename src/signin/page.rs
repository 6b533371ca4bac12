//! What the browser shows when it comes back: that it worked, or that it did not.
//!
//! Pure. The page needs nothing from anywhere, runs no script and holds no secret.

/// What became of the sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// It worked.
    SignedIn {
        /// `AWS IAM Identity Center`
        service: &'a str,
        /// The sso-session's name, the start URL of a profile without one, or a profile.
        to: &'a str,
    },
    /// It did not.
    Failed {
        /// As above.
        service: &'a str,
        /// As above.
        to: &'a str,
        /// Why, in a sentence.
        why: &'a str,
    },
}

/// The headers the page goes with.
pub const HEADERS: [(&str, &str); 2] =
    [("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", SECURITY_POLICY)];

/// Nothing but the page's own style: no scripts, no pictures, no frames, nothing from elsewhere.
pub const SECURITY_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const TEMPLATE: &str = include_str!("page.html");

/// The page that says it.
pub fn render(outcome: Outcome<'_>) -> String {
    let (class, title, mark, service, to, why) = match outcome {
        Outcome::SignedIn { service, to } => ("done", "Signed in", "&#10003;", service, to, ""),
        Outcome::Failed { service, to, why } => ("failed", "Not signed in", "!", service, to, why),
    };
    let next = match outcome {
        Outcome::SignedIn { .. } => "You can close this window; your terminal has the answer.",
        Outcome::Failed { .. } => "You can close this window; your terminal says how to go on.",
    };
    let fill = |name: &str| match name {
        "class" => class.to_owned(),
        "title" => title.to_owned(),
        "mark" => mark.to_owned(),
        "service" => escape(service),
        "to" => escape(to),
        "why" => escape(why),
        "next" => next.to_owned(),
        _ => String::new(),
    };
    // In one pass, so that what is filled in is never taken for a place to fill.
    let mut parts = TEMPLATE.split("{{");
    let mut page = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}").unwrap_or(("", part));
        page.push_str(&fill(name));
        page.push_str(rest);
    }
    page
}

/// `text` as HTML shows it, in an element or an attribute.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn success_and_failure_are_told_apart() {
        let done = render(Outcome::SignedIn { service: "AWS", to: "corp" });
        let failed = render(Outcome::Failed { service: "AWS", to: "corp", why: "access_denied" });
        for (page, class, title) in [(&done, "done", "Signed in"), (&failed, "failed", "Not signed in")] {
            assert!(page.contains(&format!("<main class=\"{class}\">")), "{page}");
            assert!(page.contains(&format!("<title>{title}")) && page.contains("corp"), "{page}");
            assert!(page.contains("close this window"), "{page}");
            assert!(!page.contains("{{") && !page.contains("}}"), "{page}");
        }
        assert!(failed.contains("access_denied") && !done.contains("denied"));
    }

    #[test]
    fn texts_are_shown_not_run() {
        let page =
            render(Outcome::Failed { service: "AWS", to: "{{why}}<b>", why: "<script>alert('x')</script>\"&\u{1b}" });
        assert!(page.contains("{{why}}&lt;b&gt;"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp; "), "{page}");
    }

    #[test]
    fn the_page_needs_nothing_from_anywhere() {
        for outside in ["http:", "https:", "src=", "href", "url(", "@import", "<script", "<img", "<form", "style=\""] {
            assert!(!TEMPLATE.contains(outside), "{outside}");
        }
    }
}
