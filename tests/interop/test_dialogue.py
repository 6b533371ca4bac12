"""The dialogue `configure`, answered through a pipe: the same two files as `aws configure` leaves, byte for byte."""

import pytest

ANSWERS = "AKIAEXAMPLE\nsecret/+=\neu-west-1\njson\n"
CONFIG = "[default]\nregion = us-east-1\n\n[profile dev]\noutput = text\n# end\n"
KEYS = "[default]\naws_access_key_id=AKIAOLD\naws_secret_access_key=old\n\n[dev]\naws_access_key_id = AKIADEV\n"

# id: config, credentials, arguments, environment, lines
DIALOGUES = {
    "new": (None, None, [], {}, ANSWERS),
    "new profile": (None, None, ["--profile", "dev"], {}, ANSWERS),
    "profile with blanks": (None, None, ["--profile", "my dev"], {}, ANSWERS),
    "profile of a variable": (None, None, [], {"AWS_PROFILE": "dev"}, ANSWERS),
    "keys only": (None, None, [], {}, "AKIAEXAMPLE\nsecret\n\n\n"),
    "region only": (None, None, [], {}, "\n\neu-west-1\n\n"),
    "nothing": (None, None, [], {}, "\n\n\n\n"),
    "existing, all new": (CONFIG, KEYS, [], {}, ANSWERS),
    "existing, nothing": (CONFIG, KEYS, [], {}, "\n\n\n\n"),
    "existing, the same": (CONFIG, KEYS, [], {}, "AKIAOLD\nold\nus-east-1\n\n"),
    "existing, secret only": (CONFIG, KEYS, [], {}, "\nnew\n\n\n"),
    "existing, output only": (CONFIG, KEYS, [], {}, "\n\n\nyaml\n"),
    "existing, another profile": (CONFIG, KEYS, ["--profile", "dev"], {}, "\nsecret\nus-west-2\n\n"),
    "existing, one more profile": (CONFIG, KEYS, ["--profile", "ops"], {}, ANSWERS),
    "no last line end": (None, None, [], {}, ANSWERS.rstrip("\n")),
    "not trimmed": (None, None, [], {}, "AKIAEXAMPLE\n s \n eu-west-1 \n json \n"),
    "odd characters": (None, None, [], {}, "AKIAEXAMPLE\na#;%=:'\"\\ü\n%(x)s\n[a]\n"),
    "keys in the config file": (
        "[default]\naws_access_key_id = AKIAOLD\naws_secret_access_key = s\n",
        None,
        [],
        {},
        ANSWERS,
    ),
    "files elsewhere": (None, None, [], {"AWS_CONFIG_FILE": "~/c", "AWS_SHARED_CREDENTIALS_FILE": "~/k"}, ANSWERS),
}


def files(home):
    """Every file in the home, with its bytes."""
    return {
        str(path.relative_to(home.path)): path.read_bytes() for path in sorted(home.path.rglob("*")) if path.is_file()
    }


@pytest.mark.parametrize("name", DIALOGUES)
def test_the_files_are_those_of_the_aws_dialogue(home, other, name):
    config, credentials, arguments, env, lines = DIALOGUES[name]
    home.fill(config, credentials).keyfob("configure", *arguments, input=lines, env=env)
    other.fill(config, credentials).aws("configure", *arguments, input=lines, env=env)
    assert files(home) == files(other)


def test_a_temporary_key_is_asked_for_its_token(home):
    home.keyfob("configure", input="ASIAEXAMPLE\nsecret\ntoken/+=\neu-west-1\njson\n")
    assert home.botocore_profile("default") == {
        "aws_access_key_id": "ASIAEXAMPLE",
        "aws_secret_access_key": "secret",
        "aws_session_token": "token/+=",
        "region": "eu-west-1",
        "output": "json",
    }


@pytest.mark.parametrize(
    "lines, keys",
    [
        ("AKIANEW\nnew\n\n\n", ("AKIANEW", "new", None)),  # a long-term key has no token
        ("ASIANEW\nnew\nfresh\n\n\n", ("ASIANEW", "new", "fresh")),
        ("\n\nfresh\n\n\n", ("ASIAOLD", "old", "fresh")),
        ("\n\n\n\n\n", ("ASIAOLD", "old", "stale")),
    ],
)
def test_a_stored_token(home, lines, keys):
    home.fill(
        "[profile dev]\nregion = a\n",
        "[dev]\naws_access_key_id = ASIAOLD\naws_secret_access_key = old\naws_session_token = stale\n[x]\n",
    )
    home.keyfob("configure", "--profile", "dev", input=lines)
    found = home.boto3_credentials("dev")
    assert (found["id"], found["secret"], found["token"]) == keys


def test_input_that_ends_early_is_no_answer(home):
    home.fill(CONFIG, KEYS)
    home.keyfob("configure", input="AKIANEW\n")
    assert home.boto3_credentials()["id"] == "AKIANEW"
    assert home.read("config") == CONFIG


def test_secrets_are_not_echoed(home):
    home.fill(None, "[default]\naws_access_key_id = AKIAOLDKEYID\naws_secret_access_key = oldsecretvalue\n")
    finished = home.keyfob("configure", input="AKIANEWKEYID\nnewsecretvalue\n\n\n")
    assert home.boto3_credentials()["secret"] == "newsecretvalue"
    for secret in ("oldsecretvalue", "newsecretvalue", "AKIAOLDKEYID"):
        assert secret not in finished.out + finished.err
