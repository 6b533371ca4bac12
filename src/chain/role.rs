//! Roles: from `role_arn` back through `source_profile` and `credential_source` to the credentials
//! that start the chain (AWS CLI, botocore's rules).

use super::keys::environment_keys;
use super::plan::{Action, CONTAINER_VARIABLES, Step, metadata_disabled, source_step};
use super::{Method, PlanError, Source};
use crate::config::profile::{Located, Profile};
use crate::config::shared::SharedConfig;

/// A role and how to assume it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleStep {
    /// `role_arn`
    pub role_arn: String,
    /// `role_session_name`; otherwise one is made up.
    pub role_session_name: Option<String>,
    /// `external_id`
    pub external_id: Option<String>,
    /// `mfa_serial`: a code is asked for, unless the session that assumes the role was made with that device.
    pub mfa_serial: Option<String>,
    /// `duration_seconds`, unless it is no whole number.
    pub duration_seconds: Option<i64>,
    /// What assumes it.
    pub with: Step,
}

impl RoleStep {
    /// The device whose code is needed to assume the role.
    pub fn device_asked(&self) -> Option<&str> {
        let serial = self.mfa_serial.as_deref()?;
        match &self.with.action {
            Action::MfaSession(session) if session.mfa_serial == serial => None,
            _ => Some(serial),
        }
    }
}

/// The chain that starts at the role of the profile `name`.
pub(super) fn plan(
    shared: &SharedConfig<'_>,
    name: &str,
    profile: &Profile<'_>,
    variable: &impl Fn(&str) -> Option<String>,
) -> Result<RoleStep, PlanError> {
    Chain { shared, variable, visited: vec![name.to_owned()] }.role(name, profile)
}

struct Chain<'a, V> {
    shared: &'a SharedConfig<'a>,
    variable: &'a V,
    /// The profiles on the way, the selected one first.
    visited: Vec<String>,
}

impl<V: Fn(&str) -> Option<String>> Chain<'_, V> {
    fn role(&mut self, name: &str, profile: &Profile<'_>) -> Result<RoleStep, PlanError> {
        let owned = |setting: Option<Located<'_>>| setting.map(|setting| setting.text.to_owned());
        let with = match (profile.source_profile(), profile.credential_source()) {
            (Some(_), Some(source)) => {
                let written = Source::File("credential_source", source.origin);
                return Err(PlanError::BothSources { profile: name.to_owned(), written });
            }
            (None, None) => {
                let written = profile.role_arn().map_or(Source::Default, |role| Source::File("role_arn", role.origin));
                let (method, missing) = (Method::AssumeRole, "source_profile or credential_source");
                return Err(PlanError::Partial { method, missing, written });
            }
            (None, Some(source)) => self.credential_source(name, source)?,
            (Some(source), None) => self.source_profile(name, source)?,
        };
        Ok(RoleStep {
            role_arn: owned(profile.role_arn()).unwrap_or_default(),
            // An empty name is none: one is made up (botocore).
            role_session_name: owned(profile.role_session_name()).filter(|name| !name.is_empty()),
            external_id: owned(profile.external_id()),
            mfa_serial: owned(profile.mfa_serial()),
            duration_seconds: profile.duration_seconds().and_then(|seconds| python_int(seconds.text)),
            with,
        })
    }

    fn source_profile(&mut self, parent: &str, source: Located<'_>) -> Result<Step, PlanError> {
        let name = source.text.to_owned();
        let written = Source::File("source_profile", source.origin);
        let Some(profile) = self.shared.profile(&name) else {
            return Err(PlanError::NoSourceProfile { source_profile: name, profile: parent.to_owned(), written });
        };
        let has_keys = profile.get("aws_access_key_id").is_some() || profile.get("aws_secret_access_key").is_some();
        // A profile may name itself when it has keys: then these assume its role.
        if self.visited.contains(&name) && (name != parent || !has_keys) {
            return Err(PlanError::Loop { source_profile: name, visited: self.visited.clone(), written });
        }
        self.visited.push(name.clone());
        // Keys in a profile on the way end the chain, whatever role it has.
        if has_keys || !has_role(&profile) {
            let step = source_step(self.shared, &name, &profile)?;
            return step.ok_or(PlanError::EmptySource { source_profile: name, written });
        }
        let source = profile.role_arn().map_or(written, |role| Source::File("role_arn", role.origin));
        let action = Action::AssumeRole(Box::new(self.role(&name, &profile)?));
        Ok(Step { profile: name, method: Method::AssumeRole, source, action })
    }

    fn credential_source(&self, profile: &str, source: Located<'_>) -> Result<Step, PlanError> {
        let written = Source::File("credential_source", source.origin);
        let profile = profile.to_owned();
        let none = |written| PlanError::NoCredentialsInSource {
            name: source.text.to_owned(),
            profile: profile.clone(),
            written,
        };
        let (method, source, action) = match source.text {
            // The environment is asked even when `--profile` chose the profile.
            "Environment" => match environment_keys(self.variable)? {
                Some((source, keys)) => (Method::Environment, source, Action::Keys(keys)),
                None => return Err(none(written)),
            },
            "EcsContainer" => match CONTAINER_VARIABLES.into_iter().find(|name| (self.variable)(name).is_some()) {
                Some(name) => (Method::Container, Source::Variable(name), Action::Container),
                None => return Err(none(written)),
            },
            "Ec2InstanceMetadata" if metadata_disabled(self.variable) => return Err(none(written)),
            "Ec2InstanceMetadata" => (Method::InstanceMetadata, written, Action::InstanceMetadata),
            name => {
                return Err(PlanError::UnknownCredentialSource { name: name.to_owned(), profile, written });
            }
        };
        Ok(Step { profile, method, source, action })
    }
}

fn has_role(profile: &Profile<'_>) -> bool {
    profile.get("role_arn").is_some() && profile.get("web_identity_token_file").is_none()
}

/// A whole number as Python's `int` reads it; the AWS CLI ignores any other text.
fn python_int(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let wrong_places = digits.starts_with('_') || digits.ends_with('_') || digits.contains("__");
    if wrong_places || !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    digits.replace('_', "").parse::<i64>().ok().map(|number| sign * number)
}

#[cfg(test)]
mod tests {
    use super::super::{Plan, Selection, plan};
    use super::*;

    const KEYS: &str = "aws_access_key_id=K\naws_secret_access_key=s\n";

    fn planned(config: &str, env: &[(&str, &str)]) -> Result<Plan, PlanError> {
        let variable = |name: &str| env.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        plan(&SharedConfig::parse(config, ""), Selection::new(Some("p"), variable), variable)
    }

    /// The chain as `role@profile < role@profile < method@profile`.
    fn chain(config: &str, env: &[(&str, &str)]) -> String {
        fn show(step: &Step) -> String {
            match &step.action {
                Action::AssumeRole(role) => format!("{}@{} < {}", role.role_arn, step.profile, show(&role.with)),
                _ => format!("{}@{}", step.method.name(), step.profile),
            }
        }
        match planned(config, env) {
            Ok(plan) => plan.used.as_ref().map(show).unwrap_or_default(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn chains_are_the_aws_clis() {
        let both = "The profile \"p\" contains both source_profile and credential_source.";
        let env: &[(&str, &str)] = &[("AWS_ACCESS_KEY_ID", "E"), ("AWS_SECRET_ACCESS_KEY", "s")];
        let role = "[profile p]\nrole_arn=R\n";
        for (rest, env, expected) in [
            ("source_profile=q\n[profile q]\nKEYS", &[][..], "R@p < config-file@q"),
            (
                "source_profile=q\n[profile q]\nrole_arn=S\nsource_profile=r\n[profile r]\nKEYS",
                &[],
                "R@p < S@q < config-file@r",
            ),
            // Keys in the middle end the chain.
            (
                "source_profile=q\n[profile q]\nrole_arn=S\nsource_profile=r\nKEYS[profile r]\nKEYS",
                &[],
                "R@p < config-file@q",
            ),
            ("source_profile=q\n[profile q]\ncredential_process=c\n", &[], "R@p < custom-process@q"),
            (
                "source_profile=q\n[profile q]\nrole_arn=S\nweb_identity_token_file=f\n",
                &[],
                "R@p < assume-role-with-web-identity@q",
            ),
            // Itself, with keys.
            ("source_profile=p\nKEYS", &[], "R@p < config-file@p"),
            ("credential_source=Environment\n", env, "R@p < env@p"),
            (
                "credential_source=EcsContainer\n",
                &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "u")],
                "R@p < container-role@p",
            ),
            ("credential_source=Ec2InstanceMetadata\n", &[], "R@p < iam-role@p"),
            ("source_profile=q\ncredential_source=Environment\n[profile q]\nKEYS", env, both),
            ("", &[], "Partial credentials found in assume-role, missing: source_profile or credential_source"),
            ("source_profile=q\n", &[], "The source_profile \"q\" referenced in the profile \"p\" does not exist."),
            (
                "source_profile=p\n",
                &[],
                "Infinite loop in credential configuration detected. Attempting to load from profile p which has already been visited. Visited profiles: ['p']",
            ),
            (
                "source_profile=q\n[profile q]\nrole_arn=S\nsource_profile=p\n",
                &[],
                "Infinite loop in credential configuration detected. Attempting to load from profile p which has already been visited. Visited profiles: ['p', 'q']",
            ),
            ("source_profile=q\n[profile q]\nregion=x\n", &[], "The source profile \"q\" must have credentials."),
            (
                "credential_source=environment\n",
                env,
                "The credential source \"environment\" referenced in profile \"p\" is not valid.",
            ),
            (
                "credential_source=Environment\n",
                &[],
                "Error when retrieving credentials from Environment: No credentials found in credential_source referenced in profile p",
            ),
            (
                "source_profile=q\n[profile q]\naws_secret_access_key=s\n",
                &[],
                "The source profile \"q\" must have credentials.",
            ),
            (
                "source_profile=q\n[profile q]\naws_access_key_id=s\n",
                &[],
                "Partial credentials found in config-file, missing: aws_secret_access_key",
            ),
        ] {
            let config = format!("{role}{}", rest.replace("KEYS", KEYS));
            assert_eq!(chain(&config, env), expected, "{config}");
        }
    }

    #[test]
    fn an_error_knows_its_line() {
        let error = planned("[profile p]\nrole_arn=R\nsource_profile=q\n", &[]).unwrap_err();
        assert!(matches!(error.written(), Some(Source::File("source_profile", origin)) if origin.line == 3));
    }

    #[test]
    fn whole_numbers_are_pythons() {
        for (text, number) in [
            ("3600", Some(3600)),
            (" 900 ", Some(900)),
            ("1_000", Some(1000)),
            ("-1", Some(-1)),
            ("+1", Some(1)),
            ("1h", None),
            ("", None),
            ("1__0", None),
            ("3600.0", None),
        ] {
            assert_eq!(python_int(text), number, "{text:?}");
        }
    }
}
