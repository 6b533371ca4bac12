//! Who asks IAM about MFA devices, whose devices are meant, and what its refusals call for.

use clap::Args;

use crate::aws::iam::Iam;
use crate::aws::iam::owner::Owner;
use crate::aws::partition::Partition;
use crate::aws::settings::Service;
use crate::aws::{CallError, CallSettings};
use crate::chain::Method;
use crate::commands::refusal::{self, Known};
use crate::commands::resolving::{self, Asking, call_kind};
use crate::commands::shared_files::SharedFiles;
use crate::commands::token_code::TokenCodeArgs;
use crate::commands::typed::typed;
use crate::commands::{CommandError, Context, ErrorKind};
use crate::config::shared::SharedConfig;
use crate::credentials::Credentials;

/// The flag that names another user.
#[derive(Debug, Clone, Args)]
pub(super) struct UserArgs {
    /// The IAM user whose devices are meant [otherwise: the caller]
    #[arg(long, value_name = "NAME")]
    pub(super) user_name: Option<String>,
}

/// The selected profile's credentials, and IAM.
pub(super) struct Asker<'a> {
    pub(super) context: &'a Context,
    /// The profile whose credentials sign.
    pub(super) profile: String,
    credentials: Credentials,
    settings: CallSettings,
    sts: CallSettings,
}

impl<'a> Asker<'a> {
    /// With the credentials of the selected profile.
    ///
    /// # Errors
    /// No credentials were found, or a setting is one that calls cannot use.
    pub(super) fn new(
        context: &'a Context,
        files: &SharedFiles,
        shared: &SharedConfig<'_>,
        code: &TokenCodeArgs,
    ) -> Result<Self, CommandError> {
        let found = resolving::credentials(context, files, shared, Asking::Terminal, code)?;
        Self::signing(context, shared, found.plan.selection.name, found.credentials)
    }

    /// The same with the long-term keys themselves, whatever session with MFA stands in their place: a device that
    /// is out of step, or gone, makes none, and AWS's policies let users see to their own device without.
    ///
    /// # Errors
    /// No credentials were found, or a setting is one that calls cannot use.
    pub(super) fn with_keys(
        context: &'a Context,
        files: &SharedFiles,
        shared: &SharedConfig<'_>,
    ) -> Result<Self, CommandError> {
        let plan = resolving::planned_with_keys(context, files, shared)?;
        let flags = context.call_flags();
        let credentials = resolving::resolve(context, files, shared, &plan, Asking::Terminal, &flags)?;
        Self::signing(context, shared, plan.selection.name, credentials)
    }

    fn signing(
        context: &'a Context,
        shared: &SharedConfig<'_>,
        profile: String,
        credentials: Credentials,
    ) -> Result<Self, CommandError> {
        let settings = context.call_settings(Service::Iam, shared, &profile)?;
        let sts = context.call_settings(Service::Sts, shared, &profile)?;
        Ok(Self { context, profile, credentials, settings, sts })
    }

    /// Whether the credentials are temporary.
    pub(super) fn is_session(&self) -> bool {
        self.credentials.session_token.is_some()
    }

    /// How the credentials were obtained.
    pub(super) fn method(&self) -> Method {
        self.credentials.method
    }

    /// The user `named`, or else the caller, whom STS knows whatever policies say.
    ///
    /// # Errors
    /// The caller is no user, and none was named.
    pub(super) fn owner(&self, named: Option<&str>) -> Result<Owner, CommandError> {
        let identity = resolving::identity(self.context, &self.sts, &self.credentials)?;
        Owner::of(&identity.arn, named).map_err(|error| {
            CommandError::new(ErrorKind::Configuration, error.to_string())
                .hint("name a user with --user-name, or choose the profile of one with --profile")
        })
    }

    /// Makes a call, whose refusal the caller of this looks at.
    ///
    /// # Errors
    /// See [`CallError`].
    pub(super) fn ask<T>(&self, call: impl FnOnce(&Iam<'_>) -> Result<T, CallError>) -> Result<T, CallError> {
        let keys = self.credentials.signing_keys();
        resolving::try_call(self.context, |caller| call(&Iam::new(caller, &self.settings, &keys)))
    }

    /// Makes a call that is to succeed.
    ///
    /// # Errors
    /// As a person is told.
    pub(super) fn call<T>(&self, call: impl FnOnce(&Iam<'_>) -> Result<T, CallError>) -> Result<T, CommandError> {
        self.ask(call).map_err(|error| self.refused(&error))
    }

    /// What to say and type when IAM says no.
    pub(super) fn refused(&self, error: &CallError) -> CommandError {
        let said = CommandError::new(call_kind(error), error.to_string());
        let profile = typed(&self.profile);
        match error.refusal().map(|refusal| refusal.code.as_str()) {
            Some("AccessDenied") if self.is_session() && !error.to_string().contains(":assumed-role/") => said
                .hint("a session without MFA may not ask IAM at all; for one with MFA it is a policy that says no")
                .hint("keyfob mfa policy prints the policy that lets users see to their own device"),
            Some("AccessDenied") if !self.is_session() => said
                .hint(format!("this often needs an MFA session: keyfob configure mfa-login --profile {profile}"))
                .hint("keyfob mfa policy prints the policy that lets users see to their own device"),
            Some("InvalidClientTokenId") if self.is_session() => {
                said.hint("a session without MFA may not ask IAM: get one with MFA, or ask with the access key itself")
            }
            Some("NoSuchEntity") => said.hint("check --user-name; keyfob mfa list shows a user's devices"),
            Some("LimitExceeded") => said.hint("keyfob mfa remove takes a device away"),
            Some("EntityTemporarilyUnmodifiable") => said.hint("run it again in a few minutes"),
            Some("InvalidAuthenticationCode") => said
                .hint("type two codes that follow one another, each as soon as it shows")
                .hint("check that the clock of the device is right"),
            _ => {
                let keys = self.credentials.signing_keys();
                // IAM has no regions that an account must enable.
                let region = self.settings.region.as_deref();
                let region = region.filter(|region| !Partition::of_region(region).must_enable(region));
                let known = Known { region, keys: Some(&keys), request: None };
                refusal::explained(self.context, &self.sts, &known, error)
            }
        }
    }
}
