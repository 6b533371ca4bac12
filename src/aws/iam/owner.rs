//! Whose devices and keys are meant: the caller's, or another user's.

use crate::aws::Arn;

/// Whose devices and keys are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// `aws`
    pub partition: String,
    /// `111122223333`
    pub account: String,
    /// The user's name. `None`: the root user, who is not named in calls.
    pub user: Option<String>,
    /// Whether it is the caller.
    pub is_caller: bool,
}

/// The caller is no user, and none was named.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no IAM user")]
pub struct NoUser(pub String);

impl Owner {
    /// The user `named`, or else the caller, whose ARN `caller` is.
    ///
    /// # Errors
    /// There is none.
    pub fn of(caller: &str, named: Option<&str>) -> Result<Self, NoUser> {
        let no_user = || NoUser(caller.to_owned());
        let Arn { partition, account, resource } = Arn::parse(caller).ok_or_else(no_user)?;
        // A user's path stands before the name.
        let own = resource.strip_prefix("user/").and_then(|path| path.rsplit('/').next());
        let is_root = resource == "root";
        let user = match (named, own) {
            (Some(named), _) => Some(named),
            (None, Some(own)) => Some(own),
            (None, None) if is_root => None,
            (None, None) => return Err(no_user()),
        };
        let is_caller = user == own;
        let text = str::to_owned;
        Ok(Self { partition: text(partition), account: text(account), user: user.map(text), is_caller })
    }

    /// As a person is told: `alice`, or `the root user`.
    pub fn shown(&self) -> &str {
        self.user.as_deref().unwrap_or("the root user")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caller_or_who_is_named() {
        for (caller, named, user, is_caller) in [
            ("arn:aws:iam::1:user/alice", None, Some("alice"), true),
            ("arn:aws-cn:iam::1:user/a/b/bob", None, Some("bob"), true),
            ("arn:aws:iam::1:user/a/bob", Some("bob"), Some("bob"), true),
            ("arn:aws:iam::1:user/admin", Some("bob"), Some("bob"), false),
            ("arn:aws:iam::1:root", None, None, true),
            ("arn:aws:iam::1:root", Some("bob"), Some("bob"), false),
            ("arn:aws:sts::1:assumed-role/r/s", Some("bob"), Some("bob"), false),
        ] {
            let owner = Owner::of(caller, named).unwrap();
            assert_eq!((owner.user.as_deref(), owner.is_caller), (user, is_caller), "{caller} {named:?}");
        }
    }

    #[test]
    fn others_are_no_user() {
        for caller in ["arn:aws:sts::1:assumed-role/r/s", "arn:aws:sts::1:federated-user/joe", "nonsense", ""] {
            assert_eq!(Owner::of(caller, None), Err(NoUser(caller.to_owned())));
        }
    }
}
