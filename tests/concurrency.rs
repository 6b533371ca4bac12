//! Many keyfob processes on one file, readers beside them, and writers that are killed.
//!
//! Whatever meets whatever: no change is lost, nobody ever reads a torn file, and nothing but the
//! file itself is left in its folder. What a failing system does to one process is in faults.rs.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use keyfob::config::document::{Document, decode};
use keyfob::config::shared::SharedConfig;
use sandbox::{Home, SECRET_ACCESS_KEY, Said};

const BINARY: &str = env!("CARGO_BIN_EXE_keyfob");
const WRITERS: usize = 64;
const MODE: u32 = 0o640;

/// The sections that every reader must find in every version of a file.
const FIRST: &str = "[profile first]";
const LAST: &str = "[profile last]";

const CONFIG: &str = "\
# at the top
[profile first]
region = eu-west-1 ; behind a value

[profile shared]
# in the section
output = json
s3 =
    addressing_style = path
  # in the block

[services other]

[profile last]
region = eu-west-3
# at the end
";

/// 64 processes that each write one value; lines that bear their marks have `written` in them.
struct Crowd {
    name: &'static str,
    file: &'static str,
    text: fn() -> String,
    /// NAME and profile of the value of the process with this number.
    place: fn(usize) -> (String, String),
}

const CROWDS: [Crowd; 4] = [
    Crowd {
        name: "a new section each",
        file: "config",
        text: || CONFIG.to_owned(),
        place: |at| ("region".to_owned(), format!("written-{at}")),
    },
    Crowd {
        name: "a key each in one section",
        file: "config",
        text: || CONFIG.to_owned(),
        place: |at| (format!("written_{at}"), "shared".to_owned()),
    },
    Crowd {
        name: "a nested key each in one section",
        file: "config",
        text: || CONFIG.to_owned(),
        place: |at| (format!("s3.written_{at}"), "shared".to_owned()),
    },
    Crowd {
        name: "a key of the credentials file each, in place of another",
        file: "credentials",
        text: credentials_of_all,
        place: |at| ("aws_access_key_id".to_owned(), format!("user-{at}")),
    },
];

fn credentials_of_all() -> String {
    let users: String = (0..WRITERS)
        .map(|at| format!("[user-{at}]\naws_access_key_id = not written yet\n# of {at}\nregion = eu-north-1\n\n"))
        .collect();
    format!("{FIRST}\nregion = eu-west-1\n{users}{LAST}\nregion = eu-west-3\n")
}

#[test]
fn sixty_four_writers_of_one_file_lose_nothing() {
    for crowd in &CROWDS {
        let home = home_with(crowd.file, &(crowd.text)());
        let commands = (0..WRITERS).map(|at| crowd.set(&home, at)).collect();
        all_at_once(&home, crowd.file, commands);
        for at in 0..WRITERS {
            assert_eq!(crowd.get(&home, at).out, format!("{}\n", value(at)), "{}: {at}", crowd.name);
        }
        let after = home.read(crowd.file);
        assert_eq!(untouched(&after), untouched(&(crowd.text)()), "{}", crowd.name);
        assert_alone_with_its_mode(&home, crowd.file);
    }
}

impl Crowd {
    fn set(&self, home: &Home, at: usize) -> Command {
        let (name, profile) = (self.place)(at);
        home.keyfob(["configure", "set", &name, &value(at), "--profile", &profile])
    }

    fn get(&self, home: &Home, at: usize) -> Said {
        let (name, profile) = (self.place)(at);
        Said::of(&mut home.keyfob(["configure", "get", &name, "--profile", &profile])).unwrap()
    }
}

fn value(at: usize) -> String {
    format!("written-{at}")
}

fn untouched(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').filter(|line| !line.contains("written")).collect()
}

#[test]
fn sixteen_imports_of_two_hundred_users_all_arrive() {
    let old = format!("{FIRST}\nregion = eu-west-1\n{LAST}\nregion = eu-west-3\n");
    let home = home_with("credentials", &old);
    let rows: String = (0..200).map(|at| format!("user-{at},AKIA{at:016},{SECRET_ACCESS_KEY}\n")).collect();
    let csv = home.path().join("users.csv");
    fs::write(&csv, format!("User name,Access key ID,Secret access key\n{rows}")).unwrap();
    let csv = format!("file://{}", csv.display());
    let prefixes: Vec<String> = (0..16).map(|at| format!("import-{at}-")).collect();
    let import = |prefix: &String| home.keyfob(["configure", "import", "--csv", &csv, "--profile-prefix", prefix]);
    all_at_once(&home, "credentials", prefixes.iter().map(import).collect());

    let text = home.read("credentials");
    assert!(text.starts_with(&old));
    let shared = SharedConfig::parse("", &text);
    for prefix in &prefixes {
        for at in 0..200 {
            let profile = shared.credentials_profile(&format!("{prefix}user-{at}")).unwrap();
            assert_eq!(profile.text("aws_access_key_id"), Some(format!("AKIA{at:016}").as_str()), "{prefix}{at}");
            assert_eq!(profile.text("aws_secret_access_key"), Some(SECRET_ACCESS_KEY), "{prefix}{at}");
        }
    }
    assert_eq!(text.matches("aws_secret_access_key").count(), 16 * 200);
    assert_alone_with_its_mode(&home, "credentials");
}

/// Starts `commands` while the lock is held, so that they meet when it is released, and watches
/// the file until the last has ended.
fn all_at_once(home: &Home, file: &str, commands: Vec<Command>) {
    let done = AtomicBool::new(false);
    let versions = thread::scope(|scope| {
        let reader = scope.spawn(|| watch(home, file, &done));
        let held = hold_lock(home, file, "1 test");
        let children: Vec<Child> = commands.into_iter().map(start).collect();
        drop(held);
        let ends: Vec<Said> = children.into_iter().map(|child| child.wait_with_output().unwrap().into()).collect();
        done.store(true, Ordering::SeqCst);
        let failed: Vec<&Said> = ends.iter().filter(|said| said.code != 0).collect();
        assert!(failed.is_empty(), "{failed:?}");
        reader.join().unwrap()
    });
    assert!(versions >= 8, "the reader saw only {versions} versions of the file: it was not there all the while");
}

/// Reads the file until `done`; each time it must be whole. Returns how many versions were seen.
fn watch(home: &Home, file: &str, done: &AtomicBool) -> usize {
    let path = home.aws(file);
    let mut versions = 0;
    let mut last = Vec::new();
    while !done.load(Ordering::SeqCst) {
        let bytes = fs::read(&path).unwrap();
        if bytes == last {
            continue;
        }
        let text = decode(&bytes).unwrap();
        Document::parse(text).check().unwrap();
        assert!(text.ends_with('\n') && text.contains(FIRST) && text.contains(LAST), "torn: {text}");
        versions += 1;
        last = bytes;
    }
    versions
}

fn start(mut command: Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn a_writer_gives_up_when_the_lock_is_not_released() {
    let home = home_with("config", CONFIG);
    home.write("keyfob/settings", "[default]\nlock_wait = 1\n").unwrap();
    let held = hold_lock(&home, "config", "4242 configure import");
    let started = Instant::now();
    let said = home.run("configure set region new --profile first").unwrap();
    let waited = started.elapsed();
    assert_eq!((said.code, said.out.as_str()), (255, ""), "{}", said.err);
    assert!(said.err.contains("waited 1 s for keyfob configure import (process 4242)"), "{}", said.err);
    assert!(waited >= Duration::from_secs(1), "{waited:?}");
    assert_eq!(home.read("config"), CONFIG);
    assert!(names(&home).iter().eq([".config.keyfob-lock", "config", "keyfob"]), "the lock is its holder's");
    drop(held);
}

#[test]
fn a_writer_says_for_whom_it_waits_and_goes_on() {
    let home = home_with("config", CONFIG);
    let held = hold_lock(&home, "config", "4242 configure import");
    let mut child = start(home.keyfob(["configure", "set", "region", "new", "--profile", "first"]));
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut note = String::new();
    stderr.read_line(&mut note).unwrap();
    assert!(note.contains("waiting for keyfob configure import (process 4242)"), "{note}");
    assert_eq!(home.read("config"), CONFIG);
    drop(held);
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert_eq!((child.wait().unwrap().code(), rest.as_str()), (Some(0), ""), "said once");
    assert_eq!(home.read("config"), CONFIG.replace("region = eu-west-1 ; behind a value", "region = new"));
    assert_alone_with_its_mode(&home, "config");
}

/// Takes the lock of `~/.aws/FILE` as a keyfob that says it is `holder`.
fn hold_lock(home: &Home, file: &str, holder: &str) -> File {
    let path = home.aws(&format!(".{file}.keyfob-lock"));
    let mut lock = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(path).unwrap();
    lock.lock().unwrap();
    lock.write_all(holder.as_bytes()).unwrap();
    lock
}

#[test]
fn a_killed_writer_leaves_the_old_or_the_new_file() {
    const RUNS: u32 = 60;
    let mut text = thousands("value-0");
    let home = home_with("config", &text);
    let run_time = time_of_a_write(&home);
    let mut killed = 0;
    for run in 1..=RUNS {
        let value = format!("value-{run}");
        let new = thousands(&value);
        // From the start of the process to a little behind its end.
        let end = kill_after(run_time * run / RUNS * 5 / 4, home.keyfob(set_in_the_middle(&value)));
        killed += u32::from(end.signal() == Some(9));
        let now = home.read("config");
        assert!(now == text || now == new, "run {run}: neither old nor new, {} bytes", now.len());
        assert!(!end.success() || now == new, "run {run}: success without the change");
        let said = Said::of(&mut home.keyfob(set_in_the_middle(&value))).unwrap();
        assert_eq!((said.code, said.err.as_str()), (0, ""), "run {run}");
        assert!(home.read("config") == new, "run {run}");
        assert_alone_with_its_mode(&home, "config");
        text = new;
    }
    assert!(killed >= 10, "only {killed} of {RUNS} were killed before their end");
}

/// 2,000 profiles; the one in the middle has `region = VALUE`.
fn thousands(value: &str) -> String {
    let region = |at| if at == 1000 { value } else { "eu-central-1" };
    let sections =
        (0..2000).map(|at| format!("[profile p{at}]\n# of {at}\nregion = {}\noutput = json\n\n", region(at)));
    sections.collect()
}

fn set_in_the_middle(value: &str) -> [&str; 6] {
    ["configure", "set", "region", value, "--profile", "p1000"]
}

/// The mean of a few whole runs; the file is as it was before.
fn time_of_a_write(home: &Home) -> Duration {
    let started = Instant::now();
    for value in ["a", "b", "c", "value-0"] {
        assert_eq!(Said::of(&mut home.keyfob(set_in_the_middle(value))).unwrap().code, 0);
    }
    started.elapsed() / 4
}

fn kill_after(time: Duration, command: Command) -> ExitStatus {
    let mut child = start(command);
    thread::sleep(time);
    child.kill().unwrap();
    child.wait().unwrap()
}

fn home_with(file: &str, text: &str) -> Home {
    let home = Home::new(BINARY).unwrap();
    home.write(file, text).unwrap();
    fs::set_permissions(home.aws(file), Permissions::from_mode(MODE)).unwrap();
    home
}

fn names(home: &Home) -> BTreeSet<String> {
    fs::read_dir(home.aws("")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// No lock and no temporary file stand beside the file, and its mode is what it was.
fn assert_alone_with_its_mode(home: &Home, file: &str) {
    assert_eq!(names(home), BTreeSet::from([file.to_owned()]));
    assert_eq!(fs::metadata(home.aws(file)).unwrap().permissions().mode() & 0o7777, MODE);
}
