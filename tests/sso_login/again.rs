//! Who is signed in already, signs in to everything, or signs in twice at once.

use std::time::Duration;

use sandbox::server::{Fault, FaultKind};

use crate::place::{
    CONFIG, OTHER_START_URL, START_URL, TOKEN, browse, place, place_with, seconds_until, signed_in, told,
};

fn two_sessions() -> String {
    format!("[sso-session other]\nsso_start_url = {OTHER_START_URL}\nsso_region = eu-west-1\n{CONFIG}")
}

#[test]
fn if_needed_asks_nobody_where_the_token_is_good() {
    let place = signed_in();
    let before = (place.snapshot(), place.actions().len());
    let said = place.run("sso login --profile dev --if-needed");
    assert_eq!((said.code, said.out.as_str()), (0, ""), "{}", said.err);
    assert!(said.err.starts_with("Signed in to corp already, until 2"), "{}", said.err);
    assert_eq!((place.snapshot(), place.actions().len()), before);
    assert_eq!(place.run("sso login --profile dev --if-needed --quiet").err, "");
}

#[test]
fn if_needed_refreshes_in_silence() {
    for seconds in [600, -600] {
        let place = signed_in();
        place.age(TOKEN, seconds);
        let said = place.run("sso login --profile dev --if-needed");
        assert_eq!((said.code, place.opened().len()), (0, 1), "{}", said.err);
        assert_eq!(place.actions_after(3), ["CreateToken refresh_token"]);
        assert!(seconds_until(place.json(TOKEN)["expiresAt"].as_str().unwrap()) > 3500);
    }
}

#[test]
fn if_needed_opens_the_browser_where_it_is() {
    // Nobody signed in.
    let place = place();
    place.sign_in("sso login --profile dev --if-needed");
    assert_eq!(place.opened().len(), 1);
    // The session ended, so the token cannot be refreshed.
    place.age(TOKEN, -1);
    place.center(|center| center.sign_ins[0].ended = true);
    let said = place.sign_in("sso login --profile dev --if-needed");
    assert_eq!(said.out.lines().last(), Some(&*format!("Successfully logged into Start URL: {START_URL}")));
    assert_eq!((place.opened().len(), place.server.count_grant("refresh_token")), (2, 1));
    // What is in the file is no token.
    for broken in ["", "{", "{\"accessToken\": \"\"}", "[]"] {
        place.home.write(TOKEN, broken).unwrap();
        place.sign_in("sso login --profile dev --if-needed");
    }
    assert_eq!(place.opened().len(), 6);
}

#[test]
fn if_needed_tells_of_a_service_that_does_not_answer() {
    let place = signed_in();
    place.age(TOKEN, -1);
    let before = place.snapshot();
    place.server.fault(Fault::always(FaultKind::Reset).of("CreateToken"));
    told(&place.run("sso login --profile dev --if-needed"), 255, "renewing the token for corp", "check the network");
    assert_eq!((place.snapshot(), place.opened().len()), (before, 1));
}

#[test]
fn all_of_them_one_after_the_other() {
    let place = place_with(&two_sessions());
    let said = place.sign_in("sso login --all");
    let done: Vec<_> = said.out.lines().filter(|line| line.starts_with("Successfully")).collect();
    assert_eq!(done.len(), 2, "{}", said.out);
    for url in [START_URL, OTHER_START_URL] {
        assert!(done.contains(&&*format!("Successfully logged into Start URL: {url}")), "{}", said.out);
    }
    assert_eq!((place.opened().len(), place.server.count_grant("authorization_code")), (2, 2));
    assert_eq!(place.files("sso/cache").len(), 4);
    // Only what needs it.
    place.home.write(TOKEN, "{}").unwrap();
    place.sign_in("sso login --all --if-needed");
    assert_eq!(place.opened().len(), 3);
    assert!(place.json(TOKEN)["accessToken"].is_string());
    place.is_tidy();
}

#[test]
fn at_once_one_browser_serves_all() {
    let place = place();
    let first = place.start("sso login --profile dev");
    let page = place.wait_for_page(1);
    let others = ["sso login --profile read", "sso login --sso-session corp"].map(|line| place.start(line));
    for other in &others {
        other.wait_for_err("waiting for keyfob signing in to corp (process ");
    }
    assert_eq!(browse(&page).unwrap().status, 200);
    let done = format!("Successfully logged into Start URL: {START_URL}\n");
    assert!(place.end(first).out.ends_with(&done));
    for other in others {
        let said = place.end(other);
        assert_eq!((said.code, said.out.as_str()), (0, done.as_str()), "{}", said.err);
        assert!(said.err.contains("Another keyfob signed in meanwhile."), "{}", said.err);
    }
    assert_eq!((place.opened().len(), place.server.count("CreateToken")), (1, 1));
    place.is_tidy();
}

#[test]
fn five_that_start_together() {
    let place = place();
    let all: Vec<_> = (0..5).map(|_| place.start("sso login --profile dev")).collect();
    let page = place.wait_for_page(1);
    crate::place::wait(|| all.iter().filter(|one| one.err().contains("waiting for keyfob")).count() == 4);
    browse(&page);
    for one in all {
        let said = place.end(one);
        assert_eq!(said.code, 0, "{}", said.err);
    }
    assert_eq!((place.opened().len(), place.server.count("CreateToken")), (1, 1));
    place.is_tidy();
}

#[test]
fn who_waits_for_one_that_fails_is_asked_next() {
    let place = place();
    let first = place.start("sso login --profile dev --no-browser");
    first.address();
    let second = place.start("sso login --profile dev");
    second.wait_for_err("waiting for keyfob");
    first.signal(nix::sys::signal::Signal::SIGINT);
    assert_eq!(place.end(first).code, 130);
    browse(&place.wait_for_page(1));
    let said = place.end(second);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(!said.err.contains("Another keyfob"), "{}", said.err);
}

#[test]
fn credentials_are_had_while_a_sign_in_waits() {
    let place = signed_in();
    let running = place.start("sso login --profile dev");
    let page = place.wait_for_page(2);
    // The token is good: there is nothing to wait for.
    let said = place.run("process --profile dev");
    assert_eq!(said.code, 0, "{}", said.err);
    std::thread::sleep(Duration::from_millis(100));
    browse(&page);
    assert_eq!(place.end(running).code, 0);
}
