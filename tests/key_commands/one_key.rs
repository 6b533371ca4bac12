//! `keys deactivate`, `activate`, `delete`

use sandbox::account::AccessKey;
use sandbox::server::{Fault, FaultKind};

use crate::place::{OLD, OLD_SECRET, Place, place, told};

const OTHER: &str = "AKIAIOSFODNN7BOTHER1";

fn with_another() -> Place {
    let place = place();
    place.server.update(|account| {
        account.users.get_mut("bob").unwrap().keys.push(AccessKey::new(OTHER, "other/secret"));
    });
    place
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
    told(&said, 255, &format!("{} replaced {OLD}, which was kept", new.id), "--undo --profile bob");
    assert_eq!(place.journals().len(), 1);
    place.good(&format!("keys delete {OLD} --profile bob"));
    assert_eq!(place.check_end("what was kept"), new.id);
    place.search(&[OLD_SECRET], "what was kept");
}
