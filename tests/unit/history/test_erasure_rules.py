"""What a look makes of an entry: it stays for as long as anything may hold what was erased."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firelake.history.erase.erasure import Erasure
from firelake.history.erase.looking import Left
from firelake.history.erase.rules import judged

DAY_S = 86_400.0
ENTRY = Erasure(name="a", column="user_id", digests=("A",), erased_at_s=0, deleted_at_s=DAY_S)
NOTHING = Left(event_rows=0, history_rows=0, old_snapshots=0, objects={"raw/": 0, "errors/": 0})


def after(entry: Erasure, left: Left, day: float, old_version_days: int | None = 14) -> object:
    return judged(
        entry,
        left=left,
        now_s=day * DAY_S,
        closed_s=13 * DAY_S,
        old_version_days=old_version_days,
    )


@pytest.mark.parametrize(
    "left",
    [
        replace(NOTHING, event_rows=1),
        replace(NOTHING, old_snapshots=1),
        replace(NOTHING, objects={"raw/": 0, "errors/": 1}),
    ],
)
def test_what_is_found_keeps_the_entry(left: Left) -> None:
    assert after(ENTRY, left, 100) == ENTRY
    assert after(replace(ENTRY, cleared_at_s=50 * DAY_S), left, 100) == ENTRY


def test_what_may_still_come_keeps_the_entry() -> None:
    assert after(ENTRY, NOTHING, 13) == ENTRY


def test_old_versions_of_what_went_last_keep_the_entry() -> None:
    cleared = replace(ENTRY, cleared_at_s=20 * DAY_S)
    assert after(ENTRY, NOTHING, 20) == cleared
    assert after(cleared, NOTHING, 36) == cleared
    assert after(cleared, NOTHING, 36.1) is None
    assert after(cleared, NOTHING, 10_000, None) == cleared


def test_rows_that_somebody_brought_into_history_are_deleted_again() -> None:
    left = replace(NOTHING, history_rows=1)
    assert after(ENTRY, left, 100) == replace(ENTRY, deleted_at_s=None)
