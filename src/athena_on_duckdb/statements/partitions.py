"""Statements about registered partitions: ADD, DROP, SHOW and MSCK REPAIR."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote

from athena_on_duckdb.crawl import partition_folders, register_partitions
from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.results.columns import line_columns
from athena_on_duckdb.results.outcome import Lines
from athena_on_duckdb.statements.catalog import table_of
from athena_on_duckdb.statements.grammar import read_partition
from athena_on_duckdb.statements.model import Statement, StatementType, TableStatement
from athena_on_duckdb.tables.glue import GlueCatalog
from athena_on_duckdb.tables.partitions import hive_folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.model import TableName
    from athena_on_duckdb.statements.tokens import Reader
    from athena_on_duckdb.tables.glue import GlueTable


@dataclass(frozen=True, slots=True)
class ShowPartitions(TableStatement):
    """SHOW PARTITIONS: those that are registered; projected ones are not, as on AWS."""

    type = StatementType.UTILITY
    subtype = "SHOW_PARTITIONS"

    def run(self, context: Context) -> Lines:
        """Asks Glue."""
        table = _partitioned(context, self.table)
        lines = sorted(_folder(table, values) for values in _known(context, table))
        return Lines(line_columns("partition"), tuple(lines))


@dataclass(frozen=True, slots=True)
class AddPartitions(Statement):
    """ALTER TABLE ADD PARTITION: of each partition its values by key, and its location if given."""

    subtype = "ALTER_TABLE_ADD_PARTITION"
    table: TableName
    partitions: tuple[tuple[Mapping[str, str], str | None], ...]
    if_not_exists: bool = False

    @classmethod
    def read(cls, reader: Reader, table: TableName, *, if_not_exists: bool = False) -> Self:
        """Reads the partitions."""
        found = [(read_partition(reader), reader.optional("LOCATION"))]
        while reader.accept("PARTITION"):
            found.append((read_partition(reader), reader.optional("LOCATION")))
        return cls(table, tuple(found), if_not_exists)

    def run(self, context: Context) -> Lines:
        """Registers them; none that is there already."""
        table = _partitioned(context, self.table)
        known = _known(context, table)
        found: dict[tuple[str, ...], str] = {}
        for given, location in self.partitions:
            values = _values(table, given)
            if values in known and not self.if_not_exists:
                detail = f"Partition already exists: {list(values)}"
                raise QueryError(ErrorName.PARTITION_ALREADY_EXISTS, detail)
            if values not in known:
                folder = f"{table.location.rstrip('/')}/{_folder(table, values)}"
                found[values] = location or folder
        register_partitions(context.clients, table, found)
        return Lines()


@dataclass(frozen=True, slots=True)
class DropPartitions(Statement):
    """ALTER TABLE DROP PARTITION: of each partition its values by key; the files stay."""

    subtype = "ALTER_TABLE_DROP_PARTITION"
    table: TableName
    partitions: tuple[Mapping[str, str], ...]
    if_exists: bool = False

    @classmethod
    def read(cls, reader: Reader, table: TableName, *, if_exists: bool = False) -> Self:
        """Reads the partitions."""
        found = [read_partition(reader)]
        while reader.accept(",", "PARTITION"):
            found.append(read_partition(reader))
        return cls(table, tuple(found), if_exists)

    def run(self, context: Context) -> Lines:
        """Tells Glue."""
        table = _partitioned(context, self.table)
        known = _known(context, table)
        asked = {"DatabaseName": table.database, "TableName": table.name}
        for given in self.partitions:
            values = _values(table, given)
            if values in known:
                doomed = {**asked, "PartitionValues": list(values)}
                context.clients.call("glue", "DeletePartition", doomed)
            elif not self.if_exists:
                raise _not_found(values)
        return Lines()


@dataclass(frozen=True, slots=True)
class Repair(TableStatement):
    """MSCK REPAIR TABLE: registers what is in Hive's folders below the table's location.

    https://docs.aws.amazon.com/athena/latest/ug/msck-repair-table.html
    """

    subtype = "MSCK_REPAIR_TABLE"

    def run(self, context: Context) -> Lines:
        """Lists the folders and tells Glue."""
        table = _partitioned(context, self.table)
        folders = {
            tuple(map(unquote, values)): location
            for values, location in partition_folders(context.clients, table, [])
        }
        found = {
            values: folders[values] for values in sorted(folders.keys() - _known(context, table))
        }
        register_partitions(context.clients, table, found)
        names = [f"{table.name}:{_folder(table, values)}" for values in found]
        if not names:
            return Lines()
        first = "Partitions not in metastore:\t" + "\t".join(names)
        added = (f"Repair: Added partition to metastore {name}" for name in names)
        return Lines(line_columns("result"), (first, *added))


def registered_partition(
    context: Context, table: GlueTable, given: Mapping[str, str]
) -> dict[str, Any]:
    """Returns how Glue describes a partition, whose values are given by key.

    Raises:
        QueryError: It is not registered, or not of the table's keys.
        botocore.exceptions.ClientError: Glue refused.
    """
    values = _values(table, given)
    asked = {"DatabaseName": table.database, "TableName": table.name}
    for each in context.clients.pages("glue", "GetPartitions", asked, "Partitions"):
        if tuple(each["Values"]) == values:
            return each
    raise _not_found(values)


def _not_found(values: Sequence[str]) -> QueryError:
    detail = f"Partition not found: {list(values)}"
    return QueryError(ErrorName.PARTITION_NOT_FOUND, detail)


def _partitioned(context: Context, name: TableName) -> GlueTable:
    table = table_of(context, name)
    if not table.keys:
        detail = f"Table {table.full_name} is not a partitioned table"
        raise QueryError(ErrorName.GENERIC_USER_ERROR, detail)
    return table


def _known(context: Context, table: GlueTable) -> set[tuple[str, ...]]:
    return {each.values for each in GlueCatalog(context.clients).partitions(table)}


def _values(table: GlueTable, given: Mapping[str, str]) -> tuple[str, ...]:
    keys = [key.name for key in table.keys]
    if set(given) != set(keys):
        detail = f"the partition has {sorted(given)}: give a value for each of {keys}"
        raise QueryError(ErrorName.GENERIC_USER_ERROR, detail)
    return tuple(given[key] for key in keys)


def _folder(table: GlueTable, values: Sequence[str]) -> str:
    return hive_folder([key.name for key in table.keys], values)
