//! The profile that a login is for: new, named with blanks, in other hands, of another kind; and its region.

use sandbox::ACCESS_KEY_ID;

use crate::logged_in::{CONFIG, FEDERATED, ME, MINE, ROOT, age, answering, done, keys, logged_in, place, with_input};
use crate::place::{Place, Running, Talk, browse, place_with, static_keys, told};

#[test]
fn profiles_that_are_new() {
    for (config, line, profile, expected) in [
        ("", "login --region eu-west-1", "default", format!("[default]\nlogin_session = {ME}\nregion = eu-west-1\n")),
        (
            "[default]\noutput = json\n",
            "login --region eu-west-1",
            "default",
            format!("[default]\noutput = json\nlogin_session = {ME}\nregion = eu-west-1\n"),
        ),
        (
            "# kept\n[profile dev]\nregion = eu-west-1\n",
            "login --region us-east-1 --profile new",
            "new",
            format!(
                "# kept\n[profile dev]\nregion = eu-west-1\n[profile new]\nlogin_session = {ME}\nregion = us-east-1\n"
            ),
        ),
    ] {
        let place = place_with(config);
        let said = place.sign_in(line);
        assert!(said.out.ends_with(&done(profile, ME)), "{}", said.out);
        assert_eq!((place.home.read("config"), said.err.as_str()), (expected, ""), "{line}");
        keys(&place.run(&format!("process --profile {profile}")));
    }
}

#[test]
fn names_with_blanks_are_quoted() {
    let place = place();
    let words = ["login", "--profile", "my dev", "--region", "eu-west-1"];
    let said = place.watch(Running::start("login", &mut place.keyfob_with(words)));
    assert!(said.code == 0 && said.out.ends_with(&done("my dev", ME)), "{said:?}");
    let expected = format!("{CONFIG}[profile 'my dev']\nlogin_session = {ME}\nregion = eu-west-1\n");
    assert_eq!(place.home.read("config"), expected);
    let said = place.end(Running::start("process", &mut place.keyfob_with(["process", "--profile", "my dev"])));
    keys(&said);
}

#[test]
fn names_that_no_file_can_hold() {
    let place = place();
    for name in ["", "a\nb"] {
        let words = ["login", "--profile", name, "--region", "eu-west-1"];
        let said = place.end(Running::start("login", &mut place.keyfob_with(words)));
        // Nobody is asked in vain.
        told(&said, 255, "cannot be the name of a profile", "choose another name");
        assert_eq!((said.out.as_str(), place.home.read("config").as_str()), ("", CONFIG), "{name:?}");
    }
    assert_eq!((place.actions(), place.files("login")), (vec![], vec![]));
}

#[test]
fn profiles_with_other_credentials() {
    let others = [
        ("web_identity_token_file = /t\nrole_arn = arn:aws:iam::111122223333:role/web\n", "Web Identity"),
        ("sso_role_name = Admin\n", "SSO"),
        ("sso_session = corp\nsso_account_id = 111122223333\n", "SSO"),
        (&*static_keys(), "Access Key"),
        ("role_arn = arn:aws:iam::111122223333:role/demo\nsource_profile = base\n", "Assume Role"),
        ("credential_process = true\n", "Credential Process"),
    ]
    .map(|(text, label)| (text.to_owned(), label));
    for (text, label) in others {
        let config = format!("[profile dev]\n{text}region = eu-west-1\n");
        let place = place_with(&config);
        let said = place.run("login --profile dev");
        let sentence = format!("Profile 'dev' is already configured with {label} credentials.");
        told(&said, 253, &sentence, "keyfob login --profile NEW-NAME");
        assert!(said.err.contains("keyfob configure unset "), "{}", said.err);
        assert_eq!((said.out.as_str(), place.home.read("config"), place.actions()), ("", config, vec![]));
    }
    // Keys in the other file are credentials too.
    let place = place();
    place.home.write("credentials", format!("[dev]\n{}", static_keys())).unwrap();
    told(&place.run("login --profile dev"), 253, "is already configured with Access Key credentials.", "NEW-NAME");
    // A session's name alone is none.
    let place = place_with("[profile dev]\nsso_session = corp\nregion = eu-west-1\n");
    place.sign_in("login --profile dev");
}

#[test]
fn keys_in_the_environment_come_first() {
    let place = place();
    for (line, when) in [("login --region eu-west-1", ""), ("login --profile dev", "in commands without --profile, ")] {
        let mut command = place.keyfob(line);
        command.env("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID).env("AWS_SECRET_ACCESS_KEY", "hunter2");
        let said = place.watch(Running::start(line, &mut command));
        let warning =
            format!("{when}an access key in the environment comes before this login: unset AWS_ACCESS_KEY_ID");
        assert!(said.code == 0 && said.err.contains(&warning) && !said.err.contains("hunter2"), "{said:?}");
    }
}

/// A place where `dev` is in another's hands, and the root user is signed in to the console.
fn of_another() -> Place {
    let place = logged_in();
    place.console(|console| console.session = ROOT.into());
    place
}

const QUESTION: &str = "Profile dev is already configured to use session arn:aws:iam::111122223333:user/me. Do you \
    want to overwrite it to use arn:aws:iam::111122223333:root instead? (y/n): ";

#[test]
fn another_identity_takes_over_if_it_may() {
    for (line, input) in [
        ("login --profile dev", "y\n"),
        ("login --profile dev", "YES\n"),
        ("login --profile dev", "maybe\nwhat\ny\n"),
        ("login --profile dev --yes", ""),
        ("login --profile dev --yes --no-input", ""),
    ] {
        let place = of_another();
        let said = answering(&place, line, input);
        assert!(said.code == 0 && said.out.ends_with(&done("dev", ROOT)), "{line} {input:?}: {said:?}");
        assert_eq!(place.home.read("config"), format!("{CONFIG}login_session = {ROOT}\n"));
        let wrong = said.err.matches("Invalid response. Please enter \"y\" or \"n\"").count();
        let asked = said.err.matches(QUESTION).count();
        let expected = match input {
            "maybe\nwhat\ny\n" => (3, 2),
            "" => (0, 0),
            _ => (1, 0),
        };
        assert_eq!((asked, wrong), expected, "{}", said.err);
        // The other session is still whoever else's.
        assert_eq!(place.files("login/cache").len(), 2);
        crate::logged_in::is_alive(&place, MINE);
        place.is_tidy();
    }
}

#[test]
fn another_identity_may_not() {
    for (line, input, code) in [
        ("login --profile dev", "n\n", 0),
        ("login --profile dev", "what\nNo\n", 0),
        ("login --profile dev", "", 253),
        ("login --profile dev", "what\n", 253),
        ("login --profile dev --no-input", "y\n", 253),
    ] {
        let place = of_another();
        let before = place.snapshot();
        let said = answering(&place, line, input);
        assert_eq!(said.code, code, "{line} {input:?}: {said:?}");
        assert!(!said.out.contains("Updated"), "{said:?}");
        if code == 253 {
            assert!(said.err.contains("--yes"), "{}", said.err);
        }
        // What was issued is thrown away.
        assert_eq!(place.snapshot(), before, "{line} {input:?}");
        place.is_tidy();
    }
}

#[test]
fn asked_at_the_terminal() {
    let place = of_another();
    let mut talk = Talk::new(&place, "login --profile dev");
    browse(&talk.address());
    talk.wait(QUESTION).type_keys("x\r").wait("Invalid response.").wait(QUESTION).type_keys("Y\r");
    let (ended, seen) = talk.end();
    assert_eq!(ended, 0, "{seen}");
    assert!(seen.contains("Updated profile dev to use arn:aws:iam::111122223333:root credentials."), "{seen}");
}

#[test]
fn interrupted_at_the_question() {
    let place = of_another();
    let before = place.snapshot();
    let mut talk = Talk::new(&place, "login --profile dev");
    browse(&talk.address());
    talk.wait(QUESTION).type_keys("\x03");
    let (ended, seen) = talk.end();
    assert_eq!((ended, place.snapshot()), (130, before), "{seen}");
    place.is_tidy();
}

#[test]
fn if_needed() {
    let place = logged_in();
    // Good: nobody is asked, and nothing is called.
    let (before, calls) = (place.snapshot(), place.actions().len());
    let said = place.run("login --profile dev --if-needed");
    assert_eq!((said.code, said.out.as_str()), (0, ""), "{said:?}");
    assert!(said.err.starts_with(&format!("Logged in as {ME} already; these credentials end at 2")), "{}", said.err);
    assert_eq!((place.snapshot(), place.actions().len()), (before, calls));
    assert_eq!(place.run("login --profile dev --if-needed --quiet").err, "");
    // To be renewed: in silence.
    for seconds in [200, -5] {
        age(&place, MINE, seconds);
        let said = place.run("login --profile dev --if-needed");
        assert_eq!((said.code, place.opened().len()), (0, 1), "{said:?}");
        crate::logged_in::is_alive(&place, MINE);
    }
    assert_eq!(place.server.count_signin_grant("refresh_token"), 2);
    // Over, or none: somebody is asked.
    let mut pages = 1;
    let broken: [&dyn Fn(); 4] = [
        &|| {
            age(&place, MINE, -1);
            place.console(|console| console.logins.iter_mut().for_each(|login| login.ended = true));
        },
        &|| place.home.write(MINE, "{}").unwrap(),
        &|| place.home.write(MINE, "no JSON").unwrap(),
        &|| std::fs::remove_file(place.home.aws(MINE)).unwrap(),
    ];
    for spoil in broken {
        spoil();
        let said = place.sign_in("login --profile dev --if-needed");
        pages += 1;
        assert_eq!(place.opened().len(), pages, "{said:?}");
        crate::logged_in::is_alive(&place, MINE);
    }
    // No answer is no reason to ask anybody.
    age(&place, MINE, -1);
    let before = place.snapshot();
    let reset = sandbox::server::FaultKind::Reset;
    place.server.fault(sandbox::server::Fault::always(reset).of("SigninToken"));
    told(&place.run("login --profile dev --if-needed"), 255, "renewing the console login", "check the network");
    assert_eq!((place.snapshot(), place.opened().len()), (before, pages));
}

#[test]
fn the_region_that_is_named() {
    let bare = "[profile dev]\noutput = json\n";
    let with = |region: &str| format!("{bare}login_session = {ME}\nregion = {region}\n");
    for (name, value, line, region) in [
        ("UNUSED", "", "login --profile dev --region eu-west-2", "eu-west-2"),
        ("AWS_REGION", "eu-west-2", "login --profile dev --region eu-north-1", "eu-north-1"),
        ("AWS_REGION", "eu-west-2", "login --profile dev", "eu-west-2"),
        ("AWS_DEFAULT_REGION", "eu-west-3", "login --profile dev", "eu-west-3"),
    ] {
        let place = place_with(bare);
        let said = place.watch(Running::start(line, place.keyfob(line).env(name, value)));
        assert!(said.code == 0 && said.out.ends_with(&done("dev", ME)) && said.err.is_empty(), "{said:?}");
        assert_eq!(place.home.read("config"), with(region));
        // It can be renewed without the variable.
        age(&place, MINE, -1);
        keys(&place.run("process --profile dev"));
    }
    // Another one than the profile's is told.
    let place = place();
    let said = place.sign_in("login --profile dev --region us-east-1");
    assert!(
        said.err
            .starts_with("The region of profile dev was eu-west-1; it is us-east-1 now, where this login is renewed."),
        "{}",
        said.err
    );
    let expected = CONFIG.replace("eu-west-1", "us-east-1");
    assert_eq!(place.home.read("config"), format!("{expected}login_session = {ME}\n"));
    let said = place.run("login --profile dev --region eu/west");
    told(&said, 255, "Provided region_name 'eu/west' doesn't match a supported format.", "--region");
}

#[test]
fn the_region_that_is_asked_for() {
    for (input, region) in [("\n", "us-east-1"), ("eu-west-2\n", "eu-west-2"), (" eu-west-2 \n", "eu-west-2")] {
        let place = place_with("");
        let said = answering(&place, "login --profile dev", input);
        assert_eq!(said.code, 0, "{said:?}");
        assert!(
            said.out
                .starts_with("No AWS region has been configured. The AWS region is the geographic location of your"),
            "{}",
            said.out
        );
        assert!(said.err.starts_with("AWS Region [us-east-1]: "), "{}", said.err);
        let expected = format!("[profile dev]\nlogin_session = {ME}\nregion = {region}\n");
        assert_eq!(place.home.read("config"), expected);
    }
    let place = place_with("");
    let said = place.run("login --profile dev --no-input");
    told(&said, 253, "AWS Region is needed, and --no-input forbids to ask", "--region");
    assert_eq!((said.out.as_str(), place.actions()), ("", vec![]));
    // By a person.
    let mut talk = Talk::new(&place, "login");
    talk.wait("AWS Region [us-east-1]: ").type_keys("\r");
    browse(&talk.address());
    let (ended, seen) = talk.end();
    assert_eq!(ended, 0, "{seen}");
    assert_eq!(place.home.read("config"), format!("[default]\nlogin_session = {ME}\nregion = us-east-1\n"));
}

#[test]
fn a_region_and_then_a_code_in_one_input() {
    let place = place_with("");
    let mut running = with_input(&place, "login --profile dev --remote");
    running.feed("eu-west-2\n");
    let code = crate::logged_in::shown_code(&running.address());
    running.feed(&format!("{code}\n")).feed_no_more();
    let said = place.end(running);
    assert_eq!(said.code, 0, "{said:?}");
}

#[test]
fn other_profiles_of_the_same_login() {
    let place = place_with(&format!("{CONFIG}[profile far]\nlogin_session = {ME}\nregion = us-west-2\n"));
    let said = place.sign_in("login --profile dev");
    assert!(
        said.err.contains("warning: profile far has the same login, and would renew it in us-west-2, in vain"),
        "{}",
        said.err
    );
}

#[test]
fn identities_of_other_accounts() {
    let place = place();
    place.console(|console| console.session = FEDERATED.into());
    let said = place.sign_in("login --profile dev");
    assert!(said.out.ends_with(&done("dev", FEDERATED)), "{}", said.out);
    assert_eq!(keys(&place.run("process --profile dev"))["AccountId"], "444455556666");
}
