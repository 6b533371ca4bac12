"""Console login: sessions that keyfob, boto3, botocore and the AWS CLI leave for each other.

The AWS CLI here (v1) has no `login` and uses the sessions of others. What v2 does to log in is done here by botocore's
client with a key of awscrt, and stored by botocore's own `LoginTokenLoader`.
"""

import base64
import hashlib
import json
import re
import secrets
import subprocess
import textwrap
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import boto3
import botocore.session
import pytest
from awscrt.crypto import EC, ECExportFormat, ECType
from botocore import UNSIGNED
from botocore.config import Config
from botocore.credentials import LoginCredentialFetcher, _build_dpop_header
from botocore.exceptions import ClientError
from botocore.utils import (
    JSONFileCache,
    LoginTokenLoader,
    generate_login_cache_key,
    get_login_token_cache_directory,
)
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

import peers
from scratch import KEYFOB
from services import ACCOUNT, KEY, role

SESSION = f"arn:aws:iam::{ACCOUNT}:user/me"  # of the emulator's standard state
SAME_DEVICE = "arn:aws:signin:::devtools/same-device"
PROFILE = f"[profile me]\nlogin_session = {SESSION}\nregion = us-east-1\n"
KEYS = 100
MEMBERS = ["accessToken", "tokenType", "clientId", "refreshToken", "idToken", "dpopKey"]
ACCESS = ["accessKeyId", "secretAccessKey", "sessionToken", "accountId", "expiresAt"]


@pytest.fixture
def sandbox(sandbox):
    """With a person who allows everything at once."""
    sandbox.control("PATCH", "console", {"approval": "Automatic"})
    return sandbox


# --- Logging in ---


def login(home, service, *flags, profile="me", check=0, **env):
    """`keyfob login`, with a browser that goes where standard output says."""
    remote = "--remote" in flags
    process = subprocess.Popen(
        [KEYFOB, "login", "--profile", profile, *flags],
        env=home.environment(service.env(BROWSER="true", **env)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith(f"{service.url}/v1/authorize?"):
            break
    else:
        pytest.fail(f"no address: {lines} {process.stderr.read()}")
    page = browse(lines[-1].strip())
    code = re.search(r"[A-Za-z0-9+/]{40,}={0,2}", page).group() + "\n" if remote else ""
    out, err = process.communicate(code, timeout=60)
    return peers.Finished(("keyfob", "login"), process.returncode, "".join(lines) + out, err).expect(check)


def browse(url):
    """The text of the page that a browser ends at."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.read().decode()


def redirected(url):
    """Where a browser is sent, without going there."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    try:
        urllib.request.build_opener(Stay).open(url, timeout=30)
    except urllib.error.HTTPError as answer:
        return answer.headers["Location"]
    raise AssertionError(f"{url} redirects nowhere")


def pem(key):
    """A key of awscrt as the AWS CLI v2 writes it (`_serialize_to_pem`)."""
    contents = base64.b64encode(key.export_key(ECExportFormat.SEC1)).decode()
    return f"-----BEGIN EC PRIVATE KEY-----\n{textwrap.fill(contents, width=64)}\n-----END EC PRIVATE KEY-----\n"


class Whole:
    """A key of awscrt whose point keeps its zeros (RFC 7518, section 6.2.1.2): `get_public_coords` loses the first."""

    def __init__(self, key):
        self.key, self.sign = key, key.sign

    def get_public_coords(self):
        return point(self.key)


def point(key):
    octets = key.export_key(ECExportFormat.SEC1)[-64:]
    return octets[:32], octets[32:]


def has_short_point(key):
    return any(half[0] == 0 for half in point(key))


def has_short_secret(key):
    """awscrt leaves zeros out there too, which RFC 5915 does not allow, and cannot read such a key again."""
    return len(key.export_key(ECExportFormat.SEC1)) < 121


def client(session, url):
    config = Config(region_name="us-east-1", signature_version=UNSIGNED)
    return session.create_client("signin", endpoint_url=url, config=config)


def botocore_token(signin, service, key):
    """What the AWS CLI v2 has after a login with this key."""
    verifier = secrets.token_urlsafe(48)
    way_back = "http://127.0.0.1:1/oauth/callback"
    asked = {
        "response_type": "code",
        "client_id": SAME_DEVICE,
        "state": "s",
        "code_challenge_method": "SHA-256",
        "scope": "openid",
        "redirect_uri": way_back,
        "code_challenge": base64url(hashlib.sha256(verifier.encode()).digest()),
    }
    address = redirected(f"{service.url}/v1/authorize?{urllib.parse.urlencode(asked)}")
    (code,) = urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)["code"]

    def prove(params, **_):
        params["headers"]["DPoP"] = _build_dpop_header(Whole(key), params["url"])

    signin.meta.events.register("before-call.signin.CreateOAuth2Token", prove, unique_id="prove")
    given = signin.create_o_auth2_token(
        tokenInput={
            "clientId": SAME_DEVICE,
            "grantType": "authorization_code",
            "code": code,
            "codeVerifier": verifier,
            "redirectUri": way_back,
        }
    )["tokenOutput"]
    signin.meta.events.unregister("before-call.signin.CreateOAuth2Token", unique_id="prove")
    ends = datetime.now(timezone.utc) + timedelta(seconds=given["expiresIn"])
    parts = {name: given["accessToken"][name] for name in ACCESS[:3]}
    return {
        "accessToken": {**parts, "accountId": ACCOUNT, "expiresAt": ends.strftime("%Y-%m-%dT%H:%M:%SZ")},
        "tokenType": given["tokenType"],
        "clientId": SAME_DEVICE,
        "refreshToken": given["refreshToken"],
        "idToken": given["idToken"],
        "dpopKey": pem(key),
    }


def botocore_logs_in(home, service, names=(SESSION,), stale=False, unusual=()):
    """A login of botocore's for each of the names, with keys that are as `unusual`, in turn, wants them."""
    wanted = [*unusual, *[lambda key: True] * (len(names) - len(unusual))]

    def answer():
        signin = client(botocore.session.Session(), service.url)
        loader = LoginTokenLoader(JSONFileCache(get_login_token_cache_directory()))
        for name, fits in zip(names, wanted, strict=True):
            key = EC.new_generate(ECType.P_256)
            while not fits(key):
                key = EC.new_generate(ECType.P_256)
            token = botocore_token(signin, service, key)
            if stale:
                token["accessToken"]["expiresAt"] = ahead(minutes=4)
            loader.save_token(name, token)

    peers._in_clean_child(answer, env=home.environment(service.env()))
    service.forget()


@pytest.fixture
def logged_in(home, sandbox):
    """A home with a login of keyfob's."""
    login(home, sandbox)
    sandbox.forget()
    return home


# --- What was called ---


def proof(call):
    """The parts of the proof that came with a call: header and payload as text, and the signature."""
    header, payload, signature = call["headers"]["dpop"].split(".")
    return [base64url_decode(part) for part in (header, payload, signature)] + [f"{header}.{payload}".encode()]


def base64url(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def base64url_decode(text):
    assert "=" not in text
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


# --- The files ---


def folder(home):
    return home.path / ".aws" / "login" / "cache"


def token_path(home, name=SESSION):
    return folder(home) / f"{generate_login_cache_key(name)}.json"


def token(home):
    return json.loads(token_path(home).read_text())


def ahead(**delta):
    return (datetime.now(timezone.utc) + timedelta(**delta)).strftime("%Y-%m-%dT%H:%M:%SZ")


def end_in(home, **delta):
    """The same session, its credentials ending then; how it reads now."""
    changed = token(home)
    changed["accessToken"]["expiresAt"] = ahead(**delta)
    token_path(home).write_text(json.dumps(changed))
    return changed


def change(home, **changes):
    """Writes other values into the file; `None`: the key goes."""
    changed = {name: value for name, value in {**token(home), **changes}.items() if value is not None}
    token_path(home).write_text(json.dumps(changed))


def check_file(home, key=None):
    """The one file is as botocore or the AWS CLI v2 would have written it."""
    (path,) = folder(home).iterdir()
    assert path == token_path(home)
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text()
    content = json.loads(text)
    assert text == json.dumps(content)
    assert list(content) == MEMBERS and list(content["accessToken"]) == ACCESS
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", content["accessToken"]["expiresAt"])
    assert content["dpopKey"] == pem(LoginCredentialFetcher._load_private_key(content))
    assert key in (None, content["dpopKey"])
    return content


# --- The peers ---


def keyfob_keys(home, service, profile="me", **env):
    given = json.loads(home.keyfob("process", "--profile", profile, env=service.env(**env)).out)
    return [given.get(name) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken", "AccountId")]


def botocore_keys(home, service, profile="me", **env):
    """The credentials that botocore's `LoginProvider` ends with."""

    def answer():
        found = botocore.session.Session(profile=profile).get_credentials().get_frozen_credentials()
        return [found.access_key, found.secret_key, found.token, found.account_id]

    return peers._in_clean_child(answer, env=home.environment(service.env(**env)))


def boto3_is(home, service, profile="me"):
    def answer():
        return boto3.Session(profile_name=profile).client("sts").get_caller_identity()["Arn"]

    return peers._in_clean_child(answer, env=home.environment(service.env()))


def boto3_refusal(home, service, profile="me"):
    """What boto3 says when it gets no credentials of a profile: the exception and its text."""

    def answer():
        try:
            found = boto3.Session(profile_name=profile).get_credentials()
            return ["found", found and found.get_frozen_credentials().access_key]
        except Exception as error:
            return [type(error).__name__, str(error)]

    return peers._in_clean_child(answer, env=home.environment(service.env()))


def kept(before, after):
    """A renewal has replaced credentials and refresh token, and nothing else."""
    assert before["refreshToken"] != after["refreshToken"]
    assert all(before["accessToken"][name] != after["accessToken"][name] for name in ("accessKeyId", "expiresAt"))
    same = ("tokenType", "clientId", "idToken", "dpopKey")
    assert [before[name] for name in same] == [after[name] for name in same]


# --- 1. keyfob logs in ---


@pytest.mark.parametrize("flags", [(), ("--remote",)], ids=["this device", "another device"])
def test_boto3_uses_and_renews_a_login(home, sandbox, flags):
    said = login(home, sandbox, *flags)
    assert f"Updated profile me to use {SESSION} credentials." in said.out
    assert home.botocore_profile("me") == {"login_session": SESSION, "region": "us-east-1"}
    first = check_file(home)
    assert first["clientId"] == SAME_DEVICE.replace("same", "cross" if flags else "same")
    sandbox.forget()
    assert boto3_is(home, sandbox) == SESSION
    assert sandbox.grants() == ["GetCallerIdentity"]

    stale = end_in(home, minutes=4)
    sandbox.forget()
    assert boto3_is(home, sandbox) == SESSION
    assert sandbox.grants() == ["refresh_token", "GetCallerIdentity"]
    by_botocore = check_file(home, key=first["dpopKey"])
    kept(stale, by_botocore)

    # keyfob goes on with what botocore wrote, and then the other way round, a few times.
    before = token_path(home).read_bytes()
    sandbox.forget()
    assert keyfob_keys(home, sandbox)[0] == by_botocore["accessToken"]["accessKeyId"]
    assert sandbox.grants() == [] and token_path(home).read_bytes() == before
    for turn, (first_asked, then_asked) in enumerate([(keyfob_keys, botocore_keys), (botocore_keys, keyfob_keys)] * 3):
        stale = end_in(home, minutes=-turn)
        sandbox.forget()
        answers = [first_asked(home, sandbox), then_asked(home, sandbox)]
        assert sandbox.grants() == ["refresh_token"]
        assert answers[0] == answers[1]
        kept(stale, check_file(home, key=first["dpopKey"]))


def test_a_denied_login_leaves_nothing(home, sandbox):
    sandbox.control("PATCH", "console", {"approval": "Deny"})
    said = login(home, sandbox, check=None)
    assert said.code and "Updated" not in said.out, said
    assert not token_path(home).exists() and home.read("config") is None
    home.fill(PROFILE)
    assert boto3_refusal(home, sandbox)[0] == "LoginTokenLoadError"


@pytest.mark.parametrize(
    "session",
    [
        f"arn:aws:iam::{ACCOUNT}:root",
        f"arn:aws:iam::{ACCOUNT}:user/division/alice",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/demo/ada@example.com",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/Züri/über+=,.@-_",
    ],
)
def test_whoever_logs_in(home, sandbox, session):
    """The name in the profile and the name of the file are what botocore makes of them."""
    sandbox.control("PATCH", "console", {"session": session})
    login(home, sandbox)
    assert home.botocore_profile("me")["login_session"] == session
    assert [path.name for path in folder(home).iterdir()] == [f"{generate_login_cache_key(session)}.json"]
    given = botocore_keys(home, sandbox)
    assert given == keyfob_keys(home, sandbox) and given[3] == ACCOUNT


def test_many_keys_of_keyfobs(home, sandbox):
    """Each of them in the hands of botocore, then in keyfob's again."""
    homes = [home.path / f"cache-{at}" for at in range(KEYS)]
    home.fill(PROFILE)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda place: login(home, sandbox, AWS_LOGIN_CACHE_DIRECTORY=str(place)), homes))
    files = [place / token_path(home).name for place in homes]
    for path in files:
        content = json.loads(path.read_text())
        assert content["dpopKey"] == pem(LoginCredentialFetcher._load_private_key(content))
        assert not has_short_point(LoginCredentialFetcher._load_private_key(content))
        content["accessToken"]["expiresAt"] = ahead(minutes=4)
        path.write_text(json.dumps(content))
    sandbox.forget()

    def answer():
        session = botocore.session.Session(profile="me")
        given = []
        for place in homes:
            loader = LoginTokenLoader(JSONFileCache(str(place)))
            given.append(LoginCredentialFetcher(SESSION, loader, session.create_client).refresh_credentials())
        return [[found[name] for name in ("access_key", "secret_key", "token", "account_id")] for found in given]

    theirs = peers._in_clean_child(answer, env=home.environment(sandbox.env()))
    assert sandbox.grants() == ["refresh_token"] * KEYS
    assert len({keys[0] for keys in theirs}) == KEYS
    with ThreadPoolExecutor(4) as pool:
        ours = list(pool.map(lambda place: keyfob_keys(home, sandbox, AWS_LOGIN_CACHE_DIRECTORY=str(place)), homes))
    assert ours == theirs
    assert sandbox.grants() == ["refresh_token"] * KEYS


# --- 2. botocore logs in ---


def test_keyfob_uses_and_renews_what_botocore_stored(home, sandbox):
    home.fill(PROFILE)
    botocore_logs_in(home, sandbox)
    before = token_path(home).read_bytes()
    first = check_file(home)
    assert keyfob_keys(home, sandbox) == [first["accessToken"][name] for name in ACCESS[:4]]
    assert sandbox.grants() == [] and token_path(home).read_bytes() == before
    stale = end_in(home, minutes=5)
    ours = keyfob_keys(home, sandbox)
    assert sandbox.grants() == ["refresh_token"]
    kept(stale, check_file(home, key=first["dpopKey"]))
    assert botocore_keys(home, sandbox) == ours
    assert boto3_is(home, sandbox) == SESSION
    assert sandbox.grants() == ["refresh_token", "GetCallerIdentity"]


def test_many_keys_of_botocores(home, sandbox):
    """Among them such as awscrt writes and shows with too few octets."""
    names = [f"arn:aws:iam::{ACCOUNT}:user/u{at}" for at in range(KEYS)]
    profiles = {f"p{at}": name for at, name in enumerate(names)}
    home.fill("".join(f"[profile {at}]\nlogin_session = {name}\nregion = us-east-1\n" for at, name in profiles.items()))
    unusual = [lambda key, half=half: point(key)[half][0] == 0 for half in (0, 1)] + [has_short_secret]
    botocore_logs_in(home, sandbox, names, stale=True, unusual=unusual)
    keys = [json.loads(token_path(home, name).read_text())["dpopKey"] for name in names]
    with ThreadPoolExecutor(4) as pool:
        ours = list(pool.map(lambda profile: keyfob_keys(home, sandbox, profile), profiles))
    assert sandbox.grants() == ["refresh_token"] * KEYS
    short, unreadable = set(), set()
    for name, key, given in zip(names, keys, ours, strict=True):
        content = json.loads(token_path(home, name).read_text())
        assert content["dpopKey"] == key
        assert [content["accessToken"][part] for part in ACCESS[:4]] == given
        try:
            if has_short_point(LoginCredentialFetcher._load_private_key(content)):
                short.add(name)
        except RuntimeError:
            unreadable.add(name)
        content["accessToken"]["expiresAt"] = ahead(minutes=4)
        token_path(home, name).write_text(json.dumps(content))

    def answer():
        session = botocore.session.Session(profile="p0")
        loader = LoginTokenLoader(JSONFileCache(get_login_token_cache_directory()))
        given = {}
        for name in names:
            try:
                fetcher = LoginCredentialFetcher(name, loader, session.create_client)
                given[name] = fetcher.refresh_credentials()["access_key"]
            except (ClientError, RuntimeError) as error:
                given[name] = str(error)
        return given

    theirs = peers._in_clean_child(answer, env=home.environment(sandbox.env()))
    # The emulator takes RFC 7518 at its word, and botocore's proofs do not.
    refused = {name for name in names if "has not 32 octets" in theirs[name]} | unreadable
    assert refused <= short | unreadable and set(names[:2]) <= short
    assert len(refused) < KEYS / 4
    assert all(theirs[name].startswith("ASIA") for name in names if name not in refused)
    for at in (0, 1, 2, KEYS - 1):
        given = keyfob_keys(home, sandbox, f"p{at}")[0]
        assert (given == theirs[names[at]]) == (names[at] not in refused)


def test_keyfob_leaves_others_members_as_botocore_does(home, sandbox):
    home.fill(PROFILE)
    botocore_logs_in(home, sandbox)
    change(home, signInRegion="us-east-1", theirs={"a": [1, 2.5, None, "ü😀\u007f\""]}, tokenType=None)
    written = []
    for renew in (botocore_keys, keyfob_keys):
        end_in(home, minutes=1)
        renew(home, sandbox)
        content = token(home)
        assert token_path(home).read_text() == json.dumps(content)
        fixed = {name: value for name, value in content.items() if name not in ("accessToken", "refreshToken")}
        written.append((sorted(content), fixed))
    assert written[0] == written[1]


@pytest.mark.parametrize("seconds, calls", [(330, []), (270, ["refresh_token"]), (-30, ["refresh_token"])])
@pytest.mark.parametrize("answer", [keyfob_keys, botocore_keys])
def test_both_renew_when_five_minutes_are_left(logged_in, sandbox, answer, seconds, calls):
    end_in(logged_in, seconds=seconds)
    answer(logged_in, sandbox)
    assert sandbox.grants() == calls


# --- 3. The proof ---


def test_the_proofs_are_the_same(logged_in, sandbox):
    seen = []
    for renew in (keyfob_keys, botocore_keys):
        end_in(logged_in, minutes=4)
        sandbox.forget()
        renew(logged_in, sandbox)
        (call,) = sandbox.new_calls()
        assert (call["action"], call["grant"]) == ("SigninToken", "refresh_token")
        seen.append(call)
    (ours, ours_said, ours_signed, ours_text), (theirs, theirs_said, *_) = map(proof, seen)
    assert ours == theirs
    assert list(json.loads(ours)) == ["typ", "alg", "jwk"]
    assert list(json.loads(ours)["jwk"]) == ["kty", "x", "y", "crv"]
    (ours_claims, theirs_claims) = (json.loads(text) for text in (ours_said, theirs_said))
    assert list(ours_claims) == list(theirs_claims) == ["htm", "htu", "iat", "jti"]
    assert ours_claims["htu"] == theirs_claims["htu"] == f"{sandbox.url}/v1/token"
    assert ours_claims["jti"] != theirs_claims["jti"]
    assert [len(claims["jti"]) for claims in (ours_claims, theirs_claims)] == [36, 36]
    assert abs(ours_claims["iat"] - time.time()) < 60
    # To the letter what botocore makes of the same key, time and id; but for the signature, which is random there.
    key = LoginCredentialFetcher._load_private_key(token(logged_in))
    made = _build_dpop_header(key, ours_claims["htu"], ours_claims["jti"], ours_claims["iat"])
    assert made.rpartition(".")[0].encode() == ours_text
    # Two judges of the signature: awscrt and OpenSSL.
    r, s = (int.from_bytes(half) for half in (ours_signed[:32], ours_signed[32:]))
    der = utils.encode_dss_signature(r, s)
    assert len(ours_signed) == 64 and key.verify(hashlib.sha256(ours_text).digest(), der)
    x, y = (int.from_bytes(base64url_decode(json.loads(ours)["jwk"][name])) for name in "xy")
    ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key().verify(der, ours_text, ec.ECDSA(SHA256()))
    # The request beside it.
    assert seen[0]["params"].keys() == seen[1]["params"].keys() == {"clientId", "grantType", "refreshToken"}
    assert [call["headers"]["content-type"] for call in seen] == ["application/json"] * 2
    assert all("authorization" not in call["headers"] for call in seen)


# --- 4. Errors, and what comes before what ---

MISSING = {
    "nobody logged in": lambda home: token_path(home).unlink(),
    "no access token": lambda home: change(home, accessToken=None),
    "no refresh token": lambda home: change(home, refreshToken=None),
    "no key": lambda home: change(home, dpopKey=None),
    "no client": lambda home: change(home, clientId=None),
    "nothing": lambda home: token_path(home).write_text("{}"),
}
# Where botocore falls over, with a KeyError or an error of awscrt.
BROKEN = {
    "no JSON": lambda home: token_path(home).write_text('{"accessToken": {'),
    "empty": lambda home: token_path(home).write_text(""),
    "a key that is none": lambda home: (end_in(home, minutes=-1), change(home, dpopKey="Tm90QUtleQ==")),
    "an empty key": lambda home: (end_in(home, minutes=-1), change(home, dpopKey="")),
    "half a key": lambda home: (end_in(home, minutes=-1), change(home, dpopKey=token(home)["dpopKey"][:120])),
}
NO_KEY = "Error loading login session token: Unable to load private key from cached token."
NO_LOGIN = f"Error loading login session token: Unable to load a existing login session for session {SESSION}."


@pytest.mark.parametrize("damage", MISSING.values(), ids=MISSING)
def test_errors_are_botocores(logged_in, sandbox, damage):
    damage(logged_in)
    kind, text = boto3_refusal(logged_in, sandbox)
    assert kind == "LoginTokenLoadError", f"this row tests nothing: {kind}: {text}"
    said = logged_in.keyfob("process", "--profile", "me", env=sandbox.env(), check=None)
    assert said.code == 253 and not said.out and text in said.err, (said, text)
    assert "keyfob login --profile me" in said.err
    assert sandbox.grants() == []


@pytest.mark.parametrize("damage", BROKEN)
def test_broken_files(logged_in, sandbox, damage):
    BROKEN[damage](logged_in)
    assert boto3_refusal(logged_in, sandbox)[0] != "found", "this row tests nothing"
    said = logged_in.keyfob("process", "--profile", "me", env=sandbox.env(), check=None)
    assert said.code == 253 and not said.out and (NO_KEY if "key" in damage else NO_LOGIN) in said.err, said
    assert "keyfob login --profile me" in said.err
    assert sandbox.grants() == []


REFUSED = {
    "permission": ({"permission_missing": True}, "LoginInsufficientPermissions"),
    "password": ({"password_changed": True}, "LoginRefreshRequired"),
}


@pytest.mark.parametrize("state, expected", REFUSED.values(), ids=REFUSED)
def test_what_the_service_says(logged_in, sandbox, state, expected):
    end_in(logged_in, minutes=-1)
    before = token_path(logged_in).read_bytes()
    sandbox.control("PATCH", "console", state)
    kind, text = boto3_refusal(logged_in, sandbox)
    assert kind == expected, text
    said = logged_in.keyfob("process", "--profile", "me", env=sandbox.env(), check=None)
    assert said.code == 253 and not said.out, said
    # botocore has one sentence for a session that is over and for another password.
    assert (text if kind == "LoginInsufficientPermissions" else "change in your password") in said.err
    assert token_path(logged_in).read_bytes() == before


@pytest.mark.parametrize("first, second", [(keyfob_keys, boto3_refusal), (botocore_keys, None)])
def test_a_spent_refresh_token(logged_in, sandbox, first, second):
    """Two copies of a session: the second that renews is told that it is over."""
    end_in(logged_in, minutes=-1)
    before = token_path(logged_in).read_bytes()
    first(logged_in, sandbox)
    token_path(logged_in).write_bytes(before)
    if second:
        assert second(logged_in, sandbox)[0] == "LoginRefreshRequired"
    else:
        said = logged_in.keyfob("process", "--profile", "me", env=sandbox.env(), check=None)
        assert said.code == 253 and "Your session has expired. Please reauthenticate" in said.err


OTHERS = "aws_access_key_id = AKIAOTHERKEY00000000\naws_secret_access_key = other\n"
PRINTS = 'credential_process = echo {"Version": 1, "AccessKeyId": "AKIAPRINTED", "SecretAccessKey": "x"}\n'
BESIDE = {
    "nothing": (PROFILE, None),
    "keys in the credentials file": (PROFILE, f"[me]\n{OTHERS}"),
    "keys in the config file": (PROFILE + OTHERS, None),
    "keys in both": (PROFILE + OTHERS, f"[me]\n{OTHERS}"),
    "credential_process": (PROFILE + PRINTS, None),
    "in the credentials file": ("[profile me]\nregion = us-east-1\n", f"[me]\nlogin_session = {SESSION}\n"),
    "in the credentials file with keys": (
        "[profile me]\nregion = us-east-1\n",
        f"[me]\nlogin_session = {SESSION}\n{OTHERS}",
    ),
    "in both files": (PROFILE.replace("user/me", "user/other"), f"[me]\nlogin_session = {SESSION}\n"),
    "a role of another profile": (f"{PROFILE}[profile base]\nx = y\n", f"[base]\n{KEY}"),
    "a sign-in to Identity Center": (
        f"{PROFILE}sso_start_url = https://x\nsso_region = us-east-1\nsso_account_id = 1\nsso_role_name = r\n",
        None,
    ),
    "capitals": (PROFILE.replace("login_session", "LOGIN_SESSION"), None),
    "blanks": (PROFILE.replace(f"= {SESSION}", f"=   {SESSION}  "), None),
}


@pytest.mark.parametrize("config, credentials", BESIDE.values(), ids=BESIDE)
def test_what_comes_before_a_login(logged_in, sandbox, config, credentials):
    logged_in.fill(config, credentials)
    kind, text = boto3_refusal(logged_in, sandbox)
    said = logged_in.keyfob("process", "--profile", "me", env=sandbox.env(), check=None)
    if kind == "found":
        assert said.code == 0 and json.loads(said.out)["AccessKeyId"] == text, (said, text)
    else:
        assert said.code and not said.out, (said, kind, text)


EMPTY = PROFILE.replace(f"= {SESSION}", "=")


def test_an_empty_login_session(home, sandbox):
    home.fill(EMPTY)
    kind, text = boto3_refusal(home, sandbox)
    said = home.keyfob("process", "--profile", "me", env=sandbox.env(), check=None)
    assert kind == "LoginTokenLoadError" and said.code == 253 and text in said.err, (said, kind, text)


@pytest.mark.parametrize("where", ["~/there", "$HOME/there", "${HOME}/there"])
def test_another_cache_directory(home, sandbox, where):
    place = {"AWS_LOGIN_CACHE_DIRECTORY": where}
    login(home, sandbox, **place)
    assert [path.name for path in (home.path / "there").iterdir()] == [token_path(home).name]
    assert not folder(home).exists()
    assert botocore_keys(home, sandbox, **place) == keyfob_keys(home, sandbox, **place)


def test_a_role_beyond_a_login(logged_in, sandbox):
    logged_in.write("config", f"{PROFILE}[profile beyond]\nrole_arn = {role('demo')}\nsource_profile = me\n")
    end_in(logged_in, minutes=1)
    assert boto3_is(logged_in, sandbox, "beyond").startswith(f"arn:aws:sts::{ACCOUNT}:assumed-role/demo/")
    assert sandbox.grants() == ["refresh_token", "AssumeRole", "GetCallerIdentity"]
    end_in(logged_in, minutes=1)
    sandbox.forget()
    assert keyfob_keys(logged_in, sandbox, "beyond")[0].startswith("ASIA")
    assert sandbox.grants() == ["refresh_token", "AssumeRole"]


def test_after_logging_out_botocore_wants_a_login(logged_in, sandbox):
    said = logged_in.keyfob("logout", "--profile", "me", env=sandbox.env())
    assert "Removed cached login credentials for profile 'me'." in said.out
    assert list(folder(logged_in).iterdir()) == [] and sandbox.grants() == []
    assert boto3_refusal(logged_in, sandbox)[0] == "LoginTokenLoadError"


# --- 5. The AWS CLI ---


@pytest.mark.parametrize("minutes, calls", [(10, []), (4, ["refresh_token"]), (-10, ["refresh_token"])])
def test_the_aws_cli_with_a_login_of_keyfobs(logged_in, sandbox, minutes, calls):
    end_in(logged_in, minutes=minutes)
    said = json.loads(logged_in.aws("sts", "get-caller-identity", "--profile", "me", env=sandbox.env()).out)
    assert said["Arn"] == SESSION
    assert sandbox.grants() == [*calls, "GetCallerIdentity"]
    assert keyfob_keys(logged_in, sandbox)[0] == check_file(logged_in)["accessToken"]["accessKeyId"]
    assert sandbox.grants() == [*calls, "GetCallerIdentity"]


def test_the_aws_cli_through_credential_process(logged_in, sandbox):
    logged_in.write("config", f"{PROFILE}[profile via]\ncredential_process = {KEYFOB} process --profile me\n")
    end_in(logged_in, minutes=-1)
    for _ in range(2):
        said = json.loads(logged_in.aws("sts", "get-caller-identity", "--profile", "via", env=sandbox.env()).out)
        assert said["Arn"] == SESSION
    assert sandbox.grants() == ["refresh_token", "GetCallerIdentity", "GetCallerIdentity"]


def test_the_aws_cli_in_exec(logged_in, sandbox):
    end_in(logged_in, minutes=4)
    command = ("exec", "--profile", "me", "--", str(peers.AWS), "sts", "get-caller-identity")
    said = logged_in.keyfob(*command, env=sandbox.env())
    assert json.loads(said.out)["Arn"] == SESSION
    assert sandbox.grants() == ["refresh_token", "GetCallerIdentity"]
