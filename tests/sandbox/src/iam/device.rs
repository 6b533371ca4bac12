//! Virtual MFA devices from nothing to a leftover and back: CreateVirtualMFADevice, DeleteVirtualMFADevice.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::{Asked, conflict, no_such_entity, picture};
use crate::account::{Account, MfaDevice};
use crate::encoding;
use crate::query::limits::Limits;
use crate::query::{Answer, invalid, xml};
use crate::signature::Refusal;

/// Bytes of a seed; 64 characters of base32.
const SEED: usize = 40;

pub(super) fn create(account: &mut Account, asked: &Asked) -> Answer {
    let mut limits = asked.limits();
    let name = limits.required("VirtualMFADeviceName", 1, 226);
    limits.letters("VirtualMFADeviceName", "+=,.@-", r"[\w+=,.@-]+");
    let path = limits.optional("Path", 1, 512).unwrap_or("/");
    limits.check()?;
    if !(path.starts_with('/') && path.ends_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic())) {
        return Err(invalid(
            "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric \
             characters and/or / characters.",
        ));
    }
    let serial = format!("arn:aws:iam::{}:mfa{path}{name}", account.id);
    if all(account).any(|device| device.serial == serial) {
        return Err(conflict("EntityAlreadyExists", "MFADevice entity at the same path and name already exists."));
    }
    let seed: Vec<u8> = (0..SEED).map(|_| fastrand::u8(..)).collect();
    let device = MfaDevice { enabled_at: 0, ..MfaDevice::new(&serial, &encoding::to_base32(&seed)) };
    let shown = [
        xml::text("SerialNumber", &serial),
        // A blob: the text of the seed, in base64 as every blob.
        xml::text("Base32StringSeed", &BASE64.encode(&device.seed)),
        xml::text("QRCodePNG", picture::PNG),
    ];
    account.iam.devices.push(device);
    Ok(xml::element("VirtualMFADevice", &shown.concat()))
}

pub(super) fn delete(account: &mut Account, asked: &Asked) -> Answer {
    let mut limits = asked.limits();
    let serial = serial(&mut limits);
    limits.check()?;
    if in_use(account, serial) {
        return Err(conflict("DeleteConflict", "MFA VirtualDevice in use. Must deactivate first."));
    }
    let before = account.iam.devices.len();
    account.iam.devices.retain(|device| device.serial != serial || !device.is_virtual());
    if account.iam.devices.len() == before { Err(missing(serial)) } else { Ok(String::new()) }
}

/// The parameter SerialNumber.
pub(super) fn serial<'a>(limits: &mut Limits<'a>) -> &'a str {
    let serial = limits.required("SerialNumber", 9, 256);
    limits.letters("SerialNumber", "+=/:,.@-", r"[\w+=/:,.@-]+");
    serial
}

/// Whether a user has the device.
pub(super) fn in_use(account: &Account, serial: &str) -> bool {
    account.users.values().flat_map(|user| &user.mfa).any(|device| device.serial == serial)
}

/// There is no such device.
pub(super) fn missing(serial: &str) -> Refusal {
    no_such_entity(format!("VirtualMFADevice with serial number {serial} doesn't exist."))
}

fn all(account: &Account) -> impl Iterator<Item = &MfaDevice> {
    account.users.values().flat_map(|user| &user.mfa).chain(&account.iam.devices)
}
