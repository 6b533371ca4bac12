//! `sso logout`: all sessions or one, what goes and what stays.

use sandbox::server::{Fault, FaultKind};
use serde_json::json;

use crate::place::{
    CONFIG, LEGACY_REGISTRATION, LEGACY_TOKEN, OTHER_START_URL, Place, REGISTRATION, TOKEN, place, place_with,
    static_keys, told,
};

/// Everything there can be in the caches.
fn full() -> Place {
    let config = format!(
        "[sso-session other]\nsso_start_url = {OTHER_START_URL}\nsso_region = eu-west-1\n\
         [profile other]\nsso_session = other\nsso_account_id = 444455556666\nsso_role_name = Billing\n\
         [profile keys-demo]\nrole_arn = arn:aws:iam::111122223333:role/demo\nsource_profile = base\nregion = eu-west-1\n{CONFIG}"
    );
    let place = place_with(&config);
    place.home.write("credentials", format!("[base]\n{}", static_keys())).unwrap();
    place.sign_in("sso login --all");
    place.sign_in("sso login --profile legacy");
    for profile in ["dev", "read", "other", "legacy", "keys-demo"] {
        let said = place.run(&format!("process --profile {profile}"));
        assert_eq!(said.code, 0, "{}", said.err);
    }
    for (name, text) in FOREIGN {
        place.home.write(name, text).unwrap();
    }
    place
}

/// Files that are none of AWS's, or cannot be read.
const FOREIGN: [(&str, &str); 6] = [
    ("sso/cache/notes.txt", "accessToken"),
    ("sso/cache/0000000000000000000000000000000000000000.json", "{\"accessToken\": \"cut o"),
    ("sso/cache/aws-toolkit.json", "{\"theirs\": {\"accessToken\": \"deeper\"}}"),
    ("sso/cache/list.json", "[{\"accessToken\": \"a\"}]"),
    ("cli/cache/broken.json", "{\"ProviderType\": \"sso"),
    ("cli/cache/session.db", "\0\u{1}"),
];

fn sso_entries(place: &Place) -> usize {
    let names = place.files("cli/cache");
    let texts = names.iter().map(|name| place.home.read(&format!("cli/cache/{name}")));
    texts.filter(|text| text.starts_with("{\"ProviderType\": \"sso\"")).count()
}

fn foreign_stays(place: &Place) {
    for (name, text) in FOREIGN {
        assert_eq!(place.home.read(name), text, "{name}");
    }
}

#[test]
fn all_of_them() {
    let place = full();
    let tokens: Vec<_> =
        place.server.account().identity_center.sign_ins.into_iter().map(|one| one.access_tokens).collect();
    assert_eq!((tokens.len(), sso_entries(&place)), (3, 4));
    // A token of another tool, which the AWS CLI ends too. Without a region nobody can be told.
    place
        .home
        .write(
            "sso/cache/of-an-ide.json",
            json!({"accessToken": "theirs", "expiresAt": "2020-01-01T00:00:00Z"}).to_string(),
        )
        .unwrap();
    let said = place.run("sso logout");
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, "", ""));
    assert_eq!(place.server.count("Logout"), 3);
    let told: Vec<_> = place.server.calls().into_iter().filter(|call| call.action == "Logout").collect();
    for tokens in tokens {
        let (token, _) = tokens.into_iter().next().unwrap();
        assert!(told.iter().any(|call| call.headers["x-amz-sso_bearer_token"] == token));
    }
    assert!(told.iter().all(|call| call.method == "POST" && !call.headers.contains_key("authorization")));
    assert!(place.server.account().identity_center.sign_ins.iter().all(|one| one.ended));
    for name in [TOKEN, LEGACY_TOKEN, "sso/cache/of-an-ide.json"] {
        assert!(!place.home.aws(name).exists(), "{name}");
    }
    for name in [REGISTRATION, LEGACY_REGISTRATION] {
        assert!(place.json(name)["clientId"].is_string(), "{name}");
    }
    // Three registrations and the foreign; a role's entry, and the foreign.
    assert_eq!((place.files("sso/cache").len(), place.files("cli/cache").len(), sso_entries(&place)), (7, 3, 0));
    foreign_stays(&place);
    assert_eq!(place.run("process --profile keys-demo").code, 0);
    let said = place.run("process --profile dev");
    told_to_sign_in(&said);
    // And again: there is nothing to do.
    let said = place.run("sso logout");
    assert_eq!((said.code, said.out.as_str(), place.server.count("Logout")), (0, "", 3));
}

fn told_to_sign_in(said: &sandbox::Said) {
    told(said, 253, "Error loading SSO Token: Token for corp does not exist", "keyfob sso login --profile dev");
}

#[test]
fn nothing_there_is_nothing_wrong() {
    let place = place();
    let said = place.run("sso logout");
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, "", ""));
    assert_eq!((place.files("sso"), place.files("cli")), (vec![], vec![]));
}

#[test]
fn what_the_service_says_is_no_matter_but_silence_is() {
    let place = full();
    let refused = FaultKind::error(401, "UnauthorizedException", "over");
    place.server.fault(Fault::once(refused).of("Logout"));
    place.server.fault(Fault::always(FaultKind::Reset).of("Logout"));
    let before = place.files("sso/cache").len();
    let said = place.run("sso logout");
    told(&said, 255, "Logout", "");
    // The refused one is gone, the one after it stays, and so can be ended another time.
    assert_eq!(place.files("sso/cache").len(), before - 1);
    place.server.clear_faults();
    assert_eq!(place.run("sso logout").code, 0);
    assert_eq!((place.files("sso/cache").len(), sso_entries(&place)), (before - 3, 0));
    foreign_stays(&place);
    place_has_no_locks(&place);
}

fn place_has_no_locks(place: &Place) {
    for name in place.files("sso/cache").into_iter().chain(place.files("cli/cache")) {
        assert!(!name.contains(".keyfob-"), "{name} is left");
    }
}

#[test]
fn one_session() {
    let place = full();
    let said = place.run("sso logout --sso-session corp");
    assert_eq!((said.code, said.out.as_str()), (0, ""), "{}", said.err);
    assert_eq!((place.server.count("Logout"), sso_entries(&place)), (1, 2));
    assert!(!place.home.aws(TOKEN).exists() && place.home.aws(LEGACY_TOKEN).exists());
    foreign_stays(&place);
    told_to_sign_in(&place.run("process --profile dev"));
    for profile in ["other", "legacy", "keys-demo"] {
        let said = place.run(&format!("process --profile {profile}"));
        assert_eq!(said.code, 0, "{profile}: {}", said.err);
    }
    let before = place.snapshot();
    let said = place.run("sso logout --sso-session crop");
    told(&said, 253, "The specified sso-session does not exist: \"crop\"", "");
    assert_eq!(place.snapshot(), before);
    place_has_no_locks(&place);
}
