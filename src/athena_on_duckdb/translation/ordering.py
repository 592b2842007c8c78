"""Translates ORDER BY, OFFSET, LIMIT and FETCH."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.place import Place, only
from athena_on_duckdb.translation.typed import Typed, not_supported
from athena_on_duckdb.types import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from athena_on_duckdb.translation.expressions import Expressions
    from athena_on_duckdb.translation.scope import Output

_SEVERAL: Final = -1


def ordered(self: Expressions, item: exp.Expr, place: Place) -> str:
    """Translate an item of ORDER BY; Athena puts NULL last unless told otherwise."""
    return f"{sort_key(self.translate(item.this, place))}{direction(item)}"


def sort_key(value: Typed) -> str:
    """Write a value to sort by, which DuckDB must not take for a column's number."""
    if value.type.name in {"map", "json"}:
        raise QueryError(ErrorName.TYPE_MISMATCH, f"Type {value.type} is not orderable")
    return value.sql if value.literal is None and value.type != UNKNOWN else f"({value.sql} || '')"


def direction(item: exp.Expr) -> str:
    """Write an item's direction."""
    only(item, "this", "desc", "nulls_first")
    nulls = "FIRST" if item.args.get("nulls_first") else "LAST"
    return f" {'DESC' if item.args.get('desc') else 'ASC'} NULLS {nulls}"


def order_by(  # noqa: PLR0913 -- each is another part of the query
    expressions: Expressions,
    query: exp.Expr,
    place: Place,
    values: Sequence[Typed],
    aliases: dict[str, int],
    *,
    distinct: bool = False,
) -> str:
    """Write ORDER BY, which sees output columns before those of FROM.

    Raises:
        QueryError: It is wrong, or has what the translation does not know.
    """
    clause = query.args.get("order")
    if clause is None:
        return ""
    only(clause, "expressions")
    keys: list[str] = []
    for item in clause.expressions:
        wanted = item.this
        number = wanted.this if isinstance(wanted, exp.Neg) else wanted
        if isinstance(number, exp.Literal) and not number.is_string:
            value = at_position(wanted, values, "ORDER BY")
        else:
            value = _by_alias(wanted, values, aliases)
            value = value or expressions.translate(wanted, _seeing(place, aliases, values))
        if distinct and value.sql not in {known.sql for known in values}:
            detail = "For SELECT DISTINCT, ORDER BY expressions must appear in select list"
            raise QueryError(ErrorName.EXPRESSION_NOT_IN_DISTINCT, detail)
        keys.append(f"{sort_key(value)}{direction(item)}")
    return f" ORDER BY {', '.join(keys)}"


def _by_alias(wanted: exp.Expr, values: Sequence[Typed], aliases: dict[str, int]) -> Typed | None:
    if isinstance(wanted, exp.Column) and not wanted.args.get("table"):
        index = aliases.get(wanted.this.name.lower())
        if index == _SEVERAL:
            raise QueryError(ErrorName.AMBIGUOUS_NAME, f"Column '{wanted.this.name}' is ambiguous")
        return None if index is None else values[index]
    return None


def limit_and_offset(query: exp.Expr) -> str:
    """Write LIMIT, or FETCH, and OFFSET.

    Raises:
        QueryError: A number is no literal, or FETCH has what the translation does not know.
    """
    made = ""
    limit = query.args.get("limit")
    if isinstance(limit, exp.Fetch):
        only(limit, "direction", "count", "limit_options")
        options = limit.args.get("limit_options")
        if options is not None and (options.args.get("percent") or options.args.get("with_ties")):
            raise not_supported(what="FETCH but of a number of rows ONLY")
        count = limit.args.get("count")
        rows = 1 if count is None else _whole(count, "FETCH FIRST")
        if rows == 0:
            detail = "FETCH FIRST row count must be positive (actual value: 0)"
            raise QueryError(ErrorName.NUMERIC_VALUE_OUT_OF_RANGE, detail)
        made = f" LIMIT {rows}"
    elif limit is not None:
        only(limit, "expression")
        if limit.expression.name.upper() != "ALL" or isinstance(limit.expression, exp.Literal):
            made = f" LIMIT {_whole(limit.expression, 'LIMIT')}"
    if (offset := query.args.get("offset")) is not None:
        only(offset, "expression")
        made += f" OFFSET {_whole(offset.expression, 'OFFSET')}"
    return made


def _seeing(place: Place, aliases: dict[str, int], values: Sequence[Typed]) -> Place:
    """Let expressions of ORDER BY name output columns, which come before those of FROM."""
    outputs = {
        name: values[index]
        for name, index in aliases.items()
        if index != _SEVERAL and values[index].literal is None
    }
    return replace(place, scope=replace(place.scope, parameters=outputs))


def aliases_of(outputs: Sequence[Output]) -> dict[str, int]:
    """Give the output columns that ORDER BY can name."""
    found: dict[str, int] = {}
    for index, output in enumerate(outputs):
        if output.name is not None:
            name = output.name.lower()
            found[name] = _SEVERAL if name in found else index
    return found


def at_position(literal: exp.Expr, values: Sequence[Typed], clause: str) -> Typed:
    """Give the output column that a number names.

    Raises:
        QueryError: There is none.
    """
    if not literal.sql().isdigit() or not 1 <= int(literal.name) <= len(values):
        detail = f"{clause} position {literal.sql()} is not in select list"
        raise QueryError(ErrorName.INVALID_COLUMN_REFERENCE, detail)
    return values[int(literal.name) - 1]


def _whole(node: exp.Expr, clause: str) -> int:
    if isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit():
        return int(node.name)
    raise not_supported(what=f"{clause} but of a literal number")
