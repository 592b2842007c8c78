"""Rows as Athena's CSV: written in pieces, and read back from any row on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from athena_on_duckdb.arrow import compute
from athena_on_duckdb.results.text import ArrowColumn, as_texts
from athena_on_duckdb.types import parse_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from athena_on_duckdb.query_result import QueryResult

_ROWS_AT_ONCE: Final = 10_000
# A value in quotes, which holds anything, or nothing at all for NULL; then what ends it.
_VALUE: Final = re.compile(rb'(?:"((?:[^"]|"")*)")?([,\n])')


def csv_pieces(result: QueryResult) -> Iterator[bytes]:
    """Give a result as CSV, piece by piece, with a header.

    Every value stands in quotes, with quotes in it doubled; NULL is nothing at all.
    https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
    """
    yield csv_line([column.name for column in result.columns]).encode()
    types = [parse_type(column.type) for column in result.columns]
    for start in range(0, result.table.num_rows, _ROWS_AT_ONCE):
        piece = result.table.slice(start, _ROWS_AT_ONCE)
        columns = [
            _quoted_column(as_texts(piece.column(index), type_))
            for index, type_ in enumerate(types)
        ]
        lines = cast(
            "list[str]",
            compute.binary_join_element_wise(*columns, ",").to_pylist()
            if len(columns) > 1
            else columns[0].to_pylist(),
        )
        yield ("\n".join(lines) + "\n").encode()


def read_rows(piece: bytes, most: int) -> tuple[list[list[str | None]], int]:
    """Read rows from where one begins.

    Args:
        piece: A part of a file, which may end within a row.
        most: How many rows are wanted.

    Returns:
        The whole rows that are there, and how many bytes they take.
    """
    rows: list[list[str | None]] = []
    row: list[str | None] = []
    end = start = 0
    while len(rows) < most and (match := _VALUE.match(piece, start)) is not None:
        value = cast("bytes | None", match[1])
        row.append(None if value is None else value.replace(b'""', b'"').decode())
        start = match.end()
        if match[2] == b"\n":
            rows.append(row)
            row, end = [], start
    return rows, end


def csv_line(values: Sequence[str]) -> str:
    """Give one line of CSV."""
    return ",".join(map(_quoted, values)) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace('"', '""')
    return f'"{escaped}"'


def _quoted_column(texts: ArrowColumn) -> ArrowColumn:
    escaped = compute.replace_substring(texts, pattern='"', replacement='""')
    return compute.fill_null(compute.binary_join_element_wise('"', escaped, '"', ""), "")
