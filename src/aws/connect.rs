//! Opening a connection: TCP, a proxy if there is one, TLS if the address asks for it.
//!
//! Every stage takes an address and gives a [`Stream`], so that they are put on top of each other.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use aws_smithy_runtime_api::box_error::BoxError;
use http::uri::{Authority, Scheme};
use http::{HeaderValue, Uri};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use rustls::ClientConfig;
use tokio::time::Instant;
use tower_service::Service;

/// An open connection.
pub(super) struct Stream {
    io: Pin<Box<dyn Io>>,
    /// Requests are written with the whole address, for a proxy to read.
    for_proxy: bool,
}

trait Io: Read + Write + Connection + Send {}
impl<T: Read + Write + Connection + Send> Io for T {}

type Opening = Pin<Box<dyn Future<Output = Result<Stream, BoxError>> + Send>>;

/// Opens connections.
#[derive(Clone)]
pub(super) struct Opener(Arc<dyn Fn(Uri) -> Opening + Send + Sync>);

/// When connections are opened: the time for an answer begins when there is one.
#[derive(Debug, Default)]
pub(super) struct Openings {
    /// How many are being opened.
    pub(super) now: usize,
    /// When the last one was.
    pub(super) last: Option<Instant>,
}

/// Nobody answered in time.
#[derive(Debug, thiserror::Error)]
#[error("{what} took longer than {} seconds", limit.as_secs())]
pub(super) struct TooSlow {
    /// `connecting`
    pub(super) what: &'static str,
    /// `--cli-connect-timeout`, `--cli-read-timeout`
    pub(super) limit: Duration,
}

/// A proxy, and who one is to it.
#[derive(Debug, Clone)]
pub(super) struct Proxy {
    address: Uri,
    /// `Proxy-Authorization`
    pub(super) authorization: Option<HeaderValue>,
}

impl Proxy {
    /// Reads `http://USER:PASSWORD@HOST:PORT`. `None`: it is no such address.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        let scheme = uri.scheme().filter(|scheme| [Scheme::HTTP, Scheme::HTTPS].contains(scheme))?.clone();
        let (user, host) = match uri.authority()?.as_str().rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, uri.authority()?.as_str()),
        };
        let address = Uri::builder()
            .scheme(scheme)
            .authority(Authority::try_from(host).ok()?)
            .path_and_query("/")
            .build()
            .ok()?;
        let authorization = match user {
            None => None,
            Some(user) => {
                let encoded = base64_simd::STANDARD.encode_to_string(percent_decoded(user));
                let mut value = HeaderValue::try_from(format!("Basic {encoded}")).ok()?;
                value.set_sensitive(true);
                Some(value)
            }
        };
        Some(Self { address, authorization })
    }

    fn over_tls(&self) -> bool {
        self.address.scheme() == Some(&Scheme::HTTPS)
    }
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|byte| (*byte as char).to_digit(16));
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                // Two hexadecimal digits are one octet.
                decoded.push((high * 16 + low) as u8);
                at += 3;
            }
            _ => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    decoded
}

impl Opener {
    /// Connections to whatever is asked for; `tls` is needed where the address or the proxy begins with
    /// `https`. `limit` is for all stages together.
    pub(super) fn new(proxy: Option<&Proxy>, tls: Option<ClientConfig>, limit: Option<Duration>) -> Self {
        let tls = tls.map(Arc::new);
        let mut opener = Self::tcp();
        if let Some(proxy) = proxy {
            if let (true, Some(tls)) = (proxy.over_tls(), &tls) {
                opener = opener.tls(tls);
            }
            opener = opener.through(proxy.clone());
        }
        if let Some(tls) = &tls {
            opener = opener.tls(tls);
        }
        match limit {
            Some(limit) => opener.within(limit),
            None => opener,
        }
    }

    /// The same, written down in `openings`.
    pub(super) fn noted_in(self, openings: Arc<Mutex<Openings>>) -> Self {
        Self(Arc::new(move |address| {
            let opening = (self.0)(address);
            let openings = Arc::clone(&openings);
            let note = move |change: fn(&mut Openings)| {
                change(&mut openings.lock().unwrap_or_else(PoisonError::into_inner));
            };
            note(|openings| openings.now += 1);
            Box::pin(async move {
                let opened = opening.await;
                note(|openings| {
                    openings.now = openings.now.saturating_sub(1);
                    openings.last = Some(Instant::now());
                });
                opened
            })
        }))
    }

    /// Whether connections through `proxy` need TLS, whatever the address.
    pub(super) fn needs_tls(proxy: Option<&Proxy>) -> bool {
        proxy.is_some_and(Proxy::over_tls)
    }

    fn from_service<S>(service: S) -> Self
    where
        S: Service<Uri> + Clone + Send + Sync + 'static,
        S::Response: Read + Write + Connection + Send + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
    {
        Self(Arc::new(move |address| {
            let mut service = service.clone();
            Box::pin(async move {
                std::future::poll_fn(|context| service.poll_ready(context)).await.map_err(Into::into)?;
                let io = service.call(address).await.map_err(Into::into)?;
                Ok(Stream { io: Box::pin(io), for_proxy: false })
            })
        }))
    }

    fn tcp() -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        Self::from_service(tcp)
    }

    fn tls(self, tls: &Arc<ClientConfig>) -> Self {
        let plain = self.clone();
        let encrypted = Self::from_service(HttpsConnector::from((self, Arc::clone(tls))));
        Self(Arc::new(move |address| {
            let opener = if address.scheme() == Some(&Scheme::HTTPS) { &encrypted } else { &plain };
            (opener.0)(address)
        }))
    }

    /// A tunnel to what speaks TLS; all else is asked of the proxy itself.
    fn through(self, proxy: Proxy) -> Self {
        let mut tunnel = Tunnel::new(proxy.address.clone(), self.clone());
        if let Some(authorization) = proxy.authorization.clone() {
            tunnel = tunnel.with_auth(authorization);
        }
        let tunnel = Self::from_service(tunnel);
        Self(Arc::new(move |address| {
            if address.scheme() == Some(&Scheme::HTTPS) {
                return (tunnel.0)(address);
            }
            let opening = (self.0)(proxy.address.clone());
            Box::pin(async move { Ok(Stream { for_proxy: true, ..opening.await? }) })
        }))
    }

    fn within(self, limit: Duration) -> Self {
        Self(Arc::new(move |address| {
            let opening = (self.0)(address);
            Box::pin(async move {
                match tokio::time::timeout(limit, opening).await {
                    Ok(opened) => opened,
                    Err(_) => Err(TooSlow { what: "connecting", limit }.into()),
                }
            })
        }))
    }
}

impl Service<Uri> for Opener {
    type Response = Stream;
    type Error = BoxError;
    type Future = Opening;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, address: Uri) -> Opening {
        (self.0)(address)
    }
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        self.io.connected().proxy(self.for_proxy)
    }
}

impl Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        self.io.as_mut().poll_read(context, buffer)
    }
}

impl Write for Stream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.io.as_mut().poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io.as_mut().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io.as_mut().poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.io.as_mut().poll_write_vectored(context, slices)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_proxy_is() {
        for (text, address, authorization) in [
            ("http://p:1", Some("http://p:1/"), None),
            ("http://p", Some("http://p/"), None),
            ("https://u:p%40ss@p:1/", Some("https://p:1/"), Some("Basic dTpwQHNz")),
            ("http://u@[::1]:3128", Some("http://[::1]:3128/"), Some("Basic dQ==")),
            ("socks5://p:1", None, None),
            ("http://", None, None),
            ("not an address", None, None),
        ] {
            let proxy = Proxy::parse(text);
            assert_eq!(proxy.as_ref().map(|proxy| proxy.address.to_string()).as_deref(), address, "{text}");
            let found = proxy.and_then(|proxy| proxy.authorization);
            assert_eq!(found.as_ref().and_then(|value| value.to_str().ok()), authorization, "{text}");
            assert!(!format!("{found:?}").contains("Basic"), "shown: {text}");
        }
    }
}
