//! Registrations that are of no use: broken, over, or forgotten by the service. They are made anew.

use std::thread;

use sandbox::server::{Fault, FaultKind};

use crate::place::{
    LEGACY_REGISTRATION, Place, REGISTRATION, ask, browse, callback, get, param, place, signed_in, told, zulu,
};

/// A place where both flows were used.
fn used() -> Place {
    let place = signed_in();
    place.sign_in("sso login --profile legacy");
    place
}

const LINES: [(&str, &str); 2] =
    [("sso login --profile dev", REGISTRATION), ("sso login --profile legacy", LEGACY_REGISTRATION)];

#[test]
fn broken_ones_and_those_that_end_soon() {
    for (line, file) in LINES {
        let place = used();
        let good = place.home.read(file);
        let whole = |text: &str| place.home.write(file, text).unwrap();
        for broken in ["", "{", "[]", "null", "{}", &good[..good.len() / 2], &good.replace("clientSecret", "secret")] {
            whole(broken);
            let before = place.server.count("RegisterClient");
            place.sign_in(line);
            assert_eq!(place.server.count("RegisterClient"), before + 1, "{line}: {broken}");
            assert!(place.json(file)["clientSecret"].is_string());
        }
        // The window is fifteen minutes.
        for (seconds, anew) in [(14 * 60, 1), (-5, 1), (17 * 60, 0)] {
            place.edit(file, |value| value["expiresAt"] = zulu(seconds).into());
            let before = place.server.count("RegisterClient");
            place.sign_in(line);
            assert_eq!(place.server.count("RegisterClient"), before + anew, "{line}: {seconds}");
        }
        place.edit(file, |value| value["expiresAt"] = zulu(3600).replace('Z', "UTC").into());
        let before = place.server.count("RegisterClient");
        place.sign_in(line);
        assert_eq!(place.server.count("RegisterClient"), before, "{line}: UTC");
    }
}

#[test]
fn forgotten_ones_of_devices() {
    let place = used();
    place.secrets();
    place.center(|center| center.registrations.clear());
    let (file, before) = (place.home.read(LEGACY_REGISTRATION), place.actions().len());
    place.sign_in("sso login --profile legacy");
    let asked = place.actions_after(before);
    assert_eq!(asked[..3], ["StartDeviceAuthorization", "RegisterClient", "StartDeviceAuthorization"], "{asked:?}");
    assert_ne!(place.home.read(LEGACY_REGISTRATION), file);

    // Expired by the service's clock alone.
    place.center(|center| center.registrations.values_mut().for_each(|client| client.expires_at = 0));
    let before = place.server.count("RegisterClient");
    place.sign_in("sso login --profile legacy");
    assert_eq!(place.server.count("RegisterClient"), before + 1);
}

#[test]
fn forgotten_between_browser_and_token() {
    let place = signed_in();
    let file = place.home.read(REGISTRATION);
    let running = place.start("sso login --profile dev");
    let back = callback(&place.wait_for_page(2));
    place.secrets();
    place.center(|center| center.registrations.clear());
    let asking = thread::spawn(move || ask("GET", &back).map(|page| page.status).ok());
    // It asks for another try, with a new client.
    let again = place.wait_for_page(3);
    assert_eq!(asking.join().unwrap(), Some(400));
    assert_eq!(browse(&again).unwrap().status, 200);
    let said = place.end(running);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(place.server.count("RegisterClient"), 2);
    assert_ne!(place.home.read(REGISTRATION), file);
}

#[test]
fn a_browser_that_comes_back_with_an_unknown_client() {
    let place = signed_in();
    let running = place.start("sso login --profile dev --no-browser");
    let address = running.address();
    let (back, state) = (param(&address, "redirect_uri"), param(&address, "state"));
    assert_eq!(get(&format!("{back}?error=invalid_client&state={state}")).status, 400);
    crate::place::wait(|| running.out().matches("/authorize?").count() == 2);
    let again = running.out().lines().rfind(|line| line.contains("/authorize?")).unwrap().to_owned();
    assert_eq!(browse(&again).unwrap().status, 200);
    assert_eq!(place.end(running).code, 0);
    assert_eq!(place.server.count("RegisterClient"), 2);
}

/// AWS shows an error to the person then, and sends nobody back: only another run can help.
#[test]
fn forgotten_before_the_browser_came() {
    let place = signed_in();
    place.secrets();
    place.center(|center| center.registrations.clear());
    let running = place.start("sso login --profile dev --no-browser");
    let page = get(&running.address());
    assert_eq!((page.status, page.header("location")), (401, None));
    running.signal(nix::sys::signal::Signal::SIGINT);
    assert_eq!(place.end(running).code, 130);
    // The way out that the prompt names.
    place.sign_in("sso login --profile dev --use-device-code");
    place.sign_in("sso login --profile dev");
}

#[test]
fn a_new_one_that_is_refused_ends_it() {
    let place = used();
    let refused = FaultKind::error(401, "InvalidClientException", "no");
    place.server.fault(Fault::always(refused).of("StartDeviceAuthorization"));
    let before = place.server.count("RegisterClient");
    told(&place.browsing("sso login --profile legacy"), 254, "InvalidClientException", "");
    // Once, not for ever.
    assert_eq!(place.server.count("RegisterClient"), before + 1);
}

#[test]
fn one_that_cannot_be_kept_costs_nothing() {
    let place = place();
    std::fs::create_dir_all(place.home.aws(REGISTRATION)).unwrap();
    let said = place.sign_in("sso login --profile dev");
    assert!(said.err.contains("warning: the registration is not kept for the next time: "), "{}", said.err);
}
