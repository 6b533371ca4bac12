//! What came of a rotation, as a person or a program is told.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::commands::status::columns::some_of;
use crate::commands::{CommandError, Context, ErrorKind, output};
use crate::keys::KeyPair;
use crate::keys::journal::Journal;
use crate::secret::Secret;
use crate::tokens::expiry::Expiry;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// There is a new key, and the old one is gone.
    Rotated,
    /// There is a new key, and the old one is inactive.
    Kept,
    /// The same, until a run after this time.
    Later(Timestamp),
    /// As before: the old key is to be deleted after this time.
    Waits(Timestamp),
    /// The key that was there first is in place, and the other one gone.
    Undone,
    /// There was nothing to do.
    Nothing(String),
    /// The steps that would be taken.
    Steps(Vec<String>),
}

/// What came of the rotation of one key.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    /// Whose key; empty where nobody was asked.
    pub(super) user: String,
    /// The profiles that hold the new key.
    pub(super) profiles: Vec<String>,
    /// The key that was there first.
    pub(super) old: String,
    pub(super) new: Option<String>,
    pub(super) what: What,
    /// Whether standard output is the new key's, which was asked for there.
    pub(super) printed: bool,
}

impl Outcome {
    /// What came of the rotation in `journal`.
    pub(super) fn of(journal: &Journal, what: What) -> Self {
        let old = journal.first().id.clone();
        let new = [Some(&journal.old), journal.new.as_ref()].into_iter().flatten().find(|key| key.id != old);
        let new = new.map(|key| key.id.clone());
        Self { user: journal.owner.shown().to_owned(), profiles: Vec::new(), old, new, what, printed: journal.prints }
    }

    /// There is nothing to do about the key `old`, and why.
    pub(super) fn nothing(old: String, why: String) -> Self {
        Self { user: String::new(), profiles: Vec::new(), old, new: None, what: What::Nothing(why), printed: false }
    }

    /// The steps that would be taken to replace the old key of `journal`.
    pub(super) fn steps(journal: &Journal, steps: Vec<String>) -> Self {
        Self { printed: false, ..Self::of(journal, What::Steps(steps)) }
    }

    /// In a word.
    pub(super) fn word(&self) -> &'static str {
        match self.what {
            What::Rotated => "rotated",
            What::Kept | What::Later(_) => "rotated, old key kept",
            What::Waits(_) | What::Nothing(_) => "nothing to do",
            What::Undone => "undone",
            What::Steps(_) => "to be rotated",
        }
    }

    /// In a sentence.
    pub(super) fn sentence(&self) -> String {
        let (old, new) = (&self.old, self.new.as_deref().unwrap_or("a new key"));
        let held = match self.profiles.len() {
            0 => String::new(),
            1 => format!(" in profile {}", self.profiles[0]),
            _ => format!(" in profiles {}", some_of(&self.profiles)),
        };
        match &self.what {
            What::Rotated => format!("{new} has replaced {old}{held}; {old} is deleted"),
            What::Kept => format!("{new} has replaced {old}{held}; {old} is inactive"),
            What::Later(time) => {
                format!("{new} has replaced {old}{held}; {old} is inactive, and a run after {time:.0} deletes it")
            }
            What::Waits(time) => format!(
                "Nothing to do: {old} is inactive, and a run after {time:.0} deletes it; --replace-unused deletes it first, \
                 and rotates again"
            ),
            What::Undone if self.new.is_none() => format!("{old} is in place as before; there was no new key"),
            What::Undone => format!("{old} is in place as before; {new} is deleted"),
            What::Nothing(why) => format!("Nothing to do: {why}"),
            What::Steps(steps) => match steps.as_slice() {
                [only] => only.clone(),
                steps => {
                    let lines = steps.iter().enumerate().map(|(at, step)| format!("{}. {step}", at + 1));
                    lines.collect::<Vec<_>>().join("\n")
                }
            },
        }
    }

    /// As a structure.
    pub(super) fn structured(&self) -> Value {
        let (word, after) = match &self.what {
            What::Rotated => ("Rotated", None),
            What::Kept => ("Kept", None),
            What::Later(time) => ("Kept", Some(time)),
            What::Waits(time) => ("Unchanged", Some(time)),
            What::Undone => ("Undone", None),
            What::Nothing(_) => ("Unchanged", None),
            What::Steps(steps) => return json!({ "OldAccessKeyId": self.old, "Result": "Planned", "Steps": steps }),
        };
        json!({
            "UserName": Some(&self.user).filter(|user| !user.is_empty()),
            "OldAccessKeyId": self.old,
            "NewAccessKeyId": self.new,
            "Result": word,
            "DeleteAfter": after.map(|time| Expiry::from(*time).zulu()),
            "Profiles": self.profiles,
        })
    }

    /// Tells it.
    ///
    /// # Errors
    /// The answer cannot be written.
    pub(super) fn answer(&self, context: &Context) -> Result<(), CommandError> {
        if self.printed {
            context.ui.note(&self.sentence());
            return Ok(());
        }
        if context.wants_structure_or_table() {
            return context.answer_structure(self.structured(), "Rotation");
        }
        context.ui.answer(&format!("{}\n", self.sentence()))
    }
}

/// The new key with its secret, as AWS's CreateAccessKey tells it, on standard output: it was asked for.
///
/// # Errors
/// The answer cannot be written.
pub(super) fn print_key(context: &Context, journal: &Journal, pair: &KeyPair) -> Result<(), CommandError> {
    context.answer_structure(created(journal.owner.user.as_deref(), pair), "CreateAccessKey")
}

fn created(user: Option<&str>, pair: &KeyPair) -> Value {
    json!({ "AccessKey": {
        "UserName": user,
        "AccessKeyId": pair.id,
        "Status": "Active",
        "SecretAccessKey": pair.secret.expose(),
    } })
}

/// # Errors
/// What `--query` picks would not be the whole key: the rest of it would be nowhere.
pub(super) fn check_query(context: &Context) -> Result<(), CommandError> {
    let Some(query) = &context.globals.query else { return Ok(()) };
    let (id, secret) = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let example = created(None, &KeyPair { id: id.to_owned(), secret: Secret::new(secret) });
    let picked = output::query(query, example)?.to_string();
    match picked.contains(id) && picked.contains(secret) {
        true => Ok(()),
        false => Err(CommandError::new(
            ErrorKind::Usage,
            "--query leaves a part of the new key out, and it is printed this once",
        )
        .hint("--query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text prints both parts and no more")),
    }
}
