"""Reading: of any file that the AWS CLI accepts, `configure get` and `list-profiles` make what botocore makes.

Every value of every profile, sso-session and services section is asked for; how a name is taken apart, and the exit
code, are compared with `aws configure get`.
"""

import re

import pytest

from views import flattened, has_own_meaning

# id: config, credentials
FILES = {
    "no files": (None, None),
    "empty files": ("", ""),
    "plain": ("[default]\nregion = a\noutput = b\n[profile x]\nregion = c\n", "[default]\naws_access_key_id = d\n"),
    "order": (
        "[profile z]\n[profile a]\n[default]\n[profile 'm n']\n[sso-session s]\n[profile b]\n",
        "[q]\n[a]\n[default]\n[c d]\n",
    ),
    "credentials win key by key": ("[profile x]\na = 1\nb = 2\n", "[x]\nb = 3\nc = 4\n"),
    "credentials win over a block": ("[profile x]\ns3 =\n  a = b\n", "[x]\ns3 = c\n"),
    "block in credentials": ("[profile x]\ns3 =\n  a = b\n  c = d\n", "[x]\ns3 =\n  a = e\n"),
    "capitals": (
        "[default]\nReGion = A\nOUTPUT=B\n[Default]\nregion = c\n[profile X]\n[profile x]\n[Profile y]\n",
        None,
    ),
    "blanks": ("[default]\n  \nregion   =   a b  \t\noutput\t=\tc\n   \n", None),
    "colons": ("[default]\nregion: a\noutput : b\nurl = http://x:1/\nother: c = d\nmore := e\nlast =: f\n", None),
    "double separators": ("[default]\na == b\nc :: d\n", None),
    "blanks in keys": ("[default]\nmy key = a\nmy  other\tkey: b\n", None),
    "odd keys": ('[default]\nkey[0] = a\n"quoted" = b\nk;l = c\nk#l = d\n-dash = e\nüñí = f\nÜÑÍX = g\n', None),
    "comments": ("# a\n; b\n[default] # c\n# d = e\nregion = f\n  # g\n\t; h\noutput = i\n#j", None),
    "comments behind values": ("[default]\na = b # c\nd = e ; f\ng = #h\ni = ;j\nk = l#m\n", None),
    "percent and quotes": ("[default]\na = %(b)s\nb = 50%\nc = \"d\"\ne = 'f'\ng = \\h\n", None),
    "empty values": ("[default]\na =\nb = \nc:\n\nd =\n[profile x]\ne =\n", None),
    "values of several lines": ("[default]\na = b\n  c\n  d = e\n\tf\ng = h\n", None),
    "blank lines in values": ("[default]\na = b\n\n  c\n\n\n  d\n\ne = f\n\n", None),
    "comments in values": ("[default]\na = b\n# c\n  d\n  # e\n  f\n;g\n\n  h\ni = j\n", None),
    "header in a value": ("[default]\na = b\n  [profile x]\n  c = d\n[profile y]\n", None),
    "value down to the end": ("[default]\na = b\n  c", None),
    "blocks": ("[default]\ns3 =\n  a = b\n  c=d\n    e = f\n\tg = h=i\ns4 =\n  j = k : l\n", None),
    "blocks with blank lines": ("[default]\ns3 =\n\n  a = b\n\n  c = d\n\n\nregion = e\n", None),
    "blocks with comments": ("[default]\ns3 =\n  # x = y\n  a = b\n# z\n  ; z\n  c = d # e\nregion = e\n", None),
    "blocks of two levels": ("[default]\na =\n  b =\n    c = d\n  e = f\n", None),
    "blocks with capitals": ("[default]\nS3 =\n  Aa = b\n  aA = c\n", None),
    "blocks with repeated names": ("[default]\ns3 =\n  a = b\n  a = c\n", None),
    "blocks with empty names": ("[default]\ns3 =\n  = b\n  a =\n", None),
    "block behind blanks": ("[default]\ns3 =   \n  a = b\n", None),
    "block behind a colon": ("[default]\ns3:\n  a = b\n", None),
    "indented keys": ("[default]\n    a = b\n    c = d\n  e = f\n      g = h\n", None),
    "indented more and less": ("[default]\n  a = b\n c = d\n  e = f\n[profile x]\n   g = h\n", None),
    "indented headers": ("  [default]\n  a = b\n [profile x]\n c = d\n", "  [x]\n  e = f\n"),
    "tabs": ("[default]\n\ta = b\n\tc = d\n\t\te\n", None),
    "tab below blanks": ("[default]\n  a = b\n\tc = d\n", None),
    "quoted names": (
        '[profile "a b"]\nk = 1\n[profile \'c d\']\nk = 2\n[profile e\\ f]\nk = 3\n[profile "g"]\nk = 4\n',
        None,
    ),
    "half quoted names": (
        '[profile a"b c"d]\nk = 1\n[profile \'it\'"\'"\'s\']\nk = 2\n[profile "a\\"b\\c"]\nk = 3\n',
        None,
    ),
    "empty names": ("[profile '']\nk = 1\n[profile \"\" x]\nk = 2\n", None),
    "not names": (
        "[profile a b]\nk=1\n[profile 'x]\nk=2\n[profile]\nk=3\n[profilex]\nk=4\n[ profile y]\nk=5\n[x]\nk=6\n",
        None,
    ),
    "blanks in headers": (
        "[profile   a]\nk = 1\n[profile\tb]\nk = 2\n[profile c  ]\nk = 3\n[ default]\nk = 4\n[default ]\n",
        None,
    ),
    "brackets in headers": (
        "[profile a]b]\nk = 1\n[profile c] # d]\nk = 2\n[profile [e]\nk = 3\n[profile f]]\nk = 4\n",
        None,
    ),
    "comments in headers": ("[profile a#b]\nk = 1\n[profile c;d]\nk = 2\n[profile '#']\nk = 3\n", None),
    "odd kinds": ("[profiles a]\nk = 1\n[profile-x b]\nk = 2\n[sso-sessionX c]\nk = 3\n[services/ d]\nk = 4\n", None),
    "unusual names": (
        "[profile a.b]\nk = 1\n[profile ü]\nk = 2\n[profile 日本]\nk = 3\n[profile a@b/c:d]\nk = 4\n",
        "[ü]\nk = 5\n",
    ),
    "default twice": ("[default]\na = 1\nb = 2\n[profile x]\n[profile default]\nb = 3\n", None),
    "default twice, other order": ("[profile default]\na = 1\nb = 2\n[profile x]\n[default]\nb = 3\n", None),
    "profile twice": ("[profile x]\na = 1\n[profile 'x']\nb = 2\n[profile \"x\"]\nc = 3\n", "[x]\nd = 4\n"),
    "profile default in credentials": ("[profile default]\na = 1\n", "[profile default]\na = 2\n[default]\nb = 3\n"),
    "inherited": (
        "[DEFAULT]\na = 1\nb = 2\n[default]\nb = 3\n[profile x]\n[sso-session s]\nc = 4\n[services t]\n",
        None,
    ),
    "inherited in credentials": ("[profile x]\na = 1\n", "[DEFAULT]\na = 2\nb = 3\n[x]\n[y]\nb = 4\n"),
    "inherited from below": ("[profile x]\na = 1\n[DEFAULT]\na = 2\nb = 3\n", "[x]\n"),
    "inherited blocks": ("[DEFAULT]\ns3 =\n  a = b\n[profile x]\n[profile y]\ns3 =\n  c = d\n", None),
    "names in credentials": (
        None,
        "[a b]\nk = 1\n[ c ]\nk = 2\n['d']\nk = 3\n[profile e]\nk = 4\n[\"\"]\nk = 5\n[f]g]\nk = 6\n",
    ),
    "text behind headers in credentials": (None, "[a] # b\nk = 1\n[c]d\nk = 2\n"),
    "sections": (
        "[sso-session s]\nsso_region = a\n[sso-session 't u']\nk = b\n[services v]\nsts =\n  endpoint_url = c\nk = d\n"
        "[plugins]\na = b\n[preview]\nc = d\n[services 'w x']\n[sso-session y z]\n",
        None,
    ),
    "sections in credentials": (None, "[sso-session s]\nk = 1\n[services t]\nk = 2\n[plugins]\nk = 3\n"),
    "CRLF": ("[default]\r\na = b\r\n  c\r\n\r\n  d\r\ns3 =\r\n  e = f\r\n", "[default]\r\ng = h\r\n"),
    "lone CR": ("[default]\ra = b\r  c\rs3 =\r  e = f\r[profile x]\r", None),
    "mixed line ends": ("[default]\na = b\r\nc = d\re = f\n\r\ng = h\r\r\n", None),
    "other white space": ("[default]\n\u00a0a\u00a0= \u00a0b\u3000\nc = d\x0be\x0cf\u2028g\x85h\n\x0ci = j\n", None),
    "long": ("[default]\na = " + "b" * 100_000 + "\n" + "".join(f"[profile p{n}]\nk = {n}\n" for n in range(20)), None),
}


@pytest.mark.parametrize("config, credentials", FILES.values(), ids=FILES)
def test_profiles_are_listed_as_botocore_lists_them(home, config, credentials):
    view = home.fill(config, credentials).view()
    listed = home.keyfob("configure", "list-profiles").out
    assert listed == "".join(f"{name}\n" for name in view["profiles"])


@pytest.mark.parametrize("config, credentials", FILES.values(), ids=FILES)
def test_every_value_is_read_as_botocore_reads_it(home, config, credentials):
    view = home.fill(config, credentials).view()
    asked = [(("--profile", name), settings) for name, settings in view["profiles"].items() if name]
    for kind, flag in [("sso_sessions", "--sso-session"), ("services", "--services")]:
        asked += [((flag, name), settings) for name, settings in view[kind].items()]
    for arguments, settings in asked:
        for key, value in list(flattened(settings))[:20]:
            if has_own_meaning(key, view):
                continue
            finished = home.keyfob("configure", "get", *arguments, "--", key, check=None)
            expected = (1, "") if value is None else (0, value + "\n")
            assert (finished.code, finished.out) == expected, (arguments, key, finished)


FULL_CONFIG = """\
[default]
region = us-east-1
empty =
s3 =
  addressing_style = path
  region = nested
[profile dev]
region = eu-west-1
output = text
  and more
s3 =
  addressing_style = virtual
[profile my dev]
ignored = yes
[profile "my dev"]
region = ap-south-1
[profile s3]
addressing_style = of the profile
region = s3
[profile dotted.name]
region = dotted
[other]
e = f
"""
FULL_CREDENTIALS = """\
[default]
aws_access_key_id = AKIADEFAULT
[dev]
aws_access_key_id = AKIADEV
region = of the credentials file
[keys]
aws_access_key_id = AKIAKEYS
[profile dev]
aws_access_key_id = AKIAODD
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ("region",),
        ("Region",),
        ("missing",),
        ("empty",),
        ("s3",),
        ("aws_access_key_id",),
        ("region", "--profile", "dev"),
        ("output", "--profile", "dev"),
        ("aws_access_key_id", "--profile", "dev"),
        ("region", "--profile", "my dev"),
        ("region", "--profile", "dotted.name"),
        ("aws_access_key_id", "--profile", "keys"),
        ("aws_access_key_id", "--profile", "profile dev"),
        ("region", "--profile", "missing"),
        ("default.region", "--profile", "missing"),
        ("default.region",),
        ("default.region", "--profile", "dev"),
        ("default.s3",),
        ("default.s3.addressing_style",),
        ("default.s3.missing",),
        ("default.s3.addressing_style.more",),
        ("default.region.sub",),
        ("default.missing.sub",),
        ("profile.dev.region",),
        ("profile.dev.s3.addressing_style",),
        ("profile.dev.s3",),
        ("profile.missing.region",),
        ("profile.default.region",),
        ("profile.my dev.region",),
        ("dev.region",),
        ("dev.s3.addressing_style",),
        ("dev.missing",),
        ("keys.aws_access_key_id",),
        ("s3.addressing_style",),  # of the profile called s3
        ("s3.region", "--profile", "dev"),
        ("dotted.name.region",),
        ("missing.region",),
        ("plugins.a",),
        ("other.e",),
        ("region.sub", "--profile", "missing"),
    ],
    ids=" ".join,
)
def test_names_mean_what_they_mean_to_the_aws_cli(home, arguments):
    home.fill(FULL_CONFIG, FULL_CREDENTIALS)
    ours = home.keyfob("configure", "get", *arguments, check=None)
    theirs = home.aws("configure", "get", *arguments, check=None)
    assert (ours.code, ours.out) == (theirs.code, theirs.out)
    if theirs.code == 255:
        assert theirs.err.strip() in ours.err


@pytest.mark.parametrize(
    "variables",
    [{"AWS_PROFILE": "dev"}, {"AWS_DEFAULT_PROFILE": "dev"}, {"AWS_PROFILE": "missing"}, {"AWS_PROFILE": "default"}],
)
@pytest.mark.parametrize("name", ["region", "s3.addressing_style", "default.region"])
def test_variables_select_the_profile(home, variables, name):
    home.fill(FULL_CONFIG.replace("[profile s3]", "[profile s4]"), FULL_CREDENTIALS)
    ours = home.keyfob("configure", "get", name, env=variables, check=None)
    theirs = home.aws("configure", "get", name, env=variables, check=None)
    assert (ours.code, ours.out) == (theirs.code, theirs.out)


@pytest.mark.parametrize("section", ["plugins", "p"])
def test_plugins(home, section):
    """Only botocore is asked: AWS CLI v1 would import what the section names."""
    home.fill(f"[{section}]\na = b\n[default]\n{section} =\n  a = c\n")
    assert home.keyfob("configure", "get", f"{section}.a").out == home.view()[section]["a"] + "\n"


@pytest.mark.parametrize("variables", [{"AWS_PROFILE": "dev"}, {"AWS_REGION": "us-west-2"}])
def test_the_environment_does_not_change_what_is_listed(home, variables):
    home.fill(FULL_CONFIG, FULL_CREDENTIALS)
    names = "".join(f"{name}\n" for name in home.view()["profiles"])
    assert home.keyfob("configure", "list-profiles", env=variables).out == names


@pytest.mark.parametrize(
    "text",
    [
        "[default]\nno separator\n",
        "[default]\n= value\n",
        ": value\n",
        "region = a\n[default]\n",
        "[default\nregion = a\n",
        "[default]\ns3 =\n  a = b\n  no separator\n",
        "[default]\ns3 =\n  a : b\n",
        "\ufeff[default]\nregion = a\n",
    ],
)
@pytest.mark.parametrize("file", ["config", "credentials"])
def test_what_the_aws_cli_cannot_read_is_an_error(home, file, text):
    home.write(file, text)
    with pytest.raises(AssertionError, match="Unable to parse config file"):
        home.view()
    for arguments in [
        ("get", "region"),
        ("list-profiles",),
        ("set", "cli_pager", "x"),
        ("set", "aws_session_token", "x"),
    ]:
        finished = home.keyfob("configure", *arguments, check=None)
        if arguments[0] != "set":
            assert (finished.code, finished.out) == (255, ""), finished
            assert re.search(rf"/{file}:\d+: ", finished.err)
    assert home.read(file) == text


def test_bytes_that_are_no_text(home):
    home.write("config", "")
    home.config.write_bytes(b"[default]\nregion = \xff\n")
    home.keyfob("configure", "get", "region", check=255)
    home.keyfob("configure", "set", "region", "a", check=255)
    assert home.config.read_bytes() == b"[default]\nregion = \xff\n"
