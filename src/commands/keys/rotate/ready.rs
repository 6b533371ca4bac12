//! All that is looked at before the first change: whose key, which one, where it stands, what is in the way.

use super::super::caller;
use super::Signer;
use super::allowed::{NO_KEY, user_arn};
use super::outcome::Outcome;
use super::pair::{self, Pair};
use super::placing::Places;
use super::work::{Work, paths};
use crate::aws::iam::keys::AccessKey;
use crate::aws::iam::owner::Owner;
use crate::aws::{Arn, SigningKeys};
use crate::commands::typed::typed;
use crate::commands::write::rehearse;
use crate::commands::{CommandError, ErrorKind};
use crate::config::FileKind;
use crate::keys::held::{self, Holding};
use crate::keys::journal::{Home, Journal, Key, Phase};
use crate::keys::proof::may_be_delay;
use crate::keys::spare::{self, Circumstances, Known};
use crate::keys::{KeyPair, age, policy};
use crate::secret::Secret;

/// A rotation that can begin.
pub(super) struct Ready {
    pub(super) journal: Journal,
    pub(super) signer: Signer,
    /// The key that has to go first.
    pub(super) spare: Option<Known>,
}

/// What was found.
pub(super) enum Found {
    /// A rotation can begin.
    Ready(Box<Ready>),
    /// There is nothing to do.
    Nothing(Outcome),
    /// One of the same user is not over, or is to be taken back.
    Unfinished { journal: Box<Journal>, signer: Signer },
}

/// Whose keys, by their own word, and what signs.
struct Caller {
    owner: Owner,
    arn: String,
    signer: Signer,
    /// The key that is to be replaced, where the profile says it.
    root: Option<(KeyPair, Home)>,
}

impl Work<'_, '_> {
    /// Looks at everything.
    ///
    /// # Errors
    /// Something is in the way.
    pub(super) fn ready(&self) -> Result<Found, CommandError> {
        let nothing_to_undo = || {
            CommandError::new(ErrorKind::Other, "there is no rotation to take back")
                .hint("keyfob keys rotate --status shows those that can be taken back")
        };
        if self.args.undo && self.journals.all()?.is_empty() {
            return Err(nothing_to_undo());
        }
        let Caller { owner, arn, signer, root } = self.caller()?;
        let keys = match (&signer, &root) {
            (Signer::Others(keys), _) => keys.clone(),
            (Signer::Themselves, Some((pair, _))) => pair.signing_keys(),
            (Signer::Themselves, None) => return Err(CommandError::new(ErrorKind::NoCredentials, "there is no key")),
        };
        let listed = self.asker.ask(&keys, |iam| iam.list_access_keys(owner.user.as_deref()));
        let listed = match listed {
            Err(error) if caller::is(&error, "AccessDenied") => {
                let mut missing = vec!["iam:ListAccessKeys"];
                missing.extend(self.missing(&keys, &owner)?.into_iter().map(|(action, _)| action));
                return Err(self.not_allowed(&missing, &error, &owner, &arn, &keys));
            }
            listed => listed.map_err(|error| self.asker.refused(&keys, &error))?,
        };
        if let Some(mut journal) = self.unfinished(&listed, &owner)? {
            self.tell_secret(&mut journal);
            let signer = if self.signs_for_itself(&journal) { Signer::Themselves } else { Signer::Others(keys) };
            return Ok(Found::Unfinished { journal: Box::new(journal), signer });
        }
        if self.args.undo {
            return Err(nothing_to_undo());
        }
        let pair = pair::chosen(self, &keys, &owner, &listed, root.as_ref().map(|(pair, _)| pair.id.as_str()))?;
        let now = self.context.aws_time();
        if let Some(outcome) = self.is_made_meanwhile(&pair.old) {
            return Ok(Found::Nothing(outcome));
        }
        if let (Some(most), Some(created)) = (self.args.max_age, pair.old.key.created) {
            let old = age::age(created, now);
            if old <= most {
                let why = format!("{} is {} old", pair.old.key.id, age::shown(old));
                return Ok(Found::Nothing(Outcome::nothing(pair.old.key.id, why)));
            }
        }
        let spare = self.spare(&pair)?;
        let of_old = held::of(self.shared, &pair.old.key.id);
        let journal = Journal {
            started_at: now,
            profile: Some(self.asker.profile.clone()).filter(|_| !self.signed.is_from_environment()),
            files: Some(paths(self.files)),
            names_user: self.args.user.user_name.is_some(),
            by_others: matches!(signer, Signer::Others(_)),
            before: listed.iter().map(|key| key.id.clone()).collect(),
            home: self.home(&pair.old.key.id, root.as_ref(), &of_old, &owner)?,
            old: Key {
                secret: match root {
                    Some((pair, _)) => Some(pair.secret),
                    None => self.secret(&pair.old.key, of_old, &owner)?,
                },
                id: pair.old.key.id,
            },
            new: None,
            prints: self.args.print,
            then: self.args.then(now),
            phase: Phase::Intended,
            undoes: false,
            owner,
        };
        Ok(Found::Ready(Box::new(Ready { journal, signer, spare })))
    }

    fn caller(&self) -> Result<Caller, CommandError> {
        let root = self.signed.root.clone();
        let itself = root.as_ref().filter(|_| self.signed.signs_itself()).map(|(pair, _)| pair.signing_keys());
        let identity = |keys: &SigningKeys| self.asker.identity(keys).map_err(|error| self.asker.refused(keys, &error));
        let others = || self.signed.keys(self.context, self.files, self.shared, &self.args.user.code);
        let Some(named) = self.args.user.user_name.as_deref() else {
            // Each key tells whose it is, whatever its policies say.
            let keys = match &root {
                Some((pair, _)) => pair.signing_keys(),
                None => others()?,
            };
            let arn = identity(&keys)?;
            let owner = caller::owner(&arn, None)?;
            let signer = match itself {
                Some(_) => Signer::Themselves,
                None => {
                    let keys = others()?;
                    // A role of another account knows nothing of the user.
                    let is_there = Arn::parse(&identity(&keys)?).is_some_and(|arn| arn.account == owner.account);
                    if is_there { Signer::Others(keys) } else { Signer::Themselves }
                }
            };
            return Ok(Caller { owner, arn, signer, root });
        };
        let is_itself = itself.is_some();
        let keys = itself.map_or_else(others, Ok)?;
        let arn = identity(&keys)?;
        let owner = caller::owner(&arn, Some(named))?;
        if owner.is_caller {
            let signer = if is_itself { Signer::Themselves } else { Signer::Others(keys) };
            return Ok(Caller { owner, arn, signer, root });
        }
        let arn = Arn::parse(&arn).map(|parts| policy::user_arn(&parts, named)).unwrap_or(arn);
        Ok(Caller { owner, arn, signer: Signer::Others(keys), root: None })
    }

    /// The secret of `old`, of those that stand beside it here: where they differ or are wrong, the one that signs.
    fn secret(&self, old: &AccessKey, holders: Vec<Holding>, owner: &Owner) -> Result<Option<Secret>, CommandError> {
        let mut secrets: Vec<_> = holders.into_iter().filter_map(|holding| holding.secret).collect();
        secrets.dedup();
        if !old.active {
            // Nobody can tell.
            return Ok(secrets.pop().filter(|_| secrets.is_empty()));
        }
        // A refusal for another reason says nothing of the secret.
        let mut untold = None;
        for secret in secrets {
            let keys = KeyPair { id: old.id.clone(), secret: secret.clone() }.signing_keys();
            match self.asker.identity(&keys) {
                Ok(arn) if Owner::of(&arn, None).is_ok_and(|of| of.user == owner.user) => return Ok(Some(secret)),
                Err(error) if error.refusal().is_none() => return Err(self.asker.refused(&keys, &error)),
                Err(error) if error.refusal().is_some_and(|refusal| !may_be_delay(&refusal.code)) => {
                    untold = Some(secret)
                }
                _ => {}
            }
        }
        Ok(untold)
    }

    /// The key that has to go before there can be a new one.
    fn spare(&self, pair: &Pair) -> Result<Option<Known>, CommandError> {
        let Some(other) = &pair.other else { return Ok(None) };
        let holders = held::names(&held::of(self.shared, &other.key.id));
        let is_kept =
            self.journals.about(&other.key.id)?.is_some_and(|kept| kept.rests() && kept.old.id == other.key.id);
        let about = Circumstances { holders: &holders, is_kept, begun: self.context.as_aws_has_it(self.begun) };
        let can_go = spare::can_go(other, &pair.old, about);
        if self.args.replace_unused && can_go.is_ok() {
            return Ok(Some(other.clone()));
        }
        let (old, id) = (&pair.old, &other.key.id);
        let told = spare::shown;
        let message = format!(
            "there are two keys, and AWS allows no third: {} ({}) is to be replaced, {id} ({}) is in the way",
            old.key.id,
            told(old),
            told(other)
        );
        let said = CommandError::new(ErrorKind::Other, message);
        Err(match can_go {
            Ok(()) => said.hint(format!("--replace-unused deletes {id} first")),
            Err(why) => said
                .because(format!("{id} may be needed: {why}"))
                .hint(format!(
                    "if it is not: keyfob keys delete {id} --profile {}{}",
                    typed(&self.asker.profile),
                    self.args.user.typed()
                ))
                .hint(format!("or rotate that one: keyfob keys rotate with the profile that holds {id}")),
        })
    }

    /// Where the old key was found, or the new one is to go.
    fn home(
        &self,
        old: &str,
        root: Option<&(KeyPair, Home)>,
        holders: &[Holding],
        owner: &Owner,
    ) -> Result<Option<Home>, CommandError> {
        if holders.is_empty() && root.is_none() {
            if self.args.to_profile.is_none() && !self.args.print {
                let message = format!("no profile here holds {old}, so where the new key is to go is not known");
                return Err(CommandError::new(ErrorKind::Usage, message)
                    .hint("--to-profile NAME stores it in a profile; --print prints it"));
            }
            if !self.args.yes && !self.args.dry_run {
                let message = format!("no profile here holds {old}: whoever uses it elsewhere is cut off");
                return Err(CommandError::new(ErrorKind::Other, message)
                    .hint(format!("if that is meant, or {} gets the new key in time: --yes", owner.shown())));
            }
        }
        let Some(name) = &self.args.to_profile else {
            let first = holders.first().map(|it| Home { profile: it.profile.clone(), file: it.file, named: false });
            return Ok(root.map(|(_, home)| home.clone()).or(first));
        };
        match held::occupant(self.shared, name, &[old]) {
            Some(what) => Err(CommandError::new(ErrorKind::Other, format!("profile {name} has {what}"))
                .hint("name a new profile with --to-profile")),
            None => Ok(Some(Home { profile: name.clone(), file: FileKind::Credentials, named: true })),
        }
    }

    /// Fails where a later step could not be taken, as far as that can be known: permissions, files, room.
    ///
    /// # Errors
    /// What is in the way. Nothing was changed.
    pub(super) fn check_all(&self, journal: &Journal, signer: &Signer) -> Result<(), CommandError> {
        let keys = signer.keys(journal)?;
        let placeholder = KeyPair { id: NO_KEY.to_owned(), secret: Secret::new(NO_KEY) };
        let intended = Journal { new: None, ..journal.clone() };
        Places::of(self.shared, &intended, placeholder)?.edits(|edits| rehearse(self.context, edits))?;
        let missing = self.missing(&keys, &journal.owner)?;
        let Some((_, first)) = missing.first() else { return Ok(()) };
        let actions: Vec<_> = missing.iter().map(|(action, _)| *action).collect();
        let arn = user_arn(&self.asker, &keys, &journal.owner);
        Err(self.not_allowed(&actions, first, &journal.owner, &arn, &keys))
    }

    /// Deletes the spare key, and what was kept to undo its rotation.
    ///
    /// # Errors
    /// AWS refused.
    pub(super) fn make_room(&self, journal: &Journal, signer: &Signer, spare: &Known) -> Result<(), CommandError> {
        let (keys, id) = (signer.keys(journal)?, &spare.key.id);
        let deleted = self.asker.delete(&keys, journal.owner.user.as_deref(), id);
        deleted.map_err(|error| self.asker.refused(&keys, &error))?;
        self.context.ui.note(&format!("{id} is deleted: {}", spare::shown(spare)));
        match self.journals.about(id)? {
            Some(kept) => self.journals.forget(&kept),
            None => Ok(()),
        }
    }
}
