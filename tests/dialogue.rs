//! The dialogue `keyfob configure`: in a pseudo-terminal, as a person meets it, and through a pipe,
//! as scripts feed it.
//!
//! Questions and their order, what is shown of stored values, that no secret is echoed, what an
//! answer changes in the two files, and that Ctrl-C leaves files and terminal as they were.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::Stdio;
use std::time::{Duration, Instant};

use expectrl::{Eof, Expect, Session, session::OsSession};
use sandbox::{Home, Said};

const KEYFOB: &str = env!("CARGO_BIN_EXE_keyfob");
const LIMIT: Duration = Duration::from_secs(10);

const ID: &str = "AWS Access Key ID [";
const SECRET: &str = "AWS Secret Access Key [";
const TOKEN: &str = "AWS Session Token [";
const REGION: &str = "Default region name [";
const OUTPUT: &str = "Default output format [";
const TIP: &str = "\nTip: You can deliver temporary credentials to the AWS CLI using your AWS Console session by \
                   running the command 'aws login'.\n\n";

const CONFIG: &str = "# mine\n[default]\nregion = eu-west-1\noutput = text\n\n[profile a b]\nx = y\n";
const LONG_TERM: &str = "[default]\naws_access_key_id = AKIASTOREDID0001\naws_secret_access_key = stored-secret-0002\n";
const TEMPORARY: &str = "[default]\naws_access_key_id = ASIASTOREDID0001\naws_secret_access_key = stored-secret-0002\n\
                         aws_session_token = stored-token-0003\n";

/// A home with these two files; `None`: no such file.
fn home(config: Option<&str>, credentials: Option<&str>) -> Home {
    let home = Home::new(KEYFOB).unwrap();
    for (name, text) in [("config", config), ("credentials", credentials)] {
        if let Some(text) = text {
            home.write(name, text).unwrap();
            fs::set_permissions(home.aws(name), Permissions::from_mode(0o600)).unwrap();
        }
    }
    home
}

/// Both files: their identity and time, which a replacement changes, and their bytes.
fn files(home: &Home) -> Vec<(u64, i64, i64, String)> {
    let mut files = Vec::new();
    for name in ["config", "credentials"] {
        if let Ok(about) = fs::metadata(home.aws(name)) {
            files.push((about.ino(), about.mtime(), about.mtime_nsec(), home.read(name)));
        }
    }
    files
}

/// Runs `configure` with `flags`, `input` in a pipe at its standard input.
fn piped(home: &Home, flags: &[&str], input: &[u8]) -> Said {
    let mut command = home.keyfob([&["configure"], flags].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It may end before it reads.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap().into()
}

/// A shell in a pseudo-terminal that runs `configure` and then tells how it and the terminal ended.
struct Talk {
    session: OsSession,
    seen: String,
}

impl Talk {
    /// Starts `configure FLAGS`; `FLAGS` are words of a shell.
    fn new(home: &Home, flags: &str) -> Self {
        let out = home.path().join("out");
        // The shell outlives the Ctrl-C that ends keyfob. The terminal starts without echo, so it is set.
        let script = format!(
            "stty sane; trap : INT; '{KEYFOB}' configure {flags} > '{}'; echo \"ended $?.\"; stty -a; echo over.",
            out.display()
        );
        let mut command = home.command("sh");
        command.args(["-c", &script]).current_dir(home.path());
        let mut session = Session::spawn(command).unwrap();
        session.set_expect_timeout(Some(LIMIT));
        Self { session, seen: String::new() }
    }

    /// Waits for `text`, and keeps all that is shown until then.
    fn wait(&mut self, text: &str) -> &mut Self {
        match self.session.expect(text) {
            Ok(found) => self.seen += &String::from_utf8_lossy(found.as_bytes()),
            Err(error) => panic!("waiting for {text:?}: {error}; seen: {}", self.seen),
        }
        self
    }

    fn type_keys(&mut self, keys: &str) -> &mut Self {
        self.session.send(keys).unwrap();
        self
    }

    /// Waits for the whole question that starts with `question`, types `keys` and Enter.
    fn answer(&mut self, question: &str, keys: &str) -> &mut Self {
        self.wait(question).wait("]: ").type_keys(&format!("{keys}\r"))
    }

    /// As [`Talk::answer`], when the terminal shows nothing of what is typed any more.
    fn answer_hidden(&mut self, question: &str, keys: &str) -> &mut Self {
        self.hidden(question).type_keys(&format!("{keys}\r"))
    }

    /// Waits for a question whose answer is hidden.
    fn hidden(&mut self, question: &str) -> &mut Self {
        self.wait(question).wait("]: ");
        // A person cannot type as fast as a test: give the terminal the time to be set.
        std::thread::sleep(Duration::from_millis(100));
        self
    }

    /// Waits for the end, and returns how `configure` ended, with all that was shown.
    fn end(&mut self) -> Said {
        self.wait("ended ").wait(".");
        let code = self.seen.rsplit("ended ").next().unwrap().trim_end_matches('.').parse().unwrap();
        let talk = self.seen.clone();
        self.wait("over.");
        self.session.expect(Eof).unwrap();
        let after = self.seen[talk.len()..].to_owned();
        for flag in ["echo", "icanon", "isig"] {
            let on = after.split([' ', ';', '\r', '\n']).any(|word| word == flag);
            assert!(on, "{flag} is off afterwards: {after}");
        }
        Said { code, out: String::new(), err: talk }
    }
}

/// Standard output of a talk, which the shell kept in a file.
fn output(home: &Home) -> String {
    fs::read_to_string(home.path().join("out")).unwrap()
}

/// The two files after a dialogue, as text; empty when there is none.
fn texts(home: &Home) -> (String, String) {
    (home.read("config"), home.read("credentials"))
}

struct Case {
    name: &'static str,
    files: (Option<&'static str>, Option<&'static str>),
    flags: &'static [&'static str],
    input: &'static str,
    /// What is in the brackets of each question, in their order.
    asks: &'static [(&'static str, &'static str)],
    tip: bool,
    /// What is in the two files afterwards.
    config: &'static str,
    credentials: &'static str,
}

const NONE: [(&str, &str); 4] = [(ID, "None"), (SECRET, "None"), (REGION, "None"), (OUTPUT, "None")];
const STORED: [(&str, &str); 4] =
    [(ID, "****************0001"), (SECRET, "****************0002"), (REGION, "eu-west-1"), (OUTPUT, "text")];
const STORED_TOKEN: [(&str, &str); 5] =
    [STORED[0], STORED[1], (TOKEN, "****************0003"), (REGION, "eu-west-1"), (OUTPUT, "text")];

const CASES: [Case; 13] = [
    Case {
        name: "all new",
        files: (None, None),
        flags: &[],
        input: "AKIANEW\nnew-secret\neu-west-1\njson\n",
        asks: &NONE,
        tip: true,
        config: "[default]\nregion = eu-west-1\noutput = json\n",
        credentials: "[default]\naws_access_key_id = AKIANEW\naws_secret_access_key = new-secret\n",
    },
    Case {
        name: "line ends of Windows",
        files: (None, None),
        flags: &[],
        input: "AKIANEW\r\nnew-secret\r\neu-west-1\r\njson\r\n",
        asks: &NONE,
        tip: true,
        config: "[default]\nregion = eu-west-1\noutput = json\n",
        credentials: "[default]\naws_access_key_id = AKIANEW\naws_secret_access_key = new-secret\n",
    },
    Case {
        name: "a temporary key is asked for its token",
        files: (None, None),
        flags: &[],
        input: "ASIANEW\nnew-secret\nnew-token\n\n\n",
        asks: &[NONE[0], NONE[1], (TOKEN, "None"), NONE[2], NONE[3]],
        tip: true,
        config: "[default]\n",
        credentials: "[default]\naws_access_key_id = ASIANEW\naws_secret_access_key = new-secret\n\
                      aws_session_token = new-token\n",
    },
    Case {
        name: "no answers, no files",
        files: (None, None),
        flags: &[],
        input: "\n\n\n\n",
        asks: &NONE,
        tip: true,
        config: "",
        credentials: "",
    },
    Case {
        name: "no answers keep all",
        files: (Some(CONFIG), Some(LONG_TERM)),
        flags: &[],
        input: "\n\n\n\n",
        asks: &STORED,
        tip: false,
        config: CONFIG,
        credentials: LONG_TERM,
    },
    Case {
        name: "equal answers change nothing",
        files: (Some(CONFIG), Some(LONG_TERM)),
        flags: &[],
        input: "AKIASTOREDID0001\nstored-secret-0002\neu-west-1\ntext\n",
        asks: &STORED,
        tip: false,
        config: CONFIG,
        credentials: LONG_TERM,
    },
    Case {
        name: "one answer",
        files: (Some(CONFIG), Some(LONG_TERM)),
        flags: &[],
        input: "\n\n\njson\n",
        asks: &STORED,
        tip: false,
        config: "# mine\n[default]\nregion = eu-west-1\noutput = json\n\n[profile a b]\nx = y\n",
        credentials: LONG_TERM,
    },
    Case {
        name: "a stored token may be kept",
        files: (Some(CONFIG), Some(TEMPORARY)),
        flags: &[],
        input: "\n\n\n\n\n",
        asks: &STORED_TOKEN,
        tip: false,
        config: CONFIG,
        credentials: TEMPORARY,
    },
    Case {
        name: "a new long-term key removes the stored token",
        files: (Some(CONFIG), Some(TEMPORARY)),
        flags: &[],
        input: "AKIANEW\nnew-secret\n\n\n",
        asks: &STORED,
        tip: false,
        config: CONFIG,
        credentials: "[default]\naws_access_key_id = AKIANEW\naws_secret_access_key = new-secret\n",
    },
    Case {
        name: "a new temporary key replaces the stored token",
        files: (Some(CONFIG), Some(TEMPORARY)),
        flags: &[],
        input: "ASIANEW\nnew-secret\nnew-token\n\n\n",
        asks: &STORED_TOKEN,
        tip: false,
        config: CONFIG,
        credentials: "[default]\naws_access_key_id = ASIANEW\naws_secret_access_key = new-secret\n\
                      aws_session_token = new-token\n",
    },
    Case {
        name: "a profile with a blank",
        files: (Some(CONFIG), Some(LONG_TERM)),
        flags: &["--profile", "my dev"],
        input: "AKIANEW\nnew-secret\neu-west-2\n\n",
        asks: &NONE,
        tip: true,
        config: "# mine\n[default]\nregion = eu-west-1\noutput = text\n\n[profile a b]\nx = y\n\
                 [profile 'my dev']\nregion = eu-west-2\n",
        credentials: "[default]\naws_access_key_id = AKIASTOREDID0001\naws_secret_access_key = stored-secret-0002\n\
                      [my dev]\naws_access_key_id = AKIANEW\naws_secret_access_key = new-secret\n",
    },
    Case {
        name: "without tips",
        files: (None, None),
        flags: &["--quiet"],
        input: "\n\n\n\n",
        asks: &NONE,
        tip: false,
        config: "",
        credentials: "",
    },
    Case {
        name: "answers are not trimmed",
        files: (None, None),
        flags: &["-q"],
        input: "\n a#;%=:\u{e9} \n\n\n",
        asks: &NONE,
        tip: false,
        config: "[default]\n",
        credentials: "[default]\naws_secret_access_key =  a#;%=:\u{e9} \n",
    },
];

#[test]
fn through_a_pipe() {
    for case in CASES {
        let home = home(case.files.0, case.files.1);
        let before = files(&home);
        let said = piped(&home, case.flags, case.input.as_bytes());
        let questions: String =
            case.asks.iter().map(|(question, current)| format!("{question}{current}]: \n")).collect();
        let wanted = if case.tip { format!("{TIP}{questions}") } else { questions };
        assert_eq!(said, Said { code: 0, out: String::new(), err: wanted }, "{}", case.name);
        assert_eq!(texts(&home), (case.config.to_owned(), case.credentials.to_owned()), "{}", case.name);
        let kept =
            case.files.0.unwrap_or_default() == case.config && case.files.1.unwrap_or_default() == case.credentials;
        // No file is made or replaced when there is nothing to change.
        assert_eq!(before == files(&home), kept, "{}", case.name);
        assert!(!kept || case.files.0.is_some() || !home.aws("").exists(), "{}: a folder was made", case.name);
    }
}

#[test]
fn in_a_terminal() {
    for case in CASES.iter().filter(|case| !case.input.contains('\r')) {
        let home = home(case.files.0, case.files.1);
        let flags: String = case.flags.iter().map(|flag| format!("'{flag}' ")).collect();
        let mut talk = Talk::new(&home, &flags);
        for ((question, current), answer) in case.asks.iter().zip(case.input.split('\n')) {
            match *question == SECRET || *question == TOKEN {
                true => talk.answer_hidden(&format!("{question}{current}"), answer),
                false => talk.answer(&format!("{question}{current}"), answer),
            };
        }
        let said = talk.end();
        assert_eq!(said.code, 0, "{}: {}", case.name, said.err);
        assert_eq!(said.err.matches("]: ").count(), case.asks.len(), "{}: {}", case.name, said.err);
        assert_eq!(said.err.contains("Tip: "), case.tip, "{}: {}", case.name, said.err);
        assert_eq!(texts(&home), (case.config.to_owned(), case.credentials.to_owned()), "{}", case.name);
        assert_eq!(output(&home), "", "{}", case.name);
    }
}

#[test]
fn no_secret_is_shown() {
    let home = home(None, Some(TEMPORARY));
    let mut talk = Talk::new(&home, "--debug");
    talk.answer(ID, "ASIATYPED").answer_hidden(SECRET, "typed-secret").answer_hidden(TOKEN, "typed-token");
    let said = talk.answer(REGION, "eu-typed-1").answer(OUTPUT, "yaml").end();
    assert!(home.read("credentials").contains("aws_secret_access_key = typed-secret\naws_session_token = typed-token"));
    for (text, shown) in [
        ("ASIATYPED", true),
        ("eu-typed-1", true),
        ("typed-secret", false),
        ("typed-token", false),
        ("stored-secret", false),
        ("stored-token", false),
        ("ASIASTORED", false),
    ] {
        assert_eq!(said.err.contains(text), shown, "{text}: {}", said.err);
    }
}

/// Reads without the pauses of `expect` until `text` is shown.
fn wait_awake(talk: &mut Talk, text: &str) {
    let (started, mut seen, mut buffer) = (Instant::now(), String::new(), [0; 256]);
    while !seen.contains(text) {
        assert!(started.elapsed() < LIMIT, "waiting for {text:?}: {seen}");
        if let Ok(count) = talk.session.try_read(&mut buffer) {
            seen += &String::from_utf8_lossy(&buffer[..count]);
        }
    }
    talk.seen += &seen;
}

#[test]
fn a_secret_typed_the_moment_it_is_asked_for_is_not_shown() {
    // A program that answers, or a fast paste, does not wait: the echo must be off before the question is there.
    for round in 0..25 {
        let home = home(None, None);
        let mut talk = Talk::new(&home, "--quiet");
        talk.answer(ID, "");
        wait_awake(&mut talk, "AWS Secret Access Key [None]: ");
        talk.type_keys("typed-secret\r").answer(REGION, "");
        let said = talk.answer(OUTPUT, "").end();
        assert!(home.read("credentials").contains("typed-secret"), "{}", said.err);
        assert!(!said.err.contains("typed-secret"), "round {round}: {}", said.err);
    }
}

#[test]
fn hidden_input_can_be_corrected() {
    for (keys, secret) in [
        ("sex\u{7f}cret", "secret"),
        ("sex\u{8}cret", "secret"),
        ("wrong\u{15}right", "right"),
        ("a\u{e9}\u{7f}b", "ab"),
        ("\u{7f}\u{7f}x", "x"),
    ] {
        let home = home(None, None);
        let mut talk = Talk::new(&home, "--quiet");
        talk.answer(ID, "").answer_hidden(SECRET, keys).answer(REGION, "");
        let said = talk.answer(OUTPUT, "").end();
        let wanted = format!("[default]\naws_secret_access_key = {secret}\n");
        assert_eq!((said.code, home.read("credentials")), (0, wanted), "{keys:?}: {}", said.err);
    }
}

#[test]
fn a_secret_all_taken_back_is_no_answer() {
    let home = home(Some(CONFIG), Some(LONG_TERM));
    let before = files(&home);
    let mut talk = Talk::new(&home, "");
    talk.answer(ID, "").answer_hidden(SECRET, "ab\u{7f}\u{7f}").answer(REGION, "");
    assert_eq!(talk.answer(OUTPUT, "").end().code, 0);
    assert_eq!(files(&home), before);
}

#[test]
fn an_end_typed_at_each_question_is_no_answer() {
    let home = home(Some(CONFIG), Some(TEMPORARY));
    let before = files(&home);
    let mut talk = Talk::new(&home, "");
    for question in [ID, SECRET, TOKEN, REGION, OUTPUT] {
        talk.hidden(question).type_keys("\u{4}");
    }
    let said = talk.end();
    assert_eq!((said.code, files(&home)), (0, before), "{}", said.err);
}

/// The questions for a temporary key, the one to be interrupted last.
const TALK: [(&str, &str); 5] =
    [(ID, "ASIATYPED"), (SECRET, "typed-secret"), (TOKEN, "typed-token"), (REGION, "typed"), (OUTPUT, "typed")];

/// Answers the first `count` questions and waits for the next one.
fn talk_up_to(home: &Home, count: usize) -> Talk {
    let mut talk = Talk::new(home, "");
    for (question, answer) in &TALK[..count] {
        talk.hidden(question).type_keys(&format!("{answer}\r"));
    }
    talk.hidden(TALK[count].0);
    talk
}

#[test]
fn ctrl_c_at_each_question_leaves_everything_as_it_was() {
    for (config, credentials) in [(Some(CONFIG), Some(TEMPORARY)), (None, None)] {
        for (count, (question, _)) in TALK.iter().enumerate() {
            for half_typed in ["", "half"] {
                let home = home(config, credentials);
                let before = files(&home);
                let mut talk = talk_up_to(&home, count);
                let said = talk.type_keys(half_typed).type_keys("\u{3}").end();
                assert_eq!(said.code, 130, "{}: {}", question, said.err);
                assert_eq!(files(&home), before, "{}", question);
                assert_eq!(home.aws("").exists(), config.is_some(), "{}: a folder was made", question);
                assert!(!said.err.contains("error: ") && !said.err.contains("panicked"), "{}", said.err);
                assert_eq!(output(&home), "");
            }
        }
    }
}

#[test]
fn a_signal_at_each_question_leaves_the_terminal_as_it_was() {
    for (signal, code) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        for (count, (question, _)) in TALK.iter().enumerate().take(3) {
            let home = home(Some(CONFIG), Some(TEMPORARY));
            let before = files(&home);
            let mut talk = talk_up_to(&home, count);
            let shell = talk.session.get_process().pid();
            let child = fs::read_to_string(format!("/proc/{shell}/task/{shell}/children")).unwrap();
            let killed = home.command("kill").args([&format!("-{signal}"), child.trim()]).status();
            assert!(killed.unwrap().success());
            // The shell says how its child ended; the flags of the terminal are looked at by end().
            assert_eq!((talk.end().code, files(&home)), (code, before), "{signal} at {}", question);
        }
    }
}

#[test]
fn the_end_of_input_at_each_question_is_no_answer() {
    let answers = ["ASIANEW\n", "new-secret\n", "new-token\n", "new-region\n", "new-output\n"];
    let keys = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token", "region", "output"];
    for count in 0..=answers.len() {
        let home = home(Some(CONFIG), Some(LONG_TERM));
        let said = piped(&home, &[], answers[..count].concat().as_bytes());
        assert_eq!((said.code, said.out.as_str()), (0, ""), "{}", said.err);
        assert_eq!(said.err.matches("]: \n").count(), if count == 0 { 4 } else { 5 }, "{}", said.err);
        let (config, credentials) = texts(&home);
        for (at, (key, answer)) in keys.iter().zip(answers).enumerate() {
            let line = format!("{key} = {answer}");
            assert_eq!((config.clone() + &credentials).contains(&line), at < count, "{count} answers: {line}");
        }
        assert_eq!(config == CONFIG, count <= 3);
        assert_eq!(credentials == LONG_TERM, count == 0);
    }
    // The last answer may lack its line end.
    let home = home(None, None);
    assert_eq!(piped(&home, &[], b"AKIANEW").code, 0);
    assert_eq!(home.read("credentials"), "[default]\naws_access_key_id = AKIANEW\n");
}

#[test]
fn nobody_is_asked_with_no_input() {
    let home = home(Some(CONFIG), Some(LONG_TERM));
    let before = files(&home);
    let said = piped(&home, &["--no-input"], b"AKIANEW\nnew-secret\n\n\n");
    assert_eq!((said.code, said.out.as_str()), (253, ""));
    for text in ["an access key", "--no-input", "\n next: ", "keyfob configure set aws_access_key_id"] {
        assert!(said.err.contains(text), "{text}: {}", said.err);
    }
    assert!(!said.err.contains("]: "), "{}", said.err);
    assert_eq!(files(&home), before);
    let said = Talk::new(&home, "--no-input").end();
    assert_eq!((said.code, said.err.contains("]: ")), (253, false), "{}", said.err);
}

#[test]
fn a_dry_run_shows_what_would_change_without_secrets() {
    for (config, credentials) in [(Some(CONFIG), Some(TEMPORARY)), (None, None)] {
        let home = home(config, credentials);
        let before = files(&home);
        let said = piped(&home, &["--dry-run"], b"ASIATYPED\ntyped-secret\ntyped-token\nus-west-2\njson\n");
        assert_eq!(said.code, 0, "{}", said.err);
        for text in ["~/.aws/credentials", "~/.aws/config", "\n@@ ", "\n+region = us-west-2\n", "\n+output = json\n"] {
            assert!(said.out.contains(text), "{text:?}: {}", said.out);
        }
        for text in ["typed-secret", "typed-token", "stored-secret", "stored-token"] {
            assert!(!said.out.contains(text) && !said.err.contains(text), "{text}: {}{}", said.out, said.err);
        }
        assert_eq!(files(&home), before);
        assert_eq!(home.aws("").exists(), config.is_some(), "a folder was made");
    }
}

#[test]
fn a_file_that_cannot_be_written_is_told_before_anything_is_changed() {
    // Both files are looked at before the first is replaced.
    for name in ["config", "credentials"] {
        let home = home(Some(CONFIG), Some(LONG_TERM));
        fs::set_permissions(home.aws(name), Permissions::from_mode(0o400)).unwrap();
        let before = files(&home);
        let said = piped(&home, &[], b"AKIANEW\nnew-secret\nus-west-2\njson\n");
        assert_eq!((said.code, said.out.as_str()), (255, ""), "{}", said.err);
        assert!(said.err.contains("read-only") && said.err.contains("\n next: "), "{}", said.err);
        assert_eq!(files(&home), before);
    }
}
