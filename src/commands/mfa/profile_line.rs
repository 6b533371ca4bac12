//! The line `mfa_serial = ..` of the selected profile, after a device was enrolled.

use super::caller::Asker;
use crate::aws::iam::owner::Owner;
use crate::chain::Method;
use crate::commands::question::confirm;
use crate::commands::typed::typed;
use crate::commands::write::{FileEdit, WriteArgs, rehearse, write};
use crate::commands::{CommandError, Context};
use crate::config::FileKind;
use crate::config::edit::apply;
use crate::config::shared::SharedConfig;
use crate::mfa::uses;

/// What becomes of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProfileLine {
    /// It is written, into this file.
    Write(FileKind),
    /// It is there already.
    There,
    /// The profile is not the user's, or keeps its line.
    Leave,
}

impl ProfileLine {
    /// Decides, before anything is made; a person is asked where another device stands there.
    ///
    /// # Errors
    /// Nobody answers, or the file may not be written.
    pub(super) fn decide(
        asker: &Asker<'_>,
        owner: &Owner,
        shared: &SharedConfig<'_>,
        serial: &str,
        yes: bool,
    ) -> Result<Self, CommandError> {
        let (context, profile) = (asker.context, &asker.profile);
        // The keys of the environment are of no profile.
        if !owner.is_caller || asker.method() == Method::Environment {
            return Ok(Self::Leave);
        }
        let settings = shared.profile(profile).unwrap_or_default();
        let file = match settings.mfa_serial() {
            None => FileKind::Config,
            Some(there) if there.text == serial => return Ok(Self::There),
            Some(there) => {
                let question = format!("Profile {profile} names another device, {}. Replace it?", there.text);
                if !yes && !confirm(context, &question, "leave to replace mfa_serial", "--yes")? {
                    return Ok(Self::Leave);
                }
                there.origin.file
            }
        };
        let edit = |text: &str| apply(text, &[uses::set(profile, file, serial)]);
        rehearse(context, &[FileEdit { file, edit: &edit }])?;
        Ok(Self::Write(file))
    }

    /// Writes it, if that was decided.
    ///
    /// # Errors
    /// The file cannot be replaced.
    pub(super) fn carry_out(self, context: &Context, profile: &str, serial: &str) -> Result<(), CommandError> {
        let Self::Write(file) = self else { return Ok(()) };
        let edit = |text: &str| apply(text, &[uses::set(profile, file, serial)]);
        write(context, "mfa enroll", &WriteArgs { dry_run: false }, &[FileEdit { file, edit: &edit }]).map_err(
            |error| {
                error
                    .prefixed("the device is enrolled, but mfa_serial was not written: ")
                    .hint(format!("keyfob configure set mfa_serial {serial} --profile {}", typed(profile)))
            },
        )?;
        context.ui.note(&format!("Profile {profile} names it as mfa_serial"));
        Ok(())
    }
}
