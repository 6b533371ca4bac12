//! `keyfob configure`: the two files, seen and changed.

mod copy;
mod delete;
mod dialogue;
mod export_credentials;
mod get;
mod import;
mod list;
mod list_profiles;
mod mfa_login;
mod rename;
mod section;
mod set;
mod sso;
mod sso_choice;
mod sso_questions;
mod sso_session;
mod unset;
mod validate;

use crate::cli::Verb;

/// `configure` and the commands below it.
pub const VERB: Verb = Verb::group::<dialogue::ConfigureArgs>(&[
    Verb::of::<get::GetArgs>(),
    Verb::of::<set::SetArgs>(),
    Verb::of::<unset::UnsetArgs>(),
    Verb::of::<list::ListArgs>(),
    Verb::of::<sso::ConfigureSsoArgs>(),
    Verb::of::<sso_session::ConfigureSsoSessionArgs>(),
    Verb::of::<mfa_login::MfaLoginArgs>(),
    Verb::of::<list_profiles::ListProfilesArgs>(),
    Verb::of::<import::ImportArgs>(),
    Verb::of::<export_credentials::ExportCredentialsArgs>(),
    Verb::of::<delete::DeleteArgs>(),
    Verb::of::<rename::RenameArgs>(),
    Verb::of::<copy::CopyArgs>(),
    Verb::of::<validate::ValidateArgs>(),
]);
