//! `keyfob keys rotate --all-profiles`: every distinct key that the profiles here hold, one after the other.

use serde_json::{Value, json};

use super::super::caller::Asker;
use super::super::journals::Journals;
use super::super::whose::Signed;
use super::RotateArgs;
use crate::chain::{ChosenBy, Selection};
use crate::commands::status::columns::{aligned, some_of};
use crate::commands::token_code::TokenCodeArgs;
use crate::commands::typed::typed;
use crate::commands::{CommandError, Context, ErrorKind};
use crate::keys::held;

/// Rotates them all, and tells of each.
///
/// # Errors
/// One could not be rotated; the others were.
pub(super) fn rotate(args: &RotateArgs, context: &Context) -> Result<(), CommandError> {
    let keys = distinct(context)?;
    if keys.is_empty() {
        return Err(CommandError::new(ErrorKind::NoCredentials, "no profile has a long-term access key")
            .hint("keyfob configure list-profiles shows the profiles there are"));
    }
    let (mut rows, mut answers, mut failed, mut made) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (id, profiles) in &keys {
        if made.contains(id) {
            continue;
        }
        let result = match signing(context, id, profiles)? {
            Found::Profile(name) => args.one(context, Selection { name, by: ChosenBy::Flag }),
            // An earlier rotation here has put another key in its place.
            Found::Gone => continue,
            Found::Shadowed => Err(shadowed(id, profiles)),
        };
        match result {
            Ok(outcome) => {
                let new = outcome.new.clone();
                let names = if outcome.profiles.is_empty() { profiles } else { &outcome.profiles };
                if args.dry_run && !context.wants_structure_or_table() {
                    let whose = format!("{id}, in {}", some_of(names));
                    context.ui.answer(&format!("{whose}:\n{}\n", outcome.sentence()))?;
                }
                let shown = new.as_deref().unwrap_or("-").to_owned();
                rows.push([
                    some_of(names),
                    outcome.user.clone(),
                    outcome.old.clone(),
                    shown,
                    outcome.word().to_owned(),
                ]);
                answers.push(outcome.structured());
                made.extend(new);
            }
            Err(error) => {
                rows.push([some_of(profiles), String::new(), id.clone(), "-".to_owned(), "failed".to_owned()]);
                answers.push(json!({ "OldAccessKeyId": id, "Result": "Failed", "Profiles": profiles }));
                failed.push(id.as_str());
                context.ui.error(&error.prefixed(&format!("{id}: ")));
            }
        }
    }
    if !args.dry_run || context.wants_structure_or_table() {
        tell(context, &rows, answers)?;
    }
    match failed.len() {
        0 => Ok(()),
        count => {
            let message = format!("{count} of {} keys not rotated: {}", keys.len(), failed.join(", "));
            let said = CommandError::new(ErrorKind::Other, message).hint("see above for each");
            let under_way = Journals::of(context)?.all()?.iter().any(|journal| !journal.rests());
            Err(if under_way { said.hint("keyfob keys rotate --status shows what is under way") } else { said })
        }
    }
}

/// Every key with the profiles that hold it, in the order of their ids.
fn distinct(context: &Context) -> Result<Vec<(String, Vec<String>)>, CommandError> {
    let files = context.shared_files()?;
    let shared = files.parse()?.indexed();
    let holders = held::all(&shared);
    Ok(holders.into_iter().map(|(id, holders)| (id, held::names(&holders))).collect())
}

/// Who signs with a key.
enum Found {
    /// This profile does.
    Profile(String),
    /// No profile holds it any more.
    Gone,
    /// Those that hold it get their credentials elsewhere.
    Shadowed,
}

/// The first of `profiles` that signs with the key `id`, as the files are now.
fn signing(context: &Context, id: &str, profiles: &[String]) -> Result<Found, CommandError> {
    let files = context.shared_files()?;
    let shared = files.parse()?.indexed();
    if held::of(&shared, id).is_empty() {
        return Ok(Found::Gone);
    }
    let secret = |name: &String| {
        let selection = Selection { name: name.clone(), by: ChosenBy::Flag };
        let signed = Signed::of(context, &files, &shared, selection, &TokenCodeArgs::default()).ok()?;
        signed.root.map(|(pair, _)| pair).filter(|pair| pair.id == id)
    };
    let signing: Vec<_> = profiles.iter().filter_map(|name| Some((name, secret(name)?))).collect();
    let Some((first, pair)) = signing.first() else { return Ok(Found::Shadowed) };
    if signing.iter().all(|(_, other)| other == pair) {
        return Ok(Found::Profile((*first).clone()));
    }
    // Only one secret is the right one.
    for (name, pair) in &signing {
        if Asker::new(context, &shared, name)?.identity(&pair.signing_keys()).is_ok() {
            return Ok(Found::Profile((*name).clone()));
        }
    }
    Ok(Found::Profile((*first).clone()))
}

fn shadowed(id: &str, profiles: &[String]) -> CommandError {
    let message = format!("{} holds it, and gets its credentials elsewhere", some_of(profiles));
    CommandError::new(ErrorKind::Configuration, message).hint(format!(
        "if nobody needs it: keyfob keys delete {id}; keyfob configure unset aws_access_key_id --profile {}",
        typed(profiles.first().map_or("NAME", String::as_str))
    ))
}

fn tell(context: &Context, rows: &[[String; 5]], answers: Vec<Value>) -> Result<(), CommandError> {
    if context.wants_structure_or_table() {
        return context.answer_structure(Value::Array(answers), "Rotations");
    }
    let head = ["PROFILES", "USER", "OLD KEY", "NEW KEY", "RESULT"].map(str::to_owned);
    context.ui.answer(&aligned(&[&[head], rows].concat()))
}
