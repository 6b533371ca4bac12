//! What a user must be allowed so that its keys can be rotated.

use serde_json::{Value, json};

/// The actions of a rotation.
pub const ACTIONS: [&str; 5] = [
    "iam:CreateAccessKey",
    "iam:DeleteAccessKey",
    "iam:GetAccessKeyLastUsed",
    "iam:ListAccessKeys",
    "iam:UpdateAccessKey",
];

/// A policy that allows them for the user whose ARN `user` is.
pub fn policy(user: &str) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Sid": "RotateAccessKeys", "Effect": "Allow", "Action": ACTIONS, "Resource": user }],
    })
}

/// The ARN of the user `name` in the account and partition of `identity`, another ARN. The path of a user is not in
/// its name.
pub fn user_arn(identity: &crate::aws::Arn<'_>, name: &str) -> String {
    format!("arn:{}:iam::{}:user/{name}", identity.partition, identity.account)
}
