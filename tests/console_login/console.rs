//! `console`: the web console, signed in by the credentials of a role.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use sandbox::Said;
use sandbox::server::{Fault, FaultKind};
use serde_json::Value;

use crate::logged_in::{FEDERATED, MINE, ROOT};
use crate::place::{Place, Running, ask, get, param, place_with, static_keys, told};

const CONFIG: &str = "\
[profile demo]
role_arn = arn:aws:iam::111122223333:role/demo
source_profile = base
region = eu-west-1
[profile chained]
role_arn = arn:aws:iam::111122223333:role/deploy
source_profile = demo
region = eu-west-1
[profile gov]
role_arn = arn:aws-us-gov:iam::111122223333:role/demo
source_profile = base
region = us-gov-west-1
[profile china]
role_arn = arn:aws-cn:iam::111122223333:role/demo
source_profile = base
region = cn-north-1
[profile iso]
role_arn = arn:aws-iso:iam::111122223333:role/demo
source_profile = base
region = us-iso-east-1
[profile user]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
region = eu-west-1
[sso-session corp]
sso_start_url = https://d-0000000000.awsapps.com/start
sso_region = eu-west-1
[profile sso]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = AdministratorAccess
region = eu-west-1
[profile dev]
region = eu-west-1
";

fn place() -> Place {
    let place = place_with(CONFIG);
    place.home.write("credentials", format!("[base]\n{}", static_keys())).unwrap();
    place
}

/// The address that was printed, alone.
fn printed(said: &Said) -> String {
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
    let address = said.out.strip_suffix('\n').unwrap();
    assert!(!address.contains('\n'), "{address}");
    address.to_owned()
}

/// It signs in, and goes on to `destination`.
fn opens(place: &Place, address: &str, destination: &str) {
    let base = format!("{}/federation?Action=login&Issuer=&Destination=", place.server.url());
    assert!(address.starts_with(&base), "{address}");
    let names: Vec<_> = url::Url::parse(address).unwrap().query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["Action", "Issuer", "Destination", "SigninToken"]);
    assert_eq!(param(address, "Destination"), destination);
    let page = get(address);
    assert_eq!((page.status, page.header("location")), (302, Some(destination)));
    let known = place.server.account().console.federation_tokens[&param(address, "SigninToken")].clone();
    assert_eq!(known.used, 1);
}

#[test]
fn pages_of_the_console() {
    let place = place();
    for (more, destination) in [
        ("", "https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1"),
        ("--service ec2", "https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1"),
        ("--path s3/buckets", "https://eu-west-1.console.aws.amazon.com/s3/buckets?region=eu-west-1"),
        ("--path /a?b=c#d", "https://eu-west-1.console.aws.amazon.com/a?b=c&region=eu-west-1#d"),
        ("--region us-east-1", "https://us-east-1.console.aws.amazon.com/console/home?region=us-east-1"),
    ] {
        let said = place.run(&format!("console --profile demo --print {more}"));
        opens(&place, &printed(&said), destination);
        assert!(place.opened().is_empty());
    }
    let call = place.server.calls().into_iter().find(|call| call.action == "Federation").unwrap();
    assert_eq!((call.method.as_str(), call.params["Action"].as_str()), ("GET", "getSigninToken"));
    assert!(!call.params.contains_key("SessionDuration") && !call.headers.contains_key("authorization"));
    let session: Value = serde_json::from_str(&call.params["Session"]).unwrap();
    let names: Vec<_> = session.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["sessionId", "sessionKey", "sessionToken"]);
    // The role's credentials are kept; who it is was never asked.
    assert_eq!((place.server.count("AssumeRole"), place.server.count("GetCallerIdentity")), (1, 0));
    let said = place.run("console --profile demo --service a --path b");
    assert_eq!((said.code, said.out.as_str()), (252, ""), "{said:?}");
}

#[test]
fn consoles_of_other_partitions() {
    let place = place();
    for (profile, destination) in [
        ("gov", "https://console.amazonaws-us-gov.com/console/home?region=us-gov-west-1"),
        ("china", "https://console.amazonaws.cn/console/home?region=cn-north-1"),
    ] {
        opens(&place, &printed(&place.run(&format!("console --profile {profile} --print"))), destination);
    }
    let said = place.run("console --profile iso --print");
    told(&said, 253, "no console is known for partition aws-iso", "");
    assert_eq!(said.out, "");
    // Of the credentials, not of the region.
    let said = place.run("console --profile gov --print --region eu-west-1");
    opens(&place, &printed(&said), "https://console.amazonaws-us-gov.com/console/home");
}

#[test]
fn how_long_it_lasts() {
    let place = place();
    for seconds in ["900", "43200"] {
        printed(&place.run(&format!("console --profile demo --print --duration-seconds {seconds}")));
        assert_eq!(place.last("Federation").params["SessionDuration"], seconds);
    }
    let calls = place.actions().len();
    for seconds in ["899", "43201", "x", "0"] {
        let said = place.run(&format!("console --profile demo --print --duration-seconds {seconds}"));
        assert_eq!((said.code, said.out.as_str()), (252, ""), "{said:?}");
    }
    assert_eq!(place.actions().len(), calls);
    place.sign_in("sso login --profile sso");
    place.console(|console| console.session = FEDERATED.into());
    place.sign_in("login --profile dev");
    for (profile, why) in [
        ("chained", "the role was assumed with temporary credentials"),
        ("sso", "the credentials are not those of a role that was assumed with an access key"),
        ("dev", "the credentials are not those of a role that was assumed with an access key"),
    ] {
        let before = place.server.count("Federation");
        let said = place.run(&format!("console --profile {profile} --print --duration-seconds 3600"));
        told(&said, 252, &format!("--duration-seconds: AWS lets nobody choose it here, since {why}"), "leave it away");
        assert_eq!((said.out.as_str(), place.server.count("Federation")), ("", before));
        let destination = "https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1";
        opens(&place, &printed(&place.run(&format!("console --profile {profile} --print"))), destination);
    }
}

#[test]
fn what_the_service_refuses() {
    let place = place();
    let refused = |message: &str| {
        let kind = FaultKind::error(400, "InvalidRequest", message);
        place.server.fault(Fault::once(kind).of("Federation"));
    };
    refused("Invalid SessionDuration parameter");
    let said = place.run("console --profile demo --print --duration-seconds 43200");
    told(&said, 254, "Invalid SessionDuration parameter", "choose a shorter --duration-seconds");
    assert_eq!(said.out, "");
    refused("Invalid Credentials parameter");
    let before = place.server.count("Federation");
    let said = place.run("console --profile demo");
    told(&said, 254, "(HTTP 400) when calling the GetSigninToken operation: Invalid Credentials parameter", "");
    assert_eq!((said.out.as_str(), place.opened().len()), ("", 0));
    assert_eq!(place.server.count("Federation"), before + 1);
    for kind in [FaultKind::Reset, FaultKind::Garbage, FaultKind::error(503, "x", "busy")] {
        let before = place.server.count("Federation");
        place.server.fault(Fault::once(kind.clone()).of("Federation"));
        printed(&place.run("console --profile demo --print"));
        assert_eq!(place.server.count("Federation"), before + 2, "{kind:?}");
    }
    place.server.fault(Fault::always(FaultKind::Reset).of("Federation"));
    told(&place.run("console --profile demo --print"), 255, "GetSigninToken", "check the network");
}

#[test]
fn users_sign_in_with_a_password() {
    let place = place();
    let address = "https://111122223333.signin.aws.amazon.com/console/\n";
    let said = place.run("console --profile user --print");
    assert_eq!((said.code, said.out.as_str()), (0, address), "{said:?}");
    assert!(said.err.contains("this is where alice signs in with a password"), "{}", said.err);
    // A console login of the root user is no role's either.
    place.console(|console| console.session = ROOT.into());
    place.sign_in("login --profile dev");
    let said = place.run("console --profile dev --print --service ec2");
    assert_eq!((said.code, said.out.as_str()), (0, "https://console.aws.amazon.com/\n"), "{said:?}");
    assert!(said.err.contains("the root user's") && said.err.contains("--service"), "{}", said.err);
    assert_eq!(place.server.count("Federation"), 0);
}

#[test]
fn roles_of_the_environment() {
    let place = place();
    let line = "sts assume-role --role-arn arn:aws:iam::111122223333:role/demo --role-session-name seat --profile user";
    let said = Said::of(&mut place.keyfob(line)).unwrap();
    let answer: Value = serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"));
    let mut command = place.keyfob("console --print --region eu-west-1");
    for (name, key) in [
        ("AWS_ACCESS_KEY_ID", "AccessKeyId"),
        ("AWS_SECRET_ACCESS_KEY", "SecretAccessKey"),
        ("AWS_SESSION_TOKEN", "SessionToken"),
    ] {
        command.env(name, answer["Credentials"][key].as_str().unwrap());
    }
    let said = place.end(Running::start("console --print", &mut command));
    let destination = "https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1";
    opens(&place, &printed(&said), destination);
}

#[test]
fn federated_users() {
    let place = place();
    place.console(|console| console.session = "arn:aws:sts::111122223333:federated-user/bob".into());
    place.sign_in("login --profile dev");
    let destination = "https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1";
    opens(&place, &printed(&place.run("console --profile dev --print")), destination);
}

/// keyfob with a browser that writes down all of its command line.
fn with_noting_browser(place: &Place) -> Command {
    let script = place.home.path().join("noting");
    fs::write(&script, "#!/bin/sh\nprintf '%s\\n' \"$0 $*\" >> \"$HOME/opened\"\n").unwrap();
    fs::set_permissions(&script, Permissions::from_mode(0o700)).unwrap();
    let mut command = place.keyfob("console --profile demo");
    command.env("BROWSER", script);
    command
}

#[test]
fn the_browser_fetches_the_address_once() {
    let place = place();
    let running = Running::start("console --profile demo", &mut with_noting_browser(&place));
    let command_line = place.wait_for_page(1);
    let local = command_line.split_once(' ').unwrap().1.to_owned();
    let tokens = place.server.account().console.federation_tokens;
    let (token, _) = tokens.first_key_value().unwrap();
    assert!(!command_line.contains("SigninToken") && !command_line.contains(&token[..token.len() - 2]));
    let (base, path) = local.split_at(local.rfind('/').unwrap());
    assert!(base.starts_with("http://127.0.0.1:") && path.len() == 37, "{local}");
    for other in
        ["/", "/favicon.ico", "/00000000-0000-4000-8000-000000000000", &format!("{path}/"), &format!("{path}?a")]
    {
        let page = get(&format!("{base}{other}"));
        assert_eq!((page.status, page.header("location")), (404, None), "{other}");
    }
    assert_eq!(ask("POST", &local).unwrap().status, 404);
    let page = get(&local);
    assert_eq!(page.status, 303);
    let destination = "https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1";
    opens(&place, page.header("location").unwrap(), destination);
    let said = place.end(running);
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, "", ""));
    // Nobody is there any more.
    assert!(ask("GET", &local).is_err());
}

#[test]
fn browsers_that_do_not_open() {
    let place = place();
    let mut command = place.keyfob("console --profile demo");
    let said = place.end(Running::start("console", command.env("BROWSER", "false")));
    told(&said, 255, "the browser did not open: ", "keyfob console --print prints the address");
    assert_eq!(said.out, "");
    let mut command = place.keyfob("console --profile demo");
    command.env_remove("BROWSER").env("SSH_CONNECTION", "::1 1 ::1 22");
    let said = place.end(Running::start("console", &mut command));
    assert!(said.err.starts_with("No browser can be opened here, since this is an SSH session"), "{}", said.err);
    let destination = "https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1";
    opens(&place, said.out.trim_end(), destination);
    assert_eq!(said.code, 0);
}

#[test]
fn interrupted_while_the_browser_opens() {
    let place = place();
    let running = Running::start("console --profile demo", &mut with_noting_browser(&place));
    place.wait_for_page(1);
    running.signal(nix::sys::signal::Signal::SIGINT);
    assert_eq!(place.end(running).code, 130);
}

#[test]
fn a_console_login_of_a_role() {
    let place = place();
    place.console(|console| console.session = FEDERATED.into());
    place.sign_in("login --profile dev");
    let said = place.run("console --profile dev --print");
    let destination = "https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1";
    opens(&place, &printed(&said), destination);
    assert!(!place.home.aws(MINE).exists());
    // Without a login there is no console.
    place.run("logout --profile dev");
    told(&place.run("console --profile dev --print"), 253, "Unable to load a existing login", "--profile dev");
}
