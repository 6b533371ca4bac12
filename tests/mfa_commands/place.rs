//! A home with the keys of four users, the sandbox's service, and an authenticator app that the test plays.
//!
//! Whatever keyfob says or stores is searched for the secrets of the case.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sandbox::account::{MfaDevice, Principal, PrincipalKind, Session, User};
use sandbox::server::Server;
use sandbox::{ACCESS_KEY_ID, Home, SECRET_ACCESS_KEY, Said, standard, totp};

pub const KEYFOB: &str = env!("CARGO_BIN_EXE_keyfob");
/// No step of a test takes longer.
pub const LIMIT: Duration = Duration::from_secs(60);
pub const BOB: &str = "arn:aws:iam::111122223333:mfa/bob";

pub struct Place {
    pub home: Home,
    pub server: Server,
}

/// Profiles alice (who has a device), bob, admin and root, each with an access key.
pub fn place() -> Place {
    let home = Home::new(KEYFOB).unwrap();
    let users = [
        ("alice", ACCESS_KEY_ID, SECRET_ACCESS_KEY),
        ("bob", standard::BOB_ACCESS_KEY_ID, standard::BOB_SECRET_ACCESS_KEY),
        ("admin", standard::ADMIN_ACCESS_KEY_ID, standard::ADMIN_SECRET_ACCESS_KEY),
        ("root", standard::ROOT_ACCESS_KEY_ID, standard::ROOT_SECRET_ACCESS_KEY),
    ];
    let keys = users
        .map(|(name, id, secret)| format!("[{name}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n"));
    home.write("credentials", keys.concat()).unwrap();
    let server = Server::start().unwrap();
    server.update(|account| account.users.get_mut("root").unwrap().keys.push(standard::root_key()));
    Place { home, server }
}

impl Place {
    pub fn seat(&self, command: &mut Command) {
        command.current_dir(self.home.path()).env("NO_COLOR", "1").env("AWS_ENDPOINT_URL", self.server.url());
    }

    /// With standard input at its end.
    pub fn run(&self, line: &str) -> Said {
        self.feed(line, "")
    }

    /// With `input` in a pipe at its standard input.
    pub fn feed(&self, line: &str, input: &str) -> Said {
        let mut running = self.start(line);
        running.type_line(input.trim_end_matches('\n'));
        self.end(running)
    }

    pub fn start(&self, line: &str) -> Running {
        let mut command = self.home.keyfob(line.split_whitespace());
        self.seat(&mut command);
        Running::start(command)
    }

    /// How it ended. Nothing that it said, or that is in a file, is a secret.
    pub fn end(&self, running: Running) -> Said {
        let shown = running.shows_secret;
        let said = running.end();
        self.search(&said.out, "standard output");
        if !shown {
            self.search(&said.err, "standard error");
        }
        self.search_files();
        said
    }

    /// Enrolls with the codes of the secret key that is shown, and ends well.
    pub fn enroll(&self, flags: &str) -> Said {
        let mut running = self.start(&format!("mfa enroll --show-secret {flags}"));
        let [one, two] = self.codes(&running.secret_key());
        running.type_line(&format!("{one}\n{two}"));
        let said = self.end(running);
        assert_eq!(said.code, 0, "{flags}: {}", said.err);
        said
    }

    /// Two codes that follow one another, of this seed now.
    pub fn codes(&self, seed: &str) -> [String; 2] {
        let step = totp::step(self.server.now());
        [totp::code(seed, step - 1), totp::code(seed, step)]
    }

    pub fn user(&self, name: &str) -> User {
        self.server.account().users.remove(name).unwrap()
    }

    /// The serial numbers of a user's devices.
    pub fn devices(&self, name: &str) -> Vec<String> {
        self.user(name).mfa.into_iter().map(|device| device.serial).collect()
    }

    /// The serial numbers of what nobody has.
    pub fn left(&self) -> Vec<String> {
        self.server.account().iam.devices.into_iter().map(|device| device.serial).collect()
    }

    pub fn give(&self, name: &str, serial: &str, seed: &str) {
        let device = MfaDevice::new(serial, seed);
        self.server.update(|account| account.users.get_mut(name).unwrap().mfa.push(device));
    }

    pub fn leave(&self, serial: &str, seed: &str) {
        let device = MfaDevice::new(serial, seed);
        self.server.update(|account| account.iam.devices.push(device));
    }

    /// A session with MFA of this user, for the environment.
    pub fn mfa_session(&self, name: &str) -> [(&'static str, String); 3] {
        let (now, user) = (self.server.now(), self.user(name));
        let principal = Principal {
            arn: user.arn(standard::ACCOUNT),
            user_id: user.id,
            account: standard::ACCOUNT.into(),
            kind: PrincipalKind::UserSession(user.name),
            mfa: true,
        };
        let session = Session {
            access_key_id: "ASIAIOSFODNN7SESSION".into(),
            secret_access_key: "session/secret/MDENG/bPxRfiCYEXAMPLEKEY0".into(),
            session_token: "session+token/EXAMPLE==".into(),
            issued_at: now,
            expires_at: now + 3600,
            principal,
            chained: false,
        };
        let (id, secret, token) =
            (session.access_key_id.clone(), session.secret_access_key.clone(), session.session_token.clone());
        self.server.update(|account| drop(account.sessions.insert(id.clone(), session)));
        [("AWS_ACCESS_KEY_ID", id), ("AWS_SECRET_ACCESS_KEY", secret), ("AWS_SESSION_TOKEN", token)]
    }

    /// All that must be seen nowhere.
    fn secrets(&self) -> Vec<String> {
        let account = self.server.account();
        let devices = account.users.values().flat_map(|user| &user.mfa).chain(&account.iam.devices);
        let keys = account.users.values().flat_map(|user| &user.keys).map(|key| key.secret.clone());
        devices.map(|device| device.seed.clone()).chain(keys).filter(|secret| !secret.is_empty()).collect()
    }

    pub fn search(&self, text: &str, what: &str) {
        for secret in self.secrets() {
            assert!(!text.contains(&secret), "{what} shows {secret}:\n{text}");
        }
    }

    /// No seed is in any file, and nothing half-written is left.
    pub fn search_files(&self) {
        let seeds = self.server.account();
        let seeds: Vec<_> = seeds.users.values().flat_map(|user| &user.mfa).chain(&seeds.iam.devices).collect();
        walk(self.home.path(), &mut |path| {
            let text = String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
            for device in seeds.iter().filter(|device| !device.seed.is_empty()) {
                assert!(!text.contains(&device.seed), "{} holds a seed", path.display());
            }
            assert!(!path.to_string_lossy().contains(".keyfob-"), "{} is left", path.display());
        });
    }
}

fn walk(folder: &Path, visit: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, visit) } else { visit(&path) }
    }
}

/// A keyfob that runs, and what it said so far.
pub struct Running {
    child: Child,
    out: Arc<Mutex<Vec<u8>>>,
    err: Arc<Mutex<Vec<u8>>>,
    readers: Vec<thread::JoinHandle<()>>,
    shows_secret: bool,
}

impl Running {
    pub fn start(mut command: Command) -> Self {
        let shows_secret = command.get_args().any(|argument| argument == "--show-secret");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (out, err) = (Arc::default(), Arc::default());
        let readers = vec![collect(child.stdout.take().unwrap(), &out), collect(child.stderr.take().unwrap(), &err)];
        Self { child, out, err, readers, shows_secret }
    }

    pub fn err(&self) -> String {
        String::from_utf8_lossy(&self.err.lock().unwrap()).into_owned()
    }

    pub fn wait_for(&mut self, text: &str) -> String {
        let until = Instant::now() + LIMIT;
        while !self.err().contains(text) {
            assert!(Instant::now() < until && self.child.try_wait().unwrap().is_none(), "no {text:?}: {}", self.err());
            thread::sleep(Duration::from_millis(5));
        }
        self.err()
    }

    /// The secret key, once it is shown.
    pub fn secret_key(&mut self) -> String {
        let err = self.wait_for("First code: ");
        err.split_once("Secret key: ").unwrap().1.split_once('\n').unwrap().0.to_owned()
    }

    /// A line into its standard input; nothing where it is empty.
    pub fn type_line(&mut self, line: &str) {
        if !line.is_empty() {
            // It may have ended before.
            let _ = writeln!(self.child.stdin.as_mut().unwrap(), "{line}");
        }
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), signal).unwrap();
    }

    fn end(mut self) -> Said {
        drop(self.child.stdin.take());
        let until = Instant::now() + LIMIT;
        while self.child.try_wait().unwrap().is_none() {
            if Instant::now() > until {
                let _ = self.child.kill();
                panic!("it hangs: {}", self.err());
            }
            thread::sleep(Duration::from_millis(5));
        }
        self.readers.drain(..).for_each(|reader| reader.join().unwrap());
        let (status, stdout, stderr) =
            (self.child.wait().unwrap(), self.out.lock().unwrap().clone(), self.err.lock().unwrap().clone());
        std::process::Output { status, stdout, stderr }.into()
    }
}

fn collect(mut from: impl Read + Send + 'static, into: &Arc<Mutex<Vec<u8>>>) -> thread::JoinHandle<()> {
    let into = Arc::clone(into);
    thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(read @ 1..) = from.read(&mut bytes) {
            into.lock().unwrap().extend(&bytes[..read]);
        }
    })
}

/// It ended with this code and said this, and told what to do next.
pub fn told(said: &Said, code: i32, text: &str, next: &str) {
    assert_eq!((said.code, said.out.as_str()), (code, ""), "{}", said.err);
    assert!(said.err.contains(text), "no {text:?}: {}", said.err);
    let hints: Vec<_> = said.err.lines().filter(|line| line.starts_with(" next: ")).collect();
    assert!(hints.iter().any(|hint| hint.contains(next)), "no {next:?}: {}", said.err);
}
