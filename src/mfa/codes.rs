//! Where the code of an MFA device comes from, and codes that were used already: AWS takes each one once.

use std::cell::RefCell;
use std::time::Duration;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::pair::{self, STEP, until_next};
use crate::aws::CallError;
use crate::config::shared::SharedConfig;
use crate::credentials::{NoCode, Programs, TokenCodes};
use crate::python;
use crate::secret::Secret;
use crate::world::World;
use crate::world::lock::Wait;
use crate::world::paths;

/// The variable that may hold a code.
pub const VARIABLE: &str = "KEYFOB_TOKEN_CODE";

/// How long AWS remembers a code: it takes those of the steps before and after, too.
const REMEMBERED: i64 = 3 * STEP;

/// How often a program or a person is asked before giving up.
const TRIES: usize = 3;

/// How long writing down that a code was used may take.
const STORING: Duration = Duration::from_secs(5);

/// Somebody who can be asked for a code, and told things. Implemented above, where people are asked.
pub trait Asker {
    /// Whether there is anybody.
    fn is_there(&self) -> bool;

    /// Whether there is more where an answer came from: a person, not the lines of a pipe.
    fn can_repeat(&self) -> bool;

    /// The answer to `question`. `None`: none was given.
    ///
    /// # Errors
    /// There is nobody to ask, or Ctrl-C.
    fn ask(&self, question: &str) -> Result<Option<Secret>, NotAnswered>;

    /// Says something.
    fn say(&self, text: &str);
}

/// Why nobody answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAnswered {
    /// Ctrl-C.
    Interrupted,
    /// Why nobody may or can be asked, to stand behind "and".
    Nobody(String),
}

/// The sources of codes, in this order: what was given on the command line, [`VARIABLE`], the profile's
/// `mfa_process`, a question.
pub struct Codes<'a> {
    world: &'a World,
    shared: &'a SharedConfig<'a>,
    /// The selected profile.
    profile: &'a str,
    asker: &'a dyn Asker,
    /// How an `mfa_process` is run.
    programs: &'a Programs<'a>,
    /// What was given for one code, and where. It is good for one.
    given: RefCell<Vec<(Secret, &'static str)>>,
}

impl<'a> Codes<'a> {
    /// `given`: the code on the command line.
    pub fn new(
        world: &'a World,
        shared: &'a SharedConfig<'a>,
        profile: &'a str,
        asker: &'a dyn Asker,
        programs: &'a Programs<'a>,
        given: Option<Secret>,
    ) -> Self {
        let variable = world.env.get(VARIABLE).map(|code| (Secret::new(code), VARIABLE));
        let given = variable.into_iter().chain(given.map(|code| (code, "--token-code"))).collect();
        Self { world, shared, profile, asker, programs, given: RefCell::new(given) }
    }

    fn next(&self, profile: &str, serial_number: &str) -> Result<Secret, NoCode> {
        let fail = |why: String| NoCode::Unanswered {
            profile: profile.to_owned(),
            serial_number: serial_number.to_owned(),
            why,
        };
        if let Some((code, place)) = self.given.borrow_mut().pop() {
            let code = digits(&code).ok_or_else(|| fail(format!("the one of {place} is not six digits")))?;
            return match self.used(serial_number, &code) {
                Some(left) => Err(fail(spent(&format!("the one of {place}"), left))),
                None => Ok(code),
            };
        }
        if let Some(command) = self.program(profile) {
            return self.fresh(profile, serial_number, &mut || self.printed(&command).map_err(fail));
        }
        // The AWS CLI's words; which of many profiles needs the code stands before them.
        let question = format!("Profile {profile}: Enter MFA code for {serial_number}: ");
        let ask = &mut || match self.asker.ask(&question) {
            Ok(Some(code)) => Ok(code),
            Ok(None) => Err(fail("none was given".to_owned())),
            Err(NotAnswered::Interrupted) => Err(NoCode::Interrupted),
            Err(NotAnswered::Nobody(why)) => Err(fail(why)),
        };
        if self.asker.can_repeat() {
            return self.fresh(profile, serial_number, ask);
        }
        let code = digits(&ask()?).ok_or_else(|| fail("the one that was given is not six digits".to_owned()))?;
        match self.used(serial_number, &code) {
            Some(left) => Err(fail(spent("the one that was given", left))),
            None => Ok(code),
        }
    }

    /// The first code of `source` that is one and was not used.
    fn fresh(
        &self,
        profile: &str,
        serial_number: &str,
        source: &mut dyn FnMut() -> Result<Secret, NoCode>,
    ) -> Result<Secret, NoCode> {
        let mut last = None;
        for _ in 0..TRIES {
            let given = source()?;
            let Some(code) = digits(&given) else {
                self.asker.say("a code has six digits");
                last = None;
                continue;
            };
            let Some(left) = self.used(serial_number, &code) else { return Ok(code) };
            self.asker.say(&format!(
                "that code was used a moment ago, and AWS takes each one once: waiting {left} s for the next one"
            ));
            self.world.clock.sleep(Duration::from_secs(left.unsigned_abs()));
            last = Some(code);
        }
        // AWS has the last word.
        last.ok_or_else(|| NoCode::Unanswered {
            profile: profile.to_owned(),
            serial_number: serial_number.to_owned(),
            why: "what was given is not six digits".to_owned(),
        })
    }

    /// `mfa_process` of `profile`, else of the selected one.
    fn program(&self, profile: &str) -> Option<Secret> {
        let of = |name: &str| {
            let profile = self.shared.profile(name)?;
            profile.text("mfa_process").filter(|command| !command.trim().is_empty()).map(Secret::new)
        };
        of(profile).or_else(|| of(self.profile))
    }

    /// What that command prints.
    fn printed(&self, command: &Secret) -> Result<Secret, String> {
        let printed = self.programs.output(command).map_err(|error| format!("mfa_process failed: {error}"))?;
        String::from_utf8(printed).map(Secret::new).map_err(|_| "mfa_process printed no text".to_owned())
    }

    /// Seconds until the next code, if this one was used.
    fn used(&self, serial_number: &str, code: &Secret) -> Option<i64> {
        let path = paths::mfa_cache(&self.world.env, &used_name(serial_number))?;
        let entry: Value = serde_json::from_slice(&self.world.files.read(&path).ok().flatten()?).ok()?;
        let now = self.world.clock.now().as_second();
        let at = entry.get("At")?.as_i64()?;
        let same = entry.get("Code")?.as_str()? == fingerprint(serial_number, code);
        (same && (0..REMEMBERED).contains(&(now - at))).then(|| until_next(now))
    }

    /// Writes down that `code` is about to be used. That it cannot costs a refusal by AWS at most.
    fn use_up(&self, serial_number: &str, code: &Secret) {
        let Some(path) = paths::mfa_cache(&self.world.env, &used_name(serial_number)) else { return };
        let entry = json!({"Code": fingerprint(serial_number, code), "At": self.world.clock.now().as_second()});
        let wait = Wait { limit: STORING, purpose: "noting a used code", notice: &|_| {} };
        let _ = self.world.files.store(&path, &wait, python::json(&entry).as_bytes());
    }
}

impl TokenCodes for Codes<'_> {
    fn token_code(&self, profile: &str, serial_number: &str) -> Result<Secret, NoCode> {
        let code = self.next(profile, serial_number)?;
        self.use_up(serial_number, &code);
        Ok(code)
    }

    fn failed(&self, serial_number: &str, error: &CallError) {
        if !was_seen(error) {
            forget(self.world, serial_number);
        }
    }

    fn can_ask(&self) -> bool {
        self.asker.is_there()
    }
}

/// Whether AWS came to look at the code of a call that failed with `error`: then it is spent.
pub fn was_seen(error: &CallError) -> bool {
    error.refusal().is_some_and(|refusal| refusal.code == "AccessDenied")
}

/// Forgets which code of `serial_number` was used last: AWS did not see it.
pub fn forget(world: &World, serial_number: &str) {
    if let Some(path) = paths::mfa_cache(&world.env, &used_name(serial_number)) {
        // What stays is of no weight in a minute.
        let _ = world.files.remove(&path);
    }
}

/// Why a code is of no use.
fn spent(which: &str, left: i64) -> String {
    format!("{which} was used a moment ago: AWS takes each one once, and the next comes in {left} s")
}

/// The six digits in an answer.
fn digits(given: &Secret) -> Option<Secret> {
    pair::code(given.expose(), None).ok()
}

/// The file that says which code of a device was used last.
fn used_name(serial_number: &str) -> String {
    format!("used-{}", python::file_name(serial_number))
}

/// A used code is no secret, but it need not lie about either.
fn fingerprint(serial_number: &str, code: &Secret) -> String {
    python::hex(&Sha256::digest(format!("{serial_number} {}", code.expose())))
}
