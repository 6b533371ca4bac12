//! The plan: where a profile's credentials come from, in the AWS CLI's order.

use super::{ChosenBy, Selection};
use crate::config::Origin;
use crate::config::shared::{Settings, SharedConfig};
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
    let set = |name| variable(name).is_some();

    let mut candidates = Vec::new();
    let mut add = |method, source, keys| candidates.push(Candidate { method, source, keys });
    let in_profile = |keys: &[&'static str]| {
        keys.iter().find_map(|key| profile.get(key).map(|setting| Source::File(key, setting.origin)))
    };

    if !by_flag && let Some(keys) = environment_keys(&variable)? {
        add(Method::Environment, Source::Variable("AWS_ACCESS_KEY_ID"), Some(keys));
    }
    let token_file = in_profile(&["web_identity_token_file"]);
    if token_file.is_none()
        && let Some(source) = in_profile(&["role_arn"])
    {
        add(Method::AssumeRole, source, None);
    }
    if !by_flag && set("AWS_WEB_IDENTITY_TOKEN_FILE") {
        add(Method::WebIdentity, Source::Variable("AWS_WEB_IDENTITY_TOKEN_FILE"), None);
    } else if let Some(source) = token_file {
        add(Method::WebIdentity, source, None);
    }
    if let Some(source) = in_profile(&["sso_role_name", "sso_account_id"]) {
        add(Method::Sso, source, None);
    }
    let account = profile.text("aws_account_id");
    if let Some((source, keys)) = file_keys(Method::CredentialsFile, shared.credentials_profile(name), account)? {
        add(Method::CredentialsFile, source, Some(keys));
    }
    if let Some(source) = in_profile(&["login_session"]) {
        add(Method::Login, source, None);
    }
    if let Some(source) = in_profile(&["credential_process"]) {
        add(Method::Process, source, None);
    }
    if let Some((source, keys)) = file_keys(Method::ConfigFile, shared.config_profile(name), account)? {
        add(Method::ConfigFile, source, Some(keys));
    }
    for uri in ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
        if set(uri) {
            add(Method::Container, Source::Variable(uri), None);
            break;
        }
    }
    Ok(Plan { selection, candidates })
}

fn environment_keys(variable: &impl Fn(&str) -> Option<String>) -> Result<Option<Keys>, PlanError> {
    let Some(access_key_id) = variable("AWS_ACCESS_KEY_ID") else { return Ok(None) };
    let Some(secret) = variable("AWS_SECRET_ACCESS_KEY") else {
        return Err(PlanError::Partial {
            method: Method::Environment,
            missing: "AWS_SECRET_ACCESS_KEY",
            written: Source::Variable("AWS_ACCESS_KEY_ID"),
        });
    };
    Ok(Some(Keys {
        access_key_id,
        secret_access_key: Secret::new(secret),
        session_token: variable("AWS_SECURITY_TOKEN").or_else(|| variable("AWS_SESSION_TOKEN")).map(Secret::new),
        expiration: variable("AWS_CREDENTIAL_EXPIRATION"),
        account_id: variable("AWS_ACCOUNT_ID"),
    }))
}

/// The keys that one file alone gives: id and secret must stand in the same file.
fn file_keys(
    method: Method,
    profile: Option<Settings<'_>>,
    account: Option<&str>,
) -> Result<Option<(Source, Keys)>, PlanError> {
    let Some(profile) = profile else { return Ok(None) };
    let Some(id) = profile.get("aws_access_key_id") else { return Ok(None) };
    let source = Source::File("aws_access_key_id", id.origin);
    let Some(secret) = profile.text("aws_secret_access_key") else {
        return Err(PlanError::Partial { method, missing: "aws_secret_access_key", written: source });
    };
    let token = ["aws_security_token", "aws_session_token"].iter().find_map(|key| profile.text(key));
    let keys = Keys {
        access_key_id: id.value.text().unwrap_or_default().to_owned(),
        secret_access_key: Secret::new(secret),
        session_token: token.map(Secret::new),
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
        let setting = profile.get("region")?;
        Some((setting.value.text()?.to_owned(), Source::File("region", setting.origin)))
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
