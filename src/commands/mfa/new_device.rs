//! A virtual device that is made here: a leftover of the same name out of the way, the QR code on the terminal, and the
//! device put away again when it does not become the user's.

use super::caller::Asker;
use crate::aws::CallError;
use crate::aws::iam::mfa::NewMfaDevice;
use crate::aws::iam::owner::Owner;
use crate::commands::question::confirm;
use crate::commands::{CommandError, Context, ErrorKind, qr};
use crate::mfa::device::DeviceName;
use crate::mfa::otpauth;
use crate::secret::Secret;
use crate::world::interrupt::Deferred;

/// Makes the device, and from then on Ctrl-C waits.
///
/// # Errors
/// IAM refuses, or the name is taken by a device that is somebody's.
pub(super) fn make(
    asker: &Asker<'_>,
    owner: &Owner,
    name: &DeviceName,
    yes: bool,
) -> Result<(NewMfaDevice, Deferred), CommandError> {
    let defer = || asker.context.world.terminal.defer();
    let create = || asker.ask(|iam| iam.create_virtual_mfa_device(&name.path, &name.name));
    let deferred = defer();
    match create() {
        Ok(made) => return Ok((made, deferred)),
        Err(error) if is(&error, "EntityAlreadyExists") => drop(deferred),
        Err(error) => return Err(asker.refused(&error)),
    }
    let serial = name.serial(&owner.partition, &owner.account);
    may_replace(asker, &serial, yes)?;
    let deferred = defer();
    asker.call(|iam| iam.delete_virtual_mfa_device(&serial))?;
    let made = create().map_err(|error| asker.refused(&error))?;
    Ok((made, deferred))
}

/// Whether a refusal is for this reason.
pub(super) fn is(error: &CallError, code: &str) -> bool {
    error.refusal().is_some_and(|refusal| refusal.code == code)
}

/// Only a device that nobody has is replaced, and only when a person says so.
fn may_replace(asker: &Asker<'_>, serial: &str, yes: bool) -> Result<(), CommandError> {
    let unassigned = asker.call(|iam| iam.list_unassigned_devices())?;
    let other = "choose another name with --device-name";
    if !unassigned.iter().any(|left| left == serial) {
        let message = format!("{serial} exists, and is somebody's MFA device: it is left alone");
        return Err(CommandError::new(ErrorKind::Configuration, message).hint(other));
    }
    let question = format!("{serial} was made before and is nobody's. Delete it and make it anew?");
    match yes || confirm(asker.context, &question, "leave to delete the leftover device", "--yes")? {
        true => Ok(()),
        false => Err(CommandError::new(ErrorKind::Configuration, format!("{serial} exists and was kept")).hint(other)),
    }
}

/// Puts a device away that became nobody's.
pub(super) fn put_away(asker: &Asker<'_>, serial: &str) {
    let ui = &asker.context.ui;
    match asker.ask(|iam| iam.delete_virtual_mfa_device(serial)) {
        Ok(()) => ui.note("Nothing was enrolled: the new device was removed again"),
        Err(error) if is(&error, "NoSuchEntity") => {}
        Err(error) => ui.warn(&format!(
            "{serial} is left behind, and is nobody's: {error}. keyfob mfa remove --serial-number {serial} removes it, and \
             keyfob mfa enroll offers to replace it"
        )),
    }
}

/// Fails where neither a QR code nor the secret key would be seen.
pub(super) fn can_be_shown(context: &Context, show_secret: bool) -> Result<(), CommandError> {
    if show_secret || context.world.terminal.columns().is_some() {
        return Ok(());
    }
    let message = "the QR code can be shown on a terminal only, and standard error is none";
    Err(CommandError::new(ErrorKind::Configuration, message).hint("show the secret key with --show-secret"))
}

/// What is shown before the first question.
pub(super) fn screen(context: &Context, owner: &Owner, made: &NewMfaDevice, show_secret: bool) -> Secret {
    let device = made.serial_number.rsplit('/').next().unwrap_or_default();
    let address = otpauth::address(device, &owner.account, &made.seed);
    let paint = if context.ui.is_coloured() { qr::Paint::Colors } else { qr::Paint::Blocks };
    let columns = context.world.terminal.columns();
    let mut text = match columns.map(|columns| qr::render(address.expose(), columns, paint)) {
        Some(Some(code)) => format!("Scan this with an authenticator app:\n\n{code}\n"),
        Some(None) => "The terminal is too narrow for the QR code.\n".to_owned(),
        None => String::new(),
    };
    if show_secret {
        text += &format!("Secret key: {}\n", made.seed.expose());
    } else {
        text += "Type s to see the secret key instead, or Ctrl-C to leave all as it was.\n";
    }
    Secret::new(text + "Then type two codes that the app shows, one after the other.\n")
}
