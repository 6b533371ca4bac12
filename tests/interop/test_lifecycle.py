"""`configure unset`, `delete`, `rename`, `copy`: botocore's view of all profiles changes as intended.

In nothing else does it change, and comments stay. Both files are full, in three forms; odd files stand in tables.
"""

import pytest

from views import comments, with_copy, with_renamed, without_profile, without_value

CONFIG = """\
# all of it = mine
[default]
region = us-east-1
output = json

# the base
[profile base]
region=eu-west-1
s3 =
    addressing_style = path
    # within = it
    max_bandwidth = 1MB/s

[profile dev] # via base
role_arn = arn:aws:iam::111122223333:role/dev
source_profile = base
; inside
[profile "my ops"]
role_arn = arn:aws:iam::111122223333:role/ops
source_profile=dev
sso_session = base
description = a
  b

  c
[profile prod]
  role_arn: arn:aws:iam::111122223333:role/prod
  Source_Profile : my ops
[sso-session base]
sso_region = us-east-1
[services base]
sts =
  endpoint_url = http://localhost
[plugins]
base = base
"""
CREDENTIALS = """\
[default]
aws_access_key_id = AKIADEFAULT
aws_secret_access_key = d

[base]
aws_access_key_id = AKIABASE
aws_secret_access_key = b
aws_session_token = t

# only here
[keys only]
aws_access_key_id = AKIAKEYS
aws_secret_access_key = k
[chained]
role_arn = arn:aws:iam::111122223333:role/chained
source_profile = keys only
[profile base]
aws_access_key_id = AKIAODD
"""
FORMS = {
    "plain": lambda text: text,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "no last line end": lambda text: text.rstrip("\n"),
}


@pytest.fixture(params=FORMS)
def full(request, home):
    """A home with both files full, in several forms."""
    form = FORMS[request.param]
    return home.fill(form(CONFIG), form(CREDENTIALS))


UNSET = [
    ("region", "default"),
    ("region", "base"),
    ("REGION", "base"),
    ("s3", "base"),
    ("s3.addressing_style", "base"),
    ("s3.max_bandwidth", "base"),
    ("s3.missing", "base"),
    ("description", "my ops"),
    ("sso_session", "my ops"),
    ("source_profile", "prod"),
    ("role_arn", "prod"),
    ("role_arn", "chained"),
    ("aws_session_token", "base"),
    ("aws_access_key_id", "keys only"),
    ("missing", "dev"),
]


@pytest.mark.parametrize("key, profile", UNSET)
def test_unset(full, key, profile):
    before, said = full.view(), comments(full.read("config"))
    full.keyfob("configure", "unset", key, "--profile", profile)
    assert full.view() == without_value(before, "profiles", profile, key.lower())
    kept = comments(full.read("config"))
    assert kept == said or (key == "s3" and set(said) - set(kept) <= {"# within = it"})


def test_unset_of_every_name_in_a_block_removes_the_block(full):
    expected = full.view()
    for key in ("s3.addressing_style", "s3.max_bandwidth"):
        full.keyfob("configure", "unset", key, "--profile", "base")
        expected = without_value(expected, "profiles", "base", key)
    assert "s3" not in expected["profiles"]["base"]
    assert full.view() == expected


@pytest.mark.parametrize(
    "flag, kind, key", [("--sso-session", "sso_sessions", "sso_region"), ("--services", "services", "sts.endpoint_url")]
)
def test_unset_in_other_sections(full, flag, kind, key):
    before = full.view()
    full.keyfob("configure", "unset", key, flag, "base")
    assert full.view() == without_value(before, kind, "base", key)


@pytest.mark.parametrize(
    "config, credentials",
    [
        ("[profile dev]\naws_access_key_id = A\n", "[dev]\naws_access_key_id = B\n"),
        ("[profile dev]\naws_access_key_id = A\n", None),
        (None, "[dev]\nAWS_ACCESS_KEY_ID = B\n"),
        ("[profile dev]\nk = a\n[profile 'dev']\naws_access_key_id = A\n", "[dev]\n"),
    ],
)
def test_unset_reaches_both_files(home, config, credentials):
    before = home.fill(config, credentials).view()
    home.keyfob("configure", "unset", "aws_access_key_id", "--profile", "dev")
    assert home.view() == without_value(before, "profiles", "dev", "aws_access_key_id")


NAMES = ["default", "base", "dev", "my ops", "prod", "keys only", "chained", "profile base"]


@pytest.mark.parametrize("name", NAMES)
def test_delete(full, name):
    before = full.view()
    full.keyfob("configure", "delete", name, "--force")
    after = full.view()
    assert after == without_profile(before, name)
    assert list(after["profiles"]) == [other for other in before["profiles"] if other != name]


@pytest.mark.parametrize("name", ["base", "dev", "my ops", "keys only"])
def test_delete_is_refused_while_others_get_their_credentials_there(full, name):
    before = full.both()
    full.keyfob("configure", "delete", name, check=255)
    assert full.both() == before


def test_delete_takes_every_spelling(home):
    home.fill("[default]\nregion = a\n[profile x]\n[profile default]\nregion = b\n[profile 'default']\n", "[default]\n")
    home.keyfob("configure", "delete", "default")
    assert home.view()["profiles"] == {"x": {}}


NEW_NAMES = ["new", "my new one", "it's", 'q"uote', "grüße 日本", "a/b:c+d%e@f", "back\\slash"]


@pytest.mark.parametrize("old", NAMES)
def test_rename(full, old):
    before = full.view()
    full.keyfob("configure", "rename", old, "new name")
    after = full.view()
    expected = with_renamed(before, old, "new name")
    assert after == expected
    assert list(after["profiles"]) == list(expected["profiles"])


@pytest.mark.parametrize("new", NEW_NAMES)
def test_rename_to(full, new):
    before = full.view()
    full.keyfob("configure", "rename", "base", new)
    assert full.view() == with_renamed(before, "base", new)
    assert comments(full.read("config")) == comments(CONFIG)
    assert comments(full.read("credentials")) == comments(CREDENTIALS)


@pytest.mark.parametrize(
    "config, credentials, old, new",
    [
        ("[profile a]\nregion = x\n", "[a]\naws_access_key_id = A\n", "a", "default"),
        ("[profile default]\nregion = x\n", "[default]\naws_access_key_id = A\n", "default", "a"),
        ("  [profile a]\n  region = x\n", "  [a]\n  k = v\n", "a", "b"),
        ("[profile 'a b'] # c\nregion = x\n", None, "a b", "c"),
        ("[profile   a  ]\nregion = x\n", None, "a", "b c"),
        ("[profiles a]\nregion = x\n", None, "a", "b"),
        ("[profile a]\nsource_profile = a\naws_access_key_id = A\n", None, "a", "b"),
        ("[profile b]\nsource_profile = a b\n[profile c]\nsource_profile = a\n", "[a]\nk = v\n", "a", "z"),
        ("[profile b]\nsource_profile = a\n  b\n", "[a]\nk = v\n", "a", "z"),
        ("[profile b]\nSOURCE_PROFILE=a\n", "[a]\nk = v\n", "a", "z"),
        ("[b]\nsource_profile = a\n[sso-session s]\nsource_profile = a\n", "[a]\nk = v\n", "a", "z"),
        ("[profile b]\ns3 =\n  source_profile = a\n", "[a]\nk = v\n", "a", "z"),
        ("[DEFAULT]\nregion = x\n[profile a]\n", "[DEFAULT]\nk = v\n[a]\n", "a", "b"),
    ],
)
def test_rename_in_odd_files(home, config, credentials, old, new):
    before = home.fill(config, credentials).view()
    home.keyfob("configure", "rename", old, new)
    assert home.view() == with_renamed(before, old, new)


@pytest.mark.parametrize("source", NAMES)
def test_copy(full, source):
    before = full.view()
    full.keyfob("configure", "copy", source, "new name")
    after = full.view()
    assert after == with_copy(before, source, "new name")
    assert [name for name in after["profiles"] if name != "new name"] == list(before["profiles"])


@pytest.mark.parametrize("target", NEW_NAMES)
def test_copy_to(full, target):
    before = full.view()
    full.keyfob("configure", "copy", "base", target)
    assert full.view() == with_copy(before, "base", target)


@pytest.mark.parametrize(
    "config, credentials, source",
    [
        ("[DEFAULT]\nregion = x\n[profile a]\noutput = y\n", "[DEFAULT]\nk = v\n[a]\n", "a"),
        ("  [profile a]\n  s3 =\n    b = c\n", "  [a]\n  k = v", "a"),
        ("[profile a]\n    k = v\n  [profile b]\n  k = w\n", None, "a"),
        ("[profile b]\n    k = v\n  [profile a]\n  k = w\n", None, "a"),
        ("[profile a]\nk =\n  b = c\n\n\n# end\n", None, "a"),
        ("[profile a]", "[a]", "a"),
        ("[profile b]\nk = v\n  w", "[a]\nk = v\n  w", "a"),
    ],
)
def test_copy_in_odd_files(home, config, credentials, source):
    before = home.fill(config, credentials).view()
    home.keyfob("configure", "copy", source, "new name")
    assert home.view() == with_copy(before, source, "new name")


@pytest.mark.parametrize(
    "arguments",
    [
        ("rename", "missing", "new"),
        ("copy", "missing", "new"),
        ("delete", "missing"),
        ("rename", "base", "dev"),
        ("rename", "base", "chained"),
        ("copy", "base", "default"),
        ("copy", "base", "base"),
        ("rename", "base", ""),
        ("rename", "base", "a\nb"),
        ("copy", "base", "DEFAULT"),
    ],
)
def test_what_is_refused_leaves_the_files_alone(full, arguments):
    before = full.both()
    finished = full.keyfob("configure", *arguments, check=None)
    assert finished.code in (252, 253, 255), finished
    assert full.both() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("unset", "region", "--profile", "base"),
        ("delete", "prod"),
        ("rename", "base", "new"),
        ("copy", "base", "new"),
        ("set", "region", "x"),
    ],
)
def test_a_dry_run_changes_nothing_and_hides_secrets(full, arguments):
    before = full.both()
    finished = full.keyfob("configure", *arguments, "--dry-run")
    assert full.both() == before
    assert finished.out.startswith("--- ") and "\n+++ " in finished.out
    assert "aws_secret_access_key = b\n" not in finished.out
