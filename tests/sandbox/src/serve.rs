//! `serve`: starts the service, says where it is, and stays until killed.

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::{fs, thread};

use sandbox::server::Server;

/// Runs until killed; the URL is one line on standard output, and in the file that `--file` names.
pub(crate) fn run(arguments: &[String]) -> io::Result<ExitCode> {
    let (mut port, mut file) = (0, None);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match (argument.as_str(), rest.next()) {
            ("--port", Some(number)) => port = number.parse().map_err(|_| usage())?,
            ("--file", Some(path)) => file = Some(path),
            _ => return Err(usage()),
        }
    }
    let server = Server::start_on(port)?;
    if let Some(path) = file {
        // Whoever waits for the file never sees half of it.
        let half = format!("{path}.new");
        fs::write(&half, format!("{}\n", server.url()))?;
        fs::rename(&half, path)?;
    }
    writeln!(io::stdout(), "{}", server.url())?;
    io::stdout().flush()?;
    loop {
        thread::park();
    }
}

fn usage() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "serve [--port N] [--file PATH]")
}
