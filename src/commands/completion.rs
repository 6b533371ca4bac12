//! Completion as a person types: called back by the shell through an environment variable.

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use clap_complete::engine::CompletionCandidate;
use clap_complete::env::CompleteEnv;

use super::{Context, Ui};
use crate::cli::{self, Color, GlobalArgs};
use crate::config::CREDENTIAL_KEYS;
use crate::world::World;

/// Set by the shell when it asks for completions; clap's own name for it is too general.
pub const VARIABLE: &str = "KEYFOB_COMPLETE";

/// Whether bash asks, which inserts what it is given without quoting it. clap takes the variable
/// away before candidates are made, so this is kept from before.
static IN_BASH: AtomicBool = AtomicBool::new(false);

/// Answers `shell`.
pub(super) fn answer(shell: &str, arguments: &[OsString]) -> ExitCode {
    IN_BASH.store(shell == "bash", Ordering::Relaxed);
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
    with_shared(|shared| shared.profile_names().iter().map(|name| candidate(name)).collect())
}

fn candidate(name: &str) -> CompletionCandidate {
    let plain = |c: char| c.is_alphanumeric() || "_-./:@%+=,".contains(c);
    if !IN_BASH.load(Ordering::Relaxed) || name.chars().all(plain) {
        return CompletionCandidate::new(name);
    }
    CompletionCandidate::new(
        name.chars().flat_map(|c| (!plain(c)).then_some('\\').into_iter().chain([c])).collect::<String>(),
    )
}

/// The names of all sso-sessions.
pub fn sso_sessions() -> Vec<CompletionCandidate> {
    with_shared(|shared| shared.sso_session_names().iter().map(|name| candidate(name)).collect())
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
        endpoint_url: None,
        ca_bundle: None,
        no_verify_ssl: false,
        cli_connect_timeout: None,
        cli_read_timeout: None,
        color: Color::Off,
        debug: false,
        no_input: true,
        quiet: true,
    };
    let ui = Ui::new(&world, &globals);
    let context = Context::new(world, globals, ui);
    let Ok(files) = context.shared_files() else { return Vec::new() };
    files.parse().map(|shared| names(&shared)).unwrap_or_default()
}
