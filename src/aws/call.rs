//! Making a call: the runtime, the clock of the signature, and what can go wrong.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use jiff::SignedDuration;
use jiff::fmt::rfc2822;

use super::connect::TooSlow;
use super::settings::{CallSettings, Service};
use super::{SigningKeys, http};
use crate::world::World;
use crate::world::clock::Clock;

/// A service that said no, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("An error occurred ({code}) when calling the {operation} operation: {message}")]
pub struct Refusal {
    /// `AssumeRole`
    pub operation: &'static str,
    /// `AccessDenied`
    pub code: String,
    /// What the service says of it.
    pub message: String,
    /// OAuth's `error`, where the answer has one: `TOKEN_EXPIRED`, `slow_down`.
    pub reason: Option<String>,
    /// The HTTP status.
    pub status: u16,
}

/// Why a call gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The service refused.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// Nobody answered, or not in time.
    #[error("{operation} got no answer from {endpoint}: {why}")]
    NoAnswer {
        /// `AssumeRole`
        operation: &'static str,
        /// Who was asked.
        endpoint: String,
        /// What happened, from the outside in.
        why: String,
    },
    /// An answer that is not what the service answers.
    #[error("{operation} got an answer from {endpoint} that is none of AWS's: {why}")]
    BadAnswer {
        /// `AssumeRole`
        operation: &'static str,
        /// Who was asked.
        endpoint: String,
        /// What is wrong with it.
        why: String,
    },
    /// The call could not be made at all.
    #[error("{why}")]
    Setup {
        /// What is in the way.
        why: String,
        /// What to do about it.
        next: &'static str,
    },
}

impl CallError {
    /// Whether the service itself said no: asking again would not help.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

/// The clock of this machine, as the SDK asks for it: put right by as many seconds as it is known to be behind, so that
/// a call that is made only once is signed with a time that AWS takes.
#[derive(Debug)]
struct MachineClock {
    clock: Clock,
    behind: i64,
}

impl TimeSource for MachineClock {
    fn now(&self) -> SystemTime {
        let now = self.clock.now();
        SystemTime::from(now.checked_add(SignedDuration::from_secs(self.behind)).unwrap_or(now))
    }
}

/// Looks at every answer's `Date`: how far this machine's clock is behind. The SDK corrects the time of
/// a signature that was refused for it; a person should hear of it too.
#[derive(Debug, Clone)]
pub(super) struct ServerDate {
    clock: Clock,
    behind: Arc<AtomicI64>,
}

impl ServerDate {
    /// Seconds that this machine's clock is behind.
    pub(super) fn behind(&self) -> i64 {
        self.behind.load(Ordering::Relaxed)
    }

    /// Whether it is so far off that the service may refuse.
    pub(super) fn is_off(&self) -> bool {
        self.behind().abs() > TOLERATED
    }
}

impl Intercept for ServerDate {
    fn name(&self) -> &'static str {
        "ServerDate"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date");
        let date = date.and_then(|date| rfc2822::DateTimeParser::new().parse_timestamp(date).ok());
        if let Some(date) = date {
            self.behind.store(date.as_second() - self.clock.now().as_second(), Ordering::Relaxed);
        }
        Ok(())
    }
}

/// One call: what, whom, how and with whose keys.
pub(super) struct Ask<'a> {
    /// `AssumeRole`
    pub(super) operation: &'static str,
    pub(super) service: Service,
    pub(super) settings: &'a CallSettings,
    pub(super) region: String,
    /// `None`: unsigned.
    pub(super) keys: Option<&'a SigningKeys>,
}

/// Calls for one command.
pub struct Caller<'a> {
    world: &'a World,
    watch: &'a dyn ClockWatch,
}

/// Who hears of this machine's clock.
pub trait ClockWatch {
    /// It is `behind` the server's by so many seconds (negative: ahead). Told only when it is off by minutes, and
    /// more than once when there are many calls.
    fn is_off(&self, behind: i64);

    /// By how many seconds it was last told that it is behind; 0: it is right, as far as is known.
    fn behind(&self) -> i64;
}

/// Clocks this close are no trouble: AWS accepts five minutes.
const TOLERATED: i64 = 4 * 60;

/// How often an answer that is none of AWS's is asked for anew, and how long to wait before.
const ANEW: u32 = 2;
const PAUSE: Duration = Duration::from_millis(300);

/// How often is looked for Ctrl-C, and how long is waited for an answer after it.
const LOOK: Duration = Duration::from_millis(100);
const GRACE: Duration = Duration::from_secs(5);

impl<'a> Caller<'a> {
    /// A caller on this machine.
    pub fn new(world: &'a World, watch: &'a dyn ClockWatch) -> Self {
        Self { world, watch }
    }

    /// The machine.
    pub fn world(&self) -> &'a World {
        self.world
    }

    /// Runs `call`, anew when the answer was cut or is none of AWS's; what else can be tried again is
    /// tried again by the SDK.
    pub(super) fn run<T>(
        &self,
        attempts: u32,
        call: impl Fn(ServerDate) -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        let date = ServerDate { clock: self.world.clock, behind: Arc::default() };
        let mut answer = call(date.clone());
        for _ in 0..ANEW.min(attempts.saturating_sub(1)) {
            if !matches!(answer, Err(CallError::BadAnswer { .. })) {
                break;
            }
            block_on(async { tokio::time::sleep(PAUSE).await })?;
            answer = call(date.clone());
        }
        if date.is_off() {
            self.watch.is_off(date.behind());
        }
        answer
    }

    /// Makes one call: `send` has a client made of the configuration it is given.
    pub(super) fn ask<T, E, F>(&self, ask: &Ask<'_>, send: impl Fn(SdkConfig, ServerDate) -> F) -> Result<T, CallError>
    where
        F: Future<Output = Result<Result<T, String>, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        let Ask { operation, service, settings, region, .. } = ask;
        let url = settings.url(*service);
        let http = http::client(settings, &url, &self.world.files)?;
        let shown = || {
            let whom = settings.endpoint_url.clone().unwrap_or_else(|| format!("{} in {region}", service.name()));
            match settings.proxies.proxy_for(&url) {
                // Without what a person put before the host: that is a password.
                Some(proxy) => {
                    let host = proxy.rsplit('@').next().and_then(|rest| rest.rsplit("://").next());
                    format!("{whom} through the proxy {}", host.unwrap_or_default())
                }
                None => whom,
            }
        };
        self.run(settings.max_attempts, |date| {
            let answer = block_on(self.patiently(send(self.config(ask, http.clone()), date)))?;
            let interrupted = || CallError::NoAnswer { operation, endpoint: shown(), why: "interrupted".to_owned() };
            answer
                .ok_or_else(interrupted)?
                .map_err(|error| call_error(error, operation, &shown()))?
                .map_err(|why| CallError::BadAnswer { operation, endpoint: shown(), why })
        })
    }

    /// The outcome of `call`; `None` where Ctrl-C came and waits, and the call goes on for long after it.
    async fn patiently<T>(&self, call: impl Future<Output = T>) -> Option<T> {
        let given_up = async {
            while !self.world.terminal.is_interrupted() {
                tokio::time::sleep(LOOK).await;
            }
            // What is not to be lost may be on its way.
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            answer = call => Some(answer),
            () = given_up => None,
        }
    }

    fn config(&self, ask: &Ask<'_>, http: SharedHttpClient) -> SdkConfig {
        let settings = ask.settings;
        let mut timeout = TimeoutConfig::builder();
        timeout = match settings.connect_timeout {
            Some(limit) => timeout.connect_timeout(limit),
            None => timeout.disable_connect_timeout(),
        };
        timeout = match settings.read_timeout {
            Some(limit) => timeout.read_timeout(limit),
            None => timeout.disable_read_timeout(),
        };
        let clock = MachineClock { clock: self.world.clock, behind: self.watch.behind() };
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(ask.region.clone()))
            .use_fips(settings.fips)
            .use_dual_stack(settings.dual_stack)
            .http_client(http)
            .time_source(SharedTimeSource::new(clock))
            .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
            .retry_config(RetryConfig::standard().with_max_attempts(settings.max_attempts))
            .timeout_config(timeout.build())
            // Answers are small, and the read timeout is the user's.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        config.set_endpoint_url(settings.endpoint_url.clone());
        config.set_credentials_provider(ask.keys.map(|keys| {
            let token = keys.session_token.as_ref().map(|token| token.expose().to_owned());
            let secret = keys.secret_access_key.expose();
            SharedCredentialsProvider::new(Credentials::new(&keys.access_key_id, secret, token, None, "keyfob"))
        }));
        config.build()
    }
}

/// Runs `future` to its end, on this thread.
///
/// # Errors
/// The runtime cannot be built (no more file descriptors).
pub fn block_on<T>(future: impl Future<Output = T>) -> Result<T, CallError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
    let runtime = runtime.map_err(|error| CallError::Setup {
        why: format!("cannot wait for the network: {error}"),
        next: "close some programs, or raise `ulimit -n`",
    })?;
    Ok(runtime.block_on(future))
}

/// The SDK's error as ours.
pub(super) fn call_error<E>(error: SdkError<E, HttpResponse>, operation: &'static str, endpoint: &str) -> CallError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let endpoint = endpoint.to_owned();
    match &error {
        SdkError::ServiceError(refused) => {
            let status = refused.raw().status().as_u16();
            let meta = refused.err().meta();
            // A 5xx or a proxy's page has no code of AWS's.
            let Some(code) = meta.code() else {
                let why = format!("HTTP status {status}");
                return match refused.raw().status().is_success() {
                    true => CallError::BadAnswer { operation, endpoint, why },
                    false => CallError::NoAnswer { operation, endpoint, why },
                };
            };
            CallError::Refused(Box::new(Refusal {
                operation,
                code: code.to_owned(),
                message: meta
                    .message()
                    .map(str::to_owned)
                    .or_else(|| oauth(refused.raw(), "error_description"))
                    .map_or_else(|| "Unknown".to_owned(), |text| text.trim().to_owned()),
                reason: oauth(refused.raw(), "error"),
                status,
            }))
        }
        SdkError::ResponseError(_) if http::find::<TooSlow>(&error).is_some() => {
            CallError::NoAnswer { operation, endpoint, why: "it took too long".to_owned() }
        }
        SdkError::ResponseError(bad) if bad.raw().status().is_success() => {
            CallError::BadAnswer { operation, endpoint, why: causes(&error) }
        }
        SdkError::TimeoutError(_) => CallError::NoAnswer { operation, endpoint, why: "it took too long".to_owned() },
        SdkError::DispatchFailure(failure) if failure.is_timeout() => {
            CallError::NoAnswer { operation, endpoint, why: "it took too long".to_owned() }
        }
        SdkError::ConstructionFailure(_) => {
            CallError::Setup { why: causes(&error), next: "check region, endpoint and the values given" }
        }
        _ => match causes(&error).split_once("Invalid Configuration: ") {
            Some((_, why)) => {
                CallError::Setup { why: why.to_owned(), next: "unset one of them; keyfob explain shows the settings" }
            }
            None => CallError::NoAnswer { operation, endpoint, why: causes(&error) },
        },
    }
}

/// A text of an OAuth error (RFC 6749, section 5.2).
fn oauth(answer: &HttpResponse, member: &str) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(answer.body().bytes()?).ok()?;
    Some(body.get(member)?.as_str()?.to_owned())
}

/// What happened, from the outside in, each cause once.
pub fn causes(error: &dyn Error) -> String {
    let mut said: Vec<String> = Vec::new();
    let mut at = error.source().or(Some(error));
    while let Some(cause) = at {
        // The SDK's words may quote the request, whose body holds codes and tokens.
        let text = cause.to_string();
        let text = text.split(" to request `Request {").next().unwrap_or_default().to_owned();
        if !said.iter().any(|earlier| earlier.contains(&text)) {
            said.push(text);
        }
        at = cause.source();
    }
    said.join(": ")
}
