//! `keyfob keys delete`: a key that is gone for good.

use clap::Args;

use super::journals::{command, flags};
use super::one_key::{KeyArgs, OneKey};
use crate::cli::Run;
use crate::commands::{CommandError, Context, ErrorKind};

/// Delete an access key for good
///
/// What was kept to undo its rotation goes with it. Profiles are left as they are.
#[derive(Debug, Args)]
pub struct DeleteArgs {
    #[command(flatten)]
    key: KeyArgs,
    /// Even if it is the user's last key that works
    #[arg(long)]
    yes: bool,
}

impl Run for DeleteArgs {
    const NAME: &'static str = "delete";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let one = OneKey::find(context, &self.key, "keys delete")?;
        let (asker, id) = (&one.asker, &one.key.id);
        if let Some(journal) = one.journal.as_ref().filter(|journal| journal.old.id != *id) {
            // With it would go what the old key, which was kept, is to come back from.
            let old = &journal.old.id;
            return Err(CommandError::new(ErrorKind::Other, format!("{id} replaced {old}, which was kept"))
                .hint(format!("delete that one first: keyfob keys delete {old}{}", flags(journal)))
                .hint(format!("or go back to it: {} --undo", command(journal))));
        }
        one.may_go(self.yes)?;
        asker.delete(&one.keys, one.owner.user.as_deref(), id).map_err(|error| asker.refused(&one.keys, &error))?;
        if let Some(journal) = &one.journal {
            one.journals.forget(journal)?;
        }
        one.answer(context, "Deleted")?;
        one.tell_holders(context, "is gone");
        Ok(())
    }
}
