//! Every kind of fault as a client meets it, HTTP's finer points, and the control interface.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

mod client;

use std::io::{ErrorKind, Read as _, Write as _};
use std::time::{Duration, Instant};

use client::{Signer, assume, call, connect, form, plain, read, send, try_call, who};
use sandbox::server::{Fault, FaultKind, Server};
use serde_json::json;

#[test]
fn each_fault() {
    let server = Server::start().unwrap();
    let alice = Signer::alice();
    let strike = |kind: FaultKind| {
        server.fault(Fault::once(kind));
        let params = [("RoleArn", "arn:aws:iam::111122223333:role/demo"), ("RoleSessionName", "session")];
        let reply = try_call(&server, &alice, "AssumeRole", &params);
        let last = server.calls().pop().unwrap();
        (reply, last.fault, last.answered, server.account().sessions.len())
    };

    let error = FaultKind::error(500, "InternalFailure", "no");
    let (reply, fault, answered, issued) = strike(error);
    let reply = reply.unwrap();
    assert_eq!(reply.error(), (500, "InternalFailure", "no"));
    assert_eq!(reply.element("Type"), Some("Receiver"));
    assert_eq!((fault.as_deref(), answered, issued), (Some("Error"), 500, 0));

    let (reply, fault, answered, issued) = strike(FaultKind::Throttle);
    assert_eq!(reply.unwrap().error(), (400, "Throttling", "Rate exceeded"));
    assert_eq!((fault.as_deref(), answered, issued), (Some("Throttle"), 400, 0));

    let (reply, fault, answered, issued) = strike(FaultKind::Garbage);
    assert_eq!((reply.unwrap().error(), answered), ((200, "-", "-"), 200));
    assert_eq!((fault.as_deref(), issued), (Some("Garbage"), 0));

    let (reply, fault, answered, issued) = strike(FaultKind::Reset);
    assert_eq!(reply.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!((fault.as_deref(), answered, issued), (Some("Reset"), 0, 0));

    let (reply, fault, answered, issued) = strike(FaultKind::ResetAfter);
    assert_eq!(reply.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!((fault.as_deref(), answered, issued), (Some("ResetAfter"), 0, 1));

    let (reply, fault, answered, issued) = strike(FaultKind::Truncate { bytes: 40 });
    assert_eq!(reply.unwrap_err().kind(), ErrorKind::UnexpectedEof);
    assert_eq!((fault.as_deref(), answered, issued), (Some("Truncate"), 200, 2));

    let before = Instant::now();
    let (reply, fault, answered, issued) = strike(FaultKind::Delay { millis: 300 });
    assert_eq!((reply.unwrap().status, answered), (200, 200));
    assert!(before.elapsed() >= Duration::from_millis(300));
    assert_eq!((fault.as_deref(), issued), (Some("Delay"), 3));
    assert_eq!(server.count("AssumeRole"), 7);
    assert_eq!(who(&server, &alice), "arn:aws:iam::111122223333:user/alice", "nothing is left in the queue");
}

#[test]
fn nothing_comes_until_someone_gives_up() {
    let server = Server::start().unwrap();
    server.fault(Fault::always(FaultKind::Hang));
    let mut stream = connect(&server);
    stream.write_all(b"GET /container/credentials HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    assert_eq!(read(&mut stream).unwrap_err().kind(), ErrorKind::WouldBlock);
    assert_eq!(server.calls()[0].fault.as_deref(), Some("Hang"));
    // The server's end is the connection's end.
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    drop(server);
    assert_eq!(stream.read(&mut [0]).unwrap_or(0), 0);
}

#[test]
fn faults_pick_their_calls() {
    let server = Server::start().unwrap();
    server.fault(Fault::once(FaultKind::Throttle).of("AssumeRole").times(2).after(1));
    server.fault(Fault::always(FaultKind::error(404, "No", "m")).of("imds:token"));
    let alice = Signer::alice();
    let statuses = [0; 4].map(|_| {
        assert_eq!(call(&server, &alice, "GetCallerIdentity", &[]).status, 200);
        assume(&server, &alice, "demo", &[]).status
    });
    assert_eq!(statuses, [200, 400, 400, 200]);
    assert_eq!(plain(&server, "PUT", "/latest/api/token", &[], "").status, 404);
    server.clear_faults();
    assert_eq!(plain(&server, "PUT", "/latest/api/token", &[], "").status, 400);
}

#[test]
fn finer_points_of_http() {
    let server = Server::start().unwrap();
    let body = form("AssumeRoleWithWebIdentity", &[]);
    let kind = "Host: h\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let asked = |reply: client::Reply| assert!(reply.error().2.contains("at 'webIdentityToken'"), "{reply:?}");

    // Two requests on one connection, the second in chunks, one with a trailer.
    let mut stream = connect(&server);
    for _ in 0..2 {
        write!(stream, "POST / HTTP/1.1\r\n{kind}Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        asked(read(&mut stream).unwrap());
    }
    let (one, two) = body.split_at(7);
    let chunks = format!("7\r\n{one}\r\n{:x};ext=1\r\n{two}\r\n0\r\nTrailer: t\r\n\r\n", two.len());
    write!(stream, "POST / HTTP/1.1\r\n{kind}Transfer-Encoding: chunked\r\n\r\n{chunks}").unwrap();
    asked(read(&mut stream).unwrap());

    // The body comes only when it is asked for.
    write!(stream, "POST / HTTP/1.1\r\n{kind}Expect: 100-continue\r\nContent-Length: {}\r\n\r\n", body.len()).unwrap();
    assert_eq!(read(&mut stream).unwrap().status, 100);
    stream.write_all(body.as_bytes()).unwrap();
    asked(read(&mut stream).unwrap());

    write!(stream, "GET /nothing HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").unwrap();
    assert_eq!(read(&mut stream).unwrap().status, 404);
    assert_eq!(stream.read(&mut [0]).unwrap(), 0, "closed, as asked");
    assert_eq!(send(&server, b"no request\r\n\r\n").unwrap().status, 400);
    assert_eq!(send(&server, b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n").unwrap().status, 400);
}

#[test]
fn the_control_interface() {
    let server = Server::start().unwrap();
    let control = |method: &str, path: &str, body: serde_json::Value| {
        let reply = plain(&server, method, &format!("/_sandbox/{path}"), &[], &body.to_string());
        (reply.status, reply.json())
    };
    let alice = Signer::alice();
    assert_eq!(control("POST", "faults", json!({"kind": "Throttle", "times": 1, "action": "AssumeRole"})).0, 200);
    assert_eq!(assume(&server, &alice, "demo", &[]).error().1, "Throttling");
    assert_eq!(control("POST", "faults", json!({"kind": {"Truncate": {"bytes": 1}}})).0, 200);
    assert_eq!(control("DELETE", "faults", json!({})).0, 200);
    assert_eq!(assume(&server, &alice, "demo", &[]).status, 200);
    assert_eq!(control("GET", "counts", json!({})).1, json!({"AssumeRole": 2}));
    let calls = control("GET", "calls", json!({})).1;
    assert_eq!(calls[0]["fault"], "Throttle");
    assert_eq!(calls[1]["params"]["RoleSessionName"], "session");
    assert_eq!(calls[1]["headers"]["host"], "sts.eu-west-1.amazonaws.com");

    assert_eq!(control("POST", "clock", json!({"offsetSeconds": -1200})).0, 200);
    assert_eq!(assume(&server, &alice, "demo", &[]).error().1, "SignatureDoesNotMatch");
    assert_eq!(control("GET", "state", json!({})).1["offsetSeconds"], -1200);
    assert_eq!(control("POST", "reset", json!({})).0, 200);
    assert!(server.calls().is_empty());

    assert_eq!(control("PUT", "roles/new", json!({"trusts": ["111122223333"], "max_session": 7200})).0, 200);
    assert_eq!(assume(&server, &alice, "new", &[("DurationSeconds", "7200")]).status, 200);
    let user = json!({"keys": [{"id": "AKIAIOSFODNN7CAROLSK", "secret": "s"}]});
    assert_eq!(control("PUT", "users/carol", user).0, 200);
    let carol = Signer::new("AKIAIOSFODNN7CAROLSK", "s");
    assert_eq!(who(&server, &carol), "arn:aws:iam::111122223333:user/carol");
    let account = control("GET", "state", json!({})).1["account"].clone();
    assert_eq!(account["users"]["carol"]["id"], "AIDACAROLXXXXXXXXXXXX");
    assert_eq!(control("PUT", "state", account).0, 200);

    assert_eq!(control("POST", "faults", json!({"kind": "Nonsense"})).0, 400);
    assert_eq!(control("GET", "nothing", json!({})).0, 404);
}
