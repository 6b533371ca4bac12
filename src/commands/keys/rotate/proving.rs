//! Seeing that a key signs, before it is put in place and from there.

use std::time::Duration;

use super::hands::Hands;
use super::{outcome, placing};
use crate::aws::iam::owner::Owner;
use crate::commands::{CommandError, ErrorKind};
use crate::keys::journal::Journal;
use crate::keys::proof::{Next, Proof, Tried, may_be_delay};
use crate::keys::rotation::Came;
use crate::keys::{KeyPair, held};

impl Hands<'_, '_> {
    /// Waits until `pair` signs, as the user it is to be of.
    pub(super) fn prove(&self, journal: &Journal, pair: &KeyPair) -> Result<Came, CommandError> {
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
    pub(super) fn prove_in_place(&self, journal: &Journal) -> Result<Came, CommandError> {
        let files = self.context().shared_files()?;
        let shared = files.parse()?;
        let Some(pair) = journal.new.as_ref().and_then(|new| new.pair()) else { return Ok(Came::Done) };
        let of_new = held::of(&shared, &pair.id);
        let whole = of_new.iter().all(|holding| holding.secret.as_ref() == Some(&pair.secret));
        let of_old = held::of(&shared, &journal.old.id);
        let is_given_up = journal.undoes && placing::is_given_up(&shared, journal);
        let is_nowhere = of_new.is_empty() && !journal.prints && !is_given_up;
        if !whole || !of_old.is_empty() || is_nowhere {
            return Ok(Came::Gone);
        }
        let came = self.prove(journal, &pair)?;
        if came == Came::Done {
            *self.profiles.borrow_mut() = held::names(&of_new);
            if journal.prints && !journal.undoes {
                outcome::print_key(self.context(), journal, &pair)?;
            }
        }
        Ok(came)
    }

    /// For a key of `journal`. One that was made active again is as new.
    pub(super) fn proof(&self, journal: &Journal) -> Proof {
        Proof::of(if journal.undoes { Duration::ZERO } else { self.age(journal.started_at) })
    }
}

fn somebody_else(journal: &Journal, id: &str, arn: &str) -> CommandError {
    let message = format!("{id} is a key of {arn}, not of {}", journal.owner.shown());
    CommandError::new(ErrorKind::Other, message).hint("check --endpoint-url and AWS_ENDPOINT_URL_STS")
}
