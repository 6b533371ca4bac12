//! Why AWS is likely to have refused, and what to do about it: a refusal and what is known of the call in, a reason
//! out. Pure.

use super::Known;
use super::denial::{Denial, Verdict};
use crate::aws::partition::Partition;
use crate::aws::{Arn, Refusal};

/// The reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// This machine's clock is off.
    Clock,
    /// The access key is none that counts.
    KeyUnknown,
    /// A temporary key came without its session token.
    TokenMissing,
    /// A long-term key came with the session token of another.
    TokenTooMany,
    /// The secret is another key's.
    WrongSecret,
    /// The session, or the token or assertion that was shown, is over.
    SessionOver,
    /// An MFA code is wanted.
    MfaMissing,
    /// The MFA code is wrong, or was used already.
    MfaWrong,
    /// The MFA device is not the caller's.
    MfaDevice,
    /// A policy says no.
    ExplicitDeny,
    /// No policy says yes.
    NotAllowed,
    /// The role does not let the caller in, or is not there.
    TrustPolicy,
    /// Caller and resource are of two accounts.
    WrongAccount,
    /// Region and resource are of two partitions.
    WrongPartition,
    /// The account does not use that region.
    RegionNotEnabled,
    /// Only a long-term key may ask this.
    LongTermKeyNeeded,
    /// The root user may not ask this.
    RootUser,
    /// It was to last too long.
    TooLong,
    /// A value that was given.
    Value,
    /// The token or assertion is none that counts.
    IdentityToken,
    /// Too many calls.
    SlowDown,
    /// Anything else.
    Unknown,
}

impl Reason {
    /// In a word or two.
    fn name(self) -> &'static str {
        match self {
            Self::Clock => "clock",
            Self::KeyUnknown => "key unknown or inactive",
            Self::TokenMissing => "session token missing",
            Self::TokenTooMany => "session token of another key",
            Self::WrongSecret => "wrong secret",
            Self::SessionOver => "session over",
            Self::MfaMissing => "MFA missing",
            Self::MfaWrong => "MFA code wrong or used",
            Self::MfaDevice => "not this caller's MFA device",
            Self::ExplicitDeny => "explicit deny",
            Self::NotAllowed => "no policy allows it",
            Self::TrustPolicy => "trust policy",
            Self::WrongAccount => "another account",
            Self::WrongPartition => "another partition",
            Self::RegionNotEnabled => "region not enabled",
            Self::LongTermKeyNeeded => "temporary credentials",
            Self::RootUser => "root user",
            Self::TooLong => "too long",
            Self::Value => "a value",
            Self::IdentityToken => "identity token",
            Self::SlowDown => "too many calls",
            Self::Unknown => "unknown",
        }
    }
}

/// A reason, in words.
#[derive(Debug)]
pub(super) struct Judgement {
    reason: Reason,
    /// Why it is likely, where AWS's own words leave it open.
    why: Option<String>,
    /// What to do.
    pub(super) next: String,
}

impl Judgement {
    fn new(reason: Reason, why: impl Into<String>, next: impl Into<String>) -> Self {
        Self { reason, why: Some(why.into()), next: next.into() }
    }

    /// The reason and why it is likely.
    pub(super) fn told(&self) -> Option<String> {
        let why = self.why.as_ref()?;
        Some(format!("{}: {why}", self.reason.name()))
    }

    #[cfg(test)]
    pub(super) fn reason(&self) -> Reason {
        self.reason
    }

    /// AWS's own words say why.
    fn said(reason: Reason, next: &str) -> Self {
        Self { reason, why: None, next: next.to_owned() }
    }
}

/// The likely reason of `refusal`.
pub(super) fn judge(refusal: &Refusal, known: &Known<'_>) -> Judgement {
    let message = refusal.message.as_str();
    let unsigned = matches!(refusal.operation, "AssumeRoleWithWebIdentity" | "AssumeRoleWithSAML");
    match refusal.code.as_str() {
        "RequestExpired" => clock(),
        _ if message.starts_with("Signature expired") || message.starts_with("Signature not yet") => clock(),
        "InvalidClientTokenId" | "UnrecognizedClientException" => key(known),
        "SignatureDoesNotMatch" => Judgement::new(
            Reason::WrongSecret,
            "the secret access key is not the one of this key id",
            "keyfob configure stores it anew",
        ),
        "ExpiredToken" | "ExpiredTokenException" if unsigned => Judgement::new(
            Reason::SessionOver,
            "the token or assertion is over; a SAML assertion must be used within 5 minutes",
            "get a fresh one from the identity provider, and use it at once",
        ),
        "ExpiredToken" | "ExpiredTokenException" => {
            Judgement::new(Reason::SessionOver, "the session is over", "sign in again, or put fresh keys in place")
        }
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" => denied(refusal, known),
        "RegionDisabledException" => Judgement::new(
            Reason::RegionNotEnabled,
            "STS is not enabled in that region for the account",
            "choose another region with --region, or have it enabled in the account's settings",
        ),
        "ValidationError" => value(message, known),
        "Throttling" | "ThrottlingException" | "RequestLimitExceeded" => {
            Judgement::said(Reason::SlowDown, "AWS asks to slow down: run it again in a while")
        }
        "PackedPolicyTooLarge" => Judgement::said(Reason::Value, "make the session policy or the tags smaller"),
        "MalformedPolicyDocument" => {
            Judgement::said(Reason::Value, "check the session policy: it must be an IAM policy in JSON")
        }
        "InvalidIdentityToken" | "IDPRejectedClaim" => Judgement::said(
            Reason::IdentityToken,
            "the token or assertion is not one that the role trusts: get a fresh one, and check issuer and audience",
        ),
        "IDPCommunicationError" => {
            Judgement::said(Reason::IdentityToken, "AWS did not reach the identity provider: run it again")
        }
        "InvalidAuthorizationMessageException" => Judgement::said(
            Reason::Value,
            "give the message whole, as it stands after `Encoded authorization failure message:`",
        ),
        "ForbiddenException" | "ResourceNotFoundException" => Judgement::said(
            Reason::NotAllowed,
            "you have no such role in that account: keyfob sso roles lists what you may enter",
        ),
        _ => Judgement::said(Reason::Unknown, "keyfob explain shows the profile's credentials, region and endpoint"),
    }
}

fn clock() -> Judgement {
    Judgement::new(Reason::Clock, "this machine's clock is wrong", "set it, as with timedatectl set-ntp true")
}

/// A key that AWS does not know.
fn key(known: &Known<'_>) -> Judgement {
    let id = known.keys.map(|keys| keys.access_key_id.as_str());
    let named = id.map_or_else(|| "the access key".to_owned(), |id| format!("the access key {id}"));
    let has_token = known.keys.is_some_and(|keys| keys.session_token.is_some());
    let temporary = id.is_some_and(|id| id.starts_with("ASIA"));
    if temporary && !has_token {
        let why = format!("{named} is a temporary one, and came without its session token");
        return Judgement::new(Reason::TokenMissing, why, "set aws_session_token (AWS_SESSION_TOKEN) beside it");
    }
    if has_token && id.is_some_and(|id| id.starts_with("AKIA")) {
        let why = format!("{named} is a long-term one, and came with a session token, which belongs to another");
        return Judgement::new(Reason::TokenTooMany, why, "unset aws_session_token (AWS_SESSION_TOKEN)");
    }
    let region = known.region.unwrap_or_default();
    let partition = Partition::of_region(region);
    let again = if temporary { "sign in again" } else { "keyfob configure stores another" };
    if partition.name != "aws" {
        let why = format!(
            "{named} is unknown, deleted or inactive in the partition {} of region {region}; one of another partition \
             is unknown there",
            partition.name
        );
        return Judgement::new(
            Reason::WrongPartition,
            why,
            format!("choose the key's region with --region; else {again}"),
        );
    }
    if !region.is_empty() && partition.must_enable(region) {
        let why = format!("{named} is unknown, deleted or inactive, or the account has not enabled region {region}");
        return Judgement::new(
            Reason::RegionNotEnabled,
            why,
            format!("choose another region with --region; else {again}"),
        );
    }
    Judgement::new(Reason::KeyUnknown, format!("{named} is unknown, deleted or inactive"), again)
}

/// AccessDenied, in its many voices.
fn denied(refusal: &Refusal, known: &Known<'_>) -> Judgement {
    let message = refusal.message.as_str();
    if let Some(judgement) = mfa(message).or_else(|| partition(known)) {
        return judgement;
    }
    if message.contains("with session credentials") {
        return Judgement::new(
            Reason::LongTermKeyNeeded,
            "only a long-term key may ask this, not temporary credentials",
            "choose the profile that holds the access key with --profile",
        );
    }
    if message.contains("by root accounts") {
        return Judgement::said(
            Reason::RootUser,
            "use the access key of an IAM user, or another role, in place of root's",
        );
    }
    if let Some((_, operation)) = message.split_once("Not authorized to perform sts:AssumeRoleWith") {
        let what = if operation.starts_with("SAML") { "provider, audience" } else { "provider, audience and subject" };
        return Judgement::new(
            Reason::TrustPolicy,
            "the role's trust policy does not let this identity in, or there is no such role",
            format!("check the role's ARN, and {what} in its trust policy"),
        );
    }
    match Denial::of(message) {
        Some(denial) => policies(&denial, known),
        None if refusal.operation == "AssumeRole" => trust(None, known),
        None => Judgement::said(Reason::NotAllowed, ASK_FOR_PERMISSION),
    }
}

/// What is wrong with device or code.
fn mfa(message: &str) -> Option<Judgement> {
    let (_, how) = message.split_once("MultiFactorAuthentication failed")?;
    Some(if how.contains("must provide both") {
        Judgement::new(
            Reason::MfaMissing,
            "an MFA code is needed, and half of it came",
            "give --serial-number and --token-code, or mfa_serial in the profile",
        )
    } else if how.contains("unable to validate") {
        Judgement::new(
            Reason::MfaDevice,
            "the MFA device is not one of this caller's, or the caller is a session, which has none",
            "check the serial number, and that the credentials are the user's own access key",
        )
    } else {
        Judgement::new(
            Reason::MfaWrong,
            "the MFA code is wrong, or was used already: each code counts once",
            "wait for the next code, at most 30 seconds, and check that it is that device's",
        )
    })
}

/// The role is of another partition than the region.
fn partition(known: &Known<'_>) -> Option<Judgement> {
    let arn = known.request?.arn?;
    let (of_arn, of_region) = (Partition::of_arn(arn)?, Partition::of_region(known.region.unwrap_or_default()));
    (of_arn != of_region).then(|| {
        let region = known.region.unwrap_or("the global endpoint");
        Judgement::new(
            Reason::WrongPartition,
            format!("the role is of the partition {}, and {region} is of {}", of_arn.name, of_region.name),
            format!(
                "check the ARN, or choose a region of {} with --region, such as {}",
                of_arn.name, of_arn.home_region
            ),
        )
    })
}

const ASK_FOR_PERMISSION: &str = "ask whoever manages your permissions, or choose another profile with --profile";

fn policies(denial: &Denial<'_>, known: &Known<'_>) -> Judgement {
    let (action, enters) = (denial.action, denial.action == "sts:AssumeRole");
    match denial.verdict {
        Verdict::Denied(sort) if sort.contains("trust") => trust(Some(denial), known),
        Verdict::Denied(sort) => denied_by(denial, sort, known),
        Verdict::NotAllowed(sort) if sort.contains("trust") => trust(Some(denial), known),
        Verdict::NotAllowed("resource-based policy") | Verdict::Unsaid if other_account(denial).is_some() => {
            foreign(denial)
        }
        Verdict::Unsaid if enters || matches!(action, "sts:TagSession" | "sts:SetSourceIdentity") => {
            trust(Some(denial), known)
        }
        Verdict::NotAllowed(sort) => {
            let next = match sort.contains("identity-based") {
                true => format!("ask for the permission {action}, or choose another profile with --profile"),
                false => format!("ask whoever manages the {sort} for {action}"),
            };
            let why = match other_account(denial) {
                Some((here, there)) => format!(
                    "no {sort} allows {action} to {}; the resource is of account {there}, the caller of {here}",
                    denial.caller
                ),
                None => format!("no {sort} allows {action} to {}", denial.caller),
            };
            Judgement::new(Reason::NotAllowed, why, next)
        }
        Verdict::Unsaid => {
            let why = format!("no policy allows {action} to {}", denial.caller);
            Judgement::new(Reason::NotAllowed, why, format!("ask for the permission {action}"))
        }
    }
}

/// An explicit deny. To a user without MFA it is most often the one of those without MFA.
fn denied_by(denial: &Denial<'_>, sort: &str, known: &Known<'_>) -> Judgement {
    let long_term = known.keys.is_none_or(|keys| keys.session_token.is_none());
    let code = known.request.is_some_and(|request| request.mfa);
    let why = format!("the {sort} denies {} explicitly", denial.action);
    let user = denial.caller.contains(":user/");
    if user && long_term && !code && matches!(sort, "identity-based policy" | "policy") {
        return Judgement::new(
            Reason::MfaMissing,
            format!("{why}; as the call was made without MFA, it is likely to be one that wants MFA"),
            "run keyfob configure mfa-login for a session with MFA, or give an MFA code; else ask whoever manages \
             your permissions",
        );
    }
    let next = format!("no further permission helps against a deny: ask whoever manages the {sort}");
    Judgement::new(Reason::ExplicitDeny, why, next)
}

/// The role is of another account.
fn foreign(denial: &Denial<'_>) -> Judgement {
    let (here, there) = other_account(denial).unwrap_or_default();
    Judgement::new(
        Reason::WrongAccount,
        format!("the caller is of account {here} and asks for something of account {there}, where both must allow it"),
        format!(
            "if {there} is the account you mean, have {} allowed in both; else correct the ARN or --profile",
            denial.action
        ),
    )
}

fn trust(denial: Option<&Denial<'_>>, known: &Known<'_>) -> Judgement {
    let action = denial.map_or("sts:AssumeRole", |denial| denial.action);
    let caller = denial.map_or("the caller", |denial| denial.caller);
    let given = known.request.unwrap_or_default();
    let mut missing = Vec::new();
    if !given.mfa {
        missing.push("MFA (mfa_serial, or --serial-number with --token-code)");
    }
    missing.push(match given.external_id {
        true => "another external id (external_id, or --external-id)",
        false => "an external id (external_id, or --external-id)",
    });
    Judgement::new(
        Reason::TrustPolicy,
        format!("the role's trust policy does not allow {action} to {caller}, or there is no such role"),
        format!("check that the role trusts the caller, and its ARN; it may ask for {}", missing.join(", or for ")),
    )
}

/// The accounts of caller and resource, when they differ.
fn other_account<'a>(denial: &Denial<'a>) -> Option<(&'a str, &'a str)> {
    let account = |arn: &'a str| Some(Arn::parse(arn)?.account).filter(|account| account.len() == 12);
    let (here, there) = (account(denial.caller)?, account(denial.resource?)?);
    (here != there).then_some((here, there))
}

fn value(message: &str, known: &Known<'_>) -> Judgement {
    if message.contains("ARN is invalid")
        && let Some(judgement) = partition(known)
    {
        return judgement;
    }
    if message.contains("role chaining") {
        return Judgement::said(
            Reason::TooLong,
            "ask for 3600 seconds at most, or assume the role with a long-term key",
        );
    }
    if message.contains("MaxSessionDuration") {
        return Judgement::said(
            Reason::TooLong,
            "ask for less (duration_seconds, --duration-seconds), or leave it out",
        );
    }
    Judgement::said(Reason::Value, "check the value that is named, in the profile or on the command line")
}
