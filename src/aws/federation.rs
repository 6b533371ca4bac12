//! The federation endpoint of AWS Sign-In: credentials of a role become a sign-in to the web console (IAM User
//! Guide, "Enable custom identity broker access to the AWS console").

use std::time::Duration;

use serde_json::{Value, json};

use super::SigningKeys;
use super::address::{address, encode};
use super::call::{CallError, Caller, Refusal};
use super::http::{Fetch, Method, fetch};
use super::partition::Partition;
use super::settings::CallSettings;
use crate::secret::Secret;

/// How long to wait before asking again, the first time; then twice as long each time.
const PAUSE: Duration = Duration::from_millis(500);

/// And no longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// Where console sessions are made, for credentials of `partition`: the configured endpoint, or AWS's own.
/// `None`: nothing is known of one.
pub fn endpoint(settings: &CallSettings, partition: &Partition) -> Option<String> {
    let host = match (&settings.endpoint_url, settings.region.as_deref()) {
        (Some(url), _) => url.trim_end_matches('/').to_owned(),
        (None, _) if partition.console.is_none() => return None,
        (None, _) if partition.global_sign_in => format!("https://{}", partition.sign_in),
        (None, region) => {
            // A region of another partition has no host here.
            let region = region.filter(|region| Partition::of_region(region) == partition);
            partition.sign_in_url(region.unwrap_or(partition.home_region), false, false)
        }
    };
    Some(format!("{host}/federation"))
}

/// A sign-in token for whoever holds `keys`, which must be of a role or a federated user. `duration`: seconds that
/// the console session shall last, where that may be said.
///
/// # Errors
/// See [`CallError`].
pub fn sign_in_token(
    caller: &Caller<'_>,
    settings: &CallSettings,
    endpoint: &str,
    keys: &SigningKeys,
    duration: Option<u32>,
) -> Result<Secret, CallError> {
    let url = token_url(endpoint, keys, duration);
    let limit = settings.read_timeout;
    let asked = Fetch { method: Method::GET, whom: endpoint, what: "GetSigninToken", limit, body: true };
    let (mut tries, mut pause) = (1..settings.max_attempts, PAUSE);
    loop {
        let answer = fetch(settings, url.expose(), &caller.world().files, &asked)
            .and_then(|page| meaning(page.status, &page.body, endpoint));
        match answer {
            Err(CallError::NoAnswer { .. } | CallError::BadAnswer { .. }) if tries.next().is_some() => {
                caller.world().clock.sleep(pause);
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            answer => return answer,
        }
    }
}

fn token_url(endpoint: &str, keys: &SigningKeys, duration: Option<u32>) -> Secret {
    let session = json!({
        "sessionId": keys.access_key_id,
        "sessionKey": keys.secret_access_key.expose(),
        "sessionToken": keys.session_token.as_ref().map(Secret::expose),
    });
    let session = Secret::new(session.to_string());
    let duration = duration.map(|seconds| format!("&SessionDuration={seconds}")).unwrap_or_default();
    Secret::new(format!("{endpoint}?Action=getSigninToken{duration}&Session={}", encode(session.expose())))
}

fn meaning(status: u16, body: &[u8], endpoint: &str) -> Result<Secret, CallError> {
    let (operation, endpoint) = ("GetSigninToken", endpoint.to_owned());
    match status {
        200 => {
            let answer: Option<Value> = serde_json::from_slice(body).ok();
            let token = answer.as_ref().and_then(|answer| answer.get("SigninToken")?.as_str());
            let token = token.filter(|token| !token.is_empty()).map(Secret::new);
            token.ok_or_else(|| CallError::BadAnswer { operation, endpoint, why: "it holds no token".to_owned() })
        }
        400..500 if status != 429 => Err(CallError::Refused(Box::new(Refusal {
            operation,
            code: format!("HTTP {status}"),
            message: said(body),
            reason: None,
            status,
        }))),
        status => Err(CallError::NoAnswer { operation, endpoint, why: format!("HTTP status {status}") }),
    }
}

/// What the service says of a refusal: a page or a line.
fn said(body: &[u8]) -> String {
    const LONGEST: usize = 200;
    let text = String::from_utf8_lossy(body);
    let mut in_tag = false;
    let shown = text.chars().filter(|&c| {
        in_tag = (in_tag || c == '<') && c != '>';
        !in_tag && c != '>'
    });
    let words: Vec<_> = shown
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect::<String>()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    words.join(" ").chars().take(LONGEST).collect()
}

/// The address that signs a browser in and goes on to `destination`. It is a secret for as long as `token` is
/// good: 15 minutes.
pub fn sign_in_url(endpoint: &str, destination: &str, token: &Secret) -> Secret {
    let parameters =
        [("Action", "login"), ("Issuer", ""), ("Destination", destination), ("SigninToken", token.expose())];
    Secret::new(address(endpoint, &parameters))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> SigningKeys {
        SigningKeys {
            access_key_id: "ASIA".into(),
            secret_access_key: Secret::new("s/+"),
            session_token: Some(Secret::new("t=")),
        }
    }

    #[test]
    fn the_session_goes_along() {
        for (duration, url) in [
            (None, "https://h/federation?Action=getSigninToken&Session="),
            (Some(900), "https://h/federation?Action=getSigninToken&SessionDuration=900&Session="),
        ] {
            let made = token_url("https://h/federation", &keys(), duration);
            let session = made.expose().strip_prefix(url).unwrap_or_else(|| panic!("{}", made.expose()));
            let session = url::form_urlencoded::parse(format!("s={session}").as_bytes()).next().unwrap().1.into_owned();
            assert_eq!(session, r#"{"sessionId":"ASIA","sessionKey":"s/+","sessionToken":"t="}"#);
        }
    }

    #[test]
    fn answers_and_refusals() {
        let token = meaning(200, br#"{"SigninToken": "tok"}"#, "e").unwrap();
        assert_eq!(token.expose(), "tok");
        let url = sign_in_url("https://h/federation", "https://console.aws.amazon.com/", &token);
        let expected = "https://h/federation?Action=login&Issuer=&Destination=https%3A%2F%2Fconsole.aws.amazon.com%2F&SigninToken=tok";
        assert_eq!(url.expose(), expected);
        for (status, body, says) in [
            (200, "{}", "none of AWS's: it holds no token"),
            (200, "<html>", "none of AWS's"),
            (
                400,
                "<html><b>Invalid</b> Credentials\n parameter</html>",
                "(HTTP 400) when calling the GetSigninToken operation: Invalid Credentials parameter",
            ),
            (503, "", "HTTP status 503"),
            (429, "", "HTTP status 429"),
        ] {
            let error = meaning(status, body.as_bytes(), "e").unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
