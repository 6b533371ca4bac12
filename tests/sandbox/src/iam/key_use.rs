//! GetAccessKeyLastUsed: when a key last signed a call, to which service, in which region.

use super::{Asked, key, target, user};
use crate::account::Account;
use crate::encoding;
use crate::query::{Answer, xml};

pub(super) fn last(account: &mut Account, asked: &Asked) -> Answer {
    let mut limits = asked.limits();
    let id = key::id(&mut limits);
    limits.check()?;
    let own = asked.caller.user();
    let admin = target::is_admin(account, asked);
    let Some((user, key)) = account.user_key(id).filter(|(user, _)| admin || own == Some(&user.name)) else {
        // Whether it exists is not said to everyone.
        return Err(if admin { key::missing(id) } else { target::refused(account, asked) });
    };
    let last = match &key.last_use {
        Some(last) => [
            xml::text("LastUsedDate", &encoding::iso(last.at)),
            xml::text("ServiceName", &last.service),
            xml::text("Region", &last.region),
        ]
        .concat(),
        None => [xml::text("ServiceName", "N/A"), xml::text("Region", "N/A")].concat(),
    };
    Ok([user::name(user), xml::element("AccessKeyLastUsed", &last)].concat())
}
