//! What a sign-in to IAM Identity Center needs to know: an `[sso-session]` section, or the keys of a
//! profile in the legacy form.

use super::shared::{Settings, SharedConfig};

/// The settings of one sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SsoSettings {
    /// What names its token.
    pub key: SessionKey,
    /// `sso_start_url`, as written.
    pub start_url: String,
    /// `sso_region`
    pub region: String,
    /// `sso_registration_scopes`; `None`: not written.
    pub scopes: Option<Vec<String>>,
}

/// What a token is kept under: it is shared by all profiles with the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SessionKey {
    /// The name of an sso-session.
    Session(String),
    /// The start URL of a profile without one, as written.
    StartUrl(String),
}

impl SessionKey {
    /// The text that the AWS CLI makes the token's file name of.
    pub fn text(&self) -> &str {
        match self {
            Self::Session(text) | Self::StartUrl(text) => text,
        }
    }

    /// The sso-session's name, where there is one.
    pub fn session(&self) -> Option<&str> {
        match self {
            Self::Session(name) => Some(name),
            Self::StartUrl(_) => None,
        }
    }
}

/// What is wrong with the settings of a sign-in. Texts as in the AWS CLI.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SsoSettingsError {
    /// `sso_session` names a section that is not there.
    #[error("The specified sso-session does not exist: \"{0}\"")]
    NoSession(String),
    /// A key stands in the profile and in its sso-session, with two values.
    #[error("The value for {key} is inconsistent between profile ({profile}) and sso-session ({session}).")]
    Inconsistent {
        /// The key.
        key: String,
        /// The profile's value.
        profile: String,
        /// The session's value.
        session: String,
    },
    /// Keys that credentials of a profile need.
    #[error("The profile \"{profile}\" is configured to use SSO but is missing required configuration: {}", missing.join(", "))]
    Missing {
        /// The profile.
        profile: String,
        /// The keys.
        missing: Vec<&'static str>,
    },
    /// The sso-session is a header without keys.
    #[error(
        "The profile \"{profile}\" is configured to use the SSO token provider but the \"{session}\" sso_session configuration does not exist."
    )]
    EmptySession {
        /// The profile.
        profile: String,
        /// The session's name.
        session: String,
    },
    /// Keys that the sso-session itself must have, whatever the profile says.
    #[error(
        "The profile \"{profile}\" is configured to use the SSO token provider but is missing the following configuration: [{}].",
        missing.iter().map(|key| format!("'{key}'")).collect::<Vec<_>>().join(", ")
    )]
    MissingInSession {
        /// The profile.
        profile: String,
        /// The keys.
        missing: Vec<&'static str>,
    },
    /// Keys that a sign-in needs.
    #[error("Missing the following required SSO configuration values: {}.", missing.join(", "))]
    MissingForLogin {
        /// The keys.
        missing: Vec<&'static str>,
    },
}

/// The settings of a role in Identity Center.
pub type SsoRole = (SsoSettings, String, String);

/// What the credentials of `profile` by Identity Center need: the sign-in, `sso_account_id` and
/// `sso_role_name`. The profile's keys and its sso-session's are taken together.
///
/// # Errors
/// See [`SsoSettingsError`]; the AWS CLI's rules (botocore's `SSOProvider`).
pub fn role(shared: &SharedConfig<'_>, profile: &str) -> Result<SsoRole, SsoSettingsError> {
    let settings = shared.profile(profile).unwrap_or_default();
    let name = settings.text("sso_session");
    let session = match name {
        None => None,
        Some(name) => Some(shared.sso_session(name).ok_or_else(|| SsoSettingsError::NoSession(name.to_owned()))?),
    };
    for setting in session.iter().flat_map(|session| session.iter()) {
        let (Some(ours), Some(theirs)) = (settings.text(&setting.key), setting.value.text()) else { continue };
        if ours != theirs {
            return Err(SsoSettingsError::Inconsistent {
                key: setting.key.to_string(),
                profile: ours.to_owned(),
                session: theirs.to_owned(),
            });
        }
    }
    let text = |key: &str| settings.text(key).or_else(|| session.as_ref()?.text(key)).map(str::to_owned);
    let found = ["sso_role_name", "sso_account_id", "sso_start_url", "sso_region"].map(|key| (key, text(key)));
    let missing: Vec<_> = found.iter().filter(|(_, value)| value.is_none()).map(|(key, _)| *key).collect();
    let [Some(role), Some(account), Some(start_url), Some(region)] = found.map(|(_, value)| value) else {
        return Err(SsoSettingsError::Missing { profile: profile.to_owned(), missing });
    };
    if let Some(session) = &session {
        if session.is_empty() {
            let session = name.unwrap_or_default().to_owned();
            return Err(SsoSettingsError::EmptySession { profile: profile.to_owned(), session });
        }
        let lacks = |key: &&str| session.text(key).is_none();
        let missing: Vec<_> = ["sso_start_url", "sso_region"].into_iter().filter(lacks).collect();
        if !missing.is_empty() {
            return Err(SsoSettingsError::MissingInSession { profile: profile.to_owned(), missing });
        }
    }
    let key = match name {
        Some(name) => SessionKey::Session(name.to_owned()),
        None => SessionKey::StartUrl(start_url.clone()),
    };
    let scopes = session.as_ref().and_then(|session| scopes(session));
    Ok((SsoSettings { key, start_url, region, scopes }, account, role))
}

/// What `sso login` needs for `profile`: its sso-session, or the legacy keys in it.
///
/// # Errors
/// See [`SsoSettingsError`].
pub fn login(shared: &SharedConfig<'_>, profile: &str) -> Result<SsoSettings, SsoSettingsError> {
    let settings = shared.profile(profile).unwrap_or_default();
    match settings.text("sso_session").filter(|name| !name.is_empty()) {
        Some(name) => session(shared, name),
        None => required(&settings, |start_url| SessionKey::StartUrl(start_url.to_owned())),
    }
}

/// What `sso login` needs for the sso-session `name`.
///
/// # Errors
/// See [`SsoSettingsError`].
pub fn session(shared: &SharedConfig<'_>, name: &str) -> Result<SsoSettings, SsoSettingsError> {
    let section = shared.sso_session(name).ok_or_else(|| SsoSettingsError::NoSession(name.to_owned()))?;
    let settings = required(&section, |_| SessionKey::Session(name.to_owned()))?;
    Ok(SsoSettings { scopes: scopes(&section), ..settings })
}

fn required(settings: &Settings<'_>, key: impl Fn(&str) -> SessionKey) -> Result<SsoSettings, SsoSettingsError> {
    match (settings.text("sso_start_url"), settings.text("sso_region")) {
        (Some(start_url), Some(region)) => Ok(SsoSettings {
            key: key(start_url),
            start_url: start_url.to_owned(),
            region: region.to_owned(),
            scopes: None,
        }),
        (start_url, region) => {
            let missing = [("sso_start_url", start_url), ("sso_region", region)];
            let missing = missing.iter().filter(|(_, value)| value.is_none()).map(|(key, _)| *key).collect();
            Err(SsoSettingsError::MissingForLogin { missing })
        }
    }
}

fn scopes(session: &super::profile::SsoSession<'_>) -> Option<Vec<String>> {
    Some(session.sso_registration_scopes()?.into_iter().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: &str =
        "[sso-session corp]\nsso_start_url = https://u\nsso_region = r\nsso_registration_scopes = a, b\n";

    fn said<T>(result: Result<T, SsoSettingsError>) -> String {
        result.map_or_else(|error| error.to_string(), |_| "ok".to_owned())
    }

    #[test]
    fn a_role_takes_both_sections_together() {
        let missing = "The profile \"p\" is configured to use SSO but is missing required configuration: ";
        for (profile, expected) in [
            ("sso_session = corp\nsso_account_id = 0\nsso_role_name = R\n", "ok".to_owned()),
            ("sso_start_url = u\nsso_region = r\nsso_account_id = 0\nsso_role_name = R\n", "ok".to_owned()),
            ("sso_session = corp\nsso_region = r\nsso_account_id = 0\nsso_role_name = R\n", "ok".to_owned()),
            (
                "sso_session = corp\nsso_region = q\nsso_account_id = 0\nsso_role_name = R\n",
                "The value for sso_region is inconsistent between profile (q) and sso-session (r).".to_owned(),
            ),
            ("sso_session = corp\nsso_account_id = 0\n", format!("{missing}sso_role_name")),
            ("sso_role_name = R\n", format!("{missing}sso_account_id, sso_start_url, sso_region")),
            (
                "sso_session = none\nsso_role_name = R\n",
                "The specified sso-session does not exist: \"none\"".to_owned(),
            ),
        ] {
            let config = format!("[profile p]\n{profile}{SESSION}");
            assert_eq!(said(role(&SharedConfig::parse(&config, ""), "p")), expected, "{profile}");
        }
    }

    #[test]
    fn a_login_takes_one_section() {
        let missing = "Missing the following required SSO configuration values: ";
        for (profile, expected) in [
            ("sso_session = corp\n", "ok".to_owned()),
            ("sso_start_url = u\nsso_region = r\n", "ok".to_owned()),
            ("sso_region = r\n", format!("{missing}sso_start_url.")),
            ("region = r\n", format!("{missing}sso_start_url, sso_region.")),
            ("sso_session = x\n", "The specified sso-session does not exist: \"x\"".to_owned()),
        ] {
            let config = format!("[profile p]\n{profile}{SESSION}");
            assert_eq!(said(login(&SharedConfig::parse(&config, ""), "p")), expected, "{profile}");
        }
        let found = session(&SharedConfig::parse(SESSION, ""), "corp").unwrap();
        assert_eq!((found.key.session(), found.scopes), (Some("corp"), Some(vec!["a".into(), "b".into()])));
    }
}
