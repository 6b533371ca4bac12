"""Fixtures: two scratch homes, and the services.

The binary under test is KEYFOB in the environment, else target/debug/keyfob.
"""

import pytest

from scratch import KEYFOB, Home
from services import Moto, Sandbox


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


@pytest.fixture(scope="session")
def emulator():
    service = Sandbox.start()
    yield service
    service.stop()


@pytest.fixture
def sandbox(emulator):
    """The emulator as it is at first."""
    emulator.reset()
    return emulator


@pytest.fixture(scope="session")
def moto():
    service = Moto.start()
    yield service
    service.stop()
