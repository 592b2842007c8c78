"""Which periods move, and where the watermark goes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from firelake.catalog.history_table import raised
from firelake.history.move.rules import (
    Move,
    Step,
    closed_end,
    next_dt,
    periods_between,
    to_copy,
)
from firelake.operations.settings_history import Closing

# 7 days late, 3 days in the stream, 2 days of delivery.
DEFAULTS = Closing.of(lateness_days=7, retention_hours=72)


@pytest.mark.parametrize(
    ("dt", "following"),
    [
        ("2026-12", "2027-01"),
        ("2028-02-28", "2028-02-29"),
        ("2026-12-31", "2027-01-01"),
        ("2026-03-31-23", "2026-04-01-00"),
    ],
)
def test_periods_follow_each_other(dt: str, following: str) -> None:
    assert next_dt(dt) == following


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (datetime(2026, 3, 14, tzinfo=UTC), "2026-03-01"),
        (datetime(2026, 3, 14, 0, 0, 1, tzinfo=UTC), "2026-03-02"),
        (datetime(2026, 3, 16, 12, tzinfo=UTC), "2026-03-04"),
        (datetime(2026, 9, 1, tzinfo=UTC), "2026-03-06"),
    ],
    ids=["not yet", "a second later", "three days", "no more than five at once"],
)
def test_a_day_moves_once_its_last_event_is_closed(now: datetime, end: str) -> None:
    assert closed_end("2026-03-01", DEFAULTS, now.timestamp(), most=5) == end


def test_the_periods_between_two_are_all_of_them() -> None:
    assert periods_between("2026-12", "2027-02") == ("2026-12", "2027-01")
    assert periods_between("2026-12-01", "2026-12-01") == ()


def test_a_month_moves_as_a_whole() -> None:
    now = datetime(2026, 4, 13, 0, 0, 1, tzinfo=UTC)

    assert closed_end("2026-03", DEFAULTS, now.timestamp(), most=5) == "2026-04"


def test_what_lies_below_the_watermark_moves_and_of_open_periods_the_newest() -> None:
    there = ["2026-03-02", "2026-03-01", "2025-12-31", "2026-03-03", "2026-03-01", "2026-03-04"]
    below = ("2025-12-31", "2026-03-01", "2026-03-02")

    assert to_copy(there, "2026-03-03", 31) == (*below, "2026-03-03", "2026-03-04")
    assert to_copy(there, "2026-03-03", 1) == (*below, "2026-03-04")
    assert to_copy(there, "2026-03-05", 1) == (*below, "2026-03-03", "2026-03-04")


def test_the_watermark_never_goes_back() -> None:
    assert raised("2026-03-01", "2026-03-04") == "2026-03-04"
    assert raised("2026-03-09", "2026-03-04") == "2026-03-09"


def test_each_step_waits_for_the_queries_of_before() -> None:
    move = Move("2026-03-02", grace_s=60)
    assert move.may_go_on(1)

    move.copied("7", 1000)
    assert (move.step, move.may_go_on(1060), move.may_go_on(1061)) == (Step.SWITCH, False, True)

    assert move.checked(0)
    move.switched(2000)
    assert (move.step, move.may_go_on(2060), move.may_go_on(2061)) == (Step.REMOVE, False, True)


def test_rows_that_history_lacks_are_copied_again_at_once() -> None:
    move = Move("2026-03-02", grace_s=60)
    move.copied("7", 1000)

    assert not move.checked(1)
    assert (move.step, move.may_go_on(1000)) == (Step.COPY, True)


def test_no_closed_file_goes_once_a_deployment_has_put_the_watermark_back() -> None:
    move = Move("2026-03-02")

    assert move.may_remove("2026-03-01", "2026-03-02")
    assert not move.may_remove("2026-03-01", "2026-03-01")
    assert move.may_remove("2026-03-02", "2026-03-01")


def test_where_no_watermark_is_raised_files_go_after_one_wait() -> None:
    move = Move("2026-03-02", raises=False, grace_s=60)

    move.copied("7", 1000)
    assert (move.step, move.may_go_on(1060), move.may_go_on(1061)) == (Step.REMOVE, False, True)
