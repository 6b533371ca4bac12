//! The access portal of IAM Identity Center: which accounts and roles a person may enter, and a role's
//! credentials. Calls are unsigned and show the token of a sign-in.

use std::collections::VecDeque;
use std::time::Duration;

use aws_sdk_sso::Client;
use aws_sdk_sso::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sso::operation::list_account_roles::{ListAccountRolesError, ListAccountRolesOutput};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use jiff::Timestamp;
use tokio::task::JoinSet;

use super::SigningKeys;
use super::call::{Ask, CallError, Caller};
use super::settings::{CallSettings, Service};
use super::sts::SessionCredentials;
use crate::secret::Secret;

/// The access portal, with the settings of its calls. Their region is the directory's.
pub struct Portal<'a> {
    caller: &'a Caller<'a>,
    settings: &'a CallSettings,
}

/// An account that a person may enter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// `accountId`, leading zeros kept.
    pub id: String,
    /// `accountName`
    pub name: Option<String>,
    /// `emailAddress`
    pub email: Option<String>,
}

/// The largest page that the service gives.
const PAGE: i32 = 100;

/// How many accounts are asked about at once.
const AT_ONCE: usize = 8;

/// Listing thousands of roles meets the service's limit: how often one account is asked about anew, beyond
/// the SDK's attempts, and how long to wait before, twice as long each time.
const PATIENCE: u32 = 6;
const PAUSE: Duration = Duration::from_millis(500);

impl<'a> Portal<'a> {
    /// The portal, asked as `settings` say.
    pub fn new(caller: &'a Caller<'a>, settings: &'a CallSettings) -> Self {
        Self { caller, settings }
    }

    /// All accounts, in the service's order.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn list_accounts(&self, token: &Secret) -> Result<Vec<Account>, CallError> {
        self.call("ListAccounts", |client| async move {
            let mut accounts = Vec::new();
            let mut next = None;
            loop {
                let request = client.list_accounts().access_token(token.expose()).max_results(PAGE);
                let answer = request.set_next_token(next).send().await?;
                accounts.extend(answer.account_list().iter().filter_map(|account| {
                    Some(Account {
                        id: account.account_id()?.to_owned(),
                        name: account.account_name().filter(|name| !name.is_empty()).map(str::to_owned),
                        email: account.email_address().filter(|email| !email.is_empty()).map(str::to_owned),
                    })
                }));
                next = answer.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
                if next.is_none() {
                    return Ok(Ok(accounts));
                }
            }
        })
    }

    /// The roles of each of `accounts`, in their order. `progress` is told how many are done.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn list_roles(
        &self,
        token: &Secret,
        accounts: &[String],
        progress: &dyn Fn(usize),
    ) -> Result<Vec<Vec<String>>, CallError> {
        self.call("ListAccountRoles", |client| async move {
            let mut found = vec![Vec::new(); accounts.len()];
            let mut waiting: VecDeque<_> = accounts.iter().cloned().enumerate().collect();
            let mut asking = JoinSet::new();
            let mut done = 0;
            loop {
                while asking.len() < AT_ONCE
                    && let Some((at, account)) = waiting.pop_front()
                {
                    let (client, token) = (client.clone(), token.clone());
                    asking.spawn(async move { (at, roles_of(&client, &token, &account).await) });
                }
                let Some(answer) = asking.join_next().await else { return Ok(Ok(found)) };
                // A task that panics is a bug of ours; it is one account less, and said to be.
                let Ok((at, roles)) = answer else { return Ok(Err("asking was cut off".to_owned())) };
                if let Some(place) = found.get_mut(at) {
                    *place = roles?;
                }
                done += 1;
                progress(done);
            }
        })
    }

    /// Credentials of `role` in `account`.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn get_role_credentials(
        &self,
        token: &Secret,
        account: &str,
        role: &str,
    ) -> Result<SessionCredentials, CallError> {
        self.call("GetRoleCredentials", |client| async move {
            let request = client.get_role_credentials().account_id(account).role_name(role);
            let answer = request.access_token(token.expose()).send().await?;
            let found = answer.role_credentials().and_then(|found| {
                Some(SessionCredentials {
                    keys: SigningKeys {
                        access_key_id: found.access_key_id()?.to_owned(),
                        secret_access_key: Secret::new(found.secret_access_key()?),
                        session_token: Some(Secret::new(found.session_token()?)),
                    },
                    expiration: Timestamp::from_millisecond(found.expiration()).ok()?,
                })
            });
            Ok(found.ok_or_else(|| "it holds no credentials".to_owned()))
        })
    }

    /// Ends the session of `token`.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn logout(&self, token: &Secret) -> Result<(), CallError> {
        self.call("Logout", |client| async move {
            client.logout().access_token(token.expose()).send().await?;
            Ok(Ok(()))
        })
    }

    fn call<T, E, F>(&self, operation: &'static str, send: impl Fn(Client) -> F) -> Result<T, CallError>
    where
        F: Future<Output = Result<Result<T, String>, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let region = self.settings.unsigned_region();
        let ask = Ask { operation, service: Service::Sso, settings: self.settings, region, keys: None };
        self.caller.ask(&ask, |config, date| {
            send(Client::from_conf(aws_sdk_sso::config::Builder::from(&config).interceptor(date).build()))
        })
    }
}

type RolesError = SdkError<ListAccountRolesError, HttpResponse>;

/// One page. Who is told to slow down does.
async fn page_of_roles(
    client: &Client,
    token: &Secret,
    account: &str,
    next: Option<String>,
) -> Result<ListAccountRolesOutput, RolesError> {
    let mut pause = PAUSE;
    for _ in 0..PATIENCE {
        let request = client.list_account_roles().access_token(token.expose()).account_id(account).max_results(PAGE);
        match request.set_next_token(next.clone()).send().await {
            Err(error) if error.raw_response().is_some_and(|answer| answer.status().as_u16() == 429) => {
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            answer => return answer,
        }
    }
    let request = client.list_account_roles().access_token(token.expose()).account_id(account).max_results(PAGE);
    request.set_next_token(next).send().await
}

async fn roles_of(client: &Client, token: &Secret, account: &str) -> Result<Vec<String>, RolesError> {
    let mut roles = Vec::new();
    let mut next = None;
    loop {
        let answer = page_of_roles(client, token, account, next).await?;
        roles.extend(answer.role_list().iter().filter_map(|role| role.role_name().map(str::to_owned)));
        next = answer.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
        if next.is_none() {
            return Ok(roles);
        }
    }
}
