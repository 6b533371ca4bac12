//! Sessions with MFA: made once with a code, used by all roles that start from them; where codes come from; and
//! `configure mfa-login`.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use expectrl::{Eof, Expect, Session};
use sandbox::server::{Fault, FaultKind, Server};
use sandbox::{ACCESS_KEY_ID, Home, SECRET_ACCESS_KEY, Said, standard, totp};

const SERIAL: &str = standard::MFA_SERIAL;

struct Place {
    home: Home,
    server: Server,
}

fn place() -> Place {
    let home = Home::new(env!("CARGO_BIN_EXE_keyfob")).unwrap();
    let keys = format!("[base]\naws_access_key_id = {ACCESS_KEY_ID}\naws_secret_access_key = {SECRET_ACCESS_KEY}\n");
    home.write("credentials", keys).unwrap();
    let role = |name: &str| format!("role_arn = {}\nsource_profile = base\n", standard::role_arn(name));
    let config = format!(
        "[profile base]\nmfa_serial = {SERIAL}\n[profile mfa]\n{}mfa_serial = {SERIAL}\n[profile demo]\n{}",
        role("mfa"),
        role("demo"),
    );
    home.write("config", config).unwrap();
    home.write("keyfob/settings", "[profile base]\nmfa_session = on\n").unwrap();
    Place { home, server: Server::start().unwrap() }
}

impl Place {
    fn run(&self, line: &str) -> Said {
        Said::of(self.home.keyfob(line.split(' ')).env("AWS_ENDPOINT_URL", self.server.url())).unwrap()
    }

    /// Runs `line` with `input` on standard input.
    fn fed(&self, line: &str, input: &str) -> Said {
        let mut command = self.home.keyfob(line.split(' '));
        command.env("AWS_ENDPOINT_URL", self.server.url());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Said::from(child.wait_with_output().unwrap())
    }

    /// The code that the device shows, or the one `steps` later.
    fn code(&self, steps: u64) -> String {
        totp::code(standard::MFA_SEED, totp::step(self.server.now()) + steps)
    }

    fn herd(&self, count: usize, profile: &str) -> Vec<Child> {
        (0..count)
            .map(|_| {
                let mut command = self.home.keyfob(["process", "--profile", profile]);
                command.env("AWS_ENDPOINT_URL", self.server.url());
                command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
            })
            .collect()
    }
}

#[test]
fn one_code_serves_all_roles() {
    let place = place();
    let said = place.run(&format!("process --profile mfa --token-code {}", place.code(0)));
    assert_eq!(said.code, 0, "{}", said.err);
    for line in ["process --profile demo", "process --profile mfa", "process --profile base", "whoami --profile base"] {
        let said = place.run(line);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{line}");
    }
    assert_eq!((place.server.count("GetSessionToken"), place.server.count("AssumeRole")), (1, 2));
    // The session has MFA: the role that asks for it needs no code of its own.
    let status = place.run("status --profile base");
    assert!(status.out.contains("mfa") && status.out.contains(SERIAL), "{}", status.out);
    let folder = place.home.aws("keyfob/mfa");
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{path:?}");
        assert!(!fs::read_to_string(&path).unwrap().contains(&place.code(0)), "{path:?}");
    }
}

#[test]
fn where_a_session_is_not_turned_on_keys_are_used() {
    let place = place();
    place.home.write("keyfob/settings", "").unwrap();
    assert_eq!(place.run("process --profile demo").code, 0);
    assert_eq!(place.server.count("GetSessionToken"), 0);
    let explained = place.run("explain --profile mfa").out;
    assert!(!explained.contains("a session with MFA"), "{explained}");
    place.home.write("keyfob/settings", "[profile base]\nmfa_session = maybe\n").unwrap();
    let said = place.run("process --profile demo");
    assert_eq!((said.code, said.out.as_str()), (253, ""));
    assert!(said.err.contains("mfa_session = maybe"), "{}", said.err);
}

#[test]
fn a_used_code_is_not_sent_again() {
    let place = place();
    let code = place.code(0);
    assert_eq!(place.run(&format!("process --profile base --token-code {code}")).code, 0);
    for entry in fs::read_dir(place.home.aws("keyfob/mfa")).unwrap() {
        let path = entry.unwrap().path();
        if !path.file_name().unwrap().to_string_lossy().starts_with("used") {
            fs::remove_file(path).unwrap();
        }
    }
    let said = place.run(&format!("process --profile base --token-code {code}"));
    assert_eq!((said.code, said.out.as_str()), (253, ""));
    assert!(said.err.contains("--token-code was used a moment ago"), "{}", said.err);
    assert_eq!(place.server.count("GetSessionToken"), 1);
    // A program that prints the same one is asked again when the next one is due, and that is said.
    let (script, codes) = (place.home.path().join("codes"), place.home.path().join("codes.txt"));
    fs::write(&codes, format!("{code}\n")).unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    fs::write(
        &script,
        format!(
            "#!/bin/sh\nif [ $(date +%s) -lt {} ]; then echo {code}; else echo {}; fi\n",
            now / 30 * 30 + 30,
            place.code(1)
        ),
    )
    .unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let config = format!("[profile base]\nmfa_serial = {SERIAL}\nmfa_process = {}\n", script.display());
    place.home.write("config", config).unwrap();
    let said = place.run("process --profile base");
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.err.is_empty() || said.err.contains("waiting") && said.err.contains("for the next one"),
        "{}",
        said.err
    );
    assert_eq!(place.server.count("GetSessionToken"), 2);
}

#[test]
fn sources_of_codes_in_their_order() {
    // The flag before the variable before the program; a wrong one is named by its place.
    let place = place();
    let config = |program: &str| format!("[profile base]\nmfa_serial = {SERIAL}\nmfa_process = {program}\n");
    place.home.write("config", config("echo 1234")).unwrap();
    let run = |line: &str, variable: &str| {
        let mut command = place.home.keyfob(line.split(' '));
        command.env("AWS_ENDPOINT_URL", place.server.url()).env("KEYFOB_TOKEN_CODE", variable);
        Said::of(&mut command).unwrap()
    };
    for (line, variable, says) in [
        ("process --profile base --token-code 12", "34", "--token-code is not six digits"),
        ("process --profile base", "34", "KEYFOB_TOKEN_CODE is not six digits"),
        ("process --profile base", "", "is not six digits"),
    ] {
        let said = run(line, variable);
        assert_eq!((said.code, said.out.as_str()), (253, ""), "{line}");
        assert!(said.err.contains(says), "{line}: {}", said.err);
    }
    place.home.write("config", config("false")).unwrap();
    assert!(
        run("process --profile base", "").err.contains("mfa_process failed: false ended with"),
        "a failing program"
    );
    place.home.write("config", config(&format!("echo {}", place.code(0)))).unwrap();
    assert_eq!(run("process --profile base", "").code, 0);
    let said = run("exec --profile base --token-code - true", "");
    assert_eq!(said.code, 252, "{}", said.err);
    assert_eq!(place.server.count("GetSessionToken"), 1);
}

#[test]
fn a_wrong_code_is_told_and_nothing_kept() {
    let place = place();
    let said = place.run("process --profile base --token-code 000000");
    assert_eq!((said.code, said.out.as_str()), (254, ""), "{}", said.err);
    assert!(said.err.contains("MultiFactorAuthentication"), "{}", said.err);
    assert_eq!(place.server.count("GetSessionToken"), 1);
}

#[test]
fn one_question_answers_for_all_that_wait() {
    let place = place();
    let mut command = place.home.keyfob(["process", "--prompt", "--profile", "base"]);
    command.env("AWS_ENDPOINT_URL", place.server.url());
    let mut session = Session::spawn(command).unwrap();
    session.set_expect_timeout(Some(Duration::from_secs(30)));
    session.expect(format!("Profile base: Enter MFA code for {SERIAL}: ")).unwrap();
    // Nobody can ask these; one of them would fail at once by itself.
    let herd = place.herd(19, "base");
    std::thread::sleep(Duration::from_secs(2));
    place.server.fault(Fault::once(FaultKind::Delay { millis: 2000 }).of("GetSessionToken"));
    let code = place.code(0);
    session.send_line(&code).unwrap();
    let rest = session.expect(Eof).unwrap();
    let rest = String::from_utf8_lossy(rest.get(0).unwrap()).into_owned();
    assert!(rest.contains("\"AccessKeyId\":\"ASIA") && !rest.contains(&code), "{rest}");
    for child in herd {
        let said = Said::from(child.wait_with_output().unwrap());
        assert_eq!(said.code, 0, "{}", said.err);
        assert!(rest.contains(said.out.trim()), "{}", said.out);
    }
    assert_eq!(place.server.count("GetSessionToken"), 1);
}

#[test]
fn ctrl_c_at_the_question_ends_it_whatever_is_still_good() {
    let place = place();
    assert_eq!(place.run(&format!("process --profile base --token-code {}", place.code(0))).code, 0);
    // Ten minutes are left: a renewal that fails would cost nothing, but this person wants out.
    let ends = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(10);
    for entry in fs::read_dir(place.home.aws("keyfob/mfa")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let Some((before, rest)) = text.split_once("\"Expiration\":\"") else { continue };
        let after = rest.split_once('"').unwrap().1;
        let ends = ends.strftime("%Y-%m-%dT%H:%M:%SZ");
        fs::write(&path, format!("{before}\"Expiration\":\"{ends}\"{after}")).unwrap();
    }
    let keyfob = env!("CARGO_BIN_EXE_keyfob");
    let script = format!("trap : INT; '{keyfob}' exec --profile base -- echo child-ran; echo \"ended $?.\"");
    let mut command = place.home.command("sh");
    command.env("AWS_ENDPOINT_URL", place.server.url()).args(["-c", &script]);
    let mut session = Session::spawn(command).unwrap();
    session.set_expect_timeout(Some(Duration::from_secs(30)));
    session.expect(format!("Profile base: Enter MFA code for {SERIAL}: ")).unwrap();
    session.send("\x03").unwrap();
    let seen = session.expect("ended 130.").unwrap();
    assert!(!String::from_utf8_lossy(seen.as_bytes()).contains("child-ran"));
    assert_eq!(place.server.count("GetSessionToken"), 1);
}

#[test]
fn nobody_to_ask_is_soon_known() {
    let place = place();
    let herd = place.herd(10, "mfa");
    for child in herd {
        let said = Said::from(child.wait_with_output().unwrap());
        assert_eq!((said.code, said.out.as_str()), (253, ""));
        assert!(said.err.contains("--token-code") && said.err.contains("mfa_process"), "{}", said.err);
    }
    assert_eq!(place.server.calls().len(), 0);
}

#[test]
fn mfa_login_is_the_aws_clis() {
    let place = place();
    let said = place.fed("configure mfa-login --profile base", &format!("{}\n\n", place.code(0)));
    assert_eq!(said.code, 0, "{}", said.err);
    let lines: Vec<_> = said.out.lines().collect();
    let [written, ends, usage] = lines[..] else { panic!("{}", said.out) };
    assert_eq!(written, "Temporary credentials written to profile '111122223333-alice'");
    assert!(ends.starts_with("Credentials will expire at 2") && ends.ends_with("+00:00"), "{ends}");
    assert_eq!(usage, "To use these credentials, specify --profile 111122223333-alice when running AWS CLI commands");
    let credentials = place.home.read("credentials");
    let section = credentials.split("[111122223333-alice]\n").nth(1).unwrap();
    let keys: Vec<_> = section.lines().map(|line| line.split(" = ").next().unwrap()).collect();
    assert_eq!(keys, ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"]);
    assert_eq!(place.run("sts get-caller-identity --profile 111122223333-alice").code, 0);
    let status = place.run("status --profile 111122223333-alice");
    assert!(status.code == 0 && status.out.contains("a session with MFA until"), "{}", status.out);
    // What keyfob remembers of the end is all that says so; when it is over, `status` names the command.
    let remembered = fs::read_dir(place.home.aws("keyfob/mfa")).unwrap().map(|entry| entry.unwrap().path());
    let path = remembered.into_iter().find(|path| path.to_string_lossy().contains("/login-")).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let at = text.find("20").unwrap();
    fs::write(&path, format!("{}2020{}", &text[..at], &text[at + 4..])).unwrap();
    let status = place.run("status --profile 111122223333-alice");
    let command = "keyfob configure mfa-login --update-profile 111122223333-alice --profile base";
    assert!(status.code == 1 && status.out.contains(command), "{}", status.out);
}

#[test]
fn mfa_login_fails_with_1_and_changes_nothing() {
    let place = place();
    let before = place.home.read("credentials");
    for (line, input, says) in [
        ("configure mfa-login --profile base", "", "MFA token code is required"),
        ("configure mfa-login --profile base --update-profile x --token-code 000000", "", "AccessDenied"),
        ("configure mfa-login --profile base --update-profile x --token-code 12", "", "not six digits"),
        ("configure mfa-login --profile nope --token-code 123456", "", "nope"),
        ("configure mfa-login --profile base --no-input", "", "MFA token code is required"),
        ("configure mfa-login --profile base --duration-seconds 5 --token-code 123456 --update-profile x", "", ""),
    ] {
        let said = place.fed(line, input);
        assert_eq!(said.code, 1, "{line}: {}{}", said.out, said.err);
        assert!(said.err.contains(says), "{line}: {}", said.err);
        assert_eq!(place.home.read("credentials"), before, "{line}");
    }
}

#[test]
fn mfa_login_without_keys_asks_for_them_and_keeps_none() {
    let place = place();
    place.home.write("credentials", "").unwrap();
    place.home.write("config", format!("[profile base]\nmfa_serial = {SERIAL}\n")).unwrap();
    let answers = format!("{ACCESS_KEY_ID}\n{SECRET_ACCESS_KEY}\n{SERIAL}\n{}\n\n", place.code(0));
    let said = place.fed("configure mfa-login --profile base", &answers);
    assert_eq!(said.code, 0, "{}", said.err);
    let lines: Vec<_> = said.out.lines().collect();
    assert_eq!(lines[0], "Please provide your AWS credentials:");
    assert!(lines[2].starts_with("Credentials will expire at 2") && lines[2].ends_with(" UTC"), "{}", lines[2]);
    assert!(!place.home.read("credentials").contains(ACCESS_KEY_ID));
    assert!(!format!("{}{}", said.out, said.err).contains(SECRET_ACCESS_KEY));
    // What a pipe gives is all there is: a code that was used is not waited for.
    let said = place.fed("configure mfa-login --profile base", &answers);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.err.contains("was used a moment ago"), "{}", said.err);
    assert_eq!(place.server.count("GetSessionToken"), 1);
}
