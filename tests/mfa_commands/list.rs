//! `mfa list`

use sandbox::standard::{MFA_SEED, MFA_SERIAL};

use crate::place::{place, told};

const PASSKEY: &str = "arn:aws:iam::111122223333:u2f/user/alice/key-1";

#[test]
fn each_kind_and_who_names_it() {
    let place = place();
    place.give("alice", "GAHT12345678", MFA_SEED);
    place.give("alice", PASSKEY, "");
    let config = format!(
        "[profile a]\nmfa_serial = {MFA_SERIAL}\n[profile b]\nmfa_serial = {MFA_SERIAL}\n[profile c]\nmfa_serial=GAHT12345678\n"
    );
    place.home.write("config", config).unwrap();
    // Pages of one.
    place.server.update(|account| account.iam.page_size = 1);
    let said = place.run("mfa list --profile alice");
    let wanted = format!(
        "virtual             {MFA_SERIAL}             since 2024-01-01  profiles a, b\n\
         hardware            GAHT12345678                                    since 2024-01-01  profile c\n\
         passkey (no codes)  {PASSKEY}  since 2024-01-01\n"
    );
    assert_eq!((said.code, said.out), (0, wanted), "{}", said.err);
    assert_eq!(place.server.count("ListMFADevices"), 3);

    let said = place.run("mfa list --profile alice --output json");
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let first = serde_json::json!({
        "SerialNumber": MFA_SERIAL, "UserName": "alice", "Type": "virtual", "GivesCodes": true,
        "EnableDate": "2024-01-01T00:00:00Z", "Profiles": ["a", "b"],
    });
    assert_eq!((&json[0], &json[2]["GivesCodes"]), (&first, &false.into()));
    let said = place.run("mfa list --profile alice --query [].SerialNumber --output text");
    assert_eq!(said.out, format!("{MFA_SERIAL}\tGAHT12345678\t{PASSKEY}\n"));
    let said = place.run("mfa list --profile alice --output table");
    assert!(said.out.contains("MfaDevices"), "{}", said.out);
}

#[test]
fn of_others_and_of_nobody() {
    let place = place();
    let said = place.run("mfa list --profile bob");
    assert_eq!((said.code, said.out.as_str()), (0, ""));
    assert!(said.err.contains("bob has no MFA device; keyfob mfa enroll"), "{}", said.err);
    let said = place.run("mfa list --profile admin --user-name alice");
    assert!(said.out.starts_with(&format!("virtual  {MFA_SERIAL}")), "{}", said.err);
    told(&place.run("mfa list --profile bob --user-name alice"), 254, "AccessDenied", "MFA session");
    told(&place.run("mfa list --profile admin --user-name nobody"), 254, "NoSuchEntity", "--user-name");
    assert_eq!(place.run("mfa list --profile admin --unassigned").out, "");
    place.server.update(|account| account.iam.page_size = 1);
    place.leave("arn:aws:iam::111122223333:mfa/old", MFA_SEED);
    place.leave("arn:aws:iam::111122223333:mfa/older", MFA_SEED);
    let said = place.run("mfa list --profile admin --unassigned");
    assert_eq!(said.out.lines().count(), 2, "{}", said.out);
    assert!(said.out.starts_with("virtual  arn:aws:iam::111122223333:mfa/old    unassigned\n"), "{}", said.out);
}

#[test]
fn a_role_has_no_device_but_may_ask_for_users() {
    let place = place();
    let role = sandbox::standard::role_arn("demo");
    place.home.write("config", format!("[profile role]\nrole_arn = {role}\nsource_profile = alice\n")).unwrap();
    told(&place.run("mfa list --profile role"), 253, "is no IAM user", "--user-name");
    let said = place.run("mfa list --profile role --user-name alice");
    assert!(said.out.contains(MFA_SERIAL), "{}", said.err);
    assert_eq!(place.run("mfa list --profile role --unassigned").code, 0);
}
