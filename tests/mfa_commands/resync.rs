//! `mfa resync`

use sandbox::standard::{MFA_SEED, MFA_SERIAL};
use sandbox::totp;

use crate::place::{place, told};

#[test]
fn a_clock_that_is_off() {
    let place = place();
    // The device is forty minutes fast.
    let step = totp::step(place.server.now() + 2400);
    let codes = [totp::code(MFA_SEED, step), totp::code(MFA_SEED, step + 1)];
    let said = place.feed("mfa resync --profile alice", &codes.join("\n"));
    assert_eq!((said.code, said.out), (0, format!("{MFA_SERIAL} of alice is in step again\n")), "{}", said.err);
    assert!(place.user("alice").mfa[0].drift > 70);
    // Used up now.
    let flags = format!("--code1 {} --code2 {}", codes[0], codes[1]);
    let said = place.run(&format!("mfa resync --profile alice {flags}"));
    told(&said, 254, "InvalidAuthenticationCode", "follow one another");
    told(&place.run("mfa resync --profile alice --code1 123456 --code2 123456"), 252, "--code2", "");
}

#[test]
fn which_device() {
    let place = place();
    told(&place.run("mfa resync --profile bob"), 253, "bob has no device that shows codes", "mfa list");
    let passkey = "arn:aws:iam::111122223333:u2f/user/bob/key";
    place.give("bob", passkey, "");
    told(&place.run("mfa resync --profile bob"), 253, "bob has no device that shows codes", "mfa list");
    told(&place.run(&format!("mfa resync --profile bob --serial-number {passkey}")), 253, "no codes", "mfa list");
    // Several: a line of standard input names one, or the flag.
    place.give("alice", "GAHT12345678", MFA_SEED);
    told(&place.run("mfa resync --profile alice"), 253, "MFA device", "--serial-number");
    let [one, two] = place.codes(MFA_SEED);
    let said = place.feed("mfa resync --profile alice", &format!("GAHT12345678\n{one}\n{two}"));
    assert_eq!((said.code, said.out.as_str()), (0, "GAHT12345678 of alice is in step again\n"), "{}", said.err);
    let line = format!("mfa resync --profile admin --user-name alice --serial-number {MFA_SERIAL}");
    let said = place.feed(&line, &format!("{one}\n{two}"));
    assert_eq!(said.code, 0, "{}", said.err);
}
