//! Authorization code with PKCE: what is asked, what is written, and what the listener makes of those who come.

use std::net::{Ipv4Addr, Ipv6Addr, TcpListener, TcpStream};
use std::thread;

use sandbox::identity_center::Approval;
use sandbox::server::{Fault, FaultKind};
use serde_json::json;

use crate::place::{
    Place, REGISTRATION, SCOPED_REGISTRATION, START_URL, TOKEN, ask, browse, callback, get, param, place, place_with,
    port, seconds_until, signed_in, told, zulu_at,
};

const PROMPT: &str = "Attempting to open your default browser. If the browser does not open, open the following URL.\n\
    If you are unable to open the URL on this device, run this command again with the '--use-device-code' option.\n\n";

fn names(params: &std::collections::BTreeMap<String, String>) -> Vec<&str> {
    params.keys().map(String::as_str).collect()
}

/// The token's file, byte for byte; the times are checked and then taken over.
fn check_token_file(place: &Place, with_refresh_token: bool) {
    let account = place.server.account();
    let sign_in = account.identity_center.sign_ins.last().unwrap().clone();
    let client = &account.identity_center.registrations[&sign_in.client_id];
    let (access, ends) = sign_in.access_tokens.iter().next_back().unwrap();
    let text = place.home.read(TOKEN);
    let token = place.json(TOKEN);
    let expires_at = token["expiresAt"].as_str().unwrap();
    let off = seconds_until(expires_at) - (ends - place.server.now());
    assert!(off.abs() <= 5, "{off} in {text}");
    let refresh = match sign_in.refresh_token.filter(|_| with_refresh_token) {
        Some(refresh) => format!(", \"refreshToken\": \"{refresh}\""),
        None => String::new(),
    };
    let expected = format!(
        "{{\"startUrl\": \"{START_URL}\", \"region\": \"eu-west-1\", \"accessToken\": \"{access}\", \
         \"expiresAt\": \"{expires_at}\", \"clientId\": \"{}\", \"clientSecret\": \"{}\", \
         \"registrationExpiresAt\": \"{}\"{refresh}}}",
        sign_in.client_id,
        client.secret,
        zulu_at(client.expires_at)
    );
    assert_eq!(text, expected);
    place.is_tidy();
}

fn only_client(place: &Place) -> (String, sandbox::identity_center::Registration) {
    let registrations = place.server.account().identity_center.registrations;
    assert_eq!(registrations.len(), 1, "{registrations:?}");
    registrations.into_iter().next().unwrap()
}

#[test]
fn files_and_requests_are_the_aws_clis() {
    let place = place();
    let said = place.sign_in("sso login --profile dev");
    let opened = place.opened();
    assert_eq!(opened.len(), 1);
    assert_eq!(said.out, format!("{PROMPT}{}\n\nSuccessfully logged into Start URL: {START_URL}\n", opened[0]));
    assert_eq!(place.actions(), ["RegisterClient", "Authorize", "CreateToken authorization_code"]);

    let register = place.last("RegisterClient");
    assert_eq!(
        names(&register.params),
        ["clientName", "clientType", "grantTypes", "issuerUrl", "redirectUris", "scopes"]
    );
    for (name, value) in [
        ("clientName", "botocore-client-corp"),
        ("clientType", "public"),
        ("grantTypes", r#"["authorization_code","refresh_token"]"#),
        ("issuerUrl", START_URL),
        ("redirectUris", r#"["http://127.0.0.1/oauth/callback"]"#),
        ("scopes", r#"["sso:account:access"]"#),
    ] {
        assert_eq!(register.params[name], value, "{name}");
    }

    // The order, the names and the encoding are the AWS CLI's.
    let (client_id, client) = only_client(&place);
    let url = &opened[0];
    let (state, challenge, port) = (param(url, "state"), param(url, "code_challenge"), port(url));
    assert_eq!(
        *url,
        format!(
            "{}/authorize?response_type=code&client_id={client_id}\
             &redirect_uri=http%3A%2F%2F127.0.0.1%3A{port}%2Foauth%2Fcallback&state={state}\
             &code_challenge_method=S256&scopes=sso%3Aaccount%3Aaccess&code_challenge={challenge}",
            place.server.url()
        )
    );
    let groups: Vec<_> = state.split('-').map(str::len).collect();
    assert_eq!((groups, &state[14..15]), (vec![8, 4, 4, 4, 12], "4"), "{state}");

    let create = place.last("CreateToken");
    assert_eq!(names(&create.params), ["clientId", "clientSecret", "code", "codeVerifier", "grantType", "redirectUri"]);
    assert_eq!(create.params["redirectUri"], format!("http://127.0.0.1:{port}/oauth/callback"));
    assert_eq!(create.params["codeVerifier"].len(), 64);
    for call in place.server.calls() {
        let signed = call.headers.get("authorization").or(call.headers.get("x-amz-security-token"));
        assert_eq!(signed, None, "{} is signed", call.action);
        if call.method == "POST" {
            assert_eq!(call.headers["content-type"], "application/json", "{}", call.action);
        }
    }

    check_token_file(&place, true);
    let mut files = [TOKEN, REGISTRATION].map(|name| name["sso/cache/".len()..].to_owned());
    files.sort();
    assert_eq!(place.files("sso/cache"), files);
    assert_eq!(
        place.home.read(REGISTRATION),
        format!(
            "{{\"clientId\": \"{client_id}\", \"clientSecret\": \"{}\", \"expiresAt\": \"{}\", \
             \"scopes\": [\"sso:account:access\"], \"grantTypes\": [\"authorization_code\", \"refresh_token\"]}}",
            client.secret,
            zulu_at(client.expires_at)
        )
    );
}

#[test]
fn a_second_login_keeps_the_registration_and_another_flow_replaces_it() {
    let place = signed_in();
    let (registration, first) = (place.home.read(REGISTRATION), place.json(TOKEN));
    let before = place.actions().len();
    place.sign_in("sso login --sso-session corp");
    assert_eq!(place.actions_after(before), ["Authorize", "CreateToken authorization_code"]);
    assert_eq!(place.home.read(REGISTRATION), registration);
    let second = place.json(TOKEN);
    assert_ne!(first["accessToken"], second["accessToken"]);
    assert_ne!(first["refreshToken"], second["refreshToken"]);
    assert_eq!(first["clientId"], second["clientId"]);
    check_token_file(&place, true);

    // A code: another kind of client, in the same file. Without scopes there is no refresh token.
    place.center(|center| center.device_after_polls = Some(0));
    let before = place.actions().len();
    place.sign_in("sso login --profile dev --use-device-code");
    let expected = ["RegisterClient", "StartDeviceAuthorization", "CreateToken device_code"];
    assert_eq!(place.actions_after(before), expected);
    assert_eq!(names(&place.last("RegisterClient").params), ["clientName", "clientType"]);
    assert_eq!(place.files("sso/cache").len(), 2);
    let changed = place.json(REGISTRATION);
    assert_eq!(changed.as_object().unwrap().keys().collect::<Vec<_>>(), ["clientId", "clientSecret", "expiresAt"]);
    check_token_file(&place, false);

    // And back.
    let before = place.actions().len();
    place.sign_in("sso login --profile dev");
    assert_eq!(place.actions_after(before), ["RegisterClient", "Authorize", "CreateToken authorization_code"]);
    assert!(place.json(REGISTRATION)["grantTypes"].is_array());
    check_token_file(&place, true);
}

#[test]
fn scopes_of_the_session_go_everywhere() {
    let config =
        crate::place::CONFIG.replace("[profile dev]", "sso_registration_scopes = sso:account:access\n[profile dev]");
    let place = place_with(&config);
    place.sign_in("sso login --profile dev");
    assert_eq!(place.json(SCOPED_REGISTRATION)["scopes"], json!(["sso:account:access"]));
    let config = config.replace("= sso:account:access", "= sso:account:access , codewhisperer:completions,,");
    place.home.write("config", config).unwrap();
    place.sign_in("sso login --profile dev");
    let register = place.last("RegisterClient");
    assert_eq!(register.params["scopes"], r#"["sso:account:access","codewhisperer:completions"]"#);
    let url = place.opened().pop().unwrap();
    assert!(url.contains("&scopes=sso%3Aaccount%3Aaccess%20codewhisperer%3Acompletions&"), "{url}");
}

#[test]
fn debug_shows_no_secret() {
    let place = place();
    for line in [
        "sso login --profile dev --debug",
        "process --profile dev --debug",
        "sso login --profile dev --debug --if-needed",
        "sso login --profile legacy --debug",
        "sso logout --debug",
    ] {
        let said = place.browsing(line);
        assert_eq!(said.code, 0, "{line}: {}", said.err);
        assert!(said.err.contains("debug: "), "{line} tells nothing");
    }
}

#[test]
fn what_is_not_of_this_attempt_is_ignored() {
    let place = place();
    let running = place.start("sso login --profile dev --no-browser");
    let address = running.address();
    let back = callback(&address);
    let (port, state) = (port(&address), param(&address, "state"));
    let base = format!("http://127.0.0.1:{port}");
    let other = back.replace(&state, "00000000-0000-4000-8000-000000000000");
    let without = back.split("&state=").next().unwrap().to_owned();
    for (method, url) in [
        ("GET", format!("{base}/favicon.ico")),
        ("GET", format!("{base}/")),
        ("GET", format!("{base}/oauth/callback")),
        ("GET", other),
        ("GET", without),
        ("GET", format!("{base}/oauth/callback?error=access_denied&state=wrong")),
        ("GET", format!("{base}/oauth/callback?error=access_denied")),
        ("GET", format!("{back}&code=another")),
        ("GET", back.replace("/oauth/callback", "/elsewhere")),
        ("POST", back.clone()),
        ("HEAD", back.clone()),
    ] {
        let page = ask(method, &url);
        // The body that belongs to HEAD's length does not come.
        let Ok(page) = page else { continue };
        assert_eq!(page.status, 404, "{method} {url}: {page:?}");
        assert!(!page.body.contains(&state), "{page:?}");
    }
    assert_eq!(place.server.count("CreateToken"), 0);
    let page = get(&back);
    assert_eq!(page.status, 200, "{page:?}");
    let said = place.end(running);
    assert_eq!(said.code, 0, "{}", said.err);
    check_token_file(&place, true);
}

#[test]
fn connections_that_say_nothing_hold_up_nobody() {
    let place = place();
    let running = place.start("sso login --profile dev --no-browser");
    let address = running.address();
    let silent: Vec<_> =
        (0..100).filter_map(|_| TcpStream::connect((Ipv4Addr::LOCALHOST, port(&address))).ok()).collect();
    assert_eq!(browse(&address).unwrap().status, 200);
    drop(silent);
    assert_eq!(place.end(running).code, 0);
}

#[test]
fn the_page_says_it_and_holds_no_secret() {
    let place = place();
    let running = place.start("sso login --profile dev --no-browser");
    let address = running.address();
    let back = callback(&address);
    let page = get(&back);
    assert_eq!(place.end(running).code, 0);
    assert!(page.body.contains("<title>Signed in") && page.body.contains("corp"), "{}", page.body);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    for secret in place.secrets().into_iter().chain([param(&address, "state"), param(&back, "code")]) {
        assert!(!page.body.contains(&secret) && !page.head.contains(&secret), "the page shows {secret}");
    }
}

#[test]
fn a_second_callback_breaks_nothing() {
    let place = place();
    place.server.fault(Fault::once(FaultKind::Delay { millis: 500 }).of("CreateToken"));
    let running = place.start("sso login --profile dev --no-browser");
    let back = callback(&running.address());
    let asking: Vec<_> = (0..3)
        .map(|_| {
            let back = back.clone();
            thread::spawn(move || ask("GET", &back).ok().map(|page| page.status))
        })
        .collect();
    let answers: Vec<_> = asking.into_iter().map(|asking| asking.join().unwrap()).collect();
    let said = place.end(running);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(answers.iter().filter(|status| **status == Some(200)).count(), 1, "{answers:?}");
    assert_eq!(place.server.count("CreateToken"), 1);
    // And when it is over nobody listens.
    assert!(ask("GET", &back).is_err());
}

#[test]
fn a_refusal_ends_it() {
    let place = place();
    place.center(|center| center.approval = Approval::Deny);
    let running = place.start("sso login --profile dev --no-browser");
    let page = browse(&running.address()).unwrap();
    let said = place.end(running);
    assert_eq!(page.status, 400);
    assert!(page.body.contains("<title>Not signed in") && page.body.contains("access_denied"), "{}", page.body);
    told(
        &said,
        255,
        "Error loading authorization code: Failed to retrieve an authorization code",
        "run it again, and allow the access",
    );
    assert!(said.err.contains("access_denied"), "{}", said.err);
    assert_eq!(place.server.count("CreateToken"), 0);
    assert_eq!(place.home.read(TOKEN), "");
    place.is_tidy();
}

#[test]
fn a_refused_token_leaves_the_old_one() {
    let place = signed_in();
    let before = place.snapshot();
    let refused = FaultKind::error(400, "InvalidGrantException", "no");
    place.server.fault(Fault::once(refused).of("CreateToken"));
    let running = place.start("sso login --profile dev --no-browser");
    let page = browse(&running.address()).unwrap();
    let said = place.end(running);
    told(&said, 254, "InvalidGrantException", "run it again");
    assert_eq!(page.status, 400, "{page:?}");
    assert_eq!(place.snapshot(), before);

    place.center(|center| center.code_seconds = 0);
    let said = place.browsing("sso login --profile dev");
    told(&said, 255, "The pending authorization to retrieve an SSO token has expired.", "run it again");
    assert_eq!(place.snapshot(), before);
}

#[test]
fn only_this_machine_can_come() {
    let place = place();
    let running = place.start("sso login --profile dev --no-browser");
    let address = running.address();
    let port = port(&address);
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
    // Every interface would have this one too.
    assert!(TcpStream::connect((Ipv4Addr::new(127, 0, 0, 2), port)).is_err());
    assert!(TcpStream::connect((Ipv6Addr::LOCALHOST, port)).is_err());
    browse(&address);
    assert_eq!(place.end(running).code, 0);
}

#[test]
fn the_port_can_be_set() {
    let place = place();
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port_number = taken.local_addr().unwrap().port();
    place.home.write("keyfob/settings", format!("[sso-session corp]\ncallback_port = {port_number}\n")).unwrap();
    let said = place.run("sso login --profile dev");
    told(&said, 255, &format!("port {port_number} of 127.0.0.1 is in use"), "callback_port");
    assert!(said.err.contains("--use-device-code"), "{}", said.err);
    assert_eq!((place.opened().len(), place.server.count("CreateToken")), (0, 0));
    drop(taken);
    let running = place.start("sso login --profile dev --no-browser");
    let address = running.address();
    assert_eq!(port(&address), port_number);
    browse(&address);
    assert_eq!(place.end(running).code, 0);
}

#[test]
fn the_command_of_the_setting_opens_the_page() {
    let place = place();
    place
        .home
        .write("keyfob/settings", format!("[default]\nbrowser = {} %s\n", place.home.path().join("browser").display()))
        .unwrap();
    // It was set on purpose, so it is used wherever the person sits.
    let mut command = place.keyfob("sso login --profile dev");
    command.env("SSH_CONNECTION", "::1 1 ::1 22").env("CI", "true").env("BROWSER", "/nowhere/at/all");
    let said = place.watch(crate::place::Running::start("sso login", &mut command));
    assert_eq!((said.code, place.opened().len()), (0, 1), "{}", said.err);
    assert!(!said.err.contains("No browser"), "{}", said.err);
}

#[test]
fn a_browser_that_does_not_open_is_told_and_waited_for() {
    let place = place();
    let mut command = place.keyfob("sso login --profile dev");
    command.env("BROWSER", "/nowhere/at/all");
    let running = crate::place::Running::start("sso login", &mut command);
    let address = running.address();
    running.wait_for_err("The browser did not open: /nowhere/at/all");
    browse(&address);
    assert_eq!(place.end(running).code, 0);
}

#[test]
fn a_closed_output_ends_no_sign_in() {
    let place = place();
    let mut command = place.keyfob("sso login --profile dev");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut child = command.stdout(writer).stderr(std::process::Stdio::null()).spawn().unwrap();
    let page = place.wait_for_page(1);
    assert_eq!(browse(&page).unwrap().status, 200);
    child.wait().unwrap();
    check_token_file(&place, true);
}

#[test]
fn the_settings_must_be_there() {
    let place = place();
    for (config, line, sentence) in [
        (
            "[profile p]\nregion = r\n",
            "sso login --profile p",
            "Missing the following required SSO configuration values: sso_start_url, sso_region.",
        ),
        ("[profile p]\nsso_session = s\n", "sso login --profile p", "The specified sso-session does not exist: \"s\""),
        (
            "[sso-session s]\nsso_start_url = https://d-0000000000.awsapps.com/start\n",
            "sso login --sso-session s",
            "Missing the following required SSO configuration values: sso_region.",
        ),
        (
            "[sso-session s]\nsso_region = eu-west-1\nsso_start_url = http://d-0000000000.awsapps.com/start\n",
            "sso login --sso-session s",
            "The sso_start_url must use the https scheme.",
        ),
        ("[default]\nregion = r\n", "sso login --all", "the config file has no sso-session"),
    ] {
        place.home.write("config", config).unwrap();
        told(&place.run(line), 253, sentence, "keyfob configure sso");
    }
    let said = place.run("sso login --profile nobody --sso-session s");
    assert_eq!(said.code, 255, "{said:?}");
    assert!(said.err.contains("The config profile (nobody) could not be found"), "{}", said.err);
    assert_eq!(place.run("sso login --all --sso-session s").code, 252);
    assert!(place.server.calls().is_empty() && place.opened().is_empty());
    assert_eq!(place.files("sso"), Vec::<String>::new());
}

#[test]
fn what_the_service_refuses_is_told() {
    for (action, code, next) in [
        ("RegisterClient", "InvalidRequestException", "check sso_start_url and sso_region"),
        ("RegisterClient", "InvalidScopeException", "check sso_registration_scopes"),
        ("CreateToken", "AccessDeniedException", "allow the access"),
    ] {
        let place = place();
        let refused = FaultKind::error(400, code, "so it is");
        place.server.fault(Fault::once(refused).of(action));
        told(&place.browsing("sso login --profile dev"), 254, code, next);
        assert_eq!(place.home.read(TOKEN), "");
        place.is_tidy();
    }
    // A start URL that the service does not know.
    let place = place_with(&crate::place::CONFIG.replace("d-0000000000", "d-1111111111"));
    told(&place.browsing("sso login --profile dev"), 254, "InvalidRequestException", "check sso_start_url");
    assert!(place.opened().is_empty());
}

/// The service's own words say more than the name of an exception.
#[test]
fn the_services_words_are_shown() {
    let place = place();
    let refused = FaultKind::error(400, "InvalidRequestException", "issuerUrl is no start URL");
    place.server.fault(Fault::once(refused).of("RegisterClient"));
    let said = place.browsing("sso login --profile dev");
    assert!(said.err.contains("issuerUrl is no start URL"), "{}", said.err);
}
