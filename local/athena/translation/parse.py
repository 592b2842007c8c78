"""Parses Athena's SQL and keeps what a translation must know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlglot
from sqlglot.errors import SqlglotError

from local.athena.errors import ErrorName, QueryError

if TYPE_CHECKING:
    from sqlglot import exp


def parse(sql: str) -> exp.Expression:
    """Parse one statement.

    Raises:
        QueryError: The text is no statement, or more than one.
    """
    try:
        statements = sqlglot.parse(sql, read="trino")
    except SqlglotError as error:
        raise QueryError(ErrorName.SYNTAX_ERROR, str(error)) from error
    if len(statements) != 1 or statements[0] is None:
        detail = "Give one statement."
        raise QueryError(ErrorName.SYNTAX_ERROR, detail)
    return statements[0]
