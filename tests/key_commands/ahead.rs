//! What is found before the first change: two keys, age, permissions; and many keys at once.

use sandbox::account::{AccessKey, LastUse};
use sandbox::standard;

use crate::place::{OLD, OLD_SECRET, Place, credentials, place, told};

const ROTATE: &str = "keys rotate --profile bob --no-input";
const OTHER: &str = "AKIAIOSFODNN7BOTHER1";

/// bob has a second key, active or not, last used so many seconds after the first.
fn with_another(active: bool, used: Option<i64>) -> Place {
    let place = place();
    let now = place.server.now();
    place.server.update(|account| {
        let keys = &mut account.users.get_mut("bob").unwrap().keys;
        let last = |at| Some(LastUse { at, service: "s3".into(), region: "eu-west-1".into() });
        keys[0].last_use = last(now - 1000);
        let other = AccessKey::new(OTHER, "other/secret");
        keys.push(AccessKey { active, last_use: used.and_then(|later| last(now - 1000 + later)), ..other });
    });
    place
}

fn changes(place: &Place) -> usize {
    let calls = place.server.calls();
    let of = |action: &str| calls.iter().filter(|call| call.action == action && call.answered == 200).count();
    of("CreateAccessKey") + of("UpdateAccessKey") + of("DeleteAccessKey")
}

#[test]
fn of_two_keys_the_one_that_is_unused_is_named_and_goes_when_asked() {
    for (active, used, shown) in [
        (false, None, "inactive, never used"),
        (true, None, "active, never used"),
        (true, Some(-10), "active, last used"),
    ] {
        let place = with_another(active, used);
        place.server.update(|account| account.iam.uses_are_told_late = true);
        told(&place.run(ROTATE), 255, &format!("{OTHER} ({shown}"), &format!("--replace-unused deletes {OTHER}"));
        assert_eq!(changes(&place), 0);
        let said = place.good(&format!("{ROTATE} --replace-unused"));
        assert!(said.err.contains(&format!("{OTHER} is deleted: {shown}")), "{}", said.err);
        place.check_end(shown);
    }
}

#[test]
fn a_key_that_was_used_later_never_goes() {
    for active in [true, false] {
        let place = with_another(active, Some(500));
        place.server.update(|account| account.iam.uses_are_told_late = true);
        for flags in ["", "--replace-unused"] {
            let said = place.run(&format!("{ROTATE} {flags}"));
            told(
                &said,
                255,
                &format!("{OTHER} may be needed: it was used after"),
                &format!("keyfob keys delete {OTHER}"),
            );
        }
        assert_eq!((changes(&place), place.keys().len()), (0, 2));
    }
}

#[test]
fn what_rotation_asks_itself_is_no_use() {
    // IAM tells at once that the old key was used just now: by this very command.
    let place = with_another(true, Some(500));
    told(&place.run(&format!("{ROTATE} --replace-unused")), 255, "this command's own", "keys delete");
    assert_eq!((changes(&place), place.keys().len()), (0, 2));
    // What is inactive nobody uses.
    let place = with_another(false, Some(-10));
    place.good(&format!("{ROTATE} --replace-unused"));
    place.check_end("inactive");
}

#[test]
fn a_key_that_works_here_or_is_not_known_never_goes() {
    let place = with_another(true, None);
    let keys =
        format!("{}[other]\naws_access_key_id = {OTHER}\naws_secret_access_key = x\n", credentials(OLD, OLD_SECRET));
    place.home.write("credentials", keys).unwrap();
    let rotate = format!("{ROTATE} --replace-unused");
    told(&place.run(&rotate), 255, "it works, and is in use here, in other", "keys delete");
    place.home.write("credentials", credentials(OLD, OLD_SECRET)).unwrap();
    place.server.update(|account| {
        account.users.get_mut("bob").unwrap().denied.insert("iam:GetAccessKeyLastUsed".into());
    });
    told(&place.run(&rotate), 255, "when it was used cannot be told (AccessDenied)", "keys delete");
    assert_eq!((changes(&place), place.keys().len()), (0, 2));
}

#[test]
fn a_young_key_is_left_alone() {
    let place = place();
    let now = place.server.now();
    place.server.update(|account| account.users.get_mut("bob").unwrap().keys[0].created_at = now - 5 * 86_400);
    let said = place.good(&format!("{ROTATE} --max-age 6d"));
    assert_eq!(said.out, format!("Nothing to do: {OLD} is 5 days old\n"));
    assert_eq!(changes(&place), 0);
    place.good(&format!("{ROTATE} --max-age 4d"));
    assert_ne!(place.check_end("old enough"), OLD);
    let said = place.run(&format!("{ROTATE} --max-age 4"));
    assert_eq!(said.code, 252);
    assert!(said.err.contains("'--max-age <AGE>': write it as 90d, 12h or 2w"), "{}", said.err);
}

#[test]
fn missing_permissions_are_found_before_the_first_change() {
    for (denied, told_of) in [
        (&["iam:UpdateAccessKey"][..], "iam:UpdateAccessKey"),
        (&["iam:DeleteAccessKey"], "iam:DeleteAccessKey"),
        (&["iam:UpdateAccessKey", "iam:DeleteAccessKey"], "iam:UpdateAccessKey, iam:DeleteAccessKey"),
        (&["iam:ListAccessKeys", "iam:DeleteAccessKey"], "iam:ListAccessKeys, iam:DeleteAccessKey"),
    ] {
        let place = place();
        place.server.update(|account| {
            account.users.get_mut("bob").unwrap().denied.extend(denied.iter().map(|action| (*action).to_owned()));
        });
        let said = place.run(ROTATE);
        told(&said, 254, &format!("the keys of bob may not be rotated: {told_of}\n"), "this policy allows it");
        let policy = &said.err[said.err.find("\n{").unwrap()..=said.err.rfind('}').unwrap()];
        let policy: serde_json::Value = serde_json::from_str(policy).unwrap();
        assert_eq!(policy["Statement"][0]["Resource"], "arn:aws:iam::111122223333:user/bob");
        assert_eq!((changes(&place), place.keys().len(), place.journals().len()), (0, 1, 0), "{denied:?}");
    }
    let place = place();
    place.server.update(|account| {
        account.users.get_mut("bob").unwrap().denied.insert("iam:CreateAccessKey".into());
    });
    let said = place.run(ROTATE);
    told(&said, 254, "iam:CreateAccessKey", "this policy allows it");
    assert!(said.err.contains("\"Resource\": \"arn:aws:iam::111122223333:user/bob\""), "{}", said.err);
    assert_eq!((changes(&place), place.keys().len(), place.journals().len()), (0, 1, 0));
}

#[test]
fn steps_that_are_only_printed() {
    let place = place();
    let said = place.good(&format!("{ROTATE} --dry-run --delete-after 1d"));
    let lines: Vec<_> = said.out.lines().collect();
    assert_eq!(lines.len(), 6, "{}", said.out);
    assert!(lines[2].ends_with(": profile third, profile bob, profile twin"), "{}", said.out);
    assert!(lines[5].starts_with(&format!("6. keep {OLD}, inactive; a run after ")), "{}", said.out);
    assert_eq!((changes(&place), place.home.aws("keyfob").exists()), (0, false));
    let calls: Vec<_> = place.server.calls().into_iter().map(|call| call.action).collect();
    assert_eq!(calls, ["GetCallerIdentity", "ListAccessKeys"]);
}

#[test]
fn every_distinct_key_once() {
    let place = place();
    let said = place.good("keys rotate --all-profiles --no-input");
    let rows: Vec<Vec<_>> = said.out.lines().map(|line| line.split_whitespace().map(str::to_owned).collect()).collect();
    assert_eq!(rows.len(), 3, "{}", said.out);
    assert_eq!(rows[0], ["PROFILES", "USER", "OLD", "KEY", "NEW", "KEY", "RESULT"]);
    assert_eq!(place.server.count("CreateAccessKey"), 2);
    let bob = place.held("config", "third").unwrap();
    assert!(place.works(&bob) && bob.id != OLD, "{}", said.out);
    assert!(said.out.contains(&format!("bob    {OLD}  {}  rotated\n", bob.id)), "{}", said.out);
    assert_ne!(place.user("admin").keys[0].id, standard::ADMIN_ACCESS_KEY_ID);

    // One fails, the other does not.
    place.server.update(|account| {
        account.users.get_mut("bob").unwrap().denied.insert("iam:CreateAccessKey".into());
    });
    let said = place.run("keys rotate --all-profiles --no-input --output json");
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let mut results: Vec<_> = json.as_array().unwrap().iter().map(|key| key["Result"].as_str().unwrap()).collect();
    results.sort_unstable();
    assert_eq!((said.code, results), (255, vec!["Failed", "Rotated"]), "{}", said.err);
    assert!(said.err.contains("1 of 2 keys not rotated"), "{}", said.err);
}

#[test]
fn what_stands_in_a_file_need_not_be_an_id() {
    let place = place();
    for id in ["../../../x", "a/b", "'"] {
        place
            .home
            .write("credentials", format!("[bob]\naws_access_key_id = {id}\naws_secret_access_key = s\n"))
            .unwrap();
        assert_eq!(place.run(ROTATE).code, 254, "{id}");
        assert_eq!(std::fs::read_dir(place.home.aws("keyfob/keys")).unwrap().count(), 0, "{id}");
    }
}
