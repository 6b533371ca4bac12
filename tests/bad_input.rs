//! Bad input for every command: files that are no files, no text or no settings, wrong command
//! lines, unknown profiles, lost homes and broken standard streams.
//!
//! Whatever it is, a command ends soon with its own exit code, says what is wrong and where, prints
//! no answer, does not panic, and leaves every file as it was. A table names all its bad rows at once.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Permissions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use sandbox::{Home, Said};

const KEYFOB: &str = env!("CARGO_BIN_EXE_keyfob");
/// Nothing here may take longer; a run that does is ended and counts as a hang.
const LIMIT: Duration = Duration::from_secs(10);
/// The same for large files, of which a busy machine makes long work; what counts there is CPU time.
const LARGE_LIMIT: Duration = Duration::from_secs(60);

const CONFIG: &str = "[default]\nregion = eu-west-1\n\n[profile a]\nregion = us-east-1\n";
const CREDENTIALS: &str = "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = stored\n\n\
                           [a]\naws_access_key_id = AKIAI44QH8DHBEXAMPLE\naws_secret_access_key = stored\n";
const CSV: &str = "User name,Access key ID,Secret access key\nkim,AKIAKIM,typed\n";
/// What every command finds on its standard input: answers for the dialogue.
const ANSWERS: &[u8] = b"AKIANEW\ntyped\nus-west-2\njson\n";

/// A command, the files it reads, and its exit code when one of them cannot be parsed.
struct Verb {
    words: &'static [&'static str],
    reads: &'static [&'static str],
    code: i32,
}

const BOTH: &[&str] = &["config", "credentials"];

/// A command of the AWS CLI: 255 for files that cannot be parsed and profiles that are not there.
const fn mirrored(words: &'static [&'static str], reads: &'static [&'static str]) -> Verb {
    Verb { words, reads, code: 255 }
}

/// A command of keyfob's own: 253 for the same.
const fn own(words: &'static [&'static str]) -> Verb {
    Verb { words, reads: BOTH, code: 253 }
}

/// Every command that reads the two files, in a form that succeeds on good ones.
const VERBS: [Verb; 15] = [
    mirrored(&["configure"], BOTH),
    mirrored(&["configure", "get", "region"], BOTH),
    mirrored(&["configure", "set", "region", "x"], BOTH),
    mirrored(&["configure", "set", "aws_secret_access_key", "x"], BOTH),
    mirrored(&["configure", "list"], BOTH),
    mirrored(&["configure", "list-profiles"], BOTH),
    mirrored(&["configure", "import", "--csv", CSV], BOTH),
    mirrored(&["configure", "export-credentials"], BOTH),
    own(&["configure", "unset", "region"]),
    own(&["configure", "delete", "a"]),
    own(&["configure", "rename", "a", "b"]),
    own(&["configure", "copy", "a", "b"]),
    own(VALIDATE),
    own(&["process"]),
    own(&["explain"]),
];
const VALIDATE: &[&str] = &["configure", "validate"];

fn home() -> Home {
    let home = Home::new(KEYFOB).unwrap();
    home.write("config", CONFIG).unwrap();
    home.write("credentials", CREDENTIALS).unwrap();
    fs::set_permissions(home.aws("credentials"), Permissions::from_mode(0o600)).unwrap();
    home
}

/// Runs `command` with the answers as its input, and ends it after the limit.
fn run(command: &mut Command) -> Said {
    let large = command.get_args().any(|argument| argument.as_bytes().starts_with(b"ulimit "));
    run_for(command, if large { LARGE_LIMIT } else { LIMIT })
}

/// keyfob with a limit that the shell sets (`ulimit`): `-t` seconds of CPU time, `-v` KiB of memory.
fn limited(home: &Home, limit: &str, words: &[&str]) -> Command {
    let mut command = home.command("sh");
    command.args(["-c", &format!("ulimit {limit}; exec \"$0\" \"$@\""), KEYFOB]).args(words);
    command
}

fn run_for(command: &mut Command, limit: Duration) -> Said {
    command.stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Few commands read it; the others close it.
    let _ = child.stdin.take().unwrap().write_all(ANSWERS);
    let id = child.id().to_string();
    let (send, receive) = mpsc::channel();
    thread::spawn(move || send.send(child.wait_with_output()));
    match receive.recv_timeout(limit) {
        Ok(output) => output.unwrap().into(),
        Err(_) => {
            Command::new("kill").args(["-KILL", &id]).status().unwrap();
            Said { code: -1, out: String::new(), err: format!("still running after {limit:?}") }
        }
    }
}

/// Everything below `folder`: kind, mode, and for a file its identity, time and bytes.
fn snapshot(folder: &Path) -> BTreeMap<OsString, String> {
    let mut found = BTreeMap::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for path in entries.map(|entry| entry.unwrap().path()) {
        let about = fs::symlink_metadata(&path).unwrap();
        let mut text = format!("{:o} {}", about.mode(), about.ino());
        if about.is_file() {
            text += &format!(" {} {}.{} {}", about.len(), about.mtime(), about.mtime_nsec(), hash(&path, about.len()));
        } else if about.is_symlink() {
            text += &format!(" {}", fs::read_link(&path).unwrap().display());
        } else if about.is_dir() {
            found.append(&mut snapshot(&path));
        }
        found.insert(path.into_os_string(), text);
    }
    found
}

/// Large files are told apart by their times alone.
fn hash(path: &Path, size: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    if size < 16 << 20 {
        fs::read(path).ok().hash(&mut hasher);
    }
    hasher.finish()
}

/// What did not go as it should, a line each.
#[derive(Default)]
struct Wrong(Vec<String>);

impl Wrong {
    /// Runs `command`, which must end with `code`, print nothing, say all of `says`, and change nothing.
    fn refused(&mut self, home: &Home, what: &str, command: &mut Command, code: i32, says: &[&str]) {
        let before = snapshot(home.path());
        let said = run(command);
        self.compare(what, &said, code, says);
        self.expect(said.out.is_empty(), || format!("{what}: standard output: {:?}", clip(&said.out)));
        let after = snapshot(home.path());
        let gone = before.iter().filter(|(path, about)| after.get(*path) != Some(about));
        let new = after.iter().filter(|(path, about)| before.get(*path) != Some(about));
        let (gone, new): (Vec<_>, Vec<_>) = (gone.collect(), new.collect());
        self.expect(before == after, || format!("{what}: the home changed: {gone:?} became {new:?}"));
    }

    /// As [`Wrong::refused`], for commands that have something to print or to write.
    fn ends(&mut self, what: &str, command: &mut Command, code: i32, says: &[&str]) -> Said {
        let said = run(command);
        self.compare(what, &said, code, says);
        said
    }

    fn compare(&mut self, what: &str, said: &Said, code: i32, says: &[&str]) {
        let err = clip(&said.err);
        self.expect(said.code == code, || format!("{what}: exit code {}, wanted {code}: {err}", said.code));
        self.expect(!said.err.contains("panicked"), || format!("{what}: {err}"));
        for text in says {
            self.expect(said.err.contains(text), || format!("{what}: {text:?} is not said: {err}"));
        }
    }

    fn expect(&mut self, right: bool, complaint: impl FnOnce() -> String) {
        if !right {
            self.0.push(complaint());
        }
    }

    fn none(self) {
        assert!(self.0.is_empty(), "{} wrong:\n{}\n", self.0.len(), self.0.join("\n"));
    }
}

fn clip(text: &str) -> String {
    text.chars().take(600).collect()
}

/// A skipped test must be seen, so it is not said through the captured `eprintln!`.
fn skip(why: &str) {
    let _ = writeln!(io::stderr(), "SKIPPED: {why}");
}

struct BadText {
    name: &'static str,
    bytes: Vec<u8>,
    line: usize,
    says: &'static str,
}

/// A file of each kind of problem.
fn bad_texts() -> Vec<BadText> {
    let bad = |name, bytes: &[u8], line, says| BadText { name, bytes: bytes.to_owned(), line, says };
    let junk: Vec<u8> = (0..40_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8 | 1).collect();
    let junk_line = 1 + junk.iter().take_while(|byte| byte.is_ascii()).filter(|b| matches!(b, b'\n' | b'\r')).count();
    let long = format!("[default]\nkey = {}\n", "a".repeat(1024 * 1024));
    let utf16: Vec<u8> = "[default]\nregion = x\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        bad("binary junk", &junk, junk_line, "this is not UTF-8 text"),
        bad("a program", &fs::read("/bin/sh").unwrap(), 1, "there is a NUL byte in this line"),
        bad("UTF-16", &utf16, 1, "there is a NUL byte in this line"),
        bad("invalid UTF-8", b"[default]\r\n# ok\r\nregion = \xff\n", 3, "this is not UTF-8 text"),
        bad("cut UTF-8", b"[default]\nregion = \xe2\x82", 2, "this is not UTF-8 text"),
        bad("NUL", b"[default]\nregion = a\0b\n", 2, "there is a NUL byte in this line"),
        bad("too long", long.as_bytes(), 2, "this line is longer than 1024 KiB"),
        bad("byte order mark", b"\xef\xbb\xbf[default]\nregion = x\n", 1, "starts with a byte order mark"),
        bad("no separator", b"[default]\nregion = x\njunk\n", 3, "expected `[section]` or `key = value`"),
        bad("unclosed header", b"[default]\nregion = x\n[profile a\n", 3, "no closing `]`"),
        bad("no key", b"[default]\n= x\n", 2, "no key before the separator"),
        bad("no section", b"# mine\nregion = x\n[default]\n", 2, "before the first `[section]`"),
        bad("nested", b"[default]\ns3 =\n  a = b\n  junk\n", 4, "`name = value` in the nested block"),
    ]
}

#[test]
fn problems_are_named_with_file_and_line() {
    let mut wrong = Wrong::default();
    for bad in bad_texts() {
        for file in BOTH {
            let home = home();
            home.write(file, &bad.bytes).unwrap();
            let at = format!("{}:{}: ", home.aws(file).display(), bad.line);
            for verb in VERBS.iter().filter(|verb| verb.reads.contains(file) && verb.words != VALIDATE) {
                let what = format!("{}, {file}, {:?}", bad.name, verb.words);
                let says = [at.as_str(), bad.says, "\n next: "];
                wrong.refused(&home, &what, &mut home.keyfob(verb.words), verb.code, &says);
            }
        }
    }
    wrong.none();
}

#[test]
fn validate_lists_problems_as_its_answer() {
    let mut wrong = Wrong::default();
    for bad in bad_texts() {
        for file in BOTH {
            let home = home();
            home.write(file, &bad.bytes).unwrap();
            let what = format!("{}, {file}", bad.name);
            let said = wrong.ends(&what, &mut home.keyfob(VALIDATE), 253, &["error"]);
            let line = said.out.lines().find(|line| line.contains(bad.says)).unwrap_or_default();
            let place = format!("~/.aws/{file}:{}: error: ", bad.line);
            wrong.expect(line.starts_with(&place), || format!("{what}: not {place}: {}", clip(&said.out)));
            wrong.expect(said.out.contains("mend:"), || format!("{what}: no way to mend it"));
        }
    }
    wrong.none();
}

/// Something that is no file, how it is made, and what it is called.
type NoFile = (&'static str, fn(&Path), &'static str);

const NO_FILES: [NoFile; 6] = [
    ("folder", |path| fs::create_dir(path).unwrap(), " is a folder"),
    ("fifo", |path| nix::unistd::mkfifo(path, nix::sys::stat::Mode::S_IRWXU).unwrap(), " is a fifo"),
    ("socket", |path| drop(UnixListener::bind(path).unwrap()), " is a socket"),
    ("/dev/zero", |path| symlink("/dev/zero", path).unwrap(), " is a device"),
    ("link to itself", |path| symlink(path, path).unwrap(), "too many levels of symbolic links"),
    (
        "links in a ring",
        |path| {
            symlink(path.with_extension("2"), path).unwrap();
            symlink(path, path.with_extension("2")).unwrap();
        },
        "too many levels of symbolic links",
    ),
];

#[test]
fn what_is_no_file_is_refused() {
    let mut wrong = Wrong::default();
    for (name, make, says) in NO_FILES {
        for file in BOTH {
            let home = home();
            fs::remove_file(home.aws(file)).unwrap();
            make(&home.aws(file));
            // A device is named as such, not by the link to it, when it was to be written.
            let path = if name == "/dev/zero" { "/".into() } else { home.aws(file).display().to_string() };
            for verb in VERBS.iter().filter(|verb| verb.reads.contains(file)) {
                let what = format!("{name}, {file}, {:?}", verb.words);
                wrong.refused(&home, &what, &mut home.keyfob(verb.words), verb.code, &[&path, says, "\n next: "]);
            }
        }
    }
    wrong.none();
}

#[test]
fn variables_may_name_what_is_no_file() {
    let mut wrong = Wrong::default();
    let home = home();
    for (variable, file) in [("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "credentials")] {
        for path in ["/dev/zero", "/dev", "/"] {
            for verb in VERBS.iter().filter(|verb| verb.reads.contains(&file)) {
                let what = format!("{variable}={path}, {:?}", verb.words);
                let mut command = home.keyfob(verb.words);
                wrong.refused(&home, &what, command.env(variable, path), verb.code, &[path, "\n next: "]);
            }
        }
    }
    wrong.none();
}

#[test]
fn dev_null_is_an_empty_file() {
    let mut wrong = Wrong::default();
    let home = home();
    let null = |words: &str| {
        let mut command = home.keyfob(words.split(' '));
        command.env("AWS_CONFIG_FILE", "/dev/null").env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
        command
    };
    for (words, code, says) in [
        ("configure list-profiles", 0, &[][..]),
        ("configure get region", 1, &[]),
        ("configure export-credentials", 253, &["no credentials found", "\n next: "]),
        ("configure unset region", 0, &["nothing to remove"]),
        ("configure delete a", 253, &["(a) could not be found", "\n next: "]),
        ("configure rename a b", 253, &["(a) could not be found", "\n next: "]),
        ("configure copy a b", 253, &["(a) could not be found", "\n next: "]),
        ("configure validate", 0, &["no problems found"]),
        ("process", 253, &["no credentials found", "\n next: "]),
        // Nothing is kept there, so nothing may be put there.
        ("configure set region x", 255, &["/dev/null", "\n next: "]),
        ("configure set aws_access_key_id x", 255, &["/dev/null", "\n next: "]),
        ("configure", 255, &["/dev/null", "\n next: "]),
    ] {
        wrong.refused(&home, words, &mut null(words), code, says);
    }
    for words in ["configure list", "explain"] {
        wrong.ends(words, &mut null(words), 0, &[]);
    }
    wrong.none();
}

#[test]
fn commands_that_read_no_file_do_not_mind() {
    let mut wrong = Wrong::default();
    let home = Home::new(KEYFOB).unwrap();
    fs::create_dir_all(home.aws("config")).unwrap();
    home.write("credentials", b"\0\xff").unwrap();
    for words in ["man", "man configure set", "completions bash", "completions zsh", "completions fish", "--help"] {
        let said = wrong.ends(words, &mut home.keyfob(words.split(' ')), 0, &[]);
        wrong.expect(said.out.len() > 100 && said.err.is_empty(), || format!("{words}: {said:?}"));
    }
    wrong.none();
}

/// keyfob with `words` as a user who may not read what others keep for themselves.
fn as_other_user(home: &Home, words: &[&str]) -> Option<Command> {
    if !nix::unistd::geteuid().is_root() {
        return Some(home.keyfob(words));
    }
    fs::set_permissions(home.path(), Permissions::from_mode(0o755)).unwrap();
    let other = |program: &str| {
        let mut command = home.command("setpriv");
        command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups", program]);
        command
    };
    let reachable = other("test").args(["-x", KEYFOB]).status().is_ok_and(|status| status.success());
    reachable.then(|| {
        let mut command = other(KEYFOB);
        command.args(words);
        command
    })
}

#[test]
fn unreadable_files_are_named() {
    let mut wrong = Wrong::default();
    for (name, mode, refuses_writing) in [("config", 0, true), ("credentials", 0, true), ("", 0, false)] {
        let home = home();
        fs::set_permissions(home.aws("config"), Permissions::from_mode(0o644)).unwrap();
        fs::set_permissions(home.aws("credentials"), Permissions::from_mode(0o644)).unwrap();
        fs::set_permissions(home.aws(""), Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(home.aws(name), Permissions::from_mode(mode)).unwrap();
        for verb in VERBS.iter().filter(|verb| name.is_empty() || (refuses_writing && verb.reads.contains(&name))) {
            let what = format!("unreadable {:?}, {:?}", home.aws(name), verb.words);
            let Some(mut command) = as_other_user(&home, verb.words) else {
                return skip("unreadable files: no other user can be had, or that user cannot reach the binary");
            };
            let path = home.aws(name).display().to_string();
            wrong.refused(&home, &what, &mut command, verb.code, &[path.trim_end_matches('/'), "denied", "\n next: "]);
        }
        // So that the folder can be removed again.
        fs::set_permissions(home.aws(""), Permissions::from_mode(0o755)).unwrap();
    }
    wrong.none();
}

/// One command for each way of going through a large file.
fn reads_large(verb: &Verb) -> bool {
    matches!(verb.words, ["process"] | ["configure"] | ["configure", "get" | "set" | "delete" | "validate", ..])
}

#[test]
fn a_line_of_a_hundred_megabytes_is_refused_soon() {
    let mut wrong = Wrong::default();
    for file in BOTH {
        let home = home();
        for verb in VERBS.iter().filter(|verb| verb.reads.contains(file) && reads_large(verb)) {
            // Unoptimised, its many looks at each line take ten times as long.
            let size = if cfg!(debug_assertions) && verb.words == VALIDATE { 10 << 20 } else { 100 << 20 };
            let text = [b"[default]\nkey = ".as_slice(), &vec![b'a'; size]].concat();
            if fs::metadata(home.aws(file)).unwrap().len() != text.len() as u64 {
                home.write(file, &text).unwrap();
            }
            let what = format!("long line, {file}, {:?}", verb.words);
            let at = format!("{}:2: ", home.aws(file).display());
            let mut command = limited(&home, "-t 5", verb.words);
            if verb.words == VALIDATE {
                let said = wrong.ends(&what, &mut command, verb.code, &["1 error"]);
                wrong.expect(said.out.contains("longer than 1024 KiB"), || format!("{what}: {}", clip(&said.out)));
            } else {
                let says = [at.as_str(), "longer than 1024 KiB", "\n next: "];
                wrong.refused(&home, &what, &mut command, verb.code, &says);
            }
        }
    }
    wrong.none();
}

#[test]
fn a_file_of_holes_is_refused_whatever_its_size() {
    let mut wrong = Wrong::default();
    for (size, says) in [(100 << 20, "NUL"), (10 << 40, "larger than")] {
        for file in BOTH {
            let home = home();
            if File::create(home.aws(file)).unwrap().set_len(size).is_err() {
                skip(&format!("a file of {size} bytes: the file system does not take it"));
                continue;
            }
            let path = home.aws(file).display().to_string();
            for verb in VERBS.iter().filter(|verb| verb.reads.contains(file) && reads_large(verb)) {
                let what = format!("{size} bytes, {file}, {:?}", verb.words);
                // No machine shall be filled by trying.
                let mut command = limited(&home, "-v 4000000", verb.words);
                command.env("RUST_BACKTRACE", "0");
                if verb.words == VALIDATE && says == "NUL" {
                    let said = wrong.ends(&what, &mut command, verb.code, &["1 error"]);
                    wrong.expect(said.out.contains(says), || format!("{what}: {}", clip(&said.out)));
                    continue;
                }
                wrong.refused(&home, &what, &mut command, verb.code, &[&path, says, "\n next: "]);
            }
        }
    }
    wrong.none();
}

#[test]
fn a_hundred_thousand_sections_work() {
    let mut wrong = Wrong::default();
    let config: String = (0..100_000).map(|n| format!("[profile p{n}]\nregion = eu-west-1\n")).collect();
    let keys = |n| format!("[p{n}]\naws_access_key_id = AKIA{n}\naws_secret_access_key = s\n");
    let credentials: String = (0..100_000).map(keys).collect();
    for words in [
        "configure list-profiles",
        "configure get region --profile p99999",
        "configure set region x --profile p99999",
        "configure set aws_access_key_id x --profile p99999",
        "configure list --profile p99999",
        "configure export-credentials --profile p99999",
        "configure unset region --profile p99999",
        "configure delete p99999",
        "configure rename p99999 q",
        "configure copy p99999 q",
        "configure validate",
        "configure --profile p99999",
        "process --profile p99999",
        "explain --profile p99999",
    ] {
        let home = home();
        home.write("config", format!("{CONFIG}{config}")).unwrap();
        home.write("credentials", format!("{CREDENTIALS}{credentials}")).unwrap();
        fs::set_permissions(home.aws("credentials"), Permissions::from_mode(0o600)).unwrap();
        let words: Vec<_> = words.split(' ').collect();
        wrong.ends(&format!("{words:?}"), &mut limited(&home, "-t 20", &words), 0, &[]);
    }
    wrong.none();
}

#[test]
fn import_takes_no_odd_file() {
    let mut wrong = Wrong::default();
    let home = home();
    fs::write(home.path().join("binary.csv"), b"User name,Access key ID\xff\n").unwrap();
    fs::write(home.path().join("keys.csv"), CSV).unwrap();
    nix::unistd::mkfifo(&home.path().join("fifo"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    let keys = home.path().join("keys.csv").display().to_string();
    for (csv, code, says) in [
        ("file://~/nope.csv", 252, &["--csv file://~/nope.csv"][..]),
        ("file://~/binary.csv", 252, &["--csv file://~/binary.csv", "UTF-8"]),
        ("file://~/fifo", 252, &["fifo"]),
        ("file://~", 252, &["a folder"]),
        ("file:///dev/zero", 252, &["a device"]),
        (&keys, 255, &["is the name of a file", "\n next: write --csv file://"]),
        ("", 255, &["no contents", "\n next: "]),
        ("nonsense", 255, &["Expected header", "\n next: "]),
        ("User name,Access key ID,Secret access key\nkim,AKIAKIM\n", 255, &["entry #1", "\n next: --skip-invalid"]),
        ("User name,Access key ID,Secret access key\na\u{1b}[31mb,AKIA,s\n", 255, &["cannot be the name"]),
        ("User name,Access key ID,Secret access key\nDEFAULT,AKIA,s\n", 255, &["cannot be the name"]),
    ] {
        wrong.refused(&home, csv, &mut home.keyfob(["configure", "import", "--csv", csv]), code, says);
    }
    wrong.none();
}

/// keyfob as a user whom the user database does not know, where that can be had.
fn as_nobody_known(home: &Home, words: &[&str]) -> Option<Command> {
    if !nix::unistd::geteuid().is_root() {
        return None;
    }
    fs::set_permissions(home.path(), Permissions::from_mode(0o755)).unwrap();
    let mut command = home.command("setpriv");
    command.args(["--reuid", "54321", "--regid", "54321", "--clear-groups", KEYFOB]).args(words);
    Some(command)
}

#[test]
fn without_a_home_the_way_out_is_named() {
    let mut wrong = Wrong::default();
    let home = home();
    fs::set_permissions(home.aws("credentials"), Permissions::from_mode(0o644)).unwrap();
    for verb in &VERBS {
        let Some(mut command) = as_nobody_known(&home, verb.words) else {
            return skip("a user without a home: only root can become one");
        };
        let says = ["~/.aws/", "HOME is not set", "\n next: set HOME"];
        let what = format!("no HOME, {:?}", verb.words);
        wrong.refused(&home, &what, command.env_remove("HOME"), 253, &says);
        wrong.refused(&home, &format!("HOME empty, {:?}", verb.words), command.env("HOME", ""), 253, &says);
        if verb.reads == BOTH {
            // The other file is still to be found.
            let what = format!("no HOME, AWS_CONFIG_FILE, {:?}", verb.words);
            let says = ["~/.aws/credentials", "HOME is not set", "\n next: set HOME"];
            command.env_remove("HOME").env("AWS_CONFIG_FILE", home.aws("config"));
            wrong.refused(&home, &what, &mut command, 253, &says);
        }
    }
    for words in [&["configure", "list-profiles"][..], &["process"], &["configure", "get", "region"], &["explain"]] {
        let mut command = as_nobody_known(&home, words).unwrap();
        command.env_remove("HOME").env("AWS_CONFIG_FILE", home.aws("config"));
        command.env("AWS_SHARED_CREDENTIALS_FILE", home.aws("credentials"));
        let said = wrong.ends(&format!("no HOME, both files named, {words:?}"), &mut command, 0, &[]);
        wrong.expect(!said.out.is_empty(), || format!("no HOME, both files named, {words:?}: no answer"));
    }
    wrong.none();
}

#[test]
fn without_home_the_user_database_is_asked() {
    let mut wrong = Wrong::default();
    let home = home();
    let Ok(Some(user)) = nix::unistd::User::from_uid(nix::unistd::geteuid()) else {
        return skip("this user is not in the user database");
    };
    let config = user.dir.join(".aws/config").display().to_string();
    // Only reads: these are the person's own files.
    let debug = || home.keyfob(["configure", "list-profiles", "--debug"]);
    let (mut without, mut empty) = (debug(), debug());
    without.env_remove("HOME");
    empty.env("HOME", "");
    for (what, command) in [("no HOME", &mut without), ("HOME empty", &mut empty)] {
        let said = run(command);
        wrong.expect(said.err.contains(&format!("debug: {config}: ")), || format!("{what}: {}", clip(&said.err)));
    }
    wrong.none();
}

#[test]
fn a_home_without_files_has_no_profiles() {
    let mut wrong = Wrong::default();
    let home = home();
    // Daemons have homes such as these.
    for path in ["/nonexistent", "/dev/null"] {
        for (words, code, says) in [
            ("configure list-profiles", 0, &[][..]),
            ("configure get region", 1, &[]),
            ("process", 253, &["no credentials found", "\n next: "]),
        ] {
            let what = format!("HOME={path}, {words}");
            wrong.refused(&home, &what, home.keyfob(words.split(' ')).env("HOME", path), code, says);
        }
    }
    wrong.none();
}

#[test]
fn values_and_names_that_no_file_can_hold() {
    let mut wrong = Wrong::default();
    let home = home();
    let set = |name, value| vec!["configure", "set", name, value];
    let at = |profile| vec!["configure", "set", "region", "x", "--profile", profile];
    let within = |flag, name, key| vec!["configure", "set", flag, name, key, "x"];
    for (words, code, says) in [
        (set("region", "a\nb"), 255, "the value of region"),
        (set("region", "a\rb"), 255, "the value of region"),
        (set("region", "a\n[profile b]\nrole_arn = x"), 255, "the value of region"),
        (set("aws_secret_access_key", "typed\n"), 255, "the value of aws_secret_access_key"),
        (set("s3.max_queue_size", "a\nb"), 255, "the value of s3"),
        (set("a\nb", "x"), 252, "cannot be a key"),
        (set("a\rb", "x"), 252, "cannot be a key"),
        (set("s3.a\nb", "x"), 252, "cannot be a key"),
        (set("a=b", "x"), 252, "cannot be a key"),
        (set("a:b", "x"), 252, "cannot be a key"),
        (set("#a", "x"), 252, "cannot be a key"),
        (set("[a]", "x"), 252, "cannot be a key"),
        (set("", "x"), 252, "cannot be a key"),
        (set("default.", "x"), 252, "cannot be a key"),
        (set("profile.a", "x"), 255, "names no key"),
        (at("a\nb"), 255, "cannot be the name of a profile"),
        (at("a\rb"), 255, "cannot be the name of a profile"),
        (at("a\u{1b}[31mb"), 255, "cannot be the name of a profile"),
        (at(""), 255, "cannot be the name of a profile"),
        (within("--sso-session", "a\nb", "region"), 255, "cannot be the name of an sso-session"),
        (within("--services", "a\nb", "region"), 255, "cannot be the name of a services section"),
        (within("--sso-session", "", "region"), 252, "--sso-session"),
        (within("--services", "!", "region"), 252, "--services"),
        (within("--sso-session", "s", "a.b.c"), 252, "too many parts"),
        (vec!["configure", "get", "profile.a"], 255, "names no key"),
        (vec!["configure", "unset", "a=b"], 252, "cannot be a key"),
        (vec!["configure", "rename", "a", "x\ny"], 255, "cannot be the name of a profile"),
        (vec!["configure", "rename", "a", ""], 255, "cannot be the name of a profile"),
        (vec!["configure", "copy", "a", "x\ry"], 255, "cannot be the name of a profile"),
        (vec!["configure", "copy", "a", "DEFAULT"], 255, "cannot be the name of a profile"),
        (vec!["configure", "rename", "a", "default"], 255, "already a profile default"),
        (vec!["configure", "copy", "a", "default"], 255, "already a profile default"),
        (vec!["configure", "--profile", "a\nb"], 255, "cannot be the name of a profile"),
        (vec!["configure", "import", "--csv", CSV, "--profile-prefix", "a\nb"], 255, "cannot be the name"),
    ] {
        let says = [says, if code == 252 { "" } else { "error: " }];
        wrong.refused(&home, &format!("{words:?}"), &mut home.keyfob(&words), code, &says);
    }
    wrong.none();
}

#[test]
fn a_value_from_standard_input_is_checked_too() {
    let mut wrong = Wrong::default();
    let home = home();
    for (what, input) in [("two lines", &b"a\nb\n"[..]), ("CR inside", b"a\rb\n"), ("no UTF-8", b"a\xff\n")] {
        let file = home.path().join("input");
        fs::write(&file, input).unwrap();
        let line = format!("exec '{KEYFOB}' configure set aws_secret_access_key --value-stdin < '{}'", file.display());
        wrong.refused(&home, what, home.command("sh").args(["-c", &line]), 255, &["error: "]);
    }
    wrong.none();
}

#[test]
fn answers_that_no_file_can_hold_change_nothing() {
    let mut wrong = Wrong::default();
    let home = home();
    for (what, input) in [
        ("CR in the id", &b"a\rb\n\n\n\n"[..]),
        ("CR in the secret", b"\na\rb\n\n\n"),
        ("NUL in the region", b"AKIAX\nx\na\0b\n\n"),
        ("no UTF-8 in the output", b"AKIAX\nx\nr\n\xff\n"),
    ] {
        let file = home.path().join("input");
        fs::write(&file, input).unwrap();
        let line = format!("exec '{KEYFOB}' configure < '{}'", file.display());
        wrong.refused(&home, what, home.command("sh").args(["-c", &line]), 255, &["error: "]);
    }
    wrong.none();
}

#[test]
fn unknown_profiles_are_refused() {
    let mut wrong = Wrong::default();
    let home = home();
    let missing = "The config profile (nope) could not be found";
    for (words, code) in [
        ("configure get region", 255),
        // The AWS CLI calls this one a matter of configuration.
        ("configure export-credentials", 253),
        ("configure list --output json", 255),
        ("configure unset region", 253),
        ("process", 253),
        ("explain", 253),
        ("explain --output json", 253),
    ] {
        let says = [missing, "\n next: keyfob configure list-profiles"];
        let words: Vec<_> = words.split(' ').collect();
        let by_flag = [&words[..], &["--profile", "nope"]].concat();
        wrong.refused(&home, &format!("{by_flag:?}"), &mut home.keyfob(&by_flag), code, &says);
        for variable in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
            let what = format!("{variable}=nope {words:?}");
            wrong.refused(&home, &what, home.keyfob(&words).env(variable, "nope"), code, &says);
        }
    }
    for words in ["delete nope", "rename nope b", "copy nope b"] {
        let line = format!("configure {words}");
        let says = [missing, "\n next: keyfob configure list-profiles"];
        wrong.refused(&home, words, &mut home.keyfob(line.split(' ')), 253, &says);
    }
    // The AWS CLI has printed the first rows by then.
    let list = &mut home.keyfob(["configure", "list", "--profile", "nope"]);
    let said = wrong.ends("configure list", list, 255, &[missing, "\n next: "]);
    wrong.expect(said.out.lines().count() == 2, || format!("configure list: {said:?}"));
    let section = "configure get region --sso-session nope";
    let says = ["The config sub-section (nope) could not be found", "\n next: "];
    wrong.refused(&home, section, &mut home.keyfob(section.split(' ')), 255, &says);
    wrong.none();
}

#[test]
fn wrong_command_lines_end_with_252() {
    let mut wrong = Wrong::default();
    let home = home();
    for (line, says) in [
        ("", "Usage:"),
        ("nope", "'nope'"),
        ("--nope", "'--nope'"),
        ("process --nope", "'--nope'"),
        ("process extra", "'extra'"),
        ("explain extra", "'extra'"),
        ("configure nope", "'nope'"),
        ("configure --nope", "'--nope'"),
        ("configure get", "<NAME>"),
        ("configure get a b", "'b'"),
        ("configure set", "<NAME>"),
        ("configure set region", "<VALUE>"),
        ("configure set region x y", "'y'"),
        ("configure set region x --value-stdin", "--value-stdin"),
        ("configure unset", "<NAME>"),
        ("configure list extra", "'extra'"),
        ("configure list-profiles extra", "'extra'"),
        ("configure import", "--csv"),
        ("configure import --csv", "--csv"),
        ("configure export-credentials --format nope", "--format"),
        ("configure export-credentials --format", "--format"),
        ("configure delete", "<PROFILE>"),
        ("configure rename a", "<NEW>"),
        ("configure copy a", "<NEW>"),
        ("configure validate extra", "'extra'"),
        ("configure get region --sso-session s --services t", "--services"),
        ("configure set region x --sso-session s --services t", "--services"),
        ("configure unset region --services t --sso-session s", "--services"),
        ("configure list --output nope", "--output"),
        ("--output nope configure list", "--output"),
        ("process --output", "--output"),
        ("configure list --color nope", "--color"),
        ("process --color=", "--color"),
        ("process --profile", "--profile"),
        ("process --profile a --profile b", "--profile"),
        ("completions", "<SHELL>"),
        ("completions nope", "<SHELL>"),
        ("man nope", "`nope`"),
        ("man configure nope", "`configure nope`"),
    ] {
        let mut command = home.keyfob(line.split_whitespace());
        // Clap's own way of saying what to do next.
        let next = if line.starts_with("man ") { "\n next: keyfob --help" } else { "--help" };
        let says: &[&str] = if line.is_empty() { &[says] } else { &[says, next] };
        wrong.refused(&home, &format!("`keyfob {line}`"), &mut command, 252, says);
    }
    wrong.none();
}

#[test]
fn a_query_that_is_none_stops_every_command() {
    let mut wrong = Wrong::default();
    for verb in &VERBS {
        let home = home();
        let words = [verb.words, &["--query", "a["]].concat();
        wrong.refused(&home, &format!("{words:?}"), &mut home.keyfob(&words), 252, &["Bad value for --query a["]);
    }
    let home = home();
    for (query, code, says) in [("", 252, "--query"), ("nope(@)", 255, "Unknown function: nope()")] {
        let words = ["configure", "list-profiles", "--query", query];
        wrong.refused(&home, &format!("{words:?}"), &mut home.keyfob(words), code, &[says]);
    }
    wrong.none();
}

#[test]
fn arguments_that_are_no_text_are_refused() {
    let mut wrong = Wrong::default();
    let home = home();
    let odd = OsStr::from_bytes(b"a\xff");
    for words in [
        vec![],
        vec!["process", "--profile"],
        vec!["configure", "get"],
        vec!["configure", "set"],
        vec!["configure", "set", "region"],
        vec!["configure", "unset"],
        vec!["configure", "list", "--query"],
        vec!["configure", "list", "--output"],
        vec!["configure", "import", "--csv"],
        vec!["configure", "export-credentials", "--format"],
        vec!["configure", "delete"],
        vec!["configure", "rename", "a"],
        vec!["configure", "copy", "a"],
        vec!["configure", "validate"],
        vec!["explain"],
        vec!["completions"],
        vec!["man"],
    ] {
        let mut command = home.keyfob(&words);
        wrong.refused(&home, &format!("{words:?} and no text"), command.arg(odd), 252, &["error: ", "--help"]);
    }
    wrong.none();
}

#[test]
fn variables_that_are_no_text_do_not_matter_or_are_named() {
    let mut wrong = Wrong::default();
    let home = home();
    let odd = OsStr::from_bytes(b"a\xff");
    for (variable, words, code, says) in [
        ("AWS_PROFILE", "process", 253, &["could not be found", "\n next: "][..]),
        ("AWS_PROFILE", "configure get region", 255, &["could not be found", "\n next: "]),
        ("AWS_CONFIG_FILE", "configure get region", 1, &[]),
        ("HOME", "configure get region", 1, &[]),
        ("AWS_SHARED_CREDENTIALS_FILE", "process", 253, &["no credentials found", "\n next: "]),
    ] {
        wrong.refused(&home, variable, home.keyfob(words.split(' ')).env(variable, odd), code, says);
    }
    wrong.none();
}

/// Commands with an answer, none of which writes.
const ANSWERING: [&str; 12] = [
    "configure get region",
    "configure list",
    "configure list-profiles",
    "configure list-profiles --output json",
    "configure export-credentials",
    "configure set region x --dry-run",
    "process",
    "explain",
    "man",
    "completions bash",
    "--help",
    "--version",
];

#[test]
fn a_reader_who_went_away_is_no_failure() {
    let mut wrong = Wrong::default();
    let home = home();
    for line in ANSWERING {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let mut command = home.keyfob(line.split(' '));
        let output = command.stdout(writer).stderr(Stdio::piped()).output().unwrap();
        let said = Said::from(output);
        wrong.expect(said.code == 0 && said.err.is_empty(), || format!("{line}: {said:?}"));
    }
    let many: String = (0..20_000).map(|n| format!("[profile p{n}]\n")).collect();
    home.write("config", many).unwrap();
    let line = format!("set -o pipefail; '{KEYFOB}' configure list-profiles | head -n 1");
    let said = wrong.ends(&line, home.command("bash").args(["-c", &line]), 0, &[]);
    wrong.expect(said.out == "p0\n" && said.err.is_empty(), || format!("{line}: {said:?}"));
    wrong.none();
}

#[test]
fn a_full_disk_at_standard_output_is_a_failure() {
    let mut wrong = Wrong::default();
    let home = home();
    let full = || File::options().write(true).open("/dev/full");
    let Ok(_) = full() else { return skip("there is no /dev/full") };
    // Clap prints these two itself.
    for line in ANSWERING {
        let output = home.keyfob(line.split(' ')).stdout(full().unwrap()).output().unwrap();
        let said = Said::from(output);
        wrong.expect(said.code == 255, || format!("{line}: {said:?}"));
        let silent = line.starts_with("--");
        wrong.expect(silent || said.err.contains("standard output: No space"), || format!("{line}: {said:?}"));
    }
    wrong.none();
}

#[test]
fn closed_streams_do_not_change_how_a_command_ends() {
    let mut wrong = Wrong::default();
    for (words, code) in [
        ("configure list-profiles", 0),
        ("configure get nope", 1),
        ("configure get region --profile nope", 255),
        ("process", 0),
        ("process --profile nope", 253),
        ("configure delete nope", 253),
        ("configure validate", 0),
        ("configure set region x", 0),
        ("configure unset nope", 0),
        ("nope", 252),
        ("explain", 0),
        ("man", 0),
    ] {
        for streams in [">&-", "2>&-", "<&-", ">&- 2>&-", "<&- >&- 2>&-", "2>/dev/full"] {
            let home = home();
            let line = format!("exec '{KEYFOB}' {words} {streams}");
            wrong.ends(&format!("{words} {streams}"), home.command("sh").args(["-c", &line]), code, &[]);
            // With a standard stream closed, the next file opened gets its number: nothing may be written there.
            let set = words.contains("set region");
            let config = home.read("config");
            let right = if set { config.contains("region = x\n") } else { config == CONFIG };
            wrong.expect(right && home.read("credentials") == CREDENTIALS, || format!("{words} {streams}: {config}"));
        }
    }
    wrong.none();
}

#[test]
fn the_dialogue_without_input_or_without_a_place_to_ask() {
    let mut wrong = Wrong::default();
    let home = home();
    for (streams, code) in [("<&-", 0), ("< /dev/null", 0), ("2>&- < /dev/null", 0), ("2>/dev/full", 255)] {
        let line = format!("exec '{KEYFOB}' configure {streams}");
        wrong.refused(&home, streams, home.command("sh").args(["-c", &line]), code, &[]);
    }
    wrong.none();
}

#[test]
fn the_checks_themselves_can_fail() {
    let home = home();
    let complaints = |command: &mut Command, code, says: &[&str]| {
        let mut wrong = Wrong::default();
        wrong.refused(&home, "", command, code, says);
        wrong.0.len()
    };
    assert_eq!(complaints(&mut home.keyfob(["configure", "get", "nope"]), 1, &[]), 0);
    assert_eq!(complaints(&mut home.keyfob(["configure", "get", "nope"]), 0, &["x"]), 2);
    assert_eq!(complaints(&mut home.keyfob(["configure", "list-profiles"]), 0, &[]), 1);
    assert_eq!(complaints(&mut home.keyfob(["configure", "set", "region", "x"]), 0, &[]), 1);
    let before = snapshot(home.path());
    symlink("config", home.aws("link")).unwrap();
    assert_ne!(before, snapshot(home.path()));
}
