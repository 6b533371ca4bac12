//! Entering a role: AssumeRole, which is signed, and its two sisters, which show a token or an assertion instead.

use aws_sdk_sts::error::SdkError;
use aws_sdk_sts::types::{AssumedRoleUser, Credentials, ProvidedContext};
use aws_types::request_id::RequestId as _;

use super::Sts;
use super::session::{self, SessionCredentials, SessionPolicies, SessionTag};
use crate::aws::SigningKeys;
use crate::aws::call::CallError;
use crate::secret::Secret;

/// What AssumeRole takes.
#[derive(Debug, Clone, Default)]
pub struct AssumeRole {
    /// The role.
    pub role_arn: String,
    /// The name of the session.
    pub role_session_name: String,
    /// What narrows the session.
    pub policies: SessionPolicies,
    /// Seconds.
    pub duration_seconds: Option<i32>,
    /// Session tags.
    pub tags: Vec<SessionTag>,
    /// The keys of tags that go on along a chain.
    pub transitive_tag_keys: Vec<String>,
    /// What the trust policy may ask for.
    pub external_id: Option<String>,
    /// The MFA device.
    pub serial_number: Option<String>,
    /// The code it shows.
    pub token_code: Option<Secret>,
    /// Who is behind the session.
    pub source_identity: Option<String>,
    /// What others assert of the session.
    pub provided_contexts: Vec<ContextAssertion>,
}

/// What a provider of contexts asserts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextAssertion {
    /// Who.
    pub provider_arn: Option<String>,
    /// What.
    pub assertion: Option<String>,
}

/// What AssumeRoleWithWebIdentity takes.
#[derive(Debug, Clone)]
pub struct WebIdentity {
    /// The role.
    pub role_arn: String,
    /// The name of the session.
    pub role_session_name: String,
    /// The token.
    pub token: Secret,
    /// Whose token it is, where it is none of OpenID Connect.
    pub provider_id: Option<String>,
    /// What narrows the session.
    pub policies: SessionPolicies,
    /// Seconds.
    pub duration_seconds: Option<i32>,
}

/// What AssumeRoleWithSAML takes.
#[derive(Debug, Clone)]
pub struct Saml {
    /// The role.
    pub role_arn: String,
    /// The identity provider in IAM.
    pub principal_arn: String,
    /// The response of the identity provider, in base64.
    pub assertion: Secret,
    /// What narrows the session.
    pub policies: SessionPolicies,
    /// Seconds.
    pub duration_seconds: Option<i32>,
}

/// What the three of them answer.
#[derive(Debug, Clone)]
pub struct RoleAnswer {
    /// The session's credentials.
    pub credentials: SessionCredentials,
    /// `AROA..:name`
    pub assumed_role_id: Option<String>,
    /// `arn:aws:sts::111122223333:assumed-role/demo/name`
    pub assumed_role_arn: Option<String>,
    /// How full the packed policy is, in percent.
    pub packed_policy_size: Option<i32>,
    /// Who is behind the session.
    pub source_identity: Option<String>,
    /// Web identity alone: the token's issuer.
    pub provider: Option<String>,
    /// Web identity and SAML: whom the token is for.
    pub audience: Option<String>,
    /// Web identity and SAML: whom the token names.
    pub subject: Option<String>,
    /// The request's id.
    pub request_id: Option<String>,
}

/// What AssumeRoleWithSAML answers.
#[derive(Debug, Clone)]
pub struct SamlAnswer {
    /// What it has in common with its sisters.
    pub role: RoleAnswer,
    /// `persistent`, `transient`, or a URI.
    pub subject_type: Option<String>,
    /// The identity provider.
    pub issuer: Option<String>,
    /// A hash that tells subjects of the same name from each other.
    pub name_qualifier: Option<String>,
}

impl Sts<'_> {
    /// Assumes a role with `keys`.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn assume_role(&self, keys: &SigningKeys, request: &AssumeRole) -> Result<RoleAnswer, CallError> {
        self.call("AssumeRole", Some(keys), |client| async move {
            let request = request.clone();
            let contexts = request.provided_contexts.into_iter().map(|given| {
                ProvidedContext::builder()
                    .set_provider_arn(given.provider_arn)
                    .set_context_assertion(given.assertion)
                    .build()
            });
            let answer = client
                .assume_role()
                .role_arn(request.role_arn)
                .role_session_name(request.role_session_name)
                .set_policy_arns(request.policies.managed())
                .set_policy(request.policies.inline)
                .set_duration_seconds(request.duration_seconds)
                .set_tags(session::tags(&request.tags).map_err(SdkError::construction_failure)?)
                .set_transitive_tag_keys(session::some(request.transitive_tag_keys))
                .set_external_id(request.external_id)
                .set_serial_number(request.serial_number)
                .set_token_code(request.token_code.map(|code| code.expose().to_owned()))
                .set_source_identity(request.source_identity)
                .set_provided_contexts(session::some(contexts.collect()))
                .send()
                .await?;
            Ok(RoleAnswer::of(answer.credentials(), answer.assumed_role_user()).map(|role| RoleAnswer {
                packed_policy_size: answer.packed_policy_size(),
                source_identity: owned(answer.source_identity()),
                request_id: owned(answer.request_id()),
                ..role
            }))
        })
    }

    /// Assumes a role with a web identity; unsigned.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn assume_role_with_web_identity(&self, request: &WebIdentity) -> Result<RoleAnswer, CallError> {
        self.call("AssumeRoleWithWebIdentity", None, |client| async move {
            let answer = client
                .assume_role_with_web_identity()
                .role_arn(&request.role_arn)
                .role_session_name(&request.role_session_name)
                .web_identity_token(request.token.expose())
                .set_provider_id(request.provider_id.clone())
                .set_policy_arns(request.policies.managed())
                .set_policy(request.policies.inline.clone())
                .set_duration_seconds(request.duration_seconds)
                .send()
                .await?;
            Ok(RoleAnswer::of(answer.credentials(), answer.assumed_role_user()).map(|role| RoleAnswer {
                packed_policy_size: answer.packed_policy_size(),
                source_identity: owned(answer.source_identity()),
                provider: owned(answer.provider()),
                audience: owned(answer.audience()),
                subject: owned(answer.subject_from_web_identity_token()),
                request_id: owned(answer.request_id()),
                ..role
            }))
        })
    }

    /// Assumes a role with a SAML assertion; unsigned.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn assume_role_with_saml(&self, request: &Saml) -> Result<SamlAnswer, CallError> {
        self.call("AssumeRoleWithSAML", None, |client| async move {
            let answer = client
                .assume_role_with_saml()
                .role_arn(&request.role_arn)
                .principal_arn(&request.principal_arn)
                .saml_assertion(request.assertion.expose())
                .set_policy_arns(request.policies.managed())
                .set_policy(request.policies.inline.clone())
                .set_duration_seconds(request.duration_seconds)
                .send()
                .await?;
            Ok(RoleAnswer::of(answer.credentials(), answer.assumed_role_user()).map(|role| SamlAnswer {
                role: RoleAnswer {
                    packed_policy_size: answer.packed_policy_size(),
                    source_identity: owned(answer.source_identity()),
                    audience: owned(answer.audience()),
                    subject: owned(answer.subject()),
                    request_id: owned(answer.request_id()),
                    ..role
                },
                subject_type: owned(answer.subject_type()),
                issuer: owned(answer.issuer()),
                name_qualifier: owned(answer.name_qualifier()),
            }))
        })
    }
}

impl RoleAnswer {
    /// What is needed of an answer; the rest is empty.
    fn of(credentials: Option<&Credentials>, user: Option<&AssumedRoleUser>) -> Result<Self, String> {
        Ok(Self {
            credentials: SessionCredentials::of(credentials)?,
            assumed_role_id: user.map(|user| user.assumed_role_id().to_owned()),
            assumed_role_arn: user.map(|user| user.arn().to_owned()),
            packed_policy_size: None,
            source_identity: None,
            provider: None,
            audience: None,
            subject: None,
            request_id: None,
        })
    }
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}
