//! What a refusal of STS or IAM is likely to mean: judged from AWS's words and what is known of the call
//! ([`judgement`]), with the message that AWS may have encoded for it ([`decoded`]).
//!
//! Here the two meet the error that a person reads, which keeps its message and its exit code.

mod decoded;
mod denial;
mod judgement;
#[cfg(test)]
mod tests;

use std::time::Duration;

use self::denial::encoded_message;
use super::{CommandError, Context, resolving};
use crate::aws::settings::Service;
use crate::aws::sts::Sts;
use crate::aws::{CallError, CallSettings, Refusal, SigningKeys};
use crate::chain::{Action, Plan, RoleStep, Source, Step};
use crate::credentials::{NoCode, Resolver, TokenCodes};
use crate::secret::Secret;

/// What is known of a call besides the service's words.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Known<'a> {
    /// The region it was made in.
    pub(super) region: Option<&'a str>,
    /// What signed it.
    pub(super) keys: Option<&'a SigningKeys>,
    /// What it asked for.
    pub(super) request: Option<Request<'a>>,
}

/// What was asked for, as far as a refusal may be about it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Request<'a> {
    /// The role.
    pub(super) arn: Option<&'a str>,
    /// Whether an MFA code was given.
    pub(super) mfa: bool,
    /// Whether an external id was given.
    pub(super) external_id: bool,
}

/// `said` with why AWS is likely to have refused, and what to do.
pub(super) fn judged(said: CommandError, refusal: &Refusal, known: &Known<'_>) -> CommandError {
    let judgement = judgement::judge(refusal, known);
    judgement.told().into_iter().fold(said, CommandError::because).hint(judgement.next)
}

/// A failed call as an error, where it is known what was asked; an encoded message is decoded with the keys that
/// were refused. `sts`: how STS is called.
pub(super) fn explained(context: &Context, sts: &CallSettings, known: &Known<'_>, error: &CallError) -> CommandError {
    let said = CommandError::new(resolving::call_kind(error), error.to_string());
    let Some(refusal) = error.refusal() else { return resolving::call_hints(said, error) };
    let said = match known.keys {
        Some(keys) => decode(context, sts, keys, refusal, said),
        None => said,
    };
    judged(said, refusal, known)
}

/// `said` with the refusal of the step of `plan` that was written at `written`; `resolver` walked the plan.
pub(super) fn of_step(
    context: &Context,
    said: CommandError,
    resolver: &Resolver<'_>,
    plan: &Plan,
    written: &Source,
    refusal: &Refusal,
) -> CommandError {
    let sts = resolver.settings(Service::Sts).ok();
    let region = sts.as_ref().and_then(|settings| settings.region.as_deref());
    let Some(role) = plan.used.as_ref().and_then(|step| role_at(step, written)) else {
        return judged(said, refusal, &Known { region, ..Known::default() });
    };
    let keys = source_keys(resolver, plan, role, refusal);
    let said = match (&keys, &sts) {
        (Some(keys), Some(sts)) => decode(context, sts, keys, refusal, said),
        _ => said,
    };
    let request = Request {
        arn: Some(&role.role_arn),
        mfa: role.mfa_serial.is_some() || matches!(role.with.action, Action::MfaSession(_)),
        external_id: role.external_id.is_some(),
    };
    judged(said, refusal, &Known { region, keys: keys.as_ref(), request: Some(request) })
}

/// What signed the call for `role`: keys that are written down; or, where there is a message to decode, those that
/// the caches hold by now.
fn source_keys(resolver: &Resolver<'_>, plan: &Plan, role: &RoleStep, refusal: &Refusal) -> Option<SigningKeys> {
    let kept = match &role.with.action {
        Action::Keys(_) => true,
        Action::AssumeRole(_) | Action::Sso(_) => encoded_message(&refusal.message).is_some(),
        _ => false,
    };
    let resolver = Resolver { codes: &Nobody, ..*resolver };
    let plan = Plan { selection: plan.selection.clone(), used: Some(role.with.clone()), shadowed: Vec::new() };
    kept.then(|| resolver.resolve(&plan).ok()).flatten().map(|credentials| credentials.signing_keys())
}

/// Nobody is asked for a code only to explain.
struct Nobody;

impl TokenCodes for Nobody {
    fn token_code(&self, profile: &str, serial_number: &str) -> Result<Secret, NoCode> {
        let (profile, serial_number) = (profile.to_owned(), serial_number.to_owned());
        Err(NoCode::Unanswered { profile, serial_number, why: "nobody is asked again".to_owned() })
    }

    fn failed(&self, _: &str, _: &CallError) {}

    fn can_ask(&self) -> bool {
        false
    }
}

/// The role of the chain that was configured at `written`.
fn role_at<'a>(step: &'a Step, written: &Source) -> Option<&'a RoleStep> {
    match &step.action {
        Action::AssumeRole(role) if step.source == *written => Some(role),
        Action::AssumeRole(role) => role_at(&role.with, written),
        _ => None,
    }
}

/// How long the decoded message is waited for: it is nice to have.
const PATIENCE: Duration = Duration::from_secs(10);

/// `said` with what the encoded message of a refusal says, or which permission would tell. Asked once.
fn decode(
    context: &Context,
    sts: &CallSettings,
    keys: &SigningKeys,
    refusal: &Refusal,
    said: CommandError,
) -> CommandError {
    const OPERATION: &str = "DecodeAuthorizationMessage";
    let Some(message) = encoded_message(&refusal.message).filter(|_| refusal.operation != OPERATION) else {
        return said;
    };
    let sts = sts.clone().once_within(PATIENCE);
    let answer =
        resolving::try_call(context, |caller| Sts::new(caller, &sts).decode_authorization_message(keys, message));
    match answer {
        Ok(text) => match text.as_deref().and_then(decoded::summary) {
            Some(summary) => said.because(summary),
            None => said,
        },
        Err(CallError::Refused(refused)) if refused.code.starts_with("AccessDenied") => said.hint(
            "AWS encoded the reason, and these credentials may not decode it: the permission \
             sts:DecodeAuthorizationMessage would let keyfob say it",
        ),
        Err(error) => {
            context.ui.debug(|| format!("the encoded reason is not known: {error}"));
            said
        }
    }
}
