"""Runs the statements that show what there is: databases, tables, views, columns, properties."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.iceberg.catalog import open_table
from athena_on_duckdb.results.columns import line_columns
from athena_on_duckdb.results.outcome import Lines
from athena_on_duckdb.statements.catalog import require_database, table_of
from athena_on_duckdb.tables.glue import GlueCatalog

if TYPE_CHECKING:
    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.model import (
        Describe,
        ShowColumns,
        ShowDatabases,
        ShowProperties,
        ShowTables,
        ShowViews,
    )
    from athena_on_duckdb.tables.glue import GlueTable

# Hive fills the cells of these tables with blanks.
_WIDTH: Final = 20


def show_databases(context: Context, statement: ShowDatabases) -> Lines:
    """Run SHOW DATABASES.

    Raises:
        QueryError: Glue refused.
    """
    names = sorted(GlueCatalog(context.clients).databases())
    return Lines(line_columns("database_name"), _matching(names, statement.pattern))


def show_tables(context: Context, statement: ShowTables) -> Lines:
    """Run SHOW TABLES, views among them.

    Raises:
        QueryError: The database is not there, or Glue refused.
    """
    names = [table.name for table in _tables(context, statement.database)]
    return Lines(line_columns("tab_name"), _matching(names, statement.pattern))


def show_views(context: Context, statement: ShowViews) -> Lines:
    """Run SHOW VIEWS.

    Raises:
        QueryError: The database is not there, or Glue refused.
    """
    tables = _tables(context, statement.database)
    names = [table.name for table in tables if table.view_text is not None]
    return Lines(line_columns("views"), _matching(names, statement.pattern))


def show_columns(context: Context, statement: ShowColumns) -> Lines:
    """Run SHOW COLUMNS, partition keys last.

    Raises:
        QueryError: The table is not there.
        botocore.exceptions.ClientError: Glue refused.
    """
    table, _ = table_of(context, statement.table)
    names = [column.name for column in (*table.columns, *table.keys)]
    return Lines(line_columns("field"), tuple(f"{name:<{_WIDTH}}" for name in names))


def show_properties(context: Context, statement: ShowProperties) -> Lines:
    """Run SHOW TBLPROPERTIES.

    Raises:
        QueryError: The table is not there.
        botocore.exceptions.ClientError: Glue refused.
    """
    table, _ = table_of(context, statement.table)
    columns = line_columns("prpt_name", "prpt_value")
    if statement.key is None:
        lines = [f"{name}\t{value}" for name, value in sorted(table.parameters.items())]
        return Lines(columns, tuple(lines))
    value = table.parameters.get(statement.key)
    if value is None:
        value = f"Table {table.database}.{table.name} does not have property: {statement.key}"
    return Lines(columns, (value,))


def describe(context: Context, statement: Describe) -> Lines:
    """Run DESCRIBE: the columns, then once more those that are partition keys.

    Raises:
        QueryError: The table is not there.
        botocore.exceptions.ClientError: Glue refused.
    """
    table, _ = table_of(context, statement.table)
    if table.is_iceberg:
        return Lines(line_columns("col_name", "data_type", "comment"), _of_iceberg(context, table))
    lines = [
        _cells(column.name, column.type, column.comment or "")
        for column in (*table.columns, *table.keys)
    ]
    if table.keys:
        lines += [
            "\t \t ",
            "# Partition Information\t \t ",
            _cells("# col_name", "data_type", "comment"),
            "\t \t ",
            *(_cells(key.name, key.type, key.comment or "") for key in table.keys),
        ]
    return Lines(line_columns("col_name", "data_type", "comment"), tuple(lines))


def _of_iceberg(context: Context, table: GlueTable) -> tuple[str, ...]:
    """Returns the columns of an Iceberg table, and its partition fields."""
    metadata = open_table(context.clients, table.database, table.name).metadata
    return (
        _cells("# Table schema:", "", ""),
        _cells("# col_name", "data_type", "comment"),
        *(_cells(column.name, column.type, column.comment or "") for column in table.columns),
        _cells("", "", ""),
        _cells("# Partition spec:", "", ""),
        _cells("# field_name", "field_transform", "column_name"),
        *(
            _cells(
                field.name,
                str(field.transform),
                metadata.schema().find_column_name(field.source_id),
            )
            for field in metadata.spec().fields
        ),
    )


def _cells(*texts: str) -> str:
    # A comment may hold anything: a line is a row, a tab ends a cell.
    plain = (re.sub(r"\s", " ", text) for text in texts)
    return "\t".join(f"{text:<{_WIDTH}}" for text in plain)


def _tables(context: Context, database: str | None) -> list[GlueTable]:
    name = database or context.database
    require_database(context, name)
    return sorted(GlueCatalog(context.clients).tables(name), key=lambda table: table.name)


def _matching(names: list[str], pattern: str | None) -> tuple[str, ...]:
    """Keep the names of a pattern of Hive's: `*` or `.*` for anything, `|` for or."""
    if pattern is None:
        return tuple(names)
    choices = [
        ".*".join(map(re.escape, choice.replace(".*", "*").split("*")))
        for choice in pattern.split("|")
    ]
    wanted = re.compile("|".join(choices), re.IGNORECASE)
    return tuple(name for name in names if wanted.fullmatch(name))
