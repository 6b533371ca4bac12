use super::*;

const A: &str = "111111111111";
const B: &str = "222222222222";

/// A section of the config file.
fn section(name: &str, account: &str, role: &str, more: &str) -> String {
    format!("[profile {name}]\nsso_session = corp\nsso_account_id = {account}\nsso_role_name = {role}\n{more}")
}

fn wanted(profile: &str, account: &str, role: &str) -> Wanted {
    Wanted { profile: profile.into(), account_id: account.into(), role_name: role.into(), region: None }
}

/// The plan in words: `+` is added, `=` counts what is there, `-` is removed, `!` is left alone.
fn told(config: &str, credentials: &str, wanted: &[Wanted], assigned: Option<&[(&str, &str)]>) -> String {
    let pair = |(account, role): &(&str, &str)| ((*account).to_owned(), (*role).to_owned());
    let assigned = assigned.map(|pairs| pairs.iter().map(pair).collect::<HashSet<_>>());
    let request = Request { session: "corp", wanted, prune: assigned.as_ref() };
    match plan(&request, &SharedConfig::parse(config, credentials)) {
        Ok(plan) => {
            let added = plan.added.iter().map(|profile| format!("+{}", profile.name));
            let removed = plan.removed.iter().map(|name| format!("-{name}"));
            let skipped = plan.skipped.iter().map(|skipped| format!("!{}: {}", skipped.profile, skipped.reason));
            let all: Vec<_> = added.chain([format!("={}", plan.present)]).chain(removed).chain(skipped).collect();
            all.join(" ")
        }
        Err(collisions) => {
            let roles = |roles: &[Pair]| roles.iter().map(|pair| format!("{}/{}", pair.0, pair.1)).collect::<Vec<_>>();
            let told = collisions.iter().map(|one| format!("{}: {}", one.profile, roles(&one.roles).join(", ")));
            format!("collisions: {}", told.collect::<Vec<_>>().join("; "))
        }
    }
}

#[test]
fn what_is_there_is_not_made_again() {
    let both = [wanted("dev.R", A, "R"), wanted("dev.S", A, "S")];
    for (config, credentials, expected) in [
        (String::new(), "", "+dev.R +dev.S =0"),
        (section("dev.R", A, "R", ""), "", "+dev.S =1"),
        (section("dev.R", A, "R", "") + &section("dev.S", A, "S", "region = x\ncolor = red\n"), "", "=2"),
        // Renamed by hand.
        (section("mine", A, "S", ""), "", "+dev.R =1"),
        // A role beyond it is another thing, under whatever name.
        (section("mine", A, "S", "role_arn = arn\n"), "", "+dev.R +dev.S =0"),
        (
            section("dev.S", A, "S", "role_arn = arn\n"),
            "",
            "+dev.R =0 !dev.S: it is the profile of arn, so S in 111111111111 has none",
        ),
        // Taken by others.
        (
            section("dev.R", B, "R", ""),
            "",
            "+dev.S =0 !dev.R: it is R in 222222222222 of sso-session corp, so R in 111111111111 has none",
        ),
        (
            section("dev.R", A, "R", "").replace("corp", "old"),
            "",
            "+dev.S =0 !dev.R: it is R in 111111111111 of sso-session old, so R in 111111111111 has none",
        ),
        (
            section("dev.R", A, "R", "").replace("sso_session = corp", "sso_start_url = u"),
            "",
            "+dev.S =0 !dev.R: it is R in 111111111111, in the form without an sso-session, so R in 111111111111 has none",
        ),
        (
            String::new(),
            "[dev.R]\naws_access_key_id = x\n",
            "+dev.S =0 !dev.R: it is another profile, so R in 111111111111 has none",
        ),
    ] {
        assert_eq!(told(&config, credentials, &both, None), expected, "{config}{credentials}");
    }
}

#[test]
fn new_names_must_differ() {
    let all = [wanted("n", A, "R"), wanted("m", A, "S"), wanted("n", B, "R"), wanted("m", B, "S"), wanted("o", B, "T")];
    let every = "collisions: m: 111111111111/S, 222222222222/S; n: 111111111111/R, 222222222222/R";
    assert_eq!(told("", "", &all, None), every);
    // One has a profile of another name, so that the other can have this one.
    let config = section("x", A, "R", "") + &section("y", B, "S", "");
    assert_eq!(told(&config, "", &all, None), "+m +n +o =2");
    // The same role twice is no collision.
    assert_eq!(told("", "", &[wanted("n", A, "R"), wanted("n", A, "R")], None), "+n =0");
}

#[test]
fn only_what_nobody_has_worked_on_is_pruned() {
    let gone = "R in 111111111111 is not assigned any more, but";
    for (config, credentials, expected) in [
        (section("p", A, "R", ""), "", "=0 -p".to_owned()),
        (section("p", A, "R", "region = x\nOutput = json\n# why\n"), "", "=0 -p".to_owned()),
        (section("p", B, "R", ""), "", "=0".to_owned()),
        (section("p", A, "R", "").replace("corp", "other"), "", "=0".to_owned()),
        (section("p", A, "R", "").replace("sso_role_name = R\n", ""), "", "=0".to_owned()),
        (
            section("p", A, "R", "role_arn = x\nmfa_serial = y\n"),
            "",
            format!("=0 !p: {gone} it also has role_arn, mfa_serial"),
        ),
        (section("p", A, "R", "s3 =\n  a = b\n"), "", format!("=0 !p: {gone} it also has s3")),
        (section("p", A, "R", ""), "[p]\nregion = x\n", format!("=0 !p: {gone} it has keys in the credentials file")),
        (
            section("p", A, "R", "") + "[profile q]\nsource_profile = p\n",
            "",
            format!("=0 !p: {gone} it is the source_profile of q"),
        ),
        (section("p", A, "R", ""), "[q]\nsource_profile = p\n", format!("=0 !p: {gone} it is the source_profile of q")),
    ] {
        assert_eq!(told(&config, credentials, &[], Some(&[(B, "R")])), expected, "{config}{credentials}");
        assert_eq!(told(&config, credentials, &[], None), "=0", "{config}{credentials}");
    }
}

#[test]
fn a_name_that_becomes_free_can_be_had() {
    let config = section("dev.R", A, "R", "");
    let assigned: &[_] = &[(B, "R")];
    assert_eq!(told(&config, "", &[wanted("dev.R", B, "R")], Some(assigned)), "+dev.R =0 -dev.R");
}

#[test]
fn a_profile_has_just_these_keys() {
    let mut with_region = wanted("n", A, "R");
    with_region.region = Some("eu-west-1".into());
    let request = Request { session: "corp", wanted: &[with_region, wanted("m", A, "S")], prune: None };
    let plan = plan(&request, &SharedConfig::parse("", "")).unwrap();
    let text = crate::config::edit::replace_profiles("", &plan.removed, &plan.added).unwrap();
    assert_eq!(text, section("n", A, "R", "region = eu-west-1\n") + &section("m", A, "S", ""));
}
