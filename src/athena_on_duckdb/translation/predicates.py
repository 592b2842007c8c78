"""Translates what is true, false or NULL: comparisons, IN, LIKE, EXISTS, AND, OR, NOT."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation import comparisons
from athena_on_duckdb.translation.coercion import INTEGERS, coerce, convert, unify
from athena_on_duckdb.translation.functions.regex import like
from athena_on_duckdb.translation.place import only
from athena_on_duckdb.translation.typed import Typed, not_supported
from athena_on_duckdb.types import BOOLEAN, VARCHAR

if TYPE_CHECKING:
    from athena_on_duckdb.translation.expressions import Expressions
    from athena_on_duckdb.translation.place import Place, Rule
    from athena_on_duckdb.translation.scope import Output

_SIGNS: Final[dict[type[exp.Expr], str]] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<=",
}  # fmt: skip


def _and_or(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    # Long chains lean to the left; walking them keeps Python's stack flat.
    word = "AND" if isinstance(node, exp.And) else "OR"
    sides: list[exp.Expr] = []
    while type(node) is (exp.And if word == "AND" else exp.Or):
        sides.append(node.expression)
        node = node.this
    sides.append(node)
    inside = replace(place, clause=f"a side of {word}")
    made = f" {word} ".join(self.condition(side, inside) for side in reversed(sides))
    return Typed(f"({made})", BOOLEAN)


def _not(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    return Typed(f"(NOT {self.condition(node.this, replace(place, clause='NOT'))})", BOOLEAN)


def _compare(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this", "expression")
    sign = _SIGNS[type(node)]
    right = node.expression
    if isinstance(right, exp.Any | exp.All) or (
        isinstance(right, exp.Anonymous) and right.name.lower() in {"all", "some", "any"}
    ):
        return _quantified(self, sign, node.this, right, place)
    return comparisons.compare(sign, self.translate(node.this, place), self.translate(right, place))


def _quantified(
    self: Expressions, sign: str, value: exp.Expr, right: exp.Expr, place: Place
) -> Typed:
    every = isinstance(right, exp.All) or right.name.lower() == "all"
    query = right.expressions[0] if isinstance(right, exp.Anonymous) else right.this
    left = self.translate(value, place)
    return Typed(_against(left, sign, *self.rows(query, place), every=every), BOOLEAN)


# Types of which DuckDB's own comparison with a subquery gives what Athena's does.
_NATIVE: Final = frozenset({"boolean", "varchar", "date", "decimal", "uuid", *INTEGERS})


def _against(value: Typed, sign: str, sql: str, output: Output, *, every: bool = False) -> str:
    """Compare a value with those of a query."""
    common, _ = unify([value, Typed("", output.type)], "Value and result of the subquery")
    if common.name in _NATIVE or (common.name == "timestamp" and value.type == output.type):
        left = convert(value.sql, value.type, common)
        if common != output.type:
            sql = f"SELECT {convert('s.c0', output.type, common)} AS c0 FROM ({sql}) AS s"  # noqa: S608 -- translated SQL, whose names are our own
        return f"({left} {sign} {'ALL' if every else 'ANY'} ({sql}))"
    other = Typed("s.c0", output.type)
    answer = comparisons.compare(sign, value, other).sql
    if (sign, every) == ("=", False):
        answer = comparisons.identical(value, other)
    elif (sign, every) == ("<>", True):
        answer = f"(NOT {comparisons.identical(value, other)})"
    settled = f"bool_or(NOT {answer})" if every else f"bool_or({answer})"
    decided, otherwise = ("false", "true") if every else ("true", "false")
    return (
        f"(SELECT CASE WHEN {settled} THEN {decided} WHEN count({answer}) < count(*) THEN NULL"  # noqa: S608
        f" ELSE {otherwise} END FROM ({sql}) AS s)"
    )


def _between(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this", "low", "high")
    value, low, high = (self.translate(node.args[name], place) for name in ("this", "low", "high"))
    above = comparisons.compare(">=", value, low).sql
    below = comparisons.compare("<=", value, high).sql
    return Typed(f"({above} AND {below})", BOOLEAN)


def _in(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this", "expressions", "query")
    query = node.args.get("query")
    if len(node.expressions) == 1 and isinstance(node.expressions[0], exp.Values):
        query = node.expressions[0]
    if not node.expressions and query is None:
        raise QueryError(ErrorName.SYNTAX_ERROR, "IN takes at least one value")
    value = self.translate(node.this, place)
    if query is not None:
        return Typed(_against(value, "=", *self.rows(query, place)), BOOLEAN)
    given = [self.translate(one, place) for one in node.expressions]
    equal = [comparisons.compare("=", value, one).sql for one in given]
    if any("athena_decimal_compare" in one for one in equal):
        return Typed(f"({' OR '.join(equal)})", BOOLEAN)
    _, (value, *given) = unify([value, *given], "IN value and list items")
    if value.type.name in {"double", "real"} or value.type.children:
        equal = [comparisons.compare("=", value, one).sql for one in given]
        return Typed(f"({' OR '.join(equal)})", BOOLEAN)
    return Typed(f"({value.sql} IN ({', '.join(one.sql for one in given)}))", BOOLEAN)


def _is(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this", "expression")
    if not isinstance(node.expression, exp.Null):
        detail = (
            f"IS {node.expression.sql()}: only IS [NOT] NULL and IS [NOT] DISTINCT FROM are known"
        )
        raise QueryError(ErrorName.SYNTAX_ERROR, detail)
    return Typed(f"({self.translate(node.this, place).sql} IS NULL)", BOOLEAN)


def _distinct_from(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this", "expression")
    left, right = self.translate(node.this, place), self.translate(node.expression, place)
    return comparisons.distinct_from(left, right, negated=isinstance(node, exp.NullSafeEQ))


def _like(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    escape = None
    if isinstance(node, exp.Escape):
        escape = self.translate(node.expression, place)
        node = node.this
    only(node, "this", "expression", "negate")
    if not isinstance(node, exp.Like):
        raise not_supported(what=f"ESCAPE of {node.key}")
    if isinstance(node.expression, exp.Any | exp.All):
        raise not_supported(what="LIKE ANY and LIKE ALL")
    value, pattern = self.translate(node.this, place), self.translate(node.expression, place)
    value = value if value.type.name == "char" else coerce(value, VARCHAR)
    made = like(value, coerce(pattern, VARCHAR), escape)
    return Typed(f"(NOT {made})" if node.args.get("negate") else made, BOOLEAN)


def _exists(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this")
    return Typed(f"EXISTS ({self.subquery(node.this, place).sql})", BOOLEAN)


PREDICATES: Final[dict[type[exp.Expr], Rule]] = {
    **dict.fromkeys(_SIGNS, _compare),
    exp.And: _and_or,
    exp.Or: _and_or,
    exp.Not: _not,
    exp.Between: _between,
    exp.In: _in,
    exp.Is: _is,
    exp.NullSafeEQ: _distinct_from,
    exp.NullSafeNEQ: _distinct_from,
    exp.Like: _like,
    exp.Escape: _like,
    exp.Exists: _exists,
}
