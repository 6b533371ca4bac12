//! A person at a terminal, who scans the QR code with a phone.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

use expectrl::{Eof, Expect, Session, session::OsSession};
use sandbox::{standard, totp};

use crate::place::{BOB, KEYFOB, LIMIT, Place, place};

/// A shell in a pseudo-terminal that runs keyfob and tells how it ended.
struct Talk {
    session: OsSession,
    seen: String,
}

impl Talk {
    fn new(place: &Place, line: &str, columns: usize) -> Self {
        let script =
            // Whoever makes the terminal sets its size too, perhaps after the shell's first words.
            format!(
                "stty sane; read start; stty cols {columns} rows 60; echo ready.; trap : INT; '{KEYFOB}' {line}; \
                 echo \"ended $?.\""
            );
        // Once in hundreds of times a shell that was forked from so many threads does not come up.
        for _ in 0..5 {
            let mut command = place.home.command("sh");
            place.seat(&mut command);
            command.args(["-c", &script]);
            let mut session = Session::spawn(command).unwrap();
            session.set_expect_timeout(Some(LIMIT / 4));
            session.send("start\n").unwrap();
            if session.expect("ready.").is_ok() {
                session.set_expect_timeout(Some(LIMIT));
                return Self { session, seen: String::new() };
            }
        }
        panic!("no shell comes up")
    }

    fn wait(&mut self, text: &str) -> &mut Self {
        match self.session.expect(text) {
            Ok(found) => self.seen += &String::from_utf8_lossy(found.as_bytes()),
            Err(error) => panic!("waiting for {text:?}: {error}; seen: {}", self.seen),
        }
        self
    }

    fn answer(&mut self, question: &str, keys: &str) -> &mut Self {
        self.wait(question).session.send(format!("{keys}\r")).unwrap();
        self
    }

    fn end(mut self) -> (i32, String) {
        self.wait("ended ").wait(".");
        let code = self.seen.rsplit("ended ").next().unwrap().trim_end_matches('.').parse().unwrap();
        self.session.expect(Eof).unwrap();
        (code, self.seen)
    }
}

/// What a phone reads from the half blocks on a screen; `dark`: whether the blocks are the dark modules.
fn scan(screen: &str, dark: bool) -> String {
    let (_, rest) = screen.split_once("authenticator app:").unwrap();
    let lines: Vec<Vec<char>> = rest
        .lines()
        .map(|line| line.replace("\x1b[30;47m", "").replace("\x1b[0m", "").trim_end_matches('\r').chars().collect())
        .skip_while(Vec::is_empty)
        .take_while(|line| !line.is_empty())
        .collect();
    const SIZE: usize = 4;
    let width = lines[0].len() * SIZE;
    let height = lines.len() * 2 * SIZE;
    let is_dark = |x: usize, y: usize| {
        let (line, lower) = (y / SIZE / 2, y / SIZE % 2 == 1);
        let cell = lines[line].get(x / SIZE).copied().unwrap_or(' ');
        // Below the last line there is nothing.
        let last = !dark && y / SIZE + 1 == 2 * lines.len();
        let block = matches!((cell, lower), ('█', _) | ('▀', false) | ('▄', true));
        !last && block == dark
    };
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| if is_dark(x, y) { 0 } else { 255 });
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "no QR code in\n{screen}");
    grids[0].decode().unwrap().1
}

/// The seed in an otpauth address, which is otherwise as AWS's own.
fn seed(address: &str, device: &str) -> String {
    let start = format!("otpauth://totp/Amazon%20Web%20Services:{device}@111122223333?secret=");
    let rest = address.strip_prefix(&start).unwrap_or_else(|| panic!("{address}"));
    rest.strip_suffix("&issuer=Amazon%20Web%20Services").unwrap_or_else(|| panic!("{address}")).to_owned()
}

#[test]
fn the_story_of_a_device() {
    let place = place();
    std::fs::remove_file(place.home.aws("credentials")).unwrap();
    let secret = standard::BOB_SECRET_ACCESS_KEY;
    for (key, value) in [("aws_access_key_id", standard::BOB_ACCESS_KEY_ID), ("aws_secret_access_key", secret)] {
        let said = place.feed(&format!("configure set {key} --value-stdin --profile me"), value);
        assert_eq!(said.code, 0, "{}", said.err);
    }
    let mut talk = Talk::new(&place, "mfa enroll --profile me --debug", 120);
    talk.wait("First code: ");
    let seed = seed(&scan(&talk.seen, false), "bob");
    assert!(!talk.seen.contains(&seed), "the secret key is shown");
    assert_eq!(seed, place.server.account().iam.devices[0].seed);
    let [one, two] = place.codes(&seed);
    talk.session.send(format!("{one}\r")).unwrap();
    talk.answer("Next code (in about ", &two);
    talk.answer("Get MFA sessions for profile me by itself, asking for a code when one is over? [y/N]: ", "y");
    let (code, seen) = talk.end();
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains(&format!("{BOB} is an MFA device of bob now")), "{seen}");
    place.search(&seen, "the terminal");
    assert_eq!(place.home.read("config"), format!("[profile me]\nmfa_serial = {BOB}\n"));
    place.search_files();
    assert_eq!(place.home.read("keyfob/settings"), "[profile me]\nmfa_session = on\n");

    // The day after: one code, and the role that asks for MFA needs no other.
    let role = standard::role_arn("mfa");
    place
        .home
        .write(
            "config",
            format!("[profile me]\nmfa_serial = {BOB}\n[profile r]\nrole_arn = {role}\nsource_profile = me\n"),
        )
        .unwrap();
    place.server.clock_offset(90);
    let mut talk = Talk::new(&place, "process --prompt --profile r", 120);
    let code = totp::code(&seed, totp::step(place.server.now()));
    talk.answer(&format!("Profile me: Enter MFA code for {BOB}: "), &code);
    let (ended, seen) = talk.end();
    assert!(ended == 0 && seen.contains("\"AccessKeyId\":\"ASIA") && !seen.contains(&code), "{seen}");
    for profile in ["r", "me"] {
        let said = place.run(&format!("sts get-caller-identity --profile {profile}"));
        assert_eq!(said.code, 0, "{profile}: {}", said.err);
    }
    assert_eq!((place.server.count("GetSessionToken"), place.server.count("AssumeRole")), (1, 1));
    place.home.write("config", format!("[profile me]\nmfa_serial = {BOB}\n")).unwrap();

    assert!(place.run("mfa list --profile me").out.ends_with("  profile me\n"));
    let mut talk = Talk::new(&place, "mfa remove --profile me", 120);
    talk.answer(&format!("Remove the virtual MFA device {BOB} of bob? [y/N]: "), "y");
    talk.answer("Remove mfa_serial, which names it, from me? [y/N]: ", "y");
    let (code, seen) = talk.end();
    assert_eq!((code, place.devices("bob").len(), place.left().len()), (0, 0, 0), "{seen}");
    assert_eq!(place.home.read("config"), "[profile me]\n");
}

#[test]
fn slips_of_the_pen_are_told_and_wrong_codes_asked_again() {
    let place = place();
    let mut talk = Talk::new(&place, "mfa enroll --profile bob --no-mfa-session --color on", 120);
    talk.wait("First code: ");
    let seed = seed(&scan(&talk.seen, true), "bob");
    talk.session.send("s\r").unwrap();
    talk.wait(&format!("Secret key: {seed}"));
    talk.answer("First code: ", "12345").wait("six digits");
    talk.answer("First code: ", "123 456");
    talk.answer("Next code (in about ", "123456").wait("wait until the device shows another one");
    talk.answer("Next code (in about ", "654321").wait("does not take these codes");
    let [one, two] = place.codes(&seed);
    talk.answer("First code: ", &one).answer("Next code (in about ", &two);
    let (code, seen) = talk.end();
    assert_eq!((code, place.devices("bob")), (0, vec![BOB.to_owned()]), "{seen}");
    // The code is shown before each first question, for who has scanned the one before wrongly.
    assert_eq!(place.server.count("EnableMFADevice"), 2);
}

#[test]
fn three_times_wrong_is_enough() {
    let place = place();
    let mut talk = Talk::new(&place, "mfa enroll --profile bob --no-mfa-session", 120);
    for _ in 0..3 {
        talk.answer("First code: ", "000000").answer("Next code (in about ", "000001");
    }
    let (code, seen) = talk.end();
    assert_eq!((code, place.devices("bob").len(), place.left().len()), (254, 0, 0), "{seen}");
    assert_eq!(place.server.count("EnableMFADevice"), 3);
}

#[test]
fn control_c_at_each_question() {
    for at in 0..2 {
        let place = place();
        let mut talk = Talk::new(&place, "mfa enroll --profile bob", 120);
        talk.wait("First code: ");
        if at == 1 {
            talk.session.send("123456\r").unwrap();
            talk.wait("Next code (in about ");
        }
        talk.session.send("\x03").unwrap();
        let (code, seen) = talk.end();
        assert_eq!((code, place.devices("bob").len(), place.left().len()), (130, 0, 0), "{seen}");
        assert_eq!(place.home.read("config"), "");
    }
}

#[test]
fn a_narrow_terminal_shows_no_code_but_the_secret_key_if_asked() {
    let place = place();
    let mut talk = Talk::new(&place, "mfa enroll --profile bob --no-mfa-session", 30);
    talk.wait("too narrow for the QR code").answer("First code: ", "s").wait("Secret key: ");
    let seed = place.server.account().iam.devices[0].seed.clone();
    let [one, two] = place.codes(&seed);
    talk.answer("First code: ", &one).answer("Next code (in about ", &two);
    let (code, seen) = talk.end();
    assert_eq!((code, place.devices("bob").len()), (0, 1), "{seen}");
}
