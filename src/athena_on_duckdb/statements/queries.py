"""Runs queries: by themselves, and for the statements that have one inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.results.columns import line_columns
from athena_on_duckdb.results.outcome import Lines
from athena_on_duckdb.translation.parse import parse

if TYPE_CHECKING:
    from athena_on_duckdb.query_result import QueryResult
    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.model import Explain, Select, Statement


def select(context: Context, statement: Select) -> QueryResult:
    """Run a query.

    Raises:
        QueryError: It is wrong or not supported, or failed on the data.
        CancelledError: It was stopped, or would read more than it may.
    """
    return run_query(context, statement.query)


def explain(context: Context, statement: Explain) -> Lines:
    """Give DuckDB's plan of a query.

    Raises:
        QueryError: It is wrong or not supported.
    """
    plan = context.engine.explain(
        parse_query(statement.query), database=context.database, clients=context.clients
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
        database=context.database,
        clients=context.clients,
        bytes_scanned_cutoff=context.cutoff_bytes,
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
