//! `keyfob whoami`: who the selected profile's credentials belong to, in AWS's own user types.

use clap::Args;
use serde_json::json;

use super::resolving::{self, Asking};
use super::{CommandError, Context};
use crate::aws::settings::Service;
use crate::aws::sts::CallerIdentity;
use crate::cli::Run;

/// Show who the selected profile's credentials belong to, how they were obtained and when they end
#[derive(Debug, Args)]
pub struct WhoamiArgs {}

impl Run for WhoamiArgs {
    const NAME: &'static str = "whoami";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let found = resolving::credentials(context, &files, &shared, Asking::Terminal)?;
        let profile = &found.plan.selection.name;
        let settings = context.call_settings(Service::Sts, &shared, profile)?;
        let identity = resolving::identity(context, &settings, &found.credentials)?;
        let kind = user_type(&identity.arn);
        let ends = found.credentials.expiry.map(|expiry| expiry.zulu());
        let method = found.credentials.method.name();
        if context.wants_structure_or_table() {
            return context.answer_structure(
                json!({
                    "Type": kind.name(),
                    "Name": name(&identity),
                    "Account": identity.account,
                    "Arn": identity.arn,
                    "UserId": identity.user_id,
                    "Profile": profile,
                    "Method": method,
                    "Expiration": ends,
                }),
                "Whoami",
            );
        }
        let mut text = format!("{} {}\n", kind.name(), name(&identity));
        text +=
            &format!("  account  {}\n  arn      {}\n  user id  {}\n", identity.account, identity.arn, identity.user_id);
        text += &format!("  by       {method}, profile {profile}\n");
        text += &format!("  until    {}\n", ends.as_deref().unwrap_or("these keys do not end"));
        context.ui.answer(&text)
    }
}

/// AWS's kinds of users (IAM User Guide, and spec of caller identities).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UserType {
    Root,
    IamUser,
    IdentityCenterUser,
    AssumedRole,
    FederatedUser,
    Other,
}

impl UserType {
    fn name(self) -> &'static str {
        match self {
            Self::Root => "root user",
            Self::IamUser => "IAM user",
            Self::IdentityCenterUser => "Identity Center user",
            Self::AssumedRole => "assumed role",
            Self::FederatedUser => "federated user",
            Self::Other => "identity",
        }
    }
}

fn resource(arn: &str) -> &str {
    arn.splitn(6, ':').nth(5).unwrap_or_default()
}

fn user_type(arn: &str) -> UserType {
    match resource(arn).split('/').collect::<Vec<_>>().as_slice() {
        ["root"] => UserType::Root,
        ["user", ..] => UserType::IamUser,
        ["assumed-role", role, ..] if role.starts_with("AWSReservedSSO_") => UserType::IdentityCenterUser,
        ["assumed-role", ..] => UserType::AssumedRole,
        ["federated-user", ..] => UserType::FederatedUser,
        _ => UserType::Other,
    }
}

/// What a person calls it: the user's name, or the role (permission set) and the session.
fn name(identity: &CallerIdentity) -> String {
    let parts: Vec<_> = resource(&identity.arn).split('/').collect();
    match (user_type(&identity.arn), parts.as_slice()) {
        (UserType::Root, _) => format!("of account {}", identity.account),
        (UserType::IdentityCenterUser, [_, role, session]) => {
            let set = role.trim_start_matches("AWSReservedSSO_").rsplit_once('_').map_or(*role, |(set, _)| set);
            format!("{session} with permission set {set}")
        }
        (UserType::AssumedRole, [_, role, session]) => format!("{role}, session {session}"),
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
            ("arn:aws:sts::111122223333:federated-user/bob", UserType::FederatedUser, "bob"),
            ("x", UserType::Other, ""),
        ] {
            let identity = CallerIdentity { user_id: String::new(), account: "111122223333".into(), arn: arn.into() };
            assert_eq!((user_type(arn), name(&identity).as_str()), (kind, called), "{arn}");
        }
    }
}
