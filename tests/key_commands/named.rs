//! Rotation of another user's key, and through a role or a session with MFA.

use std::fs;

use sandbox::standard::{self, INACTIVE_ACCESS_KEY_ID, MFA_SEED, MFA_SERIAL};
use sandbox::{ACCESS_KEY_ID, SECRET_ACCESS_KEY, totp};

use crate::place::{OLD, OLD_SECRET, Place, place, told};

const BY_ADMIN: &str = "keys rotate --user-name bob --profile admin --no-input";

/// Nobody here holds bob's key.
fn without_bob() -> Place {
    let place = place();
    let (id, secret) = (standard::ADMIN_ACCESS_KEY_ID, standard::ADMIN_SECRET_ACCESS_KEY);
    let admin = format!("[admin]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
    place.home.write("credentials", admin).unwrap();
    place.home.write("config", "").unwrap();
    place
}

#[test]
fn an_admin_rotates_what_is_held_here() {
    let place = place();
    let said = place.good(BY_ADMIN);
    let new = place.check_end("by an admin");
    assert!(said.out.starts_with(&format!("{new} has replaced {OLD} in profiles ")), "{}", said.out);
    let calls = place.server.calls();
    let iam: Vec<_> = calls.iter().filter(|call| call.signing_service.as_deref() == Some("iam")).collect();
    assert!(!iam.is_empty() && iam.iter().all(|call| call.params["UserName"] == "bob"), "{iam:?}");
    assert!(iam.iter().all(|call| call.access_key_id.as_deref() == Some(standard::ADMIN_ACCESS_KEY_ID)), "{iam:?}");
}

#[test]
fn a_key_that_nobody_here_holds_needs_a_place_and_leave() {
    let place = without_bob();
    told(&place.run(BY_ADMIN), 252, &format!("no profile here holds {OLD}"), "--to-profile NAME");
    told(&place.run(&format!("{BY_ADMIN} --to-profile bob")), 255, "whoever uses it elsewhere is cut off", "--yes");
    told(
        &place.run(&format!("{BY_ADMIN} --to-profile admin --yes")),
        255,
        "profile admin has another key",
        "new profile",
    );
    assert_eq!(place.server.count("CreateAccessKey"), 0);

    let said = place.good(&format!("{BY_ADMIN} --to-profile bob --yes"));
    let new = place.held("credentials", "bob").unwrap();
    assert!(place.works(&new) && place.keys().len() == 1);
    assert_eq!(said.out, format!("{} has replaced {OLD} in profile bob; {OLD} is deleted\n", new.id), "{}", said.err);
    assert!(place.journals().is_empty());
}

#[test]
fn a_key_is_printed_only_when_that_is_asked_for() {
    let place = without_bob();
    // Its secret is on standard output, so it is not searched.
    let said = place.command(&format!("{BY_ADMIN} --print --yes")).output().unwrap();
    let (out, err) = (String::from_utf8(said.stdout).unwrap(), String::from_utf8(said.stderr).unwrap());
    let key = place.user("bob").keys.remove(0);
    let (json, rest) = out.split_at(out.rfind("}\n").unwrap() + 2);
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(
        (&json["AccessKey"]["AccessKeyId"], &json["AccessKey"]["SecretAccessKey"]),
        (&key.id.as_str().into(), &key.secret.as_str().into())
    );
    assert!(rest.is_empty() && !err.contains(&key.secret), "{rest} {err}");
    assert!(place.journals().is_empty());
    place.search(&[&key.secret, OLD_SECRET], "printed");
}

#[test]
fn taken_back_without_the_old_secret() {
    let place = without_bob();
    place.good(&format!("{BY_ADMIN} --to-profile bob --yes --keep-old"));
    let new = place.held("credentials", "bob").unwrap();
    let said = place.good(&format!("{BY_ADMIN} --undo"));
    assert_eq!(place.keys(), [(OLD.to_owned(), true)], "{}", said.err);
    // The profile was made for it.
    assert_eq!(place.held("credentials", "bob"), None, "{}", said.err);
    place.search(&[&new.secret], "taken back");
    assert!(place.journals().is_empty());
}

#[test]
fn a_role_rotates_the_key_that_it_starts_from() {
    let place = place();
    place.good("keys rotate --profile role --no-input");
    place.check_end("by a role");
    // The chain starts from the new key.
    place.good("whoami --profile role");
}

/// alice's key, which may do nothing without MFA, and her device.
fn with_mfa() -> Place {
    let place = place();
    let keys = format!("aws_access_key_id = {ACCESS_KEY_ID}\naws_secret_access_key = {SECRET_ACCESS_KEY}\n");
    place.home.write("credentials", format!("[alice]\n{keys}[bare]\n{keys}")).unwrap();
    place.home.write("config", format!("[profile alice]\nmfa_serial = {MFA_SERIAL}\n")).unwrap();
    place.server.update(|account| {
        let alice = account.users.get_mut("alice").unwrap();
        alice.iam_requires_mfa = true;
        alice.keys.retain(|key| key.id != INACTIVE_ACCESS_KEY_ID);
    });
    place
}

#[test]
fn a_code_makes_the_session_that_is_needed() {
    let place = with_mfa();
    let rotate = "keys rotate --profile alice --no-input";
    told(&place.run(rotate), 254, "the keys of alice may not be rotated: iam:ListAccessKeys", "--token-code CODE");
    told(&place.run("keys rotate --profile bare --token-code 123456"), 253, "there is no device", "mfa_serial");
    let code = totp::code(MFA_SEED, totp::step(place.server.now()));
    place.good(&format!("{rotate} --token-code {code}"));
    let keys = place.user("alice").keys;
    let held = [place.held("credentials", "alice"), place.held("credentials", "bare")].map(Option::unwrap);
    assert!(keys.len() == 1 && held.iter().all(|pair| pair.id == keys[0].id && pair.secret == keys[0].secret));
    assert_ne!(keys[0].id, ACCESS_KEY_ID);
}

#[test]
fn a_session_in_a_profile_of_its_own_rotates_by_name() {
    let place = with_mfa();
    let code = totp::code(MFA_SEED, totp::step(place.server.now()));
    place.good(&format!("configure mfa-login --profile alice --update-profile session --token-code {code}"));
    told(&place.run("keys rotate --profile session"), 253, "no long-term access key", "--user-name");
    place.good("keys rotate --profile session --user-name alice --no-input");
    let keys = place.user("alice").keys;
    assert!(keys.len() == 1 && place.held("credentials", "alice").unwrap().id == keys[0].id);
}

#[test]
fn keys_from_elsewhere_are_not_rotated() {
    let place = place();
    let mut command = place.command("keys rotate");
    command.env("AWS_ACCESS_KEY_ID", OLD).env("AWS_SECRET_ACCESS_KEY", OLD_SECRET);
    let said = place.end(command.spawn().unwrap());
    told(&said, 253, "comes from the environment", "unset AWS_ACCESS_KEY_ID");
    fs::write(place.home.aws("config"), "[profile p]\ncredential_process = false\n").unwrap();
    told(
        &place.run("keys rotate --profile p"),
        253,
        "profile p has no long-term access key",
        "keyfob explain --profile p",
    );
    told(&place.run("keys rotate --profile none"), 253, "none", "list-profiles");
    assert!(place.server.calls().is_empty());
}
