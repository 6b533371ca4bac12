//! The plan: where a profile's credentials come from, in the AWS CLI's order.

use super::{ChosenBy, Selection};
use crate::config::Origin;
use crate::config::profile::{Located, Profile};
use crate::config::shared::SharedConfig;
use crate::secret::Secret;

/// Every place that could give credentials, the one that counts first.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The profile the plan is for.
    pub selection: Selection,
    /// In the AWS CLI's order. Empty: there are none.
    pub candidates: Vec<Candidate>,
}

/// One place that could give credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// How.
    pub method: Method,
    /// Where that was said.
    pub source: Source,
    /// The keys themselves, for the methods that hold them.
    pub keys: Option<Keys>,
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
}

/// Keys that are written down, not asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// The access key id.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: Secret,
    /// The session token of temporary keys.
    pub session_token: Option<Secret>,
    /// `AWS_CREDENTIAL_EXPIRATION`, as it stands there.
    pub expiration: Option<String>,
    /// The account, where it is told.
    pub account_id: Option<String>,
}

/// Why there is no plan. Texts as in the AWS CLI.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The profile was chosen and neither file has it.
    #[error("The config profile ({0}) could not be found")]
    NoProfile(String),
    /// An access key id without its secret.
    #[error("Partial credentials found in {}, missing: {missing}", method.name())]
    Partial {
        /// Where the id is.
        method: Method,
        /// What is missing.
        missing: &'static str,
        /// Where the id was written.
        written: Source,
    },
}

/// Makes the plan for `selection` from the parsed files and the environment.
///
/// The order, as in the AWS CLI: 1 environment keys, unless the profile was chosen by `--profile`;
/// 2 `role_arn`; 3 web identity, the environment's too; 4 Identity Center; 5 keys in the
/// credentials file; 6 console login; 7 `credential_process`; 8 keys in the config file;
/// 9 container.
///
/// # Errors
/// The profile is missing though it was chosen, or an access key id has no secret.
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
    let mut found = Found::default();

    if !by_flag {
        found.keys(Method::Environment, environment_keys(&variable))?;
    }
    let token_file = profile.web_identity_token_file();
    if token_file.is_none() {
        found.setting(Method::AssumeRole, "role_arn", profile.role_arn());
    }
    if !by_flag && variable("AWS_WEB_IDENTITY_TOKEN_FILE").is_some() {
        found.variable(Method::WebIdentity, "AWS_WEB_IDENTITY_TOKEN_FILE");
    } else {
        found.setting(Method::WebIdentity, "web_identity_token_file", token_file);
    }
    match profile.sso_role_name() {
        None => found.setting(Method::Sso, "sso_account_id", profile.sso_account_id()),
        role => found.setting(Method::Sso, "sso_role_name", role),
    }
    let account = profile.aws_account_id().map(|account| account.text);
    let in_file = |method, profile| file_keys(method, profile, account);
    found.keys(Method::CredentialsFile, in_file(Method::CredentialsFile, shared.credentials_profile(name)))?;
    found.setting(Method::Login, "login_session", profile.login_session());
    found.setting(Method::Process, "credential_process", profile.credential_process());
    found.keys(Method::ConfigFile, in_file(Method::ConfigFile, shared.config_profile(name)))?;
    let uris = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];
    if let Some(uri) = uris.into_iter().find(|uri| variable(uri).is_some()) {
        found.variable(Method::Container, uri);
    }
    Ok(Plan { selection, candidates: found.candidates })
}

/// The candidates found so far.
#[derive(Default)]
struct Found {
    candidates: Vec<Candidate>,
}

type KeysFound = Result<Option<(Source, Keys)>, PlanError>;

impl Found {
    fn setting(&mut self, method: Method, key: &'static str, setting: Option<Located<'_>>) {
        if let Some(setting) = setting {
            let source = Source::File(key, setting.origin);
            self.candidates.push(Candidate { method, source, keys: None });
        }
    }

    fn variable(&mut self, method: Method, name: &'static str) {
        self.candidates.push(Candidate { method, source: Source::Variable(name), keys: None });
    }

    /// Half a key is an error only where the AWS CLI would come to ask for it.
    fn keys(&mut self, method: Method, found: KeysFound) -> Result<(), PlanError> {
        match found {
            Ok(Some((source, keys))) => self.candidates.push(Candidate { method, source, keys: Some(keys) }),
            Err(error) if self.candidates.is_empty() => return Err(error),
            Ok(None) | Err(_) => {}
        }
        Ok(())
    }
}

fn environment_keys(variable: &impl Fn(&str) -> Option<String>) -> KeysFound {
    let source = Source::Variable("AWS_ACCESS_KEY_ID");
    let Some(access_key_id) = variable("AWS_ACCESS_KEY_ID") else { return Ok(None) };
    let Some(secret) = variable("AWS_SECRET_ACCESS_KEY") else {
        let (method, missing) = (Method::Environment, "AWS_SECRET_ACCESS_KEY");
        return Err(PlanError::Partial { method, missing, written: source });
    };
    let keys = Keys {
        access_key_id,
        secret_access_key: Secret::new(secret),
        session_token: variable("AWS_SECURITY_TOKEN").or_else(|| variable("AWS_SESSION_TOKEN")).map(Secret::new),
        expiration: variable("AWS_CREDENTIAL_EXPIRATION"),
        account_id: variable("AWS_ACCOUNT_ID"),
    };
    Ok(Some((source, keys)))
}

/// The keys that one file alone gives: id and secret must stand in the same file.
fn file_keys(method: Method, profile: Option<Profile<'_>>, account: Option<&str>) -> KeysFound {
    let Some(profile) = profile else { return Ok(None) };
    let Some(id) = profile.aws_access_key_id() else { return Ok(None) };
    let source = Source::File("aws_access_key_id", id.origin);
    let Some(secret) = profile.aws_secret_access_key() else {
        return Err(PlanError::Partial { method, missing: "aws_secret_access_key", written: source });
    };
    let keys = Keys {
        access_key_id: id.text.to_owned(),
        secret_access_key: Secret::new(secret.text),
        session_token: profile.session_token().map(|token| Secret::new(token.text)),
        expiration: None,
        account_id: account.map(str::to_owned),
    };
    Ok(Some((source, keys)))
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
        let variable = |name: &str| case.env.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        let selection = Selection::new(case.flag, variable);
        let shared = SharedConfig::parse(case.config, case.credentials);
        match plan(&shared, selection, variable) {
            Ok(plan) => plan.candidates.iter().map(|c| c.method.name()).collect::<Vec<_>>().join(" "),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_order_is_the_aws_clis() {
        let all = format!("[default]\nrole_arn=r\nsso_role_name=r\nlogin_session=l\ncredential_process=p\n{STATIC}");
        let credentials = format!("[default]\n{STATIC}");
        for case in [
            NOTHING,
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
                env: &[("AWS_WEB_IDENTITY_TOKEN_FILE", "f")],
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
                config: "[default]\nrole_arn=r\n",
                credentials: "[default]\naws_access_key_id=C\n",
                expected: "assume-role",
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
        let keys = plan.candidates[0].keys.as_ref().unwrap();
        assert_eq!(keys.session_token.as_ref().unwrap().expose(), "u");
        assert_eq!(region(&shared, &selection, |_| None).unwrap().0, "a");
        let env = |name: &str| (name == "AWS_DEFAULT_REGION").then(|| "b".to_owned());
        assert_eq!(region(&shared, &selection, env).unwrap(), ("b".into(), Source::Variable("AWS_DEFAULT_REGION")));
    }
}
