//! One call per machine: however many processes find the same credentials stale, one asks AWS.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use sandbox::server::{Fault, FaultKind, Server};
use sandbox::{ACCESS_KEY_ID, Home, SECRET_ACCESS_KEY, Said, standard};

struct Place {
    home: Home,
    server: Server,
}

fn place() -> Place {
    let home = Home::new(env!("CARGO_BIN_EXE_keyfob")).unwrap();
    let keys = format!("[base]\naws_access_key_id = {ACCESS_KEY_ID}\naws_secret_access_key = {SECRET_ACCESS_KEY}\n");
    home.write("credentials", keys).unwrap();
    let demo = standard::role_arn("demo");
    let deploy = standard::role_arn("deploy");
    let config = format!(
        "[profile demo]\nrole_arn = {demo}\nsource_profile = base\n[profile deploy]\nrole_arn = {deploy}\nsource_profile = demo\n"
    );
    home.write("config", config).unwrap();
    Place { home, server: Server::start().unwrap() }
}

impl Place {
    fn start(&self, count: usize, profile: &str) -> Vec<Child> {
        (0..count)
            .map(|_| {
                let mut command = self.home.keyfob(["process", "--profile", profile]);
                command.env("AWS_ENDPOINT_URL", self.server.url());
                command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
            })
            .collect()
    }

    /// Waits for the whole herd, then nothing of a lock may be left.
    fn end(&self, herd: Vec<Child>) -> Vec<Said> {
        let said = herd.into_iter().map(|child| Said::from(child.wait_with_output().unwrap())).collect();
        let mut left = Vec::new();
        walk(self.home.path(), &mut left);
        assert_eq!(left, Vec::<String>::new(), "locks or half-written files are left");
        said
    }

    /// Makes the stored credentials end in `seconds`.
    fn age(&self, seconds: i64) {
        let folder = self.home.aws("cli/cache");
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let (before, rest) = text.split_once("\"Expiration\": \"").unwrap();
            let (_, after) = rest.split_once('"').unwrap();
            let ends = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
            let ends = ends.strftime("%Y-%m-%dT%H:%M:%S+00:00");
            std::fs::write(&path, format!("{before}\"Expiration\": \"{ends}\"{after}")).unwrap();
        }
    }
}

fn walk(folder: &Path, left: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, left);
        } else if path.to_string_lossy().contains(".keyfob-") {
            left.push(path.display().to_string());
        }
    }
}

fn served(said: &[Said]) -> usize {
    said.iter().filter(|said| said.code == 0 && said.out.contains("\"AccessKeyId\":\"ASIA")).count()
}

#[test]
fn a_hundred_on_a_cold_cache_make_one_call() {
    let place = place();
    place.server.fault(Fault::always(FaultKind::Delay { millis: 5000 }).of("AssumeRole"));
    let said = place.end(place.start(100, "demo"));
    assert_eq!(served(&said), 100, "{:?}", said.iter().find(|said| said.code != 0));
    assert_eq!(place.server.count("AssumeRole"), 1);
    assert!(said.iter().all(|one| one.out == said[0].out));
}

#[test]
fn a_chain_makes_one_call_a_link() {
    let place = place();
    place.server.fault(Fault::always(FaultKind::Delay { millis: 500 }).of("AssumeRole"));
    let mut herd = place.start(25, "deploy");
    herd.extend(place.start(25, "demo"));
    let said = place.end(herd);
    assert_eq!(served(&said), 50, "{:?}", said.iter().find(|said| said.code != 0));
    assert_eq!(place.server.count("AssumeRole"), 2);
}

#[test]
fn when_the_first_call_is_refused_the_next_process_asks() {
    let place = place();
    place.server.fault(Fault::always(FaultKind::Delay { millis: 300 }).of("AssumeRole").after(1));
    let refused = FaultKind::error(403, "AccessDenied", "not now");
    place.server.fault(Fault::once(refused).of("AssumeRole"));
    let said = place.end(place.start(50, "demo"));
    assert_eq!(served(&said), 49, "{:?}", said.iter().find(|said| said.code != 0));
    assert_eq!(said.iter().filter(|said| said.code == 254 && said.out.is_empty()).count(), 1);
    assert_eq!(place.server.count("AssumeRole"), 2);
}

#[test]
fn when_the_first_call_fails_it_is_made_again() {
    let place = place();
    place.server.fault(Fault::once(FaultKind::Reset).of("AssumeRole"));
    let said = place.end(place.start(50, "demo"));
    assert_eq!(served(&said), 50, "{:?}", said.iter().find(|said| said.code != 0));
    assert_eq!(place.server.count("AssumeRole"), 2);
}

#[test]
fn killed_processes_stand_in_nobodys_way() {
    let place = place();
    place.server.fault(Fault::always(FaultKind::Delay { millis: 1500 }).of("AssumeRole"));
    let mut herd = place.start(60, "demo");
    // Every third is killed while one of them holds the lock, the holder most likely among them.
    for (at, child) in herd.iter_mut().enumerate() {
        std::thread::sleep(Duration::from_millis(5));
        if at % 3 == 0 {
            child.kill().unwrap();
        }
    }
    let said = place.end(herd);
    let lived = said.iter().filter(|said| said.code != 137).count();
    assert!(lived >= 40, "{lived}");
    assert_eq!(served(&said), lived, "{:?}", said.iter().find(|said| said.code != 0 && said.code != 137));
    assert!(place.server.count("AssumeRole") <= 21, "{}", place.server.count("AssumeRole"));
}

#[test]
fn near_the_end_a_failed_renewal_costs_nothing() {
    let place = place();
    assert_eq!(served(&place.end(place.start(1, "demo"))), 1);
    place.age(600);
    let refused = FaultKind::error(403, "AccessDenied", "not now");
    place.server.fault(Fault::always(refused).of("AssumeRole"));
    let said = place.end(place.start(1, "demo"));
    assert_eq!(served(&said), 1, "{said:?}");
    assert!(said[0].err.contains("renewing them failed"), "{}", said[0].err);
    place.age(-1);
    let said = place.end(place.start(1, "demo"));
    assert_eq!((said[0].code, said[0].out.as_str()), (254, ""), "{said:?}");
}

#[test]
fn near_the_end_a_herd_makes_one_call() {
    let place = place();
    assert_eq!(served(&place.end(place.start(1, "demo"))), 1);
    place.age(600);
    place.server.fault(Fault::always(FaultKind::Delay { millis: 700 }).of("AssumeRole"));
    let said = place.end(place.start(50, "demo"));
    assert_eq!(served(&said), 50);
    assert_eq!(place.server.count("AssumeRole"), 2);
}
