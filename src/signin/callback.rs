//! What comes back from the browser: the authorization code, or why there is none.
//!
//! Pure. It comes as the target of a request to the loopback listener, or as an address that a
//! person copied from a browser elsewhere. Anybody on this machine can send the one, and anything
//! can be pasted as the other: only the state of this attempt makes either worth a look.

use url::form_urlencoded;

use crate::secret::Secret;

/// What this attempt waits for.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// `/oauth/callback`
    pub path: &'a str,
    /// The random value that came along with the address to authorize at.
    pub state: &'a str,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Callback {
    /// Nothing of this attempt's: a favicon, another tab, another program. Go on waiting.
    Ignored,
    /// The authorization code.
    Code(Secret),
    /// The person or AWS said no.
    Refused {
        /// OAuth's code: `access_denied`
        error: String,
        /// The same in words, if AWS gave any.
        description: Option<String>,
    },
}

/// Why a pasted address is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotUsable {
    /// It has another state, or none.
    #[error("this address belongs to another sign-in attempt")]
    OtherAttempt,
    /// The address that was shown, not the one the browser came to.
    #[error("this is the address to open; paste the one that the browser shows after you have signed in")]
    NotYetOpened,
    /// No code and no error in it.
    #[error("this is not the address that the browser shows after you have signed in: it holds no code")]
    NoCode,
}

/// The longest text of AWS's that is shown.
const LONGEST_TEXT: usize = 300;

impl Expected<'_> {
    /// What the request for `target` says.
    pub fn request(&self, method: &str, target: &str) -> Callback {
        // The absolute form, which a browser sends to what it takes for a proxy.
        let target = match target.strip_prefix("http://") {
            Some(rest) => &rest[rest.find(['/', '?']).unwrap_or(rest.len())..],
            None => target,
        };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        if method != "GET" || path != self.path {
            return Callback::Ignored;
        }
        match Answer::parse(query) {
            Some(answer) if answer.state.as_deref() == Some(self.state) => answer.meaning(),
            _ => Callback::Ignored,
        }
    }

    /// What the pasted `text` says: an address, or its query. A blank line says nothing. The path is
    /// not looked at: forwarded ports and proxies change it.
    ///
    /// # Errors
    /// See [`NotUsable`]; the person may paste another.
    pub fn pasted(&self, text: &str) -> Result<Callback, NotUsable> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>'));
        if text.is_empty() {
            return Ok(Callback::Ignored);
        }
        let text = text.split('#').next().unwrap_or_default();
        let query = text.split_once('?').map_or(text, |(_, query)| query);
        let answer = Answer::parse(query).ok_or(NotUsable::NoCode)?;
        let of_this_attempt = answer.state.as_deref() == Some(self.state);
        let to_open = answer.to_open;
        match answer.meaning() {
            Callback::Ignored if of_this_attempt && to_open => Err(NotUsable::NotYetOpened),
            Callback::Ignored => Err(NotUsable::NoCode),
            _ if !of_this_attempt => Err(NotUsable::OtherAttempt),
            callback => Ok(callback),
        }
    }
}

/// The parameters of an authorization response (RFC 6749, sections 4.1.2 and 4.1.2.1). An empty one
/// counts as absent.
#[derive(Default)]
struct Answer {
    code: Option<Secret>,
    state: Option<String>,
    error: Option<String>,
    description: Option<String>,
    /// A parameter of the request is there, so this is no response.
    to_open: bool,
}

impl Answer {
    /// `None`: a parameter is there twice, which section 3.1 forbids, and which of them is meant
    /// nobody knows.
    fn parse(query: &str) -> Option<Self> {
        let mut answer = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()).filter(|(_, value)| !value.is_empty()) {
            let twice = match name.as_ref() {
                "code" => answer.code.replace(Secret::new(value)).is_some(),
                "state" => answer.state.replace(value.into_owned()).is_some(),
                "error" => answer.error.replace(shown(&value)).is_some(),
                "error_description" => answer.description.replace(shown(&value)).is_some(),
                name => {
                    answer.to_open |= name == "response_type";
                    false
                }
            };
            if twice {
                return None;
            }
        }
        Some(answer)
    }

    fn meaning(self) -> Callback {
        match (self.error, self.code) {
            (Some(error), _) => Callback::Refused { error, description: self.description },
            (None, Some(code)) => Callback::Code(code),
            (None, None) => Callback::Ignored,
        }
    }
}

/// A text from outside, on one line and not endless.
fn shown(text: &str) -> String {
    text.chars().take(LONGEST_TEXT).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EXPECTED: Expected<'_> = Expected { path: "/oauth/callback", state: "s-1" };

    fn code(code: &str) -> Callback {
        Callback::Code(Secret::new(code))
    }

    fn refused(error: &str, description: Option<&str>) -> Callback {
        Callback::Refused { error: error.into(), description: description.map(str::to_owned) }
    }

    #[test]
    fn requests() {
        for (target, says) in [
            ("/oauth/callback?code=abc&state=s-1", code("abc")),
            ("/oauth/callback?state=s%2D1&x=y&code=a%2Bb+c%20d", code("a+b c d")),
            ("/oauth/callback?code=%ff%&state=s-1", code("\u{fffd}%")),
            ("http://127.0.0.1:1/oauth/callback?code=abc&state=s-1", code("abc")),
            ("/oauth/callback?error=access_denied&state=s-1", refused("access_denied", None)),
            ("/oauth/callback?error=a&code=b&state=s-1", refused("a", None)),
            ("/oauth/callback?error=a%0d%1b[m&error_description=b+c&state=s-1", refused("a  [m", Some("b c"))),
            // Not of this attempt.
            ("/oauth/callback?code=abc&state=s-2", Callback::Ignored),
            ("/oauth/callback?code=abc&state=", Callback::Ignored),
            ("/oauth/callback?code=abc", Callback::Ignored),
            ("/oauth/callback?error=access_denied", Callback::Ignored),
            ("/oauth/callback?error=access_denied&state=s-2", Callback::Ignored),
            // Not a callback.
            ("/?code=abc&state=s-1", Callback::Ignored),
            ("/oauth/callback/?code=abc&state=s-1", Callback::Ignored),
            ("/favicon.ico", Callback::Ignored),
            ("/oauth/callback", Callback::Ignored),
            ("/oauth/callback?state=s-1", Callback::Ignored),
            ("/oauth/callback?state=s-1&code=", Callback::Ignored),
            ("http://127.0.0.1:1", Callback::Ignored),
            ("*", Callback::Ignored),
            ("", Callback::Ignored),
            // Twice.
            ("/oauth/callback?code=a&code=b&state=s-1", Callback::Ignored),
            ("/oauth/callback?code=a&state=s-2&state=s-1", Callback::Ignored),
        ] {
            assert_eq!(EXPECTED.request("GET", target), says, "{target}");
        }
        for method in ["POST", "HEAD", "OPTIONS", "get", ""] {
            let said = EXPECTED.request(method, "/oauth/callback?code=abc&state=s-1");
            assert_eq!(said, Callback::Ignored, "{method}");
        }
    }

    #[test]
    fn pasted_addresses() {
        for (text, says) in [
            ("http://127.0.0.1:1234/oauth/callback?code=abc&state=s-1", Ok(code("abc"))),
            ("  \"http://127.0.0.1:1234/oauth/callback?code=abc&state=s-1\"\r\n", Ok(code("abc"))),
            ("127.0.0.1:1234/oauth/callback?code=abc&state=s-1#/", Ok(code("abc"))),
            ("https://code.example.com/proxy/1234/?code=abc&state=s-1", Ok(code("abc"))),
            ("?code=abc&state=s-1", Ok(code("abc"))),
            ("state=s-1&code=a%2Fb", Ok(code("a/b"))),
            ("error=access_denied&state=s-1", Ok(refused("access_denied", None))),
            ("", Ok(Callback::Ignored)),
            (" \n", Ok(Callback::Ignored)),
            ("code=abc&state=s-2", Err(NotUsable::OtherAttempt)),
            ("code=abc", Err(NotUsable::OtherAttempt)),
            ("error=access_denied&state=s-2", Err(NotUsable::OtherAttempt)),
            ("https://oidc/authorize?response_type=code&state=s-1", Err(NotUsable::NotYetOpened)),
            ("https://oidc/authorize?response_type=code&state=s-2", Err(NotUsable::NoCode)),
            ("http://127.0.0.1:1234/oauth/callback", Err(NotUsable::NoCode)),
            ("code=a&code=b&state=s-1", Err(NotUsable::NoCode)),
            ("abc", Err(NotUsable::NoCode)),
        ] {
            assert_eq!(EXPECTED.pasted(text), says, "{text}");
        }
    }

    #[test]
    fn texts_from_outside_are_not_endless_and_the_code_does_not_print() {
        let target = format!("/oauth/callback?error={}&state=s-1", "é".repeat(1000));
        assert_eq!(EXPECTED.request("GET", &target), refused(&"é".repeat(LONGEST_TEXT), None));
        assert!(!format!("{:?}", EXPECTED.request("GET", "/oauth/callback?code=abc&state=s-1")).contains("abc"));
    }

    proptest! {
        #[test]
        fn any_code_comes_through(text in ".+", state in ".+") {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("code", &text)
                .append_pair("state", &state)
                .finish();
            let expected = Expected { path: "/", state: &state };
            prop_assert_eq!(expected.request("GET", &format!("/?{query}")), code(&text));
            prop_assert_eq!(expected.pasted(&format!("http://127.0.0.1/?{query}")), Ok(code(&text)));
        }

        #[test]
        fn nothing_panics(text in any::<String>()) {
            let _ = EXPECTED.request("GET", &text);
            let _ = EXPECTED.pasted(&text);
        }
    }
}
