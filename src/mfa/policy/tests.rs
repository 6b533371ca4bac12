use super::*;

fn wanted(denied: Denied, user_path: &str) -> Wanted {
    Wanted { denied, user_path: user_path.to_owned(), partition: "aws".to_owned() }
}

fn all() -> Policy {
    policy(&wanted(Denied::All, "/")).unwrap()
}

/// What IAM would say to alice; `mfa` as aws:MultiFactorAuthPresent, absent with long-term keys. A small evaluator of
/// just what the policy says.
fn verdict(policy: &Policy, action: &str, resource: &str, mfa: Option<bool>) -> &'static str {
    let applies = |statement: &&Statement| {
        let named = statement.actions.iter().any(|pattern| matches(pattern, action));
        let theirs = statement.resource.replace("${aws:username}", "alice");
        named == (statement.scope == "Action")
            && matches(&theirs, resource)
            && (!statement.without_mfa || mfa != Some(true))
    };
    let effects: Vec<_> = policy.statements.iter().filter(applies).map(|statement| statement.effect).collect();
    if effects.contains(&"Deny") { "deny" } else { effects.first().map_or("-", |_| "allow") }
}

#[test]
fn users_see_to_their_own_device_and_to_nothing_else() {
    let (user, device) = ("arn:aws:iam::1:user/alice", "arn:aws:iam::1:mfa/alice");
    let policy = all();
    for (action, resource, without, with) in [
        ("iam:ListVirtualMFADevices", "arn:aws:iam::1:mfa/", "allow", "allow"),
        ("iam:CreateVirtualMFADevice", device, "allow", "allow"),
        ("iam:CreateVirtualMFADevice", "arn:aws:iam::1:mfa/bob", "-", "-"),
        ("iam:EnableMFADevice", user, "allow", "allow"),
        ("iam:EnableMFADevice", "arn:aws:iam::1:user/bob", "-", "-"),
        ("iam:ListMFADevices", user, "allow", "allow"),
        ("iam:ResyncMFADevice", user, "allow", "allow"),
        ("iam:GetUser", user, "allow", "allow"),
        // What puts a half-made device away; it refuses one that is in use.
        ("iam:DeleteVirtualMFADevice", device, "allow", "allow"),
        ("iam:DeactivateMFADevice", user, "deny", "allow"),
        ("iam:CreateAccessKey", user, "deny", "-"),
        ("sts:GetSessionToken", "*", "-", "-"),
        ("sts:AssumeRole", "arn:aws:iam::1:role/r", "deny", "-"),
        ("s3:ListBuckets", "*", "deny", "-"),
    ] {
        for (mfa, wanted) in [(None, without), (Some(false), without), (Some(true), with)] {
            assert_eq!(verdict(&policy, action, resource, mfa), wanted, "{action} {resource} {mfa:?}");
        }
    }
}

#[test]
fn or_only_what_is_named_is_denied() {
    let actions = ["ec2:TerminateInstances", "s3:Delete*"].map(str::to_owned).to_vec();
    let policy = policy(&wanted(Denied::Actions(actions), "team")).unwrap();
    for (action, resource, without) in [
        ("ec2:TerminateInstances", "*", "deny"),
        ("s3:DeleteBucket", "*", "deny"),
        ("s3:GetObject", "*", "-"),
        ("iam:EnableMFADevice", "arn:aws:iam::1:user/team/alice", "allow"),
        ("iam:EnableMFADevice", "arn:aws:iam::1:user/alice", "-"),
    ] {
        assert_eq!(verdict(&policy, action, resource, None), without, "{action}");
        assert_ne!(verdict(&policy, action, resource, Some(true)), "deny", "{action}");
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    for action in ["", "ec2", "ec2:", ":x", "ec2:a b", "\"ec2:x\"", "ec2:${x}"] {
        let refused = policy(&wanted(Denied::Actions(vec![action.to_owned()]), "/"));
        assert_eq!(refused, Err(Unfit::NoAction(action.to_owned())));
    }
    for action in ["*", "iam:*", "IAM:enable*", "iam:?et*", "sts:**", "*:GetSessionToken"] {
        let refused = policy(&wanted(Denied::Actions(vec![action.to_owned()]), "/"));
        assert!(matches!(refused, Err(Unfit::LocksOut(..))), "{action}: {refused:?}");
    }
    for (path, written) in [("", "user/$"), ("/", "user/$"), ("a/b", "user/a/b/$"), ("/a/", "user/a/$")] {
        let text = policy(&wanted(Denied::All, path)).unwrap().text(Language::Json);
        assert!(text.contains(written), "{path}: {text}");
    }
    for path in ["a//b", "/a b/", "ä", "*"] {
        assert_eq!(policy(&wanted(Denied::All, path)), Err(Unfit::NoPath(path.to_owned())));
    }
}

#[test]
fn one_policy_in_each_language() {
    let json = all().text(Language::Json);
    let read: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(read["Version"], "2012-10-17");
    let deny = &read["Statement"][3];
    assert_eq!((deny["Effect"].as_str(), deny["Action"].as_str()), (Some("Deny"), None));
    assert_eq!(deny["NotAction"].as_array().unwrap().len(), ALWAYS.len());
    assert_eq!(deny["Condition"]["BoolIfExists"]["aws:MultiFactorAuthPresent"], "false");
    assert_eq!(read["Statement"][2]["Resource"], "arn:aws:iam::*:user/${aws:username}");
    assert!(json.len() < 6144, "a managed policy's limit");

    let terraform = all().text(Language::Terraform);
    let (_, heredoc) = terraform.split_once("<<-POLICY\n").unwrap();
    let (heredoc, end) = heredoc.split_once("  POLICY\n").unwrap();
    assert_eq!((heredoc.replace("$${", "${").trim_end(), end), (indented(&json).trim_end(), "}\n"));
    assert_eq!(heredoc.matches("${").count(), heredoc.matches("$${").count());

    let yaml = all().text(Language::CloudFormation);
    assert!(yaml.starts_with("Resources:\n  RequireMfa:\n    Type: AWS::IAM::ManagedPolicy\n"));
    assert!(yaml.contains("            Resource: \"arn:aws:iam::*:mfa/${aws:username}\"\n"));
    assert_eq!(yaml.matches("          - Sid: ").count(), 4);
}

#[test]
fn in_other_partitions() {
    let china = Wanted { partition: "aws-cn".to_owned(), ..wanted(Denied::All, "/") };
    let text = policy(&china).unwrap().text(Language::Json);
    assert!(text.contains("arn:aws-cn:iam::*:mfa/${aws:username}") && !text.contains("arn:aws:"));
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}
