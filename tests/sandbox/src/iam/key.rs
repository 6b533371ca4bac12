//! Access keys: two for each user, the secret shown once.

use super::page::Page;
use super::user::{KEYS, name};
use super::{Asked, conflict, no_such_entity, target};
use crate::account::{AccessKey, Account, User};
use crate::encoding;
use crate::issue;
use crate::query::limits::Limits;
use crate::query::{Answer, xml};
use crate::signature::Refusal;

pub(super) fn create(account: &mut Account, asked: &Asked) -> Answer {
    asked.limits().check()?;
    let id = issue::key_id("AKIA", &account.id);
    let user = target::user_mut(account, asked)?;
    if user.keys.len() >= KEYS {
        return Err(conflict("LimitExceeded", format!("Cannot exceed quota for AccessKeysPerUser: {KEYS}")));
    }
    let key = AccessKey { created_at: asked.now, ..AccessKey::new(&id, &issue::random(40)) };
    let secret = xml::text("SecretAccessKey", &key.secret);
    let shown = xml::element("AccessKey", &[element(user, &key), secret].concat());
    user.keys.push(key);
    Ok(shown)
}

pub(super) fn list(account: &mut Account, asked: &Asked) -> Answer {
    let mut limits = asked.limits();
    let page = Page::of(account, asked, &mut limits)?;
    limits.check()?;
    let user = target::user(account, asked)?;
    page.show("AccessKeyMetadata", user.keys.iter().map(|key| element(user, key)))
}

pub(super) fn update(account: &mut Account, asked: &Asked) -> Answer {
    let mut limits = asked.limits();
    let id = id(&mut limits);
    let status = limits.required("Status", 1, 128);
    limits.one_of("Status", &["Active", "Inactive"]);
    limits.check()?;
    let key = find(target::user_mut(account, asked)?, id)?;
    if status == "Active" {
        (key.active, key.deactivated_at) = (true, None);
    } else if key.active {
        (key.active, key.deactivated_at) = (false, Some(asked.now));
    }
    Ok(String::new())
}

pub(super) fn delete(account: &mut Account, asked: &Asked) -> Answer {
    let mut limits = asked.limits();
    let id = id(&mut limits);
    limits.check()?;
    let user = target::user_mut(account, asked)?;
    find(user, id)?;
    user.keys.retain(|key| key.id != id);
    Ok(String::new())
}

/// The parameter AccessKeyId.
pub(super) fn id<'a>(limits: &mut Limits<'a>) -> &'a str {
    let id = limits.required("AccessKeyId", 16, 128);
    limits.letters("AccessKeyId", "", r"[\w]+");
    id
}

/// There is no such key.
pub(super) fn missing(id: &str) -> Refusal {
    no_such_entity(format!("The Access Key with id {id} cannot be found."))
}

fn find<'a>(user: &'a mut User, id: &str) -> Result<&'a mut AccessKey, Refusal> {
    user.keys.iter_mut().find(|key| key.id == id).ok_or_else(|| missing(id))
}

fn element(user: &User, key: &AccessKey) -> String {
    let status = if key.active { "Active" } else { "Inactive" };
    let created = encoding::iso(key.created_at);
    [name(user), xml::text("AccessKeyId", &key.id), xml::text("Status", status), xml::text("CreateDate", &created)]
        .concat()
}
