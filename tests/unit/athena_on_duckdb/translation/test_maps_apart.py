"""Maps are told apart whatever the order of their entries, or not at all: DuckDB looks at it."""

# ruff: noqa: S608 -- the SQL is the tests' own

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from athena_on_duckdb.errors import QueryError
from tests.helpers.athena_cases import ask

if TYPE_CHECKING:
    from athena_on_duckdb.session import Session

_A = "MAP(ARRAY[1,2],ARRAY[2,3])"
_B = "MAP(ARRAY[2,1],ARRAY[3,2])"
_ROWS = f"(VALUES {_A}, {_B}) t(x)"


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        (f"SELECT count(DISTINCT x) FROM {_ROWS}", 1),
        (f"SELECT count(*) FROM {_ROWS} WHERE x = {_A}", 2),
        (f"SELECT count(*) FROM {_ROWS} WHERE x IS NOT DISTINCT FROM {_A}", 2),
        (f"SELECT count(*) FROM {_ROWS} WHERE x IN ({_B})", 2),
        (f"SELECT count(*) FROM {_ROWS} JOIN (VALUES {_B}) u(y) ON x = y", 2),
    ],
)
def test_maps_of_the_same_entries_are_the_same(session: Session, sql: str, value: int) -> None:
    assert ask(session, sql)[0] == [[value]]


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        (f"SELECT DISTINCT x FROM {_ROWS}", "SELECT DISTINCT"),
        (f"SELECT DISTINCT ARRAY[x] FROM {_ROWS}", "SELECT DISTINCT"),
        (f"SELECT count(*) FROM {_ROWS} GROUP BY ARRAY[x]", "GROUP BY"),
        (f"SELECT count(*) OVER (PARTITION BY x) FROM {_ROWS}", "PARTITION BY"),
        (f"SELECT {_A} UNION SELECT {_B}", "UNION"),
        (f"SELECT {_A} EXCEPT SELECT {_B}", "EXCEPT"),
        (f"SELECT {_A} INTERSECT SELECT {_B}", "INTERSECT"),
        (f"SELECT ARRAY[{_A}] IS DISTINCT FROM ARRAY[{_B}]", "IS DISTINCT FROM"),
        (f"SELECT array_agg(DISTINCT x) FROM {_ROWS}", "array_agg(DISTINCT)"),
        (f"SELECT approx_distinct(x) FROM {_ROWS}", "approx_distinct"),
        (f"SELECT histogram(x) FROM {_ROWS}", "histogram"),
        (f"SELECT map_agg(x, 1) FROM {_ROWS}", "map_agg"),
        (f"SELECT MAP(ARRAY[{_A}, {_B}], ARRAY[1, 2])", "map"),
        (f"SELECT contains(ARRAY[{_A}], {_B})", "contains"),
        (f"SELECT array_distinct(ARRAY[{_A}, {_B}])", "array_distinct"),
    ],
)
def test_what_would_tell_them_apart_by_order_is_refused(
    session: Session, sql: str, what: str
) -> None:
    with pytest.raises(QueryError) as refused:
        _ = ask(session, sql)

    assert str(refused.value) == f"NOT_SUPPORTED: The local Athena does not know {what} of maps."


def test_maps_are_gathered_as_values(session: Session) -> None:
    rows, _ = ask(session, f"SELECT cardinality(map_agg(1, x)) FROM {_ROWS}")
    both, _ = ask(session, f"SELECT {_A} UNION ALL SELECT {_B}")

    assert (rows, len(both)) == ([[1]], 2)
