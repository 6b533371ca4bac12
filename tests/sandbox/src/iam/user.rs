//! Users, and questions about the whole account.

use super::page::Page;
use super::{Asked, target};
use crate::account::{Account, ROOT, User};
use crate::encoding;
use crate::query::{Answer, xml};

/// Keys that a user may have.
pub(super) const KEYS: usize = 2;

pub(super) fn get(account: &mut Account, asked: &Asked) -> Answer {
    asked.limits().check()?;
    let id = account.id.clone();
    Ok(element(target::user(account, asked)?, &id))
}

/// The User element. The root user has no name and no path.
pub(super) fn element(user: &User, account: &str) -> String {
    let path = if user.is_root() { String::new() } else { xml::text("Path", &user.path) };
    let inner = [
        path,
        name(user),
        xml::text("UserId", user.unique_id(account)),
        xml::text("Arn", &user.arn(account)),
        xml::text("CreateDate", &encoding::iso(user.created_at)),
    ];
    xml::element("User", &inner.concat())
}

/// The UserName element, which the root user has not.
pub(super) fn name(user: &User) -> String {
    if user.is_root() { String::new() } else { xml::text("UserName", &user.name) }
}

pub(super) fn aliases(account: &Account, asked: &Asked) -> Answer {
    let mut limits = asked.limits();
    let page = Page::of(account, asked, &mut limits)?;
    limits.check()?;
    // The members are texts here.
    page.show("AccountAliases", account.iam.aliases.iter().cloned())
}

pub(super) fn summary(account: &Account) -> String {
    let root = account.users.get(ROOT);
    let has = |what: fn(&User) -> bool| usize::from(root.is_some_and(what));
    let users = || account.users.values().filter(|user| !user.is_root());
    let devices = || account.users.values().flat_map(|user| &user.mfa).filter(|device| device.is_virtual());
    let unassigned = account.iam.devices.iter().filter(|device| device.is_virtual());
    let entries = [
        ("AccessKeysPerUserQuota", KEYS),
        ("AccountAccessKeysPresent", has(|root| !root.keys.is_empty())),
        ("AccountMFAEnabled", has(|root| !root.mfa.is_empty())),
        ("GlobalEndpointTokenVersion", usize::try_from(account.iam.global_token_version).unwrap_or(1)),
        ("MFADevices", devices().count() + unassigned.count()),
        ("MFADevicesInUse", devices().count()),
        ("Users", users().count()),
    ];
    let entries = entries.map(|(key, value)| {
        xml::element("entry", &[xml::text("key", key), xml::text("value", &value.to_string())].concat())
    });
    xml::element("SummaryMap", &entries.concat())
}
