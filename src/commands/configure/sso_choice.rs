//! Which account and role of IAM Identity Center: the only one, one of a menu, or the flags'.

use crate::aws::CallSettings;
use crate::aws::portal::{Account, Portal};
use crate::commands::menu::choose;
use crate::commands::resolving::{call_hints, call_kind};
use crate::commands::{CommandError, Context, ErrorKind};
use crate::tokens::SsoToken;

/// What was chosen.
pub(super) struct Chosen {
    pub account: String,
    pub role: String,
}

const SKIPPED: &str =
    "Unable to list AWS accounts and/or roles. Skipping configuring AWS credential provider for profile.\n";

/// Asks for account and role. `None`: the token is not for accounts at all (another scope).
///
/// # Errors
/// There are none, or the flags name one that is not there.
pub(super) fn account_and_role(
    context: &Context,
    calls: &CallSettings,
    token: &SsoToken,
    (account, role): (Option<&str>, Option<&str>),
) -> Result<Option<Chosen>, CommandError> {
    let caller = crate::aws::Caller::new(&context.world, context);
    let portal = Portal::new(&caller, calls);
    let token = &token.access_token;
    let account = match account {
        Some(id) => id.to_owned(),
        None => match portal.list_accounts(token) {
            Ok(accounts) => the_account(context, accounts)?,
            Err(error) if is_unauthorized(&error) => return skipped(context),
            Err(error) => return Err(call_hints(CommandError::new(call_kind(&error), error.to_string()), &error)),
        },
    };
    context.ui.answer(&format!("Using the account ID {account}\n"))?;
    let roles = match portal.list_roles(token, std::slice::from_ref(&account), &|_| {}) {
        Ok(roles) => roles.into_iter().flatten().collect::<Vec<_>>(),
        Err(error) if is_unauthorized(&error) => return skipped(context),
        Err(error) => {
            let said = call_hints(CommandError::new(call_kind(&error), error.to_string()), &error);
            return Err(said.hint("keyfob sso accounts lists the accounts you may enter"));
        }
    };
    let role = the_role(context, &account, roles, role)?;
    context.ui.answer(&format!("Using the role name \"{role}\"\n"))?;
    Ok(Some(Chosen { account, role }))
}

fn skipped(context: &Context) -> Result<Option<Chosen>, CommandError> {
    context.ui.answer(SKIPPED)?;
    Ok(None)
}

fn is_unauthorized(error: &crate::aws::CallError) -> bool {
    error.refusal().is_some_and(|refusal| refusal.status == 401)
}

fn the_account(context: &Context, mut accounts: Vec<Account>) -> Result<String, CommandError> {
    // Entries that say no more than an id come last (AWS CLI).
    accounts.sort_by_cached_key(|account| {
        let lower = |text: &Option<String>| text.as_deref().unwrap_or_default().to_lowercase();
        let bare = account.name.is_none() && account.email.is_none();
        (bare, lower(&account.name), lower(&account.email), account.id.clone())
    });
    match accounts.as_slice() {
        [] => Err(CommandError::new(ErrorKind::Other, "No AWS accounts are available to you.")
            .hint("ask who manages IAM Identity Center to assign you one")),
        [only] => {
            context.ui.answer(&format!("The only AWS account available to you is: {}\n", only.id))?;
            Ok(only.id.clone())
        }
        several => {
            context.ui.answer(&format!("There are {} AWS accounts available to you.\n", several.len()))?;
            let choices: Vec<_> =
                several.iter().map(|account| (shown(account), vec![account.id.clone(), shown(account)])).collect();
            let at = choose(context, "Account", "--sso-account-id", &choices)?;
            Ok(several[at].id.clone())
        }
    }
}

fn the_role(
    context: &Context,
    account: &str,
    mut roles: Vec<String>,
    wanted: Option<&str>,
) -> Result<String, CommandError> {
    roles.sort_by_cached_key(|role| role.to_lowercase());
    if let Some(wanted) = wanted {
        return match roles.iter().any(|role| role == wanted) {
            true => Ok(wanted.to_owned()),
            false => Err(CommandError::new(
                ErrorKind::Configuration,
                format!("--sso-role-name: there is no role {wanted} for you in account {account}"),
            )
            .hint(format!("one of: {}", roles.join(", ")))),
        };
    }
    match roles.as_slice() {
        [] => Err(CommandError::new(ErrorKind::Other, format!("No roles are available for the account {account}"))
            .hint("keyfob sso roles lists what you may enter")),
        [only] => {
            context.ui.answer(&format!("The only role available to you is: {only}\n"))?;
            Ok(only.clone())
        }
        several => {
            context.ui.answer(&format!("There are {} roles available to you.\n", several.len()))?;
            let choices: Vec<_> = several.iter().map(|role| (role.clone(), vec![role.clone()])).collect();
            let at = choose(context, "Role", "--sso-role-name", &choices)?;
            Ok(several[at].clone())
        }
    }
}

/// `NAME, EMAIL (ID)`, as far as they are known (AWS CLI).
fn shown(account: &Account) -> String {
    let known: Vec<_> = [&account.name, &account.email].into_iter().flatten().map(String::as_str).collect();
    match known.as_slice() {
        [] => account.id.clone(),
        known => format!("{} ({})", known.join(", "), account.id),
    }
}
