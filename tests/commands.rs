//! The commands end to end, through the real binary: what they print, how they end, and the files
//! they leave behind. What AWS CLI 2.36.7 prints stands here to the letter.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

use std::io::Write;
use std::process::Stdio;

use sandbox::{Home, Said};

const KEYS: &str =
    "[dev]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/EXAMPLEKEY\n";

fn home(config: &str, credentials: &str) -> Home {
    let home = Home::new(env!("CARGO_BIN_EXE_keyfob")).unwrap();
    for (name, text) in [("config", config), ("credentials", credentials)] {
        if !text.is_empty() {
            home.write(name, text).unwrap();
        }
    }
    home
}

/// Arguments as a person types them: words, with 'quotes' around those that have blanks.
fn words(line: &str) -> Vec<String> {
    keyfob::config::header::split_words(line).unwrap()
}

fn run(home: &Home, line: &str) -> Said {
    Said::of(&mut home.keyfob(words(line))).unwrap()
}

fn run_with_input(home: &Home, line: &str, input: &str) -> Said {
    let mut command = home.keyfob(words(line));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap().into()
}

#[test]
fn get_answers_as_the_aws_cli() {
    let config = "[default]\nregion = a\ns3 =\n    x = y\nempty =\nmulti = one\n    two\n\
                  [profile dev]\nregion = b\n[plugins]\ncli_legacy_plugin_path = p\n[s]\nx = quirk\n\
                  [sso-session corp]\nsso_region = c\n[services svc]\nsts =\n    endpoint_url = http://e\n";
    let home = home(config, KEYS);
    for (line, code, out) in [
        ("region", 0, "a\n"),
        ("region --profile dev", 0, "b\n"),
        ("Region", 1, ""),
        ("nothing", 1, ""),
        ("empty", 0, "\n"),
        ("multi", 0, "one\ntwo\n"),
        ("s3", 1, ""),
        ("s3.x", 0, "y\n"),
        ("s3.z", 1, ""),
        ("default.s3.x", 0, "y\n"),
        ("profile.dev.region", 0, "b\n"),
        ("dev.region", 0, "b\n"),
        ("dev.aws_access_key_id", 0, "AKIAIOSFODNN7EXAMPLE\n"),
        ("profile.none.region", 1, ""),
        ("profile.dev", 255, ""),
        ("plugins.cli_legacy_plugin_path", 0, "p\n"),
        ("s.x", 0, "quirk\n"),
        ("region --profile none", 255, ""),
        ("s3.x --profile none", 1, ""),
        ("sso_region --sso-session corp", 0, "c\n"),
        ("sso_region --sso-session none", 255, ""),
        ("sts.endpoint_url --services svc", 0, "http://e\n"),
        ("sts --services svc", 1, ""),
        ("a.b.c --services svc", 252, ""),
        ("a --services svc --sso-session corp", 252, ""),
        ("a --sso-session '!x'", 252, ""),
        ("", 252, ""),
    ] {
        let said = run(&home, &format!("configure get {line}"));
        assert_eq!((said.code, said.out.as_str()), (code, out), "{line}: {}", said.err);
    }
}

#[test]
fn the_profile_is_chosen_by_flag_then_variables() {
    let home = home("[default]\nregion = d\n[profile a]\nregion = a\n[profile b]\nregion = b\n", "");
    for (variables, line, out) in [
        (&[][..], "", "d\n"),
        (&[("AWS_PROFILE", "a")], "", "a\n"),
        (&[("AWS_DEFAULT_PROFILE", "b")], "", "b\n"),
        (&[("AWS_PROFILE", "a"), ("AWS_DEFAULT_PROFILE", "b")], "", "a\n"),
        (&[("AWS_PROFILE", "")], "", "d\n"),
        (&[("AWS_PROFILE", "a")], "--profile b", "b\n"),
    ] {
        let mut command = home.keyfob(words(&format!("configure get region {line}")));
        let said = Said::of(command.envs(variables.iter().copied())).unwrap();
        assert_eq!(said.out, out, "{variables:?} {line}: {}", said.err);
    }
}

#[test]
fn list_is_the_aws_clis_table() {
    let home = home("[profile dev]\nregion = eu-west-1\n", KEYS);
    let head = "NAME       : VALUE                    : TYPE             : LOCATION\n";
    let said = run(&home, "configure list --profile dev");
    assert_eq!(
        said.out,
        format!(
            "{head}profile    : dev                      : manual           : --profile\n\
             access_key : ****************MPLE     : shared-credentials-file : \n\
             secret_key : ****************EKEY     : shared-credentials-file : \n\
             region     : eu-west-1                : config-file      : ~/.aws/config\n"
        )
    );
    let said = run(&home, "configure list");
    assert_eq!(
        said.out,
        format!(
            "{head}profile    : <not set>                : None             : None\n\
             access_key : <not set>                : None             : None\n\
             secret_key : <not set>                : None             : None\n\
             region     : <not set>                : None             : None\n"
        )
    );
    let variables = [
        ("AWS_PROFILE", "dev"),
        ("AWS_REGION", "r"),
        ("AWS_ACCESS_KEY_ID", "AKIAENV1"),
        ("AWS_SECRET_ACCESS_KEY", "secret99"),
    ];
    let said = Said::of(home.keyfob(["configure", "list"]).envs(variables)).unwrap();
    assert_eq!(
        said.out,
        format!(
            "{head}profile    : dev                      : env              : ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE']\n\
             access_key : ****************ENV1     : env              : \n\
             secret_key : ****************et99     : env              : \n\
             region     : r                        : env              : ['AWS_REGION', 'AWS_DEFAULT_REGION']\n"
        )
    );
    let said = run(&home, "configure list --profile none");
    assert_eq!(
        (said.code, said.out),
        (255, format!("{head}profile    : none                     : manual           : --profile\n"))
    );
    let said = run(&home, "configure list --profile dev --output json --query '[].[name, line]'");
    let rows: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(rows, serde_json::json!([["profile", null], ["access_key", 2], ["secret_key", 2], ["region", 2]]));
}

#[test]
fn list_profiles_in_every_form() {
    let home = home("[profile b]\n[default]\n[foo]\n", "[a]\n[b]\n");
    for (line, out) in [
        ("", "b\ndefault\na\n"),
        ("--output text", "b\ndefault\na\n"),
        ("--output json", "[\n    \"b\",\n    \"default\",\n    \"a\"\n]\n"),
        ("--output yaml", "- b\n- default\n- a\n"),
        ("--query '[0]' --output text", "b\n"),
        ("--query 'length(@)'", "3\n"),
    ] {
        assert_eq!(run(&home, &format!("configure list-profiles {line}")).out, out, "{line}");
    }
    let said = run(&home, "configure list-profiles --query '[['");
    assert_eq!((said.code, said.out.as_str()), (252, ""), "{}", said.err);
}

#[test]
fn set_writes_to_the_file_that_aws_keeps_the_key_in() {
    for (line, config, credentials) in [
        ("region x", "[default]\nregion = x\n", ""),
        ("region x --profile dev", "[profile dev]\nregion = x\n", ""),
        ("region x --profile 'my dev'", "[profile 'my dev']\nregion = x\n", ""),
        ("aws_access_key_id x", "", "[default]\naws_access_key_id = x\n"),
        ("aws_session_token x --profile 'my dev'", "", "[my dev]\naws_session_token = x\n"),
        ("aws_security_token x", "", "[default]\naws_security_token = x\n"),
        ("aws_account_id 1", "[default]\naws_account_id = 1\n", ""),
        ("profile.dev.aws_secret_access_key x", "", "[dev]\naws_secret_access_key = x\n"),
        ("profile.dev.s3.a b", "[profile dev]\ns3 =\n    a = b\n", ""),
        ("dev.region x", "[default]\ndev =\n    region = x\n", ""),
        ("plugins.k v", "[plugins]\nk = v\n", ""),
        ("sso_region x --sso-session 'my corp'", "[sso-session 'my corp']\nsso_region = x\n", ""),
        ("sts.endpoint_url u --services s", "[services s]\nsts =\n    endpoint_url = u\n", ""),
        ("k -5", "[default]\nk = -5\n", ""),
        ("k ''", "[default]\nk = \n", ""),
        ("k ' a # b; %c '", "[default]\nk =  a # b; %c \n", ""),
    ] {
        let home = home("", "");
        let said = run(&home, &format!("configure set {line}"));
        assert_eq!((said.code, said.out.as_str()), (0, ""), "{line}: {}", said.err);
        assert_eq!((home.read("config").as_str(), home.read("credentials").as_str()), (config, credentials), "{line}");
    }
}

#[test]
fn secrets_are_read_from_standard_input() {
    let home = home("", "");
    let said = run_with_input(&home, "configure set aws_secret_access_key --value-stdin", "s3cr3t\n");
    assert_eq!((said.code, said.out + &said.err), (0, String::new()));
    assert_eq!(home.read("credentials"), "[default]\naws_secret_access_key = s3cr3t\n");
    assert_eq!(run(&home, "configure set k v --value-stdin").code, 252);
    assert_eq!(run_with_input(&home, "configure set k --value-stdin", "a\nb\n").code, 255);
}

#[test]
fn a_loose_credentials_file_is_warned_of() {
    use std::os::unix::fs::PermissionsExt;
    let home = home("", KEYS);
    std::fs::set_permissions(home.aws("credentials"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let said = run(&home, "configure set aws_access_key_id x --profile dev");
    assert!(said.err.contains("is accessible by other users. Consider running 'chmod 600"), "{}", said.err);
    let mode = std::fs::metadata(home.aws("credentials")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o644);
}

#[test]
fn a_profile_lives_copies_moves_and_goes() {
    let config = "# top\n[default]\nregion = a\n\n# the dev account\n[profile dev]\nregion = b\n\n[profile admin]\nrole_arn = r\nsource_profile = dev\n";
    let home = home(config, KEYS);
    let said = run(&home, "configure delete dev");
    assert_eq!(said.code, 255, "{}", said.err);
    assert!(said.err.contains("admin (~/.aws/config:11)"), "{}", said.err);
    assert_eq!(run(&home, "configure rename dev 'team dev'").code, 0);
    assert_eq!(
        home.read("config"),
        config.replace("[profile dev]", "[profile 'team dev']").replace("= dev", "= team dev")
    );
    assert_eq!(home.read("credentials"), KEYS.replace("[dev]", "[team dev]"));
    assert_eq!(run(&home, "configure copy 'team dev' x").code, 0);
    assert!(home.read("credentials").ends_with(&KEYS.replace("[dev]", "[x]")));
    assert_eq!(run(&home, "configure copy x admin").code, 255);
    assert_eq!(run(&home, "configure rename x default").code, 255);
    assert_eq!(run(&home, "configure unset region --profile x").code, 0);
    assert_eq!(run(&home, "configure unset region --profile x").code, 0);
    assert_eq!(run(&home, "configure delete --force 'team dev'").code, 0);
    assert_eq!(run(&home, "configure list-profiles").out, "default\nadmin\nx\n");
    assert!(home.read("config").contains("# the dev account"));
    for line in ["delete none", "rename none y", "copy none y"] {
        assert_eq!(run(&home, &format!("configure {line}")).code, 253, "{line}");
    }
}

#[test]
fn a_dry_run_shows_the_change_and_makes_none() {
    let home = home("[profile dev]\nregion = a\n", KEYS);
    let before = (home.read("config"), home.read("credentials"));
    for (line, shown) in [
        ("set region b --profile dev", "-region = a\n+region = b\n"),
        ("set aws_secret_access_key newsecret1234 --profile dev", "+aws_secret_access_key = ****************1234\n"),
        ("unset region --profile dev", "-region = a\n"),
        ("delete dev", "-[profile dev]\n"),
        ("rename dev x", "+[profile x]\n"),
        ("copy dev x", "+[profile x]\n"),
        ("import --csv 'User name,Access key ID,Secret access key\nu,AKIAU,topsecret9876\n'", "+[u]\n"),
    ] {
        let said = run(&home, &format!("configure {line} --dry-run"));
        assert_eq!(said.code, 0, "{line}: {}", said.err);
        assert!(said.out.contains(shown) && said.out.starts_with("--- ~/.aws/"), "{line}: {}", said.out);
        for secret in ["newsecret", "wJalrXUtnFEMI", "topsecret"] {
            assert!(!said.out.contains(secret) && !said.err.contains(secret), "{line}: {}{}", said.out, said.err);
        }
        assert_eq!((home.read("config"), home.read("credentials")), before, "{line}");
    }
    let empty = Home::new(env!("CARGO_BIN_EXE_keyfob")).unwrap();
    assert!(run(&empty, "configure set region b --dry-run").out.starts_with("--- /dev/null\n+++ ~/.aws/config\n"));
    assert!(!empty.aws("").exists());
}

#[test]
fn import_takes_what_the_console_gives() {
    let head = "User name,Access key ID,Secret access key";
    for (line, csv, code, out, credentials) in [
        (
            "",
            format!("{head}\nu1,A1,s1\nu2,A2,s2\n"),
            0,
            "Successfully imported 2 profile(s)\n",
            "[u1]\naws_access_key_id = A1\naws_secret_access_key = s1\n[u2]\naws_access_key_id = A2\naws_secret_access_key = s2\n",
        ),
        (
            "--profile-prefix p-",
            format!("{head}\r\nu1,A1,s1\r\n"),
            0,
            "Successfully imported 1 profile(s)\n",
            "[p-u1]\naws_access_key_id = A1\naws_secret_access_key = s1\n",
        ),
        (
            "--skip-invalid",
            format!("{head}\nu1,A1,s1\nu2,,\n"),
            0,
            "Successfully imported 1 profile(s)\n",
            "[u1]\naws_access_key_id = A1\naws_secret_access_key = s1\n",
        ),
        (
            "--profile one",
            "Access key ID,Secret access key\nA1,s1\n".into(),
            0,
            "Successfully imported 1 profile(s)\n",
            "[one]\naws_access_key_id = A1\naws_secret_access_key = s1\n",
        ),
        ("", "Access key ID,Secret access key\nA1,s1\n".into(), 255, "", ""),
        ("", format!("{head}\nu1,A1,s1\nu2,,\n"), 255, "", ""),
        ("", String::new(), 255, "", ""),
    ] {
        let home = home("", "");
        std::fs::write(home.path().join("keys.csv"), &csv).unwrap();
        for form in ["file://~/keys.csv", csv.as_str()] {
            let said = run(&home, &format!("configure import {line} --csv '{form}'"));
            assert_eq!((said.code, said.out.as_str()), (code, out), "{line} {form}: {}", said.err);
            assert_eq!(home.read("credentials"), credentials, "{line} {form}");
            let _ = std::fs::remove_dir_all(home.aws(""));
        }
    }
}

#[test]
fn import_names_what_it_replaces() {
    let home = home("", &format!("{KEYS}aws_session_token = t\n"));
    let csv = "configure import --csv 'User name,Access key ID,Secret access key\ndev,A1,s1\n'";
    let said = run(&home, &format!("{csv} --no-overwrite"));
    assert_eq!(said.code, 255);
    assert!(said.err.contains("already have keys: dev"), "{}", said.err);
    let said = run(&home, csv);
    assert_eq!(said.code, 0);
    assert!(said.err.contains("keys of existing profiles are replaced: dev"), "{}", said.err);
    assert!(said.err.contains("keeps its session token"), "{}", said.err);
    assert_eq!(
        home.read("credentials"),
        "[dev]\naws_access_key_id = A1\naws_secret_access_key = s1\naws_session_token = t\n"
    );
    std::fs::write(home.path().join("keys.csv"), "x").unwrap();
    let name = home.path().join("keys.csv").display().to_string();
    assert_eq!(run(&home, &format!("configure import --csv {name}")).code, 255);
    assert_eq!(run(&home, "configure import --csv file:///nowhere.csv").code, 252);
}

#[test]
fn credentials_come_from_where_the_aws_cli_takes_them() {
    let home = home(
        "[profile role]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = dev\n[profile dev]\naws_account_id = 111122223333\n",
        KEYS,
    );
    let said = run(&home, "process --profile dev");
    assert_eq!(
        said.out,
        "{\"Version\":1,\"AccessKeyId\":\"AKIAIOSFODNN7EXAMPLE\",\"SecretAccessKey\":\"wJalrXUtnFEMI/EXAMPLEKEY\",\"AccountId\":\"111122223333\"}\n"
    );
    let variables = [("AWS_ACCESS_KEY_ID", "AKIAENV"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_SESSION_TOKEN", "t")];
    let said = Said::of(home.keyfob(["process"]).envs(variables)).unwrap();
    assert_eq!(
        said.out,
        "{\"Version\":1,\"AccessKeyId\":\"AKIAENV\",\"SecretAccessKey\":\"s\",\"SessionToken\":\"t\"}\n"
    );
    // The flag takes the environment out of the chain.
    let said = Said::of(home.keyfob(["process", "--profile", "dev"]).envs(variables)).unwrap();
    assert!(said.out.contains("AKIAIOSFODNN7EXAMPLE"));
    for (line, variables, code, why) in [
        ("process", &[][..], 253, "no credentials found"),
        ("process --profile none", &[], 253, "The config profile (none) could not be found"),
        ("process --profile role --endpoint-url http://127.0.0.1:1", &[], 255, "got no answer from http://127.0.0.1:1"),
        ("process", &[("AWS_ACCESS_KEY_ID", "A")], 253, "missing: AWS_SECRET_ACCESS_KEY"),
        ("configure export-credentials", &[], 253, "Unable to retrieve credentials: no credentials found"),
        (
            "configure export-credentials --profile none",
            &[],
            253,
            "Unable to retrieve credentials: The config profile (none)",
        ),
        ("configure export-credentials --format x", &[], 252, "--format"),
        (
            "configure export-credentials --profile dev",
            &[("_AWS_CLI_PROFILE_CHAIN", "a,dev")],
            253,
            "profile cycle: a -> dev -> dev",
        ),
        ("configure list", &[("AWS_ACCESS_KEY_ID", "A")], 255, "Partial credentials found in env"),
    ] {
        let said = Said::of(home.keyfob(words(line)).envs(variables.iter().copied())).unwrap();
        assert_eq!(said.code, code, "{line}: {}", said.err);
        assert!(said.err.contains(why) && said.err.contains("next:") || code == 252, "{line}: {}", said.err);
        assert!(said.out.is_empty() || line == "configure list", "{line}: {}", said.out);
    }
}

#[test]
fn keys_that_are_over_are_refused() {
    let home = home("", "");
    let keys = |end: &'static str| {
        [("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_CREDENTIAL_EXPIRATION", end)]
    };
    for (line, code) in [("process", 253), ("configure export-credentials", 255)] {
        let said = Said::of(home.keyfob(words(line)).envs(keys("2020-01-01T00:00:00Z"))).unwrap();
        assert_eq!((said.code, said.out.as_str()), (code, ""), "{line}: {}", said.err);
        let said = Said::of(home.keyfob(words(line)).envs(keys("2099-01-01T00:00:00Z"))).unwrap();
        assert!(said.out.contains("\"Expiration\":"), "{line}: {}", said.out);
    }
}

#[test]
fn explain_names_file_and_line() {
    let home = home("[profile dev]\nregion = a\nregion = b\nrole_arn = r\nsource_profile = dev\nregoin = x\n", KEYS);
    let said = run(&home, "explain --profile dev");
    for part in [
        "step 1    access key in the credentials file",
        "step 2    assuming a role",
        "(nothing there yet)",
        "did you mean `region`",
        "role_arn at ~/.aws/config:4",
        "shadowed  access key in the credentials file",
        "aws_access_key_id at ~/.aws/credentials:2",
        "b, from region at ~/.aws/config:3",
        "shadows ~/.aws/config:2",
    ] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    assert!(!said.out.contains("wJalrXUtnFEMI"), "{}", said.out);
    let said = run(&home, "explain --profile dev --region z --output json --query region.value");
    assert_eq!(said.out, "\"z\"\n");
}

#[test]
fn validate_lists_every_problem() {
    let home = home("[foo]\nregion = a\n[profile b]\njunk\nregoin = x\n", "");
    let said = run(&home, "configure validate");
    assert_eq!(said.code, 253, "{}", said.err);
    for part in ["~/.aws/config:1: ", "~/.aws/config:4: error: ", "~/.aws/config:5: ", "`region`", "mend: "] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    let json = run(&home, "configure validate --output json --query '[].line'");
    assert!(json.out.contains('4'), "{}", json.out);
    let clean = self::home("[default]\nregion = eu-west-1\n", "");
    let said = run(&clean, "configure validate");
    assert_eq!((said.code, said.out.as_str()), (0, ""), "{}", said.err);
}

#[test]
fn help_and_version_go_to_standard_output() {
    let home = home("", "");
    for line in ["--help", "--version", "configure --help", "configure set --help", "man", "man configure set"] {
        let said = run(&home, line);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{line}");
        assert!(!said.out.is_empty(), "{line}");
    }
    assert_eq!(run(&home, "man nothing").code, 252);
}
