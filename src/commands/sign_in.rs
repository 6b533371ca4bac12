//! The person who signs in: shown where to go, with the browser opened where there is one.

use std::cell::{Cell, OnceCell};
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::resolving::{call_hints, call_kind, warn_of_clock};
use super::write::own_settings;
use super::{CommandError, Context, ErrorKind};
use crate::aws::settings::Service;
use crate::aws::{CallSettings, Caller};
use crate::config::settings::{FlowSetting, SignInSettings};
use crate::config::shared::SharedConfig;
use crate::config::sso::SsoSettings;
use crate::credentials::command_line;
use crate::signin::{Invitation, Person, SignIn, SignInError, SignedIn, qr};
use crate::tokens::registration::Flow;
use crate::world::browser::{self, Machine, NoBrowser, Opener};
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
    let own = own_settings(context)?.sign_in(sso.key.session());
    let opener = opener(context, args, &own);
    let flow = flow(args, sso, &own, opener.as_ref().err());
    if let (Flow::DeviceCode, Err(Closed::Cannot(why))) = (flow, &opener)
        && sso.key.session().is_some()
        && own.flow.is_none()
        && !args.use_device_code
    {
        context.ui.note(&format!("No browser can be opened here, since {why}: sign in with a code."));
    }
    let person = AtTheTerminal { context, opener, spinner: OnceCell::new(), opened: Cell::new(false) };
    let clock = |behind| warn_of_clock(context, behind);
    let caller = Caller::new(&context.world, &clock);
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

/// Why no browser is opened.
enum Closed {
    /// It was said so.
    Asked,
    /// There is none.
    Cannot(NoBrowser),
}

fn opener(context: &Context, args: SignInArgs, own: &SignInSettings) -> Result<Opener, Closed> {
    if args.no_browser {
        return Err(Closed::Asked);
    }
    browser::can_open(own.browser.as_deref(), &context.world.env, Machine::real(), command_line::split)
        .map_err(Closed::Cannot)
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

struct AtTheTerminal<'a> {
    context: &'a Context,
    opener: Result<Opener, Closed>,
    spinner: OnceCell<ProgressBar>,
    /// Whether a browser was opened here.
    opened: Cell<bool>,
}

impl AtTheTerminal<'_> {
    fn finish(&self) {
        if let Some(spinner) = self.spinner.get() {
            spinner.finish_and_clear();
        }
    }

    /// To standard output, as the AWS CLI; a reader that went away does not end a sign-in.
    fn print(&self, text: &str) {
        if self.context.ui.answer(text).is_err() {
            self.context.ui.debug(|| "standard output is closed".to_owned());
        }
    }

    fn open(&self, url: &str) {
        let Ok(opener) = &self.opener else { return };
        match opener.open(url) {
            Ok(mut opened) => {
                self.opened.set(true);
                // A launcher that cannot do it says so soon.
                self.context.world.clock.sleep(Duration::from_millis(200));
                if let Some(why) = opened.failed() {
                    self.opened.set(false);
                    self.context.ui.note(&format!("The browser did not open: {why}"));
                }
            }
            Err(error) => self.context.ui.note(&format!("The browser did not open: {error}")),
        }
    }

    /// For the camera of a phone.
    fn show_code(&self, url: &str) {
        let Some(columns) = self.context.world.terminal.columns() else { return };
        let paint = if self.context.ui.is_coloured() { qr::Paint::Colors } else { qr::Paint::Blocks };
        if let Some(code) = qr::render(url, columns, paint) {
            self.context.ui.note(&format!("\nOr scan this with a phone:\n\n{code}"));
        }
    }
}

impl Person for AtTheTerminal<'_> {
    fn invite(&self, invitation: &Invitation<'_>) {
        match (invitation, &self.opener) {
            (Invitation::Browse { url }, Ok(_)) => {
                self.print(&format!(
                    "Attempting to open your default browser. If the browser does not open, open the following URL.\n\
                     If you are unable to open the URL on this device, run this command again with the \
                     '--use-device-code' option.\n\n{url}\n\n"
                ));
                self.open(url);
            }
            (Invitation::Browse { url }, Err(_)) => {
                self.print(&format!(
                    "Browser will not be automatically opened.\nPlease visit the following URL:\n\n{url}\n"
                ));
            }
            (Invitation::Code(code), Ok(_)) => {
                self.print(&format!(
                    "Attempting to open your default browser.\nIf the browser does not open or you wish to use a \
                     different device to authorize this request, open the following URL:\n\n{}\n\nThen enter the \
                     code:\n\n{}\n",
                    code.verification_uri, code.user_code
                ));
                self.show_code(&code.verification_uri_complete);
                self.open(&code.verification_uri_complete);
            }
            (Invitation::Code(code), Err(_)) => {
                self.print(&format!(
                    "Browser will not be automatically opened.\nPlease visit the following URL:\n\n{}\n\nThen enter \
                     the code:\n\n{}\n\nAlternatively, you may visit the following URL which will autofill the code \
                     upon loading:\n{}\n",
                    code.verification_uri, code.user_code, code.verification_uri_complete
                ));
                self.show_code(&code.verification_uri_complete);
            }
        }
        if matches!(invitation, Invitation::Browse { .. })
            && !self.opened.get()
            && !self.context.globals.no_input
            && self.context.world.terminal.can_type()
        {
            self.context.ui.note(
                "\nIf the browser is on another machine, it will end at an address that begins with http://127.0.0.1 \
                 and cannot be shown.\nCopy that address, paste it here and press Enter.",
            );
        }
    }

    fn typed(&self) -> Option<String> {
        if self.context.globals.no_input { None } else { self.context.world.terminal.typed() }
    }

    fn say(&self, text: &str) {
        match self.spinner.get() {
            Some(spinner) => spinner.suspend(|| self.context.ui.warn(text)),
            None => self.context.ui.warn(text),
        }
    }

    fn waits(&self, what: &str) {
        // Where an address may be pasted, a line that moves would be in its way.
        let pasting = what == "the browser" && !self.opened.get();
        if self.context.globals.quiet || pasting {
            return;
        }
        let spinner = self.spinner.get_or_init(|| {
            let style = ProgressStyle::with_template("{spinner} Waiting for {msg} ({elapsed})");
            ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        });
        spinner.set_message(what.to_owned());
        spinner.tick();
    }
}

/// What to say and type when nobody is signed in.
fn failed(error: SignInError, flow: Flow) -> CommandError {
    let text = error.to_string();
    let said = |kind| CommandError::new(kind, text.clone());
    match error {
        SignInError::StartUrl(_) | SignInError::Resolve(_) => {
            said(ErrorKind::Configuration).hint("check sso_start_url: keyfob configure sso-session writes it")
        }
        SignInError::NoPlace(_) | SignInError::NotKept(_) => {
            said(ErrorKind::Other).hint("make room, or make ~/.aws/sso/cache writable, and run it again")
        }
        SignInError::Loopback(LoopbackError::Busy { .. }) => said(ErrorKind::Other)
            .hint("set another callback_port in ~/.aws/keyfob/settings, or none")
            .hint("or sign in with a code: --use-device-code"),
        SignInError::Loopback(_) => said(ErrorKind::Other).hint("sign in with a code: --use-device-code"),
        SignInError::Random(_) => said(ErrorKind::Other),
        SignInError::Expired => said(ErrorKind::Other).hint("run it again, and sign in within ten minutes"),
        SignInError::Refused { error, .. } if error == "access_denied" => {
            said(ErrorKind::Other).hint("run it again, and allow the access when the browser asks")
        }
        SignInError::Refused { .. } => {
            let said = said(ErrorKind::Other).hint("run it again");
            if flow == Flow::AuthorizationCode { said.hint("or sign in with a code: --use-device-code") } else { said }
        }
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
