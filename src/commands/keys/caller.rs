//! How IAM and STS are asked about access keys, and what their refusals call for.

use crate::aws::iam::Iam;
use crate::aws::iam::keys::LastUse;
use crate::aws::iam::owner::Owner;
use crate::aws::partition::Partition;
use crate::aws::settings::Service;
use crate::aws::sts::Sts;
use crate::aws::{CallError, CallSettings, SigningKeys};
use crate::commands::refusal::{self, Known};
use crate::commands::resolving::{self, call_kind};
use crate::commands::typed::typed;
use crate::commands::{CommandError, Context, ErrorKind};
use crate::config::shared::SharedConfig;

/// IAM and STS, as a profile has them called.
pub(super) struct Asker<'a> {
    pub(super) context: &'a Context,
    /// The profile.
    pub(super) profile: String,
    iam: CallSettings,
    sts: CallSettings,
}

impl<'a> Asker<'a> {
    /// As `profile` has them called.
    ///
    /// # Errors
    /// A setting is one that calls cannot use.
    pub(super) fn new(context: &'a Context, shared: &SharedConfig<'_>, profile: &str) -> Result<Self, CommandError> {
        Ok(Self {
            context,
            profile: profile.to_owned(),
            iam: context.call_settings(Service::Iam, shared, profile)?,
            sts: context.call_settings(Service::Sts, shared, profile)?,
        })
    }

    /// Asks IAM, signed with `keys`.
    ///
    /// # Errors
    /// See [`CallError`].
    pub(super) fn ask<T>(
        &self,
        keys: &SigningKeys,
        call: impl FnOnce(&Iam<'_>) -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        resolving::try_call(self.context, |caller| call(&Iam::new(caller, &self.iam, keys)))
    }

    /// The same, once: for a call that must not be made twice.
    ///
    /// # Errors
    /// See [`CallError`].
    pub(super) fn ask_once<T>(
        &self,
        keys: &SigningKeys,
        call: impl FnOnce(&Iam<'_>) -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        let once = CallSettings { max_attempts: 1, ..self.iam.clone() };
        resolving::try_call(self.context, |caller| call(&Iam::new(caller, &once, keys)))
    }

    /// The ARN of whoever holds `keys`.
    ///
    /// # Errors
    /// See [`CallError`].
    pub(super) fn identity(&self, keys: &SigningKeys) -> Result<String, CallError> {
        let ask = |sts: &Sts<'_>| sts.get_caller_identity(keys);
        resolving::try_call(self.context, |caller| ask(&Sts::new(caller, &self.sts))).map(|identity| identity.arn)
    }

    /// The user `named`, or else the one who holds `keys`.
    ///
    /// # Errors
    /// There is none, or AWS does not take the keys.
    pub(super) fn owner(&self, keys: &SigningKeys, named: Option<&str>) -> Result<Owner, CommandError> {
        let arn = self.identity(keys).map_err(|error| self.refused(keys, &error))?;
        owner(&arn, named)
    }

    /// Deletes the key `id`, which was there: when it is gone already, an earlier try did it.
    ///
    /// # Errors
    /// See [`CallError`].
    pub(super) fn delete(&self, keys: &SigningKeys, user: Option<&str>, id: &str) -> Result<(), CallError> {
        match self.ask(keys, |iam| iam.delete_access_key(user, id)) {
            Err(error) if is(&error, "NoSuchEntity") => Ok(()),
            answer => answer,
        }
    }

    /// The last use of the key `id`; `Err`: that may not be asked, and why.
    pub(super) fn last_use(&self, keys: &SigningKeys, id: &str) -> Result<Option<LastUse>, String> {
        self.ask(keys, |iam| iam.access_key_last_used(id)).map_err(|error| match error.refusal() {
            Some(refusal) => refusal.code.clone(),
            None => error.to_string(),
        })
    }

    /// What to say and type when AWS says no to `keys`.
    pub(super) fn refused(&self, keys: &SigningKeys, error: &CallError) -> CommandError {
        let said = CommandError::new(call_kind(error), error.to_string());
        let is_session = keys.session_token.is_some();
        match error.refusal().map(|refusal| refusal.code.as_str()) {
            Some("AccessDenied") if is_session && !error.to_string().contains(":assumed-role/") => said
                .hint("a session without MFA may not ask IAM at all; for one with MFA it is a policy that says no")
                .hint("keyfob keys rotate --help names the actions that must be allowed"),
            Some("AccessDenied") if !is_session => said
                .hint(format!("where it takes a session with MFA: --token-code CODE, for {}", typed(&self.profile)))
                .hint("keyfob keys rotate --help names the actions that must be allowed"),
            Some("InvalidClientTokenId") if is_session => {
                said.hint("a session without MFA may not ask IAM: get one with MFA, or ask with the access key itself")
            }
            Some("NoSuchEntity") => said.hint("keyfob keys list shows a user's keys; check --user-name"),
            Some("LimitExceeded") => said.hint("keyfob keys list shows both keys; keyfob keys delete makes room"),
            _ => {
                // IAM has no regions that an account must enable.
                let region = self.iam.region.as_deref();
                let region = region.filter(|region| !Partition::of_region(region).must_enable(region));
                let known = Known { region, keys: Some(keys), request: None };
                refusal::explained(self.context, &self.sts, &known, error)
            }
        }
    }
}

/// Whether a service refused with this code.
pub(super) fn is(error: &CallError, code: &str) -> bool {
    error.refusal().is_some_and(|refusal| refusal.code == code)
}

/// The user `named`, or else the one whose ARN this is.
///
/// # Errors
/// There is none.
pub(super) fn owner(arn: &str, named: Option<&str>) -> Result<Owner, CommandError> {
    Owner::of(arn, named).map_err(|error| {
        CommandError::new(ErrorKind::Configuration, format!("{error}, and so has no access key"))
            .hint("name a user with --user-name, or choose the profile of one with --profile")
    })
}
