//! `sandbox serve`, as a test in another language starts it.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};

#[test]
fn says_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("url");
    let mut command = Command::new(env!("CARGO_BIN_EXE_sandbox"));
    let mut child = command.args(["serve", "--file"]).arg(&file).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let mut stream = TcpStream::connect(line.trim().strip_prefix("http://").unwrap()).unwrap();
    stream.write_all(b"GET /_sandbox/counts HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("{}"), "{answer}");
    assert_eq!(std::fs::read_to_string(file).unwrap(), line);
}

#[test]
fn arguments_it_does_not_know() {
    for arguments in [["serve", "--port", "x"], ["serve", "--no", "x"]] {
        let said = Command::new(env!("CARGO_BIN_EXE_sandbox")).args(arguments).output().unwrap();
        assert!(!said.status.success() && said.stdout.is_empty());
    }
}
