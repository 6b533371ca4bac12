//! Whose access keys a command is about, and what signs its calls.

use std::convert::Infallible;

use clap::Args;

use super::journals::user_flag;
use crate::aws::SigningKeys;
use crate::chain::{Action, Keys, Method, Plan, Selection, Step, session};
use crate::commands::resolving::{self, Asking};
use crate::commands::shared_files::SharedFiles;
use crate::commands::token_code::TokenCodeArgs;
use crate::commands::typed::typed;
use crate::commands::{CommandError, Context, ErrorKind};
use crate::config::FileKind;
use crate::config::shared::SharedConfig;
use crate::keys::KeyPair;
use crate::keys::journal::Home;

/// The flags that say whose keys are meant, and what a session with MFA is made with.
#[derive(Debug, Clone, Args)]
pub(super) struct UserArgs {
    /// The IAM user whose keys are meant [otherwise: the caller]
    #[arg(long, value_name = "NAME")]
    pub(super) user_name: Option<String>,
    #[command(flatten)]
    pub(super) code: TokenCodeArgs,
}

impl UserArgs {
    /// The user's flag, as it is typed in a command that a person is told: with a blank before it, or nothing.
    pub(super) fn typed(&self) -> String {
        self.user_name.as_deref().map(user_flag).unwrap_or_default()
    }
}

/// How long a session lasts that is made for one command.
const SESSION_SECONDS: i32 = 3600;

/// A profile's plan, and the long-term key it starts from.
pub(super) struct Signed {
    pub(super) plan: Plan,
    /// The key at its root and where it stands, where there is one in the files.
    pub(super) root: Option<(KeyPair, Home)>,
}

impl Signed {
    /// Of the profile `selection`. With a code for it, its long-term keys make a session with MFA.
    ///
    /// # Errors
    /// There is no plan; or a code was given and nothing takes it.
    pub(super) fn of(
        context: &Context,
        files: &SharedFiles,
        shared: &SharedConfig<'_>,
        selection: Selection,
        code: &TokenCodeArgs,
    ) -> Result<Self, CommandError> {
        let mut plan = resolving::planned_for(context, files, shared, selection)?;
        let with_keys = |plan: &Plan| plan.used.as_ref().is_some_and(|step| matches!(step.action, Action::Keys(_)));
        if code.token_code.is_some() && with_keys(&plan) {
            let wanted = |_: &str| Ok::<_, Infallible>(Some(SESSION_SECONDS));
            plan = match session::with_mfa_sessions(plan, shared, &wanted) {
                Ok(plan) => plan,
                Err(never) => match never {},
            };
            if with_keys(&plan) {
                let profile = typed(&plan.selection.name);
                return Err(CommandError::new(ErrorKind::Configuration, "--token-code: there is no device to ask of")
                    .hint(format!("keyfob configure set mfa_serial ARN --profile {profile}")));
            }
        }
        let root = plan.used.as_ref().and_then(root);
        Ok(Self { plan, root })
    }

    /// Whether its own long-term key signs, as it is.
    pub(super) fn signs_itself(&self) -> bool {
        self.plan.used.as_ref().is_some_and(|step| matches!(step.action, Action::Keys(_))) && self.root.is_some()
    }

    /// What signs.
    ///
    /// # Errors
    /// No credentials were found.
    pub(super) fn keys(
        &self,
        context: &Context,
        files: &SharedFiles,
        shared: &SharedConfig<'_>,
        code: &TokenCodeArgs,
    ) -> Result<SigningKeys, CommandError> {
        resolving::with_code(context, files, shared, &self.plan, Asking::Terminal, code)
            .map(|credentials| credentials.signing_keys())
    }

    /// Whether the key at the root comes from the environment, where nothing can be replaced.
    pub(super) fn is_from_environment(&self) -> bool {
        self.plan.used.as_ref().is_some_and(|step| start(step).method == Method::Environment)
    }
}

/// The step at the root of a chain of roles.
fn start(step: &Step) -> &Step {
    match &step.action {
        Action::AssumeRole(role) => start(&role.with),
        _ => step,
    }
}

fn root(step: &Step) -> Option<(KeyPair, Home)> {
    let step = start(step);
    let keys: &Keys = match &step.action {
        Action::Keys(keys) if keys.session_token.is_none() => keys,
        Action::MfaSession(session) => &session.keys,
        _ => return None,
    };
    let file = match step.method {
        Method::CredentialsFile => FileKind::Credentials,
        Method::ConfigFile => FileKind::Config,
        _ => return None,
    };
    let pair = KeyPair { id: keys.access_key_id.clone(), secret: keys.secret_access_key.clone() };
    Some((pair, Home { profile: step.profile.clone(), file, named: false }))
}
