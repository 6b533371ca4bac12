//! `keys rotate`: the plain story, IAM's delays, two at once, files as people have them.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sandbox::server::FaultKind;
use sandbox::standard;

use crate::place::{LIMIT, OLD, OLD_SECRET, Place, config, credentials, place, told};

const ROTATE: &str = "keys rotate --profile bob --no-input";

#[test]
fn the_plain_story() {
    let place = place();
    let said = place.good(ROTATE);
    let new = place.check_end("the plain story");
    assert_ne!(new, OLD);
    let wanted = format!("{new} has replaced {OLD} in profiles third, bob, twin; {OLD} is deleted\n");
    assert_eq!(said.out, wanted, "{}", said.err);
    // The old key is deleted by the new one; the new one is proven before it is in place and after.
    let calls = place.server.calls();
    let signers = |action: &str| -> Vec<String> {
        calls.iter().filter(|call| call.action == action).filter_map(|call| call.access_key_id.clone()).collect()
    };
    assert_eq!(signers("CreateAccessKey"), [OLD]);
    assert_eq!(signers("DeleteAccessKey").last(), Some(&new));
    assert_eq!(signers("UpdateAccessKey").last(), Some(&new));
    assert_eq!(signers("GetCallerIdentity").iter().filter(|id| **id == new).count(), 4);
    assert_eq!(place.good("whoami --profile role --query Arn").code, 0);
}

#[test]
fn the_answer_as_json_and_quietly() {
    let place = place();
    let said = place.good(&format!("{ROTATE} --output json --quiet --debug"));
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let new = place.check_end("json");
    let wanted = serde_json::json!({
        "UserName": "bob", "OldAccessKeyId": OLD, "NewAccessKeyId": new, "Result": "Rotated", "DeleteAfter": null,
        "Profiles": ["third", "bob", "twin"],
    });
    assert_eq!(json, wanted);
    assert!(said.err.lines().all(|line| line.starts_with("debug: ")), "{}", said.err);
}

#[test]
fn a_new_key_that_is_refused_for_ten_seconds_and_an_old_one_that_lives_on() {
    let place = place();
    place.server.update(|account| {
        (account.iam.new_key_seconds, account.iam.deactivated_key_seconds) = (10, 10);
    });
    let started = Instant::now();
    let said = place.good(ROTATE);
    assert!(started.elapsed() >= Duration::from_secs(9), "{:?}", started.elapsed());
    assert!(said.err.contains("waiting until all of AWS knows AKIA"), "{}", said.err);
    place.check_end("refused for ten seconds");
}

#[test]
fn word_of_a_key_that_comes_and_goes() {
    let place = place();
    let refused =
        FaultKind::error(403, "InvalidClientTokenId", "The security token included in the request is invalid.");
    // Of the proofs: the second, the fourth, and later IAM itself.
    place.fault(refused.clone(), "GetCallerIdentity", 2);
    place.fault(refused.clone(), "GetCallerIdentity", 3);
    place.fault(refused.clone(), "UpdateAccessKey", 1);
    place.fault(refused, "DeleteAccessKey", 1);
    place.good(ROTATE);
    place.check_end("it comes and goes");
    assert!(place.server.calls().iter().filter(|call| call.fault.is_some()).count() == 4);
}

#[test]
fn of_two_at_once_one_waits_and_finds_nothing_to_do() {
    let place = place();
    place.server.update(|account| account.iam.new_key_seconds = 3);
    // By another profile that holds the same key.
    let both = [place.start(ROTATE), place.start("keys rotate --profile third --no-input")];
    let said = both.map(|child| place.end(child));
    assert!(said.iter().all(|said| said.code == 0), "{said:?}");
    let idle: Vec<_> = said.iter().filter(|said| said.out.starts_with("Nothing to do: ")).collect();
    assert_eq!(idle.len(), 1, "{said:?}");
    assert!(idle[0].err.contains("waiting for keyfob keys rotate (process "), "{}", idle[0].err);
    assert_eq!(place.server.count("CreateAccessKey"), 1);
    place.check_end("two at once");
}

/// A run that is interrupted while IAM is waited for, so that there is a journal and no new key in place.
fn interrupted(place: &Place, signal: Signal) -> sandbox::Said {
    place.server.update(|account| account.iam.new_key_seconds = 600);
    let child = place.start(ROTATE);
    let until = Instant::now() + LIMIT;
    while place.server.count("GetCallerIdentity") < 3 {
        assert!(Instant::now() < until, "nothing is proven");
        std::thread::sleep(Duration::from_millis(5));
    }
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal).unwrap();
    let said = place.end(child);
    place.server.update(|account| account.iam.new_key_seconds = 0);
    said
}

#[test]
fn ctrl_c_says_how_to_go_on() {
    for (signal, code) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143), (Signal::SIGHUP, 129)] {
        let place = place();
        let said = interrupted(&place, signal);
        assert_eq!(said.code, code, "{}", said.err);
        assert!(said.err.contains("interrupted; keyfob keys rotate --profile bob goes on from here"), "{}", said.err);
        place.check("Ctrl-C");
        assert_eq!(place.held("credentials", "bob").unwrap().id, OLD);

        let said = place.good("keys rotate --status");
        assert!(said.out.contains("the new key is made and stored. keyfob keys rotate --profile bob"), "{}", said.out);
        // Any profile that holds the key will do.
        let said = place.good("keys rotate --profile twin --no-input");
        assert!(said.err.contains(&format!("finishing the rotation of {OLD} that was begun")), "{}", said.err);
        assert_ne!(place.check_end("Ctrl-C"), OLD);
        assert_eq!(place.server.count("CreateAccessKey"), 1);
    }
}

#[test]
fn a_read_only_file_is_found_before_the_first_change() {
    for file in ["credentials", "config"] {
        let place = place();
        fs::set_permissions(place.home.aws(file), Permissions::from_mode(0o400)).unwrap();
        told(&place.run(ROTATE), 255, "is read-only", "chmod u+w");
        assert_eq!(place.server.count("CreateAccessKey"), 0);
        assert!(place.journals().is_empty());
        assert_eq!(place.home.read("credentials"), credentials(OLD, OLD_SECRET));
    }
}

#[test]
fn a_file_that_becomes_read_only_meanwhile_loses_nothing() {
    let place = place();
    interrupted(&place, Signal::SIGINT);
    fs::set_permissions(place.home.aws("config"), Permissions::from_mode(0o400)).unwrap();
    let said = place.run(ROTATE);
    assert_eq!(said.code, 255);
    assert!(said.err.contains("is read-only") && said.err.contains("goes on from here; --undo"), "{}", said.err);
    place.check("read-only");
    fs::set_permissions(place.home.aws("config"), Permissions::from_mode(0o600)).unwrap();
    place.good(ROTATE);
    place.check_end("read-only");
}

#[test]
fn links_modes_and_line_ends_stay() {
    let place = place();
    let crlf = |id: &str, secret: &str| credentials(id, secret).replace('\n', "\r\n");
    fs::create_dir(place.home.path().join("dotfiles")).unwrap();
    let target = place.home.path().join("dotfiles/credentials");
    fs::write(&target, crlf(OLD, OLD_SECRET)).unwrap();
    fs::set_permissions(&target, Permissions::from_mode(0o640)).unwrap();
    fs::remove_file(place.home.aws("credentials")).unwrap();
    symlink(&target, place.home.aws("credentials")).unwrap();
    place.good(ROTATE);
    let new = place.held("credentials", "bob").unwrap();
    assert!(place.works(&new) && new.id != OLD);
    assert_eq!(fs::read_to_string(&target).unwrap(), crlf(&new.id, &new.secret));
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(place.home.aws("credentials")).unwrap().is_symlink());
    assert_eq!(place.home.read("config"), config(&new.id, &new.secret));
    place.search(&[OLD_SECRET], "links");
}

#[test]
fn odd_spacing_stays() {
    let place = place();
    let odd = |id: &str, secret: &str, space: &str| {
        format!(
            "  # odd\n[bob] ; mine\nAWS_ACCESS_KEY_ID{space}={space}{id}\nx=1\n\n\n\
             aws_secret_access_key{space}={space}{secret}\n[default]\nregion=x"
        )
    };
    place.home.write("credentials", odd(OLD, OLD_SECRET, "   ")).unwrap();
    place.home.write("config", "").unwrap();
    place.good(ROTATE);
    let key = place.user("bob").keys.remove(0);
    assert_eq!(place.home.read("credentials"), odd(&key.id, &key.secret, "   "));
}

#[test]
fn a_journal_that_cannot_be_read_stops_everything() {
    let place = place();
    fs::create_dir_all(place.home.aws("keyfob/keys")).unwrap();
    fs::set_permissions(place.home.aws("keyfob/keys"), Permissions::from_mode(0o700)).unwrap();
    place.home.write("keyfob/keys/AKIAX.json", "{\"Version\": 2}").unwrap();
    let said = place.run(ROTATE);
    told(&said, 253, "no journal that this keyfob can read", "move it away");
    assert!(place.server.calls().is_empty(), "{:?}", place.server.calls());
}

#[test]
fn a_folder_that_cannot_be_written_is_found_first() {
    let place = place();
    place.home.write("keyfob", "a file").unwrap();
    let said = place.run(ROTATE);
    assert_eq!(said.code, 255, "{}", said.err);
    assert!(said.err.contains("keyfob"), "{}", said.err);
    assert_eq!(place.server.count("CreateAccessKey"), 0);
}

#[test]
fn the_root_user_has_no_name_in_calls() {
    let place = place();
    place.server.update(|account| account.users.get_mut("root").unwrap().keys.push(standard::root_key()));
    let (id, secret) = (standard::ROOT_ACCESS_KEY_ID, standard::ROOT_SECRET_ACCESS_KEY);
    place
        .home
        .write("credentials", format!("[root]\naws_access_key_id={id}\naws_secret_access_key={secret}\n"))
        .unwrap();
    place.good("keys rotate --profile root");
    let calls = place.server.calls();
    assert!(calls.iter().all(|call| !call.params.contains_key("UserName")), "{calls:?}");
    let keys = place.user("root").keys;
    assert_eq!((keys.len(), place.held("credentials", "root").unwrap().id == keys[0].id), (1, true));
}

#[test]
fn a_key_that_does_not_work_is_not_rotated() {
    let place = place();
    place.server.update(|account| account.users.get_mut("bob").unwrap().keys[0].active = false);
    told(&place.run(ROTATE), 254, "InvalidClientTokenId", "");
    assert_eq!(place.server.count("CreateAccessKey"), 0);
}
