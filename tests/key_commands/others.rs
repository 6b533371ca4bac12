//! Rotation for others and through others, where it is less plain: places besides the holders, roles and sessions that
//! sign, what a rotation of all profiles leaves alone, and who may finish what another has begun.

use std::time::Duration;

use sandbox::server::{Fault, FaultKind};
use sandbox::standard::{self, INACTIVE_ACCESS_KEY_ID, MFA_SERIAL, OTHER_ACCOUNT};
use sandbox::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};

use crate::place::{OLD, OLD_SECRET, Place, config, credentials, place, told};

const BY_ADMIN: &str = "keys rotate --user-name bob --profile admin --no-input";
const ROTATE: &str = "keys rotate --profile bob --no-input";
const OTHER: &str = "AKIAIOSFODNN7BOTHER1";

/// How many calls were made that change a key there is, or make one.
fn changes(place: &Place) -> usize {
    let answered = |call: &sandbox::server::Call| call.answered == 200;
    let calls = place.server.calls().into_iter().filter(answered).map(|call| call.action);
    calls.filter(|action| ["CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey"].contains(&action.as_str())).count()
}

/// Nothing is changed, at AWS or here.
fn untouched(place: &Place) {
    assert_eq!((changes(place), place.keys()), (0, vec![(OLD.to_owned(), true)]));
    assert_eq!(place.home.read("credentials"), credentials(OLD, OLD_SECRET));
    assert_eq!(place.home.read("config"), config(OLD, OLD_SECRET));
}

#[test]
fn a_place_that_was_named_gets_the_new_key_beside_the_holders() {
    for name in ["spare", "bob"] {
        let place = place();
        place.good(&format!("{BY_ADMIN} --to-profile {name}"));
        let held = place.all_held();
        assert!(place.works(&held[0]) && held.iter().all(|pair| *pair == held[0]), "{held:?}");
        assert_eq!(place.held("credentials", name).as_ref(), Some(&held[0]));
        assert_eq!((place.keys().len(), place.journals().len()), (1, 0));
    }
}

#[test]
fn a_key_that_is_printed_is_put_in_place_too() {
    let place = place();
    // Its secret is on standard output, so it is not searched.
    let said = place.command(&format!("{BY_ADMIN} --print")).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    let new = place.check_end("printed and put in place");
    assert_eq!(json["AccessKey"]["AccessKeyId"], new.as_str());
    assert_eq!(json["AccessKey"]["SecretAccessKey"], place.held("config", "third").unwrap().secret.as_str());
}

#[test]
fn flags_that_do_not_go_together() {
    let place = place();
    for (flags, named) in [
        ("--print", "--user-name <NAME>"),
        ("--to-profile x", "--user-name <NAME>"),
        ("--all-profiles --user-name bob", "--user-name"),
        ("--all-profiles --undo", "--undo"),
        ("--keep-old --delete-after 1d", "--delete-after"),
        ("--undo --max-age 1d", "--max-age"),
        ("--delete-after soon", "--delete-after"),
    ] {
        let said = place.run(&format!("{ROTATE} {flags}"));
        assert_eq!((said.code, said.out.as_str()), (252, ""), "{flags}: {}", said.err);
        assert!(said.err.contains(named), "{flags}: {}", said.err);
    }
    assert!(place.server.calls().is_empty());
    untouched(&place);
}

#[test]
fn a_user_who_is_named_and_signs_is_no_other() {
    let place = place();
    place.good("keys rotate --user-name bob --profile bob --no-input");
    let new = place.check_end("by bob's own name");
    let calls = place.server.calls();
    let delete = calls.iter().rfind(|call| call.action == "DeleteAccessKey").unwrap();
    assert_eq!(delete.access_key_id.as_deref(), Some(new.as_str()));
}

#[test]
fn a_role_of_another_account_leaves_the_key_to_itself() {
    let place = place();
    let role = format!("role_arn = {}", standard::role_arn("demo"));
    let prod = format!("role_arn = arn:aws:iam::{OTHER_ACCOUNT}:role/prod");
    place.home.write("config", config(OLD, OLD_SECRET).replace(&role, &prod)).unwrap();
    place.good("keys rotate --profile role --no-input");
    let held = place.all_held();
    assert!(place.works(&held[0]) && held[0].id != OLD && held.iter().all(|pair| *pair == held[0]), "{held:?}");
    let calls = place.server.calls();
    let iam = calls.iter().filter(|call| call.signing_service.as_deref() == Some("iam"));
    let signers: Vec<_> = iam.filter_map(|call| call.access_key_id.clone()).collect();
    assert!(!signers.is_empty() && signers.iter().all(|id| *id == OLD || *id == held[0].id), "{signers:?}");
}

#[test]
fn with_a_session_the_spare_key_goes_when_that_is_asked_for() {
    let place = place();
    let keys = format!("aws_access_key_id = {ACCESS_KEY_ID}\naws_secret_access_key = {SECRET_ACCESS_KEY}\n");
    place.home.write("credentials", format!("[alice]\n{keys}mfa_serial = {MFA_SERIAL}\n")).unwrap();
    place.server.update(|account| {
        account.users.get_mut("alice").unwrap().iam_requires_mfa = true;
        // Every call has to name the user then.
        account.iam.sessions_need_user_name = true;
    });
    let now = place.server.now();
    // Each code works once; a device's next one is taken already.
    let [first, second] = [now, now + 30].map(standard::totp);
    let rotate = "keys rotate --profile alice --no-input --token-code";
    let said = place.run(&format!("{rotate} {first}"));
    told(&said, 255, &format!("{INACTIVE_ACCESS_KEY_ID} (inactive, never used) is in the way"), "--replace-unused");
    assert!(said.err.contains(&format!("no third: {ACCESS_KEY_ID} (active, last used ")), "{}", said.err);
    assert_eq!((changes(&place), place.user("alice").keys.len()), (0, 2));
    place.good(&format!("{rotate} {second} --replace-unused"));
    let keys = place.user("alice").keys;
    let held = place.held("credentials", "alice").unwrap();
    assert!(keys.len() == 1 && (&keys[0].id, &keys[0].secret) == (&held.id, &held.secret), "{keys:?}");
    assert!(![ACCESS_KEY_ID, INACTIVE_ACCESS_KEY_ID].contains(&held.id.as_str()));
}

#[test]
fn a_policy_for_others_names_the_user_whose_keys_they_are() {
    for action in ["iam:ListAccessKeys", "iam:UpdateAccessKey", "iam:DeleteAccessKey"] {
        let place = place();
        place.server.update(|account| {
            account.users.get_mut("admin").unwrap().explicitly_denied.insert(action.into());
        });
        let said = place.run(BY_ADMIN);
        told(&said, 254, &format!("the keys of bob may not be rotated: {action}\n"), "this policy allows it");
        assert!(said.err.contains("\"Resource\": \"arn:aws:iam::111122223333:user/bob\""), "{}", said.err);
        assert_eq!(place.journals().len(), 0);
        untouched(&place);
    }
}

#[test]
fn a_user_without_a_key_has_nothing_to_rotate() {
    let place = place();
    place.server.update(|account| account.users.get_mut("bob").unwrap().keys.clear());
    told(&place.run(BY_ADMIN), 255, "bob has no access key", "nothing to rotate");
    assert_eq!(place.server.count("CreateAccessKey"), 0);
}

#[test]
fn steps_for_a_key_that_nobody_here_holds_need_no_leave() {
    let place = place();
    place.home.write("credentials", credentials(OTHER, "other/secret")).unwrap();
    place.home.write("config", "").unwrap();
    let said = place.good(&format!("{BY_ADMIN} --to-profile spare --dry-run"));
    assert!(said.out.contains(&format!("\n3. put it in the place of {OLD}: profile spare\n")), "{}", said.out);
    let said = place.good(&format!("{BY_ADMIN} --print --dry-run"));
    assert!(said.out.contains(&format!("\n3. put it in the place of {OLD}: standard output\n")), "{}", said.out);
    assert_eq!((changes(&place), place.home.aws("keyfob").exists()), (0, false));
}

#[test]
fn steps_of_all_profiles_change_nothing() {
    let place = place();
    let said = place.good("keys rotate --all-profiles --dry-run");
    for id in [OLD, standard::ADMIN_ACCESS_KEY_ID] {
        assert!(said.out.contains(&format!("6. delete {id}\n")), "{}", said.out);
    }
    assert!(!place.home.aws("keyfob").exists());
    untouched(&place);
}

#[test]
fn of_all_profiles_only_the_keys_that_are_too_old() {
    let place = place();
    let now = place.server.now();
    place.server.update(|account| account.users.get_mut("admin").unwrap().keys[0].created_at = now - 5 * 86_400);
    let said = place.good("keys rotate --all-profiles --no-input --max-age 30d --output json");
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let mut results: Vec<_> =
        json.as_array().unwrap().iter().map(|it| (&it["OldAccessKeyId"], &it["Result"])).collect();
    results.sort_by_key(|(id, _)| id.as_str());
    let (admin, bob) = (standard::ADMIN_ACCESS_KEY_ID.into(), OLD.into());
    assert_eq!(results, [(&admin, &"Unchanged".into()), (&bob, &"Rotated".into())], "{}", said.err);
    assert_eq!(place.user("admin").keys[0].id, standard::ADMIN_ACCESS_KEY_ID);
    assert_ne!(place.check_end("only the old one"), OLD);
}

#[test]
fn a_profile_that_gets_its_credentials_elsewhere_does_not_hold_up_the_others() {
    let place = place();
    let hidden = format!("[profile role]\naws_access_key_id = {OTHER}\naws_secret_access_key = x\n");
    place.home.write("config", config(OLD, OLD_SECRET).replace("[profile role]\n", &hidden)).unwrap();
    let said = place.run("keys rotate --all-profiles --no-input");
    assert_eq!(said.code, 255, "{}", said.out);
    assert!(said.err.contains(&format!("{OTHER}: role holds it, and gets its credentials elsewhere")), "{}", said.err);
    assert!(said.out.lines().any(|row| row.starts_with("role ") && row.ends_with("failed")), "{}", said.out);
    assert_eq!(place.server.count("CreateAccessKey"), 2);
    assert!(place.all_held().iter().all(|pair| place.works(pair) && pair.id != OLD));
    assert_eq!(place.held("config", "role").unwrap().id, OTHER);
}

#[test]
fn no_profile_has_a_key() {
    let place = place();
    place.home.write("credentials", "[a]\nregion = x\n").unwrap();
    place.home.write("config", "").unwrap();
    told(&place.run("keys rotate --all-profiles"), 253, "no profile has a long-term access key", "list-profiles");
}

/// admin's rotation of bob's key, which ends as the old one is to be deactivated.
fn begun_by_admin() -> (Place, String) {
    let place = place();
    place.server.fault(Fault::always(FaultKind::error(403, "AccessDenied", "no")).of("UpdateAccessKey").after(1));
    let said = place.run(BY_ADMIN);
    told(&said, 254, "AccessDenied", "keyfob keys rotate --profile admin --user-name bob goes on from here");
    place.server.clear_faults();
    let new = place.held("credentials", "bob").unwrap().id;
    assert_eq!(place.keys(), [(OLD.to_owned(), true), (new.clone(), true)]);
    (place, new)
}

#[test]
fn what_an_admin_began_the_admin_or_the_user_finishes() {
    for line in [BY_ADMIN, ROTATE] {
        let (place, new) = begun_by_admin();
        place.good(line);
        assert_eq!(place.check_end(line), new);
        assert_eq!(place.server.count("CreateAccessKey"), 1);
    }
}

#[test]
fn what_the_user_began_an_admin_finishes() {
    let place = place();
    place.server.fault(Fault::always(FaultKind::error(403, "AccessDenied", "no")).of("UpdateAccessKey").after(1));
    assert_eq!(place.run(ROTATE).code, 254);
    place.server.clear_faults();
    let new = place.held("credentials", "bob").unwrap().id;
    let said = place.good(BY_ADMIN);
    assert!(said.err.contains(&format!("finishing the rotation of {OLD}")), "{}", said.err);
    assert_eq!((place.check_end("by an admin"), place.server.count("CreateAccessKey")), (new, 1));
}

#[test]
fn a_run_by_age_deletes_what_was_left_and_looks_at_the_new_key() {
    for (age, made) in [("1d", 1), ("0s", 2)] {
        let place = place();
        place.good(&format!("{ROTATE} --delete-after 1s"));
        let first = place.held("credentials", "bob").unwrap().id;
        std::thread::sleep(Duration::from_millis(2100));
        let said = place.good(&format!("{ROTATE} --max-age {age}"));
        assert_eq!(place.server.count("CreateAccessKey"), made, "{age}: {}{}", said.out, said.err);
        assert_eq!(place.check_end(age) == first, made == 1);
    }
}

#[test]
fn the_user_takes_over_with_both_keys() {
    // What an admin began, before anything was in place.
    let place = place();
    let denied = FaultKind::error(403, "AccessDenied", "so it is");
    place.server.fault(Fault::always(denied).of("GetCallerIdentity").after(1));
    assert_eq!(place.run(BY_ADMIN).code, 254);
    place.server.clear_faults();
    place.good(ROTATE);
    let new = place.check_end("taken over");
    let deleted = place.server.calls().into_iter().rfind(|call| call.action == "DeleteAccessKey").unwrap();
    assert_eq!(deleted.access_key_id, Some(new));

    // And back from what an admin did.
    let place = crate::place::place();
    place.good(&format!("{BY_ADMIN} --keep-old"));
    place.good("keys rotate --profile bob --undo --no-input");
    assert_eq!(place.check_end("taken back"), OLD);
    assert!(place.server.calls().len() < 40, "{}", place.server.calls().len());
}
