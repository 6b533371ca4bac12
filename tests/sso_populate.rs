//! `sso accounts`, `sso roles` and `sso populate` against the sandbox's Identity Center.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, Instant};

use sandbox::identity_center::{AssignedAccount, IdentityCenter, SignIn};
use sandbox::server::{Fault, FaultKind, Server};
use sandbox::standard::START_URL;
use sandbox::{Home, Said};
use serde_json::Value;

const TOKEN: &str = "aoaTOKENofADA";
/// The SHA-1 of `corp`.
const TOKEN_FILE: &str = "sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

fn session() -> String {
    format!("[sso-session corp]\nsso_start_url = {START_URL}\nsso_region = eu-west-1\n")
}

struct Place {
    home: Home,
    server: Server,
}

impl Place {
    /// Signed in to the sandbox's standard accounts.
    fn new() -> Self {
        let place = Self { home: Home::new(env!("CARGO_BIN_EXE_keyfob")).unwrap(), server: Server::start().unwrap() };
        place.config("");
        place.sign_in(3600);
        place
    }

    /// The same with so many accounts and roles.
    fn with(accounts: usize, roles: usize) -> Self {
        let place = Self::new();
        place.server.update(|account| account.identity_center.fill(accounts, roles));
        place
    }

    fn config(&self, more: &str) {
        self.home.write("config", session() + more).unwrap();
    }

    fn read(&self) -> String {
        self.home.read("config")
    }

    fn sign_in(&self, seconds: i64) {
        let ends_at = self.server.now() + seconds;
        self.center(|center| {
            center.sign_ins = vec![SignIn {
                client_id: "c".into(),
                ends_at,
                ended: false,
                scoped: true,
                access_tokens: BTreeMap::from([(TOKEN.into(), ends_at)]),
                refresh_token: None,
                spent_refresh_tokens: Vec::new(),
            }];
        });
        let at = jiff::Timestamp::from_second(ends_at).unwrap();
        let text = format!(
            "{{\"startUrl\": \"{START_URL}\", \"region\": \"eu-west-1\", \"accessToken\": \"{TOKEN}\", \"expiresAt\": \"{at}\"}}"
        );
        self.home.write(TOKEN_FILE, text).unwrap();
    }

    fn center(&self, change: impl FnOnce(&mut IdentityCenter)) {
        self.server.update(|account| change(&mut account.identity_center));
    }

    fn run(&self, arguments: &[&str]) -> Said {
        let mut command = self.home.keyfob(["sso"].iter().chain(arguments));
        let said = Said::of(command.env("AWS_ENDPOINT_URL", self.server.url())).unwrap();
        assert!(!said.out.contains(TOKEN) && !said.err.contains(TOKEN), "{said:?}");
        said
    }

    /// What a run that goes well says.
    fn populate(&self, flags: &[&str]) -> Said {
        let said = self.run(&[&["populate"], flags].concat());
        assert_eq!(said.code, 0, "{said:?}");
        said
    }

    /// Inode and time of the config file.
    fn mark(&self) -> (u64, i64, i64) {
        let about = std::fs::metadata(self.home.aws("config")).unwrap();
        (about.ino(), about.mtime(), about.mtime_nsec())
    }
}

fn section(name: &str, account: &str, role: &str) -> String {
    format!("[profile {name}]\nsso_session = corp\nsso_account_id = {account}\nsso_role_name = {role}\n")
}

fn names(config: &str) -> Vec<&str> {
    config.lines().filter_map(|line| line.strip_prefix("[profile ")?.strip_suffix(']')).collect()
}

#[test]
fn all_of_the_standard_accounts() {
    let place = Place::new();
    let said = place.populate(&[]);
    assert_eq!((said.out.as_str(), said.err.as_str()), ("", "10 profiles added\n"));
    let config = place.read();
    assert!(config.starts_with(&session()), "{config}");
    let expected = [
        "Development.AdministratorAccess",
        "Development.PowerUserAccess",
        "Development.ReadOnlyAccess",
        "Log-Archive.Audit",
        "Log-Archive.ReadOnlyAccess",
        "Log-Archive.ViewOnlyAccess",
        "Production.Billing",
        "Production.ReadOnlyAccess",
        "R-D-Z-rich.AdministratorAccess",
        "R-D-Z-rich.ReadOnlyAccess",
    ];
    assert_eq!(names(&config), expected);
    assert!(config.contains(&section("R-D-Z-rich.ReadOnlyAccess", "012345678901", "ReadOnlyAccess")), "{config}");
    // They work.
    let mut command = place.home.keyfob(["process", "--profile", "Production.Billing"]);
    let said = Said::of(command.env("AWS_ENDPOINT_URL", place.server.url())).unwrap();
    assert!(said.code == 0 && said.out.contains("\"AccessKeyId\":\"ASIA"), "{said:?}");
}

#[test]
fn a_thousand_accounts_and_nothing_the_second_time() {
    let place = Place::with(1000, 4);
    assert_eq!(place.populate(&[]).err, "4000 profiles added\n");
    assert_eq!((place.server.count("ListAccounts"), place.server.count("ListAccountRoles")), (10, 1000));
    let (config, mark) = (place.read(), place.mark());
    assert_eq!(names(&config).len(), 4000);
    assert_eq!(place.populate(&[]).err, "0 profiles added, 4000 there already\n");
    assert_eq!((place.read(), place.mark()), (config, mark));
    // All but one account's gone: one change again.
    place.center(|center| center.accounts.truncate(1));
    assert_eq!(place.populate(&["--prune"]).err, "0 profiles added, 4 there already, 3996 removed\n");
    assert_eq!(names(&place.read()).len(), 4);
}

#[test]
fn what_people_wrote_is_kept_byte_for_byte() {
    let place = Place::new();
    let mine = "# mine\n[profile  Production.Billing]\n  Region: us-east-1 \n\n  # why\n  sso_role_name = Billing\n  \
                sso_session=corp\n  sso_account_id = 444455556666\n  s3 =\n    max_bandwidth = 1MB/s\n\n\
                [profile logs]\nsso_session = corp\nsso_account_id = 777788889999\nsso_role_name = Audit\n# the end";
    place.config(mine);
    let before = place.read();
    assert_eq!(place.populate(&[]).err, "8 profiles added, 2 there already\n");
    let after = place.read();
    assert!(after.starts_with(&format!("{before}\n")), "{after}");
    assert!(!names(&after).contains(&"Log-Archive.Audit"), "{after}");
    // An edit after populating survives as well.
    let edited = after.replace(
        "[profile Development.ReadOnlyAccess]\n",
        "[profile Development.ReadOnlyAccess]\noutput = yaml\n# !\n",
    );
    place.home.write("config", &edited).unwrap();
    let mark = place.mark();
    assert_eq!(place.populate(&["--region", "eu-west-1"]).err, "0 profiles added, 10 there already\n");
    assert_eq!((place.read(), place.mark()), (edited, mark));
}

#[test]
fn filters_regions_and_names() {
    let place = Place::new();
    let flags = "--account dev* --account *@EXAMPLE.com --exclude-account 7777* --role readonly* --role billing --exclude-role *user* \
                 --region eu-west-1 --account-region prod*=us-east-1 --account-region *=eu-central-1 \
                 --profile-name-template aws/{sso_session}/{account_id}@{role_name}";
    place.populate(&flags.split_whitespace().collect::<Vec<_>>());
    let region = |region: &str| format!("region = {region}\n");
    let expected = [
        section("aws/corp/111122223333@ReadOnlyAccess", "111122223333", "ReadOnlyAccess") + &region("eu-central-1"),
        section("aws/corp/444455556666@Billing", "444455556666", "Billing") + &region("us-east-1"),
        section("aws/corp/444455556666@ReadOnlyAccess", "444455556666", "ReadOnlyAccess") + &region("us-east-1"),
        section("aws/corp/012345678901@ReadOnlyAccess", "012345678901", "ReadOnlyAccess") + &region("eu-central-1"),
    ];
    assert_eq!(place.read(), session() + &expected.concat());
    assert_eq!(place.server.count("ListAccountRoles"), 3, "only what may be wanted is asked about");
    let said = place.populate(&["--account", "nowhere", "--region", "eu-west-1"]);
    assert_eq!(said.err, "warning: --account nowhere is none of those you may enter\n0 profiles added\n");
}

#[test]
fn mistakes_are_seen_before_anyone_is_asked() {
    let place = Place::new();
    for (flags, expected) in [
        (
            ["--profile-name-template", "{account}"],
            "{account} is no placeholder; there are {account_name}, {account_id}",
        ),
        (["--profile-name-template", "a b"], "' ' is no character for the name of a profile"),
        (["--account-region", "dev"], "write it as PATTERN=REGION"),
        (["--account", ""], "an empty pattern stands for nothing"),
        (["--region", "eu west"], "is no region"),
    ] {
        let said = place.run(&["populate", flags[0], flags[1]]);
        assert!(said.code == 252 && said.err.contains(expected) && said.out.is_empty(), "{flags:?} {said:?}");
    }
    assert!(place.server.calls().is_empty());
}

#[test]
fn roles_that_want_the_same_name_are_all_named() {
    let place = Place::new();
    place.center(|center| {
        center.accounts = vec![
            AssignedAccount::new("111111111111", "Sand Box", "", &["Admin", "View"]),
            AssignedAccount::new("222222222222", "Sand-Box", "", &["Admin", "View", "Own"]),
        ];
    });
    let before = place.read();
    let said = place.run(&["populate"]);
    assert_eq!(said.code, 253, "{said:?}");
    for line in [
        "\n  Sand-Box.Admin: Admin in 111111111111, Admin in 222222222222\n",
        "\n  Sand-Box.View: View in 111111111111, View in 222222222222\n",
        "\n next: put {account_id} into --profile-name-template",
    ] {
        assert!(said.err.contains(line), "{said:?}");
    }
    assert!(!said.err.contains("Own") && said.out.is_empty(), "{said:?}");
    assert_eq!(place.read(), before);
    let said = place.populate(&["--profile-name-template", "{account_name}-{account_id}.{role_name}"]);
    assert_eq!(said.err, "5 profiles added\n");
    assert_eq!(names(&place.read())[0], "Sand-Box-111111111111.Admin");
}

#[test]
fn names_that_others_have_are_left_to_them() {
    let place = Place::new();
    place.config("[profile Production.Billing]\nrole_arn = arn:aws:iam::444455556666:role/b\nsource_profile = x\n");
    place
        .home
        .write("credentials", "[Development.PowerUserAccess]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n")
        .unwrap();
    let said = place.populate(&["--output", "json"]);
    for warning in [
        "warning: profile Production.Billing is left as it is: it is the profile of arn:aws:iam::444455556666:role/b, so Billing in 444455556666 has none\n",
        "warning: profile Development.PowerUserAccess is left as it is: it is another profile, so PowerUserAccess in 111122223333 has none\n",
        "8 profiles added, 2 left as they are\n",
    ] {
        assert!(said.err.contains(warning), "{said:?}");
    }
    let answer: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(answer["Added"].as_array().unwrap().len(), 8);
    assert_eq!((&answer["Present"], &answer["Removed"]), (&Value::from(0), &Value::Array(vec![])));
    assert_eq!(answer["Skipped"][0]["Profile"], "Development.PowerUserAccess");
    assert!(answer["Skipped"][1]["Reason"].as_str().unwrap().starts_with("it is the profile of arn:"), "{answer}");
    assert_eq!(names(&place.read()).len(), 9);
}

#[test]
fn prune_takes_what_nobody_needs() {
    let place = Place::new();
    let gone = [
        section("old", "999999999999", "Admin"),
        section("Production.Gone", "444455556666", "Gone") + "region = eu-west-1\n",
        section("worked-on", "444455556666", "Gone") + "mfa_serial = arn:aws:iam::1:mfa/x\n",
        section("base", "888888888888", "Admin"),
        section("other", "999999999999", "Admin").replace("corp", "elsewhere"),
    ];
    let user = "[profile deploy]\nsource_profile = base\nrole_arn = arn:aws:iam::1:role/d\n";
    place.config(&(gone.concat() + user));
    let before = place.read();
    assert_eq!(place.populate(&["--role", "none"]).err, "0 profiles added\n");
    let flags = ["--prune", "--role", "Billing", "--account", "prod*"];
    let dry = place.populate(&[&flags[..], &["--dry-run"]].concat());
    assert!(dry.out.contains("\n-[profile old]\n") && dry.out.contains("\n+[profile Production.Billing]\n"), "{dry:?}");
    assert_eq!(place.read(), before);
    let said = place.populate(&flags);
    for line in [
        "profile worked-on is left as it is: Gone in 444455556666 is not assigned any more, but it also has mfa_serial\n",
        "profile base is left as it is: Admin in 888888888888 is not assigned any more, but it is the source_profile of deploy\n",
        "1 profile added, 2 removed, 2 left as they are\n",
    ] {
        assert!(said.err.contains(line), "{said:?}");
    }
    let kept = [&gone[2], &gone[3], &gone[4], user, &section("Production.Billing", "444455556666", "Billing")]
        .map(String::from);
    assert_eq!(place.read(), session() + &kept.concat());
    // What is assigned and not chosen is not pruned.
    assert_eq!(place.populate(&["--prune", "--role", "none", "-q"]).err.matches("removed").count(), 0);
    assert!(names(&place.read()).contains(&"Production.Billing"));
}

#[test]
fn an_empty_list_prunes_nothing() {
    let place = Place::new();
    place.populate(&[]);
    let before = place.read();
    place.center(|center| center.accounts.clear());
    let said = place.run(&["populate", "--prune"]);
    assert!(said.code == 253 && said.err.contains("run it without --prune"), "{said:?}");
    assert_eq!(place.populate(&[]).err, "0 profiles added\n");
    assert_eq!(place.read(), before);
}

#[test]
fn a_dry_run_changes_nothing() {
    let place = Place::new();
    let mark = place.mark();
    let said = place.populate(&["--dry-run"]);
    assert!(said.out.starts_with("--- ~/.aws/config\n+++ ~/.aws/config\n@@ "), "{said:?}");
    assert_eq!(said.out.lines().filter(|line| line.starts_with("+[profile ")).count(), 10);
    assert_eq!(said.err, "10 profiles to add\n");
    let said = place.populate(&["--dry-run", "--query", "length(Added)"]);
    assert_eq!((said.out.as_str(), said.err.as_str()), ("10\n", "10 profiles to add\n"));
    assert_eq!(place.mark(), mark);
    place.populate(&["-q"]);
    let said = place.populate(&["--dry-run", "-q"]);
    assert_eq!((said.out.as_str(), said.err.as_str()), ("", ""));
}

#[test]
fn the_portal_may_be_slow_to_serve() {
    let place = Place::with(60, 4);
    place.center(|center| center.requests_per_second = Some(25));
    let begun = Instant::now();
    assert_eq!(place.populate(&[]).err, "240 profiles added\n");
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    assert_eq!(names(&place.read()).len(), 240);
}

#[test]
fn a_failure_in_the_middle_writes_nothing() {
    let place = Place::new();
    let before = place.read();
    let refused = FaultKind::error(401, "UnauthorizedException", "over");
    place.server.fault(Fault::always(refused).of("ListAccountRoles").after(2));
    let said = place.run(&["populate"]);
    assert!(said.code == 253 && said.err.contains("next: run keyfob sso login --sso-session corp\n"), "{said:?}");
    assert_eq!(place.read(), before);
}

#[test]
fn two_at_once_write_each_profile_once() {
    let place = Place::with(30, 3);
    std::thread::scope(|scope| {
        let runs = [0; 6].map(|_| scope.spawn(|| place.populate(&[])));
        let said = runs.map(|run| run.join().unwrap().err);
        let all = said.iter().filter(|err| err.contains("90 profiles added")).count();
        assert_eq!(all, 1, "{said:?}");
    });
    assert_eq!(names(&place.read()).len(), 90);
}

#[test]
fn without_a_session_there_is_nothing_to_write() {
    let place = Place::new();
    let legacy = format!("[default]\nsso_start_url = {START_URL}\nsso_region = eu-west-1\n");
    place.home.write("config", &legacy).unwrap();
    let said = place.run(&["populate"]);
    assert!(said.code == 253 && said.err.contains("signs in without an sso-session"), "{said:?}");
    assert!(said.err.contains("--sso-session NAME"), "{said:?}");
    assert!(place.server.calls().is_empty());
}

#[test]
fn accounts_and_roles_are_listed() {
    let place = Place::new();
    let said = place.run(&["accounts"]);
    let expected = "111122223333  Development  dev@example.com\n777788889999  Log Archive  logs@example.com\n\
                    444455556666  Production   prod@example.com\n012345678901  R&D Zürich   r+d@example.com\n";
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, expected, ""));
    let said = place.run(&["accounts", "--output", "json", "--query", "[3]"]);
    let expected = "{\n    \"AccountId\": \"012345678901\",\n    \"AccountName\": \"R&D Z\\u00fcrich\",\n    \"EmailAddress\": \"r+d@example.com\"\n}\n";
    assert_eq!(said.out.replace("ü", "\\u00fc"), expected);
    let said = place.run(&["accounts", "--output", "text"]);
    assert!(said.out.starts_with("111122223333\tDevelopment\tdev@example.com\n"), "{said:?}");

    let said = place.run(&["roles", "--account-id", "012345678901", "444455556666"]);
    let expected = "444455556666  Production  Billing\n444455556666  Production  ReadOnlyAccess\n\
                    012345678901  R&D Zürich  AdministratorAccess\n012345678901  R&D Zürich  ReadOnlyAccess\n";
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, expected, ""));
    assert_eq!(place.server.count("ListAccountRoles"), 2);
    let said = place.run(&["roles", "--query", "[?RoleName=='Audit']", "--output", "json"]);
    let answer: Value = serde_json::from_str(&said.out).unwrap();
    let expected =
        serde_json::json!([{ "AccountId": "777788889999", "AccountName": "Log Archive", "RoleName": "Audit" }]);
    assert_eq!(answer, expected);
    let said = place.run(&["roles", "--account-id", "999999999999"]);
    assert!(said.code == 253 && said.err.contains("account 999999999999 is none of those"), "{said:?}");
}
