//! Credentials of roles: the file they are kept in, what a token's file keeps, and what is said without a token.

use sandbox::identity_center::RefreshTokens;
use sandbox::server::{Fault, FaultKind};
use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};

use crate::place::{LEGACY_TOKEN, Place, TOKEN, place, seconds_until, signed_in, told, zulu};

fn name_of(json: &str) -> String {
    let hex: String = Sha1::digest(json).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{hex}.json")
}

const DEV: &str = r#"{"accountId":"111122223333","roleName":"AdministratorAccess","sessionName":"corp"}"#;
const LEGACY: &str =
    r#"{"accountId":"012345678901","roleName":"ReadOnlyAccess","startUrl":"https://d-0000000000.awsapps.com/start"}"#;

/// The entry is the spec's to the letter, and the answer is what is in it.
fn check_entry(place: &Place, name: &str, account: &str, out: &str) {
    let answer: Value = serde_json::from_str(out).unwrap();
    let text = place.home.read(&format!("cli/cache/{name}"));
    let entry: Value = serde_json::from_str(&text).unwrap();
    let part = |key: &str| entry["Credentials"][key].as_str().unwrap().to_owned();
    assert!((3500..=3600).contains(&seconds_until(&part("Expiration"))), "{text}");
    assert_eq!(
        text,
        format!(
            "{{\"ProviderType\": \"sso\", \"Credentials\": {{\"AccessKeyId\": \"{}\", \"SecretAccessKey\": \"{}\", \
             \"SessionToken\": \"{}\", \"Expiration\": \"{}\", \"AccountId\": \"{account}\"}}}}",
            part("AccessKeyId"),
            part("SecretAccessKey"),
            part("SessionToken"),
            part("Expiration")
        )
    );
    for key in ["AccessKeyId", "SecretAccessKey", "SessionToken", "AccountId"] {
        assert_eq!(answer[key], entry["Credentials"][key], "{key}");
    }
    assert!(place.server.account().sessions.values().any(|session| session.access_key_id == part("AccessKeyId")));
}

#[test]
fn names_are_those_of_the_spec() {
    let spec = r#"{"accountId":"111122223333","roleName":"Admin","sessionName":"corp"}"#;
    assert_eq!(name_of(spec), "0cdbf32b99792a73981dd3f142bc63ab50240b44.json");
}

#[test]
fn a_role_is_kept_in_the_aws_clis_file() {
    let place = signed_in();
    place.sign_in("sso login --profile legacy");
    for (profile, key, account) in [("dev", DEV, "111122223333"), ("legacy", LEGACY, "012345678901")] {
        place.forget_roles();
        let before = place.actions().len();
        let said = place.run(&format!("process --profile {profile}"));
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        assert_eq!(place.files("cli/cache"), [name_of(key)]);
        check_entry(&place, &name_of(key), account, &said.out);
        assert_eq!(place.run(&format!("process --profile {profile}")).out, said.out);
        assert_eq!(place.actions_after(before), ["GetRoleCredentials"]);
        let call = place.last("GetRoleCredentials");
        assert_eq!(call.params["account_id"], account);
        assert_eq!(call.headers.get("authorization"), None);
        assert!(call.headers["x-amz-sso_bearer_token"].starts_with("aoa"));
    }
    place.is_tidy();
}

#[test]
fn everybody_gets_the_same() {
    let place = signed_in();
    let said = place.run("whoami --profile dev");
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("ada@example.com") && said.out.contains("AdministratorAccess"), "{}", said.out);
    let said = place.run("sts get-caller-identity --profile dev --query Arn --output text");
    assert_eq!(said.code, 0, "{}", said.err);
    let (role, session) = said.out.trim_end().rsplit_once('/').unwrap();
    assert!(role.starts_with("arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_AdministratorAccess_"), "{role}");
    assert_eq!(session, "ada@example.com");
    for line in ["configure export-credentials --profile dev", "env --profile dev --shell bash"] {
        let said = place.run(line);
        assert_eq!(said.code, 0, "{line}: {}", said.err);
    }
    assert_eq!(place.server.count("GetRoleCredentials"), 1);
}

#[test]
fn an_entry_near_its_end_is_asked_for_again() {
    let place = signed_in();
    let first = place.run("process --profile dev");
    let entry = format!("cli/cache/{}", name_of(DEV));
    let ends = |seconds| place.edit(&entry, |value| value["Credentials"]["Expiration"] = zulu(seconds).into());
    ends(1000);
    place.run("process --profile dev");
    assert_eq!(place.server.count("GetRoleCredentials"), 1);
    ends(800);
    let second = place.run("process --profile dev");
    assert_eq!(place.server.count("GetRoleCredentials"), 2);
    assert_ne!(first.out, second.out);
    // In the window a refusal costs nothing.
    ends(800);
    let refused = FaultKind::error(403, "ForbiddenException", "No access");
    place.server.fault(Fault::always(refused).of("GetRoleCredentials"));
    let said = place.run("process --profile dev");
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("No access"), "{}", said.err);
    ends(-1);
    told(&place.run("process --profile dev"), 254, "No access", "");
}

#[test]
fn as_the_source_of_a_role_it_leaves_nothing() {
    let place = signed_in();
    let said = place.run("process --profile chained");
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(place.actions_after(3), ["GetRoleCredentials", "AssumeRole"]);
    let files = place.files("cli/cache");
    assert_eq!(files, [name_of("{\"RoleArn\": \"arn:aws:iam::111122223333:role/demo\"}")]);
    assert!(!place.home.read(&format!("cli/cache/{}", files[0])).contains("ProviderType"));
    place.run("process --profile chained");
    assert_eq!(place.actions().len(), 5);
}

/// The sign-in that is missing is the source's, not that of the profile that was asked for.
#[test]
fn what_is_to_be_typed_for_a_chain_works() {
    let place = place();
    let said = place.run("process --profile chained");
    assert_eq!((said.code, said.out.as_str()), (253, ""));
    let next = said.err.lines().find_map(|line| line.trim().strip_prefix("next: run keyfob ")).unwrap().to_owned();
    let again = place.browsing(&next);
    assert_eq!(again.code, 0, "{next}: {}", again.err);
    assert_eq!(place.run("process --profile chained").code, 0);
}

#[test]
fn keys_of_other_tools_outlive_a_refresh() {
    let place = signed_in();
    place.edit(TOKEN, |value| {
        value["expiresAt"] = zulu(-1).into();
        value["theirs"] = json!({"a": [1, "é"]});
        value["Region"] = "not ours".into();
    });
    let before = place.json(TOKEN);
    assert_eq!(place.run("process --profile dev").code, 0);
    let after = place.json(TOKEN);
    for key in ["theirs", "Region", "startUrl", "region", "clientId", "clientSecret", "registrationExpiresAt"] {
        assert_eq!(after[key], before[key], "{key}");
    }
    for key in ["accessToken", "refreshToken", "expiresAt"] {
        assert_ne!(after[key], before[key], "{key}");
    }
    let text = place.home.read(TOKEN);
    assert!(text.contains("\"theirs\": {\"a\": [1, \"\\u00e9\"]}") && !text.ends_with('\n'), "{text}");
    let call = place.last("CreateToken");
    let keys: Vec<_> = call.params.keys().collect();
    assert_eq!(keys, ["clientId", "clientSecret", "grantType", "refreshToken"]);
    assert_eq!(call.params["refreshToken"], before["refreshToken"].as_str().unwrap());
    place.is_tidy();
}

#[test]
fn a_refresh_token_that_is_not_replaced_is_kept() {
    let place = signed_in();
    place.center(|center| center.rotation = false);
    let before = place.json(TOKEN);
    for _ in 0..2 {
        place.age(TOKEN, -1);
        place.forget_roles();
        assert_eq!(place.run("process --profile dev").code, 0);
        let after = place.json(TOKEN);
        assert_eq!(after["refreshToken"], before["refreshToken"]);
        assert_ne!(after["accessToken"], before["accessToken"]);
    }
}

#[test]
fn times_of_every_tool_are_read() {
    let place = signed_in();
    for (ends, refreshes) in [
        (zulu(3000).replace('Z', "UTC"), 0),
        (zulu(3000).replace('Z', "+00:00"), 0),
        (zulu(3000).replace('Z', ".123Z"), 0),
        (zulu(-10).replace('Z', "UTC"), 1),
        (zulu(840).replace('Z', "UTC"), 1),
        (zulu(960), 0),
    ] {
        place.forget_roles();
        place.edit(TOKEN, |value| value["expiresAt"] = ends.clone().into());
        let before = place.server.count_grant("refresh_token");
        let said = place.run("process --profile dev");
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{ends}");
        assert_eq!(place.server.count_grant("refresh_token"), before + refreshes, "{ends}");
        if refreshes == 1 {
            seconds_until(place.json(TOKEN)["expiresAt"].as_str().unwrap());
        }
    }
}

#[test]
fn what_a_refresh_needs() {
    // Without one of these, or with a registration that is over, nobody is asked.
    for key in ["refreshToken", "clientId", "clientSecret", "registrationExpiresAt", ""] {
        let place = signed_in();
        place.edit(TOKEN, |value| match key {
            "" => value["registrationExpiresAt"] = zulu(-5).into(),
            key => drop(value.as_object_mut().unwrap().shift_remove(key)),
        });
        place.age(TOKEN, 120);
        let said = place.run("process --profile dev");
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{key}: good to its end");
        place.forget_roles();
        place.age(TOKEN, -1);
        let said = place.run("process --profile dev");
        told(&said, 253, "has expired or is otherwise invalid", "run keyfob sso login --profile dev");
        assert_eq!((said.out.as_str(), place.server.count_grant("refresh_token")), ("", 0));
    }
}

#[test]
fn without_a_token_it_is_said_what_to_type() {
    let place = place();
    for (line, code) in [
        ("process --profile dev", 253),
        ("env --profile dev --shell bash", 253),
        ("exec --profile dev -- true", 253),
        ("whoami --profile dev", 253),
        ("sts get-caller-identity --profile dev", 255),
        ("configure export-credentials --profile dev", 255),
    ] {
        let said = place.run(line);
        told(&said, code, "Error loading SSO Token: Token for corp does not exist", "keyfob sso login --profile dev");
        assert_eq!(said.out, "", "{line}");
    }
    assert!(place.server.calls().is_empty());
    assert_eq!((place.files("sso"), place.files("cli/cache")), (vec![], vec![]), "nothing is made for nothing");
}

#[test]
fn an_ended_session_is_told_everywhere() {
    let place = place();
    place.center(|center| center.refresh_tokens = RefreshTokens::Never);
    place.sign_in("sso login --profile dev");
    place.age(TOKEN, -1);
    for (line, code) in [
        ("process --profile dev", 253),
        ("whoami --profile dev", 253),
        ("sts get-caller-identity --profile dev", 255),
        ("configure export-credentials --profile dev", 255),
    ] {
        let said = place.run(line);
        told(&said, code, "has expired or is otherwise invalid", "keyfob sso login --profile dev");
        assert_eq!(said.out, "", "{line}");
    }
    // Ended at the service alone, by another machine.
    place.age(TOKEN, 3000);
    place.center(|center| center.sign_ins[0].ended = true);
    for (line, code) in [("process --profile dev", 253), ("sts get-caller-identity --profile dev", 255)] {
        let said = place.run(line);
        assert_eq!((said.code, said.out.as_str()), (code, ""), "{line}: {}", said.err);
        assert!(said.err.contains("next: run keyfob sso login --profile dev"), "{}", said.err);
    }
}

#[test]
fn a_clock_that_is_ahead_asks_in_time() {
    // The token's end is by this machine's clock, so that a wrong one does not matter.
    for offset in [-7200, 7200] {
        let place = place();
        place.server.clock_offset(offset);
        place.sign_in("sso login --profile dev");
        assert!((3500..=3600).contains(&seconds_until(place.json(TOKEN)["expiresAt"].as_str().unwrap())));
        let said = place.run("process --profile dev");
        assert_eq!(said.code, 0, "{}", said.err);
    }
}

#[test]
fn legacy_and_session_of_one_start_url_are_two_tokens() {
    let place = signed_in();
    place.sign_in("sso login --profile legacy");
    assert_ne!(place.json(TOKEN)["accessToken"], place.json(LEGACY_TOKEN)["accessToken"]);
    place.age(LEGACY_TOKEN, -1);
    assert_eq!(place.run("process --profile dev").code, 0);
    told(&place.run("process --profile legacy"), 253, "has expired", "keyfob sso login --profile legacy");
}
