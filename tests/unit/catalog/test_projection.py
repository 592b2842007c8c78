"""Partition projection: Athena looks wherever an event may lie, and hardly anywhere else."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.catalog.projection import NOW, TOMORROW, by_date, by_enum, by_integer, projected
from firelake.contract.layout import Granularity, dt_of
from tests.unit.catalog.samples import lake

PYTHON_FORMS = {"yyyy-MM": "%Y-%m", "yyyy-MM-dd": "%Y-%m-%d", "yyyy-MM-dd-HH": "%Y-%m-%d-%H"}
START = datetime(2026, 11, 1, tzinfo=UTC)


def bound(text: str, form: str, now: datetime) -> datetime:
    """A bound of a range, as the page of AWS describes it."""
    match = re.fullmatch(r"NOW(?:\+([0-9]+)DAYS)?", text)
    if match is None:
        return datetime.strptime(text, PYTHON_FORMS[form]).replace(tzinfo=UTC)
    return now + timedelta(days=int(match[1] or 0))


def next_value(value: datetime, unit: str) -> datetime:
    if unit == "MONTHS":
        return value.replace(year=value.year + value.month // 12, month=value.month % 12 + 1)
    return value + {"DAYS": timedelta(days=1), "HOURS": timedelta(hours=1)}[unit]


def partitions(settings: dict[str, str], now: datetime) -> list[str]:
    """The values that Athena would work out at a moment."""
    first, last = settings["range"].split(",")
    assert settings["interval"] == "1"
    value = bound(first, settings["format"], now)
    end = bound(last, settings["format"], now)
    values: list[str] = []
    while value <= end:
        values.append(value.strftime(PYTHON_FORMS[settings["format"]]))
        value = next_value(value, settings["interval.unit"])
    return values


@pytest.mark.parametrize(
    ("granularity", "expected"),
    [
        (
            Granularity.MONTH,
            {
                "type": "date",
                "format": "yyyy-MM",
                "range": "2026-02,NOW+1DAYS",
                "interval": "1",
                "interval.unit": "MONTHS",
            },
        ),
        (
            Granularity.DAY,
            {
                "type": "date",
                "format": "yyyy-MM-dd",
                "range": "2026-02-28,NOW+1DAYS",
                "interval": "1",
                "interval.unit": "DAYS",
            },
        ),
        (
            Granularity.HOUR,
            {
                "type": "date",
                "format": "yyyy-MM-dd-HH",
                "range": "2026-02-28-00,NOW+1DAYS",
                "interval": "1",
                "interval.unit": "HOURS",
            },
        ),
    ],
)
def test_a_period_is_projected_in_its_own_form_and_unit(
    granularity: Granularity, expected: dict[str, str]
) -> None:
    assert by_date(granularity, date(2026, 2, 28), TOMORROW) == expected


@pytest.mark.parametrize(
    ("granularity", "expected"),
    [
        (Granularity.MONTH, ["2026-11", "2026-12"]),
        (Granularity.DAY, ["2026-11-29", "2026-11-30", "2026-12-01"]),
        (Granularity.HOUR, ["2026-12-01-21", "2026-12-01-22", "2026-12-01-23"]),
    ],
)
def test_on_the_last_day_of_a_month_tomorrow_is_looked_for(
    granularity: Granularity, expected: list[str]
) -> None:
    now = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
    values = partitions(by_date(granularity, START.date(), TOMORROW), now)
    assert values[-len(expected) :] == expected


@given(
    granularity=st.sampled_from(Granularity),
    age=st.timedeltas(min_value=timedelta(), max_value=timedelta(days=90)),
    ahead=st.timedeltas(min_value=timedelta(), max_value=timedelta(days=1)),
    asked_later=st.timedeltas(min_value=timedelta(), max_value=timedelta(days=40)),
)
def test_every_event_that_may_have_come_lies_in_a_projected_partition(
    granularity: Granularity, age: timedelta, ahead: timedelta, asked_later: timedelta
) -> None:
    arrived = START + age
    created = arrived + ahead
    values = partitions(by_date(granularity, START.date(), TOMORROW), arrived + asked_later)
    assert dt_of(created.timestamp(), granularity) in values
    assert len(values) == len(set(values))


@given(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=90)))
def test_a_range_to_now_ends_with_the_current_period(age: timedelta) -> None:
    now = START + age
    values = partitions(by_date(Granularity.DAY, START.date(), NOW), now)
    assert values[0] == "2026-11-01"
    assert values[-1] == now.date().isoformat()


def test_no_space_comes_between_the_values_of_an_enum() -> None:
    assert by_enum(("a", "b_c", "unregistered")) == {
        "type": "enum",
        "values": "a,b_c,unregistered",
    }


def test_numbers_have_leading_zeros() -> None:
    assert by_integer(0, 23, 2) == {"type": "integer", "range": "0,23", "digits": "2"}


def test_a_projected_table_names_each_key_in_its_location_which_ends_in_a_slash() -> None:
    keys = {"event_type": by_enum("ab"), "hour": by_integer(0, 23, 2)}
    assert projected(lake(), "events/", keys) == {
        "projection.enabled": "true",
        "projection.event_type.type": "enum",
        "projection.event_type.values": "a,b",
        "projection.hour.type": "integer",
        "projection.hour.range": "0,23",
        "projection.hour.digits": "2",
        "storage.location.template": (
            "s3://a-bucket/events/event_type=${event_type}/hour=${hour}/"
        ),
    }
