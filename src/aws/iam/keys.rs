//! IAM's calls about access keys: which a user has, when each was last used, made, switched and deleted.

use aws_sdk_iam::types::StatusType;
use jiff::Timestamp;

use super::Iam;
use super::mfa::{next, time};
use crate::aws::CallError;
use crate::secret::Secret;

/// An access key of a user, as ListAccessKeys tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// `AKIA...`
    pub id: String,
    /// `Active`; `Inactive` and `Expired` keys sign nothing.
    pub active: bool,
    /// Since when it is there.
    pub created: Option<Timestamp>,
}

/// An access key that was just made.
#[derive(Debug, Clone)]
pub struct NewAccessKey {
    /// `AKIA...`
    pub id: String,
    /// AWS shows it this once.
    pub secret: Secret,
}

/// The last use of a key, as far as IAM knows: its word is up to a quarter of an hour late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastUse {
    /// When.
    pub at: Timestamp,
    /// Of which service: `sts`.
    pub service: String,
    /// In which region.
    pub region: String,
}

impl Iam<'_> {
    /// ListAccessKeys: those of `user`; `None`: of the long-term key that signs.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn list_access_keys(&self, user: Option<&str>) -> Result<Vec<AccessKey>, CallError> {
        self.call("ListAccessKeys", |client| async move {
            let (mut keys, mut marker) = (Vec::new(), None);
            loop {
                let ask = client.list_access_keys().set_user_name(user.map(str::to_owned)).set_marker(marker.clone());
                let answer = ask.send().await?;
                for key in answer.access_key_metadata() {
                    let Some(id) = key.access_key_id() else { return Ok(Err("a key has no id".to_owned())) };
                    keys.push(AccessKey {
                        id: id.to_owned(),
                        active: key.status() == Some(&StatusType::Active),
                        created: key.create_date().and_then(time),
                    });
                }
                match next(answer.is_truncated(), answer.marker(), &marker) {
                    Ok(None) => return Ok(Ok(keys)),
                    Ok(more) => marker = more,
                    Err(why) => return Ok(Err(why)),
                }
            }
        })
    }

    /// GetAccessKeyLastUsed. `None`: it never was.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn access_key_last_used(&self, id: &str) -> Result<Option<LastUse>, CallError> {
        self.call("GetAccessKeyLastUsed", |client| async move {
            let answer = client.get_access_key_last_used().access_key_id(id).send().await?;
            let last = answer.access_key_last_used();
            let at = last.and_then(|last| time(last.last_used_date()?));
            Ok(Ok(last.zip(at).map(|(last, at)| LastUse {
                at,
                service: last.service_name().to_owned(),
                region: last.region().to_owned(),
            })))
        })
    }

    /// CreateAccessKey. Two tries could make two keys, so this Iam should be one that tries once.
    ///
    /// # Errors
    /// See [`CallError`]; where there was no answer, a key may have been made.
    pub fn create_access_key(&self, user: Option<&str>) -> Result<NewAccessKey, CallError> {
        self.call("CreateAccessKey", |client| async move {
            let answer = client.create_access_key().set_user_name(user.map(str::to_owned)).send().await?;
            let Some(key) = answer.access_key() else { return Ok(Err("it holds no key".to_owned())) };
            let secret = key.secret_access_key();
            if key.access_key_id().is_empty() || secret.is_empty() {
                return Ok(Err("it holds half a key".to_owned()));
            }
            Ok(Ok(NewAccessKey { id: key.access_key_id().to_owned(), secret: Secret::new(secret) }))
        })
    }

    /// UpdateAccessKey: switches a key on or off.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn update_access_key(&self, user: Option<&str>, id: &str, active: bool) -> Result<(), CallError> {
        let status = if active { StatusType::Active } else { StatusType::Inactive };
        self.call("UpdateAccessKey", |client| {
            let ask = client.update_access_key().set_user_name(user.map(str::to_owned));
            let ask = ask.access_key_id(id).status(status.clone());
            async move { ask.send().await.map(|_| Ok(())) }
        })
    }

    /// DeleteAccessKey.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn delete_access_key(&self, user: Option<&str>, id: &str) -> Result<(), CallError> {
        self.call("DeleteAccessKey", |client| async move {
            let ask = client.delete_access_key().set_user_name(user.map(str::to_owned)).access_key_id(id);
            ask.send().await.map(|_| Ok(()))
        })
    }
}
