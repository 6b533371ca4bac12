//! What `sso populate` takes for 1,000 accounts with 4 roles each, against the sandbox.
//!
//! `cargo bench --bench populate` prints a table: wall time (of this machine, with the sandbox on it),
//! calls, and whether the config file was replaced. With `-- --slow`, also with a portal that takes 50
//! requests a second.

#![allow(clippy::unwrap_used, reason = "a benchmark stops at the first surprise")]
#![allow(clippy::print_stdout, reason = "it is what a benchmark does")]

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::time::Instant;

use sandbox::identity_center::SignIn;
use sandbox::server::Server;
use sandbox::standard::START_URL;
use sandbox::{Home, Said};

const ACCOUNTS: usize = 1000;
const ROLES: usize = 4;
const TOKEN: &str = "aoaTOKEN";
/// The SHA-1 of `corp`.
const TOKEN_FILE: &str = "sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

fn main() {
    let (home, server) = (Home::new(env!("CARGO_BIN_EXE_keyfob")).unwrap(), Server::start().unwrap());
    let session = format!("[sso-session corp]\nsso_start_url = {START_URL}\nsso_region = eu-west-1\n");
    home.write("config", &session).unwrap();
    sign_in(&home, &server);
    println!("{ACCOUNTS} accounts, {} roles", ACCOUNTS * ROLES);
    println!("{:<34} {:>8} {:>7} {:>9}  it said", "run", "wall", "calls", "replaced");
    let run = |name: &str, flags: &[&str]| {
        let (calls, before, begun) = (server.calls().len(), inode(&home), Instant::now());
        let mut command = home.keyfob(["sso", "populate"].iter().chain(flags));
        let said = Said::of(command.env("AWS_ENDPOINT_URL", server.url())).unwrap();
        let took = begun.elapsed();
        assert_eq!(said.code, 0, "{}", said.err);
        let (calls, replaced) = (server.calls().len() - calls, if inode(&home) == before { "no" } else { "yes" });
        println!("{name:<34} {:>6.0}ms {calls:>7} {replaced:>9}  {}", took.as_secs_f64() * 1000.0, said.err.trim_end());
        replaced == "yes"
    };
    assert!(!run("dry run", &["--dry-run"]));
    assert!(run("first", &[]));
    assert!(!run("second", &[]), "the second run wrote something");
    assert!(!run("second, with --prune", &["--prune"]), "the second run wrote something");
    assert!(!run("one account", &["--account", "Account 0500"]));
    server.update(|account| account.identity_center.accounts.truncate(ACCOUNTS / 2));
    assert!(run("half of them gone, with --prune", &["--prune"]));
    if std::env::args().any(|argument| argument == "--slow") {
        server.update(|account| {
            account.identity_center.fill(ACCOUNTS, ROLES);
            account.identity_center.requests_per_second = Some(50);
        });
        assert!(run("the portal takes 50 a second", &[]));
    }
}

fn inode(home: &Home) -> u64 {
    std::fs::metadata(home.aws("config")).unwrap().ino()
}

fn sign_in(home: &Home, server: &Server) {
    let ends_at = server.now() + 3600;
    server.update(|account| {
        account.identity_center.fill(ACCOUNTS, ROLES);
        account.identity_center.sign_ins.push(SignIn {
            client_id: "c".into(),
            ends_at,
            ended: false,
            scoped: true,
            access_tokens: BTreeMap::from([(TOKEN.into(), ends_at)]),
            refresh_token: None,
            spent_refresh_tokens: Vec::new(),
        });
    });
    let at = jiff::Timestamp::from_second(ends_at).unwrap();
    home.write(TOKEN_FILE, format!("{{\"accessToken\": \"{TOKEN}\", \"expiresAt\": \"{at}\"}}")).unwrap();
}
