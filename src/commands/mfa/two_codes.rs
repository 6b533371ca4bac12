//! Two codes that follow one another, from a person, a pipe or the command line; and IAM asked until it takes them.

use std::time::Duration;

use clap::Args;

use super::caller::Asker;
use crate::aws::CallError;
use crate::aws::iam::mfa::TwoCodes;
use crate::commands::{CommandError, Context, ErrorKind};
use crate::mfa::pair::{self, Next, Tries, code};
use crate::secret::Secret;
use crate::world::interrupt::Deferred;

/// The flags that answer without a question.
#[derive(Debug, Clone, Args)]
pub(super) struct CodeArgs {
    /// A code that the device shows
    #[arg(long, value_name = "CODE", requires = "code2")]
    pub(super) code1: Option<String>,
    /// The code that it shows next
    #[arg(long, value_name = "CODE", requires = "code1")]
    pub(super) code2: Option<String>,
}

const FOLLOW: &str = "give two codes that follow one another; on standard input, one a line";

/// How a wait is cut up, so that Ctrl-C is heard.
const SLICE: Duration = Duration::from_millis(100);

/// How codes are had.
pub(super) struct TwoQuestions<'a> {
    pub(super) asker: &'a Asker<'a>,
    pub(super) given: &'a CodeArgs,
    /// Ctrl-C waits: there may be something to put away.
    pub(super) deferred: &'a Deferred,
    /// What is shown before the first question, each time.
    pub(super) before: &'a str,
    /// What `s` shows in answer to it.
    pub(super) secret: Option<&'a Secret>,
}

impl CodeArgs {
    /// Fails where there are no codes and nobody may be asked for them.
    ///
    /// # Errors
    /// See above.
    pub(super) fn may_ask(&self, context: &Context, flag: &str) -> Result<(), CommandError> {
        if self.code1.is_some() { Ok(()) } else { context.may_ask("a code of the device", flag) }
    }
}

impl TwoQuestions<'_> {
    /// Calls with two codes, and again with others or after a wait as IAM's refusals ask for.
    ///
    /// # Errors
    /// No codes, Ctrl-C, or a refusal that nothing helps against.
    pub(super) fn until_taken(&self, call: &dyn Fn(&TwoCodes) -> Result<(), CallError>) -> Result<(), CommandError> {
        let context = self.asker.context;
        let can_ask = self.given.code1.is_none() && context.world.terminal.can_type() && !context.globals.no_input;
        let mut tries = Tries::default();
        let mut codes = self.ask()?;
        loop {
            let Err(error) = call(&codes) else { return Ok(()) };
            match tries.after(error.refusal().map_or("", |refusal| &refusal.code), can_ask) {
                Next::Wait(pause) => self.wait(pause, "trying again")?,
                Next::WaitAndAsk(pause) => {
                    self.wait(pause, "type two new codes")?;
                    codes = self.ask()?;
                }
                Next::AskAgain => {
                    context.ui.warn("AWS does not take these codes: type two others that follow one another");
                    codes = self.ask()?;
                }
                Next::GiveUp => return Err(self.asker.refused(&error)),
            }
        }
    }

    fn ask(&self) -> Result<TwoCodes, CommandError> {
        let first = Secret::new(format!("{}First code: ", self.before));
        let first = self.one(first.expose(), "--code1", self.given.code1.as_deref(), None)?;
        let seconds = pair::until_next(self.asker.context.world.clock.now().as_second());
        let second = format!("Next code (in about {seconds} seconds): ");
        let second = self.one(&second, "--code2", self.given.code2.as_deref(), Some(&first))?;
        Ok([first, second])
    }

    fn one(
        &self,
        question: &str,
        flag: &str,
        given: Option<&str>,
        before: Option<&Secret>,
    ) -> Result<Secret, CommandError> {
        if let Some(given) = given {
            let wrong = |why| CommandError::new(ErrorKind::Usage, format!("{flag}: {why}")).hint(FOLLOW);
            return code(given, before).map_err(wrong);
        }
        let context = self.asker.context;
        context.may_ask("a code of the device", flag)?;
        let terminal = &context.world.terminal;
        let mut question = question;
        loop {
            let answer = terminal.ask_deferred(question, self.deferred)?;
            // What stands before a question is shown once.
            question = question.rsplit('\n').next().unwrap_or(question);
            let why = match (answer.as_deref().map(str::trim), self.secret) {
                (Some("s" | "S"), Some(secret)) if before.is_none() => {
                    context.ui.note_always(&format!("Secret key: {}", secret.expose()));
                    continue;
                }
                (None, _) if !terminal.can_type() => {
                    return Err(CommandError::new(ErrorKind::Configuration, "no code of the device was given")
                        .hint(format!("type it, or give it on standard input or with {flag}")));
                }
                (typed, _) => match code(typed.unwrap_or_default(), before) {
                    Ok(code) => return Ok(code),
                    Err(why) => why,
                },
            };
            if !terminal.can_type() {
                return Err(CommandError::new(ErrorKind::Configuration, why.to_string()).hint(FOLLOW));
            }
            context.ui.warn(&why.to_string());
        }
    }

    fn wait(&self, pause: Duration, then: &str) -> Result<(), CommandError> {
        let (context, seconds) = (self.asker.context, pause.as_secs());
        context.ui.note(&format!("AWS cannot change this user now; {then} in {seconds} seconds"));
        for _ in 0..pause.as_millis() / SLICE.as_millis() {
            if self.deferred.is_interrupted() {
                return Err(CommandError::new(ErrorKind::Interrupted, ""));
            }
            context.world.clock.sleep(SLICE);
        }
        Ok(())
    }
}
