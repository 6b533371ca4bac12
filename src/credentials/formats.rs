//! The forms in which credentials are handed on.

use serde_json::{Map, Value};

use super::Credentials;
use crate::python::{ascii, quote};
use crate::secret::Secret;

/// The formats of `configure export-credentials`, byte for byte the AWS CLI's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON, as `credential_process` answers.
    Process,
    /// `export NAME=V`
    Env,
    /// `NAME=V`
    EnvNoExport,
    /// `$Env:NAME="V"`
    Powershell,
    /// `set NAME=V`
    WindowsCmd,
    /// `set -gx NAME "V"`
    Fish,
}

impl Format {
    /// All formats by the names the AWS CLI gives them.
    pub const NAMES: [(&'static str, Self); 6] = [
        ("process", Self::Process),
        ("env", Self::Env),
        ("env-no-export", Self::EnvNoExport),
        ("powershell", Self::Powershell),
        ("windows-cmd", Self::WindowsCmd),
        ("fish", Self::Fish),
    ];
}

/// `credentials` in `format`, ending with a line feed. The AWS CLI quotes nothing, and neither
/// does this.
pub fn export(credentials: &Credentials, format: Format) -> Secret {
    let line = |name: &str, value: &str| match format {
        Format::Process => String::new(),
        Format::Env => format!("export {name}={value}\n"),
        Format::EnvNoExport => format!("{name}={value}\n"),
        Format::Powershell => format!("$Env:{name}=\"{value}\"\n"),
        Format::WindowsCmd => format!("set {name}={value}\n"),
        Format::Fish => format!("set -gx {name} \"{value}\"\n"),
    };
    let expiration = credentials.expiry.map(|expiry| expiry.isoformat());
    if format == Format::Process {
        let answer = process_answer(credentials, expiration);
        return Secret::new(ascii(&format!("{:#}\n", Value::Object(answer))));
    }
    let mut out = line("AWS_ACCESS_KEY_ID", &credentials.access_key_id);
    out += &line("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key.expose());
    if let Some(token) = &credentials.session_token {
        out += &line("AWS_SESSION_TOKEN", token.expose());
    }
    if let Some(expiration) = expiration {
        out += &line("AWS_CREDENTIAL_EXPIRATION", &expiration);
    }
    Secret::new(out)
}

/// The answer of a `credential_process` (AWS SDKs and Tools Reference Guide), on one line, with
/// the account where it is known.
pub fn process(credentials: &Credentials) -> Secret {
    // Written by hand: every warm run ends here, and a tree of values costs more than the rest of it.
    let mut out = String::with_capacity(2048);
    out.push_str("{\"Version\":1");
    let mut field = |name: &str, value: &str| {
        out.push_str(",\"");
        out.push_str(name);
        out.push_str("\":");
        quote(value, &mut out);
    };
    field("AccessKeyId", &credentials.access_key_id);
    field("SecretAccessKey", credentials.secret_access_key.expose());
    if let Some(token) = &credentials.session_token {
        field("SessionToken", token.expose());
    }
    if let Some(expiry) = credentials.expiry {
        field("Expiration", &expiry.zulu());
    }
    if let Some(account) = &credentials.account_id {
        field("AccountId", account);
    }
    out.push_str("}\n");
    Secret::new(out)
}

fn process_answer(credentials: &Credentials, expiration: Option<String>) -> Map<String, Value> {
    let mut answer = Map::new();
    answer.insert("Version".into(), 1.into());
    answer.insert("AccessKeyId".into(), credentials.access_key_id.as_str().into());
    answer.insert("SecretAccessKey".into(), credentials.secret_access_key.expose().into());
    if let Some(token) = &credentials.session_token {
        answer.insert("SessionToken".into(), token.expose().into());
    }
    if let Some(expiration) = expiration {
        answer.insert("Expiration".into(), expiration.into());
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::Method;
    use crate::tokens::expiry::Expiry;

    fn credentials(temporary: bool) -> Credentials {
        Credentials {
            access_key_id: "AKIA".into(),
            secret_access_key: Secret::new("a/b+c\"d"),
            session_token: temporary.then(|| Secret::new("tok==")),
            expiry: Expiry::parse("2026-07-23T18:06:21Z").filter(|_| temporary),
            account_id: Some("111122223333".into()),
            method: Method::CredentialsFile,
        }
    }

    #[test]
    fn the_formats_are_the_aws_clis() {
        for (format, expected) in [
            (
                Format::Process,
                "{\n  \"Version\": 1,\n  \"AccessKeyId\": \"AKIA\",\n  \"SecretAccessKey\": \"a/b+c\\\"d\",\n  \"SessionToken\": \"tok==\",\n  \"Expiration\": \"2026-07-23T18:06:21+00:00\"\n}\n",
            ),
            (
                Format::Env,
                "export AWS_ACCESS_KEY_ID=AKIA\nexport AWS_SECRET_ACCESS_KEY=a/b+c\"d\nexport AWS_SESSION_TOKEN=tok==\nexport AWS_CREDENTIAL_EXPIRATION=2026-07-23T18:06:21+00:00\n",
            ),
            (
                Format::EnvNoExport,
                "AWS_ACCESS_KEY_ID=AKIA\nAWS_SECRET_ACCESS_KEY=a/b+c\"d\nAWS_SESSION_TOKEN=tok==\nAWS_CREDENTIAL_EXPIRATION=2026-07-23T18:06:21+00:00\n",
            ),
            (
                Format::Powershell,
                "$Env:AWS_ACCESS_KEY_ID=\"AKIA\"\n$Env:AWS_SECRET_ACCESS_KEY=\"a/b+c\"d\"\n$Env:AWS_SESSION_TOKEN=\"tok==\"\n$Env:AWS_CREDENTIAL_EXPIRATION=\"2026-07-23T18:06:21+00:00\"\n",
            ),
            (
                Format::WindowsCmd,
                "set AWS_ACCESS_KEY_ID=AKIA\nset AWS_SECRET_ACCESS_KEY=a/b+c\"d\nset AWS_SESSION_TOKEN=tok==\nset AWS_CREDENTIAL_EXPIRATION=2026-07-23T18:06:21+00:00\n",
            ),
            (
                Format::Fish,
                "set -gx AWS_ACCESS_KEY_ID \"AKIA\"\nset -gx AWS_SECRET_ACCESS_KEY \"a/b+c\"d\"\nset -gx AWS_SESSION_TOKEN \"tok==\"\nset -gx AWS_CREDENTIAL_EXPIRATION \"2026-07-23T18:06:21+00:00\"\n",
            ),
        ] {
            assert_eq!(export(&credentials(true), format).expose(), expected);
        }
        assert_eq!(
            export(&credentials(false), Format::EnvNoExport).expose(),
            "AWS_ACCESS_KEY_ID=AKIA\nAWS_SECRET_ACCESS_KEY=a/b+c\"d\n"
        );
    }

    #[test]
    fn json_is_ascii() {
        let odd = Credentials { secret_access_key: Secret::new("ü日🔑\u{7f}\t"), ..credentials(false) };
        assert!(process(&odd).expose().contains("\"\\u00fc\\u65e5\\ud83d\\udd11\\u007f\\t\""));
    }

    #[test]
    fn the_process_answer_is_one_line() {
        assert_eq!(
            process(&credentials(true)).expose(),
            "{\"Version\":1,\"AccessKeyId\":\"AKIA\",\"SecretAccessKey\":\"a/b+c\\\"d\",\"SessionToken\":\"tok==\",\"Expiration\":\"2026-07-23T18:06:21Z\",\"AccountId\":\"111122223333\"}\n"
        );
    }
}
