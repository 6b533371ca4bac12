//! From the selected profile to credentials: what every command that needs some shares. How people
//! are asked, told and warned meanwhile, and what is said when there are none.

use crate::aws::sts::{CallerIdentity, Sts};
use crate::aws::{CallError, CallFlags, CallSettings, Caller};
use crate::chain::{Action, Plan, PlanError, Selection, Source, Step, plan, session};
use crate::config::shared::SharedConfig;
use crate::credentials::{CHAIN, Credentials, NoCode, NoOutput, ProcessError, Programs, ResolveError, Resolver};
use crate::mfa::codes::Codes;
use crate::secret::Secret;
use crate::tokens::renewal::Notices;
use crate::tokens::{LoginError, TokenError};
use crate::world::lock::Holder;

use super::context::{unreadable_settings, wrong_setting};
use super::profile_chain;
use super::refusal::{self, Known};
use super::shared_files::SharedFiles;
pub(super) use super::token_code::Asking;
use super::token_code::{Person, TokenCodeArgs};
use super::typed::typed;
use super::{CommandError, Context, ErrorKind};

/// What is known once a profile has been resolved.
pub(super) struct Resolved {
    pub(super) plan: Plan,
    pub(super) credentials: Credentials,
}

/// The plan of the selected profile.
pub(super) fn planned(context: &Context, files: &SharedFiles, shared: &SharedConfig<'_>) -> Result<Plan, CommandError> {
    planned_for(context, files, shared, context.selection())
}

/// The plan of another one.
pub(super) fn planned_for(
    context: &Context,
    files: &SharedFiles,
    shared: &SharedConfig<'_>,
    selection: Selection,
) -> Result<Plan, CommandError> {
    let plan = plan(shared, selection, |name| context.variable(name)).map_err(|error| no_plan(&error, files))?;
    let plan = with_mfa_sessions(context, shared, plan)?;
    if let Some(step) = &plan.used {
        context.ui.debug(|| format!("credentials by {} from {:?}", step.method.name(), step.source));
    }
    Ok(plan)
}

/// The same without sessions with MFA in place of long-term keys.
pub(super) fn planned_with_keys(
    context: &Context,
    files: &SharedFiles,
    shared: &SharedConfig<'_>,
) -> Result<Plan, CommandError> {
    let plan = plan(shared, context.selection(), |name| context.variable(name));
    plan.map_err(|error| no_plan(&error, files))
}

/// `plan` with the sessions with MFA that keyfob's settings turn on. They are read only where a profile could have
/// one.
pub(super) fn with_mfa_sessions(
    context: &Context,
    shared: &SharedConfig<'_>,
    plan: Plan,
) -> Result<Plan, CommandError> {
    session::with_mfa_sessions(plan, shared, &|profile| Ok(context.own_settings()?.mfa_session(profile)))
}

/// The credentials of the selected profile. `code`: of an MFA device, if one was given.
pub(super) fn credentials(
    context: &Context,
    files: &SharedFiles,
    shared: &SharedConfig<'_>,
    asking: Asking,
    code: &TokenCodeArgs,
) -> Result<Resolved, CommandError> {
    let plan = planned(context, files, shared)?;
    let credentials = with_code(context, files, shared, &plan, asking, code)?;
    Ok(Resolved { plan, credentials })
}

/// The credentials that `plan` leads to. `code`: of an MFA device, if one was given.
pub(super) fn with_code(
    context: &Context,
    files: &SharedFiles,
    shared: &SharedConfig<'_>,
    plan: &Plan,
    asking: Asking,
    code: &TokenCodeArgs,
) -> Result<Credentials, CommandError> {
    let code = code.read(context)?;
    resolve_with(context, files, shared, plan, asking, &context.call_flags(), code)
}

/// The credentials that `plan` leads to.
pub(super) fn resolve(
    context: &Context,
    files: &SharedFiles,
    shared: &SharedConfig<'_>,
    plan: &Plan,
    asking: Asking,
    flags: &CallFlags,
) -> Result<Credentials, CommandError> {
    resolve_with(context, files, shared, plan, asking, flags, None)
}

fn resolve_with(
    context: &Context,
    files: &SharedFiles,
    shared: &SharedConfig<'_>,
    plan: &Plan,
    asking: Asking,
    flags: &CallFlags,
    code: Option<Secret>,
) -> Result<Credentials, CommandError> {
    let name = plan.selection.name.as_str();
    let profile_chain = context.variable(CHAIN).unwrap_or_default();
    if plan.used.as_ref().is_some_and(asks_program) {
        profile_chain::refuse_recursion(&profile_chain, name)?;
    }
    let person = Person { context, asking };
    let programs = Programs { limit: &|| context.program_limit(), chain: profile_chain::with(&profile_chain, name) };
    let caller = Caller::new(&context.world, context);
    let resolver = Resolver {
        caller: &caller,
        shared,
        profile: name,
        flags,
        codes: &Codes::new(&context.world, shared, name, &person, &programs, code),
        notices: context,
        programs: &programs,
    };
    resolver.resolve(plan).map_err(|error| match &error {
        ResolveError::Call { error: refused, written, .. } => match refused.refusal() {
            Some(refusal) => {
                let said = CommandError::new(ErrorKind::Service, error.to_string());
                let told = refusal::of_step(context, said, &resolver, plan, written, refusal);
                step_is_at(told, written, files)
            }
            None => unresolved(error, name, files),
        },
        _ => unresolved(error, name, files),
    })
}

/// `told` with the place of a step that was written down.
fn step_is_at(told: CommandError, written: &Source, files: &SharedFiles) -> CommandError {
    match written {
        Source::File(_, origin) => told.hint(format!("the step is at {}", files.show(*origin))),
        _ => told,
    }
}

/// The plan and credentials for an operation of a mirrored command, whose `--endpoint-url` is for the
/// operation itself and not for the calls that lead to its credentials (AWS CLI).
pub(super) fn for_operation(
    context: &Context,
    files: &SharedFiles,
    shared: &SharedConfig<'_>,
    asking: Asking,
) -> Result<(Plan, Credentials), CommandError> {
    let plan = planned(context, files, shared)?;
    let credentials = resolve(context, files, shared, &plan, asking, &context.source_flags())?;
    Ok((plan, credentials))
}

/// Makes one call.
pub(super) fn call<T>(
    context: &Context,
    call: impl FnOnce(&Caller<'_>) -> Result<T, CallError>,
) -> Result<T, CommandError> {
    try_call(context, call).map_err(|error| call_hints(CommandError::new(call_kind(&error), error.to_string()), &error))
}

/// The same; what went wrong is left to be told.
pub(super) fn try_call<T>(
    context: &Context,
    call: impl FnOnce(&Caller<'_>) -> Result<T, CallError>,
) -> Result<T, CallError> {
    call(&Caller::new(&context.world, context))
}

/// The profile that was named, which must be there, or the default one; for calls that need no credentials.
pub(super) fn existing(context: &Context, shared: &SharedConfig<'_>) -> Result<String, CommandError> {
    let selection = context.selection();
    if selection.is_explicit() && shared.profile(&selection.name).is_none() {
        return Err(CommandError::no_profile(PlanError::NoProfile(selection.name).to_string()));
    }
    Ok(selection.name)
}

/// Who `credentials` belong to, by AWS's word.
pub(super) fn identity(
    context: &Context,
    settings: &CallSettings,
    credentials: &Credentials,
) -> Result<CallerIdentity, CommandError> {
    let keys = credentials.signing_keys();
    try_call(context, |caller| Sts::new(caller, settings).get_caller_identity(&keys)).map_err(|error| {
        let known = Known { region: settings.region.as_deref(), keys: Some(&keys), request: None };
        refusal::explained(context, settings, &known, &error)
    })
}

fn asks_program(step: &Step) -> bool {
    match &step.action {
        Action::Process(_) => true,
        Action::AssumeRole(role) => asks_program(&role.with),
        _ => false,
    }
}

impl Notices for Context {
    fn waiting(&self, holder: &Holder) {
        self.ui.note(&format!("waiting for {holder}"));
    }

    fn warning(&self, text: &str) {
        self.ui.warn(text);
    }

    fn debug(&self, text: &dyn Fn() -> String) {
        self.ui.debug(text);
    }
}

/// What to say when there is no plan, with the place of the fault.
pub(super) fn no_plan(error: &PlanError, files: &SharedFiles) -> CommandError {
    if let PlanError::NoProfile(_) = error {
        return CommandError::no_profile(error.to_string());
    }
    let said = CommandError::new(ErrorKind::SharedFiles, error.to_string());
    let said = match error.written() {
        Some(Source::File(key, origin)) => said.hint(format!("mend {key} at {}", files.show(*origin))),
        Some(Source::Variable(name)) => said.hint(format!("set what is missing beside {name}, or unset it")),
        _ => said,
    };
    said.hint("keyfob explain shows where the credentials of a profile come from")
}

/// What to say and type when a plan gives nothing.
fn unresolved(error: ResolveError, profile: &str, files: &SharedFiles) -> CommandError {
    let said = |kind| CommandError::new(kind, error.to_string());
    let profile = &typed(profile);
    let explain = format!("keyfob explain --profile {profile} shows where that was said");
    let configured = || said(ErrorKind::SharedFiles);
    match &error {
        ResolveError::None => {
            let stores = format!("keyfob configure --profile {profile} stores an access key");
            said(ErrorKind::NoCredentials).hint(stores).hint(explain)
        }
        ResolveError::BadExpiration(_) => {
            said(ErrorKind::Configuration).hint("unset AWS_CREDENTIAL_EXPIRATION, or write it as 2026-07-23T18:06:21Z")
        }
        ResolveError::Expired(_) => {
            said(ErrorKind::Expired).hint("put fresh ones there, or unset AWS_ACCESS_KEY_ID to use a profile")
        }
        ResolveError::Call { error, written, .. } => {
            step_is_at(call_hints(said(call_kind(error)), error), written, files)
        }
        // The profile whose sign-in it is, which may be the source of the selected one.
        ResolveError::Token { profile, error } => token_error(error, &format!("--profile {}", typed(profile))),
        ResolveError::Login { profile, error } => login_error(error, profile),
        ResolveError::SessionOver { profile, .. } => {
            said(ErrorKind::NotSignedIn).hint(format!("run keyfob sso login --profile {}", typed(profile)))
        }
        ResolveError::Setting(error) => wrong_setting(error),
        // It names its file.
        ResolveError::Process { error: ProcessError::NoOutput(NoOutput::Settings(why)), .. } => {
            unreadable_settings(why)
        }
        ResolveError::Process { .. } => configured().hint(explain).hint("run the command yourself to see what it says"),
        ResolveError::TokenFile { .. } => {
            configured().hint("check AWS_WEB_IDENTITY_TOKEN_FILE, or web_identity_token_file in the profile")
        }
        ResolveError::Code(NoCode::Interrupted) => CommandError::new(ErrorKind::Interrupted, ""),
        ResolveError::Code(NoCode::Unanswered { .. }) => said(ErrorKind::Configuration)
            .hint(format!(
                "keyfob process --prompt --profile {profile} asks for it on a terminal, or is told: --token-code CODE"
            ))
            .hint("or set KEYFOB_TOKEN_CODE, or mfa_process in the profile: a command that prints a code"),
        ResolveError::Provider { .. } => said(ErrorKind::SharedFiles).hint(explain),
        ResolveError::EmptySource { .. } => configured().hint(explain),
    }
}

/// What to say and type when there is no token of Identity Center. `whose`: the flag that names the
/// sign-in.
pub(super) fn token_error(error: &TokenError, whose: &str) -> CommandError {
    let said = |kind| CommandError::new(kind, error.to_string());
    match error {
        TokenError::None(_) | TokenError::Invalid(_) | TokenError::Ended { .. } | TokenError::Refused { .. } => {
            said(ErrorKind::NotSignedIn).hint(format!("run keyfob sso login {whose}"))
        }
        TokenError::Call { error, .. } => call_hints(said(call_kind(error)), error),
        TokenError::NotKept { .. } => {
            said(ErrorKind::SharedFiles).hint("make room, or make ~/.aws/sso/cache writable; nothing was lost")
        }
    }
}

/// What to say and type when a console login gives nothing. `profile`: whose it is.
pub(super) fn login_error(error: &LoginError, profile: &str) -> CommandError {
    let said = |kind| CommandError::new(kind, error.to_string());
    let profile = typed(profile);
    let login = format!("run keyfob login --profile {profile}");
    match error {
        // The AWS CLI finds these out before it uses the credentials.
        LoginError::None(_) | LoginError::Missing(_) => said(ErrorKind::SharedFiles).hint(login),
        LoginError::BadKey | LoginError::Over | LoginError::PasswordChanged => said(ErrorKind::NotSignedIn).hint(login),
        LoginError::NotPermitted => said(ErrorKind::NotSignedIn)
            .hint("ask whoever manages your permissions for the policy SignInLocalDevelopmentAccess"),
        LoginError::Setting(error) => wrong_setting(error),
        LoginError::NoRegion => said(ErrorKind::Configuration)
            .hint(format!("keyfob configure set region REGION --profile {profile}, the region of the login")),
        LoginError::Call { error, .. } => {
            let told = call_hints(said(call_kind(error)), error);
            // A refresh token is of one region.
            let elsewhere =
                "or, if it was made in another region than the profile's, set that one: keyfob configure set region";
            if error.refusal().is_some() { told.hint(login).hint(elsewhere) } else { told }
        }
        LoginError::NotKept { .. } => {
            said(ErrorKind::SharedFiles).hint("make room, or make ~/.aws/login/cache writable; nothing was lost")
        }
    }
}

/// The kind of a failed call.
pub(super) fn call_kind(error: &CallError) -> ErrorKind {
    match error {
        CallError::Refused(_) => ErrorKind::Service,
        CallError::NoAnswer { .. } | CallError::BadAnswer { .. } => ErrorKind::Other,
        CallError::Setup { .. } => ErrorKind::SharedFiles,
    }
}

/// `said` with what to do about a failed call.
pub(super) fn call_hints(said: CommandError, error: &CallError) -> CommandError {
    match error {
        CallError::Refused(refusal) => refusal::judged(said, refusal, &Known::default()),
        CallError::NoAnswer { why, .. } if why.contains("certificate") => {
            said.hint("name the certificates to trust, a PEM file, with --ca-bundle, AWS_CA_BUNDLE or ca_bundle")
        }
        CallError::NoAnswer { .. } => {
            said.hint("check the network, the proxy (HTTPS_PROXY, HTTP_PROXY) and the region").hint("run it again")
        }
        CallError::BadAnswer { .. } => said.hint("check --endpoint-url, AWS_ENDPOINT_URL and the proxy"),
        CallError::Setup { next, .. } => said.hint(*next),
    }
}
