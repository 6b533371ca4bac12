//! keyfob's own settings, `~/.aws/keyfob/settings`: read by keyfob only, edited by people.
//!
//! Plain INI, read by rust-ini; AWS's files need more than its dialect and have
//! [`super::document`].

use std::time::Duration;

/// What a person set for keyfob itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSettings {
    /// `[default] lock_wait`: how long to wait, in seconds, for another keyfob that is writing the
    /// same file.
    pub lock_wait: Duration,
    /// `[default] process_timeout`: how long a `credential_process` may take, in seconds.
    pub process_timeout: Duration,
}

impl Default for OwnSettings {
    fn default() -> Self {
        Self { lock_wait: Duration::from_secs(30), process_timeout: Duration::from_secs(60) }
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
    /// A setting that keyfob does not have.
    #[error("[{0}] {1}: keyfob has no such setting; it knows [default] lock_wait and process_timeout")]
    Unknown(String, String),
}

impl OwnSettings {
    /// Reads the text of the settings file.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let ini = ini::Ini::load_from_str(text)
            .map_err(|error| SettingsError::Syntax(error.line + 1, error.msg.to_string()))?;
        let mut settings = Self::default();
        for (section, properties) in &ini {
            for (key, value) in properties {
                match (section, key) {
                    (Some("default"), "lock_wait") => settings.lock_wait = seconds(key, value)?,
                    (Some("default"), "process_timeout") => settings.process_timeout = seconds(key, value)?,
                    (section, key) => {
                        return Err(SettingsError::Unknown(section.unwrap_or_default().into(), key.into()));
                    }
                }
            }
        }
        Ok(settings)
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
            ("lock_wait = 5\n", "[] lock_wait"),
            ("[default]\nlock_wait\n", "line"),
        ] {
            let said = lock_wait(text).unwrap_err().to_string();
            assert!(said.contains(error), "{said}");
        }
    }
}
