"""Translates a query, or a condition, of Athena's SQL into DuckDB's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlglot import exp

    from local.athena.query_result import ResultColumn

# Relations by schema and name; columns by name, in order, with Athena's types.
Relations: TypeAlias = "Mapping[tuple[str, str], Mapping[str, str]]"


@dataclass(frozen=True, slots=True)
class Translation:
    """A query for DuckDB.

    Attributes:
        sql: The query.
        columns: The columns that Athena gives of it.
    """

    sql: str
    columns: tuple[ResultColumn, ...]


def translate(query: exp.Query, relations: Relations) -> Translation:
    """Translate a query whose tables are all replaced by relations that DuckDB holds.

    Args:
        query: The query; its tables are named by schema and name, with an alias where the user
            gave one, or where the name differs from the user's.
        relations: Of each relation its columns and their Athena types.

    Raises:
        QueryError: The query is wrong, or has what the translation does not know.
    """
    raise NotImplementedError


def translate_condition(expression: exp.Expression, columns: Mapping[str, str]) -> str:
    """Translate a condition over columns, which DuckDB must offer under their quoted names.

    Raises:
        QueryError: The condition is wrong, names another column, holds an aggregate, a window or
            a subquery, or has what the translation does not know.
    """
    raise NotImplementedError
