"""Closed events and settled claims, also by settings of before that were wider."""

from __future__ import annotations

import pytest

from firelake.contract.in_force import Period, Windows
from firelake.operations.settings_history import Closing, Settling

DAY_S = 86_400
WIDE = Windows(lateness_days=7, retention_hours=72, dedupe_days=14, settle_s=1_471)
NARROW = Windows(lateness_days=1, retention_hours=24, dedupe_days=8, settle_s=211)
# Narrowed on day 100 of Unix time: the last note of the wide ones, and the first after it.
NARROWED_S = 100 * DAY_S
PERIODS = {
    WIDE: Period(0, NARROWED_S * 1000),
    NARROW: Period(NARROWED_S * 1000 + 1, 200 * DAY_S * 1000),
}


def test_an_event_is_closed_after_lateness_retention_and_two_days_of_delivery() -> None:
    closing = Closing.of(lateness_days=7, retention_hours=72)
    assert closing.span_s == 12 * DAY_S
    assert not closing.is_closed(1000.0, 1000.0 + 12 * DAY_S)
    assert closing.is_closed(1000.0, 1000.001 + 12 * DAY_S)


@pytest.mark.parametrize(
    ("created_day", "closes_day"),
    [
        # Long before: closed by the wide settings already.
        (80, 92.0),
        # By the wide settings it may have come on day 100, and be on its way for two days.
        (94, 102 + 1 / 24),
        # It may have waited by the wide retention when it was narrowed.
        (99, 103.0),
        (100, 104.0),
        (101, 105.0),
    ],
)
def test_narrower_windows_count_once_what_the_wider_ones_let_pass_has_come(
    created_day: int, closes_day: float
) -> None:
    closing = Closing.of(lateness_days=1, retention_hours=24, periods=PERIODS)
    assert closing.closes_at_s(created_day * DAY_S) == closes_day * DAY_S


def test_wider_windows_that_the_function_has_count_though_the_command_was_given_narrow_ones() -> (
    None
):
    now_s = 200.0 * DAY_S
    closing = Closing.of(lateness_days=1, retention_hours=24, periods={WIDE: Period(0, 1)})
    assert not closing.is_closed(189 * DAY_S, now_s)
    assert closing.is_closed(187 * DAY_S, now_s)


def test_narrower_windows_of_before_change_nothing() -> None:
    closing = Closing.of(lateness_days=7, retention_hours=72, periods={NARROW: Period(0, 1)})
    assert closing.closes_at_s(99 * DAY_S) == 111 * DAY_S


def test_a_claim_settles_by_the_settings_under_which_it_may_have_been_made() -> None:
    settling = Settling.of(settle_s=211, periods=PERIODS)
    hour_ms = 3_600_000
    assert settling.for_claim(NARROWED_S * 1000) == 1_471_000
    assert settling.for_claim(NARROWED_S * 1000 + hour_ms) == 1_471_000
    assert settling.for_claim(NARROWED_S * 1000 + hour_ms + 1) == 211_000


def test_what_waited_by_the_longer_retention_is_judged_by_the_lateness_of_others() -> None:
    waited = Windows(lateness_days=1, retention_hours=168, dedupe_days=14, settle_s=1)
    closing = Closing.of(lateness_days=7, retention_hours=24, periods={waited: Period(0, 1)})
    assert closing.closes_at_s(0.0) == (7 + 7 + 2) * DAY_S


@pytest.mark.parametrize("now_day", [90, 101, 102.5, 103, 150, 300])
@pytest.mark.parametrize(
    "periods", [{}, PERIODS, {WIDE: Period(0, 1)}], ids=["none", "two", "wide"]
)
def test_events_of_before_a_moment_are_closed_and_no_others(
    periods: dict[Windows, Period], now_day: float
) -> None:
    closing = Closing.of(lateness_days=1, retention_hours=24, periods=periods)
    now_s = now_day * DAY_S
    before_s = closing.closed_before_s(now_s)

    assert closing.is_closed(before_s - 1, now_s)
    assert not closing.is_closed(before_s, now_s)
