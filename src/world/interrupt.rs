//! Ctrl-C: ends the process with 130, but never in the middle of a file's replacement.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};

/// What Ctrl-C does to this process. Nothing is installed before [`Interrupt::arm`], so a command
/// that neither asks nor writes pays nothing.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<State>);

#[derive(Debug, Default)]
struct State {
    armed: AtomicBool,
    /// Read by the signal handlers: end at once, or leave it to the end of the deferral.
    at_once: Arc<AtomicBool>,
    pending: Arc<AtomicUsize>,
    /// How many deferrals live.
    deferred: AtomicUsize,
}

/// While this lives, an interrupt waits.
#[derive(Debug)]
pub struct Deferred(Arc<State>);

impl Interrupt {
    /// From here on SIGINT ends the process with 130, SIGTERM with 143 and SIGHUP with 129.
    /// Where the handlers cannot be installed the system's default stays: the process still ends.
    pub fn arm(&self) {
        if self.0.armed.swap(true, Ordering::SeqCst) {
            return;
        }
        self.0.at_once.store(true, Ordering::SeqCst);
        // A file size limit (ulimit -f) shall fail the write, not kill the process in the middle of it.
        let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            let status = 128 + signal;
            let at_once = Arc::clone(&self.0.at_once);
            let end = signal_hook::flag::register_conditional_shutdown(signal, status, at_once);
            let pending = Arc::clone(&self.0.pending);
            let value = usize::try_from(status).unwrap_or_default();
            // Best effort: without the handler the default action applies.
            let _ = end.and_then(|_| signal_hook::flag::register_usize(signal, pending, value));
        }
    }

    /// Makes an interrupt wait until the answer is dropped: a file is then either old or new, and
    /// no temporary file is left.
    pub fn defer(&self) -> Deferred {
        self.arm();
        self.0.deferred.fetch_add(1, Ordering::SeqCst);
        self.0.at_once.store(false, Ordering::SeqCst);
        Deferred(Arc::clone(&self.0))
    }
}

impl Interrupt {
    /// Whether an interrupt waits.
    pub fn is_pending(&self) -> bool {
        self.0.pending.load(Ordering::SeqCst) != 0
    }
}

impl Deferred {
    /// Whether an interrupt waits.
    pub fn is_interrupted(&self) -> bool {
        self.0.pending.load(Ordering::SeqCst) != 0
    }
}

impl Drop for Deferred {
    fn drop(&mut self) {
        // The last one that lives lets it through.
        if self.0.deferred.fetch_sub(1, Ordering::SeqCst) > 1 {
            return;
        }
        self.0.at_once.store(true, Ordering::SeqCst);
        let status = self.0.pending.load(Ordering::SeqCst);
        if let Ok(status @ 1..) = i32::try_from(status) {
            // The signal asked for it while a file was replaced.
            std::process::exit(status);
        }
    }
}
