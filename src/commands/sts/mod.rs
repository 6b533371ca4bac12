//! `keyfob sts`: the AWS CLI's commands of the Security Token Service.

mod assume_role;
mod assume_role_with_saml;
mod assume_role_with_web_identity;
mod decode_authorization_message;
mod get_caller_identity;
mod get_federation_token;
mod get_session_token;
mod operation;
mod parts;
mod values;

use clap::Args;

use crate::cli::{Run, Verb};
use crate::commands::{CommandError, Context, ErrorKind};

/// Security Token Service: who am I, and temporary credentials
#[derive(Debug, Args)]
#[command(subcommand_required = true)]
pub struct StsArgs {}

impl Run for StsArgs {
    const NAME: &'static str = "sts";
    const MIRRORED: bool = true;

    fn run(self, _: &Context) -> Result<(), CommandError> {
        // Clap asks for one of the commands below before this is reached.
        Err(CommandError::new(ErrorKind::Usage, "sts needs a command").hint("keyfob sts --help lists them"))
    }
}

/// `sts` and the commands below it.
pub const VERB: Verb = Verb::group::<StsArgs>(&[
    Verb::of::<get_caller_identity::GetCallerIdentityArgs>(),
    Verb::of::<assume_role::AssumeRoleArgs>(),
    Verb::of::<assume_role_with_web_identity::AssumeRoleWithWebIdentityArgs>(),
    Verb::of::<assume_role_with_saml::AssumeRoleWithSamlArgs>(),
    Verb::of::<get_session_token::GetSessionTokenArgs>(),
    Verb::of::<get_federation_token::GetFederationTokenArgs>(),
    Verb::of::<decode_authorization_message::DecodeAuthorizationMessageArgs>(),
]);
