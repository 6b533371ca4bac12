//! The actions of STS: what they give, and whom they refuse.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

mod client;

use base64::Engine as _;
use client::{Signer, assume, call, form, plain, who};
use sandbox::account::Role;
use sandbox::saml::Assertion;
use sandbox::server::Server;
use sandbox::standard;

const CHAINING: &str =
    "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.";
const TOO_LONG: &str = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";

#[test]
fn a_role_session() {
    let server = Server::start().unwrap();
    let before = server.now();
    let more = [("DurationSeconds", "14400"), ("Policy", "{\"Version\":\"2012-10-17\"}"), ("SourceIdentity", "al&ce")];
    let reply = assume(&server, &Signer::alice(), "demo", &more);
    let order = [
        "<AssumeRoleResult><Credentials><AccessKeyId>ASIA",
        "<SecretAccessKey>",
        "<SessionToken>",
        "<Expiration>",
        "<AssumedRoleUser><AssumedRoleId>AROADEMOXXXXXXXXXXXXX:session</AssumedRoleId><Arn>arn:aws:sts::111122223333:assumed-role/demo/session</Arn>",
        "<PackedPolicySize>2</PackedPolicySize>",
        "<SourceIdentity>al&amp;ce</SourceIdentity>",
        "<ResponseMetadata>",
    ];
    let places: Vec<_> =
        order.iter().map(|part| reply.body.find(part).unwrap_or_else(|| panic!("{part}: {reply:?}"))).collect();
    assert!(places.is_sorted());
    let end: jiff::Timestamp = reply.element("Expiration").unwrap().parse().unwrap();
    assert!((before + 14_400..before + 14_410).contains(&end.as_second()));
    assert!(reply.element("SessionToken").unwrap().len() > 300);
    assert_eq!(who(&server, &Signer::of(&reply)), "arn:aws:sts::111122223333:assumed-role/demo/session");
}

#[test]
fn whom_roles_trust() {
    let server = Server::start().unwrap();
    let alice = Signer::alice();
    let bob = Signer::new(standard::BOB_ACCESS_KEY_ID, standard::BOB_SECRET_ACCESS_KEY);
    for (signer, role, more, works) in [
        (&alice, "ReadOnly", [].as_slice(), true),
        (&alice, "denied", &[], false),
        (&alice, "missing", &[], false),
        (&alice, "web", &[], false),
        (&alice, "deploy", &[], true),
        (&bob, "deploy", &[], false),
        (&alice, "third", &[], false),
        (&alice, "external", &[], false),
        (&alice, "external", &[("ExternalId", "x2")], false),
        (&alice, "external", &[("ExternalId", "x1")], true),
        (&alice, "mfa", &[], false),
        (&alice, "arn:aws:iam::444455556666:role/prod", &[], true),
    ] {
        let reply = assume(&server, signer, role, more);
        let arn = if role.starts_with("arn:") { role.to_owned() } else { standard::role_arn(role) };
        let name = if signer.key == alice.key { "alice" } else { "bob" };
        let refusal = format!(
            "User: arn:aws:iam::111122223333:user/{name} is not authorized to perform: sts:AssumeRole on resource: {arn}"
        );
        let wanted = if works { (200, "-", "-") } else { (403, "AccessDenied", refusal.as_str()) };
        assert_eq!(reply.error(), wanted, "{role} {more:?}");
    }
    let reply = assume(&server, &alice, "arn:aws-cn:iam::111122223333:role/demo", &[]);
    assert_eq!(reply.element("Arn"), Some("arn:aws-cn:sts::111122223333:assumed-role/demo/session"));
}

#[test]
fn chains() {
    let server = Server::start().unwrap();
    let demo = Signer::of(&assume(&server, &Signer::alice(), "demo", &[]));
    let deploy = Signer::of(&assume(&server, &demo, "deploy", &[("DurationSeconds", "3600")]));
    let third = Signer::of(&assume(&server, &deploy, "third", &[]));
    assert_eq!(who(&server, &third), "arn:aws:sts::111122223333:assumed-role/third/session");
    assert_eq!(assume(&server, &demo, "third", &[]).error().1, "AccessDenied");

    let reply = assume(&server, &demo, "deploy", &[("DurationSeconds", "3601")]);
    assert_eq!(reply.error(), (400, "ValidationError", CHAINING));
    let reply = assume(&server, &Signer::alice(), "short", &[("DurationSeconds", "3601")]);
    assert_eq!(reply.error(), (400, "ValidationError", TOO_LONG));
    // What a user's session may is disputed, so it is a switch.
    let user = Signer::of(&call(&server, &Signer::alice(), "GetSessionToken", &[]));
    assert_eq!(assume(&server, &user, "demo", &[("DurationSeconds", "7200")]).status, 200);
    server.update(|account| account.session_tokens_chain = true);
    assert_eq!(assume(&server, &user, "demo", &[("DurationSeconds", "7200")]).error().2, CHAINING);
}

#[test]
fn limits_of_parameters() {
    let server = Server::start().unwrap();
    let arn = standard::role_arn("demo");
    for (arn, name, seconds, wanted) in [
        (
            arn.as_str(),
            "s",
            "3600",
            "1 validation error detected: Value 's' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2",
        ),
        (
            &arn,
            "s/e",
            "3600",
            r"1 validation error detected: Value 's/e' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*",
        ),
        (
            &arn,
            "ses",
            "899",
            "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
        ),
        (
            "arn",
            "ses",
            "43201",
            "2 validation errors detected: Value 'arn' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20; Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200",
        ),
        ("arn:aws:iam::111122223333:user/alice", "ses", "900", "Request ARN is invalid"),
    ] {
        let params = [("RoleArn", arn), ("RoleSessionName", name), ("DurationSeconds", seconds)];
        let reply = call(&server, &Signer::alice(), "AssumeRole", &params);
        assert_eq!(reply.error(), (400, "ValidationError", wanted));
    }
    let reply = call(&server, &Signer::alice(), "AssumeRole", &[("RoleSessionName", "ses")]);
    assert!(reply.error().2.contains("Value null at 'roleArn' failed to satisfy constraint: Member must not be null"));
    let long = "n".repeat(65);
    let reply = call(&server, &Signer::alice(), "AssumeRole", &[("RoleArn", &arn), ("RoleSessionName", &long)]);
    assert!(reply.error().2.ends_with("Member must have length less than or equal to 64"));
    for (policy, code) in
        [("{", "MalformedPolicyDocument"), (&format!("{{\"a\":\"{long:2100}\"}}"), "PackedPolicyTooLarge")]
    {
        assert_eq!(assume(&server, &Signer::alice(), "demo", &[("Policy", policy)]).error().1, code);
    }
}

#[test]
fn one_time_codes() {
    let server = Server::start().unwrap();
    let alice = Signer::alice();
    let code = standard::totp(server.now());
    let with = |serial: &str, code: &str| {
        let reply = assume(&server, &alice, "mfa", &[("SerialNumber", serial), ("TokenCode", code)]);
        (reply.status, reply.error().2.to_owned())
    };
    let wrong = (403, "MultiFactorAuthentication failed with invalid MFA one time pass code. ".to_owned());
    assert_eq!(with(standard::MFA_SERIAL, &standard::totp(server.now() - 3600)), wrong);
    assert!(with("arn:aws:iam::111122223333:mfa/bob", &code).1.contains("unable to validate MFA code"));
    assert_eq!(with(standard::MFA_SERIAL, &code).0, 200);
    assert_eq!(with(standard::MFA_SERIAL, &code), wrong);
    let reply = assume(&server, &alice, "mfa", &[("SerialNumber", standard::MFA_SERIAL)]);
    assert!(reply.error().2.contains("must provide both MFA serial number and one time pass code"));

    // GetSessionToken with MFA carries it on; without, it does not.
    server.reset();
    let params = [("SerialNumber", standard::MFA_SERIAL), ("TokenCode", &standard::totp(server.now()))];
    let with = Signer::of(&call(&server, &alice, "GetSessionToken", &params));
    assert_eq!(assume(&server, &with, "mfa", &[]).status, 200);
    let without = Signer::of(&call(&server, &alice, "GetSessionToken", &[("DurationSeconds", "129600")]));
    assert_eq!(assume(&server, &without, "mfa", &[]).error().1, "AccessDenied");
    let demo = Signer::of(&assume(&server, &with, "demo", &[]));
    assert!(assume(&server, &demo, "mfa", &params).error().2.contains("unable to validate MFA code"));
}

#[test]
fn what_sessions_may_ask() {
    let server = Server::start().unwrap();
    let alice = Signer::alice();
    let user = Signer::of(&call(&server, &alice, "GetSessionToken", &[]));
    assert_eq!(who(&server, &user), "arn:aws:iam::111122223333:user/alice");
    let reply = call(&server, &alice, "GetFederationToken", &[("Name", "joe")]);
    assert_eq!(reply.element("FederatedUserId"), Some("111122223333:joe"));
    let federated = Signer::of(&reply);
    assert_eq!(who(&server, &federated), "arn:aws:sts::111122223333:federated-user/joe");
    let role = Signer::of(&assume(&server, &alice, "demo", &[]));
    for (signer, action) in [
        (&user, "GetSessionToken"),
        (&user, "GetFederationToken"),
        (&role, "GetSessionToken"),
        (&role, "GetFederationToken"),
        (&federated, "AssumeRole"),
    ] {
        let reply = call(&server, signer, action, &[("Name", "joe")]);
        let wanted = format!("Cannot call {action} with session credentials");
        assert_eq!(reply.error(), (403, "AccessDenied", wanted.as_str()));
    }
    let reply = call(&server, &alice, "GetSessionToken", &[("DurationSeconds", "129601")]);
    assert_eq!(reply.error().1, "ValidationError");
}

#[test]
fn web_identities() {
    let server = Server::start().unwrap();
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    let ask = |role: &str, token: &str| {
        let arn = standard::role_arn(role);
        let params = [("RoleArn", arn.as_str()), ("RoleSessionName", "session"), ("WebIdentityToken", token)];
        plain(&server, "POST", "/", &[kind], &form("AssumeRoleWithWebIdentity", &params))
    };
    let jwt = |payload: &str| {
        let encode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}", encode(r#"{"alg":"none"}"#), encode(payload), encode("signature"))
    };
    let good = format!(r#"{{"sub":"s","aud":["a","b"],"iss":"https://issuer.example","exp":{}}}"#, server.now() + 60);
    // Token files often end with a newline, which is sent along.
    let reply = ask("web", &format!("{}\n", jwt(&good)));
    assert_eq!(reply.element("SubjectFromWebIdentityToken"), Some("s"), "{reply:?}");
    assert_eq!(reply.element("Audience"), Some("a"));
    assert_eq!(reply.element("Provider"), Some("https://issuer.example"));
    assert_eq!(who(&server, &Signer::of(&reply)), "arn:aws:sts::111122223333:assumed-role/web/session");
    assert_eq!(ask("web", "sandbox-web-identity-7").status, 200);
    assert_eq!(server.calls().last().unwrap().params["WebIdentityToken"], "sandbox-web-identity-7");

    let expired = r#"{"sub":"s","aud":"a","iss":"i","exp":1000000000}"#;
    for (role, token, status, code) in [
        ("web", jwt(expired), 400, "ExpiredTokenException"),
        ("web", jwt(r#"{"sub":"s"}"#), 400, "InvalidIdentityToken"),
        ("web", "no token".into(), 400, "InvalidIdentityToken"),
        ("web", "a.b.c".into(), 400, "InvalidIdentityToken"),
        ("demo", jwt(&good), 403, "AccessDenied"),
    ] {
        let reply = ask(role, &token);
        assert_eq!((reply.status, reply.error().1), (status, code));
    }
}

#[test]
fn saml_assertions() {
    let server = Server::start().unwrap();
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    let (saml, demo, provider) = (standard::role_arn("saml"), standard::role_arn("demo"), standard::SAML_PROVIDER);
    let ask = |role: &str, provider: &str, assertion: &str, more: &[(&str, &str)]| {
        let mut params = vec![("RoleArn", role), ("PrincipalArn", provider), ("SAMLAssertion", assertion)];
        params.extend(more);
        plain(&server, "POST", "/", &[kind], &form("AssumeRoleWithSAML", &params))
    };
    let pairs = [format!("{saml},{provider}"), format!("{provider},{saml}"), format!("{demo}, {provider}")];
    for pair in &pairs[..2] {
        let reply = ask(&saml, provider, &Assertion::new(&[pair], "ada", server.now()).encode(), &[]);
        assert_eq!(reply.element("Arn"), Some("arn:aws:sts::111122223333:assumed-role/saml/ada"), "{reply:?}");
        assert_eq!(reply.element("Audience"), Some("https://signin.aws.amazon.com/saml"));
        assert_eq!((reply.element("Subject"), reply.element("SubjectType")), (Some("ada"), Some("persistent")));
        assert_eq!(who(&server, &Signer::of(&reply)), "arn:aws:sts::111122223333:assumed-role/saml/ada");
    }
    let good = Assertion::new(&[&pairs[0], &pairs[2]], "ada", server.now());
    let late = Assertion { ends: Some(server.now() - 1), ..good.clone() };
    let unnamed = Assertion { session_name: "a b".into(), ..good.clone() };
    let ended = Assertion { session_ends: Some(server.now() - 1), ..good.clone() };
    for (role, assertion, status, code, message) in [
        (&demo, good.encode(), 403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML"),
        (&saml, Assertion::new(&[], "ada", server.now()).encode(), 403, "AccessDenied", "Not authorized to perform"),
        (&saml, late.encode(), 400, "ExpiredTokenException", "Token must be redeemed within 5 minutes of issuance"),
        (&saml, ended.encode(), 400, "ExpiredTokenException", "Response has expired"),
        (&saml, "no base64!".into(), 400, "InvalidIdentityToken", "Invalid base64 SAMLResponse"),
        (&saml, "bm8geG1s".into(), 400, "InvalidIdentityToken", "Your request included an invalid SAML response"),
        (&saml, unnamed.encode(), 400, "InvalidIdentityToken", "RoleSessionName must match"),
    ] {
        let reply = ask(role, provider, &assertion, &[]);
        assert_eq!((reply.status, reply.error().1), (status, code), "{message}");
        assert!(reply.error().2.starts_with(message), "{reply:?}");
    }
    let other = "arn:aws:iam::111122223333:saml-provider/other";
    assert_eq!(ask(&saml, other, &good.encode(), &[]).error().1, "AccessDenied");
    assert_eq!(ask(&saml, provider, &good.encode(), &[("DurationSeconds", "43200")]).error().2, TOO_LONG);

    // An assertion that does not say when it ends never does; the session ends when it says.
    let open = Assertion { ends: None, session_ends: Some(server.now() + 1800), ..good };
    let reply = ask(&saml, provider, &open.encode(), &[("DurationSeconds", "7200")]);
    let end: jiff::Timestamp = reply.element("Expiration").unwrap().parse().unwrap();
    assert!((server.now() + 1790..=server.now() + 1800).contains(&end.as_second()));
}

#[test]
fn federated_users() {
    let server = Server::start().unwrap();
    let ask = |signer: &Signer, name: &str, seconds: &str| {
        call(&server, signer, "GetFederationToken", &[("Name", name), ("DurationSeconds", seconds)])
    };
    let alice = Signer::alice();
    for (name, seconds, works) in [
        ("joe", "900", true),
        ("joe", "129600", true),
        ("joe", "899", false),
        ("j", "900", false),
        ("j e", "900", false),
    ] {
        let wanted = if works { (200, "-") } else { (400, "ValidationError") };
        let reply = ask(&alice, name, seconds);
        assert_eq!((reply.status, reply.error().1), wanted, "{name} {seconds}");
    }
    assert_eq!(ask(&alice, "joe", "129601").status, 400);
    let role = Signer::of(&assume(&server, &alice, "demo", &[]));
    assert_eq!(ask(&role, "joe", "900").error().1, "AccessDenied");
}

#[test]
fn questions() {
    let server = Server::start().unwrap();
    let alice = Signer::alice();
    let prod = Signer::of(&assume(&server, &alice, "arn:aws:iam::444455556666:role/prod", &[]));
    let info = |id: &str| call(&server, &alice, "GetAccessKeyInfo", &[("AccessKeyId", id)]);
    assert_eq!(info(&alice.key).element("Account"), Some("111122223333"));
    assert_eq!(info(&prod.key).element("Account"), Some("444455556666"));
    assert_eq!(info("ASIAY34FZKBOKMUTVV7A").element("Account"), Some("609629065308"));
    assert_eq!(info("AKIAIOSFODNN7UNKNOWN").error().1, "ValidationError");

    let decode = |text: &str| call(&server, &alice, "DecodeAuthorizationMessage", &[("EncodedMessage", text)]);
    assert_eq!(decode(standard::ENCODED_MESSAGE).element("DecodedMessage"), Some(standard::DECODED_MESSAGE));
    assert_eq!(decode("x").error(), (400, "InvalidAuthorizationMessageException", "Message is not valid"));
    let reply = call(&server, &alice, "AssumeRoot", &[]);
    assert_eq!(reply.error(), (400, "InvalidAction", "Could not find operation AssumeRoot for version 2011-06-15"));
}

#[test]
fn tests_change_the_account() {
    let server = Server::start().unwrap();
    let role = Role { path: "/team/".into(), ..Role::new("deep", &["*"]) };
    server.update(|account| drop(account.roles.insert("deep".into(), role)));
    let reply = assume(&server, &Signer::alice(), "arn:aws:iam::111122223333:role/team/deep", &[]);
    // The path is not part of the session's ARN.
    assert_eq!(reply.element("Arn"), Some("arn:aws:sts::111122223333:assumed-role/deep/session"));
    assert_eq!(server.account().sessions.len(), 1);
}
