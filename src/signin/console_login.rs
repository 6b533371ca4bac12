//! Console login: a person signs in to the web console, and what comes of it is a session of renewable
//! credentials (AWS CLI v2, `aws login`).

use std::io;
use std::time::Duration;

use url::form_urlencoded;

use super::callback::Expected;
use super::error::SignInError;
use super::person::{Invitation, NotAsked, Person};
use super::pkce;
use super::way_back::{CALLBACK_PATH, WayBack};
use crate::aws::address::address;
use crate::aws::dpop::ProofKey;
use crate::aws::settings::Service;
use crate::aws::signin::{LoginGrant, SignInTokens};
use crate::aws::{CallError, CallSettings, Caller};
use crate::secret::Secret;
use crate::tokens::LoginToken;
use crate::tokens::login::{self, LARGEST_TOKEN, LoginError};
use crate::tokens::renewal::Notices;
use crate::world::lock::{Holder, Wait};
use crate::world::loopback::{Loopback, LoopbackError};
use crate::world::random;

/// How long a renewal of the same session is waited for, and storing may take.
const STORING: Duration = Duration::from_secs(30);

/// Where the browser is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// On this machine: it comes back by itself.
    Same,
    /// Anywhere: it shows a code.
    Other,
}

impl Device {
    /// The client that signs in (AWS CLI).
    fn client_id(self) -> &'static str {
        match self {
            Self::Same => "arn:aws:signin:::devtools/same-device",
            Self::Other => "arn:aws:signin:::devtools/cross-device",
        }
    }
}

/// Why nobody is logged in. Texts as in the AWS CLI where it has any.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleLoginError {
    /// The person or AWS said no, in the browser.
    #[error("Error loading or redeeming a login authorization code: Failed to retrieve an authorization code: {0}")]
    Refused(String),
    /// The code was too old when it got to AWS, or was used before.
    #[error(
        "Error loading or redeeming a login authorization code: Unable to complete the login process due to an expired authorization code. Please reauthenticate using 'aws login'."
    )]
    CodeExpired,
    /// What was typed is no code.
    #[error("Failed to decode the verification code.")]
    NotACode,
    /// What was typed lacks a part.
    #[error("Failed to retrieve an auth_code or state from the verification code")]
    HalfACode,
    /// What was typed belongs to another attempt.
    #[error("Error loading or redeeming a login authorization code: State parameter does not match expected value.")]
    OtherAttempt,
    /// Nobody typed a code.
    #[error("Error loading or redeeming a login authorization code: Failed to retrieve an authorization code.")]
    NoCode,
    /// Nobody could be asked.
    #[error(transparent)]
    NotAsked(#[from] NotAsked),
    /// AWS answered, and did not say whose session it is.
    #[error("Invalid JWT token - cannot extract payload")]
    NoSubject,
    /// AWS refused what the browser brought.
    #[error("{0}")]
    Login(LoginError),
    /// Waiting for the browser came to nothing.
    #[error(transparent)]
    SignIn(SignInError),
    /// The session could not be kept, so nobody was asked.
    #[error("the session could not be kept, so the login was not begun: {0}")]
    NoPlace(String),
    /// The session was issued, and then could not be kept.
    #[error("the login worked, but its session could not be kept: {0}")]
    NotKept(String),
}

impl From<SignInError> for ConsoleLoginError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Refused { error, description } => Self::Refused(description.unwrap_or(error)),
            // The browser did not come back in time.
            SignInError::Expired => Self::NoCode,
            error => Self::SignIn(error),
        }
    }
}

impl From<LoopbackError> for ConsoleLoginError {
    fn from(error: LoopbackError) -> Self {
        Self::SignIn(error.into())
    }
}

impl From<io::Error> for ConsoleLoginError {
    fn from(error: io::Error) -> Self {
        Self::SignIn(error.into())
    }
}

/// A login that is to be made.
pub struct ConsoleLogin<'a> {
    /// Who calls AWS Sign-In.
    pub caller: &'a Caller<'a>,
    /// How. The region is the login's.
    pub calls: &'a CallSettings,
    /// Who is told of waits.
    pub notices: &'a dyn Notices,
    /// Who logs in.
    pub person: &'a dyn Person,
    /// The profile that it is for.
    pub profile: &'a str,
    /// Where their browser is.
    pub device: Device,
    /// The port that the browser comes back to. `None`: any.
    pub port: Option<u16>,
}

/// A login that was made, and is kept nowhere yet.
#[derive(Debug)]
pub struct LoggedIn {
    /// Whose session it is: an ARN.
    pub login_session: String,
    /// The session.
    pub token: LoginToken,
}

/// What comes back from the browser for a code.
struct Authorized {
    code: Secret,
    redirect_uri: String,
    exchange: Option<crate::world::loopback::Exchange>,
}

impl ConsoleLogin<'_> {
    /// Lets a person log in. Nothing is stored.
    ///
    /// # Errors
    /// See [`ConsoleLoginError`].
    pub fn run(&self) -> Result<LoggedIn, ConsoleLoginError> {
        // The name of the file comes with the session, but any name will show whether there is room.
        let place = login::path(self.caller, "")
            .ok_or_else(|| ConsoleLoginError::NoPlace("there is no home folder".to_owned()))?;
        // Taking a lock makes the folder.
        drop(self.lock(&place).map_err(ConsoleLoginError::NoPlace)?);
        let room = self.caller.world().files.check_room(&place, LARGEST_TOKEN);
        room.map_err(|error| ConsoleLoginError::NoPlace(error.to_string()))?;

        let key = ProofKey::generate(random::bytes::<32>)?;
        let verifier = pkce::verifier(random::bytes::<64>)?;
        let state = random::uuid4()?;
        let authorized = match self.device {
            Device::Same => self.by_browser(&state, &verifier)?,
            Device::Other => self.by_code(&state, &verifier)?,
        };
        let Authorized { code, redirect_uri, exchange } = authorized;
        let grant = LoginGrant::AuthorizationCode { code, redirect_uri, verifier };
        let client_id = self.device.client_id();
        let pem = key.to_pem();
        let issued = SignInTokens::new(self.caller, self.calls).create_token(client_id, &grant, key);
        let now = self.caller.world().clock.now();
        let made = issued
            .map_err(redeeming)
            .and_then(|issued| LoginToken::new(client_id, pem, issued, now).ok_or(ConsoleLoginError::NoSubject));
        // The page says what became of it, so it waits for the session.
        if let Some(exchange) = exchange {
            self.way_back().show(exchange, made.as_ref().err().map(|_| "AWS gave no credentials for this login."));
        }
        made.map(|(token, login_session)| LoggedIn { login_session, token })
    }

    /// Puts a session into its file, where a renewal of an older one may be under way.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn store(&self, made: &LoggedIn) -> Result<(), ConsoleLoginError> {
        let no_home = || ConsoleLoginError::NotKept("there is no home folder".to_owned());
        let path = login::path(self.caller, &made.login_session).ok_or_else(no_home)?;
        // A renewal that takes too long is of the same session, and this one is the younger.
        let _lock = self.lock(&path);
        let wait = Wait { limit: STORING, purpose: "storing a login", notice: &|_| {} };
        let stored = self.caller.world().files.store(&path, &wait, made.token.write().expose().as_bytes());
        stored.map_err(|error| ConsoleLoginError::NotKept(error.to_string()))
    }

    fn lock(&self, path: &std::path::Path) -> Result<crate::world::lock::Lock, String> {
        let notice = |holder: &Holder| self.notices.waiting(holder);
        let wait = Wait { limit: STORING, purpose: "login", notice: &notice };
        self.caller.world().files.lock_renewal(path, &wait).map_err(|error| error.to_string())
    }

    fn way_back(&self) -> WayBack<'_> {
        WayBack { world: self.caller.world(), person: self.person, service: "AWS console login", to: self.profile }
    }

    /// The browser of this machine: it comes back to a port of 127.0.0.1 (RFC 8252).
    fn by_browser(&self, state: &str, verifier: &Secret) -> Result<Authorized, ConsoleLoginError> {
        let mut loopback = Loopback::bind(self.port)?;
        let redirect_uri = format!("http://127.0.0.1:{}{CALLBACK_PATH}", loopback.port());
        let url = self.authorize_url(state, verifier, &redirect_uri);
        self.person.invite(&Invitation::Browse { url: &url, otherwise: "--remote" });
        let expected = Expected { path: CALLBACK_PATH, state };
        let (code, exchange) = self.way_back().code(&mut loopback, &expected)?;
        Ok(Authorized { code, redirect_uri, exchange })
    }

    /// Any browser: it ends at a page that shows what to type here.
    fn by_code(&self, state: &str, verifier: &Secret) -> Result<Authorized, ConsoleLoginError> {
        let redirect_uri = format!("{}/v1/sessions/confirmation", self.calls.url(Service::SignIn));
        self.person.invite(&Invitation::Visit { url: &self.authorize_url(state, verifier, &redirect_uri) });
        let shown = self.person.code()?.ok_or(ConsoleLoginError::NoCode)?;
        let code = verification_code(&shown, state)?;
        Ok(Authorized { code, redirect_uri, exchange: None })
    }

    /// The address to open. Its parameters, their names and their order are the AWS CLI's: the challenge's method
    /// is not OAuth's `S256`.
    fn authorize_url(&self, state: &str, verifier: &Secret, redirect_uri: &str) -> String {
        address(
            &format!("{}/v1/authorize", self.calls.url(Service::SignIn)),
            &[
                ("response_type", "code"),
                ("client_id", self.device.client_id()),
                ("state", state),
                ("code_challenge_method", "SHA-256"),
                ("scope", "openid"),
                ("redirect_uri", redirect_uri),
                ("code_challenge", &pkce::challenge(verifier)),
            ],
        )
    }
}

/// What a refusal to redeem a code means.
fn redeeming(error: CallError) -> ConsoleLoginError {
    match error.refusal().and_then(|refusal| refusal.reason.as_deref()) {
        Some("AUTHCODE_EXPIRED") => ConsoleLoginError::CodeExpired,
        reason => match LoginError::of_reason(reason) {
            Some(error) => ConsoleLoginError::Login(error),
            None => ConsoleLoginError::SignIn(error.into()),
        },
    }
}

/// The code in what the browser shows: base64 of `state=..&code=..`.
fn verification_code(shown: &Secret, state: &str) -> Result<Secret, ConsoleLoginError> {
    // What a terminal or a mail program puts between is no part of it (Python's decoder drops it too).
    let is_base64 = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
    let base64: Secret = Secret::new(shown.expose().chars().filter(is_base64).collect::<String>());
    let decoded = base64_simd::STANDARD_NO_PAD.decode_to_vec(base64.expose());
    let query = decoded.ok().and_then(|bytes| String::from_utf8(bytes).ok()).filter(|query| !query.is_empty());
    let query = Secret::new(query.ok_or(ConsoleLoginError::NotACode)?);
    let part = |wanted: &str| {
        let mut parts = form_urlencoded::parse(query.expose().as_bytes());
        parts.find(|(name, value)| name == wanted && !value.is_empty()).map(|(_, value)| Secret::new(value))
    };
    match (part("code"), part("state")) {
        (Some(_), Some(other)) if other.expose() != state => Err(ConsoleLoginError::OtherAttempt),
        (Some(code), Some(_)) => Ok(code),
        _ => Err(ConsoleLoginError::HalfACode),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_that_does_not_come_back_brings_no_code() {
        let said = ConsoleLoginError::from(SignInError::Expired).to_string();
        assert!(said.ends_with("Failed to retrieve an authorization code."), "{said}");
    }

    #[test]
    fn codes_are_read_as_the_browser_shows_them() {
        let base64 = |text: &str| base64_simd::STANDARD.encode_to_string(text);
        let whole = base64("state=s-1&code=a%2Fb+c");
        let wrapped = format!("  {}\r\n{}\n", &whole[..10], &whole[10..]);
        for shown in
            [whole.clone(), wrapped, whole.trim_end_matches('=').to_owned(), base64("code=a%2Fb%20c&state=s-1")]
        {
            assert_eq!(verification_code(&Secret::new(shown.clone()), "s-1").unwrap().expose(), "a/b c", "{shown}");
        }
        for (shown, says) in [
            (String::new(), "Failed to decode"),
            ("@@@".into(), "Failed to decode"),
            ("a".into(), "Failed to decode"),
            (base64_simd::STANDARD.encode_to_string([0xff, 0xfe]), "Failed to decode"),
            (base64("state=s-1"), "Failed to retrieve an auth_code or state"),
            (base64("code=x"), "Failed to retrieve an auth_code or state"),
            (base64("state=s-1&code="), "Failed to retrieve an auth_code or state"),
            (base64("state=s-2&code=x"), "State parameter does not match"),
        ] {
            let error = verification_code(&Secret::new(shown.clone()), "s-1").unwrap_err().to_string();
            assert!(error.contains(says), "{shown}: {error}");
        }
    }
}
