//! Automatic MFA sessions of a profile: `mfa_session = on` in keyfob's own settings.

use clap::Args;

use super::caller::Asker;
use crate::commands::question::confirm;
use crate::commands::{CommandError, Context, ErrorKind};
use crate::config::document::{Document, decode};
use crate::config::edit::{Change, Edit, Place, apply};
use crate::config::settings::OwnSettings;
use crate::world::lock::{Holder, Wait};
use crate::world::paths;

/// The flags that answer without a question.
#[derive(Debug, Clone, Args)]
pub(super) struct SessionArgs {
    /// Get MFA sessions for the profile by itself from now on: a code is asked for when one is over
    #[arg(long, conflicts_with = "no_mfa_session")]
    mfa_session: bool,
    /// Do not, and do not ask
    #[arg(long)]
    no_mfa_session: bool,
}

impl SessionArgs {
    /// Whether a flag asks for them.
    pub(super) fn is_asked_for(&self) -> bool {
        self.mfa_session
    }

    /// Whether the profile shall have them. What nobody answers is no.
    ///
    /// # Errors
    /// Ctrl-C.
    pub(super) fn wanted(&self, asker: &Asker<'_>) -> Result<bool, CommandError> {
        if self.mfa_session || self.no_mfa_session || asker.context.globals.no_input {
            return Ok(self.mfa_session);
        }
        let profile = &asker.profile;
        let question = format!("Get MFA sessions for profile {profile} by itself, asking for a code when one is over?");
        match confirm(asker.context, &question, "an answer", "--mfa-session") {
            Err(error) if error.kind() == ErrorKind::Configuration => Ok(false),
            answer => answer,
        }
    }
}

/// Writes `mfa_session = on` for `profile`; all else in the file stays.
///
/// # Errors
/// The file cannot be read or replaced.
pub(super) fn turn_on(context: &Context, profile: &str) -> Result<(), CommandError> {
    let Some(path) = paths::settings_file(&context.world.env) else {
        return Err(CommandError::new(ErrorKind::Configuration, "keyfob's settings are nowhere without a home folder")
            .hint("set HOME"));
    };
    let unusable = |why: String| {
        CommandError::new(ErrorKind::Configuration, format!("{}: {why}", path.display())).hint("mend that line first")
    };
    let notice = |holder: &Holder| context.ui.note(&format!("waiting for {holder}"));
    let wait = Wait { limit: context.own_settings()?.lock_wait, purpose: "mfa enroll", notice: &notice };
    let changes = vec![("mfa_session".to_owned(), Change::Set("on".to_owned()))];
    // In the settings [default] is for all profiles: the one of that name has a header as the others have.
    let place = match profile {
        "default" => Place::Credentials("profile default".to_owned()),
        profile => Place::Profile(profile.to_owned()),
    };
    let edit = [Edit { place, changes }];
    context.world.files.update(&path, &wait, |old| {
        let text = decode(old.unwrap_or_default());
        let text = text.map_err(|problem| unusable(format!("line {}: {}", problem.line, problem.kind)))?;
        let checked = Document::parse(text).check();
        checked.map_err(|problem| unusable(format!("line {}: {}", problem.line, problem.kind)))?;
        let new = apply(text, &edit)?;
        // The settings are read with fewer rules than they are written by.
        match OwnSettings::parse(&new) {
            Ok(settings) if settings.mfa_session(profile).is_some() => Ok(Some(new.into_bytes())),
            Ok(_) => Err(unusable(format!("the name of profile {profile} cannot be written there"))),
            Err(error) => Err(unusable(error.to_string())),
        }
    })?;
    context.ui.note(&format!("Profile {profile} gets MFA sessions by itself (mfa_session in {})", path.display()));
    Ok(())
}
