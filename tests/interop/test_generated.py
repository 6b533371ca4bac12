"""Files and calls made up at random, the same in every run: what botocore reads, and what the AWS CLI's writer leaves.

KEYFOB_INTEROP_SEEDS=LOW-HIGH tries others; generated.py makes them.
"""

import os
from random import Random

import pytest

import generated
from views import (
    flattened,
    has_own_meaning,
    with_copy,
    with_renamed,
    with_value,
    without_profile,
    without_value,
)

LOW, HIGH = map(int, os.environ.get("KEYFOB_INTEROP_SEEDS", "0-30").split("-"))
SEEDS = range(LOW, HIGH)


def odd_home(home, random, inherited):
    """Fills one of the two files so that botocore reads it, and returns which, and what botocore makes of it."""
    while True:
        file = random.choice(["config", "config", "credentials"])
        home.fill(None, None)
        home.write(file, generated.odd_file(random, inherited))
        try:
            return file, home.view()
        except AssertionError as error:
            assert "Unable to parse config file" in str(error)


@pytest.mark.parametrize("seed", SEEDS)
def test_any_file_is_read_as_botocore_reads_it(home, seed):
    _, view = odd_home(home, Random(seed), inherited=True)
    assert home.keyfob("configure", "list-profiles").out == "".join(f"{name}\n" for name in view["profiles"])
    for profile, settings in view["profiles"].items():
        for key, value in flattened(settings):
            if not has_own_meaning(key, view):
                finished = home.keyfob("configure", "get", "--profile", profile, "--", key, check=None)
                expected = (1, "") if value is None else (0, value + "\n")
                assert (finished.code, finished.out) == expected, (profile, key)


@pytest.mark.parametrize("seed", SEEDS)
def test_any_file_takes_values(home, seed):
    random = Random(seed)
    file, view = odd_home(home, random, inherited=False)
    keys = [key for key in generated.KEYS if key.startswith("aws_") == (file == "credentials")]
    for _ in range(4):
        profile, value = random.choice([*generated.NAMES, *view["profiles"]]), random.choice(generated.VALUES)
        key = random.choice(keys) + random.choice(["", "", ".k", ".region", ".new"])
        if key.startswith("k."):
            continue  # any part of the word `plugins` is a section to the AWS CLI
        home.keyfob("configure", "set", "--profile", profile, "--", key, value)
        view = with_value(view, "profiles", profile, key.lower(), value)
        assert home.view() == view, (profile, key, value)


@pytest.mark.parametrize("seed", SEEDS)
def test_any_file_gives_values_up(home, seed):
    random = Random(seed)
    _, view = odd_home(home, random, inherited=False)
    values = [(profile, key) for profile, settings in view["profiles"].items() for key, _ in flattened(settings)]
    for profile, key in random.sample(values, min(len(values), 6)):
        if profile and not has_own_meaning(key, {"profiles": {}}):
            home.keyfob("configure", "unset", "--profile", profile, "--", key)
            view = without_value(view, "profiles", profile, key)
            assert home.view() == view, (profile, key)


@pytest.mark.parametrize("seed", SEEDS)
def test_any_profile_can_be_copied_renamed_and_deleted(home, seed):
    random = Random(seed)
    _, view = odd_home(home, random, inherited=True)
    for verb in random.sample(["copy", "rename", "delete"], 3):
        if not view["profiles"]:
            return
        name, new = random.choice(list(view["profiles"])), f"new {verb}"
        arguments = {"copy": (name, new), "rename": (name, new), "delete": (name, "--force")}[verb]
        finished = home.keyfob("configure", verb, *arguments, check=None)
        if finished.code == 255 and "two spellings" in finished.err:
            assert home.view() == view
            continue
        finished.expect(0)
        view = {
            "copy": lambda: with_copy(view, name, new),
            "rename": lambda: with_renamed(view, name, new),
            "delete": lambda: without_profile(view, name),
        }[verb]()
        assert home.view() == view, arguments


@pytest.mark.parametrize("seed", SEEDS)
def test_ordinary_files_are_left_as_the_aws_cli_leaves_them(home, other, seed):
    random = Random(seed)
    config = generated.ordinary_file(random, lambda name: name if name == "default" else f"profile {name}")
    credentials = generated.ordinary_file(random, lambda name: name)
    calls = [("configure", "set", *generated.ordinary_call(random)) for _ in range(6)]
    home.fill(config, credentials)
    for call in calls:
        home.keyfob(*call)
    other.fill(config, credentials).aws_calls(*calls)
    assert home.both() == other.both(), calls
