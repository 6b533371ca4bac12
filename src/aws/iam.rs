//! Identity and Access Management: the requests and answers that the rest of the house sees. The calls about MFA devices
//! are in [`mfa`], those about access keys in [`keys`]; [`owner`] says whose they are.

pub mod keys;
pub mod mfa;
pub mod owner;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_iam::Client;
use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use super::SigningKeys;
use super::call::{Ask, CallError, Caller};
use super::partition::Partition;
use super::settings::{CallSettings, Service};

/// IAM, with the settings of its calls and the keys that sign them.
pub struct Iam<'a> {
    caller: &'a Caller<'a>,
    settings: &'a CallSettings,
    keys: &'a SigningKeys,
}

impl<'a> Iam<'a> {
    /// IAM, asked as `settings` say, by who holds `keys`.
    pub fn new(caller: &'a Caller<'a>, settings: &'a CallSettings, keys: &'a SigningKeys) -> Self {
        Self { caller, settings, keys }
    }

    /// ListAccountAliases: the account's alias, where it has one; no account has two.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn account_alias(&self) -> Result<Option<String>, CallError> {
        self.call("ListAccountAliases", |client| async move {
            let answer = client.list_account_aliases().send().await?;
            Ok(Ok(answer.account_aliases().first().cloned()))
        })
    }

    fn call<T, E, F>(&self, operation: &'static str, send: impl Fn(Client) -> F) -> Result<T, CallError>
    where
        F: Future<Output = Result<Result<T, String>, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        // One for each partition; the SDK finds it by any region there. At an endpoint of its own it signs for that
        // region itself, which must be the one that the service is in.
        let region = Partition::of_region(self.settings.region.as_deref().unwrap_or_default()).home_region.to_owned();
        let ask = Ask { operation, service: Service::Iam, settings: self.settings, region, keys: Some(self.keys) };
        self.caller.ask(&ask, |config, date| {
            let name = AnswerName::of(operation);
            let seen = Arc::clone(&name.seen);
            let config = aws_sdk_iam::config::Builder::from(&config).interceptor(date).interceptor(name);
            let answer = send(Client::from_conf(config.build()));
            async move {
                let answer = answer.await?;
                let is_theirs = seen.load(Ordering::Relaxed);
                Ok(if is_theirs { answer } else { Err(format!("it is no {operation}Response")) })
            }
        })
    }
}

/// Looks for IAM's name of an answer. Many answers hold nothing else, and the SDK takes any page for one.
#[derive(Debug)]
struct AnswerName {
    /// `DeleteAccessKeyResponse`
    name: String,
    seen: Arc<AtomicBool>,
}

impl AnswerName {
    fn of(operation: &str) -> Self {
        Self { name: format!("{operation}Response"), seen: Arc::default() }
    }
}

impl Intercept for AnswerName {
    fn name(&self) -> &'static str {
        "AnswerName"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response().body().bytes().unwrap_or_default();
        self.seen.store(memchr::memmem::find(body, self.name.as_bytes()).is_some(), Ordering::Relaxed);
        Ok(())
    }
}
