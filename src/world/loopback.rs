//! A web server for one browser on this machine: 127.0.0.1, one request a connection.
//!
//! It knows HTTP and nothing of what the requests mean. One thread serves all connections: one that
//! says nothing (browsers connect ahead) waits beside the others and holds up none.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use zeroize::{Zeroize, Zeroizing};

use crate::secret::Secret;

/// The largest head of a request; browsers send a kilobyte or two.
const LARGEST_HEAD: usize = 16 * 1024;

/// How many headers a request may have.
const MOST_HEADERS: usize = 100;

/// How long a connection may take to say what it wants.
const TIME_TO_SPEAK: Duration = Duration::from_secs(5);

/// How long an answer may take to be taken.
const TIME_TO_LISTEN: Duration = Duration::from_secs(5);

/// How long we wait, after an answer, for the browser to close: by then it has seen all of it.
const TIME_TO_PART: Duration = Duration::from_millis(500);

/// How many connections may wait; the oldest makes room.
const MOST_CONNECTIONS: usize = 64;

/// The listener, and the connections that have not yet said what they want.
#[derive(Debug)]
pub struct Loopback {
    listener: TcpListener,
    port: u16,
    connections: Vec<Connection>,
}

/// Why there is no listener, or no more.
#[derive(Debug, thiserror::Error)]
pub enum LoopbackError {
    /// Another program listens there.
    #[error("port {port} of 127.0.0.1 is in use by another program")]
    Busy {
        /// The port asked for.
        port: u16,
    },
    /// The system refused.
    #[error("cannot listen on 127.0.0.1: {0}")]
    Io(#[from] io::Error),
}

/// A request that waits for its answer.
#[derive(Debug)]
pub struct Exchange {
    stream: TcpStream,
    method: String,
    /// Carries the authorization code.
    target: Secret,
}

#[derive(Debug)]
struct Connection {
    stream: TcpStream,
    head: Zeroizing<Vec<u8>>,
    since: Instant,
}

/// What a connection has said so far.
enum Said {
    NotAll,
    All(Request),
    Wrong(u16),
    Gone,
}

struct Request {
    method: String,
    target: Secret,
}

impl Loopback {
    /// Listens on 127.0.0.1 at `port`, or at one that is free.
    ///
    /// # Errors
    /// [`LoopbackError::Busy`] where another program listens at `port`.
    pub fn bind(port: Option<u16>) -> Result<Self, LoopbackError> {
        let wanted = port.unwrap_or(0);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, wanted)).map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => LoopbackError::Busy { port: wanted },
            _ => error.into(),
        })?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        Ok(Self { listener, port, connections: Vec::new() })
    }

    /// The port that is listened at.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The next request, or `None` when none came within `slice`. A caller that waits for something
    /// else as well asks again and again with a short slice. A signal ends the slice at once.
    ///
    /// Requests that are none are answered here, and not shown.
    ///
    /// # Errors
    /// The listener broke.
    pub fn next(&mut self, slice: Duration) -> Result<Option<Exchange>, LoopbackError> {
        let until = Instant::now() + slice;
        loop {
            self.accept()?;
            if let Some(exchange) = self.read() {
                return Ok(Some(exchange));
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || !self.wait(left)? {
                return Ok(None);
            }
        }
    }

    /// Takes in all connections that are there.
    fn accept(&mut self) -> io::Result<()> {
        loop {
            match self.listener.accept() {
                Ok((stream, _)) => {
                    stream.set_nonblocking(true)?;
                    if self.connections.len() == MOST_CONNECTIONS {
                        self.connections.remove(0);
                    }
                    self.connections.push(Connection { stream, head: Zeroizing::default(), since: Instant::now() });
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                // It was gone before it was taken in.
                Err(error) if matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::Interrupted) => {
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Hears every connection until one has said all, and lets go of those that will not.
    fn read(&mut self) -> Option<Exchange> {
        let mut at = 0;
        while let Some(connection) = self.connections.get_mut(at) {
            match connection.hear() {
                Said::NotAll if connection.since.elapsed() < TIME_TO_SPEAK => at += 1,
                Said::NotAll | Said::Gone => drop(self.connections.remove(at)),
                Said::All(Request { method, target }) => {
                    let stream = self.connections.remove(at).stream;
                    return Some(Exchange { stream, method, target });
                }
                Said::Wrong(status) => {
                    let stream = self.connections.remove(at).stream;
                    let exchange = Exchange { stream, method: String::new(), target: Secret::new("") };
                    // Whoever sent that may not wait for an answer.
                    let _ = exchange.answer(status, &[], "");
                }
            }
        }
        None
    }

    /// Whether anything happened within `left`; a signal says no.
    fn wait(&self, left: Duration) -> io::Result<bool> {
        let oldest = self.connections.iter().map(|connection| connection.since).min();
        let left = oldest.map_or(left, |since| left.min(TIME_TO_SPEAK.saturating_sub(since.elapsed())));
        // Rounded up, so that the last part of a millisecond is not spent spinning.
        let milliseconds = u16::try_from(left.as_millis()).unwrap_or(u16::MAX).saturating_add(1);
        let streams = self.connections.iter().map(|connection| connection.stream.as_fd());
        let mut waited: Vec<_> = std::iter::once(self.listener.as_fd())
            .chain(streams)
            .map(|waited| PollFd::new(waited, PollFlags::POLLIN))
            .collect();
        match poll(&mut waited, PollTimeout::from(milliseconds)) {
            Ok(_) => Ok(true),
            Err(Errno::EINTR) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

impl Connection {
    fn hear(&mut self) -> Said {
        let mut bytes = Zeroizing::new([0; 4096]);
        loop {
            match self.stream.read(&mut *bytes) {
                Ok(0) => return Said::Gone,
                Ok(read) => self.head.extend_from_slice(&bytes[..read]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Said::NotAll,
                Err(_) => return Said::Gone,
            }
            match parse_head(&self.head) {
                Said::NotAll => {}
                said => return said,
            }
        }
    }
}

fn parse_head(head: &[u8]) -> Said {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(head) {
        Ok(httparse::Status::Complete(size)) if size <= LARGEST_HEAD => Said::All(Request {
            method: request.method.unwrap_or_default().to_owned(),
            target: Secret::new(request.path.unwrap_or_default()),
        }),
        Ok(httparse::Status::Partial) if head.len() <= LARGEST_HEAD => Said::NotAll,
        Ok(_) | Err(httparse::Error::TooManyHeaders) => Said::Wrong(431),
        Err(_) => Said::Wrong(400),
    }
}

impl Exchange {
    /// `GET`, as a rule.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// What was asked for: `/oauth/callback?code=...`. It may hold a secret.
    pub fn target(&self) -> &str {
        self.target.expose()
    }

    /// Answers with `body`, which no cache keeps, and closes the connection when the browser has
    /// seen it all. `headers` name its type; their values are the caller's constants.
    ///
    /// # Errors
    /// The browser went away, or does not listen.
    pub fn answer(mut self, status: u16, headers: &[(&str, &str)], body: &str) -> io::Result<()> {
        self.stream.set_nonblocking(false)?;
        self.stream.set_write_timeout(Some(TIME_TO_LISTEN))?;
        let mut answer = head(status, headers, body.len());
        // The head alone answers a HEAD.
        if self.method != "HEAD" {
            answer.push_str(body);
        }
        self.stream.write_all(answer.as_bytes())?;
        self.stream.shutdown(Shutdown::Write)?;
        self.part()
    }

    /// Reads what the browser still sends, such as a body: closing before that would take the answer
    /// away from it again (RFC 9112, section 9.6).
    fn part(&mut self) -> io::Result<()> {
        let until = Instant::now() + TIME_TO_PART;
        let mut rest = [0; 4096];
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            self.stream.set_read_timeout(Some(left))?;
            match self.stream.read(&mut rest) {
                Ok(read) if read > 0 => rest.zeroize(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // It closed, or will not: the answer was sent either way.
                _ => return Ok(()),
            }
        }
    }
}

fn head(status: u16, headers: &[(&str, &str)], length: usize) -> String {
    let reason = match status {
        200 => "OK",
        303 => "See Other",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        431 => "Request Header Fields Too Large",
        // A reason says nothing to programs, and may be missing.
        _ => "",
    };
    let mut head = format!("HTTP/1.1 {status} {reason}\r\n");
    let length = length.to_string();
    let always = [
        ("Content-Length", length.as_str()),
        ("Connection", "close"),
        ("Cache-Control", "no-store"),
        ("Pragma", "no-cache"),
        // The page's own address holds the code.
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
    ];
    for (name, value) in headers.iter().chain(&always) {
        head.extend([*name, ": ", *value, "\r\n"]);
    }
    head.push_str("\r\n");
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLICE: Duration = Duration::from_millis(100);

    fn connect(loopback: &Loopback) -> TcpStream {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, loopback.port())).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream
    }

    fn say(loopback: &Loopback, request: &str) -> TcpStream {
        let mut stream = connect(loopback);
        stream.write_all(request.as_bytes()).unwrap();
        stream
    }

    fn wait_for_one(loopback: &mut Loopback) -> Exchange {
        (0..100).find_map(|_| loopback.next(SLICE).unwrap()).expect("a request")
    }

    fn answer_to(mut stream: TcpStream) -> String {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn a_request_and_its_answer() {
        let mut loopback = Loopback::bind(None).unwrap();
        let asking = say(&loopback, "GET /oauth/callback?code=hunter2 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        let exchange = wait_for_one(&mut loopback);
        assert_eq!((exchange.method(), exchange.target()), ("GET", "/oauth/callback?code=hunter2"));
        assert!(!format!("{exchange:?} {loopback:?}").contains("hunter2"));
        let browser = std::thread::spawn(|| answer_to(asking));
        exchange.answer(200, &[("Content-Type", "text/html")], "<p>é").unwrap();
        let answer = browser.join().unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert_eq!(body, "<p>é");
        assert!(head.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n"), "{head}");
        for header in ["Connection: close", "Cache-Control: no-store"] {
            assert!(head.contains(header), "{head}");
        }
    }

    #[test]
    fn a_large_page_is_seen_whole_even_when_a_body_was_sent() {
        let mut loopback = Loopback::bind(None).unwrap();
        let asking = say(&loopback, "POST / HTTP/1.1\r\nContent-Length: 100000\r\n\r\n");
        let exchange = wait_for_one(&mut loopback);
        let mut sending = asking.try_clone().unwrap();
        let browser = std::thread::spawn(move || {
            let _ = sending.write_all(&[b'x'; 100_000]);
            answer_to(asking)
        });
        let page = "y".repeat(1_000_000);
        exchange.answer(405, &[], &page).unwrap();
        assert!(browser.join().unwrap().ends_with(&page));
    }

    #[test]
    fn silence_holds_up_nobody() {
        let mut loopback = Loopback::bind(None).unwrap();
        let silent: Vec<_> = (0..10).map(|_| connect(&loopback)).collect();
        let half = say(&loopback, "GET /slow HTTP/1.1\r\nHo");
        let started = Instant::now();
        assert!(loopback.next(SLICE).unwrap().is_none());
        assert!(started.elapsed() >= SLICE && started.elapsed() < Duration::from_secs(3));
        let _asking = say(&loopback, "GET /quick HTTP/1.1\r\n\r\n");
        assert_eq!(wait_for_one(&mut loopback).target(), "/quick");
        let mut half = half;
        half.write_all(b"st: a\r\n\r\n").unwrap();
        assert_eq!(wait_for_one(&mut loopback).target(), "/slow");
        assert_eq!(loopback.connections.len(), 10);
        drop(silent);
        assert!(loopback.next(SLICE).unwrap().is_none());
        assert_eq!(loopback.connections.len(), 0);
    }

    #[test]
    fn who_takes_too_long_is_let_go() {
        let mut loopback = Loopback::bind(None).unwrap();
        let silent = connect(&loopback);
        assert!(loopback.next(SLICE).unwrap().is_none());
        loopback.connections[0].since = Instant::now().checked_sub(TIME_TO_SPEAK).unwrap();
        assert!(loopback.next(SLICE).unwrap().is_none());
        assert_eq!(answer_to(silent), "");
    }

    #[test]
    fn there_is_room_for_the_newest() {
        let mut loopback = Loopback::bind(None).unwrap();
        let _silent: Vec<_> = (0..MOST_CONNECTIONS + 5).map(|_| connect(&loopback)).collect();
        let _asking = say(&loopback, "GET / HTTP/1.1\r\n\r\n");
        assert_eq!(wait_for_one(&mut loopback).target(), "/");
    }

    #[test]
    fn what_is_no_request_is_answered_and_not_shown() {
        let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(LARGEST_HEAD));
        let endless = format!("GET / HTTP/1.1\r\nA: {}", "a".repeat(LARGEST_HEAD));
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(MOST_HEADERS + 1));
        for (request, status) in [
            ("\x16\x03\x01\x02\x00", "HTTP/1.1 400"),
            ("GET / HTTP/2.0\r\n\r\n", "HTTP/1.1 400"),
            (&long, "HTTP/1.1 431"),
            (&endless, "HTTP/1.1 431"),
            (&many, "HTTP/1.1 431"),
        ] {
            let mut loopback = Loopback::bind(None).unwrap();
            let asking = say(&loopback, request);
            let browser = std::thread::spawn(|| answer_to(asking));
            while !browser.is_finished() {
                assert!(loopback.next(SLICE).unwrap().is_none());
            }
            let answer = browser.join().unwrap();
            assert!(answer.starts_with(status), "{answer}");
        }
    }

    #[test]
    fn a_busy_port_is_told_apart() {
        let first = Loopback::bind(None).unwrap();
        let error = Loopback::bind(Some(first.port())).unwrap_err();
        assert!(matches!(error, LoopbackError::Busy { port } if port == first.port()), "{error}");
        let port = first.port();
        drop(first);
        assert_eq!(Loopback::bind(Some(port)).unwrap().port(), port);
    }
}
