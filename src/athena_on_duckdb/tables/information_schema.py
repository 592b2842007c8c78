"""`information_schema`: what Glue tells of databases, tables and columns, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from athena_on_duckdb.arrow import arrow
from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.tables.glue import GlueColumn, GlueTable
from athena_on_duckdb.tables.partitions import on_columns
from athena_on_duckdb.types import athena_type_of_glue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlglot import exp

    from athena_on_duckdb.tables.glue import Catalog
    from athena_on_duckdb.tables.partitions import Holds

Row: TypeAlias = "tuple[object, ...]"

NAME: Final = "information_schema"
_CATALOG: Final = "awsdatacatalog"
_COLUMNS: Final = {
    "schemata": {"catalog_name": "string", "schema_name": "string"},
    "tables": {
        "table_catalog": "string",
        "table_schema": "string",
        "table_name": "string",
        "table_type": "string",
    },
    "columns": {
        "table_catalog": "string",
        "table_schema": "string",
        "table_name": "string",
        "column_name": "string",
        "ordinal_position": "bigint",
        "column_default": "string",
        "is_nullable": "string",
        "data_type": "string",
        "comment": "string",
        "extra_info": "string",
    },
}


def table(name: str) -> GlueTable:
    """Give one of the tables, as Glue would describe it.

    Raises:
        QueryError: There is none of this name here.
    """
    if name not in _COLUMNS:
        detail = f"Table '{_CATALOG}.{NAME}.{name}' does not exist: use {', '.join(_COLUMNS)}"
        raise QueryError(ErrorName.TABLE_NOT_FOUND, detail)
    columns = tuple(GlueColumn(column, kind) for column, kind in _COLUMNS[name].items())
    return GlueTable(database=NAME, name=name, columns=columns)


def rows(asked: GlueTable, condition: exp.Expr | None, catalog: Catalog, holds: Holds) -> Any:  # noqa: ANN401 -- pyarrow has no types
    """Give the rows of one of the tables for which a condition may hold, as an Arrow table."""
    schema = "schema_name" if asked.name == "schemata" else "table_schema"
    key = GlueColumn(schema, "string")
    databases = [*catalog.databases(), NAME]
    for part in on_columns(condition, {schema}):
        flags = holds(part, [key], [(database,) for database in databases])
        databases = [each for each, is_kept in zip(databases, flags, strict=True) if is_kept]
    found = [row for database in databases for row in _rows(asked.name, database, catalog)]
    kinds = {"string": arrow.string(), "bigint": arrow.int64()}
    types = arrow.schema([(column.name, kinds[column.type]) for column in asked.columns])
    return arrow.table(
        [arrow.array([row[at] for row in found], kind) for at, kind in enumerate(types.types)],
        schema=types,
    )


def _rows(name: str, database: str, catalog: Catalog) -> Iterator[Row]:
    if name == "schemata":
        yield _CATALOG, database
        return
    tables = [table(each) for each in _COLUMNS] if database == NAME else catalog.tables(database)
    for each in tables:
        place = (_CATALOG, database, each.name)
        if name == "tables":
            yield *place, "BASE TABLE" if each.view_text is None else "VIEW"
            continue
        for position, column in enumerate((*each.columns, *each.keys), start=1):
            extra = None if position <= len(each.columns) else "partition key"
            kind = athena_type_of_glue(column.type)
            yield *place, column.name, position, None, "YES", kind, column.comment, extra
