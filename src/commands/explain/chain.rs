//! The chain of steps, told to a person and as a structure.

use serde_json::{Value as Json, json};

use super::{show, source_json};
use crate::chain::{Action, Method, Plan, SessionStep, Shadowed, Step, cache_name};
use crate::commands::Context;
use crate::commands::shared_files::SharedFiles;
use crate::config::shared::{Settings, SharedConfig};
use crate::config::sso::SessionKey;
use crate::credentials::read_process_entry;
use crate::credentials::stored::read_role_entry;
use crate::secret::mask;
use crate::tokens::expiry::Expiry;
use crate::tokens::renewal::{Renewable, Worth, worth};
use crate::tokens::{LoginToken, SsoToken, login_token, sso_token};
use crate::world::paths;

/// The profiles that have a part in the credentials of `name`, in the order in which they are asked.
/// Where the plan is broken, as far as `source_profile` leads.
pub(super) fn profiles<'t>(shared: &SharedConfig<'t>, name: &str, plan: Option<&Plan>) -> Vec<(String, Settings<'t>)> {
    let mut names = vec![name.to_owned()];
    match plan.and_then(|plan| plan.used.as_ref()) {
        Some(used) => {
            for step in steps(used) {
                if !names.contains(&step.profile) {
                    names.push(step.profile.clone());
                }
            }
        }
        None => {
            let mut at = name.to_owned();
            while let Some(next) = shared
                .profile(&at)
                .and_then(|profile| profile.source_profile().map(|source| source.text.to_owned()))
                .filter(|next| !names.contains(next) && shared.profile(next).is_some())
            {
                names.push(next.clone());
                at = next;
            }
        }
    }
    let settings = |name: String| {
        let settings = shared.profile(&name).unwrap_or_default().into();
        (name, settings)
    };
    names.into_iter().map(settings).collect()
}

/// A step and what it starts from, the outermost first.
fn steps(step: &Step) -> Vec<&Step> {
    let mut steps = vec![step];
    let mut at = step;
    while let Action::AssumeRole(role) = &at.action {
        at = &role.with;
        steps.push(at);
    }
    steps
}

pub(super) fn text(context: &Context, files: &SharedFiles, plan: &Plan) -> String {
    let Some(used) = &plan.used else {
        return "  none: neither the environment nor the profile holds any\n".to_owned();
    };
    let mut text = String::new();
    let mut steps = steps(used);
    // Told in the order in which it happens.
    steps.reverse();
    for (at, step) in steps.iter().enumerate() {
        let label = match (at, steps.len()) {
            (_, 1) => "used".to_owned(),
            (at, _) => format!("step {}", at + 1),
        };
        let key = step.access_key_id().map(|id| format!(" {}", mask(id))).unwrap_or_default();
        let whose =
            if step.profile == plan.selection.name { String::new() } else { format!(" of profile {}", step.profile) };
        text += &format!("  {label:<9} {}{key}, from {}{whose}\n", means(step), show(files, &step.source));
        for (name, value) in details(context, step) {
            text += &format!("            {name}: {value}\n");
        }
    }
    for Shadowed { method, source, access_key_id } in &plan.shadowed {
        let key = access_key_id.as_deref().map(|id| format!(" {}", mask(id))).unwrap_or_default();
        text += &format!("  {:<9} {}{key}, from {}\n", "shadowed", name(*method), show(files, source));
    }
    text
}

pub(super) fn structured(context: &Context, files: &SharedFiles, plan: &Plan) -> Vec<Json> {
    let used = plan.used.iter().map(|step| {
        let mut told = step_json(context, files, step);
        told["used"] = true.into();
        told
    });
    let shadowed = plan.shadowed.iter().map(|shadowed| {
        json!({
            "method": shadowed.method.name(),
            "accessKeyId": shadowed.access_key_id.as_deref().map(mask),
            "from": source_json(files, &shadowed.source),
            "used": false,
        })
    });
    used.chain(shadowed).collect()
}

fn step_json(context: &Context, files: &SharedFiles, step: &Step) -> Json {
    let mut told = json!({
        "method": step.method.name(),
        "profile": step.profile,
        "accessKeyId": step.access_key_id().map(mask),
        "from": source_json(files, &step.source),
    });
    for (name, value) in details(context, step) {
        told[name] = value.into();
    }
    if let Action::AssumeRole(role) = &step.action {
        told["with"] = step_json(context, files, &role.with);
    }
    told
}

/// What a step needs and where its answer is kept.
fn details(context: &Context, step: &Step) -> Vec<(&'static str, String)> {
    let mut told = Vec::new();
    let env = &context.world.env;
    let cache = match &step.action {
        Action::MfaSession(session) => {
            told.push(("MFA device", session.mfa_serial.clone()));
            let lasts = format!("a session with MFA, of {} seconds, in place of the key", session.duration_seconds);
            told.push(("used as", lasts));
            paths::mfa_cache(env, &cache_name::mfa_session(session))
        }
        Action::AssumeRole(role) => {
            told.push(("role", role.role_arn.clone()));
            let mut add = |name, value: Option<String>| told.extend(value.map(|value| (name, value)));
            add("session name", role.role_session_name.clone());
            add("external id", role.external_id.clone());
            add("MFA device", role.mfa_serial.clone());
            add("duration", role.duration_seconds.map(|seconds| format!("{seconds} seconds")));
            paths::cli_cache(env, &cache_name::role(role))
        }
        Action::WebIdentity(identity) => {
            told.push(("role", identity.role_arn.clone()));
            told.push(("token file", identity.token_file.clone()));
            paths::cli_cache(env, &cache_name::web_identity(identity))
        }
        Action::Sso(sso) => {
            told.push(("account", sso.account_id.clone()));
            told.push(("role name", sso.role_name.clone()));
            match sso.session.key.session() {
                Some(name) => told.push(("sso-session", name.to_owned())),
                None => told.push(("sso-session", "none: the profile itself says where to sign in".to_owned())),
            }
            told.push(("start URL", sso.session.start_url.clone()));
            told.push(("SSO region", sso.session.region.clone()));
            told.push(("token", token(context, &sso.session.key)));
            paths::cli_cache(env, &cache_name::sso(sso))
        }
        Action::Login(login) => {
            told.push(("session", login.login_session.clone()));
            told.push(("renewed in", login.region.clone().unwrap_or_else(|| "the region of the command".to_owned())));
            told.push(("cache", login_cache(context, &login.login_session)));
            None
        }
        _ => None,
    };
    if let Some(path) = cache {
        let bytes = context.world.files.read(&path).ok().flatten();
        let entry = bytes.and_then(|bytes| match step.action {
            Action::MfaSession(_) => read_process_entry(&bytes),
            _ => read_role_entry(&bytes, step.method),
        });
        let expiry = entry.and_then(|entry| entry.expiry);
        let state =
            match expiry.map(|expiry| (worth(Some(expiry.timestamp()), context.world.clock.now(), false), expiry)) {
                Some((Worth::Fresh, until)) => format!("valid until {}", until.zulu()),
                Some((Worth::Fallback, until)) => format!("valid until {}, to be renewed", until.zulu()),
                Some((Worth::Over, until)) => format!("ended at {}", until.zulu()),
                None => "nothing there yet".to_owned(),
            };
        told.push(("cache", format!("{} ({state})", path.display())));
    }
    told
}

/// Where the token of a sign-in is, and what it is worth.
fn token(context: &Context, key: &SessionKey) -> String {
    let Some(path) = paths::sso_cache(&context.world.env) else { return "nowhere: there is no home folder".to_owned() };
    let path = path.join(sso_token::file_name(key));
    let bytes = context.world.files.read(&path).ok().flatten();
    let now = context.world.clock.now();
    let state = match bytes.map(|bytes| SsoToken::read(&bytes)) {
        None => "not signed in".to_owned(),
        Some(None) => "no token".to_owned(),
        Some(Some(token)) => {
            let until = Expiry::from(token.expires_at).zulu();
            match (token.worth(now, false), token.refresh(now)) {
                (Worth::Over, None) => format!("ended at {until}"),
                (Worth::Over, Some(_)) => format!("ended at {until}, to be renewed"),
                (Worth::Fallback, _) => format!("valid until {until}, to be renewed"),
                (Worth::Fresh, _) => format!("valid until {until}"),
            }
        }
    };
    format!("{} ({state})", path.display())
}

/// Where the session of a console login is, and what it is worth.
fn login_cache(context: &Context, login_session: &str) -> String {
    let Some(folder) = paths::login_cache(&context.world.env) else {
        return "nowhere: there is no home folder".to_owned();
    };
    let path = folder.join(login_token::file_name(login_session));
    let bytes = context.world.files.read(&path).ok().flatten();
    let state = match bytes.map(|bytes| LoginToken::read(&bytes)) {
        None => "not logged in".to_owned(),
        Some(Err(_)) => "no session".to_owned(),
        Some(Ok(token)) => {
            let (until, now) = (Expiry::from(token.expires_at).zulu(), context.world.clock.now());
            match token.worth(now, false) {
                Worth::Over if !token.may_be_renewed(now) => format!("ended at {until}"),
                Worth::Over => format!("ended at {until}, to be renewed"),
                Worth::Fallback => format!("valid until {until}, to be renewed"),
                Worth::Fresh => format!("valid until {until}"),
            }
        }
    };
    format!("{} ({state})", path.display())
}

/// What a step means, for someone who does not know the AWS CLI's names.
fn means(step: &Step) -> &'static str {
    name(step.method)
}

fn name(method: Method) -> &'static str {
    match method {
        Method::Environment => "access key in the environment (env)",
        Method::AssumeRole => "assuming a role (assume-role)",
        Method::WebIdentity => "web identity token (assume-role-with-web-identity)",
        Method::Sso => "IAM Identity Center (sso)",
        Method::CredentialsFile => "access key in the credentials file (shared-credentials-file)",
        Method::Login => "console login (login)",
        Method::Process => "another program (custom-process)",
        Method::ConfigFile => "access key in the config file (config-file)",
        Method::Container => "container endpoint (container-role)",
        Method::InstanceMetadata => "instance metadata service of EC2 (iam-role)",
    }
}

impl Step {
    /// The access key id, where keys are written down.
    fn access_key_id(&self) -> Option<&str> {
        match &self.action {
            Action::Keys(keys) | Action::MfaSession(SessionStep { keys, .. }) => Some(&keys.access_key_id),
            _ => None,
        }
    }
}
