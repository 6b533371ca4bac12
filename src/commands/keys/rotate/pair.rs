//! Which of a user's keys is to be replaced, and which other one there is.

use super::work::Work;
use crate::aws::SigningKeys;
use crate::aws::iam::keys::AccessKey;
use crate::aws::iam::owner::Owner;
use crate::commands::{CommandError, ErrorKind};
use crate::keys::held;
use crate::keys::spare::Known;

/// A user's keys.
pub(super) struct Pair {
    /// The one that is to be replaced.
    pub(super) old: Known,
    pub(super) other: Option<Known>,
}

/// The one that is to be replaced, `root` where a profile says it, and the other one. Of two whose use is asked for:
/// the one that is held here, the one that was used last, the newer one.
///
/// # Errors
/// There is none, or it is not among them.
pub(super) fn chosen(
    work: &Work<'_, '_>,
    keys: &SigningKeys,
    owner: &Owner,
    listed: &[AccessKey],
    root: Option<&str>,
) -> Result<Pair, CommandError> {
    let alone = |key: &AccessKey| Known { key: key.clone(), last: Ok(None) };
    match (listed, root) {
        ([], None) => Err(CommandError::new(ErrorKind::Other, format!("{} has no access key", owner.shown()))
            .hint("there is nothing to rotate")),
        ([only], None) => Ok(Pair { old: alone(only), other: None }),
        (_, Some(id)) if listed.iter().all(|key| key.id != id) => {
            let message = format!("{id} is not among the keys of {}", owner.shown());
            Err(CommandError::new(ErrorKind::Other, message).hint("run it again: IAM may not know of the key yet"))
        }
        ([only], Some(_)) => Ok(Pair { old: alone(only), other: None }),
        (_, root) => {
            let known = |key: &AccessKey| Known { last: work.asker.last_use(keys, &key.id), key: key.clone() };
            let mut known: Vec<_> = listed.iter().map(known).collect();
            let used = |known: &Known| known.last.as_ref().ok().and_then(|last| last.as_ref().map(|last| last.at));
            known.sort_by_key(|known| {
                let meant = root.is_some_and(|id| known.key.id == id);
                (
                    meant,
                    !held::of(work.shared, &known.key.id).is_empty(),
                    used(known),
                    known.key.active,
                    known.key.created,
                )
            });
            let old = known.pop();
            let other = known.pop();
            match old {
                Some(old) => Ok(Pair { old, other }),
                None => Err(CommandError::new(ErrorKind::Other, format!("{} has no access key", owner.shown()))),
            }
        }
    }
}
