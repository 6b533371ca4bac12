//! The top of the argument tree: global flags and the list of commands.
//!
//! A command's arguments are built only when its name is on the command line: building the whole
//! tree costs more than a warm `process` takes.

use std::ffi::OsString;

use clap::{ArgMatches, Args, Command, FromArgMatches};
use clap_complete::engine::ArgValueCandidates;

use crate::commands::output::OutputFormat;
use crate::commands::{CommandError, Context, completion, completions, configure, console};
use crate::commands::{env, exec, explain, keys, login, logout, man, mfa, process, sso, status, sts, whoami};

// Flags that every command takes, before or after its name, as they are typed; `GlobalArgs` are the same as they are
// used. None has a default: clap would copy each of them to every level of the tree, at a tenth of the cost of a warm
// `process`. (No doc comment: it would stand in the help of `keyfob` itself.)
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
struct GlobalFlags {
    /// Use this profile [otherwise: AWS_PROFILE, AWS_DEFAULT_PROFILE, default]
    #[arg(long, global = true, value_name = "NAME", add = ArgValueCandidates::new(completion::profiles))]
    profile: Option<String>,
    /// Use this region [otherwise: AWS_REGION, AWS_DEFAULT_REGION, the profile's]
    #[arg(long, global = true, value_name = "REGION")]
    region: Option<String>,
    /// Answer in this form, where a command's answer has structure
    #[arg(long, global = true, value_enum, value_name = "FORMAT", hide_possible_values = false)]
    output: Option<OutputFormat>,
    /// Pick from the answer with a JMESPath expression
    #[arg(long, global = true, value_name = "JMESPATH")]
    query: Option<String>,
    /// Ask this endpoint in place of AWS's own
    #[arg(long, global = true, value_name = "URL")]
    endpoint_url: Option<String>,
    /// Trust the certificates in this PEM file alone
    #[arg(long, global = true, value_name = "FILE")]
    ca_bundle: Option<String>,
    /// Take whoever answers for AWS, without looking at certificates: for tests, never for secrets
    #[arg(long, global = true, num_args = 0, default_missing_value = "true")]
    no_verify_ssl: Option<bool>,
    /// Seconds to wait for a connection; 0 waits for ever [default: 60]
    #[arg(long, global = true, value_name = "SECONDS")]
    cli_connect_timeout: Option<u64>,
    /// Seconds to wait for an answer; 0 waits for ever [default: 60]
    #[arg(long, global = true, value_name = "SECONDS")]
    cli_read_timeout: Option<u64>,
    /// Colour in messages: auto (on a terminal, unless NO_COLOR is set), on or off [default: auto]
    #[arg(long, global = true, value_enum, value_name = "WHEN")]
    color: Option<Color>,
    /// Say on standard error what is read and decided; secrets are never shown
    #[arg(long, global = true, num_args = 0, default_missing_value = "true")]
    debug: Option<bool>,
    /// Never ask: fail and say what was wanted
    #[arg(long, global = true, num_args = 0, default_missing_value = "true")]
    no_input: Option<bool>,
    /// No tips, no notes, no progress
    #[arg(short, long, global = true, num_args = 0, default_missing_value = "true")]
    quiet: Option<bool>,
}

/// What the global flags say.
#[derive(Debug, Clone)]
pub struct GlobalArgs {
    /// `--profile`
    pub profile: Option<String>,
    /// `--region`
    pub region: Option<String>,
    /// `--output`
    pub output: Option<OutputFormat>,
    /// `--query`
    pub query: Option<String>,
    /// `--endpoint-url`
    pub endpoint_url: Option<String>,
    /// `--ca-bundle`
    pub ca_bundle: Option<String>,
    /// `--no-verify-ssl`
    pub no_verify_ssl: bool,
    /// `--cli-connect-timeout`, in seconds; 0: none.
    pub cli_connect_timeout: Option<u64>,
    /// `--cli-read-timeout`, in seconds; 0: none.
    pub cli_read_timeout: Option<u64>,
    /// `--color`
    pub color: Color,
    /// `--debug`
    pub debug: bool,
    /// `--no-input`
    pub no_input: bool,
    /// `--quiet`
    pub quiet: bool,
}

impl From<GlobalFlags> for GlobalArgs {
    fn from(typed: GlobalFlags) -> Self {
        let given = |switch: Option<bool>| switch.unwrap_or(false);
        Self {
            profile: typed.profile,
            region: typed.region,
            output: typed.output,
            query: typed.query,
            endpoint_url: typed.endpoint_url,
            ca_bundle: typed.ca_bundle,
            no_verify_ssl: given(typed.no_verify_ssl),
            cli_connect_timeout: typed.cli_connect_timeout,
            cli_read_timeout: typed.cli_read_timeout,
            color: typed.color.unwrap_or(Color::Auto),
            debug: given(typed.debug),
            no_input: given(typed.no_input),
            quiet: given(typed.quiet),
        }
    }
}

/// When messages are coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

/// A command: what it takes, and what it does with that.
pub trait Run: Args + FromArgMatches {
    /// What a person types.
    const NAME: &'static str;
    /// Whether AWS CLI v2 has it too, so that its exit codes are the AWS CLI's.
    const MIRRORED: bool = false;

    /// Does it.
    ///
    /// # Errors
    /// What went wrong, as the person is told.
    fn run(self, context: &Context) -> Result<(), CommandError>;
}

/// A node of the command tree.
pub struct Verb {
    /// What a person types.
    pub name: &'static str,
    /// See [`Run::MIRRORED`].
    pub mirrored: bool,
    build: fn() -> Command,
    run: fn(&ArgMatches, &Context) -> Result<(), CommandError>,
    children: &'static [Verb],
}

impl Verb {
    /// A command without commands below it.
    pub const fn of<R: Run>() -> Self {
        Self::group::<R>(&[])
    }

    /// A command with `children` below it.
    pub const fn group<R: Run>(children: &'static [Verb]) -> Self {
        Self { name: R::NAME, mirrored: R::MIRRORED, build: build::<R>, run: run::<R>, children }
    }
}

fn build<R: Run>() -> Command {
    R::augment_args(Command::new(R::NAME))
}

fn run<R: Run>(matches: &ArgMatches, context: &Context) -> Result<(), CommandError> {
    // The matches come from the command that R itself built.
    R::from_arg_matches(matches).map_err(CommandError::from)?.run(context)
}

/// Every command.
const VERBS: &[Verb] = &[
    Verb::of::<process::ProcessArgs>(),
    Verb::of::<exec::ExecArgs>(),
    Verb::of::<env::EnvArgs>(),
    Verb::of::<whoami::WhoamiArgs>(),
    Verb::of::<console::ConsoleArgs>(),
    configure::VERB,
    Verb::of::<login::LoginArgs>(),
    Verb::of::<logout::LogoutArgs>(),
    sso::VERB,
    mfa::VERB,
    keys::VERB,
    sts::VERB,
    Verb::of::<status::StatusArgs>(),
    Verb::of::<explain::ExplainArgs>(),
    Verb::of::<completions::CompletionsArgs>(),
    Verb::of::<man::ManArgs>(),
];

/// The whole tree, for help, completion and the manual.
pub fn command() -> Command {
    tree(&|_| true)
}

fn tree(wanted: &dyn Fn(&str) -> bool) -> Command {
    let root = GlobalFlags::augment_args(Command::new("keyfob"))
        .about("Sign in to AWS: the AWS CLI's language and files, fast, and never losing anything")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .disable_help_subcommand(true)
        .infer_long_args(false);
    grow(root, VERBS, wanted)
}

fn grow(command: Command, verbs: &'static [Verb], wanted: &dyn Fn(&str) -> bool) -> Command {
    verbs
        .iter()
        .filter(|verb| wanted(verb.name))
        .fold(command, |command, verb| command.subcommand(grow((verb.build)(), verb.children, wanted)))
}

/// The command chosen by a command line.
pub struct Chosen {
    verb: &'static Verb,
    matches: ArgMatches,
    /// The global flags.
    pub globals: GlobalArgs,
}

impl Chosen {
    /// Whether the AWS CLI has this command too.
    pub fn is_mirrored(&self) -> bool {
        self.verb.mirrored
    }

    /// Runs it.
    ///
    /// # Errors
    /// What went wrong, as the person is told.
    pub fn run(&self, context: &Context) -> Result<(), CommandError> {
        (self.verb.run)(&self.matches, context)
    }
}

/// Reads a command line, the program's name first.
///
/// # Errors
/// Clap's: a wrong command line, or help or the version that was asked for.
pub fn parse(arguments: &[OsString]) -> Result<Chosen, clap::Error> {
    let named = |name: &str| arguments.iter().any(|argument| argument == name);
    let read = |mut tree: Command| {
        let matches = tree.try_get_matches_from_mut(arguments);
        // A fifteenth of the time of a short command would go into taking the tree to pieces.
        std::mem::forget(tree);
        matches
    };
    let mut matches = match read(tree(&named).color(color(arguments))) {
        Ok(matches) => matches,
        // Help and mistakes speak of all commands.
        Err(_) => read(tree(&|_| true).color(color(arguments)))?,
    };
    let missing = || clap::Error::new(clap::error::ErrorKind::MissingSubcommand);
    let mut verb = descend(VERBS, &mut matches).ok_or_else(missing)?;
    while let Some(child) = descend(verb.children, &mut matches) {
        verb = child;
    }
    let globals = GlobalFlags::from_arg_matches_mut(&mut matches)?.into();
    Ok(Chosen { verb, matches, globals })
}

/// The verb among `verbs` that was typed; `matches` become what was typed after it.
fn descend(verbs: &'static [Verb], matches: &mut ArgMatches) -> Option<&'static Verb> {
    let (name, below) = matches.remove_subcommand()?;
    *matches = below;
    verbs.iter().find(|verb| verb.name == name)
}

/// The colour of clap's own messages, which come before `--color` is read.
fn color(arguments: &[OsString]) -> clap::ColorChoice {
    let after_flag = arguments.windows(2).filter(|pair| pair[0] == "--color").map(|pair| pair[1].to_string_lossy());
    let joined = arguments.iter().filter_map(|argument| argument.to_str()?.strip_prefix("--color=")).map(Into::into);
    match after_flag.chain(joined).last().as_deref() {
        Some("on") => clap::ColorChoice::Always,
        Some("off") => clap::ColorChoice::Never,
        _ => clap::ColorChoice::Auto,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(line: &str) -> Result<Chosen, clap::Error> {
        parse(&line.split(' ').map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn the_tree_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn global_flags_stand_before_or_after() {
        for line in ["keyfob --profile a process", "keyfob process --profile a", "keyfob process --profile=a"] {
            assert_eq!(chosen(line).ok().unwrap().globals.profile.as_deref(), Some("a"), "{line}");
        }
        let configure = chosen("keyfob --profile a configure get region").ok().unwrap();
        assert_eq!((configure.verb.name, configure.globals.profile.as_deref()), ("get", Some("a")));
        assert_eq!(chosen("keyfob configure --profile get").ok().unwrap().verb.name, "configure");
    }

    #[test]
    fn mistakes_are_mistakes() {
        for line in ["keyfob", "keyfob nope", "keyfob configure nope", "keyfob process extra", "keyfob configure get"] {
            assert!(chosen(line).is_err(), "{line}");
        }
    }
}
