//! Questions that change nothing: who am I, whose key is this, what does this message say.

use super::{Answer, Limits, Params, invalid, xml};
use crate::account::{Account, Principal};
use crate::issue;
use crate::signature::Refusal;

pub(super) fn identity(caller: &Principal) -> String {
    [xml::text("Arn", &caller.arn), xml::text("UserId", &caller.user_id), xml::text("Account", &caller.account)]
        .concat()
}

pub(super) fn access_key_info(account: &Account, params: &Params) -> Answer {
    let mut limits = Limits::of(params);
    let id = limits.required("AccessKeyId", 16, 128);
    limits.letters("AccessKeyId", "", r"[\w]*");
    limits.check()?;
    let known = account.user_key(id).map(|_| account.id.clone());
    let issued = account.sessions.get(id).map(|session| session.principal.account.clone());
    let owner = known.or(issued).or_else(|| issue::account_of(id));
    let owner = owner.ok_or_else(|| invalid(format!("Access key {id} does not exist")))?;
    Ok(xml::text("Account", &owner))
}

pub(super) fn decode_message(account: &Account, params: &Params) -> Answer {
    let mut limits = Limits::of(params);
    let message = limits.required("EncodedMessage", 1, 10_240);
    limits.check()?;
    match account.messages.get(message) {
        Some(decoded) => Ok(xml::text("DecodedMessage", decoded)),
        None => Err(Refusal::new(400, "InvalidAuthorizationMessageException", "Message is not valid")),
    }
}
