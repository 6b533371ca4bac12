//! `keys rotate --undo`, `--keep-old`, `--delete-after`: the way back, and what is left for later.

use sandbox::server::{Fault, FaultKind};

use crate::place::{OLD, OLD_SECRET, Place, place, told};

const ROTATE: &str = "keys rotate --profile bob --no-input";
const UNDO: &str = "keys rotate --profile twin --undo --no-input";

#[test]
fn an_old_key_that_was_kept_comes_back() {
    let place = place();
    let said = place.good(&format!("{ROTATE} --keep-old"));
    let new = place.held("credentials", "bob").unwrap();
    assert!(said.out.ends_with(&format!("; {OLD} is inactive\n")), "{}", said.out);
    assert_eq!(place.keys(), [(OLD.to_owned(), false), (new.id.clone(), true)]);
    place.check("kept");
    assert_eq!(place.journals().len(), 1);

    let said = place.good("keys rotate --status --output json");
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((&json[0]["OldAccessKeyId"], &json[0]["Rests"]), (&OLD.into(), &true.into()), "{}", said.out);

    let said = place.good(UNDO);
    assert_eq!(said.out, format!("{OLD} is in place as before; {} is deleted\n", new.id), "{}", said.err);
    assert_eq!(place.check_end("undone"), OLD);
    place.search(&[&new.secret], "undone");
    told(&place.run(UNDO), 255, "there is no rotation to take back", "--status");
}

#[test]
fn back_from_everywhere() {
    for (action, skip) in [
        ("CreateAccessKey", 0),
        ("GetCallerIdentity", 1),
        ("GetCallerIdentity", 3),
        ("GetCallerIdentity", 4),
        ("UpdateAccessKey", 1),
        ("DeleteAccessKey", 1),
    ] {
        let (place, when) = (place(), format!("{action} {skip}"));
        place.killed(ROTATE, action, skip);
        let said = place.good(UNDO);
        assert!(said.out.starts_with(&format!("{OLD} is in place as before; ")), "{when}: {}", said.out);
        assert_eq!(place.check_end(&when), OLD);
    }
}

#[test]
fn a_way_back_that_is_interrupted_is_gone_on_with() {
    for (action, skip) in
        [("UpdateAccessKey", 0), ("GetCallerIdentity", 0), ("UpdateAccessKey", 1), ("DeleteAccessKey", 0)]
    {
        let (place, when) = (place(), format!("{action} {skip}"));
        place.good(&format!("{ROTATE} --keep-old"));
        place.server.fault(Fault::once(FaultKind::error(403, "AccessDenied", "no")).of(action).after(skip));
        let said = place.run(UNDO);
        assert_eq!(said.code, 254, "{when}: {}", said.err);
        place.check(&when);
        // Without --undo too: it is the way it was on.
        let said = place.good(ROTATE);
        assert!(said.err.contains(&format!("taking back the rotation of {OLD}")), "{when}: {}", said.err);
        assert_eq!(place.check_end(&when), OLD);
    }
}

#[test]
fn there_is_no_way_back_to_a_key_that_is_gone() {
    let place = place();
    place.good(&format!("{ROTATE} --keep-old"));
    place.server.update(|account| account.users.get_mut("bob").unwrap().keys.retain(|key| key.id != OLD));
    let said = place.run(UNDO);
    told(&said, 255, &format!("{OLD} is deleted already, so the rotation to AKIA"), "keyfob keys rotate");
    assert_ne!(place.check_end("gone"), OLD);
}

#[test]
fn a_later_run_deletes_the_old_key() {
    let place = place();
    let said = place.good(&format!("{ROTATE} --delete-after 7d"));
    let new = place.held("credentials", "bob").unwrap();
    assert!(said.out.contains(&format!("{OLD} is inactive, and a run after ")), "{}", said.out);
    let said = place.good(ROTATE);
    assert!(said.out.starts_with(&format!("Nothing to do: {OLD} is inactive")), "{}", said.out);
    assert_eq!(place.keys().len(), 2);

    due(&place);
    let said = place.good(ROTATE);
    assert_eq!(said.out, format!("{} has replaced {OLD}; {OLD} is deleted\n", new.id), "{}", said.err);
    assert_eq!(place.check_end("later"), new.id);
    assert_eq!(place.server.count("CreateAccessKey"), 1);
}

/// As if the time had come to delete the old key.
fn due(place: &Place) {
    let (path, text) = place.journals().remove(0);
    let then = text.split_once("\"Then\": \"").unwrap().1.split_once('"').unwrap().0.to_owned();
    std::fs::write(&path, text.replace(&then, "2026-01-01T00:00:00Z")).unwrap();
}

#[test]
fn an_old_key_that_somebody_went_back_to_is_not_deleted() {
    let place = place();
    place.good(&format!("{ROTATE} --delete-after 7d"));
    place.good(&format!("keys activate {OLD} --profile bob"));
    due(&place);
    told(&place.run(ROTATE), 255, &format!("{OLD} is not deleted: it was activated again"), "--undo goes back");
    place.good(&format!("keys deactivate {OLD} --profile bob"));
    let config = place.home.read("config");
    place.home.write("config", crate::place::config(OLD, OLD_SECRET)).unwrap();
    told(&place.run(ROTATE), 255, "it is in use again, in third", &format!("keyfob keys delete {OLD}"));
    place.home.write("config", config).unwrap();
    place.good(ROTATE);
    place.check_end("somebody went back");
}

#[test]
fn a_profile_that_was_put_back_meanwhile_gets_the_new_key_again() {
    for action in ["UpdateAccessKey", "DeleteAccessKey"] {
        let place = place();
        place.killed(ROTATE, action, 1);
        place.home.write("config", crate::place::config(OLD, OLD_SECRET)).unwrap();
        place.good(ROTATE);
        assert_ne!(place.check_end(action), OLD);
    }
}

#[test]
fn steps_for_a_key_that_was_kept_or_is_under_way() {
    let place = place();
    place.killed(ROTATE, "DeleteAccessKey", 1);
    let said = place.good(&format!("{ROTATE} --dry-run"));
    assert!(said.out.contains("the old key is inactive. keyfob keys rotate --profile bob deletes it"), "{}", said.out);
    place.good(ROTATE);
    let first = place.check_end("under way");
    place.good(&format!("{ROTATE} --keep-old"));
    let said = place.good(&format!("{ROTATE} --dry-run --replace-unused"));
    assert!(said.out.starts_with(&format!("1. delete {first}, which is unused\n2. create ")), "{}", said.out);
    assert_eq!(place.journals().len(), 1);
}

#[test]
fn a_key_that_was_kept_makes_room_when_that_is_asked_for() {
    let place = place();
    place.good(&format!("{ROTATE} --keep-old"));
    let first = place.held("credentials", "bob").unwrap();
    told(&place.run(ROTATE), 255, &format!("{OLD} (inactive, "), "--replace-unused");
    place.good(&format!("{ROTATE} --replace-unused"));
    assert_ne!(place.check_end("room"), first.id);
    place.search(&[&first.secret], "room");
}

#[test]
fn a_key_that_was_kept_and_deleted_elsewhere_is_forgotten() {
    let place = place();
    place.good(&format!("{ROTATE} --keep-old"));
    let first = place.held("credentials", "bob").unwrap();
    place.server.update(|account| account.users.get_mut("bob").unwrap().keys.retain(|key| key.id != OLD));
    place.good(ROTATE);
    place.check_end("forgotten");
    place.search(&[&first.secret], "forgotten");
}
