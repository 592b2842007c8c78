"""SHOW CREATE TABLE and VIEW: the statement that would make a table or view again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from athena_on_duckdb.results.columns import line_columns
from athena_on_duckdb.results.outcome import Lines
from athena_on_duckdb.statements.catalog import table_of
from athena_on_duckdb.statements.model import StatementType, TableStatement
from athena_on_duckdb.tables.references import view_definition
from athena_on_duckdb.tables.relations import sql_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.tables.glue import GlueColumn, GlueTable


@dataclass(frozen=True, slots=True)
class ShowCreate(TableStatement):
    """SHOW CREATE TABLE or VIEW."""

    type = StatementType.UTILITY
    subtype = "SHOW_CREATE_TABLE"

    def run(self, context: Context) -> Lines:
        """Asks Glue."""
        table = table_of(context, self.table)
        if table.view_text is None:
            text = _table(table)
        else:
            text = f'CREATE VIEW "{table.name}" AS \n{view_definition(table)["originalSql"]}'
        return Lines(line_columns("createtab_stmt"), tuple(text.splitlines()))


def _table(table: GlueTable) -> str:
    storage = cast("Mapping[str, Any]", table.raw.get("StorageDescriptor", {}))
    lines = [f"CREATE EXTERNAL TABLE `{table.database}.{table.name}`(", _listed(table.columns)]
    if table.keys:
        lines += ["PARTITIONED BY ( ", _listed(table.keys)]
    lines += ["ROW FORMAT SERDE ", f"  {sql_text(table.serde)} "]
    if table.serde_parameters:
        lines += ["WITH SERDEPROPERTIES ( ", _properties(table.serde_parameters)]
    lines += ["STORED AS INPUTFORMAT ", f"  {sql_text(str(storage.get('InputFormat', '')))} "]
    lines += ["OUTPUTFORMAT ", f"  {sql_text(str(storage.get('OutputFormat', '')))}"]
    lines += ["LOCATION", f"  {sql_text(table.location)}"]
    if table.parameters:
        lines += ["TBLPROPERTIES (", _properties(table.parameters)]
    return "\n".join(lines)


def _listed(columns: Iterable[GlueColumn]) -> str:
    shown = [
        f"  `{column.name}` {column.type}"
        + (f" COMMENT {sql_text(column.comment)}" if column.comment else "")
        for column in columns
    ]
    return ", \n".join(shown) + ")"


def _properties(values: Mapping[str, str]) -> str:
    shown = [f"  {sql_text(key)}={sql_text(value)}" for key, value in sorted(values.items())]
    return ", \n".join(shown) + ")"
