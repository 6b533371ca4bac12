"""Access keys: rotated by keyfob, looked at with boto3, botocore and the AWS CLI, at moto and at the emulator.

moto takes a new key at once, and every key whatever its status.
"""

import json
import stat

import boto3
import pytest
from botocore.exceptions import ClientError


BOBS_KEY = ("AKIAIOSFODNN7BOBSKEY", "bobs+secret/K7MDENG/bPxRfiCYEXAMPLEKEY00")  # at the emulator
FILE = """# mine
[other]
aws_access_key_id = {id}
# the secret
aws_secret_access_key   =   {secret}
region = eu-west-1

[default]
aws_secret_access_key={secret}
aws_access_key_id={id}
; the end
"""


def client(name, service, key):
    return boto3.client(
        name,
        endpoint_url=service.url,
        region_name="us-east-1",
        aws_access_key_id=key[0],
        aws_secret_access_key=key[1],
    )


def user(service, name):
    """A new user of moto's, and the user's access key."""
    iam = client("iam", service, ("any", "any"))
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def text(key):
    return FILE.format(id=key[0], secret=key[1])


def normal(text):
    """Without the blanks around `=`, which are normal where a value changed."""
    return [line.replace(" ", "") if "=" in line else line for line in text.splitlines()]


def held(home, profile="default"):
    """The key that botocore finds in a profile."""
    found = home.botocore_profile(profile)
    return found["aws_access_key_id"], found["aws_secret_access_key"]


def ids(service, name):
    """A user's keys, by boto3."""
    listed = client("iam", service, ("any", "any")).list_access_keys(UserName=name)["AccessKeyMetadata"]
    return {key["AccessKeyId"]: key["Status"] for key in listed}


def test_the_plain_story_at_moto(home, moto):
    old = user(moto, "frank")
    home.fill(None, text(old))
    said = home.keyfob("keys", "rotate", "--no-input", env=moto.env())
    new = held(home)
    assert new[0] != old[0]
    assert ids(moto, "frank") == {new[0]: "Active"}
    assert held(home, "other") == new
    assert normal(home.read("credentials")) == normal(text(new))
    assert stat.S_IMODE(home.credentials.stat().st_mode) == 0o600
    assert old[1] not in said.out + said.err and new[1] not in said.out + said.err
    identity = client("sts", moto, new).get_caller_identity()
    assert identity["Arn"].endswith(":user/frank")
    assert json.loads(home.aws("sts", "get-caller-identity", env=moto.env()).out)["Arn"] == identity["Arn"]
    left = [path for path in (home.path / ".aws").rglob("*") if path.is_file()]
    assert not [path for path in left if old[1] in path.read_text()]


def test_kept_and_taken_back_at_moto(home, moto):
    old = user(moto, "grace")
    home.fill(None, text(old))
    home.keyfob("keys", "rotate", "--keep-old", "--no-input", env=moto.env())
    new = held(home)
    assert ids(moto, "grace") == {old[0]: "Inactive", new[0]: "Active"}
    home.keyfob("keys", "rotate", "--undo", "--no-input", env=moto.env())
    assert ids(moto, "grace") == {old[0]: "Active"}
    assert held(home) == held(home, "other") == old


def test_the_list_is_that_of_others(home, moto):
    key = user(moto, "heidi")
    iam = client("iam", moto, ("any", "any"))
    second = iam.create_access_key(UserName="heidi")["AccessKey"]["AccessKeyId"]
    iam.update_access_key(UserName="heidi", AccessKeyId=second, Status="Inactive")
    home.fill(None, text(key))
    ours = json.loads(home.keyfob("keys", "list", "--output", "json", env=moto.env()).out)
    theirs = iam.list_access_keys(UserName="heidi")["AccessKeyMetadata"]
    shown = [(key["AccessKeyId"], key["Status"], key["CreateDate"][:16]) for key in ours]
    assert shown == [
        (key["AccessKeyId"], key["Status"], key["CreateDate"].strftime("%Y-%m-%dT%H:%M")) for key in theirs
    ]
    assert [sorted(key["Profiles"]) for key in ours] == [["default", "other"], []]
    home.keyfob("keys", "activate", second, env=moto.env())
    home.keyfob("keys", "deactivate", second, env=moto.env())
    home.keyfob("keys", "delete", second, env=moto.env())
    assert ids(moto, "heidi") == {key[0]: "Active"}


def test_the_old_key_is_dead_and_the_new_one_everybodys(home, sandbox):
    home.fill(None, text(BOBS_KEY))
    home.keyfob("keys", "rotate", "--no-input", env=sandbox.env())
    new = held(home)
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        client("sts", sandbox, BOBS_KEY).get_caller_identity()
    assert client("sts", sandbox, new).get_caller_identity()["Arn"].endswith(":user/bob")
    listed = home.aws("iam", "list-access-keys", "--profile", "other", "--output", "json", env=sandbox.env())
    listed = json.loads(listed.out)["AccessKeyMetadata"]
    assert [key["AccessKeyId"] for key in listed] == [new[0]]
