//! Making the new key: the one call of a rotation that cannot simply be made again.
//!
//! The intent is on disk before it. Where its answer is lost a key may be there whose secret nobody knows; it is found
//! by what there was before, and deleted.

use std::time::Duration;

use super::super::caller::is;
use super::super::journals::flags;
use super::allowed::{needed, user_arn};
use super::hands::Hands;
use crate::aws::{CallError, Refusal};
use crate::commands::status::columns::some_of;
use crate::commands::{CommandError, ErrorKind};
use crate::keys::journal::Journal;
use crate::keys::{KeyPair, held};

const ATTEMPTS: u32 = 3;
/// What was just made may not be listed yet.
const PAUSE: Duration = Duration::from_secs(1);

/// Makes the key and stores it in the journal, which is on disk then.
///
/// # Errors
/// No key was made, and the journal is gone; or it is not known whether one was, and the journal says so.
pub(super) fn create(hands: &Hands<'_, '_>, journal: &mut Journal) -> Result<(), CommandError> {
    let keys = hands.keys(journal)?;
    hands.journals.check_room(journal)?;
    hands.journals.save(journal)?;
    let (mut attempt, mut unsure) = (1, false);
    loop {
        let made = hands.asker.ask_once(&keys, |iam| iam.create_access_key(journal.owner.user.as_deref()));
        let error = match made {
            Ok(new) => return keep(hands, journal, KeyPair { id: new.id, secret: new.secret }),
            Err(error) => error,
        };
        let failed = match judge(&error) {
            // The key that may be there takes the room, and is not listed yet.
            Failed::Refused if unsure && is(&error, "LimitExceeded") => Failed::MayBeMade,
            failed => failed,
        };
        if failed == Failed::MayBeMade {
            hands.pause(PAUSE)?;
            unsure = !clean_up(hands, journal)?;
        }
        if failed == Failed::Refused || attempt == ATTEMPTS {
            // Where a key may still turn up, the journal stays, and the next run looks again.
            if !unsure {
                hands.journals.forget(journal)?;
            }
            let told = hands.asker.refused(&keys, &error);
            // Whether this one is allowed could not be asked before.
            return Err(match is(&error, "AccessDenied") {
                true => told.hint(needed(&user_arn(hands.asker, &keys, &journal.owner))),
                false => told,
            });
        }
        hands.pause(PAUSE * attempt)?;
        attempt += 1;
    }
}

/// What a failed call says of the key.
#[derive(Debug, PartialEq, Eq)]
enum Failed {
    /// None was made, and none will be.
    Refused,
    /// None was made this time.
    NotMade,
    /// One may be there.
    MayBeMade,
}

fn judge(error: &CallError) -> Failed {
    match error {
        CallError::Refused(refusal) if refusal.status >= 500 => Failed::MayBeMade,
        CallError::Refused(refusal) if is_throttle(refusal) => Failed::NotMade,
        CallError::Refused(_) | CallError::Setup { .. } => Failed::Refused,
        CallError::NoAnswer { .. } | CallError::BadAnswer { .. } => Failed::MayBeMade,
    }
}

fn is_throttle(refusal: &Refusal) -> bool {
    ["Throttling", "RequestLimitExceeded", "TooManyRequests", "ConcurrentModification", "EntityTemporarily"]
        .iter()
        .any(|code| refusal.code.starts_with(code))
}

/// The secret, on disk before anything else happens.
fn keep(hands: &Hands<'_, '_>, journal: &mut Journal, new: KeyPair) -> Result<(), CommandError> {
    let id = new.id.clone();
    let intended = journal.clone();
    journal.made(new);
    let Err(error) = hands.journals.save(journal) else {
        hands.context().ui.note(&format!("{id} is created"));
        return Ok(());
    };
    // A key whose secret cannot be kept is of no use.
    let keys = hands.keys(&intended)?;
    match hands.asker.delete(&keys, journal.owner.user.as_deref(), &id) {
        Ok(()) => {
            hands.journals.forget(&intended)?;
            Err(error.prefixed("the new key could not be stored, and is deleted again: "))
        }
        // The journal on disk says that a key may be there.
        Err(failed) => Err(error
            .prefixed("the new key could not be stored: ")
            .because(format!("and {id} could not be deleted again: {failed}"))),
    }
}

/// Deletes the key that may have been made without our hearing of it. Returns whether there was one.
///
/// # Errors
/// It cannot be told.
pub(super) fn clean_up(hands: &Hands<'_, '_>, journal: &Journal) -> Result<bool, CommandError> {
    let keys = hands.keys(journal)?;
    let user = journal.owner.user.as_deref();
    let listed = hands.asker.ask(&keys, |iam| iam.list_access_keys(user));
    let listed = listed.map_err(|error| hands.asker.refused(&keys, &error))?;
    let Some(orphan) = journal.orphan(&listed) else { return Ok(false) };
    let (context, id) = (hands.context(), &orphan.id);
    let others = |how: String| context.ui.note(&format!("{id} was made meanwhile by somebody else: {how}"));
    // Nobody was told its secret but us, and we were not.
    let files = context.shared_files()?;
    let holders = held::names(&held::of(&files.parse()?, id));
    match hands.asker.last_use(&keys, id) {
        _ if !holders.is_empty() => others(format!("it is held here, in {}", some_of(&holders))),
        Ok(Some(_)) => others("it is in use".to_owned()),
        Ok(None) => {
            hands.asker.delete(&keys, user, id).map_err(|error| hands.asker.refused(&keys, &error))?;
            context.ui.note(&format!("{id} was made and its secret lost on the way; it is deleted"));
            return Ok(true);
        }
        Err(why) => return Err(unknown(journal, id, &why)),
    }
    Ok(false)
}

/// It may be the key that was asked for, or one that somebody else made and uses.
fn unknown(journal: &Journal, id: &str, why: &str) -> CommandError {
    let message = format!("{id} was made when a new key was asked for, and whether somebody uses it is not known");
    CommandError::new(ErrorKind::Other, message)
        .because(format!("iam:GetAccessKeyLastUsed: {why}"))
        .hint("allow that action, so that it can be told")
        .hint(format!("or, if nobody uses it: keyfob keys delete {id}{}", flags(journal)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: &str, status: u16) -> CallError {
        let (code, message) = (code.to_owned(), String::new());
        CallError::Refused(Box::new(Refusal { operation: "CreateAccessKey", code, message, reason: None, status }))
    }

    #[test]
    fn only_a_clear_no_is_a_no() {
        for (error, failed) in [
            (refused("AccessDenied", 403), Failed::Refused),
            (refused("LimitExceeded", 409), Failed::Refused),
            (refused("Throttling", 400), Failed::NotMade),
            (refused("ServiceFailure", 500), Failed::MayBeMade),
            (
                CallError::NoAnswer { operation: "CreateAccessKey", endpoint: String::new(), why: String::new() },
                Failed::MayBeMade,
            ),
        ] {
            assert_eq!(judge(&error), failed, "{error}");
        }
    }
}
