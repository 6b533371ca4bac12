"""`configure set`: botocore and `aws configure get` read the new value, and every other value as before."""

import pytest

from views import with_value

VALUES = [
    "eu-west-1",
    "",
    "a#b",
    "a # b",
    "a;b ; c",
    "#leading",
    ";leading",
    "50%",
    "%(region)s",
    "a=b",
    "= b",
    ": b",
    "a = b : c",
    "  blanks at both ends  ",
    "\ttab\tinside\t",
    "[section]",
    '"quoted"',
    "it's",
    "back\\slash \\n",
    "grüße 日本 🔑",
    "x" * 5000,
    "/usr/local/bin/tool --arg 'a b' \"c\"",
]

NAMES = [
    "dev",
    "my dev",
    "two  blanks",
    "tab\there",
    "dotted.name",
    "user@example.com",
    "a/b:c+d%e",
    "it's",
    'q"uote',
    "it's a \"q\"",
    "back\\slash",
    "hash#tag",
    "semi;colon",
    "bracket]",
    "[bracket",
    "equals=sign",
    "grüße",
    "日本 東京",
    "profile",
    "default ",
    "Default",
    "123",
]


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("key", ["region", "s3.addressing_style", "aws_secret_access_key"])
def test_any_value_reads_back(home, key, value):
    home.fill("[default]\noutput = json\n", "[default]\naws_access_key_id = AKIAEXAMPLE\n")
    before = home.view()
    home.keyfob("configure", "set", key, value)
    assert home.view() == with_value(before, "profiles", "default", key, value)


@pytest.mark.parametrize("name", NAMES)
def test_any_name_reads_back(home, name):
    home.fill("[default]\nregion = us-east-1\n", "[default]\naws_access_key_id = AKIADEFAULT\n")
    expected = home.view()
    for key, value in [
        ("region", "eu-west-1"),
        ("output", "json"),
        ("s3.addressing_style", "path"),
        ("s3.max_bandwidth", "1MB/s"),
        ("aws_access_key_id", "AKIAEXAMPLE"),
        ("aws_secret_access_key", "secret"),
        ("output", "text"),
    ]:
        home.keyfob("configure", "set", key, value, "--profile", name)
        expected = with_value(expected, "profiles", name, key, value)
    assert home.view() == expected
    assert home.aws("configure", "get", "region", "--profile", name).out == "eu-west-1\n"
    assert home.keyfob("configure", "get", "region", "--profile", name).out == "eu-west-1\n"


@pytest.mark.parametrize(
    "name, kind, holder, key",
    [
        ("region", "profiles", "default", "region"),
        ("default.region", "profiles", "default", "region"),
        ("default.s3.addressing_style", "profiles", "default", "s3.addressing_style"),
        ("s3.addressing_style", "profiles", "default", "s3.addressing_style"),
        ("profile.dev.region", "profiles", "dev", "region"),
        ("profile.my dev.region", "profiles", "my dev", "region"),
        ("profile.dev.s3.addressing_style", "profiles", "dev", "s3.addressing_style"),
        ("profile.dev.aws_access_key_id", "profiles", "dev", "aws_access_key_id"),
        ("profile.default.region", "profiles", "default", "region"),
        ("default.aws_session_token", "profiles", "default", "aws_session_token"),
        ("dev.region", "profiles", "default", "dev.region"),
        ("a.b.c", "profiles", "default", "a"),
        ("mfa_serial", "profiles", "default", "mfa_serial"),
        ("aws_account_id", "profiles", "default", "aws_account_id"),
    ],
)
def test_a_dotted_name_means_what_it_means_to_aws(home, other, name, kind, holder, key):
    """Both the place and the file are those of the AWS CLI."""
    config = "[default]\noutput = json\n[profile dev]\noutput = text\n"
    credentials = "[default]\naws_access_key_id = AKIADEFAULT\n[dev]\naws_secret_access_key = s\n"
    before = home.fill(config, credentials).view()
    home.keyfob("configure", "set", name, "value")
    assert home.view() == with_value(before, kind, holder, key, "value")
    other.fill(config, credentials).aws("configure", "set", name, "value")
    assert home.both() == other.both()


@pytest.mark.parametrize("flag, kind", [("--sso-session", "sso_sessions"), ("--services", "services")])
@pytest.mark.parametrize("name", ["corp", "my corp", "it's", "日本"])
def test_sections_other_than_profiles(home, flag, kind, name):
    home.fill("[profile corp]\nsso_session = corp\nservices = corp\n[sso-session x]\n[services x]\n")
    expected = home.view()
    for key, value in [
        ("sso_region", "eu-west-1"),
        ("sts.endpoint_url", "http://localhost:4566"),
        ("sts.other", "x = y"),
        ("sso_region", "eu-north-1"),
        ("sso_registration_scopes", "sso:account:access"),
    ]:
        home.keyfob("configure", "set", key, value, flag, name)
        expected = with_value(expected, kind, name, key, value)
    assert home.view() == expected
    assert home.keyfob("configure", "get", "sso_region", flag, name).out == "eu-north-1\n"
    assert home.keyfob("configure", "get", "sts.endpoint_url", flag, name).out == "http://localhost:4566\n"


BLOCK = "[default]\ns3 =\n    addressing_style = path\n    max_bandwidth = 1MB/s\nregion = a\n"

# id: config, profile, key
EXISTING = {
    "CRLF": ("[default]\r\nregion = a\r\noutput = json\r\n[profile x]\r\nregion = b\r\n", "default", "region"),
    "CRLF, new key": ("[default]\r\nregion = a\r\n\r\n[profile x]\r\nregion = b\r\n", "default", "output"),
    "CRLF, new profile": ("[default]\r\nregion = a\r\n", "new", "output"),
    "CRLF, nested": ("[default]\r\ns3 =\r\n    a = b\r\nregion = a\r\n", "default", "s3.c"),
    "lone CR": ("[default]\rregion = a\routput = json\r", "default", "region"),
    "line ends of both kinds": ("[default]\nregion = a\r\n[profile x]\noutput = json\n", "default", "region"),
    "comments": ("# top\n[default]\n; one\nregion = a\n  # two\noutput = json\n# end\n", "default", "region"),
    "comments, new key": ("# top\n[default]\n; one = 1\nregion = a\n# end\n\n# x\n[profile x]\n", "default", "output"),
    "commented key": ("[default]\n# region = a\n#region = b\noutput = json\n", "default", "region"),
    "commented section": ("# [profile dev]\n[default]\nregion = a\n", "dev", "region"),
    "other case": ("[default]\nRegion = a\nOUTPUT = json\n", "default", "region"),
    "other case asked for": ("[default]\nregion = a\n", "default", "Region"),
    "colon": ("[default]\nregion: a\noutput : json\n", "default", "region"),
    "no blanks": ("[default]\nregion=a\noutput=json\n", "default", "region"),
    "many blanks": ("[default]\nregion   =    a   \noutput = json\n", "default", "region"),
    "indented header": ("  [default]\n  region = a\n  output = json\n", "default", "region"),
    "indented header, new key": ("  [default]\n  region = a\n", "default", "output"),
    "indented header behind": ("[default]\n    region = a\n  [profile x]\n  region = b\n", "default", "output"),
    "indented keys": ("[default]\n  region = a\n  output = json\n[profile x]\n", "default", "region"),
    "indented keys, new key": ("[default]\n  region = a\n  output = json\n[profile x]\n", "default", "role_arn"),
    "tabs": ("[default]\n\tregion\t=\ta\n\toutput = json\n", "default", "region"),
    "double quotes": ('[profile "a b"]\nregion = a\n[profile x]\n', "a b", "region"),
    "double quotes, new key": ('[profile "a b"]\nregion = a\n[profile x]\n', "a b", "output"),
    "single quotes": ("[profile 'a b']\nregion = a\n", "a b", "region"),
    "escaped blank": ("[profile a\\ b]\nregion = a\n", "a b", "region"),
    "needless quotes": ('[profile "dev"]\nregion = a\n', "dev", "region"),
    "blanks in the header": ("[profile   dev  ]\nregion = a\n", "dev", "region"),
    "tab in the header": ("[profile\tdev]\nregion = a\n", "dev", "output"),
    "text behind the header": ("[profile dev] # mine\nregion = a\n", "dev", "output"),
    "odd kind": ("[profiles dev]\nregion = a\n", "dev", "region"),
    "profile default": ("[profile default]\nregion = a\n", "default", "region"),
    "both defaults": ("[default]\nregion = a\noutput = x\n[profile default]\nregion = b\n", "default", "region"),
    "both defaults, other order": ("[profile default]\nregion = b\n[default]\nregion = a\n", "default", "output"),
    "two spellings": ("[profile dev]\nregion = a\n[profile 'dev']\nregion = b\n", "dev", "region"),
    "inherited": ("[DEFAULT]\nregion = a\n[profile dev]\noutput = json\n[profile x]\n", "dev", "region"),
    "not a profile": ("[dev]\nregion = a\n[profile a b]\nregion = b\n", "dev", "region"),
    "header within a value": ("[default]\nregion = a\n  [profile dev]\n", "dev", "region"),
    "no last line end": ("[default]\nregion = a", "default", "region"),
    "no last line end, new key": ("[default]\nregion = a", "default", "output"),
    "no last line end, new profile": ("[default]\nregion = a", "dev", "output"),
    "header only": ("[default]", "default", "region"),
    "empty file": ("", "default", "region"),
    "comment only": ("# nothing yet", "default", "region"),
    "blank lines": ("\n\n[default]\n\n\nregion = a\n\n\n[profile x]\n\n", "default", "output"),
    "value of several lines": ("[default]\nregion = a\n  b\n\n  c\noutput = json\n", "default", "region"),
    "behind a value of several lines": ("[default]\nregion = a\n  b\n  c\n", "default", "output"),
    "between values of several lines": ("[default]\nk = a\n  b\n[profile x]\nk = a\n  b\n", "default", "output"),
    "block": (BLOCK, "default", "s3.addressing_style"),
    "block, new name": (BLOCK, "default", "s3.payload_signing_enabled"),
    "block, key behind": (BLOCK, "default", "region"),
    "block, new key": (BLOCK, "default", "output"),
    "block, a second one": (BLOCK, "default", "s3api.addressing_style"),
    "block at the end": ("[default]\ns3 =\n    a = b", "default", "s3.c"),
    "block before blank lines": ("[default]\ns3 =\n    a = b\n\n\n[profile x]\nregion = b\n", "default", "s3.c"),
    "block before comments": ("[default]\ns3 =\n    a = b\n# c = d\n    # e\nregion = a\n", "default", "s3.c"),
    "block in capitals": ("[default]\nS3 =\n    a = b\n", "default", "s3.a"),
    "block, names in capitals": ("[default]\ns3 =\n    Name = b\n", "default", "s3.name"),
    "block indented by tabs": ("[default]\ns3 =\n\ta = b\n\tc = d\n", "default", "s3.c"),
    "block indented by tabs, new name": ("[default]\ns3 =\n\ta = b\n", "default", "s3.c"),
    "block indented by one blank": ("[default]\ns3 =\n a = b\nregion = a\n", "default", "s3.c"),
    "block of two levels": ("[default]\na =\n  b =\n    c = d\n", "default", "a.b"),
    "block below indented keys": ("[default]\n      s3 =\n        a = b\n      region = a\n", "default", "s3.c"),
    "same name in a block": ("[default]\ns3 =\n    region = n\nregion = t\n", "default", "region"),
    "same name in a block only": ("[default]\ns3 =\n    region = n\n", "default", "region"),
    "value over a block": (BLOCK, "default", "s3"),
    "block over a value": ("[default]\ns3 = x\nregion = a\n", "default", "s3.a"),
    "block over the last value": ("[default]\nregion = a\ns3 = x", "default", "s3.a"),
    "block over an empty value": ("[default]\ns3 =\nregion = a\n", "default", "s3.a"),
    "plugins": ("[plugins]\ncli_legacy_plugin_path = /x\n[default]\nregion = a\n", "default", "output"),
}


@pytest.mark.parametrize("config, profile, key", EXISTING.values(), ids=EXISTING)
def test_an_existing_config(home, config, profile, key):
    before = home.fill(config).view()
    home.keyfob("configure", "set", key, "new", "--profile", profile)
    assert home.view() == with_value(before, "profiles", profile, key.lower(), "new")
    lines = home.read("config").splitlines(keepends=True)
    kept = [line for line in lines if line.lstrip().startswith(("#", ";"))]
    assert kept == [line for line in config.splitlines(keepends=True) if line.lstrip().startswith(("#", ";"))] or (
        [line.rstrip("\r\n") for line in kept] == [config] or "comment only" in config
    )


@pytest.mark.parametrize("config, profile, key", EXISTING.values(), ids=EXISTING)
def test_an_existing_config_keeps_its_other_lines(home, config, profile, key):
    """Whatever lines do not make up the old value are there still, in their order and with their line ends."""
