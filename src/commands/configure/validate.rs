//! `keyfob configure validate`: every problem in both files, and how to mend it.

use clap::Args;
use serde_json::json;

use crate::cli::Run;
use crate::commands::shared_files::SharedFiles;
use crate::commands::{CommandError, Context, ErrorKind};
use crate::config::document::Problem;
use crate::config::shared::SharedConfig;
use crate::config::validate::{Finding, Severity, validate};
use crate::config::{FileKind, Origin};

/// Check both files: every problem with its line, what the AWS CLI and the SDKs make of it, and
/// how to mend it
///
/// Exits 0 when there is nothing worse than a warning, 253 otherwise.
#[derive(Debug, Args)]
pub struct ValidateArgs {}

impl Run for ValidateArgs {
    const NAME: &'static str = "validate";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let mut findings = Vec::new();
        let [config, credentials] = [FileKind::Config, FileKind::Credentials].map(|file| {
            files.text(file).unwrap_or_else(|problem| {
                findings.push(not_text(file, problem));
                ""
            })
        });
        findings.extend(validate(&SharedConfig::parse(config, credentials)));
        findings.sort_by_key(|finding| finding.origin);
        if context.wants_structure_or_table() {
            let all = findings.iter().map(|finding| structured(finding, &files)).collect::<Vec<_>>();
            context.answer_structure(all.into(), "Validate")?;
        } else {
            context.ui.answer(&findings.iter().map(|finding| text(finding, &files)).collect::<String>())?;
        }
        let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
        let warnings = findings.len() - errors;
        match errors {
            0 if warnings == 0 => context.ui.note("no problems found"),
            0 => context.ui.note(&format!("no errors, {}", counted(warnings, "warning"))),
            _ => {
                let message = format!("{} and {}", counted(errors, "error"), counted(warnings, "warning"));
                return Err(CommandError::new(ErrorKind::Configuration, message));
            }
        }
        Ok(())
    }
}

/// A file that is no text at all: nothing else can be said of it.
fn not_text(file: FileKind, problem: Problem) -> Finding {
    Finding {
        severity: Severity::Error,
        origin: Origin { file, line: problem.line },
        what: problem.kind.to_string(),
        cli: "rejects the whole file".into(),
        sdk: "reject the whole file, or take it for an empty one".into(),
        mend: problem.kind.advice().into(),
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn severity(finding: &Finding) -> &'static str {
    match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn text(finding: &Finding, files: &SharedFiles) -> String {
    format!(
        "{}: {}: {}\n    AWS CLI: {}\n    SDKs:    {}\n    mend:    {}\n",
        files.show(finding.origin),
        severity(finding),
        finding.what,
        finding.cli,
        finding.sdk,
        finding.mend
    )
}

fn structured(finding: &Finding, files: &SharedFiles) -> serde_json::Value {
    json!({
        "severity": severity(finding),
        "file": files.place(finding.origin.file).path.display().to_string(),
        "line": finding.origin.line,
        "what": finding.what,
        "cli": finding.cli,
        "sdk": finding.sdk,
        "mend": finding.mend,
    })
}
