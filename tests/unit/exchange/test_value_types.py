"""The type of a field is the narrowest that takes all the values that were seen."""

from __future__ import annotations

import pytest
from msgspec import Raw

from firelake.exchange.value_types import ValueTypes


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["true", "false", "null"], "boolean"),
        (["1", "-9223372036854775808"], "bigint"),
        (["9223372036854775808"], "decimal(19,0)"),
        (["1" * 39], "json"),
        (["1", "1.5"], "double"),
        (["9007199254740993", "1.5"], "json"),
        (["1e400"], "json"),
        (["1.0"], "double"),
        (['"a"', '"2026-11-29"'], "string"),
        (['"2026-11-29"'], "date"),
        (['"2026-02-30"'], "string"),
        (['"2026-11-29T10:00:00Z"', '"2026-11-29T10:00:00.123+02:00"'], "timestamp"),
        (['"2026-11-29T10:00:00.123456Z"'], "string"),
        (['"2026-11-29T10:00:00"'], "string"),
        (['"2026-11-29T25:00:00Z"'], "string"),
        (['"2026-11-29T10:00:00Z"', '"2026-11-29"'], "string"),
        (['"1"', "1"], "json"),
        (["[1, null]", "[2]"], "array<bigint>"),
        (['["a"]', "[]"], "array<string>"),
        (["[]"], "json"),
        (['["a", 1]'], "json"),
        (["[[1]]"], "json"),
        (['[{"a":1},null,{"a":2,"b":"x"}]'], "array<struct<a:bigint,b:string>>"),
        (['{"a":{"b":[1,2.5]}}', '{"a":null}'], "struct<a:struct<b:array<double>>>"),
        (['{"a":1}', '{"a":"x"}'], "json"),
        (['{"a":null}'], "json"),
        (['{"a":null,"b":1}'], "struct<b:bigint>"),
        (["{}"], "json"),
        (['{"order":1}'], "json"),
        (['{"a b":1}'], "json"),
        ([f'{{"user{number}":1}}' for number in range(20)], "json"),
        (["[18446744073709551616]"], "array<decimal(20,0)>"),
        (['{"a":1}'], "struct<a:bigint>"),
        (['{"a":1}', '"a"'], "json"),
        (["null"], None),
    ],
)
def test_the_narrowest_type_is_taken(values: list[str], expected: str | None) -> None:
    types = ValueTypes()
    for value in values:
        types.add(Raw(value.encode()))
    assert types.field_type() == expected


def test_what_was_not_decided_is_told() -> None:
    empty, mixed, clear = ValueTypes(), ValueTypes(), ValueTypes()
    empty.add(Raw(b"[]"))
    for value in (b"1", b'"1"'):
        mixed.add(Raw(value))
    clear.add(Raw(b"1"))
    assert empty.doubt() == "only empty arrays were seen: array<...> of what?"
    assert mixed.doubt() == "values of several kinds: bigint, string"
    assert clear.doubt() is None
