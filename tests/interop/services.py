"""The services a test talks to: this project's emulator of AWS, and moto's, each a process of its own on a free port."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

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
        process = subprocess.Popen([SANDBOX, "serve"], stdout=subprocess.PIPE)
        return cls(process, process.stdout.readline().decode().strip())

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_sandbox/{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def reset(self):
        self.control("POST", "reset", {})

    def counts(self):
        return self.control("GET", "counts")

    def calls(self):
        return self.control("GET", "calls")

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
