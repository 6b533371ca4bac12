//! Completion as a person types: called back by the shell through an environment variable.

use std::ffi::OsString;
use std::process::ExitCode;

use clap_complete::engine::CompletionCandidate;
use clap_complete::env::CompleteEnv;

use super::{Context, Ui};
use crate::cli::{self, Color, GlobalArgs};
use crate::config::CREDENTIAL_KEYS;
use crate::world::World;

/// Set by the shell when it asks for completions; clap's own name for it is too general.
pub const VARIABLE: &str = "KEYFOB_COMPLETE";

/// Answers the shell.
pub(super) fn answer(arguments: &[OsString]) -> ExitCode {
    let asked = CompleteEnv::with_factory(cli::command).var(VARIABLE).try_complete(arguments, None);
    match asked {
        Ok(_) => ExitCode::SUCCESS,
        // A shell shows nothing of what goes wrong here, but --debug by hand does.
        Err(error) => {
            let _ = error.print();
            ExitCode::FAILURE
        }
    }
}

/// The names of all profiles in both files. A file with problems completes nothing.
pub fn profiles() -> Vec<CompletionCandidate> {
    with_shared(|shared| shared.profile_names().iter().map(|name| CompletionCandidate::new(&**name)).collect())
}

/// The names of all sso-sessions.
pub fn sso_sessions() -> Vec<CompletionCandidate> {
    with_shared(|shared| shared.sso_session_names().iter().map(|name| CompletionCandidate::new(&**name)).collect())
}

/// Keys that `configure get`, `set` and `unset` are mostly used with.
pub fn keys() -> Vec<CompletionCandidate> {
    const OFTEN: [&str; 14] = [
        "region",
        "output",
        "role_arn",
        "source_profile",
        "credential_source",
        "mfa_serial",
        "external_id",
        "role_session_name",
        "duration_seconds",
        "sso_session",
        "sso_account_id",
        "sso_role_name",
        "credential_process",
        "services",
    ];
    OFTEN.into_iter().chain(CREDENTIAL_KEYS).map(CompletionCandidate::new).collect()
}

fn with_shared(
    names: impl FnOnce(&crate::config::shared::SharedConfig<'_>) -> Vec<CompletionCandidate>,
) -> Vec<CompletionCandidate> {
    let world = World::real();
    let globals = GlobalArgs {
        profile: None,
        region: None,
        output: None,
        query: None,
        color: Color::Off,
        debug: false,
        no_input: true,
        quiet: true,
    };
    let ui = Ui::new(&world, &globals);
    let context = Context { world, globals, ui };
    let Ok(files) = context.shared_files() else { return Vec::new() };
    files.parse().map(|shared| names(&shared)).unwrap_or_default()
}
