//! `keyfob keys list`: a user's access keys, how old they are, when each was last used and who holds it here.

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::caller::Asker;
use super::whose::{Signed, UserArgs};
use crate::aws::iam::keys::AccessKey;
use crate::aws::iam::owner::Owner;
use crate::cli::Run;
use crate::commands::status::columns::{aligned, some_of};
use crate::commands::typed::typed;
use crate::commands::{CommandError, Context, ErrorKind};
use crate::keys::spare::Known;
use crate::keys::{age, held};
use crate::tokens::expiry::Expiry;

/// List access keys: status, age, last use, and the profiles here that hold each
///
/// IAM hears of a key's use up to a quarter of an hour late.
#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    user: UserArgs,
    /// End with 1 when a key is older, whatever its status: 90d, 12h, 2w
    #[arg(long, value_name = "AGE", value_parser = age::parse)]
    max_age: Option<SignedDuration>,
}

/// A key, what is known of its use, and who holds it.
struct Listed {
    known: Known,
    profiles: Vec<String>,
}

impl Run for ListArgs {
    const NAME: &'static str = "list";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let signed = Signed::of(context, &files, &shared, context.selection(), &self.user.code)?;
        let asker = Asker::new(context, &shared, &signed.plan.selection.name)?;
        let keys = signed.keys(context, &files, &shared, &self.user.code)?;
        let owner = asker.owner(&keys, self.user.user_name.as_deref())?;
        let listed = asker.ask(&keys, |iam| iam.list_access_keys(owner.user.as_deref()));
        let listed: Vec<_> = listed
            .map_err(|error| asker.refused(&keys, &error))?
            .into_iter()
            .map(|key| Listed {
                profiles: held::names(&held::of(&shared, &key.id)),
                known: Known { last: asker.last_use(&keys, &key.id), key },
            })
            .collect();
        let now = context.world.clock.now();
        if context.wants_structure_or_table() || context.globals.output.is_some() {
            let answer = listed.iter().map(|listed| listed.structured(&owner, now));
            context.answer_structure(Value::Array(answer.collect()), "AccessKeys")?;
        } else {
            if listed.is_empty() {
                context.ui.note(&format!("{} has no access key", owner.shown()));
            }
            context.ui.answer(&aligned(&listed.iter().map(|listed| listed.row(now)).collect::<Vec<_>>()))?;
        }
        if let Some(why) = listed.iter().find_map(|listed| listed.known.last.as_ref().err()) {
            context.ui.note(&format!("the last use is not known: iam:GetAccessKeyLastUsed, {why}"));
        }
        self.judge(&listed, now, &asker)
    }
}

impl ListArgs {
    /// # Errors
    /// A key is older than it may be.
    fn judge(&self, listed: &[Listed], now: Timestamp, asker: &Asker<'_>) -> Result<(), CommandError> {
        let Some(most) = self.max_age else { return Ok(()) };
        let old = |key: &AccessKey| key.created.map(|created| age::age(created, now)).filter(|age| *age > most);
        let said: Vec<_> = listed
            .iter()
            .filter_map(|listed| {
                Some(format!("{} is {} old", listed.known.key.id, age::shown(old(&listed.known.key)?)))
            })
            .collect();
        if said.is_empty() {
            return Ok(());
        }
        let message = format!("{}; {} is the most", said.join(", "), age::shown(most));
        Err(CommandError::new(ErrorKind::Failed, message).hint(format!(
            "keyfob keys rotate --profile {}{} replaces a key; keyfob keys delete one",
            typed(&asker.profile),
            self.user.typed()
        )))
    }
}

impl Listed {
    fn structured(&self, owner: &Owner, now: Timestamp) -> Value {
        let key = &self.known.key;
        let (last, error) = match &self.known.last {
            Ok(last) => (last.as_ref(), None),
            Err(why) => (None, Some(why.as_str())),
        };
        json!({
            "UserName": owner.user,
            "AccessKeyId": key.id,
            "Status": if key.active { "Active" } else { "Inactive" },
            "CreateDate": key.created.map(|created| Expiry::from(created).zulu()),
            "AgeDays": key.created.map(|created| age::age(created, now).as_hours() / 24),
            "LastUsedDate": last.map(|last| Expiry::from(last.at).zulu()),
            "ServiceName": last.map(|last| last.service.as_str()),
            "Region": last.map(|last| last.region.as_str()),
            "LastUseError": error,
            "Profiles": self.profiles,
        })
    }

    fn row(&self, now: Timestamp) -> [String; 5] {
        let key = &self.known.key;
        let old = key.created.map(|created| format!("{} old", age::shown(age::age(created, now))));
        let used = match &self.known.last {
            Ok(Some(last)) => {
                let mut used = format!("last used {} ago", age::shown(age::age(last.at, now)));
                // `N/A` where a service has no regions.
                let told = |name: &str| !name.is_empty() && name != "N/A";
                if told(&last.service) {
                    used += &format!(
                        " ({}{})",
                        last.service,
                        match told(&last.region) {
                            true => format!(", {}", last.region),
                            false => String::new(),
                        }
                    );
                }
                used
            }
            Ok(None) => "never used".to_owned(),
            Err(_) => "last use unknown".to_owned(),
        };
        let held = match self.profiles.len() {
            0 => String::new(),
            1 => format!("profile {}", self.profiles[0]),
            _ => format!("profiles {}", some_of(&self.profiles)),
        };
        let status = if key.active { "active" } else { "inactive" };
        [key.id.clone(), status.to_owned(), old.unwrap_or_default(), used, held]
    }
}
