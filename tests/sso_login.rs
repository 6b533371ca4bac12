//! Signing in to IAM Identity Center and out again: `sso login` and `sso logout`, against the sandbox, with the test as
//! the person and the browser.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

#[path = "sso_login/again.rs"]
mod again;
#[path = "sso_login/by_hand.rs"]
mod by_hand;
#[path = "sso_login/in_the_browser.rs"]
mod in_the_browser;
#[path = "sso_login/leaving.rs"]
mod leaving;
#[path = "sso_login/place.rs"]
mod place;
#[path = "sso_login/registrations.rs"]
mod registrations;
#[path = "sso_login/with_a_code.rs"]
mod with_a_code;
