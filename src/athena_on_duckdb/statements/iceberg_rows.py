"""What every change of an Iceberg table is made with, and INSERT INTO one.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-updating-iceberg-table-data.html
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from athena_on_duckdb.errors import QueryError
from athena_on_duckdb.iceberg.catalog import change_rows, open_table
from athena_on_duckdb.iceberg.data_files import DataFiles
from athena_on_duckdb.iceberg.metadata_tables import manifest_files
from athena_on_duckdb.iceberg.version import current, only_files, version_of
from athena_on_duckdb.results.outcome import Written
from athena_on_duckdb.statements.catalog import require_iceberg, table_of
from athena_on_duckdb.statements.inserting import in_order, require_insertable
from athena_on_duckdb.types import parse_type

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

    from sqlglot import exp

    from athena_on_duckdb.query_result import RowStream
    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.model import TableName
    from athena_on_duckdb.tables.glue import GlueTable
    from athena_on_duckdb.types import AthenaType

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
        described = table_of(context, table)
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
        context = self.context
        with context.engine.stream(
            query,
            database=context.asked.database,
            source=context.engine.source(context.clients, table or self.table),
            bytes_scanned_cutoff=context.asked.cutoff_bytes,
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
        change: The change.
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
    scanned_bytes = 0
    for part in change.parts(paths):
        scanned_bytes += add_rows(change, query, None, files, part)
        files.finished()
    return scanned_bytes


def add_rows(
    change: Change,
    query: exp.Query,
    names: Sequence[str] | None,
    files: DataFiles,
    part: GlueTable | None = None,
) -> int:
    """Writes the rows of a query.

    Args:
        change: The change.
        query: The query.
        names: The table's columns that those of the query are; None for all.
        files: Where to.
        part: The table as the query sees it, where that is not as it was.

    Returns:
        The bytes that were read.

    Raises:
        QueryError: It cannot be done.
        CancelledError: It was stopped, or would read more than it may.
        botocore.exceptions.ClientError: S3 refused.
    """
    types = change.types()
    given = tuple(names or types)
    with change.stream(query, part) as rows:
        require_insertable(rows.columns, given, types)
        for batch in rows.batches:
            files.add(in_order(batch, rows.columns, given, types))
    return rows.scanned_bytes


def insert_rows(
    context: Context, described: GlueTable, query: exp.Query, names: Sequence[str] | None
) -> Written:
    """Inserts the rows of a query into an Iceberg table.

    Args:
        context: What the statement is run with.
        described: The table.
        query: The query.
        names: The table's columns that those of the query are; None for all.

    Raises:
        QueryError: It cannot be done.
        CancelledError: It was stopped, or would read more than it may.
        botocore.exceptions.ClientError: Glue or S3 refused.
    """
    change = Change.begin(context, described)
    with change.writing(most_partitions=MOST_PARTITIONS) as files:
        scanned_bytes = add_rows(change, query, names, files)
        uris = change.commit([files])
    return Written(uris, files.row_count, scanned_bytes)
