//! Access keys: who holds them on this machine, which of two is spare, and rotation.
//!
//! Pure, values in and out. The calls are in [`crate::aws::iam::keys`]; people are told, files changed and calls made by
//! `commands/keys/`, which lends [`rotation`] its hands.
//!
//! - [`age`]: how old a key is, and how long a time a person means
//! - [`held`]: the profiles that hold a key, and the edit that puts another in its place
//! - [`rotation`]: from one key to the next, step by step, either way
//! - [`journal`]: what is known of a rotation, on disk before each step
//! - [`proof`]: how long a new key may be refused
//! - [`spare`]: which of two keys can go
//! - [`policy`]: what a user must be allowed

pub mod age;
pub mod held;
pub mod journal;
pub mod policy;
pub mod proof;
pub mod rotation;
pub mod spare;

use crate::aws::SigningKeys;
use crate::secret::Secret;

/// An access key and its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPair {
    /// `AKIA...`
    pub id: String,
    /// The secret access key.
    pub secret: Secret,
}

impl KeyPair {
    /// As it signs.
    pub fn signing_keys(&self) -> SigningKeys {
        SigningKeys { access_key_id: self.id.clone(), secret_access_key: self.secret.clone(), session_token: None }
    }
}
