"""A scratch HOME: the two files in it, keyfob run in it, and the peers asked about it.

The environment of every process is this test run's own without any AWS_ variable, with HOME in the scratch folder.
"""

import os
from pathlib import Path

import peers

REPOSITORY = Path(__file__).resolve().parents[2]
KEYFOB = Path(os.environ.get("KEYFOB", REPOSITORY / "target/debug/keyfob")).resolve()


class Home:
    """One user's home."""

    def __init__(self, path):
        self.path = Path(path)
        self.config = self.path / ".aws" / "config"
        self.credentials = self.path / ".aws" / "credentials"
        self.path.mkdir()

    def environment(self, env=None):
        """The environment of a process that runs here."""
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "_AWS_", "KEYFOB"))
        }
        return {
            **inherited,
            "HOME": str(self.path),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "AWS_EC2_METADATA_DISABLED": "true",  # no network, ever
            **(env or {}),
        }

    def write(self, file, text):
        """Makes `config` or `credentials` hold just `text`; `None`: there is no such file."""
        path = getattr(self, file)
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text.encode())
            path.chmod(0o600)

    def fill(self, config=None, credentials=None):
        """Writes both files, and returns itself."""
        self.write("config", config)
        self.write("credentials", credentials)
        return self

    def read(self, file):
        """The text of `config` or `credentials`, line ends untouched; `None`: there is no such file."""
        path = getattr(self, file)
        return path.read_bytes().decode() if path.exists() else None

    def both(self):
        """The text of both files."""
        return {file: self.read(file) for file in ("config", "credentials")}

    def keyfob(self, *args, input=None, env=None, check=0):
        """`keyfob ARGS`, which must end with the code `check`; `None` stands for any."""
        return peers.run(KEYFOB, *args, env=self.environment(env), input=input or "").expect(check)

    def aws(self, *args, input=None, env=None, check=0):
        """`aws ARGS`, which must end with the code `check`; `None` stands for any."""
        return peers.aws(*args, env=self.environment(env), input=input or "").expect(check)

    def aws_calls(self, *calls):
        """`aws ARGS` for each of the calls, all of which must succeed."""
        return peers.aws_calls(calls, env=self.environment()).expect(0)

    def view(self):
        """What botocore makes of both files."""
        return peers.view(env=self.environment())

    def botocore_profile(self, name):
        """What botocore makes of one profile."""
        return peers.scoped(name, env=self.environment())

    def boto3_credentials(self, profile=None, env=None):
        """The credentials boto3 finds: id, secret, token, expiry and method, or `None`."""
        return peers.credentials(profile, env=self.environment(env))

    def aws_writes(self, file, *sections):
        """Lets the AWS CLI's writer change sections, given as `(header, values)`, of `config` or `credentials`."""
        peers.write_sections(getattr(self, file), sections, env=self.environment())
