//! The one type that carries a secret: it does not print, and it is wiped when dropped.

use zeroize::Zeroize;

/// A secret text, such as a secret access key, a session token or a code.
///
/// It has no `Display`, its `Debug` is redacted, and its memory is overwritten on drop. The only
/// way to the text is [`Secret::expose`], so that every use can be found by that word.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes over `text` as a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the place that has to hand it on.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// How AWS shows a stored secret to a person: sixteen stars and the last four characters
    /// (AWS CLI, `configure` and `configure list`).
    pub fn masked(&self) -> String {
        mask(&self.0)
    }
}

/// Sixteen stars and the last four characters of `text` (all of a text shorter than that), as the
/// AWS CLI masks keys on screen.
pub fn mask(text: &str) -> String {
    let tail = text.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
    format!("****************{}", &text[tail..])
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(..)");
    }

    #[test]
    fn the_mask_shows_four_characters() {
        for (text, shown) in [
            ("AKIAIOSFODNN7EXAMPLE", "****************MPLE"),
            ("abc", "****************abc"),
            ("", "****************"),
            ("é€ß中文", "****************€ß中文"),
        ] {
            assert_eq!(mask(text), shown);
        }
    }
}
