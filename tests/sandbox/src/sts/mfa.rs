//! SerialNumber and TokenCode: the caller's own device, and a code that works once.

use super::{Params, denied};
use crate::account::{Account, MfaDevice, Principal, PrincipalKind};
use crate::signature::Refusal;
use crate::totp;

/// Whether the call is made with MFA.
///
/// A right code is used up by this, whatever becomes of the call.
///
/// # Errors
/// Half of it is missing, the device is not the caller's, the code is wrong or was used.
pub(super) fn verify(account: &mut Account, caller: &Principal, params: &Params, now: i64) -> Result<bool, Refusal> {
    let (serial, code) = match (params.get("SerialNumber"), params.get("TokenCode")) {
        (None, None) => return Ok(false),
        (Some(serial), Some(code)) => (serial, code),
        _ => {
            return Err(denied(
                "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
            ));
        }
    };
    let device = match &caller.kind {
        PrincipalKind::User(name) => account.users.get_mut(name),
        // Neither roles nor sessions have devices.
        _ => None,
    };
    let mine = |device: &&mut MfaDevice| device.serial == *serial && !device.is_passkey();
    let device = device.and_then(|user| user.mfa.iter_mut().find(mine));
    let Some(device) = device else {
        return Err(denied(
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is \
             valid and associated with this user.",
        ));
    };
    if totp::accept(device, code, now) {
        Ok(true)
    } else {
        Err(denied("MultiFactorAuthentication failed with invalid MFA one time pass code. "))
    }
}
