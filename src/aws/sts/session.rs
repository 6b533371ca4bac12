//! What requests and answers of several operations have: session policies, session tags, temporary
//! credentials.

use aws_sdk_sts::error::BuildError;
use aws_sdk_sts::types::{PolicyDescriptorType, Tag};
use jiff::Timestamp;

use crate::aws::SigningKeys;
use crate::secret::Secret;

/// What narrows a session.
#[derive(Debug, Clone, Default)]
pub struct SessionPolicies {
    /// ARNs of managed policies.
    pub arns: Vec<Option<String>>,
    /// A policy in JSON.
    pub inline: Option<String>,
}

impl SessionPolicies {
    /// The managed ones as the SDK takes them.
    pub(super) fn managed(&self) -> Option<Vec<PolicyDescriptorType>> {
        let one = |arn: &Option<String>| PolicyDescriptorType::builder().set_arn(arn.clone()).build();
        some(self.arns.iter().map(one).collect())
    }
}

/// A tag that a session has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionTag {
    /// `Key`
    pub key: String,
    /// `Value`
    pub value: String,
}

/// Tags as the SDK takes them.
pub(super) fn tags(tags: &[SessionTag]) -> Result<Option<Vec<Tag>>, BuildError> {
    let one = |tag: &SessionTag| Tag::builder().key(&tag.key).value(&tag.value).build();
    Ok(some(tags.iter().map(one).collect::<Result<_, _>>()?))
}

/// A list that is sent only when it holds something.
pub(super) fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// Temporary credentials.
#[derive(Debug, Clone)]
pub struct SessionCredentials {
    /// What signs.
    pub keys: SigningKeys,
    /// When they end.
    pub expiration: Timestamp,
}

impl SessionCredentials {
    /// The credentials of an answer.
    pub(super) fn of(credentials: Option<&aws_sdk_sts::types::Credentials>) -> Result<Self, String> {
        let found = credentials.ok_or_else(|| "it holds no credentials".to_owned())?;
        let expiration = found.expiration();
        Ok(Self {
            keys: SigningKeys {
                access_key_id: found.access_key_id().to_owned(),
                secret_access_key: Secret::new(found.secret_access_key()),
                session_token: Some(Secret::new(found.session_token())),
            },
            expiration: Timestamp::new(expiration.secs(), expiration.subsec_nanos().cast_signed())
                .map_err(|error| error.to_string())?,
        })
    }
}
