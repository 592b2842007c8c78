"""Settings of the whole suite: properties that CI can repeat, and no sockets in unit tests."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from coverage import Coverage
from hypothesis import is_hypothesis_test, settings

from firelake.aws.lake_ref import CONTRACT_VARIABLE
from tests.helpers.contracts import LEARNING_FILE
from tests.helpers.distribution import FilesAndEmulators, turn
from tests.helpers.interrupts import heeded_interrupts
from tests.helpers.service_models import parse_service_models_once

if TYPE_CHECKING:
    from collections.abc import Generator

    from xdist.remote import Producer

__all__ = ["heeded_interrupts"]

_TESTS = Path(__file__).parent
_COVERING = (
    "behaviours",
    "unit/catalog",
    "unit/contract",
    "unit/formats",
    "unit/transform",
    "unit/test_agreement.py",
)

parse_service_models_once()

# Commands and notebooks of the tests go by the tests' own contract.
os.environ[CONTRACT_VARIABLE] = str(LEARNING_FILE)

# How long one example takes says more about the machine than about the code: no deadline.
settings.register_profile("ci", derandomize=True, deadline=None, database=None, print_blob=True)
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "dev")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Stop the first of the two measurements that pytest-cov starts in a process of xdist's.

    It would go on whenever the second one, whose result counts, is stopped.
    """
    measured = Coverage.current()
    if measured is not None and hasattr(session.config, "workerinput"):
        measured.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Take coverage from every test that need not have it, which takes a multiple of its time."""
    measured = Coverage.current()
    if measured is None or _covers(item):
        return (yield)
    measured.stop()
    try:
        return (yield)
    finally:
        measured.start()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take the sockets from every test of `tests/unit`, and put those first that take longest."""
    for item in items:
        if item.path.is_relative_to(_TESTS / "unit"):
            item.add_marker(pytest.mark.disable_socket)
    if _is_shared_out(config):
        items.sort(key=lambda item: turn(item, _TESTS))


def _covers(item: pytest.Item) -> bool:
    """Whether a test is of a measured house: the examples alone, properties only repeat them."""
    is_property = isinstance(item, pytest.Function) and is_hypothesis_test(item.obj)
    return not is_property and any(item.path.is_relative_to(_TESTS / each) for each in _COVERING)


def pytest_xdist_auto_num_workers() -> int:
    """Returns how many processes `-n auto` starts: while one waits for a delivery, others work."""
    return (os.cpu_count() or 1) + 1


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FilesAndEmulators | None:
    """Share tests out by file and by emulator."""
    return FilesAndEmulators(config, log) if _is_shared_out(config) else None


def _is_shared_out(config: pytest.Config) -> bool:
    return config.getoption("dist") == "loadfile" or hasattr(config, "workerinput")
