//! `keyfob login`: console credentials for the command line.

use clap::Args;

use super::context::wrong_setting;
use super::person::{AtTheTerminal, opener};
use super::question::{Question, anything};
use super::resolving::login_error;
use super::sign_in::sign_in_failed;
use super::typed::typed;
use super::write::{FileEdit, WriteArgs, profile_edits, rehearse, write};
use super::{CommandError, Context, ErrorKind};
use crate::aws::settings::Service;
use crate::aws::{CallSettings, Caller};
use crate::chain::ChosenBy;
use crate::cli::Run;
use crate::config::FileKind;
use crate::config::edit::{Change, Edit, Place, apply};
use crate::config::profile::Profile;
use crate::config::shared::SharedConfig;
use crate::signin::{ConsoleLogin, ConsoleLoginError, Device, LoggedIn, NotAsked};
use crate::tokens::expiry::Expiry;
use crate::tokens::{LoginError, Logins};
use crate::world::browser::NoBrowser;

/// Sign in with the web console's sign-in, for root users, IAM users and federated sessions
///
/// What comes of it are credentials that renew themselves for as long as the console session lasts. The profile is
/// told of them, and of the region that they are renewed in.
#[derive(Debug, Args)]
pub struct LoginArgs {
    /// The browser is on another machine: print the address, and ask for the code that it ends at
    #[arg(long)]
    pub remote: bool,
    /// Ask nobody where there is a login that is good, or can be renewed
    #[arg(long)]
    pub if_needed: bool,
    /// Take the profile over without asking when it belongs to another identity
    #[arg(short, long)]
    pub yes: bool,
}

/// The region that is asked for where none is configured (AWS CLI).
const DEFAULT_REGION: &str = "us-east-1";

impl Run for LoginArgs {
    const NAME: &'static str = "login";
    const MIRRORED: bool = true;

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?.indexed();
        if self.remote {
            may_be_asked(context)?;
        }
        let name = context.selection().name;
        let profile = shared.profile(&name).unwrap_or_default();
        let own_session = profile.login_session().map(|session| session.text.to_owned());
        if self.if_needed
            && let Some(session) = &own_session
            && already(context, &shared, &name, session, &profile)?
        {
            return Ok(());
        }
        let (calls, region) = settings(context, &shared, &name)?;
        refuse_others(&name, &profile)?;
        if own_session.is_none() || profile.region().is_none_or(|there| there.text != region) {
            Written::new(&shared, &name, changes(&profile, "arn", &region)).rehearse(context)?;
        }
        let device = if self.remote { Device::Other } else { Device::Same };
        let written = |login_session: &str| Written::new(&shared, &name, changes(&profile, login_session, &region));
        let made = log_in(context, &calls, &name, device, &|made| match &own_session {
            Some(old) if *old != made.login_session => {
                written(&made.login_session).rehearse(context)?;
                if self.yes { Ok(true) } else { may_replace(context, &name, old, &made.login_session) }
            }
            _ => Ok(true),
        })?;
        let Some(LoggedIn { login_session, .. }) = made else { return Ok(()) };
        name_new_region(context, &name, &profile, &region);
        written(&login_session).write(context).map_err(|error| {
            error.prefixed(&format!("logged in as {login_session}, but profile {name} could not be told of it: "))
        })?;
        context.ui.answer(&format!("\nUpdated profile {name} to use {login_session} credentials.\n"))?;
        if name != "default" {
            context.ui.answer(&format!(
                "Use \"--profile {name}\" to use the new credentials, such as \"aws sts get-caller-identity --profile \
                 {name}\"\n"
            ))?;
        }
        name_what_shadows(context);
        name_other_regions(context, &shared, &name, &login_session, &region);
        Ok(())
    }
}

/// Whether there is a login that is good for some time.
fn already(
    context: &Context,
    shared: &SharedConfig<'_>,
    name: &str,
    session: &str,
    profile: &Profile<'_>,
) -> Result<bool, CommandError> {
    let settings = context.call_settings(Service::SignIn, shared, name)?;
    let caller = Caller::new(&context.world, context);
    let logins = Logins { caller: &caller, settings: &|| Ok(settings.clone()), notices: context };
    match logins.current(session, profile.region().map(|region| region.text)) {
        Ok(token) => {
            let until = Expiry::from(token.expires_at).zulu();
            context
                .ui
                .note(&format!("Logged in as {session} already; these credentials end at {until} and are renewed"));
            Ok(true)
        }
        // What a login mends is no error here.
        Err(
            LoginError::None(_)
            | LoginError::Missing(_)
            | LoginError::BadKey
            | LoginError::Over
            | LoginError::PasswordChanged
            | LoginError::NoRegion,
        ) => Ok(false),
        // A session that AWS will not renew, whatever it says of it. That it is busy is no reason to ask a person.
        Err(LoginError::Call { error, .. }) if error.refusal().is_some_and(|refusal| is_final(refusal.status)) => {
            Ok(false)
        }
        Err(error) => Err(login_error(&error, name)),
    }
}

/// Refuses `--remote` where nobody may be asked for what the browser shows.
fn may_be_asked(context: &Context) -> Result<(), CommandError> {
    match context.globals.no_input {
        false => Ok(()),
        true => Err(CommandError::new(
            ErrorKind::Configuration,
            "--remote asks for the code that the browser shows, and --no-input forbids to ask",
        )
        .hint("leave one of the two away")),
    }
}

/// Whether asking again brings the same answer.
fn is_final(status: u16) -> bool {
    (400..500).contains(&status) && status != 429
}

/// How the region to log in at is called: the one of the flag, the environment, the profile, or an answer.
fn settings(context: &Context, shared: &SharedConfig<'_>, name: &str) -> Result<(CallSettings, String), CommandError> {
    let calls = context.call_settings(Service::SignIn, shared, name)?;
    let region = match calls.region.clone().filter(|region| !region.is_empty()) {
        Some(region) => region,
        None => asked_region(context)?,
    };
    // It becomes a part of a host's name, and a line of the config file.
    let calls = calls.in_region(&region).checked().map_err(|error| wrong_setting(&error))?;
    Ok((calls, region))
}

fn asked_region(context: &Context) -> Result<String, CommandError> {
    context.may_ask("AWS Region", "--region")?;
    context.ui.answer(
        "No AWS region has been configured. The AWS region is the geographic location of your AWS resources.\n\nIf you \
         have used AWS before and already have resources in your account, specify which region they were created in. If \
         you have not created resources in your account before, you can pick the region closest to you: \
         https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html.\n\nYou are able to change \
         the region in the CLI at any time with the command \"aws configure set region NEW_REGION\".\n",
    )?;
    let current = Some(DEFAULT_REGION);
    let question = Question {
        text: "AWS Region",
        line: None,
        flag: "--region",
        given: None,
        current,
        required: true,
        wrong: anything,
    };
    Ok(question.ask(context)?.unwrap_or_else(|| DEFAULT_REGION.to_owned()))
}

/// Other credentials of the profile would come first, and the login would be for nothing (AWS CLI).
fn refuse_others(name: &str, profile: &Profile<'_>) -> Result<(), CommandError> {
    const OTHERS: [(&str, &str); 6] = [
        ("web_identity_token_file", "Web Identity"),
        ("sso_role_name", "SSO"),
        ("sso_account_id", "SSO"),
        ("aws_access_key_id", "Access Key"),
        ("role_arn", "Assume Role"),
        ("credential_process", "Credential Process"),
    ];
    let Some((key, label)) = OTHERS.into_iter().find(|(key, _)| profile.get(key).is_some()) else { return Ok(()) };
    let refused = format!("Profile '{name}' is already configured with {label} credentials.");
    Err(CommandError::new(ErrorKind::Configuration, refused)
        .hint("keyfob login --profile NEW-NAME makes a new profile")
        .hint(format!("or take the other credentials away: keyfob configure unset {key} --profile {}", typed(name))))
}

/// Lets a person log in, and keeps the session if `wanted`.
fn log_in(
    context: &Context,
    calls: &CallSettings,
    profile: &str,
    device: Device,
    wanted: &dyn Fn(&LoggedIn) -> Result<bool, CommandError>,
) -> Result<Option<LoggedIn>, CommandError> {
    let own = context.own_settings()?.sign_in(None);
    let opener = opener(context, false, &own);
    if let (Device::Same, Err(closed)) = (device, &opener)
        && let Some(why) = closed.why()
    {
        no_browser(context, why);
    }
    let person = AtTheTerminal::new(context, opener);
    let caller = Caller::new(&context.world, context);
    let port = own.callback_port;
    let login = ConsoleLogin { caller: &caller, calls, notices: context, person: &person, profile, device, port };
    let made = login.run();
    person.finish();
    let made = made.map_err(|error| failed(error, device))?;
    if !wanted(&made)? {
        return Ok(None);
    }
    login.store(&made).map_err(|error| failed(error, device))?;
    Ok(Some(made))
}

fn no_browser(context: &Context, why: &NoBrowser) {
    context.ui.note(&format!(
        "No browser can be opened here, since {why}: open the address yourself, or run it again with --remote."
    ));
}

/// The AWS CLI's question.
fn may_replace(context: &Context, name: &str, old: &str, new: &str) -> Result<bool, CommandError> {
    context.may_ask("leave to take the profile over", "--yes")?;
    let question = format!(
        "\nProfile {name} is already configured to use session {old}. Do you want to overwrite it to use {new} instead? \
         (y/n): "
    );
    let terminal = &context.world.terminal;
    loop {
        let answer = terminal.ask(&question)?;
        match answer.as_deref().map(|answer| answer.trim().to_ascii_lowercase()).as_deref() {
            Some("y" | "yes") => return Ok(true),
            Some("n" | "no") => return Ok(false),
            None if !terminal.can_type() => {
                return Err(CommandError::new(
                    ErrorKind::Configuration,
                    "whether to take the profile over was not answered",
                )
                .hint("answer y or n, or say it with --yes"));
            }
            _ => context.ui.note("Invalid response. Please enter \"y\" or \"n\""),
        }
    }
}

/// What is written into the profile, in the file where it stands already: what the credentials file says counts.
struct Written {
    config: [Edit; 1],
    credentials: [Edit; 1],
}

impl Written {
    fn new(shared: &SharedConfig<'_>, name: &str, changes: Vec<(String, Change)>) -> Self {
        let there = shared.credentials_profile(name);
        let in_credentials = |key: &str| there.as_ref().is_some_and(|profile| profile.get(key).is_some());
        let (credentials, config) = changes.into_iter().partition(|(key, _)| in_credentials(key));
        Self {
            config: [Edit { place: Place::Profile(name.to_owned()), changes: config }],
            credentials: [Edit { place: Place::Credentials(name.to_owned()), changes: credentials }],
        }
    }

    /// Fails as writing would.
    fn rehearse(&self, context: &Context) -> Result<(), CommandError> {
        self.with_edits(&|edits| rehearse(context, edits))
    }

    fn write(&self, context: &Context) -> Result<(), CommandError> {
        self.with_edits(&|edits| write(context, "login", &WriteArgs { dry_run: false }, edits))
    }

    fn with_edits(&self, go: &dyn Fn(&[FileEdit<'_>]) -> Result<(), CommandError>) -> Result<(), CommandError> {
        let config = |text: &str| apply(text, &self.config);
        let credentials = |text: &str| apply(text, &self.credentials);
        let changed = [(FileKind::Credentials, &self.credentials), (FileKind::Config, &self.config)];
        let changed = changed.into_iter().filter(|(_, edits)| !edits[0].changes.is_empty());
        let holding: Vec<_> = changed.map(|(file, _)| file).collect();
        match holding.as_slice() {
            [] => Ok(()),
            holding => go(&profile_edits(holding, &config, &credentials)),
        }
    }
}

/// The session, and the region it is renewed in: without it, renewals would go wherever the next command is about.
fn changes(profile: &Profile<'_>, login_session: &str, region: &str) -> Vec<(String, Change)> {
    let there = [("login_session", profile.login_session(), login_session), ("region", profile.region(), region)];
    let other = there.into_iter().filter(|(_, there, new)| there.as_ref().is_none_or(|there| there.text != *new));
    other.map(|(key, _, new)| (key.to_owned(), Change::Set(new.to_owned()))).collect()
}

fn name_new_region(context: &Context, name: &str, profile: &Profile<'_>, region: &str) {
    let there = profile.region().map(|there| there.text).filter(|there| !there.is_empty() && *there != region);
    if let Some(there) = there {
        context.ui.note(&format!(
            "The region of profile {name} was {there}; it is {region} now, where this login is renewed."
        ));
    }
}

/// What the environment holds comes before any profile that is not named by --profile.
fn name_what_shadows(context: &Context) {
    let others = [("AWS_ACCESS_KEY_ID", "an access key"), ("AWS_WEB_IDENTITY_TOKEN_FILE", "a web identity token")];
    for (variable, what) in others.into_iter().filter(|(variable, _)| context.variable(variable).is_some()) {
        let named = context.selection().by == ChosenBy::Flag;
        let when = if named { "in commands without --profile, " } else { "" };
        context.ui.warn(&format!("{when}{what} in the environment comes before this login: unset {variable}"));
    }
}

/// Other profiles with the same login renew it too, in the region that they name.
fn name_other_regions(context: &Context, shared: &SharedConfig<'_>, name: &str, login_session: &str, region: &str) {
    for other in shared.profile_names().iter().filter(|other| *other != name) {
        let Some(profile) = shared.profile(other) else { continue };
        let same = profile.login_session().is_some_and(|session| session.text == login_session);
        let elsewhere = profile.region().map(|there| there.text).filter(|there| same && *there != region);
        if let Some(there) = elsewhere {
            context.ui.warn(&format!(
                "profile {other} has the same login, and would renew it in {there}, in vain: keyfob configure set region \
                 {region} --profile {}",
                typed(other)
            ));
        }
    }
}

/// What to say and type when nobody is logged in.
fn failed(error: ConsoleLoginError, device: Device) -> CommandError {
    let text = error.to_string();
    let said = |kind| CommandError::new(kind, text.clone());
    let other = || said(ErrorKind::Other);
    match error {
        ConsoleLoginError::Refused(_) => other().hint("run it again, and allow the access when the browser asks"),
        ConsoleLoginError::NoCode if device == Device::Same => {
            other().hint("run it again, and finish in the browser within ten minutes")
        }
        ConsoleLoginError::CodeExpired | ConsoleLoginError::NoCode => {
            other().hint("run it again, and hand the code over as soon as the browser shows it")
        }
        ConsoleLoginError::NotACode | ConsoleLoginError::HalfACode => {
            other().hint("run it again, and paste all of what the browser shows")
        }
        ConsoleLoginError::OtherAttempt => {
            other().hint("the code belongs to an address that was shown earlier: run it again, and open the new one")
        }
        ConsoleLoginError::NotAsked(NotAsked::Interrupted) => said(ErrorKind::Interrupted),
        ConsoleLoginError::NotAsked(NotAsked::Nobody(_)) => said(ErrorKind::Configuration)
            .hint("leave --remote away where this machine has a browser, or run it on a terminal"),
        ConsoleLoginError::NoSubject => other().hint("check --endpoint-url and AWS_ENDPOINT_URL_SIGNIN"),
        ConsoleLoginError::Login(LoginError::NotPermitted) => {
            other().hint("ask whoever manages your permissions for the policy SignInLocalDevelopmentAccess")
        }
        ConsoleLoginError::Login(_) => other().hint("run it again"),
        ConsoleLoginError::SignIn(error) => sign_in_failed(error, (device == Device::Same).then_some("--remote")),
        ConsoleLoginError::NoPlace(_) | ConsoleLoginError::NotKept(_) => {
            other().hint("make room, or make ~/.aws/login/cache writable, and run it again")
        }
    }
}
