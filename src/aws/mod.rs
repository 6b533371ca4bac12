//! The only door to AWS: settings of a call, TLS and proxies, retries, clients, and what a service
//! answers when it refuses.
//!
//! Nothing here is started before the first call: [`call`] builds the one-threaded runtime, [`http`]
//! the one client of a call, from explicit settings and never from the SDK's default chain. The rest
//! of the house sees the small request and answer types of [`sts`], [`iam`], [`oidc`], [`portal`] and [`signin`].

pub mod address;
pub mod arn;
pub mod call;
mod connect;
pub mod dpop;
pub mod federation;
pub mod http;
pub mod iam;
pub mod oidc;
pub mod partition;
pub mod portal;
pub mod proxy;
pub mod settings;
pub mod signin;
pub mod sts;
mod trust;

pub use arn::Arn;
pub use call::{CallError, Caller, ClockWatch, Refusal};
pub use settings::{CallFlags, CallSettings, SettingError};

use crate::secret::Secret;

/// What signs a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKeys {
    /// The access key id.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: Secret,
    /// The session token of temporary keys.
    pub session_token: Option<Secret>,
}
