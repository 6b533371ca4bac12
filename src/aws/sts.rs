//! Security Token Service: the requests and answers that the rest of the house sees.

#![allow(deprecated, reason = "the AWS CLI still prints PackedPolicySize")]

use aws_sdk_sts::Client;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::types::{PolicyDescriptorType, ProvidedContext, Tag};
use jiff::Timestamp;

use super::SigningKeys;
use super::call::{Ask, CallError, Caller};
use crate::aws::settings::{CallSettings, Service};
use crate::secret::Secret;

/// What AssumeRole takes.
#[derive(Debug, Clone, Default)]
pub struct AssumeRole {
    /// The role.
    pub role_arn: String,
    /// The name of the session.
    pub role_session_name: String,
    /// ARNs of managed session policies.
    pub policy_arns: Vec<Option<String>>,
    /// An inline session policy.
    pub policy: Option<String>,
    /// Seconds.
    pub duration_seconds: Option<i32>,
    /// Session tags: key and value.
    pub tags: Vec<(String, String)>,
    /// The keys of tags that go on along a chain.
    pub transitive_tag_keys: Vec<String>,
    /// What the trust policy may ask for.
    pub external_id: Option<String>,
    /// The MFA device.
    pub serial_number: Option<String>,
    /// The code it shows.
    pub token_code: Option<Secret>,
    /// Who is behind the session.
    pub source_identity: Option<String>,
    /// Provider ARN and assertion.
    pub provided_contexts: Vec<(Option<String>, Option<String>)>,
}

/// Temporary credentials.
#[derive(Debug, Clone)]
pub struct SessionCredentials {
    /// What signs.
    pub keys: SigningKeys,
    /// When they end.
    pub expiration: Timestamp,
}

/// What AssumeRole and AssumeRoleWithWebIdentity answer.
#[derive(Debug, Clone)]
pub struct RoleAnswer {
    /// The session's credentials.
    pub credentials: SessionCredentials,
    /// `AROA..:name`
    pub assumed_role_id: Option<String>,
    /// `arn:aws:sts::111122223333:assumed-role/demo/name`
    pub assumed_role_arn: Option<String>,
    /// How full the packed policy is, in percent.
    pub packed_policy_size: Option<i32>,
    /// Who is behind the session.
    pub source_identity: Option<String>,
    /// Web identity alone: the token's issuer.
    pub provider: Option<String>,
    /// Web identity alone: whom the token is for.
    pub audience: Option<String>,
    /// Web identity alone: whom the token names.
    pub subject: Option<String>,
    /// The request's id.
    pub request_id: Option<String>,
}

/// What GetCallerIdentity answers.
#[derive(Debug, Clone)]
pub struct CallerIdentity {
    /// `AIDA..`, `AROA..:name`, or the account for root.
    pub user_id: String,
    /// The account.
    pub account: String,
    /// The caller.
    pub arn: String,
}

/// What GetSessionToken takes.
#[derive(Debug, Clone, Default)]
pub struct SessionToken {
    /// Seconds.
    pub duration_seconds: Option<i32>,
    /// The MFA device.
    pub serial_number: Option<String>,
    /// The code it shows.
    pub token_code: Option<Secret>,
}

/// STS, as one caller reaches it.
pub struct Sts<'a> {
    caller: &'a Caller<'a>,
    settings: &'a CallSettings,
}

impl<'a> Sts<'a> {
    /// STS with `settings`.
    pub fn new(caller: &'a Caller<'a>, settings: &'a CallSettings) -> Self {
        Self { caller, settings }
    }

    /// Who `keys` belong to.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn get_caller_identity(&self, keys: &SigningKeys) -> Result<CallerIdentity, CallError> {
        self.call("GetCallerIdentity", Some(keys), |client| async move {
            let answer = client.get_caller_identity().send().await?;
            let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
            Ok(Ok(CallerIdentity {
                user_id: text(answer.user_id()),
                account: text(answer.account()),
                arn: text(answer.arn()),
            }))
        })
    }

    /// A session of the user whose `keys` these are.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn get_session_token(
        &self,
        keys: &SigningKeys,
        request: &SessionToken,
    ) -> Result<SessionCredentials, CallError> {
        self.call("GetSessionToken", Some(keys), |client| async move {
            let answer = client
                .get_session_token()
                .set_duration_seconds(request.duration_seconds)
                .set_serial_number(request.serial_number.clone())
                .set_token_code(request.token_code.as_ref().map(|code| code.expose().to_owned()))
                .send()
                .await?;
            Ok(session(answer.credentials()))
        })
    }

    /// Assumes a role with `keys`.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn assume_role(&self, keys: &SigningKeys, request: &AssumeRole) -> Result<RoleAnswer, CallError> {
        self.call("AssumeRole", Some(keys), |client| async move {
            let request = request.clone();
            let list = |items: Vec<String>| (!items.is_empty()).then_some(items);
            let tags: Result<Vec<_>, _> =
                request.tags.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
            let tags = tags.map_err(SdkError::construction_failure)?;
            let policies: Vec<_> = request
                .policy_arns
                .into_iter()
                .map(|arn| PolicyDescriptorType::builder().set_arn(arn).build())
                .collect();
            let contexts: Vec<_> = request
                .provided_contexts
                .into_iter()
                .map(|(arn, assertion)| {
                    ProvidedContext::builder().set_provider_arn(arn).set_context_assertion(assertion).build()
                })
                .collect();
            let answer = client
                .assume_role()
                .role_arn(request.role_arn)
                .role_session_name(request.role_session_name)
                .set_policy_arns((!policies.is_empty()).then_some(policies))
                .set_policy(request.policy)
                .set_duration_seconds(request.duration_seconds)
                .set_tags((!tags.is_empty()).then_some(tags))
                .set_transitive_tag_keys(list(request.transitive_tag_keys))
                .set_external_id(request.external_id)
                .set_serial_number(request.serial_number)
                .set_token_code(request.token_code.map(|code| code.expose().to_owned()))
                .set_source_identity(request.source_identity)
                .set_provided_contexts((!contexts.is_empty()).then_some(contexts))
                .send()
                .await?;
            let (id, arn) = assumed(answer.assumed_role_user());
            Ok(session(answer.credentials()).map(|credentials| RoleAnswer {
                credentials,
                assumed_role_id: id,
                assumed_role_arn: arn,
                packed_policy_size: answer.packed_policy_size(),
                source_identity: answer.source_identity().map(str::to_owned),
                provider: None,
                audience: None,
                subject: None,
                request_id: request_id(&answer),
            }))
        })
    }

    /// Assumes `role_arn` with a web identity `token`; unsigned.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn assume_role_with_web_identity(
        &self,
        role_arn: &str,
        role_session_name: &str,
        token: &Secret,
    ) -> Result<RoleAnswer, CallError> {
        self.call("AssumeRoleWithWebIdentity", None, |client| async move {
            let answer = client
                .assume_role_with_web_identity()
                .role_arn(role_arn)
                .role_session_name(role_session_name)
                .web_identity_token(token.expose())
                .send()
                .await?;
            let (id, arn) = assumed(answer.assumed_role_user());
            let text = |value: Option<&str>| value.map(str::to_owned);
            Ok(session(answer.credentials()).map(|credentials| RoleAnswer {
                credentials,
                assumed_role_id: id,
                assumed_role_arn: arn,
                packed_policy_size: answer.packed_policy_size(),
                source_identity: text(answer.source_identity()),
                provider: text(answer.provider()),
                audience: text(answer.audience()),
                subject: text(answer.subject_from_web_identity_token()),
                request_id: request_id(&answer),
            }))
        })
    }

    fn call<T, E, F>(
        &self,
        operation: &'static str,
        keys: Option<&SigningKeys>,
        send: impl Fn(Client) -> F,
    ) -> Result<T, CallError>
    where
        F: Future<Output = Result<Result<T, String>, SdkError<E>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        // Without a region: the global endpoint, signed for us-east-1.
        let global = if self.settings.endpoint_url.is_some() { "us-east-1" } else { "aws-global" };
        let region = self.settings.region.clone().unwrap_or_else(|| global.to_owned());
        let ask = Ask { operation, service: Service::Sts, settings: self.settings, region, keys };
        self.caller.ask(&ask, |config, date| {
            send(Client::from_conf(aws_sdk_sts::config::Builder::from(&config).interceptor(date).build()))
        })
    }
}

fn assumed(user: Option<&aws_sdk_sts::types::AssumedRoleUser>) -> (Option<String>, Option<String>) {
    (user.map(|user| user.assumed_role_id().to_owned()), user.map(|user| user.arn().to_owned()))
}

fn request_id(answer: &impl aws_types::request_id::RequestId) -> Option<String> {
    answer.request_id().map(str::to_owned)
}

fn session(credentials: Option<&aws_sdk_sts::types::Credentials>) -> Result<SessionCredentials, String> {
    let found = credentials.ok_or_else(|| "it holds no credentials".to_owned())?;
    let expiration = found.expiration();
    Ok(SessionCredentials {
        keys: SigningKeys {
            access_key_id: found.access_key_id().to_owned(),
            secret_access_key: Secret::new(found.secret_access_key()),
            session_token: Some(Secret::new(found.session_token())),
        },
        expiration: Timestamp::new(expiration.secs(), expiration.subsec_nanos().cast_signed())
            .map_err(|error| error.to_string())?,
    })
}
