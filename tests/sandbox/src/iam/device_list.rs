//! Which MFA devices there are: a user's, the account's virtual ones, or one of a user.

use super::page::Page;
use super::{Asked, device, no_such_entity, target, user};
use crate::account::{Account, MfaDevice, User};
use crate::encoding;
use crate::query::{Answer, xml};

pub(super) fn of_user(account: &mut Account, asked: &Asked) -> Answer {
    let mut limits = asked.limits();
    let page = Page::of(account, asked, &mut limits)?;
    limits.check()?;
    let user = target::user(account, asked)?;
    page.show("MFADevices", user.mfa.iter().map(|device| element(user, device)))
}

pub(super) fn of_account(account: &mut Account, asked: &Asked) -> Answer {
    let mut limits = asked.limits();
    let page = Page::of(account, asked, &mut limits)?;
    let status = limits.optional("AssignmentStatus", 1, 128).unwrap_or("Any");
    limits.one_of("AssignmentStatus", &["Assigned", "Unassigned", "Any"]);
    limits.check()?;
    let assigned = account.users.values().flat_map(|user| user.mfa.iter().map(move |device| (device, Some(user))));
    let unassigned = account.iam.devices.iter().map(|device| (device, None));
    let mut devices: Vec<(&MfaDevice, Option<&User>)> = assigned
        .chain(unassigned)
        .filter(|(device, _)| device.is_virtual())
        .filter(|(_, user)| status == "Any" || (status == "Assigned") == user.is_some())
        .collect();
    devices.sort_by_key(|(device, _)| &device.serial);
    let members = devices.into_iter().map(|(device, user)| {
        let serial = xml::text("SerialNumber", &device.serial);
        let user = user.map(|user| [user::element(user, &account.id), enabled(device)].concat());
        serial + &user.unwrap_or_default()
    });
    page.show("VirtualMFADevices", members)
}

pub(super) fn get(account: &mut Account, asked: &Asked) -> Answer {
    let mut limits = asked.limits();
    let serial = device::serial(&mut limits);
    limits.check()?;
    let user = target::user(account, asked)?;
    let found = user.mfa.iter().find(|device| device.serial == serial);
    let found = found.ok_or_else(|| no_such_entity(format!("MFA Device {serial} not found.")))?;
    let level = [xml::text("key", "FIDO"), xml::text("value", "L1")].concat();
    let levels = if found.is_passkey() { xml::element("entry", &level) } else { String::new() };
    Ok([element(user, found), xml::element("Certifications", &levels)].concat())
}

fn element(user: &User, device: &MfaDevice) -> String {
    [user::name(user), xml::text("SerialNumber", &device.serial), enabled(device)].concat()
}

fn enabled(device: &MfaDevice) -> String {
    xml::text("EnableDate", &encoding::iso(device.enabled_at))
}
