//! `keyfob process`: what `credential_process =` calls.

use clap::Args;

use super::{CommandError, Context, ErrorKind};
use crate::chain::{Method, plan};
use crate::cli::Run;
use crate::config::shared::SharedConfig;
use crate::credentials::{Credentials, ResolveError, formats, resolve};

/// Print credentials as JSON, for `credential_process = keyfob process --profile NAME`
///
/// Answers for keys in the two files and in the environment. Nothing is printed to standard output
/// when there are none to give.
#[derive(Debug, Args)]
pub struct ProcessArgs {}

impl Run for ProcessArgs {
    const NAME: &'static str = "process";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let credentials = credentials(context, &shared)?;
        context.ui.answer(formats::process(&credentials).expose())
    }
}

/// The credentials of the selected profile.
pub(super) fn credentials(context: &Context, shared: &SharedConfig<'_>) -> Result<Credentials, CommandError> {
    let plan = plan(shared, context.selection(), |name| context.variable(name))?;
    for candidate in &plan.candidates {
        context.ui.debug(|| format!("candidate: {} from {:?}", candidate.method.name(), candidate.source));
    }
    resolve(&plan, context.world.clock.now()).map_err(|error| unresolved(error, &plan.selection.name))
}

/// What to say and type when a plan gives nothing.
pub(super) fn unresolved(error: ResolveError, profile: &str) -> CommandError {
    let said = CommandError::new(ErrorKind::Configuration, error.to_string());
    match error {
        ResolveError::None => said.hint(format!("keyfob configure --profile {profile} stores an access key")),
        ResolveError::BadExpiration(_) => {
            said.hint("unset AWS_CREDENTIAL_EXPIRATION, or write it as 2026-07-23T18:06:21Z")
        }
        ResolveError::Expired(_) => {
            said.of_kind(ErrorKind::Expired).hint("put fresh ones there, or unset AWS_ACCESS_KEY_ID to use a profile")
        }
        ResolveError::Beyond { method, .. } => {
            let said = said.hint(format!("aws configure export-credentials --profile {profile} resolves them"));
            match method {
                Method::Container => said.hint("unset the AWS_CONTAINER_CREDENTIALS variables to use keys"),
                _ => said.hint(format!("keyfob explain --profile {profile} shows where that was said")),
            }
        }
    }
}
