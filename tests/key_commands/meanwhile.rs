//! What others do between the runs of a rotation, and at the same time: keys that die or come, profiles that change,
//! other files, a second run. Nobody is locked out, nothing of theirs is lost, and there is always a way to the end.

use std::fs;
use std::time::{Duration, Instant};

use sandbox::account::{AccessKey, LastUse};
use sandbox::server::{Fault, FaultKind};
use sandbox::standard;

use crate::faults::all_at_once;
use crate::place::{OLD, OLD_SECRET, Pair, Place, config, credentials, place, told};

const BY_ADMIN: &str = "keys rotate --user-name bob --profile admin --no-input";
const ROTATE: &str = "keys rotate --profile bob --no-input";
const OTHER: &str = "AKIAIOSFODNN7BOTHER1";

fn bobs(place: &Place, change: impl FnOnce(&mut Vec<AccessKey>)) {
    place.server.update(|account| change(&mut account.users.get_mut("bob").unwrap().keys));
}

/// As if the rotation had begun long ago: what is refused now is not the delay of a new key.
fn begun_long_ago(place: &Place) {
    for (path, text) in place.journals() {
        let at = text.split_once("\"StartedAt\": \"").unwrap().1.split_once('"').unwrap().0.to_owned();
        fs::write(&path, text.replace(&at, "2026-01-01T00:00:00Z")).unwrap();
    }
}

/// The credentials file with another key of bob's in the profile bob.
fn with_other(place: &Place) {
    let bob = format!("[bob]\naws_access_key_id = {OTHER}\naws_secret_access_key = other/secret\n");
    let (admin, admins) = (standard::ADMIN_ACCESS_KEY_ID, standard::ADMIN_SECRET_ACCESS_KEY);
    let admin = format!("[admin]\naws_access_key_id = {admin}\naws_secret_access_key = {admins}\n");
    place.home.write("credentials", format!("{bob}{admin}")).unwrap();
    place.home.write("config", "").unwrap();
}

#[test]
fn a_new_key_that_dies_in_its_place_gives_way_to_the_old_one() {
    let how = |call| [(true, ""), (false, ""), (true, " --undo")].map(|(deleted, flags)| (call, deleted, flags));
    let cases = [how(("GetCallerIdentity", 3)), how(("UpdateAccessKey", 1))].concat();
    all_at_once(&cases, |((action, skip), deleted, flags)| {
        let place = place();
        place.killed(ROTATE, action, *skip);
        let new = place.held("credentials", "bob").unwrap();
        assert_ne!(new.id, OLD);
        begun_long_ago(&place);
        bobs(&place, |keys| {
            keys.iter_mut().filter(|key| key.id == new.id).for_each(|key| key.active = false);
            keys.retain(|key| !deleted || key.id != new.id);
        });
        let said = place.run(&format!("{ROTATE}{flags}"));
        assert_eq!(said.code, if flags.is_empty() { 255 } else { 0 }, "{}", said.err);
        assert_eq!(place.check_end(&format!("{action} {deleted}{flags}")), OLD, "{}", said.err);
        place.search(&[&new.secret], "it is dead");
    });
}

#[test]
fn two_runs_that_make_room_take_turns() {
    let place = place();
    place.good(&format!("{ROTATE} --keep-old"));
    place.server.fault(Fault::once(FaultKind::Delay { millis: 2000 }).of("CreateAccessKey"));
    let first = place.start(&format!("{ROTATE} --replace-unused"));
    std::thread::sleep(Duration::from_millis(700));
    let second = place.start(&format!("{ROTATE} --replace-unused"));
    for said in [place.end(first), place.end(second)] {
        assert_eq!(said.code, 0, "{}", said.err);
    }
    place.check_end("in turn");
    assert_eq!(place.server.count("CreateAccessKey"), 2);
}

#[test]
fn an_admin_and_the_user_at_once_take_turns() {
    for flags in ["", " --print --yes"] {
        let place = place();
        let rotate = if flags.is_empty() { ROTATE } else { BY_ADMIN };
        place.server.update(|account| account.iam.new_key_seconds = 3);
        // What is printed is not searched.
        let first = place.command(&format!("{BY_ADMIN}{flags}")).spawn().unwrap();
        let until = Instant::now() + Duration::from_secs(20);
        while place.journals().is_empty() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        let second = place.command(&format!("{rotate}{flags}")).output().unwrap();
        let first = first.wait_with_output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(first.status.success() && second.status.success(), "{}{}", text(&first.stderr), text(&second.stderr));
        place.check_end("at once");
        assert_eq!(place.server.count("CreateAccessKey"), 1, "{}", text(&second.stderr));
        let said = format!("{}{}", text(&second.stdout), text(&second.stderr));
        assert!(said.contains("Nothing to do: another keyfob has "), "{said}");
    }
}

#[test]
fn a_printed_key_is_printed_again_until_all_is_done() {
    for (action, skip) in [("UpdateAccessKey", 1), ("DeleteAccessKey", 1)] {
        let place = place();
        let line = format!("{BY_ADMIN} --print");
        place.killed(&line, action, skip);
        let again = place.command(BY_ADMIN).output().unwrap();
        let json: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
        let new = place.check_end(action);
        assert_eq!(json["AccessKey"]["AccessKeyId"], new.as_str());
        assert_eq!(json["AccessKey"]["SecretAccessKey"], place.held("config", "third").unwrap().secret.as_str());
    }
    // What would leave the secret out is refused before.
    let place = place();
    let said = place.run(&format!("{BY_ADMIN} --print --query AccessKey.AccessKeyId"));
    told(&said, 252, "--query leaves a part of the new key out", "AccessKey.[AccessKeyId,SecretAccessKey]");
    assert_eq!(place.server.calls().len(), 0);
}

#[test]
fn a_key_that_somebody_else_made_meanwhile_stays() {
    for (held, used, denied) in [(true, false, false), (false, true, false), (false, true, true), (false, false, true)]
    {
        let place = place();
        place.killed(ROTATE, "CreateAccessKey", 0);
        let now = place.server.now();
        bobs(&place, |keys| {
            let last = used.then(|| LastUse { at: now, service: "s3".into(), region: "eu-west-1".into() });
            keys.push(AccessKey { created_at: now, last_use: last, ..AccessKey::new(OTHER, "other/secret") });
        });
        if denied {
            place.server.update(|account| {
                account.users.get_mut("bob").unwrap().denied.insert("iam:GetAccessKeyLastUsed".into());
            });
        }
        if held {
            let text = place.home.read("credentials");
            let mine = format!("[mine]\naws_access_key_id = {OTHER}\naws_secret_access_key = other/secret\n");
            place.home.write("credentials", text + &mine).unwrap();
        }
        let said = place.run(ROTATE);
        let next = if denied { "allow that action" } else { "keyfob keys delete" };
        let text = if denied { "whether somebody uses it is not known" } else { "there are two keys" };
        told(&said, 255, text, next);
        assert_eq!(place.keys(), [(OLD.to_owned(), true), (OTHER.to_owned(), true)], "{}", said.err);
        if denied {
            // What it says works.
            place.good(&format!("keys delete {OTHER} --profile bob"));
            place.good(ROTATE);
            place.check_end("deleted by hand");
        }
    }
}

#[test]
fn another_key_in_the_profile_is_never_overwritten() {
    for flags in ["", " --to-profile spare --yes"] {
        let place = place();
        let rotate = format!("{BY_ADMIN}{flags}");
        place.killed(&rotate, "GetCallerIdentity", 2);
        with_other(&place);
        // The first one that held the old key, or the one that was named.
        let theirs = if flags.is_empty() { "third" } else { "spare" };
        let text = place.home.read("credentials").replace("[bob]", &format!("[{theirs}]"));
        place.home.write("credentials", &text).unwrap();
        told(
            &place.run(BY_ADMIN),
            255,
            &format!("profile {theirs} has another key, {OTHER} now"),
            "--undo deletes AKIA",
        );
        assert_eq!(place.home.read("credentials"), text);
        place.good(&format!("{BY_ADMIN} --undo"));
        assert_eq!((place.keys(), place.journals().len()), (vec![(OLD.to_owned(), true)], 0));
        assert_eq!(place.home.read("credentials"), text);
    }
    let place = place();
    let token = "[temporary]\naws_access_key_id = ASIA\naws_secret_access_key = s\naws_session_token = t\n";
    place.home.write("credentials", credentials(OLD, OLD_SECRET) + token).unwrap();
    let said = place.run(&format!("{BY_ADMIN} --to-profile temporary"));
    told(&said, 255, "profile temporary has temporary credentials", "--to-profile");
}

#[test]
fn whoever_has_another_key_of_the_user_goes_on() {
    for (undo, gone) in [(true, true), (true, false), (false, false)] {
        let place = place();
        place.killed(ROTATE, "GetCallerIdentity", 1);
        let new = place.keys().remove(1).0;
        bobs(&place, |keys| {
            keys.retain(|key| !gone || key.id != OLD);
            keys.push(AccessKey::new(OTHER, "other/secret"));
        });
        with_other(&place);
        if !undo {
            // There is a place for it.
            let old = format!("[twin]\naws_access_key_id = {OLD}\naws_secret_access_key = {OLD_SECRET}\n");
            place.home.write("credentials", place.home.read("credentials") + &old).unwrap();
        }
        if undo && gone {
            // It may have got further before.
            told(&place.run(ROTATE), 255, &format!("profile bob has another key, {OTHER} now"), "--undo deletes AKIA");
        }
        let said = place.good(&format!("{ROTATE}{}", if undo { " --undo" } else { "" }));
        let mut left: Vec<_> = place.keys().into_iter().map(|(id, _)| id).collect();
        left.sort();
        let mut wanted = match (undo, gone) {
            (true, true) => vec![OTHER.to_owned()],
            (true, false) => vec![OLD.to_owned(), OTHER.to_owned()],
            _ => vec![new.clone(), OTHER.to_owned()],
        };
        wanted.sort();
        assert_eq!((left, place.journals().len()), (wanted, 0), "{}", said.err);
        assert_eq!(place.held("credentials", "bob").unwrap().id, OTHER);
    }
}

#[test]
fn a_profile_that_is_gone_tells_who_can_go_on() {
    let place = place();
    place.killed(ROTATE, "GetCallerIdentity", 1);
    let (admin, admins) = (standard::ADMIN_ACCESS_KEY_ID, standard::ADMIN_SECRET_ACCESS_KEY);
    let text = format!("[admin]\naws_access_key_id = {admin}\naws_secret_access_key = {admins}\n");
    place.home.write("credentials", text).unwrap();
    place.home.write("config", "").unwrap();
    let said = place.run(ROTATE);
    assert!(said.code == 253 || said.code == 255, "{}", said.err);
    assert!(said.err.contains(&format!("a rotation of {OLD} was begun with it")), "{}", said.err);
    place.good(&format!("{BY_ADMIN} --undo"));
    assert_eq!((place.keys(), place.journals().len()), (vec![(OLD.to_owned(), true)], 0));
}

#[test]
fn a_secret_that_was_damaged_is_mended() {
    let place = place();
    place.killed(ROTATE, "GetCallerIdentity", 3);
    let new = place.held("credentials", "bob").unwrap();
    place.home.write("credentials", place.home.read("credentials").replacen(&new.secret, "half", 1)).unwrap();
    place.good(ROTATE);
    assert_eq!(place.check_end("mended"), new.id);
}

#[test]
fn a_wrong_secret_beside_the_key_is_not_taken_for_its_own() {
    let wrong = format!("[wrong]\naws_access_key_id = {OLD}\naws_secret_access_key = no\n");
    let place = place();
    place.home.write("credentials", wrong.clone() + &credentials(OLD, OLD_SECRET)).unwrap();
    place.good(&format!("{BY_ADMIN} --keep-old"));
    place.good(&format!("{BY_ADMIN} --undo"));
    assert_eq!(place.keys(), [(OLD.to_owned(), true)]);
    assert!(place.all_held().iter().all(|pair| place.works(pair)));

    let place = crate::place::place();
    place.home.write("credentials", wrong + &credentials(OLD, OLD_SECRET)).unwrap();
    place.good("keys rotate --all-profiles --no-input");
    assert!(place.all_held().iter().all(|pair| place.works(pair) && pair.id != OLD));
}

#[test]
fn a_clock_that_is_off() {
    for seconds in [-600, 600] {
        let place = place();
        place.server.clock_offset(seconds);
        let said = place.good(ROTATE);
        assert!(said.err.contains("this machine's clock is 10 minutes"), "{}", said.err);
        place.check_end("the clock is off");
    }
}

#[test]
fn while_an_old_key_waits_to_be_deleted() {
    let place = place();
    place.good(&format!("{ROTATE} --delete-after 7d"));
    let first = place.held("credentials", "bob").unwrap();
    let said = place.good(ROTATE);
    assert!(said.out.ends_with("--replace-unused deletes it first, and rotates again\n"), "{}", said.out);
    place.good(&format!("{ROTATE} --replace-unused"));
    assert_ne!(place.check_end("again"), first.id);
    place.search(&[&first.secret], "again");
}

#[test]
fn flags_of_the_run_that_finishes_count() {
    for (flag, then) in [("--keep-old", "\"Keep\""), ("--delete-after 1d", "\"20")] {
        let place = place();
        place.killed(ROTATE, "UpdateAccessKey", 1);
        place.good(&format!("{ROTATE} {flag}"));
        assert_eq!((place.keys()[0].clone(), place.keys().len()), ((OLD.to_owned(), false), 2));
        assert!(place.journals()[0].1.contains(&format!("\"Then\": {then}")), "{}", place.journals()[0].1);
    }
}

#[test]
fn other_files_are_refused() {
    let place = place();
    place.good(&format!("{ROTATE} --keep-old"));
    let (before, elsewhere) = (place.home.read("credentials"), place.home.path().join("elsewhere"));
    fs::write(&elsewhere, &before).unwrap();
    let with = |line: &str| {
        let said = place.command(line).env("AWS_SHARED_CREDENTIALS_FILE", &elsewhere).output().unwrap();
        sandbox::Said::from(said)
    };
    let said = with(&format!("{ROTATE} --undo"));
    told(&said, 253, &format!("the rotation of {OLD} was begun with "), "AWS_SHARED_CREDENTIALS_FILE=");
    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), before);
    place.good(&format!("{ROTATE} --undo"));
    assert_eq!(place.all_held().map(|pair| pair.id), [OLD; 3]);
}

#[test]
fn a_user_that_was_renamed_is_not_a_key_that_is_gone() {
    for action in ["UpdateAccessKey", "DeleteAccessKey"] {
        let place = place();
        place.killed(BY_ADMIN, action, 1);
        let new = place.held("credentials", "bob").unwrap();
        place.server.update(|account| {
            let mut user = account.users.remove("bob").unwrap();
            user.name = "robert".into();
            account.users.insert("robert".into(), user);
        });
        if action == "DeleteAccessKey" {
            told(&place.run(BY_ADMIN), 255, "there is no user bob any more", "keyfob keys rotate --user-name NAME");
            place.good("keys rotate --user-name robert --profile admin --no-input");
        } else {
            // The new key says whose it is.
            place.good(BY_ADMIN);
        }
        let keys: Vec<_> = place.user("robert").keys.into_iter().map(|key| key.id).collect();
        assert_eq!((keys, place.journals().len()), (vec![new.id], 0));
    }
}

#[test]
fn what_a_killed_write_left_goes_too() {
    let place = place();
    place.good(&format!("{ROTATE} --keep-old"));
    let (journal, text) = place.journals().remove(0);
    let name = format!(".{}.keyfob-new", journal.file_name().unwrap().to_str().unwrap());
    fs::write(journal.with_file_name(name), text).unwrap();
    place.good(&format!("keys delete {OLD} --profile bob"));
    place.check_end("nothing is left");
}

#[test]
fn no_copy_of_the_old_key_is_left() {
    let place = place();
    let copy = format!("aws_access_key_id={OLD}\naws_secret_access_key={OLD_SECRET}\n");
    let twice = format!("[bob]\n{copy}[DEFAULT]\n{copy}");
    place.home.write("credentials", twice + &credentials(OLD, OLD_SECRET)).unwrap();
    place.home.write("config", format!("[plain]\n{copy}{}", config(OLD, OLD_SECRET))).unwrap();
    place.good(ROTATE);
    let key = place.user("bob").keys.remove(0);
    place.search(&[OLD_SECRET, OLD], "copies");
    let new = Pair { id: key.id, secret: key.secret };
    assert!(place.works(&new) && place.all_held().iter().all(|pair| *pair == new));
}

#[test]
fn a_copy_that_no_tool_reads_is_told_of() {
    let place = place();
    let odd =
        format!("# was: {OLD_SECRET}\n[odd]\naws_access_key_id = {OLD} ; mine\naws_secret_access_key = {OLD_SECRET}\n");
    place.home.write("credentials", odd.clone() + &credentials(OLD, OLD_SECRET)).unwrap();
    let said = place.good(ROTATE);
    for line in [1, 4] {
        let told = format!("credentials:{line} still has the secret of {OLD}, which is deleted");
        assert!(said.err.contains(&told), "no {told}: {}", said.err);
    }
    assert!(place.home.read("credentials").starts_with(&odd));
}

#[test]
fn the_only_key_that_is_held_here_stays() {
    let place = place();
    bobs(&place, |keys| keys.push(AccessKey::new(OTHER, "other/secret")));
    for verb in ["deactivate", "delete"] {
        let said = place.run(&format!("keys {verb} {OLD} --profile bob"));
        told(&said, 255, "is the only access key of bob that works and that a profile here holds", "--yes");
    }
    assert_eq!(place.keys().len(), 2);
    place.good(&format!("keys deactivate {OTHER} --profile bob"));
    let said = place.good(&format!("keys delete {OTHER} --profile bob --output json"));
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(json, serde_json::json!({ "UserName": "bob", "AccessKeyId": OTHER, "Status": "Deleted" }));
    // Of two that are held, either may go.
    bobs(&place, |keys| keys.push(AccessKey::new(OTHER, "other/secret")));
    with_other(&place);
    let twin = format!("[twin]\naws_access_key_id = {OLD}\naws_secret_access_key = {OLD_SECRET}\n");
    place.home.write("credentials", place.home.read("credentials") + &twin).unwrap();
    place.good(&format!("keys delete {OLD} --profile bob"));
}

#[test]
fn hints_name_the_user() {
    let place = place();
    place.killed(BY_ADMIN, "UpdateAccessKey", 1);
    let go_on = "keyfob keys rotate --profile admin --user-name bob";
    told(&place.run(&format!("keys delete {OLD} --user-name bob --profile admin")), 255, "is under way", go_on);
    place.good(BY_ADMIN);
    bobs(&place, |keys| keys[0].created_at -= 10 * 86_400);
    let said = place.run("keys list --user-name bob --profile admin --max-age 1d");
    assert!(said.code == 1 && said.err.contains(&format!("{go_on} replaces a key")), "{}", said.err);
}

#[test]
fn an_old_key_is_not_deleted_once_the_new_one_is_dead() {
    for (flags, deleted) in [("", true), ("", false), (" --delete-after 1s", true)] {
        let place = place();
        match flags {
            "" => place.killed(BY_ADMIN, "DeleteAccessKey", 1),
            flags => drop(place.good(&format!("{BY_ADMIN}{flags}"))),
        }
        std::thread::sleep(Duration::from_millis(if flags.is_empty() { 0 } else { 2100 }));
        let new = place.held("credentials", "bob").unwrap();
        bobs(&place, |keys| {
            keys.iter_mut().filter(|key| key.id == new.id).for_each(|key| key.active = false);
            keys.retain(|key| !deleted || key.id != new.id);
        });
        told(&place.run(BY_ADMIN), 255, &format!("{OLD} is not deleted: {}", new.id), "--undo goes back to it");
        place.good(&format!("{BY_ADMIN} --undo"));
        assert_eq!(place.check_end(flags), OLD);
    }
}

#[test]
fn a_key_does_not_delete_itself() {
    let place = place();
    with_other(&place);
    let text = place.home.read("credentials");
    let admin = &text[text.find("[admin]").unwrap()..];
    place.home.write("credentials", admin).unwrap();
    place.good(&format!("{BY_ADMIN} --to-profile x --yes --keep-old"));
    let new = place.held("credentials", "x").unwrap();
    let said = place.run("keys rotate --profile x --undo --no-input");
    told(&said, 255, &format!("{} is to go, and cannot delete itself", new.id), "keyfob keys rotate --user-name bob");
    assert_eq!(place.keys(), [(OLD.to_owned(), false), (new.id.clone(), true)]);
    place.good(&format!("{BY_ADMIN} --undo"));
    assert_eq!(place.keys(), [(OLD.to_owned(), true)]);
    place.search(&[&new.secret], "taken back");
}

#[test]
fn the_only_copy_of_a_secret_is_kept() {
    let place = place();
    place.good(&format!("{ROTATE} --keep-old"));
    let new = place.held("credentials", "bob").unwrap();
    with_other(&place);
    let text = place.home.read("credentials");
    let admin = &text[text.find("[admin]").unwrap()..];
    place.home.write("credentials", admin).unwrap();
    let delete = format!("keys delete {OLD} --user-name bob --profile admin");
    told(&place.run(&delete), 255, &format!("the secret of {}", new.id), "--yes");
    bobs(&place, |keys| keys.retain(|key| key.id != OLD));
    assert_ne!(place.run(BY_ADMIN).code, 0);
    assert!(place.journals()[0].1.contains(&new.secret));
}

#[test]
fn a_place_that_somebody_took_does_not_bar_the_way_back() {
    let place = place();
    place.killed(&format!("{BY_ADMIN} --to-profile spare"), "GetCallerIdentity", 2);
    let mine = format!("[spare]\naws_access_key_id = {OTHER}\naws_secret_access_key = other/secret\n");
    let before = place.home.read("credentials") + &mine;
    place.home.write("credentials", &before).unwrap();
    told(&place.run(BY_ADMIN), 255, "profile spare has another key", "--undo deletes AKIA");
    place.good(&format!("{BY_ADMIN} --undo"));
    assert_eq!((place.keys(), place.journals().len()), (vec![(OLD.to_owned(), true)], 0));
    assert_eq!(place.home.read("credentials"), before);
}
