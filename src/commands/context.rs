//! What every command starts from: the world, the global flags, and what both together select.

use std::cell::{Cell, OnceCell};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::shared_files::SharedFiles;
use super::{CommandError, ErrorKind, Ui};
use crate::aws::settings::Service;
use crate::aws::{CallFlags, CallSettings, ClockWatch, SettingError};
use crate::chain::Selection;
use crate::cli::GlobalArgs;
use crate::commands::output::{self, OutputFormat, QueryError};
use crate::config::document::decode;
use crate::config::settings::OwnSettings;
use crate::config::shared::SharedConfig;
use crate::world::{World, paths};

/// What a command is run with.
#[derive(Debug)]
pub struct Context {
    /// The machine.
    pub world: World,
    /// The global flags as typed.
    pub globals: GlobalArgs,
    /// The way to speak.
    pub ui: Ui,
    /// keyfob's own settings, once they were needed.
    settings: OnceCell<OwnSettings>,
    /// By how many seconds the clock is behind AWS's, where the person was told that it is off; else 0.
    clock_behind: Cell<i64>,
}

impl Context {
    /// What a command is run with, `globals` being the global flags as typed.
    pub fn new(world: World, globals: GlobalArgs, ui: Ui) -> Self {
        Self { world, globals, ui, settings: OnceCell::new(), clock_behind: Cell::new(0) }
    }

    /// keyfob's own settings, read when they are first asked for.
    ///
    /// # Errors
    /// The file cannot be read, or a line of it is wrong.
    pub fn own_settings(&self) -> Result<&OwnSettings, CommandError> {
        self.settings().map_err(|why| unreadable_settings(&why))
    }

    /// How long a program may take that is run for credentials or codes.
    ///
    /// # Errors
    /// As [`Context::own_settings`], in words.
    pub(super) fn program_limit(&self) -> Result<Duration, String> {
        self.settings().map(|settings| settings.process_timeout)
    }

    fn settings(&self) -> Result<&OwnSettings, String> {
        if let Some(settings) = self.settings.get() {
            return Ok(settings);
        }
        let read = || {
            let Some(path) = paths::settings_file(&self.world.env) else { return Ok(OwnSettings::default()) };
            let bytes = self.world.files.read(&path).map_err(|error| error.to_string())?;
            let Some(bytes) = bytes else { return Ok(OwnSettings::default()) };
            let bad = |why: String| format!("{}: {why}", path.display());
            let text = decode(&bytes).map_err(|problem| bad(format!("line {}: {}", problem.line, problem.kind)))?;
            OwnSettings::parse(text).map_err(|error| bad(error.to_string()))
        };
        let settings = read()?;
        Ok(self.settings.get_or_init(|| settings))
    }

    /// The selected profile.
    pub fn selection(&self) -> Selection {
        let selection = Selection::new(self.globals.profile.as_deref(), |name| self.variable(name));
        self.ui.debug(|| format!("profile {} ({:?})", selection.name, selection.by));
        selection
    }

    /// An environment variable; one that is set but empty counts as unset.
    pub fn variable(&self, name: &str) -> Option<String> {
        self.world.env.get(name)
    }

    /// What the command line says of calls to AWS.
    pub fn call_flags(&self) -> CallFlags {
        CallFlags {
            region: self.globals.region.clone(),
            endpoint_url: self.globals.endpoint_url.clone(),
            ca_bundle: self.globals.ca_bundle.clone(),
            no_verify_ssl: self.globals.no_verify_ssl,
            connect_timeout: self.globals.cli_connect_timeout,
            read_timeout: self.globals.cli_read_timeout,
        }
    }

    /// The same for the calls that lead to an operation's credentials: `--endpoint-url` is for the
    /// operation alone.
    pub fn source_flags(&self) -> CallFlags {
        CallFlags { endpoint_url: None, ..self.call_flags() }
    }

    /// How `service` is called for `profile`.
    ///
    /// # Errors
    /// A setting that calls cannot use.
    pub fn call_settings(
        &self,
        service: Service,
        shared: &SharedConfig<'_>,
        profile: &str,
    ) -> Result<CallSettings, CommandError> {
        let settings = CallSettings::new(service, shared, profile, &self.call_flags(), &|name| self.variable(name));
        settings.map_err(|error| wrong_setting(&error))
    }

    /// Whether the profile wants times as the service sends them (`cli_timestamp_format = wire`).
    pub fn timestamps_as_sent(&self, shared: &SharedConfig<'_>, profile: &str) -> bool {
        shared.profile(profile).is_some_and(|profile| profile.text("cli_timestamp_format") == Some("wire"))
    }

    /// Prints the answer of an AWS operation as the AWS CLI does: `--output`, `AWS_DEFAULT_OUTPUT`,
    /// the profile's `output`, JSON.
    pub fn answer_operation(
        &self,
        answer: serde_json::Value,
        title: &str,
        shared: &SharedConfig<'_>,
        profile: &str,
    ) -> Result<(), CommandError> {
        let configured = || {
            let text = self.variable("AWS_DEFAULT_OUTPUT").or_else(|| {
                Some(shared.profile(profile)?.text("output")?.to_owned()).filter(|text| !text.is_empty())
            })?;
            Some(<OutputFormat as clap::ValueEnum>::from_str(&text, false).map_err(|_| {
                CommandError::new(ErrorKind::Usage, format!("Unknown output type: {text}"))
                    .hint("choose json, text, table or yaml: AWS_DEFAULT_OUTPUT, or output in the profile")
            }))
        };
        let format = match self.globals.output {
            Some(format) => format,
            None => configured().transpose()?.unwrap_or(OutputFormat::Json),
        };
        self.answer_as(answer, format, title)
    }

    /// Both shared files, read.
    ///
    /// # Errors
    /// A file that cannot be read; a missing one is an empty one.
    pub fn shared_files(&self) -> Result<SharedFiles, CommandError> {
        SharedFiles::read(self)
    }

    /// Whether `--query` or `--output` asks a mirrored command for a structured answer in place of
    /// its own text, which the AWS CLI prints whatever `--output` says.
    pub fn wants_structure(&self) -> bool {
        self.globals.query.is_some() || matches!(self.globals.output, Some(OutputFormat::Json | OutputFormat::Yaml))
    }

    /// The same for a command of keyfob's own, which has a table too.
    pub fn wants_structure_or_table(&self) -> bool {
        self.wants_structure() || self.globals.output == Some(OutputFormat::Table)
    }

    /// Refuses a `--query` that is no JMESPath before anything is done, as the AWS CLI does.
    pub(super) fn check_query(&self) -> Result<(), CommandError> {
        match self.globals.query.as_deref().map(|expression| output::query(expression, serde_json::Value::Null)) {
            Some(Err(error @ QueryError::Refused { .. })) => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Prints a structured answer as `--query` and `--output` ask; JSON when nothing does. `title`
    /// heads a table.
    pub fn answer_structure(&self, answer: serde_json::Value, title: &str) -> Result<(), CommandError> {
        self.answer_as(answer, self.globals.output.unwrap_or(OutputFormat::Json), title)
    }

    fn answer_as(&self, answer: serde_json::Value, format: OutputFormat, title: &str) -> Result<(), CommandError> {
        let answer = match &self.globals.query {
            Some(expression) => output::query(expression, answer)?,
            None => answer,
        };
        self.ui.answer(&output::render(&answer, format, title))
    }

    /// The time of day by AWS's clock, as far as its answers have shown that this machine's is off.
    pub(super) fn aws_time(&self) -> Timestamp {
        self.as_aws_has_it(self.world.clock.now())
    }

    /// What AWS's clock showed when this machine's showed `at`.
    pub(super) fn as_aws_has_it(&self, at: Timestamp) -> Timestamp {
        at.checked_add(SignedDuration::from_secs(self.clock_behind.get())).unwrap_or(at)
    }

    /// Fails, naming the `flag` that supplies it, when a question may not be asked.
    pub fn may_ask(&self, wanted: &str, flag: &str) -> Result<(), CommandError> {
        match self.globals.no_input {
            false => Ok(()),
            true => Err(CommandError::new(
                ErrorKind::Configuration,
                format!("{wanted} is needed, and --no-input forbids to ask"),
            )
            .hint(format!("give it with {flag}"))),
        }
    }
}

impl ClockWatch for Context {
    fn is_off(&self, behind: i64) {
        // Once is enough.
        if self.clock_behind.replace(behind) != 0 {
            return;
        }
        let (minutes, how) = (behind.unsigned_abs().div_ceil(60), if behind > 0 { "behind" } else { "ahead of" });
        self.ui.warn(&format!(
            "this machine's clock is {minutes} minutes {how} AWS's; requests are signed with AWS's time. Set the clock: \
             timedatectl set-ntp true"
        ));
    }

    fn behind(&self) -> i64 {
        self.clock_behind.get()
    }
}

/// What to say and type when a setting of the shared files is one that calls cannot use.
pub(super) fn wrong_setting(error: &SettingError) -> CommandError {
    CommandError::new(ErrorKind::SharedFiles, error.to_string()).hint(match error {
        SettingError::Region(_) => "name one such as eu-west-1: --region, AWS_REGION, or region in the profile",
        _ => "keyfob configure validate shows every setting that is wrong",
    })
}

/// What to say and type when keyfob's own settings cannot be had.
pub(super) fn unreadable_settings(why: &str) -> CommandError {
    CommandError::new(ErrorKind::Configuration, why).hint("mend that line, or remove the file to have the defaults")
}
