//! Profiles, sso-sessions and services with their settings by name: what the rest of the house
//! asks of the two files.

use std::ops::Deref;

use super::Origin;
use super::document::trim;
use super::shared::Settings;

/// A text and where it was written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Located<'a> {
    /// The text. It may be a secret: there is no `Debug`.
    pub text: &'a str,
    /// File and line.
    pub origin: Origin,
}

/// A profile, merged from both files or as one of them has it.
#[derive(Debug, Clone, Default)]
pub struct Profile<'t>(pub(super) Settings<'t>);

/// An `[sso-session NAME]` section.
#[derive(Debug, Clone)]
pub struct SsoSession<'t>(pub(super) Settings<'t>);

/// A `[services NAME]` section.
#[derive(Debug, Clone)]
pub struct Services<'t>(pub(super) Settings<'t>);

/// Writes the accessors of plain text settings: `name` reads the key of the same name.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        $($(#[$doc])* pub fn $name(&self) -> Option<Located<'_>> {
            located(&self.0, stringify!($name))
        })+
    };
}

impl Profile<'_> {
    texts! {
        /// `region = eu-west-1`
        region,
        /// `role_arn = arn:aws:iam::111122223333:role/deploy`: the role to assume.
        role_arn,
        /// `source_profile = base`: whose credentials assume the role.
        source_profile,
        /// `credential_source = Ec2InstanceMetadata`: where these come from instead.
        credential_source,
        /// `external_id = ..`: what the role's trust policy may ask for.
        external_id,
        /// `mfa_serial = arn:aws:iam::111122223333:mfa/me`
        mfa_serial,
        /// `role_session_name = me`
        role_session_name,
        /// `duration_seconds = 3600`, as written.
        duration_seconds,
        /// `web_identity_token_file = /path`
        web_identity_token_file,
        /// `sso_session = corp`
        sso_session,
        /// `sso_account_id = 111122223333`, leading zeros kept.
        sso_account_id,
        /// `sso_role_name = Admin`
        sso_role_name,
        /// `login_session = arn:aws:iam::111122223333:user/me`
        login_session,
        /// `credential_process = command arguments`
        credential_process,
        /// `services = NAME`: the services section that the profile uses.
        services,
        /// `aws_account_id = 111122223333`
        aws_account_id,
        /// `aws_access_key_id`
        aws_access_key_id,
        /// `aws_secret_access_key`
        aws_secret_access_key,
    }

    /// `aws_security_token`, or else `aws_session_token` (the AWS CLI's order).
    pub fn session_token(&self) -> Option<Located<'_>> {
        located(&self.0, "aws_security_token").or_else(|| located(&self.0, "aws_session_token"))
    }
}

impl SsoSession<'_> {
    texts! {
        /// `sso_start_url = https://d-0000000000.awsapps.com/start`
        sso_start_url,
        /// `sso_region = eu-west-1`
        sso_region,
    }

    /// `sso_registration_scopes = a, b`: the scopes, blanks trimmed and empty ones dropped.
    pub fn sso_registration_scopes(&self) -> Option<Vec<&str>> {
        let text = self.0.text("sso_registration_scopes")?;
        Some(text.split(',').map(trim).filter(|scope| !scope.is_empty()).collect())
    }
}

impl Services<'_> {
    /// `endpoint_url` in the block of `service` (`sts`, `sso_oidc`).
    pub fn endpoint_url(&self, service: &str) -> Option<&str> {
        self.0.nested(service, "endpoint_url").map(|nested| nested.value)
    }
}

/// Every setting can be asked for by its key too, as `configure get` does.
macro_rules! settings {
    ($($section:ident),+) => {
        $(impl<'t> Deref for $section<'t> {
            type Target = Settings<'t>;

            fn deref(&self) -> &Settings<'t> {
                &self.0
            }
        }

        impl<'t> From<$section<'t>> for Settings<'t> {
            fn from(section: $section<'t>) -> Self {
                section.0
            }
        })+
    };
}

settings!(Profile, SsoSession, Services);

fn located<'a>(settings: &'a Settings<'_>, key: &str) -> Option<Located<'a>> {
    let setting = settings.get(key)?;
    Some(Located { text: setting.value.text()?, origin: setting.origin })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::FileKind;
    use crate::config::shared::SharedConfig;

    #[test]
    fn settings_are_found_by_name() {
        let config = "[profile p]\nrole_arn = r\nsource_profile = s\nservices = v\nsso_session = c\ns3 =\n  a = b\n\
                      [sso-session c]\nsso_start_url = u\nsso_region = r\nsso_registration_scopes = a, ,b ,\n\
                      [services v]\nsts =\n  endpoint_url = http://e\n";
        let credentials = "[p]\naws_access_key_id = k\naws_session_token = t\naws_security_token = u\n";
        let shared = SharedConfig::parse(config, credentials);
        let profile = shared.profile("p").unwrap();
        let role = profile.role_arn().unwrap();
        assert_eq!((role.text, role.origin), ("r", Origin { file: FileKind::Config, line: 2 }));
        assert_eq!(profile.session_token().unwrap().text, "u");
        assert!(profile.region().is_none());
        let session = shared.sso_session(profile.sso_session().unwrap().text).unwrap();
        assert_eq!(session.sso_registration_scopes().unwrap(), ["a", "b"]);
        assert_eq!(session.sso_region().unwrap().text, "r");
        let services = shared.services(profile.services().unwrap().text).unwrap();
        assert_eq!((services.endpoint_url("sts"), services.endpoint_url("iam")), (Some("http://e"), None));
    }
}
