//! One request in, one outcome out: the service acts unless a fault forbids, and the log says what happened.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::control;
use super::fault::{self, FaultKind};
use super::http::{Request, Response};
use super::log::Call;
use super::route::Route;
use super::state::State;
use crate::encoding;

/// What the connection is to do.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Answer, after a while.
    Answer(Response, Duration),
    /// Answer with so many bytes of the body, and close.
    Cut(Response, usize),
    /// Reset the connection.
    Reset,
    /// Nothing, until someone gives up.
    Hang,
}

/// Answers a request. The log has it before the client does.
pub(crate) fn exchange(state: &Mutex<State>, request: &Request) -> Outcome {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(path) = request.path.strip_prefix(control::PREFIX) {
        return Outcome::Answer(control::answer(&mut state, request, path), Duration::ZERO);
    }
    let route = Route::of(request);
    let mut call = Call::of(&route.action, request, state.now());
    let fault = fault::take(&mut state.faults, &route.action);
    let late = fault.as_ref().map_or(Duration::ZERO, |fault| Duration::from_millis(fault.late));
    let fault = fault.map(|fault| fault.kind);
    call.fault = fault.as_ref().map(|kind| kind.name().to_owned());
    let response = match &fault {
        Some(FaultKind::Reset | FaultKind::Hang) => Response::default(),
        Some(FaultKind::Error { status, code, message }) => route.error(*status, code, message),
        Some(FaultKind::Throttle) => route.throttled(),
        Some(FaultKind::Garbage) => Response::new(200, "text/xml", "]]> neither XML nor JSON & <"),
        Some(FaultKind::ResetAfter | FaultKind::Truncate { .. } | FaultKind::Delay { .. }) | None => {
            route.answer(&mut state, request)
        }
    };
    let mut response = response.with_header("Date", encoding::http_date(state.now()));
    if request.method == "HEAD" {
        // Bytes here would be taken for the next answer.
        response.body.clear();
    }
    call.error_code.clone_from(&response.error_code);
    let outcome = match fault {
        Some(FaultKind::Reset | FaultKind::ResetAfter) => Outcome::Reset,
        Some(FaultKind::Hang) => Outcome::Hang,
        Some(FaultKind::Truncate { bytes }) => Outcome::Cut(response, bytes),
        Some(FaultKind::Delay { millis }) => Outcome::Answer(response, Duration::from_millis(millis)),
        _ => Outcome::Answer(response, late),
    };
    if let Outcome::Answer(response, _) | Outcome::Cut(response, _) = &outcome {
        call.answered = response.status;
    }
    state.calls.push(call);
    outcome
}
