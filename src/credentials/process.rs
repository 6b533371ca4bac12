//! Other programs: `credential_process`, and a cache in front of those whose answers carry an end.

use serde_json::Value;

use super::{Credentials, NoOutput, ResolveError, Resolver, formats};
use crate::chain::{Method, ProcessStep, Step, cache_name};
use crate::secret::Secret;
use crate::tokens::expiry::Expiry;
use crate::tokens::renewal::{CREDENTIALS, Entry, current, store};
use crate::world::paths;

/// What is kept for a program whose answers carry no end: it is asked each time, by everyone.
const NOT_KEPT: &str = "{\"Kept\": false}";

/// Why another program gave no credentials.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// It could not be run, or failed.
    #[error(transparent)]
    NoOutput(#[from] NoOutput),
    /// Its answer is no JSON object.
    #[error("its answer is not a JSON object")]
    NotJson,
    /// Another version of the protocol.
    #[error("Unsupported version '{0}' for credential process provider, supported versions: 1")]
    Version(String),
    /// A key without which there are no credentials.
    #[error("Missing required key in response: '{0}'")]
    Missing(&'static str),
    /// `Expiration` is not a time.
    #[error("its answer ends at {0:?}, which is not a time such as 2026-07-23T18:06:21Z")]
    Expiration(String),
    /// What it answers is over.
    #[error("Credentials were refreshed, but the refreshed credentials are still expired.")]
    Expired,
}

impl Resolver<'_> {
    pub(super) fn process(&self, step: &Step, process: &ProcessStep) -> Result<Credentials, ResolveError> {
        let world = self.caller.world();
        let name = cache_name::process(&step.profile, process.command.expose());
        let path = paths::process_cache(&world.env, &name);
        let with_account = |mut found: Credentials| {
            found.account_id = found.account_id.or_else(|| process.account_id.clone());
            found
        };
        let read = |bytes: &[u8]| parse(bytes).ok().map(with_account);
        let kept = path.as_deref().and_then(|path| world.files.read(path).ok().flatten());
        if kept.as_deref() == Some(NOT_KEPT.as_bytes()) {
            let (found, entry) = self.ask(step, process)?;
            if let (Some(path), Some(_)) = (path.as_deref(), found.expiry) {
                store(world, self.notices, path, CREDENTIALS, entry.expose());
            }
            return Ok(with_account(found));
        }
        let purpose = || format!("asking the credential_process of profile {}", step.profile);
        let entry = Entry { path: path.as_deref(), purpose: &purpose, spends: false, what: CREDENTIALS, read: &read };
        let found = current(world, self.notices, &entry, &mut |_| {
            self.ask(step, process).map(|(found, entry)| (found, Some(entry)))
        });
        found.map(with_account)
    }

    fn ask(&self, step: &Step, process: &ProcessStep) -> Result<(Credentials, Secret), ResolveError> {
        let fail = |error: ProcessError| ResolveError::Process { profile: step.profile.clone(), error };
        let answer = self.programs.output(&process.command).map_err(|error| fail(error.into()))?;
        let found = parse(&answer).map_err(fail)?;
        let now = self.caller.world().clock.now();
        match found.expiry {
            None => Ok((found, Secret::new(NOT_KEPT))),
            Some(expiry) if expiry.timestamp() <= now => Err(fail(ProcessError::Expired)),
            Some(_) => {
                let entry = formats::process(&found);
                Ok((found, entry))
            }
        }
    }
}

/// The answer in an entry of keyfob's cache. `None`: there is none in it, or a broken one.
pub fn read_process_entry(bytes: &[u8]) -> Option<Credentials> {
    parse(bytes).ok()
}

/// Reads an answer (AWS SDKs and Tools Reference Guide; keys as in the AWS CLI, case-sensitive).
fn parse(answer: &[u8]) -> Result<Credentials, ProcessError> {
    let answer: Value = serde_json::from_slice(answer).map_err(|_| ProcessError::NotJson)?;
    let object = answer.as_object().ok_or(ProcessError::NotJson)?;
    match object.get("Version") {
        Some(version) if version.as_f64() == Some(1.0) => {}
        Some(version) => return Err(ProcessError::Version(version.to_string().trim_matches('"').to_owned())),
        None => return Err(ProcessError::Version("<Version key not provided>".to_owned())),
    }
    let text = |name: &str| object.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let required = |name: &'static str| text(name).ok_or(ProcessError::Missing(name));
    let expiry = match text("Expiration") {
        Some(expiration) => {
            Some(Expiry::parse(expiration).ok_or_else(|| ProcessError::Expiration(expiration.to_owned()))?)
        }
        None => None,
    };
    Ok(Credentials {
        access_key_id: required("AccessKeyId")?.to_owned(),
        secret_access_key: Secret::new(required("SecretAccessKey")?),
        session_token: text("SessionToken").map(Secret::new),
        expiry,
        account_id: text("AccountId").map(str::to_owned),
        method: Method::Process,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers() {
        let whole = r#"{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s", "SessionToken": "", "Expiration": "2026-07-23T18:06:21Z", "AccountId": "1"}"#;
        let found = parse(whole.as_bytes()).unwrap();
        assert_eq!((found.session_token, found.account_id.as_deref()), (None, Some("1")));
        for (answer, why) in [
            ("", "its answer is not a JSON object"),
            ("[]", "its answer is not a JSON object"),
            (
                "{}",
                "Unsupported version '<Version key not provided>' for credential process provider, supported versions: 1",
            ),
            (r#"{"Version": 2}"#, "Unsupported version '2' for credential process provider, supported versions: 1"),
            (r#"{"Version": "1"}"#, "Unsupported version '1' for credential process provider, supported versions: 1"),
            (r#"{"Version": 1}"#, "Missing required key in response: 'AccessKeyId'"),
            (r#"{"Version": 1, "AccessKeyId": "A"}"#, "Missing required key in response: 'SecretAccessKey'"),
            (
                r#"{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s", "Expiration": "soon"}"#,
                "its answer ends at \"soon\", which is not a time such as 2026-07-23T18:06:21Z",
            ),
        ] {
            assert_eq!(parse(answer.as_bytes()).unwrap_err().to_string(), why, "{answer}");
        }
        assert!(parse(NOT_KEPT.as_bytes()).is_err());
    }
}
