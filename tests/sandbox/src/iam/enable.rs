//! A device becomes a user's, is set right, and is nobody's again.

use super::{Asked, conflict, device, no_such_entity, target};
use crate::account::{Account, ROOT};
use crate::query::Answer;
use crate::query::limits::Limits;
use crate::signature::Refusal;
use crate::totp;

/// Devices that a user may have.
const DEVICES: usize = 8;

pub(super) fn enable(account: &mut Account, asked: &Asked) -> Answer {
    let (serial, codes) = params(asked)?;
    let has = target::user(account, asked)?.mfa.len();
    if device::in_use(account, serial) {
        return Err(conflict("EntityAlreadyExists", "MFA Device is already in use."));
    }
    let at = account.iam.devices.iter().position(|device| device.serial == serial);
    let at = at.ok_or_else(|| device::missing(serial))?;
    if has >= DEVICES {
        return Err(conflict("LimitExceeded", format!("Cannot exceed quota for MFADevicesPerUser: {DEVICES}")));
    }
    if !totp::accept_two(&mut account.iam.devices[at], codes, asked.now, totp::NEAR) {
        return Err(wrong_code());
    }
    let mut device = account.iam.devices.remove(at);
    device.enabled_at = asked.now;
    target::user_mut(account, asked)?.mfa.push(device);
    Ok(String::new())
}

pub(super) fn resync(account: &mut Account, asked: &Asked) -> Answer {
    let (serial, codes) = params(asked)?;
    let devices = &mut target::user_mut(account, asked)?.mfa;
    let device = devices.iter_mut().find(|device| device.serial == serial).ok_or_else(not_theirs)?;
    if device.is_passkey() || !totp::accept_two(device, codes, asked.now, totp::FAR) {
        return Err(wrong_code());
    }
    Ok(String::new())
}

pub(super) fn deactivate(account: &mut Account, asked: &Asked) -> Answer {
    let mut limits = asked.limits();
    let serial = device::serial(&mut limits);
    limits.check()?;
    let devices = &mut target::user_mut(account, asked)?.mfa;
    let at = devices.iter().position(|device| device.serial == serial).ok_or_else(not_theirs)?;
    let device = devices.remove(at);
    // A passkey ends with this; the others wait for another user, or for DeleteVirtualMFADevice.
    if !device.is_passkey() {
        account.iam.devices.push(device);
    }
    Ok(String::new())
}

/// SerialNumber and both codes.
fn params<'a>(asked: &Asked<'a>) -> Result<(&'a str, [&'a str; 2]), Refusal> {
    let mut limits = asked.limits();
    if asked.caller.user() != Some(ROOT) {
        limits.required("UserName", 1, 128);
    }
    let serial = device::serial(&mut limits);
    let codes = ["AuthenticationCode1", "AuthenticationCode2"].map(|name| code(&mut limits, name));
    limits.check()?;
    Ok((serial, codes))
}

fn code<'a>(limits: &mut Limits<'a>, name: &str) -> &'a str {
    let code = limits.required(name, 6, 6);
    limits.digits(name);
    code
}

fn wrong_code() -> Refusal {
    Refusal::new(403, "InvalidAuthenticationCode", "Authentication code for device is not valid.")
}

fn not_theirs() -> Refusal {
    no_such_entity("MFA Device invalid for user.")
}
