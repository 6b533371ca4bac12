//! The registration of a client with the OIDC service, in the AWS CLI's file.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::expiry::Expiry;
use crate::aws::oidc::ClientKeys;
use crate::config::sso::SsoSettings;
use crate::python;
use crate::secret::Secret;

/// A registration with less than this left is made anew (botocore).
const WINDOW: i64 = 15 * 60;

/// How a person signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Authorization code with PKCE: the browser comes back to this machine.
    AuthorizationCode,
    /// Device code: a code is typed in any browser.
    DeviceCode,
}

/// The grants that a client for the authorization code asks for.
pub const GRANT_TYPES: [&str; 2] = ["authorization_code", "refresh_token"];

/// The scope of such a client where none is configured.
pub const DEFAULT_SCOPE: &str = "sso:account:access";

/// A registered client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Its id and secret, and when they end.
    pub client: ClientKeys,
    /// The scopes it was registered with.
    pub scopes: Option<Vec<String>>,
    /// What it was registered for.
    pub flow: Flow,
}

/// The file under `~/.aws/sso/cache` of the registration for `settings` (AWS CLI).
pub fn file_name(settings: &SsoSettings) -> String {
    python::file_name(&python::json(&json!({
        "region": settings.region,
        "scopes": settings.scopes,
        "session_name": settings.key.session(),
        "startUrl": settings.start_url,
        "tool": "botocore",
    })))
}

impl Registration {
    /// Reads a registration's file. `None`: it is none, or a broken one.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let found: Value = serde_json::from_slice(bytes).ok()?;
        let text = |key: &str| found.get(key)?.as_str().filter(|text| !text.is_empty());
        let list = |key: &str| -> Option<Vec<String>> {
            found.get(key)?.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
        };
        let grants = list("grantTypes").unwrap_or_default();
        let flow = match grants.iter().any(|grant| grant == GRANT_TYPES[0]) {
            true => Flow::AuthorizationCode,
            false => Flow::DeviceCode,
        };
        let client = ClientKeys {
            id: text("clientId")?.to_owned(),
            secret: Secret::new(text("clientSecret")?),
            expires_at: Expiry::parse(text("expiresAt")?)?.timestamp(),
        };
        Some(Self { client, scopes: list("scopes"), flow })
    }

    /// The file's text, as the AWS CLI writes it.
    pub fn write(&self) -> Secret {
        let grants = (self.flow == Flow::AuthorizationCode).then(|| Value::from(GRANT_TYPES.to_vec()));
        Secret::new(python::json(&python::object(&[
            ("clientId", Some(self.client.id.as_str().into())),
            ("clientSecret", Some(self.client.secret.expose().into())),
            ("expiresAt", Some(Expiry::from(self.client.expires_at).zulu().into())),
            ("scopes", self.scopes.clone().map(Value::from)),
            ("grantTypes", grants),
        ])))
    }

    /// Whether it serves `flow` at `now`.
    pub fn serves(&self, flow: Flow, now: Timestamp) -> bool {
        self.flow == flow && self.client.expires_at.as_second() - now.as_second() >= WINDOW
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::sso::SessionKey;

    #[test]
    fn names_are_the_aws_clis() {
        let url = "https://d-0000000000.awsapps.com/start";
        let corp = || SessionKey::Session("corp".into());
        let scopes = Some(vec![DEFAULT_SCOPE.to_owned()]);
        for (key, scopes, name) in [
            (corp(), None, "db0d382653a29004ae633bcd0cd7a1f363d019ab.json"),
            (corp(), scopes, "27b8c774b4f7d83a18e7906793cd41423c076166.json"),
            (SessionKey::StartUrl(url.into()), None, "e7cb2e2facea3a0dd6df3b5d8ab7668ebf7b9563.json"),
        ] {
            let settings = SsoSettings { key, start_url: url.into(), region: "eu-west-1".into(), scopes };
            assert_eq!(file_name(&settings), name);
        }
    }

    #[test]
    fn a_file_is_written_as_it_was_read() {
        for (text, flow) in [
            (
                r#"{"clientId": "c", "clientSecret": "s", "expiresAt": "2026-10-21T18:06:20Z", "scopes": ["a"], "grantTypes": ["authorization_code", "refresh_token"]}"#,
                Flow::AuthorizationCode,
            ),
            (r#"{"clientId": "c", "clientSecret": "s", "expiresAt": "2026-10-21T18:06:20Z"}"#, Flow::DeviceCode),
        ] {
            let registration = Registration::read(text.as_bytes()).unwrap();
            assert_eq!(registration.write().expose(), text);
            assert!(registration.serves(flow, "2026-10-21T17:51:20Z".parse().unwrap()));
            assert!(!registration.serves(flow, "2026-10-21T17:51:21Z".parse().unwrap()));
            for cut in 0..text.len() {
                assert_eq!(Registration::read(&text.as_bytes()[..cut]), None);
            }
        }
    }
}
