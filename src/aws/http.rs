//! The one HTTP client of a call, as the SDK asks for it: a connection opened by `super::connect`, with
//! one trust store that is read once and only where TLS is spoken.
//!
//! The SDK's own client panics on a certificate it cannot read, decodes the system's certificates twice and
//! cannot be told to trust anybody; that is why this one is here.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::ErrorKind;
pub use http::Method;
use http::header::PROXY_AUTHORIZATION;
use http::uri::Scheme;
use http_body_util::{BodyExt as _, Collected, Limited};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use tokio::time::{Instant, Sleep};

use super::call::{CallError, block_on, causes};
use super::connect::{Opener, Openings, Proxy, TooSlow};
use super::settings::CallSettings;
use super::trust;
use crate::world::files::Files;

/// A client for requests to `url`, and to addresses of the same kind.
///
/// # Errors
/// The bundle of certificates cannot be read, or holds none, or the proxy is no address.
pub fn client(settings: &CallSettings, url: &str, files: &Files) -> Result<SharedHttpClient, CallError> {
    let (proxy, tls) = way(settings, url, files)?;
    Ok(SharedHttpClient::new(Client { proxy, tls, connectors: Mutex::default() }))
}

/// The proxy on the way to `url`, and whom TLS trusts if any is spoken.
fn way(settings: &CallSettings, url: &str, files: &Files) -> Result<(Option<Proxy>, Option<ClientConfig>), CallError> {
    let proxy = match settings.proxies.proxy_for(url) {
        None => None,
        Some(proxy) => Some(Proxy::parse(&proxy).ok_or_else(|| CallError::Setup {
            why: "the proxy in the environment is no address".to_owned(),
            next: "write HTTPS_PROXY as http://HOST:PORT",
        })?),
    };
    let over_tls = url.starts_with("https://") || Opener::needs_tls(proxy.as_ref());
    let tls = if over_tls { Some(trust::tls(settings, files)?) } else { None };
    Ok((proxy, tls))
}

/// A page that is none of a service's operations.
pub(super) struct Page {
    pub(super) status: u16,
    /// `Location`
    pub(super) location: Option<String>,
    pub(super) body: Vec<u8>,
}

/// How a page is asked for.
pub(super) struct Fetch<'a> {
    pub(super) method: Method,
    /// Who is asked, in messages: the address itself may hold secrets.
    pub(super) whom: &'a str,
    /// What is asked for, in messages.
    pub(super) what: &'static str,
    /// How long is waited, from the question to the last byte. `None`: for ever.
    pub(super) limit: Option<Duration>,
    /// Whether the body is of interest.
    pub(super) body: bool,
}

/// Pages of services are small; what is longer is none of theirs.
const LONGEST_BODY: usize = 1024 * 1024;

/// Asks for a page, and follows nothing.
///
/// # Errors
/// Nobody answered in time.
pub(super) fn fetch(settings: &CallSettings, url: &str, files: &Files, fetch: &Fetch<'_>) -> Result<Page, CallError> {
    let fail = |why: String| CallError::NoAnswer { operation: fetch.what, endpoint: fetch.whom.to_owned(), why };
    let (proxy, tls) = way(settings, url, files)?;
    let opener = Opener::new(proxy.as_ref(), tls, settings.connect_timeout);
    let client = legacy::Client::builder(TokioExecutor::new()).build(opener);
    let request = http::Request::builder().method(fetch.method.clone()).uri(url).body(SdkBody::empty());
    // The error would show the address.
    let mut request = request.map_err(|_| fail("it is no address".to_owned()))?;
    if let Some(authorization) = proxy.and_then(|proxy| proxy.authorization).filter(|_| url.starts_with("http://")) {
        request.headers_mut().insert(PROXY_AUTHORIZATION, authorization);
    }
    let asked = async {
        let answer = client.request(request).await.map_err(|error| causes(&error))?;
        let location = answer.headers().get(http::header::LOCATION).and_then(|value| value.to_str().ok());
        let (status, location) = (answer.status().as_u16(), location.map(str::to_owned));
        let body = match fetch.body {
            true => Limited::new(answer.into_body(), LONGEST_BODY).collect().await.map_err(|error| causes(&*error))?,
            false => Collected::default(),
        };
        Ok(Page { status, location, body: body.to_bytes().to_vec() })
    };
    let page = block_on(async {
        match fetch.limit {
            Some(limit) => tokio::time::timeout(limit, asked).await.unwrap_or_else(|_| Err("it took too long".into())),
            None => asked.await,
        }
    })?;
    page.map_err(fail)
}

/// Asks where a start URL leads: the status and `Location`.
///
/// # Errors
/// Nobody answered within the connect timeout (the AWS CLI's limit for a start URL).
pub fn look(
    settings: &CallSettings,
    method: Method,
    url: &str,
    files: &Files,
) -> Result<(u16, Option<String>), CallError> {
    let limit = Some(settings.connect_timeout.unwrap_or(LOOKING));
    let page = fetch(settings, url, files, &Fetch { method, whom: url, what: "the start URL", limit, body: false })?;
    Ok((page.status, page.location))
}

/// How long a page is waited for where no limit is set.
const LOOKING: Duration = Duration::from_secs(10);

/// The time limits of a connector.
type Limits = (Option<Duration>, Option<Duration>);

struct Client {
    proxy: Option<Proxy>,
    tls: Option<ClientConfig>,
    /// One for each pair of limits, so that connections are used again.
    connectors: Mutex<Vec<(Limits, SharedHttpConnector)>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}

impl HttpClient for Client {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        let limits = (settings.connect_timeout(), settings.read_timeout());
        let mut connectors = self.connectors.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, connector)) = connectors.iter().find(|(of, _)| *of == limits) {
            return connector.clone();
        }
        let openings = Arc::default();
        let opener = Opener::new(self.proxy.as_ref(), self.tls.clone(), limits.0).noted_in(Arc::clone(&openings));
        let client = legacy::Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(opener);
        let connector =
            SharedHttpConnector::new(Connector { client, openings, proxy: self.proxy.clone(), read_timeout: limits.1 });
        connectors.push((limits, connector.clone()));
        connector
    }
}

struct Connector {
    client: legacy::Client<Opener, SdkBody>,
    openings: Arc<Mutex<Openings>>,
    proxy: Option<Proxy>,
    read_timeout: Option<Duration>,
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connector")
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into()))),
        };
        // In a tunnel the proxy has been told already.
        let authorization = self.proxy.as_ref().and_then(|proxy| proxy.authorization.clone());
        if let Some(authorization) = authorization.filter(|_| request.uri().scheme() == Some(&Scheme::HTTP)) {
            request.headers_mut().insert(PROXY_AUTHORIZATION, authorization);
        }
        let answering = self.client.request(request);
        let (read_timeout, openings) = (self.read_timeout, Arc::clone(&self.openings));
        HttpConnectorFuture::new(async move {
            let answer = match read_timeout {
                None => answering.await,
                Some(limit) => tokio::select! {
                    answer = answering => answer,
                    () = too_slow(limit, &openings) => {
                        let slow = TooSlow { what: "waiting for the answer", limit };
                        return Err(ConnectorError::timeout(slow.into()));
                    }
                },
            };
            let answer = answer.map_err(|error| classified(error.into()))?;
            let answer = answer.map(|body| match read_timeout {
                None => SdkBody::from_body_1_x(body),
                Some(limit) => SdkBody::from_body_1_x(TimedBody { body, limit, waiting: None }),
            });
            HttpResponse::try_from(answer).map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// Ends when nobody answered for `limit`; opening a connection has a limit of its own.
async fn too_slow(limit: Duration, openings: &Mutex<Openings>) {
    let mut until = Instant::now() + limit;
    loop {
        tokio::time::sleep_until(until).await;
        let openings = openings.lock().unwrap_or_else(PoisonError::into_inner);
        let since = if openings.now > 0 { Some(Instant::now()) } else { openings.last };
        match since.map(|since| since + limit).filter(|later| *later > Instant::now()) {
            Some(later) => until = later,
            None => return,
        }
    }
}

/// A body each part of which must come in time, as the AWS CLI's read timeout has it.
struct TimedBody {
    body: Incoming,
    limit: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Body for TimedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, BoxError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            self.waiting = None;
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let limit = self.limit;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        waiting.as_mut().poll(context).map(|()| Some(Err(TooSlow { what: "the rest of the answer", limit }.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// What kind of failure it was: the SDK's retries go by that.
fn classified(error: BoxError) -> ConnectorError {
    if find::<TooSlow>(&*error).is_some() {
        return ConnectorError::timeout(error);
    }
    // A certificate that is not trusted, or a proxy that wants a password, is no better the next time.
    let refused =
        find::<rustls::Error>(&*error).is_some_and(|error| matches!(error, rustls::Error::InvalidCertificate(_)));
    if refused || causes(&*error).contains("proxy authorization required") {
        return ConnectorError::other(error, None);
    }
    let connecting = find::<legacy::Error>(&*error).is_some_and(legacy::Error::is_connect);
    let hyper = find::<hyper::Error>(&*error);
    if connecting || find::<std::io::Error>(&*error).is_some() {
        return ConnectorError::io(error);
    }
    match hyper {
        Some(hyper) if hyper.is_closed() || hyper.is_canceled() => ConnectorError::io(error),
        Some(hyper) if hyper.is_incomplete_message() => ConnectorError::other(error, Some(ErrorKind::TransientError)),
        Some(hyper) if hyper.is_user() => ConnectorError::user(error),
        _ => ConnectorError::other(error, None),
    }
}

pub(super) fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    // What an I/O error wraps is not its source.
    let next = |error: &'a (dyn Error + 'static)| match error.downcast_ref::<std::io::Error>() {
        Some(wrapper) => wrapper.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    };
    std::iter::successors(Some(error), |&error| next(error)).find_map(|error| error.downcast_ref())
}
