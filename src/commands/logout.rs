//! `keyfob logout`: forgets console logins.

use std::time::Duration;

use clap::Args;
use serde_json::Value;

use crate::cli::Run;
use crate::commands::{CommandError, Context, ErrorKind};
use crate::tokens::login_token;
use crate::world::lock::Wait;
use crate::world::paths;

/// Forget the selected profile's console login
///
/// Credentials that were handed on stay valid until they end by themselves, after 15 minutes at most.
#[derive(Debug, Args)]
pub struct LogoutArgs {
    /// Forget every console login of this machine
    #[arg(long)]
    pub all: bool,
}

/// A renewal that is under way is waited for; what it stores goes too.
const RENEWING: Duration = Duration::from_secs(20);

impl Run for LogoutArgs {
    const NAME: &'static str = "logout";
    const MIRRORED: bool = true;

    fn run(self, context: &Context) -> Result<(), CommandError> {
        match self.all {
            true => all(context),
            false => one(context),
        }
    }
}

fn one(context: &Context) -> Result<(), CommandError> {
    let files = context.shared_files()?;
    let shared = files.parse()?;
    let name = context.selection().name;
    let profile = shared.profile(&name);
    let Some(session) = profile.as_ref().and_then(|profile| profile.login_session()) else {
        context.ui.warn(&format!("no login session found for profile '{name}'"));
        return Ok(());
    };
    forget(context, &login_token::file_name(session.text), None)?;
    context.ui.answer(&format!(
        "Removed cached login credentials for profile '{name}'. Note, any local developer tools that have already \
         loaded the access token may continue to use it until its expiration. Access tokens expire in 15 minutes.\n"
    ))
}

fn all(context: &Context) -> Result<(), CommandError> {
    let names = match paths::login_cache(&context.world.env) {
        Some(folder) => context.world.files.list(&folder)?,
        None => Vec::new(),
    };
    let mut forgotten = 0;
    for name in names.iter().filter(|name| !name.starts_with('.')) {
        forgotten += usize::from(forget(context, name, Some(is_login))?);
    }
    context.ui.answer(&match forgotten {
        0 => "No cached login session tokens found.\n".to_owned(),
        count => format!(
            "Removed {count} cached login credential{}. Note, any local developer tools that have already loaded access \
             tokens may continue to use them until their expiration. Access tokens expire in 15 minutes.\n",
            if count == 1 { "" } else { "s" }
        ),
    })
}

/// Whether a file with these bytes goes.
type Goes = fn(&[u8]) -> bool;

/// Removes `name` from the cache, if `goes` says so of its bytes, or whatever is in it; whether it was there.
fn forget(context: &Context, name: &str, goes: Option<Goes>) -> Result<bool, CommandError> {
    let Some(folder) = paths::login_cache(&context.world.env) else { return Ok(false) };
    let (path, files) = (folder.join(name), &context.world.files);
    let found = || match goes {
        Some(goes) => files.read(&path).ok().flatten().is_some_and(|bytes| goes(&bytes)),
        None => files.exists(&path),
    };
    if !found() {
        return Ok(false);
    }
    let wait = Wait { limit: RENEWING, purpose: "logout", notice: &|_| {} };
    let lock = files.lock_renewal(&path, &wait);
    // What is being renewed would come back.
    if let Err(error) = &lock
        && error.is_busy()
    {
        return Err(
            CommandError::new(ErrorKind::Other, error.to_string()).hint("run it again when that process is done")
        );
    }
    // Whoever held the lock may have put another in place, or taken it away.
    let gone = found();
    if gone {
        files.remove(&path)?;
        context.ui.debug(|| format!("{}: removed", path.display()));
    }
    Ok(gone)
}

/// Whether a file is a console login's (AWS CLI).
fn is_login(bytes: &[u8]) -> bool {
    let Ok(entry) = serde_json::from_slice::<Value>(bytes) else { return false };
    entry.get("accessToken").is_some_and(|token| token.get("accessKeyId").is_some())
}
