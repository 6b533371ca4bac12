//! AWS's sentence about what somebody may not do, taken to pieces:
//! `User: ARN is not authorized to perform: ACTION on resource: ARN because ..`, and the encoded message after it.

/// The sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Denial<'a> {
    /// Who asked.
    pub(super) caller: &'a str,
    /// `sts:AssumeRole`
    pub(super) action: &'a str,
    /// What it was about.
    pub(super) resource: Option<&'a str>,
    /// Which policies.
    pub(super) verdict: Verdict<'a>,
}

/// What the sentence says of policies, each with its sort: `identity-based policy`, `service control policy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict<'a> {
    /// `with an explicit deny in a .. policy`
    Denied(&'a str),
    /// `because no .. policy allows the .. action`
    NotAllowed(&'a str),
    /// Nothing.
    Unsaid,
}

const ENCODED: &str = "Encoded authorization failure message: ";

impl<'a> Denial<'a> {
    pub(super) fn of(message: &'a str) -> Option<Self> {
        let message = message.split(ENCODED).next()?.trim_end().trim_end_matches('.');
        let (_, rest) = message.split_once("User: ")?;
        let (caller, rest) = rest.split_once(" is not authorized to perform: ")?;
        let (rest, verdict) = match (rest.split_once(" with an explicit deny"), rest.split_once(" because no ")) {
            (Some((rest, policy)), _) => (rest, Verdict::Denied(sort(policy))),
            (None, Some((rest, policy))) => {
                (rest, Verdict::NotAllowed(policy.split(" allows ").next().unwrap_or_default()))
            }
            (None, None) => (rest, Verdict::Unsaid),
        };
        let (action, resource) = match rest.split_once(" on resource: ") {
            Some((action, resource)) => (action, Some(resource.trim())),
            None => (rest, None),
        };
        Some(Self { caller: caller.trim(), action: action.trim(), resource, verdict })
    }
}

/// ` in a service control policy: ARN` is of a service control policy.
fn sort(policy: &str) -> &str {
    let sort = policy.split(':').next().unwrap_or_default().trim_start_matches(" in ").trim();
    let sort = sort.strip_prefix("an ").or_else(|| sort.strip_prefix("a ")).unwrap_or(sort);
    if sort.is_empty() { "policy" } else { sort }
}

/// The encoded message that goes with a refusal.
pub(super) fn encoded_message(message: &str) -> Option<&str> {
    // What DecodeAuthorizationMessage takes.
    const LONGEST: usize = 10_240;
    let (_, rest) = message.split_once(ENCODED)?;
    let encoded = rest.split(|c: char| !(c.is_ascii_alphanumeric() || "-_+/=".contains(c))).next()?;
    Some(encoded).filter(|encoded| (1..=LONGEST).contains(&encoded.len()))
}
