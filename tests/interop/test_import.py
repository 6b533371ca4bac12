"""`configure import`: the credentials file is left as the AWS CLI's own writer leaves it with the same rows.

The importer itself is in AWS CLI v2 only; it hands row after row to the writer that v1 has too.
"""

import pytest

HEADER = "User name,Access key ID,Secret access key\n"
KEYS = "[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = d\n"
EXISTING = (
    "# keys\n[alice]\naws_access_key_id=AKIAOLD\naws_secret_access_key=old\naws_session_token=t\n\n"
    "[bob]\nregion = x\n\n# end\n[carol]\n\n"
)

ALICE = ("alice", "AKIAALICE", "a/b+c=")
BOB = ("bob", "AKIABOB", "s")
CAROL = ("carol", "AKIACAROL", "c")

# id: file, flags, credentials file before, rows taken
ROWS = {
    "one": (HEADER + "alice,AKIAALICE,a/b+c=\n", [], None, [ALICE]),
    "three": (HEADER + "alice,AKIAALICE,a/b+c=\nbob,AKIABOB,s\ncarol,AKIACAROL,c\n", [], KEYS, [ALICE, BOB, CAROL]),
    "none": (HEADER, [], KEYS, []),
    "no last line end": (HEADER + "alice,AKIAALICE,a/b+c=", [], KEYS.rstrip(), [ALICE]),
    "BOM and CRLF": ("\ufeff" + (HEADER + "alice,AKIAALICE,a/b+c=\n").replace("\n", "\r\n"), [], KEYS, [ALICE]),
    "blanks around cells": (" User Name , ACCESS KEY ID ,secret access key\n bob , AKIABOB , s \n", [], None, [BOB]),
    "other columns, other order": (
        "Password,Secret access key,User name,Access key ID,Console login link\npw,s,bob,AKIABOB,https://x\n",
        [],
        None,
        [BOB],
    ),
    "more cells than columns": (HEADER + "bob,AKIABOB,s,more,and more\n", [], None, [BOB]),
    "existing profiles": (
        HEADER + "carol,AKIACAROL,c\nalice,AKIAALICE,a/b+c=\nbob,AKIABOB,s\n",
        [],
        EXISTING,
        [CAROL, ALICE, BOB],
    ),
    "a user twice": (
        HEADER + "bob,AKIAOLD,old\nalice,AKIAALICE,a/b+c=\nbob,AKIABOB,s\n",
        [],
        None,
        [("bob", "AKIAOLD", "old"), ALICE, BOB],
    ),
    "prefix": (HEADER + "bob,AKIABOB,s\n", ["--profile-prefix", "test-"], KEYS, [("test-bob", "AKIABOB", "s")]),
    "default": (HEADER + "default,AKIABOB,s\n", [], KEYS, [("default", "AKIABOB", "s")]),
    "odd names": (
        HEADER + "a b,AKIAA,s\nüñí@example.com,AKIAB,s\na=b+c,AKIAC,s\n",
        [],
        KEYS,
        [("a b", "AKIAA", "s"), ("üñí@example.com", "AKIAB", "s"), ("a=b+c", "AKIAC", "s")],
    ),
    "invalid rows skipped": (
        HEADER + "alice,,a\n\nbob,AKIABOB,s\ncarol\n,AKIA,s\n",
        ["--skip-invalid"],
        None,
        [BOB],
    ),
}


@pytest.mark.parametrize("csv, flags, before, rows", ROWS.values(), ids=ROWS)
@pytest.mark.parametrize("inline", [False, True], ids=["file", "text"])
def test_credentials_are_those_of_the_aws_writer(home, other, csv, flags, before, rows, inline):
    if inline:
        argument = csv
    else:
        (home.path / "new keys.csv").write_bytes(csv.encode())
        argument = f"file://{home.path}/new keys.csv"
    home.fill(None, before)
    finished = home.keyfob("configure", "import", "--csv", argument, *flags)
    assert finished.out == f"Successfully imported {len(rows)} profile(s)\n"
    other.fill(None, before)
    if rows:
        other.aws_writes(
            "credentials",
            *((name, {"aws_access_key_id": id, "aws_secret_access_key": secret}) for name, id, secret in rows),
        )
    assert home.both() == other.both()
    for name, keys in {name: keys for name, *keys in rows}.items():
        found = home.boto3_credentials(name)
        assert [found["id"], found["secret"]] == keys


@pytest.mark.parametrize(
    "csv, message",
    [
        (" \n", "Provided CSV contains no contents"),
        ("User name,Access key ID\nbob,AKIABOB\n", 'Expected header "Secret Access key" not found'),
        ("Access key ID,Secret access key\nAKIABOB,s\n", 'Expected header "User Name" not found'),
        (
            HEADER + "alice,AKIAALICE,s\nbob,AKIABOB\n",
            'Failed to parse entry #2: Row missing value for header "Secret Access key"',
        ),
        (HEADER + "\nalice,AKIAALICE,s\n", 'Failed to parse entry #1: Row missing value for header "User Name"'),
    ],
)
def test_what_cannot_be_imported_changes_nothing(home, csv, message):
    home.fill(None, EXISTING)
    finished = home.keyfob("configure", "import", "--csv", csv, check=255)
    assert message in finished.err and not finished.out
    assert home.read("credentials") == EXISTING


def test_existing_keys_can_be_protected(home):
    home.fill(None, EXISTING)
    home.keyfob(
        "configure", "import", "--csv", HEADER + "bob,AKIABOB,s\nalice,AKIAALICE,s\n", "--no-overwrite", check=255
    )
    assert home.read("credentials") == EXISTING


@pytest.mark.parametrize("where", ["keys.csv", "./keys.csv", "~/keys.csv"])
def test_paths_are_those_of_the_aws_cli(home, where):
    (home.path / "keys.csv").write_text(HEADER + "bob,AKIABOB,s\n")
    home.keyfob("configure", "import", "--csv", f"file://{where}")
    assert home.boto3_credentials("bob")["id"] == "AKIABOB"


def test_the_download_of_a_single_key(home):
    csv = "\ufeffAccess key ID,Secret access key\r\nAKIABOB,s\r\n"
    home.keyfob("configure", "import", "--csv", csv, "--profile", "bob")
    assert home.view()["profiles"] == {"bob": {"aws_access_key_id": "AKIABOB", "aws_secret_access_key": "s"}}
