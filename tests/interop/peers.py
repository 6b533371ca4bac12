"""The peers that judge what keyfob wrote: the AWS CLI, botocore and boto3, none of them written here.

The AWS CLI is run as it is installed. botocore is asked in a forked child that has its own environment, so that nothing
leaks between questions and the import is paid for once. (awscli must not be imported here: it brings its own botocore.)
"""

import json
import os
import subprocess
import sys
import tempfile
import traceback
from dataclasses import dataclass
from pathlib import Path

import boto3
import botocore.session

AWS = Path(sys.executable).parent / "aws"


@dataclass
class Finished:
    """How a process ended and what it said, line ends untouched."""

    args: tuple
    code: int
    out: str
    err: str

    def expect(self, code):
        """Itself, if it ended with `code`; `None` stands for any."""
        assert code is None or self.code == code, f"exit code {self.code}, not {code}: {self}"
        return self


def run(program, *args, env, input=""):
    """Runs a program in the HOME of `env`."""
    process = subprocess.run(
        [program, *args], input=input.encode(), capture_output=True, env=env, cwd=env["HOME"], timeout=60
    )
    return Finished((Path(program).name, *args), process.returncode, process.stdout.decode(), process.stderr.decode())


def aws(*args, env, input=""):
    """The AWS CLI."""
    return run(AWS, *args, env=env, input=input)


def aws_calls(calls, *, env):
    """The AWS CLI, call after call in one process."""
    script = (
        "import json, sys\n"
        "from awscli.clidriver import create_clidriver\n"
        "for call in json.load(sys.stdin):\n"
        "    if code := create_clidriver().main(call):\n"
        "        sys.exit(code)\n"
    )
    return run(sys.executable, "-c", script, env=env, input=json.dumps(calls))


def view(*, env):
    """All that botocore makes of both files: profiles (merged, in order), sso_sessions, services, other sections."""

    def answer():
        session = botocore.session.Session()
        config = session.full_config
        assert list(config["profiles"]) == session.available_profiles
        return {"sso_sessions": {}, "services": {}, **config}

    return _in_clean_child(answer, env)


def scoped(profile, *, env):
    """What botocore makes of one profile."""
    return _in_clean_child(lambda: botocore.session.Session(profile=profile).get_scoped_config(), env)


def credentials(profile, *, env):
    """The credentials that boto3 finds for a profile."""

    def answer():
        found = boto3.Session(profile_name=profile).get_credentials()
        if found is None:
            return None
        frozen = found.get_frozen_credentials()
        expiry = getattr(found, "_expiry_time", None)
        return {
            "id": frozen.access_key,
            "secret": frozen.secret_key,
            "token": frozen.token,
            "expiry": expiry and expiry.isoformat(),
            "method": found.method,
        }

    return _in_clean_child(answer, env)


def write_sections(path, sections, *, env):
    """Lets the AWS CLI's own writer put each `(section, values)` into the file, in this order."""
    script = (
        "import json, sys\n"
        "from awscli.customizations.configure.writer import ConfigFileWriter\n"
        "path, sections = json.load(sys.stdin)\n"
        "for section, values in sections:\n"
        "    ConfigFileWriter().update_config({'__section__': section, **values}, path)\n"
    )
    run(sys.executable, "-c", script, env=env, input=json.dumps([str(path), sections])).expect(0)


def _in_clean_child(answer, env):
    """What `answer()` returns in a child that has the environment `env`."""
    with tempfile.TemporaryFile() as channel:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.environ.clear()
                os.environ.update(env)
                os.chdir(env["HOME"])
                text = json.dumps(answer())
                code = 0
            except BaseException:
                text = traceback.format_exc()
            finally:
                os.write(channel.fileno(), text.encode())
                os._exit(code)
        _, status = os.waitpid(child, 0)
        channel.seek(0)
        text = channel.read().decode()
    assert status == 0, text
    return json.loads(text)
