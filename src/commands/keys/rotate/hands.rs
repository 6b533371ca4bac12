//! The hands of a rotation: each of its steps, done.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use super::super::caller::Asker;
use super::super::journals::{Journals, command, flags};
use super::{Signer, create, placing};
use crate::commands::progress::Progress;
use crate::commands::{CommandError, Context, ErrorKind};
use crate::keys::journal::{Journal, Phase};
use crate::keys::rotation::{Came, Step};
use crate::world::interrupt::Deferred;

/// What does the steps. While it lives, Ctrl-C waits for the end of a step.
pub(super) struct Hands<'a, 'b> {
    pub(super) asker: &'b Asker<'a>,
    pub(super) signer: &'b Signer,
    pub(super) journals: &'b Journals<'a>,
    deferred: Deferred,
    /// The profiles that got the new key.
    pub(super) profiles: RefCell<Vec<String>>,
    /// What says that IAM is waited for, while it is; and whether that was said.
    waiting: RefCell<Option<Progress>>,
    told_of_wait: Cell<bool>,
    /// The name that the user has now, where it is another.
    pub(super) renamed: RefCell<Option<Option<String>>>,
}

/// How often the new key is put in place when it is found not to be there.
const MOST_PLACINGS: u32 = 3;

impl<'a, 'b> Hands<'a, 'b> {
    pub(super) fn new(asker: &'b Asker<'a>, signer: &'b Signer, journals: &'b Journals<'a>) -> Self {
        let deferred = asker.context.world.terminal.defer();
        let (profiles, waiting, told_of_wait) = (RefCell::default(), RefCell::default(), Cell::new(false));
        let renamed = RefCell::default();
        Self { asker, signer, journals, deferred, profiles, waiting, told_of_wait, renamed }
    }

    pub(super) fn context(&self) -> &'a Context {
        self.asker.context
    }

    /// Does `work` on the rotation of the key `first`; where it fails, tells how to go on.
    pub(super) fn told<T>(
        &self,
        first: &str,
        work: impl FnOnce() -> Result<T, CommandError>,
    ) -> Result<T, CommandError> {
        work().map_err(|error| {
            let left = self.journals.about(first).ok().flatten();
            let Some(left) = left.filter(|journal| !journal.rests()) else { return error };
            let on = format!("{} goes on from here", command(&left));
            if self.deferred.is_interrupted() {
                // The process ends before its error is told.
                self.context().ui.note_always(&format!("interrupted; {on}"));
            }
            error.hint(if left.undoes { on } else { format!("{on}; --undo takes it back") })
        })
    }

    /// Every step from here, to where it rests or is over. Returns the profiles that got the new key.
    ///
    /// # Errors
    /// A step failed. The journal says where, and can be gone on from.
    pub(super) fn run(&self, journal: &mut Journal) -> Result<Vec<String>, CommandError> {
        let (mut placings, mut failed) = (0, None);
        loop {
            let step = journal.next(self.context().aws_time());
            match step {
                Step::Rest(_) | Step::Nothing => return failed.map_or_else(|| Ok(self.profiles.take()), Err),
                Step::Replace if placings == MOST_PLACINGS => return Err(not_kept(journal)),
                Step::Replace => placings += 1,
                _ => {}
            }
            self.check_interrupt()?;
            let came = self.take(&step, journal);
            // It must not be drawn over an error.
            self.waiting.take();
            let came = came?;
            if let Some(user) = self.renamed.take() {
                journal.owner.user = user;
            }
            let refused_back = (came == Came::Refused && journal.undoes).then(|| refused_back(journal));
            journal.after(&step, came);
            match journal.phase {
                Phase::Over => self.journals.forget(journal)?,
                _ => self.journals.save(journal)?,
            }
            match (refused_back, &failed) {
                // Neither of them works.
                (Some(error), Some(_)) => return Err(error),
                // What stands in the files may be the key that is refused, so the other one is put back first.
                (Some(error), None) => failed = Some(error),
                (None, _) => {}
            }
        }
    }

    fn take(&self, step: &Step, journal: &Journal) -> Result<Came, CommandError> {
        let note = |text: String| {
            self.waiting.take();
            self.context().ui.note(&text);
        };
        match step {
            Step::CleanUp => create::clean_up(self, journal).map(|_| Came::Done),
            Step::Reactivate(id) => {
                let came = self.sign(journal, id, |iam, user| iam.update_access_key(user, id, true))?;
                note(format!("{id} {}", if came == Came::Gone { "is gone" } else { "is active again" }));
                Ok(came)
            }
            Step::Prove(pair) => {
                let came = self.prove(journal, pair)?;
                if came == Came::Done {
                    note(format!("{} works", pair.id));
                }
                Ok(came)
            }
            Step::Replace => {
                let profiles = placing::place(self.context(), journal)?;
                if !profiles.is_empty() {
                    note(format!("{} is in {}", new_id(journal), profiles.join(", ")));
                }
                Ok(Came::Done)
            }
            Step::ProveInPlace => self.prove_in_place(journal),
            Step::Deactivate(id) => {
                let came = self.sign(journal, id, |iam, user| iam.update_access_key(user, id, false))?;
                note(format!("{id} is inactive"));
                Ok(came)
            }
            Step::Delete(id) => {
                let came = self.sign(journal, id, |iam, user| iam.delete_access_key(user, id))?;
                note(format!("{id} is deleted"));
                Ok(came)
            }
            Step::Rest(_) | Step::Nothing => Ok(Came::Done),
        }
    }

    /// How old a rotation is.
    pub(super) fn age(&self, started: jiff::Timestamp) -> Duration {
        Duration::try_from(self.context().aws_time().duration_since(started)).unwrap_or_default()
    }

    pub(super) fn since(&self, started: jiff::Timestamp) -> Duration {
        Duration::try_from(self.context().world.clock.now().duration_since(started)).unwrap_or_default()
    }

    /// Waits for IAM's word of a key to spread.
    pub(super) fn wait(&self, pause: Duration, id: &str) -> Result<(), CommandError> {
        if !self.told_of_wait.replace(true) {
            let what = format!("waiting until all of AWS knows {id}, usually 5 to 15 seconds");
            *self.waiting.borrow_mut() = Some(Progress::waiting(self.context(), &what));
        }
        self.pause(pause)
    }

    /// Sleeps, unless Ctrl-C came.
    ///
    /// # Errors
    /// It came.
    pub(super) fn pause(&self, pause: Duration) -> Result<(), CommandError> {
        self.check_interrupt()?;
        self.context().world.clock.sleep(pause);
        self.check_interrupt()
    }

    fn check_interrupt(&self) -> Result<(), CommandError> {
        match self.deferred.is_interrupted() {
            true => Err(CommandError::new(ErrorKind::Interrupted, "interrupted")),
            false => Ok(()),
        }
    }
}

fn new_id(journal: &Journal) -> &str {
    journal.new.as_ref().map_or("the new key", |new| new.id.as_str())
}

fn not_kept(journal: &Journal) -> CommandError {
    let message = format!("{} does not stay in its place: another program changes the files", new_id(journal));
    CommandError::new(ErrorKind::Other, message).hint("end that program; the secret is kept until then")
}

fn refused_back(journal: &Journal) -> CommandError {
    let (first, second) = (new_id(journal), &journal.old.id);
    let message = format!("AWS does not take {first} with the secret that is known, so {second} stays in its place");
    CommandError::new(ErrorKind::Other, message)
        .hint(format!("keyfob keys delete {first}{}, if nobody needs it: it is inactive as before", flags(journal)))
}
