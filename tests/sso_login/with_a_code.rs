//! Device code: who gets it, how it is polled, and how it fails.

use sandbox::identity_center::{Approval, RefreshTokens};
use sandbox::server::{Fault, FaultKind};

use crate::place::{LEGACY_REGISTRATION, LEGACY_TOKEN, Place, Running, START_URL, TOKEN, place, seconds_until, told};

/// What the person is shown where a browser is opened.
fn opened_prompt(place: &Place, user_code: &str) -> String {
    format!(
        "Attempting to open your default browser.\nIf the browser does not open or you wish to use a different device to \
         authorize this request, open the following URL:\n\n{}/device\n\nThen enter the code:\n\n{user_code}\n",
        place.server.url()
    )
}

fn user_code(place: &Place) -> String {
    let devices = place.server.account().identity_center.devices;
    assert_eq!(devices.len(), 1, "{devices:?}");
    devices.into_values().next().unwrap().user_code
}

#[test]
fn a_legacy_profile() {
    let place = place();
    place.center(|center| {
        center.approval = Approval::Ask;
        center.device_after_polls = Some(2);
    });
    let said = place.browsing("sso login --profile legacy");
    assert_eq!(said.code, 0, "{}", said.err);
    let code = user_code(&place);
    let done = format!("Successfully logged into Start URL: {START_URL}\n");
    assert_eq!(said.out, format!("{}{done}", opened_prompt(&place, &code)));
    assert_eq!(place.opened(), [format!("{}/device?user_code={code}", place.server.url())]);
    let asked = place.actions();
    let asked: Vec<_> = asked.iter().filter(|action| *action != "Device").collect();
    let poll = "CreateToken device_code";
    assert_eq!(asked, ["RegisterClient", "StartDeviceAuthorization", poll, poll, poll]);
    // One in silence, one at once, and then with pauses.
    let at: Vec<_> =
        place.server.calls().iter().filter(|call| call.action == "CreateToken").map(|call| call.at).collect();
    assert!(at[1] - at[0] <= 3, "{at:?}");

    let register = place.last("RegisterClient").params;
    let since = register["clientName"].strip_prefix("botocore-client-").unwrap().parse::<i64>().unwrap();
    assert!((place.server.now() - since).abs() < 60, "{since}");
    assert_eq!(register.keys().collect::<Vec<_>>(), ["clientName", "clientType"]);
    assert_eq!(place.last("StartDeviceAuthorization").params["startUrl"], START_URL);

    assert_eq!(place.files("sso/cache").len(), 2);
    let registration = place.json(LEGACY_REGISTRATION);
    let keys: Vec<_> = registration.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["clientId", "clientSecret", "expiresAt"]);
    let token = place.json(LEGACY_TOKEN);
    let keys: Vec<_> = token.as_object().unwrap().keys().collect();
    let wanted =
        ["startUrl", "region", "accessToken", "expiresAt", "clientId", "clientSecret", "registrationExpiresAt"];
    assert_eq!(keys, wanted);
    // A client without scopes: for a working day, and not to be refreshed.
    let left = seconds_until(token["expiresAt"].as_str().unwrap());
    assert!((8 * 3600 - 60..=8 * 3600).contains(&left), "{left}");
    place.is_tidy();

    let said = place.run("process --profile legacy");
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("\"AccountId\":\"012345678901\""), "{}", said.out);
}

#[test]
fn a_legacy_token_is_never_refreshed() {
    let place = place();
    place.center(|center| {
        center.refresh_tokens = RefreshTokens::Always;
        center.device_after_polls = Some(0);
    });
    // Approved before it is asked: nobody is shown anything.
    let said = place.browsing("sso login --profile legacy");
    assert_eq!(said.out, format!("Successfully logged into Start URL: {START_URL}\n"));
    assert!(place.opened().is_empty());
    assert!(place.json(LEGACY_TOKEN)["refreshToken"].is_string());
    place.age(LEGACY_TOKEN, 300);
    let before = place.home.read(LEGACY_TOKEN);
    let said = place.run("process --profile legacy");
    assert_eq!(said.code, 0, "{}", said.err);
    place.forget_roles();
    assert_eq!(place.home.read(LEGACY_TOKEN), before);
    place.age(LEGACY_TOKEN, -1);
    let said = place.run("process --profile legacy");
    told(&said, 253, "has expired or is otherwise invalid", "keyfob sso login --profile legacy");
    assert_eq!((said.out.as_str(), place.server.count_grant("refresh_token")), ("", 0));
}

#[test]
fn a_session_with_a_code() {
    let place = place();
    let said = place.sign_in("sso login --sso-session corp --use-device-code");
    assert!(said.out.starts_with(&opened_prompt(&place, &user_code(&place))), "{}", said.out);
    assert_eq!(place.last("RegisterClient").params["clientName"], "botocore-client-corp");
    assert!(place.json(TOKEN)["accessToken"].is_string());
    assert_eq!(said.err, "");
}

#[test]
fn where_there_is_no_browser() {
    for (name, value, why) in [
        ("SSH_CONNECTION", "::1 1 ::1 22", "this is an SSH session"),
        ("CI", "true", "CI is set"),
        ("KUBERNETES_SERVICE_HOST", "10.0.0.1", "this is a container"),
        ("UNUSED", "", "since "),
    ] {
        let place = place();
        place.center(|center| center.device_after_polls = Some(1));
        let mut command = place.keyfob("sso login --profile dev");
        command.env_remove("BROWSER").env(name, value);
        if name != "UNUSED" {
            command.env("DISPLAY", ":0");
        }
        let said = place.end(Running::start("sso login", &mut command));
        assert_eq!(said.code, 0, "{name}: {}", said.err);
        assert!(
            said.err.starts_with("No browser can be opened here, since ") && said.err.contains(why),
            "{}",
            said.err
        );
        let code = user_code(&place);
        let url = format!("{}/device", place.server.url());
        assert_eq!(
            said.out,
            format!(
                "Browser will not be automatically opened.\nPlease visit the following URL:\n\n{url}\n\nThen enter the \
                 code:\n\n{code}\n\nAlternatively, you may visit the following URL which will autofill the code upon \
                 loading:\n{url}?user_code={code}\nSuccessfully logged into Start URL: {START_URL}\n"
            )
        );
        assert_eq!(place.server.count("Authorize"), 0);
    }
}

#[test]
fn the_setting_of_the_session_decides() {
    let place = place();
    place.center(|center| center.device_after_polls = Some(1));
    place.home.write("keyfob/settings", "[sso-session corp]\nflow = device-code\n").unwrap();
    let said = place.browsing("sso login --profile dev");
    assert_eq!((said.code, place.server.count_grant("device_code")), (0, 2), "{}", said.err);
    // And the other way round: no display, yet the browser's flow.
    place.home.write("keyfob/settings", "[default]\nflow = authorization-code\n").unwrap();
    let mut command = place.keyfob("sso login --profile dev");
    command.env_remove("BROWSER");
    let running = Running::start("sso login", &mut command);
    crate::place::browse(&running.address());
    let said = place.end(running);
    assert_eq!((said.code, place.server.count_grant("authorization_code")), (0, 1), "{}", said.err);
}

#[test]
fn polling_too_fast_slows_down_for_good() {
    let place = place();
    place.center(|center| {
        center.approval = Approval::Ask;
        center.strict_interval = true;
        center.interval = 2;
        center.device_after_polls = Some(2);
    });
    let said = place.browsing("sso login --profile legacy");
    assert_eq!(said.code, 0, "{}", said.err);
    let polls: Vec<_> = place.server.calls().into_iter().filter(|call| call.action == "CreateToken").collect();
    let said: Vec<_> = polls.iter().map(|call| call.error_code.as_deref().unwrap_or("token")).collect();
    let pending = "AuthorizationPendingException";
    assert_eq!(said, [pending, "SlowDownException", pending, "token"]);
    // Two seconds and five more, from then on.
    assert!(polls[2].at - polls[1].at >= 6 && polls[3].at - polls[2].at >= 6, "{polls:?}");
}

#[test]
fn a_refusal_and_a_code_that_ended() {
    let place = place();
    place.center(|center| center.approval = Approval::Deny);
    for line in ["sso login --profile legacy", "sso login --profile dev --use-device-code"] {
        told(&place.browsing(line), 254, "AccessDeniedException", "allow the access");
    }
    place.center(|center| {
        center.approval = Approval::Ask;
        center.device_code_seconds = 2;
    });
    let said = place.browsing("sso login --profile legacy");
    let sentence = "The pending authorization to retrieve an SSO token has expired. The login flow to retrieve an SSO \
                    token must be restarted.";
    told(&said, 255, sentence, "run it again");
    place.center(|center| center.device_code_seconds = 0);
    told(&place.browsing("sso login --profile legacy"), 255, sentence, "run it again");
    assert_eq!((place.home.read(TOKEN), place.home.read(LEGACY_TOKEN)), (String::new(), String::new()));
    place.is_tidy();
}

#[test]
fn a_poll_without_an_answer_is_made_again() {
    let place = place();
    place.center(|center| center.device_after_polls = Some(1));
    place.server.fault(Fault::once(FaultKind::Reset).of("CreateToken").after(1));
    let said = place.browsing("sso login --profile legacy");
    assert_eq!(said.code, 0, "{}", said.err);
}
