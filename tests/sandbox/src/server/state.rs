//! What the server knows and remembers, behind one lock.

use std::collections::BTreeMap;

use super::fault::Fault;
use super::log::Call;
use crate::account::Account;
use crate::standard;

/// The account, the log, the faults to come, the clock.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) account: Account,
    pub(crate) calls: Vec<Call>,
    pub(crate) faults: Vec<Fault>,
    /// Seconds by which the server's clock is ahead of this machine's.
    pub(crate) offset: i64,
    /// Metadata tokens and their ends.
    pub(crate) imds_tokens: BTreeMap<String, i64>,
    /// When the portal was called within the last second, in milliseconds.
    pub(crate) portal_calls: Vec<i64>,
}

impl State {
    /// The standard state, empty log, no faults, clock right.
    pub(crate) fn new() -> Self {
        Self {
            account: standard::account(),
            calls: Vec::new(),
            faults: Vec::new(),
            offset: 0,
            imds_tokens: BTreeMap::new(),
            portal_calls: Vec::new(),
        }
    }

    /// Seconds since 1970 on the server's clock.
    pub(crate) fn now(&self) -> i64 {
        jiff::Timestamp::now().as_second() + self.offset
    }

    /// The same in milliseconds.
    pub(crate) fn now_millis(&self) -> i64 {
        jiff::Timestamp::now().as_millisecond() + self.offset * 1000
    }

    /// The person decides about a device; false when none waits with this code.
    pub(crate) fn decide(&mut self, user_code: &str, allow: bool) -> bool {
        let now = self.now();
        self.account.identity_center.decide(user_code, allow, now)
    }
}
