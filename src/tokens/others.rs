//! What other tools put into a token's file.

use std::fmt;

use serde_json::{Map, Value};

/// Kept as they are, and never shown: nobody knows what is in them.
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) struct Others(pub(super) Map<String, Value>);

impl Others {
    /// Puts them at the end of `object`.
    pub(super) fn add_to(&self, object: &mut Value) {
        for (key, value) in &self.0 {
            object[key] = value.clone();
        }
    }
}

impl fmt::Debug for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
