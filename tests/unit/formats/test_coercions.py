"""Tests of how JSON values become values of columns: facts 3.3 and 3.4, row by row."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.formats.coercions import coercion
from firelake.formats.errors import ConversionError, SchemaError
from firelake.formats.glue_types import GlueType, Kind, parse_type


def coerced(column_type: str, json_text: str) -> object:
    return coercion(parse_type(column_type))(json.loads(json_text))


def ns(text: str) -> int:
    """Nanoseconds of a moment in UTC, with up to nine digits of a second."""
    whole, _, fraction = text.partition(".")
    seconds = int(datetime.fromisoformat(whole).replace(tzinfo=UTC).timestamp())
    return seconds * 1_000_000_000 + int(f"{fraction:0<9}" if fraction else 0)


@pytest.mark.parametrize(
    ("column_type", "json_text", "expected"),
    [
        pytest.param("bigint", '"20"', 20, id="a numeric string as bigint"),
        pytest.param("bigint", '"-20"', -20, id="a negative numeric string as bigint"),
        pytest.param("bigint", "9223372036854775807", 2**63 - 1, id="the greatest bigint"),
        pytest.param("bigint", '"-9223372036854775808"', -(2**63), id="the least bigint"),
        pytest.param("int", "2147483647", 2**31 - 1, id="the greatest int"),
        pytest.param("smallint", "-32768", -32768, id="the least smallint"),
        pytest.param("tinyint", "127", 127, id="the greatest tinyint"),
        pytest.param("double", '"2.25"', 2.25, id="a numeric string as double"),
        pytest.param("double", "3", 3.0, id="an integer as double"),
        pytest.param("double", '"1e3"', 1000.0, id="a string with an exponent as double"),
        pytest.param("float", "1.5", 1.5, id="a number as float"),
        pytest.param("string", "20", "20", id="an integer as string"),
        pytest.param("string", "2.50", "2.5", id="a number as string"),
        pytest.param("string", "1e16", "1.0E16", id="a great number as Java writes it"),
        pytest.param("string", "12345678.5", "1.23456785E7", id="ten million as Java writes it"),
        pytest.param("string", "-0.00012", "-1.2E-4", id="a small number as Java writes it"),
        pytest.param("string", "true", "true", id="a boolean as string"),
        pytest.param("string", '{"A": {"Bc": 1}, "d": [{"E": 2}]}',
                     '{"a":{"bc":1},"d":[{"e":2}]}', id="an object as string, keys lowercased"),
        pytest.param("string", "[1, null, 2.5]", "[1,null,2.5]", id="an array as string"),
        pytest.param("varchar(10)", '"text"', "text", id="a string as varchar"),
        pytest.param("boolean", "true", True, id="true"),
        pytest.param("boolean", '"TRUE"', True, id="TRUE as a string"),
        pytest.param("boolean", '"False"', False, id="False as a string"),
        pytest.param("array<string>", '"one"', ["one"], id="a scalar as an array of one"),
        pytest.param("array<string>", '{"a": 1}', ['{"a":1}'], id="an object as an array of one"),
        pytest.param("array<bigint>", '[1, null, "3"]', [1, None, 3], id="nulls in an array"),
        pytest.param("array<bigint>", "[]", [], id="an empty array"),
        pytest.param("array<array<bigint>>", "[[1], 2]", [[1], [2]], id="an array of arrays"),
        pytest.param("decimal(10,2)", '"12.34"', Decimal("12.34"), id="a decimal in a string"),
        pytest.param("decimal(10,2)", "12.3", Decimal("12.30"), id="a decimal as a number"),
        pytest.param("decimal(10,2)", '"0.005"', Decimal("0.01"), id="a decimal rounded half up"),
        pytest.param("decimal(38,0)", '"' + "9" * 38 + '"', Decimal("9" * 38), id="a long decimal"),
        pytest.param("decimal", "7", Decimal(7), id="a decimal without digits"),
        pytest.param("date", '"2026-9-1"', 20697, id="a lenient date"),
        pytest.param("date", '"1969-12-31"', -1, id="the day before 1970"),
    ],
)  # fmt: skip
def test_a_value_becomes_what_the_column_holds(
    column_type: str, json_text: str, expected: object
) -> None:
    value = coerced(column_type, json_text)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("column_type", "json_text", "shown"),
    [
        pytest.param("bigint", '"oops"', "oops", id="a word as bigint"),
        pytest.param("bigint", "1.5", "1.5", id="a fraction as bigint"),
        pytest.param("bigint", "true", "true", id="a boolean as bigint"),
        pytest.param("bigint", "9223372036854775808", "9223372036854775808", id="too great"),
        pytest.param("bigint", '"' + "1" * 5000 + '"', "1" * 5000, id="far too great"),
        pytest.param("bigint", '{"a":1}', '{"a":1}', id="an object as bigint"),
        pytest.param("int", "2147483648", "2147483648", id="too great for int"),
        pytest.param("tinyint", "128", "128", id="too great for tinyint"),
        pytest.param("double", '"x"', "x", id="a word as double"),
        pytest.param("double", "[1]", "[1]", id="an array as double"),
        pytest.param("double", "1" * 400, "1" * 400, id="too great for double"),
        pytest.param("boolean", '"maybe"', "maybe", id="a word as boolean"),
        pytest.param("boolean", "1", "1", id="a number as boolean"),
        pytest.param("decimal(4,2)", '"123.4"', "123.4", id="too many digits"),
        pytest.param("decimal(4,2)", '"x"', "x", id="a word as decimal"),
        pytest.param("decimal(4,2)", '"NaN"', "NaN", id="no number as decimal"),
        pytest.param("decimal(4,2)", "true", "true", id="a boolean as decimal"),
        pytest.param("timestamp", '"2026-09-21T14:00:00+00:00"', "2026-09-21T14:00:00+00:00",
                     id="an offset"),
        pytest.param("timestamp", '"2026-9-21T14:00:00Z"', "2026-9-21T14:00:00Z",
                     id="a short month with a T"),
        pytest.param("timestamp", '"2026-02-30 00:00:00"', "2026-02-30 00:00:00", id="no day"),
        pytest.param("timestamp", '"2026-02-03 24:00:00"', "2026-02-03 24:00:00", id="no hour"),
        pytest.param("timestamp", '"NaN"', "NaN", id="no number as timestamp"),
        pytest.param("timestamp", "true", "true", id="a boolean as timestamp"),
        pytest.param("date", '"2026-02-30"', "2026-02-30", id="no date"),
        pytest.param("date", "20000", "20000", id="a number as date"),
        pytest.param("array<bigint>", '["oops"]', "oops", id="a word in an array of bigint"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_fails_the_record(
    column_type: str, json_text: str, shown: str
) -> None:
    with pytest.raises(ConversionError) as raised:
        coerced(column_type, json_text)
    assert raised.value.code == "DataFormatConversion.MalformedData"
    assert str(raised.value) == f'Data does not match the schema. For input string: "{shown}"'


@pytest.mark.parametrize(
    ("json_text", "expected"),
    [
        pytest.param('"2026-09-21 14:13:20"', "2026-09-21 14:13:20", id="a space"),
        pytest.param('"2026-09-21 14:13:20.123"', "2026-09-21 14:13:20.123", id="milliseconds"),
        pytest.param('"2026-9-1 4:3:2.5"', "2026-09-01 04:03:02.5", id="a space, short"),
        pytest.param('"2026-09-21T14:13:20Z"', "2026-09-21 14:13:20", id="a T"),
        pytest.param('"2026-09-21T14:13:20"', "2026-09-21 14:13:20", id="a T without a Z"),
        pytest.param('"2026-09-21T14:13:20.123456789Z"', "2026-09-21 14:13:20.123456789", id="ns"),
        pytest.param('"1969-12-31 23:59:59.999"', "1969-12-31 23:59:59.999", id="before 1970"),
        pytest.param("1790000000", "2026-09-21 14:13:20", id="seconds"),
        pytest.param("1790000000.25", "2026-09-21 14:13:20.25", id="seconds with a fraction"),
        pytest.param("1790000000123", "2026-09-21 14:13:20.123", id="milliseconds as a number"),
        pytest.param('"1790000000"', "2026-09-21 14:13:20", id="seconds in a string"),
        pytest.param('"1790000000.5"', "2026-09-21 14:13:20.5", id="a fraction in a string"),
        pytest.param("1000000000000", "2001-09-09 01:46:40", id="the first that is milliseconds"),
        pytest.param("-1", "1969-12-31 23:59:59", id="a negative number"),
    ],
)
def test_a_timestamp_is_read(json_text: str, expected: str) -> None:
    assert coerced("timestamp", json_text) == ns(expected)


def test_a_moment_beyond_64_bit_nanoseconds_wraps() -> None:
    """Facts 3.3: 999999999999 s became the year 2092."""
    value = coerced("timestamp", "999999999999")
    assert isinstance(value, int)
    assert datetime.fromtimestamp(value // 1_000_000_000, UTC).year == 2092


@given(st.datetimes(datetime(1700, 1, 1), datetime(2250, 1, 1)))  # noqa: DTZ001 - texts have none
def test_every_timestamp_that_the_function_writes_is_read_exactly(moment: datetime) -> None:
    text = moment.isoformat(" ", "milliseconds")
    expected_us = (moment.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // (
        datetime.resolution
    )
    assert coerced("timestamp", json.dumps(text)) == expected_us // 1000 * 1_000_000


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_integer_is_read_from_its_number_and_from_its_text(number: int) -> None:
    assert coerced("bigint", str(number)) == number
    assert coerced("bigint", f'"{number}"') == number


_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(_JSON.filter(lambda value: value is not None), st.sampled_from(Kind), st.integers(0, 2))
def test_any_value_either_fits_or_fails_its_record(value: object, kind: Kind, depth: int) -> None:
    of_string = GlueType(Kind.STRING)
    inside = (("key", of_string), ("value", of_string)) if kind is Kind.MAP else ()
    try:
        coercion(GlueType(kind, 10, 2, depth, inside))(value)
    except ConversionError as error:
        assert error.code == "DataFormatConversion.MalformedData"  # noqa: PT017 - both may be


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bigint", GlueType(Kind.BIGINT)),
        ("integer", GlueType(Kind.INT)),
        ("DECIMAL(10, 2)", GlueType(Kind.DECIMAL, 10, 2)),
        ("decimal", GlueType(Kind.DECIMAL, 10, 0)),
        ("array<decimal(5,1)>", GlueType(Kind.DECIMAL, 5, 1, depth=1)),
        ("array<array<string>>", GlueType(Kind.STRING, depth=2)),
        (
            "map<string,array<int>>",
            GlueType(
                Kind.MAP,
                members=(("key", GlueType(Kind.STRING)), ("value", GlueType(Kind.INT, depth=1))),
            ),
        ),
    ],
    ids=["plain", "synonym", "decimal", "bare decimal", "array", "array of arrays", "map"],
)
def test_column_types_are_read(text: str, expected: GlueType) -> None:
    assert parse_type(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "struct<a:set<int>>",
        "struct<a>",
        "struct<>",
        "map<string>",
        "map<int>",
        "binary",
        "set<int>",
        "",
    ],
)
def test_other_column_types_are_refused(text: str) -> None:
    with pytest.raises(SchemaError, match="is not converted to here"):
        parse_type(text)


@pytest.mark.parametrize(
    ("json_text", "expected"),
    [
        ('{"sku": "a", "qty": "2"}', {"sku": "a", "qty": 2}),
        ('{"SKU": "a", "more": 1, "qty": null}', {"sku": "a"}),
        ("{}", {}),
        ('["a", 2, "too much"]', {"sku": "a", "qty": 2}),
        ('["a"]', {"sku": "a"}),
    ],
)
def test_an_object_is_a_struct_whatever_the_case_of_its_keys(
    json_text: str, expected: dict[str, object]
) -> None:
    assert coerced("struct<sku:string,qty:bigint>", json_text) == expected
    assert coerced("array<struct<sku:string,qty:bigint>>", f"[null,{json_text}]") == [
        None,
        expected,
    ]


def test_keys_are_taken_to_the_letter_where_case_counts() -> None:
    exact = coercion(parse_type("struct<sku:string>"), is_case_insensitive=False)
    assert exact({"SKU": "a", "sku": "b"}) == {"sku": "b"}


def test_a_scalar_is_no_struct() -> None:
    with pytest.raises(ConversionError) as raised:
        coerced("struct<sku:string>", "42")
    assert str(raised.value) == (
        "Data does not match the schema. Data is not JSONObject  but java.lang.Long with value 42"
    )


def test_the_keys_of_a_map_are_lowered_unless_case_counts() -> None:
    sent = '{"Utm_Source": "1", "b": null, "utm_source": 2}'
    assert coerced("map<string,bigint>", sent) == [("utm_source", 2), ("b", None)]
    exact = coercion(parse_type("map<string,bigint>"), is_case_insensitive=False)
    assert exact({"Utm_Source": "1", "b": None, "utm_source": 2}) == [
        ("Utm_Source", 1),
        ("b", None),
        ("utm_source", 2),
    ]


@pytest.mark.parametrize("json_text", ["[]", "42", '"a"'])
def test_what_is_no_object_is_no_map(json_text: str) -> None:
    with pytest.raises(ConversionError, match="Data is not JSONObject"):
        coerced("map<string,bigint>", json_text)
