//! What a person waits for and how long it takes, on standard error: for people, so only on a terminal, and not with
//! `--quiet`.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Context;

/// A bar or a spinner that goes when dropped.
pub(super) struct Progress(Option<ProgressBar>);

const TICK: Duration = Duration::from_millis(100);

impl Progress {
    /// A bar for `total` accounts whose roles are read.
    pub(super) fn of_accounts(context: &Context, total: usize) -> Self {
        if !is_watched(context) || total < 2 {
            return Self(None);
        }
        let style = ProgressStyle::with_template("reading roles {pos}/{len} accounts {bar:30}");
        Self(style.ok().map(|style| {
            ProgressBar::with_draw_target(u64::try_from(total).ok(), ProgressDrawTarget::stderr()).with_style(style)
        }))
    }

    /// A spinner that says `what` is waited for, and for how long already. Where nobody watches it is a note.
    pub(super) fn waiting(context: &Context, what: &str) -> Self {
        let style = ProgressStyle::with_template("{spinner} {msg} ({elapsed})");
        match style {
            Ok(style) if is_watched(context) => {
                let spinner = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_style(style);
                spinner.set_message(what.to_owned());
                spinner.enable_steady_tick(TICK);
                Self(Some(spinner))
            }
            _ => {
                context.ui.note(what);
                Self(None)
            }
        }
    }

    /// So many are done.
    pub(super) fn reached(&self, done: usize) {
        if let (Some(bar), Ok(done)) = (&self.0, u64::try_from(done)) {
            bar.set_position(done);
        }
    }
}

fn is_watched(context: &Context) -> bool {
    !context.globals.quiet && context.world.terminal.shows_messages()
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
