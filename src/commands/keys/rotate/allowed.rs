//! What must be allowed so that a rotation gets to its end, asked before it begins, as far as IAM lets one ask.

use super::super::caller::{self, Asker};
use super::work::Work;
use crate::aws::iam::owner::Owner;
use crate::aws::{Arn, CallError, SigningKeys};
use crate::commands::typed::typed;
use crate::commands::{CommandError, ErrorKind};
use crate::keys::policy;

/// There is no such key: what may be done to it may be done to others.
pub(super) const NO_KEY: &str = "AKIAKEYFOBNOSUCHKEY0";

impl Work<'_, '_> {
    /// The actions that are refused, of those that can be asked for without a change.
    pub(super) fn missing(
        &self,
        keys: &SigningKeys,
        owner: &Owner,
    ) -> Result<Vec<(&'static str, CallError)>, CommandError> {
        let user = owner.user.as_deref();
        let asked = [
            ("iam:UpdateAccessKey", self.asker.ask(keys, |iam| iam.update_access_key(user, NO_KEY, false))),
            ("iam:DeleteAccessKey", self.asker.ask(keys, |iam| iam.delete_access_key(user, NO_KEY))),
        ];
        let mut missing = Vec::new();
        for (action, answer) in asked {
            match answer {
                Err(error) if caller::is(&error, "AccessDenied") => missing.push((action, error)),
                Err(error) if !caller::is(&error, "NoSuchEntity") => return Err(self.asker.refused(keys, &error)),
                _ => {}
            }
        }
        Ok(missing)
    }

    /// The error that says so, with the policy that allows it.
    pub(super) fn not_allowed(
        &self,
        actions: &[&str],
        error: &CallError,
        owner: &Owner,
        arn: &str,
        keys: &SigningKeys,
    ) -> CommandError {
        let message = format!("the keys of {} may not be rotated: {}", owner.shown(), actions.join(", "));
        let said = CommandError::new(ErrorKind::Service, message).because(error.to_string());
        let said = match keys.session_token {
            None => said.hint(format!(
                "where it takes a session with MFA: keyfob keys rotate --profile {}{} --token-code CODE",
                typed(&self.asker.profile),
                self.args.user.typed()
            )),
            Some(_) => said,
        };
        said.hint(needed(arn))
    }
}

/// What to do where the user whose ARN `user` is may not rotate its keys: the policy that allows it.
pub(super) fn needed(user: &str) -> String {
    let policy = serde_json::to_string_pretty(&policy::policy(user)).unwrap_or_default();
    format!("this policy allows it; nothing was changed so far\n{policy}")
}

/// The ARN of `owner`, as whoever holds `keys` can tell: only one's own is known with its path.
pub(super) fn user_arn(asker: &Asker<'_>, keys: &SigningKeys, owner: &Owner) -> String {
    let caller = asker.identity(keys).unwrap_or_default();
    match Arn::parse(&caller) {
        Some(parts) if !owner.is_caller => policy::user_arn(&parts, owner.shown()),
        _ => caller,
    }
}
