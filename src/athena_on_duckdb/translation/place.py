"""Where in a query an expression stands, and checks of sqlglot's trees."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from athena_on_duckdb.translation.typed import Typed, not_supported

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlglot import exp

    from athena_on_duckdb.translation.expressions import Expressions
    from athena_on_duckdb.translation.scope import Scope


# What the aggregates of try() are called within it.
LIFTED = "w0"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands.

    Attributes:
        scope: What it can name.
        clause: The clause, for messages.
        aggregates: Whether aggregates may stand here.
        windows: Whether window functions may.
        subqueries: Whether subqueries may.
        named_windows: The WINDOW clause.
        lifted: Within try(), the SQL of aggregates, which stand outside of it.
    """

    scope: Scope
    clause: str
    aggregates: bool = False
    windows: bool = False
    subqueries: bool = True
    named_windows: Mapping[str, exp.Expr] = field(default_factory=dict[str, "exp.Expr"])
    lifted: list[str] | None = None

    def inside_aggregate(self) -> Place:
        """Give the place of an aggregate's arguments."""
        clause = "an aggregate's arguments"
        return replace(self, clause=clause, aggregates=False, windows=False, lifted=None)

    def inside_window(self) -> Place:
        """Give the place of a window function's arguments, where aggregates may stand."""
        return replace(self, clause="a window function's arguments", windows=False, lifted=None)


def only(node: exp.Expr, *known: str) -> None:
    """Refuse a node that has more than what the caller knows of it.

    Raises:
        QueryError: It has.
    """
    for name, value in node.args.items():
        if name not in known and value is not None and value is not False and value != []:
            raise not_supported(what=f"{name.strip('_')} in {node.key}")


# What translates one kind of node.
Rule: TypeAlias = "Callable[[Expressions, exp.Expr, Place], Typed]"
