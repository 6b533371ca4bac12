//! `keyfob configure sso`: a profile for a role in IAM Identity Center, by the AWS CLI's dialogue.

use clap::Args;

use super::sso_choice::{Chosen, account_and_role};
use super::sso_session::{SessionAnswers, SessionSettings};
use crate::aws::settings::Service;
use crate::cli::Run;
use crate::commands::question::{Question, anything};
use crate::commands::sign_in::{SignInArgs, sign_in};
use crate::commands::sso::session;
use crate::commands::write::{FileEdit, WriteArgs, write};
use crate::commands::{CommandError, Context, ErrorKind};
use crate::config::FileKind;
use crate::config::edit::{Change, Edit, Place, apply};
use crate::config::shared::{Settings, SharedConfig};
use crate::config::sso::{self, SessionKey, SsoSettings};
use crate::tokens::SsoToken;

/// Write a profile for a role in IAM Identity Center, by signing in and choosing account and role
///
/// A flag answers its question without asking, so that scripts can run it; --region and --output are the
/// profile's, --profile names it.
#[derive(Debug, Args)]
pub struct ConfigureSsoArgs {
    #[command(flatten)]
    pub session: SessionAnswers,
    /// The account
    #[arg(long, value_name = "ID")]
    pub sso_account_id: Option<String>,
    /// The role: a permission set of that account
    #[arg(long, value_name = "NAME")]
    pub sso_role_name: Option<String>,
    #[command(flatten)]
    pub sign_in: SignInArgs,
    #[command(flatten)]
    pub write: WriteArgs,
}

const LEGACY: &str = "WARNING: Configuring using legacy format (e.g. without an SSO session).\n\
                      Consider re-running \"configure sso\" command and providing a session name.\n";

impl Run for ConfigureSsoArgs {
    const NAME: &'static str = "sso";
    const MIRRORED: bool = true;

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let selection = context.selection();
        let named = selection.is_explicit().then(|| selection.name.clone());
        let profile: Settings<'_> = shared.profile(&selection.name).unwrap_or_default().into();
        let mut wanted = self.wanted(context, &shared, &profile)?;
        let token = self.token(context, &shared, &mut wanted)?;
        let calls = session::settings(context, &shared, Service::Sso, &wanted.sso)?;
        let flags = (self.sso_account_id.as_deref(), self.sso_role_name.as_deref());
        let chosen = account_and_role(context, &calls, &token, flags)?;
        let mut changes = wanted.profile_changes();
        let mut set = |key: &str, value: Option<&str>| {
            changes.extend(value.map(|value| (key.to_owned(), Change::Set(value.to_owned()))));
        };
        set("sso_account_id", chosen.as_ref().map(|chosen| chosen.account.as_str()));
        set("sso_role_name", chosen.as_ref().map(|chosen| chosen.role.as_str()));
        let region =
            optional("Default client Region", "--region", context.globals.region.as_deref(), profile.text("region"));
        set("region", region.ask(context)?.as_deref());
        let output = context.globals.output.map(|output| output.name());
        let text = "CLI default output format (json if not specified)";
        let output = optional(text, "--output", output, profile.text("output"));
        set("output", output.ask(context)?.as_deref());
        let name = match named {
            Some(name) => name,
            None => profile_name(context, chosen.as_ref())?,
        };
        let mut edits = vec![Edit { place: Place::Profile(name.clone()), changes }];
        if let (Some(session), Some(of)) = (wanted.sso.key.session(), &wanted.session) {
            edits.push(Edit { place: Place::SsoSession(session.to_owned()), changes: of.changes() });
        }
        let edit = |text: &str| apply(text, &edits);
        write(context, "configure sso", &self.write, &[FileEdit { file: FileKind::Config, edit: &edit }])?;
        if self.write.dry_run { Ok(()) } else { conclude(context, &name, chosen.is_some()) }
    }
}

/// What is signed in to, and what of it is to be written.
struct Wanted {
    sso: SsoSettings,
    /// The section to write. `None`: a legacy profile.
    session: Option<SessionSettings>,
    /// Whether a token that is there already will do.
    any_token: bool,
}

impl Wanted {
    fn profile_changes(&self) -> Vec<(String, Change)> {
        let set = |key: &str, value: &str| (key.to_owned(), Change::Set(value.to_owned()));
        match self.sso.key.session() {
            Some(name) => vec![set("sso_session", name)],
            None => vec![set("sso_start_url", &self.sso.start_url), set("sso_region", &self.sso.region)],
        }
    }
}

impl ConfigureSsoArgs {
    fn wanted(
        &self,
        context: &Context,
        shared: &SharedConfig<'_>,
        profile: &Settings<'_>,
    ) -> Result<Wanted, CommandError> {
        let current = profile.text("sso_session");
        let question = Question {
            text: "SSO session name",
            line: current.is_none().then(|| "SSO session name (Recommended): ".to_owned()),
            flag: "--sso-session",
            given: self.session.sso_session.as_deref(),
            current,
            required: false,
            wrong: anything,
        };
        let Some(name) = question.ask(context)? else {
            let bold = if context.ui.is_coloured() { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
            context.ui.answer(&format!("{}{LEGACY}{}", bold.0, bold.1))?;
            let (start_url, region) =
                self.session.where_to(context, shared, &|key| profile.text(key).map(str::to_owned))?;
            let key = SessionKey::StartUrl(start_url.clone());
            let sso = SsoSettings { key, start_url, region, scopes: None };
            return Ok(Wanted { sso, session: None, any_token: true });
        };
        if let Some(section) = shared.sso_session(&name) {
            let sso = sso::session(shared, &name).map_err(|error| session::wrong_settings(&error))?;
            for (flag, given, there) in [
                ("--sso-start-url", &self.session.sso_start_url, Some(sso.start_url.as_str())),
                ("--sso-region", &self.session.sso_region, Some(sso.region.as_str())),
                ("--scopes", &self.session.scopes, section.text("sso_registration_scopes")),
            ] {
                if given.as_deref().is_some_and(|given| Some(given) != there) {
                    return Err(CommandError::new(
                        ErrorKind::Usage,
                        format!("{flag}: the sso-session {name} is there already, with {}", there.unwrap_or("none")),
                    )
                    .hint("choose another name, or change it with keyfob configure sso-session"));
                }
            }
            return Ok(Wanted { sso, session: None, any_token: true });
        }
        let of = self.session.ask(context, shared, &|key| match key {
            // The keys of a legacy profile.
            "sso_start_url" | "sso_region" => profile.text(key).map(str::to_owned),
            _ => None,
        })?;
        let scopes = of.scopes.split(',').map(str::trim).filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
        let sso = SsoSettings {
            key: SessionKey::Session(name),
            start_url: of.start_url.clone(),
            region: of.region.clone(),
            scopes: Some(scopes),
        };
        // A token under that name would be one of an earlier session's.
        Ok(Wanted { sso, session: Some(of), any_token: false })
    }

    fn token(
        &self,
        context: &Context,
        shared: &SharedConfig<'_>,
        wanted: &mut Wanted,
    ) -> Result<SsoToken, CommandError> {
        if wanted.any_token
            && let Ok(token) = session::token(context, shared, &wanted.sso)
        {
            return Ok(token);
        }
        let signed_in = sign_in(context, shared, self.sign_in, &wanted.sso)?;
        if let Some(of) = &mut wanted.session {
            of.region.clone_from(&signed_in.region);
        }
        wanted.sso.region = signed_in.region;
        Ok(signed_in.token)
    }
}

fn optional<'a>(text: &'a str, flag: &'static str, given: Option<&'a str>, current: Option<&'a str>) -> Question<'a> {
    Question { text, line: None, flag, given, current, required: false, wrong: anything }
}

fn profile_name(context: &Context, chosen: Option<&Chosen>) -> Result<String, CommandError> {
    let default = chosen.map(|chosen| format!("{}-{}", chosen.role, chosen.account));
    let question = Question {
        text: "Profile name",
        line: None,
        flag: "--profile",
        given: None,
        current: default.as_deref(),
        // Where nobody may be asked the default will do.
        required: default.is_none(),
        wrong: anything,
    };
    let missing = || CommandError::new(ErrorKind::Configuration, "Profile name: A value is required");
    question.ask(context)?.ok_or_else(missing)
}

fn conclude(context: &Context, name: &str, for_credentials: bool) -> Result<(), CommandError> {
    context.ui.answer(&match (for_credentials, name.eq_ignore_ascii_case("default")) {
        (false, _) => format!("Successfully configured SSO for profile: {name}\n"),
        (true, true) => {
            "The AWS CLI is now configured to use the default profile.\nRun the following command to verify \
                         your configuration:\n\naws sts get-caller-identity\n"
                .to_owned()
        }
        (true, false) => format!(
            "To use this profile, specify the profile name using --profile, as shown:\n\naws sts get-caller-identity \
             --profile {name}\n"
        ),
    })
}
