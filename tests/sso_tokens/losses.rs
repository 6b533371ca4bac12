//! Processes that are killed, disks that are full, folders that are closed: no token is lost that need not be.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use sandbox::server::{Fault, FaultKind};

use crate::place::{Place, TOKEN, signed_in, told};

#[test]
fn killed_before_the_service_acted() {
    for seconds in [-1, 300] {
        let place = signed_in();
        place.age(TOKEN, seconds);
        place.server.fault(Fault::once(FaultKind::Hang).of("CreateToken"));
        place.kill_waiting_for("CreateToken");
        let said = place.run("process --profile dev");
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
        assert_eq!(place.server.count_grant("refresh_token"), 2);
        place.is_tidy();
    }
}

#[test]
fn killed_after_the_service_acted() {
    let place = signed_in();
    place.age(TOKEN, -1);
    place.server.fault(Fault::once(FaultKind::Delay { millis: 60_000 }).of("CreateToken"));
    place.kill_waiting_for("CreateToken");
    let said = place.run("process --profile dev");
    told(&said, 253, "Token has expired and refresh failed", "run keyfob sso login --profile dev");
    assert_eq!(said.out, "");
    place.sign_in("sso login --profile dev");
    assert_eq!(place.run("process --profile dev").code, 0);
    place.is_tidy();
}

#[test]
fn killed_after_the_service_acted_while_the_token_was_good() {
    let place = signed_in();
    place.age(TOKEN, 300);
    place.server.fault(Fault::once(FaultKind::Delay { millis: 60_000 }).of("CreateToken"));
    place.kill_waiting_for("CreateToken");
    // The spent token ends the session at the service; what the portal says then is no riddle either.
    let said = place.run("process --profile dev");
    assert_eq!((said.code, said.out.as_str()), (253, ""), "{said:?}");
    assert!(said.err.contains("next: run keyfob sso login --profile dev"), "{}", said.err);
}

#[test]
fn an_answer_that_was_lost_is_told() {
    let place = signed_in();
    place.age(TOKEN, -1);
    place.server.fault(Fault::once(FaultKind::ResetAfter).of("CreateToken"));
    // Whether it is asked again or not, the spent token cannot be had back.
    let said = place.run("process --profile dev");
    assert_eq!((said.code, said.out.as_str()), (253, ""), "{said:?}");
    assert!(said.err.contains("next: run keyfob sso login --profile dev"), "{}", said.err);
    place.is_tidy();
}

/// The refresh token was not shown, the file is what it was, and the error says so.
fn is_spared(place: &Place, said: &sandbox::Said, before: &str) {
    told(said, 253, "the token for corp was not renewed, since the new one could not be kept: ", "nothing was lost");
    assert_eq!((said.out.as_str(), place.server.count_grant("refresh_token")), ("", 0));
    assert_eq!(place.home.read(TOKEN), before);
}

#[test]
fn a_full_disk_spends_no_refresh_token() {
    let place = signed_in();
    place.age(TOKEN, -1);
    let before = place.home.read(TOKEN);
    let said = place.end(place.start_without_room("process --profile dev", false));
    is_spared(&place, &said, &before);
    // With room again nothing was lost.
    let said = place.run("process --profile dev");
    assert_eq!((said.code, said.err.as_str(), place.server.count_grant("refresh_token")), (0, "", 1));
    place.is_tidy();
}

#[test]
fn a_closed_folder_spends_no_refresh_token() {
    let place = signed_in();
    place.age(TOKEN, -1);
    let before = place.home.read(TOKEN);
    let folder = place.home.aws("sso/cache");
    let set = |mode| fs::set_permissions(&folder, Permissions::from_mode(mode)).unwrap();
    set(0o500);
    let Some(running) = place.start_as_somebody("process --profile dev") else { return };
    let said = place.end(running);
    is_spared(&place, &said, &before);
    // Nor is anybody asked to sign in for a token that could not be kept.
    let opened = place.opened().len();
    let said = place.end(place.start_as_somebody("sso login --profile dev").unwrap());
    told(&said, 255, "the token could not be kept, so the sign-in was not begun", "make ~/.aws/sso/cache writable");
    assert_eq!(place.opened().len(), opened);
    set(0o700);
    let said = place.end(place.start_as_somebody("process --profile dev").unwrap());
    assert_eq!((said.code, place.server.count_grant("refresh_token")), (0, 1), "{}", said.err);
}

#[test]
fn a_full_disk_asks_nobody_to_sign_in() {
    let place = signed_in();
    let before = place.snapshot();
    let said = place.watch(place.start_without_room("sso login --profile dev", false));
    // Before or after: it is said, and the old token is still there.
    assert_eq!(said.code, 255, "{said:?}");
    assert!(said.err.contains("could not be kept") && said.err.contains("next: make room"), "{}", said.err);
    assert_eq!(place.snapshot(), before);
}

#[test]
fn roles_are_answered_where_their_cache_is_full() {
    let place = signed_in();
    let said = place.end(place.start_without_room("process --profile dev", false));
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("warning: the credentials are not kept for the next time: "), "{}", said.err);
}

/// The system ends who does not expect the signal of a file that may not grow.
#[test]
fn a_limit_on_files_is_an_error_not_the_end() {
    let place = signed_in();
    place.age(TOKEN, -1);
    let before = place.home.read(TOKEN);
    let said = place.end(place.start_without_room("process --profile dev", true));
    is_spared(&place, &said, &before);
}
