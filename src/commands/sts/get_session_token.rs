//! `keyfob sts get-session-token`: a session of the user whose long-term key it is, with MFA or without.

use clap::Args;
use serde_json::Value;

use super::operation::{self, Operation};
use super::parts::{self, Answer, MfaArgs, Times};
use super::values::{Given, Limits};
use crate::aws::sts::{SessionCredentials, SessionToken};
use crate::cli::Run;
use crate::commands::refusal::Request;
use crate::commands::{CommandError, Context};

/// Print temporary credentials of the user whose access key it is, with an MFA code or without
///
/// Only long-term keys may ask. Nothing is kept: keyfob configure mfa-login does that.
#[derive(Debug, Args)]
pub struct GetSessionTokenArgs {
    /// How long the credentials are valid, in seconds: 900 up to 129600 (3600 for the root user)
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub duration_seconds: Option<i32>,
    #[command(flatten)]
    pub(super) mfa: MfaArgs,
}

impl Run for GetSessionTokenArgs {
    const NAME: &'static str = "get-session-token";
    const MIRRORED: bool = true;

    fn run(self, context: &Context) -> Result<(), CommandError> {
        operation::signed(context, &self, |sts, keys, asked| sts.get_session_token(keys, asked))
    }
}

impl Operation for GetSessionTokenArgs {
    const NAME: &'static str = "GetSessionToken";
    const LONG_TERM_KEYS: bool = true;
    type Asked = SessionToken;
    type Answer = SessionCredentials;

    fn asked(&self, given: &Given<'_>, limits: &mut Limits) -> Result<SessionToken, CommandError> {
        limits.range("DurationSeconds", self.duration_seconds, 900);
        let mfa = self.mfa.read(given)?;
        parts::limit_mfa(limits, &mfa);
        Ok(SessionToken {
            duration_seconds: self.duration_seconds,
            serial_number: mfa.serial_number,
            token_code: mfa.token_code,
        })
    }

    fn about(asked: &SessionToken) -> Request<'_> {
        Request { mfa: asked.token_code.is_some(), ..Request::default() }
    }

    fn written(answer: &SessionCredentials, times: Times) -> Value {
        Answer::default().with("Credentials", parts::credentials(answer, times)).done()
    }
}
