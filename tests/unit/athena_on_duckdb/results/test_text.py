"""Texts of values in results, as Athena writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, cast

import pyarrow as pa
import pytest

from athena_on_duckdb.errors import QueryError
from athena_on_duckdb.results.text import as_texts
from athena_on_duckdb.types import parse_type

ARROW = cast("Any", pa)


def text(value: object, athena: str, arrow: object) -> object:
    """The text of one value."""
    column = ARROW.chunked_array([ARROW.array([value], arrow)])
    return as_texts(column, parse_type(athena)).to_pylist()[0]


@pytest.mark.parametrize(
    ("value", "athena", "arrow", "expected"),
    [
        (True, "boolean", ARROW.bool_(), "true"),
        (-7, "bigint", ARROW.int64(), "-7"),
        (1.0, "double", ARROW.float64(), "1.0"),
        (0.001, "double", ARROW.float64(), "0.001"),
        (0.0001, "double", ARROW.float64(), "1.0E-4"),
        (1e7, "double", ARROW.float64(), "1.0E7"),
        (-123456789.5, "double", ARROW.float64(), "-1.234567895E8"),
        (float("nan"), "double", ARROW.float64(), "NaN"),
        (float("inf"), "double", ARROW.float64(), "Infinity"),
        (float("-inf"), "double", ARROW.float64(), "-Infinity"),
        (0.1, "real", ARROW.float32(), "0.1"),
        (16777216.0, "real", ARROW.float32(), "1.6777216E7"),
        (float("inf"), "real", ARROW.float32(), "Infinity"),
        (Decimal("0.00000010"), "decimal(20,8)", ARROW.decimal128(20, 8), "0.00000010"),
        ('say "hi"', "varchar", ARROW.string(), 'say "hi"'),
        (b"hel", "varbinary", ARROW.binary(), "68 65 6c"),
        (date(2024, 2, 29), "date", ARROW.date32(), "2024-02-29"),
        (
            datetime(2024, 1, 2, 3, 4, 5, 678_900),  # noqa: DTZ001 - a timestamp has no zone
            "timestamp(3)",
            ARROW.timestamp("us"),
            "2024-01-02 03:04:05.678",
        ),
        (
            datetime(2024, 1, 2, 3, 4, 5),  # noqa: DTZ001 - a timestamp has no zone
            "timestamp(0)",
            ARROW.timestamp("us"),
            "2024-01-02 03:04:05",
        ),
        (
            datetime(2024, 1, 2, 3, 4, 5, 678_901),  # noqa: DTZ001 - a timestamp has no zone
            "timestamp(6)",
            ARROW.timestamp("us"),
            "2024-01-02 03:04:05.678901",
        ),
        (
            datetime(2024, 7, 1, 22, tzinfo=UTC),
            "timestamp(3) with time zone",
            ARROW.timestamp("us", "Europe/Berlin"),
            "2024-07-02 00:00:00.000 Europe/Berlin",
        ),
        (
            datetime(2024, 7, 1, 22, tzinfo=UTC),
            "timestamp(3) with time zone",
            ARROW.timestamp("us", "UTC"),
            "2024-07-01 22:00:00.000 UTC",
        ),
        (time(1, 2, 3), "time(3)", ARROW.time64("us"), "01:02:03.000"),
        ([1, None], "array(integer)", ARROW.list_(ARROW.int32()), "[1, null]"),
        (
            [("a", 1.0), ("b", None)],
            "map(varchar,double)",
            ARROW.map_(ARROW.string(), ARROW.float64()),
            "{a=1.0, b=null}",
        ),
        (
            {"x": 1, "y": [True]},
            "row(x integer, y array(boolean))",
            ARROW.struct([("x", ARROW.int32()), ("y", ARROW.list_(ARROW.bool_()))]),
            "{x=1, y=[true]}",
        ),
        (
            {"field0": 1, "field1": "q"},
            "row(integer, varchar)",
            ARROW.struct([("field0", ARROW.int32()), ("field1", ARROW.string())]),
            "{1, q}",
        ),
        (
            [datetime(2024, 1, 1), None],  # noqa: DTZ001 - a timestamp has no zone
            "array(timestamp(3))",
            ARROW.list_(ARROW.timestamp("us")),
            "[2024-01-01 00:00:00.000, null]",
        ),
        (
            90_000_000,
            "interval day to second",
            ARROW.int64(),
            "1 01:00:00.000",
        ),
        (
            -14,
            "interval year to month",
            ARROW.int32(),
            "-1-2",
        ),
    ],
    ids=str,
)
def test_a_value_is_written_as_athena_does(
    value: object, athena: str, arrow: object, expected: str
) -> None:
    assert text(value, athena, arrow) == expected
    assert text(None, athena, arrow) is None


@pytest.mark.parametrize(
    ("athena", "arrow", "number"),
    [
        ("date", ARROW.date32(), 11_248_738),  # +32768-01-01
        ("timestamp(3)", ARROW.timestamp("us"), 11_248_738 * 86_400_000_000),
        ("array(date)", ARROW.list_(ARROW.date32()), [2_932_897]),  # +10000-01-01
    ],
)
def test_years_that_nothing_here_can_write_are_refused_and_not_written_as_something_else(
    athena: str, arrow: object, number: object
) -> None:
    plain = ARROW.list_(ARROW.int32()) if isinstance(number, list) else ARROW.int64()
    if athena == "date":
        plain = ARROW.int32()
    column = ARROW.chunked_array([ARROW.array([None, number], plain).cast(arrow)])
    with pytest.raises(QueryError, match="NOT_SUPPORTED: The local Athena writes years"):
        as_texts(column, parse_type(athena))


def test_the_last_day_that_can_be_written_is() -> None:
    column = ARROW.chunked_array([ARROW.array([11_248_737, None], ARROW.int32())])
    dates = as_texts(column.cast(ARROW.date32()), parse_type("date"))
    assert dates.to_pylist() == ["+32767-12-31", None]
