"""Runs INSERT INTO an Iceberg table, and has what every change of one is made with.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-updating-iceberg-table-data.html
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow as pa

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.iceberg.catalog import change_rows, open_table
from athena_on_duckdb.iceberg.data_files import DataFiles
from athena_on_duckdb.iceberg.metadata_tables import manifest_files
from athena_on_duckdb.iceberg.version import current, only_files, version_of
from athena_on_duckdb.results.outcome import Written
from athena_on_duckdb.statements.catalog import table_of
from athena_on_duckdb.statements.queries import parse_query
from athena_on_duckdb.tables.objects import S3Objects
from athena_on_duckdb.translation.coercion import cost
from athena_on_duckdb.types import parse_type

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

    from sqlglot import exp

    from athena_on_duckdb.query_result import ResultColumn, RowStream
    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.model import Insert, TableName
    from athena_on_duckdb.tables.glue import GlueTable
    from athena_on_duckdb.types import AthenaType

_arrow: Final = cast("Any", pa)
# https://docs.aws.amazon.com/athena/latest/ug/create-table-as-considerations-limitations.html
MOST_PARTITIONS: Final = 100
# Each has a file open while it is written.
_PARTITIONS_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Change:
    """A change of an Iceberg table that is under way.

    Attributes:
        context: What the statement is run with.
        table: The table as it was when the statement began; all of it reads that.
    """

    context: Context
    table: GlueTable

    @classmethod
    def of(cls, context: Context, table: TableName, what: str) -> Change:
        """Opens the table of a statement that changes no other tables than Iceberg's.

        Args:
            what: The statement, for the error.

        Raises:
            QueryError: There is no such table, it is no Iceberg table, or it cannot be read.
            botocore.exceptions.ClientError: Glue or S3 refused.
        """
        described, _ = table_of(context, table)
        require_iceberg(described, what)
        return cls.begin(context, described)

    @classmethod
    def begin(cls, context: Context, described: GlueTable) -> Change:
        """Opens the table.

        Raises:
            QueryError: It cannot be read.
            botocore.exceptions.ClientError: Glue or S3 refused.
        """
        store = context.engine.metadata(context.clients)
        opened = open_table(context.clients, described.database, described.name, store)
        return cls(context, current(described, opened))

    @property
    def iceberg(self) -> Any:  # noqa: ANN401 -- pyiceberg's Table
        """Pyiceberg's table."""
        return version_of(self.table).table

    def types(self) -> dict[str, AthenaType]:
        """Returns the columns with their types."""
        return {column.name: parse_type(column.type) for column in self.table.columns}

    @contextmanager
    def stream(self, query: exp.Query, table: GlueTable | None = None) -> Generator[RowStream]:
        """Runs a query that sees the table as it was, or as another one, and yields its rows.

        Raises:
            QueryError: The query is wrong or not supported, or failed on the data.
            CancelledError: It was stopped, or would read more than it may.
        """
        catalog = self.context.engine.catalog(self.context.clients)
        catalog.pin(table or self.table)
        with self.context.engine.stream(
            query,
            database=self.context.database,
            catalog=catalog,
            objects=S3Objects(self.context.clients),
            bytes_scanned_cutoff=self.context.cutoff_bytes,
        ) as rows:
            yield rows

    @contextmanager
    def writing(self, *, most_partitions: int | None) -> Generator[DataFiles]:
        """Yields what takes new rows; where something fails, what was written is deleted.

        Args:
            most_partitions: How many partitions may be written to; None for any number.
        """
        context = self.context
        files = DataFiles(
            self.iceberg, context.clients, context.folder, most_partitions=most_partitions
        )
        try:
            yield files
        except BaseException:
            files.discard()
            raise

    def files(self, locations: Iterable[str]) -> list[Any]:
        """Returns pyiceberg's description of data files of the table by their locations."""
        wanted = set(locations)
        if not wanted:
            return []
        return [each for each in manifest_files(version_of(self.table)) if each.file_path in wanted]

    def parts(self, locations: Iterable[str]) -> Iterator[GlueTable]:
        """Yields the table with some of its data files, those of few partitions at a time."""
        by_partition: dict[tuple[int, object], list[str]] = {}
        for each in self.files(locations):
            by_partition.setdefault((each.spec_id, each.partition), []).append(each.file_path)
        groups = list(by_partition.values())
        for start in range(0, len(groups), _PARTITIONS_AT_ONCE):
            found = groups[start : start + _PARTITIONS_AT_ONCE]
            yield only_files(self.table, frozenset(each for group in found for each in group))

    def commit(self, written: Sequence[DataFiles], removed: Sequence[Any] = ()) -> tuple[str, ...]:
        """Makes new data files part of the table in the place of others.

        Returns:
            The locations of the new files.

        Raises:
            QueryError: The table was changed since the statement began.
            botocore.exceptions.ClientError: Glue or S3 refused.
        """
        # Whatever breaks off from here may have been a commit, which names them.
        added = [each for files in written for each in files.handed_over()]
        try:
            change_rows(self.iceberg, added=added, removed=removed)
        except QueryError:
            for each in added:
                self.iceberg.io.delete(each.file_path)
            raise
        return tuple(each.file_path for each in added)


def rewrite_files(change: Change, query: exp.Query, paths: Iterable[str], files: DataFiles) -> int:
    """Writes the rows of a query anew, part by part of the data files that it reads.

    Args:
        query: Of the table's columns, in their order.
        paths: Of the data files.
        files: Where to.

    Returns:
        The bytes that were read.

    Raises:
        QueryError: It cannot be done.
        CancelledError: It was stopped, or would read more than it may.
        botocore.exceptions.ClientError: S3 refused.
    """
    types, scanned_bytes = change.types(), 0
    for part in change.parts(paths):
        with change.stream(query, part) as rows:
            for batch in rows.batches:
                files.add(in_order(batch, tuple(types), types))
        files.finished()
        scanned_bytes += rows.scanned_bytes
    return scanned_bytes


def insert_rows(context: Context, statement: Insert, described: GlueTable) -> Written:
    """Runs INSERT INTO an Iceberg table.

    Raises:
        QueryError: It cannot be done.
        CancelledError: It was stopped, or would read more than it may.
        botocore.exceptions.ClientError: Glue or S3 refused.
    """
    change = Change.begin(context, described)
    types = change.types()
    names = statement.columns or tuple(types)
    with change.writing(most_partitions=MOST_PARTITIONS) as files:
        with change.stream(parse_query(statement.query)) as rows:
            require_insertable(rows.columns, names, types)
            for batch in rows.batches:
                files.add(in_order(batch, names, types))
        uris = change.commit([files])
    return Written(uris, files.row_count, rows.scanned_bytes)


def in_order(batch: Any, names: Sequence[str], types: dict[str, AthenaType]) -> Any:  # noqa: ANN401 -- of pyarrow
    """Returns a batch with all columns of a table in its order, NULL where it has none."""
    given = dict(zip(names, batch.columns, strict=True))
    columns = [given[name] if name in given else _arrow.nulls(batch.num_rows) for name in types]
    return _arrow.RecordBatch.from_arrays(columns, names=list(types))


def require_insertable(
    columns: Sequence[ResultColumn], names: Sequence[str], types: dict[str, AthenaType]
) -> None:
    """Refuses columns of a query that are none of a table's.

    Raises:
        QueryError: A name is not the table's or comes twice, or a type does not fit.
    """
    unknown = [name for name in names if name not in types]
    if unknown or len(set(names)) < len(names):
        detail = f"Insert column name does not exist in target table, or twice: {list(names)}"
        raise QueryError(ErrorName.COLUMN_NOT_FOUND, detail)
    given = [parse_type(column.type) for column in columns]
    wanted = [types[name] for name in names]
    is_fitting = len(given) == len(wanted) and all(
        cost(source, target) is not None for source, target in zip(given, wanted, strict=True)
    )
    if not is_fitting:
        detail = (
            "Insert query has mismatched column types: "
            f"Table: [{', '.join(map(str, wanted))}], Query: [{', '.join(map(str, given))}]"
        )
        raise QueryError(ErrorName.TYPE_MISMATCH, detail)


def require_iceberg(described: GlueTable, what: str) -> None:
    """Refuses a table whose rows and columns no statement changes.

    Raises:
        QueryError: It is no Iceberg table.
    """
    if not described.is_iceberg:
        detail = f"{what} {described.full_name}: only Iceberg tables are changed so"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
