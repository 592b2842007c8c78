"""What a statement gave, and the files that Athena writes for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from athena_on_duckdb.query_result import QueryResult
from athena_on_duckdb.results.columns import ColumnInfo, column_info
from athena_on_duckdb.results.csv_rows import csv_pieces
from athena_on_duckdb.results.metadata import metadata

if TYPE_CHECKING:
    from athena_on_duckdb.results.places import ResultPlace


class Form(StrEnum):
    """What is written of a result.

    https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
    """

    ROWS = "a CSV file"
    LINES = "a text file"
    FILES = "data files, and a manifest of them"
    TABLE = "data files of a new table, and a manifest of them"


_NAMES: Final = {
    Form.ROWS: "{}.csv",
    Form.LINES: "{}.txt",
    Form.FILES: "{}",
    Form.TABLE: "tables/{}",
}
_ROWS_WRITTEN: Final = ColumnInfo("rows", "bigint", 19)


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines that a statement answers with; a line has the values of all columns."""

    columns: tuple[ColumnInfo, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """Files that a statement wrote, and how many rows they hold."""

    uris: tuple[str, ...]
    rows: int
    scanned_bytes: int


Given: TypeAlias = QueryResult | Lines | Written


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is kept of a statement that succeeded.

    Attributes:
        columns: The columns of its result.
        scanned_bytes: The bytes that were read for it.
        rows: How many rows it gave or wrote.
        update_count: How many rows it wrote.
        manifest: Where the list of the files that it wrote is.
    """

    columns: tuple[ColumnInfo, ...]
    scanned_bytes: int
    rows: int
    update_count: int = 0
    manifest: str | None = None


def file_name(execution_id: str, form: Form) -> str:
    """Give the name of the file of a result, below the place of results.

    https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
    """
    return _NAMES[form].format(execution_id)


def write_outcome(given: Given, place: ResultPlace, name: str) -> Outcome:
    """Write the files of a result.

    Raises:
        QueryError: The place is none, or a value cannot be written.
        botocore.exceptions.ClientError: S3 refused.
    """
    if isinstance(given, QueryResult):
        columns = tuple(map(column_info, given.columns))
        place.write(name, csv_pieces(given))
        place.write(f"{name}.metadata", [metadata(columns)])
        return Outcome(columns, given.scanned_bytes, given.table.num_rows)
    if isinstance(given, Lines):
        place.write(name, ["".join(f"{line}\n" for line in given.lines).encode()])
        place.write(f"{name}.metadata", [metadata(given.columns)])
        return Outcome(given.columns, 0, len(given.lines))
    columns = (_ROWS_WRITTEN,)
    manifest = f"{name}-manifest.csv"
    place.write(manifest, ["".join(f"{uri}\n" for uri in given.uris).encode()])
    place.write(f"{name}.metadata", [metadata(columns)])
    return Outcome(columns, given.scanned_bytes, given.rows, given.rows, place.uri(manifest))
