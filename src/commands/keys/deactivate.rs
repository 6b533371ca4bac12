//! `keyfob keys deactivate`: a key that signs nothing until it is activated again.

use clap::Args;

use super::one_key::{KeyArgs, OneKey};
use crate::cli::Run;
use crate::commands::{CommandError, Context};

/// Deactivate an access key: it signs nothing until it is activated again
#[derive(Debug, Args)]
pub struct DeactivateArgs {
    #[command(flatten)]
    key: KeyArgs,
    /// Even if it is the user's last key that works
    #[arg(long)]
    yes: bool,
}

impl Run for DeactivateArgs {
    const NAME: &'static str = "deactivate";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let one = OneKey::find(context, &self.key, "keys deactivate")?;
        one.may_go(self.yes)?;
        let (asker, id) = (&one.asker, &one.key.id);
        asker
            .ask(&one.keys, |iam| iam.update_access_key(one.owner.user.as_deref(), id, false))
            .map_err(|error| asker.refused(&one.keys, &error))?;
        one.answer(context, "Inactive")?;
        one.tell_holders(context, "signs nothing now");
        Ok(())
    }
}
