//! `keyfob configure sso-session`: an sso-session section, by the AWS CLI's questions.

use clap::Args;
use clap_complete::engine::ArgValueCandidates;

use super::sso_questions;
use crate::aws::settings::Service;
use crate::cli::Run;
use crate::commands::question::Question;
use crate::commands::write::{FileEdit, WriteArgs, write};
use crate::commands::{CommandError, Context, ErrorKind, completion};
use crate::config::FileKind;
use crate::config::edit::{Change, Edit, Place, apply};
use crate::config::shared::SharedConfig;
use crate::signin::identity_center;

/// Write an sso-session by answering questions; profiles refer to it by its name
///
/// A flag answers its question without asking.
#[derive(Debug, Args)]
pub struct ConfigureSsoSessionArgs {
    #[command(flatten)]
    pub answers: SessionAnswers,
    #[command(flatten)]
    pub write: WriteArgs,
}

/// Flags in place of the questions about an sso-session.
#[derive(Debug, Clone, Args)]
pub struct SessionAnswers {
    /// The name of the sso-session
    #[arg(long, value_name = "NAME", add = ArgValueCandidates::new(completion::sso_sessions))]
    pub sso_session: Option<String>,
    /// The address of the AWS access portal: https://d-0000000000.awsapps.com/start
    #[arg(long, value_name = "URL")]
    pub sso_start_url: Option<String>,
    /// The region that IAM Identity Center is in
    #[arg(long, value_name = "REGION")]
    pub sso_region: Option<String>,
    /// What the sign-in is for, separated by commas [default: sso:account:access]
    #[arg(long, value_name = "SCOPES")]
    pub scopes: Option<String>,
}

impl Run for ConfigureSsoSessionArgs {
    const NAME: &'static str = "sso-session";
    const MIRRORED: bool = true;

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let answers = &self.answers;
        let name = Question {
            text: "SSO session name",
            line: Some("SSO session name: ".to_owned()),
            flag: "--sso-session",
            given: answers.sso_session.as_deref(),
            current: None,
            required: true,
            wrong: |name| name.is_empty().then_some("A value is required"),
        };
        let missing = || CommandError::new(ErrorKind::Configuration, "SSO session name: A value is required");
        let name = name.ask(context)?.ok_or_else(missing)?;
        let there = shared.sso_session(&name);
        let there = |key: &str| there.as_ref()?.text(key).map(str::to_owned);
        let written = answers.ask(context, &shared, &there)?;
        let edits = [Edit { place: Place::SsoSession(name.clone()), changes: written.changes() }];
        let edit = |text: &str| apply(text, &edits);
        let edits = [FileEdit { file: FileKind::Config, edit: &edit }];
        write(context, "configure sso-session", &self.write, &edits)?;
        if self.write.dry_run {
            return Ok(());
        }
        context.ui.answer(&format!(
            "\nCompleted configuring SSO session: {name}\nRun the following to login and refresh access token for this \
             session:\n\naws sso login --sso-session {name}\n"
        ))
    }
}

/// What is written down of an sso-session.
pub(super) struct SessionSettings {
    pub start_url: String,
    pub region: String,
    /// As written: separated by commas.
    pub scopes: String,
}

impl SessionSettings {
    pub fn changes(&self) -> Vec<(String, Change)> {
        let set = |key: &str, value: &str| (key.to_owned(), Change::Set(value.to_owned()));
        vec![
            set("sso_start_url", &self.start_url),
            set("sso_region", &self.region),
            set("sso_registration_scopes", &self.scopes),
        ]
    }
}

impl SessionAnswers {
    /// Asks for what the flags do not say; `current` is what an empty answer keeps.
    ///
    /// # Errors
    /// A flag's value is wrong, or a needed answer was not to be had.
    pub(super) fn ask(
        &self,
        context: &Context,
        shared: &SharedConfig<'_>,
        current: &dyn Fn(&str) -> Option<String>,
    ) -> Result<SessionSettings, CommandError> {
        let (start_url, region) = self.where_to(context, shared, current)?;
        let scopes =
            sso_questions::scopes(context, self.scopes.as_deref(), current("sso_registration_scopes").as_deref())?;
        Ok(SessionSettings { start_url, region, scopes })
    }

    /// The start URL and the region. A company's own URL that leads to a portal names the region itself.
    ///
    /// # Errors
    /// As above.
    pub(super) fn where_to(
        &self,
        context: &Context,
        shared: &SharedConfig<'_>,
        current: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(String, String), CommandError> {
        let start_url =
            sso_questions::start_url(context, self.sso_start_url.as_deref(), current("sso_start_url").as_deref())?;
        let found = match self.sso_region {
            Some(_) => None,
            None => {
                let calls = context.call_settings(Service::SsoOidc, shared, &context.selection().name)?;
                identity_center::region_of_vanity_url(&start_url, &calls, &context.world.files)
            }
        };
        let region = match found {
            Some(region) => region,
            None => sso_questions::region(context, self.sso_region.as_deref(), current("sso_region").as_deref())?,
        };
        Ok((start_url, region))
    }
}
