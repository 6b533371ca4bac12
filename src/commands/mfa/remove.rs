//! `keyfob mfa remove`: a device taken from its user; a virtual one is deleted too.

use clap::Args;

use super::caller::{Asker, UserArgs};
use super::chosen::{self, Fit};
use super::new_device::is;
use crate::aws::iam::owner::Owner;
use crate::cli::Run;
use crate::commands::question::confirm;
use crate::commands::token_code::TokenCodeArgs;
use crate::commands::write::{FileEdit, WriteArgs, profile_edits, write};
use crate::commands::{CommandError, Context, ErrorKind};
use crate::config::FileKind;
use crate::config::edit::apply;
use crate::config::shared::SharedConfig;
use crate::mfa::device::Kind;
use crate::mfa::uses;

/// Take an MFA device from its user; a virtual one is deleted too
///
/// Usually needs a session with MFA. The profiles that name the device as mfa_serial can forget it at once.
#[derive(Debug, Args)]
pub struct RemoveArgs {
    #[command(flatten)]
    user: UserArgs,
    #[command(flatten)]
    code: TokenCodeArgs,
    /// The device, which may be a virtual one that nobody has [otherwise: the only one; a question]
    #[arg(long, value_name = "SERIAL")]
    serial_number: Option<String>,
    /// Do not ask, and remove mfa_serial from the profiles that name the device
    #[arg(long)]
    yes: bool,
}

impl Run for RemoveArgs {
    const NAME: &'static str = "remove";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        if !self.yes {
            context.may_ask("leave to remove the device", "--yes")?;
        }
        let files = context.shared_files()?;
        let shared = files.parse()?.indexed();
        let asker = Asker::new(context, &files, &shared, &self.code)?;
        let owner = asker.owner(self.user.user_name.as_deref())?;
        let serial = chosen::device(&asker, &owner, self.serial_number.as_deref(), Fit::Any)?;
        let kind = Kind::of(&serial);
        let question = format!("Remove the {} MFA device {serial} of {}?", kind.name(), owner.shown());
        if !self.yes && !confirm(context, &question, "leave to remove the device", "--yes")? {
            return Err(CommandError::new(ErrorKind::Other, format!("{serial} was left alone"))
                .hint("run it again, and say yes, to remove it"));
        }
        let was_theirs = deactivate(&asker, &owner, &serial, kind)?;
        if kind == Kind::Virtual {
            asker.call(|iam| iam.delete_virtual_mfa_device(&serial)).map_err(|error| match was_theirs {
                true => error.prefixed(&format!("{serial} is nobody's now, but it is still there: ")),
                false => error,
            })?;
        }
        let whose = if was_theirs { format!(" of {}", owner.shown()) } else { String::new() };
        context.ui.answer(&format!("{serial}{whose} is removed\n"))?;
        self.forget(context, &shared, &serial)
    }
}

/// Whether it was the user's.
fn deactivate(asker: &Asker<'_>, owner: &Owner, serial: &str, kind: Kind) -> Result<bool, CommandError> {
    match asker.ask(|iam| iam.deactivate_mfa_device(owner.user.as_deref(), serial)) {
        Ok(()) => Ok(true),
        // A virtual one that nobody has is deleted all the same; DeleteVirtualMFADevice refuses those of others.
        Err(error) if kind == Kind::Virtual && is(&error, "NoSuchEntity") => Ok(false),
        Err(error) => Err(asker.refused(&error)),
    }
}

impl RemoveArgs {
    /// The lines that name the device.
    fn forget(&self, context: &Context, shared: &SharedConfig<'_>, serial: &str) -> Result<(), CommandError> {
        let uses = uses::of(shared, serial);
        if uses.is_empty() {
            return Ok(());
        }
        let names = uses::names(&uses).join(", ");
        let question = format!("Remove mfa_serial, which names it, from {names}?");
        let agreed = self.yes
            || match confirm(context, &question, "an answer", "--yes") {
                Err(error) if error.kind() == ErrorKind::Configuration => false,
                answer => answer?,
            };
        if !agreed {
            context.ui.note(&format!("mfa_serial still names it in {names}: keyfob configure unset mfa_serial"));
            return Ok(());
        }
        let config = |text: &str| apply(text, &uses::unset(&uses, FileKind::Config));
        let credentials = |text: &str| apply(text, &uses::unset(&uses, FileKind::Credentials));
        let mut holding: Vec<_> = uses.iter().map(|it| it.file).collect();
        holding.sort_by_key(|file| *file == FileKind::Config);
        holding.dedup();
        let edits: Vec<FileEdit<'_>> = profile_edits(&holding, &config, &credentials);
        write(context, "mfa remove", &WriteArgs { dry_run: false }, &edits)?;
        context.ui.note(&format!("mfa_serial is removed from {names}"));
        Ok(())
    }
}
