//! Console login and what comes of it: `login`, `logout` and `console`, and the credentials that renew themselves, against
//! the sandbox, with the test as the person and the browser.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

#[path = "console_login/by_code.rs"]
mod by_code;
#[path = "console_login/console.rs"]
mod console;
#[path = "console_login/identity.rs"]
mod identity;
#[path = "console_login/in_the_browser.rs"]
mod in_the_browser;
#[path = "console_login/leaving.rs"]
mod leaving;
#[path = "console_login/logged_in.rs"]
mod logged_in;
#[path = "console_login/losses.rs"]
mod losses;
#[path = "sso_login/place.rs"]
mod place;
#[path = "console_login/profiles.rs"]
mod profiles;
#[path = "console_login/refusals.rs"]
mod refusals;
#[path = "console_login/renewal.rs"]
mod renewal;
