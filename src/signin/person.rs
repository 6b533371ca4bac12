//! The person who signs in, as this room sees them. Implemented above, where people are spoken to.

use crate::aws::oidc::DeviceAuthorization;
use crate::secret::Secret;

/// What a person is asked to do.
#[derive(Debug, Clone, Copy)]
pub enum Invitation<'a> {
    /// To open this address, from which the browser comes back to this machine.
    Browse {
        /// The address.
        url: &'a str,
        /// The flag for those whose browser is elsewhere.
        otherwise: &'static str,
    },
    /// To open this address in any browser anywhere; it ends at a code to be typed here.
    Visit {
        /// The address.
        url: &'a str,
    },
    /// To type a code, in any browser anywhere.
    Code(&'a DeviceAuthorization),
}

/// Why a person was not asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAsked {
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// Nobody may be asked, or nobody can.
    #[error("the code that the browser shows is needed, and {0}")]
    Nobody(String),
}

/// Somebody who can be asked to use a browser.
pub trait Person {
    /// Shows the invitation, and opens the browser where that is wanted.
    fn invite(&self, invitation: &Invitation<'_>);

    /// The code that the browser shows in the end. `None`: no answer.
    ///
    /// # Errors
    /// There is nobody to ask.
    fn code(&self) -> Result<Option<Secret>, NotAsked>;

    /// A line that was typed meanwhile. Nothing is waited for.
    fn typed(&self) -> Option<String>;

    /// Says something while the sign-in goes on.
    fn say(&self, text: &str);

    /// Told again and again while nothing happens: what is awaited.
    fn waits(&self, what: &str);
}
