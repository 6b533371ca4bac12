use super::*;

/// The findings as `severity file:line what`, one a line.
fn told(findings: &[Finding]) -> Vec<String> {
    let line = |finding: &Finding| {
        let severity = if finding.severity == Severity::Error { "error" } else { "warning" };
        let file = if finding.origin.file == FileKind::Config { "config" } else { "credentials" };
        format!("{severity} {file}:{} {}", finding.origin.line, finding.what)
    };
    findings.iter().map(line).collect()
}

/// Config file, credentials file, and for every finding how it starts and a part of what it says,
/// with `*` in between.
type Row = (&'static str, &'static str, &'static [&'static str]);

#[track_caller]
fn check(rows: &[Row]) {
    for (config, credentials, expected) in rows {
        let findings = validate(&SharedConfig::parse(config, credentials));
        let told = told(&findings);
        let fits = |(told, expected): (&String, &&str)| {
            expected.split_once('*').is_some_and(|(start, part)| told.starts_with(start) && told.contains(part))
        };
        assert!(
            told.len() == expected.len() && told.iter().zip(*expected).all(fits),
            "{config:?} {credentials:?}\n  gives {told:#?}\n  not {expected:#?}"
        );
        for finding in findings {
            for text in [&finding.what, &finding.cli, &finding.sdk, &finding.mend] {
                assert!(!text.is_empty() && !text.ends_with('.') || text.contains("fails: "), "{finding:?}");
                assert!(!text.contains("hunter2") && !text.contains('\n'), "{finding:?}");
            }
        }
    }
}

const KEYS: &str = "aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = hunter2\n";

#[test]
fn a_typical_pair_of_files_is_clean() {
    let config = "\
# Work
[default]
region = eu-west-1
output = json
cli_pager =

[profile dev]
sso_session = corp
sso_account_id = 012345678901
sso_role_name = Developer
region = eu-central-1
s3 =
    max_concurrent_requests = 20
    addressing_style = path

[profile deploy]
role_arn = arn:aws:iam::012345678901:role/deploy
source_profile = default
mfa_serial = arn:aws:iam::012345678901:mfa/me
duration_seconds = 3600
services = local

[profile self]
role_arn = arn:aws:iam::012345678901:role/self
source_profile = self

[profile chained]
role_arn = arn:aws:iam::012345678901:role/chained
source_profile = deploy

[profile ci]
role_arn = arn:aws:iam::012345678901:role/ci
web_identity_token_file = /token

[profile box]
role_arn = arn:aws:iam::012345678901:role/box
credential_source = Ec2InstanceMetadata

[profile tool]
credential_process = \"/opt/my tool\" --for \"me\"
x_other_tools_key = \"a b\"#c

[profile console]
login_session = arn:aws:iam::012345678901:user/me

[sso-session corp]
sso_start_url = https://corp.awsapps.com/start#
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[services local]
sts =
  endpoint_url = http://localhost:4566

[plugins]
cli_legacy_plugin_path = /x
";
    let config = config.replace("\"a b\"#c", "a b#c");
    let credentials = format!(
        "[default]\n{KEYS}\n[self]\n{KEYS}\n[temp]\naws_access_key_id=ASIA1\naws_secret_access_key=s\naws_session_token=t\n"
    );
    assert_eq!(told(&validate(&SharedConfig::parse(&config, &credentials))), [""; 0]);
    let (config, credentials) = (config.replace('\n', "\r\n"), credentials.replace('\n', "\r\n"));
    assert_eq!(told(&validate(&SharedConfig::parse(&config, &credentials))), [""; 0]);
    assert_eq!(told(&validate(&SharedConfig::parse("", ""))), [""; 0]);
}

#[test]
fn lines() {
    check(&[
        // What the parser could not read.
        ("[a", "", &["error config:1*no closing `]`"]),
        ("[default]\nregion\n= x\n", "", &["error config:2*expected `[section]`", "error config:3*no key before"]),
        ("a=b\nc=d\n[default]\n", "x=y\n", &["error config:1*before", "error config:2*before", "error credentials:1*"]),
        ("\u{feff}[default]\nregion=a\noutput=json\n", "", &["error config:1*byte order mark"]),
        ("[default]\ns3 =\n  a\n", "", &["error config:3*nested block above"]),
        // Indented headers and keys.
        ("  [default]\nregion = a\n", "", &["error config:1*header `[default]` is indented"]),
        ("[default]\n  region = a\n  output = json\n", "", &["error config:2*`region` is indented"]),
        ("[default]\n\tregion = a\n[profile x]\n\tregion = b\n", "", &["error config:2*indented", "error config:4*"]),
        (
            "[default]\nregion = a\n  [profile x]\n  output = json\n",
            "",
            &["error config:3*header is indented below `region`"],
        ),
        ("[default]\nregion = a\n  output = json\n", "", &["warning config:3*`output` is indented below `region`"]),
        ("[default]\nregion =\n  output = json\n", "", &["error config:3*`region` has an indented block"]),
        (
            "",
            "[a]\naws_access_key_id=x\naws_secret_access_key = hun\n ter2\n",
            &["warning credentials:4*value of `aws_secret"],
        ),
        (
            "",
            "[a]\naws_access_key_id=x\naws_secret_access_key =\n  hunter2=\n",
            &["error credentials:4*indented block"],
        ),
        ("[default]\ncredential_process = a\n  --b=c\n", "", &[]),
        // Comments.
        ("[default]\n  # a\n  # b\nregion = a\n", "", &["error config:2*comment is indented"]),
        ("[default]\nregion = a\n  ; a\n\n  # b\n", "", &["warning config:3*comment", "warning config:5*comment"]),
        ("[default]\ns3 =\n  # a\n  b = c\n", "", &["error config:3*comment is indented"]),
        ("[default]\ns3 =\n  # a = b\n  b = c\n", "", &["warning config:3*comment is indented"]),
        (
            "[default]\nregion = a # b\noutput = json ;c\n",
            "",
            &["warning config:2*`region`", "warning config:3*`output`"],
        ),
        ("[default]\nregion ;a = b\n", "", &["error config:2*`region ;a` has a `#` or `;` in its name"]),
        (
            "",
            "[a]\naws_access_key_id=x\naws_secret_access_key = hunter2 #3\n",
            &["warning credentials:3*value of `aws_sec"],
        ),
        ("[default]\ns3 =\n  a = b\n  = c\n", "", &["error config:4*block below `s3` is no `name = value`"]),
        ("[default]\ns3 = # a\n  b\n", "", &["warning config:2*value of `s3`", "error config:3*block below `s3`"]),
        // Separators.
        ("[default]\n:a = b\n", "", &["error config:2*no key before"]),
        ("[default]\nregion : a\n", "", &["error config:2*`region` is separated from its value by `:`"]),
        ("[default]\nca_bundle: a=b\n", "", &["warning config:2*`ca_bundle` is separated"]),
        ("[default]\n[profile a=b\n", "", &["error config:2*starts with `[`"]),
        // Behind a header.
        ("[default] # a\n[profile x] a\n", "", &["error config:2*text follows the header `[profile x]`"]),
        ("[default] # [a]\n", "", &["error config:1*the header `[default] # [a]` holds a `#`"]),
        ("", "[a;b]\n", &["error credentials:1*the header `[a;b]` holds a `#` or `;`"]),
        // Line ends.
        (
            "[default]\r\nregion = a\routput = json\routput=text\n",
            "",
            &["error config:2*carriage return", "error config:4*`output` stands twice"],
        ),
    ]);
}

#[test]
fn headers() {
    check(&[
        ("[]\n", "[]\n", &["error config:1*has no name", "error credentials:1*has no name"]),
        ("[default]\n[default]\n", "[a]\n[b]\n[a]\n", &["error config:2*first in line 1", "error credentials:3*`[a]`"]),
        // Two spellings.
        ("[default]\n[profile default]\n", "", &["warning config:2*`[profile default]` and, in line 1, `[default]`"]),
        ("[profile x]\n[profile  x]\n", "", &["warning config:2*both name the profile `x`"]),
        (
            "[profile \"a b\"]\n[profile 'a b']\n",
            "",
            &[
                "warning config:1*is for the AWS CLI only",
                "warning config:2*is for the AWS CLI only",
                "warning config:2*both name the profile `a b`",
            ],
        ),
        // Headers that name nothing.
        ("[foo]\n", "", &["warning config:1*`[foo]` names nothing"]),
        ("[foo]\nregion=a\n", "", &["error config:1*`[foo]` is not a profile"]),
        ("[defalt]\nregion=a\n", "", &["error config:1*`[defalt]` is not a profile"]),
        ("[plugins]\na=b\n[preview]\na=b\n[tool x]\na=b\n", "", &[]),
        ("[my dev]\nregion=a\n", "", &["error config:1*`[my dev]` is not a profile"]),
        (
            "[profile a b]\n[sso-session a b]\n",
            "",
            &["error config:1*more than one word", "error config:2*more than one"],
        ),
        ("[profile \"a]\n[profile a\\]\n", "", &["error config:1*quote", "error config:2*quote"]),
        (
            "[profilefoo]\n[profile-foo]\n[profile]\n",
            "",
            &[
                "error config:1*no space before its name",
                "error config:2*no space before its name",
                "error config:3*`[profile]` has no name",
            ],
        ),
        ("[ profile x]\n[ default ]\n", "", &["error config:1*has a space at", "error config:2*has a space at"]),
        (
            "[Profile x]\n[Default]\n[SSO-Session x]\n",
            "",
            &[
                "error config:1*does not start with `profile`: case counts",
                "error config:2*is not `[default]`: case counts",
                "error config:3*does not start with `sso-session`",
            ],
        ),
        ("[profil x]\n[sso_session x]\n", "", &["error config:1*with `profile`", "error config:2*with `sso-session`"]),
        ("[profiles x]\n[servicesX y]\n", "", &["warning config:1*than `profile`", "warning config:2*than `services`"]),
        ("[sso-sessionX y]\nsso_region=a\nsso_start_url=b\n", "", &["warning config:1*than `sso-session`"]),
        // Names that the SDKs do not know.
        (
            "[profile 'a']\n[profile é]\n[profile a,b]\n",
            "",
            &["warning config:1*", "warning config:2*é", "warning config:3*a,b"],
        ),
        ("", "[a b]\n[a@b.c/d+e:f%g-h_i]\n", &["warning credentials:1*`[a b]` is for the AWS CLI only"]),
        // The credentials file.
        ("", "[profile foo]\n", &["error credentials:1*`[profile foo]` has the word `profile`"]),
        ("", "[ a ]\n[b\t]\n", &["error credentials:1*`[ a ]` has a space", "error credentials:2*`[b\\t]`"]),
        (
            "",
            "[sso-session s]\n[services s]\n",
            &["error credentials:1*stands in the", "error credentials:2*stands in the"],
        ),
        ("", "[Default]\n", &["warning credentials:1*case counts"]),
        (
            "[DEFAULT]\nregion=a\n[DEFAULT]\n",
            "[DEFAULT]\n",
            &["warning config:1*not the profile", "warning credentials:1*not"],
        ),
    ]);
}

#[test]
fn keys() {
    check(&[
        (
            "[default]\nregion=a\nRegion=b\n",
            "",
            &["error config:3*`Region` stands twice in the section `[default]`, first in line 2"],
        ),
        (
            "[foo]\na=1\nA=2\na=3\n",
            "",
            &["warning config:1*", "error config:3*twice", "error config:4*first in line 2"],
        ),
        (
            "[default]\nregoin=a\nsource-profile=b\ncolor=c\n",
            "",
            &["warning config:2*but `region`", "warning config:3*but `source_profile`"],
        ),
        ("[sso-session s]\nsso_regoin=a\nsso_region=a\nsso_start_url=b\n", "", &["warning config:2*but `sso_region`"]),
        ("", "[a]\noutptu=json\n", &["warning credentials:2*`outptu`, but `output`"]),
        (
            "[default]\nregion=\"eu-west-1\"\noutput='json'\ncli_pager=\"\"\n",
            "",
            &["warning config:2*quotes", "warning config:3*quotes"],
        ),
        (
            "[default]\ns3 =\n  addressing_style = \"path\"\n",
            "",
            &["warning config:3*value of `addressing_style` in `s3`"],
        ),
        ("", "[a]\naws_access_key_id=x\naws_secret_access_key=\"hunter2\"\n", &["warning credentials:3*quotes"]),
        ("[default]\na =\n  b =\n    c = d\n    e = f\n", "", &["warning config:4*`c` stands below `b` in `a`"]),
        ("[default]\na =\n  b =\n  c = d\n    e = f\n", "", &[]),
        ("[services s]\nsts =\n  a =\n    b = c\n", "", &["warning config:4*`b` stands below `a` in `sts`"]),
        (
            "[default]\naws_access_key_id=AKIA\naws_secret_access_key=hunter2\n",
            "",
            &["warning config:3*stands in the config file"],
        ),
        (
            "[default]\nregion = eu west-1\nsso_region=EU-west-1\n",
            "",
            &["warning config:2*`region` is `eu west-1`", "warning config:3*`sso_region`"],
        ),
        ("[default]\noutput = jsno\n[profile x]\noutput = yaml-stream\n", "", &["error config:2*`output` is `jsno`"]),
        (
            "[default]\nduration_seconds = 1h\n[profile x]\nduration_seconds = +900\n",
            "",
            &["warning config:2*whole number"],
        ),
    ]);
}

#[test]
fn access_keys() {
    const TEMPORARY: &str = "[a]\naws_access_key_id=ASIA1\naws_secret_access_key=hunter2\n";
    check(&[
        ("", "[a]\naws_access_key_id=x\n", &["error credentials:2*without `aws_secret_access_key`"]),
        ("", "[a]\naws_secret_access_key=hunter2\n", &["error credentials:2*without `aws_access_key_id`"]),
        (
            "[profile a]\naws_secret_access_key=hunter2\n",
            "[a]\naws_access_key_id=x\n",
            &["warning config:2*stands in the config file", "error credentials:2*without `aws_secret_access_key`"],
        ),
        (
            "",
            "[DEFAULT]\naws_secret_access_key=hunter2\n[a]\naws_access_key_id=x\n",
            &["warning credentials:1*DEFAULT"],
        ),
        ("", TEMPORARY, &["error credentials:2*(ASIA) without `aws_session_token`"]),
        (
            "",
            "[a]\naws_access_key_id=AKIA1\naws_secret_access_key=hunter2\naws_session_token=hunter2\n",
            &["error credentials:4*(AKIA) with `aws_session_token`"],
        ),
        ("", "[a]\naws_access_key_id=AKIA1\naws_secret_access_key=s\naws_session_token=\n", &[]),
        // What static keys shadow, and what shadows them.
        (
            "[default]\nlogin_session=l\n[profile a]\ncredential_process=p\n",
            concat!(
                "[default]\naws_access_key_id=x\naws_secret_access_key=s\n",
                "[a]\naws_access_key_id=x\naws_secret_access_key=s\n",
            ),
            &[
                "warning config:2*`login_session` and an access key, in line 2",
                "warning config:4*`credential_process` and",
            ],
        ),
        (
            "[profile a]\nsso_session=s\n[sso-session s]\nsso_region=r\nsso_start_url=u\n",
            "[a]\naws_access_key_id=x\naws_secret_access_key=s\n",
            &["warning config:2*`sso_session` and an access key"],
        ),
        (
            "[profile a]\nsso_account_id=012345678901\nsso_role_name=r\nsso_region=r\nsso_start_url=u\n",
            "[a]\naws_access_key_id=x\naws_secret_access_key=s\n",
            &["warning credentials:2*not used"],
        ),
    ]);
}

#[test]
fn roles() {
    check(&[
        ("[profile a]\nrole_arn=r\n", "", &["error config:2*`role_arn` without `source_profile` or"]),
        ("[DEFAULT]\nrole_arn=r\n[profile a]\n[profile b]\n", "", &["warning config:1*DEFAULT"]),
        ("[profile a]\nrole_arn=r\nweb_identity_token_file=f\n", "", &[]),
        (
            "[profile a]\nrole_arn=r\nsource_profile=a\ncredential_source=Environment\n",
            "",
            &["error config:4*has both"],
        ),
        (
            "[profile a]\nrole_arn=r\ncredential_source=Env\n",
            "",
            &["error config:3*`credential_source` of the profile `a` is `Env`"],
        ),
        ("[profile a]\nrole_arn=r\ncredential_source=environment\n", "", &["error config:3*is `environment`"]),
        ("[profile a]\nrole_arn=r\nsource_profile=b\n", "", &["error config:3*is `b`, which does not exist"]),
        ("[profile a]\nrole_arn=r\nsource_profile=b\n", "[b]\n", &["error config:3*`b`, which has no credentials"]),
        // Without a role nobody reads the source.
        ("[profile a]\nsource_profile=b\n", "", &[]),
        (
            "[profile a]\nrole_arn=r\nsource_profile=a\n",
            "",
            &["error config:3*its own `source_profile`, but has no access key"],
        ),
        (
            "[profile b]\nrole_arn=r\nsource_profile=a\n[profile a]\nrole_arn=r\nsource_profile=b\n[profile c]\nrole_arn=r\nsource_profile=b\n",
            "",
            &["error config:3*circle: b -> a -> b"],
        ),
        // Static keys end the walk, but not for the profile it starts from.
        (
            "[profile a]\nrole_arn=r\nsource_profile=b\n[profile b]\nrole_arn=r\nsource_profile=a\n",
            "[a]\naws_access_key_id=x\naws_secret_access_key=s\n",
            &["error config:3*circle: a -> b -> a"],
        ),
        (
            "[profile a]\nrole_arn=r\nsource_profile=b\n[profile b]\nrole_arn=r\nsource_profile=c\n[profile c]\nrole_arn=r\nsource_profile=b\n",
            "[c]\naws_access_key_id=x\naws_secret_access_key=s\n",
            &["error config:6*circle: b -> c -> b"],
        ),
    ]);
}

#[test]
fn references() {
    const SESSION: &str = "[sso-session s]\nsso_region=r\nsso_start_url=u\n";
    check(&[
        (
            "[profile a]\nsso_session=s\n",
            "",
            &["error config:2*`sso_session` of the profile `a` is `s`, which is not defined"],
        ),
        (SESSION, "", &[]),
        ("[sso-session s]\n", "", &["error config:1*`s` has no `sso_start_url` and `sso_region`"]),
        ("[sso-session s]\nsso_region=r\nsso_start_url=\n", "", &["error config:1*has no `sso_start_url`"]),
        (
            "[profile a]\nsso_session=s\nsso_region=q\nsso_start_url=u\n[sso-session s]\nsso_region=r\nsso_start_url=u\n",
            "",
            &["error config:3*`sso_region` of the profile `a` differs", "warning config:4*repeats `sso_start_url`"],
        ),
        (
            "[profile a]\nsso_account_id=12345\nsso_role_name=r\nsso_region=r\nsso_start_url=u\n",
            "",
            &["error config:2*12 digits"],
        ),
        (
            "[profile a]\nsso_role_name=r\nsso_session=s\n[sso-session s]\nsso_region=r\nsso_start_url=u\n",
            "",
            &["error config:2*has `sso_role_name`, but no `sso_account_id`"],
        ),
        (
            "[profile a]\nsso_account_id=012345678901\n",
            "",
            &["error config:2*but no `sso_role_name` and `sso_start_url` and"],
        ),
        (
            "[default]\nservices=s\n[profile a]\nservices=t\n[services t]\n",
            "",
            &["error config:2*is `s`, which is not defined"],
        ),
    ]);
}

#[test]
fn findings_tell_both_sides_and_what_to_do() {
    let text = "[profile deploy]\nrole_arn=r\nsource_profile=profile base\n[profile base]\ncredential_process=p\n";
    let findings = validate(&SharedConfig::parse(text, ""));
    let expected = Finding {
        severity: Severity::Error,
        origin: Origin { file: FileKind::Config, line: 3 },
        what: "the `source_profile` of the profile `deploy` is `profile base`, which does not exist".into(),
        cli: "fails: The source_profile \"profile base\" referenced in the profile \"deploy\" does not exist.".into(),
        sdk: "find no credentials in the profile and look elsewhere".into(),
        mend: "write `source_profile = base`".into(),
    };
    assert_eq!(findings, [expected]);
    for (header, mend) in [
        ("profilefoo", "write `[profile foo]`"),
        ("profile a b", "write `[profile a-b]`, or `[profile 'a b']` for the AWS CLI only"),
        ("Profile x", "write `[profile x]`"),
        ("Default", "write `[default]`"),
        (" profile x", "write `[profile x]`"),
        ("profiles x", "write `[profile x]`"),
        ("profile 'x'", "write `[profile x]`"),
        ("foo", "write `[profile foo]` if it is a profile, or remove it"),
    ] {
        let text = format!("[{header}]\n");
        assert_eq!(validate(&SharedConfig::parse(&text, ""))[0].mend, mend);
    }
}

#[test]
fn long_and_strange_names_fit_on_a_line() {
    let name = "x\u{1b}[31m".repeat(50);
    let text = format!("[foo{name}]\n{name}=a\n{name}=b\n");
    for finding in validate(&SharedConfig::parse(&text, &text)) {
        for text in [finding.what, finding.cli, finding.sdk, finding.mend] {
            assert!(text.len() < 600 && !text.contains(char::is_control), "{text:?}");
        }
    }
}

/// Anything quadratic would take minutes here.
#[test]
fn large_files_take_linear_time() {
    use std::fmt::Write;
    const COUNT: usize = 100_000;
    let mut sections = String::new();
    for n in 0..COUNT {
        let _ = write!(sections, "[profile p{n}]\nrole_arn = r\nsource_profile = p{}\n", (n + 1) % COUNT);
    }
    let findings = validate(&SharedConfig::parse(&sections, ""));
    assert_eq!(findings.len(), 1);
    assert!(findings[0].what.ends_with("p6 -> p7 -> … (100000 profiles) -> p0"), "{}", findings[0].what);

    let keys: String = (0..COUNT).map(|n| format!("key{n} = v\n")).collect();
    let twice = format!("[default]\n{keys}{keys}");
    assert_eq!(validate(&SharedConfig::parse(&twice, "")).len(), COUNT);
    assert_eq!(validate(&SharedConfig::parse(&"[a]\n".repeat(COUNT), "")).len(), COUNT);
}

proptest::proptest! {
    #[test]
    fn no_text_is_too_strange(
        config in "(\\[|\\]|profile|default|sso-session|DEFAULT| |\t|\"|'|\\\\|=|:|#|;|é|\u{a0}|\n|\r|s3|region|a|b){0,60}",
        credentials in "(\\[|\\]|default| |\t|\"|=|:|#|\n|\n\\[a\\]\n|aws_secret_access_key|hunter2|hunter2=|s3=){0,60}",
    ) {
        let findings = validate(&SharedConfig::parse(&config, &credentials));
        assert!(findings.is_sorted_by_key(|finding| finding.origin));
    }
}
