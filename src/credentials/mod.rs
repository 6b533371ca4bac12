//! The core: a plan becomes credentials.
//!
//! - [`resolve`]: walks a [`Plan`](crate::chain::Plan), one provider a file behind it
//! - [`stored`]: the cache files: AWS CLI's for roles, keyfob's for other programs
//! - [`formats`]: the forms that shells and SDKs read

pub mod command_line;
mod container;
pub mod formats;
mod instance_metadata;
mod login;
mod mfa_session;
mod process;
mod programs;
pub mod resolve;
mod role;
mod sdk;
mod sso;
pub mod stored;
mod web_identity;

use jiff::Timestamp;

use crate::aws::{CallError, SigningKeys};
use crate::chain::Method;
use crate::secret::Secret;
use crate::tokens::expiry::Expiry;
use crate::tokens::renewal::Renewable;

pub use process::{ProcessError, read_process_entry};
pub use programs::{CHAIN, NoOutput, Programs};
pub use resolve::{ResolveError, Resolver};

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

impl Credentials {
    /// What signs a request.
    pub fn signing_keys(&self) -> SigningKeys {
        SigningKeys {
            access_key_id: self.access_key_id.clone(),
            secret_access_key: self.secret_access_key.clone(),
            session_token: self.session_token.clone(),
        }
    }
}

impl Renewable for Credentials {
    fn ends(&self) -> Option<Timestamp> {
        self.expiry.map(|expiry| expiry.timestamp())
    }
}

/// Where the code of an MFA device comes from: a person, usually. Implemented above, where people
/// are asked.
pub trait TokenCodes {
    /// The code that the device `serial_number` shows, for a role or a session of `profile`.
    ///
    /// # Errors
    /// There is nobody to ask, or no answer.
    fn token_code(&self, profile: &str, serial_number: &str) -> Result<Secret, NoCode>;

    /// The call that the code for `serial_number` went with failed. A code that AWS did not come to look at may be
    /// given again.
    fn failed(&self, serial_number: &str, error: &CallError);

    /// Whether somebody can be asked, should it come to that.
    fn can_ask(&self) -> bool;
}

/// Why there is no MFA code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoCode {
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// Nobody may be asked, or nobody answered.
    #[error("profile {profile} needs a code of the MFA device {serial_number}, and {why}")]
    Unanswered {
        /// The profile of the role or session.
        profile: String,
        /// The device.
        serial_number: String,
        /// Why there is none.
        why: String,
    },
}
