//! `keyfob explain`: where a profile's credentials and settings come from, and what they shadow.

use clap::Args;
use serde_json::{Value as Json, json};

use super::shared_files::SharedFiles;
use super::{CommandError, Context};
use crate::chain::plan::region;
use crate::chain::{Candidate, ChosenBy, Method, Plan, Selection, Source, plan};
use crate::cli::Run;
use crate::config::SECRET_KEYS;
use crate::config::document::Value;
use crate::config::shared::{Setting, Settings};
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
        let variable = |name: &str| context.variable(name);
        let plan = plan(&shared, context.selection(), variable)?;
        let account = Account {
            region: match &context.globals.region {
                Some(region) => Some((region.clone(), "--region".to_owned())),
                None => {
                    region(&shared, &plan.selection, variable).map(|(region, source)| (region, show(&files, &source)))
                }
            },
            settings: shared.profile(&plan.selection.name).unwrap_or_default().into(),
            plan,
            files: &files,
        };
        match context.wants_structure_or_table() {
            true => context.answer_structure(account.structured(), "Explain"),
            false => context.ui.answer(&account.text()),
        }
    }
}

/// All that is to be told.
struct Account<'a> {
    plan: Plan,
    region: Option<(String, String)>,
    settings: Settings<'a>,
    files: &'a SharedFiles,
}

impl Account<'_> {
    fn text(&self) -> String {
        let mut text = format!(
            "profile {}, chosen by {}\n\ncredentials\n",
            self.plan.selection.name,
            chosen_by(&self.plan.selection)
        );
        if self.plan.candidates.is_empty() {
            text += "  none: neither the environment nor the profile holds any\n";
        }
        for (rank, candidate) in self.plan.candidates.iter().enumerate() {
            let role = if rank == 0 { "used" } else { "shadowed" };
            let key = candidate.keys.as_ref().map(|keys| format!(" {}", mask(&keys.access_key_id))).unwrap_or_default();
            text += &format!(
                "  {role:<9} {}{key}, from {}\n",
                means(candidate.method),
                show(self.files, &candidate.source)
            );
        }
        text += "\nregion\n";
        text += &match &self.region {
            Some((region, place)) => format!("  {region}, from {place}\n"),
            None => "  none: give --region, set AWS_REGION, or keyfob configure set region REGION\n".to_owned(),
        };
        text += "\nsettings of the profile\n";
        if self.settings.is_empty() {
            text += "  none\n";
        }
        for setting in self.settings.iter() {
            text += &format!("  {} = {}, from {}\n", setting.key, shown(setting), self.files.show(setting.origin));
            for origin in &setting.shadowed {
                text += &format!("    shadows {}\n", self.files.show(*origin));
            }
        }
        text
    }

    fn structured(&self) -> Json {
        let candidates = self.plan.candidates.iter().enumerate().map(|(rank, candidate)| {
            json!({
                "used": rank == 0,
                "method": candidate.method.name(),
                "accessKeyId": candidate.keys.as_ref().map(|keys| mask(&keys.access_key_id)),
                "from": origin(self.files, candidate),
            })
        });
        let candidates: Vec<Json> = candidates.collect();
        let settings = self.settings.iter().map(|setting| {
            json!({
                "key": setting.key,
                "value": shown(setting),
                "from": place(self.files, setting.origin),
                "shadows": setting.shadowed.iter().map(|origin| place(self.files, *origin)).collect::<Vec<_>>(),
            })
        });
        let settings: Vec<Json> = settings.collect();
        json!({
            "profile": self.plan.selection.name,
            "chosenBy": chosen_by(&self.plan.selection),
            "credentials": candidates,
            "region": self.region.as_ref().map(|(region, from)| json!({"value": region, "from": from})),
            "settings": settings,
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

/// What a method means, for someone who does not know the AWS CLI's names.
fn means(method: Method) -> &'static str {
    match method {
        Method::Environment => "access key in the environment (env)",
        Method::AssumeRole => "assuming a role (assume-role; keyfob does not resolve it)",
        Method::WebIdentity => "web identity token (assume-role-with-web-identity; keyfob does not resolve it)",
        Method::Sso => "IAM Identity Center (sso; keyfob does not resolve it)",
        Method::CredentialsFile => "access key in the credentials file (shared-credentials-file)",
        Method::Login => "console login (login; keyfob does not resolve it)",
        Method::Process => "another program (custom-process; keyfob does not resolve it)",
        Method::ConfigFile => "access key in the config file (config-file)",
        Method::Container => "container endpoint (container-role; keyfob does not resolve it)",
    }
}

fn show(files: &SharedFiles, source: &Source) -> String {
    match source {
        Source::Variable(name) => format!("the variable {name}"),
        Source::File(key, origin) => format!("{key} at {}", files.show(*origin)),
    }
}

fn origin(files: &SharedFiles, candidate: &Candidate) -> Json {
    match &candidate.source {
        Source::Variable(name) => json!({ "variable": name }),
        Source::File(_, origin) => place(files, *origin),
    }
}

fn place(files: &SharedFiles, origin: crate::config::Origin) -> Json {
    json!({ "file": files.place(origin.file).path.display().to_string(), "line": origin.line })
}

/// The value as it may be shown: keys masked, other programs' command lines whole.
fn shown(setting: &Setting<'_>) -> String {
    match &setting.value {
        Value::Text(text) if setting.key == "aws_access_key_id" || SECRET_KEYS.contains(&&*setting.key) => mask(text),
        Value::Text(text) => text.replace('\n', " "),
        Value::Nested(block) => {
            let block: Vec<_> = block.iter().map(|nested| format!("{} = {}", nested.name, nested.value)).collect();
            format!("{{ {} }}", block.join(", "))
        }
    }
}
