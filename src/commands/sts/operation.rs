//! How an operation of STS is run: what is asked is read and checked, the call is made, and the answer is
//! written as the AWS CLI writes it.

use serde_json::Value;

use super::parts::Times;
use super::values::{Given, Limits};
use crate::aws::settings::Service;
use crate::aws::sts::Sts;
use crate::aws::{CallError, SigningKeys};
use crate::commands::refusal::{self, Known, Request};
use crate::commands::resolving::{self, Asking};
use crate::commands::{CommandError, Context};
use crate::config::shared::SharedConfig;

/// One operation.
pub(super) trait Operation {
    /// `AssumeRole`
    const NAME: &'static str;
    /// Whether it takes long-term keys alone, and so no session with MFA in their place.
    const LONG_TERM_KEYS: bool = false;
    /// What is asked.
    type Asked;
    /// What comes back.
    type Answer;

    /// What is asked; `limits` are those that the AWS CLI checks before it calls.
    fn asked(&self, given: &Given<'_>, limits: &mut Limits) -> Result<Self::Asked, CommandError>;

    /// What a refusal may be about.
    fn about(asked: &Self::Asked) -> Request<'_>;

    /// The answer as the AWS CLI writes it.
    fn written(answer: &Self::Answer, times: Times) -> Value;
}

/// Runs an operation with the credentials of the selected profile.
pub(super) fn signed<O: Operation>(
    context: &Context,
    operation: &O,
    call: impl Fn(&Sts<'_>, &SigningKeys, &O::Asked) -> Result<O::Answer, CallError>,
) -> Result<(), CommandError> {
    let files = context.shared_files()?;
    let shared = files.parse()?;
    let plan = match O::LONG_TERM_KEYS {
        true => resolving::planned_with_keys(context, &files, &shared)?,
        false => resolving::planned(context, &files, &shared)?,
    };
    let profile = &plan.selection.name;
    let asked = checked(context, operation)?;
    let flags = context.source_flags();
    let credentials = resolving::resolve(context, &files, &shared, &plan, Asking::TerminalOrInput, &flags)?;
    let settings = context.call_settings(Service::Sts, &shared, profile)?;
    let keys = credentials.signing_keys();
    let answer = resolving::try_call(context, |caller| call(&Sts::new(caller, &settings), &keys, &asked));
    let answer = answer.map_err(|error| {
        let known = Known { region: settings.region.as_deref(), keys: Some(&keys), request: Some(O::about(&asked)) };
        refusal::explained(context, &settings, &known, &error)
    })?;
    let written = O::written(&answer, times(context, &shared, profile));
    context.answer_operation(written, O::NAME, &shared, profile)
}

/// Runs an operation that no key signs. A profile is looked at for settings alone, and must be there if it
/// was named.
pub(super) fn unsigned<O: Operation>(
    context: &Context,
    operation: &O,
    call: impl Fn(&Sts<'_>, &O::Asked) -> Result<O::Answer, CallError>,
) -> Result<(), CommandError> {
    let files = context.shared_files()?;
    let shared = files.parse()?;
    let profile = resolving::existing(context, &shared)?;
    let asked = checked(context, operation)?;
    let settings = context.call_settings(Service::Sts, &shared, &profile)?;
    let answer = resolving::try_call(context, |caller| call(&Sts::new(caller, &settings), &asked));
    let answer = answer.map_err(|error| {
        let known = Known { region: settings.region.as_deref(), keys: None, request: Some(O::about(&asked)) };
        refusal::explained(context, &settings, &known, &error)
    })?;
    let written = O::written(&answer, times(context, &shared, &profile));
    context.answer_operation(written, O::NAME, &shared, &profile)
}

fn checked<O: Operation>(context: &Context, operation: &O) -> Result<O::Asked, CommandError> {
    let mut limits = Limits::default();
    let asked = operation.asked(&Given::new(context), &mut limits)?;
    limits.check()?;
    Ok(asked)
}

fn times(context: &Context, shared: &SharedConfig<'_>, profile: &str) -> Times {
    if context.timestamps_as_sent(shared, profile) { Times::Wire } else { Times::Iso }
}
