//! What a device is, as its serial number tells, and what a new virtual one is called.

use crate::aws::iam::owner::Owner;

use crate::aws::Arn;

/// What sort of device it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An authenticator app.
    Virtual,
    /// A hardware token with a display.
    Hardware,
    /// A passkey or security key, which has no codes.
    Passkey,
}

impl Kind {
    /// `arn:aws:iam::111122223333:mfa/me`, `GAHT12345678`, `arn:aws:iam::111122223333:u2f/user/me/key`
    pub fn of(serial: &str) -> Self {
        match Arn::parse(serial) {
            None => Self::Hardware,
            Some(arn) if arn.resource.starts_with("mfa/") => Self::Virtual,
            Some(_) => Self::Passkey,
        }
    }

    /// In one word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Virtual => "virtual",
            Self::Hardware => "hardware",
            Self::Passkey => "passkey",
        }
    }

    /// Whether it shows codes. Passkeys work in the web console alone.
    pub fn gives_codes(self) -> bool {
        self != Self::Passkey
    }
}

/// Devices that a user may have.
pub const MOST: usize = 8;

/// AWS's name for the root user's first virtual device.
pub const ROOT: &str = "root-account-mfa-device";

/// What a virtual device is called: `/`, `alice`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceName {
    /// `/`, or `/team/`
    pub path: String,
    /// `alice`
    pub name: String,
}

impl DeviceName {
    /// What the device of `owner` is called unless it is told: as the user, which policies for users who see to their
    /// own device ask for.
    pub fn of(owner: &Owner) -> Self {
        Self { path: "/".to_owned(), name: owner.user.as_deref().unwrap_or(ROOT).to_owned() }
    }

    /// `alice`, or with a path before it `team/alice`. `None`: IAM takes no such name.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('/').unwrap_or(text);
        let (path, name) = text.rsplit_once('/').map_or(("", text), |(path, name)| (path, name));
        let fits = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        let named = (1..=226).contains(&name.len()) && name.chars().all(fits);
        let path_fits = path.len() <= 500 && path.bytes().all(|byte| byte.is_ascii_graphic());
        let path = if path.is_empty() { "/".to_owned() } else { format!("/{path}/") };
        (named && path_fits && !path.contains("//")).then(|| Self { path, name: name.to_owned() })
    }

    /// The serial number that the device gets.
    pub fn serial(&self, partition: &str, account: &str) -> String {
        format!("arn:{partition}:iam::{account}:mfa{}{}", self.path, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_serial_number_tells_the_kind() {
        for (serial, kind, codes) in [
            ("arn:aws:iam::111122223333:mfa/me", Kind::Virtual, true),
            ("arn:aws-cn:iam::111122223333:mfa/team/me", Kind::Virtual, true),
            ("arn:aws:iam::111122223333:u2f/user/me/default-ABC", Kind::Passkey, false),
            ("arn:aws:iam::111122223333:sms-mfa/me", Kind::Passkey, false),
            ("GAHT12345678", Kind::Hardware, true),
            ("", Kind::Hardware, true),
        ] {
            assert_eq!((Kind::of(serial), Kind::of(serial).gives_codes()), (kind, codes), "{serial}");
        }
    }

    #[test]
    fn a_device_is_called_as_its_user() {
        for (caller, serial) in [
            ("arn:aws-cn:iam::1:user/a/b/bob", "arn:aws-cn:iam::1:mfa/bob"),
            ("arn:aws:iam::1:root", "arn:aws:iam::1:mfa/root-account-mfa-device"),
        ] {
            let owner = Owner::of(caller, None).unwrap();
            assert_eq!(DeviceName::of(&owner).serial(&owner.partition, &owner.account), serial);
        }
    }

    #[test]
    fn names_with_and_without_a_path() {
        for (text, serial) in [
            ("alice", Some("mfa/alice")),
            ("a+b=c,d.e@f-g_h", Some("mfa/a+b=c,d.e@f-g_h")),
            ("team/alice", Some("mfa/team/alice")),
            ("/team/a/alice", Some("mfa/team/a/alice")),
            ("", None),
            ("team/", None),
            ("a//b", None),
            ("a b", None),
            ("ä", None),
            ("a b/c", None),
        ] {
            let name = DeviceName::parse(text).map(|name| name.serial("aws", "111122223333"));
            assert_eq!(name, serial.map(|serial| format!("arn:aws:iam::111122223333:{serial}")), "{text}");
        }
        assert_eq!(DeviceName::parse(&"a".repeat(227)), None);
    }
}
