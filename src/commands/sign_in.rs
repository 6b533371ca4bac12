//! Signing in to IAM Identity Center from the command line: which flow, and what is said when it comes to nothing.

use clap::Args;

use super::person::{AtTheTerminal, Closed, opener};
use super::resolving::{call_hints, call_kind};
use super::{CommandError, Context, ErrorKind};
use crate::aws::settings::Service;
use crate::aws::{CallSettings, Caller};
use crate::config::settings::{FlowSetting, SignInSettings};
use crate::config::shared::SharedConfig;
use crate::config::sso::SsoSettings;
use crate::signin::{SignIn, SignInError, SignedIn};
use crate::tokens::registration::Flow;
use crate::world::loopback::LoopbackError;

/// The flags of every command that signs in to IAM Identity Center.
#[derive(Debug, Clone, Copy, Args)]
pub struct SignInArgs {
    /// Open no browser: print the address
    #[arg(long)]
    pub no_browser: bool,
    /// Sign in with a code typed in any browser, not with the one of this machine
    #[arg(long)]
    pub use_device_code: bool,
}

/// Signs in to `sso`, whatever token there is.
///
/// # Errors
/// Nobody signed in; the error says what to do.
pub(super) fn sign_in(
    context: &Context,
    shared: &SharedConfig<'_>,
    args: SignInArgs,
    sso: &SsoSettings,
) -> Result<SignedIn, CommandError> {
    // A profile that is about to be written is not there yet: its settings of calls are none.
    let profile = context.selection().name;
    let calls = context.call_settings(Service::SsoOidc, shared, &profile)?.in_region(&sso.region);
    sign_in_with(context, &calls, args, sso)
}

fn sign_in_with(
    context: &Context,
    calls: &CallSettings,
    args: SignInArgs,
    sso: &SsoSettings,
) -> Result<SignedIn, CommandError> {
    let own = context.own_settings()?.sign_in(sso.key.session());
    let opener = opener(context, args.no_browser, &own);
    let flow = flow(args, sso, &own, opener.as_ref().err());
    if let (Flow::DeviceCode, Err(Closed::Cannot(why))) = (flow, &opener)
        && sso.key.session().is_some()
        && own.flow.is_none()
        && !args.use_device_code
    {
        context.ui.note(&format!("No browser can be opened here, since {why}: sign in with a code."));
    }
    let person = AtTheTerminal::new(context, opener);
    let caller = Caller::new(&context.world, context);
    let sign_in =
        SignIn { caller: &caller, calls, notices: context, person: &person, sso, flow, port: own.callback_port };
    let signed_in = sign_in.run();
    person.finish();
    let signed_in = signed_in.map_err(|error| failed(error, flow))?;
    if signed_in.by_another {
        context.ui.note("Another keyfob signed in meanwhile.");
    }
    Ok(signed_in)
}

/// As the AWS CLI: a code for legacy profiles and where it was asked for. And, unless a flow was set, where
/// the person's browser cannot come back to this machine.
fn flow(args: SignInArgs, sso: &SsoSettings, own: &SignInSettings, closed: Option<&Closed>) -> Flow {
    if args.use_device_code || sso.key.session().is_none() {
        return Flow::DeviceCode;
    }
    match (own.flow, closed) {
        (Some(FlowSetting::DeviceCode), _) | (None, Some(Closed::Cannot(_))) => Flow::DeviceCode,
        (Some(FlowSetting::AuthorizationCode), _) | (None, None | Some(Closed::Asked)) => Flow::AuthorizationCode,
    }
}

/// What to say and type when nobody is signed in.
fn failed(error: SignInError, flow: Flow) -> CommandError {
    sign_in_failed(error, (flow == Flow::AuthorizationCode).then_some("--use-device-code"))
}

/// The same for any sign-in; `otherwise`: the flag of a flow that needs no browser here.
pub(super) fn sign_in_failed(error: SignInError, otherwise: Option<&str>) -> CommandError {
    let with_a_code = |error: CommandError| match otherwise {
        Some(flag) => error.hint(format!("or sign in with a code: {flag}")),
        None => error,
    };
    let text = error.to_string();
    let said = |kind| CommandError::new(kind, text.clone());
    match error {
        SignInError::StartUrl(_) | SignInError::Resolve(_) => {
            said(ErrorKind::Configuration).hint("check sso_start_url: keyfob configure sso-session writes it")
        }
        SignInError::NoPlace(_) | SignInError::NotKept(_) => {
            said(ErrorKind::Other).hint("make room, or make ~/.aws/sso/cache writable, and run it again")
        }
        SignInError::Loopback(LoopbackError::Busy { .. }) => {
            with_a_code(said(ErrorKind::Other).hint("set another callback_port in ~/.aws/keyfob/settings, or none"))
        }
        SignInError::Loopback(_) => with_a_code(said(ErrorKind::Other).hint("run it again")),
        SignInError::Random(_) => said(ErrorKind::Other),
        SignInError::Expired => said(ErrorKind::Other).hint("run it again, and sign in within ten minutes"),
        SignInError::Refused { error, .. } if error == "access_denied" => {
            said(ErrorKind::Other).hint("run it again, and allow the access when the browser asks")
        }
        SignInError::Refused { .. } => with_a_code(said(ErrorKind::Other).hint("run it again")),
        SignInError::Interrupted(deferred) => {
            // Ends the process.
            drop(deferred);
            said(ErrorKind::Interrupted)
        }
        SignInError::Call(error) => {
            let told = said(call_kind(&error));
            match error.refusal().map(|refusal| refusal.code.as_str()) {
                Some("AccessDeniedException") => told.hint("run it again, and allow the access when the browser asks"),
                Some("InvalidGrantException") => {
                    told.hint("the code was used before, or is not this sign-in's: run it again")
                }
                Some("InvalidRequestException") => {
                    told.hint("check sso_start_url and sso_region: keyfob configure sso-session writes them")
                }
                Some("InvalidScopeException") => told.hint("check sso_registration_scopes in the sso-session"),
                _ => call_hints(told, &error),
            }
        }
    }
}
