//! `keyfob explain`: where a profile's credentials and settings come from, and what they shadow.

mod chain;

use clap::Args;
use serde_json::{Value as Json, json};

use super::resolving::{no_plan, with_mfa_sessions};
use super::shared_files::SharedFiles;
use super::{CommandError, Context};
use crate::chain::plan::region;
use crate::chain::{ChosenBy, Plan, PlanError, Selection, Source, plan};
use crate::cli::Run;
use crate::config::SECRET_KEYS;
use crate::config::document::Value;
use crate::config::shared::{Setting, Settings};
use crate::config::validate::likely_meant;
use crate::secret::mask;

/// Show where the selected profile's credentials and settings come from, with file and line
///
/// Calls nothing and changes nothing.
#[derive(Debug, Args)]
pub struct ExplainArgs {}

impl Run for ExplainArgs {
    const NAME: &'static str = "explain";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let selection = context.selection();
        let variable = |name: &str| context.variable(name);
        let plan = plan(&shared, selection.clone(), variable);
        let plan = plan
            .map(|plan| with_mfa_sessions(context, &shared, plan))
            .map_or_else(|error| Ok(Err(error)), |plan| plan.map(Ok))?;
        if let Err(error @ PlanError::NoProfile(_)) = &plan {
            return Err(no_plan(error, &files));
        }
        let account = Account {
            region: match &context.globals.region {
                Some(region) => Some((region.clone(), "--region".to_owned())),
                None => region(&shared, &selection, variable).map(|(region, source)| (region, show(&files, &source))),
            },
            profiles: chain::profiles(&shared, &selection.name, plan.as_ref().ok()),
            selection,
            plan,
            files: &files,
            context,
        };
        match context.wants_structure_or_table() {
            true => context.answer_structure(account.structured(), "Explain")?,
            false => context.ui.answer(&account.text())?,
        }
        // What is told is of use, and the profile is not.
        account.plan.as_ref().map(drop).map_err(|error| no_plan(error, &files))
    }
}

/// All that is to be told.
struct Account<'a> {
    selection: Selection,
    plan: Result<Plan, PlanError>,
    region: Option<(String, String)>,
    /// The profiles that have a part in it, the selected one first.
    profiles: Vec<(String, Settings<'a>)>,
    files: &'a SharedFiles,
    context: &'a Context,
}

impl Account<'_> {
    fn text(&self) -> String {
        let mut text =
            format!("profile {}, chosen by {}\n\ncredentials\n", self.selection.name, chosen_by(&self.selection));
        match &self.plan {
            Ok(plan) => text += &chain::text(self.context, self.files, plan),
            Err(error) => {
                text += &format!("  none: {error}\n");
                if let Some(Source::File(key, origin)) = error.written() {
                    text += &format!("    look at {key} at {}\n", self.files.show(*origin));
                }
            }
        }
        text += "\nregion\n";
        text += &match &self.region {
            Some((region, place)) => format!("  {region}, from {place}\n"),
            None => "  none: give --region, set AWS_REGION, or keyfob configure set region REGION\n".to_owned(),
        };
        for (name, settings) in &self.profiles {
            text += &match *name == self.selection.name {
                true => "\nsettings of the profile\n".to_owned(),
                false => format!("\nsettings of profile {name}\n"),
            };
            if settings.is_empty() {
                text += "  none\n";
            }
            for setting in settings.iter() {
                text += &format!("  {} = {}, from {}\n", setting.key, shown(setting), self.files.show(setting.origin));
                for origin in &setting.shadowed {
                    text += &format!("    shadows {}\n", self.files.show(*origin));
                }
                if let Some(meant) = likely_meant(&setting.key) {
                    text += &format!("    no AWS tool knows `{}`: did you mean `{meant}`?\n", setting.key);
                }
            }
        }
        text
    }

    fn structured(&self) -> Json {
        let settings = |settings: &Settings<'_>| {
            let settings = settings.iter().map(|setting| {
                json!({
                    "key": setting.key,
                    "value": shown(setting),
                    "from": place(self.files, setting.origin),
                    "shadows": setting.shadowed.iter().map(|origin| place(self.files, *origin)).collect::<Vec<_>>(),
                    "likelyMeant": likely_meant(&setting.key),
                })
            });
            settings.collect::<Vec<Json>>()
        };
        let (own, others) =
            self.profiles.split_first().map_or((Vec::new(), &[][..]), |(own, others)| (settings(&own.1), others));
        let others = others.iter().map(|(name, of)| json!({"profile": name, "settings": settings(of)}));
        json!({
            "profile": self.selection.name,
            "chosenBy": chosen_by(&self.selection),
            "credentials": self.plan.as_ref().map_or_else(|_| Vec::new(), |plan| chain::structured(self.context, self.files, plan)),
            "problem": self.plan.as_ref().err().map(|error| json!({
                "message": error.to_string(),
                "from": error.written().map(|source| source_json(self.files, source)),
            })),
            "region": self.region.as_ref().map(|(region, from)| json!({"value": region, "from": from})),
            "settings": own,
            "sources": others.collect::<Vec<_>>(),
        })
    }
}

fn chosen_by(selection: &Selection) -> &'static str {
    match selection.by {
        ChosenBy::Flag => "--profile",
        ChosenBy::Variable(name) => name,
        ChosenBy::Nobody => "nobody: it is the default",
    }
}

fn show(files: &SharedFiles, source: &Source) -> String {
    match source {
        Source::Variable(name) => format!("the variable {name}"),
        Source::File(key, origin) => format!("{key} at {}", files.show(*origin)),
        Source::Default => "nothing that was configured: it is what is left".to_owned(),
    }
}

fn source_json(files: &SharedFiles, source: &Source) -> Json {
    match source {
        Source::Variable(name) => json!({ "variable": name }),
        Source::File(_, origin) => place(files, *origin),
        Source::Default => Json::Null,
    }
}

fn place(files: &SharedFiles, origin: crate::config::Origin) -> Json {
    json!({ "file": files.place(origin.file).path.display().to_string(), "line": origin.line })
}

/// The value as it may be shown: keys masked, of other programs' command lines the first word, since
/// people put passwords there.
fn shown(setting: &Setting<'_>) -> String {
    match &setting.value {
        Value::Text(text) if setting.key == "aws_access_key_id" || SECRET_KEYS.contains(&&*setting.key) => mask(text),
        Value::Text(text) if setting.key == "credential_process" => match text.split_once([' ', '\t']) {
            Some((program, _)) => format!("{program} ..."),
            None => text.to_string(),
        },
        Value::Text(text) => text.replace('\n', " "),
        Value::Nested(block) => {
            let block: Vec<_> = block.iter().map(|nested| format!("{} = {}", nested.name, nested.value)).collect();
            format!("{{ {} }}", block.join(", "))
        }
    }
}
