//! Signing in to IAM Identity Center: a registered client, a person in a browser, a token in the AWS CLI's
//! file. One sign-in for all processes that wait for it.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;

use super::callback::Expected;
use super::error::SignInError;
use super::person::{Invitation, Person};
use super::pkce::{self, Authorization};
use super::start_url::{self, StartUrl};
use super::way_back::{CALLBACK_PATH, PATIENCE, SLICE, WayBack};
use crate::aws::http::{self, Method};
use crate::aws::oidc::{ClientKeys, DeviceAuthorization, Grant, Oidc, RegisterClient, Token};
use crate::aws::settings::Service;
use crate::aws::{CallError, CallSettings, Caller};
use crate::config::sso::SsoSettings;
use crate::secret::Secret;
use crate::tokens::registration::{self, DEFAULT_SCOPE, Flow, GRANT_TYPES, Registration};
use crate::tokens::renewal::{Notices, Renewable, Worth};
use crate::tokens::session::LARGEST_TOKEN;
use crate::tokens::{SsoToken, sso_token};
use crate::world::files::Files;
use crate::world::lock::{Holder, Wait};
use crate::world::loopback::Loopback;
use crate::world::{paths, random};

/// How long storing takes at most.
const STORING: Duration = Duration::from_secs(5);

/// What the service calls a client that it does not know (any more).
const FORGOTTEN: [&str; 2] = ["InvalidClientException", "UnauthorizedClientException"];

/// A sign-in that is to be made.
pub struct SignIn<'a> {
    /// Who calls the token service.
    pub caller: &'a Caller<'a>,
    /// How.
    pub calls: &'a CallSettings,
    /// Who is told of waits.
    pub notices: &'a dyn Notices,
    /// Who signs in.
    pub person: &'a dyn Person,
    /// Where to.
    pub sso: &'a SsoSettings,
    /// How.
    pub flow: Flow,
    /// The port that the browser comes back to. `None`: any.
    pub port: Option<u16>,
}

/// A sign-in that was made.
#[derive(Debug)]
pub struct SignedIn {
    /// Its token, which is in its file.
    pub token: SsoToken,
    /// The directory's region, which may not be the configured one.
    pub region: String,
    /// Whether another process signed in while this one waited.
    pub by_another: bool,
}

/// The client is unknown to the service, or something else is wrong.
enum Attempt {
    Forgotten(SignInError),
    Failed(SignInError),
}

impl<E: Into<SignInError>> From<E> for Attempt {
    fn from(error: E) -> Self {
        match error.into() {
            SignInError::Call(error) if is(&error, &FORGOTTEN) => Self::Forgotten(error.into()),
            SignInError::Refused { error, description } if error.ends_with("_client") => {
                Self::Forgotten(SignInError::Refused { error, description })
            }
            error => Self::Failed(error),
        }
    }
}

fn is(error: &CallError, codes: &[&str]) -> bool {
    error.refusal().is_some_and(|refusal| codes.contains(&refusal.code.as_str()))
}

impl SignIn<'_> {
    /// Signs in anew, whatever token there is.
    ///
    /// # Errors
    /// See [`SignInError`].
    pub fn run(&self) -> Result<SignedIn, SignInError> {
        let resolved = self.resolved()?;
        let world = self.caller.world();
        let no_home = || SignInError::NoPlace("there is no home folder".to_owned());
        let cache = paths::sso_cache(&world.env).ok_or_else(no_home)?;
        let path = cache.join(sso_token::file_name(&self.sso.key));
        let before = self.stored(&path);
        let purpose = format!("signing in to {}", self.sso.key.text());
        let notice = |holder: &Holder| self.notices.waiting(holder);
        let wait = Wait { limit: PATIENCE, purpose: &purpose, notice: &notice };
        let lock = world.files.lock_renewal(&path, &wait).map_err(|error| SignInError::NoPlace(error.to_string()))?;
        if lock.waited
            && let Some(token) = self.stored(&path)
            && Some(&token) != before.as_ref()
            && token.worth(world.clock.now(), true) == Worth::Fresh
        {
            return Ok(SignedIn { token, region: resolved.region, by_another: true });
        }
        world.files.check_room(&path, LARGEST_TOKEN).map_err(|error| SignInError::NoPlace(error.to_string()))?;
        let token = self.signed_in(&cache, &resolved)?;
        self.store(&path, &token.write()).map_err(SignInError::NotKept)?;
        Ok(SignedIn { token, region: resolved.region, by_another: false })
    }

    fn resolved(&self) -> Result<start_url::Resolved, SignInError> {
        let start_url = StartUrl::parse(&self.sso.start_url)?;
        let region = Some(self.sso.region.as_str()).filter(|region| !region.is_empty());
        Ok(start_url.resolve(region, &mut |method, url| asked(self.calls, method, url, &self.caller.world().files))?)
    }

    fn stored(&self, path: &Path) -> Option<SsoToken> {
        SsoToken::read(&self.caller.world().files.read(path).ok().flatten()?)
    }

    fn store(&self, path: &Path, text: &Secret) -> Result<(), String> {
        let wait = Wait { limit: STORING, purpose: "storing a sign-in", notice: &|_| {} };
        let stored = self.caller.world().files.store(path, &wait, text.expose().as_bytes());
        stored.map(|_| ()).map_err(|error| error.to_string())
    }

    fn signed_in(&self, cache: &Path, resolved: &start_url::Resolved) -> Result<SsoToken, SignInError> {
        let calls = self.calls.clone().in_region(&resolved.region);
        let oidc = Oidc::new(self.caller, &calls);
        // The cache files are named by what is configured, with the region that was found.
        let named = SsoSettings { region: resolved.region.clone(), ..self.sso.clone() };
        let path = cache.join(registration::file_name(&named));
        let kept = self.kept_registration(&path);
        let client = match &kept {
            Some(client) => client.clone(),
            None => self.register(&oidc, &resolved.url, &path)?,
        };
        let attempt = |client: &ClientKeys| match self.flow {
            Flow::AuthorizationCode => self.by_browser(&oidc, &calls, client),
            Flow::DeviceCode => self.by_code(&oidc, client, &resolved.url),
        };
        let (client, token) = match attempt(&client) {
            Ok(token) => (client, token),
            Err(Attempt::Failed(error)) => return Err(error),
            Err(Attempt::Forgotten(error)) if kept.is_none() => return Err(error),
            Err(Attempt::Forgotten(error)) => {
                self.notices.debug(&|| format!("the registration is of no use any more: {error}"));
                let client = self.register(&oidc, &resolved.url, &path)?;
                let token = attempt(&client).map_err(|error| match error {
                    Attempt::Forgotten(error) | Attempt::Failed(error) => error,
                })?;
                (client, token)
            }
        };
        Ok(SsoToken::new(&self.sso.start_url, &resolved.region, client, token, self.now()))
    }

    fn now(&self) -> Timestamp {
        self.caller.world().clock.now()
    }

    fn kept_registration(&self, path: &Path) -> Option<ClientKeys> {
        let bytes = self.caller.world().files.read(path).ok().flatten()?;
        let kept = Registration::read(&bytes)?;
        kept.serves(self.flow, self.now()).then_some(kept.client)
    }

    fn register(&self, oidc: &Oidc<'_>, start_url: &str, path: &Path) -> Result<ClientKeys, SignInError> {
        let name = match self.sso.key.session() {
            Some(session) => format!("botocore-client-{session}"),
            None => format!("botocore-client-{}", self.now().as_second()),
        };
        let mut request = RegisterClient { name, scopes: self.sso.scopes.clone(), ..RegisterClient::default() };
        if self.flow == Flow::AuthorizationCode {
            request.scopes = Some(self.scopes());
            request.grant_types = Some(GRANT_TYPES.map(str::to_owned).to_vec());
            // Without a port: the service accepts any (RFC 8252, section 7.3).
            request.redirect_uris = Some(vec![format!("http://127.0.0.1{CALLBACK_PATH}")]);
            request.issuer_url = Some(start_url.to_owned());
        }
        let client = oidc.register_client(&request)?;
        let registration = Registration { client, scopes: request.scopes, flow: self.flow };
        // What cannot be kept is made anew the next time.
        if let Err(error) = self.store(path, &registration.write()) {
            self.notices.warning(&format!("the registration is not kept for the next time: {error}"));
        }
        Ok(registration.client)
    }

    fn scopes(&self) -> Vec<String> {
        self.sso.scopes.clone().unwrap_or_else(|| vec![DEFAULT_SCOPE.to_owned()])
    }

    /// Authorization code with PKCE (RFC 7636, RFC 8252).
    fn by_browser(&self, oidc: &Oidc<'_>, calls: &CallSettings, client: &ClientKeys) -> Result<Token, Attempt> {
        let mut loopback = Loopback::bind(self.port).map_err(SignInError::from)?;
        let redirect_uri = format!("http://127.0.0.1:{}{CALLBACK_PATH}", loopback.port());
        let verifier = pkce::verifier(random::bytes::<64>).map_err(SignInError::from)?;
        let state = random::uuid4().map_err(SignInError::from)?;
        let authorization = Authorization {
            endpoint: &calls.url(Service::SsoOidc),
            client_id: &client.id,
            redirect_uri: &redirect_uri,
            state: &state,
            scopes: &self.scopes(),
            challenge: &pkce::challenge(&verifier),
        };
        let invitation = Invitation::Browse { url: &authorization.url(), otherwise: "--use-device-code" };
        self.person.invite(&invitation);
        let (world, service) = (self.caller.world(), "AWS IAM Identity Center");
        let way_back = WayBack { world, person: self.person, service, to: self.sso.key.text() };
        let expected = Expected { path: CALLBACK_PATH, state: &state };
        let (code, exchange) = way_back.code(&mut loopback, &expected)?;
        let grant = Grant::AuthorizationCode { code, redirect_uri, verifier };
        let token = oidc.create_token(client, &grant);
        // The page says what became of it, so it waits for the token.
        if let Some(exchange) = exchange {
            way_back.show(exchange, token.as_ref().err().map(|_| "AWS gave no token for this sign-in."));
        }
        token.map_err(|error| match is(&error, &["ExpiredTokenException"]) {
            true => SignInError::Expired.into(),
            false => SignInError::from(error).into(),
        })
    }

    /// Device code (RFC 8628).
    fn by_code(&self, oidc: &Oidc<'_>, client: &ClientKeys, start_url: &str) -> Result<Token, Attempt> {
        let code = oidc.start_device_authorization(client, start_url).map_err(SignInError::from)?;
        let grant = Grant::DeviceCode(code.device_code.clone());
        // A client that is allowed already needs nobody (AWS CLI).
        match oidc.create_token(client, &grant) {
            Ok(token) => return Ok(token),
            Err(error) if is(&error, &["AuthorizationPendingException", "SlowDownException"]) => {}
            Err(error) => return Err(device_error(error).into()),
        }
        self.person.invite(&Invitation::Code(&code));
        self.poll(oidc, client, &grant, &code)
    }

    fn poll(
        &self,
        oidc: &Oidc<'_>,
        client: &ClientKeys,
        grant: &Grant,
        code: &DeviceAuthorization,
    ) -> Result<Token, Attempt> {
        let mut interval = code.interval;
        loop {
            match next_step(oidc.create_token(client, grant), interval) {
                Step::Done(token) => return Ok(token),
                Step::Again(after) => interval = after,
                Step::Failed(error) => return Err(error.into()),
            }
            let deferred = self.caller.world().terminal.defer();
            let until = self.now() + interval;
            while self.now() < until {
                self.person.waits("the code to be entered");
                if deferred.is_interrupted() {
                    return Err(SignInError::Interrupted(deferred).into());
                }
                self.caller.world().clock.sleep(SLICE);
            }
        }
    }
}

/// The region that a company's own start URL leads to. `None`: it is AWS's own URL, or leads nowhere.
pub fn region_of_vanity_url(start_url: &str, calls: &CallSettings, files: &Files) -> Option<String> {
    let start_url = StartUrl::parse(start_url).ok().filter(|url| !url.is_aws_owned())?;
    // The AWS CLI's limit in its dialogue.
    let calls = CallSettings { connect_timeout: Some(Duration::from_secs(10)), ..calls.clone() };
    start_url.resolve(None, &mut |method, url| asked(&calls, method, url, files)).ok().map(|resolved| resolved.region)
}

fn asked(
    calls: &CallSettings,
    method: start_url::Method,
    url: &str,
    files: &Files,
) -> Result<start_url::HeadAnswer, CallError> {
    let method = match method {
        start_url::Method::Head => Method::HEAD,
        start_url::Method::Get => Method::GET,
    };
    let (status, location) = http::look(calls, method, url, files)?;
    Ok(start_url::HeadAnswer { status, location })
}

/// What an answer to a poll means.
#[derive(Debug)]
enum Step {
    Done(Token),
    Again(Duration),
    Failed(SignInError),
}

/// How much longer to wait when the service asks for it (RFC 8628, section 3.5).
const SLOWER: Duration = Duration::from_secs(5);

fn next_step(answer: Result<Token, CallError>, interval: Duration) -> Step {
    match answer {
        Ok(token) => Step::Done(token),
        Err(error) if is(&error, &["AuthorizationPendingException"]) => Step::Again(interval),
        Err(error) if is(&error, &["SlowDownException"]) => Step::Again(interval + SLOWER),
        Err(error) => Step::Failed(device_error(error)),
    }
}

fn device_error(error: CallError) -> SignInError {
    match is(&error, &["ExpiredTokenException"]) {
        true => SignInError::Expired,
        false => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Refusal;

    fn refused(code: &str) -> Result<Token, CallError> {
        Err(CallError::Refused(Box::new(Refusal {
            operation: "CreateToken",
            code: code.to_owned(),
            message: String::new(),
            reason: None,
            status: 400,
        })))
    }

    #[test]
    fn what_a_poll_means() {
        let five = Duration::from_secs(5);
        for (code, expected) in [
            ("AuthorizationPendingException", "Again(5s)"),
            ("SlowDownException", "Again(10s)"),
            ("ExpiredTokenException", "Failed(Expired)"),
            ("AccessDeniedException", "Failed(Call("),
        ] {
            let step = format!("{:?}", next_step(refused(code), five));
            assert!(step.starts_with(expected), "{step}");
        }
    }
}
