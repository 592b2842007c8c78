"""Calls of functions: special forms, scalar functions, aggregates and window functions."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation import comparisons, operators
from athena_on_duckdb.translation.coercion import unify
from athena_on_duckdb.translation.functions import aggregates
from athena_on_duckdb.translation.functions.aggregates import (
    NULL_TREATING,
    WITHOUT_FRAME,
    Modifiers,
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
from athena_on_duckdb.translation.ordering import ordered
from athena_on_duckdb.translation.place import LIFTED, only
from athena_on_duckdb.translation.python.refusals import noting
from athena_on_duckdb.translation.signatures import bind, resolve, table
from athena_on_duckdb.translation.typed import (
    Typed,
    field,
    make_row,
    not_supported,
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
    from athena_on_duckdb.translation.signatures import Argument


SCALARS: Final = table({
    **MATH, **TEXT, **BINARY, **REGEX, **JSON_FUNCTIONS, **DATES, **DATE_PARTS, **INTERVALS,
    **ARRAYS, **MAPS,
})  # fmt: skip
AGGREGATES: Final = table(aggregates.AGGREGATES)
_WINDOWS: Final = table(aggregates.WINDOWS)
_TWO: Final = range(2, 3)
_SEVERAL: Final = range(2, sys.maxsize)


def call(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    """Translate a call, with what may stand around it: FILTER, OVER, IGNORE NULLS.

    Raises:
        QueryError: There is no such function for these arguments, or not at this place.
    """
    around = _unwrapped(node)
    name = _name(around.inner)
    if name in AGGREGATES or name in _WINDOWS:
        return _aggregate(self, name, around, place)
    if around.window is not None or around.filter is not None or around.nulls:
        detail = f"{name} is neither an aggregate nor a window function"
        raise QueryError(ErrorName.FUNCTION_NOT_FOUND, detail)
    arguments: Sequence[exp.Expr] = around.inner.expressions
    if (special := _SPECIAL.get(name)) is not None:
        return special(self, arguments, place)
    if name in _OF_ANY:
        make, known, error, detail = _OF_ANY[name]
        if len(arguments) not in known:
            raise QueryError(error, detail)
        return make([self.translate(node, place) for node in arguments])
    return function(self, name, arguments, place)


def function(self: Expressions, name: str, nodes: Sequence[exp.Expr], place: Place) -> Typed:
    """Translate a call of a scalar function.

    Raises:
        QueryError: There is none of this name for these arguments.
    """
    choices = SCALARS.get(name)
    if choices is None:
        detail = f"Function '{name}' is not registered, or not known to the local Athena"
        raise QueryError(ErrorName.FUNCTION_NOT_FOUND, detail)
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
                raise QueryError(ErrorName.SYNTAX_ERROR, "WITHIN GROUP stands behind LISTAGG alone")
            found = replace(found, within=inner.expression, inner=inner.this)
        else:
            raise not_supported(what=f"{inner.key} as an aggregate or a window function")
    return found


def _name(node: exp.Expr) -> str:
    if isinstance(node, exp.GroupConcat):
        return "listagg"
    return str(node.name).lower()


def _aggregate(self: Expressions, name: str, around: _Around, place: Place) -> Typed:
    if not (place.aggregates and name not in _WINDOWS if around.window is None else place.windows):
        detail = f"{place.clause} cannot contain aggregations or window functions: {name}"
        raise QueryError(ErrorName.EXPRESSION_NOT_SCALAR, detail)
    inside = place.inside_aggregate() if around.window is None else place.inside_window()
    nodes, distinct, order = _arguments(around.inner)
    order = around.within or order
    if name == "listagg" and order is None:
        raise QueryError(ErrorName.SYNTAX_ERROR, "LISTAGG needs WITHIN GROUP")
    if around.nulls and name not in NULL_TREATING:
        detail = f"Cannot specify IGNORE NULLS for the function {name}"
        raise QueryError(ErrorName.FUNCTION_NOT_FOUND, detail)
    if around.window is not None and (distinct or order is not None):
        raise not_supported(what="DISTINCT and ORDER BY within a window function's arguments")
    after = ""
    if around.window is not None:
        if around.filter is not None:
            detail = "FILTER is not yet supported for window functions"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        frameless = name if name in WITHOUT_FRAME else None
        after = over(self, around.window, replace(inside, clause="OVER"), without_frame=frameless)
    elif around.filter is not None:
        filtered = self.condition(around.filter, replace(inside, clause="FILTER"))
        after = f" FILTER (WHERE {filtered})"
    keys = [] if order is None else [ordered(self, item, inside) for item in order.expressions]
    in_order = f" ORDER BY {', '.join(keys)}" if keys else ""
    modifiers = Modifiers(distinct, in_order, after, around.nulls)
    arguments: list[Argument] = [self.argument(node, inside) for node in nodes]
    if distinct:
        arguments = [_apart(name, argument) for argument in arguments]
    choices = AGGREGATES.get(name) or _WINDOWS[name]
    bound, chosen = bind(name, choices, tuple(arguments))
    made = chosen.make if isinstance(chosen.make, str) else chosen.make(placeholders(bound))
    made = made if isinstance(made, Typed) else Typed(made, bound.returns)
    return _lifted(replace(made, sql=modified(made.sql, bound, modifiers)), place)


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
    for at in (0, -1):
        if nodes and isinstance(nodes[at], exp.Order):
            order = nodes[at]
            nodes[at] = order.this
    if nodes and isinstance(nodes[0], exp.Distinct):
        only(nodes[0], "expressions")
        distinct = True
        nodes = [*nodes[0].expressions, *nodes[1:]]
    if len(nodes) == 1 and isinstance(nodes[0], exp.Star):
        if _name(node) != "count" or distinct:
            raise QueryError(ErrorName.SYNTAX_ERROR, f"* is no argument of {_name(node)}")
        nodes = []
    return nodes, distinct, order


def _coalesce(values: list[Typed]) -> Typed:
    type_, made = unify(values, "Arguments of coalesce")
    return Typed(f"coalesce({', '.join(value.sql for value in made)})", type_)


def _nullif(values: list[Typed]) -> Typed:
    equal = comparisons.compare("=", *values).sql
    return Typed(f"CASE WHEN {equal} THEN NULL ELSE {values[0].sql} END", values[0].type)


def _try(self: Expressions, nodes: Sequence[exp.Expr], place: Place) -> Typed:
    if len(nodes) != 1:
        detail = "The 'try' function must have exactly one argument"
        raise QueryError(ErrorName.INVALID_FUNCTION_ARGUMENT, detail)
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


def _grouping(self: Expressions, nodes: Sequence[exp.Expr], place: Place) -> Typed:
    if not place.aggregates:
        detail = f"{place.clause} cannot contain grouping operations"
        raise QueryError(ErrorName.EXPRESSION_NOT_SCALAR, detail)
    inside = ", ".join(self.translate(node, place.inside_aggregate()).sql for node in nodes)
    return Typed(f"CAST(grouping({inside}) AS INTEGER)", INTEGER)


def _typeof(self: Expressions, nodes: Sequence[exp.Expr], place: Place) -> Typed:
    if len(nodes) != 1:
        raise QueryError(ErrorName.FUNCTION_NOT_FOUND, "typeof takes one argument")
    value = self.translate(nodes[0], place)
    named = text(str(value.type))
    # An aggregate that nobody asks for still makes one row of many.
    if any(isinstance(found, exp.Anonymous) for found in nodes[0].walk()):
        return Typed(f"CASE WHEN ({value.sql}) IS NULL THEN {named} ELSE {named} END", VARCHAR)
    return Typed(named, VARCHAR)


def _current(
    self: Expressions, nodes: Sequence[exp.Expr], place: Place, *, name: str = "current_timestamp"
) -> Typed:
    given = [self.translate(node, place).literal for node in nodes]
    if len(given) != 1 or not isinstance(given[0], int):
        raise not_supported(what=f"{name} but of a literal precision")
    return current(name, given[0])


def _concat(values: list[Typed]) -> Typed:
    if len(values) > 2:  # noqa: PLR2004 -- the number is the thing itself
        names = {value.type.name for value in values}
        if "char" in names:
            raise QueryError(ErrorName.FUNCTION_NOT_FOUND, "concat takes two values of char")
        # Of two values, a NULL would be taken for an array.
        if UNKNOWN.name in names and len(names - {UNKNOWN.name}) == 1:
            _, values = unify(values, "The values of concat")
    return reduce(operators.concatenate, values)


_SPECIAL: Final[dict[str, Callable[[Expressions, Sequence[exp.Expr], Place], Typed]]] = {
    "try": _try,
    "grouping": _grouping,
    "typeof": _typeof,
    "current_timestamp": _current,
    "localtimestamp": partial(_current, name="localtimestamp"),
}
# What takes values of any type, how many, and what is said of another number.
_OF_ANY: Final[dict[str, tuple[Callable[[list[Typed]], Typed], range, ErrorName, str]]] = {
    "coalesce": (
        _coalesce, _SEVERAL, ErrorName.INVALID_FUNCTION_ARGUMENT,
        "The 'coalesce' function must have at least two arguments",
    ),
    "concat": (
        _concat, _SEVERAL, ErrorName.INVALID_FUNCTION_ARGUMENT,
        "There must be two or more concatenation arguments",
    ),
    "format": (
        formatted, _SEVERAL, ErrorName.FUNCTION_NOT_FOUND,
        "format takes a pattern and at least one argument",
    ),
    "mod": (
        lambda values: operators.arithmetic("%", *values), _TWO, ErrorName.FUNCTION_NOT_FOUND,
        "mod takes two arguments",
    ),
    "nullif": (
        _nullif, _TWO, ErrorName.INVALID_FUNCTION_ARGUMENT,
        "Invalid number of arguments for 'nullif' function",
    ),
    "row": (make_row, range(1, sys.maxsize), ErrorName.SYNTAX_ERROR, "row takes arguments"),
}  # fmt: skip
