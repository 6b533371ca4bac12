"""The commands of STS: what keyfob and the AWS CLI print for the same call, what both refuse before it, and what both say
when the service refuses.
"""

import base64
import json
import re
from datetime import datetime, timedelta, timezone

import pytest

from services import ACCOUNT, WEB_TOKEN, role
from test_core import at_moto, printed, shape  # noqa: F401 (a fixture)

PROVIDER = f"arn:aws:iam::{ACCOUNT}:saml-provider/idp"
POLICIES = (
    *("--policy", '{"Version":"2012-10-17","Statement":[]}'),
    *("--policy-arns", "arn=arn:aws:iam::aws:policy/ReadOnlyAccess", "arn=arn:aws:iam::aws:policy/Other"),
)
SESSION = ("sts", "get-session-token")
FEDERATION = ("sts", "get-federation-token", "--name", "bob")
WEB = ("sts", "assume-role-with-web-identity", "--role-arn", role("web"), "--role-session-name", "me")
SAML = ("sts", "assume-role-with-saml", "--role-arn", role("saml"), "--principal-arn", PROVIDER)
DECODE = ("sts", "decode-authorization-message", "--encoded-message")


def assertion():
    """What an identity provider says of somebody who has the role `saml`."""
    ends = (datetime.now(timezone.utc) + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    name = "https://aws.amazon.com/SAML/Attributes/"

    def attribute(key, value):
        return (
            f'<saml:Attribute Name="{name}{key}"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>'
        )

    text = (
        '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" '
        'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">'
        "<saml:Assertion><saml:Issuer>https://idp.invalid/saml</saml:Issuer><saml:Subject><saml:NameID>ada</saml:NameID>"
        f'<saml:SubjectConfirmation><saml:SubjectConfirmationData NotOnOrAfter="{ends}" '
        'Recipient="https://signin.aws.amazon.com/saml"/></saml:SubjectConfirmation></saml:Subject>'
        f"<saml:AttributeStatement>{attribute('Role', role('saml') + ',' + PROVIDER)}"
        f"{attribute('RoleSessionName', 'ada@example.com')}{attribute('SessionDuration', '3600')}"
        "</saml:AttributeStatement></saml:Assertion></samlp:Response>"
    )
    return base64.b64encode(text.encode()).decode()


def calls():
    """Each command with the least and with all of its flags."""
    saml = (*SAML, "--saml-assertion", assertion())
    web = (*WEB, "--web-identity-token", WEB_TOKEN)
    return {
        "session": SESSION,
        "session, all": (*SESSION, "--duration-seconds", "900"),
        "federation": FEDERATION,
        "federation, all": (*FEDERATION, *POLICIES, "--duration-seconds", "900", "--tags", "Key=a,Value=b", "Key=c,Value="),
        "web": web,
        "web, all": (*web, *POLICIES, "--duration-seconds", "900", "--provider-id", "www.amazon.com"),
        "saml": saml,
        "saml, all": (*saml, *POLICIES, "--duration-seconds", "900"),
        "decode": (*DECODE, "sandbox-encoded-message-F3xq0aVd"),
        "query of a list": (*web, "--query", "[AssumedRoleUser.Arn, Provider, Nothing]"),
        "query of a text": (*saml, "--query", "Issuer"),
    }


@pytest.mark.parametrize("name", calls())
def test_answers_of_the_sandbox_as_the_aws_cli_prints_them(at_moto, sandbox, name):
    # Made now: an assertion is good for five minutes, which the tests before this one take.
    ours, theirs = printed(at_moto, sandbox, calls()[name])
    assert shape(ours) == shape(theirs)


# moto has no DecodeAuthorizationMessage.
AT_MOTO = [name for name in calls() if name != "decode"]


@pytest.mark.parametrize("name", AT_MOTO)
def test_answers_of_moto_as_the_aws_cli_prints_them(at_moto, moto, name):
    """moto's times have fractions of seconds, and its names random lengths: neither they nor blanks count here."""

    def squeezed(text):
        return re.sub(r"(:00)\.\d+|[ -]{2,}", r"\1", shape(text))

    ours, theirs = printed(at_moto, moto, calls()[name])
    assert squeezed(ours) == squeezed(theirs)


def test_an_assertion_from_a_file_and_from_standard_input(at_moto, moto):
    """keyfob's `-` is what the AWS CLI's `file://` is."""
    path = at_moto.path / "assertion"
    path.write_text(assertion())
    theirs = at_moto.aws(*SAML, "--saml-assertion", f"file://{path}", env=moto.env()).out
    for flag, given in ((f"file://{path}", None), ("-", path.read_text() + "\n")):
        ours = at_moto.keyfob(*SAML, "--saml-assertion", flag, input=given, env=moto.env()).out
        ours, wanted = json.loads(ours), json.loads(theirs)
        assert ours["AssumedRoleUser"]["Arn"] == wanted["AssumedRoleUser"]["Arn"]
        assert list(ours) == list(wanted) and ours["Issuer"] == wanted["Issuer"]


SHORT = ("--policy-arns", "arn=x", "--policy", "", "--duration-seconds", "899")
LIMITS = {
    "session": (*SESSION, "--duration-seconds", "1", "--serial-number", "x", "--token-code", "1"),
    "federation": ("sts", "get-federation-token", "--name", "b", *SHORT, "--tags", "Key=,Value=b", "Value=c", "Key=d"),
    "web": (
        *("sts", "assume-role-with-web-identity", "--role-arn", "web", "--role-session-name", "m"),
        *("--web-identity-token", "abc", "--provider-id", "www", *SHORT),
    ),
    "saml": (
        *("sts", "assume-role-with-saml", "--role-arn", "saml", "--principal-arn", "idp", "--saml-assertion", "abc"),
        *SHORT,
    ),
    "decode": (*DECODE, ""),
    "assume-role": (
        *("sts", "assume-role", "--role-arn", "demo", "--role-session-name", "m", *SHORT),
        *("--tags", "Key=,Value=b", "Value=c", "--transitive-tag-keys", "", "--external-id", "x"),
        *("--serial-number", "x", "--token-code", "1", "--source-identity", "m"),
        *("--provided-contexts", "ProviderArn=x,ContextAssertion=abc"),
    ),
}


def validation(finished):
    """The lines of a failed validation."""
    _, _, found = finished.err.partition("Parameter validation failed:\n")
    lines = [line for line in found.splitlines() if line and not line.startswith(" next: ")]
    assert lines and not finished.out, finished
    return lines


@pytest.mark.parametrize("call", LIMITS.values(), ids=LIMITS)
def test_limits_before_the_call(at_moto, sandbox, call):
    """All that is wrong, in botocore's order and words; no call."""
    ours = at_moto.keyfob(*call, env=sandbox.env(), check=252)
    theirs = at_moto.aws(*call, env=sandbox.env(), check=None)
    assert theirs.code != 0
    assert validation(ours) == validation(theirs)
    assert sandbox.counts() == {}


REFUSED = {
    "session with half of MFA": (*SESSION, "--serial-number", f"arn:aws:iam::{ACCOUNT}:mfa/alice"),
    "session with a wrong code": (
        *(*SESSION, "--serial-number", f"arn:aws:iam::{ACCOUNT}:mfa/nobody", "--token-code", "123456"),
    ),
    "federation with no JSON": (*FEDERATION, "--policy", "nonsense"),
    "web, not trusted": (*[role("demo") if word == role("web") else word for word in WEB], "--web-identity-token", WEB_TOKEN),
    "web, no token": (*WEB, "--web-identity-token", "nonsense"),
    "saml, no assertion": (*SAML, "--saml-assertion", "nonsense"),
    "decode, no message": (*DECODE, "nonsense"),
}


@pytest.mark.parametrize("call", REFUSED.values(), ids=REFUSED)
def test_refusals(at_moto, sandbox, call):
    """AWS's sentence, and keyfob's next step after it."""
    ours = at_moto.keyfob(*call, env=sandbox.env(), check=254)
    theirs = at_moto.aws(*call, env=sandbox.env(), check=None)  # v1 ends with 255 where v2 ends with 254
    sentence = theirs.err[theirs.err.index("An error occurred (") :].strip()
    assert sentence in ours.err and " next: " in ours.err
    assert theirs.code != 0 and not ours.out and not theirs.out


def test_a_denial_is_decoded_once(at_moto, sandbox):
    state = sandbox.control("GET", "state")["account"]
    sandbox.control("PUT", "state", {**state, "encodes_denials": True})
    sandbox.control("PATCH", "users/alice", {"explicitly_denied": ["sts:GetFederationToken"]})
    said = at_moto.keyfob(*FEDERATION, env=sandbox.env(), check=254)
    assert "the statement that matched: SandboxDenies" in said.err
    assert sandbox.counts() == {"GetFederationToken": 1, "DecodeAuthorizationMessage": 1}
    # The message is one that the AWS CLI decodes, and keyfob's command decodes to the same text.
    encoded = re.search(r"Encoded authorization failure message: (\S+)", said.err)[1]
    ours, theirs = printed(at_moto, sandbox, (*DECODE, encoded))
    assert ours == theirs
