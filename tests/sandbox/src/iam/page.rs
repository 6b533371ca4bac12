//! Lists in pages: MaxItems and Marker in, IsTruncated and Marker out.

use super::Asked;
use crate::account::Account;
use crate::query::limits::Limits;
use crate::query::{Answer, invalid, xml};
use crate::signature::Refusal;

const MARKER: &str = "sandbox-marker-";

/// What the caller wants to see.
pub(super) struct Page {
    start: usize,
    size: usize,
}

impl Page {
    /// Where a call wants to begin, and how much it wants.
    pub(super) fn of(account: &Account, asked: &Asked, limits: &mut Limits) -> Result<Self, Refusal> {
        limits.optional("Marker", 1, 320);
        let wanted = limits.number("MaxItems", 1, 1000)?.and_then(|wanted| usize::try_from(wanted).ok());
        let start = match asked.params.get("Marker") {
            Some(marker) => marker.strip_prefix(MARKER).and_then(|start| start.parse().ok()),
            None => Some(0),
        };
        let start = start.ok_or_else(|| invalid("Invalid Marker."))?;
        Ok(Self { start, size: wanted.unwrap_or(usize::MAX).min(account.iam.page_size).max(1) })
    }

    /// The part of `members` that is on this page, in the element `name`.
    pub(super) fn show(&self, name: &str, members: impl Iterator<Item = String>) -> Answer {
        let mut rest = members.skip(self.start);
        let shown: String = rest.by_ref().take(self.size).map(|member| xml::element("member", &member)).collect();
        let more = rest.next().map(|_| xml::text("Marker", &format!("{MARKER}{}", self.start + self.size)));
        let truncated = xml::text("IsTruncated", if more.is_some() { "true" } else { "false" });
        Ok([truncated, more.unwrap_or_default(), xml::element(name, &shown)].concat())
    }
}
