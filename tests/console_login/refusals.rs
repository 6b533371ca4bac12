//! What the service says instead of credentials, and what is made of it.

use std::collections::BTreeSet;

use sandbox::server::{Call, Fault, FaultKind};

use crate::logged_in::{MINE, age, is_alive, keys, lives, logged_in, place, renewals};
use crate::place::{Place, browse, told};

fn error(status: u16, code: &str) -> FaultKind {
    FaultKind::error(status, code, "The reason")
}

fn ended() -> Place {
    let place = logged_in();
    age(&place, MINE, -1);
    place
}

const OVER: &str = "Your session has expired. Please reauthenticate using 'aws login'.";
const PASSWORD: &str = "Unable to refresh credentials because of a change in your password. Please reauthenticate with \
    your new password using 'aws login'.";
const PERMISSION: &str = "Unable to create or refresh login credentials due to insufficient permissions. You may be \
    missing permission for the 'signin:CreateOAuth2Token' action.";

#[test]
fn busy_and_broken_services_are_asked_again() {
    for kind in [
        FaultKind::Throttle,
        error(429, "INVALID_REQUEST"),
        error(500, "server_error"),
        error(503, "server_error"),
        FaultKind::Reset,
    ] {
        let place = ended();
        place.server.fault(Fault::once(kind.clone()).of("SigninToken"));
        let said = place.run("process --profile dev");
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{kind:?}: {said:?}");
        assert_eq!(renewals(&place), 2, "{kind:?}");
        // A proof is good for one attempt.
        let renewing = |call: &Call| call.grant.as_deref() == Some("refresh_token");
        let calls = place.server.calls().into_iter().filter(renewing);
        let proofs: BTreeSet<_> = calls.map(|call| call.headers["dpop"].clone()).collect();
        assert_eq!(proofs.len(), 2, "{kind:?}: {proofs:?}");
        is_alive(&place, MINE);
    }
    // And not for ever.
    for (kind, code) in [(FaultKind::Throttle, 254), (error(500, "server_error"), 254), (FaultKind::Reset, 255)] {
        let place = ended();
        place.server.fault(Fault::always(kind.clone()).of("SigninToken"));
        let before = place.home.read(MINE);
        let said = place.run("process --profile dev");
        told(&said, code, "renewing the console login arn:aws:iam::111122223333:user/me: ", "");
        assert_eq!((said.out.as_str(), renewals(&place)), ("", 3), "{kind:?}");
        assert_eq!(place.home.read(MINE), before);
        lives(&place, "dev");
    }
}

#[test]
fn refusals_are_final() {
    let to_login = "run keyfob login --profile dev";
    for (sentence, next) in [(OVER, to_login), (PASSWORD, to_login), (PERMISSION, "SignInLocalDevelopmentAccess")] {
        let place = ended();
        place.console(|console| {
            console.logins[0].ended = sentence == OVER;
            console.password_changed = sentence == PASSWORD;
            console.permission_missing = sentence == PERMISSION;
        });
        let before = place.home.read(MINE);
        for (at, line, code) in [
            (1, "process --profile dev", 253),
            (2, "env --profile dev --shell bash", 253),
            (3, "exec --profile dev -- echo ran", 253),
            (4, "whoami --profile dev", 253),
            (5, "console --profile dev --print", 253),
            (6, "configure export-credentials --profile dev", 255),
            (7, "sts get-caller-identity --profile dev", 255),
        ] {
            let said = place.run(line);
            told(&said, code, sentence, next);
            assert_eq!((said.out.as_str(), renewals(&place)), ("", at), "{line}");
        }
        assert_eq!(place.home.read(MINE), before);
    }
}

#[test]
fn the_end_of_the_console_session() {
    let place = place();
    place.console(|console| console.session_seconds = 60);
    place.sign_in("login --profile dev");
    // No access keys outlive it.
    let left = crate::place::seconds_until(place.json(MINE)["accessToken"]["expiresAt"].as_str().unwrap());
    assert!(left <= 60, "{left}");
    place.console(|console| console.logins[0].ends_at = 0);
    age(&place, MINE, -1);
    told(&place.run("process --profile dev"), 253, OVER, "run keyfob login --profile dev");
    place.console(|console| console.session_seconds = 3600);
    place.sign_in("login --profile dev");
    keys(&place.run("process --profile dev"));
}

#[test]
fn another_region_is_told() {
    let place = ended();
    place.server.fault(Fault::always(error(400, "INVALID_REQUEST")).of("SigninToken"));
    let said = place.run("process --profile dev");
    told(&said, 254, "renewing the console login arn:aws:iam::111122223333:user/me: ", "another region");
    assert!(said.err.contains("INVALID_REQUEST") || said.err.contains("ValidationException"), "{}", said.err);
    assert!(said.err.contains("run keyfob login --profile dev"), "{}", said.err);
    assert_eq!((said.out.as_str(), renewals(&place)), ("", 1));
    let said = place.run("configure export-credentials --profile dev");
    assert_eq!((said.code, said.out.as_str()), (254, ""), "{said:?}");
    lives(&place, "dev");
}

#[test]
fn while_they_are_good_nothing_is_lost() {
    for kind in [
        error(400, "TOKEN_EXPIRED"),
        error(400, "USER_CREDENTIALS_CHANGED"),
        error(403, "INSUFFICIENT_PERMISSIONS"),
        error(400, "INVALID_REQUEST"),
        error(500, "server_error"),
        FaultKind::Throttle,
        FaultKind::Reset,
        FaultKind::Garbage,
    ] {
        let place = logged_in();
        age(&place, MINE, 200);
        let before = place.home.read(MINE);
        place.server.fault(Fault::always(kind.clone()).of("SigninToken"));
        let said = place.run("process --profile dev");
        assert_eq!(keys(&said)["AccessKeyId"], place.json(MINE)["accessToken"]["accessKeyId"], "{kind:?}");
        let ends = place.json(MINE)["accessToken"]["expiresAt"].as_str().unwrap().to_owned();
        let warning = format!("warning: using credentials that end at {ends}: renewing them failed: ");
        assert!(said.err.contains(&warning), "{kind:?}: {}", said.err);
        assert_eq!(place.home.read(MINE), before);
        lives(&place, "dev");
    }
}

#[test]
fn a_clock_that_is_wrong() {
    for (offset, how) in [(1170, "20 minutes behind AWS's"), (-1170, "20 minutes ahead of AWS's")] {
        let place = ended();
        place.server.clock_offset(offset);
        let said = place.run("process --profile dev");
        keys(&said);
        assert!(said.err.contains(&format!("warning: this machine's clock is {how}")), "{}", said.err);
        is_alive(&place, MINE);
        // A code too.
        let running = place.start("login --profile dev");
        assert_eq!(browse(&place.wait_for_page(2)).unwrap().status, 200);
        let said = place.end(running);
        assert!(said.code == 0 && said.err.contains(how), "{said:?}");
        is_alive(&place, MINE);
        // What comes of it ends when this machine's clock says so.
        let left = crate::place::seconds_until(place.json(MINE)["accessToken"]["expiresAt"].as_str().unwrap());
        assert!((800..=900).contains(&left), "{left}");
    }
}

#[test]
fn nobody_may_log_in() {
    let place = place();
    place.console(|console| console.permission_missing = true);
    let before = place.snapshot();
    let running = place.start("login --profile dev");
    assert_eq!(browse(&place.wait_for_page(1)).unwrap().status, 400);
    told(&place.end(running), 255, PERMISSION, "SignInLocalDevelopmentAccess");
    assert_eq!((place.snapshot(), place.server.count("SigninToken")), (before, 1));
}
