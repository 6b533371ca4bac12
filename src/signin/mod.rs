//! A person in a browser, making tokens.
//!
//! - [`identity_center`], [`console_login`]: the sign-ins; [`person`] is who signs in, [`error`] why not
//! - [`start_url`]: where an AWS access portal is, when its address is one of the company's own
//! - [`pkce`]: the verifier, its challenge, and the address at which a person authorizes
//! - [`callback`]: what comes back from there, as a request or pasted; `way_back` waits for it
//! - [`page`]: what the browser shows then
//! - [`console_url`]: addresses of the web console, for those who hold credentials

pub mod callback;
pub mod console_login;
pub mod console_url;
pub mod error;
pub mod identity_center;
pub mod page;
pub mod person;
pub mod pkce;
pub mod start_url;
mod way_back;

pub use console_login::{ConsoleLogin, ConsoleLoginError, Device, LoggedIn};
pub use error::SignInError;
pub use identity_center::{SignIn, SignedIn};
pub use person::{Invitation, NotAsked, Person};
