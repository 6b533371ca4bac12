//! A place where somebody logged in with the console's sign-in, and what such a login leaves.

use std::process::Stdio;

use sandbox::Said;
use serde_json::Value;

use crate::place::{Place, Running, get, place_with, zulu};

/// Who is signed in to the console, until a test says otherwise.
pub const ME: &str = sandbox::standard::CONSOLE_SESSION;
pub const ROOT: &str = "arn:aws:iam::111122223333:root";
pub const FEDERATED: &str = "arn:aws:sts::444455556666:assumed-role/demo/ada@example.com";

// The first name is the spec's (caches.md).
pub const MINE: &str = "login/cache/6eeec053fe13079aaf7fd81065ec5ecbdb93674f20700e51842d0c769b240c8a.json";

pub const CONFIG: &str = "# kept\n[profile dev]\n# and this\nregion = eu-west-1\n";

/// The address comes after this.
pub const PROMPT: &str = "Attempting to open your default browser. If the browser does not open, open the following \
    URL.\nIf you are unable to open the URL on this device, run this command again with the '--remote' option.\n\n";

/// A place with a profile, and nobody logged in.
pub fn place() -> Place {
    place_with(CONFIG)
}

/// A place where somebody logged in for `dev`, in a browser.
pub fn logged_in() -> Place {
    let place = place();
    place.sign_in("login --profile dev");
    place
}

/// How often a refresh token was shown.
pub fn renewals(place: &Place) -> usize {
    place.server.count_signin_grant("refresh_token")
}

/// What is said in the end.
pub fn done(profile: &str, session: &str) -> String {
    let updated = format!("\nUpdated profile {profile} to use {session} credentials.\n");
    match profile {
        "default" => updated,
        _ => format!(
            "{updated}Use \"--profile {profile}\" to use the new credentials, such as \"aws sts get-caller-identity \
             --profile {profile}\"\n"
        ),
    }
}

/// Makes the credentials in `file` end in so many seconds.
pub fn age(place: &Place, file: &str, seconds: i64) {
    place.edit(file, |value| value["accessToken"]["expiresAt"] = zulu(seconds).into());
}

/// A login on another machine, whose code is typed into a pipe.
pub fn with_input(place: &Place, line: &str) -> Running {
    Running::start(line, place.keyfob(line).stdin(Stdio::piped()))
}

/// Runs it with `input` as standard input, while the person uses the browser.
pub fn answering(place: &Place, line: &str, input: &str) -> Said {
    let mut running = with_input(place, line);
    running.feed(input).feed_no_more();
    place.watch(running)
}

/// What the browser shows in the end, when it opens `address` for a login on another machine.
pub fn shown_code(address: &str) -> String {
    let confirmation = crate::place::callback(address);
    let page = get(&confirmation);
    assert_eq!(page.status, 200, "{page:?}");
    let (_, rest) = page.body.split_once("<code id=\"code\">").unwrap_or_else(|| panic!("{page:?}"));
    rest.split('<').next().unwrap().to_owned()
}

/// The refresh token in `file` is the one that the service would take, and its login goes on.
pub fn is_alive(place: &Place, file: &str) {
    let stored = place.json(file)["refreshToken"].as_str().unwrap().to_owned();
    let console = place.server.account().console;
    let login = console.logins.iter().find(|login| login.refresh_token == stored);
    assert!(login.is_some_and(|login| !login.ended), "{stored}: {:?}", console.logins);
}

/// The login outlived it: another renewal works.
pub fn lives(place: &Place, profile: &str) {
    place.server.clear_faults();
    is_alive(place, MINE);
    let before = place.server.count_signin_grant("refresh_token");
    age(place, MINE, -1);
    let said = place.run(&format!("process --profile {profile}"));
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
    assert_eq!(place.server.count_signin_grant("refresh_token"), before + 1);
    is_alive(place, MINE);
}

/// The keys in what `process` printed.
pub fn keys(said: &Said) -> Value {
    assert_eq!(said.code, 0, "{said:?}");
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"))
}
