"""Runs ALTER TABLE of an Iceberg table: columns by their ids, and properties.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-evolving-table-schema.html,
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-managing-tables.html
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.iceberg.catalog import changing, open_table
from athena_on_duckdb.iceberg.library import module
from athena_on_duckdb.iceberg.properties import iceberg_properties, removed
from athena_on_duckdb.iceberg.types import iceberg_type
from athena_on_duckdb.results.outcome import Lines
from athena_on_duckdb.statements.catalog import table_of
from athena_on_duckdb.statements.iceberg_rows import require_iceberg

if TYPE_CHECKING:
    from collections.abc import Generator

    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.iceberg_model import DropColumn, UnsetProperties
    from athena_on_duckdb.statements.model import (
        AddColumns,
        ChangeColumn,
        SetProperties,
        TableName,
    )


def add_columns(context: Context, statement: AddColumns) -> Lines:
    """Runs ALTER TABLE ADD COLUMNS.

    Raises:
        QueryError: A column is there already, or its type is none of Iceberg's.
        botocore.exceptions.ClientError: Glue or S3 refused.
    """
    with _columns(context, statement.table) as update:
        for each in statement.columns:
            update.add_column(each["Name"], iceberg_type(each["Type"]), doc=each.get("Comment"))
    return Lines()


def drop_column(context: Context, statement: DropColumn) -> Lines:
    """Runs ALTER TABLE DROP COLUMN; files keep its values, which no later column gets.

    Raises:
        QueryError: There is no such column.
        botocore.exceptions.ClientError: Glue or S3 refused.
    """
    table = _opened(context, statement.table)
    metadata = table.metadata
    schema, fields = metadata.schema(), metadata.spec().fields
    if statement.column in {schema.find_column_name(each.source_id) for each in fields}:
        detail = f"ALTER TABLE DROP COLUMN {statement.column}: the table is partitioned by it"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    with _columns(context, statement.table) as update:
        update.delete_column(statement.column)
    return Lines()


def change_column(context: Context, statement: ChangeColumn) -> Lines:
    """Runs ALTER TABLE CHANGE COLUMN: another name, a wider type, a comment, another place.

    Raises:
        QueryError: There is no such column, or it cannot become so.
        botocore.exceptions.ClientError: Glue or S3 refused.
    """
    column = statement.column
    with _columns(context, statement.table) as update:
        update.update_column(
            statement.name, field_type=iceberg_type(column["Type"]), doc=column.get("Comment")
        )
        if statement.after == "":
            update.move_first(statement.name)
        elif statement.after is not None:
            update.move_after(statement.name, statement.after)
        if column["Name"] != statement.name:
            update.rename_column(statement.name, column["Name"])
    return Lines()


def set_properties(context: Context, statement: SetProperties) -> Lines:
    """Runs ALTER TABLE SET TBLPROPERTIES.

    Raises:
        QueryError: A property is not known to Athena.
        botocore.exceptions.ClientError: Glue or S3 refused.
    """
    added = iceberg_properties(statement.properties)
    with changing(_opened(context, statement.table)) as transaction:
        transaction.set_properties(added)
    return Lines()


def unset_properties(context: Context, statement: UnsetProperties) -> Lines:
    """Runs ALTER TABLE UNSET TBLPROPERTIES.

    Raises:
        QueryError: The table is no Iceberg table.
        botocore.exceptions.ClientError: Glue or S3 refused.
    """
    with changing(_opened(context, statement.table)) as transaction:
        transaction.remove_properties(*removed(statement.names))
    return Lines()


@contextmanager
def _columns(context: Context, name: TableName) -> Generator[Any]:
    table = _opened(context, name)
    try:
        with changing(table) as transaction, transaction.update_schema() as update:
            yield update
    except QueryError:
        raise
    except (ValueError, module("exceptions").ValidationError) as error:
        detail = f"ALTER TABLE {'.'.join(table.name())}: {error}"
        raise QueryError(ErrorName.GENERIC_USER_ERROR, detail) from error


def _opened(context: Context, name: TableName) -> Any:  # noqa: ANN401 -- pyiceberg's Table
    described, _ = table_of(context, name)
    require_iceberg(described, "ALTER TABLE")
    return open_table(context.clients, described.database, described.name)
