"""Moments: ISO 8601 and epoch seconds in, `yyyy-MM-dd HH:mm:ss.SSS` out, cut and never rounded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from math import inf, nextafter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from firelake.contract.layout import Granularity, dt_of
from firelake.transform.timestamps import (
    MAX_EPOCH_MS,
    MIN_EPOCH_MS,
    epoch_ms,
    epoch_s_text,
    iso_8601_text,
    timestamp_text,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-15T12:34:56Z", "2026-01-15 12:34:56.000"),
        ("2026-01-15T12:34Z", "2026-01-15 12:34:00.000"),
        ("2026-01-15T12:34:56.7Z", "2026-01-15 12:34:56.700"),
        ("2026-01-15T12:34:56,78Z", "2026-01-15 12:34:56.780"),
        ("2026-01-15T12:34:56.999999999Z", "2026-01-15 12:34:56.999"),
        ("2026-01-15T12:34:56." + "9" * 100_000 + "Z", "2026-01-15 12:34:56.999"),
        ("2026-01-15T12:34:56+00:00", "2026-01-15 12:34:56.000"),
        ("2026-01-15T12:34:56-00:00", "2026-01-15 12:34:56.000"),
        ("2026-01-15T12:34:56+05:45", "2026-01-15 06:49:56.000"),
        ("2026-01-15T12:34:56.123-0930", "2026-01-15 22:04:56.123"),
        ("2026-01-15T12:34:56+14", "2026-01-14 22:34:56.000"),
        ("2024-02-29T23:59:59.999-00:01", "2024-03-01 00:00:59.999"),
        ("1969-12-31T23:59:59.9999Z", "1969-12-31 23:59:59.999"),
        ("1678-01-01T00:00:00Z", "1678-01-01 00:00:00.000"),
        ("1677-12-31T23:00:00-01:00", "1678-01-01 00:00:00.000"),
        ("2261-12-31T23:59:59.9999Z", "2261-12-31 23:59:59.999"),
        ("2262-01-01T00:59:59+01:00", "2261-12-31 23:59:59.000"),
    ],
    ids=lambda text: text[:40],
)
def test_iso_8601_with_a_zone_is_written_in_utc(text: str, expected: str) -> None:
    assert iso_8601_text(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-01-15",
        "2026-01-15T12:34:56",
        "2026-01-15 12:34:56Z",
        "2026-01-15t12:34:56z",
        "2026-01-15T12:34:56 Z",
        " 2026-01-15T12:34:56Z",
        "2026-01-15T12:34:56Z\n",
        "2026-01-15T12Z",
        "2026-01-15T12:34.5Z",
        "2026-01-15T12:34:56.Z",
        "2026-1-15T12:34:56Z",
        "26-01-15T12:34:56Z",
        "+002026-01-15T12:34:56Z",
        "20260115T123456Z",
        "2026-W03-4T12:34:56Z",
        "2026-01-15T24:00:00Z",
        "2026-01-15T23:60:00Z",
        "2016-12-31T23:59:60Z",
        "2026-01-15T12:34:56+24:00",
        "2026-01-15T12:34:56+01:60",
        "2026-01-15T12:34:56+1:00",
        "2026-01-15T12:34:56\u221201:00",
        "2026-02-29T12:34:56Z",
        "2026-00-15T12:34:56Z",
        "2026-04-31T12:34:56Z",
        "\u0662026-01-15T12:34:56Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "1677-12-31T23:59:59.999Z",
        "1678-01-01T00:59:59+01:00",
        "2262-01-01T00:00:00Z",
        "2261-12-31T23:30:00-00:30",
        "1768478400",
        "now",
    ],
)
def test_what_is_no_moment_with_a_zone_within_the_years_is_refused(text: str) -> None:
    assert iso_8601_text(text) is None


@pytest.mark.parametrize(
    ("epoch_s", "expected"),
    [
        (0, "1970-01-01 00:00:00.000"),
        (1768478400, "2026-01-15 12:00:00.000"),
        (1768478400.123, "2026-01-15 12:00:00.123"),
        (1768478400.1239, "2026-01-15 12:00:00.123"),
        (1768435199.9999998, "2026-01-14 23:59:59.999"),
        (-0.0001, "1969-12-31 23:59:59.999"),
        (-1.5, "1969-12-31 23:59:58.500"),
        (-9214560000, "1678-01-01 00:00:00.000"),
        (9214646399.9999, "2261-12-31 23:59:59.999"),
        (9214646399.123, "2261-12-31 23:59:59.123"),
    ],
)
def test_epoch_seconds_are_cut_below_the_millisecond(epoch_s: float, expected: str) -> None:
    assert epoch_s_text(epoch_s) == expected


@pytest.mark.parametrize(
    "epoch_s", [-9214560000.001, 9214646400, 1768478400000, -1e11, 1e300, 1.7e308, inf, -inf]
)
def test_epoch_seconds_outside_of_the_years_are_refused(epoch_s: float) -> None:
    assert epoch_s_text(epoch_s) is None


epoch_seconds = st.one_of(
    st.floats(MIN_EPOCH_MS / 1000, MAX_EPOCH_MS / 1000),
    st.integers(MIN_EPOCH_MS, MAX_EPOCH_MS).map(lambda moment_ms: moment_ms / 1000),
    st.integers(MIN_EPOCH_MS // 3_600_000, MAX_EPOCH_MS // 3_600_000).map(
        lambda hour: nextafter(hour * 3600.0, -inf)
    ),
).filter(lambda epoch_s: epoch_s >= MIN_EPOCH_MS / 1000)


@given(epoch_seconds)
@example(1700000000.123)
@example(nextafter(1700000000.123, 0.0))
def test_milliseconds_are_those_that_the_number_shows(epoch_s: float) -> None:
    shown = Decimal(repr(epoch_s)) * 1000
    assert epoch_ms(epoch_s) == shown.to_integral_value("ROUND_FLOOR")


@given(epoch_seconds, st.sampled_from(Granularity))
def test_a_moment_is_in_the_partition_of_its_number(
    epoch_s: float, granularity: Granularity
) -> None:
    text = epoch_s_text(epoch_s)
    assert text is not None
    assert text.replace(" ", "-").startswith(dt_of(epoch_s, granularity))


@given(
    st.datetimes(datetime(1678, 1, 3), datetime(2261, 12, 29)),  # noqa: DTZ001 -- gets a zone below
    st.integers(-1439, 1439),
)
def test_the_standard_library_reads_the_same_moment(local: datetime, offset_minutes: int) -> None:
    moment = local.replace(tzinfo=timezone(timedelta(minutes=offset_minutes)))
    text = iso_8601_text(moment.isoformat(timespec="microseconds"))
    assert text is not None
    found = datetime.strptime(f"{text}+0000", "%Y-%m-%d %H:%M:%S.%f%z")
    assert found == moment - timedelta(microseconds=moment.microsecond % 1000)


@given(st.integers(MIN_EPOCH_MS, MAX_EPOCH_MS))
def test_milliseconds_are_written_as_the_standard_library_writes_them(moment_ms: int) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=moment_ms)
    assert timestamp_text(moment_ms) == moment.isoformat(" ", "milliseconds")[:23]
