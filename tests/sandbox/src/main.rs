//! `cargo run -p sandbox`: a short tour, then a shell in which keyfob works without an AWS account.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use sandbox::{ACCESS_KEY_ID, Home, SECRET_ACCESS_KEY, Said};

fn main() -> ExitCode {
    match tour() {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(io::stderr(), "sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}

fn tour() -> io::Result<ExitCode> {
    let binary = build_keyfob()?;
    let home = Home::new(&binary)?;
    say(&format!(
        "A scratch home: {}\nThe key in it is the example of AWS's documentation and signs nothing.\n",
        home.path().display()
    ))?;
    step(&home, "A profile goes in:", &["configure", "set", "region", "eu-west-1", "--profile", "demo"])?;
    step(&home, "", &["configure", "set", "aws_access_key_id", ACCESS_KEY_ID, "--profile", "demo"])?;
    step(&home, "", &["configure", "set", "aws_secret_access_key", SECRET_ACCESS_KEY, "--profile", "demo"])?;
    step(
        &home,
        "`process` answers for it, as any AWS SDK asks through credential_process:",
        &["process", "--profile", "demo"],
    )?;
    step(&home, "Where does that come from?", &["explain", "--profile", "demo"])?;
    step(&home, "What would a change look like?", &["configure", "rename", "demo", "team", "--dry-run"])?;
    if !io::stdin().is_terminal() {
        return Ok(ExitCode::SUCCESS);
    }
    say("You are in the sandbox now: try `keyfob configure`, `keyfob --help`. `exit` leaves and removes it.\n")?;
    shell(&home, &binary)
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

fn step(home: &Home, title: &str, arguments: &[&str]) -> io::Result<()> {
    let said = Said::of(&mut home.keyfob(arguments))?;
    if !title.is_empty() {
        say(title)?;
    }
    say(&format!("$ keyfob {}\n{}{}", arguments.join(" "), said.out, said.err))?;
    match said.code {
        0 => Ok(()),
        code => Err(io::Error::other(format!("keyfob ended with {code}"))),
    }
}

fn shell(home: &Home, binary: &Path) -> io::Result<ExitCode> {
    let shell = std::env::var_os("SHELL").unwrap_or_else(|| "/bin/sh".into());
    let mut path = binary.parent().unwrap_or(Path::new(".")).as_os_str().to_owned();
    if let Some(rest) = std::env::var_os("PATH") {
        path.push(":");
        path.push(rest);
    }
    let status =
        home.command(shell).env("PATH", path).env("PS1", "(keyfob sandbox) $ ").current_dir(home.path()).status()?;
    Ok(ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1)))
}

fn say(text: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}
