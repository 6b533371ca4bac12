//! The session of a console login, in the file that the AWS CLI and the SDKs share: credentials for a quarter
//! of an hour, and what renewing them takes.

use jiff::Timestamp;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::expiry::{Expiry, after};
use super::others::Others;
use super::renewal::{Renewable, Worth, worth_within};
use crate::aws::signin::IssuedLogin;
use crate::aws::{Arn, SigningKeys};
use crate::python;
use crate::secret::Secret;

/// Credentials with less than this left are renewed: five minutes or less (AWS CLI, every SDK).
const WINDOW: i64 = 5 * 60 + 1;

/// A console login's session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginToken {
    /// The credentials.
    pub keys: SigningKeys,
    /// Their account.
    pub account_id: String,
    /// When they end.
    pub expires_at: Timestamp,
    /// `aws_sigv4`
    pub token_type: Option<String>,
    /// The client that signed in: `arn:aws:signin:::devtools/same-device`
    pub client_id: String,
    /// What they are renewed with. It is spent by being used.
    pub refresh_token: Secret,
    /// Who signed in, as a JSON Web Token.
    pub id_token: Option<Secret>,
    /// The key that the refresh token is bound to, in PEM.
    pub dpop_key: Secret,
    /// The region of the login, where a newer tool has put it down.
    pub sign_in_region: Option<String>,
    /// Keys of other tools.
    others: Others,
}

/// Why there is no session in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoLogin {
    /// It is no JSON object, or one with values of other kinds.
    Broken,
    /// What every reader needs is not there.
    Missing(Vec<&'static str>),
}

/// What a file must have (botocore).
const REQUIRED: [&str; 4] = ["accessToken", "refreshToken", "dpopKey", "clientId"];

/// The file under `~/.aws/login/cache` of the session that `login_session` names (AWS CLI, every SDK).
pub fn file_name(login_session: &str) -> String {
    python::hex(&Sha256::digest(login_session)) + ".json"
}

impl LoginToken {
    /// A session that was issued at `now` to `client_id`, for the holder of `dpop_key`. `None`: nobody knows whose
    /// it is.
    pub fn new(client_id: &str, dpop_key: Secret, issued: IssuedLogin, now: Timestamp) -> Option<(Self, String)> {
        let login_session = subject(issued.id_token.as_ref()?)?;
        let account_id = Some(Arn::parse(&login_session)?.account).filter(|account| !account.is_empty())?.to_owned();
        let token = Self {
            keys: issued.keys,
            account_id,
            expires_at: after(now, issued.expires_in),
            token_type: Some(issued.token_type),
            client_id: client_id.to_owned(),
            refresh_token: issued.refresh_token,
            id_token: issued.id_token,
            dpop_key,
            sign_in_region: None,
            others: Others::default(),
        };
        Some((token, login_session))
    }

    /// This session, renewed at `now`.
    pub fn renewed(&self, issued: IssuedLogin, now: Timestamp) -> Self {
        Self {
            keys: issued.keys,
            expires_at: after(now, issued.expires_in),
            refresh_token: issued.refresh_token,
            ..self.clone()
        }
    }

    /// Whether AWS may still renew it at `now`. Until when it does nobody here knows, but for no longer than twelve
    /// hours (AWS Sign-In User Guide).
    pub fn may_be_renewed(&self, now: Timestamp) -> bool {
        const LONGEST: i64 = 12 * 60 * 60;
        now.as_second() - self.expires_at.as_second() < LONGEST
    }

    /// Whose session it is, if its id token says so.
    pub fn subject(&self) -> Option<String> {
        subject(self.id_token.as_ref()?)
    }

    /// Reads a session's file.
    ///
    /// # Errors
    /// There is none in it.
    pub fn read(bytes: &[u8]) -> Result<Self, NoLogin> {
        let Ok(Value::Object(mut found)) = serde_json::from_slice(bytes) else { return Err(NoLogin::Broken) };
        let missing: Vec<_> = REQUIRED.into_iter().filter(|key| !found.contains_key(*key)).collect();
        if !missing.is_empty() {
            return Err(NoLogin::Missing(missing));
        }
        Self::taken_from(&mut found).map(|token| Self { others: Others(found), ..token }).ok_or(NoLogin::Broken)
    }

    fn taken_from(found: &mut Map<String, Value>) -> Option<Self> {
        let access = found.shift_remove("accessToken")?;
        let part = |key: &str| access.get(key)?.as_str().filter(|text| !text.is_empty());
        let mut text = |key: &str| match found.shift_remove(key) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        };
        Some(Self {
            keys: SigningKeys {
                access_key_id: part("accessKeyId")?.to_owned(),
                secret_access_key: Secret::new(part("secretAccessKey")?),
                session_token: Some(Secret::new(part("sessionToken")?)),
            },
            account_id: part("accountId")?.to_owned(),
            expires_at: Expiry::parse(part("expiresAt")?)?.timestamp(),
            token_type: text("tokenType"),
            client_id: text("clientId")?,
            refresh_token: Secret::new(text("refreshToken")?),
            id_token: text("idToken").map(Secret::new),
            dpop_key: Secret::new(text("dpopKey")?),
            sign_in_region: text("signInRegion"),
            others: Others::default(),
        })
    }

    /// The file's text, as the AWS CLI writes it; what other tools put there stands at its end.
    pub fn write(&self) -> Secret {
        let text = |text: &str| Some(Value::from(text));
        let access = python::object(&[
            ("accessKeyId", text(&self.keys.access_key_id)),
            ("secretAccessKey", text(self.keys.secret_access_key.expose())),
            ("sessionToken", self.keys.session_token.as_ref().and_then(|token| text(token.expose()))),
            ("accountId", text(&self.account_id)),
            ("expiresAt", text(&Expiry::from(self.expires_at).zulu())),
        ]);
        let mut object = python::object(&[
            ("accessToken", Some(access)),
            ("tokenType", self.token_type.as_deref().and_then(text)),
            ("clientId", text(&self.client_id)),
            ("refreshToken", text(self.refresh_token.expose())),
            ("idToken", self.id_token.as_ref().and_then(|token| text(token.expose()))),
            ("dpopKey", text(self.dpop_key.expose())),
            ("signInRegion", self.sign_in_region.as_deref().and_then(text)),
        ]);
        self.others.add_to(&mut object);
        Secret::new(python::json(&object))
    }
}

impl Renewable for LoginToken {
    fn ends(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }

    fn worth(&self, now: Timestamp, renewed_meanwhile: bool) -> Worth {
        worth_within(WINDOW, self.ends(), now, renewed_meanwhile)
    }
}

/// Whose session an id token is: its `sub`, an ARN. Its signature is not looked at (AWS CLI): it comes from the
/// service itself.
fn subject(id_token: &Secret) -> Option<String> {
    let parts: Vec<_> = id_token.expose().split('.').collect();
    let [_, payload, _] = parts[..] else { return None };
    let payload = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(payload.trim_end_matches('=')).ok()?;
    let payload: Value = serde_json::from_slice(&payload).ok()?;
    let subject = payload.get("sub")?.as_str()?;
    // It goes into a file line, and its account into another.
    let is_arn = subject.starts_with("arn:") && !subject.contains(char::is_control);
    is_arn.then(|| subject.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"{"accessToken": {"accessKeyId": "ASIA", "secretAccessKey": "hunter2", "sessionToken": "tok3n", "accountId": "111122223333", "expiresAt": "2026-07-23T18:21:21Z"}, "tokenType": "aws_sigv4", "clientId": "arn:aws:signin:::devtools/same-device", "refreshToken": "r3fresh", "idToken": "h.p.s", "dpopKey": "-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----\n", "theirs": {"a": 1}}"#;

    fn issued(id_token: Option<&str>) -> IssuedLogin {
        IssuedLogin {
            keys: SigningKeys {
                access_key_id: "ASIA2".into(),
                secret_access_key: Secret::new("s2"),
                session_token: Some(Secret::new("t2")),
            },
            token_type: "aws_sigv4".into(),
            expires_in: 900,
            refresh_token: Secret::new("r2"),
            id_token: id_token.map(Secret::new),
        }
    }

    #[test]
    fn names_are_the_aws_clis() {
        let name = "6eeec053fe13079aaf7fd81065ec5ecbdb93674f20700e51842d0c769b240c8a.json";
        assert_eq!(file_name("arn:aws:iam::111122223333:user/me"), name);
    }

    #[test]
    fn a_file_is_written_as_it_was_read() {
        let token = LoginToken::read(WHOLE.as_bytes()).unwrap();
        assert_eq!(token.write().expose(), WHOLE);
        let shown = format!("{token:?}");
        assert!(
            ["hunter2", "tok3n", "r3fresh", "MHcC", "h.p.s"].iter().all(|secret| !shown.contains(secret)),
            "{shown}"
        );
        for cut in 0..WHOLE.len() {
            assert_eq!(LoginToken::read(&WHOLE.as_bytes()[..cut]), Err(NoLogin::Broken));
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        for (text, expected) in [
            ("{}", NoLogin::Missing(REQUIRED.to_vec())),
            (r#"{"accessToken": {}, "clientId": "c"}"#, NoLogin::Missing(vec!["refreshToken", "dpopKey"])),
            (&WHOLE.replace("\"accountId\"", "\"other\""), NoLogin::Broken),
            (&WHOLE.replace("2026-07-23T18:21:21Z", "soon"), NoLogin::Broken),
            ("[]", NoLogin::Broken),
        ] {
            assert_eq!(LoginToken::read(text.as_bytes()), Err(expected), "{text}");
        }
        let least = WHOLE.replace("tokenType", "x").replace("idToken", "y");
        assert!(LoginToken::read(least.as_bytes()).is_ok());
    }

    #[test]
    fn a_renewal_replaces_the_keys_and_the_refresh_token_alone() {
        let now = "2026-07-23T18:20:00Z".parse().unwrap();
        let token = LoginToken::read(WHOLE.as_bytes()).unwrap().renewed(issued(None), now);
        let expected = WHOLE
            .replace("\"ASIA\"", "\"ASIA2\"")
            .replace("hunter2", "s2")
            .replace("tok3n", "t2")
            .replace("r3fresh", "r2")
            .replace("18:21:21", "18:35:00");
        assert_eq!(token.write().expose(), expected);
    }

    #[test]
    fn whose_session_it_is_stands_in_the_id_token() {
        let base64 = |text: &str| base64_simd::URL_SAFE_NO_PAD.encode_to_string(text);
        let now = "2026-07-23T18:20:00Z".parse().unwrap();
        let of = |payload: &str| {
            let id_token = format!("h.{}.s", base64(payload));
            let made = LoginToken::new("client", Secret::new("key"), issued(Some(&id_token)), now);
            made.map(|(token, session)| (token.account_id, session))
        };
        let arn = "arn:aws:sts::111122223333:assumed-role/demo/me";
        assert_eq!(of(&format!(r#"{{"sub": "{arn}"}}"#)), Some(("111122223333".into(), arn.into())));
        for payload in
            ["", "{}", r#"{"sub": 1}"#, r#"{"sub": "me"}"#, r#"{"sub": "arn:aws:\n:::"}"#, r#"{"sub": "arn:a"}"#]
        {
            assert_eq!(of(payload), None, "{payload}");
        }
        for id_token in ["", "a.b", "a.b.c.d"] {
            assert!(LoginToken::new("client", Secret::new("key"), issued(Some(id_token)), now).is_none());
        }
        assert!(LoginToken::new("client", Secret::new("key"), issued(None), now).is_none());
    }

    #[test]
    fn it_is_renewed_when_five_minutes_are_left() {
        let token = LoginToken::read(WHOLE.as_bytes()).unwrap();
        for (now, worth) in [
            ("2026-07-23T18:16:20Z", Worth::Fresh),
            ("2026-07-23T18:16:21Z", Worth::Fallback),
            ("2026-07-23T18:21:12Z", Worth::Over),
        ] {
            assert_eq!(token.worth(now.parse().unwrap(), false), worth, "{now}");
        }
    }
}
