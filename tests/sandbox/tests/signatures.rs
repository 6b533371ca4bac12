//! Who may sign, and AWS's refusals of everyone else.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

mod client;

use client::{Signer, assume, call, form, plain, who};
use sandbox::server::Server;
use sandbox::{ACCESS_KEY_ID, standard};

const INVALID: (u16, &str, &str) =
    (403, "InvalidClientTokenId", "The security token included in the request is invalid.");

#[test]
fn users_are_who_they_are() {
    let server = Server::start().unwrap();
    assert_eq!(who(&server, &Signer::alice()), "arn:aws:iam::111122223333:user/alice");
    let bob = Signer::new(standard::BOB_ACCESS_KEY_ID, standard::BOB_SECRET_ACCESS_KEY);
    let reply = call(&server, &bob, "GetCallerIdentity", &[]);
    assert!(reply.body.contains(
        "<GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/bob</Arn><UserId>AIDABOBXXXXXXXXXXXXXX</UserId>\
         <Account>111122223333</Account></GetCallerIdentityResult>"
    ));
    assert!(reply.body.starts_with("<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"));
    let id = reply.element("RequestId").unwrap();
    assert!(
        reply.head.contains(&format!("x-amzn-RequestId: {id}\r\n")) && reply.head.contains(" GMT\r\n"),
        "{reply:?}"
    );
    assert!(reply.head.contains("Content-Type: text/xml\r\n"));

    let calls = server.calls();
    assert_eq!(server.count("GetCallerIdentity"), 2);
    assert_eq!(calls[0].access_key_id.as_deref(), Some(ACCESS_KEY_ID));
    assert_eq!(calls[0].signing_region.as_deref(), Some("eu-west-1"));
    assert_eq!(calls[0].signing_service.as_deref(), Some("sts"));
    assert_eq!((calls[0].answered, calls[0].host.as_str()), (200, "sts.eu-west-1.amazonaws.com"));
    assert_eq!(calls[0].params["Version"], "2011-06-15");
}

#[test]
fn keys_that_sign_nothing() {
    let server = Server::start().unwrap();
    let alice = Signer::alice();
    let refused = |signer: &Signer| {
        let reply = call(&server, signer, "GetCallerIdentity", &[]);
        let (status, code, message) = reply.error();
        (status, code.to_owned(), message.to_owned())
    };
    let is = |(status, code, message): (u16, &str, &str)| (status, code.to_owned(), message.to_owned());
    assert_eq!(refused(&Signer::new("AKIAXXXXXXXXXXXXXXXX", "secret")), is(INVALID));
    assert_eq!(
        refused(&Signer::new(standard::INACTIVE_ACCESS_KEY_ID, standard::INACTIVE_SECRET_ACCESS_KEY)),
        is(INVALID)
    );
    // A long-term key has no token, and a temporary one only its own.
    assert_eq!(refused(&Signer { token: Some("t".into()), ..alice.clone() }), is(INVALID));
    let session = Signer::of(&assume(&server, &alice, "demo", &[]));
    assert_eq!(refused(&Signer { token: None, ..session.clone() }), is(INVALID));
    assert_eq!(refused(&Signer { token: Some("other".into()), ..session }), is(INVALID));

    let mismatch = "The request signature we calculated does not match the signature you provided. Check your AWS \
                    Secret Access Key and signing method. Consult the service documentation for details.";
    assert_eq!(refused(&Signer::new(ACCESS_KEY_ID, "wrong")), is((403, "SignatureDoesNotMatch", mismatch)));
    let scope = "Credential should be scoped to correct service: 'sts'. ";
    assert_eq!(refused(&Signer { service: "iam", ..alice }), is((403, "SignatureDoesNotMatch", scope)));
    assert!(server.calls().iter().any(|call| call.error_code.as_deref() == Some("SignatureDoesNotMatch")));
}

#[test]
fn no_signature_and_half_a_one() {
    let server = Server::start().unwrap();
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    let body = form("GetCallerIdentity", &[]);
    let reply = plain(&server, "POST", "/", &[kind], &body);
    assert_eq!(reply.error(), (403, "MissingAuthenticationToken", "Request is missing Authentication Token"));
    let half = ("Authorization", "AWS4-HMAC-SHA256 Credential=A/20260101/eu-west-1/sts/aws4_request");
    let reply = plain(&server, "POST", "/", &[kind, half], &body);
    assert_eq!((reply.error().0, reply.error().1), (400, "IncompleteSignature"));
    // The same by GET.
    let reply = plain(&server, "GET", &format!("/?{body}"), &[], "");
    assert_eq!(reply.error().1, "MissingAuthenticationToken");
}

#[test]
fn clocks_that_differ() {
    let server = Server::start().unwrap();
    let at = |time: &str| Signer { time: Some(time.into()), ..Signer::alice() };
    let said = |signer: &Signer| {
        let reply = call(&server, signer, "GetCallerIdentity", &[]);
        (reply.error().1.to_owned(), reply.error().2.to_owned())
    };
    let (code, text) = said(&at("20200101T000000Z"));
    assert_eq!(code, "SignatureDoesNotMatch");
    assert!(text.starts_with("Signature expired: 20200101T000000Z is now earlier than 20"), "{text}");
    assert!(text.ends_with("Z - 5 min.)"), "{text}");
    let (code, text) = said(&at("20990101T000000Z"));
    assert_eq!(code, "SignatureDoesNotMatch");
    assert!(text.starts_with("Signature not yet current: 20990101T000000Z is still later than 20"), "{text}");
    assert!(text.ends_with("Z + 5 min.)"), "{text}");

    // Five minutes are forgiven, more are not, and Date says which clock counts.
    for (offset, works) in [(-290, true), (290, true), (-400, false), (400, false)] {
        server.clock_offset(offset);
        assert_eq!(said(&Signer::alice()).0 == "-", works, "{offset}");
    }
    server.clock_offset(1_767_225_600 - (server.now() - 400));
    let reply = call(&server, &Signer::alice(), "GetCallerIdentity", &[]);
    assert!(reply.head.contains("Date: Thu, 01 Jan 2026 00:00:0"), "{}", reply.head);
}

#[test]
fn sessions_end() {
    let server = Server::start().unwrap();
    let session = Signer::of(&assume(&server, &Signer::alice(), "demo", &[("DurationSeconds", "900")]));
    assert_eq!(who(&server, &session), "arn:aws:sts::111122223333:assumed-role/demo/session");
    server.update(|account| account.sessions.values_mut().for_each(|session| session.expires_at -= 901));
    let reply = call(&server, &session, "GetCallerIdentity", &[]);
    assert_eq!(reply.error(), (403, "ExpiredToken", "The security token included in the request is expired"));
    server.reset();
    assert_eq!(who(&server, &session), "InvalidClientTokenId");
}
