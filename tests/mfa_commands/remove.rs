//! `mfa remove`

use sandbox::server::{Fault, FaultKind};
use sandbox::standard::{MFA_SEED, MFA_SERIAL};

use crate::place::{place, told};

const CONFIG: &str = "\
# mine
[profile a]
mfa_serial = arn:aws:iam::111122223333:mfa/alice
region = eu-west-1
[profile b]
mfa_serial = GAHT12345678
";

#[test]
fn the_device_and_what_names_it() {
    let without = "# mine\n[profile a]\nregion = eu-west-1\n[profile b]\nmfa_serial = GAHT12345678\n";
    for (flags, answers, config) in [
        ("--yes", "", without),
        ("--yes --no-input", "", without),
        ("", "y\ny", without),
        ("", "y\nn", CONFIG),
        ("", "y", CONFIG),
    ] {
        let place = place();
        place.home.write("config", CONFIG).unwrap();
        let said = place.feed(&format!("mfa remove --profile alice {flags}"), answers);
        assert_eq!((said.code, said.out), (0, format!("{MFA_SERIAL} of alice is removed\n")), "{}", said.err);
        assert_eq!((place.devices("alice").len(), place.left().len()), (0, 0));
        assert_eq!(place.home.read("config"), config, "{flags} {answers}");
    }
}

#[test]
fn only_after_a_yes() {
    let place = place();
    for (answer, code) in [("n", 255), ("", 253)] {
        let said = place.feed("mfa remove --profile alice", answer);
        assert_eq!(said.code, code, "{}", said.err);
        assert!(said.err.contains(&format!("Remove the virtual MFA device {MFA_SERIAL} of alice?")), "{}", said.err);
    }
    assert_eq!((place.devices("alice"), place.server.count("DeactivateMFADevice")), (vec![MFA_SERIAL.into()], 0));
}

#[test]
fn without_mfa_where_that_is_needed() {
    let place = place();
    place.home.write("config", CONFIG).unwrap();
    place.server.update(|account| account.users.get_mut("alice").unwrap().iam_requires_mfa = true);
    told(&place.run("mfa remove --profile alice --yes"), 254, "AccessDenied", "keyfob configure mfa-login");
    assert_eq!((place.devices("alice"), place.home.read("config").as_str()), (vec![MFA_SERIAL.into()], CONFIG));
    place.server.update(|account| account.users.get_mut("alice").unwrap().iam_requires_mfa = false);
    // Half of it was done.
    let kind = FaultKind::error(403, "AccessDenied", "No.");
    place.server.fault(Fault::once(kind).of("DeleteVirtualMFADevice"));
    let said = place.run("mfa remove --profile alice --yes");
    told(&said, 254, &format!("{MFA_SERIAL} is nobody's now, but it is still there"), "MFA session");
    let said = place.run(&format!("mfa remove --profile alice --serial-number {MFA_SERIAL} --yes"));
    assert_eq!((said.code, said.out, place.left().len()), (0, format!("{MFA_SERIAL} is removed\n"), 0));
}

#[test]
fn every_kind() {
    let place = place();
    let passkey = "arn:aws:iam::111122223333:u2f/user/bob/key";
    place.give("bob", passkey, "");
    let said = place.run("mfa remove --profile bob --yes");
    assert_eq!((said.code, place.devices("bob").len()), (0, 0), "{}", said.err);
    place.give("bob", "GAHT12345678", MFA_SEED);
    let said = place.run("mfa remove --profile admin --user-name bob --yes");
    // A token is nobody's then, and cannot be deleted.
    assert_eq!((said.code, place.left()), (0, vec!["GAHT12345678".to_owned()]), "{}", said.err);
    assert_eq!(place.server.count("DeleteVirtualMFADevice"), 0);
    told(&place.run("mfa remove --profile bob --yes"), 253, "bob has no MFA device", "mfa list");
    // alice's is none of bob's to remove.
    let said = place.run(&format!("mfa remove --profile bob --serial-number {MFA_SERIAL} --yes"));
    told(&said, 254, "DeleteConflict", "");
    assert_eq!(place.devices("alice"), [MFA_SERIAL]);
}
