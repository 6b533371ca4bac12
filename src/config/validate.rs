//! placeholder until the real one arrives
use super::{Origin, shared::SharedConfig};
#[allow(missing_docs)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Error,
    Warning,
}
#[allow(missing_docs)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub severity: Severity,
    pub origin: Origin,
    pub what: String,
    pub cli: String,
    pub sdk: String,
    pub mend: String,
}
#[allow(missing_docs)]
pub fn validate(_shared: &SharedConfig<'_>) -> Vec<Finding> {
    Vec::new()
}
