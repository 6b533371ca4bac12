//! The token service of IAM Identity Center (OIDC): registering, device codes, tokens. Nothing here is
//! signed.

use std::time::Duration;

use aws_sdk_ssooidc::Client;
use aws_sdk_ssooidc::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use jiff::Timestamp;

use super::call::{Ask, CallError, Caller};
use super::settings::{CallSettings, Service};
use crate::secret::Secret;

/// The token service, with the settings of its calls. Their region is the directory's.
pub struct Oidc<'a> {
    caller: &'a Caller<'a>,
    settings: &'a CallSettings,
}

/// RegisterClient.
#[derive(Debug, Clone, Default)]
pub struct RegisterClient {
    /// `clientName`
    pub name: String,
    /// `scopes`
    pub scopes: Option<Vec<String>>,
    /// `redirectUris`
    pub redirect_uris: Option<Vec<String>>,
    /// `grantTypes`
    pub grant_types: Option<Vec<String>>,
    /// `issuerUrl`: the start URL.
    pub issuer_url: Option<String>,
}

/// A registered client's id and secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientKeys {
    /// `clientId`
    pub id: String,
    /// `clientSecret`
    pub secret: Secret,
    /// When the registration ends: `clientSecretExpiresAt`.
    pub expires_at: Timestamp,
}

/// A device code that waits for a person.
#[derive(Debug, Clone)]
pub struct DeviceAuthorization {
    /// What the token is asked for with.
    pub device_code: Secret,
    /// What the person types.
    pub user_code: String,
    /// Where.
    pub verification_uri: String,
    /// The same with the code in it.
    pub verification_uri_complete: String,
    /// How long to wait between two questions.
    pub interval: Duration,
}

/// What a token is asked for with.
#[derive(Debug, Clone)]
pub enum Grant {
    /// A device code.
    DeviceCode(Secret),
    /// What the browser brought back.
    AuthorizationCode {
        /// The code.
        code: Secret,
        /// Where it came back to, with the port.
        redirect_uri: String,
        /// The PKCE verifier.
        verifier: Secret,
    },
    /// An earlier token's refresh token.
    RefreshToken(Secret),
}

/// A token that was issued.
#[derive(Debug, Clone)]
pub struct Token {
    /// `accessToken`
    pub access_token: Secret,
    /// `expiresIn`, in seconds.
    pub expires_in: i64,
    /// `refreshToken`, where one was given.
    pub refresh_token: Option<Secret>,
}

/// The interval of RFC 8628, section 3.2, where the service names none.
const INTERVAL: i32 = 5;

impl<'a> Oidc<'a> {
    /// The token service, asked as `settings` say.
    pub fn new(caller: &'a Caller<'a>, settings: &'a CallSettings) -> Self {
        Self { caller, settings }
    }

    /// Registers a client.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn register_client(&self, request: &RegisterClient) -> Result<ClientKeys, CallError> {
        self.call("RegisterClient", |client| {
            let request = request.clone();
            async move {
                let answer = client
                    .register_client()
                    .client_name(request.name)
                    .client_type("public")
                    .set_scopes(request.scopes)
                    .set_redirect_uris(request.redirect_uris)
                    .set_grant_types(request.grant_types)
                    .set_issuer_url(request.issuer_url)
                    .send()
                    .await?;
                let expires_at = Timestamp::from_second(answer.client_secret_expires_at());
                Ok(match (answer.client_id(), answer.client_secret(), expires_at) {
                    (Some(id), Some(secret), Ok(expires_at)) => {
                        Ok(ClientKeys { id: id.to_owned(), secret: Secret::new(secret), expires_at })
                    }
                    _ => Err("it holds no client".to_owned()),
                })
            }
        })
    }

    /// Starts a device authorization for `start_url`.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn start_device_authorization(
        &self,
        keys: &ClientKeys,
        start_url: &str,
    ) -> Result<DeviceAuthorization, CallError> {
        self.call("StartDeviceAuthorization", |client| async move {
            let request = client.start_device_authorization().client_id(&keys.id).start_url(start_url);
            let answer = request.client_secret(keys.secret.expose()).send().await?;
            let interval = match answer.interval() {
                seconds if seconds > 0 => seconds,
                _ => INTERVAL,
            };
            let (Some(device), Some(user), Some(uri)) =
                (answer.device_code(), answer.user_code(), answer.verification_uri())
            else {
                return Ok(Err("it holds no code".to_owned()));
            };
            Ok(Ok(DeviceAuthorization {
                device_code: Secret::new(device),
                user_code: user.to_owned(),
                verification_uri: uri.to_owned(),
                verification_uri_complete: answer.verification_uri_complete().unwrap_or(uri).to_owned(),
                interval: Duration::from_secs(interval.unsigned_abs().into()),
            }))
        })
    }

    /// Asks for a token.
    ///
    /// # Errors
    /// See [`CallError`]; a refusal's code is the exception's name: `AuthorizationPendingException`.
    pub fn create_token(&self, keys: &ClientKeys, grant: &Grant) -> Result<Token, CallError> {
        self.call("CreateToken", |client| async move {
            let request = client.create_token().client_id(&keys.id).client_secret(keys.secret.expose());
            let request = match grant {
                Grant::DeviceCode(code) => {
                    request.grant_type("urn:ietf:params:oauth:grant-type:device_code").device_code(code.expose())
                }
                Grant::AuthorizationCode { code, redirect_uri, verifier } => request
                    .grant_type("authorization_code")
                    .code(code.expose())
                    .redirect_uri(redirect_uri)
                    .code_verifier(verifier.expose()),
                Grant::RefreshToken(token) => request.grant_type("refresh_token").refresh_token(token.expose()),
            };
            let answer = request.send().await?;
            Ok(match answer.access_token().filter(|token| !token.is_empty()) {
                None => Err("it holds no token".to_owned()),
                Some(token) => Ok(Token {
                    access_token: Secret::new(token),
                    expires_in: answer.expires_in().into(),
                    refresh_token: answer.refresh_token().filter(|token| !token.is_empty()).map(Secret::new),
                }),
            })
        })
    }

    fn call<T, E, F>(&self, operation: &'static str, send: impl Fn(Client) -> F) -> Result<T, CallError>
    where
        F: Future<Output = Result<Result<T, String>, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let region = self.settings.unsigned_region();
        let ask = Ask { operation, service: Service::SsoOidc, settings: self.settings, region, keys: None };
        self.caller.ask(&ask, |config, date| {
            let client = Client::from_conf(aws_sdk_ssooidc::config::Builder::from(&config).interceptor(date).build());
            send(client)
        })
    }
}
