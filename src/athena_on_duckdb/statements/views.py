"""CREATE VIEW: Glue keeps the query and its columns as Athena's own views have them."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.results.outcome import Lines
from athena_on_duckdb.statements.catalog import create_table, find_table, full_name
from athena_on_duckdb.statements.hive import column_names, hive_type
from athena_on_duckdb.statements.model import TableStatement
from athena_on_duckdb.statements.queries import run_query
from athena_on_duckdb.types import parse_type

if TYPE_CHECKING:
    from athena_on_duckdb.query_result import ResultColumn
    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.tokens import Reader

# Of types that tables cannot have.
_NO_HIVE_TYPE: Final = "string"


@dataclass(frozen=True, slots=True)
class CreateView(TableStatement):
    """CREATE VIEW.

    https://docs.aws.amazon.com/athena/latest/ug/create-view.html
    """

    subtype = "CREATE_VIEW"
    query: str
    or_replace: bool = False

    @classmethod
    def read(cls, reader: Reader, *, or_replace: bool = False) -> Self:
        """Reads the name and the query."""
        if or_replace:
            reader.expect("VIEW")
        view = reader.qualified_name()
        reader.expect("AS")
        return cls(view, reader.rest(), or_replace)

    def run(self, context: Context) -> Lines:
        """Asks for the columns of the query, and tells Glue."""
        database, name = full_name(context, self.table)
        found = find_table(context, self.table)
        if found is not None and found.view_text is None:
            detail = f"'awsdatacatalog.{database}.{name}' is a table"
            raise QueryError(ErrorName.TABLE_ALREADY_EXISTS, detail)
        if found is not None and not self.or_replace:
            detail = f"View already exists: 'awsdatacatalog.{database}.{name}'"
            raise QueryError(ErrorName.TABLE_ALREADY_EXISTS, detail)
        # No row is asked for, so that as little is read as can be.
        columns = run_query(context, f"SELECT * FROM (\n{self.query}\n) WHERE false").columns  # noqa: S608
        view = self._input(name, context.asked.database, columns)
        if found is None:
            create_table(context, database, view)
        else:
            asked = {"DatabaseName": database, "TableInput": view}
            context.clients.call("glue", "UpdateTable", asked)
        return Lines()

    def _input(self, name: str, database: str, columns: tuple[ResultColumn, ...]) -> dict[str, Any]:
        column_names(columns)
        definition = {
            "originalSql": self.query,
            "catalog": "awsdatacatalog",
            # Of tables that the query names without one.
            "schema": database,
            "columns": [{"name": column.name, "type": column.type} for column in columns],
        }
        encoded = base64.b64encode(json.dumps(definition).encode()).decode()
        shown = [{"Name": each.name, "Type": _shown_type(each.type)} for each in columns]
        return {
            "Name": name,
            "TableType": "VIRTUAL_VIEW",
            "Parameters": {"presto_view": "true", "comment": "Presto View"},
            "PartitionKeys": [],
            "StorageDescriptor": {"Columns": shown, "SerdeInfo": {}},
            "ViewOriginalText": f"/* Presto View: {encoded} */",
            "ViewExpandedText": "/* Presto View */",
        }


def _shown_type(athena_type: str) -> str:
    try:
        return hive_type(parse_type(athena_type))
    except QueryError:
        return _NO_HIVE_TYPE
