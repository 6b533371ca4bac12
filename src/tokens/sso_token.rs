//! The token of a sign-in to IAM Identity Center, in the file that the AWS CLI and the SDKs share.

use jiff::Timestamp;
use serde_json::Value;

use super::expiry::{Expiry, after};
use super::others::Others;
use super::renewal::{Renewable, Worth, worth};
use crate::aws::oidc::{ClientKeys, Token};
use crate::config::sso::SessionKey;
use crate::python;
use crate::secret::Secret;

/// A token, with all that renewing it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SsoToken {
    /// The start URL as configured.
    pub start_url: Option<String>,
    /// The region of the directory, where the session is ended.
    pub region: Option<String>,
    /// What is shown to the access portal.
    pub access_token: Secret,
    /// When that ends.
    pub expires_at: Timestamp,
    /// Who it was issued to.
    pub client: Option<ClientKeys>,
    /// What it is renewed with. It is spent by being used.
    pub refresh_token: Option<Secret>,
    /// Keys of other tools.
    others: Others,
}

/// The file under `~/.aws/sso/cache` of the token that `key` names (AWS CLI, every SDK).
pub fn file_name(key: &SessionKey) -> String {
    python::file_name(key.text())
}

impl SsoToken {
    /// A token issued at `now`.
    pub fn new(start_url: &str, region: &str, client: ClientKeys, issued: Token, now: Timestamp) -> Self {
        Self {
            start_url: Some(start_url.to_owned()),
            region: Some(region.to_owned()),
            access_token: issued.access_token,
            expires_at: after(now, issued.expires_in),
            client: Some(client),
            refresh_token: issued.refresh_token,
            others: Others::default(),
        }
    }

    /// This token, renewed at `now`. The refresh token is kept if no new one came: then the old one
    /// was not spent (RFC 6749, section 6).
    pub fn renewed(&self, issued: Token, now: Timestamp) -> Self {
        Self {
            access_token: issued.access_token,
            expires_at: after(now, issued.expires_in),
            refresh_token: issued.refresh_token.or_else(|| self.refresh_token.clone()),
            ..self.clone()
        }
    }

    /// Reads a token file. `None`: it is none, or a broken one.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let Ok(Value::Object(mut found)) = serde_json::from_slice(bytes) else { return None };
        let mut text = |key: &str| match found.shift_remove(key) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        };
        let time = |text: Option<String>| Some(Expiry::parse(&text?)?.timestamp());
        let access_token = Secret::new(text("accessToken").filter(|token| !token.is_empty())?);
        let expires_at = time(text("expiresAt"))?;
        let (id, secret, until) = (text("clientId"), text("clientSecret"), time(text("registrationExpiresAt")));
        let client = match (id, secret, until) {
            (Some(id), Some(secret), Some(expires_at)) => {
                Some(ClientKeys { id, secret: Secret::new(secret), expires_at })
            }
            _ => None,
        };
        let (start_url, region, refresh_token) = (text("startUrl"), text("region"), text("refreshToken"));
        let refresh_token = refresh_token.map(Secret::new);
        Some(Self { start_url, region, access_token, expires_at, client, refresh_token, others: Others(found) })
    }

    /// The file's text, as the AWS CLI writes it; what other tools put there stands at its end.
    pub fn write(&self) -> Secret {
        let text = |text: &str| Some(Value::from(text));
        let zulu = |at: Timestamp| Some(Value::from(Expiry::from(at).zulu()));
        let client = self.client.as_ref();
        let mut object = python::object(&[
            ("startUrl", self.start_url.as_deref().and_then(text)),
            ("region", self.region.as_deref().and_then(text)),
            ("accessToken", text(self.access_token.expose())),
            ("expiresAt", zulu(self.expires_at)),
            ("clientId", client.and_then(|client| text(&client.id))),
            ("clientSecret", client.and_then(|client| text(client.secret.expose()))),
            ("registrationExpiresAt", client.and_then(|client| zulu(client.expires_at))),
            ("refreshToken", self.refresh_token.as_ref().and_then(|token| text(token.expose()))),
        ]);
        self.others.add_to(&mut object);
        Secret::new(python::json(&object))
    }

    /// The token as it counts without an sso-session: then it is renewed by nobody (botocore, the SDKs).
    pub fn of_start_url(mut self) -> Self {
        self.refresh_token = None;
        self
    }

    /// What renewing it takes, if that can be done at `now`.
    pub fn refresh(&self, now: Timestamp) -> Option<(&ClientKeys, &Secret)> {
        let client = self.client.as_ref().filter(|client| client.expires_at > now)?;
        Some((client, self.refresh_token.as_ref()?))
    }
}

impl Renewable for SsoToken {
    fn ends(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }

    /// One that cannot be renewed is good to its end.
    fn worth(&self, now: Timestamp, renewed_meanwhile: bool) -> Worth {
        worth(self.ends(), now, renewed_meanwhile || self.refresh(now).is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "{\"startUrl\": \"https://d-0000000000.awsapps.com/start\", \"region\": \"eu-west-1\", \"accessToken\": \"aoa\", \"expiresAt\": \"2026-07-23T19:06:21Z\", \"clientId\": \"c\", \"clientSecret\": \"s\", \"registrationExpiresAt\": \"2026-10-21T18:06:20Z\", \"refreshToken\": \"aor\", \"theirs\": 1}";

    #[test]
    fn names_are_the_aws_clis() {
        for (key, name) in [
            (SessionKey::Session("corp".into()), "ee0bfd2552fbd840c02cc48b6e823320543c450f.json"),
            (
                SessionKey::StartUrl("https://d-0000000000.awsapps.com/start".into()),
                "b51e627ec5d75dab0c56e37911d5b31610f612e0.json",
            ),
        ] {
            assert_eq!(file_name(&key), name);
        }
    }

    #[test]
    fn a_file_is_written_as_it_was_read() {
        let token = SsoToken::read(WHOLE.as_bytes()).unwrap();
        assert_eq!(token.write().expose(), WHOLE);
        let shown = format!("{token:?}");
        assert!(!shown.contains("aoa") && !shown.contains("aor"), "{shown}");
        for cut in 0..WHOLE.len() {
            assert_eq!(SsoToken::read(&WHOLE.as_bytes()[..cut]), None);
        }
        let least = r#"{"accessToken": "a", "expiresAt": "2026-07-23T19:06:21UTC"}"#;
        assert!(SsoToken::read(least.as_bytes()).unwrap().client.is_none());
        for other in
            ["[]", "null", r#"{"accessToken": "a"}"#, r#"{"accessToken": 1, "expiresAt": "2026-07-23T19:06:21Z"}"#]
        {
            assert_eq!(SsoToken::read(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn the_refresh_token_is_replaced_or_kept() {
        let token = SsoToken::read(WHOLE.as_bytes()).unwrap();
        let now: Timestamp = "2026-07-23T19:00:00Z".parse().unwrap();
        for (given, kept) in [(Some("new"), "new"), (None, "aor")] {
            let issued =
                Token { access_token: Secret::new("a2"), expires_in: 3600, refresh_token: given.map(Secret::new) };
            let renewed = token.renewed(issued, now);
            assert_eq!(renewed.refresh_token.as_ref().unwrap().expose(), kept);
            assert_eq!(renewed.expires_at.to_string(), "2026-07-23T20:00:00Z");
            assert!(renewed.write().expose().ends_with("\"theirs\": 1}"));
        }
    }

    #[test]
    fn what_a_token_is_worth() {
        let with = |text: &str| SsoToken::read(text.as_bytes()).unwrap();
        let whole = with(WHOLE);
        let bare = with(&WHOLE.replace("refreshToken", "other"));
        let old = with(&WHOLE.replace("2026-10-21", "2026-07-21"));
        for (token, now, expected) in [
            (&whole, "2026-07-23T18:51:21Z", Worth::Fresh),
            (&whole, "2026-07-23T18:51:22Z", Worth::Fallback),
            (&bare, "2026-07-23T18:51:22Z", Worth::Fresh),
            (&old, "2026-07-23T19:06:00Z", Worth::Fresh),
            (&whole, "2026-07-23T19:06:20Z", Worth::Over),
            (&bare, "2026-07-23T19:06:20Z", Worth::Over),
        ] {
            assert_eq!(token.worth(now.parse().unwrap(), false), expected, "{now}");
        }
        assert_eq!(bare.refresh("2026-07-23T18:51:22Z".parse().unwrap()), None);
    }
}
