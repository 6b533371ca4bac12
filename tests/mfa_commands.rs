//! `keyfob mfa`: devices listed, enrolled, set right and removed, and the policy; through the real binary, against the
//! sandbox, with the test as the person and the authenticator app.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

#[path = "mfa_commands/enroll.rs"]
mod enroll;
#[path = "mfa_commands/list.rs"]
mod list;
#[path = "mfa_commands/place.rs"]
mod place;
#[path = "mfa_commands/policy.rs"]
mod policy;
#[path = "mfa_commands/remove.rs"]
mod remove;
#[path = "mfa_commands/resync.rs"]
mod resync;
#[path = "mfa_commands/terminal.rs"]
mod terminal;
#[path = "mfa_commands/trouble.rs"]
mod trouble;
