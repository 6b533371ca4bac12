//! The person who signs in, as this room sees them. Implemented above, where people are spoken to.

use crate::aws::oidc::DeviceAuthorization;

/// What a person is asked to do.
#[derive(Debug, Clone, Copy)]
pub enum Invitation<'a> {
    /// To open this address, from which the browser comes back to this machine.
    Browse {
        /// The address.
        url: &'a str,
    },
    /// To type a code, in any browser anywhere.
    Code(&'a DeviceAuthorization),
}

/// Somebody who can be asked to use a browser.
pub trait Person {
    /// Shows the invitation, and opens the browser where that is wanted.
    fn invite(&self, invitation: &Invitation<'_>);

    /// A line that was typed meanwhile. Nothing is waited for.
    fn typed(&self) -> Option<String>;

    /// Says something while the sign-in goes on.
    fn say(&self, text: &str);

    /// Told again and again while nothing happens: what is awaited.
    fn waits(&self, what: &str);
}
