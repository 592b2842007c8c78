"""Types of fields: spelling, limits, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.contract.errors import FieldTypeError
from firelake.contract.types import FieldType, Kind, Member, extends, parse_type
from tests.strategies.contracts import struct_types

UNKNOWN = (
    " is no type: use string, bigint, double, boolean, decimal(precision,scale), timestamp, date"
    " or json, struct<name:type,...>, or array<...> or map<string,...> of one of them but json; no"
    " spaces"
)
NO_DIGITS = "decimal needs its digits: write decimal(precision,scale), such as decimal(10,2)"
NO_JSON_INSIDE = " is no type: a json field holds any JSON, arrays and maps too; use json"
NESTED = " is an array of arrays, which no field may hold: use json"

SINGLE_KINDS = st.sampled_from([*({*Kind} - {Kind.DECIMAL, Kind.STRUCT})])
DECIMALS = st.integers(1, 38).flatmap(
    lambda precision: st.builds(
        FieldType,
        st.just(Kind.DECIMAL),
        st.just(precision),
        st.integers(0, precision),
        st.booleans(),
    )
)
ARRAY = st.just(value=True)
OTHERS = st.one_of(
    st.builds(FieldType, SINGLE_KINDS),
    st.builds(FieldType, SINGLE_KINDS.filter(lambda kind: kind is not Kind.JSON), is_array=ARRAY),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("string", FieldType(Kind.STRING), id="string"),
        pytest.param("bigint", FieldType(Kind.BIGINT), id="bigint"),
        pytest.param("double", FieldType(Kind.DOUBLE), id="double"),
        pytest.param("boolean", FieldType(Kind.BOOLEAN), id="boolean"),
        pytest.param("timestamp", FieldType(Kind.TIMESTAMP), id="timestamp"),
        pytest.param("date", FieldType(Kind.DATE), id="date"),
        pytest.param("json", FieldType(Kind.JSON), id="json"),
        pytest.param("decimal(10,2)", FieldType(Kind.DECIMAL, 10, 2), id="decimal"),
        pytest.param("decimal(38,38)", FieldType(Kind.DECIMAL, 38, 38), id="decimal-widest"),
        pytest.param("decimal(1,0)", FieldType(Kind.DECIMAL, 1, 0), id="decimal-narrowest"),
        pytest.param("array<string>", FieldType(Kind.STRING, is_array=True), id="array"),
        pytest.param(
            "array<decimal(10,2)>",
            FieldType(Kind.DECIMAL, 10, 2, is_array=True),
            id="array-of-decimal",
        ),
        pytest.param(
            "struct<sku:string,unitPrice:decimal(9,2)>",
            FieldType(
                Kind.STRUCT,
                members=(
                    Member("sku", FieldType(Kind.STRING)),
                    Member("unitPrice", FieldType(Kind.DECIMAL, 9, 2)),
                ),
            ),
            id="struct",
        ),
        pytest.param(
            "array<struct<size:struct<w:double>,tags:array<string>>>",
            FieldType(
                Kind.STRUCT,
                is_array=True,
                members=(
                    Member(
                        "size",
                        FieldType(Kind.STRUCT, members=(Member("w", FieldType(Kind.DOUBLE)),)),
                    ),
                    Member("tags", FieldType(Kind.STRING, is_array=True)),
                ),
            ),
            id="array-of-structs",
        ),
    ],
)
def test_a_canonical_spelling_is_read(text: str, expected: FieldType) -> None:
    assert parse_type(text) == expected


@given(st.one_of(DECIMALS, OTHERS, struct_types))
def test_every_type_reads_back_from_its_own_spelling(field_type: FieldType) -> None:
    assert parse_type(str(field_type)) == field_type


@given(st.text(alphabet="array<>deciml(0123456789,) sting:u", max_size=24))
def test_a_text_is_refused_or_is_the_canonical_spelling_of_its_type(text: str) -> None:
    try:
        parsed = parse_type(text)
    except FieldTypeError:
        return
    assert str(parsed) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("int", "'int'" + UNKNOWN, id="unknown"),
        pytest.param("", "''" + UNKNOWN, id="empty"),
        pytest.param("String", "'String'" + UNKNOWN, id="upper-case"),
        pytest.param(" string", "' string'" + UNKNOWN, id="space-before"),
        pytest.param("decimal(10, 2)", "'decimal(10, 2)'" + UNKNOWN, id="space-within"),
        pytest.param("decimal(010,2)", "'decimal(010,2)'" + UNKNOWN, id="leading-zero"),
        pytest.param("decimal(10,-2)", "'decimal(10,-2)'" + UNKNOWN, id="negative-scale"),
        pytest.param("decimal(\u0661,2)", "'decimal(\u0661,2)'" + UNKNOWN, id="foreign-digits"),
        pytest.param("decimal", NO_DIGITS, id="decimal-without-digits"),
        pytest.param("array<decimal>", NO_DIGITS, id="array-of-decimal-without-digits"),
        pytest.param(
            "decimal(39,2)",
            "decimal(39,2) has a precision of 39: it must be 1 to 38",
            id="precision-too-high",
        ),
        pytest.param(
            "decimal(0,0)",
            "decimal(0,0) has a precision of 0: it must be 1 to 38",
            id="precision-zero",
        ),
        pytest.param(
            "decimal(4,5)",
            "decimal(4,5) has a scale of 5: it must be 0 to its precision, 4",
            id="scale-over-precision",
        ),
        pytest.param(
            "array<json>",
            f"array<json>{NO_JSON_INSIDE}",
            id="array-of-json",
        ),
        pytest.param(
            "array<array<string>>", "'array<array<string>>'" + NESTED, id="array-of-array"
        ),
        pytest.param("array<array>", "'array<array>'" + NESTED, id="array-of-bare-array"),
        pytest.param("array<>", "'array<>'" + UNKNOWN, id="array-of-nothing"),
        pytest.param("array<string", "'array<string'" + UNKNOWN, id="array-not-closed"),
        pytest.param("array<int>", "'array<int>'" + UNKNOWN, id="array-of-unknown"),
        pytest.param(
            "struct<>",
            "'struct<>' has '' in a struct, where name:type must stand",
            id="struct-of-nothing",
        ),
        pytest.param(
            "struct", "struct takes members, at least one, and no other type does", id="bare"
        ),
        pytest.param(
            "struct<a>", "'struct<a>' has 'a' in a struct, where name:type must stand", id="no-type"
        ),
        pytest.param("struct<a:int>", "'struct<a:int>'" + UNKNOWN, id="struct-of-unknown"),
        pytest.param("struct<a:string", "'struct<a:string'" + UNKNOWN, id="struct-not-closed"),
        pytest.param(
            "struct<a:string>,b:string>",
            "'struct<a:string>,b:string>'" + UNKNOWN,
            id="closed-early",
        ),
        pytest.param(
            "struct<a:string, b:string>",
            "' b' is no name of a member: it must match [A-Za-z][A-Za-z0-9_]*",
            id="space-in-struct",
        ),
        pytest.param(
            "struct<order:string>",
            (
                "'order' is a reserved word of Athena, which wants it quoted: leave it out, and it"
                " stays in extras"
            ),
            id="reserved-member",
        ),
        pytest.param(
            "struct<id:string,ID:string>",
            "'ID' differs from 'id' only in case: Glue has no case in names",
            id="members-in-case",
        ),
        pytest.param("struct<a:string,a:date>", "'a' is a member twice", id="member-twice"),
        pytest.param(
            "struct<a:json>",
            "'a' is json, which no struct holds: leave it out, or use json for all",
            id="json-member",
        ),
        pytest.param(
            "struct<a:" * 6 + "string" + ">" * 6,
            "more than 5 structs are inside one another: use json for the inner",
            id="deep",
        ),
        pytest.param(
            "struct<a:" * 5000, "a type with more than 100 structs: use json", id="very-deep"
        ),
        pytest.param(
            "map<bigint,double>",
            (
                "'map<bigint,double>' is a map of other keys than texts: JSON has none; use"
                " map<string,...>"
            ),
            id="map-of-numbers",
        ),
        pytest.param(
            "map<string,json>",
            f"map<string,json>{NO_JSON_INSIDE}",
            id="map-of-json",
        ),
        pytest.param(
            "map<string,array<double>>",
            "'map<string,array<double>>' is a map of arrays, which no field may hold: use json",
            id="map-of-arrays",
        ),
        pytest.param(
            "array<map<string,double>>",
            "'array<map<string,double>>' is an array of maps, which no field may hold: use json",
            id="array-of-maps",
        ),
    ],
)
def test_a_text_that_is_no_type_is_refused_with_the_reason(text: str, message: str) -> None:
    with pytest.raises(FieldTypeError) as raised:
        parse_type(text)
    assert str(raised.value) == message


def test_a_scale_below_zero_is_refused() -> None:
    with pytest.raises(FieldTypeError) as raised:
        FieldType(Kind.DECIMAL, 4, -1)
    assert str(raised.value) == "decimal(4,-1) has a scale of -1: it must be 0 to its precision, 4"


@pytest.mark.parametrize(
    ("precision", "scale"),
    [pytest.param(10, None, id="precision"), pytest.param(None, 2, id="scale")],
)
def test_digits_are_refused_for_a_kind_that_has_none(
    precision: int | None, scale: int | None
) -> None:
    with pytest.raises(FieldTypeError) as raised:
        FieldType(Kind.STRING, precision, scale)
    assert str(raised.value) == "string takes no precision and no scale: only decimal does"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("struct<a:string>", "struct<a:string,b:date>", True),
        ("array<struct<a:string>>", "array<struct<a:string,b:date>>", True),
        ("struct<a:struct<b:date>,c:date>", "struct<a:struct<b:date,d:date>,c:date>", True),
        ("struct<a:string>", "struct<a:string>", False),
        ("struct<a:string>", "struct<b:date,a:string>", False),
        ("struct<a:string,b:date>", "struct<a:string>", False),
        ("struct<a:string>", "struct<a:date,b:date>", False),
        ("struct<a:string>", "struct<A:string,b:date>", False),
        ("struct<a:string>", "array<struct<a:string,b:date>>", False),
        ("string", "struct<a:string>", False),
    ],
)
def test_a_struct_grows_at_its_end_alone(old: str, new: str, expected: bool) -> None:
    assert extends(parse_type(new), parse_type(old)) is expected


def test_equal_types_are_one_key() -> None:
    assert {parse_type("decimal(10,2)"): 1}[FieldType(Kind.DECIMAL, 10, 2)] == 1
