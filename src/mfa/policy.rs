//! The policy that makes MFA a must: everything, or what is named, is denied to who signed in without; users may see to
//! their own device all the same.
//!
//! After AWS's example "Allows MFA-authenticated IAM users to manage their own MFA device". `render` writes it down.

mod render;
#[cfg(test)]
mod tests;

/// What is needed to get a device and a session with MFA. Nothing of it works against a device that is in use:
/// DeleteVirtualMFADevice refuses those, so that a half-made one can be put away.
const ALWAYS: [&str; 10] = [
    "iam:ChangePassword",
    "iam:CreateVirtualMFADevice",
    "iam:DeleteVirtualMFADevice",
    "iam:EnableMFADevice",
    "iam:GetMFADevice",
    "iam:GetUser",
    "iam:ListMFADevices",
    "iam:ListVirtualMFADevices",
    "iam:ResyncMFADevice",
    "sts:GetSessionToken",
];

/// What is denied without MFA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denied {
    /// All but what is needed to get a device.
    All,
    /// These actions, such as `ec2:TerminateInstances` or `s3:Delete*`.
    Actions(Vec<String>),
}

/// What the policy is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What is denied without MFA.
    pub denied: Denied,
    /// `/`, or the path of the users: `/team/`.
    pub user_path: String,
    /// `aws`
    pub partition: String,
}

/// The language the policy is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// The policy itself.
    Json,
    /// A resource `aws_iam_policy`.
    Terraform,
    /// A template with an `AWS::IAM::ManagedPolicy`.
    CloudFormation,
}

/// Why there is no such policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Not `service:Action`.
    #[error("{0:?} is no action")]
    NoAction(String),
    /// Nobody could get a device.
    #[error("{0} would deny {1} too, without which nobody can get an MFA device")]
    LocksOut(String, &'static str),
    /// Not `/a/b/`.
    #[error("{0:?} is no path")]
    NoPath(String),
}

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    statements: Vec<Statement>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Statement {
    sid: &'static str,
    effect: &'static str,
    /// `Action`, or `NotAction`.
    scope: &'static str,
    actions: Vec<String>,
    resource: String,
    /// Whether it is for those without MFA alone.
    without_mfa: bool,
}

/// The policy for what is `wanted`.
///
/// # Errors
/// It would not do what it is for.
pub fn policy(wanted: &Wanted) -> Result<Policy, Unfit> {
    let path = path(&wanted.user_path)?;
    let arn = |resource: &str| format!("arn:{}:iam::*:{resource}${{aws:username}}", wanted.partition);
    let allow = |sid, actions: &[&str], resource| Statement {
        sid,
        effect: "Allow",
        scope: "Action",
        actions: actions.iter().map(ToString::to_string).collect(),
        resource,
        without_mfa: false,
    };
    let (scope, actions) = match &wanted.denied {
        Denied::All => ("NotAction", ALWAYS.iter().map(ToString::to_string).collect()),
        Denied::Actions(actions) => {
            actions.iter().try_for_each(|action| check(action))?;
            ("Action", actions.clone())
        }
    };
    let deny = Statement {
        sid: "DenyWithoutMFA",
        effect: "Deny",
        scope,
        actions,
        resource: "*".to_owned(),
        without_mfa: true,
    };
    let (own_device, own_user) = (arn("mfa/"), arn(&format!("user{path}")));
    let on_device = ["iam:CreateVirtualMFADevice", "iam:DeleteVirtualMFADevice"];
    let on_user = [
        "iam:DeactivateMFADevice",
        "iam:EnableMFADevice",
        "iam:GetMFADevice",
        "iam:GetUser",
        "iam:ListMFADevices",
        "iam:ResyncMFADevice",
    ];
    Ok(Policy {
        statements: vec![
            allow("AllowListDevices", &["iam:ListVirtualMFADevices"], "*".to_owned()),
            allow("AllowOwnDevice", &on_device, own_device),
            allow("AllowOwnUser", &on_user, own_user),
            deny,
        ],
    })
}

/// `/team/`, however its ends were written.
fn path(text: &str) -> Result<String, Unfit> {
    let inner = text.trim_matches('/');
    let fits = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-/".contains(c);
    match inner {
        "" => Ok("/".to_owned()),
        inner if inner.chars().all(fits) && !inner.contains("//") => Ok(format!("/{inner}/")),
        _ => Err(Unfit::NoPath(text.to_owned())),
    }
}

fn check(action: &str) -> Result<(), Unfit> {
    let fits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_*?".contains(c));
    let whole = action == "*" || action.split_once(':').is_some_and(|(service, name)| fits(service) && fits(name));
    if !whole {
        return Err(Unfit::NoAction(action.to_owned()));
    }
    match ALWAYS.iter().find(|needed| matches(action, needed)) {
        Some(needed) => Err(Unfit::LocksOut(action.to_owned(), needed)),
        None => Ok(()),
    }
}

/// Whether `pattern` (`*`: anything, `?`: one character) is of `action`, as IAM compares: in any case.
fn matches(pattern: &str, action: &str) -> bool {
    fn at(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((b'*', rest)), _) => at(rest, text) || text.split_first().is_some_and(|(_, more)| at(pattern, more)),
            (Some((one, rest)), Some((other, more))) => {
                (*one == b'?' || one.eq_ignore_ascii_case(other)) && at(rest, more)
            }
            _ => false,
        }
    }
    // Stars side by side are one, and would only cost time.
    let mut pattern = pattern.as_bytes().to_vec();
    pattern.dedup_by(|one, other| *one == b'*' && *other == b'*');
    at(&pattern, action.as_bytes())
}
