//! `keyfob keys rotate`: a new key in the place of an old one, everywhere here, and no moment without one that works.
//!
//! The order of the steps is in [`crate::keys::rotation`], which is pure; [`hands`] does them. [`ready`] is all that is
//! looked at before the first change, [`create`] the one call that cannot be made twice.

mod all;
mod create;
mod hands;
mod outcome;
mod placing;
mod ready;
mod spare;
mod status;

use clap::Args;
use clap_complete::engine::ArgValueCandidates;
use jiff::{SignedDuration, Timestamp};

use self::hands::Hands;
use self::outcome::{Outcome, What};
use self::ready::Ready;
use super::caller::Asker;
use super::journals::Journals;
use super::whose::{Signed, UserArgs};
use crate::aws::SigningKeys;
use crate::chain::Selection;
use crate::cli::Run;
use crate::commands::shared_files::SharedFiles;
use crate::commands::typed::typed;
use crate::commands::{CommandError, Context, ErrorKind, completion};
use crate::config::shared::SharedConfig;
use crate::keys::age;
use crate::keys::journal::{Journal, Phase, Then};
use crate::keys::rotation::Step;

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
    #[arg(long, conflicts_with_all = ["user_name", "undo", "status"])]
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
        match self.one(context, context.selection())? {
            Some(outcome) => outcome.answer(context),
            None => Ok(()),
        }
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
struct Look {
    /// The key that the profile starts from.
    key: Option<String>,
    journal: Option<Journal>,
}

impl RotateArgs {
    /// Rotates one key. `None`: the steps were printed.
    fn one(&self, context: &Context, selection: Selection) -> Result<Option<Outcome>, CommandError> {
        let journals = Journals::of(context)?;
        let before = self.look(context, &selection, &journals)?;
        // Steps that are only printed need no lock, and make no folder.
        let lock = if self.dry_run { None } else { Some(journals.lock(&self.lock_name(&before))?) };
        let now = if lock.is_some() { self.look(context, &selection, &journals)? } else { before.copy() };
        let finished = before.journal.is_some() && now.journal.is_none();
        if finished || before.key != now.key {
            let why = format!("another keyfob has rotated {} meanwhile", before.shown());
            let old = before.key.or(before.journal.map(|journal| journal.first().id.clone()));
            return Ok(Some(Outcome::nothing(old.unwrap_or_default(), why)));
        }
        let files = context.shared_files()?;
        let shared = files.parse()?.indexed();
        let signed = Signed::of(context, &files, &shared, selection, &self.user.code)?;
        let asker = Asker::new(context, &shared, &signed.plan.selection.name)?;
        let work = Work { args: self, context, files: &files, shared: &shared, signed: &signed, asker, journals };
        match now.journal {
            Some(journal) => work.go_on(journal),
            None if self.undo => Err(CommandError::new(ErrorKind::Other, "there is no rotation to take back")
                .hint("keyfob keys rotate --status shows those that can be taken back")),
            None => work.begin(),
        }
    }

    fn look(&self, context: &Context, selection: &Selection, journals: &Journals<'_>) -> Result<Look, CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?.indexed();
        let signed = Signed::of(context, &files, &shared, selection.clone(), &self.user.code)?;
        let named = self.user.user_name.as_deref();
        if named.is_none() {
            check_root(&signed)?;
        }
        let key = signed.root.map(|(key, _)| key.id);
        let journal = journals.all()?.into_iter().find(|journal| match named {
            Some(name) => journal.owner.user.as_deref() == Some(name),
            None => key.as_ref().is_some_and(|key| journal.is_about(key)),
        });
        Ok(Look { key: key.filter(|_| named.is_none()), journal })
    }

    fn lock_name(&self, look: &Look) -> String {
        let journal = look.journal.as_ref().map(|journal| journal.first().id.clone());
        let user = || format!("user-{}", self.user.user_name.as_deref().unwrap_or_default().replace('/', "-"));
        journal.or_else(|| look.key.clone()).unwrap_or_else(user)
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
    fn copy(&self) -> Self {
        Self { key: self.key.clone(), journal: self.journal.clone() }
    }

    fn shown(&self) -> &str {
        self.key.as_deref().unwrap_or("the key")
    }
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

/// All that a rotation works with.
struct Work<'a, 'f> {
    args: &'a RotateArgs,
    context: &'a Context,
    files: &'a SharedFiles,
    shared: &'a SharedConfig<'f>,
    signed: &'a Signed,
    asker: Asker<'a>,
    journals: Journals<'a>,
}

impl Work<'_, '_> {
    /// A rotation from the start.
    fn begin(&self) -> Result<Option<Outcome>, CommandError> {
        let Ready { mut journal, signer, spare } = match self.ready()? {
            Ok(ready) => ready,
            Err(outcome) => return Ok(Some(outcome)),
        };
        if self.args.dry_run {
            return self.show_steps(&journal, spare.as_ref()).map(|()| None);
        }
        self.check_all(&journal, &signer)?;
        if let Some(spare) = &spare {
            self.make_room(&journal, &signer, spare)?;
        }
        let hands = Hands::new(&self.asker, &signer, &self.journals);
        let first = journal.old.id.clone();
        hands.told(&first, || create::create(&hands, &mut journal))?;
        self.run(&hands, journal)
    }

    /// A rotation that was begun before, or one that rests.
    fn go_on(&self, mut journal: Journal) -> Result<Option<Outcome>, CommandError> {
        let now = self.context.world.clock.now();
        if self.args.dry_run {
            return self.context.ui.answer(&status::line(&journal, now)).map(|()| None);
        }
        if journal.rests() && !self.args.undo {
            match journal.next(now) {
                Step::Rest(Some(time)) => return Ok(Some(Outcome::of(&journal, What::Waits(time)))),
                // It was to be kept, so this is a new one.
                Step::Rest(None) => return self.begin(),
                _ => {}
            }
        }
        let signer = match journal.by_others {
            true => Signer::Others(self.signed.keys(self.context, self.files, self.shared, &self.args.user.code)?),
            false => Signer::Themselves,
        };
        let first = journal.first().id.clone();
        let (was_intended, rested) = (journal.phase == Phase::Intended, journal.rests());
        if self.args.undo {
            journal.undo();
            self.context.ui.note(&format!("taking back the rotation of {first}"));
            if !was_intended {
                self.journals.save(&journal)?;
            }
        } else if was_intended {
            self.context.ui.note(&format!("undoing the rotation of {first}, which ended before there was a new key"));
        } else {
            let way = if journal.undoes { "taking back" } else { "finishing" };
            self.context.ui.note(&format!("{way} the rotation of {first} that was begun {}", journal.started_at));
        }
        let hands = Hands::new(&self.asker, &signer, &self.journals);
        let undone = self.run(&hands, journal)?;
        // What there was is as it was, so the rotation that was asked for begins; and so does one by age, where all that
        // was left of the last one was to delete the old key.
        let anew = was_intended || (rested && self.args.max_age.is_some());
        if anew && !self.args.undo { self.begin() } else { Ok(undone) }
    }

    fn run(&self, hands: &Hands<'_, '_>, mut journal: Journal) -> Result<Option<Outcome>, CommandError> {
        let undoes = journal.undoes;
        let first = journal.first().id.clone();
        let profiles = hands.told(&first, || hands.run(&mut journal))?;
        let what = match (journal.phase, journal.then) {
            (Phase::Over, _) if journal.new.is_none() => What::Undone,
            (Phase::Over, _) if journal.undoes && !undoes => return Err(never_worked(&journal)),
            (Phase::Over, _) if journal.undoes => What::Undone,
            (Phase::Over, _) if undoes => return Err(no_way_back(&journal)),
            (Phase::Over, _) => What::Rotated,
            (_, Then::Keep) => What::Kept,
            (_, Then::DeleteAfter(time)) => What::Later(time),
            _ => What::Rotated,
        };
        Ok(Some(Outcome { profiles, ..Outcome::of(&journal, what) }))
    }
}

fn never_worked(journal: &Journal) -> CommandError {
    let message = format!(
        "AWS never took the new key {}; it is deleted, and {} is in place as before",
        journal.old.id,
        journal.first().id
    );
    CommandError::new(ErrorKind::Other, message).hint("run it again; keyfob whoami shows whether the old key works")
}

fn no_way_back(journal: &Journal) -> CommandError {
    let new = journal.new.as_ref().map_or("the new one", |new| new.id.as_str());
    let message = format!("{} is deleted already, so the rotation to {new} was finished", journal.old.id);
    CommandError::new(ErrorKind::Other, message).hint("keyfob keys rotate makes another key")
}
