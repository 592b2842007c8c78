"""Calls of functions: special forms, scalar functions, aggregates and window functions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from athena_on_duckdb.errors import ErrorName
from athena_on_duckdb.translation import comparisons, operators
from athena_on_duckdb.translation.coercion import coerce, unify
from athena_on_duckdb.translation.functions.aggregates import (
    AGGREGATES,
    NULL_TREATING,
    WINDOWS,
    WITHOUT_FRAME,
    Modifiers,
    listagg,
    modified,
    placeholders,
)
from athena_on_duckdb.translation.functions.arrays import ARRAYS
from athena_on_duckdb.translation.functions.binary import BINARY
from athena_on_duckdb.translation.functions.date_parts import DATE_PARTS
from athena_on_duckdb.translation.functions.dates import DATES, current
from athena_on_duckdb.translation.functions.format import formatted
from athena_on_duckdb.translation.functions.intervals import INTERVALS
from athena_on_duckdb.translation.functions.json import JSON_FUNCTIONS
from athena_on_duckdb.translation.functions.maps import MAPS
from athena_on_duckdb.translation.functions.math import MATH
from athena_on_duckdb.translation.functions.regex import REGEX
from athena_on_duckdb.translation.functions.text import TEXT
from athena_on_duckdb.translation.place import LIFTED, only
from athena_on_duckdb.translation.python.refusals import noting
from athena_on_duckdb.translation.rows import make_row
from athena_on_duckdb.translation.signatures import bind, resolve
from athena_on_duckdb.translation.typed import (
    Typed,
    field,
    not_supported,
    refuse,
    refuse_maps,
    struct,
    text,
)
from athena_on_duckdb.translation.windows import over
from athena_on_duckdb.types import INTEGER, UNKNOWN, VARCHAR

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from athena_on_duckdb.translation.expressions import Expressions
    from athena_on_duckdb.translation.place import Place
    from athena_on_duckdb.translation.signatures import Argument, Signature


def _merged(*tables: dict[str, tuple[Signature, ...]]) -> dict[str, tuple[Signature, ...]]:
    merged: dict[str, tuple[Signature, ...]] = {}
    for one in tables:
        for name, signatures in one.items():
            merged[name] = (*merged.get(name, ()), *signatures)
    return merged


SCALARS: Final = _merged(
    MATH, TEXT, BINARY, REGEX, JSON_FUNCTIONS, DATES, DATE_PARTS, INTERVALS, ARRAYS, MAPS
)


def call(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    """Translate a call, with what may stand around it: FILTER, OVER, IGNORE NULLS.

    Raises:
        QueryError: There is no such function for these arguments, or not at this place.
    """
    around = _unwrapped(node)
    name = _name(around.inner)
    if name in AGGREGATES or name in WINDOWS or name == "listagg":
        return _aggregate(self, name, around, place)
    if around.window is not None or around.filter is not None or around.nulls:
        detail = f"{name} is neither an aggregate nor a window function"
        raise refuse(ErrorName.FUNCTION_NOT_FOUND, detail)
    arguments: Sequence[exp.Expr] = around.inner.expressions
    special = _SPECIAL.get(name)
    if special is not None:
        return special(self, arguments, place)
    return function(self, name, arguments, place)


def function(self: Expressions, name: str, nodes: Sequence[exp.Expr], place: Place) -> Typed:
    """Translate a call of a scalar function.

    Raises:
        QueryError: There is none of this name for these arguments.
    """
    choices = SCALARS.get(name)
    if choices is None:
        detail = f"Function '{name}' is not registered, or not known to the local Athena"
        raise refuse(ErrorName.FUNCTION_NOT_FOUND, detail)
    arguments = tuple(self.argument(node, place) for node in nodes)
    return resolve(name, choices, arguments)


@dataclass(frozen=True, slots=True)
class _Around:
    """A call, and what stands around it."""

    inner: exp.Expr
    window: exp.Expr | None = None
    filter: exp.Expr | None = None
    nulls: str = ""
    within: exp.Expr | None = None


def _unwrapped(node: exp.Expr) -> _Around:
    found = _Around(node)
    while not isinstance(found.inner, exp.Anonymous | exp.GroupConcat):
        inner = found.inner
        if isinstance(inner, exp.Window):
            found = replace(found, window=inner, inner=inner.this)
        elif isinstance(inner, exp.Filter):
            found = replace(found, filter=inner.expression.this, inner=inner.this)
        elif isinstance(inner, exp.IgnoreNulls):
            found = replace(found, nulls=" IGNORE NULLS", inner=inner.this)
        elif isinstance(inner, exp.RespectNulls):
            found = replace(found, inner=inner.this)
        elif isinstance(inner, exp.WithinGroup):
            if not isinstance(inner.this, exp.GroupConcat):
                detail = "WITHIN GROUP stands behind LISTAGG alone"
                raise refuse(ErrorName.SYNTAX_ERROR, detail)
            found = replace(found, within=inner.expression, inner=inner.this)
        else:
            what = f"{inner.key} as an aggregate or a window function"
            raise not_supported(what)
    return found


def _name(node: exp.Expr) -> str:
    if isinstance(node, exp.GroupConcat):
        return "listagg"
    return str(node.name).lower()


def _aggregate(self: Expressions, name: str, around: _Around, place: Place) -> Typed:
    only_window = name in WINDOWS and name not in AGGREGATES
    allowed = place.windows if around.window is not None else place.aggregates and not only_window
    if not allowed:
        detail = f"{place.clause} cannot contain aggregations or window functions: {name}"
        raise refuse(ErrorName.EXPRESSION_NOT_SCALAR, detail)
    inside = place.inside_aggregate() if around.window is None else place.inside_window()
    nodes, distinct, order = _arguments(around.inner)
    if name == "listagg" and around.within is not None:
        order = around.within
    if around.nulls and name not in NULL_TREATING:
        detail = f"Cannot specify IGNORE NULLS for the function {name}"
        raise refuse(ErrorName.FUNCTION_NOT_FOUND, detail)
    if around.window is not None and (distinct or order is not None):
        what = "DISTINCT and ORDER BY within a window function's arguments"
        raise not_supported(what)
    after = ""
    if around.filter is not None and around.window is not None:
        detail = "FILTER is not yet supported for window functions"
        raise refuse(ErrorName.NOT_SUPPORTED, detail)
    if around.filter is not None:
        filtered = self.condition(around.filter, replace(inside, clause="FILTER"))
        after = f" FILTER (WHERE {filtered})"
    if around.window is not None:
        frameless = name if name in WITHOUT_FRAME else None
        inside_over = replace(place.inside_window(), clause="OVER")
        after += over(self, around.window, inside_over, without_frame=frameless)
    ordered = "" if order is None else f" {_order(self, order, inside)}"
    modifiers = Modifiers(distinct, ordered, after, around.nulls)
    if name == "listagg":
        return _lifted(_listagg(self, nodes, inside, modifiers), place)
    arguments: list[Argument] = [self.argument(node, inside) for node in nodes]
    if distinct:
        arguments = [_apart(name, argument) for argument in arguments]
    choices = (*AGGREGATES.get(name, ()), *WINDOWS.get(name, ()))
    bound, chosen = bind(name, choices, tuple(arguments))
    places = placeholders(bound)
    made = chosen.make if isinstance(chosen.make, str) else chosen.make(places)
    type_ = made.type if isinstance(made, Typed) else bound.returns
    sql = modified(made.sql if isinstance(made, Typed) else made, bound, modifiers)
    return _lifted(Typed(sql, type_), place)


def _listagg(
    self: Expressions, nodes: Sequence[exp.Expr], place: Place, modifiers: Modifiers
) -> Typed:
    if not modifiers.order:
        detail = "LISTAGG needs WITHIN GROUP"
        raise refuse(ErrorName.SYNTAX_ERROR, detail)
    values = [coerce(self.translate(node, place), VARCHAR) for node in nodes]
    literal = self.translate(nodes[1], place) if len(nodes) > 1 else Typed("''", VARCHAR, "")
    return listagg(values[0], literal, modifiers)


def _apart(name: str, argument: Argument) -> Argument:
    """Write an argument of DISTINCT: a map that is counted as its entries in order."""
    if not isinstance(argument, Typed):
        return argument
    if name == "count" and argument.type.name == "map":
        for child in argument.type.children:
            refuse_maps(child, "count(DISTINCT)")
        return replace(argument, sql=comparisons.in_order(argument.sql, argument.type))
    refuse_maps(argument.type, f"{name}(DISTINCT)")
    return argument


def _lifted(made: Typed, place: Place) -> Typed:
    """Leave an aggregate where it stands, but within try() put it outside and name it."""
    if place.lifted is None:
        return made
    place.lifted.append(made.sql)
    return Typed(field(LIFTED, f"a{len(place.lifted) - 1}"), made.type)


def _arguments(node: exp.Expr) -> tuple[list[exp.Expr], bool, exp.Expr | None]:
    """Give a call's arguments without DISTINCT and ORDER BY, and these."""
    if isinstance(node, exp.GroupConcat):
        only(node, "this", "separator")
        separator = node.args.get("separator")
        nodes: list[exp.Expr] = [node.this, *([] if separator is None else [separator])]
    else:
        nodes = list(node.expressions)
    distinct, order = False, None
    if nodes and isinstance(nodes[-1], exp.Order):
        order = nodes[-1]
        nodes[-1] = order.this
    elif nodes and isinstance(nodes[0], exp.Order):
        order = nodes[0]
        nodes[0] = order.this
    if nodes and isinstance(nodes[0], exp.Distinct):
        only(nodes[0], "expressions")
        distinct = True
        nodes = [*nodes[0].expressions, *nodes[1:]]
    if len(nodes) == 1 and isinstance(nodes[0], exp.Star):
        if _name(node) != "count" or distinct:
            detail = f"* is no argument of {_name(node)}"
            raise refuse(ErrorName.SYNTAX_ERROR, detail)
        nodes = []
    return nodes, distinct, order


def _order(self: Expressions, order: exp.Expr, place: Place) -> str:
    return f"ORDER BY {', '.join(ordered(self, item, place) for item in order.expressions)}"


def ordered(self: Expressions, item: exp.Expr, place: Place) -> str:
    """Translate an item of ORDER BY; Athena puts NULL last unless told otherwise."""
    return f"{sort_key(self.translate(item.this, place))}{direction(item)}"


def sort_key(value: Typed) -> str:
    """Write a value to sort by, which DuckDB must not take for a column's number."""
    if value.type.name in {"map", "json"}:
        detail = f"Type {value.type} is not orderable"
        raise refuse(ErrorName.TYPE_MISMATCH, detail)
    return value.sql if value.literal is None and value.type != UNKNOWN else f"({value.sql} || '')"


def direction(item: exp.Expr) -> str:
    """Write an item's direction."""
    only(item, "this", "desc", "nulls_first")
    return f" {'DESC' if item.args.get('desc') else 'ASC'} NULLS {_nulls(item)}"


def _nulls(item: exp.Expr) -> str:
    return "FIRST" if item.args.get("nulls_first") else "LAST"


def _coalesce(self: Expressions, nodes: Sequence[exp.Expr], place: Place) -> Typed:
    if len(nodes) < 2:  # noqa: PLR2004 -- the number is the thing itself
        detail = "The 'coalesce' function must have at least two arguments"
        raise refuse(ErrorName.INVALID_FUNCTION_ARGUMENT, detail)
    type_, made = unify([self.translate(node, place) for node in nodes], "Arguments of coalesce")
    return Typed(f"coalesce({', '.join(value.sql for value in made)})", type_)


def _nullif(self: Expressions, nodes: Sequence[exp.Expr], place: Place) -> Typed:
    if len(nodes) != 2:  # noqa: PLR2004 -- the number is the thing itself
        detail = "Invalid number of arguments for 'nullif' function"
        raise refuse(ErrorName.INVALID_FUNCTION_ARGUMENT, detail)
    first, second = (self.translate(node, place) for node in nodes)
    equal = comparisons.compare("=", first, second).sql
    return Typed(f"CASE WHEN {equal} THEN NULL ELSE {first.sql} END", first.type)


def _try(self: Expressions, nodes: Sequence[exp.Expr], place: Place) -> Typed:
    if len(nodes) != 1:
        detail = "The 'try' function must have exactly one argument"
        raise refuse(ErrorName.INVALID_FUNCTION_ARGUMENT, detail)
    # DuckDB has no aggregates within TRY, and takes what stands twice within TRY out of it and
    # computes it before, where an error is not caught; from a lambda it takes nothing.
    lifted = [] if place.lifted is None else place.lifted
    inside = replace(place, subqueries=False, clause="try", lifted=lifted)
    value = self.translate(nodes[0], inside)
    value = replace(value, sql=noting(value.sql, LIFTED))
    if place.lifted is not None:
        return Typed(f"TRY({value.sql})", value.type)
    given = struct([(f"a{index}", sql) for index, sql in enumerate(lifted)]) if lifted else "0"
    made = f"(list_transform([{given}], lambda {LIFTED}: TRY({value.sql})))[1]"
    return Typed(made, value.type)


def _row(self: Expressions, nodes: Sequence[exp.Expr], place: Place) -> Typed:
    return make_row([self.translate(node, place) for node in nodes])


def _grouping(self: Expressions, nodes: Sequence[exp.Expr], place: Place) -> Typed:
    if not place.aggregates:
        detail = f"{place.clause} cannot contain grouping operations"
        raise refuse(ErrorName.EXPRESSION_NOT_SCALAR, detail)
    inside = ", ".join(self.translate(node, place.inside_aggregate()).sql for node in nodes)
    return Typed(f"CAST(grouping({inside}) AS INTEGER)", INTEGER)


def _typeof(self: Expressions, nodes: Sequence[exp.Expr], place: Place) -> Typed:
    if len(nodes) != 1:
        detail = "typeof takes one argument"
        raise refuse(ErrorName.FUNCTION_NOT_FOUND, detail)
    value = self.translate(nodes[0], place)
    named = text(str(value.type))
    # An aggregate that nobody asks for still makes one row of many.
    if any(isinstance(found, exp.Anonymous) for found in nodes[0].walk()):
        return Typed(f"CASE WHEN ({value.sql}) IS NULL THEN {named} ELSE {named} END", VARCHAR)
    return Typed(named, VARCHAR)


def _format(self: Expressions, nodes: Sequence[exp.Expr], place: Place) -> Typed:
    return formatted([self.translate(node, place) for node in nodes])


def _current(name: str) -> Callable[[Expressions, Sequence[exp.Expr], Place], Typed]:
    def make(self: Expressions, nodes: Sequence[exp.Expr], place: Place) -> Typed:
        given = [self.translate(node, place).literal for node in nodes]
        if len(given) != 1 or not isinstance(given[0], int):
            what = f"{name} but of a literal precision"
            raise not_supported(what)
        return current(name, given[0])

    return make


def _mod(self: Expressions, nodes: Sequence[exp.Expr], place: Place) -> Typed:
    if len(nodes) != 2:  # noqa: PLR2004 -- the number is the thing itself
        detail = "mod takes two arguments"
        raise refuse(ErrorName.FUNCTION_NOT_FOUND, detail)
    left, right = (self.translate(node, place) for node in nodes)
    return operators.arithmetic("%", left, right)


def _concat(self: Expressions, nodes: Sequence[exp.Expr], place: Place) -> Typed:
    if len(nodes) < 2:  # noqa: PLR2004 -- the number is the thing itself
        detail = "There must be two or more concatenation arguments"
        raise refuse(ErrorName.INVALID_FUNCTION_ARGUMENT, detail)
    first, *rest = (self.translate(node, place) for node in nodes)
    if len(rest) > 1 and "char" in {value.type.name for value in (first, *rest)}:
        detail = "concat takes two values of char"
        raise refuse(ErrorName.FUNCTION_NOT_FOUND, detail)
    return reduce(operators.concatenate, rest, first)


_SPECIAL: Final[dict[str, Callable[[Expressions, Sequence[exp.Expr], Place], Typed]]] = {
    "coalesce": _coalesce,
    "nullif": _nullif,
    "try": _try,
    "row": _row,
    "grouping": _grouping,
    "typeof": _typeof,
    "format": _format,
    "current_timestamp": _current("current_timestamp"),
    "localtimestamp": _current("localtimestamp"),
    "mod": _mod,
    "concat": _concat,
}
