"""Whatever happens meanwhile: an erasure that has ended is nowhere, and nobody else's row is lost.

The rules are those of `firelake.history.erase`; each weaker one breaks a promise, and how is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from firelake.history.erase.eraser import HistoryEraser
from tests.model.erasures import TICK_S, Model, Rules, World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.history.erase.erasing import Erasing
    from firelake.history.erase.erasure import Erasure
    from firelake.history.statement import RunStatement

LATE: Final = World(7, runs=1, news=1)
BACKFILLED: Final = World(6, runs=1, news=1, is_backfilled=True)
# Until history has none of its rows for good, which no look is needed for.
TWO_RUNS: Final = World(2, has_looks=False, files=1)
DEATH: Final = World(3, deaths=1, has_looks=False, files=1)


class NoGrace(Rules):
    """History is taken to have none of the rows, whatever copy may be under way."""

    grace_s = -10 * TICK_S


class NotRewritten(Rules):
    """Rows are deleted, and the files that have them stay as they are."""

    rewrites = False


class FilesAreNotLookedAt(Rules):
    """A look asks history alone."""

    sees_files = False


class SnapshotsAreNotLookedAt(Rules):
    """A look asks for rows of now."""

    sees_snapshots = False


class NothingComesLate(Rules):
    """The entry may end before the last late file can have come."""

    waits_for_the_last = False


class VersionsDoNotCount(Rules):
    """The entry ends as soon as nothing is found."""

    waits_for_versions = False


class _Forgetful(HistoryEraser):
    def _delete(self, erasing: Erasing, run: str, grace_s: float) -> RunStatement:
        self._rewritten(erasing, run)
        return super()._delete(erasing, run, grace_s)


class _Pushing(HistoryEraser):
    def _hold(self, names: Sequence[str], run: str, grace_s: float) -> list[Erasure]:
        del grace_s
        return super()._hold(names, run, -10 * TICK_S)


class NotNoted(Rules):
    """What has had rows deleted is noted nowhere until its files are written anew."""

    eraser = _Forgetful


class AllAtOnce(Rules):
    """Two runs are at one entry."""

    eraser = _Pushing


@pytest.mark.parametrize(
    ("world", "states", "ends"),
    [
        pytest.param(LATE, 40_000, True, id="a file that comes late"),
        pytest.param(BACKFILLED, 30_000, True, id="a backfill"),
        pytest.param(TWO_RUNS, 25_000, False, id="two runs at once"),
        pytest.param(DEATH, 40_000, False, id="a run that dies at any step"),
    ],
)
def test_what_has_ended_is_nowhere_and_nothing_else_is_lost(
    world: World, states: int, *, ends: bool
) -> None:
    explored = Model(world, Rules()).explore()

    assert explored.broken == ""
    assert explored.states >= states
    assert {"delete commits", "optimize commits"} <= explored.actions.keys()
    assert any(end.ended for end in explored.ends) == ends


@pytest.mark.parametrize(
    ("rules", "world"),
    [
        pytest.param(NoGrace(), TWO_RUNS, id="no grace"),
        pytest.param(NotRewritten(), TWO_RUNS, id="files are not written anew"),
        pytest.param(NotNoted(), DEATH, id="nothing is noted before"),
        pytest.param(AllAtOnce(), TWO_RUNS, id="two runs at one entry"),
    ],
)
def test_history_is_not_free_of_a_row_by_a_weaker_rule(rules: Rules, world: World) -> None:
    broken = Model(world, rules).explore().broken
    assert broken.endswith("the rows are out of history for good, and one is in it")


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param(FilesAreNotLookedAt(), id="files are not looked at"),
        pytest.param(SnapshotsAreNotLookedAt(), id="snapshots are not looked at"),
        pytest.param(NothingComesLate(), id="nothing comes late"),
        pytest.param(VersionsDoNotCount(), id="old versions do not count"),
    ],
)
def test_an_entry_ends_too_early_by_a_weaker_rule(rules: Rules) -> None:
    assert Model(LATE, rules).explore().broken.endswith("the entry has ended, and a row is left")
