//! Waiting for the browser to come back with a code: as a request to the loopback listener, or as an address that a
//! person pastes; and what the browser is shown then.

use std::time::Duration;

use super::callback::{Callback, Expected};
use super::error::SignInError;
use super::page::{self, Outcome};
use super::person::Person;
use crate::secret::Secret;
use crate::world::World;
use crate::world::loopback::{Exchange, Loopback};

/// How long a person may take (AWS CLI; device codes live as long).
pub(super) const PATIENCE: Duration = Duration::from_secs(600);

/// How long is waited for one thing before looking at another.
pub(super) const SLICE: Duration = Duration::from_millis(100);

/// Where the browser comes back to (AWS CLI).
pub(super) const CALLBACK_PATH: &str = "/oauth/callback";

/// A browser that is away.
pub(super) struct WayBack<'a> {
    pub(super) world: &'a World,
    /// Who uses it.
    pub(super) person: &'a dyn Person,
    /// Who signs the person in, and what for, as the page names them.
    pub(super) service: &'a str,
    pub(super) to: &'a str,
}

impl WayBack<'_> {
    /// The code, and the request that brought it, which waits for its answer. `None`: it was pasted.
    pub(super) fn code(
        &self,
        loopback: &mut Loopback,
        expected: &Expected<'_>,
    ) -> Result<(Secret, Option<Exchange>), SignInError> {
        let deadline = self.world.clock.now() + PATIENCE;
        let deferred = self.world.terminal.defer();
        while self.world.clock.now() < deadline {
            self.person.waits("the browser");
            if deferred.is_interrupted() {
                return Err(SignInError::Interrupted(deferred));
            }
            if let Some(exchange) = loopback.next(SLICE)? {
                match expected.request(exchange.method(), exchange.target()) {
                    Callback::Ignored => {
                        // Whoever asked may be gone.
                        let _ = exchange.answer(404, &[("Content-Type", "text/plain")], "Nothing is here.\n");
                    }
                    Callback::Code(code) => return Ok((code, Some(exchange))),
                    Callback::Refused { error, description } => {
                        let why = description.clone().unwrap_or_else(|| error.clone());
                        self.show(exchange, Some(&why));
                        return Err(SignInError::Refused { error, description });
                    }
                }
            }
            if let Some(line) = self.person.typed() {
                match expected.pasted(&line) {
                    Ok(Callback::Code(code)) => return Ok((code, None)),
                    Ok(Callback::Refused { error, description }) => {
                        return Err(SignInError::Refused { error, description });
                    }
                    Ok(Callback::Ignored) => {}
                    Err(error) => self.person.say(&error.to_string()),
                }
            }
        }
        Err(SignInError::Expired)
    }

    /// Tells the browser what became of the sign-in.
    pub(super) fn show(&self, exchange: Exchange, why_not: Option<&str>) {
        let (service, to) = (self.service, self.to);
        let (status, outcome) = match why_not {
            None => (200, Outcome::SignedIn { service, to }),
            Some(why) => (400, Outcome::Failed { service, to, why }),
        };
        // The browser may be gone; the terminal says it too.
        let _ = exchange.answer(status, &page::HEADERS, &page::render(outcome));
    }
}
