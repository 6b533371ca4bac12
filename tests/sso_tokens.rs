//! Tokens of IAM Identity Center and what comes of them: one refresh however many ask, nothing lost when one is killed or
//! the disk is full, and files that other tools read.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

#[path = "sso_tokens/herds.rs"]
mod herds;
#[path = "sso_tokens/losses.rs"]
mod losses;
#[path = "sso_login/place.rs"]
mod place;
#[path = "sso_tokens/roles.rs"]
mod roles;
