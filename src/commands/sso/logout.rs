//! `keyfob sso logout`: ends sign-ins to IAM Identity Center.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use clap::Args;
use clap_complete::engine::ArgValueCandidates;
use serde_json::Value;

use super::session;
use crate::aws::portal::Portal;
use crate::aws::settings::Service;
use crate::chain::{SsoStep, cache_name};
use crate::cli::Run;
use crate::commands::{CommandError, Context, completion, resolving};
use crate::config::shared::SharedConfig;
use crate::config::sso::{self, SessionKey};
use crate::secret::Secret;
use crate::tokens::sso_token;
use crate::world::lock::Wait;
use crate::world::paths;

/// End all sign-ins to IAM Identity Center, and forget the credentials that came of them
///
/// Credentials that were handed on stay valid until they end by themselves.
#[derive(Debug, Args)]
pub struct LogoutArgs {
    /// End the sign-in to this sso-session alone
    #[arg(long, value_name = "NAME", add = ArgValueCandidates::new(completion::sso_sessions))]
    pub sso_session: Option<String>,
}

/// A renewal that is under way is waited for; what it stores goes too.
const RENEWING: Duration = Duration::from_secs(20);

impl Run for LogoutArgs {
    const NAME: &'static str = "logout";
    const MIRRORED: bool = true;

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let only = match &self.sso_session {
            None => None,
            Some(name) => Some(Only::session(&shared, name)?),
        };
        let env = &context.world.env;
        if let Some(folder) = paths::sso_cache(env) {
            sweep(context, &folder, &mut |name, entry| {
                let Some(token) = entry.get("accessToken") else { return Ok(false) };
                if only.as_ref().is_some_and(|only| only.token != name) {
                    return Ok(false);
                }
                end_session(context, &shared, entry.get("region").and_then(Value::as_str), token.as_str())?;
                Ok(true)
            })?;
        }
        if let Some(folder) = paths::cli_cache(env, "").as_deref() {
            sweep(context, folder, &mut |name, entry| {
                let of_sso = entry.get("ProviderType").and_then(Value::as_str) == Some("sso");
                Ok(of_sso && only.as_ref().is_none_or(|only| only.roles.contains(name)))
            })?;
        }
        Ok(())
    }
}

/// The cache files of one sso-session.
struct Only {
    token: String,
    roles: BTreeSet<String>,
}

impl Only {
    fn session(shared: &SharedConfig<'_>, name: &str) -> Result<Self, CommandError> {
        // A section that is not there is a slip of the pen, and nothing shall be ended by one.
        let settings = sso::session(shared, name).map_err(|error| session::wrong_settings(&error))?;
        let names = shared.profile_names();
        let roles = names.iter().filter_map(|profile| sso::role(shared, profile).ok());
        let roles = roles
            .filter(|(of, ..)| of.key == settings.key)
            .map(|(session, account_id, role_name)| cache_name::sso(&SsoStep { session, account_id, role_name }));
        let key = SessionKey::Session(name.to_owned());
        Ok(Self { token: sso_token::file_name(&key), roles: roles.collect() })
    }
}

/// Removes the files of `folder` whose JSON `goes` says so of. Files that are none of AWS's stay.
fn sweep(
    context: &Context,
    folder: &Path,
    goes: &mut dyn FnMut(&str, &Value) -> Result<bool, CommandError>,
) -> Result<(), CommandError> {
    for name in context.world.files.list(folder)? {
        let path = folder.join(&name);
        let read = || {
            let bytes = context.world.files.read(&path).ok().flatten()?;
            serde_json::from_slice::<Value>(&bytes).ok().filter(Value::is_object)
        };
        if name.starts_with('.')
            || read().is_none_or(|entry| entry.get("accessToken").or(entry.get("ProviderType")).is_none())
        {
            continue;
        }
        let wait = Wait { limit: RENEWING, purpose: "sso logout", notice: &|_| {} };
        let _lock = context.world.files.lock_renewal(&path, &wait);
        // Whoever held the lock may have put another in place.
        if let Some(entry) = read()
            && goes(&name, &entry)?
        {
            context.world.files.remove(&path)?;
            context.ui.debug(|| format!("{}: removed", path.display()));
        }
    }
    Ok(())
}

/// Tells the portal; what it says to that is of no interest (AWS CLI). Without an answer the file stays.
fn end_session(
    context: &Context,
    shared: &SharedConfig<'_>,
    region: Option<&str>,
    token: Option<&str>,
) -> Result<(), CommandError> {
    let (Some(region), Some(token)) = (region, token) else { return Ok(()) };
    let calls = context.call_settings(Service::Sso, shared, &context.selection().name)?.in_region(region);
    let ended = resolving::call(context, |caller| match Portal::new(caller, &calls).logout(&Secret::new(token)) {
        Err(error) if error.refusal().is_some() => Ok(Some(error.to_string())),
        Err(error) => Err(error),
        Ok(()) => Ok(None),
    })?;
    if let Some(refused) = ended {
        context.ui.debug(|| refused);
    }
    Ok(())
}
