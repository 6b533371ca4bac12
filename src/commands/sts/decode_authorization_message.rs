//! `keyfob sts decode-authorization-message`: what the encoded message of a refusal says.

use clap::Args;
use serde_json::Value;

use super::operation::{self, Operation};
use super::parts::{Answer, Times};
use super::values::{Given, Limits};
use crate::cli::Run;
use crate::commands::refusal::Request;
use crate::commands::{CommandError, Context};

/// Decode the message that AWS adds to some refusals, for those who may (sts:DecodeAuthorizationMessage)
#[derive(Debug, Args)]
pub struct DecodeAuthorizationMessageArgs {
    /// The message that was returned with the refusal
    #[arg(long, value_name = "MESSAGE")]
    pub encoded_message: String,
}

impl Run for DecodeAuthorizationMessageArgs {
    const NAME: &'static str = "decode-authorization-message";
    const MIRRORED: bool = true;

    fn run(self, context: &Context) -> Result<(), CommandError> {
        operation::signed(context, &self, |sts, keys, asked| sts.decode_authorization_message(keys, asked))
    }
}

impl Operation for DecodeAuthorizationMessageArgs {
    const NAME: &'static str = "DecodeAuthorizationMessage";
    type Asked = String;
    type Answer = Option<String>;

    fn asked(&self, given: &Given<'_>, limits: &mut Limits) -> Result<String, CommandError> {
        let message = given.text("--encoded-message", &self.encoded_message)?;
        limits.length("EncodedMessage", Some(&message), 1);
        Ok(message)
    }

    fn about(_: &String) -> Request<'_> {
        Request::default()
    }

    fn written(answer: &Option<String>, _: Times) -> Value {
        Answer::default().with_some("DecodedMessage", answer.as_deref()).done()
    }
}
