//! `keyfob configure`: the AWS CLI's dialogue for an access key, region and output format.

use clap::Args;

use crate::cli::Run;
use crate::commands::write::{FileEdit, WriteArgs, write};
use crate::commands::{CommandError, Context};
use crate::config::FileKind;
use crate::config::edit::{Change, Edit, Place, apply};
use crate::config::shared::Settings;
use crate::secret::{Secret, mask};

/// Configure an access key, region and output format by answering questions; or see and change
/// the two files with the commands below
///
/// An empty answer keeps the value in brackets. Without a terminal the answers are read from
/// standard input, one a line.
#[derive(Debug, Args)]
pub struct ConfigureArgs {
    #[command(flatten)]
    pub write: WriteArgs,
}

const TIP: &str = "\nTip: You can deliver temporary credentials to the AWS CLI using your AWS Console session by running \
                   the command 'aws login'.\n";

impl Run for ConfigureArgs {
    const NAME: &'static str = "configure";
    const MIRRORED: bool = true;

    fn run(self, context: &Context) -> Result<(), CommandError> {
        context.may_ask("an access key", "keyfob configure set aws_access_key_id VALUE, and so on")?;
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let profile = context.selection().name;
        let current = shared.profile(&profile).unwrap_or_default();
        if current.is_empty() {
            context.ui.note(TIP);
        }
        let answers = ask(context, &current)?;
        if answers.is_empty() {
            return Ok(());
        }
        let (in_credentials, in_config): (Vec<_>, Vec<_>) =
            answers.into_iter().partition(|(key, _)| key.starts_with("aws_"));
        let credentials = [Edit { place: Place::Credentials(profile.clone()), changes: in_credentials }];
        let config = [Edit { place: Place::Profile(profile), changes: in_config }];
        let (edit_credentials, edit_config) =
            (|text: &str| apply(text, &credentials), |text: &str| apply(text, &config));
        let mut edits = Vec::new();
        if !credentials[0].changes.is_empty() {
            edits.push(FileEdit { file: FileKind::Credentials, edit: &edit_credentials });
        }
        // The AWS CLI makes the profile's section in the config file even if nothing goes into it.
        edits.push(FileEdit { file: FileKind::Config, edit: &edit_config });
        write(context, "configure", &self.write, &edits)
    }
}

/// Asks the questions and returns what is to change. An answer equal to what is there changes
/// nothing.
fn ask(context: &Context, current: &Settings<'_>) -> Result<Vec<(String, Change)>, CommandError> {
    let terminal = &context.world.terminal;
    let ask = |text, key| terminal.ask(&question(text, current, key));
    let ask_secret = |text, key| terminal.ask_secret(&question(text, current, key));
    let mut answers = Answers { current, changes: Vec::new() };

    let id = ask("AWS Access Key ID", "aws_access_key_id")?;
    let secret = ask_secret("AWS Secret Access Key", "aws_secret_access_key")?;
    let has_token = current.text("aws_session_token").is_some();
    let temporary = id.as_ref().is_some_and(|id| id.starts_with("ASIA"));
    // A stored token does not belong to a new long-term key.
    let drop_token =
        has_token && !temporary && id.as_deref().is_some_and(|id| current.text("aws_access_key_id") != Some(id));
    let ask_token = temporary || (id.is_none() && has_token);
    answers.add("aws_access_key_id", id.as_deref());
    answers.add("aws_secret_access_key", secret.as_ref().map(Secret::expose));
    if ask_token {
        let token = ask_secret("AWS Session Token", "aws_session_token")?;
        answers.add("aws_session_token", token.as_ref().map(Secret::expose));
    }
    if drop_token {
        answers.changes.push(("aws_session_token".to_owned(), Change::Unset));
    }
    answers.add("region", ask("Default region name", "region")?.as_deref());
    answers.add("output", ask("Default output format", "output")?.as_deref());
    Ok(answers.changes)
}

/// The answers that change something.
struct Answers<'a, 't> {
    current: &'a Settings<'t>,
    changes: Vec<(String, Change)>,
}

impl Answers<'_, '_> {
    fn add(&mut self, key: &str, answer: Option<&str>) {
        if let Some(answer) = answer.filter(|answer| self.current.text(key) != Some(answer)) {
            self.changes.push((key.to_owned(), Change::Set(answer.to_owned())));
        }
    }
}

fn question(text: &str, current: &Settings<'_>, key: &str) -> String {
    let shown = match current.text(key) {
        None => "None".to_owned(),
        Some(value) if key.starts_with("aws_") => mask(value),
        Some(value) => value.to_owned(),
    };
    format!("{text} [{shown}]: ")
}
