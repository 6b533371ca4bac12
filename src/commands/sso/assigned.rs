//! What a person may enter: the access portal's answers, in an order for people.

use clap::Args;
use clap_complete::engine::ArgValueCandidates;

use super::session;
use crate::aws::portal::{Account, Portal};
use crate::aws::settings::Service;
use crate::aws::{CallError, CallSettings, Caller};
use crate::commands::progress::Progress;
use crate::commands::resolving::{call_hints, call_kind};
use crate::commands::typed::typed;
use crate::commands::{CommandError, Context, ErrorKind, completion};
use crate::config::shared::SharedConfig;
use crate::config::sso::SsoSettings;
use crate::secret::Secret;

/// The flag that chooses the sign-in.
#[derive(Debug, Clone, Args)]
pub struct SessionArgs {
    /// The sso-session [otherwise: the profile's; the only one there is]
    #[arg(long, value_name = "NAME", add = ArgValueCandidates::new(completion::sso_sessions))]
    pub sso_session: Option<String>,
}

/// An account and the names of the roles in it.
pub(super) type Entry = (Account, Vec<String>);

/// The access portal, shown the token of a sign-in.
pub(super) struct Assigned<'a> {
    context: &'a Context,
    /// The sign-in.
    pub(super) sso: SsoSettings,
    settings: CallSettings,
    token: Secret,
}

impl<'a> Assigned<'a> {
    /// Through the sign-in `sso`.
    ///
    /// # Errors
    /// There is no token that can be used.
    pub(super) fn through(
        context: &'a Context,
        shared: &SharedConfig<'_>,
        sso: SsoSettings,
    ) -> Result<Self, CommandError> {
        let token = session::token(context, shared, &sso)?.access_token;
        let settings = session::settings(context, shared, Service::Sso, &sso)?;
        Ok(Self { context, sso, settings, token })
    }

    /// All accounts, by name, email and id.
    ///
    /// # Errors
    /// What the portal says.
    pub(super) fn accounts(&self) -> Result<Vec<Account>, CommandError> {
        let mut accounts = self.ask(|portal| portal.list_accounts(&self.token))?;
        self.context.ui.debug(|| format!("{} accounts", accounts.len()));
        accounts.sort_by_cached_key(place);
        Ok(accounts)
    }

    /// `accounts` with their roles, by name.
    ///
    /// # Errors
    /// What the portal says.
    pub(super) fn roles(&self, accounts: Vec<Account>) -> Result<Vec<Entry>, CommandError> {
        let ids: Vec<_> = accounts.iter().map(|account| account.id.clone()).collect();
        let progress = Progress::of_accounts(self.context, ids.len());
        let roles = self.ask(|portal| portal.list_roles(&self.token, &ids, &|done| progress.reached(done)))?;
        let sorted = roles.into_iter().map(|mut roles| {
            roles.sort_by_cached_key(|role| (role.to_lowercase(), role.clone()));
            roles
        });
        Ok(accounts.into_iter().zip(sorted).collect())
    }

    fn ask<T>(&self, call: impl FnOnce(&Portal<'_>) -> Result<T, CallError>) -> Result<T, CommandError> {
        let caller = Caller::new(&self.context.world, self.context);
        call(&Portal::new(&caller, &self.settings)).map_err(|error| self.refused(&error))
    }

    fn refused(&self, error: &CallError) -> CommandError {
        let said = |kind| CommandError::new(kind, error.to_string());
        match error.refusal().map(|refusal| refusal.status) {
            // The session was ended elsewhere: the token's own time says nothing of that.
            Some(401) => said(ErrorKind::Configuration).hint(self.sign_in()),
            Some(429) => said(ErrorKind::Service).hint("AWS asks to slow down: run it again in a while"),
            Some(_) => said(ErrorKind::Service).hint(self.sign_in()).hint("--debug tells more"),
            None => call_hints(said(call_kind(error)), error),
        }
    }

    fn sign_in(&self) -> String {
        match self.sso.key.session() {
            Some(name) => format!("run keyfob sso login --sso-session {name}"),
            None => format!("run keyfob sso login --profile {}", typed(&self.context.selection().name)),
        }
    }
}

/// Where an account stands: as in the AWS CLI's menus, those of which only the id is known last.
fn place(account: &Account) -> impl Ord + use<> {
    let folded = |text: &Option<String>| (text.is_none(), text.as_ref().map(|text| text.to_lowercase()));
    (folded(&account.name), folded(&account.email), account.id.clone())
}

/// Lines of `rows` with their columns one below the other; an empty cell is a `-`.
pub(super) fn columns<const N: usize>(rows: &[[&str; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(widths).map(|(cell, width)| {
            // Names come from afar, and must not steer the terminal.
            let cell: String = cell.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
            format!("{:width$}", if cell.is_empty() { "-" } else { &cell })
        });
        text += cells.collect::<Vec<_>>().join("  ").trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_stand_as_in_the_menus_of_the_aws_cli() {
        let account = |(id, name, email): (&str, &str, &str)| Account {
            id: id.into(),
            name: Some(name).filter(|text| !text.is_empty()).map(str::to_owned),
            email: Some(email).filter(|text| !text.is_empty()).map(str::to_owned),
        };
        let mut accounts = [
            ("1", "", ""),
            ("2", "b", "x"),
            ("3", "A", "y"),
            ("4", "a", "x"),
            ("5", "a", ""),
            ("0", "", ""),
            ("6", "", "e"),
            ("7", "B", "X"),
        ]
        .map(account);
        accounts.sort_by_cached_key(place);
        assert_eq!(accounts.map(|account| account.id).join(" "), "4 3 5 2 7 6 0 1");
    }

    #[test]
    fn columns_are_aligned() {
        assert_eq!(
            columns(&[["a", "Zürich", "x"], ["bbb", "", "y"], ["c", "\u{1b}[m", ""]]),
            "a    Zürich  x\nbbb  -       y\nc    \u{fffd}[m     -\n"
        );
        assert_eq!(columns::<2>(&[]), "");
    }
}
