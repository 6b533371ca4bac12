//! Scenarios: a folder each in `tests/scenarios/`, played against the sandbox with a home and a server of its own.
//!
//! | file | what it says |
//! | --- | --- |
//! | `command` | keyfob's arguments, a run a line, words as in a shell; the last run is the one that is judged |
//! | `config`, `credentials` | the files in `~/.aws` |
//! | `env` | `NAME=VALUE`, or `-NAME` to take one away (`AWS_ENDPOINT_URL` is the sandbox's unless it is said here) |
//! | `files/..` | files under the home; those that start with `#!` are executable; folders are made |
//! | `modes` | `644 PATH` under the home, before the run |
//! | `faults` | a list of the sandbox's faults, in JSON |
//! | `input` | standard input |
//! | `server` | a line each: see [`Scenario::serve`] |
//! | `secrets` | what else must not be seen, a line each |
//! | `expect` | what must be so afterwards: see [`Scenario::check`] |
//!
//! In all of them `{{url}}`, `{{home}}`, `{{keyfob}}`, `{{totp}}`, `{{saml}}` (an assertion for role `saml`), `{{key}}` (that of a console login, for JSON) and
//! times (`{{in 2h}}`, `{{ago 10m}}`) are replaced.
//!
//! After every scenario: a failure names the next step; no secret in what was said, also with `--debug`, except in answers that are credentials; files in
//! the caches are 0600 and the folders that keyfob made 0700; no lock and no half-written file is left.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Permissions};
use std::io::{self, Seek, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sandbox::account::User;
use sandbox::console::Login;
use sandbox::identity_center::SignIn;
use sandbox::saml::Assertion;
use sandbox::server::{Fault, Server};
use sandbox::{Home, Said, standard};

const BINARY: &str = env!("CARGO_BIN_EXE_keyfob");
/// A run that takes longer hangs.
const LONGEST_RUN: Duration = Duration::from_secs(60);
/// Most of the time is spent waiting for retries.
const THREADS: usize = 8;
/// The key of a console login, with zeros at the start of its secret and of its point.
const LOGIN_KEY: &str = "-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABc5KOboAoGCCqGSM49
AwEHoUQDQgAEAMmq28c2Q+w2119KJHu5TXME7MYB50aPddtiAlGhE9nsHSmWUhBg
h9aDfc7BTrLxkenS1CzputxF0Z75sOmiXQ==
-----END EC PRIVATE KEY-----
";
/// Its digest (RFC 7638).
const LOGIN_KEY_THUMBPRINT: &str = "8qLSWGK9ZgTNj0_ClFo9Bffe3_iF7qK1aqY6XDQpGQs";

/// What stands before a secret in the files of the caches.
const SECRETS: [&str; 5] = [
    "\"SecretAccessKey\": \"",
    "\"SessionToken\": \"",
    "\"secretAccessKey\": \"",
    "\"sessionToken\": \"",
    "\"refreshToken\": \"",
];

/// Set `KEYFOB_SCENARIO` to play only those whose names contain it, and show what they say.
#[test]
fn scenarios() {
    let wanted = std::env::var("KEYFOB_SCENARIO").ok();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut folders: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.is_dir() && wanted.as_ref().is_none_or(|wanted| name_of(folder).contains(wanted)));
    folders.sort();
    assert!(!folders.is_empty(), "there are no scenarios");
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(folder) = folders.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let told = Scenario::new(folder).play(wanted.is_some());
                    if !told.is_empty() {
                        failures.lock().unwrap().push(format!("{}:\n    {}", name_of(folder), told.join("\n    ")));
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap();
    failures.sort();
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), folders.len(), failures.join("\n"));
}

fn name_of(folder: &Path) -> String {
    folder.file_name().unwrap().to_string_lossy().into_owned()
}

struct Scenario<'a> {
    folder: &'a Path,
    home: Home,
    server: Server,
    /// The code of alice's MFA device, the same throughout.
    totp: String,
    /// What an identity provider says of a person who has role `saml`.
    saml: String,
    started: Timestamp,
}

impl<'a> Scenario<'a> {
    fn new(folder: &'a Path) -> Self {
        let (home, server) = (Home::new(BINARY).unwrap(), Server::start().unwrap());
        let totp = standard::totp(server.now());
        let roles = format!("{},{}", standard::role_arn("saml"), standard::SAML_PROVIDER);
        let saml = Assertion::new(&[&roles], "ada@example.com", server.now()).encode();
        Self { folder, home, server, totp, saml, started: Timestamp::now() }
    }

    /// What went wrong.
    fn play(&self, show: bool) -> Vec<String> {
        let ours = self.prepare();
        let lines = self.lines("command");
        let (expected, (last, earlier)) = match (self.lines("expect"), lines.split_last()) {
            (expected, Some(lines)) if !expected.is_empty() => (expected, lines),
            _ => return vec!["it expects nothing, or has no command".to_owned()],
        };
        for line in earlier {
            self.run(line, &[]);
        }
        let begun = Instant::now();
        let said = self.run(last, &[]);
        let took = begun.elapsed();
        if show {
            let told = format!("{}: {} in {took:?}\n{}\n{}\n", name_of(self.folder), said.code, said.out, said.err);
            let _ = io::stderr().write_all(told.as_bytes());
        }
        let wrong = expected.iter().filter(|line| !self.check(line, &said, took));
        let mut told: Vec<String> = wrong
            .map(|line| match line.split(' ').next() {
                Some("calls" | "sent" | "signed") => format!("{line}; the calls were {:?}", self.actions()),
                _ => format!(
                    "{line}; it said ({}, {took:.1?})\n{}{}",
                    said.code,
                    indented(&said.out),
                    indented(&said.err)
                ),
            })
            .collect();
        told.extend(self.leaks(last, &said).into_iter().map(|secret| format!("it showed {secret}")));
        if (252..=255).contains(&said.code) && !["next: ", "try '--help'"].iter().any(|next| said.err.contains(next)) {
            told.push(format!("it names no next step:\n{}", indented(&said.err)));
        }
        told.extend(self.modes(&ours));
        if !expected.iter().any(|line| line == "once") {
            let said = self.run(last, &["--debug"]);
            told.extend(self.leaks(last, &said).into_iter().map(|secret| format!("--debug showed {secret}")));
        }
        told
    }

    /// Whether `line` is so:
    ///
    /// `code N` · `out|err has TEXT` · `out|err lacks TEXT` · `out|err empty` · `out json` · `within SECONDS` ·
    /// `calls ACTION N` · `calls none` · `sent ACTION NAME=VALUE` · `sent ACTION no NAME` · `signed ACTION REGION` ·
    /// `file PATH mode MODE` · `file PATH has TEXT` · `file PATH lacks TEXT` · `file PATH lines N` · `no file PATH` ·
    /// `no leftovers` · `once` (the last run cannot be repeated)
    fn check(&self, line: &str, said: &Said, took: Duration) -> bool {
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        let text = |count: usize| line.splitn(count + 1, ' ').nth(count).unwrap_or_default();
        let stream = |name: &str| if name == "out" { &said.out } else { &said.err };
        let sent = |action: &str| self.server.calls().into_iter().rfind(|call| call.action == action);
        match words.as_slice() {
            ["code", code] => said.code.to_string() == *code,
            ["out", "json"] => serde_json::from_str::<serde_json::Value>(&said.out).is_ok(),
            [name @ ("out" | "err"), "empty"] => stream(name).is_empty(),
            [name @ ("out" | "err"), "has", ..] => stream(name).contains(text(2)),
            [name @ ("out" | "err"), "lacks", ..] => !stream(name).contains(text(2)),
            ["within", seconds] => took <= Duration::from_secs(seconds.parse().unwrap()),
            ["calls", "none"] => self.server.calls().is_empty(),
            ["calls", action, count] => self.server.count(action).to_string() == *count,
            ["sent", action, "no", name] => sent(action).is_some_and(|call| !call.params.contains_key(*name)),
            ["sent", action, ..] => text(2).split_once('=').is_some_and(|(name, value)| {
                sent(action).is_some_and(|call| call.params.get(name).is_some_and(|sent| sent == value))
            }),
            ["signed", action, region] => {
                sent(action).is_some_and(|call| call.signing_region.as_deref() == Some(region))
            }
            ["file", path, "mode", mode] => self.mode(path).is_some_and(|found| format!("{found:o}") == *mode),
            ["file", path, "has", ..] => self.read(path).is_some_and(|content| content.contains(text(3))),
            ["file", path, "lacks", ..] => self.read(path).is_some_and(|content| !content.contains(text(3))),
            ["file", path, "lines", count] => {
                self.read(path).is_some_and(|content| content.lines().count().to_string() == *count)
            }
            ["no", "file", path] => self.mode(path).is_none(),
            ["no", "leftovers"] => {
                walk(self.home.path()).iter().all(|path| !path.to_string_lossy().contains(".keyfob-"))
            }
            ["once"] => true,
            _ => false,
        }
    }

    /// Makes home and server what the folder says. The folders that were there before keyfob came.
    fn prepare(&self) -> BTreeSet<PathBuf> {
        for name in ["config", "credentials"] {
            if let Some(content) = self.file(name) {
                self.home.write(name, content).unwrap();
            }
        }
        let files = self.folder.join("files");
        for source in walk(&files).into_iter().filter(|path| path.is_file()) {
            let target = self.home.path().join(source.strip_prefix(&files).unwrap());
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            let content = fs::read(&source).unwrap();
            let mode = if content.starts_with(b"#!") { 0o700 } else { 0o600 };
            let content =
                String::from_utf8(content).map_or_else(|bytes| bytes.into_bytes(), |text| self.fill(&text).into());
            fs::write(&target, content).unwrap();
            fs::set_permissions(&target, Permissions::from_mode(mode)).unwrap();
        }
        for line in self.lines("modes") {
            let (mode, path) = line.split_once(' ').unwrap();
            let mode = Permissions::from_mode(u32::from_str_radix(mode, 8).unwrap());
            fs::set_permissions(self.home.path().join(path), mode).unwrap();
        }
        self.lines("server").iter().for_each(|line| self.serve(line));
        let faults: Vec<Fault> = self.file("faults").map_or_else(Vec::new, |text| serde_json::from_str(&text).unwrap());
        faults.into_iter().for_each(|fault| self.server.fault(fault));
        walk(self.home.path()).into_iter().filter(|path| path.is_dir()).collect()
    }

    /// Makes the server what a line says:
    ///
    /// `clock SECONDS` · `container-token TEXT` · `imds-role none` · `sso-token TEXT` (one that the portal takes) ·
    /// `console JSON` (what the console's sign-in knows) · `login-token TEXT` (a refresh token of `{{key}}`) ·
    /// `not-allowed USER ACTION` · `denied USER ACTION` (by a policy) · `wants-mfa USER` · `encodes-denials yes`
    fn serve(&self, line: &str) {
        match line.split_once(' ').unwrap() {
            ("clock", seconds) => self.server.clock_offset(seconds.parse().unwrap()),
            ("container-token", token) => self.server.update(|account| account.container_token = Some(token.into())),
            ("imds-role", _) => self.server.update(|account| account.imds.role = None),
            ("sso-token", token) => {
                let ends_at = self.server.now() + 3600;
                self.server.update(|account| account.identity_center.sign_ins.push(signed_in(token, ends_at)));
            }
            ("console", console) => {
                let console = serde_json::from_str(console).unwrap();
                self.server.update(|account| account.console = console);
            }
            ("login-token", token) => {
                let ends_at = self.server.now() + 3600;
                self.server.update(|account| account.console.logins.push(logged_in(token, ends_at)));
            }
            ("not-allowed", rule) => self.user(rule, |user, action| user.denied.extend([action])),
            ("denied", rule) => self.user(rule, |user, action| user.explicitly_denied.extend([action])),
            ("wants-mfa", name) => self.user(name, |user, _| user.iam_requires_mfa = true),
            ("encodes-denials", _) => self.server.update(|account| account.encodes_denials = true),
            other => panic!("{other:?} is nothing of the server's"),
        }
    }

    /// Changes the user of `NAME ACTION`.
    fn user(&self, rule: &str, change: impl Fn(&mut User, String)) {
        let (name, action) = rule.split_once(' ').unwrap_or((rule, ""));
        self.server.update(|account| change(account.users.get_mut(name).unwrap(), action.to_owned()));
    }

    fn run(&self, line: &str, flags: &[&str]) -> Said {
        let words = words(line);
        let mut command = self.home.keyfob(flags.iter().map(|flag| (*flag).to_owned()).chain(words));
        command.current_dir(self.home.path()).env("AWS_ENDPOINT_URL", self.server.url()).env_remove("SHELL");
        if let Some(input) = self.file("input") {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(input.as_bytes()).unwrap();
            file.rewind().unwrap();
            command.stdin(file);
        }
        for line in self.lines("env") {
            match (line.strip_prefix('-'), line.split_once('=')) {
                (Some(name), _) => command.env_remove(name),
                (None, Some((name, value))) => command.env(name, value),
                (None, None) => panic!("{line} is no variable"),
            };
        }
        run(&mut command)
    }

    /// A file of the folder, its places filled.
    fn file(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.folder.join(name)).ok().map(|text| self.fill(&text))
    }

    fn lines(&self, name: &str) -> Vec<String> {
        self.file(name).unwrap_or_default().lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    fn fill(&self, text: &str) -> String {
        let mut parts = text.split("{{");
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_once("}}").unwrap();
            filled += &match name.split_once(' ') {
                Some((word, length)) => self.time(word, length),
                None => match name {
                    "url" => self.server.url(),
                    "home" => self.home.path().display().to_string(),
                    "keyfob" => BINARY.to_owned(),
                    "totp" => self.totp.clone(),
                    "key" => LOGIN_KEY.replace('\n', "\\n"),
                    "saml" => self.saml.clone(),
                    other => panic!("nothing fills {other}"),
                },
            };
            filled += rest;
        }
        filled
    }

    /// `in 2h`, `ago 10m`; `in 2h UTC` ends with that instead of an offset, `in 2h Z` with this.
    fn time(&self, word: &str, length: &str) -> String {
        let (length, zone) = length.split_once(' ').unwrap_or((length, "+00:00"));
        let (number, unit) = length.split_at(length.len() - 1);
        let seconds = number.parse::<i64>().unwrap() * if unit == "h" { 3600 } else { 60 };
        let seconds = if word == "in" { seconds } else { -seconds };
        (self.started + SignedDuration::from_secs(seconds)).strftime("%Y-%m-%dT%H:%M:%S").to_string() + zone
    }

    /// The secrets of the case that can be seen where they should not.
    fn leaks(&self, line: &str, said: &Said) -> Vec<String> {
        let words = words(line);
        let first = words.iter().find(|word| !word.starts_with('-')).map(String::as_str).unwrap_or_default();
        let gives = |word: &String| {
            word == "export-credentials"
                || word.starts_with("assume-role")
                || matches!(word.as_str(), "get-session-token" | "get-federation-token")
        };
        let answers = matches!(first, "process" | "env" | "exec") || words.iter().any(gives);
        let found = |secret: &String| said.err.contains(secret) || !answers && said.out.contains(secret);
        self.secrets().into_iter().filter(found).collect()
    }

    fn secrets(&self) -> BTreeSet<String> {
        let account = self.server.account();
        let keys = account.users.values().flat_map(|user| &user.keys).map(|key| key.secret.clone());
        let mut secrets: BTreeSet<String> = keys.collect();
        for session in account.sessions.values() {
            secrets.extend([session.secret_access_key.clone(), session.session_token.clone()]);
        }
        secrets.extend([standard::WEB_IDENTITY_TOKEN.to_owned()]);
        let typed = self.raw("command") + &self.raw("input");
        for (place, secret) in [("{{totp}}", &self.totp), ("{{saml}}", &self.saml)] {
            secrets.extend(typed.contains(place).then(|| secret.clone()));
        }
        let written = ["config", "credentials", "env"].map(|name| self.file(name).unwrap_or_default()).concat();
        for (name, value) in written.lines().filter_map(|line| line.split_once('=')) {
            let name = name.trim().to_lowercase();
            let secret = name.ends_with("secret_access_key") || name.ends_with("token");
            secrets.extend(secret.then(|| value.trim().to_owned()));
        }
        for path in walk(&self.folder.join("files")).into_iter().filter(|path| path.is_file()) {
            let text = String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
            for name in SECRETS {
                let values = text.split(name).skip(1).filter_map(|rest| rest.split('"').next());
                secrets.extend(values.map(str::to_owned));
            }
            if text.contains("{{key}}") {
                // Lines of base64, the first of which is the secret alone.
                secrets.extend(LOGIN_KEY.lines().filter(|line| !line.starts_with('-')).map(str::to_owned));
            }
        }
        for login in &account.console.logins {
            secrets.insert(login.refresh_token.clone());
            secrets.extend(login.spent_refresh_tokens.iter().cloned());
        }
        secrets.extend(self.lines("secrets"));
        secrets.remove("");
        secrets
    }

    fn raw(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap_or_default()
    }

    /// What is open to others; `ours` are the folders that keyfob did not make.
    fn modes(&self, ours: &BTreeSet<PathBuf>) -> Vec<String> {
        let paths = walk(self.home.path()).into_iter().filter(|path| !ours.contains(path));
        let told = paths.filter_map(|path| {
            let inside = path.strip_prefix(self.home.path()).unwrap();
            let kept = [".aws/cli/cache", ".aws/login", ".aws/keyfob"].iter().any(|folder| inside.starts_with(folder));
            let (found, right) = match (path.is_dir(), kept) {
                (true, _) => (self.mode(inside)?, 0o700),
                (false, true) => (self.mode(inside)?, 0o600),
                (false, false) => return None,
            };
            (found != right).then(|| format!("{} has mode {found:o}", inside.display()))
        });
        told.collect()
    }

    fn mode(&self, path: impl AsRef<Path>) -> Option<u32> {
        fs::metadata(self.home.path().join(path)).ok().map(|about| about.permissions().mode() & 0o7777)
    }

    fn read(&self, path: &str) -> Option<String> {
        fs::read(self.home.path().join(path)).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    fn actions(&self) -> Vec<String> {
        let calls = self.server.calls().into_iter();
        let told = calls.map(|call| {
            let (region, fault) = (call.signing_region.unwrap_or_default(), call.fault.unwrap_or_default());
            format!("{} {region} {} {fault}", call.action, call.answered)
        });
        told.collect()
    }
}

/// A sign-in to Identity Center that ends with its only token.
fn signed_in(token: &str, ends_at: i64) -> SignIn {
    SignIn {
        client_id: "scenario".to_owned(),
        ends_at,
        ended: false,
        scoped: true,
        access_tokens: BTreeMap::from([(token.to_owned(), ends_at)]),
        refresh_token: None,
        spent_refresh_tokens: Vec::new(),
    }
}

/// A console login that this refresh token and [`LOGIN_KEY`] renew.
fn logged_in(token: &str, ends_at: i64) -> Login {
    Login {
        client_id: "arn:aws:signin:::devtools/same-device".to_owned(),
        session: standard::CONSOLE_SESSION.to_owned(),
        thumbprint: LOGIN_KEY_THUMBPRINT.to_owned(),
        ends_at,
        ended: false,
        refresh_token: token.to_owned(),
        spent_refresh_tokens: Vec::new(),
    }
}

/// Runs `command`; what hangs is killed.
fn run(command: &mut Command) -> Said {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap());
    let (done, wait) = mpsc::channel();
    let waiting = thread::spawn(move || {
        let output = child.wait_with_output().unwrap();
        let _ = done.send(());
        Said::from(output)
    });
    if wait.recv_timeout(LONGEST_RUN).is_err() {
        let _ = kill(pid, Signal::SIGKILL);
    }
    waiting.join().unwrap()
}

/// The words of a line; quotes of both sorts hold some together.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (' ', None) => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// Everything below `folder`.
fn walk(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(walk(&path));
        }
        found.push(path);
    }
    found
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("        {line}\n")).collect()
}
