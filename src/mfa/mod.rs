//! MFA devices: what they are, whose they are, where their codes come from, and the policy that asks for them.
//!
//! Pure, texts and values in, values out, but for [`codes`]. The calls are in [`crate::aws::iam::mfa`]; people are asked
//! in `commands/`.
//!
//! - [`codes`]: the sources of a code, in their order, and codes that were used already
//! - [`device`]: kinds, names and serial numbers
//! - [`otpauth`]: what an authenticator app scans
//! - [`pair`]: two codes that follow one another, and what to do when IAM refuses them
//! - [`uses`]: the profiles that name a device
//! - [`policy`]: what makes MFA a must, and lets users see to their own device

pub mod codes;
pub mod device;
pub mod otpauth;
pub mod pair;
pub mod policy;
pub mod uses;
