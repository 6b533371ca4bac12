//! Making a call: the runtime, the clock of the signature, and what can go wrong.

use std::error::Error;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use jiff::Timestamp;
use jiff::fmt::rfc2822;

use super::SigningKeys;
use super::settings::CallSettings;
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
    /// The HTTP status.
    pub status: u16,
    /// How far this machine's clock is behind the server's, in seconds; negative when ahead.
    pub clock_behind: i64,
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

/// A clock that is corrected by what a server's `Date` said.
#[derive(Debug)]
struct Corrected {
    clock: Clock,
    behind: i64,
}

impl TimeSource for Corrected {
    fn now(&self) -> SystemTime {
        let now = SystemTime::from(self.clock.now());
        let by = Duration::from_secs(self.behind.unsigned_abs());
        if self.behind < 0 { now - by } else { now + by }
    }
}

/// What the services' clients are made with.
pub(super) struct Parts {
    pub(super) time: SharedTimeSource,
    pub(super) sleep: SharedAsyncSleep,
    pub(super) retry: RetryConfig,
    pub(super) timeout: TimeoutConfig,
    pub(super) credentials: Option<Credentials>,
}

/// Calls for one command: knows the machine, and how far its clock is off once a server has said so.
pub struct Caller<'a> {
    world: &'a World,
    /// Told once when the clock is off: seconds behind.
    notice: &'a dyn Fn(i64),
    behind: std::cell::Cell<i64>,
}

/// Clocks this close do not explain a refusal: AWS accepts five minutes.
const TOLERATED: i64 = 4 * 60;

impl<'a> Caller<'a> {
    /// A caller on this machine. `notice` is told by how many seconds the clock is behind, when it
    /// had to be corrected.
    pub fn new(world: &'a World, notice: &'a dyn Fn(i64)) -> Self {
        Self { world, notice, behind: std::cell::Cell::new(0) }
    }

    /// The machine.
    pub fn world(&self) -> &'a World {
        self.world
    }

    /// Runs `call` and, when the service refused its signature because of the clock, once more with
    /// the clock corrected.
    pub(super) fn run<T>(&self, call: impl Fn(i64) -> Result<T, CallError>) -> Result<T, CallError> {
        let error = match call(self.behind.get()) {
            Err(error) => error,
            answer => return answer,
        };
        match error.refusal() {
            Some(refusal)
                if about_the_clock(refusal) && (refusal.clock_behind - self.behind.get()).abs() > TOLERATED =>
            {
                self.behind.set(refusal.clock_behind);
                (self.notice)(refusal.clock_behind);
                call(refusal.clock_behind)
            }
            _ => Err(error),
        }
    }

    pub(super) fn parts(&self, settings: &CallSettings, keys: Option<&SigningKeys>, behind: i64) -> Parts {
        let mut timeout = TimeoutConfig::builder();
        timeout = match settings.connect_timeout {
            Some(limit) => timeout.connect_timeout(limit),
            None => timeout.disable_connect_timeout(),
        };
        timeout = match settings.read_timeout {
            Some(limit) => timeout.read_timeout(limit),
            None => timeout.disable_read_timeout(),
        };
        let credentials = keys.map(|keys| {
            let token = keys.session_token.as_ref().map(|token| token.expose().to_owned());
            Credentials::new(&keys.access_key_id, keys.secret_access_key.expose(), token, None, "keyfob")
        });
        Parts {
            time: SharedTimeSource::new(Corrected { clock: self.world.clock, behind }),
            sleep: SharedAsyncSleep::new(TokioSleep::new()),
            retry: RetryConfig::standard().with_max_attempts(settings.max_attempts),
            timeout: timeout.build(),
            credentials,
        }
    }
}

/// Whether a wrong clock explains the refusal.
fn about_the_clock(refusal: &Refusal) -> bool {
    matches!(
        refusal.code.as_str(),
        "SignatureDoesNotMatch"
            | "RequestTimeTooSkewed"
            | "RequestExpired"
            | "InvalidSignatureException"
            | "AuthFailure"
            | "RequestInTheFuture"
    )
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

/// The SDK's error as ours. `now` is this machine's time.
pub(super) fn call_error<E>(
    error: SdkError<E, HttpResponse>,
    operation: &'static str,
    endpoint: &str,
    now: Timestamp,
) -> CallError
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
            let date = refused
                .raw()
                .headers()
                .get("date")
                .and_then(|date| rfc2822::DateTimeParser::new().parse_timestamp(date).ok());
            CallError::Refused(Box::new(Refusal {
                operation,
                code: code.to_owned(),
                message: meta.message().unwrap_or("Unknown").trim().to_owned(),
                status,
                clock_behind: date.map_or(0, |date| date.as_second() - now.as_second()),
            }))
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
        _ => CallError::NoAnswer { operation, endpoint, why: causes(&error) },
    }
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
