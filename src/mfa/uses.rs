//! The profiles that name a device as their `mfa_serial`.

use crate::config::FileKind;
use crate::config::edit::{Change, Edit, Place};
use crate::config::shared::SharedConfig;

/// A line `mfa_serial = SERIAL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// Whose.
    pub profile: String,
    /// In which of the two files.
    pub file: FileKind,
}

/// The lines that name the device `serial`, profile by profile.
pub fn of(shared: &SharedConfig<'_>, serial: &str) -> Vec<Use> {
    let mut uses = Vec::new();
    for profile in shared.profile_names() {
        let in_file = [
            (FileKind::Config, shared.config_profile(&profile)),
            (FileKind::Credentials, shared.credentials_profile(&profile)),
        ];
        for (file, settings) in in_file {
            if settings.is_some_and(|settings| settings.text("mfa_serial") == Some(serial)) {
                uses.push(Use { profile: profile.to_string(), file });
            }
        }
    }
    uses
}

/// The names of the profiles, each once.
pub fn names(uses: &[Use]) -> Vec<String> {
    let mut names: Vec<_> = uses.iter().map(|it| it.profile.clone()).collect();
    names.dedup();
    names
}

/// `mfa_serial = SERIAL` in a profile.
pub fn set(profile: &str, file: FileKind, serial: &str) -> Edit {
    edit(profile, file, Change::Set(serial.to_owned()))
}

/// No such line in `file` any more.
pub fn unset(uses: &[Use], file: FileKind) -> Vec<Edit> {
    uses.iter().filter(|it| it.file == file).map(|it| edit(&it.profile, file, Change::Unset)).collect()
}

fn edit(profile: &str, file: FileKind, change: Change) -> Edit {
    let place = match file {
        FileKind::Config => Place::Profile(profile.to_owned()),
        FileKind::Credentials => Place::Credentials(profile.to_owned()),
    };
    Edit { place, changes: vec![("mfa_serial".to_owned(), change)] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::edit::apply;

    #[test]
    fn lines_are_found_in_both_files_and_removed() {
        let config =
            "[default]\nmfa_serial = S\n[profile a]\nmfa_serial=S # no comment\n[profile b]\nMFA_Serial = S\nx = y\n";
        let credentials = "[a]\nmfa_serial = S\n[c]\nmfa_serial = T\n[default]\nmfa_serial = S\n";
        let uses = of(&SharedConfig::parse(config, credentials), "S");
        let named: Vec<_> = uses.iter().map(|it| (it.profile.as_str(), it.file)).collect();
        let (in_config, in_credentials) = (FileKind::Config, FileKind::Credentials);
        let wanted = [("default", in_config), ("default", in_credentials), ("a", in_credentials), ("b", in_config)];
        assert_eq!(named, wanted);
        assert_eq!(names(&uses), ["default", "a", "b"]);
        let after = apply(config, &unset(&uses, in_config)).unwrap();
        assert_eq!(after, "[default]\n[profile a]\nmfa_serial=S # no comment\n[profile b]\nx = y\n");
        let after = apply(credentials, &unset(&uses, in_credentials)).unwrap();
        assert_eq!(after, "[a]\n[c]\nmfa_serial = T\n[default]\n");
        let set = set("n", in_config, "S");
        assert_eq!(apply("", &[set]).unwrap(), "[profile n]\nmfa_serial = S\n");
    }
}
