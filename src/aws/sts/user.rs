//! What a user gets for a long-term key: GetSessionToken, GetFederationToken.

use aws_sdk_sts::error::SdkError;

use super::Sts;
use super::session::{self, SessionCredentials, SessionPolicies, SessionTag};
use crate::aws::SigningKeys;
use crate::aws::call::CallError;
use crate::secret::Secret;

/// What GetSessionToken takes.
#[derive(Debug, Clone, Default)]
pub struct SessionToken {
    /// Seconds.
    pub duration_seconds: Option<i32>,
    /// The MFA device.
    pub serial_number: Option<String>,
    /// The code it shows.
    pub token_code: Option<Secret>,
}

/// What GetFederationToken takes.
#[derive(Debug, Clone)]
pub struct FederationToken {
    /// The federated user's name.
    pub name: String,
    /// What the federated user may do.
    pub policies: SessionPolicies,
    /// Seconds.
    pub duration_seconds: Option<i32>,
    /// Session tags.
    pub tags: Vec<SessionTag>,
}

/// What GetFederationToken answers.
#[derive(Debug, Clone)]
pub struct FederatedAnswer {
    /// The session's credentials.
    pub credentials: SessionCredentials,
    /// `111122223333:name`
    pub federated_user_id: Option<String>,
    /// `arn:aws:sts::111122223333:federated-user/name`
    pub federated_user_arn: Option<String>,
    /// How full the packed policy is, in percent.
    pub packed_policy_size: Option<i32>,
}

impl Sts<'_> {
    /// A session of the user whose `keys` these are.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn get_session_token(
        &self,
        keys: &SigningKeys,
        request: &SessionToken,
    ) -> Result<SessionCredentials, CallError> {
        self.call("GetSessionToken", Some(keys), |client| async move {
            let answer = client
                .get_session_token()
                .set_duration_seconds(request.duration_seconds)
                .set_serial_number(request.serial_number.clone())
                .set_token_code(request.token_code.as_ref().map(|code| code.expose().to_owned()))
                .send()
                .await?;
            Ok(SessionCredentials::of(answer.credentials()))
        })
    }

    /// A session of somebody else that may do no more than the user whose `keys` these are.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn get_federation_token(
        &self,
        keys: &SigningKeys,
        request: &FederationToken,
    ) -> Result<FederatedAnswer, CallError> {
        self.call("GetFederationToken", Some(keys), |client| async move {
            let answer = client
                .get_federation_token()
                .name(&request.name)
                .set_policy(request.policies.inline.clone())
                .set_policy_arns(request.policies.managed())
                .set_duration_seconds(request.duration_seconds)
                .set_tags(session::tags(&request.tags).map_err(SdkError::construction_failure)?)
                .send()
                .await?;
            let user = answer.federated_user();
            Ok(SessionCredentials::of(answer.credentials()).map(|credentials| FederatedAnswer {
                credentials,
                federated_user_id: user.map(|user| user.federated_user_id().to_owned()),
                federated_user_arn: user.map(|user| user.arn().to_owned()),
                packed_policy_size: answer.packed_policy_size(),
            }))
        })
    }
}
