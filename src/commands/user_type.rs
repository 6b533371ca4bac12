//! AWS's kinds of users, told by the ARN that AWS calls somebody by.

use crate::aws::Arn;
use crate::aws::sts::CallerIdentity;
use crate::chain::Method;

/// AWS's kinds of users (IAM User Guide, and spec of caller identities).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UserType {
    Root,
    IamUser,
    IdentityCenterUser,
    AssumedRole,
    FederatedIdentity,
    Other,
}

impl UserType {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Root => "root user",
            Self::IamUser => "IAM user",
            Self::IdentityCenterUser => "Identity Center user",
            Self::AssumedRole => "assumed role",
            Self::FederatedIdentity => "federated identity",
            Self::Other => "identity",
        }
    }
}

fn resource(arn: &str) -> &str {
    Arn::parse(arn).map_or("", |arn| arn.resource)
}

/// The kind of whoever `arn` names, whose credentials were obtained by `method`.
pub(super) fn user_type(arn: &str, method: Method) -> UserType {
    match resource(arn).split('/').collect::<Vec<_>>().as_slice() {
        ["root"] => UserType::Root,
        ["user", ..] => UserType::IamUser,
        ["assumed-role", role, ..] if role.starts_with("AWSReservedSSO_") => UserType::IdentityCenterUser,
        // Nobody assumed a role by hand there: an identity provider vouched for whoever it is.
        ["assumed-role", ..] if matches!(method, Method::Login | Method::WebIdentity) => UserType::FederatedIdentity,
        ["assumed-role", ..] => UserType::AssumedRole,
        ["federated-user", ..] => UserType::FederatedIdentity,
        _ => UserType::Other,
    }
}

/// What a person calls it: the user's name, or the role (permission set) and the session.
pub(super) fn name(identity: &CallerIdentity) -> String {
    let parts: Vec<_> = resource(&identity.arn).split('/').collect();
    match (resource(&identity.arn), parts.as_slice()) {
        ("root", _) => format!("of account {}", identity.account),
        (_, ["assumed-role", role, session]) if role.starts_with("AWSReservedSSO_") => {
            let set = role.trim_start_matches("AWSReservedSSO_").rsplit_once('_').map_or(*role, |(set, _)| set);
            format!("{session} with permission set {set}")
        }
        (_, ["assumed-role", role, session]) => format!("{role}, session {session}"),
        _ => parts.last().copied().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_types_are_awss() {
        for (arn, kind, called) in [
            ("arn:aws:iam::111122223333:root", UserType::Root, "of account 111122223333"),
            ("arn:aws:iam::111122223333:user/team/me", UserType::IamUser, "me"),
            ("arn:aws:sts::111122223333:assumed-role/demo/s", UserType::AssumedRole, "demo, session s"),
            (
                "arn:aws-us-gov:sts::111122223333:assumed-role/AWSReservedSSO_Power_User_0123456789abcdef/me@x.y",
                UserType::IdentityCenterUser,
                "me@x.y with permission set Power_User",
            ),
            ("arn:aws:sts::111122223333:federated-user/bob", UserType::FederatedIdentity, "bob"),
            ("x", UserType::Other, ""),
        ] {
            let identity = CallerIdentity { user_id: String::new(), account: "111122223333".into(), arn: arn.into() };
            assert_eq!((user_type(arn, Method::Process), name(&identity).as_str()), (kind, called), "{arn}");
        }
        let role = "arn:aws:sts::111122223333:assumed-role/demo/s";
        assert_eq!(user_type(role, Method::Login), UserType::FederatedIdentity);
    }
}
