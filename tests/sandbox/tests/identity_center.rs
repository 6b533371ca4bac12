//! IAM Identity Center: clients register, people approve, tokens come and go, the portal gives credentials.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

mod client;

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use client::{Reply, Signer, plain, who};
use sandbox::identity_center::{Approval, AssignedAccount, IdentityCenter, RefreshTokens};
use sandbox::server::{Fault, FaultKind, Server};
use sandbox::standard::{ACCOUNT, LEADING_ZERO_ACCOUNT, SCOPE, START_URL};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const CALLBACK: &str = "http://127.0.0.1:8123/oauth/callback";
const VERIFIER: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";

/// A JSON call.
fn post(server: &Server, path: &str, body: &Value) -> Reply {
    plain(server, "POST", path, &[("Content-Type", "application/json")], &body.to_string())
}

/// Status, exception and OAuth's code of an error; both places of the exception agree.
fn error(reply: &Reply) -> (u16, String, String) {
    let exception = header(reply, "x-amzn-ErrorType").unwrap_or_else(|| panic!("{reply:?}"));
    let body = reply.json();
    let said = body["error"].as_str().or(body["__type"].as_str()).unwrap();
    let message = body["error_description"].as_str().or(body["message"].as_str());
    assert!(message.is_some_and(|message| !message.is_empty()), "{reply:?}");
    (reply.status, exception.to_owned(), said.to_owned())
}

fn exception(reply: &Reply) -> String {
    error(reply).1
}

fn header<'a>(reply: &'a Reply, name: &str) -> Option<&'a str> {
    reply.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

/// An object with `changes` made to it; null takes a member away.
fn with(mut object: Value, changes: &Value) -> Value {
    for (name, change) in changes.as_object().unwrap() {
        object[name] = change.clone();
    }
    object
}

/// Registers a client and returns its id and secret, as calls have them.
fn register(server: &Server, more: Value) -> Value {
    let body = with(json!({"clientName": "test", "clientType": "public"}), &more);
    let reply = post(server, "/client/register", &body);
    assert_eq!(reply.status, 200, "{reply:?}");
    json!({"clientId": reply.json()["clientId"], "clientSecret": reply.json()["clientSecret"]})
}

fn device_client(server: &Server) -> Value {
    register(server, json!({"scopes": [SCOPE]}))
}

fn pkce_registration() -> Value {
    json!({
        "clientName": "botocore-client-corp", "clientType": "public", "scopes": [SCOPE], "issuerUrl": START_URL,
        "grantTypes": ["authorization_code", "refresh_token"], "redirectUris": ["http://127.0.0.1/oauth/callback"],
    })
}

fn start(server: &Server, client: &Value) -> Value {
    let reply = post(server, "/device_authorization", &with(client.clone(), &json!({"startUrl": START_URL})));
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.json()
}

fn poll(server: &Server, client: &Value, device: &Value) -> Reply {
    let more = json!({"grantType": DEVICE_CODE, "deviceCode": device["deviceCode"]});
    post(server, "/token", &with(client.clone(), &more))
}

fn refresh(server: &Server, client: &Value, token: &Value) -> Reply {
    let more = json!({"grantType": "refresh_token", "refreshToken": token});
    post(server, "/token", &with(client.clone(), &more))
}

/// Signs in with a device and returns the tokens.
fn sign_in(server: &Server, client: &Value) -> Value {
    let device = start(server, client);
    assert!(server.approve_device(device["userCode"].as_str().unwrap()));
    let reply = poll(server, client, &device);
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.json()
}

fn encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn query(params: &Value) -> String {
    let pair = |(name, value): (&String, &Value)| format!("{name}={}", encode(value.as_str().unwrap()));
    params.as_object().unwrap().iter().filter(|(_, value)| !value.is_null()).map(pair).collect::<Vec<_>>().join("&")
}

fn question(client: &Value) -> Value {
    json!({
        "response_type": "code", "client_id": client["clientId"], "redirect_uri": CALLBACK, "state": "s /&+1",
        "code_challenge_method": "S256", "scopes": SCOPE,
        "code_challenge": URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER)),
    })
}

fn authorize(server: &Server, params: &Value) -> Reply {
    plain(server, "GET", &format!("/authorize?{}", query(params)), &[], "")
}

/// The code in the redirect of an approval.
fn code(reply: &Reply) -> String {
    let location = header(reply, "Location").unwrap_or_else(|| panic!("{reply:?}"));
    let rest = location.strip_prefix(&format!("{CALLBACK}?code=")).unwrap();
    rest.strip_suffix("&state=s%20%2F%26%2B1").unwrap().to_owned()
}

fn redeem(server: &Server, client: &Value, code: &str, more: Value) -> Reply {
    let body =
        json!({"grantType": "authorization_code", "code": code, "redirectUri": CALLBACK, "codeVerifier": VERIFIER});
    post(server, "/token", &with(with(client.clone(), &body), &more))
}

fn portal(server: &Server, token: &Value, path: &str) -> Reply {
    let method = if path == "/logout" { "POST" } else { "GET" };
    plain(server, method, path, &[("x-amz-sso_bearer_token", token.as_str().unwrap_or_default())], "")
}

fn credentials(server: &Server, token: &Value, account: &str, role: &str) -> Reply {
    portal(server, token, &format!("/federation/credentials?role_name={}&account_id={account}", encode(role)))
}

/// Every entry of a list, page by page, and how many pages there were.
fn pages(server: &Server, token: &Value, path: &str, list: &str, key: &str) -> (Vec<String>, usize) {
    let (mut found, mut count, mut next) = (Vec::new(), 0, String::new());
    loop {
        let reply = portal(server, token, &format!("{path}{next}"));
        assert_eq!(reply.status, 200, "{reply:?}");
        let json = reply.json();
        count += 1;
        found.extend(json[list].as_array().unwrap().iter().map(|entry| entry[key].as_str().unwrap().to_owned()));
        match json["nextToken"].as_str() {
            Some(token) => next = format!("{}next_token={}", if path.contains('?') { "&" } else { "?" }, encode(token)),
            None => return (found, count),
        }
    }
}

fn control(server: &Server, method: &str, path: &str, body: Value) -> (u16, Value) {
    let reply = plain(server, method, &format!("/_sandbox/{path}"), &[], &body.to_string());
    (reply.status, reply.json())
}

#[test]
fn clients_register() {
    let server = Server::start().unwrap();
    let now = server.now();
    for body in [json!({"clientName": "a", "clientType": "public"}), pkce_registration()] {
        let json = post(&server, "/client/register", &body).json();
        let issued = json["clientIdIssuedAt"].as_i64().unwrap();
        assert!((now..now + 10).contains(&issued));
        assert_eq!(json["clientSecretExpiresAt"].as_i64().unwrap() - issued, 90 * 24 * 3600);
        assert!(json["clientId"].is_string() && json["clientSecret"].is_string());
        assert!(json.get("authorizationEndpoint").is_none());
    }
    for (change, exception, code) in [
        (json!({"clientName": null}), "InvalidRequestException", "invalid_request"),
        (json!({"clientType": null}), "InvalidRequestException", "invalid_request"),
        (json!({"scopes": "sso:account:access"}), "InvalidRequestException", "invalid_request"),
        (json!({"scopes": [1]}), "InvalidRequestException", "invalid_request"),
        (json!({"issuerUrl": null}), "InvalidRequestException", "invalid_request"),
        (json!({"issuerUrl": "https://other.awsapps.com/start"}), "InvalidRequestException", "invalid_request"),
        (json!({"clientType": "confidential"}), "InvalidClientMetadataException", "invalid_client_metadata"),
        (json!({"grantTypes": ["authorization_code"]}), "InvalidClientMetadataException", "invalid_client_metadata"),
        (json!({"grantTypes": ["refresh_token"]}), "InvalidClientMetadataException", "invalid_client_metadata"),
        (json!({"grantTypes": ["password"]}), "UnsupportedGrantTypeException", "unsupported_grant_type"),
        (json!({"scopes": ["no:such:scope"]}), "InvalidScopeException", "invalid_scope"),
        (json!({"redirectUris": null}), "InvalidRedirectUriException", "invalid_redirect_uri"),
        (json!({"redirectUris": [CALLBACK]}), "InvalidRedirectUriException", "invalid_redirect_uri"),
        (
            json!({"redirectUris": ["http://localhost/oauth/callback"]}),
            "InvalidRedirectUriException",
            "invalid_redirect_uri",
        ),
    ] {
        let reply = post(&server, "/client/register", &with(pkce_registration(), &change));
        assert_eq!(error(&reply), (400, exception.into(), code.into()), "{change}");
        assert_eq!(server.calls().pop().unwrap().error_code.as_deref(), Some(exception));
    }
    let reply = plain(&server, "POST", "/client/register", &[], "{");
    assert_eq!(exception(&reply), "InvalidRequestException");
    assert_eq!(server.count("RegisterClient"), 17);
    assert_eq!(server.calls()[1].params["clientName"], "botocore-client-corp");
    assert_eq!(server.calls()[1].params["grantTypes"], r#"["authorization_code","refresh_token"]"#);
}

#[test]
fn a_device() {
    let server = Server::start().unwrap();
    let client = device_client(&server);
    let device = start(&server, &client);
    let user_code = device["userCode"].as_str().unwrap();
    assert_eq!((user_code.len(), &user_code[4..5]), (9, "-"));
    assert_eq!(device["verificationUri"], "http://sandbox/device");
    assert_eq!(device["verificationUriComplete"], format!("http://sandbox/device?user_code={user_code}"));
    assert_eq!((&device["expiresIn"], &device["interval"]), (&json!(600), &json!(1)));

    let pending = (400, "AuthorizationPendingException".to_owned(), "authorization_pending".to_owned());
    for _ in 0..3 {
        assert_eq!(error(&poll(&server, &client, &device)), pending);
    }
    // Whoever types it may leave out the dash, and write small letters.
    assert!(server.approve_device(&user_code.replace('-', "").to_lowercase()));
    assert!(!server.approve_device(user_code) && !server.deny_device("BBBB-BBBB"));
    let tokens = poll(&server, &client, &device).json();
    assert_eq!((&tokens["tokenType"], &tokens["expiresIn"]), (&json!("Bearer"), &json!(3600)));
    assert!(tokens["accessToken"].as_str().unwrap().starts_with("aoa"));
    assert!(tokens["refreshToken"].as_str().unwrap().starts_with("aor"));
    assert_eq!(portal(&server, &tokens["accessToken"], "/assignment/accounts").status, 200);
    assert_eq!(exception(&poll(&server, &client, &device)), "InvalidGrantException", "once");
    assert_eq!((server.count("CreateToken"), server.count_grant("device_code")), (5, 5));

    let device = start(&server, &client);
    assert!(server.deny_device(device["userCode"].as_str().unwrap()));
    let denied = (400, "AccessDeniedException".to_owned(), "access_denied".to_owned());
    assert_eq!(error(&poll(&server, &client, &device)), denied);

    let device = start(&server, &client);
    server.clock_offset(601);
    assert!(!server.approve_device(device["userCode"].as_str().unwrap()));
    let expired = (400, "ExpiredTokenException".to_owned(), "expired_token".to_owned());
    assert_eq!(error(&poll(&server, &client, &device)), expired);

    // Another client's code, one that never was, and start URLs.
    let other = device_client(&server);
    assert_eq!(exception(&poll(&server, &other, &device)), "InvalidGrantException");
    assert_eq!(exception(&poll(&server, &client, &json!({"deviceCode": "x"}))), "InvalidGrantException");
    assert_eq!(exception(&poll(&server, &client, &json!({}))), "InvalidRequestException");
    for (url, status) in
        [(START_URL.to_owned() + "/", 200), (START_URL.to_owned() + "/#/", 200), (START_URL.to_owned() + "s", 400)]
    {
        let reply = post(&server, "/device_authorization", &with(client.clone(), &json!({"startUrl": url})));
        assert_eq!(reply.status, status, "{reply:?}");
        if status == 400 {
            assert_eq!(exception(&reply), "InvalidRequestException");
        }
    }
}

#[test]
fn how_often_a_device_polls() {
    let server = Server::start().unwrap();
    let client = device_client(&server);
    server.update(|account| {
        account.identity_center.strict_interval = true;
        account.identity_center.interval = 5;
        account.identity_center.device_after_polls = Some(2);
    });
    let device = start(&server, &client);
    assert_eq!(device["interval"], 5);
    let mut seen = Vec::new();
    for ahead in [0, 1, 10, 12, 20] {
        server.clock_offset(ahead);
        let reply = poll(&server, &client, &device);
        seen.push(if reply.status == 200 { "token".to_owned() } else { error(&reply).2 });
    }
    assert_eq!(seen, ["authorization_pending", "slow_down", "authorization_pending", "slow_down", "token"]);
    assert!(server.calls().iter().any(|call| call.error_code.as_deref() == Some("SlowDownException")));

    server.update(|account| account.identity_center.device_after_polls = Some(0));
    assert_eq!(poll(&server, &client, &start(&server, &client)).status, 200, "approved before it asks");
}

#[test]
fn the_page_of_a_device() {
    let server = Server::start().unwrap();
    let client = device_client(&server);
    let page = |device: &Value| {
        let uri = device["verificationUriComplete"].as_str().unwrap().to_owned();
        plain(&server, "GET", uri.strip_prefix("http://sandbox").unwrap(), &[], "")
    };
    let press = |body: &str| {
        let kind = ("Content-Type", "application/x-www-form-urlencoded");
        plain(&server, "POST", "/device", &[kind], body).status
    };

    let device = start(&server, &client);
    let user_code = device["userCode"].as_str().unwrap();
    let asked = page(&device);
    assert!(header(&asked, "Content-Type").unwrap().starts_with("text/html"));
    for part in
        ["action=\"/device\"", &format!("name=\"user_code\" value=\"{user_code}\""), "Allow</button>", "Deny</button>"]
    {
        assert!(asked.body.contains(part), "{part}: {asked:?}");
    }
    assert_eq!(exception(&poll(&server, &client, &device)), "AuthorizationPendingException");
    for body in
        [format!("user_code={user_code}"), format!("user_code={user_code}&decision=x"), "decision=allow".to_owned()]
    {
        assert_eq!(press(&body), 400, "{body}");
    }
    assert_eq!(press(&format!("user_code={user_code}&decision=allow")), 200);
    assert_eq!(poll(&server, &client, &device).status, 200);
    let device = start(&server, &client);
    assert_eq!(press(&format!("decision=deny&user_code={}", device["userCode"].as_str().unwrap())), 200);
    assert_eq!(exception(&poll(&server, &client, &device)), "AccessDeniedException");
    assert!(plain(&server, "GET", "/device", &[], "").body.contains("<input name=\"user_code\""));
    let escaped = plain(&server, "GET", "/device?user_code=%22%3Cb%3E", &[], "").body;
    assert!(escaped.contains("value=\"&quot;&lt;b&gt;\"") && !escaped.contains("<b>"));

    for (approval, wanted) in [(Approval::Automatic, 200), (Approval::Deny, 400)] {
        server.update(|account| account.identity_center.approval = approval);
        let device = start(&server, &client);
        assert_eq!(exception(&poll(&server, &client, &device)), "AuthorizationPendingException");
        assert_eq!(page(&device).status, 200);
        assert_eq!(poll(&server, &client, &device).status, wanted, "{approval:?}");
    }
    assert_eq!((server.count("Device"), server.count("DeviceDecision")), (5, 5));
}

#[test]
fn a_browser() {
    let server = Server::start().unwrap();
    let client = register(&server, pkce_registration());
    let asked = question(&client);

    // A page asks first. The form brings the question back.
    let page = authorize(&server, &asked);
    assert_eq!(page.status, 200);
    assert!(page.body.contains("action=\"/authorize/decision\"") && page.body.contains("botocore-client-corp"));
    assert!(page.body.contains("name=\"state\" value=\"s /&amp;+1\""), "{page:?}");
    let press = |decision: &str| {
        let form = query(&with(asked.clone(), &json!({"decision": decision})));
        plain(&server, "POST", "/authorize/decision", &[("Content-Type", "application/x-www-form-urlencoded")], &form)
    };
    let denied = press("deny");
    assert_eq!(denied.status, 302);
    assert_eq!(header(&denied, "Location"), Some(&*format!("{CALLBACK}?error=access_denied&state=s%20%2F%26%2B1")));
    assert_eq!(exception(&press("maybe")), "InvalidRequestException");
    let tokens = redeem(&server, &client, &code(&press("allow")), json!({})).json();
    assert_eq!((&tokens["tokenType"], &tokens["expiresIn"]), (&json!("Bearer"), &json!(3600)));
    assert_eq!(portal(&server, &tokens["accessToken"], "/assignment/accounts").status, 200);
    assert_eq!(refresh(&server, &client, &tokens["refreshToken"]).status, 200);

    server.update(|account| account.identity_center.approval = Approval::Deny);
    assert!(header(&authorize(&server, &asked), "Location").unwrap().contains("?error=access_denied&"));
    server.update(|account| account.identity_center.approval = Approval::Automatic);
    let reply = authorize(&server, &asked);
    assert_eq!(reply.status, 302);
    let issued = code(&reply);
    for (more, exception) in [
        (json!({"codeVerifier": VERIFIER.replace('a', "b")}), "InvalidGrantException"),
        (json!({"codeVerifier": "short"}), "InvalidRequestException"),
        (json!({"codeVerifier": null}), "InvalidRequestException"),
        (json!({"redirectUri": CALLBACK.replace("8123", "8124")}), "InvalidGrantException"),
        (json!({"redirectUri": null}), "InvalidRequestException"),
        (json!({"code": "x"}), "InvalidGrantException"),
        (json!({"code": null}), "InvalidRequestException"),
        (register(&server, pkce_registration()), "InvalidGrantException"),
    ] {
        assert_eq!(error(&redeem(&server, &client, &issued, more.clone())).1, exception, "{more}");
    }
    assert_eq!(redeem(&server, &client, &issued, json!({})).status, 200);
    assert_eq!(exception(&redeem(&server, &client, &issued, json!({}))), "InvalidGrantException", "once");
    assert_eq!(server.count_grant("authorization_code"), 11);

    let issued = code(&authorize(&server, &asked));
    server.clock_offset(601);
    assert_eq!(exception(&redeem(&server, &client, &issued, json!({}))), "ExpiredTokenException");
}

#[test]
fn questions_that_are_wrong() {
    let server = Server::start().unwrap();
    server.update(|account| account.identity_center.approval = Approval::Automatic);
    let client = register(&server, pkce_registration());
    for (change, status, exception) in [
        (json!({"client_id": "other"}), 401, "InvalidClientException"),
        (json!({"client_id": null}), 400, "InvalidRequestException"),
        (json!({"client_id": device_client(&server)["clientId"]}), 400, "UnauthorizedClientException"),
        (json!({"redirect_uri": "http://127.0.0.1:8123/other"}), 400, "InvalidRedirectUriException"),
        (json!({"redirect_uri": "https://example.com/oauth/callback"}), 400, "InvalidRedirectUriException"),
        (json!({"response_type": "token"}), 400, "InvalidRequestException"),
        (json!({"code_challenge_method": "plain"}), 400, "InvalidRequestException"),
        (json!({"code_challenge": "short"}), 400, "InvalidRequestException"),
        (json!({"code_challenge": null}), 400, "InvalidRequestException"),
        (json!({"state": null}), 400, "InvalidRequestException"),
        (json!({"scopes": null}), 400, "InvalidRequestException"),
        (json!({"scopes": format!("{SCOPE} codewhisperer:analysis")}), 400, "InvalidScopeException"),
    ] {
        let reply = authorize(&server, &with(question(&client), &change));
        let (answered, said, _) = error(&reply);
        assert_eq!((answered, said.as_str()), (status, exception), "{change}");
    }
    assert_eq!(server.count("Authorize"), 12);
}

#[test]
fn whose_client_it_is() {
    let server = Server::start().unwrap();
    let client = device_client(&server);
    let start_with = |client: &Value| {
        let body = with(client.clone(), &json!({"startUrl": START_URL}));
        let (status, exception, code) = error(&post(&server, "/device_authorization", &body));
        (status, exception, code, self::exception(&refresh(&server, client, &json!("x"))))
    };
    let refused = |status, exception: &str, code: &str| (status, exception.into(), code.into(), exception.into());
    let unknown = refused(401, "InvalidClientException", "invalid_client");
    assert_eq!(start_with(&with(client.clone(), &json!({"clientSecret": "x"}))), unknown);
    assert_eq!(start_with(&with(client.clone(), &json!({"clientId": "x"}))), unknown);
    assert_eq!(start_with(&json!({})), refused(400, "InvalidRequestException", "invalid_request"));

    // Neither may do what the other does.
    let browser = register(&server, pkce_registration());
    let reply = post(&server, "/device_authorization", &with(browser, &json!({"startUrl": START_URL})));
    assert_eq!(exception(&reply), "UnauthorizedClientException");
    assert_eq!(exception(&redeem(&server, &client, "x", json!({}))), "UnauthorizedClientException");
    let reply = post(&server, "/token", &with(client.clone(), &json!({"grantType": "password"})));
    assert_eq!(error(&reply), (400, "UnsupportedGrantTypeException".into(), "unsupported_grant_type".into()));

    server.clock_offset(90 * 24 * 3600);
    assert_eq!(start_with(&client), refused(400, "UnauthorizedClientException", "unauthorized_client"));
    server.update(|account| account.identity_center.forgets_expired_clients = true);
    assert_eq!(start_with(&client), unknown);
    server.clock_offset(0);
    server.update(|account| account.identity_center.registrations.clear());
    assert_eq!(start_with(&client), unknown);
}

#[test]
fn tokens_are_refreshed() {
    let server = Server::start().unwrap();
    let client = device_client(&server);
    let first = sign_in(&server, &client);
    let second = refresh(&server, &client, &first["refreshToken"]).json();
    assert_eq!(second["expiresIn"], 3600);
    for name in ["accessToken", "refreshToken"] {
        assert_ne!(first[name], second[name]);
    }
    let works = |tokens: &Value| portal(&server, &tokens["accessToken"], "/assignment/accounts").status;
    assert_eq!((works(&first), works(&second)), (200, 200), "the first until its own end");
    server.clock_offset(1800);
    let third = refresh(&server, &client, &second["refreshToken"]).json();
    server.clock_offset(3601);
    assert_eq!((works(&first), works(&second), works(&third)), (401, 401, 200));

    // Nobody else's, and no other one.
    let stranger = device_client(&server);
    assert_eq!(exception(&refresh(&server, &stranger, &third["refreshToken"])), "InvalidGrantException");
    assert_eq!(exception(&refresh(&server, &client, &json!("aorX"))), "InvalidGrantException");
    assert_eq!(exception(&refresh(&server, &client, &json!(null))), "InvalidRequestException");

    // A spent one ends everything of this sign-in, and nothing of another.
    let other = sign_in(&server, &client);
    let reply = refresh(&server, &client, &first["refreshToken"]);
    assert_eq!(error(&reply), (400, "InvalidGrantException".into(), "invalid_grant".into()));
    assert_eq!((works(&third), works(&other)), (401, 200));
    assert_eq!(exception(&refresh(&server, &client, &third["refreshToken"])), "InvalidGrantException");
    assert_eq!(refresh(&server, &client, &other["refreshToken"]).status, 200);
    assert_eq!(server.count_grant("refresh_token"), 8);
    assert_eq!(server.count("CreateToken"), 10);
}

#[test]
fn how_long_tokens_last() {
    let server = Server::start().unwrap();
    let client = device_client(&server);
    let tokens = sign_in(&server, &client);
    server.clock_offset(7 * 3600 + 1800);
    let last = refresh(&server, &client, &tokens["refreshToken"]).json();
    assert!(last["expiresIn"].as_i64().unwrap() <= 1800, "not beyond the session: {last}");
    server.clock_offset(8 * 3600 + 1);
    assert_eq!(exception(&refresh(&server, &client, &last["refreshToken"])), "InvalidGrantException");
    assert_eq!(exception(&portal(&server, &last["accessToken"], "/assignment/accounts")), "UnauthorizedException");

    // Without a scope there is one long token and no other.
    let unscoped = register(&server, json!({}));
    let tokens = sign_in(&server, &unscoped);
    assert_eq!((&tokens["expiresIn"], &tokens["refreshToken"]), (&json!(8 * 3600), &json!(null)));
    server.update(|account| {
        account.identity_center.refresh_tokens = RefreshTokens::Always;
        account.identity_center.rotation = false;
        account.identity_center.access_token_seconds = 7;
    });
    let tokens = sign_in(&server, &unscoped);
    assert_eq!(tokens["expiresIn"], 7);
    for _ in 0..2 {
        let refreshed = refresh(&server, &unscoped, &tokens["refreshToken"]).json();
        assert!(refreshed["accessToken"].is_string() && refreshed["refreshToken"].is_null(), "{refreshed}");
    }
    server.update(|account| account.identity_center.refresh_tokens = RefreshTokens::Never);
    assert!(sign_in(&server, &client)["refreshToken"].is_null());
}

#[test]
fn accounts_and_roles() {
    let server = Server::start().unwrap();
    let token = &sign_in(&server, &device_client(&server))["accessToken"];
    let accounts = portal(&server, token, "/assignment/accounts").json();
    assert_eq!(accounts["accountList"].as_array().unwrap().len(), 4);
    assert_eq!(accounts["nextToken"], json!(null));
    assert_eq!(
        accounts["accountList"][2],
        json!({"accountId": "012345678901", "accountName": "R&D Zürich", "emailAddress": "r+d@example.com"})
    );
    let roles = portal(&server, token, "/assignment/roles?account_id=012345678901").json();
    assert_eq!(roles["roleList"][1], json!({"roleName": "ReadOnlyAccess", "accountId": "012345678901"}));

    for (path, status, exception) in [
        ("/assignment/roles", 400, "InvalidRequestException"),
        ("/assignment/roles?account_id=1", 400, "InvalidRequestException"),
        ("/assignment/roles?account_id=000000000000", 404, "ResourceNotFoundException"),
        ("/assignment/accounts?max_result=0", 400, "InvalidRequestException"),
        ("/assignment/accounts?max_result=101", 400, "InvalidRequestException"),
        ("/assignment/accounts?max_result=x", 400, "InvalidRequestException"),
        ("/assignment/accounts?next_token=x", 400, "InvalidRequestException"),
        ("/federation/credentials?role_name=Billing", 400, "InvalidRequestException"),
        ("/federation/credentials?account_id=111122223333", 400, "InvalidRequestException"),
        ("/federation/credentials?role_name=Billing&account_id=111122223333", 403, "ForbiddenException"),
        ("/federation/credentials?role_name=Billing&account_id=000000000000", 403, "ForbiddenException"),
    ] {
        assert_eq!(error(&portal(&server, token, path)), (status, exception.into(), exception.into()), "{path}");
    }
    assert_eq!(credentials(&server, token, ACCOUNT, "Billing").json()["message"], "No access");
    for path in
        ["/assignment/accounts", "/assignment/roles?account_id=111122223333", "/federation/credentials", "/logout"]
    {
        for reply in [
            plain(&server, if path == "/logout" { "POST" } else { "GET" }, path, &[], ""),
            portal(&server, &json!("x"), path),
        ] {
            assert_eq!(error(&reply), (401, "UnauthorizedException".into(), "UnauthorizedException".into()));
        }
    }
    let counts =
        ["ListAccounts", "ListAccountRoles", "GetRoleCredentials", "Logout"].map(|action| server.count(action));
    assert_eq!(counts, [7, 6, 7, 2]);
}

#[test]
fn a_thousand_accounts() {
    let server = Server::start().unwrap();
    server.update(|account| account.identity_center = IdentityCenter::with_accounts(1000, 25));
    let token = &sign_in(&server, &device_client(&server))["accessToken"];
    let list = |more: &str| pages(&server, token, &format!("/assignment/accounts{more}"), "accountList", "accountId");
    let (ids, count) = list("");
    assert_eq!((ids.iter().collect::<BTreeSet<_>>().len(), count), (1000, 50));
    assert!(ids.iter().all(|id| id.len() == 12) && ids.iter().any(|id| id.starts_with('0')));
    assert_eq!(list("?max_result=100"), (ids.clone(), 10));
    assert_eq!(list("?max_result=99").1, 11);
    let path = format!("/assignment/roles?account_id={}", ids[999]);
    let (roles, count) = pages(&server, token, &path, "roleList", "roleName");
    assert_eq!((roles.len(), count, roles[0].as_str(), roles[24].as_str()), (25, 2, "AdministratorAccess", "Role0025"));

    // A token of one list is none of another's.
    let next = portal(&server, token, &path).json()["nextToken"].as_str().unwrap().to_owned();
    assert!(next.starts_with("+//+"), "only whoever encodes it can send it back");
    for path in [
        format!("/assignment/accounts?next_token={}", encode(&next)),
        format!("/assignment/roles?account_id={}&next_token={}", ids[0], encode(&next)),
        format!("{path}&next_token={next}"),
    ] {
        assert_eq!(exception(&portal(&server, token, &path)), "InvalidRequestException", "{path}");
    }
}

#[test]
fn credentials_of_a_role() {
    let server = Server::start().unwrap();
    let token = &sign_in(&server, &device_client(&server))["accessToken"];
    server.update(|account| {
        account.identity_center.role_seconds = 1800;
        account.identity_center.accounts.push(AssignedAccount::new("000000000007", "", "", &["odd+role=,.@-"]));
    });
    let signer = |account: &str, role: &str| {
        let reply = credentials(&server, token, account, role).json()["roleCredentials"].clone();
        let part = |name: &str| reply[name].as_str().unwrap().to_owned();
        let ends = reply["expiration"].as_i64().unwrap();
        assert!((0..10_000).contains(&((server.now() + 1800) * 1000 - ends)), "{ends}");
        Signer { token: Some(part("sessionToken")), ..Signer::new(&part("accessKeyId"), &part("secretAccessKey")) }
    };
    for (account, role) in
        [(LEADING_ZERO_ACCOUNT, "ReadOnlyAccess"), (ACCOUNT, "PowerUserAccess"), ("000000000007", "odd+role=,.@-")]
    {
        let held = signer(account, role);
        let arn = who(&server, &held);
        let rest = arn.strip_prefix(&format!("arn:aws:sts::{account}:assumed-role/AWSReservedSSO_{role}_")).unwrap();
        let (digits, user) = rest.split_once('/').unwrap();
        assert!(digits.len() == 16 && digits.bytes().all(|digit| b"0123456789abcdef".contains(&digit)), "{arn}");
        assert_eq!(user, "ada@example.com");
        assert_eq!(who(&server, &signer(account, role)), arn, "the same role each time");
    }
    let mut held = signer(ACCOUNT, "AdministratorAccess");
    assert_eq!(client::assume(&server, &held, "demo", &[]).status, 200);
    server.clock_offset(1801);
    let later = jiff::Timestamp::from_second(server.now()).unwrap();
    held.time = Some(later.strftime("%Y%m%dT%H%M%SZ").to_string());
    assert_eq!(who(&server, &held), "ExpiredToken");
}

#[test]
fn signing_out() {
    let server = Server::start().unwrap();
    let client = device_client(&server);
    let (tokens, other) = (sign_in(&server, &client), sign_in(&server, &client));
    let newer = refresh(&server, &client, &tokens["refreshToken"]).json();
    let reply = portal(&server, &newer["accessToken"], "/logout");
    assert_eq!((reply.status, reply.body.as_str()), (200, ""));
    for tokens in [&tokens, &newer] {
        assert_eq!(
            exception(&portal(&server, &tokens["accessToken"], "/assignment/accounts")),
            "UnauthorizedException"
        );
        assert_eq!(exception(&refresh(&server, &client, &tokens["refreshToken"])), "InvalidGrantException");
    }
    assert_eq!(exception(&portal(&server, &newer["accessToken"], "/logout")), "UnauthorizedException");
    assert_eq!(portal(&server, &other["accessToken"], "/assignment/accounts").status, 200);
}

#[test]
fn too_many_requests() {
    let server = Server::start().unwrap();
    let token = &sign_in(&server, &device_client(&server))["accessToken"];
    server.update(|account| account.identity_center.requests_per_second = Some(3));
    let statuses: Vec<_> = (0..3).map(|_| portal(&server, token, "/assignment/accounts").status).collect();
    assert_eq!(statuses, [200; 3]);
    let wanted = (429, "TooManyRequestsException".into(), "TooManyRequestsException".into());
    assert_eq!(error(&portal(&server, token, "/assignment/accounts")), wanted);
    server.clock_offset(2);
    assert_eq!(portal(&server, token, "/assignment/accounts").status, 200, "a second later");
}

#[test]
fn faults_in_the_manner_of_each() {
    let server = Server::start().unwrap();
    let client = device_client(&server);
    let tokens = sign_in(&server, &client);
    let strike = |action: &str, status, code: &str| {
        let kind = FaultKind::error(status, code, "m");
        server.fault(Fault::once(kind).of(action));
    };
    strike("CreateToken", 500, "InternalServerException");
    strike("CreateToken", 400, "InvalidRequestRegionException");
    strike("ListAccounts", 503, "ServiceUnavailableException");
    let ask = || refresh(&server, &client, &tokens["refreshToken"]);
    assert_eq!(error(&ask()), (500, "InternalServerException".into(), "server_error".into()));
    assert_eq!(error(&ask()), (400, "InvalidRequestRegionException".into(), "invalid_request".into()));
    let list = || portal(&server, &tokens["accessToken"], "/assignment/accounts");
    assert_eq!(error(&list()), (503, "ServiceUnavailableException".into(), "ServiceUnavailableException".into()));

    server.fault(Fault::once(FaultKind::Throttle).of("ListAccounts"));
    server.fault(Fault::once(FaultKind::Throttle).of("CreateToken"));
    assert_eq!(error(&list()).0, 429);
    assert_eq!(error(&ask()), (400, "Throttling".into(), "throttling".into()));

    // The service rotated the token, and the client never hears of it.
    server.fault(Fault::once(FaultKind::ResetAfter).of("CreateToken"));
    let body = with(client.clone(), &json!({"grantType": "refresh_token", "refreshToken": tokens["refreshToken"]}))
        .to_string();
    let lost = client::send(
        &server,
        format!("POST /token HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n{body}", body.len()).as_bytes(),
    );
    assert!(lost.is_err());
    assert_eq!(exception(&ask()), "InvalidGrantException");
}

#[test]
fn start_urls_of_ones_own() {
    let server = Server::start().unwrap();
    let ask = |method: &str, path: &str| plain(&server, method, path, &[], "");
    for method in ["HEAD", "GET"] {
        let reply = ask(method, "/vanity/corp");
        assert_eq!((reply.status, header(&reply, "Location")), (302, Some("https://corp.awsapps.com/start")));
        assert_eq!(ask(method, "/vanity/other").status, 404);
    }
    server.update(|account| account.identity_center.vanity_head = false);
    assert_eq!((ask("HEAD", "/vanity/corp").status, ask("GET", "/vanity/corp").status), (405, 302));
    assert_eq!(ask("POST", "/vanity/corp").status, 405);
    assert_eq!(server.count("Vanity"), 7);
}

#[test]
fn over_the_control_interface() {
    let server = Server::start().unwrap();
    let client = device_client(&server);
    let settings = json!({
        "approval": "Automatic", "interval": 2, "strict_interval": true, "device_after_polls": 1,
        "requests_per_second": 9, "vanity": {"own": "https://sandbox.awsapps.com/start"}, "refresh_tokens": "Always",
        "start_urls": ["https://one.awsapps.com/start"], "fill": {"accounts": 1200, "rolesPerAccount": 2},
    });
    assert_eq!(control(&server, "PATCH", "identity_center", settings).0, 200);
    let center = server.account().identity_center;
    assert_eq!((center.approval, center.interval, center.accounts.len()), (Approval::Automatic, 2, 1200));
    assert_eq!((center.access_token_seconds, center.vanity.len()), (3600, 2), "the rest is as it was");
    assert_eq!(center.registrations.len(), 1, "what was issued too");
    let changes = json!({"approval": null, "start_urls": null, "requests_per_second": null, "accounts": [
        {"id": "000000000001", "name": "One", "email": "one@example.com", "roles": ["R"]}, {"id": "000000000002"},
    ]});
    assert_eq!(control(&server, "PATCH", "identity_center", changes).0, 200);
    let center = control(&server, "GET", "identity_center", json!({})).1;
    assert_eq!((&center["approval"], center["start_urls"].as_array().unwrap().len()), (&json!("Ask"), 3));
    assert_eq!(center["accounts"][1], json!({"id": "000000000002", "name": "", "email": "", "roles": []}));

    for (decision, status) in [("allow", 200), ("deny", 400)] {
        let device = start(&server, &client);
        let path = format!("devices/{}", device["userCode"].as_str().unwrap());
        assert_eq!(control(&server, "POST", &path, json!({"decision": "perhaps"})).0, 400);
        assert_eq!(control(&server, "POST", &path, json!({"decision": decision})).0, 200);
        assert_eq!(control(&server, "POST", &path, json!({"decision": decision})).0, 404);
        assert_eq!(poll(&server, &client, &device).status, status);
    }
    let calls = control(&server, "GET", "calls", json!({})).1;
    assert_eq!((&calls[2]["action"], &calls[2]["grant"]), (&json!("CreateToken"), &json!("device_code")));
    assert_eq!((&calls[1]["action"], &calls[1]["grant"]), (&json!("StartDeviceAuthorization"), &json!(null)));
    assert_eq!(control(&server, "GET", "counts", json!({})).1["CreateToken"], 2);

    for wrong in [json!({"aproval": "Ask"}), json!({"approval": "Never"}), json!({"fill": 3}), json!([])] {
        assert_eq!(control(&server, "PATCH", "identity_center", wrong.clone()).0, 400, "{wrong}");
    }
    // Every registration and every session gone.
    assert_eq!(control(&server, "PATCH", "identity_center", json!({"registrations": null, "sign_ins": null})).0, 200);
    assert_eq!(exception(&refresh(&server, &client, &json!("x"))), "InvalidClientException");
    let mut account = control(&server, "GET", "state", json!({})).1["account"].clone();
    assert_eq!(control(&server, "PUT", "state", account.clone()).0, 200);
    account.as_object_mut().unwrap().remove("identity_center");
    assert_eq!(control(&server, "PUT", "state", account).0, 200);
    assert_eq!(server.account().identity_center, IdentityCenter::default());
}
