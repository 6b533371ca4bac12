//! `keyfob sso accounts`: the accounts that a person may enter.

use clap::Args;
use serde_json::{Value, json};

use super::assigned::{Assigned, SessionArgs, columns};
use super::session;
use crate::cli::Run;
use crate::commands::{CommandError, Context};

/// List the accounts that you may enter: id, name and email
///
/// Asks IAM Identity Center with the token of the last sign-in, and never opens a browser.
/// --output text puts tabs between the columns, for scripts.
#[derive(Debug, Args)]
pub struct AccountsArgs {
    #[command(flatten)]
    pub session: SessionArgs,
}

impl Run for AccountsArgs {
    const NAME: &'static str = "accounts";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let sso = session::of_flag_profile_or_only(context, &shared, self.session.sso_session.as_deref())?;
        let accounts = Assigned::through(context, &shared, sso)?.accounts()?;
        if context.globals.output.is_some() || context.globals.query.is_some() {
            let answer = accounts.iter().map(|account| {
                json!({ "AccountId": account.id, "AccountName": account.name, "EmailAddress": account.email })
            });
            return context.answer_structure(Value::Array(answer.collect()), "Accounts");
        }
        let text = |text: &'_ Option<String>| text.clone().unwrap_or_default();
        let rows: Vec<_> =
            accounts.iter().map(|account| [account.id.clone(), text(&account.name), text(&account.email)]).collect();
        let rows: Vec<_> = rows.iter().map(|row| row.each_ref().map(String::as_str)).collect();
        context.ui.answer(&columns(&rows))
    }
}
