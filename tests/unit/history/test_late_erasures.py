"""Which erasures are past their day: none before it, nor any that a look has found to be gone."""

from __future__ import annotations

from firelake.history.erase.dates import Keeping
from firelake.history.erase.erasure import Erasure
from firelake.history.erase.late import count_late
from firelake.operations.settings_history import Closing

DAY_S = 86_400
ERASED_AT_S = 1_793_577_600.0
# 13 days until nothing can come any more, a move, 9 of expiry, 5 in which S3 deletes all of it.
GONE_BY_S = ERASED_AT_S + (13 + 1 + 9 + 5) * DAY_S


def keeping(expire_days: int | None = 9) -> Keeping:
    return Keeping(
        closing=Closing(12 * DAY_S),
        expire_days=lambda _: expire_days,
        old_version_days=lambda _: 1,
        has_history=True,
        grace_s=3600,
    )


def erasure(*, cleared_at_s: float | None = None, later_s: float = 0) -> Erasure:
    return Erasure(
        name="a",
        column="user_id",
        digests=("d",),
        erased_at_s=ERASED_AT_S + later_s,
        cleared_at_s=cleared_at_s,
    )


def test_an_erasure_is_late_once_its_day_is_over() -> None:
    assert count_late([erasure()], keeping(), GONE_BY_S) == 0
    assert count_late([erasure(), erasure(later_s=60)], keeping(), GONE_BY_S + 1) == 1
    assert count_late([], keeping(), GONE_BY_S + 1) == 0


def test_one_that_a_look_has_found_to_be_gone_is_not() -> None:
    assert count_late([erasure(cleared_at_s=GONE_BY_S)], keeping(), GONE_BY_S + 1) == 0


def test_where_something_is_kept_for_ever_no_day_was_told() -> None:
    assert count_late([erasure()], keeping(None), GONE_BY_S + 400 * DAY_S) == 0
