"""OPTIMIZE and VACUUM of an Iceberg table.

https://docs.aws.amazon.com/athena/latest/ug/optimize-statement.html,
https://docs.aws.amazon.com/athena/latest/ug/vacuum-statement.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self, cast

from sqlglot import exp

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.iceberg import properties
from athena_on_duckdb.iceberg.catalog import expire_snapshots, open_table
from athena_on_duckdb.iceberg.metadata_tables import manifest_files
from athena_on_duckdb.iceberg.pruning import row_filter
from athena_on_duckdb.iceberg.table_version import TableVersion
from athena_on_duckdb.iceberg.version import version_of
from athena_on_duckdb.results.outcome import Form, Lines, Written
from athena_on_duckdb.statements.catalog import require_iceberg, table_of
from athena_on_duckdb.statements.iceberg_files import delete_objects, stored_objects
from athena_on_duckdb.statements.iceberg_rows import Change, rewrite_files
from athena_on_duckdb.statements.model import StatementType, TableStatement
from athena_on_duckdb.translation.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.tokens import Reader

# How much one round does, as users tell: VACUUM of files (of later years 20,000), and OPTIMIZE of
# partitions.
# https://devopstar.com/2023/07/28/vacuuming-iceberg-with-aws-step-functions,
# https://github.com/dbt-labs/dbt-athena/issues/531
_MOST_FILES: Final = 1000
_MOST_PARTITIONS: Final = 100


@dataclass(frozen=True, slots=True)
class Optimize(TableStatement):
    """OPTIMIZE: writes small, large and partly deleted files anew, partition by partition.

    Attributes:
        change: A DELETE of the same condition; None for the whole table.
    """

    type = StatementType.DML
    subtype = "OPTIMIZE"
    form = Form.FILES
    change: str | None = None

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Reads the table and the condition."""
        table = reader.qualified_name()
        reader.expect("REWRITE", "DATA", "USING", "BIN_PACK")
        is_whole = not reader.accept("WHERE")
        return cls(table, None if is_whole else f"DELETE FROM t WHERE {reader.rest()}")  # noqa: S608 -- parsed

    def run(self, context: Context) -> Written:
        """Writes the files anew.

        Raises:
            QueryError: It cannot be done, or there are more partitions than one run does.
            CancelledError: It was stopped.
            botocore.exceptions.ClientError: Glue or S3 refused.
        """
        change = Change.of(context, self.table, "OPTIMIZE")
        partitions = _worth_rewriting(change, _condition(self.change, change))
        chosen = [each for some in partitions[:_MOST_PARTITIONS] for each in some]
        query = cast("exp.Query", parse("SELECT * FROM t"))
        table = exp.table_(change.table.name, change.table.database, quoted=True)
        query.set("from_", exp.From(this=table))
        with change.writing(most_partitions=None) as files:
            scanned_bytes = rewrite_files(change, query, chosen, files)
            change.commit([files], change.files(chosen))
        if len(partitions) > _MOST_PARTITIONS:
            detail = (
                f"Processed {_MOST_PARTITIONS} partitions in this round of optimization, but there"
                " are more partitions remaining. Please run another OPTIMIZE command to process the"
                " remaining partitions in the table."
            )
            raise QueryError(ErrorName.ICEBERG_OPTIMIZE_MORE_RUNS_NEEDED, detail)
        return Written((), files.row_count, scanned_bytes)


def _condition(deleted: str | None, change: Change) -> exp.Expr | None:
    if deleted is None:
        return None
    condition = parse(deleted).args["where"].this
    metadata = change.iceberg.metadata
    known = {metadata.schema().find_column_name(each.source_id) for each in metadata.spec().fields}
    others = {each.name.lower() for each in condition.find_all(exp.Column)} - known
    if others:
        detail = f"OPTIMIZE takes conditions on partition columns: {', '.join(sorted(others))}"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    return condition


def _worth_rewriting(change: Change, condition: exp.Expr | None) -> list[list[str]]:
    """Returns the locations of data files that would be better written anew, by partition."""
    table, version = change.iceberg, version_of(change.table)
    if version.snapshot_id is None:
        return []
    given = table.metadata.properties
    least, most, enough, deletes = (
        properties.number(given, name)
        for name in (
            properties.MIN_BYTES, properties.MAX_BYTES,
            properties.DATA_FILES, properties.DELETE_FILES,
        )
    )  # fmt: skip
    by_partition: dict[tuple[int, object], list[Any]] = {}
    for task in table.scan(row_filter=row_filter(condition, version.schema)).plan_files():
        key = (task.file.spec_id, task.file.partition)
        by_partition.setdefault(key, []).append(task)
    found: list[list[str]] = []
    for (spec_id, _), tasks in by_partition.items():
        sized = [each for each in tasks if not least <= each.file.file_size_in_bytes <= most]
        deleted = [each for each in tasks if len(each.delete_files) >= deletes]
        is_stale = spec_id != table.metadata.default_spec_id
        chosen = tasks if is_stale else [*(sized if len(sized) >= enough else []), *deleted]
        if chosen:
            found.append(list(dict.fromkeys(each.file.file_path for each in chosen)))
    return found


@dataclass(frozen=True, slots=True)
class Vacuum(TableStatement):
    """VACUUM: forgets old snapshots, and deletes what no snapshot names any more."""

    subtype = "VACUUM"

    def run(self, context: Context) -> Lines:
        """Deletes the files.

        Raises:
            QueryError: It cannot be done, or there is more to delete than one run does.
            botocore.exceptions.ClientError: Glue or S3 refused.
        """
        described = table_of(context, self.table)
        require_iceberg(described, "VACUUM")
        store = context.engine.metadata(context.clients)
        table = open_table(context.clients, described.database, described.name, store)
        before = set(_reachable(table))
        oldest_ms = context.now_ms() - 1000 * properties.number(
            table.metadata.properties, properties.SNAPSHOT_AGE_S
        )
        expire_snapshots(table, _expired(table, oldest_ms))
        table = open_table(context.clients, described.database, described.name, store)
        after = set(_reachable(table))
        # A file of a statement under way is named by no snapshot yet: only old ones go.
        orphans = {
            location
            for location, modified_ms in stored_objects(context, table.metadata.location)
            if modified_ms < oldest_ms
        }
        doomed = sorted((before | orphans) - after)
        delete_objects(context, doomed[:_MOST_FILES])
        if len(doomed) > _MOST_FILES:
            # What is left is as old as the snapshots were: the next run finds it so.
            detail = (
                f"Removed {_MOST_FILES} files in this round of vacuum, but there are more files"
                " remaining. Please run another VACUUM command to process the remaining files"
            )
            raise QueryError(ErrorName.ICEBERG_VACUUM_MORE_RUNS_NEEDED, detail)
        return Lines()


def _expired(table: Any, oldest_ms: int) -> list[int]:  # noqa: ANN401 -- pyiceberg's Table
    least = properties.number(table.metadata.properties, properties.SNAPSHOTS)
    newest_first = sorted(table.metadata.snapshots, key=lambda each: -each.sequence_number)
    kept = {each.snapshot_id for each in table.metadata.refs.values()}
    return [
        each.snapshot_id
        for each in newest_first[least:]
        if each.timestamp_ms < oldest_ms and each.snapshot_id not in kept
    ]


def _reachable(table: Any) -> Iterator[str]:  # noqa: ANN401 -- pyiceberg's Table
    """Yields the location of every object that a table names."""
    metadata = table.metadata
    yield table.metadata_location
    most = properties.number(metadata.properties, properties.METADATA_FILES)
    yield from (each.metadata_file for each in metadata.metadata_log[-most:])
    yield from (each.statistics_path for each in metadata.statistics)
    for snapshot in metadata.snapshots:
        yield snapshot.manifest_list
        yield from (each.manifest_path for each in snapshot.manifests(table.io))
        for file in manifest_files(TableVersion(table, snapshot.snapshot_id)):
            yield file.file_path
