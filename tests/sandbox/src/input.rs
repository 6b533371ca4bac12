//! The members of a JSON request.

use serde_json::{Map, Value};

use crate::server::Request;
use crate::signature::Refusal;

/// A JSON object; a member that is null is as good as absent.
pub(crate) struct Input {
    members: Map<String, Value>,
    /// What the service calls a mistake.
    mistake: &'static str,
}

impl Input {
    pub(crate) fn of(request: &Request, mistake: &'static str) -> Result<Self, Refusal> {
        match serde_json::from_slice(&request.body) {
            Ok(Value::Object(members)) => Ok(Self { members, mistake }),
            _ => Err(Refusal::new(400, mistake, "The request is no JSON object")),
        }
    }

    /// A text that must be there and say something.
    pub(crate) fn required(&self, name: &str) -> Result<&str, Refusal> {
        let text = self.optional(name)?.filter(|text| !text.is_empty());
        text.ok_or_else(|| self.invalid(format!("{name} is missing")))
    }

    /// A text that may be missing.
    pub(crate) fn optional(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.invalid(format!("{name} is no text"))),
        }
    }

    /// A list of texts; empty when it is missing.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<String>, Refusal> {
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(texts)) => {
                let texts: Option<_> = texts.iter().map(|text| text.as_str().map(str::to_owned)).collect();
                texts.ok_or_else(|| self.invalid(format!("{name} has something that is no text")))
            }
            Some(_) => Err(self.invalid(format!("{name} is no list"))),
        }
    }

    fn invalid(&self, message: String) -> Refusal {
        Refusal::new(400, self.mistake, message)
    }
}
