"""IAM Identity Center: sign-ins and role credentials that keyfob, boto3, botocore and the AWS CLI leave for each other.

botocore from PyPI cannot sign in. The AWS CLI's steps are done here by botocore's client, and what the service gave is
stored by botocore's own `SSOTokenLoader` and `SSOTokenProvider`.
"""

import hashlib
import json
import random
import re
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import boto3
import botocore.credentials
import botocore.session
import botocore.tokens
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.utils import JSONFileCache, SSOTokenLoader

import peers
from scratch import KEYFOB
from services import ACCOUNT, role

START_URL = "https://d-0000000000.awsapps.com/start"  # of the emulator's standard state
ASSIGNED = f"sso_account_id = {ACCOUNT}\nsso_role_name = ReadOnlyAccess\n"
SIGN_IN = f"sso_start_url = {START_URL}\nsso_region = us-east-1\n"
CORP = f"[sso-session corp]\n{SIGN_IN}sso_registration_scopes = sso:account:access\n"
CONFIG = f"[profile session]\nsso_session = corp\n{ASSIGNED}[profile legacy]\n{SIGN_IN}{ASSIGNED}{CORP}"
ARN = rf"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_ReadOnlyAccess_[0-9a-f]{{16}}/ada@example\.com"
PROFILES = ("session", "legacy")
LOGINS = {
    "a browser": ("session", ()),
    "a code": ("session", ("--use-device-code",)),
    "legacy": ("legacy", ()),
}


@pytest.fixture
def sandbox(sandbox):
    """With a person who allows everything at once."""
    sandbox.control("PATCH", "identity_center", {"approval": "Automatic"})
    return sandbox


# --- Signing in ---

BROWSER = """
import sys, urllib.error, urllib.request
folder, url = sys.argv[1:]
try:
    answer = urllib.request.urlopen(url, timeout=20)
except urllib.error.HTTPError as refusal:
    answer = refusal
with open(folder + "/page", "w") as page:
    page.write(f"{answer.status} {answer.url}\\n{answer.read().decode()}")
"""


def login(home, service, profile, *flags, check=0):
    """`keyfob sso login` with a browser that goes where it is sent."""
    script = home.path / "browser.py"
    script.write_text(BROWSER)
    env = service.env(BROWSER=f"{sys.executable} {script} {home.path} %s")
    return home.keyfob("sso", "login", "--profile", profile, *flags, env=env, check=check)


def page(home):
    """The last page in the browser: its status, its address, its text."""
    until = time.monotonic() + 20
    while not (home.path / "page").exists() and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.1)  # it is being written
    head, _, text = (home.path / "page").read_text().partition("\n")
    status, _, url = head.partition(" ")
    return int(status), url, text


@pytest.fixture
def signed_in(home, sandbox):
    """A home with a sign-in of keyfob's for each of the profiles."""
    home.fill(CONFIG)
    sandbox.control("PATCH", "identity_center", {"device_after_polls": 0})  # nobody is asked: this is not about that
    for profile in PROFILES:
        login(home, sandbox, profile, "--use-device-code")
    sandbox.forget()
    return home


# --- The files ---


def folder(home, tool):
    return home.path / ".aws" / tool / "cache"


def token_path(home, profile):
    name = {"session": "corp", "legacy": START_URL}[profile]
    return folder(home, "sso") / f"{hashlib.sha1(name.encode()).hexdigest()}.json"


def token(home, profile="session"):
    return json.loads(token_path(home, profile).read_text())


def change_token(home, profile="session", **changes):
    """Writes other values into a token file, as they would be written; `None`: the key goes."""
    changed = {name: value for name, value in {**token(home, profile), **changes}.items() if value is not None}
    token_path(home, profile).write_text(json.dumps(changed))
    return changed


def ahead(**delta):
    return (datetime.now(timezone.utc) + timedelta(**delta)).strftime("%Y-%m-%dT%H:%M:%SZ")


def no_role_credentials(home):
    shutil.rmtree(folder(home, "cli"), ignore_errors=True)


# --- The peers ---


def in_botocore(home, service, answer, **env):
    """`answer()` in a child whose botocore has its folders in this home: it names them when it is imported."""

    def here():
        place = str(folder(home, "sso"))
        botocore.credentials.SSOProvider._SSO_TOKEN_CACHE_DIR = place
        botocore.tokens.SSOTokenProvider._SSO_TOKEN_CACHE_DIR = place
        return answer()

    return peers._in_clean_child(here, env=home.environment(service.env(**env)))


def boto3_is(home, service, profile):
    """Who boto3 is with a profile, by its own providers alone."""
    return in_botocore(
        home, service, lambda: boto3.Session(profile_name=profile).client("sts").get_caller_identity()["Arn"]
    )


def boto3_refusal(home, service, profile):
    """What boto3 says when it gets no credentials of a profile: the exception and its text."""

    def answer():
        try:
            found = boto3.Session(profile_name=profile).get_credentials()
            return ["found", found and found.get_frozen_credentials().access_key]
        except (BotoCoreError, ClientError) as error:
            return [type(error).__name__, str(error)]

    return in_botocore(home, service, answer)


def botocore_keys(home, service, profile):
    """The credentials botocore ends with when it has the cache that the AWS CLI v2 gives it."""

    def answer():
        session = botocore.session.Session(profile=profile)
        chain = session.get_component("credential_provider")
        for method in ("sso", "assume-role"):
            chain.get_provider(method).cache = JSONFileCache(str(folder(home, "cli")))
        found = session.get_credentials().get_frozen_credentials()
        return [found.access_key, found.secret_key, found.token, found.account_id]

    return in_botocore(home, service, answer)


def keyfob_keys(home, service, profile):
    """The same from keyfob."""
    given = json.loads(home.keyfob("process", "--profile", profile, env=service.env()).out)
    return [given[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken", "AccountId")]


def botocore_token(home, service, profile="session"):
    """The token that botocore's `SSOTokenProvider` ends with."""

    def answer():
        return botocore.tokens.SSOTokenProvider(botocore.session.Session(profile=profile)).load_token().get_frozen_token()[0]

    return in_botocore(home, service, answer)


def botocore_signs_in(home, service, scopes=("sso:account:access",), name="corp"):
    """A sign-in with a code, as the AWS CLI v2 makes it, with botocore's client and botocore's files."""

    def answer():
        session = botocore.session.Session(profile="session")
        client = session.create_client(
            "sso-oidc", config=Config(region_name="us-east-1", signature_version=UNSIGNED)
        )
        asked = {"scopes": list(scopes)} if scopes else {}
        registered = client.register_client(clientName=f"botocore-client-{name}", clientType="public", **asked)
        keys = {key: registered[key] for key in ("clientId", "clientSecret")}
        device = client.start_device_authorization(startUrl=START_URL, **keys)
        service.control("POST", f"devices/{device['userCode']}", {"decision": "allow"})
        given = client.create_token(
            grantType="urn:ietf:params:oauth:grant-type:device_code", deviceCode=device["deviceCode"], **keys
        )
        now = datetime.now(timezone.utc)
        issued = {
            "startUrl": START_URL,
            "region": "us-east-1",
            "accessToken": given["accessToken"],
            "expiresAt": now + timedelta(seconds=given["expiresIn"]),
            **keys,
            "registrationExpiresAt": datetime.fromtimestamp(registered["clientSecretExpiresAt"], timezone.utc),
        }
        if "refreshToken" in given:
            issued["refreshToken"] = given["refreshToken"]
        cache = JSONFileCache(str(folder(home, "sso")), dumps_func=botocore.tokens._sso_json_dumps)
        SSOTokenLoader(cache).save_token(START_URL, issued, session_name=name)

    in_botocore(home, service, answer)
    service.forget()


# --- 1. keyfob signs in, boto3 uses it ---


@pytest.mark.parametrize("profile, flags", LOGINS.values(), ids=LOGINS)
def test_boto3_uses_a_sign_in(home, sandbox, profile, flags):
    home.fill(CONFIG)
    said = login(home, sandbox, profile, *flags)
    assert f"Successfully logged into Start URL: {START_URL}" in said.out + said.err
    status, url, text = page(home)
    by_browser = profile == "session" and not flags
    assert status == 200
    if by_browser:
        assert re.match(r"http://127\.0\.0\.1:\d+/oauth/callback\?", url) and "corp" in text, url
    assert {"authorization_code" if by_browser else "device_code"} == {
        grant for grant in sandbox.grants() if grant in ("authorization_code", "device_code", "refresh_token")
    }
    sandbox.forget()
    assert re.fullmatch(ARN, boto3_is(home, sandbox, profile))
    assert sandbox.grants() == ["GetRoleCredentials", "GetCallerIdentity"]


@pytest.mark.parametrize("flags", [(), ("--use-device-code",)], ids=["a browser", "a code"])
def test_a_denied_sign_in_leaves_nothing_for_boto3(home, sandbox, flags):
    home.fill(CONFIG)
    sandbox.control("PATCH", "identity_center", {"approval": "Deny"})
    said = login(home, sandbox, "session", *flags, check=None)
    assert said.code and "Successfully" not in said.out + said.err, said
    assert not token_path(home, "session").exists()
    kind, text = boto3_refusal(home, sandbox, "session")
    assert (kind, text) == ("SSOTokenLoadError", "Error loading SSO Token: Token for corp does not exist")


@pytest.mark.parametrize("flags", [(), ("--use-device-code",)], ids=["a browser", "a code"])
def test_botocore_refreshes_the_token_of_a_sign_in(home, sandbox, flags):
    home.fill(CONFIG)
    login(home, sandbox, "session", *flags)
    old = change_token(home, expiresAt=ahead(minutes=5))
    sandbox.forget()
    assert re.fullmatch(ARN, boto3_is(home, sandbox, "session"))
    assert sandbox.grants() == ["refresh_token", "GetRoleCredentials", "GetCallerIdentity"]
    new = token(home)
    changed = ("accessToken", "expiresAt", "refreshToken")
    assert all(old[name] != new[name] for name in changed)
    assert {name: value for name, value in old.items() if name not in changed} == {
        name: value for name, value in new.items() if name not in changed
    }

    # keyfob takes what botocore wrote, and refreshes it in its turn; then botocore again.
    no_role_credentials(home)
    sandbox.forget()
    keyfob_keys(home, sandbox, "session")
    assert sandbox.grants() == ["GetRoleCredentials"]
    assert token(home) == new
    change_token(home, expiresAt=ahead(minutes=5))
    no_role_credentials(home)
    sandbox.forget()
    keyfob_keys(home, sandbox, "session")
    assert sandbox.grants() == ["refresh_token", "GetRoleCredentials"]
    assert token(home)["accessToken"] != new["accessToken"]
    sandbox.forget()
    assert botocore_token(home, sandbox) == token(home)["accessToken"]
    assert sandbox.grants() == []


# --- 2. botocore's token ---


def test_a_token_of_botocores_goes_from_hand_to_hand(home, sandbox):
    home.fill(CONFIG)
    botocore_signs_in(home, sandbox)
    keyfob_keys(home, sandbox, "session")
    assert sandbox.grants() == ["GetRoleCredentials"]
    seen = [token(home)["accessToken"]]
    for turn in range(6):
        change_token(home, expiresAt=ahead(minutes=5))
        no_role_credentials(home)
        sandbox.forget()
        if turn % 2:
            botocore_token(home, sandbox)
            assert sandbox.grants() == ["refresh_token"]
        else:
            keyfob_keys(home, sandbox, "session")
            assert sandbox.grants() == ["refresh_token", "GetRoleCredentials"]
        seen.append(token(home)["accessToken"])
    assert len(set(seen)) == len(seen) == 7


def test_the_token_file_is_the_same_text(home, other, sandbox):
    """But for the values: who refreshed a token cannot be seen from its file."""
    texts = []
    for place, refreshed in ((home, keyfob_keys), (other, lambda at, service, profile: botocore_token(at, service))):
        place.fill(CONFIG)
        botocore_signs_in(place, sandbox)
        change_token(place, expiresAt=ahead(minutes=5))
        refreshed(place, sandbox, "session")
        assert sandbox.grants()[0] == "refresh_token"
        path = token_path(place, "session")
        assert path.stat().st_mode & 0o777 == 0o600
        texts.append(path.read_bytes())
    ours, theirs = (re.sub(rb'(: )"[^"]*"', rb'\1"x"', text) for text in texts)
    assert ours == theirs
    assert len(set(texts)) == 2
    assert sorted(p.name for p in folder(home, "sso").glob("*.json")) == [token_path(home, "session").name]


def test_a_service_that_gives_no_new_refresh_token(home, sandbox):
    """botocore drops the old one then, and keyfob uses what is left to its end; keyfob keeps it, and botocore goes on."""
    home.fill(CONFIG)
    sandbox.control("PATCH", "identity_center", {"rotation": False})
    botocore_signs_in(home, sandbox)
    kept = change_token(home, expiresAt=ahead(minutes=5))["refreshToken"]
    keyfob_keys(home, sandbox, "session")
    assert sandbox.grants() == ["refresh_token", "GetRoleCredentials"]
    assert token(home)["refreshToken"] == kept
    change_token(home, expiresAt=ahead(minutes=5))
    sandbox.forget()
    assert botocore_token(home, sandbox) == token(home)["accessToken"]
    assert sandbox.grants() == ["refresh_token"]
    assert "refreshToken" not in token(home)
    change_token(home, expiresAt=ahead(minutes=5))
    no_role_credentials(home)
    sandbox.forget()
    keyfob_keys(home, sandbox, "session")
    assert sandbox.grants() == ["GetRoleCredentials"]


NEVER_REFRESHED = {
    "no refresh token": {"refreshToken": None},
    "no client": {"clientId": None},
    "no secret": {"clientSecret": None},
    "no end of the registration": {"registrationExpiresAt": None},
    "registration over": {"registrationExpiresAt": ahead(days=-1)},
}


@pytest.mark.parametrize("changes", NEVER_REFRESHED.values(), ids=NEVER_REFRESHED)
def test_tokens_that_nobody_refreshes(signed_in, sandbox, changes):
    """Both use them to their end, and say so after it."""
    before = change_token(signed_in, **changes, expiresAt=ahead(minutes=5))
    assert botocore_token(signed_in, sandbox) == before["accessToken"]
    keyfob_keys(signed_in, sandbox, "session")
    assert sandbox.grants() == ["GetRoleCredentials"]
    over(signed_in, sandbox, "session", expiresAt=ahead(minutes=-1))


def test_a_legacy_token_is_never_refreshed(signed_in, sandbox):
    keys = {name: token(signed_in)[name] for name in ("refreshToken", "clientId", "clientSecret")}
    change_token(signed_in, "legacy", **keys, expiresAt=ahead(minutes=5))
    assert re.fullmatch(ARN, boto3_is(signed_in, sandbox, "legacy"))
    keyfob_keys(signed_in, sandbox, "legacy")
    assert sandbox.grants() == ["GetRoleCredentials", "GetCallerIdentity", "GetRoleCredentials"]
    over(signed_in, sandbox, "legacy", expiresAt=ahead(minutes=-1))


def over(home, service, profile, **changes):
    """With these changes both ask for a new sign-in, and call nobody."""
    change_token(home, profile, **changes)
    no_role_credentials(home)
    service.forget()
    kind, text = boto3_refusal(home, service, profile)
    assert kind == {"session": "TokenRetrievalError", "legacy": "UnauthorizedSSOTokenError"}[profile], text
    said = home.keyfob("process", "--profile", profile, env=service.env(), check=None)
    assert said.code and not said.out and "sso login" in said.err, said
    assert service.grants() == []


def test_a_refresh_that_is_refused(signed_in, sandbox):
    """While the token is good both go on with it."""
    change_token(signed_in, expiresAt=ahead(minutes=12), refreshToken="aor-of-nobody")
    assert re.fullmatch(ARN, boto3_is(signed_in, sandbox, "session"))
    keyfob_keys(signed_in, sandbox, "session")
    assert sandbox.grants() == [
        *("refresh_token", "GetRoleCredentials", "GetCallerIdentity"),
        *("refresh_token", "GetRoleCredentials"),
    ]
    change_token(signed_in, expiresAt=ahead(minutes=-1))
    no_role_credentials(signed_in)
    sandbox.forget()
    assert boto3_refusal(signed_in, sandbox, "session")[0] == "TokenRetrievalError"
    said = signed_in.keyfob("process", "--profile", "session", env=sandbox.env(), check=None)
    assert said.code and not said.out and "sso login" in said.err, said
    assert sandbox.grants() == ["refresh_token"] * 2


DATES = ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%SUTC", "%Y-%m-%dT%H:%M:%S+00:00", "%Y-%m-%dT%H:%M:%S.123456Z")


@pytest.mark.parametrize("form", DATES)
def test_dates_of_older_tools(signed_in, sandbox, form):
    now = datetime.now(timezone.utc)
    registered = (now + timedelta(days=9)).strftime(form)
    for minutes, calls in ((45, ["GetRoleCredentials"]), (5, ["refresh_token", "GetRoleCredentials"])):
        ends = (now + timedelta(minutes=minutes)).strftime(form)
        for answer in (boto3_is, keyfob_keys):
            no_role_credentials(signed_in)
            change_token(signed_in, expiresAt=ends, registrationExpiresAt=registered)
            sandbox.forget()
            answer(signed_in, sandbox, "session")
            assert [call for call in sandbox.grants() if call != "GetCallerIdentity"] == calls, answer.__name__


# --- 3. Names, and role credentials ---


def fetcher(account, name, start_url, session, cache=None):
    return botocore.credentials.SSOCredentialFetcher(
        start_url, "us-east-1", name, account, None, cache=cache or {}, sso_session_name=session
    )


def random_names(count):
    """`(account, role, session or None, start URL)`."""
    numbers = random.Random(20260723)
    plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

    def text(alphabet, longest):
        return "".join(numbers.choice(alphabet) for _ in range(numbers.randint(1, longest)))

    for at in range(count):
        account = f"{numbers.randrange(10**numbers.choice([3, 12])):012}"
        name = text(plain + "+=,.@", 32) + numbers.choice(["", "", "", 'a"b\\', "é", "日本🔑", "\x7f/"])
        session = text(plain + ".", 20) + numbers.choice(["", "", " b", "ü", "日🔑", "@x+y"]) + f"-{at}"
        host = numbers.choice(["d-0000000000.awsapps.com", "corp.awsapps.com", "ssoins-1.portal.eu-west-1.app.aws"])
        end = numbers.choice(["/start", "/start/", "/start#/", "/start/#/?tab=accounts", "", "/é", "/%C3%A9?a=b&c"])
        yield account, name, session if numbers.random() < 0.5 else None, f"https://{host}{end}#{at}"


def test_200_names(signed_in, sandbox):
    """The token lies where botocore has put it, and the credentials where it would look for them."""
    cases = list(random_names(200))
    issued = token(signed_in)
    config = []
    for at, (account, name, session, start_url) in enumerate(cases):
        both = f"sso_account_id = {account}\nsso_role_name = {name}\n"
        sign_in = f"sso_start_url = {start_url}\nsso_region = us-east-1\n"
        if session is None:
            config.append(f"[profile p{at}]\n{both}{sign_in}")
        else:
            config.append(f"[profile p{at}]\nsso_session = {session}\n{both}[sso-session '{session}']\n{sign_in}")
        cache = JSONFileCache(str(folder(signed_in, "sso")))
        SSOTokenLoader(cache).save_token(start_url, issued, session_name=session)
    signed_in.write("config", "".join(config))
    view = signed_in.view()
    for at, (account, name, session, start_url) in enumerate(cases):
        read = view["profiles"][f"p{at}"]
        assert (read["sso_account_id"], read["sso_role_name"], read.get("sso_session")) == (account, name, session)
        assert session is None or view["sso_sessions"][session]["sso_start_url"] == start_url
    accounts = {}
    for account, name, *_ in cases:
        accounts.setdefault(account, {"id": account, "name": "", "email": "", "roles": []})["roles"].append(name)
    sandbox.control("PATCH", "identity_center", {"accounts": list(accounts.values())})
    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda at: keyfob_keys(signed_in, sandbox, f"p{at}"), range(len(cases))))
    assert sandbox.grants() == ["GetRoleCredentials"] * len(cases)
    wrong = []
    for (account, name, session, start_url), keys in zip(cases, given, strict=True):
        path = folder(signed_in, "cli") / f"{fetcher(account, name, start_url, session)._create_cache_key()}.json"
        kept = json.loads(path.read_text())["Credentials"] if path.exists() else {}
        if [kept.get(part) for part in ("AccessKeyId", "SecretAccessKey", "SessionToken", "AccountId")] != keys:
            wrong.append((account, name, session, start_url))
    assert not wrong


@pytest.mark.parametrize("profile", PROFILES)
def test_one_cache_of_role_credentials(signed_in, sandbox, profile):
    """Whoever comes second calls nobody."""
    ours = keyfob_keys(signed_in, sandbox, profile)
    assert sandbox.grants() == ["GetRoleCredentials"]
    (path,) = folder(signed_in, "cli").glob("*.json")
    by_keyfob = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert botocore_keys(signed_in, sandbox, profile) == ours
    assert sandbox.grants() == ["GetRoleCredentials"]

    path.unlink()
    sandbox.forget()
    theirs = botocore_keys(signed_in, sandbox, profile)
    assert theirs != ours
    assert [path] == list(folder(signed_in, "cli").glob("*.json"))
    by_botocore = path.read_bytes()
    assert keyfob_keys(signed_in, sandbox, profile) == theirs
    assert sandbox.grants() == ["GetRoleCredentials"]
    assert path.read_bytes() == by_botocore
    assert [re.sub(rb'(: )"[^"]{13,}"', rb'\1"x"', text) for text in (by_keyfob, by_botocore)] == [
        re.sub(rb'(: )"[^"]{13,}"', rb'\1"x"', by_keyfob)
    ] * 2


@pytest.mark.parametrize("profile", PROFILES)
def test_neither_uses_the_last_fifteen_minutes(signed_in, sandbox, profile):
    keyfob_keys(signed_in, sandbox, profile)
    (path,) = folder(signed_in, "cli").glob("*.json")
    entry = json.loads(path.read_text())
    for minutes, calls in ((16, []), (14, ["GetRoleCredentials"])):
        for answer in (keyfob_keys, botocore_keys):
            entry["Credentials"]["Expiration"] = ahead(minutes=minutes)
            path.write_text(json.dumps(entry))
            sandbox.forget()
            answer(signed_in, sandbox, profile)
            assert sandbox.grants() == calls, (answer.__name__, minutes)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_role_beyond_a_sign_in(signed_in, sandbox, profile):
    chained = f"[profile beyond]\nrole_arn = {role('demo')}\nsource_profile = {profile}\n"
    signed_in.write("config", CONFIG + chained)
    ours = keyfob_keys(signed_in, sandbox, "beyond")
    assert sandbox.grants() == ["GetRoleCredentials", "AssumeRole"]
    assert botocore_keys(signed_in, sandbox, "beyond") == ours
    assert sandbox.grants() == ["GetRoleCredentials", "AssumeRole"]
    no_role_credentials(signed_in)
    sandbox.forget()
    theirs = botocore_keys(signed_in, sandbox, "beyond")
    made = sorted(path.name for path in folder(signed_in, "cli").glob("*.json"))
    assert keyfob_keys(signed_in, sandbox, "beyond") == theirs
    assert sandbox.grants() == ["GetRoleCredentials", "AssumeRole"]
    assert sorted(path.name for path in folder(signed_in, "cli").glob("*.json")) == made


# --- 4. Errors ---

HALF = f"sso_start_url = {START_URL}\n"
ACCOUNT_KEY, ROLE_KEY = (line + "\n" for line in ASSIGNED.splitlines())
WRONG = {
    "no role": f"[profile p]\n{SIGN_IN}{ACCOUNT_KEY}",
    "no account": f"[profile p]\n{SIGN_IN}{ROLE_KEY}",
    "no start URL": f"[profile p]\nsso_region = us-east-1\n{ASSIGNED}",
    "no region": f"[profile p]\n{HALF}{ASSIGNED}",
    "no sign-in": f"[profile p]\n{ASSIGNED}",
    "an account and nothing else": f"[profile p]\n{ACCOUNT_KEY}",
    "a role and nothing else": f"[profile p]\n{ROLE_KEY}",
    "capitals are no other keys": f"[profile p]\n{SIGN_IN}{ROLE_KEY}SSO_ACCOUNT_ID =\nsso_session = nope\n",
    "session, no role": f"[profile p]\nsso_session = corp\n{ACCOUNT_KEY}{CORP}",
    "session, no account": f"[profile p]\nsso_session = corp\n{ROLE_KEY}{CORP}",
    "session without a start URL": f"[profile p]\nsso_session = corp\n{ASSIGNED}[sso-session corp]\nsso_region = x\n",
    "session without a region": f"[profile p]\nsso_session = corp\n{ASSIGNED}[sso-session corp]\n{HALF}",
    "session without anything": f"[profile p]\nsso_session = corp\n{ASSIGNED}[sso-session corp]\n",
    "session and profile without anything": f"[profile p]\nsso_session = corp\n{ROLE_KEY}[sso-session corp]\n",
    "no such session": f"[profile p]\nsso_session = nope\n{ASSIGNED}{CORP}",
    "no session at all": f"[profile p]\nsso_session = corp\n{ASSIGNED}",
    "no such session, but keys": f"[profile p]\nsso_session = nope\n{SIGN_IN}{ASSIGNED}{CORP}",
    "session by another case": f"[profile p]\nsso_session = Corp\n{ASSIGNED}{CORP}",
    "empty session": f"[profile p]\nsso_session =\n{ASSIGNED}{CORP}",
    "empty session, but keys": f"[profile p]\nsso_session =\n{SIGN_IN}{ASSIGNED}",
    "session with quotes": f"[profile p]\nsso_session = \"corp\"\n{ASSIGNED}{CORP}",
    "another region": f"[profile p]\nsso_session = corp\nsso_region = eu-west-1\n{ASSIGNED}{CORP}",
    "another start URL": f"[profile p]\nsso_session = corp\nsso_start_url = {START_URL}/\n{ASSIGNED}{CORP}",
    "another of each": f"[profile p]\nsso_session = corp\nsso_start_url = u\nsso_region = r\n{ASSIGNED}{CORP}",
    "another of each, turned": (
        f"[profile p]\nsso_session = corp\nsso_start_url = u\nsso_region = r\n{ASSIGNED}"
        f"[sso-session corp]\nsso_region = us-east-1\n{HALF}"
    ),
    "an empty region against one": f"[profile p]\nsso_session = corp\nsso_region =\n{ASSIGNED}{CORP}",
    "one against an empty region": (
        f"[profile p]\nsso_session = corp\nsso_region = us-east-1\n{ASSIGNED}[sso-session corp]\nsso_region =\n{HALF}"
    ),
    "another account in the session": f"[profile p]\nsso_session = corp\n{ASSIGNED}{CORP}sso_account_id = 1\n",
    "another key of both": f"[profile p]\nsso_session = corp\nregion = a\n{ASSIGNED}{CORP}region = b\n",
    "another session in the session": f"[profile p]\nsso_session = corp\n{ASSIGNED}{CORP}sso_session = other\n",
    # Complete for SSOProvider, which takes both sections together, and then not for SSOTokenProvider.
    "region only in the profile": f"[profile p]\nsso_session = corp\nsso_region = us-east-1\n{ASSIGNED}[sso-session corp]\n{HALF}",
    "start URL only in the profile": (
        f"[profile p]\nsso_session = corp\n{HALF}{ASSIGNED}[sso-session corp]\nsso_region = us-east-1\n"
    ),
    "both only in the profile": f"[profile p]\nsso_session = corp\n{SIGN_IN}{ASSIGNED}[sso-session corp]\n",
    "both only in the profile, scopes": (
        f"[profile p]\nsso_session = corp\n{SIGN_IN}{ASSIGNED}[sso-session corp]\nsso_registration_scopes = a\n"
    ),
    # Nothing is wrong with these but that nobody signed in.
    "no token": f"[profile p]\nsso_session = nobody\n{ASSIGNED}[sso-session nobody]\n{SIGN_IN}",
    "no legacy token": f"[profile p]\nsso_start_url = https://nobody.awsapps.com/start\nsso_region = us-east-1\n{ASSIGNED}",
}


@pytest.mark.parametrize("config", WRONG.values(), ids=WRONG)
def test_errors_are_botocores(signed_in, sandbox, config):
    signed_in.write("config", config)
    kind, text = boto3_refusal(signed_in, sandbox, "p")
    assert kind in ("InvalidConfigError", "SSOTokenLoadError"), f"this row tests nothing: {kind}: {text}"
    said = signed_in.keyfob("configure", "export-credentials", "--profile", "p", env=sandbox.env(), check=None)
    assert said.code and not said.out, said
    assert sandbox.grants() == []
    if kind == "InvalidConfigError":
        assert text in said.err
    else:
        assert re.search(r"Error loading SSO Token: Token for .* does not exist", said.err), said.err


REFUSED = {
    "not assigned": f"[profile p]\nsso_session = corp\nsso_account_id = {ACCOUNT}\nsso_role_name = Nope\n{CORP}",
    "not assigned, legacy": f"[profile p]\n{SIGN_IN}sso_account_id = {ACCOUNT}\nsso_role_name = Nope\n",
    "no such account": f"[profile p]\nsso_session = corp\nsso_account_id = 000000000000\n{ROLE_KEY}{CORP}",
}


@pytest.mark.parametrize("config", REFUSED.values(), ids=REFUSED)
def test_what_the_portal_says(signed_in, sandbox, config):
    signed_in.write("config", config)
    kind, text = boto3_refusal(signed_in, sandbox, "p")
    assert kind == "ClientError", text
    said = signed_in.keyfob("configure", "export-credentials", "--profile", "p", env=sandbox.env(), check=None)
    assert said.code and not said.out and text in said.err, (said, text)


EMPTY = {
    "account": CONFIG.replace(f"sso_account_id = {ACCOUNT}", "sso_account_id ="),
    "role": CONFIG.replace("sso_role_name = ReadOnlyAccess", "sso_role_name ="),
    "region": CONFIG.replace("sso_region = us-east-1", "sso_region ="),
    "start URL": CONFIG.replace(f"sso_start_url = {START_URL}", "sso_start_url ="),
}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("config", EMPTY.values(), ids=EMPTY)
def test_empty_values(signed_in, sandbox, config, profile):
    """Where botocore gets credentials keyfob does, and no other place."""
    signed_in.write("config", config)
    kind, text = boto3_refusal(signed_in, sandbox, profile)
    said = signed_in.keyfob("configure", "export-credentials", "--profile", profile, env=sandbox.env(), check=None)
    assert (said.code == 0) == (kind == "found"), (kind, text, said)


# --- 5. Signing out ---


def test_after_signing_out_botocore_wants_a_sign_in(signed_in, sandbox):
    tokens = {profile: token_path(signed_in, profile).read_bytes() for profile in PROFILES}
    signed_in.write("config", CONFIG + f"[profile beyond]\nrole_arn = {role('demo')}\nsource_profile = session\n")
    for profile in (*PROFILES, "beyond"):
        assert botocore_keys(signed_in, sandbox, profile)
    assert len(list(folder(signed_in, "cli").glob("*.json"))) == 3
    sandbox.forget()
    signed_in.keyfob("sso", "logout", env=sandbox.env())
    assert sorted(sandbox.grants()) == ["Logout", "Logout"]
    (left,) = folder(signed_in, "cli").glob("*.json")
    assert "AssumedRoleUser" in json.loads(left.read_text())  # as `aws sso logout`
    for profile, name in (("session", "corp"), ("legacy", START_URL)):
        assert boto3_refusal(signed_in, sandbox, profile) == [
            "SSOTokenLoadError",
            f"Error loading SSO Token: Token for {name} does not exist",
        ]
        # The service knows it too: a copy of the token is of no use.
        token_path(signed_in, profile).write_bytes(tokens[profile])
        kind, text = boto3_refusal(signed_in, sandbox, profile)
        assert kind == "UnauthorizedSSOTokenError", text
        said = signed_in.keyfob("process", "--profile", profile, env=sandbox.env(), check=None)
        assert said.code and not said.out and "sso login" in said.err, said


def test_signing_out_of_what_botocore_signed_in_to(home, sandbox):
    home.fill(CONFIG)
    botocore_signs_in(home, sandbox)
    home.keyfob("sso", "logout", env=sandbox.env())
    assert sandbox.grants() == ["Logout"]
    assert boto3_refusal(home, sandbox, "session")[0] == "SSOTokenLoadError"


def test_one_sign_in_of_two_is_ended(signed_in, sandbox):
    for profile in PROFILES:
        botocore_keys(signed_in, sandbox, profile)
    sandbox.forget()
    signed_in.keyfob("sso", "logout", "--sso-session", "corp", env=sandbox.env())
    assert sandbox.grants() == ["Logout"]
    assert boto3_refusal(signed_in, sandbox, "session")[0] == "SSOTokenLoadError"
    assert re.fullmatch(ARN, boto3_is(signed_in, sandbox, "legacy"))
    assert len(list(folder(signed_in, "cli").glob("*.json"))) == 1


# --- 6. The AWS CLI ---


@pytest.mark.parametrize("profile", PROFILES)
def test_the_aws_cli_through_credential_process(signed_in, sandbox, profile):
    signed_in.write("config", f"{CONFIG}[profile via]\ncredential_process = {KEYFOB} process --profile {profile}\n")
    for _ in range(2):
        said = json.loads(signed_in.aws("sts", "get-caller-identity", "--profile", "via", env=sandbox.env()).out)
        assert re.fullmatch(ARN, said["Arn"])
    assert sandbox.grants() == ["GetRoleCredentials", "GetCallerIdentity", "GetCallerIdentity"]


def test_the_aws_cli_says_what_keyfob_said(signed_in, sandbox):
    signed_in.write("config", f"{CONFIG}[profile via]\ncredential_process = {KEYFOB} process --profile session\n")
    signed_in.keyfob("sso", "logout", env=sandbox.env())
    said = signed_in.aws("sts", "get-caller-identity", "--profile", "via", env=sandbox.env(), check=None)
    assert said.code and "sso login" in said.err, said


def aws_in(home, service, profile, *args):
    """The AWS CLI in keyfob's `exec`."""
    return home.keyfob("exec", "--profile", profile, "--", str(peers.AWS), *args, env=service.env())


@pytest.mark.parametrize("profile", PROFILES)
def test_the_aws_cli_in_exec(signed_in, sandbox, profile):
    said = json.loads(aws_in(signed_in, sandbox, profile, "sts", "get-caller-identity").out)
    assert re.fullmatch(ARN, said["Arn"])
    assert sandbox.grants() == ["GetRoleCredentials", "GetCallerIdentity"]


@pytest.mark.parametrize("profile", PROFILES)
def test_the_aws_cli_with_a_sign_in_of_keyfobs(signed_in, sandbox, profile):
    """v1 has no `sso login`, and uses the tokens of others."""
    said = json.loads(signed_in.aws("sts", "get-caller-identity", "--profile", profile, env=sandbox.env()).out)
    assert re.fullmatch(ARN, said["Arn"])
    assert sandbox.grants() == ["GetRoleCredentials", "GetCallerIdentity"]
