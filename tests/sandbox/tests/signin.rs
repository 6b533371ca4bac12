//! The console's sign-in: both flows of a login, proofs of possession, refreshes, and the federation endpoint.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

mod client;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use client::{Reply, Signer, assume, call, plain, who};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use sandbox::identity_center::Approval;
use sandbox::server::{Fault, FaultKind, Server};
use sandbox::standard::CONSOLE_SESSION;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const SAME_DEVICE: &str = "arn:aws:signin:::devtools/same-device";
const CROSS_DEVICE: &str = "arn:aws:signin:::devtools/cross-device";
const CALLBACK: &str = "http://127.0.0.1:8123/oauth/callback";
const CONFIRMATION: &str = "http://sandbox/v1/sessions/confirmation";
const TOKEN_URL: &str = "http://sandbox/v1/token";
const VERIFIER: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";

/// A server whose person says yes at once.
fn start() -> Server {
    let server = Server::start().unwrap();
    server.update(|account| account.console.approval = Approval::Automatic);
    server
}

/// One of the test's keys.
fn key(octet: u8) -> SigningKey {
    SigningKey::from_slice(&[octet; 32]).unwrap()
}

/// An object with `changes` made to it; null takes a member away.
fn with(mut object: Value, changes: &Value) -> Value {
    for (name, change) in changes.as_object().unwrap() {
        match change {
            Value::Null => drop(object.as_object_mut().unwrap().remove(name)),
            change => object[name] = change.clone(),
        }
    }
    object
}

fn jwk(key: &SigningKey) -> Value {
    let point = key.verifying_key().to_encoded_point(false);
    let [x, y] = [point.x(), point.y()].map(|octets| URL_SAFE_NO_PAD.encode(octets.unwrap()));
    json!({"kty": "EC", "x": x, "y": y, "crv": "P-256"})
}

/// A proof whose header and payload have these changes.
fn proof(server: &Server, key: &SigningKey, header: &Value, payload: &Value) -> String {
    let head = with(json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk(key)}), header);
    let jti = format!("{:032x}", fastrand::u128(..));
    let claims = with(json!({"htm": "POST", "htu": TOKEN_URL, "iat": server.now(), "jti": jti}), payload);
    let [head, claims] = [head, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let signature: Signature = key.sign(format!("{head}.{claims}").as_bytes());
    format!("{head}.{claims}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

fn token(server: &Server, proof: &str, body: &Value) -> Reply {
    let headers = [("Content-Type", "application/json"), ("DPoP", proof)];
    plain(server, "POST", "/v1/token", &headers, &body.to_string())
}

fn encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn query(params: &Value) -> String {
    let pair = |(name, value): (&String, &Value)| format!("{name}={}", encode(value.as_str().unwrap()));
    params.as_object().unwrap().iter().map(pair).collect::<Vec<_>>().join("&")
}

fn question(client: &str) -> Value {
    json!({
        "response_type": "code", "client_id": client, "state": "s /&+1", "code_challenge_method": "SHA-256",
        "scope": "openid", "redirect_uri": if client == SAME_DEVICE { CALLBACK } else { CONFIRMATION },
        "code_challenge": URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER)),
    })
}

fn authorize(server: &Server, params: &Value) -> Reply {
    plain(server, "GET", &format!("/v1/authorize?{}", query(params)), &[], "")
}

fn header<'a>(reply: &'a Reply, name: &str) -> Option<&'a str> {
    reply.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

/// The code in the redirect of an approval.
fn code(reply: &Reply) -> String {
    let location = header(reply, "Location").unwrap_or_else(|| panic!("{reply:?}"));
    let rest = location.strip_prefix(&format!("{CALLBACK}?code=")).unwrap();
    rest.strip_suffix("&state=s%20%2F%26%2B1").unwrap().to_owned()
}

fn redemption(code: &str) -> Value {
    json!({
        "clientId": SAME_DEVICE, "grantType": "authorization_code", "code": code, "codeVerifier": VERIFIER,
        "redirectUri": CALLBACK,
    })
}

fn redeem(server: &Server, key: &SigningKey, code: &str) -> Reply {
    token(server, &proof(server, key, &json!({}), &json!({})), &redemption(code))
}

fn refresh(server: &Server, key: &SigningKey, token_text: &Value, more: &Value) -> Reply {
    let body = json!({"clientId": SAME_DEVICE, "grantType": "refresh_token", "refreshToken": token_text});
    token(server, &proof(server, key, &json!({}), &json!({})), &with(body, more))
}

/// Logs in on the same device and returns the answer.
fn log_in(server: &Server, key: &SigningKey) -> Value {
    let reply = redeem(server, key, &code(&authorize(server, &question(SAME_DEVICE))));
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.json()
}

fn signer(json: &Value) -> Signer {
    let part = |name: &str| json["accessToken"][name].as_str().unwrap();
    Signer { token: Some(part("sessionToken").into()), ..Signer::new(part("accessKeyId"), part("secretAccessKey")) }
}

fn claims(json: &Value) -> Value {
    let parts: Vec<_> = json["idToken"].as_str().unwrap().split('.').collect();
    assert!(parts.len() == 3 && parts.iter().all(|part| !part.is_empty()));
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap()
}

/// Status, exception and the body's code of an error.
fn error(reply: &Reply) -> (u16, &str, String) {
    let exception = header(reply, "x-amzn-ErrorType").unwrap_or_else(|| panic!("{reply:?}"));
    assert!(reply.json()["message"].as_str().is_some_and(|message| !message.is_empty()), "{reply:?}");
    (reply.status, exception, reply.json()["error"].as_str().unwrap().to_owned())
}

fn denied(code: &str) -> (u16, &'static str, String) {
    (400, "AccessDeniedException", code.to_owned())
}

fn invalid() -> (u16, &'static str, String) {
    (400, "ValidationException", "INVALID_REQUEST".to_owned())
}

#[test]
fn on_the_same_device() {
    let server = start();
    let now = server.now();
    let json = log_in(&server, &key(1));
    assert_eq!((&json["tokenType"], &json["expiresIn"]), (&json!("aws_sigv4"), &json!(900)));
    assert!(json["refreshToken"].as_str().unwrap().len() <= 2048);
    let claims = claims(&json);
    assert_eq!(claims["sub"], CONSOLE_SESSION);
    assert!(claims["iat"].as_i64().unwrap() >= now && claims["exp"].as_i64().unwrap() >= now + 900);
    assert_eq!(who(&server, &signer(&json)), CONSOLE_SESSION);
    assert_eq!(assume(&server, &signer(&json), "demo", &[]).status, 200);
    assert_eq!(call(&server, &signer(&json), "GetSessionToken", &[]).status, 403);
    let actions: Vec<_> = server.calls().into_iter().map(|call| call.action).take(2).collect();
    assert_eq!(actions, ["SigninAuthorize", "SigninToken"]);
    assert_eq!((server.count_signin_grant("authorization_code"), server.count_grant("authorization_code")), (1, 0));

    server.clock_offset(901);
    assert_eq!(server.account().sessions.len(), 2);
    let end = server.account().sessions[json["accessToken"]["accessKeyId"].as_str().unwrap()].expires_at;
    assert!((now + 900..now + 910).contains(&end) && end <= server.now());
}

#[test]
fn on_another_device() {
    let server = start();
    let reply = authorize(&server, &question(CROSS_DEVICE));
    let path = header(&reply, "Location").unwrap().strip_prefix("http://sandbox").unwrap();
    let page = plain(&server, "GET", path, &[], "");
    let (_, rest) = page.body.split_once("<code id=\"code\">").unwrap_or_else(|| panic!("{page:?}"));
    let carried = String::from_utf8(STANDARD.decode(rest.split_once('<').unwrap().0).unwrap()).unwrap();
    let code = carried.strip_prefix("state=s%20%2F%26%2B1&code=").unwrap();
    let body = with(redemption(code), &json!({"clientId": CROSS_DEVICE, "redirectUri": CONFIRMATION}));
    let body_of = |client| with(body.clone(), &json!({"clientId": client}));
    let proof = || proof(&server, &key(1), &json!({}), &json!({}));
    assert_eq!(error(&token(&server, &proof(), &body_of(SAME_DEVICE))), invalid());
    let json = token(&server, &proof(), &body_of(CROSS_DEVICE)).json();
    assert_eq!(who(&server, &signer(&json)), CONSOLE_SESSION);
    assert_eq!(error(&refresh(&server, &key(1), &json["refreshToken"], &json!({}))), invalid(), "another client's");
    let more = json!({"clientId": CROSS_DEVICE});
    assert_eq!(refresh(&server, &key(1), &json["refreshToken"], &more).status, 200);

    let reply = plain(&server, "GET", "/v1/sessions/confirmation?code=none&state=s", &[], "");
    assert_eq!(reply.status, 400);
    server.update(|account| account.console.approval = Approval::Deny);
    let reply = authorize(&server, &question(CROSS_DEVICE));
    let path = header(&reply, "Location").unwrap().strip_prefix("http://sandbox").unwrap();
    assert!(plain(&server, "GET", path, &[], "").body.contains("Request denied"));
    assert_eq!(server.count("SigninConfirmation"), 3);
}

#[test]
fn the_person_decides() {
    let server = Server::start().unwrap();
    let page = authorize(&server, &question(SAME_DEVICE));
    assert!(page.status == 200 && page.body.contains(CONSOLE_SESSION) && page.body.contains("id=\"deny\""), "{page:?}");
    assert!(page.body.contains("action=\"/v1/authorize/decision\""));
    let decide = |decision: &str| {
        let body = query(&with(question(SAME_DEVICE), &json!({"decision": decision})));
        plain(
            &server,
            "POST",
            "/v1/authorize/decision",
            &[("Content-Type", "application/x-www-form-urlencoded")],
            &body,
        )
    };
    let denial = format!("{CALLBACK}?error=access_denied&state=s%20%2F%26%2B1");
    assert_eq!(header(&decide("deny"), "Location"), Some(denial.as_str()));
    assert_eq!(decide("perhaps").status, 400);
    assert_eq!(redeem(&server, &key(1), &code(&decide("allow"))).status, 200);
    assert_eq!(server.count("SigninDecision"), 3);
    server.update(|account| account.console.approval = Approval::Deny);
    assert_eq!(header(&authorize(&server, &question(SAME_DEVICE)), "Location"), Some(denial.as_str()));
}

#[test]
fn questions_that_are_wrong_go_nowhere() {
    let server = start();
    for change in [
        json!({"response_type": "token"}),
        json!({"response_type": null}),
        json!({"client_id": "arn:aws:signin:::devtools/other"}),
        json!({"client_id": null}),
        json!({"client_id": CROSS_DEVICE}),
        json!({"client_id": CROSS_DEVICE, "redirect_uri": "http://elsewhere/v1/sessions/confirmation"}),
        json!({"redirect_uri": CONFIRMATION}),
        json!({"redirect_uri": "http://localhost:8123/oauth/callback"}),
        json!({"redirect_uri": null}),
        json!({"state": ""}),
        json!({"state": null}),
        json!({"code_challenge_method": "S256"}),
        json!({"code_challenge_method": null}),
        json!({"scope": "openid profile"}),
        json!({"scope": null}),
        json!({"code_challenge": "short"}),
        json!({"code_challenge": STANDARD.encode([255; 32])}),
        json!({"code_challenge": null}),
    ] {
        let reply = authorize(&server, &with(question(SAME_DEVICE), &change));
        assert_eq!((reply.status, header(&reply, "Location")), (400, None), "{change}");
        assert_eq!(server.calls().pop().unwrap().error_code.as_deref(), Some("INVALID_REQUEST"));
    }
    assert!(server.account().console.codes.is_empty());
}

#[test]
fn codes_are_the_clients_own() {
    let server = start();
    let fresh = || code(&authorize(&server, &question(SAME_DEVICE)));
    let kept = fresh();
    for change in [
        json!({"code": null}),
        json!({"code": ""}),
        json!({"code": "x".repeat(513)}),
        json!({"code": "unknown"}),
        json!({"code": 1}),
        json!({"codeVerifier": null}),
        json!({"codeVerifier": VERIFIER.replace('a', "b")}),
        json!({"codeVerifier": &VERIFIER[..42]}),
        json!({"codeVerifier": "x".repeat(129)}),
        json!({"codeVerifier": VERIFIER.replace('a', "+")}),
        json!({"redirectUri": "http://127.0.0.1:8124/oauth/callback"}),
        json!({"redirectUri": null}),
        json!({"clientId": CROSS_DEVICE}),
        json!({"clientId": "other"}),
        json!({"clientId": null}),
        json!({"grantType": "password"}),
        json!({"grantType": null}),
    ] {
        let proof = proof(&server, &key(1), &json!({}), &json!({}));
        assert_eq!(error(&token(&server, &proof, &with(redemption(&kept), &change))), invalid(), "{change}");
    }
    assert_eq!(redeem(&server, &key(1), &kept).status, 200);
    assert_eq!(error(&redeem(&server, &key(1), &kept)), denied("AUTHCODE_EXPIRED"));
    let late = fresh();
    server.clock_offset(601);
    assert_eq!(error(&redeem(&server, &key(1), &late)), denied("AUTHCODE_EXPIRED"));
    assert_eq!(server.calls().pop().unwrap().error_code.as_deref(), Some("AUTHCODE_EXPIRED"));
}

#[test]
fn proofs_are_looked_at_closely() {
    let server = start();
    let kept = code(&authorize(&server, &question(SAME_DEVICE)));
    let refused = |proof: &str, why: &str| {
        let reply = token(&server, proof, &redemption(&kept));
        assert_eq!(error(&reply), invalid(), "{why}");
        let message = reply.json()["message"].as_str().unwrap().to_owned();
        assert!(message.contains(why), "{message}: {why}");
    };
    let (mine, now) = (key(1), server.now());
    let jwk = |change: Value| json!({"jwk": with(jwk(&mine), &change)});
    let x = URL_SAFE_NO_PAD.decode(jwk(json!({}))["jwk"]["x"].as_str().unwrap()).unwrap();
    let encode = |octets: &[u8]| URL_SAFE_NO_PAD.encode(octets);
    for (change, why) in [
        (json!({"typ": "JWT"}), "typ is JWT"),
        (json!({"typ": null}), "typ is missing"),
        (json!({"alg": "none"}), "alg is none"),
        (json!({"jwk": null}), "jwk is missing"),
        (jwk(json!({"kty": "OKP"})), "kty is OKP"),
        (jwk(json!({"crv": "P-384"})), "crv is P-384"),
        (jwk(json!({"x": null})), "x is missing"),
        (jwk(json!({"x": format!("{}=", encode(&x))})), "x is no base64url without padding"),
        (jwk(json!({"x": STANDARD.encode([255; 32])})), "x is no base64url without padding"),
        (jwk(json!({"x": encode(&x[..31])})), "x has not 32 octets"),
        (jwk(json!({"x": encode(&[&[0], &x[..]].concat())})), "x has not 32 octets"),
        (jwk(json!({"y": encode(&[7; 32])})), "no point of the curve"),
        (jwk(json!({"d": encode(&[1; 32])})), "private key"),
        (json!({"jwk": self::jwk(&key(2))}), "the signature does not fit"),
    ] {
        refused(&proof(&server, &mine, &change, &json!({})), why);
    }
    for (change, why) in [
        (json!({"htm": "GET"}), "htm is GET"),
        (json!({"htm": null}), "htm is missing"),
        (json!({"htu": format!("{TOKEN_URL}/")}), "htu is"),
        (json!({"htu": TOKEN_URL.replace("http:", "https:")}), "htu is"),
        (json!({"htu": null}), "htu is missing"),
        (json!({"iat": now - 302}), "iat is"),
        (json!({"iat": now + 330}), "iat is"),
        (json!({"iat": now.to_string()}), "iat is no number"),
        (json!({"jti": ""}), "jti is missing"),
        (json!({"jti": null}), "jti is missing"),
    ] {
        refused(&proof(&server, &mine, &json!({}), &change), why);
    }
    let good = proof(&server, &mine, &json!({}), &json!({}));
    refused(&format!("{good}="), "without padding");
    refused(&good[..good.len() - 2], "64 octets");
    refused("a.b", "no compact JWS");
    let reply = plain(&server, "POST", "/v1/token", &[], &redemption(&kept).to_string());
    assert_eq!(error(&reply), invalid(), "no proof at all");

    let near = proof(&server, &mine, &json!({}), &json!({"iat": now - 290}));
    assert_eq!(token(&server, &near, &redemption(&kept)).status, 200);
    refused(&near, "jti was used before");
}

#[test]
fn a_proof_made_elsewhere() {
    // The key of the Rust SDK's own tests, signed by OpenSSL.
    const PROOF: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6IldiMVZMaTFFQTJoSmFUejR5WXV4U0VMdlktMUdBZkwtOHJVVENBZGlGaWMiLCJ5IjoiZk93WC1obVByTnZ0VWFhZzc5RWFXWWd5REFxMmE3QUlma1N2VXQwQW1oZyIsImNydiI6IlAtMjU2In19.eyJodG0iOiJQT1NUIiwiaHR1IjoiaHR0cDovL3NhbmRib3gvdjEvdG9rZW4iLCJpYXQiOjE4MDAwMDAwMDAsImp0aSI6IjVmNmExYzFlLTJiM2QtNGM1ZS04ZjkwLWExYjJjM2Q0ZTVmNiJ9.NCB37B8rGeeqgl_78qnlQD5oTiH_lbJ--oGELl_jZtfCmCOO1eZns64646uIiOeLGCMF2jqW7xUnhJaNl4tfDw";
    let server = start();
    let kept = code(&authorize(&server, &question(SAME_DEVICE)));
    server.clock_offset(1_800_000_000 - server.now());
    server.update(|account| account.console.codes.get_mut(&kept).unwrap().expires_at = 1_900_000_000);
    assert_eq!(token(&server, PROOF, &redemption(&kept)).status, 200);
    assert_eq!(server.account().console.logins[0].thumbprint, "lE47BQcmIVkqzSMYIvFsF0NPoWzRFF0MR_zFgbJRBNQ");
}

#[test]
fn refreshes_rotate_and_reuse_ends() {
    let server = start();
    let first = log_in(&server, &key(1));
    let second = refresh(&server, &key(1), &first["refreshToken"], &json!({}));
    assert_eq!(second.status, 200, "{second:?}");
    let second = second.json();
    assert!(second.get("idToken").is_none() && second["refreshToken"] != first["refreshToken"]);
    assert_eq!((&second["expiresIn"], &second["tokenType"]), (&json!(900), &json!("aws_sigv4")));
    assert_eq!(who(&server, &signer(&second)), CONSOLE_SESSION);
    assert_eq!(error(&refresh(&server, &key(2), &second["refreshToken"], &json!({}))), invalid(), "another key");
    for wrong in [json!(null), json!("unknown"), json!("x".repeat(2049))] {
        assert_eq!(error(&refresh(&server, &key(1), &json!(""), &json!({"refreshToken": wrong}))), invalid());
    }
    let third = refresh(&server, &key(1), &second["refreshToken"], &json!({})).json();
    assert_eq!(error(&refresh(&server, &key(1), &first["refreshToken"], &json!({}))), denied("TOKEN_EXPIRED"));
    assert_eq!(error(&refresh(&server, &key(1), &third["refreshToken"], &json!({}))), denied("TOKEN_EXPIRED"));
    let console = server.account().console;
    assert!(console.logins[0].ended && console.reuses == 1 && console.logins[0].spent_refresh_tokens.len() == 2);
    assert_eq!((server.count_signin_grant("refresh_token"), server.count_grant("refresh_token")), (8, 0));

    // Where reuse is but refused.
    server.update(|account| account.console.reuse_ends_session = false);
    let first = log_in(&server, &key(1));
    let second = refresh(&server, &key(1), &first["refreshToken"], &json!({})).json();
    assert_eq!(error(&refresh(&server, &key(1), &first["refreshToken"], &json!({}))), denied("TOKEN_EXPIRED"));
    assert_eq!(refresh(&server, &key(1), &second["refreshToken"], &json!({})).status, 200);
}

#[test]
fn a_login_ends_with_its_session() {
    let server = start();
    server.update(|account| account.console.session_seconds = 1000);
    let json = log_in(&server, &key(1));
    server.clock_offset(800);
    let json = refresh(&server, &key(1), &json["refreshToken"], &json!({})).json();
    assert!((190..=200).contains(&json["expiresIn"].as_i64().unwrap()), "{json}");
    server.clock_offset(1001);
    assert_eq!(error(&refresh(&server, &key(1), &json["refreshToken"], &json!({}))), denied("TOKEN_EXPIRED"));
}

#[test]
fn passwords_and_permissions() {
    let server = start();
    let json = log_in(&server, &key(1));
    server.update(|account| account.console.password_changed = true);
    let changed = refresh(&server, &key(1), &json["refreshToken"], &json!({}));
    assert_eq!(error(&changed), denied("USER_CREDENTIALS_CHANGED"));
    server.update(|account| {
        account.console.password_changed = false;
        account.console.permission_missing = true;
    });
    let missing = (403, "AccessDeniedException", "INSUFFICIENT_PERMISSIONS".to_owned());
    assert_eq!(error(&refresh(&server, &key(1), &json["refreshToken"], &json!({}))), missing);
    let fresh = code(&authorize(&server, &question(SAME_DEVICE)));
    assert_eq!(error(&redeem(&server, &key(1), &fresh)), missing);
    // Nothing was spent by that.
    server.update(|account| account.console.permission_missing = false);
    assert_eq!(redeem(&server, &key(1), &fresh).status, 200);
    assert_eq!(refresh(&server, &key(1), &json["refreshToken"], &json!({})).status, 200);
}

#[test]
fn whoever_is_signed_in() {
    let server = start();
    for session in [
        "arn:aws:iam::111122223333:root",
        "arn:aws:iam::444455556666:user/division/ada",
        "arn:aws:sts::111122223333:assumed-role/demo/ada@example.com",
        "arn:aws-us-gov:sts::999900001111:assumed-role/other/s",
    ] {
        server.update(|account| account.console.session = session.into());
        let json = log_in(&server, &key(1));
        assert_eq!(claims(&json)["sub"], session);
        assert_eq!(who(&server, &signer(&json)), session);
    }
    server.update(|account| account.console.session = "me".into());
    let reply = redeem(&server, &key(1), &code(&authorize(&server, &question(SAME_DEVICE))));
    assert_eq!(error(&reply), (500, "InternalServerException", "server_error".into()));
}

#[test]
fn faults_in_its_own_manner() {
    let server = start();
    let json = log_in(&server, &key(1));
    for (status, code, exception, said) in [
        (400, "TOKEN_EXPIRED", "AccessDeniedException", "TOKEN_EXPIRED"),
        (403, "INSUFFICIENT_PERMISSIONS", "AccessDeniedException", "INSUFFICIENT_PERMISSIONS"),
        (400, "INVALID_REQUEST", "ValidationException", "INVALID_REQUEST"),
        (429, "INVALID_REQUEST", "TooManyRequestsError", "INVALID_REQUEST"),
        (500, "server_error", "InternalServerException", "server_error"),
        (500, "InternalServerException", "InternalServerException", "server_error"),
    ] {
        let kind = FaultKind::error(status, code, "m");
        server.fault(Fault::once(kind).of("SigninToken"));
        let reply = refresh(&server, &key(1), &json["refreshToken"], &json!({}));
        assert_eq!(error(&reply), (status, exception, said.to_owned()));
    }
    server.fault(Fault::once(FaultKind::Throttle).of("SigninToken"));
    let reply = refresh(&server, &key(1), &json["refreshToken"], &json!({}));
    assert_eq!(error(&reply), (429, "TooManyRequestsError", "INVALID_REQUEST".into()));
    assert_eq!(refresh(&server, &key(1), &json["refreshToken"], &json!({})).status, 200);
}

#[test]
fn set_from_another_process() {
    let server = Server::start().unwrap();
    let control = |method, body: Value| {
        let reply = plain(&server, method, "/_sandbox/console", &[], &body.to_string());
        (reply.status, reply.json())
    };
    let changes = json!({"approval": "Automatic", "session": "arn:aws:iam::111122223333:root", "access_seconds": 60});
    assert_eq!(control("PATCH", changes).0, 200);
    let json = log_in(&server, &key(1));
    assert_eq!((&json["expiresIn"], &claims(&json)["sub"]), (&json!(60), &json!("arn:aws:iam::111122223333:root")));
    assert_eq!(control("GET", json!({})).1["logins"].as_array().unwrap().len(), 1);
    assert_eq!(control("PATCH", json!({"access_seconds": null})).0, 200);
    assert_eq!(server.account().console.access_seconds, 900);
    assert_eq!(control("PATCH", json!({"acces_seconds": 1})).0, 400);
}

/// `Session` of the federation endpoint.
fn session(signer: &Signer) -> String {
    json!({"sessionId": signer.key, "sessionKey": signer.secret, "sessionToken": signer.token}).to_string()
}

fn federation(server: &Server, params: &Value) -> Reply {
    plain(server, "GET", &format!("/federation?{}", query(params)), &[], "")
}

fn signin_token(server: &Server, signer: &Signer, more: &Value) -> Reply {
    federation(server, &with(json!({"Action": "getSigninToken", "Session": session(signer)}), more))
}

#[test]
fn role_credentials_open_the_console() {
    let server = start();
    let role = Signer::of(&assume(&server, &Signer::alice(), "demo", &[]));
    let reply = signin_token(&server, &role, &json!({"SessionDuration": "43200"}));
    assert_eq!(reply.status, 200, "{reply:?}");
    let token = reply.json()["SigninToken"].as_str().unwrap().to_owned();
    let destination = "https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1#a";
    let login = json!({"Action": "login", "Issuer": "", "Destination": destination, "SigninToken": token});
    for _ in 0..2 {
        let reply = federation(&server, &login);
        assert_eq!((reply.status, header(&reply, "Location")), (302, Some(destination)));
        assert!(header(&reply, "Set-Cookie").is_some_and(|cookie| cookie.contains("Max-Age=43200")));
    }
    let known = server.account().console.federation_tokens[&token].clone();
    assert_eq!((known.used, known.arn.as_str()), (2, "arn:aws:sts::111122223333:assumed-role/demo/session"));
    for change in [
        json!({"SigninToken": "unknown"}),
        json!({"SigninToken": null}),
        json!({"Destination": null}),
        json!({"Destination": "javascript:1"}),
        json!({"Destination": "https://x/\r\nSet-Cookie: a=b"}),
        json!({"Action": "logout"}),
    ] {
        let reply = federation(&server, &with(login.clone(), &change));
        assert_eq!((reply.status, header(&reply, "Location")), (400, None), "{change}");
    }
    server.clock_offset(901);
    assert_eq!(federation(&server, &login).status, 400);
    // Without a duration the console session lasts as long as the credentials.
    let token = signin_token(&server, &role, &json!({})).json()["SigninToken"].as_str().unwrap().to_owned();
    let seconds = server.account().console.federation_tokens[&token].session_seconds;
    assert!((2690..=2700).contains(&seconds), "{seconds}");
    assert_eq!(server.count("Federation"), 11);
    let form = query(&json!({"Action": "getSigninToken", "Session": session(&role)}));
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    assert_eq!(plain(&server, "POST", "/federation", &kind, &form).status, 200);
}

#[test]
fn and_other_credentials_do_not() {
    let server = start();
    let alice = Signer::alice();
    let refused = |signer: &Signer, more: Value| {
        let reply = signin_token(&server, signer, &more);
        assert!(reply.status == 200 || reply.status == 400, "{reply:?}");
        (reply.status == 400).then_some(reply.body)
    };
    let bad = Some("Invalid Credentials parameter".to_owned());
    assert_eq!(refused(&alice, json!({})), bad, "a long-term key");
    assert_eq!(refused(&Signer::of(&call(&server, &alice, "GetSessionToken", &[])), json!({})), bad);
    assert_eq!(refused(&signer(&log_in(&server, &key(1))), json!({})), bad, "a user's console session");
    let role = Signer::of(&assume(&server, &alice, "demo", &[]));
    for wrong in [
        Signer { secret: "x".into(), ..role.clone() },
        Signer { token: Some("x".into()), ..role.clone() },
        Signer { token: None, ..role.clone() },
    ] {
        assert_eq!(refused(&wrong, json!({})), bad);
    }
    assert_eq!(refused(&role, json!({"Session": "{"})), bad);
    assert_eq!(refused(&role, json!({"Session": null})), bad);

    let long = Some("Invalid SessionDuration parameter".to_owned());
    for seconds in ["899", "43201", "x", ""] {
        assert_eq!(refused(&role, json!({"SessionDuration": seconds})), long, "{seconds}");
    }
    assert_eq!(refused(&role, json!({"SessionDuration": "900"})), None);
    let chained = Signer::of(&assume(&server, &role, "deploy", &[]));
    let federated = Signer::of(&call(&server, &alice, "GetFederationToken", &[("Name", "bob")]));
    let container = Signer::of_json(&plain(&server, "GET", "/container/credentials", &[], "").json());
    for temporary in [chained, federated, container] {
        assert_eq!(refused(&temporary, json!({"SessionDuration": "900"})), long);
        assert_eq!(refused(&temporary, json!({})), None);
    }
    server.clock_offset(3601);
    assert_eq!(refused(&role, json!({})), bad, "expired");
}
