"""Roles and STS: keyfob with boto3, botocore and the AWS CLI in front of it, beside it, and on the same cache.

What is decided without a call (which provider, which file in the cache, which error) is asked of botocore itself.
"""

import json
import random
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import boto3
import botocore.credentials
import botocore.session
import pytest
from botocore.utils import JSONFileCache

import peers
from scratch import KEYFOB
from services import ACCOUNT, KEY, WEB_TOKEN, role

CACHED = ("assume-role", "assume-role-with-web-identity")


def process_env(home, service):
    return home.environment(service.env())


def cache_of(home):
    return home.path / ".aws" / "cli" / "cache"


def cached(home):
    """The names of the files in the cache that hold credentials."""
    return sorted(path.name for path in cache_of(home).glob("*.json"))


def session_with_cache(home, profile):
    """botocore's session, with the cache that the AWS CLI gives it (awscli.customizations.assumerole)."""
    session = botocore.session.Session(profile=profile)
    chain = session.get_component("credential_provider")
    for method in CACHED:
        chain.get_provider(method).cache = JSONFileCache(str(cache_of(home)))
    return session


def botocore_keys(home, profile, env):
    """The credentials botocore ends with when it has the AWS CLI's cache."""

    def answer():
        found = session_with_cache(home, profile).get_credentials()
        frozen = found.get_frozen_credentials()
        return {
            "AccessKeyId": frozen.access_key,
            "SecretAccessKey": frozen.secret_key,
            "SessionToken": frozen.token,
            "AccountId": frozen.account_id,
        }

    return peers._in_clean_child(answer, env=home.environment(env))


def keyfob_keys(home, profile, env):
    """The same from keyfob."""
    given = json.loads(home.keyfob("process", "--profile", profile, env=env).out)
    return {name: given.get(name) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken", "AccountId")}


# --- 1. In front: credential_process ---

VIA = (
    f"[profile role]\nrole_arn = {role('demo')}\nsource_profile = base\nrole_session_name = me\n"
    f"[profile via]\ncredential_process = {KEYFOB} process --profile role\n"
)
ASSUMED = f"arn:aws:sts::{ACCOUNT}:assumed-role/demo/me"


def test_boto3_through_credential_process(home, sandbox):
    home.fill(VIA, f"[base]\n{KEY}")

    def answer():
        arns = [
            boto3.Session(profile_name="via").client("sts").get_caller_identity()["Arn"] for _ in range(4)
        ]
        return [arns, boto3.Session(profile_name="via").get_credentials().account_id]

    arns, account = peers._in_clean_child(answer, env=process_env(home, sandbox))
    assert arns == [ASSUMED] * 4
    assert account == ACCOUNT
    assert sandbox.counts() == {"AssumeRole": 1, "GetCallerIdentity": 4}


def test_the_aws_cli_through_credential_process(home, sandbox):
    home.fill(VIA, f"[base]\n{KEY}")
    for _ in range(2):
        said = json.loads(home.aws("sts", "get-caller-identity", "--profile", "via", env=sandbox.env()).out)
        assert (said["Arn"], said["Account"]) == (ASSUMED, ACCOUNT)
    # The endpoint as a flag of the CLI is not keyfob's: it has its own in the profile.
    home.write("config", VIA.replace("[profile via]", f"endpoint_url = {sandbox.url}\n[profile via]"))
    said = home.aws(
        "sts", "get-caller-identity", "--profile", "via", "--endpoint-url", sandbox.url, env={"AWS_DEFAULT_REGION": "us-east-1"}
    )
    assert json.loads(said.out)["Arn"] == ASSUMED
    assert sandbox.counts() == {"AssumeRole": 1, "GetCallerIdentity": 3}


def test_the_aws_cli_in_exec(home, sandbox):
    home.fill(VIA, f"[base]\n{KEY}")
    for profile in ("role", "via"):
        said = home.keyfob(
            *("exec", "--profile", profile, "--", str(peers.AWS), "sts", "get-caller-identity"), env=sandbox.env()
        )
        assert json.loads(said.out)["Arn"] == ASSUMED
    assert sandbox.counts() == {"AssumeRole": 1, "GetCallerIdentity": 2}


def test_boto3_through_credential_process_is_denied(home, sandbox):
    """An error comes through with AWS's sentence, and nothing on standard output."""
    home.fill(VIA.replace("role/demo", "role/denied"), f"[base]\n{KEY}")
    with pytest.raises(AssertionError) as failed:
        home.boto3_credentials("via", sandbox.env())
    text = str(failed.value)
    assert "Error when retrieving credentials from custom-process" in text
    assert "(AccessDenied) when calling the AssumeRole operation" in text


# --- 2. moto answers ---


def shape(text):
    """The text with random values replaced, every width kept."""
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", "0000-00-00T00:00:00", text)
    return re.sub(r"[A-Za-z0-9/+=]{16,}", lambda found: "x" * len(found[0]), text)


MOTO_CONFIG = (
    "[default]\ncli_timestamp_format = iso8601\n"
    f"[profile role]\nrole_arn = {role('moto')}\nsource_profile = default\nrole_session_name = me\n"
    f"[profile web]\nrole_arn = {role('web')}\nweb_identity_token_file = $TOKEN\nrole_session_name = me\n"
)


@pytest.fixture
def at_moto(home, moto):
    token = home.path / "token"
    token.write_text(WEB_TOKEN)
    return home.fill(MOTO_CONFIG.replace("$TOKEN", str(token)), f"[default]\n{KEY}")


OUTPUTS = ("json", "text", "table")
ASSUME = ("sts", "assume-role", "--role-arn", role("demo"), "--role-session-name", "me")
CALLS = {
    "get-caller-identity": ("sts", "get-caller-identity"),
    "assume-role": ASSUME,
    "assume-role, all": (
        *(*ASSUME, "--duration-seconds", "900", "--external-id", "x1", "--source-identity", "me"),
        *("--policy", '{"Version":"2012-10-17","Statement":[]}', "--tags", "Key=a,Value=b", "Key=c,Value=d"),
        *("--transitive-tag-keys", "a", "--policy-arns", "arn=arn:aws:iam::aws:policy/ReadOnlyAccess"),
    ),
    "query of a list": (*ASSUME, "--query", "[AssumedRoleUser.Arn, Credentials.AccessKeyId]"),
    "query of an object": (*ASSUME, "--query", "AssumedRoleUser"),
    "query of a text": (*ASSUME, "--query", "AssumedRoleUser.Arn"),
    "query of nothing": (*ASSUME, "--query", "Nothing.At.All"),
    "query of a hash": (*ASSUME, "--query", "{b: AssumedRoleUser.Arn, a: Credentials.Expiration}"),
}


def printed(home, service, call):
    """What keyfob and the AWS CLI print for a call in json, text and table, one after the other."""
    calls = [(*call, "--output", output) for output in OUTPUTS]
    ours = "".join(home.keyfob(*each, env=service.env()).out for each in calls)
    # One process and one driver for all the calls: much of a call's time is their start.
    script = (
        "import json, sys\n"
        "from awscli.clidriver import create_clidriver\n"
        "driver = create_clidriver()\n"
        "for call in json.load(sys.stdin):\n"
        "    if code := driver.main(call):\n"
        "        sys.exit(code)\n"
    )
    env = home.environment(service.env())
    return ours, peers.run(sys.executable, "-c", script, env=env, input=json.dumps(calls)).expect(0).out


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_answers_of_the_sandbox_as_the_aws_cli_prints_them(at_moto, sandbox, call):
    """v1 writes times as v2 does when told so; see MOTO_CONFIG."""
    ours, theirs = printed(at_moto, sandbox, call)
    assert shape(ours) == shape(theirs)


@pytest.mark.parametrize("call", [CALLS["get-caller-identity"], CALLS["assume-role, all"]], ids=["identity", "assume-role"])
def test_answers_of_moto_as_the_aws_cli_prints_them(at_moto, moto, call):
    """moto's times have fractions of seconds, which are left to the next test: here they and blanks do not count."""

    def squeezed(text):
        return re.sub(r"(:00)\.\d+|[ -]{2,}", r"\1", shape(text))

    ours, theirs = printed(at_moto, moto, call)
    assert squeezed(ours) == squeezed(theirs)


def expiration(tool, service):
    return tool(*ASSUME, "--query", "Credentials.Expiration", "--output", "text", env=service.env()).out.strip()


def test_an_expiration_with_a_fraction(at_moto, moto):
    """AWS sends whole seconds."""
    for tool in (at_moto.aws, at_moto.keyfob):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", expiration(tool, moto)), tool.__name__


def with_timestamps(home, word):
    lines = "" if word is None else f"cli_timestamp_format = {word}\n"
    home.write("config", re.sub(r"(?<=\[default\]\n)cli_timestamp_format = .*\n", lines, home.read("config")))


def test_expirations_are_iso_8601_unless_told_otherwise(at_moto, sandbox):
    theirs = expiration(at_moto.aws, sandbox)
    with_timestamps(at_moto, None)
    assert shape(expiration(at_moto.keyfob, sandbox)) == shape(theirs) == "0000-00-00T00:00:00+00:00"


def test_expirations_as_they_came(at_moto, sandbox):
    """v2's word for it is `wire`, v1's `none`."""
    with_timestamps(at_moto, "none")
    theirs = expiration(at_moto.aws, sandbox)
    with_timestamps(at_moto, "wire")
    assert shape(expiration(at_moto.keyfob, sandbox)) == shape(theirs) == "0000-00-00T00:00:00Z"


@pytest.mark.parametrize("profile", ["role", "web"])
def test_process_and_whoami_at_moto(at_moto, moto, profile):
    given = json.loads(at_moto.keyfob("process", "--profile", profile, env=moto.env()).out)
    assert list(given) == [
        *("Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "AccountId")
    ]
    assert given["AccountId"] == ACCOUNT
    said = json.loads(at_moto.keyfob("whoami", "--profile", profile, "--output", "json", env=moto.env()).out)
    theirs = botocore_keys(at_moto, profile, moto.env())
    assert theirs == {name: given[name] for name in theirs}  # one cache
    assert "assumed-role/" in json.dumps(said) and ":" + "me" in json.dumps(said)


@pytest.mark.parametrize(
    "args",
    [
        ("sts", "assume-role", "--role-arn", "arn:aws:iam::1:role/x"),
        ("sts", "assume-role"),
        (*ASSUME, "--duration-seconds", "soon"),
        (*ASSUME, "--query", "[["),
        (*ASSUME, "--profile", "nope"),
    ],
    ids=" ".join,
)
def test_the_aws_cli_fails_where_keyfob_does(at_moto, moto, args):
    for tool in (at_moto.keyfob, at_moto.aws):
        finished = tool(*args, env=moto.env(), check=None)
        assert finished.code != 0 and not finished.out and finished.err, finished


# --- 3. One cache ---

BASE = f"[base]\n{KEY}"
PROFILES = {
    "plain": (f"role_arn = {role('demo')}\nsource_profile = base\n", 1),
    "all parameters": (
        f"role_arn = {role('external')}\nsource_profile = base\nexternal_id = x1\nduration_seconds = 1800\n"
        "role_session_name = me@example.com\n",
        1,
    ),
    "duration that is none": (f"role_arn = {role('demo')}\nsource_profile = base\nduration_seconds = 1h\n", 1),
    "empty session name": (f"role_arn = {role('demo')}\nsource_profile = base\nrole_session_name =\n", 1),
    "another account": (f"role_arn = arn:aws:iam::444455556666:role/prod\nsource_profile = base\n", 1),
    "environment": (f"role_arn = {role('demo')}\ncredential_source = Environment\n", 1),
    "chain": (
        f"role_arn = {role('deploy')}\nsource_profile = middle\nrole_session_name = top\n"
        f"[profile middle]\nrole_arn = {role('demo')}\nsource_profile = base\n",
        2,
    ),
    "chain of three": (
        f"role_arn = {role('third')}\nsource_profile = second\n"
        f"[profile second]\nrole_arn = {role('deploy')}\nsource_profile = middle\n"
        f"[profile middle]\nrole_arn = {role('demo')}\nsource_profile = base\nduration_seconds = 7200\n",
        3,
    ),
    "web identity": (f"role_arn = {role('web')}\nweb_identity_token_file = $TOKEN\n", 1),
    "web identity, named": (
        f"role_arn = {role('web')}\nweb_identity_token_file = $TOKEN\nrole_session_name = me\nexternal_id = x1\n"
        "duration_seconds = 1800\n",
        1,
    ),
}
ENVIRONMENT_KEY = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
}


@pytest.fixture(params=PROFILES)
def shared(request, home, sandbox):
    """A home with profile `p`, the environment for it, and how many files of the cache it makes."""
    text, files = PROFILES[request.param]
    token = home.path / "token"
    token.write_text(WEB_TOKEN)
    home.fill(f"[profile p]\n{text}".replace("$TOKEN", str(token)), BASE)
    return sandbox.env(**(ENVIRONMENT_KEY if request.param == "environment" else {})), files


@pytest.mark.parametrize("first", ["botocore", "keyfob"])
def test_one_cache(home, sandbox, shared, first):
    """What one wrote, the other takes: the same names, and no calls."""
    env, files = shared
    tools = {"botocore": botocore_keys, "keyfob": keyfob_keys}
    writer = tools.pop(first)
    (reader,) = tools.values()
    written = writer(home, "p", env)
    names, calls = cached(home), sandbox.counts()
    assert len(names) == files and sum(calls.values()) == files
    assert reader(home, "p", env) == written
    assert cached(home) == names and sandbox.counts() == calls
    for name in names:
        kept = json.loads((cache_of(home) / name).read_text())
        assert list(kept)[:1] == ["Credentials"] and "AssumedRoleUser" in kept
        assert set(kept["Credentials"]) == {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "AccountId"}
        # botocore by itself writes UTC; in the AWS CLI, whose time parser differs, it writes +00:00.
        assert kept["Credentials"]["Expiration"].endswith("+00:00" if first == "keyfob" else "UTC")
        assert (cache_of(home) / name).stat().st_mode & 0o777 == 0o600


def asked(sandbox):
    """The calls so far: what, with which parameters, signed for what, by whose key; made-up names made equal."""
    return [
        (
            call["action"],
            {
                name: re.sub(r"^botocore-session-\d+$", "botocore-session-N", value)
                for name, value in call["params"].items()
            },
            call["signing_region"],
            call["signing_service"],
            re.sub(r"^ASIA.*", "ASIA", call["access_key_id"] or ""),
        )
        for call in sandbox.calls()
    ]


@pytest.mark.parametrize("region", ["variable", "profile"])
@pytest.mark.parametrize("name", [name for name in PROFILES if name != "empty session name"])
def test_the_calls_are_those_of_botocore(home, sandbox, name, region):
    text = f"[profile p]\n{PROFILES[name][0]}"
    env = sandbox.env(**(ENVIRONMENT_KEY if name == "environment" else {}))
    if region == "profile":
        del env["AWS_REGION"], env["AWS_DEFAULT_REGION"]
        text = text.replace("[profile p]\n", "[profile p]\nregion = eu-west-1\n")
    # The regions of what is not selected do not count. (With no region and an endpoint of one's own botocore cannot sign.)
    text = text.replace("[profile middle]\n", "[profile middle]\nregion = us-west-2\n")
    text += "[profile base]\nregion = ap-south-1\n"
    token = home.path / "token"
    token.write_text(f"{WEB_TOKEN}\n")  # sent with its line end
    home.fill(text.replace("$TOKEN", str(token)), BASE)
    calls = {}
    for tool in (botocore_keys, keyfob_keys):
        sandbox.reset()
        tool(home, "p", env)
        calls[tool] = asked(sandbox)
        for file in cached(home):
            (cache_of(home) / file).unlink()
    assert len(calls[botocore_keys]) == PROFILES[name][1]
    assert calls[keyfob_keys] == calls[botocore_keys]


@pytest.mark.parametrize("first", ["botocore", "keyfob"])
def test_the_middle_of_a_chain_is_taken(home, sandbox, first):
    """One asks for the middle alone; the other, for the whole chain, makes one call."""
    home.fill(f"[profile p]\n{PROFILES['chain'][0]}", BASE)
    tools = {"botocore": botocore_keys, "keyfob": keyfob_keys}
    tools.pop(first)(home, "middle", sandbox.env())
    (reader,) = tools.values()
    reader(home, "p", sandbox.env())
    assert [call["params"]["RoleArn"] for call in sandbox.calls()] == [role("demo"), role("deploy")]


def test_the_files_are_as_botocore_writes_them(home, other, sandbox):
    """The same keys in the same order, apart from the answer's headers."""
    text = f"[profile p]\n{PROFILES['all parameters'][0]}"
    keyfob_keys(home.fill(text, BASE), "p", sandbox.env())
    botocore_keys(other.fill(text, BASE), "p", sandbox.env())
    assert cached(home) == cached(other)
    (name,) = cached(home)
    ours, theirs = (json.loads((cache_of(at) / name).read_text()) for at in (home, other))
    assert list(ours) == list(theirs)
    for key in ("Credentials", "AssumedRoleUser"):
        assert list(ours[key]) == list(theirs[key])
    assert ours["AssumedRoleUser"] == theirs["AssumedRoleUser"]
    assert set(ours["ResponseMetadata"]) == set(theirs["ResponseMetadata"])


NON_ASCII = f"role_arn = {role('demo')}\nsource_profile = base\nrole_session_name = Zoë-日本🔑\n"


def until(minutes, text):
    """A time so many minutes from now, written in this way."""
    at = datetime.now(timezone.utc) + timedelta(minutes=minutes)
    return at.isoformat() if text == "isoformat" else at.strftime(text)


# Expiration, and whether the entry is to be used.
ENTRIES = {
    "in an hour": (60, "%Y-%m-%dT%H:%M:%S+00:00", True),
    "Z": (60, "%Y-%m-%dT%H:%M:%SZ", True),
    "UTC": (60, "%Y-%m-%dT%H:%M:%SUTC", True),
    "fraction": (60, "isoformat", True),
    "16 minutes": (16, "%Y-%m-%dT%H:%M:%SZ", True),
    "14 minutes": (14, "%Y-%m-%dT%H:%M:%SZ", False),
    "past": (-60, "%Y-%m-%dT%H:%M:%SZ", False),
}


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
@pytest.mark.parametrize("text", [PROFILES["plain"][0], NON_ASCII], ids=["plain", "not ASCII"])
def test_an_entry_is_used_as_long_as_botocore_uses_it(home, sandbox, entry, text):
    """The entry is laid by botocore's own cache, under its own name."""
    minutes, form, used = entry
    home.fill(f"[profile p]\n{text}", BASE)
    (name,) = botocore_names(home, ["p"]).values()
    laid = {
        "AccessKeyId": "ASIALAID",
        "SecretAccessKey": "laid",
        "SessionToken": "laid-token",
        "Expiration": until(minutes, form),
        "AccountId": ACCOUNT,
    }

    def lay():
        JSONFileCache(str(cache_of(home)))[name] = {"Credentials": laid}

    for tool in (botocore_keys, keyfob_keys):
        peers._in_clean_child(lay, env=home.environment())
        if text == NON_ASCII and not used:
            continue  # the service does not take such a name
        assert (tool(home, "p", sandbox.env())["AccessKeyId"] == "ASIALAID") == used, tool.__name__
    assert (sandbox.counts() == {}) == (used or text == NON_ASCII)


@pytest.mark.parametrize("broken", ["", "{", "[]", "null", "{}", '{"Credentials": {}}', "\x00"], ids=repr)
def test_a_broken_entry_is_overwritten(home, sandbox, broken):
    home.fill(f"[profile p]\n{PROFILES['plain'][0]}", BASE)
    (name,) = botocore_names(home, ["p"]).values()
    cache_of(home).mkdir(parents=True)
    (cache_of(home) / f"{name}.json").write_text(broken)
    given = keyfob_keys(home, "p", sandbox.env())
    assert botocore_keys(home, "p", sandbox.env()) == given
    assert sandbox.counts() == {"AssumeRole": 1}


# --- 4. Names ---


def botocore_names(home, profiles):
    """The name, without .json, that botocore has for the entry of each profile."""

    def answer():
        made = []
        init = botocore.credentials.CachedCredentialFetcher.__init__

        def recorded(self, *args, **kwargs):
            init(self, *args, **kwargs)
            made.append(self._cache_key)

        botocore.credentials.CachedCredentialFetcher.__init__ = recorded
        names = {}
        for profile in profiles:
            made.clear()
            botocore.session.Session(profile=profile).get_credentials()
            names[profile] = made[-1]  # the source's come first
        return names

    return peers._in_clean_child(answer, env=home.environment())


def keyfob_name(home, profile):
    """The same from keyfob."""
    said = json.loads(home.keyfob("explain", "--profile", profile, "--output", "json", check=None).out)
    if not said["credentials"]:
        return said["problem"]
    found = re.match(r".*/([0-9a-f]{40})\.json", said["credentials"][0].get("cache") or "")
    return found and found[1]


DURATIONS = [
    *("3600", "900", "43200", "0", "-5", "+3600", "0900", "1_000", "1__0", "_1", "3600.0", "1e3", "1h", "", "0x10"),
    *("²", "-0", "+-1", "1 000", "--", "3600 # s", "\u00a03600\u2003", "2147483648"),
]
PIECES = [
    *("a", "Z", "0", "-", "_", "@", "=", ",", ".", "+", "/", ":", "é", "ß", "日", "🔑", "\u2028", "\u00a0", "\ufeff"),
    *('"', "'", "\\", "\\u00e9", "<", ">", "&", "%", "%s", "$HOME", "${x}", "#", ";", "[x]", "\x7f", "\u0301", " ", "  "),
]


def some_text(dice):
    return "".join(dice.choices(PIECES, k=dice.randint(1, 8))).strip()


def some_role(dice):
    """The lines of a random profile that assumes a role."""
    arn = role("demo") if dice.random() < 0.5 else f"arn:aws:iam::{ACCOUNT}:role/{some_text(dice)}x"
    lines = [f"role_arn = {arn}"]
    web = dice.random() < 0.15
    lines.append("web_identity_token_file = /nowhere" if web else "source_profile = base")
    for key in ("role_session_name", "external_id", "mfa_serial"):
        if dice.random() < 0.5:
            text = "" if dice.random() < 0.1 else some_text(dice)
            if text or key != "role_session_name":  # see ODD
                lines.append(f"{key} = {text}")
    if dice.random() < 0.6:
        lines.append(f"duration_seconds = {dice.choice(DURATIONS)}")
    if dice.random() < 0.1:
        lines.append("region = eu-west-1")
    dice.shuffle(lines)
    return "".join(f"{line}\n" for line in lines)


def names(home, roles):
    """The names of keyfob and botocore for profiles with these lines, by the lines, where they differ."""
    wrong = {}
    with ThreadPoolExecutor(4) as pool:
        for start in range(0, len(roles), 25):
            few = {f"p{number}": text for number, text in enumerate(roles[start : start + 25])}
            home.fill("".join(f"[profile {name}]\n{text}" for name, text in few.items()), BASE)
            theirs = botocore_names(home, list(few))
            ours = dict(zip(few, pool.map(lambda name: keyfob_name(home, name), few)))
            wrong |= {few[name]: (ours[name], theirs[name]) for name in few if ours[name] != theirs[name]}
    return wrong


def test_names_of_random_roles(home):
    dice = random.Random(20260723)
    wrong = names(home, [some_role(dice) for _ in range(200)])
    assert not wrong, f"{len(wrong)}, keyfob's and botocore's: {json.dumps(wrong, indent=1)}"


def test_names_of_durations(home):
    demo = f"role_arn = {role('demo')}\nsource_profile = base\nduration_seconds = "
    wrong = names(home, [f"{demo}{text}\n" for text in DURATIONS])
    assert not wrong, f"{len(wrong)}, keyfob's and botocore's: {json.dumps(wrong, indent=1)}"


ODD = {
    "empty session name": "source_profile = base\nrole_session_name =\n",
    "empty session name, web identity": "web_identity_token_file = /nowhere\nrole_session_name =\n",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_names_of_odd_roles(home, text):
    assert not names(home, [f"role_arn = {role('demo')}\n{text}"])


# --- 5. Decisions and errors ---

S = "aws_access_key_id = AKIAX\naws_secret_access_key = s\n"
ARN = f"role_arn = {role('demo')}\n"
ECHO = "credential_process = printf '{\"Version\":1,\"AccessKeyId\":\"P\",\"SecretAccessKey\":\"s\"}'\n"
SSO = "sso_account_id = 111122223333\nsso_role_name = Admin\n"
LEGACY = "sso_start_url = https://x.awsapps.com/start\nsso_region = us-east-1\n"
CORP = "[sso-session corp]\n" + LEGACY
WEB_ENV = {"AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere", "AWS_ROLE_ARN": role("web")}

# id: config, credentials, --profile, environment
DECISIONS = {
    "nothing": (None, None, None, {}),
    "missing profile": ("[default]\n", None, "nope", {}),
    "missing profile of AWS_PROFILE": ("[default]\n", None, None, {"AWS_PROFILE": "nope"}),
    "empty profile": ("[profile p]\nregion = x\n", None, "p", {}),
    "static": (None, f"[p]\n{S}", "p", {}),
    "static, config": (f"[profile p]\n{S}", None, "p", {}),
    "static, both": (f"[profile p]\n{S}", f"[p]\n{S}", "p", {}),
    "id alone": (None, "[p]\naws_access_key_id = A\n", "p", {}),
    "id alone, config": ("[profile p]\naws_access_key_id = A\n", None, "p", {}),
    "secret alone": (None, "[p]\naws_secret_access_key = A\n", "p", {}),
    "halves": ("[profile p]\naws_secret_access_key = A\n", "[p]\naws_access_key_id = A\n", "p", {}),
    "env": ("[profile p]\n" + S, None, None, ENVIRONMENT_KEY),
    "env, id alone": (None, f"[default]\n{S}", None, {"AWS_ACCESS_KEY_ID": "A"}),
    "env, with --profile": (f"[profile p]\n{S}", None, "p", ENVIRONMENT_KEY),
    "env, role by AWS_PROFILE": (f"[profile p]\n{ARN}source_profile = b\n[profile b]\n{S}", None, None, {**ENVIRONMENT_KEY, "AWS_PROFILE": "p"}),
    "role": (f"[profile p]\n{ARN}source_profile = b\n", f"[b]\n{S}", "p", {}),
    "role in the credentials file": (None, f"[p]\n{ARN}source_profile = b\n[b]\n{S}", "p", {}),
    "role and static": (f"[profile p]\n{ARN}source_profile = b\n{S}[profile b]\n{S}", None, "p", {}),
    "role without source": (f"[profile p]\n{ARN}", None, "p", {}),
    "role and static without source": (f"[profile p]\n{ARN}{S}", None, "p", {}),
    "role, both sources": (f"[profile p]\n{ARN}source_profile = b\ncredential_source = Environment\n[profile b]\n{S}", None, "p", ENVIRONMENT_KEY),
    "role, source missing": (f"[profile p]\n{ARN}source_profile = b\n", None, "p", {}),
    "role, empty source name": (f"[profile p]\n{ARN}source_profile =\n", None, "p", {}),
    "role, source without keys": (f"[profile p]\n{ARN}source_profile = b\n[profile b]\nregion = x\n", None, "p", {}),
    "role, source with an id alone": (f"[profile p]\n{ARN}source_profile = b\n", "[b]\naws_access_key_id = A\n", "p", {}),
    "role, source with a secret alone": (f"[profile p]\n{ARN}source_profile = b\n", "[b]\naws_secret_access_key = A\n", "p", {}),
    "role, self": (f"[profile p]\n{ARN}source_profile = p\n{S}", None, "p", {}),
    "role, self without keys": (f"[profile p]\n{ARN}source_profile = p\n", None, "p", {}),
    "role, self with a secret alone": (f"[profile p]\n{ARN}source_profile = p\naws_secret_access_key = s\n", None, "p", {}),
    "cycle of two": (f"[profile p]\n{ARN}source_profile = b\n[profile b]\n{ARN}source_profile = p\n", None, "p", {}),
    "cycle of three": (f"[profile p]\n{ARN}source_profile = b\n[profile b]\n{ARN}source_profile = c\n[profile c]\n{ARN}source_profile = p\n", None, "p", {}),
    "cycle further on": (f"[profile p]\n{ARN}source_profile = b\n[profile b]\n{ARN}source_profile = c\n[profile c]\n{ARN}source_profile = b\n", None, "p", {}),
    "cycle, self further on": (f"[profile p]\n{ARN}source_profile = b\n[profile b]\n{ARN}source_profile = b\n", None, "p", {}),
    "cycle cut by keys": (f"[profile p]\n{ARN}source_profile = b\n[profile b]\n{ARN}source_profile = p\n{S}", None, "p", {}),
    "cycle with odd names": (f"[profile \"it's\"]\n{ARN}source_profile = é\n[profile é]\n{ARN}source_profile = it's\n", None, "it's", {}),
    "cycle with both quotes": (f"[profile a\\'b]\n{ARN}source_profile = c\\d\n[profile c\\d]\n{ARN}source_profile = c\\d\n", None, "c\\d", {}),
    "chain, middle without source": (f"[profile p]\n{ARN}source_profile = b\n[profile b]\n{ARN}", None, "p", {}),
    "chain, end missing": (f"[profile p]\n{ARN}source_profile = b\n[profile b]\n{ARN}source_profile = c\n", None, "p", {}),
    "chain, middle with web identity": (f"[profile p]\n{ARN}source_profile = b\n[profile b]\n{ARN}web_identity_token_file = /nowhere\n", None, "p", {}),
    "chain, end is web identity without role": (f"[profile p]\n{ARN}source_profile = b\n[profile b]\nweb_identity_token_file = /nowhere\n", None, "p", {}),
    "chain, web identity of the environment is not the source's": (f"[profile p]\n{ARN}source_profile = b\n[profile b]\nregion = x\n", None, "p", WEB_ENV),
    "chain, end is a process": (f"[profile p]\n{ARN}source_profile = b\n[profile b]\n{ECHO}", None, "p", {}),
    "chain, end is SSO": (f"[profile p]\n{ARN}source_profile = b\n[profile b]\n{SSO}{LEGACY}", None, "p", {}),
    "credential_source Environment": (f"[profile p]\n{ARN}credential_source = Environment\n", None, "p", ENVIRONMENT_KEY),
    "credential_source Environment, nothing there": (f"[profile p]\n{ARN}credential_source = Environment\n", None, "p", {}),
    "credential_source Environment, id alone": (f"[profile p]\n{ARN}credential_source = Environment\n", None, "p", {"AWS_ACCESS_KEY_ID": "A"}),
    "credential_source in small letters": (f"[profile p]\n{ARN}credential_source = environment\n", None, "p", ENVIRONMENT_KEY),
    "credential_source unknown": (f"[profile p]\n{ARN}credential_source = Moon\n", None, "p", {}),
    "credential_source empty": (f"[profile p]\n{ARN}credential_source =\n", None, "p", {}),
    "credential_source EcsContainer, nothing there": (f"[profile p]\n{ARN}credential_source = EcsContainer\n", None, "p", {}),
    "credential_source without role": (f"[profile p]\ncredential_source = Environment\n{S}", None, "p", {}),
    "source_profile without role": (f"[profile p]\nsource_profile = b\n{S}", None, "p", {}),
    "web identity": (f"[profile p]\n{ARN}web_identity_token_file = /nowhere\n", None, "p", {}),
    "web identity and source": (f"[profile p]\n{ARN}web_identity_token_file = /nowhere\nsource_profile = nope\n", None, "p", {}),
    "web identity and static": (f"[profile p]\n{ARN}web_identity_token_file = /nowhere\n{S}", None, "p", {}),
    "web identity without role": ("[profile p]\nweb_identity_token_file = /nowhere\n", None, "p", {}),
    "web identity of an empty name": (f"[profile p]\n{ARN}web_identity_token_file =\n", None, "p", {}),
    "web identity of an empty name, and static": (f"[profile p]\nweb_identity_token_file =\n{S}", None, "p", {}),
    "web identity of an empty name, as a source": (f"[profile p]\n{ARN}source_profile = b\n[profile b]\n{ARN}web_identity_token_file =\n", None, "p", {}),
    "web identity, empty variable of the file, static": (f"[default]\n{S}", None, None, {"AWS_WEB_IDENTITY_TOKEN_FILE": ""}),
    "web identity of the environment": (f"[default]\n{S}", None, None, WEB_ENV),
    "web identity of the environment without role": (f"[default]\n{S}", None, None, {"AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere"}),
    "web identity of the environment, role of the profile": (f"[default]\n{ARN}source_profile = b\n[profile b]\n{S}", None, None, WEB_ENV),
    "web identity of half the environment": ("[default]\nweb_identity_token_file = /nowhere\n", None, None, {"AWS_ROLE_ARN": role("web")}),
    "web identity of the environment, AWS_PROFILE": (f"[profile p]\n{S}", None, None, {**WEB_ENV, "AWS_PROFILE": "p"}),
    "keys and web identity of the environment": (None, None, None, {**ENVIRONMENT_KEY, **WEB_ENV}),
    "SSO session": (f"[profile p]\nsso_session = corp\n{SSO}{CORP}", None, "p", {}),
    "SSO legacy": (f"[profile p]\n{SSO}{LEGACY}", None, "p", {}),
    "SSO and static": (f"[profile p]\n{SSO}{LEGACY}{S}", f"[p]\n{S}", "p", {}),
    "SSO and role": (f"[profile p]\n{SSO}{LEGACY}{ARN}", None, "p", {}),
    "SSO session, same URL": (f"[profile p]\nsso_session = corp\n{LEGACY}{SSO}{CORP}", None, "p", {}),
    "SSO session without account and role": (f"[profile p]\nsso_session = corp\n{CORP}", None, "p", {}),
    "process": (f"[profile p]\n{ECHO}", None, "p", {}),
    "process and static": (f"[profile p]\n{ECHO}{S}", None, "p", {}),
    "process and credentials file": (f"[profile p]\n{ECHO}", f"[p]\n{S}", "p", {}),
}


def botocore_decision(home, profile, env):
    """The method botocore comes to, or the error."""

    def answer():
        try:
            found = botocore.session.Session(profile=profile).get_credentials()
        except Exception as error:
            return ["error", str(error)]
        return ["method", found.method] if found else ["none", None]

    return peers._in_clean_child(answer, env=home.environment(env))


def keyfob_decision(home, profile, env):
    """The same from keyfob."""
    flags = ["--profile", profile] if profile else []
    finished = home.keyfob("explain", *flags, "--output", "json", env=env, check=None)
    if not finished.out:
        return ["error", finished.err.splitlines()[0].removeprefix("error: ")]
    said = json.loads(finished.out)
    if said["problem"]:
        message = said["problem"]["message"]
        return ["none", None] if message.startswith("Unable to locate credentials") else ["error", message]
    return ["method", said["credentials"][0]["method"]] if said["credentials"] else ["none", None]


@pytest.mark.parametrize("config, credentials, profile, env", DECISIONS.values(), ids=DECISIONS)
def test_decisions(home, config, credentials, profile, env):
    home.fill(config, credentials)
    env = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_DEFAULT_REGION": "us-east-1", **env}
    kind, said = botocore_decision(home, profile, env)
    # A blank is missing in botocore's text.
    said = said and said.replace("role_arnconfiguration", "role_arn configuration")
    assert list(keyfob_decision(home, profile, env)) == [kind, said]


# keyfob names IAM Identity Center and does not resolve it; what is wrong with it is for those who do.
BROKEN_SSO = {
    "chain, end is SSO without region": (f"[profile p]\n{ARN}source_profile = b\n[profile b]\n{SSO}sso_start_url = x\n", None, "p", {}),
    "SSO session that is none": (f"[profile p]\nsso_session = corp\n{SSO}", None, "p", {}),
    "SSO session without region": (f"[profile p]\nsso_session = corp\n{SSO}[sso-session corp]\nsso_start_url = x\n", None, "p", {}),
    "SSO session, other URL": (f"[profile p]\nsso_session = corp\nsso_start_url = y\n{SSO}{CORP}", None, "p", {}),
    "SSO without URL and region": (f"[profile p]\n{SSO}", None, "p", {}),
    "SSO without account": (f"[profile p]\nsso_role_name = Admin\n{LEGACY}", None, "p", {}),
    "SSO without role": (f"[profile p]\nsso_account_id = 111122223333\n{LEGACY}", None, "p", {}),
}


@pytest.mark.parametrize("config, credentials, profile, env", BROKEN_SSO.values(), ids=BROKEN_SSO)
def test_broken_sso_gives_nothing(home, config, credentials, profile, env):
    home.fill(config, credentials)
    assert botocore_decision(home, profile, env)[0] == "error"
    finished = home.keyfob("process", "--profile", profile, env=env, check=253)
    assert not finished.out and ("sso" in finished.err or "SSO" in finished.err)


# What a program says, and how it ends.
PROCESSES = {
    "version": ("", '{"Version":2,"AccessKeyId":"A","SecretAccessKey":"s"}'),
    "no version": ("", '{"AccessKeyId":"A","SecretAccessKey":"s"}'),
    "version as text": ("", '{"Version":"1","AccessKeyId":"A","SecretAccessKey":"s"}'),
    "no secret": ("", '{"Version":1,"AccessKeyId":"A"}'),
    "no id": ("", '{"Version":1,"SecretAccessKey":"A"}'),
}


@pytest.mark.parametrize("script, said", PROCESSES.values(), ids=PROCESSES)
def test_errors_of_processes(home, script, said):
    program = home.path / "program"
    program.write_text(f"#!/bin/sh\n{script}\n" + (f"printf '%s' '{said}'\n" if said else ""))
    program.chmod(0o755)
    home.fill(f"[profile p]\ncredential_process = {program}\n")
    kind, message = botocore_decision(home, "p", {})
    assert kind == "error"
    finished = home.keyfob("process", "--profile", "p", check=None)
    assert finished.code != 0 and not finished.out
    assert finished.err.split("\n next:")[0].removeprefix("error: ").strip() == message.strip()


def test_a_failing_process_is_heard(home):
    """botocore shows what it said once it has failed; keyfob as it comes, so that prompts are seen."""
    program = home.path / "program"
    program.write_text("#!/bin/sh\necho oh no >&2; exit 3\n")
    program.chmod(0o755)
    home.fill(f"[profile p]\ncredential_process = {program}\n")
    finished = home.keyfob("process", "--profile", "p", check=None)
    assert (finished.code, finished.out) == (253, "")
    assert finished.err.startswith("oh no\nerror: Error when retrieving credentials from custom-process: ")


# What surfaces once credentials are used: the profile, and the exit code of v2.
FIRST_USE = {
    "denied": (f"role_arn = {role('denied')}\nsource_profile = base\n", 254),
    "external id": (f"role_arn = {role('external')}\nsource_profile = base\n", 254),
    "too long": (f"role_arn = {role('demo')}\nsource_profile = base\nduration_seconds = 40000\n", 254),
    "session name": (f"role_arn = {role('demo')}\nsource_profile = base\nrole_session_name = a b\n", 254),
    "chain": (
        f"role_arn = {role('third')}\nsource_profile = b\nrole_session_name = me\n"
        f"[profile b]\nrole_arn = {role('demo')}\nsource_profile = base\nrole_session_name = me\n",
        254,
    ),
    "token file": (f"role_arn = {role('web')}\nweb_identity_token_file = /nowhere/at/all\n", 255),
    "nothing": ("region = us-east-1\n", 253),
}


@pytest.mark.parametrize("config, code", FIRST_USE.values(), ids=FIRST_USE)
def test_errors_at_first_use(home, sandbox, config, code):
    """AWS's sentence is the AWS CLI's; for errors that are no service's, keyfob has words of its own."""
    home.fill(f"[profile p]\n{config}", BASE)
    args = ("sts", "get-caller-identity", "--profile", "p")
    theirs, ours = (tool(*args, env=sandbox.env(), check=None) for tool in (home.aws, home.keyfob))
    assert theirs.code and ours.code == code and not ours.out
    if code == 254:
        assert theirs.err.strip() in ours.err.splitlines()[0]


# --- 6. Many at once ---


def test_fifty_at_once(home, sandbox):
    """On a cold cache one asks, and 49 wait for its answer."""
    home.fill(VIA, BASE)
    sandbox.fault(action="AssumeRole", kind={"Delay": {"millis": 3000}})
    begun = time.monotonic()
    running = [
        subprocess.Popen(
            [KEYFOB, "process", "--profile", "role"],
            env=process_env(home, sandbox),
            cwd=home.path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(50)
    ]
    ended = [(process.communicate(timeout=40), process.returncode) for process in running]
    assert [code for _, code in ended] == [0] * 50, ended[0]
    assert len({out for (out, _), _ in ended}) == 1
    assert sandbox.counts() == {"AssumeRole": 1}
    assert len(cached(home)) == 1
    given = json.loads(ended[0][0][0])
    assert botocore_keys(home, "role", sandbox.env())["AccessKeyId"] == given["AccessKeyId"]
    assert sandbox.counts() == {"AssumeRole": 1}
    assert time.monotonic() - begun < 15
