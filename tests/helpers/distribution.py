"""How tests are shared out among processes: what waits longest first, each emulator for one alone.

`pytest -n auto --dist loadgroup --no-loadscope-reorder` goes by it; without, nothing changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from xdist.scheduler.loadgroup import LoadGroupScheduling

if TYPE_CHECKING:
    from pathlib import Path

# Fixtures of the session that start emulators: two processes would start each of them twice.
EMULATORS: Final = ("clouds", "ministack", "queried_lake")


class FilesAndEmulators(LoadGroupScheduling):
    """Gives one process all tests of an emulator, and all other tests of a file."""

    def _split_scope(self, nodeid: str) -> str:
        scope = super()._split_scope(nodeid)
        return nodeid.partition("::")[0] if scope == nodeid else scope


def group(item: pytest.Item) -> None:
    """Names the emulator of a test for xdist, which reads it before `items` can be changed."""
    for emulator in EMULATORS:
        if emulator in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group(emulator))
            break


def turn(item: pytest.Item, tests: Path) -> int:
    """Returns when a test is to be started: those first whose file takes longest.

    Whichever process ends last then has short files left, not the longest one. A test with a time
    limit of its own is a long one.
    """
    if item.get_closest_marker("timeout") is not None:
        return 0
    houses = ("local", "model", "zip", "behaviours")
    return 1 if item.path.relative_to(tests).parts[0] in houses else 2
