"""Every type: what it accepts, how the row spells it, and what it refuses."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.contract.types import parse_type
from firelake.transform.values import codec
from tests.helpers.transform_parts import (
    POSITION,
    contract_of,
    faults_of,
    only_event,
    reader_of,
    row_of,
    spliced,
)
from tests.strategies.json_texts import values

if TYPE_CHECKING:
    from firelake.transform.events import EventReader

MISSING = "missing"


@cache
def reader(field_type: str, *, is_required: bool) -> EventReader:
    required = ["value"] if is_required else []
    return reader_of(contract_of({"value": field_type}, required=required))


def column(field_type: str, raw_value: str) -> object:
    """The column of an optional field that holds this JSON; `MISSING` where it is left out."""
    reading = reader(field_type, is_required=False).read(spliced(f'"value": {raw_value}'), POSITION)
    return row_of(reading).get("value", MISSING)


def fault(field_type: str, raw_value: str) -> tuple[str, int, str]:
    """The only fault of a required field that holds this JSON."""
    reading = reader(field_type, is_required=True).read(spliced(f'"value": {raw_value}'), POSITION)
    (found,) = faults_of(reading)
    return found


@pytest.mark.parametrize(
    ("field_type", "raw_value", "expected"),
    [
        ("string", '""', ""),
        ("string", r'"a\u00e9\n\ud83d\ude00"', "aé\n😀"),
        ("string", '"1.50"', "1.50"),
        ("bigint", "9223372036854775807", 9223372036854775807),
        ("bigint", "-9223372036854775808", -9223372036854775808),
        ("bigint", "-0", 0),
        ("double", "1", 1.0),
        ("double", "-1.5e-3", -0.0015),
        ("double", "1.7976931348623157e308", 1.7976931348623157e308),
        ("double", "1e-400", 0.0),
        ("boolean", "true", True),
        ("boolean", "false", False),
        ("decimal(6,2)", "12.50", "12.5"),
        ("decimal(6,2)", '"12.50"', "12.5"),
        ("decimal(38,0)", "9" * 38, "9" * 38),
        ("decimal(38,38)", f"0.{'1' * 38}", f"0.{'1' * 38}"),
        ("timestamp", '"2026-01-15T12:00:00Z"', "2026-01-15 12:00:00.000"),
        ("timestamp", '"2026-01-15T01:30:00.1239+02:00"', "2026-01-14 23:30:00.123"),
        ("timestamp", "1768478400", "2026-01-15 12:00:00.000"),
        ("timestamp", "1768478400.123", "2026-01-15 12:00:00.123"),
        ("timestamp", "-0.001", "1969-12-31 23:59:59.999"),
        ("timestamp", "1.7684784e9", "2026-01-15 12:00:00.000"),
        ("date", '"2024-02-29"', "2024-02-29"),
        ("date", '"0001-01-01"', "0001-01-01"),
        ("date", '"9999-12-31"', "9999-12-31"),
        ("json", '{"b": [1.0, 1e400],  "a":null}', '{"b": [1.0, 1e400],  "a":null}'),
        ("json", "null", "null"),
        ("json", r'"\u00e9\/"', r'"\u00e9\/"'),
        ("json", "123456789012345678901234567890.10", "123456789012345678901234567890.10"),
        ("array<string>", '["a", null, ""]', ["a", None, ""]),
        ("array<string>", "[]", []),
        ("array<bigint>", "[null, 1]", [None, 1]),
        ("array<double>", "[1, 2.5, null]", [1.0, 2.5, None]),
        ("array<boolean>", "[true, null]", [True, None]),
        ("array<decimal(4,1)>", '[1.50, null, "2"]', ["1.5", None, "2"]),
        ("array<date>", '["2026-01-15", null]', ["2026-01-15", None]),
        (
            "array<timestamp>",
            '[ 0 , null , "2026-01-15T12:00Z" ]',
            ["1970-01-01 00:00:00.000", None, "2026-01-15 12:00:00.000"],
        ),
    ],
)
def test_a_type_accepts(field_type: str, raw_value: str, expected: object) -> None:
    found = column(field_type, raw_value)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("field_type", "raw_value"),
    [
        ("string", "1"),
        ("string", "true"),
        ("string", "[]"),
        ("string", "{}"),
        ("bigint", "1.0"),
        ("bigint", "1e3"),
        ("bigint", '"1"'),
        ("bigint", "true"),
        ("bigint", "9223372036854775808"),
        ("bigint", "-9223372036854775809"),
        ("bigint", "1" + "0" * 5000),
        ("double", "1e400"),
        ("double", "-1e400"),
        ("double", "1" + "0" * 400),
        ("double", '"1.5"'),
        ("double", '"NaN"'),
        ("double", "true"),
        ("boolean", '"true"'),
        ("boolean", "1"),
        ("boolean", "0"),
        ("decimal(6,2)", "true"),
        ("decimal(6,2)", "[1]"),
        ("decimal(6,2)", '"1,5"'),
        ("timestamp", '"1768478400"'),
        ("timestamp", '"2026-01-15"'),
        ("timestamp", '"2026-01-15T12:00:00"'),
        ("timestamp", "1e400"),
        ("timestamp", "1768478400000"),
        ("timestamp", "true"),
        ("timestamp", "[]"),
        ("date", '"2026-02-29"'),
        ("date", '"2026-1-5"'),
        ("date", '"2026-01-15T00:00:00Z"'),
        ("date", '"0000-01-01"'),
        ("date", "20260115"),
        ("array<string>", '"a"'),
        ("array<decimal(4,1)>", '"1"'),
        ("array<decimal(4,1)>", "{}"),
        ("array<timestamp>", "0"),
    ],
)
def test_a_type_refuses(field_type: str, raw_value: str) -> None:
    assert fault(field_type, raw_value) == ("field_type", 0, "value")


@pytest.mark.parametrize(
    ("field_type", "raw_value"),
    [
        ("array<string>", '["a", null, 1, 2]'),
        ("array<bigint>", "[1, null, 1.0]"),
        ("array<double>", '[1, null, "1"]'),
        ("array<boolean>", "[true, null, 0]"),
        ("array<date>", '["2026-01-15", null, "2026-13-01"]'),
        ("array<decimal(4,1)>", '["1", null, 1.25]'),
        ("array<timestamp>", '[0, null, "x"]'),
    ],
)
def test_a_wrong_member_is_named_by_its_index(field_type: str, raw_value: str) -> None:
    assert fault(field_type, raw_value) == ("field_type", 0, "value[2]")


TYPES = [
    "string",
    "bigint",
    "double",
    "boolean",
    "decimal(6,2)",
    "timestamp",
    "date",
    "array<string>",
    "array<decimal(6,2)>",
    "array<timestamp>",
]


@pytest.mark.parametrize("field_type", TYPES)
def test_a_null_of_an_optional_field_is_no_value(field_type: str) -> None:
    assert column(field_type, "null") == MISSING


@pytest.mark.parametrize("field_type", TYPES)
def test_a_null_of_a_required_field_is_a_missing_one(field_type: str) -> None:
    assert fault(field_type, "null") == ("field_missing", 0, "value")


def test_a_null_is_a_value_of_a_required_json_field() -> None:
    reading = reader("json", is_required=True).read(spliced('"value": null'), POSITION)
    assert row_of(reading)["value"] == "null"


@given(values)
def test_json_is_kept_to_the_letter(raw_value: str) -> None:
    assert column("json", raw_value) == raw_value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_goes_out_as_the_number_that_came_in(value: float) -> None:
    assert column("double", repr(value)) == value


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_string_goes_out_as_the_text_that_came_in(value: str) -> None:
    assert column("string", json.dumps(value)) == value


def test_decimals_leave_as_strings_so_that_nothing_reads_them_as_doubles() -> None:
    reading = reader("decimal(38,18)", is_required=True).read(
        spliced('"value": 12345678901234567890.000000000000000001'), POSITION
    )
    assert b'"value":"12345678901234567890.000000000000000001"' in only_event(reading).row


@pytest.mark.parametrize(
    ("field_type", "expected"),
    [
        ("decimal(6,2)", "a number or numeric string that fits decimal(6,2)"),
        ("array<date>", "an array, each member null or a date yyyy-MM-dd"),
        ("bigint", "an integer within 64 bits"),
    ],
)
def test_a_type_says_what_it_accepts(field_type: str, expected: str) -> None:
    assert codec(parse_type(field_type)).expected == expected
