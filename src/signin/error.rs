//! Why a sign-in came to nothing. Texts as in the AWS CLI where it has any.

use std::io;

use super::start_url::{ResolveError, StartUrlError};
use crate::aws::CallError;
use crate::world::interrupt::Deferred;
use crate::world::loopback::LoopbackError;

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The start URL is none.
    #[error(transparent)]
    StartUrl(#[from] StartUrlError),
    /// The start URL does not lead to AWS.
    #[error(transparent)]
    Resolve(#[from] ResolveError<CallError>),
    /// The token could not be kept, so nobody was asked.
    #[error("the token could not be kept, so the sign-in was not begun: {0}")]
    NoPlace(String),
    /// The token was issued, and then could not be kept.
    #[error("the sign-in worked, but its token could not be kept: {0}")]
    NotKept(String),
    /// The browser could not come back.
    #[error("cannot wait for the browser: {0}")]
    Loopback(#[from] LoopbackError),
    /// The system has no random numbers.
    #[error("cannot make random numbers: {0}")]
    Random(#[from] io::Error),
    /// Nobody signed in in time.
    #[error(
        "The pending authorization to retrieve an SSO token has expired. The login flow to retrieve an SSO token must be restarted."
    )]
    Expired,
    /// The person or AWS said no, in the browser.
    #[error("Error loading authorization code: Failed to retrieve an authorization code: {error}{}", said(description.as_deref()))]
    Refused {
        /// `access_denied`
        error: String,
        /// In words.
        description: Option<String>,
    },
    /// Ctrl-C. The process ends when this is dropped.
    #[error("interrupted")]
    Interrupted(Deferred),
    /// The token service was asked, in vain.
    #[error("{0}")]
    Call(#[from] CallError),
}

fn said(description: Option<&str>) -> String {
    description.map(|text| format!(" ({text})")).unwrap_or_default()
}
