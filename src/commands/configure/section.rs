//! Which section `get`, `set` and `unset` are about: a profile, an sso-session or a services section.

use clap::Args;
use clap_complete::engine::ArgValueCandidates;

use crate::commands::{CommandError, Context, ErrorKind, completion};
use crate::config::edit::Place;
use crate::config::name::{Holder, Name};
use crate::config::{CREDENTIAL_KEYS, FileKind};

/// The flags that choose a section in place of a profile.
#[derive(Debug, Clone, Args)]
pub struct SectionArgs {
    /// The [sso-session NAME] section of the config file
    #[arg(long, value_name = "NAME", conflicts_with = "services", add = ArgValueCandidates::new(completion::sso_sessions))]
    pub sso_session: Option<String>,
    /// The [services NAME] section of the config file
    #[arg(long, value_name = "NAME")]
    pub services: Option<String>,
}

impl SectionArgs {
    /// The chosen section, if one of the flags is there.
    ///
    /// # Errors
    /// A name that no section can have.
    pub(super) fn place(&self) -> Result<Option<Place>, CommandError> {
        let (flag, name) = match (&self.sso_session, &self.services) {
            (Some(name), _) => ("--sso-session", name),
            (None, Some(name)) => ("--services", name),
            (None, None) => return Ok(None),
        };
        // As the AWS CLI checks it: the first character alone.
        let fits = |c: char| c.is_alphanumeric() || "_-/.%@:+".contains(c);
        if !name.starts_with(fits) {
            let message = format!("{flag} {name:?}: a name starts with a letter, a digit or one of _-/.%@:+");
            return Err(CommandError::new(ErrorKind::Usage, message).hint("choose another name"));
        }
        Ok(Some(match flag {
            "--sso-session" => Place::SsoSession(name.clone()),
            _ => Place::Services(name.clone()),
        }))
    }
}

/// The places that may hold `name`, each with its file: for a profile, both files.
pub(super) fn places(context: &Context, name: &Name) -> [(FileKind, Place); 2] {
    let profile = match &name.holder {
        Holder::Selected => context.selection().name,
        Holder::Profile(profile) | Holder::Section(profile) => profile.clone(),
    };
    let in_config = match &name.holder {
        Holder::Section(section) => Place::Section(section.clone()),
        _ => Place::Profile(profile.clone()),
    };
    [(FileKind::Config, in_config), (FileKind::Credentials, Place::Credentials(profile))]
}

/// The file that AWS keeps `key` in.
pub(super) fn home_of(key: &str) -> FileKind {
    match CREDENTIAL_KEYS.iter().any(|known| key.eq_ignore_ascii_case(known)) {
        true => FileKind::Credentials,
        false => FileKind::Config,
    }
}
