"""`configure set`: botocore and `aws configure get` read the new value, and every other value as before."""

import pytest

from views import comments, with_value

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
    'it\'s a "q"',
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
    assert comments(home.read("config")) == comments(config)


WITH_LINE_FEEDS = {name: row for name, row in EXISTING.items() if "\n" in row[0] and "\r" not in row[0]}


@pytest.mark.parametrize("ending", ["\r\n", "\r"], ids=["CRLF", "CR"])
@pytest.mark.parametrize("config, profile, key", WITH_LINE_FEEDS.values(), ids=WITH_LINE_FEEDS)
def test_line_ends_stay(home, other, config, profile, key, ending):
    """A file with other line ends becomes what the file with line feeds becomes."""
    for place, text in [(home, config), (other, config.replace("\n", ending))]:
        place.fill(text).keyfob("configure", "set", key, "new", "--profile", profile)
    assert home.read("config") != config
    assert other.read("config") == home.read("config").replace("\n", ending)


KEYS = "aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = s\n"

# id: config, credentials, profile
EXISTING_CREDENTIALS = {
    "no file": ("[profile dev]\nregion = a\n", None, "dev"),
    "key exists": (None, f"[default]\n{KEYS}[dev]\n{KEYS}", "dev"),
    "new key": (None, "[default]\naws_access_key_id = A\n", "default"),
    "new profile": (None, f"[default]\n{KEYS}", "dev"),
    "no blanks": (None, KEYS.join(["[dev]\n", "[x]\n"]).replace(" ", ""), "dev"),
    "CRLF": (None, f"[dev]\n{KEYS}[x]\n{KEYS}".replace("\n", "\r\n"), "dev"),
    "comments": (None, f"# a\n[dev]\n# b = c\n{KEYS}# d\n", "dev"),
    "capitals": (None, "[dev]\nAWS_SECRET_ACCESS_KEY = s\n", "dev"),
    "indented": (None, "  [dev]\n  aws_secret_access_key = s\n", "dev"),
    "blanks in the name": (None, f"[a b]\n{KEYS}", "a b"),
    "quotes are part of the name": (None, f'["a b"]\n{KEYS}', "a b"),
    "blanks around the name": (None, f"[ dev ]\n{KEYS}", "dev"),
    "profile is part of the name": (None, f"[profile dev]\n{KEYS}", "dev"),
    "inherited": (None, f"[DEFAULT]\n{KEYS}[dev]\nregion = a\n[x]\n", "dev"),
    "keys in the config file too": (f"[profile dev]\n{KEYS}", f"[default]\n{KEYS}", "dev"),
    "another of its keys": (None, f"[dev]\n{KEYS}aws_session_token = t\n[x]\n{KEYS}", "dev"),
}


@pytest.mark.parametrize("config, credentials, profile", EXISTING_CREDENTIALS.values(), ids=EXISTING_CREDENTIALS)
def test_an_existing_credentials_file(home, config, credentials, profile):
    expected = home.fill(config, credentials).view()
    for key in ("aws_secret_access_key", "aws_session_token"):
        home.keyfob("configure", "set", key, "new/+=", "--profile", profile)
        expected = with_value(expected, "profiles", profile, key, "new/+=")
    assert home.view() == expected
    assert home.read("config") == config
    assert comments(home.read("credentials")) == comments(credentials or "")
    assert home.credentials.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "arguments, code",
    [
        (("region", "a\nb"), 255),
        (("region", "a\rb"), 255),
        (("default.s3.a", "b\nc"), 255),
        (("aws_secret_access_key", "a\nregion = b"), 255),
        (("region", "a", "--profile", "a\nb"), 255),
        (("profile.dev", "a"), 255),
        (("a.b.c", "d", "--sso-session", "s"), 252),
        (("a", "b", "--sso-session", "s", "--services", "t"), 252),
        (("region",), 252),
    ],
)
def test_what_is_refused_leaves_the_files_alone(home, arguments, code):
    home.fill("[default]\nregion = a\n", "[default]\naws_access_key_id = A\n")
    before = home.both()
    finished = home.keyfob("configure", "set", *arguments, check=code)
    assert finished.err and not finished.out
    assert home.both() == before


def test_a_value_from_standard_input(home):
    home.keyfob("configure", "set", "aws_secret_access_key", "--value-stdin", input="a/b+c=\n")
    assert home.botocore_profile("default") == {"aws_secret_access_key": "a/b+c="}
