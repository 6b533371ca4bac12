//! HTTP/1.1 as far as SDKs speak it: requests off a connection, answers onto it.
//!
//! Keep-alive, bodies with a length or in chunks, `Expect: 100-continue`.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;

use crate::encoding;

/// No request of an SDK comes near.
const LONGEST_HEAD: usize = 64 * 1024;
const LONGEST_BODY: usize = 4 * 1024 * 1024;

/// A request as it came.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `POST`
    pub method: String,
    /// As written on the request line, without the query.
    pub path: String,
    /// As written on the request line, without the question mark.
    pub query: String,
    /// Names in lower case, in the order they came.
    pub headers: Vec<(String, String)>,
    /// The body, its chunks joined.
    pub body: Vec<u8>,
}

impl Request {
    /// The first header of this (lower-case) name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What the query and a form body say; the last of equal names counts.
    pub fn params(&self) -> BTreeMap<String, String> {
        let mut params: BTreeMap<_, _> = encoding::form(&self.query).into_iter().collect();
        if self.header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
            params.extend(encoding::form(&String::from_utf8_lossy(&self.body)));
        }
        params
    }

    fn parse(head: &[u8]) -> io::Result<Self> {
        let mut headers = [httparse::EMPTY_HEADER; 100];
        let mut parsed = httparse::Request::new(&mut headers);
        parsed.parse(head).map_err(|error| malformed(&error.to_string()))?;
        let target = parsed.path.unwrap_or("/");
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let headers = parsed
            .headers
            .iter()
            .map(|header| (header.name.to_ascii_lowercase(), String::from_utf8_lossy(header.value).trim().to_owned()));
        Ok(Self {
            method: parsed.method.unwrap_or_default().to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers.collect(),
            body: Vec::new(),
        })
    }

    fn says(&self, name: &str, word: &str) -> bool {
        self.header(name).is_some_and(|value| value.to_ascii_lowercase().contains(word))
    }
}

/// An answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    /// The error's code, for the log.
    pub(crate) error_code: Option<String>,
}

impl Response {
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type", content_type.to_owned())];
        Self { status, headers, body: body.into(), error_code: None }
    }

    pub(crate) fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::new(status, "application/json", body.to_string())
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn with_error_code(mut self, code: &str) -> Self {
        self.error_code = Some(code.to_owned());
        self
    }

    /// The bytes on the wire, and how many of them are the head.
    fn bytes(&self, last: bool) -> (Vec<u8>, usize) {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let connection = if last { "close" } else { "keep-alive" };
        head.push_str(&format!("Content-Length: {}\r\nConnection: {connection}\r\n\r\n", self.body.len()));
        let length = head.len();
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.body);
        (bytes, length)
    }
}

/// One client's connection.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    /// Read and not yet used.
    buffer: Vec<u8>,
    /// The client said that this request is its last.
    last: bool,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self { stream, buffer: Vec::new(), last: false }
    }

    /// The next request; none when the client has gone.
    pub(crate) fn request(&mut self) -> io::Result<Option<Request>> {
        if self.last {
            return Ok(None);
        }
        let end = loop {
            if let Some(at) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            if self.buffer.len() > LONGEST_HEAD {
                return Err(malformed("the head of the request is too long"));
            }
            if !self.fill()? {
                return Ok(None);
            }
        };
        let head: Vec<u8> = self.buffer.drain(..end).collect();
        let mut request = Request::parse(&head)?;
        self.last = request.says("connection", "close");
        if request.says("expect", "100-continue") && self.buffer.is_empty() {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        request.body = if request.says("transfer-encoding", "chunked") {
            self.chunks()?
        } else {
            let length = request.header("content-length").unwrap_or("0");
            let length = length.parse().map_err(|_| malformed("Content-Length is no number"))?;
            self.take(length)?
        };
        Ok(Some(request))
    }

    /// Writes an answer.
    pub(crate) fn answer(&mut self, response: &Response) -> io::Result<()> {
        self.stream.write_all(&response.bytes(self.last).0)
    }

    /// Writes the head, so many bytes of the body, and no more.
    pub(crate) fn answer_cut(&mut self, response: &Response, body_bytes: usize) -> io::Result<()> {
        let (bytes, head) = response.bytes(self.last);
        let end = head + body_bytes.min(response.body.len().saturating_sub(1));
        self.last = true;
        self.stream.write_all(&bytes[..end])
    }

    /// Makes the end of this connection a reset.
    pub(crate) fn reset(&mut self) -> io::Result<()> {
        self.last = true;
        socket2::SockRef::from(&self.stream).set_linger(Some(std::time::Duration::ZERO))
    }

    /// Waits until the client, or the server's end, closes the connection.
    pub(crate) fn wait_for_the_end(&mut self) -> io::Result<()> {
        while self.fill()? {}
        self.last = true;
        Ok(())
    }

    fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let (head, size) = match httparse::parse_chunk_size(&self.buffer) {
                Ok(httparse::Status::Complete(found)) => found,
                Ok(httparse::Status::Partial) => {
                    self.more()?;
                    continue;
                }
                Err(_) => return Err(malformed("a chunk has no size")),
            };
            self.buffer.drain(..head);
            if size == 0 {
                return self.trailer().map(|()| body);
            }
            let size = usize::try_from(size).unwrap_or(usize::MAX);
            if size.saturating_add(body.len()) > LONGEST_BODY {
                return Err(malformed("the body is too long"));
            }
            body.extend(self.take(size)?);
            self.take(2)?;
        }
    }

    /// Passes over what follows the last chunk, up to the empty line.
    fn trailer(&mut self) -> io::Result<()> {
        loop {
            match self.buffer.windows(2).position(|two| two == b"\r\n") {
                Some(0) => return self.take(2).map(drop),
                Some(at) => drop(self.buffer.drain(..at + 2)),
                None => self.more()?,
            }
        }
    }

    fn take(&mut self, length: usize) -> io::Result<Vec<u8>> {
        if length > LONGEST_BODY {
            return Err(malformed("the body is too long"));
        }
        while self.buffer.len() < length {
            self.more()?;
        }
        Ok(self.buffer.drain(..length).collect())
    }

    /// Reads on inside a request.
    fn more(&mut self) -> io::Result<()> {
        if self.fill()? { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }

    /// Reads something; false at the end.
    fn fill(&mut self) -> io::Result<bool> {
        let mut some = [0; 8192];
        let length = self.stream.read(&mut some)?;
        self.buffer.extend_from_slice(&some[..length]);
        Ok(length > 0)
    }
}

/// What [`Connection::request`] says of bytes that are no request.
pub(crate) fn malformed(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.to_owned())
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        302 => "Found",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Status",
    }
}
