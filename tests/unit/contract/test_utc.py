"""Moments in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from firelake.contract.errors import LayoutError
from firelake.contract.utc import as_utc


def test_a_moment_of_another_zone_keeps_its_instant() -> None:
    moment = as_utc(datetime(2024, 3, 1, 1, tzinfo=timezone(timedelta(hours=2))))
    assert moment.isoformat() == "2024-02-29T23:00:00+00:00"
    assert moment.tzinfo is UTC


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(LayoutError) as raised:
        as_utc(datetime(2024, 2, 29))  # noqa: DTZ001 - what is tested
    assert str(raised.value) == "2024-02-29T00:00:00 has no time zone: give an aware datetime"
