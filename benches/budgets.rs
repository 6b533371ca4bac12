//! What keyfob costs, beside `/bin/true` and the AWS CLI in the same run.
//!
//! Instruction counts come from valgrind (callgrind), system calls from strace, where present; CPU,
//! wall time and peak memory of whole processes from the system. Times are shown as ratios only.
//!
//! `cargo bench --bench budgets` prints the tables; with `-- --check` it fails when an instruction
//! or system call budget is exceeded. `KEYFOB_BENCH_AWS` names the AWS CLI to compare with.

#![allow(clippy::unwrap_used, reason = "a benchmark stops at the first surprise")]
#![allow(clippy::print_stdout, reason = "it is what a benchmark does")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use sandbox::server::Server;
use sandbox::{ACCESS_KEY_ID, Home, SECRET_ACCESS_KEY};

const KEYFOB: &str = env!("CARGO_BIN_EXE_keyfob");

/// A command and what it may cost, by the number of profiles.
struct Task {
    name: &'static str,
    keyfob: &'static [&'static str],
    /// The AWS CLI's command for the same.
    aws: &'static [&'static str],
    /// Profiles, and the most instructions in millions. A little over what is wanted (0.8, and 5 over TLS): the system's
    /// certificates and libraries count too, and differ from machine to machine.
    budgets: &'static [(usize, f64)],
    /// The most system calls, at 12 profiles.
    calls: Option<usize>,
    /// Variables of the run.
    env: &'static [(&'static str, &'static str)],
    /// It ends where AWS would be asked: nobody answers at that address.
    unanswered: bool,
    /// The sandbox answers its calls.
    served: bool,
}

/// Who answers.
static SANDBOX: LazyLock<Server> = LazyLock::new(|| Server::start().unwrap());

/// The most memory at 12 and at 10,000 profiles, in MB: 6 and 8 are wanted. A few hundred kilobytes of it are pages of
/// the program that the system maps around those that are used, and how many differs from file to file.
const MEMORY: [(usize, f64); 2] = [(12, 6.4), (10_000, 8.5)];

const TASKS: [Task; 8] = [
    Task {
        name: "process",
        keyfob: &["process", "--profile", "base"],
        // The AWS CLI from PyPI (version 1) has no export-credentials: this resolves the same keys.
        aws: &["configure", "list", "--profile", "base"],
        budgets: &[(12, 0.85), (10_000, 15.0)],
        calls: Some(90),
        env: &[],
        unanswered: false,
        served: false,
    },
    Task {
        name: "process, warm role",
        keyfob: &["process", "--profile", "warm"],
        aws: &["configure", "list", "--profile", "base"],
        budgets: &[(12, 0.85), (10_000, 15.0)],
        calls: Some(90),
        env: &[],
        unanswered: false,
        served: false,
    },
    Task {
        name: "process, cold role, HTTP",
        keyfob: &["process", "--profile", "cold"],
        aws: &["sts", "get-caller-identity", "--profile", "cold", "--endpoint-url", "http://127.0.0.1:1"],
        budgets: &[(12, 5.0)],
        calls: None,
        env: &[("AWS_ENDPOINT_URL", "http://127.0.0.1:1"), ("AWS_MAX_ATTEMPTS", "1")],
        unanswered: true,
        served: false,
    },
    Task {
        name: "process, cold role, TLS",
        keyfob: &["process", "--profile", "cold"],
        aws: &["sts", "get-caller-identity", "--profile", "cold", "--endpoint-url", "https://127.0.0.1:1"],
        budgets: &[(12, 5.5)],
        calls: None,
        env: &[("AWS_ENDPOINT_URL", "https://127.0.0.1:1"), ("AWS_MAX_ATTEMPTS", "1")],
        unanswered: true,
        served: false,
    },
    Task {
        name: "configure get",
        keyfob: &["configure", "get", "region", "--profile", "base"],
        aws: &["configure", "get", "region", "--profile", "base"],
        budgets: &[(10_000, 20.0)],
        calls: None,
        env: &[],
        unanswered: false,
        served: false,
    },
    Task {
        name: "configure list-profiles",
        keyfob: &["configure", "list-profiles"],
        // Nor has it list-profiles: this reads both files as a whole.
        aws: &["configure", "list", "--profile", "base"],
        budgets: &[(10_000, 30.0)],
        calls: None,
        env: &[],
        unanswered: false,
        served: false,
    },
    Task {
        name: "configure set",
        keyfob: &["configure", "set", "region", "eu-west-3", "--profile", "base"],
        aws: &["configure", "set", "region", "eu-west-3", "--profile", "base"],
        budgets: &[(10_000, 80.0)],
        calls: None,
        env: &[],
        unanswered: false,
        served: false,
    },
    Task {
        name: "keys list, two keys",
        keyfob: &["keys", "list", "--profile", "base"],
        aws: &["iam", "list-access-keys", "--profile", "base"],
        // That of `configure get`, and four calls.
        budgets: &[(10_000, 20.0 + 4.5)],
        calls: None,
        env: &[],
        unanswered: false,
        served: true,
    },
];

fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    if let Some(home) = arguments.iter().position(|argument| argument == PEAK).and_then(|at| arguments.get(at + 1)) {
        return println!("{}", own_peak(home));
    }
    let check = arguments.iter().any(|argument| argument == "--check");
    let aws = std::env::var("KEYFOB_BENCH_AWS").unwrap_or_else(|_| "aws".into());
    let mut over = Vec::new();
    let homes = [12, 1_000, 10_000].map(|profiles| (profiles, home_with(profiles)));
    let peaks: Vec<_> = homes.iter().map(|(_, home)| peak(home)).collect();
    let measured: Vec<_> =
        homes.iter().map(|(_, home)| TASKS.iter().map(|task| measure(home, task)).collect::<Vec<_>>()).collect();
    for (((profiles, home), rows), peak) in homes.iter().zip(measured).zip(peaks) {
        println!(
            "\n{profiles} profiles ({:.2} MB of config)",
            fs::metadata(home.aws("config")).unwrap().len() as f64 / 1e6
        );
        println!("{:<24} {:>9} {:>7} {:>14} {:>16}", "", "M instr.", "calls", "wall/true", "AWS CLI CPU");
        for (at, most) in MEMORY {
            if at == *profiles && peak > most {
                over.push(format!("process at {at} profiles: {peak:.1} MB, {most} allowed"));
            }
        }
        println!("peak memory of process, warm role: {peak:.1} MB");
        for (task, row) in TASKS.iter().zip(rows) {
            let instructions = instructions(home, task);
            let calls = system_calls(home, task);
            let peer = peer(home, task, &aws, row.cpu);
            println!(
                "{:<24} {:>9} {:>7} {:>13.2}x {:>16}",
                task.name,
                instructions.map_or("-".into(), |count| format!("{count:.2}")),
                calls.map_or("-".into(), |count| count.to_string()),
                row.wall,
                peer.map_or("-".into(), |ratio| format!("{ratio:.0}x")),
            );
            over.extend(exceeded(task, *profiles, instructions, calls));
        }
    }
    println!("\nM instr.: user-mode instructions by callgrind, millions. calls: system calls.");
    println!("wall/true: whole process against /bin/true. AWS CLI CPU: its CPU time in multiples of keyfob's.");
    if !over.is_empty() {
        println!("\nover budget:\n{}", over.join("\n"));
        if check {
            std::process::exit(1);
        }
    }
}

fn exceeded(task: &Task, profiles: usize, instructions: Option<f64>, calls: Option<usize>) -> Vec<String> {
    let mut over = Vec::new();
    for (at, most) in task.budgets {
        if let Some(count) = instructions.filter(|count| *at == profiles && count > most) {
            over.push(format!("{} at {profiles} profiles: {count:.2} M instructions, {most} allowed", task.name));
        }
    }
    if let (12, Some(count), Some(most)) = (profiles, calls, task.calls)
        && count > most
    {
        over.push(format!("{}: {count} system calls, {most} allowed", task.name));
    }
    over
}

/// A home with `profiles` role profiles in the config file, as a landing zone's generator writes
/// them, and one profile with keys.
fn home_with(profiles: usize) -> Home {
    let home = Home::new(KEYFOB).unwrap();
    let mut config = String::new();
    for number in 0..profiles - 1 {
        write!(
            config,
            "[profile team-{number:05}]\nregion = eu-west-1\noutput = json\n\
             role_arn = arn:aws:iam::{number:012}:role/deploy\nsource_profile = base\nduration_seconds = 3600\n\n"
        )
        .unwrap();
    }
    config += "[profile base]\nregion = eu-west-1\n";
    for name in ["demo", "cold"] {
        let profile = if name == "demo" { "warm" } else { name };
        write!(
            config,
            "[profile {profile}]\nrole_arn = arn:aws:iam::111122223333:role/{name}\nsource_profile = base\n"
        )
        .unwrap();
    }
    // The name is the AWS CLI's for that role.
    let ends = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(12);
    let entry = format!(
        "{{\"Credentials\": {{\"AccessKeyId\": \"ASIAIOSFODNN7EXAMPLE\", \"SecretAccessKey\": \"{SECRET_ACCESS_KEY}\", \"SessionToken\": \"{}\", \"Expiration\": \"{}\", \"AccountId\": \"111122223333\"}}, \"AssumedRoleUser\": {{\"AssumedRoleId\": \"AROA:me\", \"Arn\": \"arn:aws:sts::111122223333:assumed-role/demo/me\"}}, \"ResponseMetadata\": {{\"RequestId\": \"r\", \"HTTPStatusCode\": 200, \"HTTPHeaders\": {{}}, \"RetryAttempts\": 0}}}}",
        "t".repeat(400),
        ends.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
    );
    home.write("cli/cache/be185ed402dc07118cb64a2d677d4149e1b6237b.json", entry).unwrap();
    home.write("config", &config).unwrap();
    let keys = format!("[base]\naws_access_key_id = {ACCESS_KEY_ID}\naws_secret_access_key = {SECRET_ACCESS_KEY}\n");
    home.write("credentials", keys).unwrap();
    home
}

struct Row {
    /// Median wall time over that of /bin/true.
    wall: f64,
    /// CPU time of one run.
    cpu: Duration,
}

fn measure(home: &Home, task: &Task) -> Row {
    const RUNS: usize = 60;
    let (mut own, mut empty) = (Vec::new(), Vec::new());
    let mut cpu = Duration::ZERO;
    for _ in 0..RUNS {
        // Interleaved, so that whatever else the machine does falls on both.
        empty.push(timed(Command::new("/bin/true").stdin(Stdio::null()), false).0);
        let (wall, used) = timed(in_a_shell(home, &mut home.keyfob(task.keyfob), task), task.unanswered);
        own.push(wall);
        cpu += used;
    }
    Row { wall: median(own).as_secs_f64() / median(empty).as_secs_f64(), cpu: cpu / RUNS as u32 }
}

/// Asks this program for [`own_peak`] of the home that follows.
const PEAK: &str = "--peak";

/// Peak memory of a warm `process` in MB: the median of several runs. The system counts to a child what its parent had
/// when it started it, so each run is started by a process that has nothing.
fn peak(home: &Home) -> f64 {
    const RUNS: usize = 21;
    let one = || {
        let said = Command::new(std::env::current_exe().unwrap()).arg(PEAK).arg(home.path()).output().unwrap();
        String::from_utf8(said.stdout).unwrap().trim().parse::<i64>().unwrap()
    };
    let mut peaks: Vec<_> = (0..RUNS).map(|_| one()).collect();
    peaks.sort_unstable();
    peaks[RUNS / 2] as f64 / 1024.0
}

/// In kilobytes, for one run.
fn own_peak(home: &str) -> i64 {
    let own = getrusage(UsageWho::RUSAGE_SELF).unwrap().max_rss();
    let mut command = Command::new(KEYFOB);
    command.args(TASKS[1].keyfob).env_clear().env("HOME", home).stdin(Stdio::null()).stdout(Stdio::null());
    assert!(command.status().unwrap().success());
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss();
    assert!(peak > own, "this program itself takes {own} KB");
    peak
}

/// `command` with the variables of a plain shell. Cargo sets dozens, each of which costs the loader some thousand
/// instructions before a program starts.
fn in_a_shell<'c>(home: &Home, command: &'c mut Command, task: &Task) -> &'c mut Command {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let plain = [("LANG", "C.UTF-8"), ("SHELL", "/bin/sh"), ("TERM", "xterm"), ("USER", "me"), ("PWD", "/")];
    command.env_clear().env("HOME", home.path()).env("PATH", path).envs(plain);
    if task.served {
        command.env("AWS_ENDPOINT_URL", SANDBOX.url());
    }
    command.env("AWS_EC2_METADATA_DISABLED", "true").envs(task.env.iter().copied())
}

/// Wall and CPU time of one run.
fn timed(command: &mut Command, unanswered: bool) -> (Duration, Duration) {
    let before = children_cpu();
    let started = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    let wall = started.elapsed();
    assert!(status.success() != unanswered, "{command:?}");
    (wall, children_cpu() - before)
}

fn children_cpu() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    let micros = |time: nix::sys::time::TimeVal| time.tv_sec() as u64 * 1_000_000 + time.tv_usec() as u64;
    Duration::from_micros(micros(usage.user_time()) + micros(usage.system_time()))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// User-mode instructions of one run, in millions.
fn instructions(home: &Home, task: &Task) -> Option<f64> {
    let out = home.path().join("callgrind.out");
    let mut command = home.command("valgrind");
    command.arg("--tool=callgrind").arg(format!("--callgrind-out-file={}", out.display()));
    in_a_shell(home, &mut command, task);
    let said = command.arg(KEYFOB).args(task.keyfob).stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&said.stderr).into_owned();
    let count: f64 = text.lines().find_map(|line| line.split("Collected : ").nth(1))?.trim().parse().ok()?;
    Some(count / 1e6)
}

fn system_calls(home: &Home, task: &Task) -> Option<usize> {
    let log = home.path().join("strace.out");
    let mut command = home.command("strace");
    in_a_shell(home, &mut command, task)
        .args(["-f", "-o"])
        .arg(&log)
        .arg(KEYFOB)
        .args(task.keyfob)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command.stderr(Stdio::null()).status().ok()?;
    log.exists().then(|| count_lines(&log))
}

fn count_lines(log: &Path) -> usize {
    fs::read_to_string(log).unwrap().lines().filter(|line| line.contains('(')).count()
}

/// The AWS CLI's CPU time for the same, in multiples of keyfob's.
fn peer(home: &Home, task: &Task, aws: &str, own: Duration) -> Option<f64> {
    const RUNS: u32 = 3;
    let program: PathBuf = aws.into();
    let mut cpu = Duration::ZERO;
    for run in 0..=RUNS {
        let mut command = home.command(&program);
        in_a_shell(home, &mut command, task)
            .args(task.aws)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let before = children_cpu();
        if command.status().ok()?.success() == task.unanswered {
            return None;
        }
        // The first run warms the caches.
        if run > 0 {
            cpu += children_cpu() - before;
        }
    }
    Some((cpu / RUNS).as_secs_f64() / own.as_secs_f64())
}
