"""Translates GROUP BY, with GROUPING SETS, CUBE and ROLLUP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from athena_on_duckdb.translation.ordering import at_position
from athena_on_duckdb.translation.place import Place, only
from athena_on_duckdb.translation.typed import Typed, refuse_maps
from athena_on_duckdb.types import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from athena_on_duckdb.translation.expressions import Expressions
    from athena_on_duckdb.translation.scope import Scope

_GROUPINGS: Final[dict[type[exp.Expr], str]] = {
    exp.Cube: "CUBE ",
    exp.Rollup: "ROLLUP ",
    exp.GroupingSets: "GROUPING SETS ",
    exp.Tuple: "",
    exp.Paren: "",
}


def group_by(
    expressions: Expressions, query: exp.Select, scope: Scope, values: Sequence[Typed]
) -> str:
    """Write GROUP BY.

    Raises:
        QueryError: It is wrong, or has what the translation does not know.
    """
    clause = query.args.get("group")
    if clause is None:
        return ""
    only(clause, "expressions")
    items = [_group_item(expressions, item, scope, values) for item in clause.expressions]
    return f" GROUP BY {', '.join(items)}"


def _group_item(
    expressions: Expressions, item: exp.Expr, scope: Scope, values: Sequence[Typed]
) -> str:
    if isinstance(item, exp.Literal) and not item.is_string:
        return _group_key(at_position(item, values, "GROUP BY"))
    word = _GROUPINGS.get(type(item))
    if word is None:
        return _group_key(expressions.translate(item, Place(scope, "GROUP BY")))
    only(item, "this", "expressions")
    inside = item.expressions or ([item.this] if isinstance(item, exp.Paren) else [])
    sets = (_group_item(expressions, one, scope, values) for one in inside)
    return f"{word}({', '.join(sets)})"


def _group_key(value: Typed) -> str:
    refuse_maps(value.type, "GROUP BY")
    return value.sql if value.literal is None and value.type != UNKNOWN else f"({value.sql})"
