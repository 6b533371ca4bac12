//! Where AWS's two files and keyfob's own folder lie.

use std::path::{Path, PathBuf};

use super::env::Env;

/// A file's place: as a person wrote it, and as the system opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// As configured, unexpanded (`~/.aws/config`): what `configure list` shows.
    pub shown: String,
    /// With variables and `~` expanded.
    pub path: PathBuf,
}

/// No home folder is known, so a path that starts with `~` leads nowhere.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("cannot tell where {shown} is: HOME is not set and this user has no home folder")]
pub struct NoHome {
    /// The path as configured.
    pub shown: String,
}

/// The shared config file: `AWS_CONFIG_FILE`, else `~/.aws/config`.
pub fn config_file(env: &Env) -> Result<Place, NoHome> {
    place(env, env.get("AWS_CONFIG_FILE").as_deref().unwrap_or("~/.aws/config"))
}

/// The shared credentials file: `AWS_SHARED_CREDENTIALS_FILE`, else `~/.aws/credentials`.
pub fn credentials_file(env: &Env) -> Result<Place, NoHome> {
    place(env, env.get("AWS_SHARED_CREDENTIALS_FILE").as_deref().unwrap_or("~/.aws/credentials"))
}

/// keyfob's own settings: `~/.aws/keyfob/settings`, or `None` without a home folder.
pub fn settings_file(env: &Env) -> Option<PathBuf> {
    Some(env.home()?.join(".aws/keyfob/settings"))
}

/// The AWS CLI's cache of role credentials: `~/.aws/cli/cache/NAME`, or `None` without a home folder.
pub fn cli_cache(env: &Env, name: &str) -> Option<PathBuf> {
    Some(env.home()?.join(".aws/cli/cache").join(name))
}

/// Where all tools keep tokens and registrations of IAM Identity Center: `~/.aws/sso/cache`.
pub fn sso_cache(env: &Env) -> Option<PathBuf> {
    Some(env.home()?.join(".aws/sso/cache"))
}

/// Where all tools keep the sessions of console logins: `AWS_LOGIN_CACHE_DIRECTORY`, else `~/.aws/login/cache`.
pub fn login_cache(env: &Env) -> Option<PathBuf> {
    match env.get("AWS_LOGIN_CACHE_DIRECTORY") {
        Some(folder) => expand(env, &folder),
        None => Some(env.home()?.join(".aws/login/cache")),
    }
}

/// keyfob's cache of sessions with MFA: `~/.aws/keyfob/mfa/NAME`.
pub fn mfa_cache(env: &Env, name: &str) -> Option<PathBuf> {
    Some(env.home()?.join(".aws/keyfob/mfa").join(name))
}

/// The journals of rotations under way: `~/.aws/keyfob/keys`, or `None` without a home folder.
pub fn rotations(env: &Env) -> Option<PathBuf> {
    Some(env.home()?.join(".aws/keyfob/keys"))
}

/// keyfob's cache of other programs' answers: `~/.aws/keyfob/process/NAME`.
pub fn process_cache(env: &Env, name: &str) -> Option<PathBuf> {
    Some(env.home()?.join(".aws/keyfob/process").join(name))
}

fn place(env: &Env, shown: &str) -> Result<Place, NoHome> {
    let path = expand(env, shown).ok_or_else(|| NoHome { shown: shown.to_owned() })?;
    Ok(Place { shown: shown.to_owned(), path })
}

/// Expands `$NAME` and `${NAME}`, then a leading `~` or `~user`, as Python's `expandvars` and
/// `expanduser` do, which the AWS CLI applies to both paths. Unknown names stay as they are.
pub fn expand(env: &Env, text: &str) -> Option<PathBuf> {
    let text = expand_variables(env, text);
    let Some(rest) = text.strip_prefix('~') else {
        return Some(PathBuf::from(text));
    };
    let (user, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let home = match user {
        "" => env.home()?,
        name => match nix::unistd::User::from_name(name) {
            Ok(Some(user)) => user.dir,
            _ => return Some(PathBuf::from(text)),
        },
    };
    let rest = rest.trim_start_matches('/');
    Some(if rest.is_empty() { home } else { home.join(Path::new(rest)) })
}

fn expand_variables(env: &Env, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let after = &from[1..];
        let (name, length) = match after.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            Some((name, _)) => (name, name.len() + 3),
            None => {
                let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                let end = end.unwrap_or(after.len());
                (&after[..end], end + 1)
            }
        };
        match env.get(name) {
            Some(value) if !name.is_empty() => out.push_str(&value),
            _ => out.push_str(&from[..length]),
        }
        rest = &from[length..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_expand_as_the_aws_cli_expands_them() {
        let env = Env::fixed([("HOME", "/home/me"), ("D", "conf"), ("E_1", "x")]);
        for (text, path) in [
            ("~/.aws/config", "/home/me/.aws/config"),
            ("~", "/home/me"),
            ("/a/$D/b", "/a/conf/b"),
            ("/a/${D}b", "/a/confb"),
            ("$D$E_1", "confx"),
            ("/a/$NOPE/${NOPE}/$", "/a/$NOPE/${NOPE}/$"),
            ("/a/${D", "/a/${D"),
            ("a~b", "a~b"),
            ("~no-such-user-here/x", "~no-such-user-here/x"),
        ] {
            assert_eq!(expand(&env, text), Some(PathBuf::from(path)), "{text}");
        }
    }

    #[test]
    fn console_logins_can_be_kept_elsewhere() {
        for (folder, path) in [("", "/home/me/.aws/login/cache"), ("$HOME/x", "/home/me/x"), ("~/y", "/home/me/y")] {
            let env = Env::fixed([("HOME", "/home/me"), ("AWS_LOGIN_CACHE_DIRECTORY", folder)]);
            assert_eq!(login_cache(&env), Some(PathBuf::from(path)), "{folder}");
        }
        assert_eq!(login_cache(&Env::fixed([])), None);
    }

    #[test]
    fn without_a_home_the_error_names_the_path() {
        let env = Env::fixed([]);
        let error = config_file(&env).unwrap_err();
        assert!(error.to_string().contains("~/.aws/config"));
        let env = Env::fixed([("AWS_CONFIG_FILE", "/etc/aws")]);
        assert_eq!(config_file(&env).unwrap().path, PathBuf::from("/etc/aws"));
    }
}
