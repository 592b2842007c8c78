"""A lake in DuckDB's memory, on which views and queries written for Athena are run.

It shows that their SQL computes what it should, not that Athena would run it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import duckdb
from sqlglot import exp

from firelake.catalog.history_table import NO_HISTORY
from firelake.catalog.views import events_unique_view
from firelake.contract.names import VIEW_EVENTS_UNIQUE
from tests.unit.catalog.samples import CONTRACT, lake, parse, schema_of, view_definition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from firelake.catalog.history_table import DeployedHistory
    from firelake.catalog.location import LakeLocation


class DuckdbLake:
    """The three tables of the small contract, empty at first."""

    def __init__(
        self, location: LakeLocation | None = None, history: DeployedHistory = NO_HISTORY
    ) -> None:
        location = lake() if location is None else location
        self._connection = duckdb.connect()
        self._connection.execute("SET TimeZone = 'UTC'")
        for database, tables in schema_of(CONTRACT, location).items():
            self._connection.execute(f'CREATE SCHEMA "{database}"')
            for table, columns in tables.items():
                listed = ", ".join(
                    f'"{name}" {exp.DataType.build(type_, dialect="athena").sql("duckdb")}'
                    for name, type_ in columns.items()
                )
                if table != VIEW_EVENTS_UNIQUE:
                    self._connection.execute(f'CREATE TABLE "{database}"."{table}" ({listed})')
            view = view_definition(events_unique_view(CONTRACT, location, history))["originalSql"]
            name = f'"{database}"."{VIEW_EVENTS_UNIQUE}"'
            self._connection.execute(f"CREATE VIEW {name} AS {parse(view).sql('duckdb')}")

    def insert(self, table: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Add rows; what a row does not name is null."""
        for row in rows:
            names = ", ".join(f'"{name}"' for name in row)
            marks = ", ".join("?" for _ in row)
            self._connection.execute(
                f'INSERT INTO "a_lake"."{table}" ({names}) VALUES ({marks})',  # noqa: S608 -- names of tests
                list(row.values()),
            )

    def query(self, sql: str, now: datetime) -> list[tuple[Any, ...]]:
        """Run a query written for Athena at a moment (UTC)."""

        def as_athena_means_it(node: exp.Expr) -> exp.Expr:
            return _as_athena_means_it(node, now)

        tree = parse(sql).transform(as_athena_means_it)
        return self._connection.execute(tree.sql("duckdb")).fetchall()

    def insert_rows_of(self, sql: str) -> None:
        """Run an INSERT written for Athena, whose query begins on its second line."""
        head, _, query = sql.partition("\n")
        self._connection.execute(f"{head} {parse(query).sql('duckdb')}")

    def column_names(self, sql: str) -> list[str]:
        """The columns that a query written for Athena gives."""
        described = self._connection.execute(f"DESCRIBE {parse(sql).sql('duckdb')}").fetchall()
        return [row[0] for row in described]


def _as_athena_means_it(node: exp.Expr, now: datetime) -> exp.Expr:
    parent = node.parent
    if isinstance(node, exp.CurrentDate):
        return exp.cast(exp.Literal.string(now.date().isoformat()), "date")
    if isinstance(node, exp.Localtimestamp):
        return exp.cast(exp.Literal.string(now.strftime("%Y-%m-%d %H:%M:%S")), "timestamp")
    # What is no JSON gives null in Athena, and an error in DuckDB.
    if isinstance(node, exp.JSONExtractScalar) and not isinstance(parent, exp.Try):
        return exp.Try(this=node)
    # A pattern that is not found gives null in Athena, and an empty text in DuckDB.
    if isinstance(node, exp.RegexpExtract) and not isinstance(parent, exp.Nullif):
        return exp.Nullif(this=node, expression=exp.Literal.string(""))
    # A group is $1 in Athena, and \\1 in DuckDB.
    if isinstance(node, exp.Literal) and node.find_ancestor(exp.RegexpReplace):
        return exp.Literal.string(re.sub(r"\$([0-9])", r"\\\1", node.this))
    return node
