"""Runs the statements that alter a table: its columns, properties and location.

Files stay as they are: what they have is read by the name of the column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from athena_on_duckdb.crawl import CatalogTable, update_partitions
from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.results.outcome import Lines
from athena_on_duckdb.statements import iceberg_alter
from athena_on_duckdb.statements.catalog import table_of
from athena_on_duckdb.statements.partitions import registered_partition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.model import (
        AddColumns,
        ChangeColumn,
        ReplaceColumns,
        SetLocation,
        SetProperties,
        TableName,
    )
    from athena_on_duckdb.tables.glue import GlueTable

# https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html
_INPUTS: Final = frozenset(
    {"Name", "Description", "Owner", "Retention", "StorageDescriptor", "PartitionKeys"}
    | {"TableType", "Parameters", "TargetTable"}
)
# https://docs.aws.amazon.com/glue/latest/webapi/API_PartitionInput.html
_PARTITION_INPUTS: Final = frozenset({"Values", "StorageDescriptor", "Parameters"})


def set_properties(context: Context, statement: SetProperties) -> Lines:
    """Runs ALTER TABLE SET TBLPROPERTIES.

    Raises:
        QueryError: The table is not there.
        botocore.exceptions.ClientError: Glue refused.
    """
    table, raw = _table(context, statement.table)
    if table.is_iceberg:
        return iceberg_alter.set_properties(context, statement)
    return _update(context, table, raw, Parameters={**table.parameters, **statement.properties})


def set_location(context: Context, statement: SetLocation) -> Lines:
    """Runs ALTER TABLE SET LOCATION; a partition must be registered.

    Raises:
        QueryError: The table or the partition is not there.
        botocore.exceptions.ClientError: Glue refused.
    """
    table, raw = _table(context, statement.table)
    if statement.partition is None:
        storage = {**raw["StorageDescriptor"], "Location": statement.location}
        return _update(context, table, raw, StorageDescriptor=storage)
    held = registered_partition(context, table, statement.partition)
    storage = {**held["StorageDescriptor"], "Location": statement.location}
    changed = {**held, "StorageDescriptor": storage}
    given = {name: value for name, value in changed.items() if name in _PARTITION_INPUTS}
    update_partitions(context.clients, CatalogTable(table.database, raw), [given])
    return Lines()


def add_columns(context: Context, statement: AddColumns) -> Lines:
    """Runs ALTER TABLE ADD COLUMNS.

    Raises:
        QueryError: The table is not there, or has such a column.
        botocore.exceptions.ClientError: Glue refused.
    """
    table, raw = _table(context, statement.table)
    if table.is_iceberg:
        return iceberg_alter.add_columns(context, statement)
    return _with_columns(context, table, raw, [*_columns(raw), *statement.columns])


def replace_columns(context: Context, statement: ReplaceColumns) -> Lines:
    """Runs ALTER TABLE REPLACE COLUMNS; partition keys stay.

    Raises:
        QueryError: The table is not there, or a name stands twice.
        botocore.exceptions.ClientError: Glue refused.
    """
    table, raw = _table(context, statement.table)
    return _with_columns(context, table, raw, statement.columns)


def change_column(context: Context, statement: ChangeColumn) -> Lines:
    """Runs ALTER TABLE CHANGE COLUMN; a comment that is not given stays.

    Raises:
        QueryError: The table or the column is not there, or its new name is another one's.
        botocore.exceptions.ClientError: Glue refused.
    """
    table, raw = _table(context, statement.table)
    if table.is_iceberg:
        return iceberg_alter.change_column(context, statement)
    if statement.name not in {column.name for column in table.columns}:
        detail = f"Table {table.full_name} has no column {statement.name}"
        raise QueryError(ErrorName.COLUMN_NOT_FOUND, detail)
    if statement.after is not None:
        detail = f"ALTER TABLE {table.full_name}: FIRST and AFTER are for Iceberg tables only"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    changed = [
        {**column, **statement.column} if column["Name"].lower() == statement.name else column
        for column in _columns(raw)
    ]
    return _with_columns(context, table, raw, changed)


def _table(context: Context, name: TableName) -> tuple[GlueTable, dict[str, Any]]:
    table, raw = table_of(context, name)
    if table.view_text is not None:
        raise QueryError(ErrorName.NOT_SUPPORTED, f"ALTER TABLE {table.full_name}: it is a view")
    return table, raw


def _columns(raw: Mapping[str, Any]) -> list[Mapping[str, str]]:
    return list(raw["StorageDescriptor"]["Columns"])


def _with_columns(
    context: Context,
    table: GlueTable,
    raw: Mapping[str, Any],
    columns: Sequence[Mapping[str, str]],
) -> Lines:
    names = [column["Name"].lower() for column in columns]
    names += [key.name for key in table.keys]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        detail = f"Duplicate column name in table {table.full_name}: {', '.join(twice)}"
        raise QueryError(ErrorName.GENERIC_USER_ERROR, detail)
    storage = {**raw["StorageDescriptor"], "Columns": [dict(column) for column in columns]}
    return _update(context, table, raw, StorageDescriptor=storage)


def _update(context: Context, table: GlueTable, raw: Mapping[str, Any], **changed: object) -> Lines:
    """Tells Glue what has changed, and of all else what it was."""
    if table.is_iceberg:
        detail = f"ALTER TABLE {table.full_name}: an Iceberg table is not altered so"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    kept = {name: value for name, value in raw.items() if name in _INPUTS and value}
    asked = {"DatabaseName": table.database, "TableInput": {**kept, **changed}}
    context.clients.call("glue", "UpdateTable", asked)
    return Lines()
