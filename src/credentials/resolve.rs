//! Walking a plan.

use std::time::Duration;

use super::{Credentials, NoCode, ProcessError, Programs, TokenCodes};
use crate::aws::settings::Service;
use crate::aws::{CallError, CallFlags, CallSettings, Caller, SettingError};
use crate::chain::{Action, Keys, Method, Plan, Source, Step};
use crate::config::shared::SharedConfig;
use crate::tokens::expiry::Expiry;
use crate::tokens::renewal::{Entry, Failure, Notices, Renew, another_renews, current};
use crate::tokens::{LoginError, TokenError};

/// How long a process that cannot ask waits for one that does.
const CODE_PATIENCE: Duration = Duration::from_secs(240);

/// What the purpose of a process that can ask for a code starts with.
const CODE_ASKED: &str = "asking for an MFA code: ";

/// How long a process that cannot ask for a code looks around for one that can.
const CODE_GRACE: Duration = Duration::from_millis(300);

/// Why a plan gave no credentials.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// There is nowhere to ask, or nobody there has any.
    #[error("no credentials found")]
    None,
    /// `AWS_CREDENTIAL_EXPIRATION` is not a time.
    #[error("AWS_CREDENTIAL_EXPIRATION is {0:?}, which is not a time such as 2026-07-23T18:06:21Z")]
    BadExpiration(String),
    /// The environment's credentials are over.
    #[error("the credentials in the environment ended at {0}")]
    Expired(String),
    /// AWS was asked, in vain.
    #[error("{doing}: {error}")]
    Call {
        /// `assuming arn:.. for profile p`
        doing: String,
        /// Where the step was written.
        written: Source,
        /// What happened.
        error: Box<CallError>,
    },
    /// There is no token of a sign-in to Identity Center.
    #[error("{error}")]
    Token {
        /// The profile.
        profile: String,
        /// What is wrong with it.
        error: Box<TokenError>,
    },
    /// There is no session of a console login, or it cannot be renewed.
    #[error("{error}")]
    Login {
        /// The profile.
        profile: String,
        /// What is wrong with it.
        error: Box<LoginError>,
    },
    /// Identity Center does not take the token any more.
    #[error("The SSO session associated with this profile has expired or is otherwise invalid: {error}")]
    SessionOver {
        /// The profile.
        profile: String,
        /// What the portal said.
        error: Box<CallError>,
    },
    /// A setting that calls cannot use.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// Another program was asked, in vain.
    #[error("Error when retrieving credentials from custom-process: {error}")]
    Process {
        /// The profile.
        profile: String,
        /// What happened.
        error: ProcessError,
    },
    /// The web identity token cannot be read.
    #[error("the web identity token {path} cannot be read: {why}")]
    TokenFile {
        /// The file as configured.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// An MFA code is needed.
    #[error(transparent)]
    Code(#[from] NoCode),
    /// A service on this machine was asked, in vain.
    #[error("{doing}: {why}")]
    Provider {
        /// `asking the instance metadata service`
        doing: String,
        /// What happened.
        why: String,
        /// Where it was said to ask.
        written: Source,
    },
    /// `credential_source` names a place that has none.
    #[error(
        "Error when retrieving credentials from {name}: No credentials found in credential_source referenced in profile {profile}"
    )]
    EmptySource {
        /// `Ec2InstanceMetadata`
        name: &'static str,
        /// The role's profile.
        profile: String,
    },
}

impl Failure for ResolveError {
    fn is_final(&self) -> bool {
        matches!(self, Self::Code(NoCode::Interrupted))
    }
}

impl ResolveError {
    pub(super) fn call(doing: String, step: &Step, error: CallError) -> Self {
        Self::Call { doing, written: step.source.clone(), error: Box::new(error) }
    }

    pub(super) fn token(step: &Step, error: TokenError) -> Self {
        Self::Token { profile: step.profile.clone(), error: Box::new(error) }
    }

    pub(super) fn setup(error: CallError) -> Self {
        Self::Call { doing: "asking for credentials".to_owned(), written: Source::Default, error: Box::new(error) }
    }
}

/// Walks plans of one profile.
pub struct Resolver<'a> {
    /// Who calls AWS.
    pub caller: &'a Caller<'a>,
    /// Both files, for the settings of calls.
    pub shared: &'a SharedConfig<'a>,
    /// The profile whose settings calls follow: the selected one, whatever profile a role is in.
    pub profile: &'a str,
    /// What the command line says of calls.
    pub flags: &'a CallFlags,
    /// Where MFA codes come from.
    pub codes: &'a dyn TokenCodes,
    /// Who is told of waits and losses.
    pub notices: &'a dyn Notices,
    /// How other programs are run.
    pub programs: &'a Programs<'a>,
}

impl Resolver<'_> {
    /// The credentials that `plan` leads to.
    ///
    /// # Errors
    /// See [`ResolveError`].
    pub fn resolve(&self, plan: &Plan) -> Result<Credentials, ResolveError> {
        self.step(plan.used.as_ref().ok_or(ResolveError::None)?, true)
    }

    /// `first`: whether these are the credentials that were asked for, not the source of others.
    pub(super) fn step(&self, step: &Step, first: bool) -> Result<Credentials, ResolveError> {
        match &step.action {
            Action::Keys(keys) => self.written(step.method, keys),
            Action::MfaSession(session) => self.mfa_session(step, session),
            Action::AssumeRole(role) => self.role(step, role),
            Action::WebIdentity(identity) => self.web_identity(step, identity, first),
            Action::Process(process) => self.process(step, process),
            Action::Container => self.container(step),
            Action::InstanceMetadata => self.instance_metadata(step),
            Action::Sso(sso) => self.sso(step, sso, first),
            Action::Login(login) => self.login(step, login),
        }
    }

    /// How `service` is called.
    ///
    /// # Errors
    /// A setting that calls cannot use.
    pub fn settings(&self, service: Service) -> Result<CallSettings, SettingError> {
        let variable = |name: &str| self.variable(name);
        CallSettings::new(service, self.shared, self.profile, self.flags, &variable)
    }

    pub(super) fn variable(&self, name: &str) -> Option<String> {
        self.caller.world().env.get(name)
    }

    /// What `entry` holds, renewed by `renew` where it must be, for which a code may be needed. Where nobody can be
    /// asked here, another process that is about to ask is waited for.
    pub(super) fn current_with_code(
        &self,
        entry: &Entry<'_, Credentials>,
        renew: Renew<'_, Credentials, ResolveError>,
    ) -> Result<Credentials, ResolveError> {
        let world = self.caller.world();
        let until = world.clock.now() + CODE_PATIENCE;
        loop {
            match current(world, self.notices, entry, renew) {
                Err(ResolveError::Code(NoCode::Unanswered { .. }))
                    if world.clock.now() < until
                        && entry.path.is_some_and(|path| another_renews(world, path, CODE_ASKED, CODE_GRACE)) => {}
                answer => return answer,
            }
        }
    }

    /// `doing`, with what those who wait for a code look for: somebody who can be asked for it.
    pub(super) fn with_a_code(&self, doing: String) -> String {
        if self.codes.can_ask() { format!("{CODE_ASKED}{doing}") } else { doing }
    }

    /// A setting from the environment, else from the selected profile.
    pub(super) fn either(&self, variable: &str, key: &str) -> Option<String> {
        self.variable(variable).or_else(|| {
            let profile = self.shared.profile(self.profile)?;
            profile.text(key).filter(|text| !text.is_empty()).map(str::to_owned)
        })
    }

    pub(super) fn written(&self, method: Method, keys: &Keys) -> Result<Credentials, ResolveError> {
        let expiry = match &keys.expiration {
            Some(text) => Some(Expiry::parse(text).ok_or_else(|| ResolveError::BadExpiration(text.clone()))?),
            None => None,
        };
        let now = self.caller.world().clock.now();
        if let Some(over) = expiry.filter(|expiry| expiry.timestamp() <= now) {
            return Err(ResolveError::Expired(over.zulu()));
        }
        Ok(Credentials {
            access_key_id: keys.access_key_id.clone(),
            secret_access_key: keys.secret_access_key.clone(),
            session_token: keys.session_token.clone(),
            expiry,
            account_id: keys.account_id.clone(),
            method,
        })
    }
}
