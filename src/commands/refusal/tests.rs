//! Refusals as AWS words them, each with what is known of the call, and what they are taken for.

use super::decoded::summary;
use super::denial::{Denial, Verdict, encoded_message};
use super::judgement::{Reason, judge};
use super::{Known, Request};
use crate::aws::{Refusal, SigningKeys};
use crate::secret::Secret;

const ALICE: &str = "User: arn:aws:iam::111122223333:user/alice is not authorized to perform:";
const SESSION: &str = "User: arn:aws:sts::111122223333:assumed-role/demo/me is not authorized to perform:";
const ROLE: &str = "arn:aws:iam::111122223333:role/demo";

fn keys(id: &str, token: bool) -> SigningKeys {
    SigningKeys {
        access_key_id: id.into(),
        secret_access_key: Secret::new("s"),
        session_token: token.then(|| Secret::new("t")),
    }
}

fn refusal(operation: &'static str, code: &str, message: &str) -> Refusal {
    Refusal { operation, code: code.into(), message: message.into(), reason: None, status: 403 }
}

struct Case<'a> {
    operation: &'static str,
    code: &'a str,
    message: String,
    known: Known<'a>,
    reason: Reason,
    /// What the reason or the next step says.
    says: &'a str,
}

#[test]
fn refusals_of_sts() {
    let (long, bare, mixed) = (keys("AKIA1", false), keys("ASIA1", false), keys("AKIA1", true));
    let session = keys("ASIA1", true);
    let by = |keys| Known { region: Some("eu-west-1"), keys: Some(keys), request: None };
    let asking =
        |arn, mfa, external_id| Known { request: Some(Request { arn: Some(arn), mfa, external_id }), ..by(&long) };
    let at = |region| Known { region: Some(region), ..by(&long) };
    let case = |code, message: &str, known, reason, says| Case {
        operation: "AssumeRole",
        code,
        message: message.to_owned(),
        known,
        reason,
        says,
    };
    let invalid = "The security token included in the request is invalid.";
    let plain = format!("{ALICE} sts:AssumeRole on resource: {ROLE}");
    let foreign = format!("{ALICE} sts:AssumeRole on resource: arn:aws:iam::444455556666:role/prod");
    let mut cases = vec![
        case(
            "SignatureDoesNotMatch",
            "Signature expired: 2026.. is now earlier",
            at("eu-west-1"),
            Reason::Clock,
            "timedatectl",
        ),
        case("SignatureDoesNotMatch", "Signature not yet current: ..", at("eu-west-1"), Reason::Clock, "clock"),
        case("SignatureDoesNotMatch", "The request signature we calculated", by(&long), Reason::WrongSecret, "secret"),
        case("InvalidClientTokenId", invalid, by(&long), Reason::KeyUnknown, "AKIA1 is unknown, deleted or inactive"),
        case("InvalidClientTokenId", invalid, Known::default(), Reason::KeyUnknown, "the access key is unknown"),
        case("InvalidClientTokenId", invalid, by(&session), Reason::KeyUnknown, "sign in again"),
        case("InvalidClientTokenId", invalid, by(&bare), Reason::TokenMissing, "set aws_session_token"),
        case("InvalidClientTokenId", invalid, by(&mixed), Reason::TokenTooMany, "unset aws_session_token"),
        case("InvalidClientTokenId", invalid, at("cn-north-1"), Reason::WrongPartition, "aws-cn"),
        case(
            "InvalidClientTokenId",
            invalid,
            at("af-south-1"),
            Reason::RegionNotEnabled,
            "has not enabled region af-south-1",
        ),
        case(
            "ExpiredToken",
            "The security token included in the request is expired",
            by(&session),
            Reason::SessionOver,
            "sign in",
        ),
        case(
            "RegionDisabledException",
            "STS is not activated in this region",
            at("af-south-1"),
            Reason::RegionNotEnabled,
            "--region",
        ),
        case(
            "AccessDenied",
            "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
            by(&long),
            Reason::MfaMissing,
            "--token-code",
        ),
        case(
            "AccessDenied",
            "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
            by(&long),
            Reason::MfaWrong,
            "used already",
        ),
        case(
            "AccessDenied",
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number",
            by(&long),
            Reason::MfaDevice,
            "serial number",
        ),
        case("AccessDenied", &plain, asking(ROLE, false, false), Reason::TrustPolicy, "MFA (mfa_serial"),
        case("AccessDenied", &plain, asking(ROLE, true, true), Reason::TrustPolicy, "another external id"),
        case("AccessDenied", &plain, Known::default(), Reason::TrustPolicy, "check that the role trusts the caller"),
        case("AccessDenied", "no", by(&long), Reason::TrustPolicy, "the caller"),
        case("AccessDenied", &foreign, by(&long), Reason::WrongAccount, "account 444455556666"),
        case(
            "AccessDenied",
            &plain,
            asking("arn:aws-cn:iam::111122223333:role/demo", false, false),
            Reason::WrongPartition,
            "cn-north-1",
        ),
        case(
            "ValidationError",
            "Request ARN is invalid",
            asking("arn:aws-us-gov:iam::111122223333:role/demo", false, false),
            Reason::WrongPartition,
            "aws-us-gov",
        ),
        case(
            "ValidationError",
            "Request ARN is invalid",
            asking("arn:aws:iam::1:role/demo", false, false),
            Reason::Value,
            "check the value",
        ),
        case(
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
            by(&session),
            Reason::TooLong,
            "3600",
        ),
        case(
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
            by(&long),
            Reason::TooLong,
            "ask for less",
        ),
        case("AccessDenied", "Roles may not be assumed by root accounts.", by(&long), Reason::RootUser, "IAM user"),
        case(
            "AccessDenied",
            "Cannot call GetSessionToken with session credentials",
            by(&session),
            Reason::LongTermKeyNeeded,
            "--profile",
        ),
        case("Throttling", "Rate exceeded", by(&long), Reason::SlowDown, "in a while"),
        case("PackedPolicyTooLarge", "..", by(&long), Reason::Value, "smaller"),
        case("MalformedPolicyDocument", "..", by(&long), Reason::Value, "JSON"),
        case("InvalidAuthorizationMessageException", "Message is not valid", by(&long), Reason::Value, "whole"),
        case("Strange", "..", by(&long), Reason::Unknown, "keyfob explain"),
    ];
    for operation in ["AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"] {
        let unsigned = |code, message: String, reason, says| Case {
            operation,
            ..case(code, &message, Known::default(), reason, says)
        };
        cases.extend([
            unsigned(
                "AccessDenied",
                format!("Not authorized to perform sts:{operation}"),
                Reason::TrustPolicy,
                "trust policy",
            ),
            unsigned("ExpiredTokenException", "Token expired".to_owned(), Reason::SessionOver, "identity provider"),
            unsigned("InvalidIdentityToken", "..".to_owned(), Reason::IdentityToken, "issuer and audience"),
            unsigned("IDPCommunicationError", "..".to_owned(), Reason::IdentityToken, "run it again"),
        ]);
    }
    check(&cases);
}

#[test]
fn policies_say_no() {
    let (long, session) = (keys("AKIA1", false), keys("ASIA1", true));
    let by = |keys| Known { region: None, keys: Some(keys), request: None };
    let with_code = Known { request: Some(Request { mfa: true, ..Request::default() }), ..by(&long) };
    let denied = "with an explicit deny in";
    let case = |message, known, reason, says| Case {
        operation: "ListMFADevices",
        code: "AccessDenied",
        message,
        known,
        reason,
        says,
    };
    check(&[
        case(
            format!("{ALICE} iam:ListUsers {denied} an identity-based policy"),
            by(&long),
            Reason::MfaMissing,
            "mfa-login",
        ),
        case(
            format!("{ALICE} iam:ListUsers {denied} an identity-based policy"),
            Known::default(),
            Reason::MfaMissing,
            "MFA",
        ),
        case(
            format!("{ALICE} iam:ListUsers {denied} an identity-based policy"),
            by(&session),
            Reason::ExplicitDeny,
            "the identity-based policy denies iam:ListUsers",
        ),
        case(
            format!("{ALICE} sts:GetFederationToken {denied} an identity-based policy"),
            with_code,
            Reason::ExplicitDeny,
            "no further permission",
        ),
        case(
            format!("{ALICE} iam:ListUsers {denied} a service control policy: arn:aws:organizations::1:policy/o-1"),
            by(&long),
            Reason::ExplicitDeny,
            "the service control policy denies",
        ),
        case(
            format!("{SESSION} iam:ListUsers {denied} a permissions boundary"),
            by(&session),
            Reason::ExplicitDeny,
            "permissions boundary",
        ),
        case(
            format!("{ALICE} sts:AssumeRole on resource: {ROLE} {denied} a role trust policy"),
            by(&long),
            Reason::TrustPolicy,
            "trust policy",
        ),
        case(
            format!("{ALICE} iam:ListUsers because no identity-based policy allows the iam:ListUsers action"),
            by(&long),
            Reason::NotAllowed,
            "ask for the permission iam:ListUsers",
        ),
        case(
            format!("{SESSION} iam:ListUsers because no session policy allows the iam:ListUsers action"),
            by(&session),
            Reason::NotAllowed,
            "manages the session policy",
        ),
        case(
            format!(
                "{ALICE} sts:AssumeRole on resource: arn:aws:iam::444455556666:role/x because no resource-based policy allows the sts:AssumeRole action"
            ),
            by(&long),
            Reason::WrongAccount,
            "444455556666",
        ),
        case(
            format!(
                "{ALICE} sts:AssumeRole on resource: arn:aws:iam::444455556666:role/x because no identity-based policy allows the sts:AssumeRole action"
            ),
            by(&long),
            Reason::NotAllowed,
            "of account 444455556666, the caller of 111122223333",
        ),
        case(
            format!(
                "{ALICE} sts:AssumeRole on resource: {ROLE} because no role trust policy allows the sts:AssumeRole action"
            ),
            by(&long),
            Reason::TrustPolicy,
            "trust policy",
        ),
        case(
            format!("{SESSION} iam:ListUsers on resource: arn:aws:iam::111122223333:user/"),
            by(&session),
            Reason::NotAllowed,
            "no policy allows iam:ListUsers to arn:aws:sts::111122223333:assumed-role/demo/me",
        ),
        case("no".to_owned(), by(&long), Reason::NotAllowed, "ask whoever manages"),
    ]);
}

fn check(cases: &[Case<'_>]) {
    for Case { operation, code, message, known, reason, says } in cases {
        let judgement = judge(&refusal(operation, code, message), known);
        let told = format!("{} | {}", judgement.told().unwrap_or_default(), judgement.next);
        assert_eq!(judgement.reason(), *reason, "{code} {message}: {told}");
        assert!(told.contains(says), "{code} {message}: {told}");
    }
}

#[test]
fn denials_are_read() {
    let (caller, encoded) = ("arn:aws:iam::1:user/a", ". Encoded authorization failure message: abc-_=");
    for (rest, action, resource, verdict) in [
        ("a:B", "a:B", None, Verdict::Unsaid),
        ("a:B on resource: r", "a:B", Some("r"), Verdict::Unsaid),
        ("a:B with an explicit deny", "a:B", None, Verdict::Denied("policy")),
        (
            "a:B on resource: r with an explicit deny in a VPC endpoint policy",
            "a:B",
            Some("r"),
            Verdict::Denied("VPC endpoint policy"),
        ),
        (
            "a:B on resource: r because no session policy allows the a:B action",
            "a:B",
            Some("r"),
            Verdict::NotAllowed("session policy"),
        ),
    ] {
        for tail in ["", encoded] {
            let message = format!("User: {caller} is not authorized to perform: {rest}{tail}");
            assert_eq!(Denial::of(&message), Some(Denial { caller, action, resource, verdict }), "{message}");
        }
    }
    assert_eq!(Denial::of("Not authorized to perform sts:AssumeRoleWithSAML"), None);
}

#[test]
fn encoded_messages_are_found() {
    for (message, found) in [
        ("no. Encoded authorization failure message: aB3-_=", Some("aB3-_=")),
        ("no. Encoded authorization failure message: aB3 and more", Some("aB3")),
        ("no. Encoded authorization failure message: ", None),
        ("no", None),
    ] {
        assert_eq!(encoded_message(message), found, "{message}");
    }
    let long = format!("Encoded authorization failure message: {}", "a".repeat(10_241));
    assert_eq!(encoded_message(&long), None);
}

#[test]
fn decoded_messages_in_a_sentence() {
    let context = r#""context":{"action":"a:B","resource":"r","conditions":{"items":[{"key":"aws:SourceIp"}]}}"#;
    for (decoded, said) in [
        (format!(r#"{{"allowed":false,"explicitDeny":false,{context}}}"#), Some("no policy allows a:B on r")),
        (
            format!(
                r#"{{"allowed":false,"explicitDeny":true,"matchedStatements":{{"items":[{{"statementId":"S1"}}]}},{context}}}"#
            ),
            Some("a policy denies explicitly a:B on r; the statement that matched: S1"),
        ),
        (
            format!(
                r#"{{"allowed":false,"explicitDeny":true,"matchedStatements":{{"items":[{{"statementId":"S1"}},{{"statementId":""}}]}},{context}}}"#
            ),
            Some("a policy denies explicitly a:B on r; the statements that matched: S1, one without an id"),
        ),
        (format!(r#"{{"allowed":true,{context}}}"#), Some("the policies allow a:B on r")),
        (r#"{"allowed":false}"#.to_owned(), Some("no policy allows this")),
        ("{}".to_owned(), None),
        ("<xml/>".to_owned(), None),
    ] {
        let wanted = said.map(|said| format!("{said} (decoded from AWS's message)"));
        assert_eq!(summary(&decoded), wanted, "{decoded}");
    }
}
