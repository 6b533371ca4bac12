//! MFA devices: what they are, whose they are, and the policy that asks for them.
//!
//! Pure: texts and values in, values out. The calls are in [`crate::aws::iam::mfa`]; people are asked in `commands/`.
//!
//! - [`device`]: kinds, names and serial numbers; [`owner`] says whose they are
//! - [`otpauth`]: what an authenticator app scans
//! - [`pair`]: two codes that follow one another, and what to do when IAM refuses them
//! - [`uses`]: the profiles that name a device
//! - [`policy`]: what makes MFA a must, and lets users see to their own device

pub mod device;
pub mod otpauth;
pub mod owner;
pub mod pair;
pub mod policy;
pub mod uses;
