//! `keyfob sso populate`: what a person may enter, written down as profiles, all in one change.

mod filter;
mod plan;
mod summary;
mod template;

use std::cell::RefCell;
use std::collections::HashSet;

use clap::Args;

use super::assigned::{Assigned, Entry, SessionArgs};
use super::session;
use crate::aws::portal::Account;
use crate::cli::Run;
use crate::commands::shared_files::SharedFiles;
use crate::commands::write::{FileEdit, WriteArgs, write};
use crate::commands::{CommandError, Context, ErrorKind};
use crate::config::FileKind;
use crate::config::edit::{EditError, replace_profiles};
use crate::config::shared::SharedConfig;
use crate::config::sso::SsoSettings;
use filter::{AccountRegion, Choice, Pattern};
use plan::{Pair, Plan, Request, Wanted, every_profile, plan};
use template::{Template, Values};

/// Write a profile for every account and role that you may enter
///
/// Asks IAM Identity Center with the token of the last sign-in, and never opens a browser. Each
/// profile has sso_session, sso_account_id and sso_role_name, and a region where one was given.
///
/// It can be run again at any time: a profile that enters the same account and role through the
/// same sso-session is left as it is, whatever its name and whatever else was written in it. A
/// profile of another meaning keeps its name, and the role that wanted it is reported. Roles that
/// want the same new name are all reported, and nothing is written.
///
/// PATTERN stands for the whole of an account's id, name or email, or of a role's name; * is any text,
/// ? any character, and case makes no difference.
#[derive(Debug, Args)]
pub struct PopulateArgs {
    #[command(flatten)]
    session: SessionArgs,
    /// The names of profiles, from {account_name}, {account_id}, {role_name}, {email} and
    /// {sso_session}; runs of characters that SDKs do not take in a name become a `-`
    #[arg(long, value_name = "TEMPLATE", default_value = "{account_name}.{role_name}", value_parser = Template::parse)]
    profile_name_template: Template,
    /// Only these accounts; may be given several times
    #[arg(long, value_name = "PATTERN", value_parser = pattern)]
    account: Vec<Pattern>,
    /// Only these roles; may be given several times
    #[arg(long, value_name = "PATTERN", value_parser = pattern)]
    role: Vec<Pattern>,
    /// Not these accounts; may be given several times
    #[arg(long, value_name = "PATTERN", value_parser = pattern)]
    exclude_account: Vec<Pattern>,
    /// Not these roles; may be given several times
    #[arg(long, value_name = "PATTERN", value_parser = pattern)]
    exclude_role: Vec<Pattern>,
    /// The region of these accounts' new profiles, before --region; of several that fit, the first
    #[arg(long, value_name = "PATTERN=REGION", value_parser = AccountRegion::parse)]
    account_region: Vec<AccountRegion>,
    /// Remove profiles of this sso-session whose account or role is assigned to you no more,
    /// whatever is chosen above. One that has other keys than populate's, region and output, or is a
    /// source_profile, is reported and kept
    #[arg(long)]
    prune: bool,
    #[command(flatten)]
    write: WriteArgs,
}

fn pattern(text: &str) -> Result<Pattern, &'static str> {
    if text.is_empty() { Err("an empty pattern stands for nothing") } else { Ok(Pattern::new(text)) }
}

impl Run for PopulateArgs {
    const NAME: &'static str = "populate";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let region = self.region(context)?;
        let files = context.shared_files()?;
        let shared = files.parse()?.indexed();
        let sso = session::of_flag_profile_or_only(context, &shared, self.session.sso_session.as_deref())?;
        let session = named(context, &sso)?;
        let entries = self.entries(context, &shared, &session, Assigned::through(context, &shared, sso)?)?;
        let wanted = self.wanted(&entries, &session, region);
        let assigned: HashSet<Pair> = pairs(&entries).collect();
        let request = Request { session: &session, wanted: &wanted, prune: self.prune.then_some(&assigned) };
        let plan = plan(&request, &shared).map_err(|collisions| summary::collisions(&collisions))?;
        let plan = self.carry_out(context, &files, &request, plan)?;
        summary::tell(context, &plan, self.write.dry_run)
    }
}

/// The name of the sso-session.
fn named(context: &Context, sso: &SsoSettings) -> Result<String, CommandError> {
    let legacy = || {
        let profile = context.selection().name;
        let message = format!("profile {profile} signs in without an sso-session, and what is written here names one");
        CommandError::new(ErrorKind::Configuration, message)
            .hint(format!("keyfob configure set sso_start_url {} --sso-session NAME", sso.start_url))
            .hint(format!("keyfob configure set sso_region {} --sso-session NAME", sso.region))
            .hint("keyfob sso login --sso-session NAME, then this with --sso-session NAME")
    };
    sso.key.session().map(str::to_owned).ok_or_else(legacy)
}

/// What is in the list, account by account.
fn pairs(entries: &[Entry]) -> impl Iterator<Item = Pair> {
    entries.iter().flat_map(|(account, roles)| roles.iter().map(|role| (account.id.clone(), role.clone())))
}

impl PopulateArgs {
    fn accounts(&self) -> Choice<'_> {
        Choice { only: &self.account, not: &self.exclude_account }
    }

    fn roles(&self) -> Choice<'_> {
        Choice { only: &self.role, not: &self.exclude_role }
    }

    fn region<'a>(&self, context: &'a Context) -> Result<Option<&'a str>, CommandError> {
        match context.globals.region.as_deref() {
            Some(region) if !filter::is_region(region) => {
                Err(CommandError::new(ErrorKind::Usage, format!("--region {region:?} is no region"))
                    .hint("a region looks like eu-west-1"))
            }
            region => Ok(region),
        }
    }

    /// The roles of the accounts that are asked for, and with `--prune` of those that have profiles.
    fn entries(
        &self,
        context: &Context,
        shared: &SharedConfig<'_>,
        session: &str,
        assigned: Assigned<'_>,
    ) -> Result<Vec<Entry>, CommandError> {
        let mut accounts = assigned.accounts()?;
        if accounts.is_empty() && self.prune {
            let message = "no account at all is assigned to you, which is more likely a fault than meant";
            return Err(CommandError::new(ErrorKind::Configuration, message)
                .hint("ask who looks after IAM Identity Center, or run it without --prune"));
        }
        for pattern in &self.account {
            if !accounts.iter().any(|account| pattern.is_of(account)) {
                context.ui.warn(&format!("--account {} is none of those you may enter", pattern.written()));
            }
        }
        let profiles = if self.prune { every_profile(shared) } else { Vec::new() };
        let ours = profiles.iter().filter(|(_, profile)| profile.text("sso_session") == Some(session));
        let written: HashSet<&str> = ours.filter_map(|(_, profile)| profile.text("sso_account_id")).collect();
        accounts.retain(|account| self.accounts().has_account(account) || written.contains(account.id.as_str()));
        assigned.roles(accounts)
    }

    /// The profiles that there shall be.
    fn wanted(&self, entries: &[Entry], session: &str, region: Option<&str>) -> Vec<Wanted> {
        let one = |account: &Account, role: &str| Wanted {
            profile: self.profile_name_template.fill(&Values {
                account_id: &account.id,
                account_name: account.name.as_deref(),
                email: account.email.as_deref(),
                role_name: role,
                sso_session: session,
            }),
            account_id: account.id.clone(),
            role_name: role.to_owned(),
            region: filter::region_of(&self.account_region, account).or(region).map(str::to_owned),
        };
        let chosen = entries.iter().filter(|(account, _)| self.accounts().has_account(account));
        chosen
            .flat_map(|(account, roles)| {
                roles.iter().filter(|role| self.roles().has_role(role)).map(move |role| (account, role))
            })
            .map(|(account, role)| one(account, role))
            .collect()
    }

    /// Writes what `plan` says, and returns what was written: under the file's lock it is decided anew,
    /// since others may have written meanwhile.
    fn carry_out(
        &self,
        context: &Context,
        files: &SharedFiles,
        request: &Request<'_>,
        plan: Plan,
    ) -> Result<Plan, CommandError> {
        let answers = context.wants_structure_or_table();
        if plan.added.is_empty() && plan.removed.is_empty() || answers && self.write.dry_run {
            return Ok(plan);
        }
        // Both files have been read as text before.
        let credentials = files.text(FileKind::Credentials).unwrap_or_default();
        let made = RefCell::new(plan);
        let edit = |text: &str| {
            let plan = self::plan(request, &SharedConfig::parse(text, credentials).indexed())
                .map_err(|collisions| EditError::Exists(summary::first(&collisions)))?;
            let new = replace_profiles(text, &plan.removed, &plan.added);
            made.replace(plan);
            new
        };
        write(context, "sso populate", &self.write, &[FileEdit { file: FileKind::Config, edit: &edit }])?;
        Ok(made.into_inner())
    }
}
