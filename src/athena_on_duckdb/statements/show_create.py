"""Runs SHOW CREATE TABLE and VIEW: the statement that would make a table or view again."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any, Final, cast

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.results.columns import line_columns
from athena_on_duckdb.results.outcome import Lines
from athena_on_duckdb.statements.catalog import table_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.model import ShowCreate
    from athena_on_duckdb.tables.glue import GlueColumn, GlueTable

_VIEW: Final = re.compile(r"/\* Presto View: ([A-Za-z0-9+/=]+) \*/")


def show_create(context: Context, statement: ShowCreate) -> Lines:
    """Run SHOW CREATE TABLE or VIEW.

    Raises:
        QueryError: The table is not there, or is a view of another engine.
        botocore.exceptions.ClientError: Glue refused.
    """
    table, raw = table_of(context, statement.table)
    text = _table(table, raw) if table.view_text is None else _view(table, table.view_text)
    return Lines(line_columns("createtab_stmt"), tuple(text.splitlines()))


def _view(table: GlueTable, text: str) -> str:
    match = _VIEW.fullmatch(text.strip())
    if match is None:
        detail = f"{table.full_name} is no view of Athena's"
        raise QueryError(ErrorName.INVALID_VIEW, detail)
    definition = cast("Mapping[str, Any]", json.loads(base64.b64decode(match[1])))
    return f'CREATE VIEW "{table.name}" AS \n{definition["originalSql"]}'


def _table(table: GlueTable, raw: Mapping[str, Any]) -> str:
    storage = cast("Mapping[str, Any]", raw.get("StorageDescriptor", {}))
    lines = [f"CREATE EXTERNAL TABLE `{table.database}.{table.name}`(", _listed(table.columns)]
    if table.keys:
        lines += ["PARTITIONED BY ( ", _listed(table.keys)]
    lines += ["ROW FORMAT SERDE ", f"  {_text(table.serde)} "]
    if table.serde_parameters:
        lines += ["WITH SERDEPROPERTIES ( ", _properties(table.serde_parameters)]
    lines += ["STORED AS INPUTFORMAT ", f"  {_text(str(storage.get('InputFormat', '')))} "]
    lines += ["OUTPUTFORMAT ", f"  {_text(str(storage.get('OutputFormat', '')))}"]
    lines += ["LOCATION", f"  {_text(table.location)}"]
    if table.parameters:
        lines += ["TBLPROPERTIES (", _properties(table.parameters)]
    return "\n".join(lines)


def _listed(columns: Iterable[GlueColumn]) -> str:
    shown = [
        f"  `{column.name}` {column.type}"
        + (f" COMMENT {_text(column.comment)}" if column.comment else "")
        for column in columns
    ]
    return ", \n".join(shown) + ")"


def _properties(values: Mapping[str, str]) -> str:
    shown = [f"  {_text(key)}={_text(value)}" for key, value in sorted(values.items())]
    return ", \n".join(shown) + ")"


def _text(value: str) -> str:
    escaped = value.replace("'", "''")
    return f"'{escaped}'"
