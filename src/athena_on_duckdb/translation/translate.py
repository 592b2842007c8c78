"""Translates a query, or a condition, of Athena's SQL into DuckDB's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from athena_on_duckdb.query_result import ResultColumn
from athena_on_duckdb.translation.place import Place
from athena_on_duckdb.translation.queries import Queries
from athena_on_duckdb.translation.relations import Relations
from athena_on_duckdb.translation.scope import Column, Scope
from athena_on_duckdb.translation.typed import Typed, not_supported
from athena_on_duckdb.types import WITH_TIME_ZONE, parse_type, quoted, result_type_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlglot import exp

    from athena_on_duckdb.types import AthenaType

__all__ = ["Relations", "Translation", "translate", "translate_condition"]


@dataclass(frozen=True, slots=True)
class Translation:
    """A query for DuckDB.

    Attributes:
        sql: The query; its columns are `c0`, `c1` and so on.
        columns: The columns that Athena gives of it.
        types: Their types.
    """

    sql: str
    columns: tuple[ResultColumn, ...]
    types: tuple[AthenaType, ...]


def translate(query: exp.Expr, relations: Relations) -> Translation:
    """Translate a query whose tables are all replaced by relations that DuckDB holds.

    Args:
        query: The query; its tables are named by schema and name, with an alias where the user
            gave one, or where the name differs from the user's. It is not changed.
        relations: Of each relation its columns and their Athena types. Columns whose name begins
            with `$` are left out of `*`.

    Raises:
        QueryError: The query is wrong, or has what the translation does not know.
    """
    made = Queries(relations).translate(query, Scope())
    for output in made.outputs:
        _check_shown(output.type)
    columns = tuple(
        ResultColumn(
            f"_col{index}" if output.name is None else output.name, result_type_name(output.type)
        )
        for index, output in enumerate(made.outputs)
    )
    return Translation(made.sql, columns, tuple(output.type for output in made.outputs))


def _check_shown(type_: AthenaType) -> None:
    if type_.name == WITH_TIME_ZONE and type_.zone is None:
        what = "which zone a resulting timestamp is in, as it may differ from row to row"
        raise not_supported(what=what)
    for child in type_.children:
        _check_shown(child)


def translate_condition(expression: exp.Expr, columns: Mapping[str, str]) -> str:
    """Translate a condition over columns, which DuckDB must offer under their quoted names.

    Raises:
        QueryError: The condition is wrong, names another column, holds an aggregate, a window or
            a subquery, or has what the translation does not know.
    """
    scope = Scope(
        tuple(Column(name, None, Typed(quoted(name), parse_type(t))) for name, t in columns.items())
    )
    place = Place(scope, "a condition on partitions", subqueries=False)
    return Queries({}).expressions.condition(expression, place)
