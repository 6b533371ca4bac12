//! `keyfob keys rotate`: a new key in the place of an old one, everywhere here, and no moment without one that works.
//!
//! The order of the steps is in [`crate::keys::rotation`], which is pure; [`hands`] does them, [`signing`] and [`proving`]
//! ask AWS for it. [`work`] is a rotation as a whole, [`ready`] all that is looked at before the first change,
//! [`unfinished`] what an earlier run has left, [`create`] the one call that cannot be made twice.

mod all;
mod allowed;
mod create;
mod hands;
mod outcome;
mod pair;
mod placing;
mod proving;
mod ready;
mod signing;
mod status;
mod steps;
mod unfinished;
mod work;

use std::cell::Cell;

use clap::Args;
use clap_complete::engine::ArgValueCandidates;
use jiff::{SignedDuration, Timestamp};

use self::outcome::Outcome;
use self::work::Work;
use super::caller::Asker;
use super::journals::{Journals, user_flag};
use super::whose::{Signed, UserArgs};
use crate::aws::SigningKeys;
use crate::chain::Selection;
use crate::cli::Run;
use crate::commands::typed::typed;
use crate::commands::{CommandError, Context, ErrorKind, completion};
use crate::keys::age;
use crate::keys::journal::{Journal, Then};

/// Replace an access key: create, prove, put in place, prove again, deactivate the old one, delete it
///
/// Each step is written to ~/.aws/keyfob/keys before it is taken, so whatever interrupts it, running it again finishes
/// what was begun. Every profile here that holds the old key gets the new one. The user must be allowed
/// iam:CreateAccessKey, iam:DeleteAccessKey, iam:ListAccessKeys and iam:UpdateAccessKey, and to make room for a new key
/// iam:GetAccessKeyLastUsed.
#[derive(Debug, Args)]
pub struct RotateArgs {
    #[command(flatten)]
    user: UserArgs,
    /// With --user-name: store the new key in this profile
    #[arg(long, value_name = "NAME", requires = "user_name", add = ArgValueCandidates::new(completion::profiles))]
    to_profile: Option<String>,
    /// With --user-name: print the new key, its secret too
    #[arg(long, requires = "user_name")]
    print: bool,
    /// Leave the old key, inactive; --undo brings it back
    #[arg(long, conflicts_with = "delete_after")]
    keep_old: bool,
    /// Leave the old key, inactive, and have a run after this time delete it: 7d, 12h
    #[arg(long, value_name = "TIME", value_parser = age::parse)]
    delete_after: Option<SignedDuration>,
    /// Do nothing while the key is younger: 90d, 12h
    #[arg(long, value_name = "AGE", value_parser = age::parse)]
    max_age: Option<SignedDuration>,
    /// Where there are two keys, delete the other one, if it was not used after this one
    #[arg(long)]
    replace_unused: bool,
    /// Rotate every key that the profiles here hold
    #[arg(long, conflicts_with_all = ["user_name", "token_code", "undo", "status"])]
    all_profiles: bool,
    /// Take the last rotation back, while the old key exists
    #[arg(long, conflicts_with_all = ["keep_old", "delete_after", "max_age", "replace_unused", "dry_run"])]
    undo: bool,
    /// Show the rotations that are not over; calls nobody
    #[arg(long, conflicts_with_all = ["undo", "user_name", "dry_run"])]
    status: bool,
    /// Print the steps and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Even if no profile here holds the old key, so that whoever uses it elsewhere is cut off
    #[arg(long)]
    yes: bool,
}

impl Run for RotateArgs {
    const NAME: &'static str = "rotate";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        if self.status {
            return status::show(context);
        }
        if self.all_profiles {
            return all::rotate(&self, context);
        }
        if self.print {
            outcome::check_query(context)?;
        }
        self.one(context, context.selection())?.answer(context)
    }
}

/// What signs the calls about keys.
enum Signer {
    /// The keys themselves: the old one, then the new one.
    Themselves,
    /// A session, a role, another user.
    Others(SigningKeys),
}

impl Signer {
    /// What signs where `journal` is.
    ///
    /// # Errors
    /// The secret is not here.
    fn keys(&self, journal: &Journal) -> Result<SigningKeys, CommandError> {
        match self {
            Self::Others(keys) => Ok(keys.clone()),
            Self::Themselves => journal.signer().pair().map(|pair| pair.signing_keys()).ok_or_else(|| {
                let message = format!("the secret of {} is not known", journal.signer().id);
                CommandError::new(ErrorKind::Configuration, message)
            }),
        }
    }
}

/// What the files and journals say before anybody is asked.
#[derive(Clone)]
struct Look {
    /// The key that the profile starts from.
    key: Option<String>,
    journal: Option<Journal>,
}

impl RotateArgs {
    /// Rotates one key.
    fn one(&self, context: &Context, selection: Selection) -> Result<Outcome, CommandError> {
        let journals = Journals::of(context)?;
        let before = self.look(context, &selection, &journals)?;
        let begun = context.world.clock.now();
        // Steps that are only printed need no lock, and make no folder.
        let lock = if self.dry_run { None } else { Some(journals.lock("keys rotate")?) };
        let waited = lock.as_ref().is_some_and(|lock| lock.waited);
        let now = if lock.is_some() { self.look(context, &selection, &journals)? } else { before.clone() };
        if before.is_overtaken(&now, self.undo) {
            let why = format!("another keyfob has rotated {} meanwhile", before.shown());
            let old = before.key.or(before.journal.map(|journal| journal.first().id.clone()));
            return Ok(Outcome::nothing(old.unwrap_or_default(), why));
        }
        let files = context.shared_files()?;
        let shared = files.parse()?.indexed();
        let signed = Signed::of(context, &files, &shared, selection, &self.user.code)?;
        let asker = Asker::new(context, &shared, &signed.plan.selection.name)?;
        let (files, shared, signed) = (&files, &shared, &signed);
        let begun_anew = Cell::new(false);
        let work = Work { args: self, context, files, shared, signed, asker, journals, begun, waited, begun_anew };
        match now.journal {
            Some(journal) => work.go_on(journal),
            None => work.begin(),
        }
    }

    fn look(&self, context: &Context, selection: &Selection, journals: &Journals<'_>) -> Result<Look, CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?.indexed();
        let all = journals.all()?;
        let named = self.user.user_name.as_deref();
        let signed = Signed::of(context, &files, &shared, selection.clone(), &self.user.code);
        let signed = signed.and_then(|signed| match named {
            None => check_root(&signed).map(|()| signed),
            Some(_) => Ok(signed),
        });
        let signed = signed.map_err(|error| {
            match all.iter().find(|journal| !journal.rests() && is_begun_with(journal, selection)) {
                Some(journal) => error.hint(other_ways(journal)),
                None => error,
            }
        })?;
        let key = signed.root.map(|(key, _)| key.id);
        let journal = all.into_iter().find(|journal| match named {
            // Users of other accounts may have the same name; a profile is of one account.
            Some(name) => journal.owner.user.as_deref() == Some(name) && is_begun_with(journal, selection),
            None => key.as_ref().is_some_and(|key| journal.is_about(key)),
        });
        Ok(Look { key: key.filter(|_| named.is_none()), journal })
    }

    /// What becomes of the old key.
    fn then(&self, now: Timestamp) -> Then {
        match self.delete_after {
            // A hundred years at most.
            Some(after) => now.checked_add(after).map_or(Then::Keep, Then::DeleteAfter),
            None if self.keep_old => Then::Keep,
            None => Then::Delete,
        }
    }
}

impl Look {
    fn shown(&self) -> &str {
        self.key.as_deref().unwrap_or("the key")
    }

    /// Whether somebody else has ended what was under way, or has put another key in place. What rests can still be
    /// undone.
    fn is_overtaken(&self, now: &Self, undo: bool) -> bool {
        let is_under_way = |look: &Self| look.journal.as_ref().is_some_and(|journal| !journal.rests());
        let ended = self.journal.is_some() && now.journal.is_none();
        ended || self.key != now.key || (is_under_way(self) && !is_under_way(now) && !undo)
    }
}

fn is_begun_with(journal: &Journal, selection: &Selection) -> bool {
    journal.profile.as_ref().is_none_or(|profile| *profile == selection.name)
}

/// How to go on with a rotation whose profile cannot sign any more.
fn other_ways(journal: &Journal) -> String {
    let (first, user) = (&journal.first().id, journal.owner.shown());
    let flag = journal.owner.user.as_deref().map(user_flag).unwrap_or_default();
    format!(
        "a rotation of {first} was begun with it: keyfob keys rotate goes on with that in any other profile of {user}, or \
         with{flag} in one of an administrator"
    )
}

/// # Errors
/// The profile starts from no key that can be replaced.
fn check_root(signed: &Signed) -> Result<(), CommandError> {
    if signed.root.is_some() {
        return Ok(());
    }
    if signed.is_from_environment() {
        let message = "the access key comes from the environment, where it cannot be replaced";
        return Err(CommandError::new(ErrorKind::Configuration, message)
            .hint("unset AWS_ACCESS_KEY_ID, or name a profile with --profile"));
    }
    let profile = &signed.plan.selection.name;
    let message = format!("profile {profile} has no long-term access key");
    Err(CommandError::new(ErrorKind::NoCredentials, message)
        .hint("name a profile that has one with --profile, or a user with --user-name")
        .hint(format!("keyfob explain --profile {} shows where its credentials come from", typed(profile))))
}
