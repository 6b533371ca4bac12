//! A key that a person names, to be switched or deleted.

use clap::Args;
use serde_json::json;

use super::caller::Asker;
use super::journals::{Journals, command};
use super::whose::{Signed, UserArgs};
use crate::aws::SigningKeys;
use crate::aws::iam::keys::AccessKey;
use crate::aws::iam::owner::Owner;
use crate::commands::status::columns::some_of;
use crate::commands::typed::typed;
use crate::commands::{CommandError, Context, ErrorKind};
use crate::keys::held;
use crate::keys::journal::Journal;
use crate::world::lock::Lock;

/// Which key.
#[derive(Debug, Clone, Args)]
pub(super) struct KeyArgs {
    /// The access key's id: AKIA...
    #[arg(value_name = "ACCESS_KEY_ID")]
    id: String,
    #[command(flatten)]
    pub(super) user: UserArgs,
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
    /// Whether another key of the user works that a profile here holds.
    another_is_held: bool,
    /// Whether a profile here holds the key that replaced it.
    successor_is_held: bool,
    /// The rotation it is part of.
    pub(super) journal: Option<Journal>,
    pub(super) journals: Journals<'a>,
    /// ` --user-name NAME`, where a user was named.
    user_typed: String,
    /// No rotation begins meanwhile.
    _lock: Option<Lock>,
}

impl<'a> OneKey<'a> {
    /// Finds the key among its user's.
    ///
    /// # Errors
    /// It is none of the user's, or is being rotated.
    pub(super) fn find(context: &'a Context, args: &KeyArgs, purpose: &str) -> Result<Self, CommandError> {
        let journals = Journals::of(context)?;
        let lock = journals.lock_if_writable(purpose)?;
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let signed = Signed::of(context, &files, &shared, context.selection(), &args.user.code)?;
        let asker = Asker::new(context, &shared, &signed.plan.selection.name)?;
        let journal = journals.about(&args.id)?;
        if let Some(journal) = journal.as_ref().filter(|journal| !journal.rests()) {
            return Err(CommandError::new(
                ErrorKind::Other,
                format!("a rotation of {} is under way", journal.first().id),
            )
            .hint(format!("{} finishes it, or takes it back with --undo", command(journal))));
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
        let others: Vec<_> = all.iter().filter(|other| other.id != key.id && other.active).collect();
        let another_works = !others.is_empty();
        let another_is_held = others.iter().any(|other| !held::of(&shared, &other.id).is_empty());
        let profiles = held::names(&held::of(&shared, &key.id));
        let successor = journal.as_ref().and_then(|journal| journal.new.as_ref());
        let successor_is_held = successor.is_some_and(|new| !held::of(&shared, &new.id).is_empty());
        let user_typed = args.user.typed();
        Ok(Self {
            asker,
            keys,
            owner,
            key,
            another_works,
            profiles,
            another_is_held,
            successor_is_held,
            journal,
            journals,
            user_typed,
            _lock: lock,
        })
    }

    /// Tells what the key is now: `Active`, `Inactive` or `Deleted`.
    ///
    /// # Errors
    /// The answer cannot be written.
    pub(super) fn answer(&self, context: &Context, status: &str) -> Result<(), CommandError> {
        let (user, id) = (self.owner.user.as_deref(), &self.key.id);
        if context.wants_structure_or_table() {
            let answer = json!({ "UserName": user, "AccessKeyId": id, "Status": status });
            return context.answer_structure(answer, "AccessKey");
        }
        context.ui.answer(&format!("{id} of {} is {}\n", self.owner.shown(), status.to_lowercase()))
    }

    /// Refuses to take the last key that works, of the user's or of those that are here, unless that was agreed to.
    ///
    /// # Errors
    /// It is the last one.
    pub(super) fn may_go(&self, yes: bool) -> Result<(), CommandError> {
        if yes {
            return Ok(());
        }
        self.check_secret()?;
        if !self.key.active || (self.another_works && (self.profiles.is_empty() || self.another_is_held)) {
            return Ok(());
        }
        let (id, user) = (&self.key.id, self.owner.shown());
        let message = match self.another_works {
            false => format!("{id} is the last access key of {user} that works"),
            true => format!("{id} is the only access key of {user} that works and that a profile here holds"),
        };
        let mut said = CommandError::new(ErrorKind::Other, message);
        if let Some(journal) = self.journal.as_ref().filter(|journal| journal.old.id == *id) {
            let new = journal.new.as_ref().map_or("the new key", |new| new.id.as_str());
            said =
                said.because(format!("the secret of {new}, which replaced it, is kept only to finish that rotation"));
        }
        let profile = typed(&self.asker.profile);
        Err(said
            .hint(format!("keyfob keys rotate --profile {profile}{} replaces it", self.user_typed))
            .hint("or say that it is meant, with --yes"))
    }

    /// # Errors
    /// The rotation that goes with the key holds the only copy of its successor's secret.
    fn check_secret(&self) -> Result<(), CommandError> {
        let kept = self.journal.as_ref().filter(|journal| journal.old.id == self.key.id && !journal.prints);
        let Some((journal, new)) = kept.and_then(|journal| Some((journal, journal.new.as_ref()?))) else {
            return Ok(());
        };
        if new.secret.is_none() || self.successor_is_held {
            return Ok(());
        }
        let message =
            format!("the secret of {}, which replaced {}, is nowhere but in that rotation", new.id, self.key.id);
        Err(CommandError::new(ErrorKind::Other, message)
            .hint(format!("{} --undo goes back to {}", command(journal), self.key.id))
            .hint("or say that it may go too, with --yes"))
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
