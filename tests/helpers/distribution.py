"""How tests are shared out among processes: what waits longest first, each emulator for one alone.

`pytest -n auto --dist loadfile` goes by it; without, nothing changes.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xdist.scheduler.loadfile import LoadFileScheduling

if TYPE_CHECKING:
    import pytest

_ROOT: Final = Path(__file__).parents[2]
# Fixtures of the session that start emulators, which two processes would start each of them twice,
# by what a file asks for that uses them. xdist's own groups are told by an attribute of a test that
# pytest 9.2 no longer reads.
_EMULATORS: Final = {
    "clouds": re.compile(r"\bclouds: "),
    "queried_lake": re.compile(r"\bqueried_lake: "),
    "ministack": re.compile(r"\b(ministack|dynamodb|claims_table|athena|athena_place|new_table): "),
}


class FilesAndEmulators(LoadFileScheduling):
    """Gives one process all files that use an emulator, and each other file to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return _emulator_of(file) or file


@cache
def _emulator_of(file: str) -> str | None:
    text = (_ROOT / file).read_text("utf-8")
    return next((name for name, asked in _EMULATORS.items() if asked.search(text)), None)


def turn(item: pytest.Item, tests: Path) -> int:
    """Returns when a test is to be started: those first whose file takes longest.

    Whichever process ends last then has short files left, not the longest one. A test with a time
    limit of its own is a long one.
    """
    if item.get_closest_marker("timeout") is not None:
        return 0
    houses = ("local", "model", "zip", "behaviours")
    return 1 if item.path.relative_to(tests).parts[0] in houses else 2
