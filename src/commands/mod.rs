//! What a person types: one file a verb, its arguments and its `run`. The only room that prints.
//!
//! Answers go to standard output, all else to standard error (`ui`); what goes wrong is a
//! [`CommandError`], whose kind alone picks the exit code.

pub mod completion;
pub mod completions;
pub mod configure;
pub mod console;
mod context;
pub mod env;
mod error;
pub mod exec;
pub mod explain;
mod handing;
pub mod keys;
pub mod login;
pub mod logout;
pub mod man;
mod menu;
pub mod mfa;
pub mod output;
mod person;
pub mod process;
mod profile_chain;
mod progress;
mod qr;
mod question;
mod refusal;
mod resolving;
mod shared_files;
pub mod sign_in;
pub mod sso;
pub mod status;
pub mod sts;
pub mod token_code;
mod typed;
mod ui;
mod user_type;
pub mod whoami;
mod write;

use std::ffi::OsString;
use std::mem::ManuallyDrop;
use std::process::ExitCode;

pub use context::Context;
pub use error::{CommandError, ErrorKind};
use ui::Ui;

use crate::cli;
use crate::world::World;

/// Runs the command line `arguments` (the program's name first) in `world`, and says how the
/// process shall end.
pub fn main(world: World, arguments: &[OsString]) -> ExitCode {
    if let Some(shell) = world.env.get(completion::VARIABLE) {
        return completion::answer(&shell, arguments);
    }
    let chosen = match cli::parse(arguments) {
        Ok(chosen) => chosen,
        Err(error) => return usage(&error),
    };
    let ui = Ui::new(&world, &chosen.globals);
    // The process ends here, and the system takes back all of it at once: a warm run would touch pages to free others.
    let context = ManuallyDrop::new(Context::new(world, chosen.globals.clone(), ui));
    if context.globals.no_verify_ssl {
        context.ui.warn("--no-verify-ssl: whoever answers is taken for AWS, and can read what is sent");
    }
    match context.check_query().and_then(|()| chosen.run(&context)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            context.ui.error(&error);
            ExitCode::from(error.kind().exit_code(chosen.is_mirrored()))
        }
    }
}

/// Clap prints help to standard output and mistakes to standard error; a mistake ends with 252.
fn usage(error: &clap::Error) -> ExitCode {
    let printed = error.print();
    match (error.exit_code(), printed) {
        (0, Ok(())) => ExitCode::SUCCESS,
        (0, Err(failed)) => ExitCode::from(CommandError::from_output(failed).kind().exit_code(false)),
        _ => ExitCode::from(ErrorKind::Usage.exit_code(false)),
    }
}
