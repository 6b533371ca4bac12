//! keyfob signs people, scripts and other programs in to AWS.
//!
//! The map of the house; an arrow only points down:
//!
//! - [`cli`] and [`commands`]: what a person types, and the only room that prints
//! - [`mfa`]: MFA devices, codes and where codes come from, and the policy that asks for them
//! - [`keys`]: access keys: who holds them, and rotation as a journaled state machine
//! - [`credentials`]: a plan becomes credentials, and the formats they are handed on in
//! - [`signin`]: a person in a browser, making tokens
//! - [`tokens`]: what a sign-in leaves behind: its files, its end, its renewal
//! - [`chain`]: pure: a profile becomes a plan; a plan explains itself
//! - [`config`]: pure: the two shared files, read as the AWS CLI reads them, edited losslessly
//! - [`world`]: the only door to the machine: files, locks, environment, terminal
//! - [`python`]: JSON and file names as the AWS CLI writes them
//! - [`secret`]: the one type that carries a secret
//!
//! Everything a user does is one of three: show the plan (`explain`), resolve it and hand the
//! result on (`process`, `configure export-credentials`), or change what it is made from
//! (`configure`).

pub mod aws;
pub mod chain;
pub mod cli;
pub mod commands;
pub mod config;
pub mod credentials;
pub mod keys;
pub mod mfa;
pub mod python;
pub mod secret;
pub mod signin;
pub mod tokens;
pub mod world;
