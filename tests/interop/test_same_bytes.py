"""`configure set`, call after call: both files are left as the AWS CLI leaves them, byte for byte.

Rows are ordinary files; where the AWS CLI's writer damages a file (a key in capitals, an indented header, a nested name
that is also a key, a value of several lines) keyfob does better on purpose, and test_set.py asks botocore instead.
"""

import pytest

DEFAULT = "[default]\nregion = us-east-1\noutput = json\n"
COMMENTED = (
    "# My profiles\n"
    "\n"
    "[default]\n"
    "# where = we are\n"
    "region = us-east-1\n"
    "\n"
    "; the other one\n"
    "[profile dev]\n"
    "role_arn=arn:aws:iam::111122223333:role/dev\n"
    "source_profile=default\n"
    "\n"
    "# the last = one\n"
    "[profile prod]\n"
    "region = eu-west-1\n"
    "\n"
    "# end\n"
    "# of file\n"
)
BLOCKS = (
    "[default]\n"
    "s3 =\n"
    "  max_concurrent_requests = 20\n"
    "  addressing_style = path\n"
    "region = us-east-1\n"
    "\n"
    "[profile dev]\n"
    "s3 =\n"
    "    addressing_style = virtual\n"
    "\n"
    "[services local]\n"
    "sts =\n"
    "  endpoint_url = http://localhost\n"
)
KEYS = "[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = s\n\n[dev]\naws_access_key_id=AKIADEV\n"

# id: config, credentials, arguments of each call
ROWS = {
    "new files": (
        None,
        None,
        [
            ("region", "eu-west-1"),
            ("aws_access_key_id", "AKIAEXAMPLE"),
            ("aws_secret_access_key", "a/b+c="),
            ("s3.addressing_style", "path"),
            ("s3.max_concurrent_requests", "20"),
            ("output", "json"),
        ],
    ),
    "new profiles": (
        None,
        None,
        [
            ("region", "a", "--profile", "dev"),
            ("region", "b", "--profile", "my dev"),
            ("profile.dev.output", "text"),
            ("profile.my dev.output", "text"),
            ("aws_access_key_id", "AKIA", "--profile", "my dev"),
            ("aws_secret_access_key", "s", "--profile", "my dev"),
            ("default.region", "c"),
        ],
    ),
    "empty file": ("", "", [("region", "a"), ("aws_session_token", "t")]),
    "existing values": (DEFAULT, KEYS, [("region", "a"), ("output", ""), ("aws_access_key_id", "AKIANEW")]),
    "new keys": (DEFAULT, KEYS, [("role_arn", "a"), ("mfa_serial", "b"), ("aws_session_token", "t")]),
    "keys of a profile": (
        COMMENTED,
        KEYS,
        [
            ("region", "a", "--profile", "dev"),
            ("aws_secret_access_key", "s", "--profile", "dev"),
            ("aws_session_token", "t", "--profile", "dev"),
            ("role_arn", "b", "--profile", "dev"),
        ],
    ),
    "first section": (COMMENTED, None, [("region", "a"), ("output", "b"), ("s3.a", "c"), ("cli_pager", "")]),
    "last section": (
        COMMENTED,
        None,
        [("output", "a", "--profile", "prod"), ("role_arn", "b", "--profile", "prod"), ("profile.prod.s3.a", "c")],
    ),
    "section behind": (COMMENTED, None, [("region", "a", "--profile", "new"), ("output", "b", "--profile", "new")]),
    "no last line end": (DEFAULT.rstrip(), KEYS.rstrip(), [("cli_pager", "x"), ("aws_session_token", "t")]),
    "no last line end, section behind": (DEFAULT.rstrip(), KEYS.rstrip(), [("profile.x.region", "a")]),
    "no last line end, last value": (DEFAULT.rstrip(), KEYS.rstrip(), [("output", "x")]),
    "no last line end, last key": (DEFAULT, KEYS.rstrip(), [("profile.dev.aws_access_key_id", "AKIANEW")]),
    "last line empty": (DEFAULT + "\n\n", None, [("cli_pager", "x"), ("role_arn", "y"), ("profile.x.region", "a")]),
    "header only": ("[default]", "[default]", [("region", "a"), ("aws_session_token", "t")]),
    "header only, others behind": ("[default]\n\n[profile x]\n", None, [("region", "a"), ("output", "b")]),
    "no blanks": ("[default]\nregion=a\noutput:b\n", None, [("region", "c"), ("output", "d")]),
    "double quotes": ('[profile "dev"]\nregion = a\n', None, [("profile.x.region", "a")]),
    "text behind the header": ("[profile dev] # mine\nregion = a\n", None, [("profile.dev.region", "b")]),
    "commented section": ("# [profile dev]\n#region = a\n" + DEFAULT, None, [("profile.dev.region", "b")]),
    "block": (
        BLOCKS,
        None,
        [
            ("s3.addressing_style", "auto"),
            ("s3.max_queue_size", "1"),
            ("default.s3.max_bandwidth", "1MB/s"),
            ("region", "a"),
            ("output", "json"),
        ],
    ),
    "block before a blank line": (
        BLOCKS,
        None,
        [("profile.dev.s3.addressing_style", "path"), ("profile.dev.s3.use_dualstack_endpoint", "true")],
    ),
    "second block": (BLOCKS, None, [("s3api.a", "b"), ("profile.dev.s3api.a", "b"), ("profile.dev.s3api.c", "d")]),
    "block at the end": (
        "[default]\ns3 =\n    a = b\n",
        None,
        [("s3.c", "d"), ("s3.a", "e"), ("s3.f", "g"), ("region", "h"), ("s3.i", "j")],
    ),
    "block at the end, no line end": ("[default]\ns3 =\n    a = b", None, [("s3.a", "c")]),
    "odd values": (
        DEFAULT,
        KEYS,
        [
            ("region", "  a # b ; c  "),
            ("output", "%(x)s = 50% : y"),
            ("credential_process", "/opt/a b/tool --arg \"c d\" 'e'"),
            ("aws_secret_access_key", "#;=:%"),
            ("cli_pager", "日本"),
        ],
    ),
    # Last in their rows: the AWS CLI imports what `plugins` names.
    "plugins": (DEFAULT, None, [("profile.p.region", "x"), ("plugins.a", "b")]),
    "existing plugins": ("[plugins]\n\n" + DEFAULT, None, [("plugins.a", "b")]),
    "selected by a variable": (COMMENTED, KEYS, [("region", "a"), ("s3.a", "b"), ("aws_session_token", "t")]),
}
ENVIRONMENT = {"selected by a variable": {"AWS_PROFILE": "dev"}}

# The AWS CLI ends a last line that it replaces; keyfob adds a missing line end only when it appends.
LEFT_WITHOUT_LINE_END = {"no last line end, last value", "no last line end, last key", "block at the end, no line end"}


def without_line_end(files):
    return {file: text and text.removesuffix("\n") for file, text in files.items()}


@pytest.mark.parametrize("name", ROWS)
def test_both_files_are_those_of_the_aws_cli(home, other, name):
    config, credentials, calls = ROWS[name]
    env = ENVIRONMENT.get(name)
    home.fill(config, credentials)
    other.fill(config, credentials)
    for call in calls:
        home.keyfob("configure", "set", *call, env=env)
        other.aws("configure", "set", *call, env=env)
        if name in LEFT_WITHOUT_LINE_END:
            assert any(text and not text.endswith("\n") for text in home.both().values()), call
            assert without_line_end(home.both()) == without_line_end(other.both()), call
        else:
            assert home.both() == other.both(), call
    for file in (home, other):
        modes = {
            path.name: oct(path.stat().st_mode & 0o777) for path in (file.config, file.credentials) if path.exists()
        }
        assert set(modes.values()) == {"0o600"}, modes


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644])
def test_mode_link_and_warning_are_those_of_the_aws_cli(home, other, mode):
    said = []
    for place, run in [(home, home.keyfob), (other, other.aws)]:
        kept = place.path / "kept elsewhere"
        kept.write_text(KEYS)
        kept.chmod(mode)
        place.credentials.parent.mkdir()
        place.credentials.symlink_to(kept)
        finished = run("configure", "set", "aws_session_token", "t")
        assert place.credentials.is_symlink() and kept.stat().st_mode & 0o777 == mode
        said.append(finished.err.replace(str(place.path), "~").partition("The file ")[2].strip())
    assert said[0] == said[1]
    assert home.both() == other.both()


def test_files_elsewhere(home, other):
    """AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, with a `~`."""
    env = {"AWS_CONFIG_FILE": "~/here/config", "AWS_SHARED_CREDENTIALS_FILE": "~/there/keys"}
    for call in [("region", "a"), ("aws_access_key_id", "AKIA"), ("aws_secret_access_key", "s")]:
        home.keyfob("configure", "set", *call, env=env)
        other.aws("configure", "set", *call, env=env)
    for file in ("here/config", "there/keys"):
        assert (home.path / file).read_bytes() == (other.path / file).read_bytes()
    assert home.boto3_credentials(env=env)["id"] == "AKIA"
