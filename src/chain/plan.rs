//! The plan: where a profile's credentials come from, in the AWS CLI's order.

use super::keys::{KeysFound, environment_keys, file_keys};
use super::role::{self, RoleStep};
use super::{ChosenBy, Keys, PlanError, Selection};
use crate::config::Origin;
use crate::config::profile::{Located, Profile};
use crate::config::shared::SharedConfig;
use crate::config::sso::{self, SsoSettings};
use crate::secret::Secret;

/// How a profile gets its credentials, and what else could have given some.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The profile the plan is for.
    pub selection: Selection,
    /// The step that counts. `None`: there is nowhere to ask.
    pub used: Option<Step>,
    /// What would count if `used` were not there, the nearest first.
    pub shadowed: Vec<Shadowed>,
}

/// One step: how credentials are obtained and where that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Whose settings say it.
    pub profile: String,
    /// How.
    pub method: Method,
    /// Where that was said.
    pub source: Source,
    /// All that is needed to do it.
    pub action: Action,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Takes keys that are written down.
    Keys(Keys),
    /// Makes a session with MFA of keys that are written down, and takes that.
    MfaSession(SessionStep),
    /// Assumes a role with the credentials of another step.
    AssumeRole(Box<RoleStep>),
    /// Exchanges a web identity token for a role's credentials.
    WebIdentity(WebIdentityStep),
    /// Asks another program.
    Process(ProcessStep),
    /// Asks the container's endpoint.
    Container,
    /// Asks the instance metadata service.
    InstanceMetadata,
    /// Asks IAM Identity Center with a sign-in's token.
    Sso(SsoStep),
    /// Uses a console login.
    Login(LoginStep),
}

/// A session with MFA in place of long-term keys, as keyfob's settings ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionStep {
    /// The keys.
    pub keys: Keys,
    /// `mfa_serial` of their profile.
    pub mfa_serial: String,
    /// How long the session lasts, in seconds.
    pub duration_seconds: i32,
}

/// A web identity: `web_identity_token_file`, `role_arn`, `role_session_name`, each from the
/// environment before the profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebIdentityStep {
    /// The file that holds the token, as written.
    pub token_file: String,
    /// The role.
    pub role_arn: String,
    /// Its session name, where one is configured.
    pub role_session_name: Option<String>,
}

/// A role that IAM Identity Center gives credentials of: `sso_account_id`, `sso_role_name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SsoStep {
    /// The sign-in whose token is shown.
    pub session: SsoSettings,
    /// The account, leading zeros kept.
    pub account_id: String,
    /// The permission set's name.
    pub role_name: String,
}

/// A console login: `login_session`, and the region it is renewed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginStep {
    /// Whose session: an ARN.
    pub login_session: String,
    /// `region` of the profile that says so, whichever profile is selected.
    pub region: Option<String>,
}

/// Another program: `credential_process`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessStep {
    /// The command line. It may hold secrets that a user put there.
    pub command: Secret,
    /// `aws_account_id` of the profile, for an answer that names none.
    pub account_id: Option<String>,
}

/// A place that is not asked, because another comes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shadowed {
    /// How it would give credentials.
    pub method: Method,
    /// Where that was said.
    pub source: Source,
    /// The access key id, where keys are written down.
    pub access_key_id: Option<String>,
}

/// A way to get credentials. The names are the AWS CLI's (`configure list`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `AWS_ACCESS_KEY_ID` and its companions.
    Environment,
    /// `role_arn`
    AssumeRole,
    /// `web_identity_token_file`, or `AWS_WEB_IDENTITY_TOKEN_FILE`.
    WebIdentity,
    /// `sso_account_id`, `sso_role_name`
    Sso,
    /// `aws_access_key_id` in the credentials file.
    CredentialsFile,
    /// `login_session`
    Login,
    /// `credential_process`
    Process,
    /// `aws_access_key_id` in the config file.
    ConfigFile,
    /// `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`, `AWS_CONTAINER_CREDENTIALS_FULL_URI`
    Container,
    /// The instance metadata service, asked when nothing else is configured.
    InstanceMetadata,
}

impl Method {
    /// The AWS CLI's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Environment => "env",
            Self::AssumeRole => "assume-role",
            Self::WebIdentity => "assume-role-with-web-identity",
            Self::Sso => "sso",
            Self::CredentialsFile => "shared-credentials-file",
            Self::Login => "login",
            Self::Process => "custom-process",
            Self::ConfigFile => "config-file",
            Self::Container => "container-role",
            Self::InstanceMetadata => "iam-role",
        }
    }
}

/// Where something was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// In this environment variable.
    Variable(&'static str),
    /// Under this key, at this place.
    File(&'static str, Origin),
    /// Nowhere: it is what is left.
    Default,
}

/// Makes the plan for `selection` from the parsed files and the environment.
///
/// The order, as in the AWS CLI: 1 environment keys, unless the profile was chosen by `--profile`;
/// 2 `role_arn`; 3 web identity, the environment's too; 4 Identity Center; 5 keys in the
/// credentials file; 6 console login; 7 `credential_process`; 8 keys in the config file;
/// 9 container; 10 instance metadata.
///
/// # Errors
/// What the AWS CLI refuses before it asks anybody: see [`PlanError`].
pub fn plan(
    shared: &SharedConfig<'_>,
    selection: Selection,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Plan, PlanError> {
    let name = selection.name.as_str();
    let profile = shared.profile(name);
    if profile.is_none() && selection.is_explicit() {
        return Err(PlanError::NoProfile(name.to_owned()));
    }
    let profile = profile.unwrap_or_default();
    let by_flag = selection.by == ChosenBy::Flag;
    let mut found = Found { profile: name, used: None, shadowed: Vec::new() };

    if !by_flag {
        found.keys(Method::Environment, environment_keys(&variable))?;
    }
    if let Some(role) = profile.role_arn().filter(|_| profile.get("web_identity_token_file").is_none()) {
        found.step(Method::AssumeRole, Source::File("role_arn", role.origin), || {
            role::plan(shared, name, &profile, &variable).map(|step| Action::AssumeRole(Box::new(step)))
        })?;
    }
    let from_environment = |name: &str| if by_flag { None } else { variable(name) };
    web_identity(&mut found, &profile, from_environment)?;
    profile_steps(&mut found, shared, &profile)?;
    if let Some(uri) = CONTAINER_VARIABLES.into_iter().find(|uri| variable(uri).is_some()) {
        found.step(Method::Container, Source::Variable(uri), || Ok(Action::Container))?;
    }
    if !metadata_disabled(&variable) {
        found.step(Method::InstanceMetadata, Source::Default, || Ok(Action::InstanceMetadata))?;
    }
    let Found { used, shadowed, .. } = found;
    Ok(Plan { selection, used, shadowed })
}

/// The step by which `name` as a `source_profile` gets credentials: what stands in its own settings,
/// but for a role (AWS CLI). `None`: nothing does.
pub(super) fn source_step(
    shared: &SharedConfig<'_>,
    name: &str,
    profile: &Profile<'_>,
) -> Result<Option<Step>, PlanError> {
    let mut found = Found { profile: name, used: None, shadowed: Vec::new() };
    web_identity(&mut found, profile, |_| None)?;
    profile_steps(&mut found, shared, profile)?;
    Ok(found.used)
}

/// The variables that name a container's endpoint, the one that counts first.
pub const CONTAINER_VARIABLES: [&str; 2] =
    ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];

/// Whether `AWS_EC2_METADATA_DISABLED` forbids to ask the instance metadata service.
pub(super) fn metadata_disabled(variable: &impl Fn(&str) -> Option<String>) -> bool {
    variable("AWS_EC2_METADATA_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

fn web_identity(
    found: &mut Found<'_>,
    profile: &Profile<'_>,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<(), PlanError> {
    // An empty setting is none (botocore).
    let either = |name: &'static str, key: &'static str, setting: Option<Located<'_>>| match variable(name) {
        Some(value) => Some((value, Source::Variable(name))),
        None => setting
            .filter(|setting| !setting.text.is_empty())
            .map(|setting| (setting.text.to_owned(), Source::File(key, setting.origin))),
    };
    let token_file = profile.web_identity_token_file();
    let Some((token_file, source)) = either("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file", token_file)
    else {
        return Ok(());
    };
    found.step(Method::WebIdentity, source.clone(), || {
        let role = either("AWS_ROLE_ARN", "role_arn", profile.role_arn());
        let name = either("AWS_ROLE_SESSION_NAME", "role_session_name", profile.role_session_name());
        let (role_arn, _) = role.ok_or(PlanError::NoWebIdentityRole { written: source.clone() })?;
        Ok(Action::WebIdentity(WebIdentityStep { token_file, role_arn, role_session_name: name.map(|(name, _)| name) }))
    })
}

/// What stands in a profile itself, after roles and web identities.
fn profile_steps(found: &mut Found<'_>, shared: &SharedConfig<'_>, profile: &Profile<'_>) -> Result<(), PlanError> {
    let file = |key, setting: Located<'_>| Source::File(key, setting.origin);
    let sso = profile.sso_role_name().map(|role| file("sso_role_name", role));
    if let Some(source) = sso.or_else(|| profile.sso_account_id().map(|id| file("sso_account_id", id))) {
        let profile = found.profile;
        found.step(Method::Sso, source.clone(), || {
            let (session, account_id, role_name) =
                sso::role(shared, profile).map_err(|error| PlanError::Sso { error, written: source })?;
            Ok(Action::Sso(SsoStep { session, account_id, role_name }))
        })?;
    }
    let name = found.profile;
    let account = profile.aws_account_id().map(|account| account.text);
    let in_file = |method, profile| file_keys(method, profile, account);
    found.keys(Method::CredentialsFile, in_file(Method::CredentialsFile, shared.credentials_profile(name)))?;
    if let Some(login) = profile.login_session() {
        found.step(Method::Login, file("login_session", login), || {
            let region = profile.region().map(|region| region.text.to_owned()).filter(|region| !region.is_empty());
            Ok(Action::Login(LoginStep { login_session: login.text.to_owned(), region }))
        })?;
    }
    if let Some(command) = profile.credential_process() {
        found.step(Method::Process, file("credential_process", command), || {
            let account_id = account.map(str::to_owned);
            Ok(Action::Process(ProcessStep { command: Secret::new(command.text), account_id }))
        })?;
    }
    found.keys(Method::ConfigFile, in_file(Method::ConfigFile, shared.config_profile(name)))
}

/// The steps found so far.
struct Found<'a> {
    profile: &'a str,
    used: Option<Step>,
    shadowed: Vec<Shadowed>,
}

impl Found<'_> {
    /// A way to get credentials. What it needs is looked at only when it is the one that counts.
    fn step(
        &mut self,
        method: Method,
        source: Source,
        action: impl FnOnce() -> Result<Action, PlanError>,
    ) -> Result<(), PlanError> {
        match self.used {
            None => self.used = Some(Step { profile: self.profile.to_owned(), method, source, action: action()? }),
            Some(_) => self.shadowed.push(Shadowed { method, source, access_key_id: None }),
        }
        Ok(())
    }

    /// Half a key is an error only where the AWS CLI would come to ask for it.
    fn keys(&mut self, method: Method, found: KeysFound) -> Result<(), PlanError> {
        match (found, &self.used) {
            (Ok(Some((source, keys))), None) => self.step(method, source, || Ok(Action::Keys(keys))),
            (Ok(Some((source, keys))), Some(_)) => {
                self.shadowed.push(Shadowed { method, source, access_key_id: Some(keys.access_key_id) });
                Ok(())
            }
            (Err(error), None) => Err(error),
            (Ok(None) | Err(_), _) => Ok(()),
        }
    }
}

/// The region for `selection` and where it was said: the environment, then the profile.
pub fn region(
    shared: &SharedConfig<'_>,
    selection: &Selection,
    variable: impl Fn(&str) -> Option<String>,
) -> Option<(String, Source)> {
    let from_environment = super::selection::REGION_VARIABLES
        .iter()
        .find_map(|name| variable(name).map(|value| (value, Source::Variable(name))));
    from_environment.or_else(|| {
        let profile = shared.profile(&selection.name)?;
        let region = profile.region()?;
        Some((region.text.to_owned(), Source::File("region", region.origin)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Case {
        config: &'static str,
        credentials: &'static str,
        env: &'static [(&'static str, &'static str)],
        flag: Option<&'static str>,
        expected: &'static str,
    }

    const NOTHING: Case = Case { config: "", credentials: "", env: &[], flag: None, expected: "" };
    const ENV_KEYS: &[(&str, &str)] = &[("AWS_ACCESS_KEY_ID", "E"), ("AWS_SECRET_ACCESS_KEY", "s")];
    const STATIC: &str = "aws_access_key_id=C\naws_secret_access_key=s\n";

    fn methods(case: &Case) -> String {
        let variable = |name: &str| {
            let given = case.env.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
            given.or_else(|| (name == "AWS_EC2_METADATA_DISABLED").then(|| "True".to_owned()))
        };
        let selection = Selection::new(case.flag, variable);
        let shared = SharedConfig::parse(case.config, case.credentials);
        match plan(&shared, selection, variable) {
            Ok(plan) => {
                let shadowed = plan.shadowed.iter().map(|shadowed| shadowed.method.name());
                plan.used.iter().map(|step| step.method.name()).chain(shadowed).collect::<Vec<_>>().join(" ")
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_order_is_the_aws_clis() {
        let all = format!("[default]\nrole_arn=r\nsso_role_name=r\nlogin_session=l\ncredential_process=p\n{STATIC}");
        let credentials = format!("[default]\n{STATIC}");
        for case in [
            NOTHING,
            Case { env: &[("AWS_EC2_METADATA_DISABLED", "no")], expected: "iam-role", ..NOTHING },
            Case {
                config: all.clone().leak(),
                credentials: credentials.clone().leak(),
                env: ENV_KEYS,
                expected: "env assume-role sso shared-credentials-file login custom-process config-file",
                ..NOTHING
            },
            Case {
                credentials: credentials.clone().leak(),
                env: ENV_KEYS,
                flag: Some("default"),
                expected: "shared-credentials-file",
                ..NOTHING
            },
            Case {
                config: "[default]\nrole_arn=r\nweb_identity_token_file=f\n",
                expected: "assume-role-with-web-identity",
                ..NOTHING
            },
            Case {
                credentials: credentials.leak(),
                env: &[("AWS_WEB_IDENTITY_TOKEN_FILE", "f"), ("AWS_ROLE_ARN", "r")],
                expected: "assume-role-with-web-identity shared-credentials-file",
                ..NOTHING
            },
            Case { config: "[default]\nsso_session=s\n", ..NOTHING },
            Case { env: &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "u")], expected: "container-role", ..NOTHING },
            Case { flag: Some("x"), expected: "The config profile (x) could not be found", ..NOTHING },
            Case {
                env: &[("AWS_PROFILE", "default")],
                expected: "The config profile (default) could not be found",
                ..NOTHING
            },
            Case {
                env: &[("AWS_ACCESS_KEY_ID", "E")],
                expected: "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY",
                ..NOTHING
            },
            Case {
                credentials: "[default]\naws_access_key_id=C\n",
                config: "[default]\naws_secret_access_key=s\n",
                expected: "Partial credentials found in shared-credentials-file, missing: aws_secret_access_key",
                ..NOTHING
            },
            Case { credentials: "[default]\naws_secret_access_key=s\n", ..NOTHING },
            Case {
                config: "[default]\nrole_arn=r\ncredential_source=Environment\n",
                credentials: "[default]\naws_access_key_id=C\n",
                env: ENV_KEYS,
                expected: "env assume-role",
                ..NOTHING
            },
        ] {
            assert_eq!(methods(&case), case.expected, "{:?} {:?}", case.config, case.credentials);
        }
    }

    #[test]
    fn tokens_and_region() {
        let shared = SharedConfig::parse(
            "[default]\nregion=a\n",
            "[default]\naws_access_key_id=C\naws_secret_access_key=s\naws_session_token=t\naws_security_token=u\n",
        );
        let selection = Selection::new(None, |_| None);
        let plan = plan(&shared, selection.clone(), |_| None).unwrap();
        let Action::Keys(keys) = plan.used.unwrap().action else { panic!("keys") };
        assert_eq!(keys.session_token.as_ref().unwrap().expose(), "u");
        assert_eq!(region(&shared, &selection, |_| None).unwrap().0, "a");
        let env = |name: &str| (name == "AWS_DEFAULT_REGION").then(|| "b".to_owned());
        assert_eq!(region(&shared, &selection, env).unwrap(), ("b".into(), Source::Variable("AWS_DEFAULT_REGION")));
    }
}
