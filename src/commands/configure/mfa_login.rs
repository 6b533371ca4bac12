//! `keyfob configure mfa-login`: a session with MFA, written into the credentials file as the AWS CLI writes it.

use clap::Args;
use clap_complete::engine::ArgValueCandidates;

use crate::aws::SigningKeys;
use crate::aws::settings::Service;
use crate::aws::sts::{SessionCredentials, SessionToken, Sts};
use crate::cli::Run;
use crate::commands::question::{Question, anything};
use crate::commands::refusal::{self, Known, Request};
use crate::commands::resolving::{self, Asking};
use crate::commands::shared_files::SharedFiles;
use crate::commands::token_code::{Person, TokenCodeArgs};
use crate::commands::write::{FileEdit, WriteArgs, rehearse, write};
use crate::commands::{CommandError, Context, ErrorKind, completion, profile_chain};
use crate::config::FileKind;
use crate::config::edit::{Change, Edit, Place, apply};
use crate::config::profile::Profile;
use crate::config::shared::SharedConfig;
use crate::credentials::{CHAIN, NoCode, Programs, TokenCodes as _};
use crate::mfa::codes::{self, Asker, Codes, NotAnswered};
use crate::secret::Secret;
use crate::tokens::expiry::Expiry;
use crate::tokens::mfa_login::{self, MfaLogin};
use crate::world::lock::Wait;
use crate::world::paths;

/// Write a session with MFA into a profile of the credentials file
///
/// Made of the selected profile's long-term keys and a code of its MFA device. A way that needs no second profile:
/// mfa_session = on in ~/.aws/keyfob/settings, section [profile NAME].
#[derive(Debug, Args)]
pub struct MfaLoginArgs {
    /// The profile to write [otherwise: asked for, with a name made of the device's]
    #[arg(long, value_name = "NAME", add = ArgValueCandidates::new(completion::profiles))]
    pub update_profile: Option<String>,
    /// How long the session lasts [default: 43200]
    #[arg(long, value_name = "SECONDS")]
    pub duration_seconds: Option<i32>,
    /// The MFA device [otherwise: mfa_serial of the profile]
    #[arg(long, value_name = "ARN")]
    pub serial_number: Option<String>,
    #[command(flatten)]
    pub code: TokenCodeArgs,
}

/// What is written into a profile.
const KEYS: [&str; 3] = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"];

/// Twelve hours (AWS CLI).
const DURATION: i32 = 43_200;

/// The keys that a session is made of, and how it came to them.
struct Made {
    keys: SigningKeys,
    /// They were typed, since the profile has none.
    typed: bool,
}

impl Run for MfaLoginArgs {
    const NAME: &'static str = "mfa-login";
    const MIRRORED: bool = true;

    fn run(self, context: &Context) -> Result<(), CommandError> {
        self.log_in(context).map_err(|error| match error.kind() {
            ErrorKind::Interrupted | ErrorKind::Usage | ErrorKind::OutputClosed => error,
            // Whatever else goes wrong, the AWS CLI ends with 1.
            _ => error.of_kind(ErrorKind::Failed),
        })
    }
}

impl MfaLoginArgs {
    fn log_in(&self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let source = context.selection().name;
        let made = self.keys(context, &files, &shared)?;
        if self.duration_seconds.is_some_and(|seconds| !(900..=129_600).contains(&seconds)) {
            let message = "--duration-seconds: a session lasts from 900 to 129600 seconds";
            return Err(CommandError::new(ErrorKind::Failed, message).hint("leave it away for 12 hours"));
        }
        let configured = if made.typed { None } else { shared.profile(&source) };
        let serial_number = self.serial_number(context, configured.as_ref())?;
        let settings = context.call_settings(Service::Sts, &shared, &source)?;
        let code = self.token_code(context, &shared, &source, &serial_number)?;
        // In the order of the AWS CLI's questions. Until AWS has seen the code, it may be given again.
        let target = self.target(context, &serial_number).and_then(|target| {
            keep_source(&shared, &target, &made.keys)?;
            rehearse_at(context, &target)?;
            Ok(target)
        });
        let target = target.inspect_err(|_| codes::forget(&context.world, &serial_number))?;
        let request = SessionToken {
            duration_seconds: Some(self.duration_seconds.unwrap_or(DURATION)),
            serial_number: Some(serial_number.clone()),
            token_code: Some(code),
        };
        let session =
            resolving::try_call(context, |caller| Sts::new(caller, &settings).get_session_token(&made.keys, &request));
        let session = session.map_err(|error| {
            if !codes::was_seen(&error) {
                codes::forget(&context.world, &serial_number);
            }
            let asked = Request { mfa: true, ..Request::default() };
            let known = Known { region: settings.region.as_deref(), keys: Some(&made.keys), request: Some(asked) };
            refusal::explained(context, &settings, &known, &error)
        })?;
        store(context, &target, &session.keys)?;
        remember(
            context,
            &session,
            &MfaLogin { expires_at: session.expiration, serial_number, source_profile: source },
        );
        let ends = if made.typed {
            session.expiration.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
        } else {
            Expiry::from(session.expiration).isoformat()
        };
        context.ui.answer(&format!(
            "Temporary credentials written to profile '{target}'\nCredentials will expire at {ends}\nTo use these \
             credentials, specify --profile {target} when running AWS CLI commands\n"
        ))
    }

    /// The profile's long-term keys; or typed ones, which are kept nowhere.
    fn keys(&self, context: &Context, files: &SharedFiles, shared: &SharedConfig<'_>) -> Result<Made, CommandError> {
        let plan = resolving::planned_with_keys(context, files, shared)?;
        let asking = Asking::TerminalOrInput;
        match resolving::resolve(context, files, shared, &plan, asking, &context.call_flags()) {
            Ok(found) => Ok(Made { keys: found.signing_keys(), typed: false }),
            Err(error) if error.kind() == ErrorKind::NoCredentials => {
                context.may_ask("an access key", "keyfob configure set aws_access_key_id VALUE, and so on")?;
                context.ui.answer("Please provide your AWS credentials:\n")?;
                let terminal = &context.world.terminal;
                let missing = |what: &str| {
                    CommandError::new(ErrorKind::Failed, format!("{what} is required"))
                        .hint("type it, or choose a profile that has an access key with --profile")
                };
                let id = terminal.ask("AWS Access Key ID: ")?.ok_or_else(|| missing("AWS Access Key ID"))?;
                let secret = terminal.ask_secret("AWS Secret Access Key: ")?;
                let secret_access_key = secret.ok_or_else(|| missing("AWS Secret Access Key"))?;
                let keys = SigningKeys { access_key_id: id, secret_access_key, session_token: None };
                Ok(Made { keys, typed: true })
            }
            Err(error) => Err(error),
        }
    }

    fn serial_number(&self, context: &Context, profile: Option<&Profile<'_>>) -> Result<String, CommandError> {
        let of_profile = profile.and_then(|profile| profile.mfa_serial()).map(|serial| serial.text.to_owned());
        if let Some(serial) = self.serial_number.clone().or(of_profile).filter(|serial| !serial.is_empty()) {
            return Ok(serial);
        }
        context.may_ask("MFA serial number or ARN", "--serial-number")?;
        let answer = context.world.terminal.ask("MFA serial number or ARN: ")?;
        answer.map(|answer| answer.trim().to_owned()).filter(|answer| !answer.is_empty()).ok_or_else(|| {
            CommandError::new(ErrorKind::Failed, "MFA serial number or ARN is required")
                .hint("give it with --serial-number; keyfob mfa list shows your devices")
        })
    }

    fn token_code(
        &self,
        context: &Context,
        shared: &SharedConfig<'_>,
        source: &str,
        serial_number: &str,
    ) -> Result<Secret, CommandError> {
        let person = Dialogue(Person { context, asking: Asking::TerminalOrInput });
        let chain = profile_chain::with(&context.variable(CHAIN).unwrap_or_default(), source);
        let programs = Programs { limit: &|| context.program_limit(), chain };
        let codes = Codes::new(&context.world, shared, source, &person, &programs, self.code.read(context)?);
        codes.token_code(source, serial_number).map_err(|error| match error {
            NoCode::Interrupted => CommandError::new(ErrorKind::Interrupted, ""),
            NoCode::Unanswered { why, .. } => {
                CommandError::new(ErrorKind::Failed, format!("MFA token code is required: {why}"))
                    .hint("give it with --token-code")
            }
        })
    }

    /// The profile to write. Its name is made of the device's (AWS CLI).
    fn target(&self, context: &Context, serial_number: &str) -> Result<String, CommandError> {
        let default = default_profile(serial_number);
        let question = Question {
            text: "Profile to update",
            line: None,
            flag: "--update-profile",
            given: self.update_profile.as_deref(),
            current: Some(&default),
            required: false,
            wrong: anything,
        };
        Ok(question.ask(context)?.unwrap_or(default))
    }
}

/// The AWS CLI's question is shown as it is typed, on the terminal or in a pipe.
struct Dialogue<'a>(Person<'a>);

impl Asker for Dialogue<'_> {
    fn is_there(&self) -> bool {
        self.0.is_there()
    }

    fn can_repeat(&self) -> bool {
        self.0.context.world.terminal.can_type()
    }

    fn ask(&self, _: &str) -> Result<Option<Secret>, NotAnswered> {
        self.0.typed("MFA token code: ")
    }

    fn say(&self, text: &str) {
        self.0.say(text);
    }
}

/// `<account>-<device>` for a device of an IAM user's, else `session-<serial>` (AWS CLI).
fn default_profile(serial_number: &str) -> String {
    let of_user = serial_number.strip_prefix("arn:aws:iam::").and_then(|rest| {
        let account = rest.split(':').next()?;
        Some(format!("{account}-{}", rest.rsplit('/').next()?))
    });
    of_user.unwrap_or_else(|| format!("session-{serial_number}"))
}

/// Fails as storing would.
fn rehearse_at(context: &Context, target: &str) -> Result<(), CommandError> {
    let keys = KEYS.map(|key| (key.to_owned(), Change::Set("value".to_owned())));
    let edits = [Edit { place: Place::Credentials(target.to_owned()), changes: keys.to_vec() }];
    let edit = |text: &str| apply(text, &edits);
    rehearse(context, &[FileEdit { file: FileKind::Credentials, edit: &edit }])
}

/// Refuses to put the session in the place of the very keys that it is made of, which nobody could get back.
fn keep_source(shared: &SharedConfig<'_>, target: &str, keys: &SigningKeys) -> Result<(), CommandError> {
    let there = shared.credentials_profile(target);
    let there = there.as_ref().and_then(|profile| profile.aws_access_key_id()).map(|id| id.text);
    if there != Some(keys.access_key_id.as_str()) || keys.session_token.is_some() {
        return Ok(());
    }
    let refused = format!("profile {target} holds the access key that the session is made of: it would be lost");
    Err(CommandError::new(ErrorKind::Failed, refused).hint("name another profile with --update-profile"))
}

fn store(context: &Context, target: &str, keys: &SigningKeys) -> Result<(), CommandError> {
    let token = keys.session_token.as_ref().map(Secret::expose);
    let values = [Some(keys.access_key_id.as_str()), Some(keys.secret_access_key.expose()), token];
    let set = |(key, value): (&str, Option<&str>)| Some((key.to_owned(), Change::Set(value?.to_owned())));
    let changes = KEYS.into_iter().zip(values).filter_map(set).collect();
    let edits = [Edit { place: Place::Credentials(target.to_owned()), changes }];
    let edit = |text: &str| apply(text, &edits);
    let edits = [FileEdit { file: FileKind::Credentials, edit: &edit }];
    write(context, "configure mfa-login", &WriteArgs { dry_run: false }, &edits)
}

/// For `status`. That it cannot be written costs no session.
fn remember(context: &Context, session: &SessionCredentials, login: &MfaLogin) {
    let name = mfa_login::file_name(&session.keys.access_key_id);
    let Some(path) = paths::mfa_cache(&context.world.env, &name) else { return };
    let wait = Wait { limit: std::time::Duration::from_secs(5), purpose: "configure mfa-login", notice: &|_| {} };
    if let Err(error) = context.world.files.store(&path, &wait, login.write().as_bytes()) {
        context.ui.warn(&format!("when this session ends is not remembered: {error}"));
    }
    forget_old(context);
}

/// Sessions that ended are of no interest any more.
fn forget_old(context: &Context) {
    let Some(folder) = paths::mfa_cache(&context.world.env, "") else { return };
    let files = &context.world.files;
    let long_ago = context.world.clock.now() - jiff::SignedDuration::from_hours(24 * 7);
    for name in files.list(&folder).unwrap_or_default().iter().filter(|name| name.starts_with("login-")) {
        let path = folder.join(name);
        let old = files.read(&path).ok().flatten().and_then(|bytes| MfaLogin::read(&bytes));
        if old.is_some_and(|login| login.expires_at < long_ago) {
            // It is swept away the next time.
            let _ = files.remove(&path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_named_after_the_device() {
        for (serial, name) in [
            ("arn:aws:iam::111122223333:mfa/me", "111122223333-me"),
            ("arn:aws:iam::111122223333:mfa/team/me", "111122223333-me"),
            ("arn:aws-us-gov:iam::111122223333:mfa/me", "session-arn:aws-us-gov:iam::111122223333:mfa/me"),
            ("GAHT12345678", "session-GAHT12345678"),
        ] {
            assert_eq!(default_profile(serial), name);
        }
    }
}
