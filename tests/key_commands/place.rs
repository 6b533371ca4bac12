//! A home whose profiles hold bob's key, and the sandbox's service.
//!
//! Whatever keyfob says is searched for the secrets of the case, and its files for those of keys that are gone.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sandbox::account::User;
use sandbox::server::Server;
use sandbox::server::{Fault, FaultKind};
use sandbox::{Home, Said, standard};

pub const KEYFOB: &str = env!("CARGO_BIN_EXE_keyfob");
pub const OLD: &str = standard::BOB_ACCESS_KEY_ID;
pub const OLD_SECRET: &str = standard::BOB_SECRET_ACCESS_KEY;
/// No run of a test takes longer.
pub const LIMIT: Duration = Duration::from_secs(60);

pub struct Place {
    pub home: Home,
    pub server: Server,
    /// Whether keyfob may be killed as it is about to remove a lock. It is empty, and who wants it next takes it over.
    pub leaves_locks: bool,
}

/// bob's key in the profiles bob and twin (credentials) and third (config); admin's in admin.
pub fn place() -> Place {
    let home = Home::new(KEYFOB).unwrap();
    home.write("credentials", credentials(OLD, OLD_SECRET)).unwrap();
    home.write("config", config(OLD, OLD_SECRET)).unwrap();
    for file in ["credentials", "config"] {
        fs::set_permissions(home.aws(file), fs::Permissions::from_mode(0o600)).unwrap();
    }
    Place { home, server: Server::start().unwrap(), leaves_locks: false }
}

/// The credentials file with this as bob's key, in spacing and comments of its own.
pub fn credentials(id: &str, secret: &str) -> String {
    let (admin, admins) = (standard::ADMIN_ACCESS_KEY_ID, standard::ADMIN_SECRET_ACCESS_KEY);
    format!(
        "# mine\n[bob]\naws_access_key_id = {id}\n# between\naws_secret_access_key = {secret}\nregion   =   eu-west-1\n\n\
         [admin]\naws_access_key_id={admin}\naws_secret_access_key={admins}\n; and\n\
         [twin]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n"
    )
}

/// The config file with it.
pub fn config(id: &str, secret: &str) -> String {
    format!(
        "[profile third]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n\
         [profile role]\nrole_arn = {}\nsource_profile = bob\n",
        standard::role_arn("demo")
    )
}

/// A key as a file holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    pub id: String,
    pub secret: String,
}

impl Place {
    pub fn command(&self, line: &str) -> Command {
        let mut command = self.home.keyfob(line.split_whitespace());
        command.current_dir(self.home.path()).env("NO_COLOR", "1").env("AWS_ENDPOINT_URL", self.server.url());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs it to its end and searches what it said.
    pub fn run(&self, line: &str) -> Said {
        self.end(self.start(line))
    }

    /// Runs it, which has to go well.
    pub fn good(&self, line: &str) -> Said {
        let said = self.run(line);
        assert_eq!(said.code, 0, "{line}: {}", said.err);
        said
    }

    pub fn start(&self, line: &str) -> Child {
        self.command(line).spawn().unwrap()
    }

    pub fn end(&self, mut child: Child) -> Said {
        let until = Instant::now() + LIMIT;
        while child.try_wait().unwrap().is_none() {
            if Instant::now() > until {
                let _ = child.kill();
                panic!("it hangs: {:?}", child.wait_with_output());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let said: Said = child.wait_with_output().unwrap().into();
        for (what, text) in [("standard output", &said.out), ("standard error", &said.err)] {
            for secret in self.secrets() {
                assert!(!text.contains(&secret), "{what} shows {secret}:\n{text}");
            }
        }
        said
    }

    /// The secrets of all keys there are, and of bob's first one.
    fn secrets(&self) -> Vec<String> {
        let account = self.server.account();
        let keys = account.users.values().flat_map(|user| &user.keys).map(|key| key.secret.clone());
        keys.chain([OLD_SECRET.to_owned()]).collect()
    }

    /// Kills a run of `line` as the call of `action` after `skip` others is made, which the service does not act on.
    pub fn killed(&self, line: &str, action: &str, skip: u32) {
        self.server.fault(Fault::once(FaultKind::Hang).of(action).after(skip));
        let before = self.server.calls().iter().filter(|call| call.fault.is_some()).count();
        let mut child = self.start(line);
        let until = Instant::now() + LIMIT;
        while self.server.calls().iter().filter(|call| call.fault.is_some()).count() == before {
            assert!(Instant::now() < until && child.try_wait().unwrap().is_none(), "{action} {skip} was not met");
            std::thread::sleep(Duration::from_millis(2));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        self.server.clear_faults();
    }

    pub fn fault(&self, kind: FaultKind, action: &str, skip: u32) {
        self.server.fault(Fault::once(kind).of(action).after(skip));
    }

    pub fn user(&self, name: &str) -> User {
        self.server.account().users.remove(name).unwrap()
    }

    /// bob's keys at AWS: id, and whether it is active.
    pub fn keys(&self) -> Vec<(String, bool)> {
        self.user("bob").keys.into_iter().map(|key| (key.id, key.active)).collect()
    }

    /// The key of a profile in a file.
    pub fn held(&self, file: &str, profile: &str) -> Option<Pair> {
        let text = self.home.read(file);
        let header = if file == "config" { format!("[profile {profile}]") } else { format!("[{profile}]") };
        let mut lines = text.lines().skip_while(|line| line.trim() != header).skip(1);
        let (mut id, mut secret) = (None, None);
        for line in lines.by_ref().take_while(|line| !line.starts_with('[')) {
            let Some((key, value)) = line.split_once('=') else { continue };
            match key.trim().to_ascii_lowercase().as_str() {
                "aws_access_key_id" => id = Some(value.trim().to_owned()),
                "aws_secret_access_key" => secret = Some(value.trim().to_owned()),
                _ => {}
            }
        }
        Some(Pair { id: id?, secret: secret? })
    }

    /// bob's keys in all three profiles.
    pub fn all_held(&self) -> [Pair; 3] {
        [("credentials", "bob"), ("credentials", "twin"), ("config", "third")]
            .map(|(file, profile)| self.held(file, profile).unwrap_or_else(|| panic!("{profile} has no key")))
    }

    /// Whether AWS takes a key.
    pub fn works(&self, pair: &Pair) -> bool {
        let keys = self.user("bob").keys;
        keys.iter().any(|key| key.id == pair.id && key.secret == pair.secret && key.active)
    }

    /// At every moment: each profile holds a whole key that works, and each secret that is in no profile and belongs to
    /// a key that was shown to us is in a journal of mode 0600.
    pub fn check(&self, when: &str) {
        for pair in self.all_held() {
            assert!(self.works(&pair), "{when}: a profile holds {} of {:?}", pair.id, self.keys());
        }
        for (path, _) in self.journals() {
            let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{when}: {}", path.display());
        }
    }

    /// The end: one key, which works, is in all profiles, byte for byte where the old one was; nothing else is left.
    /// Returns its id.
    pub fn check_end(&self, when: &str) -> String {
        let keys = self.keys();
        let [first, second, third] = self.all_held();
        assert_eq!(keys, [(first.id.clone(), true)], "{when}");
        assert!(first == second && second == third, "{when}: {first:?} {second:?} {third:?}");
        assert!(self.works(&first), "{when}");
        assert_eq!(self.home.read("credentials"), credentials(&first.id, &first.secret), "{when}");
        assert_eq!(self.home.read("config"), config(&first.id, &first.secret), "{when}");
        assert!(self.journals().is_empty(), "{when}: {:?}", self.journals());
        let gone = [OLD_SECRET].into_iter().filter(|_| first.id != OLD);
        self.search(&gone.collect::<Vec<_>>(), when);
        first.id
    }

    /// The journals, and their text.
    pub fn journals(&self) -> Vec<(std::path::PathBuf, String)> {
        let mut found = Vec::new();
        let folder = self.home.aws("keyfob/keys");
        if folder.is_dir() {
            assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
            walk(&folder, &mut |path| {
                if path.extension().is_some_and(|extension| extension == "json") {
                    found.push((path.to_owned(), fs::read_to_string(path).unwrap()));
                }
            });
        }
        found
    }

    /// None of these is in any file, and nothing half-written is left.
    pub fn search(&self, secrets: &[&str], when: &str) {
        walk(self.home.path(), &mut |path| {
            let text = String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
            for secret in secrets {
                assert!(!text.contains(secret), "{when}: {} holds {secret}", path.display());
            }
            let name = path.to_string_lossy();
            let is_lock = name.ends_with(".keyfob-lock") || name.ends_with(".keyfob-renewal");
            let may_stay = !name.contains(".keyfob-") || (is_lock && self.leaves_locks);
            assert!(may_stay, "{when}: {name} is left");
        });
    }
}

fn walk(folder: &Path, visit: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, visit) } else { visit(&path) }
    }
}

/// It ended with this code and said this, and told what to do next.
pub fn told(said: &Said, code: i32, text: &str, next: &str) {
    assert_eq!((said.code, said.out.as_str()), (code, ""), "{}", said.err);
    assert!(said.err.contains(text), "no {text:?}: {}", said.err);
    let hints: Vec<_> = said.err.lines().filter(|line| line.starts_with(" next: ")).collect();
    assert!(hints.iter().any(|hint| hint.contains(next)), "no {next:?}: {}", said.err);
}
