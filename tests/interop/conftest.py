"""Fixtures: two scratch homes. The binary under test is KEYFOB in the environment, else target/debug/keyfob."""

import pytest

from scratch import KEYFOB, Home


def pytest_sessionstart():
    if not KEYFOB.is_file():
        pytest.exit(f"there is no {KEYFOB}: run `cargo build`, or set KEYFOB", returncode=4)


@pytest.fixture
def home(tmp_path):
    """A scratch home in which keyfob works."""
    return Home(tmp_path / "home")


@pytest.fixture
def other(tmp_path):
    """A second one, in which a peer does the same."""
    return Home(tmp_path / "other")
