"""The services a test talks to: this project's emulator of AWS, and moto's, each a process of its own on a free port;
and what stands on the way to them (TLS, a proxy), each a thread of this process.
"""

import base64
import json
import os
import select
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from scratch import KEYFOB

SANDBOX = Path(os.environ.get("KEYFOB_SANDBOX", KEYFOB.parent / "sandbox")).resolve()
# The users and roles of the emulator's standard state; see tests/sandbox/src/standard.rs.
ACCOUNT = "111122223333"
KEY = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n"
WEB_TOKEN = "sandbox-web-identity"


def role(name):
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


class Service:
    """A server process, ended by `stop`."""

    def __init__(self, process, url):
        self.process, self.url = process, url

    def env(self, **more):
        """What makes a tool ask this service in place of AWS."""
        return {"AWS_ENDPOINT_URL": self.url, "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1", **more}

    def stop(self):
        self.process.kill()
        self.process.wait()


class Sandbox(Service):
    """The emulator, and its control interface."""

    @classmethod
    def start(cls):
        if not SANDBOX.is_file():
            raise FileNotFoundError(f"there is no {SANDBOX}: run `cargo build -p sandbox`, or set KEYFOB_SANDBOX")
        process = subprocess.Popen([SANDBOX, "serve"], stdout=subprocess.PIPE)
        return cls(process, process.stdout.readline().decode().strip())

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_sandbox/{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def reset(self):
        self.control("POST", "reset", {})
        self.seen = 0

    def counts(self):
        return self.control("GET", "counts")

    def calls(self):
        return self.control("GET", "calls")

    def forget(self):
        """The calls up to here do not count."""
        self.seen = len(self.calls())

    def new_calls(self):
        """What was called since `forget`."""
        return self.calls()[self.seen :]

    def grants(self):
        """The names of the new calls; those for a token by their grant."""
        return [call.get("grant") or call["action"] for call in self.new_calls()]

    def fault(self, **fault):
        self.control("POST", "faults", fault)


class Moto(Service):
    """moto's server."""

    @classmethod
    def start(cls):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 30
        while time.monotonic() < until and process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return cls(process, f"http://127.0.0.1:{port}")
            except OSError:
                time.sleep(0.1)
        process.kill()
        raise RuntimeError("moto's server does not start")


class Listener:
    """A port of 127.0.0.1 where every connection is given to `serve`, over TLS if there is a `context`; for `with`."""

    def __init__(self, context=None):
        self.context = context
        self.connections = 0
        self.ended = threading.Event()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(0.1)
        self.port = self.socket.getsockname()[1]
        self.accepting = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self):
        self.accepting.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.accepting.join()
        self.socket.close()

    def serve(self, client):
        """Takes what comes and says nothing."""
        while not self.ended.is_set():
            if select.select([client], [], [], 0.1)[0] and not client.recv(65536):
                return

    def _accept(self):
        while not self.ended.is_set():
            try:
                client = self.socket.accept()[0]
            except TimeoutError:
                continue
            self.connections += 1
            threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client):
        try:
            client.settimeout(30)
            with client, self.context.wrap_socket(client, server_side=True) if self.context else client as plain:
                self.serve(plain)
        except OSError:
            pass  # a client that went away, or that does not trust this side


class TlsFront(Listener):
    """Speaks TLS in front of an HTTP service; every byte inside is passed on, and kept in `seen`."""

    def __init__(self, context, service):
        super().__init__(context)
        self.behind = _address(service.url)
        self.seen = bytearray()

    def serve(self, client):
        with socket.create_connection(self.behind, 30) as server:
            _pass_on(client, server, self.seen)


class Proxy(Listener):
    """An HTTP proxy. `seen` holds method, target and Proxy-Authorization of each request; with `status`, that is its
    answer to all of them. With `user` (`NAME:PASSWORD`), others get a 407.
    """

    def __init__(self, context=None, user=None, status=None):
        super().__init__(context)
        self.wanted = user and "Basic " + base64.b64encode(user.encode()).decode()
        self.status = status
        self.seen = []

    def serve(self, client):
        lines, rest = _head(client)
        method, target, version = lines[0].split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        given = headers.get("proxy-authorization")
        self.seen.append((method, target, given))
        status = self.status or ("407 Proxy Authentication Required" if self.wanted not in (None, given) else None)
        if status is not None:
            page = b"<html>a page of the proxy</html>"
            head = f"{version} {status}\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: {len(page)}\r\n"
            client.sendall(head.encode() + b"Connection: close\r\n\r\n" + page)
        elif method == "CONNECT":
            with socket.create_connection(_address(f"//{target}"), 30) as server:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                _pass_on(client, server)
        else:
            to = urlsplit(target)
            hop = ("proxy-authorization:", "connection:")
            kept = [line for line in lines[1:] if not line.lower().startswith(hop)]
            path = (to.path or "/") + (f"?{to.query}" if to.query else "")
            with socket.create_connection(_address(target), 30) as server:
                head = "\r\n".join([f"{method} {path} {version}", *kept, "Connection: close", "", ""])
                server.sendall(head.encode() + rest)
                _pass_on(client, server)


def _address(url):
    to = urlsplit(url)
    return to.hostname, to.port or {"https": 443}.get(to.scheme, 80)


def _head(client):
    """The lines of a request's head, and the first bytes after it."""
    got = b""
    while b"\r\n\r\n" not in got:
        more = client.recv(65536)
        if not more:
            raise ConnectionError("no whole request")
        got += more
    head, _, rest = got.partition(b"\r\n\r\n")
    return head.decode().split("\r\n"), rest


def _pass_on(client, server, seen=None):
    """Bytes in both directions until one side ends; those of the client are added to `seen`."""
    other = {client: server, server: client}
    while True:
        # What TLS has decrypted already is nothing that select knows of.
        ready = [end for end in other if isinstance(end, ssl.SSLSocket) and end.pending()]
        for end in ready or select.select(list(other), [], [], 30)[0] or [client]:
            if not (got := end.recv(65536)):
                return
            if end is client and seen is not None:
                seen += got
            other[end].sendall(got)
