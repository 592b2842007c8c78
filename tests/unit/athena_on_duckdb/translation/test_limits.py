"""Limits of functions, in Trino's words, checked before any work; large values in linear time."""

# ruff: noqa: S608 -- the SQL is the tests' own

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from athena_on_duckdb.errors import QueryError
from tests.helpers.athena_cases import ask

if TYPE_CHECKING:
    from athena_on_duckdb.session import Session

_ARGUMENT = "INVALID_FUNCTION_ARGUMENT: "
_PAD = _ARGUMENT + "Target length must be in the range [0..2147483647]"
_WIDE = "NOT_SUPPORTED: The local Athena pads to at most 33554432 characters or bytes"
_SEQUENCE = _ARGUMENT + "result of sequence function must not have more than 10000 entries"
_REPEAT = _ARGUMENT + "count argument of repeat function must be "
_EDITS = _ARGUMENT + "The combined inputs for Levenshtein distance are too large"


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("sequence(1, 10001)", _SEQUENCE),
        ("sequence(1, 1000000000000)", _SEQUENCE),
        ("sequence(DATE '2000-01-01', DATE '2100-01-01')", _SEQUENCE),
        ("repeat('a', 10001)", _REPEAT + "less than or equal to 10000"),
        ("repeat('a', -1)", _REPEAT + "greater than or equal to 0"),
        ("lpad('a', 2147483648, 'x')", _PAD),
        ("rpad('a', -1, 'x')", _PAD),
        ("length(lpad('a', 33554433, 'x'))", _WIDE),
        ("length(rpad(x'01', 33554433, x'02'))", _WIDE),
        ("chr(1114112)", _ARGUMENT + "Not a valid Unicode code point"),
        ("chr(-1)", _ARGUMENT + "Not a valid Unicode code point"),
        ("lpad('a', 3, '')", _ARGUMENT + "Padding string must not be empty"),
        ("lpad(x'01', 2147483648, x'02')", _PAD),
        ("rpad(x'01', -1, x'02')", _PAD),
        ("rpad(x'01', 1, x'')", _ARGUMENT + "Padding bytes must not be empty"),
        (
            "combinations(sequence(1, 40), -1)",
            _ARGUMENT + "combination size must not be negative: -1",
        ),
        (
            "combinations(sequence(1, 40), 10)",
            _ARGUMENT + "combination size must not exceed 5: 10",
        ),
        ("combinations(sequence(1, 100), 5)", _ARGUMENT + "combinations exceed max size"),
        ("combinations(sequence(1, 10000), 5)", _ARGUMENT + "combinations exceed max size"),
        ("ngrams(sequence(1, 3), 0)", _ARGUMENT + "N must be positive"),
        ("levenshtein_distance(rpad('', 1001, 'x'), rpad('', 1001, 'x'))", _EDITS),
        ("levenshtein_distance('hello', rpad('', 500000, 'x'))", _EDITS),
        ("levenshtein_distance(rpad('', 500000, 'x'), 'hello')", _EDITS),
        (
            "format('%1000001d', 1)",
            "NOT_SUPPORTED: The local Athena formats with at most 1000000 characters' width",
        ),
        (
            "format('%.1000001f', 1e0)",
            "NOT_SUPPORTED: The local Athena formats with at most 1000000 characters' width",
        ),
    ],
)
def test_what_would_be_too_large_is_refused_in_the_words_of_trino(
    session: Session, expression: str, reason: str
) -> None:
    with pytest.raises(QueryError) as refused:
        _ = ask(session, f"SELECT {expression}")
    assert str(refused.value) == reason


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("cardinality(sequence(1, 10000))", 10_000),
        ("cardinality(repeat('a', 10000))", 10_000),
        # 20,000 combinations of five are 100,000 elements.
        ("cardinality(combinations(sequence(1, 20), 5))", 15_504),
        ("cardinality(combinations(sequence(1, 3), 0))", 1),
        ("cardinality(combinations(sequence(1, 3), 4))", 0),
        ("levenshtein_distance(rpad('', 100000, 'x'), 'hello')", 100_000),
        ("levenshtein_distance(rpad('', 100000, 'l'), 'hello')", 99_998),
        ("length(format('%1000000d', 1))", 1_000_000),
    ],
)
def test_what_is_just_within_a_limit_is_answered(
    session: Session, expression: str, value: int
) -> None:
    assert ask(session, f"SELECT {expression}")[0] == [[value]]


_FIFTY_THOUSAND = "UNNEST(sequence(0, 4)) AS a (x), UNNEST(sequence(0, 9999)) AS b (y)"


@pytest.mark.parametrize(
    "expression",
    [
        "cardinality(array_distinct(array_agg(x * 10000 + y)))",
        "cardinality(array_union(array_agg(x * 10000 + y), array_agg(y)))",
        "cardinality(array_intersect(array_agg(x * 10000 + y), array_agg(x * 10000 + y)))",
        "50000 + cardinality(array_except(array_agg(x * 10000 + y), array_agg(x * 10000 + y)))",
        "cardinality(map_agg(x * 10000 + y, y))",
        "cardinality(multimap_agg(x * 10000 + y, y))",
        "cardinality(histogram(x * 10000 + y))",
        "cardinality(map_zip_with(map_agg(x * 10000 + y, y), map_agg(y, x), (k, a, b) -> a + b))",
    ],
)
def test_fifty_thousand_keys_are_no_more_than_a_query(session: Session, expression: str) -> None:
    assert ask(session, f"SELECT {expression} FROM {_FIFTY_THOUSAND}")[0] == [[50_000]]


def test_the_first_of_equal_elements_and_keys_keeps_its_place(session: Session) -> None:
    expressions = {
        "array_distinct(ARRAY[3, 1, NULL, 3, NULL, 1, 2])": [3, 1, None, 2],
        "array_union(ARRAY[2, 1], ARRAY[1, NULL, 3])": [2, 1, None, 3],
        "array_except(ARRAY[1, 2, NULL, 2, 4], ARRAY[2])": [1, None, 4],
        "array_intersect(ARRAY[4, NULL, 1, 4], ARRAY[NULL, 4])": [4, None],
        "array_except(ARRAY[1], NULL)": None,
        "map_keys(multimap_from_entries(ARRAY[ROW(2, 'x'), ROW(1, 'y'), ROW(2, 'z')]))": [2, 1],
        "map_values(multimap_from_entries(ARRAY[ROW(2, 'x'), ROW(1, 'y'), ROW(2, 'z')]))": [
            ["x", "z"],
            ["y"],
        ],
        "map_keys(map_zip_with(MAP(ARRAY['b', 'a'], ARRAY[1, 2]), MAP(ARRAY['c', 'a'],"
        " ARRAY[3, 4]), (k, a, b) -> a))": ["b", "a", "c"],
        "map_values(map_zip_with(MAP(ARRAY['b', 'a'], ARRAY[1, 2]), MAP(ARRAY['c', 'a'],"
        " ARRAY[3, 4]), (k, a, b) -> coalesce(a, 0) * 10 + coalesce(b, 0)))": [10, 24, 3],
    }
    assert ask(session, f"SELECT {', '.join(expressions)}")[0] == [list(expressions.values())]
