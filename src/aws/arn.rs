//! Amazon Resource Names, taken apart.
//!
//! Pure.

/// The parts of an ARN that this house reads (AWS General Reference, "Amazon Resource Names").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`
    pub partition: &'a str,
    /// `111122223333`; empty where a resource is of no account.
    pub account: &'a str,
    /// `user/team/me`: all behind the account.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Reads `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`. `None`: `text` is not one.
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.strip_prefix("arn:")?.splitn(5, ':');
        let partition = parts.next()?;
        let mut behind = parts.skip(2);
        Some(Self { partition, account: behind.next()?, resource: behind.next()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_arns() {
        for (text, parts) in [
            ("arn:aws:iam::111122223333:user/me", Some(("aws", "111122223333", "user/me"))),
            ("arn:aws-cn:sts:cn-north-1:1:a:b/c", Some(("aws-cn", "1", "a:b/c"))),
            ("arn:aws:iam:::x", Some(("aws", "", "x"))),
            ("arn:aws:iam::111122223333", None),
            ("GAHT12345678", None),
            ("", None),
        ] {
            let found = Arn::parse(text).map(|arn| (arn.partition, arn.account, arn.resource));
            assert_eq!(found, parts, "{text}");
        }
    }
}
