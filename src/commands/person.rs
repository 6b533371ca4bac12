//! The person who signs in: shown where to go, with the browser opened where there is one.

use std::cell::{Cell, OnceCell};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::{Context, qr};
use crate::config::settings::SignInSettings;
use crate::credentials::command_line;
use crate::secret::Secret;
use crate::signin::{Invitation, NotAsked, Person};
use crate::world::browser::{self, Machine, NoBrowser, Opener};
use crate::world::terminal::AskError;

/// Why no browser is opened.
pub(super) enum Closed {
    /// It was said so.
    Asked,
    /// There is none.
    Cannot(NoBrowser),
}

impl Closed {
    /// Why there is none. `None`: it was said so.
    pub(super) fn why(&self) -> Option<&NoBrowser> {
        match self {
            Self::Asked => None,
            Self::Cannot(why) => Some(why),
        }
    }
}

/// The browser of this machine. `forbidden`: none shall be opened.
pub(super) fn opener(context: &Context, forbidden: bool, own: &SignInSettings) -> Result<Opener, Closed> {
    if forbidden {
        return Err(Closed::Asked);
    }
    browser::can_open(own.browser.as_deref(), &context.world.env, Machine::real(), command_line::split)
        .map_err(Closed::Cannot)
}

/// The person at the terminal.
pub(super) struct AtTheTerminal<'a> {
    context: &'a Context,
    opener: Result<Opener, Closed>,
    spinner: OnceCell<ProgressBar>,
    /// Whether a browser was opened here.
    opened: Cell<bool>,
}

impl<'a> AtTheTerminal<'a> {
    pub(super) fn new(context: &'a Context, opener: Result<Opener, Closed>) -> Self {
        Self { context, opener, spinner: OnceCell::new(), opened: Cell::new(false) }
    }

    /// Nothing is awaited any more.
    pub(super) fn finish(&self) {
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
            (Invitation::Browse { url, otherwise }, Ok(_) | Err(Closed::Cannot(_))) => {
                self.print(&format!(
                    "Attempting to open your default browser. If the browser does not open, open the following URL.\n\
                     If you are unable to open the URL on this device, run this command again with the \
                     '{otherwise}' option.\n\n{url}\n\n"
                ));
                self.open(url);
            }
            (Invitation::Browse { url, .. }, Err(Closed::Asked)) => self.print(&unopened(url)),
            (Invitation::Visit { url }, _) => {
                self.print(&unopened(url));
                self.show_code(url);
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

    fn code(&self) -> Result<Option<Secret>, NotAsked> {
        if self.context.globals.no_input {
            return Err(NotAsked::Nobody("--no-input forbids to ask".to_owned()));
        }
        match self.context.world.terminal.ask("\nEnter the authorization code displayed in your browser: ") {
            Ok(code) => Ok(code.map(Secret::new)),
            Err(AskError::Interrupted) => Err(NotAsked::Interrupted),
            Err(error) => Err(NotAsked::Nobody(error.to_string())),
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

/// The AWS CLI's words where it opens no browser.
fn unopened(url: &str) -> String {
    format!("Browser will not be automatically opened.\nPlease visit the following URL:\n\n{url}\n")
}
