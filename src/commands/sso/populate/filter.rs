//! Which accounts and roles are meant, and the region of an account: patterns as a shell has them.

use crate::aws::portal::Account;

/// A pattern: `*` stands for any text, `?` for any character. Case makes no difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::commands::sso) struct Pattern {
    written: String,
    folded: Vec<char>,
}

impl Pattern {
    pub(in crate::commands::sso) fn new(text: &str) -> Self {
        Self { written: text.to_owned(), folded: text.to_lowercase().chars().collect() }
    }

    /// As it was typed.
    pub(super) fn written(&self) -> &str {
        &self.written
    }

    /// Whether it stands for the whole of `text`.
    pub(super) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.to_lowercase().chars().collect();
        let (mut at, mut from) = (0, 0);
        // Where the last `*` stands, and where in the text what follows it was last tried.
        let mut star = None;
        while from < text.len() {
            match self.folded.get(at) {
                Some('*') => {
                    star = Some((at, from));
                    at += 1;
                }
                Some(c) if *c == '?' || *c == text[from] => {
                    at += 1;
                    from += 1;
                }
                _ => {
                    let Some((place, tried)) = star else { return false };
                    star = Some((place, tried + 1));
                    at = place + 1;
                    from = tried + 1;
                }
            }
        }
        self.folded[at..].iter().all(|c| *c == '*')
    }

    /// Whether it stands for the account: its id, name or email.
    pub(super) fn is_of(&self, account: &Account) -> bool {
        [Some(&account.id), account.name.as_ref(), account.email.as_ref()]
            .into_iter()
            .flatten()
            .any(|text| self.matches(text))
    }
}

/// Patterns of what is meant and of what is not; without any of the first, all is meant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choice<'a> {
    pub(super) only: &'a [Pattern],
    pub(super) not: &'a [Pattern],
}

impl Choice<'_> {
    pub(super) fn has_account(&self, account: &Account) -> bool {
        self.has(|pattern| pattern.is_of(account))
    }

    pub(super) fn has_role(&self, name: &str) -> bool {
        self.has(|pattern| pattern.matches(name))
    }

    fn has(&self, fits: impl Fn(&Pattern) -> bool) -> bool {
        (self.only.is_empty() || self.only.iter().any(&fits)) && !self.not.iter().any(&fits)
    }
}

/// `PATTERN=REGION`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::commands::sso) struct AccountRegion {
    accounts: Pattern,
    region: String,
}

impl AccountRegion {
    /// Reads one.
    ///
    /// # Errors
    /// It is none.
    pub(in crate::commands::sso) fn parse(text: &str) -> Result<Self, &'static str> {
        // The name of an account may hold a `=`, a region cannot.
        let (pattern, region) = text.rsplit_once('=').ok_or("write it as PATTERN=REGION")?;
        match is_region(region) {
            true => Ok(Self { accounts: Pattern::new(pattern), region: region.to_owned() }),
            false => Err("what follows the = is no region, such as eu-west-1"),
        }
    }
}

/// The first of `regions` that is said of `account`.
pub(super) fn region_of<'a>(regions: &'a [AccountRegion], account: &Account) -> Option<&'a str> {
    regions.iter().find(|region| region.accounts.is_of(account)).map(|found| found.region.as_str())
}

/// Whether `text` looks like a region.
pub(super) fn is_region(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> Account {
        Account { id: "012345678901".into(), name: Some("R&D Zürich".into()), email: Some("r+d@example.com".into()) }
    }

    #[test]
    fn patterns_match_as_in_a_shell() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("**", "abc", true),
            ("abc", "ABC", true),
            ("abc", "abcd", false),
            ("a*c", "abbbc", true),
            ("a*c", "abbbcd", false),
            ("a*b*c", "a-b-b-c", true),
            ("*ab", "aab", true),
            ("*a?", "banana", false),
            ("*a?a", "banana", true),
            ("?", "", false),
            ("z?rich", "ZÜRICH", true),
            ("[a]", "a", false),
            ("a*a*a*a*a*a*a*a*b", &"a".repeat(5000), false),
        ] {
            assert_eq!(Pattern::new(pattern).matches(text), expected, "{pattern} {text:.20}");
        }
    }

    #[test]
    fn accounts_are_chosen_by_id_name_and_email() {
        for (only, not, expected) in [
            ("", "", true),
            ("0123*", "", true),
            ("r&d*", "", true),
            ("*@EXAMPLE.com", "", true),
            ("other other* r&d*", "", true),
            ("other", "", false),
            ("", "*zürich", false),
            ("0123*", "*zürich", false),
        ] {
            let patterns = |text: &str| text.split_whitespace().map(Pattern::new).collect::<Vec<_>>();
            let (only, not) = (patterns(only), patterns(not));
            assert_eq!(Choice { only: &only, not: &not }.has_account(&account()), expected, "{only:?} {not:?}");
        }
    }

    #[test]
    fn the_first_region_that_fits_counts() {
        let parse = |text: &str| AccountRegion::parse(text).unwrap();
        let regions = [parse("x=us-east-1"), parse("r&d*=eu-central-2"), parse("*=eu-west-1")];
        assert_eq!(region_of(&regions, &account()), Some("eu-central-2"));
        assert_eq!(region_of(&regions[2..], &account()), Some("eu-west-1"));
        assert_eq!(region_of(&regions[..1], &account()), None);
        assert_eq!(parse("a=b=r").accounts.written(), "a=b");
        for text in ["eu-west-1", "a=", "a=eu west", "a=b\nc"] {
            assert!(AccountRegion::parse(text).is_err(), "{text}");
        }
    }
}
