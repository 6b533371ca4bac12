//! What the providers of aws-config are made with, and what they answer.

use aws_config::provider_config::ProviderConfig;
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_async::rt::sleep::TokioSleep;
use jiff::Timestamp;

use super::{Credentials, ResolveError, Resolver};
use crate::aws::settings::Service;
use crate::aws::{call, http};
use crate::chain::{Method, Step};
use crate::secret::Secret;

impl Resolver<'_> {
    /// A configuration without the default chain, for requests to `url`.
    pub(super) fn provider_config(&self, url: &str, through_proxy: bool) -> Result<ProviderConfig, ResolveError> {
        let mut settings = self.settings(Service::Sts)?;
        if !through_proxy {
            settings.proxies = Default::default();
        }
        let client = http::client(&settings, url, &self.caller.world().files).map_err(ResolveError::setup)?;
        Ok(ProviderConfig::empty().with_http_client(client).with_sleep_impl(TokioSleep::new()))
    }

    /// Asks `provider`. `Ok(None)`: it has nothing to give here.
    pub(super) fn provided(
        &self,
        provider: &impl ProvideCredentials,
        step: &Step,
        doing: &str,
    ) -> Result<Option<Credentials>, ResolveError> {
        let fail = |why: String| ResolveError::Provider { doing: doing.to_owned(), why, written: step.source.clone() };
        match call::block_on(provider.provide_credentials()).map_err(ResolveError::setup)? {
            Ok(found) => convert(&found, step.method).map(Some).map_err(|error| fail(error.to_string())),
            Err(CredentialsError::CredentialsNotLoaded(why)) => {
                self.notices.debug(&|| format!("{doing}: {why:?}"));
                Ok(None)
            }
            Err(error) => Err(fail(call::causes(&error))),
        }
    }
}

fn convert(found: &aws_credential_types::Credentials, method: Method) -> Result<Credentials, jiff::Error> {
    let expiry = found.expiry().map(Timestamp::try_from).transpose()?;
    Ok(Credentials {
        access_key_id: found.access_key_id().to_owned(),
        secret_access_key: Secret::new(found.secret_access_key()),
        session_token: found.session_token().map(Secret::new),
        expiry: expiry.map(Into::into),
        account_id: found.account_id().map(|account| account.as_str().to_owned()),
        method,
    })
}
