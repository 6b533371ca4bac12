//! Whose user a call is about: UserName's, or the caller itself; and whether the caller may meddle with it.

use super::{Asked, no_such_entity};
use crate::account::{Account, PrincipalKind, ROOT, User};
use crate::permission::{self, Why};
use crate::query::invalid;
use crate::signature::Refusal;

/// The user a call is about.
///
/// # Errors
/// There is none, or it is another one and the caller is no admin.
pub(super) fn user_mut<'a>(account: &'a mut Account, asked: &Asked) -> Result<&'a mut User, Refusal> {
    let name = name(account, asked)?;
    account.users.get_mut(&name).ok_or_else(|| missing(&name))
}

/// The same, and nothing changes.
pub(super) fn user<'a>(account: &'a mut Account, asked: &Asked) -> Result<&'a User, Refusal> {
    user_mut(account, asked).map(|user| &*user)
}

fn name(account: &mut Account, asked: &Asked) -> Result<String, Refusal> {
    let caller = asked.caller;
    let strict = account.iam.sessions_need_user_name && matches!(caller.kind, PrincipalKind::UserSession(_));
    let own = caller.user();
    let name = match (asked.params.get("UserName"), own.filter(|_| !strict)) {
        (Some(name), _) => name.as_str(),
        (None, Some(own)) => own,
        (None, None) => return Err(invalid("Must specify userName when calling with non-User credentials")),
    };
    if own != Some(name) && !is_admin(account, asked) {
        return Err(refused(account, asked));
    }
    if caller.account != account.id || (name == ROOT && own != Some(ROOT)) {
        return Err(missing(name));
    }
    Ok(name.to_owned())
}

/// Whether the caller may meddle with every user, as roles may.
pub(super) fn is_admin(account: &Account, asked: &Asked) -> bool {
    asked.caller.user().is_none_or(|own| account.users.get(own).is_some_and(|user| user.admin))
}

/// The caller may not do this to that resource.
pub(super) fn refused(account: &mut Account, asked: &Asked) -> Refusal {
    let resource = resource(account, asked);
    permission::refusal(account, asked.caller, &format!("iam:{}", asked.action), Some(&resource), Why::NotAllowed)
}

/// What a call is about, as refusals name it.
pub(super) fn resource(account: &Account, asked: &Asked) -> String {
    let param = |name: &str| asked.params.get(name).map(String::as_str);
    match asked.action {
        "GetAccountSummary" | "ListAccountAliases" => "*".to_owned(),
        "GetAccessKeyLastUsed" => format!("access key {}", param("AccessKeyId").unwrap_or("null")),
        "ListVirtualMFADevices" => format!("arn:aws:iam::{}:mfa/", account.id),
        "CreateVirtualMFADevice" => {
            let (path, name) = (param("Path").unwrap_or("/"), param("VirtualMFADeviceName").unwrap_or_default());
            format!("arn:aws:iam::{}:mfa{path}{name}", account.id)
        }
        "DeleteVirtualMFADevice" => param("SerialNumber").unwrap_or("null").to_owned(),
        // Of a user that was not named AWS says just this.
        _ => format!("user {}", param("UserName").unwrap_or("null")),
    }
}

fn missing(name: &str) -> Refusal {
    no_such_entity(format!("The user with name {name} cannot be found."))
}
