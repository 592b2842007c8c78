"""The note of which settings were in force: a name for each, under a key that no event can have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.in_force import IN_FORCE_KEY, Windows
from contract.names import BACKFILL_LEASE_KEY

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
