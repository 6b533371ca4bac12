//! A home with profiles, the sandbox's service, and a browser that the test plays.
//!
//! Whatever a keyfob of this place says is searched for the secrets of the case.

#![allow(clippy::unwrap_used, dead_code, reason = "helpers of several tests, each of which uses a part of them")]

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Permissions};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use expectrl::{Eof, Expect, Session, session::OsSession};
use jiff::{SignedDuration, Timestamp};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sandbox::console::Console;
use sandbox::identity_center::{Approval, IdentityCenter};
use sandbox::server::{Call, Server};
use sandbox::{ACCESS_KEY_ID, Home, SECRET_ACCESS_KEY, Said};
use serde_json::Value;

pub const KEYFOB: &str = env!("CARGO_BIN_EXE_keyfob");
/// No step of a test takes longer.
pub const LIMIT: Duration = Duration::from_secs(60);

pub const START_URL: &str = sandbox::standard::START_URL;
pub const OTHER_START_URL: &str = "https://corp.awsapps.com/start";

// The names are the spec's (caches.md).
pub const TOKEN: &str = "sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
pub const REGISTRATION: &str = "sso/cache/db0d382653a29004ae633bcd0cd7a1f363d019ab.json";
pub const SCOPED_REGISTRATION: &str = "sso/cache/27b8c774b4f7d83a18e7906793cd41423c076166.json";
pub const LEGACY_TOKEN: &str = "sso/cache/b51e627ec5d75dab0c56e37911d5b31610f612e0.json";
pub const LEGACY_REGISTRATION: &str = "sso/cache/e7cb2e2facea3a0dd6df3b5d8ab7668ebf7b9563.json";

/// Variables that say where a person sits, and where a browser is.
const SEATS: [&str; 10] = [
    "SSH_CONNECTION",
    "SSH_CLIENT",
    "SSH_TTY",
    "CI",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "container",
    "KUBERNETES_SERVICE_HOST",
    "WSL_DISTRO_NAME",
    "BROWSER",
];

/// One sso-session, three roles in it, a legacy profile and a role that starts from one of them.
pub const CONFIG: &str = "\
[sso-session corp]
sso_start_url = https://d-0000000000.awsapps.com/start
sso_region = eu-west-1
[profile dev]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = AdministratorAccess
region = eu-west-1
[profile read]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = ReadOnlyAccess
[profile legacy]
sso_start_url = https://d-0000000000.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 012345678901
sso_role_name = ReadOnlyAccess
[profile chained]
role_arn = arn:aws:iam::111122223333:role/demo
source_profile = dev
region = eu-west-1
";

pub struct Place {
    pub home: Home,
    pub server: Server,
    secrets: RefCell<BTreeSet<String>>,
    /// How many pages were opened before the last keyfob was made ready.
    pages: Cell<usize>,
}

/// The person allows whatever the browser brings.
pub fn place() -> Place {
    place_with(CONFIG)
}

pub fn place_with(config: &str) -> Place {
    let home = Home::new(KEYFOB).unwrap();
    home.write("config", config).unwrap();
    let script = home.path().join("browser");
    fs::write(&script, "#!/bin/sh\nprintf '%s\\n' \"$1\" >> \"$HOME/opened\"\n").unwrap();
    fs::set_permissions(&script, Permissions::from_mode(0o700)).unwrap();
    let place = Place { home, server: Server::start().unwrap(), secrets: RefCell::default(), pages: Cell::default() };
    place.center(|center| center.approval = Approval::Automatic);
    place.console(|console| console.approval = Approval::Automatic);
    place
}

/// A place where somebody has signed in to `corp`, in a browser.
pub fn signed_in() -> Place {
    let place = place();
    place.sign_in("sso login --profile dev");
    place
}

impl Place {
    pub fn center(&self, change: impl FnOnce(&mut IdentityCenter)) {
        self.server.update(|account| change(&mut account.identity_center));
    }

    pub fn console(&self, change: impl FnOnce(&mut Console)) {
        self.server.update(|account| change(&mut account.console));
    }

    /// keyfob on a machine with a browser.
    pub fn keyfob(&self, line: &str) -> Command {
        self.keyfob_with(line.split_whitespace())
    }

    /// The same for words that have blanks in them.
    pub fn keyfob_with<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = self.home.keyfob(words);
        self.seat(&mut command);
        command
    }

    pub fn seat(&self, command: &mut Command) {
        self.pages.set(self.opened().len());
        SEATS.iter().for_each(|name| {
            command.env_remove(name);
        });
        command.current_dir(self.home.path()).env("NO_COLOR", "1");
        command.env("AWS_ENDPOINT_URL", self.server.url()).env("BROWSER", self.home.path().join("browser"));
    }

    pub fn start(&self, line: &str) -> Running {
        Running::start(line, &mut self.keyfob(line))
    }

    /// keyfob where no file may grow, as on a full disk; or, if it shall be told by a signal, by a limit.
    pub fn start_without_room(&self, line: &str, by_signal: bool) -> Running {
        let trap = if by_signal { "" } else { "trap '' XFSZ; " };
        let mut command = self.home.command("sh");
        self.seat(&mut command);
        let script = format!("{trap}ulimit -f 0; exec \"$0\" {line}");
        Running::start(line, command.args(["-c", &script, KEYFOB]).stdin(Stdio::null()))
    }

    /// keyfob as a user whom permissions stop; root gives the home away. `None`: that user cannot reach the binary.
    pub fn start_as_somebody(&self, line: &str) -> Option<Running> {
        if !nix::unistd::geteuid().is_root() {
            return Some(self.start(line));
        }
        let mut paths = walk(self.home.path());
        paths.push(self.home.path().to_owned());
        paths.iter().for_each(|path| chown(path, Some(65534), Some(65534)).unwrap());
        let other = |program: &str| {
            let mut command = self.home.command("setpriv");
            self.seat(&mut command);
            command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups", program]);
            command
        };
        other("test").args(["-x", KEYFOB]).status().is_ok_and(|status| status.success()).then(|| {
            let mut command = other(KEYFOB);
            Running::start(line, command.args(line.split_whitespace()).stdin(Stdio::null()))
        })
    }

    pub fn run(&self, line: &str) -> Said {
        self.end(self.start(line))
    }

    /// How it ended. Nothing that it said is a secret, and it left no lock.
    pub fn end(&self, running: Running) -> Said {
        let line = running.line.clone();
        let said = running.end();
        self.search(&line, &said);
        said
    }

    /// Runs it to its end while a person uses every page that it opens.
    pub fn watch(&self, running: Running) -> Said {
        let mut running = running;
        let mut seen = self.pages.get();
        let until = Instant::now() + LIMIT;
        while !running.is_over() && Instant::now() < until {
            let opened = self.opened();
            for url in &opened[seen..] {
                browse(url);
            }
            seen = opened.len();
            thread::sleep(Duration::from_millis(10));
        }
        self.end(running)
    }

    /// So many `process` of each profile, all at once; they leave nothing.
    pub fn herd(&self, profiles: &[(&str, usize)]) -> Vec<Said> {
        let mut running = Vec::new();
        for (profile, count) in profiles {
            running.extend((0..*count).map(|_| self.start(&format!("process --profile {profile}"))));
        }
        let said = running.into_iter().map(|one| self.end(one)).collect();
        self.is_tidy();
        said
    }

    /// Kills a `process` that waits for the answer to `action`; from then on nothing goes wrong any more.
    pub fn kill_waiting_for(&self, action: &str) {
        let before = self.server.count(action);
        let running = self.start("process --profile dev");
        self.wait_for_call(action, before + 1);
        running.signal(Signal::SIGKILL);
        let said = self.end(running);
        assert_eq!((said.code, said.out.as_str()), (137, ""));
        self.server.clear_faults();
    }

    pub fn browsing(&self, line: &str) -> Said {
        self.watch(self.start(line))
    }

    /// The same, which must go well.
    pub fn sign_in(&self, line: &str) -> Said {
        let said = self.browsing(line);
        assert_eq!(said.code, 0, "{line}: {}\n{:?}", said.err, self.actions());
        said
    }

    /// The pages that were opened in the browser.
    pub fn opened(&self) -> Vec<String> {
        let text = fs::read_to_string(self.home.path().join("opened")).unwrap_or_default();
        // A line that is not yet whole is not yet there.
        text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')).map(str::to_owned).collect()
    }

    /// Waits until so many pages were opened, and returns the last.
    pub fn wait_for_page(&self, count: usize) -> String {
        let until = Instant::now() + LIMIT;
        loop {
            let opened = self.opened();
            if opened.len() >= count {
                return opened[count - 1].clone();
            }
            assert!(Instant::now() < until, "no page was opened; {:?}", self.actions());
            thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn wait_for_call(&self, action: &str, count: usize) {
        let until = Instant::now() + LIMIT;
        while self.server.count(action) < count {
            assert!(Instant::now() < until, "no {action} came; {:?}", self.actions());
            thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.home.read(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn edit(&self, name: &str, change: impl FnOnce(&mut Value)) {
        let mut value = self.json(name);
        change(&mut value);
        fs::write(self.home.aws(name), python_json(&value)).unwrap();
    }

    /// Makes the token end in so many seconds.
    pub fn age(&self, token: &str, seconds: i64) {
        self.edit(token, |value| value["expiresAt"] = zulu(seconds).into());
    }

    /// Forgets the credentials of all roles.
    pub fn forget_roles(&self) {
        let _ = fs::remove_dir_all(self.home.aws("cli"));
    }

    /// The files of a folder in `~/.aws`.
    pub fn files(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.home.aws(folder)).map(|entries| entries.collect::<Vec<_>>());
        let mut names: Vec<_> = entries
            .unwrap_or_default()
            .into_iter()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// All files below `~/.aws`, with their bytes.
    pub fn snapshot(&self) -> BTreeMap<PathBuf, String> {
        let files = walk(&self.home.aws("")).into_iter().filter(|path| path.is_file());
        files.map(|path| (path.clone(), String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned())).collect()
    }

    /// No lock, no half-written file, nothing open to others.
    pub fn is_tidy(&self) {
        for path in walk(&self.home.aws("")) {
            let name = path.display().to_string();
            assert!(!name.contains(".keyfob-"), "{name} is left");
            if ["/.aws/sso", "/.aws/cli", "/.aws/login"].iter().any(|folder| name.contains(folder)) {
                let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o7777;
                assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{name}");
            }
        }
    }

    /// What was asked, in order.
    pub fn actions(&self) -> Vec<String> {
        let named = |call: Call| match call.grant {
            Some(grant) => format!("{} {grant}", call.action),
            None => call.action,
        };
        self.server.calls().into_iter().map(named).collect()
    }

    /// What was asked since the first `skip`.
    pub fn actions_after(&self, skip: usize) -> Vec<String> {
        self.actions().split_off(skip)
    }

    pub fn last(&self, action: &str) -> Call {
        let calls = self.server.calls();
        calls.into_iter().rfind(|call| call.action == action).unwrap_or_else(|| panic!("no {action}"))
    }

    /// All that must be seen nowhere.
    pub fn secrets(&self) -> BTreeSet<String> {
        let mut secrets = self.secrets.borrow_mut();
        for call in self.server.calls() {
            for name in ["clientSecret", "code", "codeVerifier", "refreshToken", "deviceCode"] {
                secrets.extend(call.params.get(name).cloned());
            }
            secrets.extend(call.headers.get("x-amz-sso_bearer_token").cloned());
        }
        let account = self.server.account();
        let center = account.identity_center;
        secrets.extend(center.registrations.into_values().map(|client| client.secret));
        secrets.extend(center.codes.into_keys().chain(center.devices.into_keys()));
        for sign_in in center.sign_ins {
            secrets.extend(sign_in.access_tokens.into_keys());
            secrets.extend(sign_in.refresh_token.into_iter().chain(sign_in.spent_refresh_tokens));
        }
        let console = account.console;
        secrets.extend(console.codes.into_keys());
        for login in console.logins {
            secrets.extend([login.refresh_token]);
            secrets.extend(login.spent_refresh_tokens);
        }
        secrets.extend(self.proof_keys());
        for session in account.sessions.into_values() {
            secrets.extend([session.secret_access_key, session.session_token]);
        }
        secrets.insert(SECRET_ACCESS_KEY.to_owned());
        secrets.remove("");
        secrets.clone()
    }

    /// The keys of console logins, as PEM has them: in lines.
    fn proof_keys(&self) -> Vec<String> {
        let texts = self.files("login/cache").into_iter().map(|name| self.home.read(&format!("login/cache/{name}")));
        let values = texts.filter_map(|text| serde_json::from_str::<Value>(&text).ok());
        let keys = values.filter_map(|value| Some(value.get("dpopKey")?.as_str()?.to_owned()));
        keys.flat_map(|key| key.lines().filter(|line| line.len() > 20).map(str::to_owned).collect::<Vec<_>>())
            .filter(|line| !line.starts_with("-----"))
            .collect()
    }

    fn search(&self, line: &str, said: &Said) {
        let first = line.split(' ').next().unwrap_or_default();
        let answers = matches!(first, "process" | "env" | "exec") || line.contains("export-credentials");
        // What `console` prints is an address with one of these.
        for token in self.server.account().console.federation_tokens.keys() {
            // Its end is encoded in an address.
            let token = token.trim_end_matches(['+', '/']);
            assert!(!said.err.contains(token), "{line}: standard error shows {token}:\n{}", said.err);
        }
        for secret in self.secrets() {
            assert!(!said.err.contains(&secret), "{line}: standard error shows {secret}:\n{}", said.err);
            assert!(answers || !said.out.contains(&secret), "{line}: standard output shows {secret}:\n{}", said.out);
        }
    }
}

/// A keyfob that runs, and what it said so far.
pub struct Running {
    line: String,
    child: Child,
    out: Arc<Mutex<Vec<u8>>>,
    err: Arc<Mutex<Vec<u8>>>,
    readers: Vec<JoinHandle<()>>,
}

impl Running {
    pub fn start(line: &str, command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (out, err) = (Arc::default(), Arc::default());
        let readers = vec![collect(child.stdout.take().unwrap(), &out), collect(child.stderr.take().unwrap(), &err)];
        Self { line: line.to_owned(), child, out, err, readers }
    }

    pub fn out(&self) -> String {
        String::from_utf8_lossy(&self.out.lock().unwrap()).into_owned()
    }

    pub fn err(&self) -> String {
        String::from_utf8_lossy(&self.err.lock().unwrap()).into_owned()
    }

    pub fn is_over(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Types `text`, where standard input is a pipe.
    pub fn feed(&mut self, text: &str) -> &mut Self {
        self.child.stdin.as_mut().unwrap().write_all(text.as_bytes()).unwrap();
        self
    }

    /// Nothing more will be typed.
    pub fn feed_no_more(&mut self) {
        drop(self.child.stdin.take());
    }

    pub fn wait_for_out(&self, text: &str) -> String {
        self.wait_for(text, &|| self.out())
    }

    pub fn wait_for_err(&self, text: &str) -> String {
        self.wait_for(text, &|| self.err())
    }

    fn wait_for(&self, text: &str, said: &dyn Fn() -> String) -> String {
        let until = Instant::now() + LIMIT;
        loop {
            if said().contains(text) {
                return said();
            }
            assert!(Instant::now() < until, "{}: no {text:?} in\n{}\n{}", self.line, self.out(), self.err());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// The address to open, once it is printed.
    pub fn address(&self) -> String {
        let until = Instant::now() + LIMIT;
        loop {
            let out = self.out();
            let found = out.split_inclusive('\n').find(|line| line.contains("/authorize?") && line.ends_with('\n'));
            if let Some(found) = found {
                return found.trim().to_owned();
            }
            assert!(Instant::now() < until, "{}: no address in\n{out}\n{}", self.line, self.err());
            thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), signal).unwrap();
    }

    pub fn end(mut self) -> Said {
        let until = Instant::now() + LIMIT;
        while !self.is_over() {
            if Instant::now() > until {
                let _ = self.child.kill();
                panic!("{} hangs:\n{}\n{}", self.line, self.out(), self.err());
            }
            thread::sleep(Duration::from_millis(5));
        }
        self.readers.drain(..).for_each(|reader| reader.join().unwrap());
        let status = self.child.wait().unwrap();
        let said = std::process::Output { status, stdout: Vec::new(), stderr: Vec::new() };
        Said { out: self.out(), err: self.err(), ..Said::from(said) }
    }
}

fn collect(mut from: impl Read + Send + 'static, into: &Arc<Mutex<Vec<u8>>>) -> JoinHandle<()> {
    let into = Arc::clone(into);
    thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(read @ 1..) = from.read(&mut bytes) {
            into.lock().unwrap().extend(&bytes[..read]);
        }
    })
}

/// A person at a terminal.
pub struct Talk {
    session: OsSession,
    pub seen: String,
}

impl Talk {
    /// Types `line` after `keyfob`. The shell outlives the Ctrl-C that ends keyfob.
    pub fn new(place: &Place, line: &str) -> Self {
        Self::with(place, line, |_| {})
    }

    /// The same in another environment.
    pub fn with(place: &Place, line: &str, change: impl FnOnce(&mut Command)) -> Self {
        let mut command = place.home.command("sh");
        place.seat(&mut command);
        change(&mut command);
        command.args(["-c", &format!("stty sane; trap : INT; '{KEYFOB}' {line}; echo \"ended $?.\"")]);
        let mut session = Session::spawn(command).unwrap();
        session.set_expect_timeout(Some(LIMIT));
        Self { session, seen: String::new() }
    }

    pub fn wait(&mut self, text: &str) -> &mut Self {
        match self.session.expect(text) {
            Ok(found) => self.seen += &String::from_utf8_lossy(found.as_bytes()),
            Err(error) => panic!("waiting for {text:?}: {error}; seen: {}", self.seen),
        }
        self
    }

    /// The address that is shown.
    pub fn address(&mut self) -> String {
        self.wait("/authorize?").wait("\r\n");
        let start = self.seen.rfind("http://127.0.0.1").unwrap();
        self.seen[start..].trim_end().to_owned()
    }

    pub fn type_keys(&mut self, keys: &str) -> &mut Self {
        self.session.send(keys).unwrap();
        self
    }

    /// How it ended, and all that was shown.
    pub fn end(mut self) -> (i32, String) {
        self.wait("ended ").wait(".");
        let code = self.seen.rsplit("ended ").next().unwrap().trim_end_matches('.').parse().unwrap();
        self.session.expect(Eof).unwrap();
        (code, self.seen)
    }
}

/// What a server answered.
#[derive(Debug, Clone)]
pub struct Page {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Page {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (known, value) = line.split_once(": ")?;
            known.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// One request.
pub fn ask(method: &str, url: &str) -> io::Result<Page> {
    let rest = url.strip_prefix("http://").unwrap_or_else(|| panic!("{url}"));
    let (host, target) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(LIMIT))?;
    write!(stream, "{method} {target} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nContent-Length: 0\r\n\r\n")?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.extend(byte);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let mut page = Page { status, head, body: String::new() };
    let length = page.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    page.body = String::from_utf8_lossy(&body).into_owned();
    Ok(page)
}

pub fn get(url: &str) -> Page {
    ask("GET", url).unwrap_or_else(|error| panic!("{url}: {error}"))
}

/// Opens a page and goes wherever it leads; the last one. A browser is not told when nobody listens.
pub fn browse(url: &str) -> Option<Page> {
    let mut url = url.to_owned();
    loop {
        let page = ask("GET", &url).ok()?;
        match page.header("location") {
            Some(next) => url = next.to_owned(),
            None => return Some(page),
        }
    }
}

/// Where the service sends the browser that opens `address`: the callback.
pub fn callback(address: &str) -> String {
    let page = get(address);
    page.header("location").unwrap_or_else(|| panic!("{page:?}")).to_owned()
}

/// A parameter of an address, decoded.
pub fn param(address: &str, name: &str) -> String {
    let url = url::Url::parse(address).unwrap();
    let found = url.query_pairs().find(|(known, _)| known == name);
    found.unwrap_or_else(|| panic!("no {name} in {address}")).1.into_owned()
}

/// The port that the browser is to come back to.
pub fn port(address: &str) -> u16 {
    url::Url::parse(&param(address, "redirect_uri")).unwrap().port().unwrap()
}

/// So many seconds from now, as the files have it.
pub fn zulu(seconds: i64) -> String {
    (Timestamp::now() + SignedDuration::from_secs(seconds)).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

pub fn zulu_at(second: i64) -> String {
    Timestamp::from_second(second).unwrap().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// How far off a time of the files is, in seconds.
pub fn seconds_until(text: &str) -> i64 {
    assert!(text.len() == 20 && text.ends_with('Z'), "{text}");
    text.parse::<Timestamp>().unwrap().as_second() - Timestamp::now().as_second()
}

/// It failed with this code, and said so in one sentence and what to do next; nothing on standard output after `out`.
pub fn told(said: &Said, code: i32, sentence: &str, next: &str) {
    assert_eq!(said.code, code, "{said:?}");
    assert!(said.err.contains(sentence), "no {sentence:?} in\n{}", said.err);
    let hint = |line: &str| line.trim_start().starts_with("next: ") && line.contains(next);
    assert!(said.err.lines().any(hint), "no next {next:?} in\n{}", said.err);
    assert_eq!(said.err.lines().filter(|line| line.starts_with("error: ")).count(), 1, "{}", said.err);
    assert!(!said.err.contains("panicked"), "{}", said.err);
}

/// As Python writes it, and so the AWS CLI.
fn python_json(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members =
                members.iter().map(|(name, value)| format!("{}: {}", Value::from(&**name), python_json(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(python_json).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// Everything below `folder`.
pub fn walk(folder: &Path) -> Vec<PathBuf> {
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

/// alice's keys, for a home that has some.
pub fn static_keys() -> String {
    format!("aws_access_key_id = {ACCESS_KEY_ID}\naws_secret_access_key = {SECRET_ACCESS_KEY}\n")
}

/// Waits until it is so.
pub fn wait(mut so: impl FnMut() -> bool) {
    let until = Instant::now() + LIMIT;
    while !so() {
        assert!(Instant::now() < until, "it never came to be so");
        thread::sleep(Duration::from_millis(5));
    }
}
