//! The questions about an sso-session, as the AWS CLI asks them.

use crate::commands::question::Question;
use crate::commands::{CommandError, Context, ErrorKind};
use crate::signin::start_url::StartUrl;

/// The scope that credentials need (AWS CLI).
const DEFAULT_SCOPES: &str = "sso:account:access";

/// The start URL.
///
/// # Errors
/// See [`Question::ask`].
pub(super) fn start_url(context: &Context, given: Option<&str>, current: Option<&str>) -> Result<String, CommandError> {
    let wrong = |text: &str| StartUrl::parse(text).is_err().then_some("Not a valid Start URL");
    let flag = "--sso-start-url";
    required(context, Question { text: "SSO start URL", line: None, flag, given, current, required: true, wrong })
}

/// The region of the directory.
///
/// # Errors
/// See [`Question::ask`].
pub(super) fn region(context: &Context, given: Option<&str>, current: Option<&str>) -> Result<String, CommandError> {
    let wrong = |text: &str| text.contains(char::is_whitespace).then_some("Not a region, such as eu-west-1");
    let flag = "--sso-region";
    required(context, Question { text: "SSO region", line: None, flag, given, current, required: true, wrong })
}

/// The scopes to register with, as they are written.
///
/// # Errors
/// See [`Question::ask`].
pub(super) fn scopes(context: &Context, given: Option<&str>, current: Option<&str>) -> Result<String, CommandError> {
    let wrong = |text: &str| {
        let blank = text.split(',').any(|scope| scope.trim().contains(char::is_whitespace));
        blank.then_some("Scope values must be separated by commas")
    };
    let current = Some(current.unwrap_or(DEFAULT_SCOPES));
    let text = "SSO registration scopes";
    // With a default it is never asked for where nobody may be asked.
    let found = Question { text, line: None, flag: "--scopes", given, current, required: false, wrong }.ask(context)?;
    Ok(found.unwrap_or_else(|| DEFAULT_SCOPES.to_owned()))
}

fn required(context: &Context, question: Question<'_>) -> Result<String, CommandError> {
    let text = question.text;
    let missing = || CommandError::new(ErrorKind::Configuration, format!("{text}: A value is required"));
    question.ask(context)?.ok_or_else(missing)
}
