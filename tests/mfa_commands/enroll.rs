//! `mfa enroll` where all goes well.

use sandbox::standard::{MFA_SEED, MFA_SERIAL};

use crate::place::{BOB, place, told};

#[test]
fn a_user_without_a_device() {
    let place = place();
    let said = place.enroll("--profile bob --no-mfa-session --debug");
    assert_eq!(said.out, format!("{BOB} is an MFA device of bob now\n"));
    assert_eq!((place.devices("bob"), place.left().len()), (vec![BOB.to_owned()], 0));
    assert_eq!(place.home.read("config"), format!("[profile bob]\nmfa_serial = {BOB}\n"));
    assert_eq!(place.home.read("keyfob/settings"), "");
    // The name is the user's, which AWS's policies ask for.
    let call = place.server.calls().into_iter().find(|call| call.action == "CreateVirtualMFADevice").unwrap();
    assert_eq!((call.params["VirtualMFADeviceName"].as_str(), call.params["Path"].as_str()), ("bob", "/"));
    let said = place.run("mfa list --profile bob");
    assert!(said.out.ends_with("  profile bob\n"), "{}", said.out);
}

#[test]
fn the_session_is_turned_on_when_it_is_wanted() {
    let place = place();
    place.home.write("keyfob/settings", "# mine\n[default]\nlock_wait = 5\n").unwrap();
    place.enroll("--profile bob --mfa-session");
    let settings = "# mine\n[default]\nlock_wait = 5\n[profile bob]\nmfa_session = on\n";
    assert_eq!(place.home.read("keyfob/settings"), settings);
}

#[test]
fn or_by_an_answer_after_the_codes() {
    for (answer, settings) in [("y", "[profile default]\nmfa_session = on\n"), ("n", ""), ("", "")] {
        let place = place();
        let keys = place.home.read("credentials").replace("[bob]", "[default]");
        place.home.write("credentials", keys).unwrap();
        let mut running = place.start("mfa enroll --show-secret");
        let [one, two] = place.codes(&running.secret_key());
        running.type_line(&format!("{one}\n{two}"));
        running.wait_for("Get MFA sessions for profile default by itself");
        running.type_line(answer);
        let said = place.end(running);
        assert_eq!(said.code, 0, "{}", said.err);
        assert_eq!(place.home.read("keyfob/settings"), settings, "{answer}");
        assert_eq!(place.home.read("config"), format!("[default]\nmfa_serial = {BOB}\n"));
    }
}

#[test]
fn paths_and_names() {
    let place = place();
    place.server.update(|account| {
        let bob = account.users.get_mut("bob").unwrap();
        bob.path = "/team/a/".into();
    });
    place.enroll("--profile bob --no-mfa-session");
    place.enroll("--profile bob --no-mfa-session --device-name team/spare --yes");
    let spare = "arn:aws:iam::111122223333:mfa/team/spare";
    assert_eq!(place.devices("bob"), [BOB, spare]);
    assert_eq!(place.home.read("config"), format!("[profile bob]\nmfa_serial = {spare}\n"));
    told(&place.run("mfa enroll --show-secret --profile bob --device-name a:b"), 252, "a:b", "letters");
}

#[test]
fn of_another_user() {
    let place = place();
    let said = place.enroll("--profile admin --user-name bob");
    assert_eq!(said.out, format!("{BOB} is an MFA device of bob now\n"));
    assert_eq!(place.devices("bob"), [BOB]);
    // It is none of the admin's profile.
    assert_eq!((place.home.read("config"), place.home.read("keyfob/settings")), (String::new(), String::new()));
}

#[test]
fn of_the_root_user() {
    let place = place();
    let said = place.enroll("--profile root --no-mfa-session");
    let serial = "arn:aws:iam::111122223333:mfa/root-account-mfa-device";
    assert_eq!(said.out, format!("{serial} is an MFA device of the root user now\n"));
    assert_eq!(place.devices("root"), [serial]);
    assert!(place.run("mfa list --profile root").out.contains(serial));
    let said = place.run("mfa remove --profile root --yes");
    assert_eq!((said.code, place.devices("root").len(), place.left().len()), (0, 0, 0), "{}", said.err);
}

#[test]
fn a_hardware_token() {
    let place = place();
    place.leave("GAHT12345678", MFA_SEED);
    let [one, two] = place.codes(MFA_SEED);
    let line = format!("mfa enroll --profile bob --serial-number GAHT12345678 --code1 {one} --code2 {two} --no-input");
    let said = place.run(&line);
    assert_eq!((said.code, said.out.as_str()), (0, "GAHT12345678 is an MFA device of bob now\n"), "{}", said.err);
    assert_eq!((place.devices("bob"), place.server.count("CreateVirtualMFADevice")), (vec!["GAHT12345678".into()], 0));
    assert_eq!(place.home.read("config"), "[profile bob]\nmfa_serial = GAHT12345678\n");
}

#[test]
fn another_mfa_serial_in_the_profile() {
    let old = format!("[profile bob]\nmfa_serial = {MFA_SERIAL}\nregion = eu-west-1\n");
    let new = old.replace(MFA_SERIAL, BOB);
    for (flags, answer, config) in [("", "y", &new), ("", "n", &old), ("--yes", "", &new)] {
        let place = place();
        place.home.write("config", &old).unwrap();
        let mut running = place.start(&format!("mfa enroll --show-secret --no-mfa-session --profile bob {flags}"));
        running.type_line(answer);
        let [one, two] = place.codes(&running.secret_key());
        running.type_line(&format!("{one}\n{two}"));
        let said = place.end(running);
        assert_eq!((said.code, place.devices("bob")), (0, vec![BOB.to_owned()]), "{}", said.err);
        assert_eq!(&place.home.read("config"), config, "{flags} {answer}");
    }
    // In the credentials file, which counts more.
    let place = place();
    let keys = place.home.read("credentials").replace("[bob]\n", &format!("[bob]\nmfa_serial = {MFA_SERIAL}\n"));
    place.home.write("credentials", &keys).unwrap();
    place.enroll("--profile bob --no-mfa-session --yes");
    assert_eq!(place.home.read("credentials"), keys.replace(MFA_SERIAL, BOB));
    assert_eq!(place.home.read("config"), "");
}

#[test]
fn keys_of_the_environment_are_of_no_profile() {
    let place = place();
    let mut command = place.home.keyfob("mfa enroll --show-secret".split(' '));
    place.seat(&mut command);
    command.env("AWS_ACCESS_KEY_ID", sandbox::standard::BOB_ACCESS_KEY_ID);
    command.env("AWS_SECRET_ACCESS_KEY", sandbox::standard::BOB_SECRET_ACCESS_KEY);
    let mut running = crate::place::Running::start(command);
    let [one, two] = place.codes(&running.secret_key());
    running.type_line(&format!("{one}\n{two}"));
    let said = place.end(running);
    assert_eq!((said.code, place.devices("bob")), (0, vec![BOB.to_owned()]), "{}", said.err);
    assert_eq!(place.home.read("config"), "");
}
