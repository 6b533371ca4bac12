//! The core: a plan becomes credentials.
//!
//! [`resolve()`] walks a [`Plan`](crate::chain::Plan); [`formats`] writes the result in the forms
//! that shells and SDKs read; [`expiry`] reads and writes the times credentials end at.

pub mod expiry;
pub mod formats;
pub mod resolve;

use expiry::Expiry;

use crate::chain::Method;
use crate::secret::Secret;

pub use resolve::{ResolveError, resolve};

/// Credentials that can sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The access key id.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: Secret,
    /// The session token of temporary credentials.
    pub session_token: Option<Secret>,
    /// When they end; `None` for keys that do not, or do not say.
    pub expiry: Option<Expiry>,
    /// The account they belong to, where it is known.
    pub account_id: Option<String>,
    /// How they were obtained.
    pub method: Method,
}
