//! Faults: what goes wrong, with which calls, how often. A queue; the first that fits a call is its fault.

use serde::{Deserialize, Serialize};

/// One thing that goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The calls it is for, such as `AssumeRole` or `imds:token`; all when absent.
    #[serde(default)]
    pub action: Option<String>,
    /// How often; for ever when absent.
    #[serde(default)]
    pub times: Option<u32>,
    /// So many calls pass first.
    #[serde(default)]
    pub skip: u32,
    /// So many milliseconds pass before an error is answered.
    #[serde(default)]
    pub late: u64,
    /// What happens.
    pub kind: FaultKind,
}

/// What happens to a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FaultKind {
    /// This error, in the manner of the service; the service does not act.
    Error {
        /// The HTTP status.
        status: u16,
        /// `AccessDenied`
        code: String,
        /// The sentence.
        message: String,
    },
    /// 400 `Throttling`, or what the service has for it; the service does not act.
    Throttle,
    /// The connection is reset once the request has come; the service does not act.
    Reset,
    /// The service acts, and the connection is reset instead of the answer.
    ResetAfter,
    /// The service acts; so many bytes of the body come, fewer than Content-Length says, and the connection closes.
    Truncate {
        /// Bytes of the body that come.
        bytes: usize,
    },
    /// No answer, until the client goes or the server stops; the service does not act.
    Hang,
    /// The service acts at once, and its answer is late.
    Delay {
        /// How late.
        millis: u64,
    },
    /// 200 and a body that is neither XML nor JSON; the service does not act.
    Garbage,
}

impl Fault {
    /// For the next call.
    pub fn once(kind: FaultKind) -> Self {
        Self { times: Some(1), ..Self::always(kind) }
    }

    /// For every call.
    pub fn always(kind: FaultKind) -> Self {
        Self { action: None, times: None, skip: 0, late: 0, kind }
    }

    /// Only for calls of this action.
    #[must_use]
    pub fn of(mut self, action: &str) -> Self {
        self.action = Some(action.to_owned());
        self
    }

    /// So often.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Only after so many calls have passed.
    #[must_use]
    pub fn after(mut self, calls: u32) -> Self {
        self.skip = calls;
        self
    }

    /// An error that takes its time.
    #[must_use]
    pub fn late(mut self, millis: u64) -> Self {
        self.late = millis;
        self
    }
}

impl FaultKind {
    /// An error in the manner of the service.
    pub fn error(status: u16, code: &str, message: &str) -> Self {
        Self::Error { status, code: code.to_owned(), message: message.to_owned() }
    }

    /// As the log names it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Error { .. } => "Error",
            Self::Throttle => "Throttle",
            Self::Reset => "Reset",
            Self::ResetAfter => "ResetAfter",
            Self::Truncate { .. } => "Truncate",
            Self::Hang => "Hang",
            Self::Delay { .. } => "Delay",
            Self::Garbage => "Garbage",
        }
    }
}

/// Takes the fault of a call of `action` off the queue.
pub(crate) fn take(faults: &mut Vec<Fault>, action: &str) -> Option<Fault> {
    for at in 0..faults.len() {
        let fault = &mut faults[at];
        if fault.times == Some(0) || fault.action.as_deref().is_some_and(|wanted| wanted != action) {
            continue;
        }
        if fault.skip > 0 {
            fault.skip -= 1;
            continue;
        }
        fault.times = fault.times.map(|left| left - 1);
        return match fault.times {
            Some(0) => Some(faults.remove(at)),
            _ => Some(fault.clone()),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_fits() {
        let mut faults = vec![
            Fault::once(FaultKind::Reset).of("A").after(1),
            Fault::once(FaultKind::Hang).times(2),
            Fault::always(FaultKind::Garbage).of("B"),
        ];
        let mut seen = |action| take(&mut faults, action).map_or("-", |fault| fault.kind.name());
        assert_eq!(["A", "A", "A", "A", "B", "B"].map(&mut seen), ["Hang", "Reset", "Hang", "-", "Garbage", "Garbage"]);
        assert_eq!(faults.len(), 1);
    }

    #[test]
    fn as_json() {
        let fault: Fault = serde_json::from_str(r#"{"kind": {"Delay": {"millis": 5}}, "times": 1}"#).unwrap();
        assert_eq!(fault, Fault::once(FaultKind::Delay { millis: 5 }));
        let fault: Fault = serde_json::from_str(r#"{"kind": "Throttle", "action": "AssumeRole"}"#).unwrap();
        assert_eq!(fault, Fault::always(FaultKind::Throttle).of("AssumeRole"));
    }
}
