//! `logout`: one or all, what goes and what stays.

use sandbox::server::{Fault, FaultKind};

use crate::logged_in::{FEDERATED, ME, MINE, ROOT, age, keys, logged_in, place};
use crate::place::{Place, told};

const REST: &str = "Note, any local developer tools that have already loaded the access token may continue to use it \
    until its expiration. Access tokens expire in 15 minutes.\n";
const REST_OF_ALL: &str = "Note, any local developer tools that have already loaded access tokens may continue to use \
    them until their expiration. Access tokens expire in 15 minutes.\n";
const NONE: &str = "No cached login session tokens found.\n";

/// Files of the folder that are no console logins.
const FOREIGN: [(&str, &str); 6] = [
    ("login/cache/notes.txt", "accessToken"),
    ("login/cache/cut.json", "{\"accessToken\": {\"accessKeyId\": \"cut o"),
    ("login/cache/text.json", "{\"accessToken\": \"accessKeyId\"}"),
    ("login/cache/deeper.json", "{\"theirs\": {\"accessToken\": {\"accessKeyId\": \"A\"}}}"),
    ("login/cache/list.json", "[{\"accessToken\": {\"accessKeyId\": \"A\"}}]"),
    ("login/cache/without.json", "{\"accessToken\": {}}"),
];

fn with_foreign_files() -> Place {
    let place = logged_in();
    for (name, text) in FOREIGN {
        place.home.write(name, text).unwrap();
    }
    place
}

fn foreign_stays(place: &Place) {
    for (name, text) in FOREIGN {
        assert_eq!(place.home.read(name), text, "{name}");
    }
}

#[test]
fn one() {
    let place = with_foreign_files();
    let config = place.home.read("config");
    let calls = place.actions().len();
    let said = place.run("logout --profile dev");
    assert_eq!(said.out, format!("Removed cached login credentials for profile 'dev'. {REST}"));
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(!place.home.aws(MINE).exists());
    foreign_stays(&place);
    // Nobody is told, and the profile stays.
    assert_eq!((place.home.read("config"), place.actions().len()), (config, calls));
    told(&place.run("process --profile dev"), 253, "Unable to load a existing login session", "keyfob login");
    // Again: there is nothing to do, and nothing wrong.
    assert_eq!(place.run("logout --profile dev"), said);
    place.sign_in("login --profile dev");
    keys(&place.run("process --profile dev"));
}

#[test]
fn profiles_without_a_login() {
    let place = place();
    for (line, profile) in [("logout --profile dev", "dev"), ("logout", "default"), ("logout --profile nope", "nope")] {
        let said = place.run(line);
        assert_eq!((said.code, said.out.as_str()), (0, ""), "{said:?}");
        assert!(said.err.contains(&format!("warning: no login session found for profile '{profile}'")), "{said:?}");
    }
    assert_eq!(place.files("login"), Vec::<String>::new());
}

#[test]
fn whoever_has_the_same_login_loses_it() {
    let place = logged_in();
    let config = place.home.read("config");
    place.home.write("config", format!("{config}[profile too]\nlogin_session = {ME}\nregion = eu-west-1\n")).unwrap();
    keys(&place.run("process --profile too"));
    assert_eq!(place.run("logout --profile dev").code, 0);
    told(&place.run("process --profile too"), 253, "Unable to load a existing login session", "--profile too");
}

#[test]
fn all() {
    let place = with_foreign_files();
    for (session, profile) in [(ROOT, "root"), (FEDERATED, "ada")] {
        place.console(|console| console.session = session.into());
        place.sign_in(&format!("login --region eu-west-1 --profile {profile}"));
    }
    let said = place.run("logout --all");
    assert_eq!(
        (said.code, said.out.as_str(), said.err.as_str()),
        (0, &*format!("Removed 3 cached login credentials. {REST_OF_ALL}"), "")
    );
    assert_eq!(place.files("login/cache").len(), FOREIGN.len());
    foreign_stays(&place);
    for profile in ["dev", "root", "ada"] {
        let said = place.run(&format!("process --profile {profile}"));
        told(&said, 253, "Unable to load a existing login session", &format!("--profile {profile}"));
    }
    assert_eq!(place.run("logout --all").out, NONE);
    place.sign_in("login --profile ada");
    assert_eq!(place.run("logout --all").out, format!("Removed 1 cached login credential. {REST_OF_ALL}"));
}

#[test]
fn all_of_none() {
    let place = place();
    let said = place.run("logout --all");
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, NONE, ""));
    assert_eq!(place.files("login"), Vec::<String>::new());
}

#[test]
fn while_it_is_renewed() {
    for line in ["logout --profile dev", "logout --all"] {
        let place = logged_in();
        age(&place, MINE, -1);
        place.server.fault(Fault::always(FaultKind::Delay { millis: 1500 }).of("SigninToken"));
        let asking = place.start("process --profile dev");
        place.wait_for_call("SigninToken", 2);
        // What is stored in the end goes too.
        let left = place.run(line);
        assert_eq!(left.code, 0, "{left:?}");
        keys(&place.end(asking));
        assert_eq!(place.home.read(MINE), "", "{line}");
        place.is_tidy();
    }
}
