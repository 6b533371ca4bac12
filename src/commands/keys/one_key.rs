//! A key that a person names, to be switched or deleted.

use clap::Args;

use super::caller::Asker;
use super::journals::Journals;
use super::whose::{Signed, UserArgs};
use crate::aws::SigningKeys;
use crate::aws::iam::keys::AccessKey;
use crate::aws::iam::owner::Owner;
use crate::commands::status::columns::some_of;
use crate::commands::typed::typed;
use crate::commands::{CommandError, Context, ErrorKind};
use crate::keys::held;
use crate::keys::journal::Journal;

/// Which key.
#[derive(Debug, Clone, Args)]
pub(super) struct KeyArgs {
    /// The access key's id: AKIA...
    #[arg(value_name = "ACCESS_KEY_ID")]
    id: String,
    #[command(flatten)]
    user: UserArgs,
}

/// A key of a user.
pub(super) struct OneKey<'a> {
    pub(super) asker: Asker<'a>,
    pub(super) keys: SigningKeys,
    pub(super) owner: Owner,
    pub(super) key: AccessKey,
    /// Whether another key of the user works.
    pub(super) another_works: bool,
    /// The profiles here that hold it.
    pub(super) profiles: Vec<String>,
    /// The rotation it is part of.
    pub(super) journal: Option<Journal>,
}

impl<'a> OneKey<'a> {
    /// Finds the key among its user's.
    ///
    /// # Errors
    /// It is none of the user's, or is being rotated.
    pub(super) fn find(context: &'a Context, args: &KeyArgs) -> Result<Self, CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let signed = Signed::of(context, &files, &shared, context.selection(), &args.user.code)?;
        let asker = Asker::new(context, &shared, &signed.plan.selection.name)?;
        let journal = Journals::of(context)?.about(&args.id)?;
        if let Some(journal) = journal.as_ref().filter(|journal| !journal.rests()) {
            return Err(CommandError::new(
                ErrorKind::Other,
                format!("a rotation of {} is under way", journal.first().id),
            )
            .hint(format!(
                "keyfob keys rotate --profile {} finishes it, or takes it back with --undo",
                typed(&journal.profile)
            )));
        }
        let keys = signed.keys(context, &files, &shared, &args.user.code)?;
        let owner = asker.owner(&keys, args.user.user_name.as_deref())?;
        let all = asker.ask(&keys, |iam| iam.list_access_keys(owner.user.as_deref()));
        let all = all.map_err(|error| asker.refused(&keys, &error))?;
        let Some(key) = all.iter().find(|key| key.id == args.id).cloned() else {
            return Err(CommandError::new(
                ErrorKind::Other,
                format!("{} has no access key {}", owner.shown(), args.id),
            )
            .hint("keyfob keys list shows those there are; --user-name names another user"));
        };
        let another_works = all.iter().any(|other| other.id != key.id && other.active);
        let profiles = held::names(&held::of(&shared, &key.id));
        Ok(Self { asker, keys, owner, key, another_works, profiles, journal })
    }

    /// Refuses to take the last key that works, unless that was agreed to.
    ///
    /// # Errors
    /// It is the last one.
    pub(super) fn may_go(&self, yes: bool) -> Result<(), CommandError> {
        if yes || !self.key.active || self.another_works {
            return Ok(());
        }
        let message = format!("{} is the last access key of {} that works", self.key.id, self.owner.shown());
        Err(CommandError::new(ErrorKind::Other, message)
            .hint(format!("keyfob keys rotate --profile {} replaces it", typed(&self.asker.profile)))
            .hint("or say that it is meant, with --yes"))
    }

    /// Who still has it, now that it does not work.
    pub(super) fn tell_holders(&self, context: &Context, what: &str) {
        match self.profiles.len() {
            0 => {}
            1 => context.ui.warn(&format!("profile {} holds {}, which {what}", self.profiles[0], self.key.id)),
            _ => context.ui.warn(&format!("profiles {} hold {}, which {what}", some_of(&self.profiles), self.key.id)),
        }
    }
}
