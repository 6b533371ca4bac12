//! The actions of IAM: what they give, and whom they refuse.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

mod client;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use client::{Reply, Signer, assume, call, iam, plain, who};
use sandbox::account::{Account, MfaDevice, ROOT, User};
use sandbox::server::{Fault, FaultKind, Server};
use sandbox::standard::{self, ACCOUNT};
use sandbox::{ACCESS_KEY_ID, totp};

const OK: (u16, &str, &str) = (200, "-", "-");
const WRONG_CODE: (u16, &str, &str) =
    (403, "InvalidAuthenticationCode", "Authentication code for device is not valid.");

fn bob() -> Signer {
    Signer::new(standard::BOB_ACCESS_KEY_ID, standard::BOB_SECRET_ACCESS_KEY)
}

fn admin() -> Signer {
    Signer::new(standard::ADMIN_ACCESS_KEY_ID, standard::ADMIN_SECRET_ACCESS_KEY)
}

/// The root user with a key.
fn root(server: &Server) -> Signer {
    server.update(|account| user(account, ROOT).keys.push(standard::root_key()));
    Signer::new(standard::ROOT_ACCESS_KEY_ID, standard::ROOT_SECRET_ACCESS_KEY)
}

fn user<'a>(account: &'a mut Account, name: &str) -> &'a mut User {
    account.users.get_mut(name).unwrap()
}

/// The texts of all elements of this name.
fn all<'a>(reply: &'a Reply, name: &str) -> Vec<&'a str> {
    let (start, end) = (format!("<{name}>"), format!("</{name}>"));
    reply.body.split(&start).skip(1).map(|part| part.split_once(&end).unwrap().0).collect()
}

/// A session with MFA of alice.
fn with_mfa(server: &Server) -> Signer {
    let params = [("SerialNumber", standard::MFA_SERIAL), ("TokenCode", &standard::totp(server.now()))];
    Signer::of(&call(server, &Signer::alice(), "GetSessionToken", &params))
}

/// A code of the device's, so many steps from now.
fn code(server: &Server, seed: &str, off: i64) -> String {
    totp::code(seed, totp::step(server.now() + off * 30))
}

/// A new virtual device's serial number and seed.
fn device(server: &Server, signer: &Signer, name: &str) -> (String, String) {
    let reply = iam(server, signer, "CreateVirtualMFADevice", &[("VirtualMFADeviceName", name)]);
    let seed = BASE64.decode(reply.element("Base32StringSeed").unwrap_or_else(|| panic!("{reply:?}"))).unwrap();
    (reply.element("SerialNumber").unwrap().to_owned(), String::from_utf8(seed).unwrap())
}

/// EnableMFADevice, or another action of its parameters.
fn enable(server: &Server, signer: &Signer, action: &str, whose: &str, serial: &str, codes: [&str; 2]) -> Reply {
    let (one, two) = ("AuthenticationCode1", "AuthenticationCode2");
    let params = [("UserName", whose), ("SerialNumber", serial), (one, codes[0]), (two, codes[1])];
    iam(server, signer, action, &params)
}

#[test]
fn users_and_the_account() {
    let server = Server::start().unwrap();
    let reply = iam(&server, &Signer::alice(), "GetUser", &[]);
    assert!(reply.body.starts_with(
        "<GetUserResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\n  <GetUserResult><User><Path>/</Path>\
         <UserName>alice</UserName><UserId>AIDAALICEXXXXXXXXXXXX</UserId><Arn>arn:aws:iam::111122223333:user/alice</Arn>\
         <CreateDate>2024-01-01T00:00:00Z</CreateDate></User></GetUserResult>"
    ));
    let last = server.calls().pop().unwrap();
    assert_eq!((last.action.as_str(), last.signing_service.as_deref()), ("GetUser", Some("iam")));
    assert_eq!(last.signing_region.as_deref(), Some("us-east-1"));
    let reply = iam(&server, &admin(), "GetUser", &[("UserName", "bob")]);
    assert_eq!(reply.element("UserName"), Some("bob"));
    let reply = iam(&server, &admin(), "GetUser", &[("UserName", "nobody")]);
    assert_eq!(reply.error(), (404, "NoSuchEntity", "The user with name nobody cannot be found."));

    assert_eq!(iam(&server, &bob(), "ListAccountAliases", &[]).element("member"), Some("sandbox"));
    let summary = |name: &str| {
        let reply = iam(&server, &bob(), "GetAccountSummary", &[]);
        let (_, rest) = reply.body.split_once(&format!("<key>{name}</key><value>")).unwrap();
        rest.split_once('<').unwrap().0.to_owned()
    };
    for (name, value) in [
        ("AccountMFAEnabled", "0"),
        ("AccessKeysPerUserQuota", "2"),
        ("AccountAccessKeysPresent", "0"),
        ("GlobalEndpointTokenVersion", "1"),
        ("MFADevices", "1"),
        ("Users", "3"),
    ] {
        assert_eq!(summary(name), value, "{name}");
    }
    root(&server);
    server.update(|account| {
        user(account, ROOT).mfa.push(MfaDevice::new("GAHT12345678", standard::MFA_SEED));
        account.iam.global_token_version = 2;
    });
    let changed = ["AccountMFAEnabled", "AccountAccessKeysPresent", "GlobalEndpointTokenVersion"].map(summary);
    assert_eq!(changed, ["1", "1", "2"]);

    let reply = iam(&server, &bob(), "CreateUser", &[]);
    assert_eq!(reply.error(), (400, "InvalidAction", "Could not find operation CreateUser for version 2010-05-08"));
    let reply = iam(&server, &Signer { secret: "no".into(), ..bob() }, "GetUser", &[]);
    assert_eq!((reply.status, reply.error().1), (403, "SignatureDoesNotMatch"));
    server.fault(Fault::once(FaultKind::Throttle).of("GetUser"));
    assert_eq!(iam(&server, &bob(), "GetUser", &[]).error(), (400, "Throttling", "Rate exceeded"));
}

#[test]
fn a_key_from_beginning_to_end() {
    let server = Server::start().unwrap();
    let reply = iam(&server, &bob(), "CreateAccessKey", &[]);
    assert_eq!((reply.element("UserName"), reply.element("Status")), (Some("bob"), Some("Active")));
    let part = |name| reply.element(name).unwrap();
    let (id, new) = (part("AccessKeyId"), Signer::new(part("AccessKeyId"), part("SecretAccessKey")));
    assert!(id.starts_with("AKIA") && id.len() == 20 && new.secret.len() == 40);
    assert_eq!(who(&server, &new), "arn:aws:iam::111122223333:user/bob");
    let reply = call(&server, &bob(), "GetAccessKeyInfo", &[("AccessKeyId", id)]);
    assert_eq!(reply.element("Account"), Some(ACCOUNT));

    let reply = iam(&server, &bob(), "CreateAccessKey", &[]);
    assert_eq!(reply.error(), (409, "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2"));
    let reply = iam(&server, &bob(), "ListAccessKeys", &[]);
    assert_eq!(all(&reply, "AccessKeyId"), [standard::BOB_ACCESS_KEY_ID, id]);
    assert_eq!((reply.element("IsTruncated"), reply.element("Marker")), (Some("false"), None));
    assert!(!reply.body.contains(&new.secret));

    let update =
        |id: &str, status: &str| iam(&server, &bob(), "UpdateAccessKey", &[("AccessKeyId", id), ("Status", status)]);
    let reply = update(id, "Inactive");
    assert!(reply.body.contains("<UpdateAccessKeyResponse") && !reply.body.contains("Result"), "{reply:?}");
    assert_eq!(who(&server, &new), "InvalidClientTokenId");
    assert_eq!(all(&iam(&server, &bob(), "ListAccessKeys", &[]), "Status"), ["Active", "Inactive"]);
    assert_eq!(update(id, "Active").status, 200);
    assert_eq!(who(&server, &new), "arn:aws:iam::111122223333:user/bob");
    let wrong = "1 validation error detected: Value 'Off' at 'status' failed to satisfy constraint: Member must satisfy \
                 enum value set: [Active, Inactive]";
    assert_eq!(update(id, "Off").error(), (400, "ValidationError", wrong));
    let missing = format!("The Access Key with id {ACCESS_KEY_ID} cannot be found.");
    assert_eq!(update(ACCESS_KEY_ID, "Inactive").error(), (404, "NoSuchEntity", missing.as_str()), "it is alice's");

    let delete = |signer: &Signer| iam(&server, signer, "DeleteAccessKey", &[("AccessKeyId", id)]);
    assert_eq!(delete(&new).error(), OK);
    assert_eq!((who(&server, &new).as_str(), delete(&bob()).error().1), ("InvalidClientTokenId", "NoSuchEntity"));
}

#[test]
fn word_of_keys_spreads_slowly() {
    let server = Server::start().unwrap();
    server.update(|account| (account.iam.new_key_seconds, account.iam.deactivated_key_seconds) = (10, 20));
    let reply = iam(&server, &bob(), "CreateAccessKey", &[]);
    let part = |name| reply.element(name).unwrap();
    let (id, new) = (part("AccessKeyId"), Signer::new(part("AccessKeyId"), part("SecretAccessKey")));
    assert_eq!(who(&server, &new), "InvalidClientTokenId");
    assert_eq!(iam(&server, &new, "GetUser", &[]).error().1, "InvalidClientTokenId");
    server.clock_offset(15);
    assert_eq!(who(&server, &new), "arn:aws:iam::111122223333:user/bob");

    let params = [("AccessKeyId", id), ("Status", "Inactive")];
    assert_eq!(iam(&server, &bob(), "UpdateAccessKey", &params).status, 200);
    assert_eq!(who(&server, &new), "arn:aws:iam::111122223333:user/bob");
    server.clock_offset(40);
    assert_eq!(who(&server, &new), "InvalidClientTokenId");
}

#[test]
fn pages() {
    let server = Server::start().unwrap();
    let ids = |params: &[(&str, &str)]| {
        let reply = iam(&server, &Signer::alice(), "ListAccessKeys", params);
        let marker = reply.element("Marker").map(str::to_owned);
        (all(&reply, "AccessKeyId").join(" "), reply.element("IsTruncated") == Some("true"), marker)
    };
    let (first, truncated, marker) = ids(&[("MaxItems", "1")]);
    assert_eq!((first.as_str(), truncated), (ACCESS_KEY_ID, true));
    let second = (standard::INACTIVE_ACCESS_KEY_ID.to_owned(), false, None);
    assert_eq!(ids(&[("MaxItems", "1"), ("Marker", &marker.unwrap())]), second);
    // A page may be shorter than what was asked for.
    server.update(|account| account.iam.page_size = 1);
    let (_, truncated, marker) = ids(&[("MaxItems", "100")]);
    assert!(truncated);
    assert_eq!(ids(&[("Marker", &marker.unwrap())]), second);
    for (name, value) in [("MaxItems", "0"), ("MaxItems", "1001"), ("Marker", "x")] {
        let reply = iam(&server, &bob(), "ListAccessKeys", &[(name, value)]);
        assert_eq!((reply.status, reply.error().1), (400, "ValidationError"), "{name} {value}");
    }
    server
        .update(|account| user(account, "bob").mfa = ["GAHT0001", "GAHT0002"].map(|it| MfaDevice::new(it, "")).into());
    let reply = iam(&server, &bob(), "ListMFADevices", &[]);
    assert_eq!((all(&reply, "SerialNumber"), reply.element("IsTruncated")), (vec!["GAHT0001"], Some("true")));
    let more = [("Marker", reply.element("Marker").unwrap())];
    assert_eq!(all(&iam(&server, &bob(), "ListMFADevices", &more), "SerialNumber"), ["GAHT0002"]);
}

#[test]
fn last_use() {
    let server = Server::start().unwrap();
    let last = |id: &str| {
        let reply = iam(&server, &admin(), "GetAccessKeyLastUsed", &[("AccessKeyId", id)]);
        ["UserName", "ServiceName", "Region", "LastUsedDate"].map(|name| reply.element(name).unwrap_or("-").to_owned())
    };
    assert_eq!(last(ACCESS_KEY_ID), ["alice", "N/A", "N/A", "-"]);
    call(&server, &Signer::alice(), "GetCallerIdentity", &[]);
    let [_, service, region, at] = last(ACCESS_KEY_ID);
    let at: jiff::Timestamp = at.parse().unwrap();
    assert_eq!((service.as_str(), region.as_str()), ("sts", "eu-west-1"));
    assert!((server.now() - 5..=server.now()).contains(&at.as_second()));
    // What is refused for the signature is no use; what is refused for a policy is.
    iam(&server, &Signer { secret: "no".into(), ..Signer::alice() }, "GetUser", &[]);
    assert_eq!(last(ACCESS_KEY_ID)[1], "sts");
    iam(&server, &Signer::alice(), "GetUser", &[("UserName", "bob")]);
    assert_eq!(last(ACCESS_KEY_ID)[1..3], ["iam", "us-east-1"]);

    let own = iam(&server, &bob(), "GetAccessKeyLastUsed", &[("AccessKeyId", standard::BOB_ACCESS_KEY_ID)]);
    assert_eq!(own.element("ServiceName"), Some("iam"));
    for id in [ACCESS_KEY_ID, "AKIAIOSFODNN7UNKNOWN"] {
        let reply = iam(&server, &bob(), "GetAccessKeyLastUsed", &[("AccessKeyId", id)]);
        let refusal = format!(
            "User: arn:aws:iam::111122223333:user/bob is not authorized to perform: iam:GetAccessKeyLastUsed on resource: \
             access key {id} because no identity-based policy allows the iam:GetAccessKeyLastUsed action"
        );
        assert_eq!(reply.error(), (403, "AccessDenied", refusal.as_str()));
    }
    let reply = iam(&server, &admin(), "GetAccessKeyLastUsed", &[("AccessKeyId", "AKIAIOSFODNN7UNKNOWN")]);
    assert_eq!(reply.error().1, "NoSuchEntity");
}

#[test]
fn a_device_from_beginning_to_end() {
    let server = Server::start().unwrap();
    let bob = bob();
    let params = [("VirtualMFADeviceName", "bob"), ("Path", "/team/")];
    let reply = iam(&server, &bob, "CreateVirtualMFADevice", &params);
    let serial = "arn:aws:iam::111122223333:mfa/team/bob";
    assert_eq!(reply.element("SerialNumber"), Some(serial));
    let decode = |name| BASE64.decode(reply.element(name).unwrap()).unwrap();
    let (seed, picture) = (String::from_utf8(decode("Base32StringSeed")).unwrap(), decode("QRCodePNG"));
    assert!(seed.len() == 64 && seed.bytes().all(|letter| b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".contains(&letter)));
    assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n"));
    let reply = iam(&server, &bob, "CreateVirtualMFADevice", &params);
    let exists = "MFADevice entity at the same path and name already exists.";
    assert_eq!(reply.error(), (409, "EntityAlreadyExists", exists));
    let params = [("VirtualMFADeviceName", "b"), ("Path", "team")];
    assert_eq!(iam(&server, &bob, "CreateVirtualMFADevice", &params).error().1, "ValidationError");

    let serials = |status: &str| {
        let reply = iam(&server, &bob, "ListVirtualMFADevices", &[("AssignmentStatus", status)]);
        assert!(!reply.body.contains("Seed"));
        all(&reply, "SerialNumber").join(" ")
    };
    assert_eq!(["Assigned", "Unassigned"].map(serials), [standard::MFA_SERIAL, serial]);
    assert_eq!(serials("Any"), format!("{} {serial}", standard::MFA_SERIAL));

    let codes = [-2, -1, 0, 1].map(|off| code(&server, &seed, off));
    let on = |codes: [&str; 2]| enable(&server, &bob, "EnableMFADevice", "bob", serial, codes);
    for wrong in [[0, 0], [1, 0], [0, 2]] {
        assert_eq!(on(wrong.map(|at| codes[at].as_str())).error(), WRONG_CODE, "{wrong:?}");
    }
    assert_eq!(on(["12345", "123456"]).error().1, "ValidationError");
    assert_eq!(on(["12345x", "123456"]).error().1, "ValidationError");
    assert_eq!(on([&codes[1], &codes[2]]).error(), OK);
    assert_eq!(on([&codes[2], &codes[3]]).error(), (409, "EntityAlreadyExists", "MFA Device is already in use."));
    assert_eq!(["Assigned", "Unassigned"].map(serials), [format!("{} {serial}", standard::MFA_SERIAL), String::new()]);
    let reply = iam(&server, &bob, "ListMFADevices", &[]);
    let member = format!("<member><UserName>bob</UserName><SerialNumber>{serial}</SerialNumber><EnableDate>");
    assert!(reply.body.contains(&member), "{reply:?}");
    let reply = iam(&server, &bob, "GetMFADevice", &[("SerialNumber", serial)]);
    assert_eq!((reply.element("UserName"), reply.element("Certifications")), (Some("bob"), Some("")));

    // Both codes are used up, for every service.
    let session = |code: &str| {
        let reply = call(&server, &bob, "GetSessionToken", &[("SerialNumber", serial), ("TokenCode", code)]);
        reply.error().1.to_owned()
    };
    assert_eq!(
        [&codes[1], &codes[2], &codes[3], &codes[3]].map(|code| session(code)),
        ["AccessDenied", "AccessDenied", "-", "AccessDenied"]
    );

    let delete = || iam(&server, &bob, "DeleteVirtualMFADevice", &[("SerialNumber", serial)]);
    let in_use = "MFA VirtualDevice in use. Must deactivate first.";
    assert_eq!(delete().error(), (409, "DeleteConflict", in_use));
    let deactivate = || iam(&server, &bob, "DeactivateMFADevice", &[("SerialNumber", serial)]);
    assert_eq!((deactivate().error(), deactivate().error().1), (OK, "NoSuchEntity"));
    assert_eq!(serials("Unassigned"), serial);
    let missing = format!("VirtualMFADevice with serial number {serial} doesn't exist.");
    assert_eq!((delete().error(), delete().error()), (OK, (404, "NoSuchEntity", missing.as_str())));
    assert_eq!(on([&codes[1], &codes[2]]).error(), (404, "NoSuchEntity", missing.as_str()));
    assert_eq!(iam(&server, &bob, "GetMFADevice", &[("SerialNumber", serial)]).error().1, "NoSuchEntity");
}

#[test]
fn a_device_whose_clock_is_wrong() {
    let server = Server::start().unwrap();
    let alice = Signer::alice();
    let codes = [20, 21, 22].map(|off| code(&server, standard::MFA_SEED, off));
    let resync = |codes: [&str; 2]| enable(&server, &alice, "ResyncMFADevice", "alice", standard::MFA_SERIAL, codes);
    let session = |code: &str| {
        let params = [("SerialNumber", standard::MFA_SERIAL), ("TokenCode", code)];
        call(&server, &alice, "GetSessionToken", &params).status
    };
    assert_eq!(session(&codes[2]), 403);
    assert_eq!(resync([&codes[1], &codes[0]]).error(), WRONG_CODE);
    assert_eq!(resync([&codes[0], &codes[1]]).error(), OK);
    assert_eq!(resync([&codes[0], &codes[1]]).error(), WRONG_CODE);
    assert_eq!((session(&codes[1]), session(&codes[2])), (403, 200));
    let reply = enable(&server, &bob(), "ResyncMFADevice", "bob", standard::MFA_SERIAL, [&codes[0], &codes[1]]);
    assert_eq!((reply.status, reply.error().1), (404, "NoSuchEntity"));
}

#[test]
fn devices_of_other_kinds_and_too_many() {
    let server = Server::start().unwrap();
    let bob = bob();
    let passkey = "arn:aws:iam::111122223333:u2f/user/bob/key-7SDQZX";
    server.update(|account| {
        account.iam.devices.push(MfaDevice::new("GAHT12345678", standard::MFA_SEED));
        user(account, "bob").mfa.push(MfaDevice::new(passkey, ""));
    });
    let codes = [-1, 0, 1].map(|off| code(&server, standard::MFA_SEED, off));
    let on = |serial: &str, codes: [&str; 2]| enable(&server, &bob, "EnableMFADevice", "bob", serial, codes);
    assert_eq!(on("GAHT12345678", [&codes[0], &codes[1]]).error(), OK);
    assert_eq!(all(&iam(&server, &bob, "ListMFADevices", &[]), "SerialNumber"), [passkey, "GAHT12345678"]);
    assert_eq!(all(&iam(&server, &bob, "ListVirtualMFADevices", &[]), "SerialNumber"), [standard::MFA_SERIAL]);
    let reply = iam(&server, &bob, "GetMFADevice", &[("SerialNumber", passkey)]);
    assert_eq!((reply.element("key"), reply.element("value")), (Some("FIDO"), Some("L1")));
    let reply = enable(&server, &bob, "ResyncMFADevice", "bob", passkey, [&codes[0], &codes[1]]);
    assert_eq!(reply.error(), WRONG_CODE);
    let session =
        |serial| call(&server, &bob, "GetSessionToken", &[("SerialNumber", serial), ("TokenCode", &codes[2])]);
    assert!(session(passkey).error().2.contains("unable to validate MFA code"));
    assert_eq!(session("GAHT12345678").status, 200);
    // A hardware token can be enabled again, a passkey cannot.
    for (serial, left) in [("GAHT12345678", 1), (passkey, 1)] {
        assert_eq!(iam(&server, &bob, "DeactivateMFADevice", &[("SerialNumber", serial)]).error(), OK);
        assert_eq!(server.account().iam.devices.len(), left);
    }

    server.update(|account| {
        user(account, "bob").mfa = (0..8).map(|n| MfaDevice::new(&format!("GAHT0000000{n}"), "")).collect();
    });
    let (serial, seed) = device(&server, &bob, "ninth");
    let codes = [-1, 0].map(|off| code(&server, &seed, off));
    let full = (409, "LimitExceeded", "Cannot exceed quota for MFADevicesPerUser: 8");
    assert_eq!(on(&serial, [&codes[0], &codes[1]]).error(), full);
}

#[test]
fn the_root_user() {
    let server = Server::start().unwrap();
    let root = root(&server);
    assert_eq!(who(&server, &root), "arn:aws:iam::111122223333:root");
    let reply = iam(&server, &root, "GetUser", &[]);
    assert_eq!((reply.element("UserId"), reply.element("UserName")), (Some(ACCOUNT), None));
    let (serial, seed) = device(&server, &root, "root-account-mfa-device");
    assert_eq!(serial, "arn:aws:iam::111122223333:mfa/root-account-mfa-device");
    let codes = [-1, 0, 1].map(|off| code(&server, &seed, off));
    let (one, two) = ("AuthenticationCode1", "AuthenticationCode2");
    let params = [("SerialNumber", serial.as_str()), (one, &codes[0]), (two, &codes[1])];
    assert_eq!(iam(&server, &root, "EnableMFADevice", &params).error(), OK);
    assert_eq!(iam(&server, &bob(), "EnableMFADevice", &params).error().1, "ValidationError", "users are named");
    let reply = iam(&server, &root, "ListMFADevices", &[]);
    assert_eq!((reply.element("SerialNumber"), reply.element("UserName")), (Some(serial.as_str()), None));
    let reply = iam(&server, &bob(), "ListVirtualMFADevices", &[]);
    assert_eq!(all(&reply, "Arn"), ["arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:root"]);
    assert_eq!(iam(&server, &root, "ListAccessKeys", &[]).element("AccessKeyId"), Some(root.key.as_str()));
    assert_eq!(iam(&server, &root, "ListAccessKeys", &[("UserName", "bob")]).status, 200);
    assert_eq!(iam(&server, &admin(), "ListAccessKeys", &[("UserName", ROOT)]).error().1, "NoSuchEntity");

    // An hour at most, and no roles.
    let before = server.now();
    let params = [("SerialNumber", serial.as_str()), ("TokenCode", &codes[2]), ("DurationSeconds", "43200")];
    for (action, params) in [("GetSessionToken", params.as_slice()), ("GetFederationToken", &[("Name", "joe")])] {
        let reply = call(&server, &root, action, params);
        let end: jiff::Timestamp = reply.element("Expiration").unwrap_or_else(|| panic!("{reply:?}")).parse().unwrap();
        assert!((before + 3600..before + 3610).contains(&end.as_second()), "{action}");
    }
    let reply = assume(&server, &root, "demo", &[]);
    assert_eq!(reply.error(), (403, "AccessDenied", "Roles may not be assumed by root accounts."));
}

#[test]
fn whose_user() {
    let server = Server::start().unwrap();
    let refusal = |action: &str, of: &str| {
        format!(
            "User: arn:aws:iam::111122223333:user/bob is not authorized to perform: iam:{action} on resource: {of} because \
             no identity-based policy allows the iam:{action} action"
        )
    };
    for action in ["GetUser", "CreateAccessKey", "ListAccessKeys", "ListMFADevices"] {
        let reply = iam(&server, &bob(), action, &[("UserName", "alice")]);
        assert_eq!(reply.error(), (403, "AccessDenied", refusal(action, "user alice").as_str()));
        assert_ne!(iam(&server, &admin(), action, &[("UserName", "alice")]).status, 403);
        assert_eq!(iam(&server, &bob(), action, &[("UserName", "bob")]).status, 200);
    }
    let role = Signer::of(&assume(&server, &Signer::alice(), "demo", &[]));
    let reply = iam(&server, &role, "ListAccessKeys", &[]);
    assert_eq!(reply.error(), (400, "ValidationError", "Must specify userName when calling with non-User credentials"));
    assert_eq!(iam(&server, &role, "ListAccessKeys", &[("UserName", "bob")]).status, 200);
    let prod = Signer::of(&assume(&server, &Signer::alice(), "arn:aws:iam::444455556666:role/prod", &[]));
    assert_eq!(iam(&server, &prod, "ListAccessKeys", &[("UserName", "bob")]).error().1, "NoSuchEntity");

    server.update(|account| {
        user(account, "bob").denied.insert("iam:CreateAccessKey".into());
        user(account, "bob").explicitly_denied.insert("iam:ListAccessKeys".into());
    });
    let named = [("UserName", "bob")];
    let reply = iam(&server, &bob(), "CreateAccessKey", &named);
    assert_eq!(reply.error().2, refusal("CreateAccessKey", "user bob"));
    // Of a user that was not named AWS says just this.
    assert_eq!(iam(&server, &bob(), "CreateAccessKey", &[]).error().2, refusal("CreateAccessKey", "user null"));
    let denied = "User: arn:aws:iam::111122223333:user/bob is not authorized to perform: iam:ListAccessKeys on resource: \
                  user bob with an explicit deny in an identity-based policy";
    assert_eq!(iam(&server, &bob(), "ListAccessKeys", &named).error(), (403, "AccessDenied", denied));
    assert_eq!(iam(&server, &bob(), "GetUser", &[]).status, 200);
}

#[test]
fn sessions() {
    let server = Server::start().unwrap();
    let alice = Signer::alice();
    let without = Signer::of(&call(&server, &alice, "GetSessionToken", &[]));
    let reply = iam(&server, &without, "GetUser", &[]);
    let refusal = "Cannot call GetUser with session credentials that were issued without MFA";
    assert_eq!(reply.error(), (403, "AccessDenied", refusal));
    // What AWS says is disputed, so it is a switch.
    server.update(|account| account.iam.sessions_look_invalid = true);
    assert_eq!(iam(&server, &without, "GetUser", &[]).error().1, "InvalidClientTokenId");
    let federated = Signer::of(&call(&server, &alice, "GetFederationToken", &[("Name", "joe")]));
    assert_eq!(iam(&server, &federated, "GetUser", &[("UserName", "alice")]).error().1, "AccessDenied");

    // A console session, which is no session of GetSessionToken's.
    server.update(|account| account.sessions.get_mut(&without.key).unwrap().chained = true);
    assert_eq!(iam(&server, &without, "GetUser", &[]).status, 200);

    let with = with_mfa(&server);
    assert_eq!(iam(&server, &with, "GetUser", &[]).element("UserName"), Some("alice"));
    server.update(|account| account.iam.sessions_need_user_name = true);
    assert_eq!(iam(&server, &with, "GetUser", &[]).error().1, "ValidationError");
    assert_eq!(iam(&server, &with, "GetUser", &[("UserName", "alice")]).status, 200);
}

#[test]
fn users_who_need_mfa() {
    let server = Server::start().unwrap();
    let alice = Signer::alice();
    server.update(|account| user(account, "alice").iam_requires_mfa = true);
    let denied = "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: iam:ListAccessKeys on \
                  resource: user alice with an explicit deny in an identity-based policy";
    let named = [("UserName", "alice")];
    assert_eq!(iam(&server, &alice, "ListAccessKeys", &named).error(), (403, "AccessDenied", denied));
    for action in ["CreateAccessKey", "DeactivateMFADevice", "DeleteVirtualMFADevice", "GetAccountSummary"] {
        assert_eq!(iam(&server, &alice, action, &named).error().1, "AccessDenied", "{action}");
    }
    for action in ["GetUser", "ListMFADevices", "ListVirtualMFADevices"] {
        assert_eq!(iam(&server, &alice, action, &[]).status, 200, "{action}");
    }
    let (serial, seed) = device(&server, &alice, "second");
    let codes = [-1, 0].map(|off| code(&server, &seed, off));
    let codes = [codes[0].as_str(), codes[1].as_str()];
    assert_eq!(enable(&server, &alice, "EnableMFADevice", "alice", &serial, codes).error(), OK);
    assert_eq!(enable(&server, &alice, "ResyncMFADevice", "alice", &serial, codes).error(), WRONG_CODE);
    assert_eq!(assume(&server, &alice, "demo", &[]).error().1, "AccessDenied");
    assert_eq!(who(&server, &alice), "arn:aws:iam::111122223333:user/alice");
    let with = with_mfa(&server);
    assert_eq!(iam(&server, &with, "ListAccessKeys", &named).status, 200);
    assert_eq!(assume(&server, &with, "demo", &[]).status, 200);
}

#[test]
fn settings_over_http() {
    let server = Server::start().unwrap();
    let patch = |path: &str, body: &str| plain(&server, "PATCH", &format!("/_sandbox/{path}"), &[], body).status;
    assert_eq!(patch("iam", r#"{"new_key_seconds": 10, "aliases": ["other"]}"#), 200);
    assert_eq!(server.account().iam.new_key_seconds, 10);
    assert_eq!(patch("iam", r#"{"new_keys": 10}"#), 400);
    assert_eq!(plain(&server, "GET", "/_sandbox/iam", &[], "").json()["aliases"][0], "other");
    assert_eq!(patch("users/bob", r#"{"iam_requires_mfa": true, "denied": ["iam:GetUser"]}"#), 200);
    assert_eq!(iam(&server, &bob(), "GetUser", &[]).error().1, "AccessDenied");
    assert_eq!(patch("users/nobody", "{}"), 404);
}

#[test]
fn denials_in_code() {
    let server = Server::start().unwrap();
    server.update(|account| {
        account.encodes_denials = true;
        user(account, "bob").denied.insert("iam:CreateAccessKey".into());
    });
    let reply = iam(&server, &bob(), "CreateAccessKey", &[]);
    let (sentence, encoded) = reply.error().2.split_once(". Encoded authorization failure message: ").unwrap();
    assert!(sentence.ends_with("allows the iam:CreateAccessKey action"));
    let decode = |signer: &Signer| call(&server, signer, "DecodeAuthorizationMessage", &[("EncodedMessage", encoded)]);
    let decoded: serde_json::Value = serde_json::from_str(decode(&bob()).element("DecodedMessage").unwrap()).unwrap();
    assert_eq!((&decoded["allowed"], &decoded["context"]["action"]), (&false.into(), &"iam:CreateAccessKey".into()));
    assert_eq!(decoded["context"]["principal"]["name"], "bob");

    server.update(|account| {
        account.encodes_denials = false;
        user(account, "bob").denied.insert("sts:DecodeAuthorizationMessage".into());
    });
    let refusal = "User: arn:aws:iam::111122223333:user/bob is not authorized to perform: sts:DecodeAuthorizationMessage \
                   because no identity-based policy allows the sts:DecodeAuthorizationMessage action";
    assert_eq!(decode(&bob()).error(), (403, "AccessDenied", refusal));
    assert_eq!(decode(&admin()).status, 200);
}
