//! A client for the tests: signs, sends bytes, reads one answer. It shares the signature with the server; `vectors.rs`
//! holds that against AWS's own.

#![allow(clippy::unwrap_used, dead_code, reason = "a helper of several tests, each of which uses a part of it")]

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use sandbox::server::{Request, Server};
use sandbox::signature::Authorization;
use sandbox::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};

/// An answer, as far as it came.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    /// The text of the first element of this name.
    pub fn element(&self, name: &str) -> Option<&str> {
        let (_, rest) = self.body.split_once(&format!("<{name}>"))?;
        rest.split_once(&format!("</{name}>")).map(|(text, _)| text)
    }

    /// Status, code and message of an error.
    pub fn error(&self) -> (u16, &str, &str) {
        (self.status, self.element("Code").unwrap_or("-"), self.element("Message").unwrap_or("-"))
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Who signs.
#[derive(Debug, Clone)]
pub struct Signer {
    pub key: String,
    pub secret: String,
    pub token: Option<String>,
    pub service: &'static str,
    pub region: &'static str,
    pub time: Option<String>,
}

impl Signer {
    pub fn new(key: &str, secret: &str) -> Self {
        let (service, region) = ("sts", "eu-west-1");
        Self { key: key.into(), secret: secret.into(), token: None, service, region, time: None }
    }

    /// The same for IAM.
    pub fn iam(&self) -> Self {
        Self { service: "iam", region: "us-east-1", ..self.clone() }
    }

    pub fn alice() -> Self {
        Self::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY)
    }

    /// With the credentials in an STS answer.
    pub fn of(reply: &Reply) -> Self {
        let part = |name| reply.element(name).unwrap_or_else(|| panic!("{reply:?}")).to_owned();
        Self { token: Some(part("SessionToken")), ..Self::new(&part("AccessKeyId"), &part("SecretAccessKey")) }
    }

    /// With the credentials in the JSON of a container or an instance.
    pub fn of_json(json: &serde_json::Value) -> Self {
        let part = |name| json[name].as_str().unwrap();
        Self { token: Some(part("Token").into()), ..Self::new(part("AccessKeyId"), part("SecretAccessKey")) }
    }

    /// The bytes of a signed form request.
    fn sign(&self, body: &str) -> Vec<u8> {
        let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
        let time = self.time.clone().unwrap_or(now);
        let mut headers = vec![
            ("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
            ("host".to_owned(), "sts.eu-west-1.amazonaws.com".to_owned()),
            ("x-amz-date".to_owned(), time.clone()),
        ];
        headers.extend(self.token.clone().map(|token| ("x-amz-security-token".to_owned(), token)));
        let names: Vec<_> = headers.iter().map(|(name, _)| name.as_str()).collect();
        let start = format!(
            "AWS4-HMAC-SHA256 Credential={}/{}/{}/{}/aws4_request, SignedHeaders={}, Signature=",
            self.key,
            &time[..8],
            self.region,
            self.service,
            names.join(";")
        );
        headers.push(("authorization".into(), start.clone()));
        let mut request =
            Request { method: "POST".into(), path: "/".into(), query: String::new(), headers, body: body.into() };
        let signature = Authorization::of(&request).unwrap().unwrap().signature_of(&request, &self.secret);
        request.headers.last_mut().unwrap().1 = format!("{start}{signature}");
        let mut text = "POST / HTTP/1.1\r\n".to_owned();
        for (name, value) in &request.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        format!("{text}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
    }
}

/// `Action=..&Version=2011-06-15` and more, encoded.
pub fn form(action: &str, params: &[(&str, &str)]) -> String {
    form_of("2011-06-15", action, params)
}

fn form_of(version: &str, action: &str, params: &[(&str, &str)]) -> String {
    let mut body = format!("Action={action}&Version={version}");
    for (name, value) in params {
        body.push_str(&format!("&{name}="));
        value.bytes().for_each(|byte| body.push_str(&format!("%{byte:02X}")));
    }
    body
}

/// A signed STS call.
pub fn try_call(server: &Server, signer: &Signer, action: &str, params: &[(&str, &str)]) -> io::Result<Reply> {
    send(server, &signer.sign(&form(action, params)))
}

/// A signed STS call that is answered.
pub fn call(server: &Server, signer: &Signer, action: &str, params: &[(&str, &str)]) -> Reply {
    try_call(server, signer, action, params).unwrap()
}

/// A signed IAM call that is answered.
pub fn iam(server: &Server, signer: &Signer, action: &str, params: &[(&str, &str)]) -> Reply {
    send(server, &signer.iam().sign(&form_of("2010-05-08", action, params))).unwrap()
}

/// AssumeRole of a role of the standard account.
pub fn assume(server: &Server, signer: &Signer, role: &str, more: &[(&str, &str)]) -> Reply {
    let arn = if role.starts_with("arn:") { role.to_owned() } else { sandbox::standard::role_arn(role) };
    let mut params = vec![("RoleArn", arn.as_str()), ("RoleSessionName", "session")];
    params.extend(more);
    call(server, signer, "AssumeRole", &params)
}

/// Who the signer is, or the error's code.
pub fn who(server: &Server, signer: &Signer) -> String {
    let reply = call(server, signer, "GetCallerIdentity", &[]);
    reply.element("Arn").or(reply.element("Code")).unwrap().to_owned()
}

/// An unsigned request.
pub fn plain(server: &Server, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: sandbox\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    send(server, format!("{text}\r\n{body}").as_bytes()).unwrap()
}

/// Sends bytes on a connection of its own and reads the answer; an answer cut short is an error.
pub fn send(server: &Server, bytes: &[u8]) -> io::Result<Reply> {
    let mut stream = connect(server);
    stream.write_all(bytes)?;
    read(&mut stream)
}

pub fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.url().strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

pub fn read(stream: &mut TcpStream) -> io::Result<Reply> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.extend(byte);
    }
    let head = String::from_utf8(head).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).unwrap_or("0");
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body)?;
    Ok(Reply { status, head, body: String::from_utf8(body).unwrap() })
}
