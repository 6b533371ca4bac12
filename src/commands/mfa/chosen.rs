//! Which of a user's devices is meant.

use super::caller::Asker;
use crate::aws::iam::owner::Owner;
use crate::commands::{CommandError, ErrorKind, menu};
use crate::mfa::device::Kind;

/// What a device may be chosen for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// Anything.
    Any,
    /// Only what shows codes.
    Codes,
}

/// The device that `named` names; or the only one there is; or the one that a person chooses.
///
/// # Errors
/// There is none, or nobody chooses.
pub(super) fn device(asker: &Asker<'_>, owner: &Owner, named: Option<&str>, fit: Fit) -> Result<String, CommandError> {
    let none = |message: String| {
        CommandError::new(ErrorKind::Configuration, message).hint("keyfob mfa list shows the devices of a user")
    };
    if let Some(named) = named {
        return match fit == Fit::Codes && !Kind::of(named).gives_codes() {
            true => Err(none(format!("{named} is a passkey, which has no codes"))),
            false => Ok(named.to_owned()),
        };
    }
    let devices = asker.call(|iam| iam.list_mfa_devices(owner.user.as_deref()))?;
    let mut serials: Vec<_> = devices.into_iter().map(|device| device.serial_number).collect();
    if fit == Fit::Codes {
        serials.retain(|serial| Kind::of(serial).gives_codes());
    }
    let at = match serials.len() {
        0 if fit == Fit::Codes => return Err(none(format!("{} has no device that shows codes", owner.shown()))),
        0 => return Err(none(format!("{} has no MFA device", owner.shown()))),
        1 => 0,
        _ => {
            let shown = |serial: &String| (format!("{serial} ({})", Kind::of(serial).name()), vec![serial.clone()]);
            let choices: Vec<_> = serials.iter().map(shown).collect();
            menu::choose(asker.context, "MFA device", "--serial-number", &choices)?
        }
    };
    Ok(serials.swap_remove(at))
}
