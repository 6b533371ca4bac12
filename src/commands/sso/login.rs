//! `keyfob sso login`: signs in to IAM Identity Center.

use clap::Args;
use clap_complete::engine::ArgValueCandidates;

use super::session;
use crate::cli::Run;
use crate::commands::sign_in::{SignInArgs, sign_in};
use crate::commands::write::{FileEdit, WriteArgs, write};
use crate::commands::{CommandError, Context, ErrorKind, completion};
use crate::config::FileKind;
use crate::config::edit::{Change, Edit, Place, apply};
use crate::config::shared::SharedConfig;
use crate::config::sso::{self, SsoSettings};
use crate::tokens::expiry::Expiry;

/// Sign in to IAM Identity Center, in a browser
///
/// The browser is opened here, or, where there is none (SSH, a container, CI), a code is shown for any
/// other one. A sign-in is for all profiles with the same sso-session, of the AWS CLI and every SDK too.
#[derive(Debug, Args)]
pub struct LoginArgs {
    /// Sign in to this sso-session [otherwise: the selected profile's]
    #[arg(long, value_name = "NAME", add = ArgValueCandidates::new(completion::sso_sessions))]
    pub sso_session: Option<String>,
    /// Sign in to every sso-session of the config file, one after the other
    #[arg(long, conflicts_with = "sso_session")]
    pub all: bool,
    /// Ask nobody where there is a token that is good, or can be renewed
    #[arg(long)]
    pub if_needed: bool,
    #[command(flatten)]
    pub sign_in: SignInArgs,
}

impl Run for LoginArgs {
    const NAME: &'static str = "login";
    const MIRRORED: bool = true;

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let wanted = match self.all {
            false => vec![session::of_flag_or_profile(context, &shared, self.sso_session.as_deref())?],
            true => all(&shared)?,
        };
        for sso in &wanted {
            if self.if_needed && already(context, &shared, sso)? {
                continue;
            }
            let signed_in = sign_in(context, &shared, self.sign_in, sso)?;
            if signed_in.region != sso.region {
                write_region(context, sso, &signed_in.region)?;
                context.ui.answer(&format!("SSO region updated to {}\n", signed_in.region))?;
            }
            context.ui.answer(&format!("Successfully logged into Start URL: {}\n", sso.start_url))?;
        }
        Ok(())
    }
}

fn all(shared: &SharedConfig<'_>) -> Result<Vec<SsoSettings>, CommandError> {
    let names = shared.sso_session_names();
    if names.is_empty() {
        return Err(CommandError::new(ErrorKind::Configuration, "--all: the config file has no sso-session")
            .hint("keyfob configure sso-session writes one"));
    }
    let found = names.iter().map(|name| sso::session(shared, name).map_err(|error| session::wrong_settings(&error)));
    found.collect()
}

/// Whether there is a token that is good for some time.
fn already(context: &Context, shared: &SharedConfig<'_>, sso: &SsoSettings) -> Result<bool, CommandError> {
    match session::token(context, shared, sso) {
        Ok(token) => {
            let until = Expiry::from(token.expires_at).zulu();
            context.ui.note(&format!("Signed in to {} already, until {until}", sso.key.text()));
            Ok(true)
        }
        // What a sign-in mends is no error here.
        Err(error) if error.kind() == ErrorKind::NotSignedIn => Ok(false),
        Err(error) => Err(error),
    }
}

/// The directory is elsewhere than the file says.
fn write_region(context: &Context, sso: &SsoSettings, region: &str) -> Result<(), CommandError> {
    let place = match sso.key.session() {
        Some(name) => Place::SsoSession(name.to_owned()),
        None => Place::Profile(context.selection().name),
    };
    let edits = [Edit { place, changes: vec![("sso_region".to_owned(), Change::Set(region.to_owned()))] }];
    let edit = |text: &str| apply(text, &edits);
    write(context, "sso login", &WriteArgs { dry_run: false }, &[FileEdit { file: FileKind::Config, edit: &edit }])
}
