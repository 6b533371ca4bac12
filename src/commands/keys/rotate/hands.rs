//! The hands of a rotation: each of its steps, done.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use super::super::caller::{Asker, is};
use super::super::journals::{Journals, command};
use super::{Signer, create, placing};
use crate::aws::iam::Iam;
use crate::aws::iam::owner::Owner;
use crate::aws::{CallError, SigningKeys};
use crate::commands::progress::Progress;
use crate::commands::{CommandError, Context, ErrorKind};
use crate::keys::journal::{Journal, Key, Phase};
use crate::keys::proof::{Next, Proof, Tried, may_be_delay};
use crate::keys::rotation::{Came, Step};
use crate::keys::{KeyPair, held};
use crate::world::interrupt::Deferred;

/// What does the steps. While it lives, Ctrl-C waits for the end of a step.
pub(super) struct Hands<'a, 'b> {
    pub(super) asker: &'b Asker<'a>,
    signer: &'b Signer,
    pub(super) journals: &'b Journals<'a>,
    deferred: Deferred,
    /// The profiles that got the new key.
    profiles: RefCell<Vec<String>>,
    /// What says that IAM is waited for, while it is; and whether that was said.
    waiting: RefCell<Option<Progress>>,
    told_of_wait: Cell<bool>,
    /// The name that the user has now, where it is another.
    renamed: RefCell<Option<Option<String>>>,
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
        let mut placings = 0;
        loop {
            let step = journal.next(self.context().world.clock.now());
            match step {
                Step::Rest(_) | Step::Nothing => return Ok(self.profiles.take()),
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
            if let Some(error) = refused_back {
                return Err(error);
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

    /// A call about the key `id`, signed by whoever signs. A new key that signs may not be known to all of IAM yet.
    fn sign(
        &self,
        journal: &Journal,
        id: &str,
        call: impl Fn(&Iam<'_>, Option<&str>) -> Result<(), CallError>,
    ) -> Result<Came, CommandError> {
        let user = journal.owner.user.as_deref();
        let keys = self.signer.keys(journal)?;
        let second = match self.signer {
            Signer::Themselves => journal.second_signer().and_then(Key::pair).map(|pair| pair.signing_keys()),
            Signer::Others(_) => None,
        };
        let delayed = |error: &CallError| error.refusal().is_some_and(|refusal| may_be_delay(&refusal.code));
        let started = self.context().world.clock.now();
        let mut proof = self.proof(journal);
        loop {
            let mut answer = self.asker.ask(&keys, |iam| call(iam, user));
            if let (Err(error), Some(second)) = (&answer, &second)
                && delayed(error)
            {
                let by_second = self.asker.ask(second, |iam| call(iam, user));
                answer = if by_second.is_ok() { by_second } else { answer };
            }
            match answer {
                Ok(()) => return Ok(Came::Done),
                Err(error) if is(&error, "NoSuchEntity") => return self.check_gone(journal, &keys, id),
                Err(error) => match proof.after(Tried::Unknown, self.since(started)) {
                    Next::Again(pause) if keys.session_token.is_none() && delayed(&error) => {
                        self.wait(pause, &keys.access_key_id)?;
                    }
                    _ => return Err(self.asker.refused(&keys, &error)),
                },
            }
        }
    }

    /// IAM knows no such thing: the key `id` is gone, unless it is the user who is.
    ///
    /// # Errors
    /// It is the user; or IAM lists the key all the same.
    fn check_gone(&self, journal: &Journal, keys: &SigningKeys, id: &str) -> Result<Came, CommandError> {
        match self.asker.ask(keys, |iam| iam.list_access_keys(journal.owner.user.as_deref())) {
            Ok(listed) if listed.iter().all(|key| key.id != id) => Ok(Came::Gone),
            Ok(_) => Err(CommandError::new(ErrorKind::Other, format!("IAM lists {id}, and then knows nothing of it"))),
            Err(error) if is(&error, "NoSuchEntity") => {
                let message = format!("there is no user {} any more", journal.owner.shown());
                Err(CommandError::new(ErrorKind::Other, message)
                    .hint("under another name: keyfob keys rotate --user-name NAME, with a profile that may"))
            }
            Err(error) => Err(self.asker.refused(keys, &error)),
        }
    }

    /// Waits until `pair` signs, as the user it is to be of.
    fn prove(&self, journal: &Journal, pair: &KeyPair) -> Result<Came, CommandError> {
        let keys = pair.signing_keys();
        let started = self.context().world.clock.now();
        let mut proof = self.proof(journal);
        loop {
            let tried = match self.asker.identity(&keys) {
                Ok(arn) => match Owner::of(&arn, None) {
                    Ok(owner) if owner.account == journal.owner.account => {
                        // A key never changes its user, but a user its name.
                        self.renamed.replace(Some(owner.user).filter(|user| *user != journal.owner.user));
                        Tried::Works
                    }
                    _ => return Err(somebody_else(journal, &pair.id, &arn)),
                },
                Err(error) if error.refusal().is_some_and(|refusal| may_be_delay(&refusal.code)) => Tried::Unknown,
                Err(error) => return Err(self.asker.refused(&keys, &error)),
            };
            match proof.after(tried, self.since(started)) {
                Next::Proven => return Ok(Came::Done),
                Next::GiveUp => return Ok(Came::Refused),
                Next::Again(pause) => {
                    if tried == Tried::Unknown {
                        self.wait(pause, &pair.id)?
                    } else {
                        self.pause(pause)?
                    }
                }
            }
        }
    }

    /// Reads the new key from where it was put, and proves it.
    fn prove_in_place(&self, journal: &Journal) -> Result<Came, CommandError> {
        let files = self.context().shared_files()?;
        let shared = files.parse()?;
        let Some(pair) = journal.new.as_ref().and_then(|new| new.pair()) else { return Ok(Came::Done) };
        let of_new = held::of(&shared, &pair.id);
        let whole = of_new.iter().all(|holding| holding.secret.as_ref() == Some(&pair.secret));
        let of_old = held::of(&shared, &journal.old.id);
        let is_nowhere = of_new.is_empty() && !journal.prints && !placing::is_given_up(&shared, journal);
        if !whole || !of_old.is_empty() || is_nowhere {
            return Ok(Came::Gone);
        }
        let came = self.prove(journal, &pair)?;
        if came == Came::Done {
            *self.profiles.borrow_mut() = held::names(&of_new);
            if journal.prints && !journal.undoes {
                super::outcome::print_key(self.context(), journal, &pair)?;
            }
        }
        Ok(came)
    }

    /// What signs where `journal` is.
    ///
    /// # Errors
    /// The secret is not here.
    pub(super) fn keys(&self, journal: &Journal) -> Result<SigningKeys, CommandError> {
        self.signer.keys(journal)
    }

    /// For a key of `journal`. One that was made active again is as new.
    fn proof(&self, journal: &Journal) -> Proof {
        Proof::of(if journal.undoes { Duration::ZERO } else { self.since(journal.started_at) })
    }

    fn since(&self, started: jiff::Timestamp) -> Duration {
        Duration::try_from(self.context().world.clock.now().duration_since(started)).unwrap_or_default()
    }

    /// Waits for IAM's word of a key to spread.
    fn wait(&self, pause: Duration, id: &str) -> Result<(), CommandError> {
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
    let message = format!(
        "{} is active again, and AWS does not take it with the secret that is known; {} stays in its place",
        new_id(journal),
        journal.old.id
    );
    CommandError::new(ErrorKind::Other, message).hint(format!(
        "{} makes {} inactive again",
        command(journal),
        new_id(journal)
    ))
}

fn somebody_else(journal: &Journal, id: &str, arn: &str) -> CommandError {
    let message = format!("{id} is a key of {arn}, not of {}", journal.owner.shown());
    CommandError::new(ErrorKind::Other, message).hint("check --endpoint-url and AWS_ENDPOINT_URL_STS")
}
