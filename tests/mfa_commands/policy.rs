//! `mfa policy`: offline, in three languages.

use crate::place::{place, told};

#[test]
fn the_policy_needs_no_aws() {
    let place = place();
    place.home.write("credentials", "").unwrap();
    let said = place.run("mfa policy");
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((said.code, &json["Statement"][3]["Effect"]), (0, &"Deny".into()), "{}", said.err);
    assert_eq!(place.run("mfa policy --deny-all --format json").out, said.out);
    let actions = place.run("mfa policy --actions ec2:TerminateInstances,s3:Delete* --user-path /team/").out;
    let json: serde_json::Value = serde_json::from_str(&actions).unwrap();
    assert_eq!(json["Statement"][3]["Action"], serde_json::json!(["ec2:TerminateInstances", "s3:Delete*"]));
    assert_eq!(json["Statement"][2]["Resource"], "arn:aws:iam::*:user/team/${aws:username}");
    assert!(place.run("mfa policy --format terraform").out.starts_with("resource \"aws_iam_policy\""));
    assert!(place.run("mfa policy --format cloudformation").out.contains("AWS::IAM::ManagedPolicy"));
    assert!(place.run("mfa policy --region cn-north-1").out.contains("arn:aws-cn:iam::*:mfa/"));
    told(&place.run("mfa policy --actions iam:*"), 252, "would deny", "one by one");
    told(&place.run("mfa policy --actions ec2"), 252, "no action", "ec2:TerminateInstances");
    told(&place.run("mfa policy --user-path a//b"), 252, "no path", "/team/");
    assert_eq!(place.run("mfa policy --deny-all --actions ec2:*").code, 252);
    assert_eq!(place.server.calls().len(), 0);
}
