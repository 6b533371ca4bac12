"""Credentials: keyfob gives what boto3 finds, in every format, and boto3 takes what keyfob gives.

AWS CLI v1 has no `configure export-credentials`; the lines expected here are those of v2, filled with what boto3 found.
"""

import json
import shutil

import pytest

from peers import run
from scratch import KEYFOB

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVz+LWVhc3QtMSJHMEUCIQ=="
STATIC = f"aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = {SECRET}\n"
TEMPORARY = f"aws_access_key_id = ASIAEXAMPLE\naws_secret_access_key = {SECRET}\naws_session_token = {TOKEN}\n"
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": SECRET}
ENVIRONMENT_TOKEN = {**ENVIRONMENT, "AWS_SESSION_TOKEN": TOKEN}


def until(time):
    return {**ENVIRONMENT_TOKEN, "AWS_CREDENTIAL_EXPIRATION": time}


# id: config, credentials, --profile, environment
SOURCES = {
    "static": (None, f"[default]\n{STATIC}", None, {}),
    "static, named": (None, f"[default]\n{TEMPORARY}[dev]\n{STATIC}", "dev", {}),
    "static, of a variable": (None, f"[default]\n{TEMPORARY}[dev]\n{STATIC}", None, {"AWS_PROFILE": "dev"}),
    "static, of the other variable": (
        None,
        f"[default]\n{TEMPORARY}[dev]\n{STATIC}",
        None,
        {"AWS_DEFAULT_PROFILE": "dev"},
    ),
    "session token": (None, f"[default]\n{TEMPORARY}", None, {}),
    "security token": (None, f"[default]\n{STATIC}aws_security_token = {TOKEN}\n", None, {}),
    "both tokens": (None, f"[default]\n{TEMPORARY}aws_security_token = other\n", None, {}),
    "config file": (f"[default]\n{STATIC}", None, None, {}),
    "config file, session token": (f"[profile dev]\n{TEMPORARY}", "[default]\n", "dev", {}),
    "both files": (f"[profile dev]\n{TEMPORARY}", f"[dev]\n{STATIC}", "dev", {}),
    "both files, halves": (f"[profile dev]\n{TEMPORARY}", "[dev]\naws_secret_access_key = s\n", "dev", {}),
    "inherited": (None, f"[DEFAULT]\n{STATIC}[dev]\nregion = x\n", "dev", {}),
    "capitals": (None, f"[dev]\n{STATIC.upper().replace(SECRET.upper(), SECRET)}", "dev", {}),
    "name with blanks": (f"[profile 'a b']\n{STATIC}", None, "a b", {}),
    "process and keys": (f"[default]\ncredential_process = /bin/false\n", f"[default]\n{STATIC}", None, {}),
    "login and keys": (
        "[default]\nlogin_session = arn:aws:iam::111122223333:user/x\n",
        f"[default]\n{STATIC}",
        None,
        {},
    ),
    "session without account and role": (
        "[default]\nsso_session = s\n[sso-session s]\n",
        f"[default]\n{STATIC}",
        None,
        {},
    ),
    "environment": (None, None, None, ENVIRONMENT),
    "environment, token": (None, None, None, ENVIRONMENT_TOKEN),
    "environment, security token": (None, None, None, {**ENVIRONMENT_TOKEN, "AWS_SECURITY_TOKEN": "other"}),
    "environment, empty token": (None, None, None, {**ENVIRONMENT, "AWS_SESSION_TOKEN": ""}),
    "environment, empty id": (None, f"[default]\n{STATIC}", None, {**ENVIRONMENT, "AWS_ACCESS_KEY_ID": ""}),
    "environment before files": (None, f"[default]\n{TEMPORARY}", None, ENVIRONMENT),
    "environment before AWS_PROFILE": (None, f"[dev]\n{TEMPORARY}", None, {**ENVIRONMENT, "AWS_PROFILE": "dev"}),
    "--profile before environment": (None, f"[dev]\n{TEMPORARY}", "dev", ENVIRONMENT),
    "environment, until Z": (None, None, None, until("2099-01-02T03:04:05Z")),
    "environment, until +00:00": (None, None, None, until("2099-01-02T03:04:05+00:00")),
    "environment, until +0530": (None, None, None, until("2099-01-02T03:04:05+0530")),
    "environment, until -07:00": (None, None, None, until("2099-01-02T03:04:05-07:00")),
    "environment, until UTC": (None, None, None, until("2099-01-02T03:04:05UTC")),
    "environment, until fraction": (None, None, None, until("2099-01-02T03:04:05.123456Z")),
    "environment, until milliseconds": (None, None, None, until("2099-01-02T03:04:05.120+00:00")),
    "environment, until a blank": (None, None, None, until("2099-01-02 03:04:05+00:00")),
    "environment, until, compact": (None, None, None, until("20990102T030405Z")),
    "environment, until, without seconds": (None, None, None, until("2099-01-02T03:04Z")),
    "environment, until, small letters": (None, None, None, until("2099-01-02t03:04:05z")),
    "odd characters": (None, "[default]\naws_access_key_id = A\"B\naws_secret_access_key = \\/\x7f<>&'\n", None, {}),
    "not ASCII": (None, "[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = ü日🔑\n", None, {}),
    "files elsewhere": (None, None, None, {"AWS_SHARED_CREDENTIALS_FILE": "$HOME/elsewhere"}),
}

FORMATS = {
    "env": "export {}={}\n",
    "env-no-export": "{}={}\n",
    "powershell": '$Env:{}="{}"\n',
    "windows-cmd": "set {}={}\n",
    "fish": 'set -gx {} "{}"\n',
}
NAMES = {
    "id": "AWS_ACCESS_KEY_ID",
    "secret": "AWS_SECRET_ACCESS_KEY",
    "token": "AWS_SESSION_TOKEN",
    "expiry": "AWS_CREDENTIAL_EXPIRATION",
}
JSON_NAMES = {"id": "AccessKeyId", "secret": "SecretAccessKey", "token": "SessionToken", "expiry": "Expiration"}


@pytest.fixture(params=SOURCES)
def source(request, home):
    """A home with credentials: flags, environment, and what boto3 finds."""
    config, credentials, profile, env = SOURCES[request.param]
    home.fill(config, credentials)
    (home.path / "elsewhere").write_text(f"[default]\n{STATIC}")
    found = home.boto3_credentials(profile, env)
    assert found, "boto3 finds nothing: this row tests nothing"
    return (["--profile", profile] if profile else []), env, found


def test_exports_are_what_boto3_finds(home, source):
    flags, env, found = source
    for format, line in FORMATS.items():
        exported = home.keyfob("configure", "export-credentials", "--format", format, *flags, env=env).out
        assert exported == "".join(
            line.format(name, found[key]) for key, name in NAMES.items() if found[key] is not None
        )
    expected = {"Version": 1} | {name: found[key] for key, name in JSON_NAMES.items() if found[key] is not None}
    for format in ([], ["--format", "process"]):
        exported = home.keyfob("configure", "export-credentials", *format, *flags, env=env).out
        assert exported == json.dumps(expected, indent=2) + "\n"


def test_process_gives_what_boto3_finds(home, source):
    flags, env, found = source
    given = json.loads(home.keyfob("process", *flags, env=env).out)
    assert given["Version"] == 1
    assert [given.get(name) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")] == [
        found[key] for key in ("id", "secret", "token")
    ]
    assert ("Expiration" in given) == (found["expiry"] is not None)


def test_list_names_the_method_that_boto3_names(home, source):
    flags, env, found = source
    rows = dict(
        (row[0], row[1:])
        for row in (
            [cell.strip() for cell in line.split(" : ")]
            for line in home.keyfob("configure", "list", *flags, env=env).out.splitlines()
        )
    )
    for name, key in [("access_key", "id"), ("secret_key", "secret")]:
        assert rows[name][:2] == ["*" * 16 + found[key][-4:], found["method"]]


@pytest.mark.parametrize(
    "config, credentials, profile, env",
    [
        (None, None, None, {}),
        (None, None, "missing", {}),
        (None, None, None, {"AWS_PROFILE": "missing"}),
        (None, "[dev]\naws_access_key_id = A\n", "dev", {}),
        (None, "[dev]\naws_secret_access_key = s\n", "dev", {}),
        ("[profile dev]\naws_secret_access_key = s\n", "[dev]\naws_access_key_id = A\n", "dev", {}),
        (None, None, None, {"AWS_ACCESS_KEY_ID": "A"}),
        (None, f"[default]\n{STATIC}", None, {"AWS_ACCESS_KEY_ID": "A"}),
        (None, f"[default]\n{STATIC}", None, {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": ""}),
        (None, None, None, until("2001-01-01T00:00:00Z")),
        (None, None, None, until("soon")),
        (f"[default]\n{STATIC}[profile dev]\n", None, "dev", {}),
    ],
)
def test_where_boto3_finds_nothing_nothing_is_given(home, config, credentials, profile, env):
    home.fill(config, credentials)
    try:
        found = home.boto3_credentials(profile, env)
    except AssertionError:
        found = None
    assert found is None
    flags = ["--profile", profile] if profile else []
    for command in (["process"], ["configure", "export-credentials"]):
        finished = home.keyfob(*command, *flags, env=env, check=None)
        assert finished.code in (253, 255) and not finished.out and finished.err, finished


BASES = {"static": STATIC, "temporary": TEMPORARY, "account": STATIC + "aws_account_id = 111122223333\n"}


@pytest.mark.parametrize("base", BASES.values(), ids=BASES)
@pytest.mark.parametrize("command", ["process", "configure export-credentials"])
def test_boto3_gets_credentials_from_keyfob(home, base, command):
    home.fill(f"[profile via]\ncredential_process = {KEYFOB} {command} --profile base\n", f"[base]\n{base}")
    found, direct = home.boto3_credentials("via"), home.boto3_credentials("base")
    assert found == {**direct, "method": "custom-process"}


def test_the_aws_cli_gets_credentials_from_keyfob(home):
    home.fill(f"[profile via]\ncredential_process = {KEYFOB} process --profile base\n", f"[base]\n{STATIC}")
    listed = home.aws("configure", "list", "--profile", "via").out
    assert "****************MPLE   custom-process" in listed
    assert f"****************{SECRET[-4:]}   custom-process" in listed


def test_names_and_paths_with_blanks_in_credential_process(home):
    tool = home.path / "my tools" / "keyfob"
    tool.parent.mkdir()
    tool.symlink_to(KEYFOB)
    home.keyfob("configure", "set", "credential_process", f"\"{tool}\" process --profile 'my base'", "--profile", "via")
    for key, value in [("aws_access_key_id", "AKIABASE"), ("aws_secret_access_key", SECRET)]:
        home.keyfob("configure", "set", key, value, "--profile", "my base")
    assert home.boto3_credentials("via")["id"] == "AKIABASE"


def test_environment_keys_with_an_end_through_credential_process(home):
    home.fill(f"[profile via]\ncredential_process = {KEYFOB} process\n")
    found = home.boto3_credentials("via", until("2099-01-02T03:04:05-07:00"))
    assert (found["id"], found["token"], found["expiry"]) == ("AKIAENV", TOKEN, "2099-01-02T10:04:05+00:00")


SHELLS = {
    "sh": ("env", 'eval "$({})"; {}'),
    "bash": ("env", "source <({}); {}"),
    "zsh": ("env", 'eval "$({})"; {}'),
    "dash": ("env-no-export", 'set -a; eval "$({})"; {}'),
    "fish": ("fish", "{} | source; {}"),
}


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_takes_the_export(home, shell):
    """The lines, evaluated by a real shell, make an environment in which boto3 finds the same keys."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"there is no {shell} here")
    format, script = SHELLS[shell]
    home.fill(None, f"[default]\n{TEMPORARY}")
    export = f"{KEYFOB} configure export-credentials --format {format}"
    taken = run(program, "-c", script.format(export, "env"), env=home.environment()).expect(0).out
    exported = dict(line.split("=", 1) for line in taken.splitlines() if line.startswith("AWS_"))
    direct = home.boto3_credentials()
    assert home.fill(None, None).boto3_credentials(env=exported) == {**direct, "method": "env"}
