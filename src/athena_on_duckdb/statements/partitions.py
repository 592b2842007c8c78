"""Runs the statements about registered partitions: ADD, DROP, SHOW and MSCK REPAIR."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from athena_on_duckdb.crawl import CatalogTable, partition_folders, register_partitions
from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.results.columns import line_columns
from athena_on_duckdb.results.outcome import Lines
from athena_on_duckdb.statements.catalog import table_of
from athena_on_duckdb.tables.glue import GlueCatalog
from athena_on_duckdb.tables.partitions import hive_escaped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.model import (
        AddPartitions,
        DropPartitions,
        Repair,
        ShowPartitions,
    )
    from athena_on_duckdb.tables.glue import GlueTable


def show_partitions(context: Context, statement: ShowPartitions) -> Lines:
    """Run SHOW PARTITIONS: those that are registered; projected ones are not, as on AWS.

    Raises:
        QueryError: The table is not there, or has no partitions.
        botocore.exceptions.ClientError: Glue refused.
    """
    table, _ = _partitioned(context, statement.table)
    lines = sorted(
        "/".join(
            f"{key.name}={hive_escaped(value)}"
            for key, value in zip(table.keys, partition.values, strict=True)
        )
        for partition in GlueCatalog(context.clients).partitions(table)
    )
    return Lines(line_columns("partition"), tuple(lines))


def add_partitions(context: Context, statement: AddPartitions) -> Lines:
    """Run ALTER TABLE ADD PARTITION.

    Raises:
        QueryError: A partition is there already, or is not of the table's keys.
        botocore.exceptions.ClientError: Glue refused.
    """
    table, raw = _partitioned(context, statement.table)
    known = _known(context, table)
    found: dict[tuple[str, ...], str] = {}
    for given, location in statement.partitions:
        values = _values(table, given)
        if values in known and not statement.if_not_exists:
            detail = f"Partition already exists: {list(values)}"
            raise QueryError(ErrorName.PARTITION_ALREADY_EXISTS, detail)
        if values not in known:
            found[values] = location or _default_location(table, values)
    register_partitions(context.clients, CatalogTable(table.database, raw), found)
    return Lines()


def drop_partitions(context: Context, statement: DropPartitions) -> Lines:
    """Run ALTER TABLE DROP PARTITION; the files stay.

    Raises:
        QueryError: A partition is not there, or is not of the table's keys.
        botocore.exceptions.ClientError: Glue refused.
    """
    table, _ = _partitioned(context, statement.table)
    known = _known(context, table)
    asked = {"DatabaseName": table.database, "TableName": table.name}
    for given in statement.partitions:
        values = _values(table, given)
        if values in known:
            doomed = {**asked, "PartitionValues": list(values)}
            context.clients.call("glue", "DeletePartition", doomed)
        elif not statement.if_exists:
            detail = f"Partition not found: {list(values)}"
            raise QueryError(ErrorName.PARTITION_NOT_FOUND, detail)
    return Lines()


def repair(context: Context, statement: Repair) -> Lines:
    """Run MSCK REPAIR TABLE: register what is in Hive's folders below the table's location.

    https://docs.aws.amazon.com/athena/latest/ug/msck-repair-table.html

    Raises:
        QueryError: The table is not there, or has no partitions.
        botocore.exceptions.ClientError: Glue or S3 refused.
    """
    table, raw = _partitioned(context, statement.table)
    described = CatalogTable(table.database, raw)
    known = _known(context, table)
    folders = {
        tuple(map(unquote, values)): location
        for values, location in partition_folders(context.clients, described, [])
    }
    found = {values: folders[values] for values in sorted(folders.keys() - known)}
    register_partitions(context.clients, described, found)
    names = [f"{table.name}:{_folder(table, values)}" for values in found]
    if not names:
        return Lines()
    first = "Partitions not in metastore:\t" + "\t".join(names)
    return Lines(
        line_columns("result"),
        (first, *(f"Repair: Added partition to metastore {name}" for name in names)),
    )


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
    detail = f"Partition not found: {list(values)}"
    raise QueryError(ErrorName.PARTITION_NOT_FOUND, detail)


def _partitioned(
    context: Context, name: tuple[str | None, str]
) -> tuple[GlueTable, dict[str, Any]]:
    table, raw = table_of(context, name)
    if not table.keys:
        detail = f"Table {table.full_name} is not a partitioned table"
        raise QueryError(ErrorName.GENERIC_USER_ERROR, detail)
    return table, raw


def _known(context: Context, table: GlueTable) -> set[tuple[str, ...]]:
    return {each.values for each in GlueCatalog(context.clients).partitions(table)}


def _values(table: GlueTable, given: Mapping[str, str]) -> tuple[str, ...]:
    keys = [key.name for key in table.keys]
    if set(given) != set(keys):
        detail = f"the partition has {sorted(given)}: give a value for each of {keys}"
        raise QueryError(ErrorName.GENERIC_USER_ERROR, detail)
    return tuple(given[key] for key in keys)


def _folder(table: GlueTable, values: Sequence[str]) -> str:
    return "/".join(
        f"{hive_escaped(key.name)}={hive_escaped(value)}"
        for key, value in zip(table.keys, values, strict=True)
    )


def _default_location(table: GlueTable, values: Sequence[str]) -> str:
    return f"{table.location.rstrip('/')}/{_folder(table, values)}"
