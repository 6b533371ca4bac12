//! What populating says of what it did.

use serde_json::json;

use super::plan::{Collision, Plan};
use crate::commands::{CommandError, Context, ErrorKind};

/// Reports `plan`, which was carried out, or with `--dry-run` would be.
///
/// # Errors
/// The answer cannot be written.
pub(super) fn tell(context: &Context, plan: &Plan, dry_run: bool) -> Result<(), CommandError> {
    for skipped in &plan.skipped {
        context.ui.warn(&format!("profile {} is left as it is: {}", skipped.profile, skipped.reason));
    }
    let (added, removed) = if dry_run { ("to add", "to remove") } else { ("added", "removed") };
    let parts = [
        (plan.added.len(), added),
        (plan.present, "there already"),
        (plan.removed.len(), removed),
        (plan.skipped.len(), "left as they are"),
    ];
    let mut said = format!("{} profile{} {added}", plan.added.len(), if plan.added.len() == 1 { "" } else { "s" });
    for (count, what) in parts.into_iter().skip(1).filter(|(count, _)| *count > 0) {
        said += &format!(", {count} {what}");
    }
    context.ui.note(&said);
    if !context.wants_structure_or_table() {
        return Ok(());
    }
    let skipped = plan.skipped.iter().map(|skipped| json!({ "Profile": skipped.profile, "Reason": skipped.reason }));
    let answer = json!({
        "Added": plan.added.iter().map(|profile| profile.name.as_str()).collect::<Vec<_>>(),
        "Present": plan.present,
        "Removed": plan.removed,
        "Skipped": skipped.collect::<Vec<_>>(),
    });
    context.answer_structure(answer, "Populate")
}

/// The error for roles that want the same names.
pub(super) fn collisions(collisions: &[Collision]) -> CommandError {
    let mut said = "several roles would have the same profile, so nothing was written".to_owned();
    for one in collisions {
        let roles: Vec<_> = one.roles.iter().map(|(account, role)| format!("{role} in {account}")).collect();
        said += &format!("\n  {}: {}", one.profile, roles.join(", "));
    }
    CommandError::new(ErrorKind::Configuration, said)
        .hint("put {account_id} into --profile-name-template, or leave some out with --exclude-account, --exclude-role")
}

/// The first of the names in question.
pub(super) fn first(collisions: &[Collision]) -> String {
    collisions.first().map(|one| one.profile.clone()).unwrap_or_default()
}
