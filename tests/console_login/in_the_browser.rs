//! The browser of this machine: what is asked, what is written, and what the listener makes of those who come.

use std::net::{Ipv4Addr, TcpListener};
use std::thread;

use nix::sys::signal::Signal;
use sandbox::identity_center::Approval;
use sandbox::server::{Fault, FaultKind};
use serde_json::json;

use crate::logged_in::{CONFIG, ME, MINE, PROMPT, ROOT, done, keys, logged_in, place};
use crate::place::{Place, Running, Talk, ask, browse, callback, get, param, port, seconds_until, told};

/// The session's file, byte for byte; the time is checked and then taken over.
fn check_file(place: &Place, file: &str, client: &str) {
    let account = place.server.account();
    let login = account.console.logins.last().unwrap();
    let stored = place.json(file);
    let access = &stored["accessToken"];
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let session = &account.sessions[access["accessKeyId"].as_str().unwrap()];
    let ends = text(&access["expiresAt"]);
    let off = seconds_until(&ends) - (session.expires_at - place.server.now());
    assert!(off.abs() <= 5, "{off}");
    let (id_token, dpop_key) = (text(&stored["idToken"]), text(&stored["dpopKey"]));
    assert_eq!(id_token.split('.').count(), 3);
    let lines: Vec<_> = dpop_key.lines().collect();
    assert_eq!((lines[0], *lines.last().unwrap()), ("-----BEGIN EC PRIVATE KEY-----", "-----END EC PRIVATE KEY-----"));
    assert!(lines[1].starts_with("MHcCAQEE") && lines[1].len() == 64 && dpop_key.ends_with("-----\n"), "{lines:?}");
    let expected = format!(
        "{{\"accessToken\": {{\"accessKeyId\": \"{}\", \"secretAccessKey\": \"{}\", \"sessionToken\": \"{}\", \
         \"accountId\": \"{}\", \"expiresAt\": \"{ends}\"}}, \"tokenType\": \"aws_sigv4\", \
         \"clientId\": \"arn:aws:signin:::devtools/{client}\", \"refreshToken\": \"{}\", \"idToken\": \"{id_token}\", \
         \"dpopKey\": {}}}",
        session.access_key_id,
        session.secret_access_key,
        session.session_token,
        login.session.split(':').nth(4).unwrap(),
        login.refresh_token,
        json!(dpop_key)
    );
    assert_eq!(place.home.read(file), expected);
    place.is_tidy();
}

#[test]
fn files_and_requests_are_the_aws_clis() {
    let place = place();
    let said = place.sign_in("login --profile dev");
    let opened = place.opened();
    assert_eq!(opened.len(), 1);
    assert_eq!(said.out, format!("{PROMPT}{}\n\n{}", opened[0], done("dev", ME)));
    assert_eq!(said.err, "");
    assert_eq!(place.actions(), ["SigninAuthorize", "SigninToken authorization_code"]);

    // The order, the names and the encoding are the AWS CLI's.
    let url = &opened[0];
    let (state, challenge, port) = (param(url, "state"), param(url, "code_challenge"), port(url));
    assert_eq!(
        *url,
        format!(
            "{}/v1/authorize?response_type=code&client_id=arn%3Aaws%3Asignin%3A%3A%3Adevtools%2Fsame-device\
             &state={state}&code_challenge_method=SHA-256&scope=openid\
             &redirect_uri=http%3A%2F%2F127.0.0.1%3A{port}%2Foauth%2Fcallback&code_challenge={challenge}",
            place.server.url()
        )
    );
    assert_eq!(state.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{state}");

    let call = place.last("SigninToken");
    let names: Vec<_> = call.params.keys().map(String::as_str).collect();
    assert_eq!(names, ["clientId", "code", "codeVerifier", "grantType", "redirectUri"]);
    assert_eq!(call.params["redirectUri"], format!("http://127.0.0.1:{port}/oauth/callback"));
    assert_eq!(call.params["codeVerifier"].len(), 64);
    assert_eq!(call.headers["content-type"], "application/json");
    assert!(!call.headers.contains_key("authorization") && call.headers.contains_key("dpop"));

    assert_eq!(place.files("login/cache"), [&MINE["login/cache/".len()..]]);
    check_file(&place, MINE, "same-device");
    assert_eq!(place.home.read("config"), format!("{CONFIG}login_session = {ME}\n"));
    assert_eq!(place.home.read("credentials"), "");

    // And the credentials are had without a call.
    let said = place.run("process --profile dev");
    let stored = place.json(MINE);
    let shown = keys(&said);
    assert_eq!(shown["AccessKeyId"], stored["accessToken"]["accessKeyId"]);
    assert_eq!((shown["Expiration"].as_str(), said.err.as_str()), (stored["accessToken"]["expiresAt"].as_str(), ""));
    assert_eq!(shown["AccountId"], "111122223333");
    assert_eq!(place.actions().len(), 2);
}

#[test]
fn again_is_a_new_session() {
    let place = logged_in();
    let (first, config) = (place.json(MINE), place.home.read("config"));
    let said = place.sign_in("login --profile dev");
    assert!(said.out.ends_with(&done("dev", ME)) && said.err.is_empty(), "{said:?}");
    let second = place.json(MINE);
    for key in ["accessToken", "refreshToken", "dpopKey"] {
        assert_ne!(first[key], second[key], "{key}");
    }
    assert_eq!(place.home.read("config"), config);
    check_file(&place, MINE, "same-device");
}

#[test]
fn the_page_says_what_became_of_it() {
    let place = place();
    let running = place.start("login --profile dev");
    let page = browse(&place.wait_for_page(1)).unwrap();
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Signed in") && page.body.contains("AWS console login"), "{}", page.body);
    assert!(!page.body.contains("<script"));
    assert_eq!(place.end(running).code, 0);

    place.server.fault(Fault::always(FaultKind::Reset).of("SigninToken"));
    let before = place.snapshot();
    let running = place.start("login --profile dev");
    let page = browse(&place.wait_for_page(2)).unwrap();
    assert_eq!(page.status, 400);
    assert!(page.body.contains("AWS gave no credentials for this login."), "{}", page.body);
    told(&place.end(running), 255, "CreateOAuth2Token", "check the network");
    assert_eq!(place.snapshot(), before);
}

#[test]
fn what_is_not_of_this_attempt_is_ignored() {
    let place = place();
    let running = place.start("login --profile dev");
    let address = place.wait_for_page(1);
    let back = callback(&address);
    let (base, state) = (format!("http://127.0.0.1:{}", port(&address)), param(&address, "state"));
    for url in [
        format!("{base}/favicon.ico"),
        format!("{base}/"),
        format!("{base}/oauth/callback"),
        back.replace(&state, "00000000-0000-4000-8000-000000000000"),
        back.split("&state=").next().unwrap().to_owned(),
        format!("{base}/oauth/callback?error=access_denied"),
        format!("{base}/oauth/callback?error=access_denied&state=00000000-0000-4000-8000-000000000000"),
    ] {
        assert_eq!(get(&url).status, 404, "{url}");
    }
    assert_eq!(ask("POST", &back).unwrap().status, 404);
    assert_eq!(place.server.count("SigninToken"), 0);
    assert_eq!(get(&back).status, 200);
    assert_eq!(place.end(running).code, 0);
}

#[test]
fn two_tabs_come_back() {
    let place = place();
    place.server.fault(Fault::always(FaultKind::Delay { millis: 1000 }).of("SigninToken"));
    let running = place.start("login --profile dev");
    let back = callback(&place.wait_for_page(1));
    let tabs = [back.clone(), back].map(|url| thread::spawn(move || ask("GET", &url).map(|page| page.status).ok()));
    let said = place.end(running);
    assert_eq!(said.code, 0, "{said:?}");
    let served = tabs.map(|tab| tab.join().unwrap());
    assert!(served.contains(&Some(200)), "{served:?}");
    assert_eq!(place.server.count("SigninToken"), 1);
    crate::logged_in::is_alive(&place, MINE);
}

#[test]
fn a_refusal_in_the_browser() {
    let place = logged_in();
    place.console(|console| console.approval = Approval::Deny);
    let before = place.snapshot();
    let running = place.start("login --profile dev");
    let page = browse(&place.wait_for_page(2)).unwrap();
    assert_eq!(page.status, 400);
    assert!(page.body.contains("access_denied"), "{}", page.body);
    told(
        &place.end(running),
        255,
        "Error loading or redeeming a login authorization code: Failed to retrieve an authorization code",
        "allow the access",
    );
    assert_eq!((place.snapshot(), place.server.count("SigninToken")), (before, 1));
}

#[test]
fn the_buttons_of_the_page() {
    let place = place();
    place.console(|console| console.approval = Approval::Ask);
    let running = place.start("login --profile dev");
    let address = place.wait_for_page(1);
    let page = get(&address);
    assert!(page.status == 200 && page.body.contains("Allow a tool to act as"), "{page:?}");
    let decided =
        ask("POST", &format!("{}&decision=allow", address.replace("/v1/authorize", "/v1/authorize/decision")));
    let decided = decided.unwrap();
    let back = decided.header("location").unwrap_or_else(|| panic!("{decided:?}"));
    assert_eq!(get(back).status, 200);
    assert_eq!(place.end(running).code, 0);
}

#[test]
fn a_browser_that_was_closed() {
    for (signal, code) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143)] {
        let place = logged_in();
        let before = place.snapshot();
        let running = place.start("login --profile dev");
        place.wait_for_page(2);
        running.signal(signal);
        let said = place.end(running);
        assert_eq!(said.code, code, "{said:?}");
        assert!(!said.err.contains("panicked"), "{}", said.err);
        assert_eq!((place.snapshot(), place.server.count("SigninToken")), (before, 1));
        place.is_tidy();
    }
}

#[test]
fn control_c_at_the_terminal() {
    let place = logged_in();
    let before = place.snapshot();
    for (line, shown) in [
        ("login --profile dev", "/v1/authorize?"),
        ("login --profile dev --remote", "Enter the authorization code displayed in your browser: "),
    ] {
        let mut talk = Talk::new(&place, line);
        talk.wait(shown);
        thread::sleep(std::time::Duration::from_millis(500));
        talk.type_keys("\x03");
        let (ended, seen) = talk.end();
        assert_eq!(ended, 130, "{line}: {seen}");
        assert!(!seen.contains("Updated") && !seen.contains("panicked"), "{seen}");
        assert_eq!(place.snapshot(), before, "{line}");
        place.is_tidy();
    }
}

#[test]
fn two_logins_at_once() {
    let place = place();
    place.server.fault(Fault::always(FaultKind::Delay { millis: 500 }).of("SigninToken"));
    let both = [1, 2].map(|count| {
        let running = place.start("login --profile dev");
        (running, place.wait_for_page(count))
    });
    let tabs: Vec<_> = both.iter().map(|(_, page)| page.clone()).collect();
    let tabs = tabs.into_iter().map(|page| thread::spawn(move || browse(&page).unwrap().status));
    let tabs: Vec<_> = tabs.collect();
    for (running, _) in both {
        let said = place.end(running);
        assert!(said.code == 0 && said.out.ends_with(&done("dev", ME)), "{said:?}");
    }
    assert!(tabs.into_iter().all(|tab| tab.join().unwrap() == 200));
    // One of the two, with its own key.
    assert_eq!(place.server.account().console.logins.len(), 2);
    crate::logged_in::lives(&place, "dev");
    assert_eq!(place.home.read("config"), format!("{CONFIG}login_session = {ME}\n"));
    place.is_tidy();
}

#[test]
fn a_killed_login_stands_in_nobodys_way() {
    let place = place();
    let running = place.start("login --profile dev");
    place.wait_for_page(1);
    running.signal(Signal::SIGKILL);
    assert_eq!(place.end(running).code, 137);
    place.sign_in("login --profile dev");
    place.is_tidy();
}

#[test]
fn the_port_that_was_set() {
    let place = place();
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let number = taken.local_addr().unwrap().port();
    place.home.write("keyfob/settings", format!("[default]\ncallback_port = {number}\n")).unwrap();
    let before = place.snapshot();
    let said = place.run("login --profile dev");
    told(&said, 255, &number.to_string(), "callback_port");
    assert!(said.err.contains("--remote"), "{}", said.err);
    assert_eq!((place.snapshot(), place.actions()), (before, vec![]));
    drop(taken);
    place.sign_in("login --profile dev");
    assert_eq!(port(&place.opened()[0]), number);
}

#[test]
fn no_browser_here() {
    for (name, value, why) in [
        ("SSH_CONNECTION", "::1 1 ::1 22", "this is an SSH session"),
        ("CI", "true", "CI is set"),
        ("KUBERNETES_SERVICE_HOST", "10.0.0.1", "this is a container"),
    ] {
        let place = place();
        let mut command = place.keyfob("login --profile dev");
        command.env_remove("BROWSER").env(name, value);
        let running = Running::start("login --profile dev", &mut command);
        // The address works all the same.
        assert_eq!(browse(&running.address()).unwrap().status, 200);
        let said = place.end(running);
        assert_eq!(said.code, 0, "{said:?}");
        assert!(said.err.starts_with(&format!("No browser can be opened here, since {why}")), "{}", said.err);
        assert!(said.err.contains("--remote") && said.out.ends_with(&done("dev", ME)), "{said:?}");
    }
}

#[test]
fn an_address_that_is_pasted() {
    let place = place();
    let mut talk = Talk::with(&place, "login --profile dev", |command| {
        command.env_remove("BROWSER").env("SSH_CONNECTION", "::1 1 ::1 22");
    });
    let address = talk.address();
    talk.wait("Copy that address, paste it here and press Enter.");
    let back = callback(&address);
    let other = back.replace(&param(&address, "state"), "00000000-0000-4000-8000-000000000000");
    talk.type_keys(&format!("{other}\r")).wait("this address belongs to another sign-in attempt");
    talk.type_keys(&format!("{back}\r")).wait("Updated profile dev");
    let (ended, seen) = talk.end();
    assert_eq!(ended, 0, "{seen}");
    crate::logged_in::is_alive(&place, MINE);
}

#[test]
fn the_root_user() {
    let place = place();
    place.console(|console| {
        console.session = ROOT.into();
        console.permission_missing = true;
    });
    // Root needs no permission.
    let said = place.sign_in("login");
    assert!(said.out.ends_with(&done("default", ROOT)), "{}", said.out);
    assert_eq!(keys(&place.run("process"))["AccountId"], "111122223333");
}

#[test]
fn an_answer_that_is_no_sessions() {
    let place = place();
    place.console(|console| console.session = "me".into());
    let before = place.snapshot();
    let said = place.browsing("login --profile dev");
    assert_eq!(said.code, 255, "{said:?}");
    assert_eq!(place.snapshot(), before);
    // Nor one that cannot be read at all.
    place.console(|console| console.session = ME.into());
    place.server.fault(Fault::always(FaultKind::Garbage).of("SigninToken"));
    told(&place.browsing("login --profile dev"), 255, "CreateOAuth2Token", "--endpoint-url");
    assert_eq!(place.snapshot(), before);
}

#[test]
fn debug_shows_no_secret() {
    let place = place();
    for line in [
        "login --profile dev --debug",
        "process --profile dev --debug",
        "login --profile dev --debug --if-needed",
        "whoami --profile dev --debug",
        "console --profile dev --print --debug",
        "status --profile dev --debug",
        "explain --profile dev --debug",
        "configure list --profile dev --debug",
        "sts get-caller-identity --profile dev --debug",
        "logout --profile dev --debug",
    ] {
        let said = place.browsing(line);
        assert_eq!(said.code, 0, "{line}: {}", said.err);
    }
    place.sign_in("login --profile dev --debug");
    crate::logged_in::age(&place, MINE, -1);
    let said = place.run("process --profile dev --debug");
    assert!(said.code == 0 && said.err.contains("debug: "), "{said:?}");
}
