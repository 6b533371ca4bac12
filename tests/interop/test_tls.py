"""The way to AWS: whom TLS trusts, through which proxy, and what is said when there is no way. The server is the emulator,
with TLS and a proxy of this process in front of it.
"""

import datetime
import json
import ssl
import time

import pytest
import trustme

from services import KEY, Listener, Proxy, TlsFront, role

IDENTITY = ("sts", "get-caller-identity")
ROLE = ("process", "--profile", "role")
ONCE = {"AWS_MAX_ATTEMPTS": "1"}
CONFIG = f"[profile role]\nrole_arn = {role('demo')}\nsource_profile = default\n"
WARNING = "warning: --no-verify-ssl"
NAMES = ("localhost", "127.0.0.1")


@pytest.fixture(autouse=True)
def no_other_way(monkeypatch):
    """What the machine of the test run has to say of proxies and trust does not count."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "requests_ca_bundle", "ssl_cert_file", "ssl_cert_dir"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def home(home):
    return home.fill(CONFIG, f"[default]\n{KEY}")


def server_side(certificate, version=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    if version:
        context.minimum_version = context.maximum_version = version
    return context


class Authority:
    """A CA, its bundle, another CA's bundle, and the server's side of TLS with certificates of all kinds."""

    def __init__(self, folder):
        ca, stranger = trustme.CA(), trustme.CA()
        self.pem, self.stranger_pem = ca.cert_pem.bytes().decode(), stranger.cert_pem.bytes().decode()
        self.bundle, self.stranger = folder / "ca.pem", folder / "stranger.pem"
        self.bundle.write_text(self.pem)
        self.stranger.write_text(self.stranger_pem)
        now = datetime.datetime.now(datetime.timezone.utc)
        days = datetime.timedelta
        expired = ca.issue_cert(*NAMES, not_before=now - days(9), not_after=now - days(1))
        self.sides = {
            "good": server_side(ca.issue_cert(*NAMES)),
            "tls 1.2": server_side(ca.issue_cert(*NAMES), ssl.TLSVersion.TLSv1_2),
            "by an intermediate": server_side(ca.create_child_ca().issue_cert(*NAMES)),
            "unknown": server_side(stranger.issue_cert(*NAMES)),
            "another name": server_side(ca.issue_cert("other.example")),
            "expired": server_side(expired),
        }


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def front(authority, sandbox):
    """TLS with a good certificate in front of the emulator."""
    with TlsFront(authority.sides["good"], sandbox) as front:
        yield front


def at(listener, host="localhost"):
    return f"https://{host}:{listener.port}"


def call(home, sandbox, url, *args, check=0, **env):
    """keyfob with `url` for AWS."""
    return home.keyfob(*args, env=sandbox.env(AWS_ENDPOINT_URL=url, **env), check=check)


def assert_answer(finished, warned=False):
    """Nothing but the answer on standard output, nothing or one warning on standard error."""
    said = json.loads(finished.out)
    assert said.get("Arn", "").endswith(":user/alice") or said["Version"] == 1
    if warned:
        assert finished.err.startswith(WARNING) and finished.err.count("\n") == 1, finished
    else:
        assert finished.err == ""


def error_of(finished, code=255):
    """The one sentence of a failure: nothing on standard output, an `error:` line, lines of what to do next."""
    finished.expect(code)
    assert finished.out == ""
    first, *more = finished.err.strip().split("\n")
    assert first.startswith("error: "), finished
    assert more and all(line.startswith(" next: ") for line in more), finished
    return first


# --- 1. Whom to trust ---


@pytest.mark.parametrize("host", NAMES)
@pytest.mark.parametrize("args", [IDENTITY, ROLE], ids=" ".join)
@pytest.mark.parametrize("by", ["flag", "variable", "profile", "python's variable"])
def test_a_bundle(home, sandbox, authority, front, by, args, host):
    bundle = str(authority.bundle)
    flag, env = (), {}
    if by == "flag":
        flag = ("--ca-bundle", bundle)
    elif by == "profile":
        # Each of them has its own calls: the role's are made with the settings of the selected profile.
        home.write("config", f"[default]\nca_bundle = {bundle}\n{CONFIG}ca_bundle = {bundle}\n")
    else:
        env = {"AWS_CA_BUNDLE" if by == "variable" else "REQUESTS_CA_BUNDLE": bundle}
    assert_answer(call(home, sandbox, at(front, host), *args, *flag, **env))
    assert len(sandbox.calls()) == 1 and front.connections == 1


BUNDLES = {
    "text around": "# who: the company\n{ours}\nlast words\n",
    "crlf": "# who\r\n{ours}",
    "ours first": "{ours}{other}",
    "ours last": "{other}{ours}",
    "twice": "{ours}{ours}",
    "no last line end": "{ours}",
    "byte order mark": "\ufeff{ours}",
    "indented": "{ours}",
}


@pytest.mark.parametrize("name", BUNDLES)
def test_the_form_of_a_bundle(home, sandbox, authority, front, tmp_path, name):
    text = BUNDLES[name].format(ours=authority.pem, other=authority.stranger_pem)
    if name == "crlf":
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    elif name == "no last line end":
        text = text.rstrip("\n")
    elif name == "indented":
        text = "".join(f"  {line}\n" for line in text.splitlines())
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(text.encode())
    assert_answer(call(home, sandbox, at(front), *IDENTITY, "--ca-bundle", str(bundle)))


@pytest.mark.parametrize("tool", ["keyfob", "aws"])
@pytest.mark.parametrize(
    "right, code", [("flag", 0), ("variable", 0), ("profile", 0), ("variable below a flag", 255), ("profile below a variable", 255)]
)
def test_the_nearest_bundle_counts(home, sandbox, authority, front, tool, right, code):
    """Flag, variable, profile: what is farther than the right one names another authority, or no file at all."""
    bundle, stranger, nowhere = str(authority.bundle), str(authority.stranger), "/nowhere/ca.pem"
    flag, variable, profile = {
        "flag": (bundle, stranger, nowhere),
        "variable": (None, bundle, nowhere),
        "profile": (None, None, bundle),
        "variable below a flag": (stranger, bundle, bundle),
        "profile below a variable": (None, stranger, bundle),
    }[right]
    home.write("config", f"[default]\nca_bundle = {profile}\n{CONFIG}")
    env = sandbox.env(AWS_ENDPOINT_URL=at(front), **({"AWS_CA_BUNDLE": variable} if variable else {}), **ONCE)
    args = (*IDENTITY, *(("--ca-bundle", flag) if flag else ()))
    getattr(home, tool)(*args, env=env, check=code)
    assert len(sandbox.calls()) == (code == 0)


@pytest.mark.parametrize("side", ["good", "tls 1.2", "by an intermediate"])
def test_what_the_bundle_vouches_for(home, sandbox, authority, side):
    with TlsFront(authority.sides[side], sandbox) as front:
        assert_answer(call(home, sandbox, at(front), *IDENTITY, "--ca-bundle", str(authority.bundle)))


# id: the server's side, with the bundle, what is said of it
REFUSED = {
    "system's certificates": ("good", False, "UnknownIssuer|unknown|not trusted|does not trust"),
    "another authority": ("unknown", True, "UnknownIssuer|unknown|not trusted|does not trust"),
    "another name": ("another name", True, "other.example|localhost"),
    "expired": ("expired", True, "expired"),
}


@pytest.mark.parametrize("args", [IDENTITY, ROLE], ids=" ".join)
@pytest.mark.parametrize("name", REFUSED)
def test_a_certificate_is_refused(home, sandbox, authority, name, args):
    """The sentence names the certificate; nothing was sent."""
    side, with_bundle, words = REFUSED[name]
    flag = ("--ca-bundle", str(authority.bundle)) if with_bundle else ()
    with TlsFront(authority.sides[side], sandbox) as front:
        said = error_of(call(home, sandbox, at(front), *args, *flag, check=None, **ONCE))
    assert "certificate" in said and at(front) in said
    assert any(word in said for word in words.split("|")), said
    assert sandbox.calls() == [] and not front.seen


@pytest.mark.parametrize("name", ["system's certificates", "another authority"])
def test_an_unknown_authority_comes_with_what_to_do(home, sandbox, authority, name):
    side, with_bundle, _ = REFUSED[name]
    flag = ("--ca-bundle", str(authority.bundle)) if with_bundle else ()
    with TlsFront(authority.sides[side], sandbox) as front:
        finished = call(home, sandbox, at(front), *IDENTITY, *flag, check=255, **ONCE)
    assert "--ca-bundle" in finished.err or "AWS_CA_BUNDLE" in finished.err, finished


@pytest.mark.parametrize("args", [IDENTITY, ROLE], ids=" ".join)
@pytest.mark.parametrize("bundle", [None, "right", "stranger", "missing"])
@pytest.mark.parametrize("side", ["good", "tls 1.2", "unknown", "another name", "expired"])
def test_no_verify_ssl(home, sandbox, authority, side, bundle, args):
    path = {"right": authority.bundle, "stranger": authority.stranger, "missing": "/nowhere/ca.pem"}.get(bundle)
    flag = ("--ca-bundle", str(path)) if path else ()
    with TlsFront(authority.sides[side], sandbox) as front:
        assert_answer(call(home, sandbox, at(front), *args, "--no-verify-ssl", *flag), warned=True)


BROKEN = {
    "empty": "",
    "no certificate": "hello\n",
    "not base64": "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
    "not a certificate": "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n",
    "cut off": "-----BEGIN CERTIFICATE-----\naGVsbG8=\n",
    "one good, one not": "{ours}-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
}


@pytest.mark.parametrize("args, code", [(IDENTITY, 255), (ROLE, 253)], ids=["mirrored", "own"])
@pytest.mark.parametrize("name", [*BROKEN, "missing", "folder"])
def test_a_broken_bundle(home, sandbox, authority, front, tmp_path, name, args, code):
    """255 is the AWS CLI's code; a command of keyfob's own says that the configuration is unusable."""
    bundle = tmp_path / "bundle"
    if name == "folder":
        bundle.mkdir()
    elif name != "missing":
        bundle.write_text(BROKEN[name].format(ours=authority.pem))
    finished = call(home, sandbox, at(front), *args, "--ca-bundle", str(bundle), check=None)
    assert str(bundle) in error_of(finished, code)
    assert "--ca-bundle" in finished.err
    assert front.connections == 0


# --- 2. Through a proxy ---

USER, IN_URL, WORD = "user:p@ss", "user:p%40ss", "Basic dXNlcjpwQHNz"


def assert_secret(finished, *words):
    for word in words:
        assert word not in finished.out + finished.err, finished


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("args", [IDENTITY, ROLE], ids=" ".join)
def test_https_through_a_proxy(home, sandbox, authority, front, args, variable):
    """The proxy opens a tunnel for who it knows; what is in the tunnel says nothing of that."""
    with Proxy(user=USER) as proxy:
        env = {variable: f"http://{IN_URL}@127.0.0.1:{proxy.port}"}
        assert_answer(call(home, sandbox, at(front), *args, "--ca-bundle", str(authority.bundle), **env))
        assert proxy.seen == [("CONNECT", f"localhost:{front.port}", WORD)]
    assert front.seen.startswith(b"POST / HTTP/1.1\r\n") and b"proxy" not in front.seen.lower()


def test_the_certificate_is_checked_in_a_tunnel_too(home, sandbox, authority, front):
    with Proxy() as proxy:
        env = {"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}", **ONCE}
        flag = ("--ca-bundle", str(authority.stranger))
        assert "certificate" in error_of(call(home, sandbox, at(front), *IDENTITY, *flag, check=None, **env))
        assert_answer(call(home, sandbox, at(front), *IDENTITY, "--no-verify-ssl", **env), warned=True)
    assert len(sandbox.calls()) == 1


@pytest.mark.parametrize("args", [IDENTITY, ROLE], ids=" ".join)
@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_http_through_a_proxy(home, sandbox, args, variable):
    with Proxy(user=USER) as proxy:
        env = {variable: f"http://{IN_URL}@127.0.0.1:{proxy.port}"}
        assert_answer(call(home, sandbox, sandbox.url, *args, **env))
        assert proxy.seen == [("POST", f"{sandbox.url}/", WORD)]
    assert len(sandbox.calls()) == 1


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
@pytest.mark.parametrize(
    "value, past",
    [
        ("127.0.0.1", True),
        ("example.com, 127.0.0.1", True),
        ("127.0.0.1:{port}", True),
        ("*", True),
        ("127.0.0.1:1", False),
        ("localhost", False),
        ("0.0.1", True),
        ("", False),
    ],
)
def test_no_proxy(home, sandbox, name, value, past):
    """`0.0.1` is the domain of 127.0.0.1 for Python, which knows names only."""
    env = {name: value.format(port=sandbox.url.rpartition(":")[2])}
    with Proxy() as proxy:
        assert_answer(call(home, sandbox, sandbox.url, *IDENTITY, HTTP_PROXY=f"http://127.0.0.1:{proxy.port}", **env))
        assert len(proxy.seen) == (not past)


def test_no_proxy_for_https(home, sandbox, authority, front):
    env = {"HTTPS_PROXY": "http://127.0.0.1:1", "NO_PROXY": "localhost"}
    assert_answer(call(home, sandbox, at(front), *IDENTITY, "--ca-bundle", str(authority.bundle), **env))


@pytest.mark.parametrize("inner", ["http", "https"])
def test_tls_to_the_proxy(home, sandbox, authority, front, inner):
    url = sandbox.url if inner == "http" else at(front)
    with Proxy(authority.sides["good"], user=USER) as proxy:
        env = {f"{inner.upper()}_PROXY": f"https://{IN_URL}@localhost:{proxy.port}"}
        assert_answer(call(home, sandbox, url, *IDENTITY, "--ca-bundle", str(authority.bundle), **env))
        target = ("POST", f"{url}/", WORD) if inner == "http" else ("CONNECT", f"localhost:{front.port}", WORD)
        assert proxy.seen == [target]
        # Without the authority the proxy gets nothing to see, the password least of all.
        finished = call(home, sandbox, url, *IDENTITY, check=None, **env, **ONCE)
        assert "certificate" in error_of(finished)
        assert proxy.seen == [target]
        assert_answer(call(home, sandbox, url, *IDENTITY, "--no-verify-ssl", **env), warned=True)
        assert proxy.seen == [target, target]


@pytest.mark.parametrize("args", [IDENTITY, ROLE], ids=" ".join)
@pytest.mark.parametrize("inner", ["http", "https"])
def test_a_wrong_password(home, sandbox, authority, front, inner, args):
    url = sandbox.url if inner == "http" else at(front)
    with Proxy(user=USER) as proxy:
        env = {f"{inner.upper()}_PROXY": f"http://user:wr0ng%40@127.0.0.1:{proxy.port}", **ONCE}
        finished = call(home, sandbox, url, *args, "--ca-bundle", str(authority.bundle), check=None, **env)
        said = error_of(finished)
        assert "proxy" in finished.err.lower() and ("authorization" in said or "407" in said), finished
        assert [seen[2] for seen in proxy.seen] == ["Basic dXNlcjp3cjBuZ0A="]
    assert_secret(finished, "wr0ng", "dXNlcjp3cjBuZ0A=")
    assert sandbox.calls() == []


@pytest.mark.parametrize("password, code", [("p%40ss", 0), ("wr0ng%40", 255)])
@pytest.mark.parametrize("inner", ["http", "https"])
def test_the_password_is_not_shown(home, sandbox, authority, front, inner, password, code):
    url = sandbox.url if inner == "http" else at(front)
    flags = ("--debug", "--ca-bundle", str(authority.bundle))
    with Proxy(user=USER) as proxy:
        env = {f"{inner.upper()}_PROXY": f"http://user:{password}@127.0.0.1:{proxy.port}", **ONCE}
        finished = call(home, sandbox, url, *IDENTITY, *flags, check=code, **env, RUST_LOG="trace")
    assert "debug: " in finished.err
    assert_secret(finished, "p@ss", "p%40ss", "wr0ng", "dXNlcjp")


@pytest.mark.parametrize("proxy", ["socks5://user:p%40ss@127.0.0.1:1", "http://user:p%40ss@", "http://user:p ss@127.0.0.1:1"])
def test_a_proxy_that_is_no_address(home, sandbox, proxy):
    finished = call(home, sandbox, sandbox.url, *IDENTITY, "--debug", check=None, HTTP_PROXY=proxy)
    finished.expect(255)
    assert finished.out == "" and "error: the proxy" in finished.err
    assert_secret(finished, "p@ss", "p%40ss", "p ss", "dXNlcjp")
    assert sandbox.calls() == []


def through_no_way(home, sandbox, url, variable, why, args=IDENTITY):
    """How a call ends whose proxy refuses connections, or answers 502; and the proxy's address."""
    with Proxy(status="502 Bad Gateway") as proxy:
        address = f"127.0.0.1:{proxy.port}"
        if why == "502":
            return call(home, sandbox, url, *args, check=None, **{variable: f"http://u:s3cret@{address}"}, **ONCE), address
    return call(home, sandbox, url, *args, check=None, **{variable: f"http://u:s3cret@{address}"}, **ONCE), address


@pytest.mark.parametrize("args", [IDENTITY, ROLE], ids=" ".join)
@pytest.mark.parametrize("why", ["refuses", "502"])
@pytest.mark.parametrize("inner", ["http", "https"])
def test_a_proxy_that_is_no_way(home, sandbox, front, inner, why, args):
    url = sandbox.url if inner == "http" else at(front)
    finished, _ = through_no_way(home, sandbox, url, f"{inner.upper()}_PROXY", why, args)
    error_of(finished)
    assert_secret(finished, "s3cret")
    assert sandbox.calls() == []


@pytest.mark.parametrize("why", ["refuses", "502"])
@pytest.mark.parametrize("inner", ["http", "https"])
def test_a_proxy_that_is_no_way_is_named(home, sandbox, front, inner, why):
    """Or the endpoint is searched for what the proxy did. The AWS CLI: Failed to connect to proxy URL."""
    url = sandbox.url if inner == "http" else at(front)
    finished, address = through_no_way(home, sandbox, url, f"{inner.upper()}_PROXY", why)
    said = error_of(finished)
    assert address in said or f"{inner.upper()}_PROXY" in finished.err, finished
    # What a proxy answers to CONNECT is not told by hyper.
    told = {"refuses": "refused", "502": "502" if inner == "http" else "tunnel error"}
    assert told[why] in said, finished


# --- 3. Time ---


class HalfAnswer(Listener):
    """Begins to answer, and no more."""

    def serve(self, client):
        client.recv(65536)
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 1000\r\n\r\n<GetCaller")
        super().serve(client)


class SlowHandshake(TlsFront):
    """Thinks for a while before it speaks TLS."""

    def _serve(self, client):
        time.sleep(1.5)
        super()._serve(client)


def within(seconds, home, sandbox, *args, **options):
    start = time.monotonic()
    said = error_of(call(home, sandbox, *args, check=None, **options))
    assert time.monotonic() - start < seconds
    assert "too long" in said or "seconds" in said, said


CONNECT, READ = ("--cli-connect-timeout", "1"), ("--cli-read-timeout", "1")


@pytest.mark.parametrize("args", [IDENTITY, ROLE], ids=" ".join)
def test_a_server_that_never_speaks_tls(home, sandbox, authority, args):
    with Listener() as silent:
        within(5, home, sandbox, at(silent), *args, *CONNECT, "--ca-bundle", str(authority.bundle), **ONCE)
        assert silent.connections == 1


def test_three_attempts_at_a_server_that_never_speaks_tls(home, sandbox, authority):
    with Listener() as silent:
        within(15, home, sandbox, at(silent), *IDENTITY, *CONNECT, "--ca-bundle", str(authority.bundle))
        assert silent.connections == 3


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_a_proxy_that_never_answers(home, sandbox, authority, front, tls):
    with Listener(authority.sides["good"] if tls else None) as silent:
        env = {"HTTPS_PROXY": f"http{'s' * tls}://localhost:{silent.port}", **ONCE}
        within(5, home, sandbox, at(front), *IDENTITY, *CONNECT, "--ca-bundle", str(authority.bundle), **env)


@pytest.mark.parametrize("args", [IDENTITY, ROLE], ids=" ".join)
def test_a_server_that_never_answers(home, sandbox, authority, args):
    with Listener(authority.sides["good"]) as silent:
        within(5, home, sandbox, at(silent), *args, *READ, "--ca-bundle", str(authority.bundle), **ONCE)
        assert silent.connections == 1


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_a_server_that_stops_in_its_answer(home, sandbox, authority, tls):
    """The AWS CLI: Read timeout on endpoint URL."""
    with HalfAnswer(authority.sides["good"] if tls else None) as half:
        url = at(half) if tls else f"http://localhost:{half.port}"
        within(10, home, sandbox, url, *IDENTITY, *READ, "--ca-bundle", str(authority.bundle), **ONCE)


def test_the_limit_for_reading_is_none_for_connecting(home, sandbox, authority):
    """As in the AWS CLI, where the handshake has the time of the connection."""
    with SlowHandshake(authority.sides["good"], sandbox) as slow:
        flags = ("--ca-bundle", str(authority.bundle), *READ, "--cli-connect-timeout", "10")
        assert_answer(call(home, sandbox, at(slow), *IDENTITY, *flags, **ONCE))
