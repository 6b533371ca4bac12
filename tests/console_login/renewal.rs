//! Credentials that end: renewed once however many ask, and by the file that other tools write.

use std::time::Duration;

use nix::sys::signal::Signal;
use sandbox::Said;
use sandbox::server::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::logged_in::{CONFIG, ME, MINE, age, is_alive, keys, lives, logged_in, renewals};
use crate::place::{Place, Running, told};

/// All of them were given the same credentials.
fn all_served(said: &[Said]) {
    let failed: Vec<_> = said.iter().filter(|one| one.code != 0).collect();
    assert!(failed.is_empty(), "{} of {} failed: {:?}", failed.len(), said.len(), failed[0]);
    assert!(said[0].out.contains("\"AccessKeyId\":\"ASIA"), "{:?}", said[0]);
    assert!(said.iter().all(|one| one.out == said[0].out));
}

/// The service takes its time: it acts at once, and its answer is late.
fn slow(place: &Place, millis: u64) {
    place.server.fault(Fault::always(FaultKind::Delay { millis }).of("SigninToken"));
}

#[test]
fn fifty_make_one_renewal() {
    for seconds in [-1, 200] {
        let place = logged_in();
        age(&place, MINE, seconds);
        slow(&place, 5000);
        let said = place.herd(&[("dev", 50)]);
        all_served(&said);
        assert_eq!(renewals(&place), 1);
        lives(&place, "dev");
    }
}

#[test]
fn two_profiles_of_one_login_make_one_renewal() {
    let place = logged_in();
    let config = place.home.read("config");
    place.home.write("config", format!("{config}[profile too]\nlogin_session = {ME}\nregion = eu-west-1\n")).unwrap();
    age(&place, MINE, -1);
    slow(&place, 3000);
    all_served(&place.herd(&[("dev", 25), ("too", 25)]));
    assert_eq!(renewals(&place), 1);
    lives(&place, "too");
}

#[test]
fn when_the_first_call_fails_it_is_made_again() {
    let error = FaultKind::error(500, "server_error", "not now");
    for kind in [error, FaultKind::Reset] {
        let place = logged_in();
        age(&place, MINE, -1);
        place.server.fault(Fault::once(kind.clone()).of("SigninToken"));
        slow(&place, 1000);
        all_served(&place.herd(&[("dev", 50)]));
        assert_eq!(renewals(&place), 2, "{kind:?}");
        lives(&place, "dev");
    }
}

#[test]
fn killed_processes_stand_in_nobodys_way() {
    let place = logged_in();
    age(&place, MINE, -1);
    // The service never acts for the one that asks first, so that no answer is lost with it.
    place.server.fault(Fault::once(FaultKind::Hang).of("SigninToken"));
    let mut herd = vec![place.start("process --profile dev")];
    place.wait_for_call("SigninToken", 2);
    herd.extend((1..30).map(|_| place.start("process --profile dev")));
    // Those that wait or have not come that far, and in the end the one that they wait for.
    for one in herd.iter().step_by(4).rev() {
        std::thread::sleep(Duration::from_millis(15));
        one.signal(Signal::SIGKILL);
    }
    let said: Vec<_> = herd.into_iter().map(|one| place.end(one)).collect();
    let (killed, lived): (Vec<_>, Vec<_>) = said.into_iter().partition(|one| one.code == 137);
    assert!(killed.len() == 8 && killed.iter().all(|one| one.out.is_empty()), "{killed:?}");
    all_served(&lived);
    assert_eq!(renewals(&place), 2);
    lives(&place, "dev");
    place.is_tidy();
}

#[test]
fn while_they_are_good_a_refused_renewal_costs_nothing() {
    let place = logged_in();
    age(&place, MINE, 240);
    let before = place.home.read(MINE);
    let refused = FaultKind::error(400, "INVALID_REQUEST", "not now");
    // All of them are there before it is known.
    place.server.fault(Fault::always(refused).of("SigninToken").late(5000));
    let said = place.herd(&[("dev", 25)]);
    all_served(&said);
    assert_eq!(renewals(&place), 1);
    let warned: Vec<_> =
        said.iter().filter(|one| one.err.contains("warning: using credentials that end at ")).collect();
    assert_eq!(warned.len(), renewals(&place), "{warned:?}");
    assert_eq!(place.home.read(MINE), before);
    lives(&place, "dev");
}

#[test]
fn the_window_is_five_minutes() {
    for (seconds, renewed) in [(320, 0), (290, 1)] {
        let place = logged_in();
        age(&place, MINE, seconds);
        keys(&place.run("process --profile dev"));
        assert_eq!(renewals(&place), renewed, "{seconds}");
    }
}

#[test]
fn a_renewal_changes_what_it_must() {
    let place = logged_in();
    place.edit(MINE, |value| value["theirs"] = json!({"a": [1, "ü"]}));
    age(&place, MINE, -1);
    let before = place.json(MINE);
    let shown = keys(&place.run("process --profile dev"));
    let after = place.json(MINE);
    for key in ["tokenType", "clientId", "idToken", "dpopKey", "theirs"] {
        assert_eq!(before[key], after[key], "{key}");
    }
    assert_eq!(before["accessToken"]["accountId"], after["accessToken"]["accountId"]);
    for key in ["accessKeyId", "secretAccessKey", "sessionToken", "expiresAt"] {
        assert_ne!(before["accessToken"][key], after["accessToken"][key], "{key}");
    }
    assert_ne!(before["refreshToken"], after["refreshToken"]);
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&after), ["accessToken", "tokenType", "clientId", "refreshToken", "idToken", "dpopKey", "theirs"]);
    assert_eq!(shown["AccessKeyId"], after["accessToken"]["accessKeyId"]);
    is_alive(&place, MINE);
    place.is_tidy();
    let call = place.last("SigninToken");
    let names: Vec<_> = call.params.keys().map(String::as_str).collect();
    assert_eq!(names, ["clientId", "grantType", "refreshToken"]);
    assert!(!call.headers.contains_key("authorization"));
}

/// The orders of the AWS CLI and of the SDK for Rust, and the least that either reads.
#[test]
fn files_of_other_tools() {
    let orders: [&[&str]; 3] = [
        &["accessToken", "tokenType", "clientId", "refreshToken", "idToken", "dpopKey"],
        &["accessToken", "tokenType", "refreshToken", "idToken", "clientId", "dpopKey"],
        &["dpopKey", "clientId", "refreshToken", "accessToken"],
    ];
    for order in orders {
        for seconds in [600, -1] {
            let place = logged_in();
            age(&place, MINE, seconds);
            place.edit(MINE, |value| {
                *value = Value::Object(order.iter().map(|key| ((*key).to_owned(), value[*key].clone())).collect());
            });
            let shown = keys(&place.run("process --profile dev"));
            assert_eq!(shown["AccessKeyId"], place.json(MINE)["accessToken"]["accessKeyId"]);
            assert_eq!(renewals(&place), usize::from(seconds < 0));
            is_alive(&place, MINE);
        }
    }
    // As serde writes it, without blanks.
    let place = logged_in();
    let text = place.json(MINE).to_string();
    place.home.write(MINE, &text).unwrap();
    keys(&place.run("process --profile dev"));
    assert_eq!(place.home.read(MINE), text);
}

/// Wherever the command goes: a token that names its region is renewed there.
#[test]
fn the_region_of_the_token() {
    let place = logged_in();
    place.edit(MINE, |value| value["signInRegion"] = "ap-south-1".into());
    age(&place, MINE, -1);
    keys(&place.run("process --profile dev --region us-east-1"));
    assert_eq!(place.json(MINE)["signInRegion"], "ap-south-1");
    is_alive(&place, MINE);
    // Without an endpoint of the sandbox: nobody is there, and it is said where it was asked.
    age(&place, MINE, -1);
    let mut command = place.keyfob("process --profile dev --region us-east-1");
    command.env_remove("AWS_ENDPOINT_URL").env("HTTPS_PROXY", "http://127.0.0.1:9");
    command.env("AWS_MAX_ATTEMPTS", "1");
    let said = place.end(Running::start("process", &mut command));
    told(&said, 255, "from AWS Sign-In in ap-south-1", "check the network");
    is_alive(&place, MINE);
}

#[test]
fn the_region_of_the_profile_comes_before_the_commands() {
    let place = logged_in();
    age(&place, MINE, -1);
    for line in ["process --profile dev --region us-east-1", "process --profile dev"] {
        let mut command = place.keyfob(line);
        command.env_remove("AWS_ENDPOINT_URL").env("HTTPS_PROXY", "http://127.0.0.1:9");
        command.env("AWS_MAX_ATTEMPTS", "1").env("AWS_REGION", "us-west-2");
        let said = place.end(Running::start(line, &mut command));
        told(&said, 255, "from AWS Sign-In in eu-west-1", "check the network");
    }
    // Without any region nobody knows where to ask.
    place.home.write("config", format!("[profile dev]\nlogin_session = {ME}\n")).unwrap();
    let mut command = place.keyfob("process --profile dev");
    let said = place.end(Running::start("process", command.env_remove("AWS_ENDPOINT_URL")));
    told(&said, 253, "You must specify a region.", "keyfob configure set region REGION --profile dev");
    is_alive(&place, MINE);
}

#[test]
fn another_folder() {
    let place = crate::logged_in::place();
    let elsewhere = place.home.path().join("elsewhere/cache");
    for written in [elsewhere.to_str().unwrap(), "~/elsewhere/cache", "$HOME/elsewhere/cache"] {
        let with = |line: &str| {
            let mut command = place.keyfob(line);
            command.env("AWS_LOGIN_CACHE_DIRECTORY", written);
            Running::start(line, &mut command)
        };
        assert_eq!(place.watch(with("login --profile dev")).code, 0, "{written}");
        let file = elsewhere.join(&MINE["login/cache/".len()..]);
        assert!(file.is_file() && place.files("login").is_empty(), "{written}");
        keys(&place.end(with("process --profile dev")));
        assert_eq!(place.end(with("status --profile dev")).code, 0);
        told(&place.run("process --profile dev"), 253, "Unable to load a existing login session", "keyfob login");
        let said = place.end(with("logout --profile dev"));
        assert!(said.code == 0 && !file.exists(), "{said:?}");
    }
    assert!(place.home.read("config").starts_with(CONFIG));
}

#[test]
fn every_command_renews() {
    let place = logged_in();
    for (at, line) in [
        "process --profile dev",
        "env --profile dev --shell bash",
        "exec --profile dev -- true",
        "configure export-credentials --profile dev",
        "sts get-caller-identity --profile dev",
        "whoami --profile dev",
        "configure list --profile dev",
        "console --profile dev --print",
    ]
    .into_iter()
    .enumerate()
    {
        age(&place, MINE, -1);
        let said = place.run(line);
        assert_eq!((said.code, renewals(&place)), (0, at + 1), "{line}: {said:?}");
        is_alive(&place, MINE);
    }
    // These look and do not touch.
    age(&place, MINE, -1);
    for line in ["status --profile dev", "explain --profile dev"] {
        let said = place.run(line);
        assert_eq!((said.code, renewals(&place)), (0, 8), "{line}: {said:?}");
    }
}
