//! `keyfob configure export-credentials`: credentials in six formats, byte for byte the AWS CLI's.

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::cli::Run;
use crate::commands::{CommandError, Context, ErrorKind, process};
use crate::credentials::formats::{Format, export};

/// Print the selected profile's credentials for a shell or a credential_process
#[derive(Debug, Args)]
pub struct ExportCredentialsArgs {
    /// The format: process is JSON, as credential_process answers; env is `export NAME=VALUE`,
    /// env-no-export `NAME=VALUE`, powershell `$Env:NAME="VALUE"`, windows-cmd `set NAME=VALUE`, fish
    /// `set -gx NAME "VALUE"`
    #[arg(long, default_value = "process", value_name = "FORMAT", value_parser = PossibleValuesParser::new(Format::NAMES.map(|(name, _)| name)))]
    pub format: String,
}

/// Holds the profiles that are being resolved by the processes above, as a CSV row (AWS CLI).
const CHAIN: &str = "_AWS_CLI_PROFILE_CHAIN";
const LONGEST_CHAIN: usize = 4;

impl Run for ExportCredentialsArgs {
    const NAME: &'static str = "export-credentials";
    const MIRRORED: bool = true;

    fn run(self, context: &Context) -> Result<(), CommandError> {
        refuse_recursion(&context.variable(CHAIN).unwrap_or_default(), &context.selection().name)?;
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let credentials = process::credentials(context, &shared).map_err(|error| match error.kind() {
            // The AWS CLI finds these out only when it uses the keys, with its general code.
            ErrorKind::Expired => error,
            _ => error.of_kind(ErrorKind::Configuration).prefixed("Unable to retrieve credentials: "),
        })?;
        let format =
            Format::NAMES.iter().find(|(name, _)| *name == self.format).map_or(Format::Process, |(_, format)| *format);
        context.ui.answer(export(&credentials, format).expose())
    }
}

fn refuse_recursion(chain: &str, profile: &str) -> Result<(), CommandError> {
    let seen = csv_row(chain);
    let refuse = |message: String| {
        Err(CommandError::new(ErrorKind::Configuration, message)
            .hint("a credential_process calls the profile it belongs to: look for it with keyfob explain"))
    };
    if seen.len() >= LONGEST_CHAIN {
        return refuse(format!(
            "Maximum recursive credential process resolution reached ({LONGEST_CHAIN}).\nProfiles seen: {}",
            seen.join(" -> ")
        ));
    }
    if seen.iter().any(|name| name == profile) {
        return refuse(format!(
            "Credential process resolution detected an infinite loop, profile cycle: {} -> {profile}",
            seen.join(" -> ")
        ));
    }
    Ok(())
}

/// Splits one CSV row (RFC 4180).
fn csv_row(text: &str) -> Vec<String> {
    let mut cells = Vec::new();
    if text.is_empty() {
        return cells;
    }
    let (mut cell, mut quoted) = (String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                cell.push('"');
                chars.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    cells.push(cell);
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guard_ends_recursion() {
        assert_eq!(csv_row("a,\"b,c\",\"d\"\"e\""), ["a", "b,c", "d\"e"]);
        assert!(refuse_recursion("", "a").is_ok());
        assert!(refuse_recursion("b,c", "a").is_ok());
        let cycle = refuse_recursion("a,b", "a").unwrap_err();
        assert!(cycle.message().ends_with("profile cycle: a -> b -> a"), "{}", cycle.message());
        let deep = refuse_recursion("a,b,c,d", "e").unwrap_err();
        assert!(deep.message().ends_with("Profiles seen: a -> b -> c -> d"), "{}", deep.message());
        assert_eq!(deep.kind(), ErrorKind::Configuration);
    }
}
