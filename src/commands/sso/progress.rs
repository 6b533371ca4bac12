//! How far a long listing is, on standard error: for people who wait, so only on a terminal, and not
//! with `--quiet`.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::commands::Context;

/// A bar that goes when dropped.
pub(super) struct Progress(Option<ProgressBar>);

impl Progress {
    /// A bar for `total` accounts whose roles are read.
    pub(super) fn of_accounts(context: &Context, total: usize) -> Self {
        if context.globals.quiet || !context.world.terminal.shows_messages() || total < 2 {
            return Self(None);
        }
        let style = ProgressStyle::with_template("reading roles {pos}/{len} accounts {bar:30}");
        Self(style.ok().map(|style| {
            ProgressBar::with_draw_target(u64::try_from(total).ok(), ProgressDrawTarget::stderr()).with_style(style)
        }))
    }

    /// So many are done.
    pub(super) fn reached(&self, done: usize) {
        if let (Some(bar), Ok(done)) = (&self.0, u64::try_from(done)) {
            bar.set_position(done);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
