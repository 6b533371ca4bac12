//! Who somebody is after a login, and what is told of it: `whoami`, `status`, `explain`, `configure list`.

use sandbox::Said;
use serde_json::{Value, json};

use crate::logged_in::{FEDERATED, ME, MINE, ROOT, age, logged_in, place};
use crate::place::{Place, place_with};

fn json_of(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"))
}

fn ends(place: &Place, file: &str) -> String {
    place.json(file)["accessToken"]["expiresAt"].as_str().unwrap().to_owned()
}

/// The one file of the cache.
fn only_file(place: &Place) -> String {
    let names = place.files("login/cache");
    assert_eq!(names.len(), 1, "{names:?}");
    format!("login/cache/{}", names[0])
}

#[test]
fn who_it_is() {
    for (session, kind, name, account, user_id) in [
        (ROOT, "root user", "of account 111122223333", "111122223333", "111122223333"),
        (ME, "IAM user", "me", "111122223333", "AIDAMEXXXXXXXXXXXXXXX"),
        (
            FEDERATED,
            "federated identity",
            "demo, session ada@example.com",
            "444455556666",
            "AROADEMOXXXXXXXXXXXXX:ada@example.com",
        ),
    ] {
        let place = place();
        place.console(|console| console.session = session.into());
        place.sign_in("login --profile dev");
        let said = place.run("whoami --profile dev");
        let until = ends(&place, &only_file(&place));
        let alias = place.server.account().iam.aliases[0].clone();
        assert_eq!(
            (said.code, said.out.as_str(), said.err.as_str()),
            (
                0,
                &*format!(
                    "{kind} {name}\n  account  {account} ({alias})\n  arn      {session}\n  user id  {user_id}\n  by       \
                     login, profile dev\n  until    {until}\n"
                ),
                ""
            )
        );
        let said = place.run("whoami --profile dev --output json");
        assert_eq!(
            json_of(&said),
            json!({
                "Type": kind, "Name": name, "Account": account, "AccountAlias": alias, "Arn": session,
                "UserId": user_id, "Profile": "dev", "Method": "login", "Expiration": until,
            })
        );
    }
}

#[test]
fn an_account_without_an_alias() {
    let place = logged_in();
    place.server.update(|account| account.iam.aliases.clear());
    let said = place.run("whoami --profile dev");
    assert!(said.out.contains("  account  111122223333\n"), "{}", said.out);
    assert_eq!(json_of(&place.run("whoami --profile dev --output json"))["AccountAlias"], Value::Null);
    // Whoever may not ask, or gets no answer, is not told that.
    place.server.update(|account| account.iam.aliases = vec!["sandbox".into()]);
    let refused = sandbox::server::FaultKind::error(403, "AccessDenied", "no");
    for kind in [refused, sandbox::server::FaultKind::Reset] {
        place.server.fault(sandbox::server::Fault::once(kind).of("ListAccountAliases"));
        let said = place.run("whoami --profile dev");
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
        assert!(said.out.contains("  account  111122223333\n"), "{}", said.out);
    }
}

#[test]
fn a_builder_id() {
    const URL: &str = "https://view.awsapps.com/start";
    let place = place_with(&format!(
        "[sso-session id]\nsso_start_url = {URL}\nsso_region = us-east-1\n[profile id]\nsso_session = id\n"
    ));
    place.center(|center| center.start_urls.push(URL.into()));
    let said = place.run("whoami --profile id");
    assert_eq!((said.code, said.out.as_str()), (253, ""), "{said:?}");
    assert!(said.err.contains("keyfob sso login"), "{}", said.err);
    place.sign_in("sso login --profile id");
    let said = place.run("whoami --profile id");
    let start = "Builder ID of sso-session id\n  account  none: a Builder ID is of no account\n  by       sso, profile \
                 id\n  until    2";
    assert!(said.code == 0 && said.out.starts_with(start), "{said:?}");
    let told = json_of(&place.run("whoami --profile id --output json"));
    assert_eq!((&told["Type"], &told["Account"]), (&json!("Builder ID"), &Value::Null));
}

/// The words of the row of `name`.
fn row(said: &Said, name: &str) -> String {
    let row = said.out.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("{name}: {said:?}"));
    row.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn how_it_stands() {
    let place = logged_in();
    let config = place.home.read("config");
    let more = format!("[profile too]\nlogin_session = {ME}\n[profile other]\nlogin_session = {ROOT}\n");
    place.home.write("config", format!("{config}{more}")).unwrap();
    // Another tool's login, of which the config knows nothing.
    place.console(|console| console.session = FEDERATED.into());
    place.sign_in("login --profile gone --region eu-west-1");
    place.home.write("config", format!("{config}{more}")).unwrap();
    let calls = place.actions().len();
    let before = place.snapshot();

    let said = place.run("status --profile dev");
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
    let mine = row(&said, ME);
    assert!(mine.starts_with(&format!("login {ME} valid 2")) && mine.ends_with(" min) dev, too"), "{mine}");
    assert_eq!(row(&said, ROOT), format!("login {ROOT} not signed in other"));
    let foreign = row(&said, FEDERATED);
    assert!(foreign.starts_with(&format!("login {FEDERATED} valid ")), "{foreign}");
    assert!(foreign.ends_with("not in the config"), "{foreign}");
    assert!(said.out.ends_with("\nprofile dev: ready (login)\n"), "{}", said.out);

    let said = place.run("status --profile other");
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.ends_with("\nprofile other needs a sign-in: run keyfob login --profile other\n"), "{}", said.out);
    let told = json_of(&place.run("status --profile other --json"));
    assert_eq!(told["Profile"], json!({"Name": "other", "Ready": false, "SignIn": "keyfob login --profile other"}));
    let session = told["Sessions"].as_array().unwrap().iter().find(|session| session["Name"] == ME).unwrap();
    assert_eq!(
        *session,
        json!({
            "Kind": "login", "Name": ME, "StartUrl": null, "Region": "eu-west-1", "InConfig": true,
            "State": "valid", "ExpiresAt": ends(&place, MINE), "Profiles": ["dev", "too"],
        })
    );

    assert_eq!(place.snapshot(), before);
    for seconds in [200, -100] {
        age(&place, MINE, seconds);
        let said = place.run("status --profile dev");
        assert_eq!(said.code, 0, "{said:?}");
        assert!(row(&said, ME).starts_with(&format!("login {ME} refreshable ")), "{said:?}");
    }
    assert_eq!(place.actions().len(), calls);
}

#[test]
fn a_role_that_starts_from_a_login() {
    let place = logged_in();
    let config = place.home.read("config");
    let chained = "[profile chained]\nrole_arn = arn:aws:iam::111122223333:role/demo\nsource_profile = dev\n";
    place.home.write("config", format!("{config}{chained}region = eu-west-1\n")).unwrap();
    let said = place.run("whoami --profile chained");
    assert!(said.code == 0 && said.out.starts_with("assumed role demo"), "{said:?}");
    place.run("logout --all");
    std::fs::remove_dir_all(place.home.aws("cli")).unwrap();
    let said = place.run("status --profile chained");
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.ends_with("profile chained needs a sign-in: run keyfob login --profile dev\n"), "{}", said.out);
    let said = place.run("process --profile chained");
    crate::place::told(&said, 253, "Unable to load a existing login session", "keyfob login --profile dev");
}

#[test]
fn where_it_comes_from() {
    let place = logged_in();
    let calls = place.actions().len();
    let file = place.home.aws(MINE).display().to_string();
    for (seconds, state) in [(600, "valid until "), (200, "to be renewed)"), (-1, "ended at ")] {
        age(&place, MINE, seconds);
        let said = place.run("explain --profile dev");
        assert_eq!(said.code, 0, "{said:?}");
        for part in ["console login (login)", ME, "eu-west-1", &file, state] {
            assert!(said.out.contains(part), "no {part:?} in\n{}", said.out);
        }
    }
    place.run("logout --profile dev");
    let said = place.run("explain --profile dev");
    assert!(said.out.contains(&format!("{file} (not logged in)")), "{}", said.out);
    assert_eq!(place.actions().len(), calls);
}

#[test]
fn as_the_aws_cli_lists_it() {
    let place = logged_in();
    let said = place.run("configure list --profile dev");
    assert_eq!(said.code, 0, "{said:?}");
    let key = place.json(MINE)["accessToken"]["accessKeyId"].as_str().unwrap().to_owned();
    let rows: Vec<_> = said.out.lines().filter(|line| line.contains("****************")).collect();
    assert!(rows.len() == 2 && rows.iter().all(|row| row.contains("login")), "{}", said.out);
    assert!(said.out.contains(&key[key.len() - 4..]) && !said.out.contains(&key), "{}", said.out);
}
