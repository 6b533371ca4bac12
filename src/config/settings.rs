//! keyfob's own settings, `~/.aws/keyfob/settings`: read by keyfob only, edited by people.
//!
//! Plain INI, read by rust-ini; AWS's files need more than its dialect and have
//! [`super::document`].

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::header::{Named, config_header};

/// What a person set for keyfob itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSettings {
    /// `[default] lock_wait`: how long to wait, in seconds, for another keyfob that is writing the
    /// same file.
    pub lock_wait: Duration,
    /// `[default] process_timeout`: how long a `credential_process` may take, in seconds.
    pub process_timeout: Duration,
    /// How to sign in: `[default]`, and `[sso-session NAME]` over it.
    sign_in: BTreeMap<Option<String>, SignInSettings>,
    /// Sessions with MFA: `[default]`, and `[profile NAME]` over it.
    mfa: BTreeMap<Option<String>, MfaSettings>,
}

/// How long-term keys with an MFA device are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct MfaSettings {
    /// `mfa_session = on`: they make a session with MFA, which is used in their place.
    session: Option<bool>,
    /// `mfa_session_duration`: how long it lasts, in seconds.
    duration_seconds: Option<i32>,
}

/// How a person signs in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SignInSettings {
    /// `flow`: how the token is obtained.
    pub flow: Option<FlowSetting>,
    /// `browser`: the command that opens a page; `%s` stands for its address.
    pub browser: Option<String>,
    /// `callback_port`: the port of this machine that the browser comes back to.
    pub callback_port: Option<u16>,
}

/// What `flow` can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlowSetting {
    /// `authorization-code`
    AuthorizationCode,
    /// `device-code`
    DeviceCode,
}

impl Default for OwnSettings {
    fn default() -> Self {
        Self {
            lock_wait: Duration::from_secs(30),
            process_timeout: Duration::from_secs(60),
            sign_in: BTreeMap::new(),
            mfa: BTreeMap::new(),
        }
    }
}

/// Why the settings could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Not INI.
    #[error("line {0}: {1}")]
    Syntax(usize, String),
    /// A value that the setting cannot have.
    #[error("{0} = {1}: expected a whole number of seconds, 0 to 3600")]
    Seconds(String, String),
    /// A flow that there is not.
    #[error("flow = {0}: expected authorization-code or device-code")]
    Flow(String),
    /// Not a port.
    #[error("callback_port = {0}: expected a port, 1 to 65535")]
    Port(String),
    /// Neither on nor off.
    #[error("mfa_session = {0}: expected on or off")]
    Switch(String),
    /// Not how long a session can last.
    #[error("mfa_session_duration = {0}: expected a whole number of seconds, 1800 to 129600")]
    SessionDuration(String),
    /// A setting that keyfob does not have.
    #[error(
        "[{0}] {1}: keyfob has no such setting; it knows lock_wait and process_timeout in [default], flow, browser and callback_port there and in [sso-session NAME], and mfa_session and mfa_session_duration there and in [profile NAME]"
    )]
    Unknown(String, String),
}

impl OwnSettings {
    /// Reads the text of the settings file.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        // Nothing is escaped: a backslash belongs to the quoting of a name or a command.
        let ini = ini::Ini::load_from_str_noescape(text)
            .map_err(|error| SettingsError::Syntax(error.line + 1, error.msg.to_string()))?;
        let mut settings = Self::default();
        for (section, properties) in &ini {
            let header = section.unwrap_or_default();
            for (key, value) in properties {
                let known = match (header, config_header(header)) {
                    ("default", _) => settings.set_for_all(key, value)?,
                    (_, Named::Profile(name)) => settings.mfa.entry(Some(name.into())).or_default().set(key, value)?,
                    (_, Named::SsoSession(name)) => {
                        settings.sign_in.entry(Some(name.into())).or_default().set(key, value)?
                    }
                    _ => false,
                };
                if !known {
                    return Err(SettingsError::Unknown(header.to_owned(), key.to_owned()));
                }
            }
        }
        Ok(settings)
    }

    /// Whether `key` is a setting of `[default]`, which is for all profiles and sessions.
    fn set_for_all(&mut self, key: &str, value: &str) -> Result<bool, SettingsError> {
        match key {
            "lock_wait" => self.lock_wait = seconds(key, value)?,
            "process_timeout" => self.process_timeout = seconds(key, value)?,
            _ => {
                return Ok(self.sign_in.entry(None).or_default().set(key, value)?
                    || self.mfa.entry(None).or_default().set(key, value)?);
            }
        }
        Ok(true)
    }

    /// How to sign in to the sso-session `name`; `None`: to a start URL without one.
    pub fn sign_in(&self, name: Option<&str>) -> SignInSettings {
        let mut found = self.sign_in.get(&None).cloned().unwrap_or_default();
        if let Some(own) = name.and_then(|name| self.sign_in.get(&Some(name.to_owned()))) {
            found.flow = own.flow.or(found.flow);
            found.browser = own.browser.clone().or(found.browser);
            found.callback_port = own.callback_port.or(found.callback_port);
        }
        found
    }

    /// How long a session with MFA lasts, in seconds, that is used in place of the long-term keys of the profile
    /// `name`. `None`: none is used.
    pub fn mfa_session(&self, name: &str) -> Option<i32> {
        let all = self.mfa.get(&None).copied().unwrap_or_default();
        let own = self.mfa.get(&Some(name.to_owned())).copied().unwrap_or_default();
        let duration = own.duration_seconds.or(all.duration_seconds).unwrap_or(DURATION);
        own.session.or(all.session).unwrap_or(false).then_some(duration)
    }
}

/// How long a session with MFA lasts by default (GetSessionToken): twelve hours.
const DURATION: i32 = 43_200;

/// How long it may last. AWS allows 900 seconds too, but what has less than that left is renewed already.
const DURATIONS: RangeInclusive<i32> = 1800..=129_600;

impl MfaSettings {
    /// Whether `key` is one of these.
    fn set(&mut self, key: &str, value: &str) -> Result<bool, SettingsError> {
        match key {
            "mfa_session" => {
                self.session = Some(match value.trim() {
                    "on" => true,
                    "off" => false,
                    other => return Err(SettingsError::Switch(other.to_owned())),
                });
            }
            "mfa_session_duration" => match value.trim().parse() {
                Ok(seconds) if DURATIONS.contains(&seconds) => self.duration_seconds = Some(seconds),
                _ => return Err(SettingsError::SessionDuration(value.to_owned())),
            },
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl SignInSettings {
    /// Whether `key` is one of these.
    fn set(&mut self, key: &str, value: &str) -> Result<bool, SettingsError> {
        match key {
            "flow" => {
                self.flow = Some(match value.trim() {
                    "authorization-code" => FlowSetting::AuthorizationCode,
                    "device-code" => FlowSetting::DeviceCode,
                    other => return Err(SettingsError::Flow(other.to_owned())),
                });
            }
            "browser" => self.browser = Some(value.to_owned()).filter(|command| !command.trim().is_empty()),
            "callback_port" => match value.trim().parse() {
                Ok(port @ 1..) => self.callback_port = Some(port),
                _ => return Err(SettingsError::Port(value.to_owned())),
            },
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn seconds(key: &str, value: &str) -> Result<Duration, SettingsError> {
    match value.trim().parse() {
        Ok(seconds @ 0..=3600) => Ok(Duration::from_secs(seconds)),
        _ => Err(SettingsError::Seconds(key.to_owned(), value.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_or_the_error_says_why() {
        let lock_wait = |text| OwnSettings::parse(text).map(|settings| settings.lock_wait.as_secs());
        assert_eq!(lock_wait(""), Ok(30));
        assert_eq!(lock_wait("# mine\n[default]\nlock_wait = 5\n"), Ok(5));
        for (text, error) in [
            ("[default]\nlock_wait = soon\n", "lock_wait = soon"),
            ("[default]\nlock_wiat = 5\n", "[default] lock_wiat"),
            ("[sso-session a]\nlock_wait = 5\n", "[sso-session a] lock_wait"),
            ("[sso-session a]\nflow = pkce\n", "expected authorization-code"),
            ("[default]\ncallback_port = 0\n", "callback_port = 0"),
            ("[profile p]\nmfa_session = yes\n", "expected on or off"),
            ("[profile p]\nmfa_session_duration = 5\n", "1800 to 129600"),
            ("[profile p]\nlock_wait = 5\n", "[profile p] lock_wait"),
            ("[profile p]\nflow = device-code\n", "[profile p] flow"),
            ("[profile]\nmfa_session = on\n", "[profile] mfa_session"),
            ("lock_wait = 5\n", "[] lock_wait"),
            ("[default]\nlock_wait\n", "line"),
        ] {
            let said = lock_wait(text).unwrap_err().to_string();
            assert!(said.contains(error), "{said}");
        }
    }

    #[test]
    fn sessions_with_mfa_are_turned_on_by_profile() {
        let text = "[default]\nmfa_session_duration = 3600\n[profile on]\nmfa_session = on\n[profile 'a b']\nmfa_session = on\n\
                    mfa_session_duration = 1800\n";
        let settings = OwnSettings::parse(text).unwrap();
        for (name, session) in [("on", Some(3600)), ("a b", Some(1800)), ("other", None)] {
            assert_eq!(settings.mfa_session(name), session, "{name}");
        }
        for header in [r"profile 'it'\''s'", r#"profile 'it'"'"'s'"#, r#"profile "it's""#, r"profile it\'s"] {
            let settings = OwnSettings::parse(&format!("[{header}]\nmfa_session = on\n")).unwrap();
            assert_eq!(settings.mfa_session("it's"), Some(43_200), "{header}");
        }
        let all = OwnSettings::parse("[default]\nmfa_session = on\n[profile off]\nmfa_session = off\n").unwrap();
        assert_eq!((all.mfa_session("off"), all.mfa_session("other")), (None, Some(43_200)));
    }

    #[test]
    fn a_session_has_its_own_or_the_default() {
        let text = "[default]\nflow = device-code\ncallback_port = 1\n[sso-session corp]\ncallback_port = 8400\nbrowser = ff \\%s\n";
        let settings = OwnSettings::parse(text).unwrap();
        for (name, port, browser) in [(Some("corp"), 8400, Some("ff \\%s")), (Some("other"), 1, None), (None, 1, None)]
        {
            let found = settings.sign_in(name);
            assert_eq!(found.flow, Some(FlowSetting::DeviceCode));
            assert_eq!((found.callback_port, found.browser.as_deref()), (Some(port), browser));
        }
    }
}
