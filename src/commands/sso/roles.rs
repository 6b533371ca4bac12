//! `keyfob sso roles`: the roles that a person may use, account by account.

use clap::Args;
use serde_json::{Value, json};

use super::assigned::{Assigned, SessionArgs, columns};
use super::session;
use crate::aws::portal::Account;
use crate::cli::Run;
use crate::commands::{CommandError, Context, ErrorKind};

/// List the roles that you may use: account id, account name and role
///
/// Asks IAM Identity Center with the token of the last sign-in, and never opens a browser.
/// --output text puts tabs between the columns, for scripts.
#[derive(Debug, Args)]
pub struct RolesArgs {
    #[command(flatten)]
    pub session: SessionArgs,
    /// Only the roles in these accounts
    #[arg(long, value_name = "ID", num_args = 1..)]
    pub account_id: Vec<String>,
}

impl Run for RolesArgs {
    const NAME: &'static str = "roles";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let sso = session::of_flag_profile_or_only(context, &shared, self.session.sso_session.as_deref())?;
        let assigned = Assigned::through(context, &shared, sso)?;
        let accounts = self.chosen(assigned.accounts()?)?;
        let entries = assigned.roles(accounts)?;
        let rows = || entries.iter().flat_map(|(account, roles)| roles.iter().map(move |role| (account, role)));
        if context.globals.output.is_some() || context.globals.query.is_some() {
            let answer = rows().map(
                |(account, role)| json!({ "AccountId": account.id, "AccountName": account.name, "RoleName": role }),
            );
            return context.answer_structure(Value::Array(answer.collect()), "Roles");
        }
        let rows = rows().map(|(account, role)| [&*account.id, account.name.as_deref().unwrap_or_default(), role]);
        context.ui.answer(&columns(&rows.collect::<Vec<_>>()))
    }
}

impl RolesArgs {
    fn chosen(&self, mut accounts: Vec<Account>) -> Result<Vec<Account>, CommandError> {
        let wanted = &self.account_id;
        if let Some(id) = wanted.iter().find(|id| accounts.iter().all(|account| account.id != **id)) {
            let message = format!("account {id} is none of those you may enter");
            return Err(CommandError::new(ErrorKind::Configuration, message).hint("keyfob sso accounts lists them"));
        }
        accounts.retain(|account| wanted.is_empty() || wanted.contains(&account.id));
        Ok(accounts)
    }
}
