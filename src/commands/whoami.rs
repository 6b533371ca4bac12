//! `keyfob whoami`: who the selected profile's credentials belong to, in AWS's own user types.

use std::time::Duration;

use clap::Args;
use serde_json::json;

use super::resolving::{self, Asking, Resolved};
use super::sso::session;
use super::token_code::TokenCodeArgs;
use super::user_type::{name, user_type};
use super::{CommandError, Context};
use crate::aws::Caller;
use crate::aws::iam::Iam;
use crate::aws::settings::Service;
use crate::cli::Run;
use crate::config::shared::SharedConfig;
use crate::config::sso::{self, SsoSettings};
use crate::signin::start_url;
use crate::tokens::expiry::Expiry;
use crate::tokens::mfa_login::{self, MfaLogin};
use crate::world::paths;

/// Show who the selected profile's credentials belong to, how they were obtained and when they end
#[derive(Debug, Args)]
pub struct WhoamiArgs {
    /// The code of an MFA device, if one was given.
    #[command(flatten)]
    pub code: TokenCodeArgs,
}

/// How long the account's name is waited for: it is nice to have.
const PATIENCE: Duration = Duration::from_secs(5);

impl Run for WhoamiArgs {
    const NAME: &'static str = "whoami";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        if let Some(sso) = builder_id(&shared, &context.selection().name) {
            return tell_builder_id(context, &shared, &sso);
        }
        let found = resolving::credentials(context, &files, &shared, Asking::Terminal, &self.code)?;
        let profile = &found.plan.selection.name;
        let settings = context.call_settings(Service::Sts, &shared, profile)?;
        let identity = resolving::identity(context, &settings, &found.credentials)?;
        let alias = alias(context, &shared, &found);
        let kind = user_type(&identity.arn, found.credentials.method);
        let ends = found.credentials.expiry.map(|expiry| expiry.zulu()).or_else(|| remembered(context, &found));
        let method = found.credentials.method.name();
        if context.wants_structure_or_table() {
            return context.answer_structure(
                json!({
                    "Type": kind.name(),
                    "Name": name(&identity),
                    "Account": identity.account,
                    "AccountAlias": alias,
                    "Arn": identity.arn,
                    "UserId": identity.user_id,
                    "Profile": profile,
                    "Method": method,
                    "Expiration": ends,
                }),
                "Whoami",
            );
        }
        let account = match &alias {
            Some(alias) => format!("{} ({alias})", identity.account),
            None => identity.account.clone(),
        };
        let is_session = found.credentials.session_token.is_some();
        let no_end = if is_session { "not known: nobody wrote it down" } else { "these keys do not end" };
        let mut text = format!("{} {}\n", kind.name(), name(&identity));
        text += &format!("  account  {account}\n  arn      {}\n  user id  {}\n", identity.arn, identity.user_id);
        text += &format!("  by       {method}, profile {profile}\n");
        text += &format!("  until    {}\n", ends.as_deref().unwrap_or(no_end));
        context.ui.answer(&text)
    }
}

/// When a session with MFA ends whose keys are in the credentials file, if keyfob made it.
fn remembered(context: &Context, found: &Resolved) -> Option<String> {
    let path = paths::mfa_cache(&context.world.env, &mfa_login::file_name(&found.credentials.access_key_id))?;
    let login = MfaLogin::read(&context.world.files.read(&path).ok().flatten()?)?;
    Some(Expiry::from(login.expires_at).zulu())
}

/// The account's alias. Whoever may not ask for it is not told that.
fn alias(context: &Context, shared: &SharedConfig<'_>, found: &Resolved) -> Option<String> {
    let settings = context.call_settings(Service::Iam, shared, &found.plan.selection.name).ok()?;
    let settings = settings.once_within(PATIENCE);
    let keys = found.credentials.signing_keys();
    let caller = Caller::new(&context.world, context);
    let asked = Iam::new(&caller, &settings, &keys).account_alias();
    asked.unwrap_or_else(|error| {
        context.ui.debug(|| format!("the account's alias is not known: {error}"));
        None
    })
}

/// The sign-in of a profile that is for an AWS Builder ID, which has no accounts and so no credentials.
fn builder_id(shared: &SharedConfig<'_>, name: &str) -> Option<SsoSettings> {
    let profile = shared.profile(name)?;
    let has_role = profile.sso_account_id().is_some() || profile.sso_role_name().is_some();
    let sso = sso::login(shared, name).ok()?;
    (!has_role && start_url::is_builder_id(&sso.start_url)).then_some(sso)
}

fn tell_builder_id(context: &Context, shared: &SharedConfig<'_>, sso: &SsoSettings) -> Result<(), CommandError> {
    let token = session::token(context, shared, sso)?;
    let (profile, session, until) = (context.selection().name, sso.key.text(), Expiry::from(token.expires_at).zulu());
    if context.wants_structure_or_table() {
        let told = json!({
            "Type": "Builder ID",
            "Name": session,
            "Account": null,
            "AccountAlias": null,
            "Arn": null,
            "UserId": null,
            "Profile": profile,
            "Method": "sso",
            "Expiration": until,
        });
        return context.answer_structure(told, "Whoami");
    }
    context.ui.answer(&format!(
        "Builder ID of sso-session {session}\n  account  none: a Builder ID is of no account\n  by       sso, profile \
         {profile}\n  until    {until}\n"
    ))
}
