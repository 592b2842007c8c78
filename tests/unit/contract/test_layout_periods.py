"""Periods of the dt partitions: which moment lies in which."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from firelake.contract import layout
from firelake.contract.errors import LayoutError
from firelake.contract.layout import Granularity

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
GRANULARITIES = st.sampled_from(Granularity)
MOMENTS = st.datetimes(timezones=st.just(UTC), max_value=datetime(9999, 11, 30))  # noqa: DTZ001 - hypothesis adds the zone


@pytest.mark.parametrize(
    ("created_at_s", "granularity", "expected"),
    [
        pytest.param(1709251199, Granularity.MONTH, "2024-02", id="leap-day-month"),
        pytest.param(1709251199, Granularity.DAY, "2024-02-29", id="leap-day"),
        pytest.param(1709251199, Granularity.HOUR, "2024-02-29-23", id="leap-day-hour"),
        pytest.param(1709251200, Granularity.DAY, "2024-03-01", id="next-day"),
        pytest.param(1709251199.9999998, Granularity.DAY, "2024-02-29", id="last-instant-of-day"),
        pytest.param(0, Granularity.HOUR, "1970-01-01-00", id="epoch"),
        pytest.param(-0.000001, Granularity.HOUR, "1969-12-31-23", id="just-before-epoch"),
        pytest.param(-62135596800, Granularity.DAY, "0001-01-01", id="first-day"),
        pytest.param(253402300799.5, Granularity.HOUR, "9999-12-31-23", id="last-hour"),
    ],
)
def test_dt_is_the_creation_date_in_utc_cut_to_the_granularity(
    created_at_s: float, granularity: Granularity, expected: str
) -> None:
    assert layout.dt_of(created_at_s, granularity) == expected


@pytest.mark.parametrize(
    "created_at_s",
    [
        pytest.param(253402300800, id="year-10000"),
        pytest.param(-62135596801, id="year-0"),
        pytest.param(1e300, id="huge"),
        pytest.param(math.inf, id="infinite"),
        pytest.param(math.nan, id="not-a-number"),
    ],
)
def test_a_number_that_is_no_moment_has_no_partition(created_at_s: float) -> None:
    with pytest.raises(LayoutError) as raised:
        layout.dt_of(created_at_s, Granularity.DAY)
    assert str(raised.value) == (
        f"{created_at_s!r} s is no moment of the years 1 to 9999: no partition holds it"
    )


@given(MOMENTS, GRANULARITIES)
@example(datetime(2024, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), Granularity.MONTH)
def test_a_moment_lies_in_the_period_of_its_dt(moment: datetime, granularity: Granularity) -> None:
    # Whole seconds, as a float has no room for microseconds in far years.
    seconds = (moment - EPOCH) // timedelta(seconds=1)
    start, end = layout.period_of(layout.dt_of(seconds, granularity), granularity)
    assert start <= EPOCH + timedelta(seconds=seconds) < end


@given(MOMENTS, GRANULARITIES)
def test_periods_follow_each_other_without_gap(moment: datetime, granularity: Granularity) -> None:
    start, end = layout.period_of(layout.dt_of(int(moment.timestamp()), granularity), granularity)
    next_dt = layout.dt_of(end.timestamp(), granularity)
    assert layout.period_of(next_dt, granularity)[0] == end
    assert layout.dt_of(start.timestamp(), granularity) != next_dt


@pytest.mark.parametrize(
    ("dt", "granularity", "start", "end"),
    [
        pytest.param(
            "2024-12",
            Granularity.MONTH,
            datetime(2024, 12, 1, tzinfo=UTC),
            datetime(2025, 1, 1, tzinfo=UTC),
            id="december",
        ),
        pytest.param(
            "2024-02",
            Granularity.MONTH,
            datetime(2024, 2, 1, tzinfo=UTC),
            datetime(2024, 3, 1, tzinfo=UTC),
            id="leap-month",
        ),
        pytest.param(
            "2024-02-29",
            Granularity.DAY,
            datetime(2024, 2, 29, tzinfo=UTC),
            datetime(2024, 3, 1, tzinfo=UTC),
            id="leap-day",
        ),
        pytest.param(
            "2024-02-29-23",
            Granularity.HOUR,
            datetime(2024, 2, 29, 23, tzinfo=UTC),
            datetime(2024, 3, 1, tzinfo=UTC),
            id="last-hour",
        ),
    ],
)
def test_a_period_runs_from_its_start_to_the_next(
    dt: str, granularity: Granularity, start: datetime, end: datetime
) -> None:
    assert layout.period_of(dt, granularity) == (start, end)


@pytest.mark.parametrize(
    ("dt", "granularity", "message"),
    [
        pytest.param(
            "2024-13",
            Granularity.MONTH,
            "'2024-13' is no partition of one month: expected yyyy-MM, UTC",
            id="month-13",
        ),
        pytest.param(
            "2023-02-29",
            Granularity.DAY,
            "'2023-02-29' is no partition of one day: expected yyyy-MM-dd, UTC",
            id="no-leap-year",
        ),
        pytest.param(
            "2024-02-29-24",
            Granularity.HOUR,
            "'2024-02-29-24' is no partition of one hour: expected yyyy-MM-dd-HH, UTC",
            id="hour-24",
        ),
        pytest.param(
            "2024-02",
            Granularity.DAY,
            "'2024-02' is no partition of one day: expected yyyy-MM-dd, UTC",
            id="other-granularity",
        ),
        pytest.param(
            "2024-2-29x",
            Granularity.DAY,
            "'2024-2-29x' is no partition of one day: expected yyyy-MM-dd, UTC",
            id="garbage",
        ),
        pytest.param(
            "\u0662024-02",
            Granularity.MONTH,
            "'\u0662024-02' is no partition of one month: expected yyyy-MM, UTC",
            id="foreign-digits",
        ),
        pytest.param(
            "9999-12-31",
            Granularity.DAY,
            "'9999-12-31' is no partition of one day: expected yyyy-MM-dd, UTC",
            id="end-past-the-calendar",
        ),
    ],
)
def test_a_text_that_is_no_dt_has_no_period(
    dt: str, granularity: Granularity, message: str
) -> None:
    with pytest.raises(LayoutError) as raised:
        layout.period_of(dt, granularity)
    assert str(raised.value) == message


@given(MOMENTS, GRANULARITIES)
def test_a_dt_shows_its_granularity(moment: datetime, granularity: Granularity) -> None:
    dt = layout.dt_of(int(moment.timestamp()), granularity)
    assert layout.granularity_of(dt) is granularity
    assert len(dt) == len(granularity.pattern)


def test_a_text_of_no_form_shows_no_granularity() -> None:
    with pytest.raises(LayoutError) as raised:
        layout.granularity_of("2024")
    assert str(raised.value) == "'2024' is no dt: expected yyyy-MM, yyyy-MM-dd or yyyy-MM-dd-HH"
