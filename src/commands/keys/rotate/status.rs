//! `keyfob keys rotate --status`: the rotations that are not over, as their journals tell.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::journals::{Journals, command, flags};
use crate::commands::{CommandError, Context};
use crate::keys::journal::{Journal, Phase, Then};
use crate::tokens::expiry::Expiry;

/// Tells of every rotation that is not over.
///
/// # Errors
/// A journal cannot be read.
pub(super) fn show(context: &Context) -> Result<(), CommandError> {
    let (journals, broken): (Vec<_>, Vec<_>) = Journals::of(context)?.each()?.into_iter().partition(Result::is_ok);
    let journals: Vec<_> = journals.into_iter().flatten().collect();
    tell(context, &journals)?;
    broken.into_iter().try_for_each(|error| error.map(drop))
}

fn tell(context: &Context, journals: &[Journal]) -> Result<(), CommandError> {
    let now = context.world.clock.now();
    if context.wants_structure_or_table() || context.globals.output.is_some() {
        return context.answer_structure(Value::Array(journals.iter().map(structured).collect()), "Rotations");
    }
    if journals.is_empty() {
        context.ui.note("No rotation is under way, and none can be taken back");
    }
    context.ui.answer(&journals.iter().map(|journal| line(journal, now)).collect::<String>())
}

/// A rotation in a line: how far it is, and what to do.
pub(super) fn line(journal: &Journal, now: Timestamp) -> String {
    let old = &journal.old.id;
    let new = journal.new.as_ref().map_or("a new key", |new| new.id.as_str());
    let run = command(journal);
    let how_far = match journal.phase {
        Phase::Intended => "a new key was about to be made; it is not known whether it was",
        Phase::Created => "the new key is made and stored",
        Phase::Proven => "the new key works, and is not in place yet",
        Phase::Replaced => "the new key is in place",
        Phase::InPlace => "the new key works in its place; the old one is still active",
        Phase::Retired => "the old key is inactive",
        Phase::Returning => "the way back has begun",
        Phase::Over => "it is over",
    };
    let next = match (journal.phase, journal.then) {
        (Phase::Retired, Then::Keep) => {
            format!("{run} --undo brings it back; keyfob keys delete {old}{} ends it", flags(journal))
        }
        (Phase::Retired, Then::DeleteAfter(time)) if now < time => {
            format!("a run after {time:.0} deletes it; {run} --undo brings it back")
        }
        (Phase::Retired, _) => format!("{run} deletes it"),
        _ => format!("{run} goes on from here"),
    };
    let whose = journal.owner.shown();
    format!("{old} -> {new} of {whose}, begun {:.0}: {how_far}. {next}\n", journal.started_at)
}

fn structured(journal: &Journal) -> Value {
    json!({
        "Profile": journal.profile,
        "UserName": journal.owner.user,
        "OldAccessKeyId": journal.old.id,
        "NewAccessKeyId": journal.new.as_ref().map(|new| new.id.as_str()),
        "StartedAt": Expiry::from(journal.started_at).zulu(),
        "Phase": journal.phase.name(),
        "Undoes": journal.undoes,
        "Rests": journal.rests(),
        "DeleteAfter": match journal.then {
            Then::DeleteAfter(time) => Some(Expiry::from(time).zulu()),
            _ => None,
        },
    })
}
