"""Result CSV: what is written, and that it is read back from wherever a row begins."""

from __future__ import annotations

from typing import Any, cast

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from athena_on_duckdb.query_result import QueryResult, ResultColumn
from athena_on_duckdb.results.csv_rows import csv_line, csv_pieces, read_rows

CELLS = (
    st.none() | st.text(st.characters(blacklist_categories=("Cs",)), max_size=5) | st.just('",\n"')
)


def result(rows: list[list[str | None]], columns: int) -> QueryResult:
    """A result of texts."""
    arrow = cast("Any", pa)
    texts = [arrow.array([row[index] for row in rows], arrow.string()) for index in range(columns)]
    names = [f"c{index}" for index in range(columns)]
    return QueryResult(
        tuple(ResultColumn(name, "varchar") for name in names),
        arrow.Table.from_arrays(texts, names=names),
        0,
    )


def test_every_value_is_quoted_and_null_is_nothing() -> None:
    content = b"".join(csv_pieces(result([['a "b"', None, ""], [None, "x", "y,\nz"]], 3)))
    assert content.decode() == '"c0","c1","c2"\n"a ""b""",,""\n,"x","y,\nz"\n'


def test_a_result_without_rows_is_a_header() -> None:
    assert b"".join(csv_pieces(result([], 2))) == b'"c0","c1"\n'


def test_a_line_is_quoted_throughout() -> None:
    assert csv_line(["a", 'b"c']) == '"a","b""c"\n'


@given(
    st.integers(1, 3).flatmap(
        lambda columns: st.lists(st.lists(CELLS, min_size=columns, max_size=columns), max_size=6)
    ),
    st.integers(1, 4),
    st.integers(1, 40),
)
def test_what_was_written_is_read_back_from_any_row_on(
    rows: list[list[str | None]], most: int, piece: int
) -> None:
    columns = len(rows[0]) if rows else 1
    content = b"".join(csv_pieces(result(rows, columns)))
    found: list[list[str | None]] = []
    start = 0
    while start < len(content):
        length = piece
        while not (taken := read_rows(content[start : start + length], most))[0]:
            length *= 2
        found += taken[0]
        start += taken[1]
    assert found == [[f"c{index}" for index in range(columns)], *rows]
