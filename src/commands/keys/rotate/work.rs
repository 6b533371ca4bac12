//! A rotation as a whole: begun, gone on with, or taken back.

use std::cell::Cell;
use std::path::Path;

use jiff::Timestamp;

use super::super::caller::{Asker, is};
use super::super::journals::{Journals, command, flags, user_flag};
use super::super::whose::Signed;
use super::hands::Hands;
use super::outcome::{self, Outcome, What};
use super::ready::{Found, Ready};
use super::{RotateArgs, Signer, create, placing, signing, status};
use crate::aws::Arn;
use crate::commands::shared_files::SharedFiles;
use crate::commands::status::columns::some_of;
use crate::commands::typed::typed;
use crate::commands::{CommandError, Context, ErrorKind};
use crate::config::FileKind;
use crate::config::shared::SharedConfig;
use crate::keys::journal::{Journal, Key, Phase, Then};
use crate::keys::rotation::Step;
use crate::keys::{KeyPair, held};

/// All that a rotation works with.
pub(super) struct Work<'a, 'f> {
    pub(super) args: &'a RotateArgs,
    pub(super) context: &'a Context,
    pub(super) files: &'a SharedFiles,
    pub(super) shared: &'a SharedConfig<'f>,
    pub(super) signed: &'a Signed,
    pub(super) asker: Asker<'a>,
    pub(super) journals: Journals<'a>,
    /// When this run began, by this machine's clock.
    pub(super) begun: Timestamp,
    /// Whether another run was waited for.
    pub(super) waited: bool,
    /// Whether a rotation was begun after another one was ended.
    pub(super) begun_anew: Cell<bool>,
}

impl Work<'_, '_> {
    /// A rotation from the start; or the user's last one, where that is not over or is to be taken back.
    pub(super) fn begin(&self) -> Result<Outcome, CommandError> {
        let Ready { mut journal, signer, spare } = match self.ready()? {
            Found::Ready(ready) => *ready,
            Found::Nothing(outcome) => return Ok(outcome),
            Found::Unfinished { journal, signer } => return self.finish(*journal, &signer),
        };
        if self.args.dry_run {
            return Ok(Outcome::steps(&journal, self.steps(&journal, spare.as_ref())));
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
    pub(super) fn go_on(&self, mut journal: Journal) -> Result<Outcome, CommandError> {
        self.tell_secret(&mut journal);
        match journal.next(self.context.world.clock.now()) {
            // It was to be kept, so this is a new one.
            Step::Rest(None) if !self.args.undo => return self.begin(),
            Step::Rest(Some(_)) if self.args.replace_unused && !self.args.undo => return self.begin(),
            Step::Rest(Some(time)) if !self.args.undo && !self.args.dry_run => {
                return Ok(Outcome::of(&journal, What::Waits(time)));
            }
            _ => {}
        }
        if !journal.by_others || self.args.dry_run || self.signs_for_itself(&journal) {
            return self.finish(journal, &Signer::Themselves);
        }
        let keys = self.signed.keys(self.context, self.files, self.shared, &self.args.user.code)?;
        // A user of that name may be in another account too, and that one's keys are none of this journal's.
        let arn = self.asker.identity(&keys).map_err(|error| self.asker.refused(&keys, &error))?;
        match Arn::parse(&arn).is_some_and(|arn| arn.account == journal.owner.account) {
            true => self.finish(journal, &Signer::Others(keys)),
            false if self.args.user.user_name.is_some() => self.begin(),
            false => self.finish(journal, &Signer::Themselves),
        }
    }

    /// Finishes a rotation, or takes it back.
    fn finish(&self, mut journal: Journal, signer: &Signer) -> Result<Outcome, CommandError> {
        if self.args.dry_run {
            let line = status::line(&journal, self.context.world.clock.now());
            return Ok(Outcome::steps(&journal, vec![line.trim_end().to_owned()]));
        }
        self.check_files(&journal)?;
        if journal.prints && !self.args.undo {
            self.check_print(&journal)?;
        }
        let first = journal.first().id.clone();
        let (was_intended, rested) = (journal.phase == Phase::Intended, journal.rests());
        if self.args.undo {
            if placing::is_given_up(self.shared, &journal) {
                journal.abandon();
            }
            journal.undo();
            self.context.ui.note(&format!("taking back the rotation of {first}"));
        } else if was_intended {
            self.context.ui.note(&format!("undoing the rotation of {first}, which ended before there was a new key"));
        } else {
            let way = if journal.undoes { "taking back" } else { "finishing" };
            self.context.ui.note(&format!("{way} the rotation of {first} that was begun {}", journal.started_at));
            if !journal.undoes && !rested && (self.args.keep_old || self.args.delete_after.is_some()) {
                journal.then = self.args.then(self.context.aws_time());
            }
        }
        check_signer(&journal, signer)?;
        self.check_place(&mut journal, signer, rested)?;
        // Another user's name may be a new one.
        self.journals.save(&journal)?;
        if let Some(pair) = self.to_print_again(&journal, rested) {
            outcome::print_key(self.context, &journal, &pair)?;
        }
        let hands = Hands::new(&self.asker, signer, &self.journals);
        let undone = self.run(&hands, journal)?;
        // What there was is as it was, so the rotation that was asked for begins; and so does one by age or one that makes
        // room, where all that was left of the last one was to delete the old key.
        let anew = was_intended || (rested && (self.args.max_age.is_some() || self.args.replace_unused));
        let is_first = !self.begun_anew.replace(true);
        if anew && is_first && !self.args.undo { self.begin() } else { Ok(undone) }
    }

    /// # Errors
    /// The new key would go to standard output in part, or amid other answers.
    fn check_print(&self, journal: &Journal) -> Result<(), CommandError> {
        if self.args.all_profiles {
            let message = format!("the key that replaces {} goes to standard output", journal.first().id);
            return Err(CommandError::new(ErrorKind::Other, message)
                .hint(format!("{} finishes it and prints that key", command(journal))));
        }
        outcome::check_query(self.context)
    }

    /// The new key, where it goes to standard output and a run ended between printing it and its end: nobody can know
    /// whether that was seen, and what goes on prints nothing.
    fn to_print_again(&self, journal: &Journal, rested: bool) -> Option<KeyPair> {
        let is_printed = journal.prints && !journal.undoes && !rested && journal.phase == Phase::Retired;
        journal.new.as_ref().filter(|_| is_printed)?.pair()
    }

    /// # Errors
    /// The rotation was begun with other files: what stands in them would be left on a dead key.
    fn check_files(&self, journal: &Journal) -> Result<(), CommandError> {
        let Some(then) = &journal.files else { return Ok(()) };
        if *then == paths(self.files) {
            return Ok(());
        }
        let [config, credentials] = then;
        let message = format!("the rotation of {} was begun with {config} and {credentials}", journal.first().id);
        Err(CommandError::new(ErrorKind::Configuration, message).hint(format!(
            "AWS_CONFIG_FILE={} AWS_SHARED_CREDENTIALS_FILE={} {}{}",
            typed(config),
            typed(credentials),
            command(journal),
            if self.args.undo { " --undo" } else { "" }
        )))
    }

    /// Whoever began it may not have known the secret of the key that this profile has.
    pub(super) fn tell_secret(&self, journal: &mut Journal) {
        if let Some((pair, _)) = &self.signed.root {
            // A wrong one would be worse than none.
            if journal.lacks(&pair.id) && self.asker.identity(&pair.signing_keys()).is_ok() {
                journal.learn(pair);
            }
        }
    }

    /// Whether the profile signs with one of the two keys as it is, whoever began: then either can take over from the
    /// other as they change places.
    pub(super) fn signs_for_itself(&self, journal: &Journal) -> bool {
        let is_of_it = self.signed.root.as_ref().is_some_and(|(pair, _)| journal.is_about(&pair.id));
        let known = journal.old.secret.is_some() && journal.new.as_ref().is_none_or(|new| new.secret.is_some());
        self.signed.signs_itself() && is_of_it && known
    }

    /// Time has passed since: what was in place then has to be in place before the old key goes.
    ///
    /// # Errors
    /// Somebody has gone back to the key that is about to be deleted.
    fn check_place(&self, journal: &mut Journal, signer: &Signer, rested: bool) -> Result<(), CommandError> {
        let Some(new) = journal.new.as_ref().filter(|_| matches!(journal.phase, Phase::InPlace | Phase::Retired))
        else {
            return Ok(());
        };
        let holders = held::names(&held::of(self.shared, &journal.old.id));
        let is_kept = journal.prints || new.secret.is_none() || !held::of(self.shared, &new.id).is_empty();
        if !rested {
            if journal.undoes && placing::is_given_up(self.shared, journal) {
                // All that is left is to end the second key.
                return Ok(());
            }
            if !holders.is_empty() || !is_kept {
                journal.phase = Phase::Proven;
            } else if journal.phase == Phase::Retired {
                return self.check_both(journal, &holders, signer);
            } else {
                journal.resume();
            }
            return Ok(());
        }
        if !is_kept {
            // Its secret would go with the journal.
            journal.phase = Phase::Proven;
            return Ok(());
        }
        self.check_both(journal, &holders, signer)
    }

    /// # Errors
    /// The old key, which is inactive, is in use again; or the new one does not work any more.
    fn check_both(&self, journal: &Journal, holders: &[String], signer: &Signer) -> Result<(), CommandError> {
        let keys = signer.keys(journal)?;
        let listed = self.asker.ask(&keys, |iam| iam.list_access_keys(journal.owner.user.as_deref()));
        let listed = listed.map_err(|error| match is(&error, "NoSuchEntity") {
            true => signing::no_user(journal),
            false => self.asker.refused(&keys, &error),
        })?;
        let old = &journal.old.id;
        let works = |id: &str| listed.iter().any(|key| key.id == id && key.active);
        let new = journal.new.as_ref().map_or("", |new| new.id.as_str());
        let why = match listed.iter().find(|key| key.id == *old) {
            None => return Ok(()),
            Some(_) if !works(new) => format!("{new}, which replaced it, does not work any more"),
            Some(key) if key.active => "it was activated again".to_owned(),
            Some(_) if !holders.is_empty() => format!("it is in use again, in {}", some_of(holders)),
            Some(_) => return Ok(()),
        };
        Err(CommandError::new(ErrorKind::Other, format!("{old} is not deleted: {why}"))
            .hint(format!("{} --undo goes back to it", command(journal)))
            .hint(format!("keyfob keys delete {old}{} deletes it", flags(journal))))
    }

    fn run(&self, hands: &Hands<'_, '_>, mut journal: Journal) -> Result<Outcome, CommandError> {
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
        if what == What::Undone {
            self.tell_holders(&journal)?;
        }
        if journal.phase == Phase::Over && journal.new.is_some() {
            self.tell_copies(&journal.old)?;
        }
        Ok(Outcome { profiles, ..Outcome::of(&journal, what) })
    }
}

impl Work<'_, '_> {
    /// Warns of profiles that hold the key that is gone: where the secret of the first one is not known, nothing can be
    /// put in its place. From the profile that was named for it, it is taken.
    fn tell_holders(&self, journal: &Journal) -> Result<(), CommandError> {
        let gone = &journal.old.id;
        let Some(first) = &journal.new else { return Ok(()) };
        if let Some(home) = journal.home.as_ref().filter(|home| home.named && first.secret.is_none()) {
            placing::take_out(self.context, home, gone)?;
        }
        let files = self.context.shared_files()?;
        for name in held::names(&held::of(&files.parse()?, gone)) {
            self.context.ui.warn(&format!("profile {name} holds {gone}, which is gone"));
        }
        Ok(())
    }
}

impl Work<'_, '_> {
    /// Warns of lines that have the secret of the key that is gone where no tool reads it as one: in a comment, beside
    /// something that is no id.
    fn tell_copies(&self, gone: &Key) -> Result<(), CommandError> {
        let Some(secret) = gone.secret.as_ref().filter(|secret| !secret.expose().is_empty()) else { return Ok(()) };
        let files = self.context.shared_files()?;
        for file in [FileKind::Config, FileKind::Credentials] {
            let (path, text) = (&files.place(file).path, files.text(file).unwrap_or_default());
            for (at, _) in text.lines().enumerate().filter(|(_, line)| line.contains(secret.expose())) {
                let line = format!("{}:{}", path.display(), at + 1);
                self.context.ui.warn(&format!("{line} still has the secret of {}, which is deleted", gone.id));
            }
        }
        Ok(())
    }
}

/// # Errors
/// The key that signs is the one that is to go: it would switch itself off, and nobody could go on.
fn check_signer(journal: &Journal, signer: &Signer) -> Result<(), CommandError> {
    match signer {
        Signer::Others(keys) if keys.access_key_id == journal.old.id && journal.new.is_some() => {
            let message = format!("{} is to go, and cannot delete itself", journal.old.id);
            let user = journal.owner.user.as_deref().map(user_flag).unwrap_or_default();
            Err(CommandError::new(ErrorKind::Other, message)
                .hint(format!("keyfob keys rotate{user} with a profile that may, of an administrator, does it")))
        }
        _ => Ok(()),
    }
}

/// The two files, as a journal remembers them.
pub(super) fn paths(files: &SharedFiles) -> [String; 2] {
    // Another run may be in another folder.
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    [FileKind::Config, FileKind::Credentials].map(|file| whole(&files.place(file).path).display().to_string())
}

fn never_worked(journal: &Journal) -> CommandError {
    let message = format!(
        "AWS does not take the new key {}; it is deleted, and {} is in place as before",
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
