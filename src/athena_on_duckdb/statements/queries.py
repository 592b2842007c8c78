"""Queries: by themselves, and for the statements that have one inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from sqlglot import exp

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.results.columns import line_columns
from athena_on_duckdb.results.outcome import Form, Lines
from athena_on_duckdb.statements.model import Statement, StatementType
from athena_on_duckdb.translation.parse import parse

if TYPE_CHECKING:
    from athena_on_duckdb.query_result import QueryResult
    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.tokens import Reader

# With these a query begins.
QUERY: Final = ("SELECT", "WITH", "VALUES", "(")


@dataclass(frozen=True, slots=True)
class Select(Statement):
    """SELECT, WITH or VALUES."""

    type = StatementType.DML
    subtype = "SELECT"
    form = Form.ROWS
    query: str

    def run(self, context: Context) -> QueryResult:
        """Runs the query."""
        return run_query(context, self.query)


@dataclass(frozen=True, slots=True)
class Explain(Statement):
    """EXPLAIN of a query: DuckDB's plan of it."""

    type = StatementType.UTILITY
    subtype = "EXPLAIN"
    query: str

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Reads the query, which no option may stand before."""
        text = reader.token.text[:40].upper()
        if reader.is_at("ANALYZE") or reader.is_at("("):
            detail = f"EXPLAIN {text} is not supported: only EXPLAIN of a query is"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        if not any(map(reader.is_at, QUERY)):
            detail = f"EXPLAIN of {text} is not supported: only of a query"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        return cls(reader.rest())

    def run(self, context: Context) -> Lines:
        """Asks for the plan."""
        plan = context.engine.explain(
            parse_query(self.query),
            database=context.asked.database,
            source=context.engine.source(context.clients),
        )
        return Lines(line_columns("Query Plan"), tuple(plan.splitlines()))


def run_query(context: Context, text: str) -> QueryResult:
    """Run a query in the context of a statement.

    Raises:
        QueryError: It is wrong or not supported, or failed on the data.
        CancelledError: It was stopped, or would read more than it may.
    """
    return context.engine.run(
        parse_query(text),
        database=context.asked.database,
        source=context.engine.source(context.clients),
        bytes_scanned_cutoff=context.asked.cutoff_bytes,
    )


def check_query(statement: Statement) -> None:
    """Read the SQL inside a statement, if there is any, so that it is refused before it runs.

    Raises:
        QueryError: It is wrong.
    """
    query = getattr(statement, "query", None)
    if query is not None:
        parse_query(query)
    change = getattr(statement, "change", None)
    if change is not None:
        parse(change)


def parse_query(text: str) -> exp.Query:
    """Parse a text that must be a query.

    Raises:
        QueryError: It is none.
    """
    tree = parse(text)
    if isinstance(tree, exp.Values):  # to the parser no query, but a table
        tree = parse(f"SELECT * FROM (\n{text}\n)")  # noqa: S608 - it is one already
    if not isinstance(tree, exp.Query):
        detail = f"{tree.key.upper()} stands where a query must"
        raise QueryError(ErrorName.SYNTAX_ERROR, detail)
    return tree
