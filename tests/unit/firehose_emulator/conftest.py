"""Ends the deliveries that the tests began."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.firehose_world import FakeWorld

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def no_delivery_left() -> Iterator[None]:
    """Close the files of every delivery that a test began."""
    yield
    while FakeWorld.alive:
        FakeWorld.alive.pop().restart()
