//! Calls about a key, signed by whoever signs.

use super::super::caller::is;
use super::Signer;
use super::hands::Hands;
use crate::aws::iam::Iam;
use crate::aws::{CallError, SigningKeys};
use crate::commands::{CommandError, ErrorKind};
use crate::keys::journal::{Journal, Key};
use crate::keys::proof::{Next, Tried, may_be_delay};
use crate::keys::rotation::Came;

impl Hands<'_, '_> {
    /// What signs where `journal` is.
    ///
    /// # Errors
    /// The secret is not here.
    pub(super) fn keys(&self, journal: &Journal) -> Result<SigningKeys, CommandError> {
        self.signer.keys(journal)
    }

    /// A call about the key `id`, signed by whoever signs. A new key that signs may not be known to all of IAM yet.
    pub(super) fn sign(
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
            Err(error) if is(&error, "NoSuchEntity") => Err(no_user(journal)),
            Err(error) => Err(self.asker.refused(keys, &error)),
        }
    }
}

pub(super) fn no_user(journal: &Journal) -> CommandError {
    let message = format!("there is no user {} any more", journal.owner.shown());
    CommandError::new(ErrorKind::Other, message)
        .hint("under another name: keyfob keys rotate --user-name NAME, with a profile that may")
}
