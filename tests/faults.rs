//! What a failing system does to a command that writes: every system call of a run fails once.
//!
//! `strace` learns the calls of a good run, then fails each in turn, in every way that matters, or
//! kills the process there. The file must be the old or the new one, and the next run must work.
//! Full disks and file size limits are real ones. Linux only.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sandbox::{ACCESS_KEY_ID, Home, SECRET_ACCESS_KEY, Said};

const BINARY: &str = env!("CARGO_BIN_EXE_keyfob");
const OLD_SECRET: &str = "oldSecretoldSecretoldSecretoldSecretold1";
/// Mode and, for root, owner of a file that is there before.
const MODE: u32 = 0o640;
const OWNER: u32 = 4321;
/// A run that takes longer hangs: no other process is there to wait for.
const LONGEST_RUN: Duration = Duration::from_secs(10);

/// A command, the file it changes, and that file before and after.
struct Case {
    arguments: &'static [&'static str],
    file: &'static str,
    /// `None`: neither the file nor its folder is there.
    old: Option<&'static str>,
    new: &'static str,
}

const SET: Case = Case {
    arguments: &["configure", "set", "region", "new", "--profile", "dev"],
    file: "config",
    old: Some("# kept\n[profile dev]\nregion = old\noutput = json\n"),
    new: "# kept\n[profile dev]\nregion = new\noutput = json\n",
};

const SET_IN_A_NEW_FILE: Case =
    Case { arguments: SET.arguments, file: "config", old: None, new: "[profile dev]\nregion = new\n" };

const IMPORT: Case = Case {
    arguments: &["configure", "import", "--csv", "file://users.csv"],
    file: "credentials",
    old: Some(
        "[ada]\naws_access_key_id = AKIAOLD\naws_secret_access_key = oldSecretoldSecretoldSecretoldSecretold1\n# kept\n",
    ),
    new: "[ada]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n\
          # kept\n\
          [ben]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
};

#[test]
#[ignore = "needs strace"]
fn set_survives_every_fault() {
    survives_every_fault(&SET);
}

#[test]
#[ignore = "needs strace"]
fn set_in_a_new_file_survives_every_fault() {
    survives_every_fault(&SET_IN_A_NEW_FILE);
}

#[test]
#[ignore = "needs strace"]
fn import_survives_every_fault() {
    survives_every_fault(&IMPORT);
}

/// One system call of a good run.
#[derive(Debug)]
struct Call {
    name: String,
    /// The how manieth of this name, from 1.
    nth: usize,
    /// After the first call that names one of the command's files: the program itself runs.
    started: bool,
    /// For a `write` to the state file, how many bytes it wrote.
    writes_state: Option<usize>,
}

/// What strace does to a call.
#[derive(Debug)]
struct Fault<'a> {
    call: &'a Call,
    /// `error=EIO`, `signal=SIGKILL`, `retval=1`
    what: String,
    /// To this call and all later ones of its name.
    from_here_on: bool,
}

fn survives_every_fault(case: &Case) {
    let started = Instant::now();
    let home = Home::new(BINARY).unwrap();
    let calls = calls_of_a_good_run(case, &home);
    let mut runs = 0;
    let mut violations = Vec::new();
    for fault in calls.iter().flat_map(faults) {
        runs += 1;
        let found = run_with_fault(case, &home, &fault);
        let name = if fault.from_here_on { "every later" } else { "the" };
        let Call { name: call, nth, .. } = fault.call;
        violations.extend(found.into_iter().map(|why| format!("{} at {name} {call} #{nth}: {why}", fault.what)));
    }
    say(&format!("{:?}: {runs} faults in {} calls, {:?}", case.arguments, calls.len(), started.elapsed()));
    assert!(violations.is_empty(), "{} of {runs}:\n{}", violations.len(), violations.join("\n"));
}

/// Before the program itself runs, one error for each call says enough.
fn faults(call: &Call) -> Vec<Fault<'_>> {
    let once = |what: &str| Fault { call, what: what.to_owned(), from_here_on: false };
    if !call.started {
        return vec![once("error=EIO")];
    }
    let mut faults: Vec<_> = ["error=ENOSPC", "error=EIO", "error=EACCES", "signal=SIGKILL"].map(once).into();
    faults.extend(["error=ENOSPC", "error=EIO"].map(|what| Fault { from_here_on: true, ..once(what) }));
    if ["read", "write", "fsync", "flock"].contains(&call.name.as_str()) {
        faults.push(once("error=EINTR"));
    }
    if let Some(length) = call.writes_state {
        // strace does not write: the disk that says it took bytes, and did not.
        faults.extend([0, 1, length / 2, length].map(|taken| once(&format!("retval={taken}"))));
    }
    faults
}

fn calls_of_a_good_run(case: &Case, home: &Home) -> Vec<Call> {
    prepare(case, home);
    let said = Said::of(&mut strace(case, home, &["-y"])).unwrap();
    assert_eq!((said.code, home.read(case.file).as_str()), (0, case.new), "{}", said.err);
    let trace = fs::read_to_string(home.path().join("trace")).unwrap();
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    let mut started = false;
    let mut calls = Vec::new();
    for (name, rest) in trace.lines().filter_map(call) {
        let nth = count.entry(name).or_default();
        *nth += 1;
        started |= rest.contains("/.aws/") || rest.contains("users.csv\", O_RDONLY");
        let to_state = name == "write" && rest.contains(".keyfob-new>");
        let writes_state = to_state.then(|| rest.rsplit_once("= ").unwrap().1.parse().unwrap());
        calls.push(Call { name: name.to_owned(), nth: *nth, started, writes_state });
    }
    assert_eq!(calls.iter().filter(|call| call.writes_state.is_some()).count(), 1, "{trace}");
    // The bytes are on the disk before they take the name, and then the name is.
    let steps =
        calls.iter().map(|call| call.name.as_str()).filter(|name| *name == "fsync" || name.starts_with("rename"));
    assert!(steps.map(|name| &name[..5]).eq(["fsync", "renam", "fsync"]), "{trace}");
    // exec is made by strace itself, which then has nothing to trace.
    calls.retain(|call| call.name != "execve");
    calls
}

/// Name and rest of `PID name(arguments) = result`; other lines tell of signals and the end.
fn call(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.split_once(' ')?.1.trim_start().split_once('(')?;
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_').then_some((name, rest))
}

/// The home as every run finds it.
fn prepare(case: &Case, home: &Home) {
    let _ = fs::remove_dir_all(home.aws(""));
    fs::write(home.path().join("users.csv"), csv()).unwrap();
    let Some(old) = case.old else { return };
    home.write(case.file, old).unwrap();
    if is_root() {
        chown(home.aws(case.file), Some(OWNER), Some(OWNER)).unwrap();
    }
    fs::set_permissions(home.aws(case.file), Permissions::from_mode(MODE)).unwrap();
}

fn csv() -> String {
    let row = |user| format!("{user},{ACCESS_KEY_ID},{SECRET_ACCESS_KEY}\n");
    format!("User name,Access key ID,Secret access key\n{}{}", row("ada"), row("ben"))
}

fn keyfob(case: &Case, home: &Home) -> Command {
    let mut command = home.keyfob(case.arguments);
    command.current_dir(home.path());
    command
}

/// The case under strace, which writes to `trace` in the home. What hangs is killed.
fn strace(case: &Case, home: &Home, options: &[&str]) -> Command {
    let mut command = home.command("timeout");
    command.current_dir(home.path()).stdin(Stdio::null());
    command.args(["--signal=KILL", &LONGEST_RUN.as_secs().to_string()]);
    command.args(["strace", "-f", "-o", "trace"]).args(options).arg(BINARY).args(case.arguments);
    command
}

/// What went wrong with one fault; nothing, if all is well.
fn run_with_fault(case: &Case, home: &Home, fault: &Fault<'_>) -> Vec<String> {
    // How often a loader reads can depend on where it was loaded; then the call is met next time.
    for _ in 0..3 {
        prepare(case, home);
        let name = &fault.call.name;
        let when = if fault.from_here_on { "+" } else { "" };
        let inject = format!("inject={name}:{}:when={}{when}", fault.what, fault.call.nth);
        let started = Instant::now();
        let said = Said::of(&mut strace(case, home, &["-e", &format!("trace={name}"), "-e", &inject])).unwrap();
        let hangs = started.elapsed() >= LONGEST_RUN;
        let trace = fs::read_to_string(home.path().join("trace")).unwrap();
        if trace.contains("(INJECTED)") || trace.contains("killed by SIGKILL") {
            let mut found = if hangs { vec!["hangs".to_owned()] } else { check_end(case, home, fault, &said) };
            found.extend(check_file(case, home, said.code));
            found.extend(check_next_run(case, home));
            return found;
        }
    }
    vec!["strace did not meet the call".to_owned()]
}

/// The exit code, the words, and what is left beside the file.
fn check_end(case: &Case, home: &Home, fault: &Fault<'_>, said: &Said) -> Vec<String> {
    let Call { name, started, .. } = fault.call;
    let killed = fault.what == "signal=SIGKILL";
    let ended_by_itself = [0, 255].contains(&said.code);
    // The standard library's own start-up panics when it has no memory; keyfob does not run yet.
    let panicked = said.err.contains("panicked at") && (*started || !said.err.contains("std/src/sys/"));
    // Words cannot be written when no write succeeds.
    let must_explain = *started && said.code == 255 && name != "write";
    // A lock that was not had may be another's, so it stays. So does what cannot be removed.
    let not_had = said.err.contains("cannot lock ");
    let may_leave =
        |left: &String| !ended_by_itself || name.starts_with("unlink") || (not_had && left.ends_with("-lock"));
    let left = companions(home);
    let rules = [
        (said.code != 0 || home.read(case.file) == case.new, "success without the change"),
        (!killed || said.code == 137, "not killed"),
        (name != "fsync" || said.code != 0 || fault.what == "error=EINTR", "success, and it may not be on disk"),
        (fault.what != "error=EINTR" || said.code == 0, "an interrupted call was not made again"),
        (!must_explain || said.err.lines().any(|line| line.starts_with("error: ")), "no word of what is wrong"),
        (!panicked && !said.err.contains("stack overflow"), "a panic"),
        (!said.err.contains(SECRET_ACCESS_KEY) && !said.err.contains(OLD_SECRET), "a secret is told"),
        (left.iter().all(may_leave), "a lock or temporary file is left"),
    ];
    let broken = rules.into_iter().filter(|(kept, _)| !kept);
    broken.map(|(_, rule)| format!("{rule}; exit {}, {left:?}: {}", said.code, said.err)).collect()
}

/// The file is the old or the new one, whole, and as well guarded.
fn check_file(case: &Case, home: &Home, code: i32) -> Option<String> {
    let path = home.aws(case.file);
    let Ok(about) = fs::metadata(&path) else {
        return case.old.map(|_| "the file is gone".to_owned());
    };
    let text = home.read(case.file);
    if text != case.new && Some(text.as_str()) != case.old {
        return Some(format!("exit {code}, and the file is neither old nor new: {text:?}"));
    }
    let is = (about.mode() & 0o7777, about.uid(), about.gid());
    let should = match case.old {
        Some(_) if is_root() => (MODE, OWNER, OWNER),
        Some(_) => (MODE, is.1, is.2),
        None => (0o600, is.1, is.2),
    };
    (is != should).then(|| format!("mode and owner are {is:?}, not {should:?}"))
}

fn check_next_run(case: &Case, home: &Home) -> Option<String> {
    let said = Said::of(&mut keyfob(case, home)).unwrap();
    let left = companions(home);
    let right = said.code == 0 && home.read(case.file) == case.new && left.is_empty();
    let wrong = || format!("the next run: exit {}, {left:?} left, {}: {:?}", said.code, said.err, home.read(case.file));
    (!right).then(wrong).or_else(|| check_file(case, home, said.code))
}

/// Lock and temporary files in `~/.aws`.
fn companions(home: &Home) -> BTreeSet<String> {
    let Ok(folder) = fs::read_dir(home.aws("")) else { return BTreeSet::new() };
    let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains("keyfob")).collect()
}

/// A folder on a disk of 64 KiB, until dropped.
struct SmallDisk<'a>(&'a Home);

impl<'a> SmallDisk<'a> {
    /// `None` when this process may not mount.
    fn at_aws_folder(home: &'a Home) -> Option<Self> {
        fs::create_dir(home.aws("")).unwrap();
        let mounted = mount(home, "size=64k").is_ok_and(|said| said.code == 0);
        mounted.then_some(Self(home))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.aws("")).status();
    }
}

fn mount(home: &Home, options: &str) -> io::Result<Said> {
    Said::of(Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(home.aws("")))
}

/// A file that fits on the small disk once, not twice.
fn large(case: &Case) -> String {
    let filler = "# a line of a comment that fills the disk\n".repeat(1000);
    format!("{}{filler}", case.old.unwrap_or_default())
}

#[test]
fn a_full_disk_costs_nothing() {
    for (case, left) in [(&SET, 64), (&SET, 0), (&IMPORT, 64), (&IMPORT, 0)] {
        let home = Home::new(BINARY).unwrap();
        let Some(_disk) = SmallDisk::at_aws_folder(&home) else {
            return say("skipped: a_full_disk_costs_nothing may not mount a disk here");
        };
        let old = large(case);
        home.write(case.file, &old).unwrap();
        fs::write(home.path().join("users.csv"), csv()).unwrap();
        if left == 0 {
            // Not even the name of the lock's holder fits.
            assert!(home.write("filler", [0; 64 * 1024]).is_err());
        }
        let said = Said::of(&mut keyfob(case, &home)).unwrap();
        assert_eq!((said.code, said.out.as_str()), (255, ""), "{}", said.err);
        assert!(said.err.contains("No space left on device"), "{}", said.err);
        assert!(said.err.contains("the file is as it was; free some space"), "{}", said.err);
        assert!(home.read(case.file) == old, "{}", said.err);
        assert_eq!(companions(&home), BTreeSet::new());

        assert_eq!(mount(&home, "remount,size=1m").unwrap().code, 0);
        assert_eq!(Said::of(&mut keyfob(case, &home)).unwrap().code, 0);
        assert!(home.read(case.file) != old);
    }
}

#[test]
fn a_limit_to_the_size_of_files_costs_nothing() {
    // The signal would end the process in the middle of the write; keyfob lets the write fail instead.
    for (script, code) in [("ulimit -f 1; exec \"$@\"", 255), ("trap '' XFSZ; ulimit -f 1; exec \"$@\"", 255)] {
        for case in [&SET, &IMPORT] {
            let home = Home::new(BINARY).unwrap();
            let old = large(case);
            home.write(case.file, &old).unwrap();
            fs::write(home.path().join("users.csv"), csv()).unwrap();
            let mut limited = home.command("sh");
            limited.args(["-c", script, "sh", BINARY]).args(case.arguments).current_dir(home.path());
            let said = Said::of(&mut limited).unwrap();
            assert_eq!(said.code, code, "{}", said.err);
            assert!(home.read(case.file) == old, "{}", said.err);
            assert_eq!(Said::of(&mut keyfob(case, &home)).unwrap().code, 0);
            assert!(home.read(case.file) != old);
            assert_eq!(companions(&home), BTreeSet::new());
        }
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|about| about.uid() == 0)
}

/// Shown even when the test passes.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
