//! `keys rotate --dry-run`: what would be done.

use super::work::Work;
use crate::keys::held;
use crate::keys::journal::{Journal, Then};
use crate::keys::spare::Known;

impl Work<'_, '_> {
    /// What is about to be done.
    pub(super) fn steps(&self, journal: &Journal, spare: Option<&Known>) -> Vec<String> {
        let (old, user) = (&journal.old.id, journal.owner.shown());
        let holders = held::names(&held::of(self.shared, old));
        let mut to: Vec<_> = holders.into_iter().map(|name| format!("profile {name}")).collect();
        to.extend(journal.home.iter().filter(|home| home.named).map(|home| format!("profile {}", home.profile)));
        to.extend(journal.prints.then(|| "standard output".to_owned()));
        let mut steps = Vec::new();
        steps.extend(spare.map(|spare| format!("delete {}, which is unused", spare.key.id)));
        steps
            .push(format!("create an access key of {user}, and store it in {}", self.journals.path(journal).display()));
        steps.push("prove that it works: sts:GetCallerIdentity, until all of AWS knows it".to_owned());
        steps.push(format!("put it in the place of {old}: {}", to.join(", ")));
        steps.push("prove it again from there".to_owned());
        steps.push(format!("deactivate {old}"));
        steps.push(match journal.then {
            Then::Delete => format!("delete {old}"),
            Then::Keep => format!("keep {old}, inactive"),
            Then::DeleteAfter(time) => format!("keep {old}, inactive; a run after {time:.0} deletes it"),
        });
        steps
    }
}
