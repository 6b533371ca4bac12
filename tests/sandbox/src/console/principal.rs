//! Whom the keys of a console session act as: exactly the session's ARN.

use crate::account::{Account, Principal, PrincipalKind, Role, unique_id};
use crate::issue;

/// The principal of an ARN; none when it is no session's.
pub(crate) fn principal(account: &Account, arn: &str, mfa: bool) -> Option<Principal> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, service, "", id, resource] = parts[..] else { return None };
    let of = |user_id: String, kind| Principal { arn: arn.into(), user_id, account: id.into(), kind, mfa };
    match (service, resource.split_once('/')) {
        ("iam", None) if resource == "root" => Some(of(id.into(), PrincipalKind::UserSession("root".into()))),
        ("iam", Some(("user", path))) => {
            let name = path.rsplit('/').next().unwrap_or(path);
            let known = account.users.get(name).filter(|_| id == account.id).map(|user| user.id.clone());
            let user_id = known.unwrap_or_else(|| unique_id("AIDA", name));
            Some(of(user_id, PrincipalKind::UserSession(name.into())))
        }
        ("sts", Some(("assumed-role", session))) => {
            let (name, session) = session.split_once('/')?;
            let known = account.roles.values().find(|role| role.name == name && role.account == id);
            let new = || Role { account: id.into(), ..Role::new(name, &[]) };
            let role = known.cloned().unwrap_or_else(new);
            Some(Principal { mfa, ..issue::role_principal(&role, partition, session) })
        }
        ("sts", Some(("federated-user", name))) => Some(of(format!("{id}:{name}"), PrincipalKind::Federated)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standard;

    #[test]
    fn as_the_session_says() {
        let account = standard::account();
        for (arn, user_id) in [
            ("arn:aws:iam::111122223333:user/me", "AIDAMEXXXXXXXXXXXXXXX"),
            ("arn:aws:iam::111122223333:user/division/alice", "AIDAALICEXXXXXXXXXXXX"),
            ("arn:aws:iam::012345678901:root", "012345678901"),
            (
                "arn:aws-us-gov:sts::111122223333:assumed-role/demo/ada@example.com",
                "AROADEMOXXXXXXXXXXXXX:ada@example.com",
            ),
            ("arn:aws:sts::999900001111:assumed-role/other/s", "AROAOTHERXXXXXXXXXXXX:s"),
            ("arn:aws:sts::111122223333:federated-user/bob", "111122223333:bob"),
        ] {
            let principal = principal(&account, arn, true).unwrap();
            assert_eq!((principal.arn.as_str(), principal.user_id.as_str(), principal.mfa), (arn, user_id, true));
            assert_eq!(principal.account, arn.split(':').nth(4).unwrap());
        }
        for arn in ["", "me", "arn:aws:iam::111122223333:role/demo", "arn:aws:sts::111122223333:assumed-role/demo"] {
            assert_eq!(principal(&account, arn, false), None, "{arn}");
        }
    }
}
