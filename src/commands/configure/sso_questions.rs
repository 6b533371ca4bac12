//! The questions about an sso-session, as the AWS CLI asks them: `TEXT [CURRENT]: `, an empty answer keeps
//! what is in brackets. A flag answers without a question.

use crate::commands::{CommandError, Context, ErrorKind};
use crate::signin::start_url::StartUrl;

/// The scope that credentials need (AWS CLI).
const DEFAULT_SCOPES: &str = "sso:account:access";

/// A question.
pub(super) struct Question<'a> {
    /// `SSO region`
    pub text: &'a str,
    /// What is written on the line: by default `TEXT [CURRENT]: `.
    pub line: Option<String>,
    /// The flag that answers it.
    pub flag: &'static str,
    /// What that flag gave.
    pub given: Option<&'a str>,
    /// What an empty answer keeps.
    pub current: Option<&'a str>,
    /// Whether there must be an answer.
    pub required: bool,
    /// What is wrong with an answer.
    pub wrong: fn(&str) -> Option<&'static str>,
}

impl Question<'_> {
    /// The answer. `None`: none, and none is there.
    ///
    /// # Errors
    /// The flag's value is wrong, or a needed answer was not to be had.
    pub fn ask(&self, context: &Context) -> Result<Option<String>, CommandError> {
        if let Some(given) = self.given {
            let given = given.trim();
            return match (self.wrong)(given) {
                Some(wrong) if !given.is_empty() || self.required => {
                    Err(CommandError::new(ErrorKind::Usage, format!("{}: {wrong}", self.flag)))
                }
                _ => Ok(Some(given).filter(|given| !given.is_empty()).map(str::to_owned)),
            };
        }
        if context.globals.no_input && !self.required {
            return Ok(self.current.map(str::to_owned));
        }
        context.may_ask(self.text, self.flag)?;
        let terminal = &context.world.terminal;
        let default = format!("{} [{}]: ", self.text, self.current.unwrap_or("None"));
        loop {
            let answer = terminal.ask(self.line.as_deref().unwrap_or(&default))?;
            let answer = answer.map(|answer| answer.trim().to_owned()).filter(|answer| !answer.is_empty());
            let wrong = match (&answer, self.current) {
                (Some(answer), _) => (self.wrong)(answer),
                (None, Some(_)) => None,
                (None, None) => self.required.then_some("A value is required"),
            };
            match wrong {
                None => return Ok(answer.or_else(|| self.current.map(str::to_owned))),
                // At the end of a pipe there is nobody to ask again.
                Some(wrong) if answer.is_none() && !terminal.can_type() => {
                    return Err(CommandError::new(ErrorKind::Configuration, format!("{}: {wrong}", self.text))
                        .hint(format!("give it with {}", self.flag)));
                }
                Some(wrong) => context.ui.warn(wrong),
            }
        }
    }
}

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

/// Any answer will do.
pub(super) fn anything(_: &str) -> Option<&'static str> {
    None
}
