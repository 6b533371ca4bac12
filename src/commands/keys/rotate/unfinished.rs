//! What an earlier run has left, or another one has done meanwhile.

use jiff::SignedDuration;

use super::outcome::Outcome;
use super::work::Work;
use crate::aws::iam::keys::AccessKey;
use crate::aws::iam::owner::Owner;
use crate::commands::CommandError;
use crate::keys::held;
use crate::keys::journal::{APART, Journal, Phase};
use crate::keys::spare::Known;

/// What was made this long ago is listed.
const UNLISTED: SignedDuration = SignedDuration::from_hours(1);

impl Work<'_, '_> {
    /// The rotation of `owner`, whose keys are `listed`, that is not over, whoever began it with whatever profile; with
    /// `--undo`, also one that rests.
    pub(super) fn unfinished(&self, listed: &[AccessKey], owner: &Owner) -> Result<Option<Journal>, CommandError> {
        let now = self.context.aws_time();
        for mut journal in self.journals.all()? {
            let is_theirs = journal.owner.account == owner.account && journal.owner.user == owner.user;
            let lost = || journal.phase == Phase::Intended && journal.orphan(listed).is_some();
            if !(listed.iter().any(|key| journal.is_about(&key.id)) || is_theirs && lost()) {
                // Neither of its keys is there any more, so nobody needs their secrets.
                let is_old = now.duration_since(journal.started_at) > UNLISTED;
                if is_theirs && is_old && !self.args.dry_run {
                    self.journals.forget(&journal)?;
                }
                continue;
            }
            if self.args.undo || !journal.rests() {
                // Who was renamed has the keys as before.
                journal.owner.user.clone_from(&owner.user);
                return Ok(Some(journal));
            }
            // The key that was kept was deleted by others; the secret of the other one may be nowhere else.
            let is_kept = journal.prints
                || journal.new.as_ref().is_none_or(|new| {
                    !held::of(self.shared, &new.id).is_empty() || listed.iter().all(|key| key.id != new.id)
                });
            if is_kept && listed.iter().all(|key| key.id != journal.old.id) && !self.args.dry_run {
                self.journals.forget(&journal)?;
            }
        }
        Ok(None)
    }

    /// Another run was waited for, and this key is what it made: whoever asked twice at once wants one rotation.
    pub(super) fn is_made_meanwhile(&self, old: &Known) -> Option<Outcome> {
        let created = old.key.created.filter(|_| self.waited)?;
        let is_new = created.duration_since(self.context.as_aws_has_it(self.begun)) >= -APART;
        let why = format!("another keyfob has made {} meanwhile", old.key.id);
        is_new.then(|| Outcome::nothing(old.key.id.clone(), why))
    }
}
