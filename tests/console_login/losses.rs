//! Processes that are killed, answers that are lost, disks that are full: no login is lost that need not be.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use sandbox::Said;
use sandbox::server::{Fault, FaultKind};

use crate::logged_in::{ME, MINE, ROOT, age, is_alive, keys, lives, logged_in, place, renewals};
use crate::place::{Place, told};

const OVER: &str = "Your session has expired. Please reauthenticate using 'aws login'.";

#[test]
fn killed_before_the_service_acted() {
    for seconds in [-1, 200] {
        let place = logged_in();
        age(&place, MINE, seconds);
        place.server.fault(Fault::once(FaultKind::Hang).of("SigninToken"));
        place.kill_waiting_for("SigninToken");
        is_alive(&place, MINE);
        let said = place.run("process --profile dev");
        assert_eq!((said.code, said.err.as_str(), renewals(&place)), (0, "", 2), "{said:?}");
        is_alive(&place, MINE);
        place.is_tidy();
    }
}

/// Its answer is lost, and with it the only refresh token.
#[test]
fn killed_after_the_service_acted() {
    let place = logged_in();
    age(&place, MINE, -1);
    place.server.fault(Fault::once(FaultKind::Delay { millis: 60_000 }).of("SigninToken"));
    place.kill_waiting_for("SigninToken");
    let said = place.run("process --profile dev");
    told(&said, 253, OVER, "run keyfob login --profile dev");
    assert_eq!(said.out, "");
    place.sign_in("login --profile dev");
    keys(&place.run("process --profile dev"));
    place.is_tidy();
}

#[test]
fn killed_after_the_service_acted_while_they_were_good() {
    let place = logged_in();
    age(&place, MINE, 200);
    place.server.fault(Fault::once(FaultKind::Delay { millis: 60_000 }).of("SigninToken"));
    place.kill_waiting_for("SigninToken");
    let said = place.run("process --profile dev");
    keys(&said);
    assert!(said.err.contains("warning: using credentials that end at ") && said.err.contains(OVER), "{}", said.err);
    age(&place, MINE, -1);
    told(&place.run("process --profile dev"), 253, OVER, "run keyfob login --profile dev");
}

/// The answer is all there is: an interrupt waits for it, but not for ever.
#[test]
fn interrupted_in_a_renewal() {
    for (signal, kind, renewed) in [
        (Signal::SIGINT, FaultKind::Delay { millis: 2000 }, 1),
        (Signal::SIGTERM, FaultKind::Delay { millis: 2000 }, 1),
        (Signal::SIGINT, FaultKind::Hang, 2),
    ] {
        let place = logged_in();
        age(&place, MINE, -1);
        place.server.fault(Fault::once(kind).of("SigninToken"));
        let before = place.server.count("SigninToken");
        let (running, start) = (place.start("process --profile dev"), Instant::now());
        place.wait_for_call("SigninToken", before + 1);
        running.signal(signal);
        let said = place.end(running);
        assert_eq!((said.code, said.out.as_str()), (128 + signal as i32, ""), "{said:?}");
        assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
        place.server.clear_faults();
        is_alive(&place, MINE);
        let said = place.run("process --profile dev");
        assert_eq!((said.code, said.err.as_str(), renewals(&place)), (0, "", renewed), "{said:?}");
        place.is_tidy();
    }
}

/// At any moment of its life: the file is whole, and its refresh token is spent only where the answer never came.
#[test]
fn killed_at_any_moment() {
    const STEPS: u32 = 40;
    let place = logged_in();
    let token = || place.server.account().console.logins.last().unwrap().refresh_token.clone();
    age(&place, MINE, -1);
    let start = Instant::now();
    keys(&place.run("process --profile dev"));
    let whole = start.elapsed();
    let (mut asked, mut lost) = (0, 0);
    for step in 0..STEPS {
        age(&place, MINE, -1);
        let (before, issued) = (place.home.read(MINE), token());
        let running = place.start("process --profile dev");
        thread::sleep(whole * step * 3 / (STEPS * 2));
        running.signal(Signal::SIGKILL);
        place.end(running);
        // What came to the service before the kill, it may still be doing.
        assert!(place.server.settle());
        let now = token();
        asked += u32::from(now != issued);
        if place.json(MINE)["refreshToken"] != *now {
            // The answer was on its way.
            lost += 1;
            assert_eq!(place.home.read(MINE), before);
            told(&place.run("process --profile dev"), 253, OVER, "run keyfob login --profile dev");
            place.sign_in("login --profile dev");
        }
        keys(&place.run("process --profile dev"));
    }
    lives(&place, "dev");
    place.is_tidy();
    assert!(asked > 0 && lost <= asked, "{lost} of {asked}");
}

#[test]
fn answers_that_were_lost() {
    for kind in [FaultKind::ResetAfter, FaultKind::Truncate { bytes: 40 }] {
        let place = logged_in();
        age(&place, MINE, -1);
        place.server.fault(Fault::once(kind.clone()).of("SigninToken"));
        // Whether it is asked again or not, the spent token cannot be had back.
        let said = place.run("process --profile dev");
        assert_eq!(said.out, "", "{kind:?}");
        told(&said, 253, OVER, "run keyfob login --profile dev");
        place.is_tidy();
        place.sign_in("login --profile dev");
        lives(&place, "dev");
    }
}

/// The refresh token was not shown, the file is what it was, and the error says so.
fn is_spared(place: &Place, said: &Said, before: &str) {
    let sentence = format!("the console login {ME} was not renewed, since the new credentials could not be kept: ");
    told(said, 253, &sentence, "nothing was lost");
    assert_eq!((said.out.as_str(), renewals(place)), ("", 0));
    assert_eq!(place.home.read(MINE), before);
}

/// They are good for a while, so they are handed on, with a warning.
fn is_spared_and_served(place: &Place, said: &Said, before: &str) {
    assert_eq!(keys(said)["AccessKeyId"], place.json(MINE)["accessToken"]["accessKeyId"]);
    let warning = "warning: using credentials that end at ";
    assert!(said.err.contains(warning) && said.err.contains("could not be kept"), "{}", said.err);
    assert_eq!((place.home.read(MINE).as_str(), renewals(place)), (before, 0));
}

#[test]
fn a_full_disk_spends_no_refresh_token() {
    // And a limit on files, of which the system tells by a signal that ends who does not expect it.
    for by_signal in [false, true] {
        let place = logged_in();
        age(&place, MINE, 200);
        let before = place.home.read(MINE);
        let said = place.end(place.start_without_room("process --profile dev", by_signal));
        is_spared_and_served(&place, &said, &before);
        age(&place, MINE, -1);
        let before = place.home.read(MINE);
        let said = place.end(place.start_without_room("process --profile dev", by_signal));
        is_spared(&place, &said, &before);
        // With room again nothing was lost.
        lives(&place, "dev");
        place.is_tidy();
    }
}

#[test]
fn a_closed_folder_spends_no_refresh_token() {
    let place = logged_in();
    let folder = place.home.aws("login/cache");
    let set = |mode| fs::set_permissions(&folder, Permissions::from_mode(mode)).unwrap();
    let run = |line: &str| place.start_as_somebody(line).map(|running| place.end(running));
    age(&place, MINE, 200);
    set(0o500);
    let before = place.home.read(MINE);
    let Some(said) = run("process --profile dev") else { return };
    is_spared_and_served(&place, &said, &before);
    set(0o700);
    age(&place, MINE, -1);
    set(0o500);
    let before = place.home.read(MINE);
    is_spared(&place, &run("process --profile dev").unwrap(), &before);
    // Nor is anybody asked to log in for what could not be kept.
    let opened = place.opened().len();
    let said = run("login --profile dev").unwrap();
    let sentence = "the session could not be kept, so the login was not begun: ";
    told(&said, 255, sentence, "make ~/.aws/login/cache writable");
    assert_eq!((place.opened().len(), said.out.as_str()), (opened, ""));
    set(0o700);
    keys(&run("process --profile dev").unwrap());
    is_alive(&place, MINE);
}

#[test]
fn a_full_disk_asks_nobody_to_log_in() {
    for by_signal in [false, true] {
        let place = logged_in();
        let (before, calls) = (place.snapshot(), place.actions().len());
        let said = place.watch(place.start_without_room("login --profile dev", by_signal));
        told(&said, 255, "the session could not be kept, so the login was not begun: ", "make room");
        assert_eq!((place.snapshot(), place.actions().len(), said.out.as_str()), (before, calls, ""));
    }
}

/// As where a program of its own writes the file, and nobody else may.
#[test]
fn a_config_file_that_is_read_only() {
    let place = place();
    let set = |mode| fs::set_permissions(place.home.aws("config"), Permissions::from_mode(mode)).unwrap();
    for line in ["login --profile dev", "login --profile dev --remote", "login --profile new --region eu-west-1"] {
        set(0o444);
        // Nobody is asked in vain.
        let said = place.run(line);
        told(&said, 255, "read-only", "");
        assert_eq!((said.out.as_str(), place.actions()), ("", vec![]), "{line}");
    }
    set(0o600);
    place.sign_in("login --profile dev");
    let (config, first) = (place.home.read("config"), place.json(MINE));
    // What is written there already needs no change.
    set(0o444);
    place.sign_in("login --profile dev");
    assert_eq!(place.home.read("config"), config);
    assert_ne!(place.json(MINE)["refreshToken"], first["refreshToken"]);
    is_alive(&place, MINE);
    // Another identity does.
    place.console(|console| console.session = ROOT.into());
    told(&place.browsing("login --profile dev --yes"), 255, "read-only", "");
    assert_eq!(place.home.read("config"), config);
    place.is_tidy();
}

/// Files that hold no session: it is said what is missing, and nothing is asked of anybody.
#[test]
fn files_that_are_no_sessions() {
    let place = logged_in();
    let good = place.json(MINE);
    let without = |key: &str| {
        let mut value = good.clone();
        value.as_object_mut().unwrap().remove(key);
        value.to_string()
    };
    let none = format!(
        "Error loading login session token: Unable to load a existing login session for session {ME}. Please \
         reauthenticate with 'aws login'."
    );
    let missing = |keys: &str| {
        format!(
            "Error loading login session token: Failed to load access token from token cache, missing required fields: {keys}."
        )
    };
    for (text, sentence) in [
        (String::new(), none.clone()),
        ("{".into(), none.clone()),
        ("[]".into(), none.clone()),
        (good.to_string()[..200].to_owned(), none.clone()),
        (without("dpopKey"), missing("dpopKey")),
        (without("refreshToken"), missing("refreshToken")),
        ("{}".into(), missing("accessToken, refreshToken, dpopKey, clientId")),
    ] {
        place.home.write(MINE, &text).unwrap();
        for (line, code) in [
            ("process --profile dev", 253),
            ("configure export-credentials --profile dev", 253),
            ("sts get-caller-identity --profile dev", 255),
        ] {
            let said = place.run(line);
            told(&said, code, &sentence, "run keyfob login --profile dev");
            assert_eq!(said.out, "");
        }
        assert_eq!(place.home.read(MINE), text);
    }
    place.home.write(MINE, good.to_string()).unwrap();
    age(&place, MINE, -1);
    place.edit(MINE, |value| {
        value["dpopKey"] = "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n".into()
    });
    let sentence = "Error loading login session token: Unable to load private key from cached token.";
    told(&place.run("process --profile dev"), 253, sentence, "run keyfob login --profile dev");
    assert_eq!(renewals(&place), 0);
    // Another key than the refresh token's.
    let other = logged_in().json(MINE)["dpopKey"].clone();
    place.edit(MINE, |value| value["dpopKey"] = other);
    let said = place.run("process --profile dev");
    told(&said, 254, "renewing the console login", "run keyfob login --profile dev");
    // The folder is a file.
    fs::remove_dir_all(place.home.aws("login")).unwrap();
    place.home.write("login", "x").unwrap();
    told(&place.run("process --profile dev"), 253, &none, "run keyfob login --profile dev");
    told(&place.run("login --profile dev"), 255, "so the login was not begun", "make room");
}
