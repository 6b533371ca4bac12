//! Every write of a rotation, failed or killed: `strace` learns the calls of a good run that change something under
//! `~/.aws`, then has each fail for want of room, or kills the process there.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};

use crate::faults::all_at_once;
use crate::place::{KEYFOB, OLD, OLD_SECRET, Place, place};

const ROTATE: [&str; 4] = ["keys", "rotate", "--profile", "bob"];

/// A system call of a good run that changes something: the how manieth of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Call {
    name: String,
    nth: usize,
    what: String,
}

#[test]
#[ignore = "needs strace"]
fn every_write_with_every_fault() {
    let calls = calls_of_a_good_rotation();
    for name in ["write", "fsync", "rename", "unlink"] {
        assert!(calls.iter().any(|call| call.name.starts_with(name)), "no {name}: {calls:?}");
    }
    let faults = ["signal=SIGKILL", "error=ENOSPC"];
    let cases: Vec<_> = calls.iter().flat_map(|call| faults.map(|fault| (call, fault))).collect();
    all_at_once(&cases, |(call, fault)| run(call, fault));
}

/// keyfob under strace, which writes to `trace` in the home.
fn strace(place: &Place, options: &[&str]) -> Command {
    let mut command = place.home.command("strace");
    command.current_dir(place.home.path()).env("NO_COLOR", "1").env("AWS_ENDPOINT_URL", place.server.url());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.args(["-f", "-o", "trace"]).args(options).arg(KEYFOB).args(ROTATE);
    command
}

fn calls_of_a_good_rotation() -> Vec<Call> {
    let place = place();
    let said = place.end(strace(&place, &["-y"]).spawn().unwrap());
    assert_eq!(said.code, 0, "{}", said.err);
    let trace = fs::read_to_string(place.home.path().join("trace")).unwrap();
    fs::remove_file(place.home.path().join("trace")).unwrap();
    place.check_end("a good rotation");
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    let mut calls = Vec::new();
    for line in trace.lines() {
        let Some((name, rest)) = line.split_once(' ').and_then(|(_, call)| call.trim_start().split_once('(')) else {
            continue;
        };
        let nth = count.entry(name).or_default();
        *nth += 1;
        let changes = match name {
            "openat" => rest.contains("O_CREAT"),
            "write" | "fsync" | "fchmod" | "fchown" | "ftruncate" | "mkdir" | "chmod" => true,
            name => name.starts_with("rename") || name.starts_with("unlink") || name.starts_with("link"),
        };
        if changes && rest.contains("/.aws/") {
            let what = rest.chars().take(100).collect();
            calls.push(Call { name: name.to_owned(), nth: *nth, what });
        }
    }
    calls
}

fn run(call: &Call, fault: &str) {
    let place = Place { leaves_locks: true, ..place() };
    let when = format!("{fault} at {} {}: {}", call.name, call.nth, call.what);
    let inject = format!("inject={}:{fault}:when={}", call.name, call.nth);
    let said = place.end(strace(&place, &["-e", &format!("trace={}", call.name), "-e", &inject]).spawn().unwrap());
    let trace = place.home.path().join("trace");
    let met = fs::read_to_string(&trace).unwrap();
    assert!(met.contains("(INJECTED)") || met.contains("killed by SIGKILL"), "{when}: strace did not meet the call");
    fs::remove_file(trace).unwrap();
    place.check(&when);
    let killed = fault.starts_with("signal");
    if !killed {
        assert!(said.code == 0 || said.err.contains("error: "), "{when}: exit {}: {}", said.code, said.err);
        // Killed, keyfob may have heard a secret a moment before.
        for key in place.user("bob").keys.iter().filter(|key| key.id != OLD) {
            let held = place.all_held().iter().any(|pair| pair.secret == key.secret);
            let kept = place.journals().iter().any(|(_, text)| text.contains(&key.secret));
            assert!(held || kept, "{when}: the secret of {} is lost: {}", key.id, said.err);
        }
    }
    let said = place.run("keys rotate --profile bob");
    assert_eq!(said.code, 0, "{when}: the next run: {}", said.err);
    place.check_end(&when);
    place.search(&[OLD_SECRET], &when);
}
