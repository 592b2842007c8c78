"""The first rows of groups are computed by the way that is quick for their number of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from athena_on_duckdb.translation.parse import parse
from athena_on_duckdb.translation.row_numbers import keep_windows

if TYPE_CHECKING:
    from sqlglot import exp

    from tests.unit.athena_on_duckdb.tables.conftest import Asked

_FIRST = (
    "SELECT {} FROM (SELECT *, row_number() OVER (PARTITION BY k ORDER BY o DESC) AS n FROM t)"
    " WHERE n = 1 ORDER BY 1"
)


@pytest.mark.parametrize(
    ("columns", "is_wrapped"),
    [
        pytest.param({"k", "o"}, False, id="keys alone"),
        pytest.param({"k", "o", "a"}, False, id="one more"),
        pytest.param({"k", "o", "a", "b"}, True, id="two more"),
    ],
)
def test_a_row_number_that_picks_several_columns_is_wrapped(
    columns: set[str], is_wrapped: bool
) -> None:
    query = cast("exp.Query", parse(_FIRST.format("*")))
    keep_windows(query, [{"k"}, columns])
    assert ("ABS(ROW_NUMBER() OVER (" in query.sql("trino").upper()) is is_wrapped


def test_other_windows_stay_as_they_are() -> None:
    sql = "SELECT RANK() OVER (PARTITION BY k ORDER BY o), ABS(k) FROM t"
    query = cast("exp.Query", parse(sql))
    keep_windows(query, [{"k", "o", "a", "b"}])
    assert query == parse(sql)


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        ("k, a", [(1, "second"), (2, "only"), (3, None)]),
        ("k, a, b, n", [(1, "second", 2.5, 1), (2, "only", None, 1), (3, None, 0.5, 1)]),
    ],
)
def test_either_way_gives_the_first_row_of_each_group(
    asked: Asked, columns: str, rows: list[tuple[object, ...]]
) -> None:
    asked.lake.add_table("t", {"k": "bigint", "o": "bigint", "a": "string", "b": "double"})
    asked.lake.put_parquet(
        "t/1",
        [
            {"k": 1, "o": 1, "a": "first", "b": 1.5},
            {"k": 1, "o": 2, "a": "second", "b": 2.5},
            {"k": 2, "o": 1, "a": "only", "b": None},
            {"k": 3, "o": 7, "a": None, "b": 0.5},
        ],
    )
    assert asked.rows(_FIRST.format(columns)) == rows
