//! `keyfob mfa resync`: the clock of a device set right, by two codes.

use clap::Args;

use super::caller::{Asker, UserArgs};
use super::chosen::{self, Fit};
use super::two_codes::{CodeArgs, TwoQuestions};
use crate::cli::Run;
use crate::commands::{CommandError, Context};

/// Set the clock of an MFA device right, when AWS does not take its codes any more
///
/// Asks for two codes that follow one another; without a terminal they are read from standard input, one a line.
#[derive(Debug, Args)]
pub struct ResyncArgs {
    #[command(flatten)]
    user: UserArgs,
    /// The device [otherwise: the only one; a question]
    #[arg(long, value_name = "SERIAL")]
    serial_number: Option<String>,
    #[command(flatten)]
    codes: CodeArgs,
}

impl Run for ResyncArgs {
    const NAME: &'static str = "resync";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        self.codes.may_ask(context, "--code1 and --code2")?;
        let asker = Asker::with_keys(context, &files, &shared)?;
        let owner = asker.owner(self.user.user_name.as_deref())?;
        let serial = chosen::device(&asker, &owner, self.serial_number.as_deref(), Fit::Codes)?;
        let deferred = context.world.terminal.defer();
        let before = format!("Two codes of {serial}, one after the other.\n");
        let questions =
            TwoQuestions { asker: &asker, given: &self.codes, deferred: &deferred, before: &before, secret: None };
        questions
            .until_taken(&|codes| asker.ask(|iam| iam.resync_mfa_device(owner.user.as_deref(), &serial, codes)))?;
        context.ui.answer(&format!("{serial} of {} is in step again\n", owner.shown()))
    }
}
