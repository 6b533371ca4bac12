//! AWS Sign-In: the token endpoint of console login. Nothing here is signed; every request carries a proof of
//! possession ([`dpop`](super::dpop)).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use aws_sdk_signin::Client;
use aws_sdk_signin::error::{BuildError, SdkError};
use aws_sdk_signin::operation::create_o_auth2_token::CreateOAuth2TokenOutput;
use aws_sdk_signin::types::CreateOAuth2TokenRequestBody as Body;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{BeforeTransmitInterceptorContextMut, InterceptorContext};
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use jiff::SignedDuration;

use super::SigningKeys;
use super::call::{Ask, CallError, Caller};
use super::dpop::ProofKey;
use super::settings::{CallSettings, Service};
use crate::secret::Secret;
use crate::world::clock::Clock;
use crate::world::random;

/// What a token is asked for with.
#[derive(Debug, Clone)]
pub enum LoginGrant {
    /// What the browser brought back.
    AuthorizationCode {
        /// The code.
        code: Secret,
        /// Where it came back to, exactly as in the address that was opened.
        redirect_uri: String,
        /// The PKCE verifier.
        verifier: Secret,
    },
    /// An earlier token's refresh token.
    RefreshToken(Secret),
}

/// What AWS Sign-In issues.
#[derive(Debug, Clone)]
pub struct IssuedLogin {
    /// Credentials for requests.
    pub keys: SigningKeys,
    /// `tokenType`: `aws_sigv4`
    pub token_type: String,
    /// `expiresIn`, in seconds.
    pub expires_in: i64,
    /// `refreshToken`
    pub refresh_token: Secret,
    /// `idToken`, where a code was redeemed.
    pub id_token: Option<Secret>,
}

/// The token endpoint, with the settings of its calls. Their region is the login's.
pub struct SignInTokens<'a> {
    caller: &'a Caller<'a>,
    settings: &'a CallSettings,
}

impl<'a> SignInTokens<'a> {
    /// The token endpoint, asked as `settings` say.
    pub fn new(caller: &'a Caller<'a>, settings: &'a CallSettings) -> Self {
        Self { caller, settings }
    }

    /// CreateOAuth2Token, for the client `client_id`, with proofs by `key`. Where the service's clock is minutes off
    /// this one's and it refuses, it is asked once more with proofs by its own.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn create_token(&self, client_id: &str, grant: &LoginGrant, key: ProofKey) -> Result<IssuedLogin, CallError> {
        let key = Arc::new(key);
        let region = self.settings.unsigned_region();
        let ask = Ask {
            operation: "CreateOAuth2Token",
            service: Service::SignIn,
            settings: self.settings,
            region,
            keys: None,
        };
        let clock = self.caller.world().clock;
        self.caller.ask(&ask, |config, date| {
            let proofs = Proofs { key: Arc::clone(&key), clock, correction: Arc::default() };
            let config = aws_sdk_signin::config::Builder::from(&config)
                .interceptor(date.clone())
                .interceptor(proofs.clone())
                .retry_classifier(TooManyRequests);
            let client = Client::from_conf(config.build());
            let body = body(client_id, grant);
            async move {
                let body = body.map_err(SdkError::construction_failure)?;
                let send = || client.create_o_auth2_token().token_input(body.clone()).send();
                let answer = match send().await {
                    Err(SdkError::ServiceError(_)) if date.is_off() => {
                        proofs.correction.store(date.behind(), Ordering::Relaxed);
                        send().await
                    }
                    answer => answer,
                };
                Ok(issued(&answer?))
            }
        })
    }
}

fn body(client_id: &str, grant: &LoginGrant) -> Result<Body, BuildError> {
    let body = Body::builder().client_id(client_id);
    match grant {
        LoginGrant::AuthorizationCode { code, redirect_uri, verifier } => body
            .grant_type("authorization_code")
            .code(code.expose())
            .code_verifier(verifier.expose())
            .redirect_uri(redirect_uri),
        LoginGrant::RefreshToken(token) => body.grant_type("refresh_token").refresh_token(token.expose()),
    }
    .build()
}

fn issued(answer: &CreateOAuth2TokenOutput) -> Result<IssuedLogin, String> {
    let token = answer.token_output().ok_or("it holds no token")?;
    let keys = token.access_token().ok_or("it holds no credentials")?;
    let texts = [keys.access_key_id(), keys.secret_access_key(), keys.session_token(), token.refresh_token()];
    if texts.iter().any(|text| text.is_empty()) {
        return Err("it holds a token in parts".to_owned());
    }
    Ok(IssuedLogin {
        keys: SigningKeys {
            access_key_id: keys.access_key_id().to_owned(),
            secret_access_key: Secret::new(keys.secret_access_key()),
            session_token: Some(Secret::new(keys.session_token())),
        },
        token_type: token.token_type().to_owned(),
        expires_in: token.expires_in().into(),
        refresh_token: Secret::new(token.refresh_token()),
        id_token: token.id_token().filter(|token| !token.is_empty()).map(Secret::new),
    })
}

/// Puts a proof on every attempt: the service takes each one once.
#[derive(Debug, Clone)]
struct Proofs {
    key: Arc<ProofKey>,
    clock: Clock,
    /// Seconds that the service's clock is ahead.
    correction: Arc<AtomicI64>,
}

impl Intercept for Proofs {
    fn name(&self) -> &'static str {
        "Proofs"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let (now, ahead) = (self.clock.now(), self.correction.load(Ordering::Relaxed));
        // A date that no calendar has is no correction.
        let now = now.checked_add(SignedDuration::from_secs(ahead)).unwrap_or(now);
        let request = context.request_mut();
        let proof = self.key.proof(request.uri(), now, &random::uuid4()?);
        request.headers_mut().try_insert("dpop", proof)?;
        Ok(())
    }
}

/// What the SDK does not know to be a request to slow down, since the service calls it an error of its own.
#[derive(Debug)]
struct TooManyRequests;

impl ClassifyRetry for TooManyRequests {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let status = context.response().map(|answer| answer.status().as_u16());
        if status == Some(429) { RetryAction::throttling_error() } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "TooManyRequests"
    }
}
