//! Choosing one of many: a menu that is filtered by typing; without a terminal, a line that names the choice.

use dialoguer::FuzzySelect;
use dialoguer::console::Term;
use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};

use super::{CommandError, Context, ErrorKind};

/// How many rows are shown at once.
const ROWS: usize = 15;

/// Asks for one of `choices`: what is shown, and the names that a line of standard input may call it by.
/// `wanted` says what it is, `flag` what gives it without a question.
///
/// # Errors
/// Nobody may be asked or answered, or the answer is none of the choices.
pub(super) fn choose(
    context: &Context,
    wanted: &str,
    flag: &str,
    choices: &[(String, Vec<String>)],
) -> Result<usize, CommandError> {
    context.may_ask(wanted, flag)?;
    let terminal = &context.world.terminal;
    if terminal.can_type() && terminal.shows_messages() {
        return menu(context, wanted, choices);
    }
    let Some(line) = terminal.ask(&format!("{wanted}: "))? else {
        return Err(CommandError::new(ErrorKind::Configuration, format!("{wanted} is needed, and none was given"))
            .hint(format!("give it with {flag}")));
    };
    let line = line.trim();
    choices.iter().position(|(_, names)| names.iter().any(|name| name == line)).ok_or_else(|| {
        CommandError::new(
            ErrorKind::Configuration,
            format!("{wanted}: {line:?} is none of the {} there are", choices.len()),
        )
        .hint(format!("give it with {flag}"))
    })
}

fn menu(context: &Context, wanted: &str, choices: &[(String, Vec<String>)]) -> Result<usize, CommandError> {
    let theme: &dyn Theme = if context.ui.is_coloured() { &ColorfulTheme::default() } else { &SimpleTheme };
    let rows: Vec<_> = choices.iter().map(|(shown, _)| shown).collect();
    let term = Term::stderr();
    // Ctrl-C must find the cursor shown again.
    let deferred = context.world.terminal.defer();
    let chosen = FuzzySelect::with_theme(theme)
        .with_prompt(format!("{wanted} (type to filter)"))
        .items(&rows)
        .default(0)
        .max_length(ROWS)
        .report(false)
        .interact_on_opt(&term);
    // Nothing better can be done when the terminal is gone.
    let _ = term.show_cursor();
    drop(deferred);
    match chosen {
        Ok(Some(at)) => Ok(at),
        Ok(None) => Err(CommandError::new(ErrorKind::Interrupted, "")),
        Err(error) => Err(CommandError::new(ErrorKind::Other, format!("cannot ask: {error}"))),
    }
}
