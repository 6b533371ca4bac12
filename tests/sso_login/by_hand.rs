//! Where the browser cannot come back: addresses that are shown and pasted, and Ctrl-C.

use nix::sys::signal::Signal;
use sandbox::identity_center::Approval;

use crate::place::{Place, START_URL, TOKEN, Talk, browse, callback, param, place, signed_in};

/// Nothing of `seen` is a secret; what was pasted is there because the terminal shows what is typed.
fn shows_no_secret(place: &Place, seen: &str, pasted: &[&str]) {
    for secret in place.secrets() {
        assert!(pasted.contains(&secret.as_str()) || !seen.contains(&secret), "{secret} is shown:\n{seen}");
    }
}

#[test]
fn the_address_is_printed_and_waited_for() {
    let place = place();
    let running = place.start("sso login --profile dev --no-browser");
    let address = running.address();
    let shown = format!("Browser will not be automatically opened.\nPlease visit the following URL:\n\n{address}\n");
    assert_eq!(running.out(), shown);
    assert_eq!(browse(&address).unwrap().status, 200);
    let said = place.end(running);
    assert_eq!(said.out, format!("{shown}Successfully logged into Start URL: {START_URL}\n"));
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(place.opened().is_empty());
}

#[test]
fn a_pasted_address_is_as_good() {
    let place = place();
    let mut talk = Talk::new(&place, "sso login --profile dev --no-browser");
    let address = talk.address();
    talk.wait("Copy that address, paste it here and press Enter.");
    let back = callback(&address);
    let (state, code) = (param(&address, "state"), param(&back, "code"));
    let other = back.replace(&state, "00000000-0000-4000-8000-000000000000");
    talk.type_keys(&format!("{other}\r")).wait("this address belongs to another sign-in attempt");
    talk.type_keys(&format!("{address}\r")).wait("this is the address to open");
    talk.type_keys("what now\r").wait("it holds no code");
    talk.type_keys("\r");
    assert_eq!(place.server.count("CreateToken"), 0);
    talk.type_keys(&format!("\"{back}\" \r")).wait(&format!("Successfully logged into Start URL: {START_URL}"));
    let (ended, seen) = talk.end();
    assert_eq!((ended, place.server.count("CreateToken")), (0, 1), "{seen}");
    assert!(place.json(TOKEN)["accessToken"].is_string());
    shows_no_secret(&place, &seen, &[&code]);
    place.is_tidy();
}

#[test]
fn a_pasted_refusal_ends_it() {
    let place = place();
    place.center(|center| center.approval = Approval::Deny);
    let mut talk = Talk::new(&place, "sso login --profile dev --no-browser");
    let back = callback(&talk.address());
    talk.type_keys(&format!("{back}\r")).wait("Failed to retrieve an authorization code");
    let (ended, seen) = talk.end();
    assert_eq!(ended, 255, "{seen}");
    assert!(seen.contains("next: "), "{seen}");
}

#[test]
fn without_asking_nothing_typed_is_read() {
    let place = place();
    let mut talk = Talk::new(&place, "sso login --profile dev --no-browser --no-input");
    let address = talk.address();
    talk.type_keys("not for keyfob\r");
    browse(&address);
    let (ended, seen) = talk.end();
    assert_eq!(ended, 0, "{seen}");
    assert!(!seen.contains("it holds no code") && !seen.contains("paste it here"), "{seen}");
}

#[test]
fn an_open_browser_is_not_talked_over() {
    let place = place();
    let mut talk = Talk::new(&place, "sso login --profile dev");
    let address = talk.address();
    assert_eq!(place.wait_for_page(1), address);
    browse(&address);
    let (ended, seen) = talk.end();
    assert_eq!(ended, 0, "{seen}");
    assert!(!seen.contains("paste it here"), "{seen}");
    shows_no_secret(&place, &seen, &[]);
}

#[test]
fn control_c_leaves_all_as_it_was() {
    for (line, awaited) in [
        ("sso login --profile dev --no-browser", "/authorize?"),
        ("sso login --profile dev", "/authorize?"),
        ("sso login --profile legacy", "Then enter the code:"),
        ("sso login --profile legacy --no-browser", "autofill the code"),
    ] {
        let place = signed_in();
        place.center(|center| center.approval = Approval::Ask);
        if line.contains("legacy") {
            // The client is registered, so that there is nothing but the sign-in to be undone.
            place.center(|center| center.device_after_polls = Some(0));
            place.sign_in("sso login --profile legacy");
            place.center(|center| center.device_after_polls = None);
        }
        let before = place.snapshot();
        let mut talk = Talk::new(&place, line);
        talk.wait(awaited);
        std::thread::sleep(std::time::Duration::from_millis(500));
        talk.type_keys("\x03");
        let (ended, seen) = talk.end();
        assert_eq!(ended, 130, "{line}: {seen}");
        assert!(!seen.contains("panicked") && !seen.contains("Successfully"), "{seen}");
        assert_eq!(place.snapshot(), before, "{line}");
        place.is_tidy();
    }
}

#[test]
fn signals_end_it_and_leave_no_lock() {
    for (signal, code) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143), (Signal::SIGHUP, 129)] {
        let place = place();
        let running = place.start("sso login --profile dev --no-browser");
        running.address();
        running.signal(signal);
        let said = place.end(running);
        assert_eq!(said.code, code, "{said:?}");
        assert_eq!(place.home.read(TOKEN), "");
        place.is_tidy();
    }
}

#[test]
fn a_killed_sign_in_stands_in_nobodys_way() {
    let place = place();
    let running = place.start("sso login --profile dev --no-browser");
    running.address();
    running.signal(Signal::SIGKILL);
    assert_eq!(place.end(running).code, 137);
    place.sign_in("sso login --profile dev");
    place.is_tidy();
}
