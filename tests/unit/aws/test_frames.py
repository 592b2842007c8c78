"""Frames of answers that awswrangler cannot read: every type of Athena has one of pandas."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest

from firelake.aws.frames import frame_of, is_for_awswrangler
from firelake.aws.query_run import Answer, Execution, ResultColumn


def answer(column_type: str, *values: str | None) -> Answer:
    column = ResultColumn("a", column_type)
    return Answer(Execution("query-0", "DML", 0, 0), (column,), iter([(each,) for each in values]))


@pytest.mark.parametrize(
    ("column_type", "text", "dtype", "value"),
    [
        ("boolean", "true", "boolean", True),
        ("tinyint", "-128", "Int8", -128),
        ("bigint", "9007199254740993", "Int64", 9007199254740993),
        ("double", "1.0E-300", "float64", 1e-300),
        ("decimal(38,2)", "0.10", "object", Decimal("0.10")),
        (
            "decimal",
            "123456789012345678901234567890.5",
            "object",
            Decimal("123456789012345678901234567890.5"),
        ),
        ("varbinary", "00 ff 68", "object", b"\x00\xffh"),
        ("varbinary", "", "object", b""),
        ("date", "2026-11-22", "object", dt.date(2026, 11, 22)),
        (
            "timestamp",
            "2026-11-22 10:30:00.250",
            "datetime64[us]",
            pd.Timestamp("2026-11-22T10:30:00.25"),
        ),
        (
            "timestamp(6)",
            "2026-11-22 10:30:00.000001",
            "datetime64[us]",
            pd.Timestamp("2026-11-22T10:30:00.000001"),
        ),
        (
            "timestamp",
            "9999-12-31 00:00:00.000",
            "datetime64[us]",
            pd.Timestamp("9999-12-31T00:00:00"),
        ),
        ("timestamp", "+12000-01-01 00:00:00.000", "string", "+12000-01-01 00:00:00.000"),
        ("date", "-0044-03-15", "string", "-0044-03-15"),
        (
            "timestamp(3) with time zone",
            "2026-11-22 10:30:00.000 Europe/Berlin",
            "string",
            "2026-11-22 10:30:00.000 Europe/Berlin",
        ),
        ("time", "10:30:00.000", "string", "10:30:00.000"),
        ("uuid", "12151fd2", "string", "12151fd2"),
        ("interval day to second", "2 00:00:00.000", "string", "2 00:00:00.000"),
        ("interval year to month", "0-3", "string", "0-3"),
        ("ipaddress", "10.0.0.1", "string", "10.0.0.1"),
        ("array(bigint)", "[1, 2]", "string", "[1, 2]"),
        ("map(varchar, integer)", "{a=1}", "string", "{a=1}"),
        ("row(x integer)", "{x=1}", "string", "{x=1}"),
        ("json", '{"a":1}', "string", '{"a":1}'),
        ("something new", "x", "string", "x"),
    ],
)
def test_a_value_is_read_as_what_it_is_and_null_as_missing(
    column_type: str, text: str, dtype: str, value: object
) -> None:
    frame = frame_of(answer(column_type, text, None))
    assert str(frame["a"].dtype) == dtype
    assert frame["a"].iloc[0] == value
    assert pd.isna(frame["a"].iloc[1])


@pytest.mark.parametrize("column_type", ["unknown", "bigint", "uuid", "varbinary", "timestamp"])
def test_a_column_of_nothing_but_null_is_one(column_type: str) -> None:
    frame = frame_of(answer(column_type, None, None))
    assert frame["a"].isna().to_list() == [True, True]


def test_an_answer_without_rows_has_its_columns() -> None:
    assert list(frame_of(answer("uuid")).columns) == ["a"]
    assert len(frame_of(answer("uuid"))) == 0


def test_columns_of_one_name_are_kept() -> None:
    columns = (ResultColumn("a", "uuid"), ResultColumn("a", "bigint"))
    rows = iter([("x", "1")])
    frame = frame_of(Answer(Execution("query-0", "DML", 0, 0), columns, rows))
    assert frame.to_numpy().tolist() == [["x", 1]]


@pytest.mark.parametrize(
    ("column_type", "is_read"),
    [
        *(
            ("bigint", True),
            ("decimal(38,2)", True),
            ("varchar(5)", True),
            ("array(row(a uuid))", True),
        ),
        *(("timestamp(3) with time zone", True), ("time", True), ("json", True)),
        *(
            ("unknown", False),
            ("uuid", False),
            ("varbinary", False),
            ("time(3) with time zone", False),
        ),
        *(("interval day to second", False), ("ipaddress", False), ("hyperloglog", False)),
    ],
)
def test_awswrangler_reads_what_it_has_types_for(column_type: str, is_read: bool) -> None:
    assert is_for_awswrangler([ResultColumn("a", column_type)]) is is_read
