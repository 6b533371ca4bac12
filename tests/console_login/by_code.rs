//! A browser on another machine: the code that it shows is carried over and typed.

use base64_simd::STANDARD;
use sandbox::identity_center::Approval;
use sandbox::server::{Fault, FaultKind};

use crate::logged_in::{CONFIG, ME, MINE, answering, done, is_alive, keys, logged_in, place, shown_code, with_input};
use crate::place::{Place, Talk, get, param, told};

const LINE: &str = "login --profile dev --remote";
const QUESTION: &str = "Enter the authorization code displayed in your browser: ";

/// Types what `answer` makes of the address that is shown.
fn typing(place: &Place, answer: impl FnOnce(&str) -> String) -> sandbox::Said {
    let mut running = with_input(place, LINE);
    let address = running.address();
    let answer = answer(&address);
    running.wait_for_err(QUESTION);
    running.feed(&format!("{answer}\n")).feed_no_more();
    place.end(running)
}

#[test]
fn the_code_is_typed() {
    let place = place();
    let said = typing(&place, shown_code);
    let call = place.last("SigninToken");
    let authorize = place.last("SigninAuthorize");
    let address = said.out.lines().find(|line| line.contains("/authorize?")).unwrap().to_owned();
    assert_eq!(
        (said.code, said.out.as_str()),
        (
            0,
            &*format!(
                "Browser will not be automatically opened.\nPlease visit the following URL:\n\n{address}\n{}",
                done("dev", ME)
            )
        ),
        "{said:?}"
    );
    let confirmation = format!("{}/v1/sessions/confirmation", place.server.url());
    assert_eq!(param(&address, "redirect_uri"), confirmation);
    assert_eq!(param(&address, "client_id"), "arn:aws:signin:::devtools/cross-device");
    assert_eq!(authorize.params["code_challenge_method"], "SHA-256");
    assert_eq!((&call.params["redirectUri"], call.params["codeVerifier"].len()), (&confirmation, 64));
    assert_eq!(place.json(MINE)["clientId"], "arn:aws:signin:::devtools/cross-device");
    assert_eq!(place.home.read("config"), format!("{CONFIG}login_session = {ME}\n"));
    assert!(place.opened().is_empty());
    place.is_tidy();
    // It is renewed as that client.
    crate::logged_in::lives(&place, "dev");
    assert_eq!(place.last("SigninToken").params["clientId"], "arn:aws:signin:::devtools/cross-device");
}

#[test]
fn at_the_terminal() {
    let place = place();
    let mut talk = Talk::new(&place, LINE);
    let address = talk.address();
    talk.wait(QUESTION);
    let code = shown_code(&address);
    talk.type_keys(&format!("  {code} \r")).wait("Updated profile dev");
    let (ended, seen) = talk.end();
    assert_eq!(ended, 0, "{seen}");
    for secret in place.secrets() {
        assert!(!seen.contains(&secret), "{secret} is shown:\n{seen}");
    }
    is_alive(&place, MINE);
}

/// In any of the ways in which a text is mangled on its way.
#[test]
fn a_code_with_blanks() {
    for between in ["", " ", "\t "] {
        let place = place();
        let said = typing(&place, |address| {
            let code = shown_code(address);
            let (front, back) = code.split_at(20);
            format!("\t{front}{between}{back} \r")
        });
        assert_eq!(said.code, 0, "{said:?}");
    }
}

const FAILED: &str = "Error loading or redeeming a login authorization code: ";

#[test]
fn what_is_no_code_of_this_attempt() {
    let earlier = logged_in();
    let before = earlier.snapshot();
    let encode = |text: String| STANDARD.encode_to_string(text);
    let state = |address: &str| param(address, "state");
    let other = with_input(&earlier, LINE);
    let of_another = shown_code(&other.address());
    let count = earlier.server.count("SigninToken");
    let (no_code, half, other_state) = (
        "Failed to decode the verification code.",
        "Failed to retrieve an auth_code or state from the verification code",
        format!("{FAILED}State parameter does not match expected value."),
    );
    let check = |answer: &dyn Fn(&str) -> String, code: i32, sentence: &str, next: &str| {
        let said = typing(&earlier, answer);
        told(&said, code, sentence, next);
        assert!(!said.out.contains("Updated"), "{said:?}");
        assert_eq!(earlier.snapshot(), before, "{sentence}");
    };
    check(&|_| "@@@".into(), 255, no_code, "paste all");
    check(&|_| "what now?".into(), 255, no_code, "paste all");
    check(&|address| encode(format!("state={}", state(address))), 255, half, "paste all");
    check(&|_| encode("code=abc".into()), 255, half, "paste all");
    check(&|address| encode(format!("state={}&code=", state(address))), 255, half, "paste all");
    check(&|_| of_another.clone(), 255, &other_state, "open the new one");
    assert_eq!(earlier.server.count("SigninToken"), count, "what could be seen to be wrong was sent");
    // Its first half, which holds the state and a part of the code.
    let first_half = |address: &str| {
        let code = shown_code(address);
        code[..code.len() / 8 * 4].to_owned()
    };
    check(&first_half, 254, "CreateOAuth2Token", "");
    check(&|address| encode(format!("state={}&code=unknown", state(address))), 254, "CreateOAuth2Token", "");
    assert_eq!(earlier.server.count("SigninToken"), count + 2);
    other.signal(nix::sys::signal::Signal::SIGKILL);
    assert_eq!(earlier.end(other).code, 137);
}

#[test]
fn a_code_that_is_over_or_was_used() {
    let expired = format!(
        "{FAILED}Unable to complete the login process due to an expired authorization code. Please reauthenticate using \
         'aws login'."
    );
    let place = logged_in();
    let before = place.snapshot();
    place.console(|console| console.code_seconds = 0);
    told(&typing(&place, shown_code), 255, &expired, "as soon as the browser shows it");
    place.console(|console| console.code_seconds = 600);
    let said = typing(&place, |address| {
        let code = shown_code(address);
        place.console(|console| console.codes.values_mut().for_each(|code| code.used = true));
        code
    });
    told(&said, 255, &expired, "as soon as the browser shows it");
    assert_eq!(place.snapshot(), before);
    is_alive(&place, MINE);
}

#[test]
fn no_code_at_all() {
    let place = logged_in();
    let before = (place.snapshot(), place.server.count("SigninToken"));
    for input in ["", "\n", "  \n"] {
        let said = answering(&place, LINE, input);
        assert_eq!(said.code, 255, "{input:?}: {said:?}");
        assert!(said.err.contains("error: ") && said.err.contains("next: run it again"), "{said:?}");
    }
    told(&place.run(LINE), 255, &format!("{FAILED}Failed to retrieve an authorization code."), "run it again");
    let said = place.run(&format!("{LINE} --no-input"));
    assert!((said.code, said.out.as_str()) == (253, "") && said.err.contains("--no-input forbids to ask"), "{said:?}");
    assert_eq!((place.snapshot(), place.server.count("SigninToken")), before);
    place.is_tidy();
}

#[test]
fn a_refusal_on_the_other_machine() {
    let place = place();
    place.console(|console| console.approval = Approval::Deny);
    let mut running = with_input(&place, LINE);
    let confirmation = crate::place::callback(&running.address());
    assert!(get(&confirmation).body.contains("Request denied"));
    // There is no code to carry over.
    running.feed_no_more();
    assert_eq!(place.end(running).code, 255);
    assert_eq!(place.home.read("config"), CONFIG);
}

#[test]
fn an_answer_that_was_lost_costs_the_login() {
    let place = place();
    place.server.fault(Fault::once(FaultKind::ResetAfter).of("SigninToken"));
    // The code was used by what was lost.
    let said = typing(&place, shown_code);
    told(&said, 255, "", "run it again");
    assert_eq!(place.home.read("config"), CONFIG);
    assert_eq!(place.home.read(MINE), "");
    // And one that was never heard is sent again.
    place.server.fault(Fault::once(FaultKind::Reset).of("SigninToken"));
    assert_eq!(typing(&place, shown_code).code, 0);
    assert_eq!(keys(&place.run("process --profile dev"))["Version"], 1);
}
