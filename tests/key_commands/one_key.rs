//! `keys deactivate`, `activate`, `delete`

use sandbox::account::AccessKey;
use sandbox::server::{Fault, FaultKind};
use sandbox::standard::{self, INACTIVE_ACCESS_KEY_ID, MFA_SERIAL};
use sandbox::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};

use crate::place::{OLD, OLD_SECRET, Place, place, told};

const OTHER: &str = "AKIAIOSFODNN7BOTHER1";

fn with_another() -> Place {
    let place = place();
    place.server.update(|account| {
        account.users.get_mut("bob").unwrap().keys.push(AccessKey::new(OTHER, "other/secret"));
    });
    place
}

/// How many calls were made that change a key.
fn changes(place: &Place) -> usize {
    place.server.count("UpdateAccessKey") + place.server.count("DeleteAccessKey")
}

#[test]
fn off_on_and_away() {
    let place = with_another();
    let said = place.good(&format!("keys deactivate {OTHER} --profile bob"));
    assert_eq!((said.out.as_str(), said.err.as_str()), (&*format!("{OTHER} of bob is inactive\n"), ""));
    assert_eq!(place.keys()[1], (OTHER.to_owned(), false));
    let said = place.good(&format!("keys activate {OTHER} --profile bob"));
    assert_eq!(said.out, format!("{OTHER} of bob is active\n"));
    assert_eq!(place.keys()[1], (OTHER.to_owned(), true));
    let said = place.good(&format!("keys delete {OTHER} --profile admin --user-name bob"));
    assert_eq!(said.out, format!("{OTHER} of bob is deleted\n"));
    assert_eq!(place.keys(), [(OLD.to_owned(), true)]);
}

#[test]
fn the_last_key_that_works_stays_unless_that_is_meant() {
    for verb in ["deactivate", "delete"] {
        let place = with_another();
        place.server.update(|account| account.users.get_mut("bob").unwrap().keys[1].active = false);
        let line = format!("keys {verb} {OLD} --profile bob");
        told(&place.run(&line), 255, &format!("{OLD} is the last access key of bob that works"), "--yes");
        assert_eq!(place.keys()[0], (OLD.to_owned(), true));
        assert_eq!(changes(&place), 0);
        let said = place.good(&format!("{line} --yes"));
        assert!(place.keys().iter().all(|(_, active)| !active), "{:?}", place.keys());
        assert!(said.err.contains(&format!("warning: profiles third, bob, twin hold {OLD}, which ")), "{}", said.err);
        // A key that does not work is no loss.
        if verb == "delete" {
            place.good(&format!("keys delete {OTHER} --profile admin --user-name bob"));
        }
    }
}

#[test]
fn keys_that_are_not_there() {
    let place = place();
    told(&place.run("keys delete AKIANONE --profile bob --yes"), 255, "bob has no access key AKIANONE", "keys list");
    let of_others = format!("keys delete {OLD} --profile admin --yes");
    told(&place.run(&of_others), 255, &format!("admin has no access key {OLD}"), "--user-name");
    told(&place.run(&format!("keys activate {OLD} --profile bob --user-name nobody")), 254, "AccessDenied", "");
    assert_eq!(place.keys(), [(OLD.to_owned(), true)]);
    assert_eq!(place.run("keys delete --profile bob").code, 252);
}

#[test]
fn an_answer_that_was_lost_is_not_held_against_it() {
    let place = with_another();
    place.server.fault(Fault::once(FaultKind::ResetAfter).of("DeleteAccessKey"));
    let said = place.good(&format!("keys delete {OTHER} --profile bob"));
    assert_eq!(said.out, format!("{OTHER} of bob is deleted\n"));
    assert_eq!(place.server.count("DeleteAccessKey"), 2);
}

#[test]
fn keys_of_a_rotation_under_way_are_left_to_it() {
    let place = place();
    place.server.fault(Fault::always(FaultKind::error(403, "AccessDenied", "no")).of("UpdateAccessKey").after(1));
    assert_eq!(place.run("keys rotate --profile bob").code, 254);
    place.server.clear_faults();
    let new = place.held("credentials", "bob").unwrap();
    for id in [OLD, &new.id] {
        for verb in ["delete", "deactivate", "activate"] {
            let said = place.run(&format!("keys {verb} {id} --profile bob"));
            told(&said, 255, &format!("a rotation of {OLD} is under way"), "keyfob keys rotate --profile bob");
        }
    }
    assert_eq!(place.keys(), [(OLD.to_owned(), true), (new.id, true)]);
}

#[test]
fn what_was_kept_goes_with_its_secret() {
    let place = place();
    place.good("keys rotate --profile bob --keep-old");
    let new = place.held("credentials", "bob").unwrap();
    let said = place.run(&format!("keys delete {} --profile bob --yes", new.id));
    told(&said, 255, &format!("{} replaced {OLD}, which was kept", new.id), "--profile bob --undo");
    assert_eq!(place.journals().len(), 1);
    place.good(&format!("keys delete {OLD} --profile bob"));
    assert_eq!(place.check_end("what was kept"), new.id);
    place.search(&[OLD_SECRET], "what was kept");
}

#[test]
fn a_refusal_changes_nothing_and_answers_nothing() {
    for (verb, action) in
        [("deactivate", "iam:UpdateAccessKey"), ("activate", "iam:UpdateAccessKey"), ("delete", "iam:DeleteAccessKey")]
    {
        let place = with_another();
        place.server.update(|account| {
            account.users.get_mut("bob").unwrap().denied.insert(action.into());
        });
        let said = place.run(&format!("keys {verb} {OTHER} --profile bob"));
        told(&said, 254, &format!("is not authorized to perform: {action}"), "must be allowed");
        assert_eq!(place.keys(), [(OLD.to_owned(), true), (OTHER.to_owned(), true)]);
    }
}

#[test]
fn the_one_profile_that_holds_it_is_named() {
    let place = with_another();
    place.home.write("config", format!("[profile p]\naws_access_key_id = {OTHER}\n")).unwrap();
    for (verb, what) in [("deactivate", "signs nothing now"), ("delete", "is gone")] {
        let said = place.good(&format!("keys {verb} {OTHER} --profile bob"));
        assert_eq!(said.err, format!("warning: profile p holds {OTHER}, which {what}\n"));
    }
    assert_eq!(place.held("credentials", "bob").unwrap().id, OLD);
}

#[test]
fn a_key_that_does_not_work_is_no_last_one() {
    for verb in ["deactivate", "delete"] {
        let place = place();
        place.server.update(|account| account.users.get_mut("bob").unwrap().keys[0].active = false);
        place.good(&format!("keys {verb} {OLD} --profile admin --user-name bob"));
        assert_eq!(place.keys().len(), usize::from(verb == "deactivate"));
    }
}

#[test]
fn a_switch_whose_answer_was_lost_is_made_again() {
    for (verb, active) in [("deactivate", false), ("activate", true)] {
        let place = with_another();
        place.server.fault(Fault::once(FaultKind::ResetAfter).of("UpdateAccessKey"));
        place.good(&format!("keys {verb} {OTHER} --profile bob"));
        assert_eq!((place.server.count("UpdateAccessKey"), place.keys()[1].1), (2, active));
    }
}

#[test]
fn a_rotation_whose_key_may_still_turn_up_keeps_the_old_one() {
    let place = place();
    place.server.fault(Fault::always(FaultKind::error(500, "ServiceFailure", "no")).of("CreateAccessKey"));
    assert_eq!(place.run("keys rotate --profile bob").code, 254);
    place.server.clear_faults();
    let before = changes(&place);
    for verb in ["delete", "deactivate"] {
        let said = place.run(&format!("keys {verb} {OLD} --profile admin --user-name bob --yes"));
        told(&said, 255, &format!("a rotation of {OLD} is under way"), "keyfob keys rotate --profile bob");
    }
    assert_eq!((place.keys(), changes(&place)), (vec![(OLD.to_owned(), true)], before));
    place.good("keys rotate --profile bob");
    place.check_end("it may still turn up");
}

#[test]
fn the_new_key_is_the_last_that_works_while_the_old_one_is_kept() {
    let place = place();
    place.good("keys rotate --profile bob --keep-old");
    let new = place.held("credentials", "bob").unwrap();
    let said = place.run(&format!("keys deactivate {} --profile bob", new.id));
    told(&said, 255, &format!("{} is the last access key of bob that works", new.id), "--yes");
    assert_eq!(place.keys(), [(OLD.to_owned(), false), (new.id, true)]);
}

#[test]
fn a_code_makes_the_session_that_is_needed() {
    let place = place();
    let keys = format!("aws_access_key_id = {ACCESS_KEY_ID}\naws_secret_access_key = {SECRET_ACCESS_KEY}\n");
    place.home.write("credentials", format!("[alice]\n{keys}mfa_serial = {MFA_SERIAL}\n")).unwrap();
    place.server.update(|account| account.users.get_mut("alice").unwrap().iam_requires_mfa = true);
    let line = format!("keys delete {INACTIVE_ACCESS_KEY_ID} --profile alice");
    told(&place.run(&line), 254, "AccessDenied", "--token-code CODE, for alice");
    assert_eq!(place.user("alice").keys.len(), 2);
    let code = standard::totp(place.server.now());
    place.good(&format!("{line} --token-code {code}"));
    let left: Vec<_> = place.user("alice").keys.into_iter().map(|key| key.id).collect();
    assert_eq!(left, [ACCESS_KEY_ID]);
}

#[test]
fn where_nothing_can_be_written_a_key_can_still_be_switched() {
    let place = with_another();
    place.home.write("keyfob", "a file").unwrap();
    place.good(&format!("keys deactivate {OTHER} --profile bob"));
    assert_eq!(place.keys()[1], (OTHER.to_owned(), false));
}
