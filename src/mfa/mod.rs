//! MFA: where codes come from.
//!
//! - [`codes`]: the sources of a code, in their order, and codes that were used already

pub mod codes;
