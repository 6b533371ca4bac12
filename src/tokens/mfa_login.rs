//! When a session with MFA ends that `configure mfa-login` put into the credentials file: AWS's file does not
//! say, so keyfob remembers it beside. No secret is in it.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::expiry::Expiry;
use crate::python;

/// What is remembered of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MfaLogin {
    /// When it ends.
    pub expires_at: Timestamp,
    /// The device it was made with.
    pub serial_number: String,
    /// The profile whose keys it was made of.
    pub source_profile: String,
}

/// The file under `~/.aws/keyfob/mfa` of the session with these keys.
pub fn file_name(access_key_id: &str) -> String {
    format!("login-{}", python::file_name(access_key_id))
}

impl MfaLogin {
    /// Reads such a file. `None`: it is none, or a broken one.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let found: Value = serde_json::from_slice(bytes).ok()?;
        let text = |key: &str| found.get(key)?.as_str();
        Some(Self {
            expires_at: Expiry::parse(text("Expiration")?)?.timestamp(),
            serial_number: text("SerialNumber")?.to_owned(),
            source_profile: text("SourceProfile")?.to_owned(),
        })
    }

    /// The file's text.
    pub fn write(&self) -> String {
        python::json(&json!({
            "Expiration": Expiry::from(self.expires_at).zulu(),
            "SerialNumber": self.serial_number,
            "SourceProfile": self.source_profile,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let login = MfaLogin {
            expires_at: "2026-07-23T18:06:21Z".parse().unwrap(),
            serial_number: "arn:aws:iam::111122223333:mfa/me".into(),
            source_profile: "base".into(),
        };
        let text = login.write();
        assert_eq!(MfaLogin::read(text.as_bytes()), Some(login));
        for cut in 0..text.len() {
            assert_eq!(MfaLogin::read(&text.as_bytes()[..cut]), None);
        }
    }
}
