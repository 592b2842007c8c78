"""The note of which settings were in force: a name for each, under a key that no event can have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.contract.in_force import IN_FORCE_KEY, Period, Windows, ended_ms, noted, parse_periods
from firelake.contract.names import BACKFILL_LEASE_KEY

NUMBERS = st.integers(0, 999_999_999)


@given(
    st.builds(
        Windows,
        lateness_days=NUMBERS,
        retention_hours=NUMBERS,
        dedupe_days=NUMBERS,
        settle_s=NUMBERS,
    )
)
def test_settings_are_read_as_they_are_named(windows: Windows) -> None:
    assert Windows.parse(windows.name) == windows


def test_the_name_says_each_setting() -> None:
    windows = Windows(lateness_days=7, retention_hours=72, dedupe_days=14, settle_s=571)
    assert windows.name == "L7_R72_D14_S571"


@pytest.mark.parametrize("name", ["event_uuid", "L7", "L7_R72_D14_S571 ", "L-1_R72_D14_S571", ""])
def test_another_attribute_is_no_settings(name: str) -> None:
    assert Windows.parse(name) is None


def test_its_key_is_longer_than_any_event_id_and_not_that_of_the_lease() -> None:
    assert len(IN_FORCE_KEY) > 128
    assert IN_FORCE_KEY != BACKFILL_LEASE_KEY


WIDE = Windows(lateness_days=7, retention_hours=72, dedupe_days=14, settle_s=571)
NARROW = Windows(lateness_days=1, retention_hours=24, dedupe_days=8, settle_s=211)
HOUR_MS = 3_600_000


def test_settings_are_in_force_from_their_first_note_to_their_last() -> None:
    first = noted({}, WIDE, 1_000)
    assert first == Period(1_000, 1_000)
    assert noted({WIDE: first}, WIDE, 9_000) == Period(1_000, 9_000)


def test_they_begin_anew_after_others_were_noted() -> None:
    periods = {WIDE: Period(1_000, 9_000), NARROW: Period(10_000, 11_000)}
    assert noted(periods, WIDE, 12_000) == Period(12_000, 12_000)
    # Also where two processes of a deployment note at once: the next note sets it right.
    assert noted({**periods, WIDE: Period(1_000, 12_000)}, WIDE, 13_000) == Period(13_000, 13_000)


def test_they_may_be_in_force_until_others_are_noted() -> None:
    assert ended_ms({WIDE: Period(0, 9_000)}, WIDE) is None
    periods = {WIDE: Period(0, 9_000), NARROW: Period(10 * HOUR_MS, 11 * HOUR_MS)}
    assert ended_ms(periods, WIDE) == 10 * HOUR_MS
    assert ended_ms(periods, NARROW) is None


def test_they_end_an_hour_after_their_last_note_at_the_earliest() -> None:
    # A process of the deployment before may run a little longer.
    periods = {WIDE: Period(0, 9_000), NARROW: Period(9_001, 11 * HOUR_MS)}
    assert ended_ms(periods, WIDE) == 9_000 + HOUR_MS


def test_the_item_is_read_back_to_its_periods() -> None:
    values = {WIDE.name: 9, WIDE.begun_name: 3, NARROW.name: 11, "owner": 1}
    assert parse_periods(values) == {WIDE: Period(3, 9), NARROW: Period(11, 11)}
