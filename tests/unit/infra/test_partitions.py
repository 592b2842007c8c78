"""Tests of how many partitions can be open at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from firelake.contract.layout import Granularity, dt_of, period_of
from firelake.infra.partitions import longest_fitting_lateness_days, open_periods, partition_types
from tests.helpers.contracts import LEARNING

MONTH, DAY, HOUR = Granularity.MONTH, Granularity.DAY, Granularity.HOUR


def test_unregistered_is_a_type_too() -> None:
    assert partition_types(LEARNING) == 22


@pytest.mark.parametrize(
    ("granularity", "lateness_days", "periods"),
    [
        (HOUR, 1, 49),
        (HOUR, 7, 193),
        (DAY, 1, 3),
        (DAY, 7, 9),
        (DAY, 36_500, 36_502),
        (MONTH, 1, 2),
        (MONTH, 27, 2),  # 28 days from the end of January are within February
        (MONTH, 28, 3),
        (MONTH, 58, 3),  # 59 days are February and March, or January and February
        (MONTH, 59, 4),
        (MONTH, 364, 13),
        (MONTH, 365, 14),
        (MONTH, 36_500, 1201),
    ],
    ids=str,
)
def test_a_lateness_touches_so_many_periods(
    granularity: Granularity, lateness_days: int, periods: int
) -> None:
    assert open_periods(granularity, lateness_days) == periods


def touched(granularity: Granularity, arrival: datetime, lateness_days: int) -> int:
    """Count by walking from the period of the oldest event to that of the youngest."""
    moment, last = arrival - timedelta(days=lateness_days), arrival + timedelta(days=1)
    count = 0
    while moment <= last:
        count += 1
        _, moment = period_of(dt_of(moment.timestamp(), granularity), granularity)
    return count


@given(
    st.sampled_from(Granularity),
    st.datetimes(datetime(2000, 1, 1), datetime(2110, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds are naive there
    st.integers(1, 70),
)
@example(MONTH, datetime(2027, 3, 31, 23, 59, 59, tzinfo=UTC), 58)
def test_no_arrival_meets_more_periods_than_counted(
    granularity: Granularity, arrival: datetime, lateness_days: int
) -> None:
    assert touched(granularity, arrival, lateness_days) <= open_periods(granularity, lateness_days)


@pytest.mark.parametrize("granularity", Granularity)
@pytest.mark.parametrize("lateness_days", [1, 7, 27, 28, 30, 58, 59, 60])
def test_some_arrival_meets_as_many_periods_as_counted(
    granularity: Granularity, lateness_days: int
) -> None:
    ends = [datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 13)]
    starts = [end - timedelta(microseconds=1) for end in ends]
    arrivals = [start + timedelta(days=lateness_days) for start in starts]
    counts = [touched(granularity, arrival, lateness_days) for arrival in arrivals]
    assert max(counts) == open_periods(granularity, lateness_days)


@given(st.sampled_from(Granularity), st.integers(1, 60), st.integers(1, 5000), st.integers(2, 1000))
def test_the_longest_lateness_fits_and_the_next_does_not(
    granularity: Granularity, types: int, quota: int, below: int
) -> None:
    longest = longest_fitting_lateness_days(granularity, types, quota, below)
    if longest is None:
        assert types * open_periods(granularity, 1) > quota
    else:
        assert 1 <= longest < below
        assert types * open_periods(granularity, longest) <= quota
        assert longest == below - 1 or types * open_periods(granularity, longest + 1) > quota


@pytest.mark.parametrize(
    ("quota", "longest"), [(500, 20), (198, 7), (197, 6), (66, 1), (65, None)], ids=str
)
def test_22_types_by_day_fit_so_long_a_lateness(quota: int, longest: int | None) -> None:
    assert longest_fitting_lateness_days(DAY, 22, quota, 365) == longest
