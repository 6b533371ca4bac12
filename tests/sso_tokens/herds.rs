//! Many processes that find the same token ended.

use sandbox::Said;
use sandbox::server::{Fault, FaultKind};

use crate::place::{CONFIG, Place, TOKEN, seconds_until, signed_in};

fn served(said: &[Said]) -> usize {
    said.iter().filter(|said| said.code == 0 && said.out.contains("\"AccessKeyId\":\"ASIA")).count()
}

/// The service takes its time: it acts at once, and its answer is late.
fn slow(place: &Place, action: &str, millis: u64) {
    place.server.fault(Fault::always(FaultKind::Delay { millis }).of(action));
}

fn refuse(place: &Place) {
    let refused = FaultKind::error(400, "InvalidGrantException", "not now");
    // All who come at once are there before it is known.
    place.server.fault(Fault::always(refused).of("CreateToken").late(5000));
}

/// The session outlived it: another refresh works, and no spent token was shown.
fn lives(place: &Place) {
    place.server.clear_faults();
    let before = place.server.count_grant("refresh_token");
    place.age(TOKEN, -1);
    place.forget_roles();
    let said = place.run("process --profile dev");
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(place.server.count_grant("refresh_token"), before + 1);
    assert!(place.server.account().identity_center.sign_ins.iter().all(|sign_in| !sign_in.ended));
}

#[test]
fn fifty_make_one_refresh() {
    for seconds in [-1, 600] {
        let place = signed_in();
        place.age(TOKEN, seconds);
        slow(&place, "CreateToken", 5000);
        let said = place.herd(&[("dev", 50)]);
        assert_eq!(served(&said), 50, "{:?}", said.iter().find(|said| said.code != 0));
        assert!(said.iter().all(|one| one.out == said[0].out));
        assert_eq!((place.server.count_grant("refresh_token"), place.server.count("GetRoleCredentials")), (1, 1));
        assert!(seconds_until(place.json(TOKEN)["expiresAt"].as_str().unwrap()) > 3000);
        lives(&place);
    }
}

#[test]
fn two_roles_of_one_token_make_one_refresh() {
    let place = signed_in();
    place.age(TOKEN, -1);
    slow(&place, "CreateToken", 3000);
    let said = place.herd(&[("dev", 25), ("read", 25)]);
    assert_eq!(served(&said), 50, "{:?}", said.iter().find(|said| said.code != 0));
    assert!(
        said[..25].iter().all(|one| one.out == said[0].out) && said[25..].iter().all(|one| one.out == said[25].out)
    );
    assert_ne!(said[0].out, said[25].out);
    assert_eq!((place.server.count_grant("refresh_token"), place.server.count("GetRoleCredentials")), (1, 2));
    lives(&place);
}

#[test]
fn ten_roles_of_one_token_make_one_refresh() {
    let place = signed_in();
    place.center(|center| center.fill(1, 10));
    let account = place.server.account().identity_center.accounts[0].clone();
    let mut config = CONFIG.to_owned();
    for (at, role) in account.roles.iter().enumerate() {
        config +=
            &format!("[profile p{at}]\nsso_session = corp\nsso_account_id = {}\nsso_role_name = {role}\n", account.id);
    }
    place.home.write("config", config).unwrap();
    place.age(TOKEN, -1);
    slow(&place, "CreateToken", 2000);
    let names: Vec<_> = (0..10).map(|at| format!("p{at}")).collect();
    let said = place.herd(&names.iter().map(|name| (name.as_str(), 3)).collect::<Vec<_>>());
    assert_eq!(served(&said), 30, "{:?}", said.iter().find(|said| said.code != 0));
    assert_eq!((place.server.count_grant("refresh_token"), place.server.count("GetRoleCredentials")), (1, 10));
}

#[test]
fn while_the_token_is_good_a_refused_refresh_costs_nothing() {
    let place = signed_in();
    place.age(TOKEN, 300);
    let before = place.json(TOKEN);
    refuse(&place);
    let said = place.herd(&[("dev", 25), ("read", 25)]);
    assert_eq!(served(&said), 50, "{:?}", said.iter().find(|said| said.code != 0));
    // Not one of them after the other.
    assert_eq!(place.server.count_grant("refresh_token"), 1);
    assert_eq!((place.json(TOKEN), place.server.count("GetRoleCredentials")), (before, 2));
    let warned: Vec<_> = said.iter().filter(|one| one.err.contains("InvalidGrantException")).collect();
    assert_eq!(warned.len(), 1, "{warned:?}");
    lives(&place);
}

/// What the one says whose refresh was refused.
#[test]
fn the_warning_is_a_sentence() {
    let place = signed_in();
    place.age(TOKEN, 300);
    refuse(&place);
    let said = place.run("process --profile dev");
    assert_eq!(said.code, 0, "{}", said.err);
    let ends = place.json(TOKEN)["expiresAt"].as_str().unwrap().to_owned();
    let one = [format!("using a token that ends at {ends}: renewing it failed: ")];
    assert!(one.iter().all(|text| said.err.contains(text)), "{}", said.err);
}

#[test]
fn an_ended_token_whose_refresh_is_refused_is_told_to_all() {
    let place = signed_in();
    place.age(TOKEN, -1);
    place.center(|center| center.sign_ins[0].ended = true);
    slow(&place, "CreateToken", 300);
    let said = place.herd(&[("dev", 10)]);
    for one in &said {
        crate::place::told(one, 253, "Token has expired and refresh failed", "keyfob sso login --profile dev");
        assert_eq!(one.out, "");
    }
}

#[test]
fn when_the_first_refresh_gets_no_answer_the_next_one_asks() {
    let place = signed_in();
    place.age(TOKEN, -1);
    // It never came to the service: nothing is spent.
    place.server.fault(Fault::once(FaultKind::Reset).of("CreateToken"));
    let said = place.herd(&[("dev", 20)]);
    assert_eq!(served(&said), 20, "{:?}", said.iter().find(|said| said.code != 0));
    assert_eq!((place.server.count_grant("refresh_token"), place.server.count("GetRoleCredentials")), (2, 1));
    lives(&place);
}

#[test]
fn a_warm_cache_asks_nobody() {
    let place = signed_in();
    assert_eq!(served(&place.herd(&[("dev", 1)])), 1);
    place.age(TOKEN, -1);
    let before = place.actions().len();
    assert_eq!(served(&place.herd(&[("dev", 20)])), 20);
    assert_eq!(place.actions_after(before), Vec::<String>::new());
}

#[test]
fn login_and_logout_among_them() {
    let place = signed_in();
    place.age(TOKEN, -1);
    slow(&place, "CreateToken", 1500);
    let asking = place.start("process --profile dev");
    place.wait_for_call("CreateToken", 2);
    // A refresh is under way; the sign-out waits for it and ends what it brings.
    let leaving = place.start("sso logout");
    let (asked, left) = (place.end(asking), place.end(leaving));
    assert_eq!(left.code, 0, "{}", left.err);
    assert!(asked.code == 0 || asked.err.contains("keyfob sso login"), "{}", asked.err);
    assert_eq!(place.home.read(TOKEN), "");
    assert!(place.server.account().identity_center.sign_ins.iter().all(|sign_in| sign_in.ended));
    place.is_tidy();
}
