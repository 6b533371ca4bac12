"""MFA devices: keyfob beside the AWS CLI and boto3, at moto and at the emulator; and the policy, read by others.

moto looks at no condition of a policy and at no resource of a call: with its enforcement on, every caller is one without
MFA. It implements no ResyncMFADevice, and takes any two codes.
"""

import base64
import hmac
import json
import re
import struct
import subprocess
import time
import urllib.request

import boto3
import pytest
import yaml
from botocore.exceptions import ClientError

from scratch import KEYFOB
from services import ACCOUNT

BOB = f"arn:aws:iam::{ACCOUNT}:mfa/bob"  # at the emulator
BOBS_KEY = ("AKIAIOSFODNN7BOBSKEY", "bobs+secret/K7MDENG/bPxRfiCYEXAMPLEKEY00")
MOTOS_ACCOUNT = "123456789012"


def keys(key):
    return f"[default]\naws_access_key_id = {key[0]}\naws_secret_access_key = {key[1]}\n"


def client(name, service, key):
    return boto3.client(
        name,
        endpoint_url=service.url,
        region_name="us-east-1",
        aws_access_key_id=key[0],
        aws_secret_access_key=key[1],
    )


def user(service, name, path="/"):
    """A new user of moto's, and the user's access key."""
    iam = client("iam", service, ("any", "any"))
    iam.create_user(UserName=name, Path=path)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def codes(seed):
    """Two codes that follow one another, of the step before and of now (RFC 6238)."""
    key = base64.b32decode(seed)
    step = int(time.time()) // 30
    for at in (step - 1, step):
        digest = hmac.digest(key, struct.pack(">Q", at), "sha1")
        start = digest[19] & 15
        number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
        yield f"{number % 1_000_000:06}"


def enroll(home, service, *flags):
    """`keyfob mfa enroll`, whose secret key goes into an authenticator app; the seed."""
    command = [KEYFOB, "mfa", "enroll", "--show-secret", "--no-mfa-session", *flags]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=home.environment(service.env())
    ) as process:
        shown = ""
        while "Secret key: " not in shown:
            line = process.stderr.readline()
            assert line, shown
            shown += line
        seed = re.search(r"Secret key: ([A-Z2-7]+)\n", shown)[1]
        out, err = process.communicate("\n".join(codes(seed)) + "\n", timeout=60)
    assert process.returncode == 0, shown + err
    assert seed not in out
    return seed


# --- 1. moto ---


def test_the_life_of_a_device_at_moto(home, moto):
    key = user(moto, "carol", "/team/")
    home.fill(None, keys(key))
    iam = client("iam", moto, key)
    assert home.keyfob("mfa", "list", env=moto.env()).out == ""
    enroll(home, moto)
    serial = f"arn:aws:iam::{MOTOS_ACCOUNT}:mfa/carol"
    devices = iam.list_mfa_devices(UserName="carol")["MFADevices"]
    assert [device["SerialNumber"] for device in devices] == [serial]
    assert home.aws("configure", "get", "mfa_serial").out == f"{serial}\n"
    listed = json.loads(home.keyfob("mfa", "list", "--output", "json", env=moto.env()).out)
    since = listed[0].pop("EnableDate")
    assert since[:16] == devices[0]["EnableDate"].strftime("%Y-%m-%dT%H:%M")
    assert listed == [
        {"SerialNumber": serial, "UserName": "carol", "Type": "virtual", "GivesCodes": True, "Profiles": ["default"]}
    ]
    home.keyfob("mfa", "remove", "--yes", env=moto.env())
    assert iam.list_mfa_devices(UserName="carol")["MFADevices"] == []
    everything = iam.list_virtual_mfa_devices()["VirtualMFADevices"]
    assert serial not in [device["SerialNumber"] for device in everything]
    assert home.read("config") == "[default]\n"


def test_a_leftover_of_boto3(home, moto):
    key = user(moto, "dave")
    home.fill(None, keys(key))
    iam = client("iam", moto, key)
    left = iam.create_virtual_mfa_device(VirtualMFADeviceName="dave")["VirtualMFADevice"]
    unassigned = home.keyfob("mfa", "list", "--unassigned", env=moto.env()).out
    assert left["SerialNumber"] in unassigned
    seed = enroll(home, moto, "--yes")
    assert seed.encode() != left["Base32StringSeed"]
    devices = iam.list_mfa_devices(UserName="dave")["MFADevices"]
    assert [device["SerialNumber"] for device in devices] == [left["SerialNumber"]]


# --- 2. The emulator ---


def test_the_codes_of_an_enrolled_device_are_good_for_others(home, sandbox):
    home.fill(None, keys(BOBS_KEY))
    # The codes of the enrolment are asked for again below, in the same half minute.
    if time.time() % 30 > 20:
        time.sleep(30 - time.time() % 30)
    seed = enroll(home, sandbox)
    sts = client("sts", sandbox, BOBS_KEY)
    sandbox.control("POST", "clock", {"offsetSeconds": 30})
    following = list(codes(seed))[1]
    with pytest.raises(ClientError, match="AccessDenied"):
        sts.get_session_token(SerialNumber=BOB, TokenCode=following)  # used for the enrolment
    sandbox.control("POST", "clock", {"offsetSeconds": 0})
    time.sleep(30 - time.time() % 30)
    session = sts.get_session_token(SerialNumber=BOB, TokenCode=list(codes(seed))[1])["Credentials"]
    assert session["AccessKeyId"].startswith("ASIA")


def test_what_the_aws_cli_left_and_what_it_sees(home, sandbox):
    home.fill(None, keys(BOBS_KEY))
    seed_file = home.path / "seed"
    home.aws(
        *("iam", "create-virtual-mfa-device", "--virtual-mfa-device-name", "bob"),
        *("--bootstrap-method", "Base32StringSeed", "--outfile", str(seed_file)),
        env=sandbox.env(),
    )
    seed = enroll(home, sandbox, "--yes")
    assert seed != seed_file.read_text()
    theirs = json.loads(home.aws("iam", "list-mfa-devices", env=sandbox.env()).out)["MFADevices"]
    ours = json.loads(home.keyfob("mfa", "list", "--output", "json", env=sandbox.env()).out)
    assert [device["SerialNumber"] for device in ours] == [device["SerialNumber"] for device in theirs] == [BOB]
    assert home.botocore_profile("default")["mfa_serial"] == BOB


# --- 3. The policy ---


@pytest.fixture
def policies(home):
    """The policy as JSON, and as the other languages have it."""
    print_it = lambda *flags: home.keyfob("mfa", "policy", *flags).out  # noqa: E731
    template = yaml.safe_load(print_it("--format", "cloudformation"))
    terraform = re.search(r"<<-POLICY\n(.*?)\n *POLICY\n", print_it("--format", "terraform"), re.DOTALL)[1]
    return {
        "json": json.loads(print_it()),
        "cloudformation": template["Resources"]["RequireMfa"]["Properties"]["PolicyDocument"],
        "terraform": json.loads(terraform.replace("$${", "${")),
    }


def test_each_language_says_the_same(policies):
    assert policies["cloudformation"] == policies["json"]
    assert policies["terraform"] == policies["json"]


def test_iam_takes_the_policy(home, moto, policies):
    iam = client("iam", moto, ("any", "any"))
    for at, flags in enumerate([(), ("--actions", "ec2:TerminateInstances,s3:Delete*", "--user-path", "/team/")]):
        text = home.keyfob("mfa", "policy", *flags).out
        arn = iam.create_policy(PolicyName=f"require-mfa-{at}", PolicyDocument=text)["Policy"]["Arn"]
        assert iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"] == json.loads(text)
    stacks = client("cloudformation", moto, ("any", "any"))
    template = home.keyfob("mfa", "policy", "--format", "cloudformation").out
    stacks.create_stack(StackName="mfa", TemplateBody=template, Capabilities=["CAPABILITY_IAM"])
    made = stacks.describe_stack_resources(StackName="mfa")["StackResources"][0]["PhysicalResourceId"]
    document = iam.get_policy_version(PolicyArn=made, VersionId="v1")["PolicyVersion"]["Document"]
    assert document == policies["json"]


def test_without_mfa_only_the_own_device_can_be_seen_to(home, moto, policies):
    key = user(moto, "erin")
    iam = client("iam", moto, ("any", "any"))
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    allowed = json.dumps({"Version": "2012-10-17", "Statement": [everything]})
    iam.put_user_policy(UserName="erin", PolicyName="everything", PolicyDocument=allowed)
    iam.put_user_policy(UserName="erin", PolicyName="mfa", PolicyDocument=json.dumps(policies["json"]))
    theirs, queues = client("iam", moto, key), client("sqs", moto, key)
    enforce(moto, 0)
    try:
        name = {"UserName": "erin"}
        theirs.get_user(**name)
        theirs.list_mfa_devices(**name)
        theirs.list_virtual_mfa_devices()
        serial = theirs.create_virtual_mfa_device(VirtualMFADeviceName="erin")["VirtualMFADevice"]["SerialNumber"]
        device = {**name, "SerialNumber": serial}
        theirs.enable_mfa_device(**device, AuthenticationCode1="123456", AuthenticationCode2="654321")
        refused = {
            "DeactivateMFADevice": lambda: theirs.deactivate_mfa_device(**device),
            "CreateAccessKey": lambda: theirs.create_access_key(**name),
            "ListUsers": theirs.list_users,
            "ListQueues": queues.list_queues,
        }
        for action, call in refused.items():
            with pytest.raises(ClientError, match="AccessDenied") as refusal:
                call()
            assert refusal.value.operation_name == action
    finally:
        enforce(moto, "inf")


def enforce(moto, after):
    """moto looks at policies once `after` calls have come."""
    url, plain = f"{moto.url}/moto-api/reset-auth", {"Content-Type": "text/plain"}
    request = urllib.request.Request(url, str(after).encode(), plain, method="POST")
    urllib.request.urlopen(request, timeout=10).close()
