//! `keyfob console`: the web console, signed in with the selected profile's credentials.

use std::time::Duration;

use clap::Args;

use super::person::opener;
use super::resolving::{self, Asking};
use super::token_code::TokenCodeArgs;
use super::user_type::{UserType, name, user_type};
use super::{CommandError, Context, ErrorKind};
use crate::aws::federation;
use crate::aws::partition::Partition;
use crate::aws::settings::Service;
use crate::cli::Run;
use crate::config::shared::SharedConfig;
use crate::secret::Secret;
use crate::signin::console_url::{self, Page};
use crate::world::loopback::Loopback;
use crate::world::random;

/// Open the web console with the selected profile's credentials
///
/// Credentials of roles and federated users are signed in as they are. For an IAM user's, and the root user's, the
/// page opens where they sign in with a password: AWS makes no console session of theirs.
#[derive(Debug, Args)]
pub struct ConsoleArgs {
    /// The code of an MFA device, if one was given.
    #[command(flatten)]
    pub code: TokenCodeArgs,
    /// Go to the front page of this service: ec2, s3, cloudwatch
    #[arg(long, value_name = "SERVICE", conflicts_with = "path")]
    pub service: Option<String>,
    /// Go to this page, what stands behind the console's host: s3/buckets
    #[arg(long, value_name = "PATH")]
    pub path: Option<String>,
    /// How long the console session lasts, for a role that is assumed with an access key [default: as long as the
    /// credentials]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(900..=43200))]
    pub duration_seconds: Option<u32>,
    /// Print the address, which signs in whoever opens it within 15 minutes, and open nothing
    #[arg(long)]
    pub print: bool,
}

/// How long the browser may take to fetch the address.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long is waited for one thing before looking at another.
const SLICE: Duration = Duration::from_millis(100);

impl Run for ConsoleArgs {
    const NAME: &'static str = "console";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let address = self.address(context)?;
        if self.print {
            return context.ui.answer(&format!("{}\n", address.expose()));
        }
        let own = context.own_settings()?.sign_in(None);
        match opener(context, false, &own) {
            Ok(opener) => hand_over(context, &opener, &address),
            Err(closed) => {
                if let Some(why) = closed.why() {
                    context.ui.note(&format!("No browser can be opened here, since {why}: open this address."));
                }
                context.ui.answer(&format!("{}\n", address.expose()))
            }
        }
    }
}

impl ConsoleArgs {
    fn page(&self) -> Page<'_> {
        match (&self.service, &self.path) {
            (Some(service), _) => Page::Service(service),
            (None, Some(path)) => Page::Path(path),
            (None, None) => Page::Home,
        }
    }

    /// The address to open. It may sign in whoever opens it.
    fn address(&self, context: &Context) -> Result<Secret, CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let found = resolving::credentials(context, &files, &shared, Asking::Terminal, &self.code)?;
        let profile = found.plan.selection.name.as_str();
        let step = found.plan.used.as_ref();
        let settings = context.call_settings(Service::SignIn, &shared, profile)?;
        let whose = Whose::find(context, &shared, &found)?;
        let partition = match whose {
            Whose::Role(partition) => partition,
            Whose::User { partition, account, name } => {
                let (whose, who) = match &name {
                    None => ("the root user's", "the root user"),
                    Some(name) => ("an IAM user's", name.as_str()),
                };
                context.ui.note(&format!(
                    "AWS makes no console session of {whose} credentials: this is where {who} signs in with a password."
                ));
                if self.page() != Page::Home || self.duration_seconds.is_some() {
                    context.ui.warn("--service, --path and --duration-seconds do not go along with that");
                }
                let root = console_url::root_sign_in(partition).filter(|_| name.is_none());
                return Ok(Secret::new(root.unwrap_or_else(|| console_url::user_sign_in(partition, &account))));
            }
        };
        let fixed = step.and_then(console_url::fixed_length);
        if let (Some(_), Some(why)) = (self.duration_seconds, fixed) {
            let refused = format!("--duration-seconds: AWS lets nobody choose it here, since {why}");
            return Err(CommandError::new(ErrorKind::Usage, refused)
                .hint("leave it away: the console session lasts as long as the credentials"));
        }
        let nowhere = || {
            CommandError::new(ErrorKind::Configuration, format!("no console is known for partition {}", partition.name))
                .hint("sign in at the address that your organisation gave you")
        };
        let destination =
            console_url::destination(partition, settings.region.as_deref(), self.page()).ok_or_else(nowhere)?;
        let endpoint = federation::endpoint(&settings, partition).ok_or_else(nowhere)?;
        let keys = found.credentials.signing_keys();
        let token = resolving::call(context, |caller| {
            federation::sign_in_token(caller, &settings, &endpoint, &keys, self.duration_seconds)
        });
        let token = token.map_err(|error| match (error.kind(), self.duration_seconds) {
            (ErrorKind::Service, Some(_)) => error.hint("choose a shorter --duration-seconds: the role allows no more"),
            _ => error,
        })?;
        Ok(federation::sign_in_url(&endpoint, &destination, &token))
    }
}

/// Whose credentials they are, as far as the console cares.
enum Whose {
    /// A role's or a federated user's.
    Role(&'static Partition),
    /// An IAM user's, or the root user's, who has no name.
    User { partition: &'static Partition, account: String, name: Option<String> },
}

impl Whose {
    fn find(context: &Context, shared: &SharedConfig<'_>, found: &resolving::Resolved) -> Result<Self, CommandError> {
        if let Some(partition) = found.plan.used.as_ref().and_then(console_url::role_partition) {
            return Ok(Self::Role(partition));
        }
        let settings = context.call_settings(Service::Sts, shared, &found.plan.selection.name)?;
        let identity = resolving::identity(context, &settings, &found.credentials)?;
        let partition = Partition::of_arn(&identity.arn)
            .unwrap_or_else(|| Partition::of_region(settings.region.as_deref().unwrap_or_default()));
        let name = match user_type(&identity.arn, found.credentials.method) {
            UserType::AssumedRole | UserType::IdentityCenterUser | UserType::FederatedIdentity => {
                return Ok(Self::Role(partition));
            }
            UserType::Root => None,
            UserType::IamUser | UserType::Other => Some(name(&identity)),
        };
        Ok(Self::User { partition, account: identity.account, name })
    }
}

/// Lets the browser fetch the address from here: on a command line every program of this machine could read it.
fn hand_over(context: &Context, opener: &crate::world::browser::Opener, address: &Secret) -> Result<(), CommandError> {
    let failed = |what: &str| {
        CommandError::new(ErrorKind::Other, format!("the browser did not open: {what}"))
            .hint("keyfob console --print prints the address")
    };
    let mut loopback = Loopback::bind(None).map_err(|error| failed(&error.to_string()))?;
    let once = random::uuid4().map_err(|error| failed(&error.to_string()))?;
    let path = format!("/{once}");
    let mut opened = opener
        .open(&format!("http://127.0.0.1:{}{path}", loopback.port()))
        .map_err(|error| failed(&error.to_string()))?;
    let until = context.world.clock.now() + PATIENCE;
    while context.world.clock.now() < until {
        let exchange = loopback.next(SLICE).map_err(|error| failed(&error.to_string()))?;
        match exchange {
            Some(exchange) if exchange.target() == path && exchange.method() == "GET" => {
                return match exchange.answer(303, &[("Location", address.expose())], "") {
                    Ok(()) => Ok(()),
                    Err(error) => Err(failed(&error.to_string())),
                };
            }
            Some(exchange) => drop(exchange.answer(404, &[("Content-Type", "text/plain")], "Nothing is here.\n")),
            None => {
                if let Some(why) = opened.failed() {
                    return Err(failed(&why));
                }
            }
        }
    }
    Err(failed("nothing came to fetch the address"))
}
