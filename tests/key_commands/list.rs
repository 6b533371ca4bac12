//! `keys list`

use sandbox::account::{AccessKey, LastUse};
use sandbox::standard::{self, INACTIVE_ACCESS_KEY_ID, MFA_SERIAL};
use sandbox::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};

use crate::place::{OLD, OLD_SECRET, Place, place, told};

const DAY: i64 = 86_400;
const OTHER: &str = "AKIAIOSFODNN7BOTHER1";

/// bob's key is 100 days old and in use, the other one 2 days old, inactive and unused. admin looks, so that looking is no
/// use of bob's.
fn two_keys() -> Place {
    let place = place();
    let now = place.server.now();
    place.server.update(|account| {
        let keys = &mut account.users.get_mut("bob").unwrap().keys;
        keys[0].created_at = now - 100 * DAY;
        keys[0].last_use = Some(LastUse { at: now - 3 * DAY, service: "s3".into(), region: "eu-west-1".into() });
        let other = AccessKey { active: false, created_at: now - 2 * DAY, ..AccessKey::new(OTHER, "other/secret") };
        keys.push(other);
    });
    place
}

const LIST: &str = "keys list --profile admin --user-name bob";

#[test]
fn status_age_use_and_who_holds_each() {
    let place = two_keys();
    // Pages of one.
    place.server.update(|account| account.iam.page_size = 1);
    let said = place.good(LIST);
    let wanted = format!(
        "{OLD}  active    100 days old  last used 3 days ago (s3, eu-west-1)  profiles third, bob, twin\n\
         {OTHER}  inactive  2 days old    never used\n"
    );
    assert_eq!(said.out, wanted, "{}", said.err);
    assert_eq!(place.server.count("ListAccessKeys"), 2);
}

#[test]
fn as_a_structure() {
    let place = two_keys();
    let said = place.good(&format!("{LIST} --output json"));
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(json[0]["Profiles"], serde_json::json!(["third", "bob", "twin"]));
    for (key, value) in [("AccessKeyId", OLD), ("Status", "Active"), ("UserName", "bob"), ("ServiceName", "s3")] {
        assert_eq!(json[0][key], value, "{}", said.out);
    }
    assert_eq!((&json[0]["AgeDays"], &json[1]["AgeDays"]), (&100.into(), &2.into()));
    assert!(json[1]["LastUsedDate"].is_null() && json[1]["LastUseError"].is_null(), "{}", said.out);
    let said = place.good(&format!("{LIST} --query [].Status --output text"));
    assert_eq!(said.out, "Active\tInactive\n");
    assert!(place.good(&format!("{LIST} --output table")).out.contains("AccessKeys"));
}

#[test]
fn a_key_that_is_too_old_ends_with_1() {
    let place = two_keys();
    for (age, code) in [("99d", 1), ("2400h", 1), ("101d", 0), ("15w", 0), ("1d", 1)] {
        let said = place.run(&format!("{LIST} --max-age {age}"));
        assert_eq!((said.code, said.out.lines().count()), (code, 2), "{age}: {}", said.err);
    }
    let said = place.run(&format!("{LIST} --max-age 99d --output json"));
    assert!(serde_json::from_str::<serde_json::Value>(&said.out).is_ok() && said.code == 1);
    assert!(said.err.contains(&format!("{OLD} is 100 days old; 99 days is the most")), "{}", said.err);
    // An inactive one counts too.
    let said = place.run(&format!("{LIST} --max-age 1d"));
    assert!(said.err.contains(&format!("{OTHER} is 2 days old")), "{}", said.err);
    for wrong in ["90", "-1d", "soon"] {
        let said = place.run(&format!("{LIST} --max-age={wrong}"));
        assert_eq!(said.code, 252, "{wrong}");
        assert!(said.err.contains("'--max-age <AGE>': write it as 90d, 12h or 2w"), "{}", said.err);
    }
}

#[test]
fn a_use_that_may_not_be_asked_for_is_unknown() {
    let place = two_keys();
    place.server.update(|account| {
        account.users.get_mut("bob").unwrap().denied.insert("iam:GetAccessKeyLastUsed".into());
    });
    let said = place.good("keys list --profile bob");
    assert_eq!(said.out.matches("last use unknown").count(), 2, "{}", said.out);
    assert!(said.err.contains("iam:GetAccessKeyLastUsed, AccessDenied"), "{}", said.err);
}

#[test]
fn of_oneself_of_others_and_of_nobody() {
    let place = place();
    let said = place.good("keys list --profile bob");
    assert!(said.out.starts_with(&format!("{OLD}  active  ")), "{}", said.out);
    told(&place.run("keys list --profile bob --user-name admin"), 254, "AccessDenied", "must be allowed");
    told(&place.run("keys list --profile admin --user-name nobody"), 254, "NoSuchEntity", "--user-name");
    told(&place.run("keys list --profile role"), 253, "is no IAM user", "--user-name");
    assert!(place.good("keys list --profile role --user-name bob").out.contains(OLD));
    place.server.update(|account| account.users.get_mut("bob").unwrap().keys.clear());
    let said = place.good(LIST);
    assert_eq!(said.out, "");
    assert!(said.err.contains("bob has no access key"), "{}", said.err);
}

#[test]
fn a_temporary_key_is_no_holder() {
    let place = place();
    let temporary = format!(
        "[bob]\naws_access_key_id={OLD}\naws_secret_access_key={OLD_SECRET}\n[t]\naws_access_key_id={OLD}\n\
                 aws_secret_access_key=x\naws_session_token=y\n[half]\naws_access_key_id={OLD}\n# {OLD}\n"
    );
    place.home.write("credentials", temporary).unwrap();
    place.home.write("config", "").unwrap();
    assert!(place.good("keys list --profile bob").out.ends_with("  profiles bob, half\n"));
}

#[test]
fn the_root_user_has_keys_too() {
    let place = place();
    place.server.update(|account| account.users.get_mut("root").unwrap().keys.push(standard::root_key()));
    let (id, secret) = (standard::ROOT_ACCESS_KEY_ID, standard::ROOT_SECRET_ACCESS_KEY);
    place.home.write("credentials", format!("[r]\naws_access_key_id={id}\naws_secret_access_key={secret}\n")).unwrap();
    assert!(place.good("keys list --profile r").out.starts_with(&format!("{id}  active  ")));
}

#[test]
fn an_unknown_use_says_why_in_a_structure() {
    let place = two_keys();
    place.server.update(|account| {
        account.users.get_mut("admin").unwrap().denied.insert("iam:GetAccessKeyLastUsed".into());
    });
    let said = place.good(&format!("{LIST} --output json"));
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((&json[0]["LastUseError"], &json[1]["LastUseError"]), (&"AccessDenied".into(), &"AccessDenied".into()));
    assert!(["LastUsedDate", "ServiceName", "Region"].iter().all(|key| json[0][key].is_null()), "{}", said.out);
    assert_eq!(json[0]["Status"], "Active");
}

#[test]
fn a_service_without_regions_is_told_alone() {
    let place = two_keys();
    place.server.update(|account| {
        let keys = &mut account.users.get_mut("bob").unwrap().keys;
        keys[0].last_use.as_mut().unwrap().region = "N/A".into();
    });
    let said = place.good(LIST);
    assert!(said.out.contains("last used 3 days ago (s3)  profiles "), "{}", said.out);
}

#[test]
fn a_profile_without_credentials_asks_nobody() {
    let place = place();
    place.home.write("config", "[profile empty]\nregion = eu-west-1\n").unwrap();
    told(&place.run("keys list --profile empty"), 253, "empty", "keyfob ");
    assert!(place.server.calls().is_empty(), "{:?}", place.server.calls());
}

/// alice's keys may do nothing without MFA. Her device is in the profile alice, not in bare.
fn with_mfa() -> Place {
    let place = place();
    let keys = format!("aws_access_key_id = {ACCESS_KEY_ID}\naws_secret_access_key = {SECRET_ACCESS_KEY}\n");
    place.home.write("credentials", format!("[alice]\n{keys}[bare]\n{keys}")).unwrap();
    place.home.write("config", format!("[profile alice]\nmfa_serial = {MFA_SERIAL}\n")).unwrap();
    place.server.update(|account| account.users.get_mut("alice").unwrap().iam_requires_mfa = true);
    place
}

#[test]
fn a_code_makes_the_session_that_is_needed() {
    let place = with_mfa();
    told(&place.run("keys list --profile alice"), 254, "AccessDenied", "--token-code CODE, for alice");
    let code = standard::totp(place.server.now());
    let said = place.good(&format!("keys list --profile alice --token-code {code}"));
    let ids: Vec<_> = said.out.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(ids, [ACCESS_KEY_ID, INACTIVE_ACCESS_KEY_ID], "{}", said.err);
    assert_eq!(place.server.count("GetSessionToken"), 1);
}

#[test]
fn a_code_that_no_device_takes_is_refused() {
    let place = with_mfa();
    let said = place.run("keys list --profile bare --token-code 123456");
    told(&said, 253, "--token-code: there is no device to ask of", "configure set mfa_serial ARN --profile bare");
    assert!(place.server.calls().is_empty(), "{:?}", place.server.calls());
}
