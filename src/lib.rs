//! keyfob signs people, scripts and other programs in to AWS.
//!
//! The map of the house; an arrow only points down:
//!
//! - [`cli`] and [`commands`]: what a person types, and the only room that prints
//! - [`credentials`]: a plan becomes credentials, and the formats they are handed on in
//! - [`chain`]: pure: a profile becomes a plan; a plan explains itself
//! - [`config`]: pure: the two shared files, read as the AWS CLI reads them, edited losslessly
//! - [`world`]: the only door to the machine: files, locks, environment, terminal
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
pub mod secret;
pub mod world;
