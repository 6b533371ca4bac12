//! `keyfob configure list`: what is in force for the selected profile, and where it was said.

use clap::Args;
use serde_json::json;

use crate::chain::plan;
use crate::chain::selection::{PROFILE_VARIABLES, REGION_VARIABLES};
use crate::chain::{ChosenBy, Plan, Selection, Source, Step};
use crate::cli::Run;
use crate::commands::resolving::{self, Asking};
use crate::commands::shared_files::SharedFiles;
use crate::commands::{CommandError, Context, ErrorKind};
use crate::config::shared::SharedConfig;
use crate::config::{FileKind, Origin};
use crate::secret::mask;

/// Show the profile, access key and region in force, and where each comes from
///
/// With --output json, every value also has its file and line.
#[derive(Debug, Args)]
pub struct ListArgs {}

/// A row as the AWS CLI prints it; the last two columns go into structured answers alone.
struct Row {
    name: &'static str,
    value: Option<String>,
    kind: Option<String>,
    location: Option<String>,
    origin: Option<Origin>,
}

impl Run for ListArgs {
    const NAME: &'static str = "list";
    const MIRRORED: bool = true;

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let selection = context.selection();
        let profile = profile_row(&selection);
        let keys = || {
            let plan = resolving::planned(context, &files, &shared)?;
            key_rows(context, &files, &shared, plan)
        };
        if context.wants_structure() {
            let [id, secret] = keys()?;
            let region = region_row(context, &files, &shared, &selection);
            let rows: Vec<_> = [profile, id, secret, region].iter().map(|row| structured(row, &files)).collect();
            return context.answer_structure(rows.into(), "ListConfiguration");
        }
        // The AWS CLI has printed this much when it finds that the profile is missing.
        context.ui.answer(&(line("NAME", "VALUE", "TYPE", "LOCATION") + &text(&profile)))?;
        let [id, secret] = keys()?;
        let region = region_row(context, &files, &shared, &selection);
        context.ui.answer(&[id, secret, region].iter().map(text).collect::<String>())
    }
}

fn line(name: &str, value: &str, kind: &str, location: &str) -> String {
    format!("{name:<10} : {value:<24} : {kind:<16} : {location}\n")
}

fn text(row: &Row) -> String {
    let value = row.value.as_deref().unwrap_or("<not set>");
    line(row.name, value, row.kind.as_deref().unwrap_or("None"), row.location.as_deref().unwrap_or("None"))
}

fn structured(row: &Row, files: &SharedFiles) -> serde_json::Value {
    json!({
        "name": row.name,
        "value": row.value,
        "type": row.kind,
        "location": row.location.as_deref().filter(|location| !location.is_empty()),
        "file": row.origin.map(|origin| files.place(origin.file).path.display().to_string()),
        "line": row.origin.map(|origin| origin.line),
    })
}

/// Python's way of printing a list of names, which the AWS CLI shows for variables.
fn variables(names: &[&str]) -> String {
    format!("[{}]", names.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", "))
}

fn profile_row(selection: &Selection) -> Row {
    let (kind, location) = match selection.by {
        ChosenBy::Flag => (Some("manual".into()), Some("--profile".into())),
        ChosenBy::Variable(_) => (Some("env".into()), Some(variables(&PROFILE_VARIABLES))),
        ChosenBy::Nobody => (None, None),
    };
    let value = selection.is_explicit().then(|| selection.name.clone());
    Row { name: "profile", value, kind, location, origin: None }
}

fn key_rows(
    context: &Context,
    files: &SharedFiles,
    shared: &SharedConfig<'_>,
    plan: Plan,
) -> Result<[Row; 2], CommandError> {
    let asking = Asking::TerminalOrInput;
    let found = match resolving::resolve(context, files, shared, &plan, asking, &context.call_flags()) {
        Ok(found) => Some(found),
        // Nothing configured is an answer too.
        Err(error) if error.kind() == ErrorKind::NoCredentials => None,
        Err(error) => return Err(error),
    };
    let (id, secret, method) = match &found {
        Some(found) => {
            let method = found.method.name().to_owned();
            (Some(mask(&found.access_key_id)), Some(found.secret_access_key.masked()), Some(method))
        }
        None => (None, None, None),
    };
    let origin = plan.used.as_ref().filter(|_| found.is_some()).and_then(|Step { source, .. }| match source {
        Source::File(_, origin) => Some(*origin),
        _ => None,
    });
    let row = |name, value, kind: &Option<String>| Row {
        name,
        value,
        location: kind.as_ref().map(|_| String::new()),
        kind: kind.clone(),
        origin,
    };
    Ok([row("access_key", id, &method), row("secret_key", secret, &method)])
}

fn region_row(context: &Context, files: &SharedFiles, shared: &SharedConfig<'_>, selection: &Selection) -> Row {
    let region = plan::region(shared, selection, |name| context.variable(name));
    let (value, kind, location, origin) = match region {
        Some((value, Source::Variable(_))) => {
            (Some(value), Some("env".into()), Some(variables(&REGION_VARIABLES)), None)
        }
        // The AWS CLI names the config file whichever of the two it was.
        Some((value, Source::File(_, origin))) => {
            (Some(value), Some("config-file".into()), Some(files.place(FileKind::Config).shown.clone()), Some(origin))
        }
        Some((_, Source::Default)) | None => (None, None, None, None),
    };
    Row { name: "region", value, kind, location, origin }
}
