//! Which sign-in a command is about, and its token.

use crate::aws::settings::Service;
use crate::aws::{CallSettings, Caller};
use crate::commands::resolving::token_error;
use crate::commands::{CommandError, Context, ErrorKind};
use crate::config::shared::SharedConfig;
use crate::config::sso::{self, SsoSettings, SsoSettingsError};
use crate::tokens::{SsoToken, Tokens};

/// The sign-in of `--sso-session`, else the selected profile's.
///
/// # Errors
/// The section is not there, or lacks a key.
pub(in crate::commands) fn of_flag_or_profile(
    context: &Context,
    shared: &SharedConfig<'_>,
    flag: Option<&str>,
) -> Result<SsoSettings, CommandError> {
    let profile = context.selection();
    // The AWS CLI loads the profile even when it is not needed.
    if profile.is_explicit() && shared.profile(&profile.name).is_none() {
        return Err(CommandError::no_profile(format!("The config profile ({}) could not be found", profile.name)));
    }
    let found = match flag {
        Some(name) => sso::session(shared, name),
        None => sso::login(shared, &profile.name),
    };
    found.map_err(|error| wrong_settings(&error))
}

/// The same for commands of keyfob's own: where neither says anything and there is one sso-session,
/// that one.
///
/// # Errors
/// As above; with several sso-sessions the error names them.
pub(in crate::commands) fn of_flag_profile_or_only(
    context: &Context,
    shared: &SharedConfig<'_>,
    flag: Option<&str>,
) -> Result<SsoSettings, CommandError> {
    let names = shared.sso_session_names();
    let profile = context.selection();
    let silent = |name: &str| {
        shared
            .profile(name)
            .is_none_or(|profile| profile.sso_session().is_none() && profile.text("sso_start_url").is_none())
    };
    match (flag, names.as_slice()) {
        (None, [only]) if !profile.is_explicit() && silent(&profile.name) => {
            sso::session(shared, only).map_err(|error| wrong_settings(&error))
        }
        (None, [_, _, ..]) if !profile.is_explicit() && silent(&profile.name) => {
            Err(CommandError::new(ErrorKind::Configuration, "there are several sso-sessions, and none was chosen")
                .hint(format!("--sso-session with one of: {}", names.join(", "))))
        }
        _ => of_flag_or_profile(context, shared, flag),
    }
}

/// Says it, and what to type next.
pub(in crate::commands) fn wrong_settings(error: &SsoSettingsError) -> CommandError {
    CommandError::new(ErrorKind::Configuration, error.to_string()).hint("keyfob configure sso writes them")
}

/// How `service` is called for `sso`: as the selected profile says, in the directory's region.
pub(in crate::commands) fn settings(
    context: &Context,
    shared: &SharedConfig<'_>,
    service: Service,
    sso: &SsoSettings,
) -> Result<CallSettings, CommandError> {
    Ok(context.call_settings(service, shared, &context.selection().name)?.in_region(&sso.region))
}

/// The token for `sso`, refreshed where it must be. No person is asked.
///
/// # Errors
/// There is none that can be used; the error says how to sign in.
pub(in crate::commands) fn token(
    context: &Context,
    shared: &SharedConfig<'_>,
    sso: &SsoSettings,
) -> Result<SsoToken, CommandError> {
    let settings = settings(context, shared, Service::SsoOidc, sso)?;
    let caller = Caller::new(&context.world, context);
    let tokens = Tokens { caller: &caller, settings: &settings, notices: context };
    tokens.current(sso).map_err(|error| match sso.key.session() {
        Some(name) => token_error(&error, &format!("--sso-session {name}")),
        None => token_error(&error, &format!("--profile {}", context.selection().name)),
    })
}
