//! `keyfob keys activate`: a key that signs again.

use clap::Args;

use super::one_key::{KeyArgs, OneKey};
use crate::cli::Run;
use crate::commands::{CommandError, Context};

/// Activate an access key that was deactivated
#[derive(Debug, Args)]
pub struct ActivateArgs {
    #[command(flatten)]
    key: KeyArgs,
}

impl Run for ActivateArgs {
    const NAME: &'static str = "activate";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let one = OneKey::find(context, &self.key, "keys activate")?;
        let (asker, id) = (&one.asker, &one.key.id);
        asker
            .ask(&one.keys, |iam| iam.update_access_key(one.owner.user.as_deref(), id, true))
            .map_err(|error| asker.refused(&one.keys, &error))?;
        one.answer(context, "Active")
    }
}
