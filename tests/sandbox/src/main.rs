//! `cargo run -p sandbox`: a short tour, then a shell in which keyfob works without an AWS account.
//! `cargo run -p sandbox -- serve [--port N] [--file PATH]`: the local AWS service alone, for tests in other languages.

mod serve;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use sandbox::server::Server;
use sandbox::{ACCESS_KEY_ID, Home, SECRET_ACCESS_KEY, Said, standard};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let ended = match arguments.first().map(String::as_str) {
        Some("serve") => serve::run(&arguments[1..]),
        _ => tour(),
    };
    match ended {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(io::stderr(), "sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}

fn tour() -> io::Result<ExitCode> {
    let binary = build_keyfob()?;
    let server = Server::start()?;
    let sandbox = Sandbox { home: Home::new(&binary)?, url: server.url() };
    sandbox.home.write(
        "config",
        format!(
            "[profile demo]\nrole_arn = {}\nsource_profile = base\nregion = eu-west-1\n\n\
             [profile deploy]\nrole_arn = {}\nsource_profile = demo\n\n\
             [profile tool]\ncredential_process = keyfob process --profile deploy\n\n\
             [sso-session corp]\nsso_start_url = {}\nsso_region = eu-west-1\n\
             sso_registration_scopes = sso:account:access\n\n\
             [profile read]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = ReadOnlyAccess\n\
             region = eu-west-1\n",
            standard::role_arn("demo"),
            standard::role_arn("deploy"),
            standard::START_URL,
        ),
    )?;
    say(&format!(
        "A scratch home: {}\nA sandbox of AWS's sign-in services: {}\n\
         The key below is the example of AWS's documentation; only the sandbox knows it.\n",
        sandbox.home.path().display(),
        sandbox.url
    ))?;
    sandbox.step(
        "An access key goes in:",
        &["configure", "set", "aws_access_key_id", ACCESS_KEY_ID, "--profile", "base"],
    )?;
    sandbox.step("", &["configure", "set", "aws_secret_access_key", SECRET_ACCESS_KEY, "--profile", "base"])?;
    sandbox.step(
        "`process` assumes a role with it, and answers as any AWS SDK asks through credential_process:",
        &["process", "--profile", "demo"],
    )?;
    sandbox.step(
        "Asked again it answers from the cache, for a chain of two roles too:",
        &["whoami", "--profile", "deploy"],
    )?;
    sandbox.step("Where do these credentials come from?", &["explain", "--profile", "deploy"])?;
    sandbox.step(
        "A program that knows only the environment:",
        &["exec", "--profile", "demo", "--", "sh", "-c", "echo $AWS_ACCESS_KEY_ID until $AWS_CREDENTIAL_EXPIRATION"],
    )?;
    // The tour's person types the code at once; in the shell it is you.
    server.update(|account| account.identity_center.device_after_polls = Some(1));
    sandbox.step(
        "Signing in to IAM Identity Center, where there is no browser:",
        &["sso", "login", "--sso-session", "corp", "--use-device-code"],
    )?;
    server.update(|account| account.identity_center.device_after_polls = None);
    sandbox.step("One sign-in serves all profiles of the session:", &["whoami", "--profile", "read"])?;
    sandbox.step(
        "A new access key in the old one's place, proven before that one goes:",
        &["keys", "rotate", "--profile", "base", "--replace-unused"],
    )?;
    let calls: Vec<_> = server.calls().iter().map(|call| call.action.clone()).collect();
    say(&format!("All of that made {} calls: {}.\n", calls.len(), calls.join(", ")))?;
    if !io::stdin().is_terminal() {
        return Ok(ExitCode::SUCCESS);
    }
    say(
        "You are in the sandbox now: try `keyfob sso login --sso-session corp`, `keyfob sso populate`,\n`keyfob login --profile mine --region eu-west-1`, `keyfob sts get-caller-identity --profile tool`, `keyfob --help`. `exit` leaves and removes it.\n",
    )?;
    sandbox.shell(&binary)
}

/// A home and the service that its commands reach.
struct Sandbox {
    home: Home,
    url: String,
}

impl Sandbox {
    fn step(&self, title: &str, arguments: &[&str]) -> io::Result<()> {
        let said = Said::of(self.home.keyfob(arguments).env("AWS_ENDPOINT_URL", &self.url))?;
        if !title.is_empty() {
            say(title)?;
        }
        say(&format!("$ keyfob {}\n{}{}", arguments.join(" "), said.out, said.err))?;
        match said.code {
            0 => Ok(()),
            code => Err(io::Error::other(format!("keyfob ended with {code}"))),
        }
    }

    fn shell(&self, binary: &Path) -> io::Result<ExitCode> {
        let shell = std::env::var_os("SHELL").unwrap_or_else(|| "/bin/sh".into());
        let mut path = binary.parent().unwrap_or(Path::new(".")).as_os_str().to_owned();
        if let Some(rest) = std::env::var_os("PATH") {
            path.push(":");
            path.push(rest);
        }
        let mut command = self.home.command(shell);
        command.env("AWS_ENDPOINT_URL", &self.url).env("PATH", path).env("PS1", "(keyfob sandbox) $ ");
        let status = command.current_dir(self.home.path()).status()?;
        Ok(ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1)))
    }
}

/// Builds keyfob beside this program and returns its path.
fn build_keyfob() -> io::Result<PathBuf> {
    let here = std::env::current_exe()?;
    let folder = here.parent().unwrap_or(Path::new("."));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--package", "keyfob", "--bin", "keyfob"]);
    build.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    if folder.ends_with("release") {
        build.arg("--release");
    }
    if !build.status()?.success() {
        return Err(io::Error::other("keyfob did not build"));
    }
    Ok(folder.join("keyfob"))
}

fn say(text: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}
