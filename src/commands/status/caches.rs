//! The cache folders, read and nothing else: no lock is taken, no file is touched.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::chain::{Action, Method, Step, cache_name};
use crate::commands::Context;
use crate::config::sso::SessionKey;
use crate::credentials::stored::read_role_entry;
use crate::credentials::{Credentials, read_process_entry};
use crate::tokens::mfa_login::{self, MfaLogin};
use crate::tokens::{LoginToken, SsoToken, sso_token};
use crate::world::paths;

/// A cache folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Folder {
    /// `~/.aws/sso/cache`
    Tokens,
    /// `~/.aws/cli/cache`
    Roles,
    /// `~/.aws/keyfob/process`
    Answers,
    /// `~/.aws/login/cache`
    Logins,
    /// `~/.aws/keyfob/mfa`
    MfaSessions,
}

impl Folder {
    /// How many hexadecimal digits the names have: SHA-1's, or SHA-256's.
    fn digits(self) -> usize {
        if self == Self::Logins { 64 } else { 40 }
    }
}

/// What is stored on this machine.
pub(super) struct Caches<'a> {
    context: &'a Context,
    /// The time of this run.
    pub(super) now: Timestamp,
}

impl<'a> Caches<'a> {
    pub(super) fn new(context: &'a Context) -> Self {
        Self { context, now: context.world.clock.now() }
    }

    /// The names in `folder` that a cache file can have. A folder that cannot be listed costs its
    /// part of the answer.
    pub(super) fn names(&self, folder: Folder) -> Vec<String> {
        let Some(path) = self.path(folder, "") else { return Vec::new() };
        let mut names = self.context.world.files.list(&path).unwrap_or_else(|error| {
            self.context.ui.warn(&error.to_string());
            Vec::new()
        });
        let all = names.len();
        names.retain(|name| is_cache_file(name, folder.digits()));
        self.context.ui.debug(|| format!("{}: {} of {all} names are a cache file's", path.display(), names.len()));
        names
    }

    /// What is in a file; what cannot be read counts as absent.
    pub(super) fn read(&self, folder: Folder, name: &str) -> Option<Vec<u8>> {
        self.context.world.files.read(&self.path(folder, name)?).ok().flatten()
    }

    /// The token that is stored under `key`, whatever it is worth.
    pub(super) fn token(&self, key: &SessionKey) -> Option<SsoToken> {
        let token = SsoToken::read(&self.read(Folder::Tokens, &sso_token::file_name(key))?)?;
        Some(if key.session().is_some() { token } else { for_good(token) })
    }

    /// The session of a console login in the file `name`.
    pub(super) fn login(&self, name: &str) -> Option<LoginToken> {
        LoginToken::read(&self.read(Folder::Logins, name)?).ok()
    }

    /// What is known of a session with MFA whose keys are in the credentials file.
    pub(super) fn mfa_login(&self, access_key_id: &str) -> Option<MfaLogin> {
        MfaLogin::read(&self.read(Folder::MfaSessions, &mfa_login::file_name(access_key_id))?)
    }

    /// The credentials that are kept for `step`. `first`: they are not the source of others.
    pub(super) fn kept(&self, step: &Step, first: bool) -> Option<Credentials> {
        let (folder, name) = place(step, first)?;
        read(folder, &self.read(folder, &name)?, step.method)
    }

    fn path(&self, folder: Folder, name: &str) -> Option<PathBuf> {
        let env = &self.context.world.env;
        match folder {
            Folder::Tokens => Some(paths::sso_cache(env)?.join(name)),
            Folder::Roles => paths::cli_cache(env, name),
            Folder::Answers => paths::process_cache(env, name),
            Folder::MfaSessions => paths::mfa_cache(env, name),
            Folder::Logins => Some(paths::login_cache(env)?.join(name)),
        }
    }
}

/// `token` of a sign-in without an sso-session: renewed by nobody (botocore, the SDKs).
pub(super) fn for_good(token: SsoToken) -> SsoToken {
    token.of_start_url()
}

/// The credentials in a file of `folder`. `None`: there are none in it, or broken ones.
pub(super) fn read(folder: Folder, bytes: &[u8], method: Method) -> Option<Credentials> {
    match folder {
        Folder::Tokens | Folder::Logins => None,
        Folder::Roles => read_role_entry(bytes, method),
        Folder::Answers | Folder::MfaSessions => read_process_entry(bytes),
    }
}

/// Where the credentials of `step` are kept. Those of a web identity or of Identity Center are not
/// when they are the source of others (AWS CLI).
pub(super) fn place(step: &Step, first: bool) -> Option<(Folder, String)> {
    match &step.action {
        Action::MfaSession(session) => Some((Folder::MfaSessions, cache_name::mfa_session(session))),
        Action::AssumeRole(role) => Some((Folder::Roles, cache_name::role(role))),
        Action::WebIdentity(identity) if first => Some((Folder::Roles, cache_name::web_identity(identity))),
        Action::Sso(sso) if first => Some((Folder::Roles, cache_name::sso(sso))),
        Action::Process(process) => {
            Some((Folder::Answers, cache_name::process(&step.profile, process.command.expose())))
        }
        _ => None,
    }
}

/// So many hexadecimal digits and `.json`: the folders hold the files of other tools too.
fn is_cache_file(name: &str, digits: usize) -> bool {
    let hexadecimal = |stem: &str| stem.len() == digits && stem.bytes().all(|byte| byte.is_ascii_hexdigit());
    name.strip_suffix(".json").is_some_and(hexadecimal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_other_tools_are_passed_over() {
        for (name, is) in [
            ("ee0bfd2552fbd840c02cc48b6e823320543c450f.json", true),
            ("ee0bfd2552fbd840c02cc48b6e823320543c450.json", false),
            ("ee0bfd2552fbd840c02cc48b6e823320543c450g.json", false),
            ("ee0bfd2552fbd840c02cc48b6e823320543c450f", false),
            (".ee0bfd2552fbd840c02cc48b6e823320543c450f.json", false),
            ("session.db", false),
            ("botocore-client-id-eu-west-1.json", false),
            ("6eeec053fe13079aaf7fd81065ec5ecbdb93674f20700e51842d0c769b240c8a.json", false),
        ] {
            assert_eq!(is_cache_file(name, Folder::Tokens.digits()), is, "{name}");
        }
        let login = "6eeec053fe13079aaf7fd81065ec5ecbdb93674f20700e51842d0c769b240c8a.json";
        assert!(is_cache_file(login, Folder::Logins.digits()));
    }
}
