//! A question as the AWS CLI asks it: `TEXT [CURRENT]: `, an empty answer keeps what is in brackets. A flag answers
//! without a question.

use super::{CommandError, Context, ErrorKind};

/// A question.
pub(in crate::commands) struct Question<'a> {
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
    pub(in crate::commands) fn ask(&self, context: &Context) -> Result<Option<String>, CommandError> {
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

/// Asks `question` until it is answered with yes or no; on a terminal Enter means no. `wanted` says what the answer is
/// for, `flag` what says yes without a question.
///
/// # Errors
/// Nobody may be asked, or nobody answered.
pub(in crate::commands) fn confirm(
    context: &Context,
    question: &str,
    wanted: &str,
    flag: &str,
) -> Result<bool, CommandError> {
    context.may_ask(wanted, flag)?;
    let terminal = &context.world.terminal;
    loop {
        let answer = terminal.ask(&format!("{question} [y/N]: "))?;
        match answer.as_deref().map(|answer| answer.trim().to_ascii_lowercase()).as_deref() {
            Some("y" | "yes") => return Ok(true),
            Some("n" | "no" | "") => return Ok(false),
            None if terminal.can_type() => return Ok(false),
            None => {
                return Err(CommandError::new(
                    ErrorKind::Configuration,
                    format!("{wanted} is needed, and none was given"),
                )
                .hint(format!("give it with {flag}")));
            }
            Some(_) => context.ui.note("Please answer y or n."),
        }
    }
}

/// Any answer will do.
pub(in crate::commands) fn anything(_: &str) -> Option<&'static str> {
    None
}
