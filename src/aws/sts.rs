//! Security Token Service: the requests and answers that the rest of the house sees.
//!
//! Here is how it is called, and the questions that give no credentials; `role` has the operations that
//! enter a role, `user` those that give a user another form of its own credentials.

#![allow(deprecated, reason = "the AWS CLI still prints PackedPolicySize")]

mod role;
mod session;
mod user;

use aws_sdk_sts::Client;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};

pub use role::{AssumeRole, ContextAssertion, RoleAnswer, Saml, SamlAnswer, WebIdentity};
pub use session::{SessionCredentials, SessionPolicies, SessionTag};
pub use user::{FederatedAnswer, FederationToken, SessionToken};

use super::SigningKeys;
use super::call::{Ask, CallError, Caller};
use crate::aws::settings::{CallSettings, Service};

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

    /// What an encoded message of a refusal says: a text in JSON.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn decode_authorization_message(&self, keys: &SigningKeys, message: &str) -> Result<Option<String>, CallError> {
        self.call("DecodeAuthorizationMessage", Some(keys), |client| async move {
            let answer = client.decode_authorization_message().encoded_message(message).send().await?;
            Ok(Ok(answer.decoded_message().map(str::to_owned)))
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
