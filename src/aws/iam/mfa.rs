//! IAM's calls about MFA devices: which there are, made and removed, enabled with two codes.

use aws_sdk_iam::primitives::DateTime;
use aws_sdk_iam::types::AssignmentStatusType;
use jiff::Timestamp;

use super::Iam;
use crate::aws::CallError;
use crate::secret::Secret;

/// A device that a user has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MfaDevice {
    /// An ARN, or what is printed on a hardware token.
    pub serial_number: String,
    /// Since when. `None`: the device is nobody's.
    pub enabled: Option<Timestamp>,
}

/// A virtual device that nobody has yet.
#[derive(Debug, Clone)]
pub struct NewMfaDevice {
    /// Its ARN.
    pub serial_number: String,
    /// What its codes are made of, in base32. AWS shows it this once.
    pub seed: Secret,
}

/// Two codes that follow one another.
pub type TwoCodes = [Secret; 2];

impl Iam<'_> {
    /// ListMFADevices: those of `user`; `None`: of the caller.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn list_mfa_devices(&self, user: Option<&str>) -> Result<Vec<MfaDevice>, CallError> {
        self.call("ListMFADevices", |client| async move {
            let (mut devices, mut marker) = (Vec::new(), None);
            loop {
                let ask = client.list_mfa_devices().set_user_name(user.map(str::to_owned)).set_marker(marker.clone());
                let answer = ask.send().await?;
                devices.extend(answer.mfa_devices().iter().map(|device| MfaDevice {
                    serial_number: device.serial_number().to_owned(),
                    enabled: time(device.enable_date()),
                }));
                match next(answer.is_truncated(), answer.marker(), &marker) {
                    Ok(None) => return Ok(Ok(devices)),
                    Ok(more) => marker = more,
                    Err(why) => return Ok(Err(why)),
                }
            }
        })
    }

    /// ListVirtualMFADevices: the serial numbers of those that nobody has.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn list_unassigned_devices(&self) -> Result<Vec<String>, CallError> {
        self.call("ListVirtualMFADevices", |client| async move {
            let (mut serials, mut marker) = (Vec::new(), None);
            loop {
                let ask = client.list_virtual_mfa_devices().assignment_status(AssignmentStatusType::Unassigned);
                let answer = ask.set_marker(marker.clone()).send().await?;
                serials.extend(answer.virtual_mfa_devices().iter().map(|device| device.serial_number().to_owned()));
                match next(answer.is_truncated(), answer.marker(), &marker) {
                    Ok(None) => return Ok(Ok(serials)),
                    Ok(more) => marker = more,
                    Err(why) => return Ok(Err(why)),
                }
            }
        })
    }

    /// CreateVirtualMFADevice.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn create_virtual_mfa_device(&self, path: &str, name: &str) -> Result<NewMfaDevice, CallError> {
        self.call("CreateVirtualMFADevice", |client| async move {
            let answer = client.create_virtual_mfa_device().path(path).virtual_mfa_device_name(name).send().await?;
            let Some(device) = answer.virtual_mfa_device() else { return Ok(Err("it holds no device".to_owned())) };
            let seed = device.base32_string_seed().map(|seed| String::from_utf8(seed.as_ref().to_vec()));
            let Some(Ok(seed)) = seed else { return Ok(Err("it holds no seed".to_owned())) };
            let serial_number = device.serial_number().to_owned();
            Ok(Ok(NewMfaDevice { serial_number, seed: Secret::new(seed) }))
        })
    }

    /// EnableMFADevice: makes a device the user's. `user` is `None` for the root user.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn enable_mfa_device(&self, user: Option<&str>, serial: &str, codes: &TwoCodes) -> Result<(), CallError> {
        self.call("EnableMFADevice", |client| async move {
            let ask = client.enable_mfa_device().set_user_name(user.map(str::to_owned)).serial_number(serial);
            let ask = ask.authentication_code1(codes[0].expose()).authentication_code2(codes[1].expose());
            ask.send().await.map(|_| Ok(()))
        })
    }

    /// ResyncMFADevice: sets the clock of a device that the user has.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn resync_mfa_device(&self, user: Option<&str>, serial: &str, codes: &TwoCodes) -> Result<(), CallError> {
        self.call("ResyncMFADevice", |client| async move {
            let ask = client.resync_mfa_device().set_user_name(user.map(str::to_owned)).serial_number(serial);
            let ask = ask.authentication_code1(codes[0].expose()).authentication_code2(codes[1].expose());
            ask.send().await.map(|_| Ok(()))
        })
    }

    /// DeactivateMFADevice: the device is nobody's any more.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn deactivate_mfa_device(&self, user: Option<&str>, serial: &str) -> Result<(), CallError> {
        self.call("DeactivateMFADevice", |client| async move {
            let ask = client.deactivate_mfa_device().set_user_name(user.map(str::to_owned)).serial_number(serial);
            ask.send().await.map(|_| Ok(()))
        })
    }

    /// DeleteVirtualMFADevice: of a device that is nobody's.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn delete_virtual_mfa_device(&self, serial: &str) -> Result<(), CallError> {
        self.call("DeleteVirtualMFADevice", |client| async move {
            client.delete_virtual_mfa_device().serial_number(serial).send().await.map(|_| Ok(()))
        })
    }
}

/// Where the next page begins; `None`: this was the last.
pub(super) fn next(truncated: bool, marker: Option<&str>, before: &Option<String>) -> Result<Option<String>, String> {
    match marker.filter(|_| truncated) {
        Some(marker) if before.as_deref() == Some(marker) => Err("its pages do not end".to_owned()),
        marker => Ok(marker.map(str::to_owned)),
    }
}

/// The SDK makes 1970 of a time that is not there.
pub(super) fn time(sent: &DateTime) -> Option<Timestamp> {
    Timestamp::new(sent.secs(), sent.subsec_nanos().cast_signed()).ok().filter(|time| time.as_second() > 0)
}
