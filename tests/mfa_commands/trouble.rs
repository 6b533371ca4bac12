//! `mfa enroll` where something goes wrong: nothing is left behind, and nothing of others is touched.

use nix::sys::signal::Signal;
use sandbox::server::{Fault, FaultKind};
use sandbox::standard::{MFA_SEED, MFA_SERIAL};

use crate::place::{BOB, Place, place, told};

const ENROLL: &str = "mfa enroll --show-secret --no-mfa-session --profile bob";

/// Nobody has a new device, none is left over, and the files are as they were.
fn untouched(place: &Place) {
    assert_eq!((place.devices("bob").len(), place.left().len()), (0, 0));
    assert_eq!((place.home.read("config"), place.home.read("keyfob/settings")), (String::new(), String::new()));
    assert_eq!(place.server.count("DeleteVirtualMFADevice"), 1);
}

#[test]
fn control_c_and_its_kin() {
    for (signal, code) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143), (Signal::SIGHUP, 129)] {
        for first in [false, true] {
            let place = place();
            let mut running = place.start(ENROLL);
            let [one, _] = place.codes(&running.secret_key());
            if first {
                running.type_line(&one);
                running.wait_for("Next code (in about ");
            }
            running.signal(signal);
            let said = place.end(running);
            assert_eq!((said.code, said.out.as_str()), (code, ""), "{}", said.err);
            assert!(said.err.contains("removed again"), "{}", said.err);
            untouched(&place);
        }
    }
}

#[test]
fn control_c_while_aws_is_waited_for() {
    let place = place();
    let busy = FaultKind::error(409, "EntityTemporarilyUnmodifiable", "Later.");
    place.server.fault(Fault::always(busy).of("EnableMFADevice"));
    let mut running = place.start(ENROLL);
    let [one, two] = place.codes(&running.secret_key());
    running.type_line(&format!("{one}\n{two}"));
    running.wait_for("trying again in 3 seconds");
    running.signal(Signal::SIGINT);
    assert_eq!(place.end(running).code, 130);
    untouched(&place);
}

#[test]
fn no_codes_or_wrong_ones() {
    for (codes, text, code) in [
        ("", "no code of the device was given", 253),
        ("123456", "no code of the device was given", 253),
        ("123456\n123456", "first code again", 253),
        ("12345", "six digits", 253),
        ("123456\nabc", "six digits", 253),
        ("000000\n000001", "InvalidAuthenticationCode", 254),
    ] {
        let place = place();
        let said = place.feed(ENROLL, codes);
        assert_eq!((said.code, said.out.as_str()), (code, ""), "{}", said.err);
        assert!(said.err.contains(text) && said.err.contains(" next: "), "{}", said.err);
        untouched(&place);
    }
}

#[test]
fn a_user_who_cannot_be_changed_for_a_while() {
    let place = place();
    let busy = FaultKind::error(409, "EntityTemporarilyUnmodifiable", "Later.");
    place.server.fault(Fault::once(busy).of("EnableMFADevice"));
    let said = place.enroll("--no-mfa-session --profile bob");
    assert!(said.err.contains("AWS cannot change this user now; trying again in 3 seconds"), "{}", said.err);
    assert_eq!((place.devices("bob"), place.server.count("EnableMFADevice")), (vec![BOB.to_owned()], 2));
}

#[test]
fn an_answer_that_is_lost() {
    let place = place();
    place.server.fault(Fault::once(FaultKind::ResetAfter).of("EnableMFADevice"));
    place.enroll("--no-mfa-session --profile bob");
    assert_eq!(place.devices("bob"), [BOB]);
    // The device was made, and nobody knows its secret key: it is like any other leftover.
    for lost in [FaultKind::ResetAfter, FaultKind::Truncate { bytes: 100 }] {
        let place = crate::place::place();
        place.server.fault(Fault::once(lost).of("CreateVirtualMFADevice"));
        place.enroll("--no-mfa-session --profile bob --yes");
        assert_eq!((place.devices("bob"), place.left().len()), (vec![BOB.to_owned()], 0));
    }
}

#[test]
fn aws_that_does_not_answer() {
    for action in ["ListMFADevices", "CreateVirtualMFADevice", "EnableMFADevice"] {
        let place = place();
        place.server.fault(Fault::always(FaultKind::Reset).of(action));
        let said = place.feed(ENROLL, "123456\n654321");
        told(&said, 255, &format!("{action} got no answer"), "check the network");
        assert_eq!((place.devices("bob").len(), place.left().len()), (0, 0), "{}", said.err);
    }
}

#[test]
fn a_leftover_is_replaced_when_that_is_wanted() {
    for (flags, answer, replaced) in [("--yes", "", true), ("", "y", true), ("", "n", false), ("", "", false)] {
        let place = place();
        place.leave(BOB, MFA_SEED);
        let mut running = place.start(&format!("{ENROLL} {flags}"));
        running.type_line(answer);
        if replaced {
            let [one, two] = place.codes(&running.secret_key());
            running.type_line(&format!("{one}\n{two}"));
        }
        let said = place.end(running);
        if replaced {
            assert_eq!((said.code, place.devices("bob"), place.left().len()), (0, vec![BOB.to_owned()], 0));
            assert_ne!(place.user("bob").mfa[0].seed, MFA_SEED);
        } else {
            let next = if answer.is_empty() { "--yes" } else { "--device-name" };
            told(&said, 253, "", next);
            assert_eq!((place.left(), place.devices("bob").len()), (vec![BOB.to_owned()], 0));
        }
    }
}

#[test]
fn a_device_of_somebody_is_never_touched() {
    let place = place();
    // alice has a device that is named like bob.
    place.give("alice", BOB, MFA_SEED);
    for flags in ["", "--yes"] {
        told(&place.feed(&format!("{ENROLL} {flags}"), "y\n"), 253, "somebody's MFA device", "--device-name");
    }
    // And bob may not take alice's name.
    told(&place.feed(&format!("{ENROLL} --device-name alice --yes"), "y\n"), 253, "left alone", "--device-name");
    assert_eq!(place.devices("alice"), [MFA_SERIAL, BOB]);
    assert_eq!(place.server.count("DeleteVirtualMFADevice"), 0);
}

#[test]
fn who_has_a_device_needs_a_name_for_another() {
    let place = place();
    let line = "mfa enroll --show-secret --profile alice";
    told(&place.run(line), 253, &format!("alice has {MFA_SERIAL} already"), "--device-name");
    place.enroll("--profile alice --device-name spare --no-mfa-session");
    assert_eq!(place.devices("alice"), [MFA_SERIAL, "arn:aws:iam::111122223333:mfa/spare"]);
    assert_eq!(place.user("alice").mfa[0].seed, MFA_SEED);
    for at in 2..8 {
        place.give("alice", &format!("GAHT000{at}"), MFA_SEED);
    }
    told(&place.run(&format!("{line} --device-name ninth")), 253, "already", "8 is the most");
    assert_eq!(place.server.count("CreateVirtualMFADevice"), 1);
}

#[test]
fn where_nobody_can_be_asked_nothing_is_made() {
    let place = place();
    for (line, next) in [
        ("mfa enroll --show-secret --profile bob --no-input", "--code1 and --code2"),
        ("mfa enroll --profile bob --serial-number GAHT12345678 --no-input", "--code1 and --code2"),
        ("mfa enroll --profile bob", "--show-secret"),
        ("mfa resync --profile alice --no-input", "--code1 and --code2"),
        ("mfa remove --profile alice --no-input", "--yes"),
        ("mfa remove --profile alice", "--yes"),
        ("mfa resync --profile alice", "--code1"),
    ] {
        told(&place.run(line), 253, "", next);
    }
    told(
        &place.run("mfa enroll --show-secret --profile bob --code1 123456 --code2 654321"),
        252,
        "hardware",
        "--serial",
    );
    for action in ["CreateVirtualMFADevice", "DeactivateMFADevice", "ResyncMFADevice"] {
        assert_eq!(place.server.count(action), 0, "{action}");
    }
}

#[test]
fn what_may_not_be_put_away_is_told() {
    let place = place();
    place.server.update(|account| {
        account.users.get_mut("bob").unwrap().denied.insert("iam:DeleteVirtualMFADevice".into());
    });
    let said = place.feed(ENROLL, "");
    assert_eq!(said.code, 253);
    assert!(said.err.contains(&format!("{BOB} is left behind")), "{}", said.err);
    assert!(said.err.contains(&format!("keyfob mfa remove --serial-number {BOB}")), "{}", said.err);
}

#[test]
fn a_user_who_needs_mfa_can_enroll_without() {
    let place = place();
    place.server.update(|account| account.users.get_mut("bob").unwrap().iam_requires_mfa = true);
    place.enroll("--profile bob --no-mfa-session");
    assert_eq!(place.devices("bob"), [BOB]);
    told(&place.run("mfa remove --profile bob --yes"), 254, "AccessDenied", "keyfob mfa policy");
    // A session with MFA may, and IAM wants the user named there.
    place.server.update(|account| account.iam.sessions_need_user_name = true);
    let session = place.mfa_session("bob");
    let mut command = place.home.keyfob("mfa remove --yes".split(' '));
    place.seat(&mut command);
    let said = sandbox::Said::of(command.envs(session)).unwrap();
    assert_eq!((said.code, place.devices("bob").len(), place.left().len()), (0, 0, 0), "{}", said.err);
    assert_eq!(place.home.read("config"), "[profile bob]\n");
}
