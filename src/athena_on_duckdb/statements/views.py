"""Runs CREATE VIEW: Glue keeps the query and its columns as Athena's own views have them."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, Final

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.results.outcome import Lines
from athena_on_duckdb.statements.catalog import create_table, find_table, full_name
from athena_on_duckdb.statements.hive import hive_type
from athena_on_duckdb.statements.queries import run_query
from athena_on_duckdb.types import parse_type

if TYPE_CHECKING:
    from athena_on_duckdb.query_result import ResultColumn
    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.model import CreateView

# Of types that tables cannot have.
_NO_HIVE_TYPE: Final = "string"


def create_view(context: Context, statement: CreateView) -> Lines:
    """Run CREATE VIEW.

    https://docs.aws.amazon.com/athena/latest/ug/create-view.html

    Raises:
        QueryError: The query is wrong, or a table or another view has the name.
        botocore.exceptions.ClientError: Glue refused.
    """
    database, name = full_name(context, statement.view)
    found = find_table(context, statement.view)
    if found is not None and found[0].view_text is None:
        detail = f"'awsdatacatalog.{database}.{name}' is a table"
        raise QueryError(ErrorName.TABLE_ALREADY_EXISTS, detail)
    if found is not None and not statement.or_replace:
        detail = f"View already exists: 'awsdatacatalog.{database}.{name}'"
        raise QueryError(ErrorName.TABLE_ALREADY_EXISTS, detail)
    # No row is asked for, so that as little is read as can be.
    columns = run_query(context, f"SELECT * FROM (\n{statement.query}\n) WHERE false").columns  # noqa: S608
    view = _view_input(name, context.database, statement.query, columns)
    if found is None:
        create_table(context, database, view)
    else:
        context.clients.call("glue", "UpdateTable", {"DatabaseName": database, "TableInput": view})
    return Lines()


def _view_input(
    name: str, database: str, query: str, columns: tuple[ResultColumn, ...]
) -> dict[str, Any]:
    names = [column.name for column in columns]
    for index, column in enumerate(names):
        if column == f"_col{index}":
            detail = f"Column name not specified at position {index + 1}"
            raise QueryError(ErrorName.MISSING_COLUMN_NAME, detail)
        if column in names[:index]:
            detail = f"Column name '{column}' specified more than once"
            raise QueryError(ErrorName.DUPLICATE_COLUMN_NAME, detail)
    definition = {
        "originalSql": query,
        "catalog": "awsdatacatalog",
        # Of tables that the query names without one.
        "schema": database,
        "columns": [{"name": column.name, "type": column.type} for column in columns],
    }
    encoded = base64.b64encode(json.dumps(definition).encode()).decode()
    return {
        "Name": name,
        "TableType": "VIRTUAL_VIEW",
        "Parameters": {"presto_view": "true", "comment": "Presto View"},
        "PartitionKeys": [],
        "StorageDescriptor": {
            "Columns": [{"Name": each.name, "Type": _shown_type(each.type)} for each in columns],
            "SerdeInfo": {},
        },
        "ViewOriginalText": f"/* Presto View: {encoded} */",
        "ViewExpandedText": "/* Presto View */",
    }


def _shown_type(athena_type: str) -> str:
    try:
        return hive_type(parse_type(athena_type))
    except QueryError:
        return _NO_HIVE_TYPE
