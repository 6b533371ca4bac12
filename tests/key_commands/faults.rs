//! Every call of a rotation, and whatever can become of it: killed before the service acts, after it acted, after its
//! answer; refused, throttled, reset, cut, late, hanging.
//!
//! Afterwards every profile holds a key that works, a secret that reached keyfob is on disk, and the next run ends with
//! one working key.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sandbox::server::{Fault, FaultKind};

use crate::place::{LIMIT, OLD, Place, place};

/// Most of a run is waiting.
const AT_ONCE: usize = 12;
/// `--cli-read-timeout` is in whole seconds.
const ROTATE: &str = "keys rotate --profile bob --cli-read-timeout 1";

/// A call of a good rotation: the how manieth of its action.
#[derive(Debug, Clone)]
struct Call {
    action: String,
    nth: u32,
}

/// What becomes of it.
#[derive(Debug, Clone)]
enum Case {
    /// Something goes wrong, once or from there on.
    Fails(FaultKind, bool),
    /// keyfob is killed: the service does not act.
    KilledBefore,
    /// keyfob is killed: the service has acted, and its answer is on its way.
    KilledAfter,
}

fn cases() -> Vec<Case> {
    let error = |status, code| FaultKind::error(status, code, "so it is");
    let mut cases = vec![Case::KilledBefore, Case::KilledAfter];
    for kind in [
        error(500, "ServiceFailure"),
        error(403, "AccessDenied"),
        FaultKind::Throttle,
        FaultKind::Reset,
        FaultKind::ResetAfter,
        FaultKind::Truncate { bytes: 40 },
        FaultKind::Hang,
        FaultKind::Garbage,
    ] {
        cases.push(Case::Fails(kind.clone(), false));
        if !matches!(kind, FaultKind::Garbage | FaultKind::Truncate { .. }) {
            cases.push(Case::Fails(kind, true));
        }
    }
    cases
}

#[test]
fn every_call_with_every_fault() {
    let calls = calls_of_a_good_rotation();
    let cases: Vec<_> = calls.iter().flat_map(|call| cases().into_iter().map(move |case| (call, case))).collect();
    all_at_once(&cases, |(call, case)| run(call, case));
}

/// Runs every case, many at once, and fails with the names of those that did.
pub fn all_at_once<C: std::fmt::Debug + Sync>(cases: &[C], run: impl Fn(&C) + Sync) {
    let (next, broken) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::SeqCst)) {
                    if std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(case))).is_err() {
                        broken.lock().unwrap().push(format!("{case:?}"));
                    }
                }
            });
        }
    });
    let broken = broken.into_inner().unwrap();
    assert!(broken.is_empty(), "{} of {}:\n{}", broken.len(), cases.len(), broken.join("\n"));
}

fn calls_of_a_good_rotation() -> Vec<Call> {
    let place = place();
    place.good(ROTATE);
    place.check_end("a good rotation");
    let mut count: BTreeMap<String, u32> = BTreeMap::new();
    let calls: Vec<_> = place.server.calls().into_iter().map(|call| call.action).collect();
    for step in ["CreateAccessKey", "GetCallerIdentity", "UpdateAccessKey", "DeleteAccessKey", "ListAccessKeys"] {
        assert!(calls.iter().any(|action| action == step), "no {step}: {calls:?}");
    }
    let nth = |action: String| {
        let nth = count.entry(action.clone()).or_default();
        *nth += 1;
        Call { action, nth: *nth }
    };
    calls.into_iter().map(nth).collect()
}

fn run(call: &Call, case: &Case) {
    let place = place();
    let when = format!("{case:?} at {} {}", call.action, call.nth);
    let fault = |kind, always| {
        let fault = if always { Fault::always(kind) } else { Fault::once(kind) };
        place.server.fault(fault.of(&call.action).after(call.nth - 1));
    };
    match case {
        Case::Fails(kind, always) => {
            fault(kind.clone(), *always);
            let mut command = place.command(ROTATE);
            let said = place.end(command.env("AWS_MAX_ATTEMPTS", "2").spawn().unwrap());
            let met = place.server.calls().iter().any(|call| call.fault.is_some());
            assert!(met, "{when}: the fault was not met");
            let told = said.code == 0 || said.err.lines().any(|line| line.starts_with("error: "));
            assert!(told, "{when}: exit {}: {}", said.code, said.err);
        }
        Case::KilledBefore => {
            fault(FaultKind::Hang, false);
            kill_at_fault(&place, &when);
        }
        Case::KilledAfter => {
            fault(FaultKind::Delay { millis: 60_000 }, false);
            kill_at_fault(&place, &when);
        }
    }
    place.check(&when);
    check_secret(&place, call, &when);
    place.server.clear_faults();
    let said = place.run(ROTATE);
    assert_eq!(said.code, 0, "{when}: the next run: {}", said.err);
    place.check_end(&when);
}

/// Kills keyfob as soon as the call with the fault is there.
fn kill_at_fault(place: &Place, when: &str) {
    // Its own limit must not come first.
    let mut child = place.start("keys rotate --profile bob");
    let until = Instant::now() + LIMIT;
    while !place.server.calls().iter().any(|call| call.fault.is_some()) {
        assert!(Instant::now() < until && child.try_wait().unwrap().is_none(), "{when}: the fault was not met");
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Once its answer came, the new key's secret is in a profile or in a journal.
fn check_secret(place: &Place, call: &Call, when: &str) {
    if call.action == "CreateAccessKey" {
        return;
    }
    for key in place.user("bob").keys.iter().filter(|key| key.id != OLD) {
        let held = place.all_held().iter().any(|pair| pair.secret == key.secret);
        let kept = place.journals().iter().any(|(_, text)| text.contains(&key.secret));
        assert!(held || kept, "{when}: the secret of {} is lost", key.id);
    }
}
