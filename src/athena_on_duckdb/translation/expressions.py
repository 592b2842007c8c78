"""Translates expressions: one rule for each kind of node; a node without a rule is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

from sqlglot import exp

from athena_on_duckdb.errors import ErrorName
from athena_on_duckdb.translation import calls, literals, operators
from athena_on_duckdb.translation.casts import explicit_cast, try_cast
from athena_on_duckdb.translation.coercion import NUMBERS, coerce
from athena_on_duckdb.translation.constructs import CONSTRUCTS, NULL
from athena_on_duckdb.translation.place import only
from athena_on_duckdb.translation.predicates import PREDICATES
from athena_on_duckdb.translation.rows import make_row
from athena_on_duckdb.translation.scope import row_field
from athena_on_duckdb.translation.signatures import LambdaSource, LambdaValue
from athena_on_duckdb.translation.typed import Typed, not_supported, refuse, text
from athena_on_duckdb.types import (
    BOOLEAN,
    UNKNOWN,
    VARBINARY,
    AthenaType,
    parse_type,
)

if TYPE_CHECKING:
    from athena_on_duckdb.translation.place import Place, Rule
    from athena_on_duckdb.translation.scope import Output, Scope

# Set by the parser on `DATE '...'` and its like, which are no CASTs.
TYPED_TEXT: Final = "athena_typed_text"
PLUS: Final = "athena_plus"
_ARITHMETIC: Final[dict[type[exp.Expr], str]] = {
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%",
}  # fmt: skip


class Queries(Protocol):
    """What expressions need of the translation of queries."""

    def subquery(self, query: exp.Expr, scope: Scope) -> tuple[str, tuple[Output, ...]]:
        """Translate a query that stands within an expression."""
        ...


class Expressions:
    """Translates expressions."""

    def __init__(self, queries: Queries) -> None:
        """Take what translates the queries within."""
        self._queries = queries

    def translate(self, node: exp.Expr, place: Place) -> Typed:
        """Translate an expression.

        Raises:
            QueryError: It is wrong, or has what the translation does not know.
        """
        rule = _RULES.get(type(node))
        if rule is None:
            what = f"{node.key.upper()} in {place.clause}"
            raise not_supported(what)
        return rule(self, node, place)

    def condition(self, node: exp.Expr, place: Place) -> str:
        """Translate a condition.

        Raises:
            QueryError: It is not boolean, or cannot be translated.
        """
        made = self.translate(node, place)
        if made.type not in {BOOLEAN, UNKNOWN}:
            detail = f"{place.clause} must be boolean, not {made.type}"
            raise refuse(ErrorName.TYPE_MISMATCH, detail)
        return coerce(made, BOOLEAN).sql

    def argument(self, node: exp.Expr, place: Place) -> Typed | LambdaSource:
        """Translate an argument, which may be a lambda."""
        if not isinstance(node, exp.Lambda):
            return self.translate(node, place)
        only(node, "this", "expressions")
        names = [name.name.lower() for name in node.expressions]

        def bind(types: tuple[AthenaType, ...]) -> LambdaValue:
            depth = sum(len(scope.parameters) for scope in _around(place.scope))
            sqls = tuple(f"v{depth + index}" for index in range(len(names)))
            parameters = {
                name: Typed(sql, type_) for name, sql, type_ in zip(names, sqls, types, strict=True)
            }
            inner = type(place.scope)(outer=place.scope, parameters=parameters)
            inside = replace(place.inside_aggregate(), scope=inner, subqueries=False)
            return LambdaValue(sqls, self.translate(node.this, inside))

        return LambdaSource(len(names), bind)

    def rows(self, query: exp.Expr, place: Place) -> tuple[str, Output]:
        """Translate a query within an expression; several columns are the fields of a row."""
        if not place.subqueries:
            what = f"a subquery in {place.clause}"
            raise not_supported(what)
        sql, outputs = self._queries.subquery(query, place.scope)
        if len(outputs) == 1:
            return sql, outputs[0]
        whole = make_row([Typed(f"s.c{i}", output.type) for i, output in enumerate(outputs)])
        made = f"SELECT {whole.sql} AS c0 FROM ({sql}) AS s"  # noqa: S608 -- translated SQL
        return made, type(outputs[0])(None, whole.type)

    def exists(self, query: exp.Expr, place: Place) -> str:
        """Translate the query of EXISTS."""
        if not place.subqueries:
            what = f"a subquery in {place.clause}"
            raise not_supported(what)
        return self._queries.subquery(query, place.scope)[0]


def _around(scope: Scope) -> list[Scope]:
    found: list[Scope] = []
    place: Scope | None = scope
    while place is not None:
        found.append(place)
        place = place.outer
    return found


def _literal(_: Expressions, node: exp.Expr, __: Place) -> Typed:
    return literals.text_literal(node.name) if node.is_string else literals.number(node.name)


def _boolean(_: Expressions, node: exp.Expr, __: Place) -> Typed:
    return literals.boolean(value=bool(node.this))


def _null(_: Expressions, __: exp.Expr, ___: Place) -> Typed:
    return NULL


def _hex(_: Expressions, node: exp.Expr, __: Place) -> Typed:
    digits = "".join(node.name.split())
    if len(digits) % 2 or any(digit not in "0123456789abcdefABCDEF" for digit in digits):
        detail = f"Binary literal must contain an even number of hexadecimal digits: {node.name}"
        raise refuse(ErrorName.SYNTAX_ERROR, detail)
    return Typed(f"unhex({text(digits)})", VARBINARY)


def _unicode(_: Expressions, node: exp.Expr, __: Place) -> Typed:
    if node.args.get("escape"):
        what = "UESCAPE"
        raise not_supported(what)
    return literals.unicode_text(node.name)


def _json_literal(_: Expressions, node: exp.Expr, __: Place) -> Typed:
    only(node, "this", "is_literal")
    return literals.typed_text(node.this.name, parse_type("json"))


def _column(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this", "table", "db", "catalog")
    if isinstance(node.this, exp.Star):
        detail = f"* cannot stand in {place.clause}"
        raise refuse(ErrorName.SYNTAX_ERROR, detail)
    del self
    parts = tuple(part.name for part in _parts(node))
    return place.scope.resolve(parts)


def _parts(node: exp.Expr) -> list[exp.Expr]:
    held = (node.args.get(name) for name in ("catalog", "db", "table", "this"))
    return [part for part in held if isinstance(part, exp.Expr)]


def _identifier(_: Expressions, node: exp.Expr, place: Place) -> Typed:
    return place.scope.resolve((node.name,))


def _dot(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    if not isinstance(node.expression, exp.Identifier):
        what = f"{node.sql()!r}"
        raise not_supported(what)
    return row_field(self.translate(node.this, place), node.expression.name)


def _paren(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this")
    made = self.translate(node.this, place)
    if node.meta.get(PLUS) and made.type.name not in NUMBERS - {"decimal"}:
        detail = f"Cannot apply operator: +{made.type}"
        raise refuse(ErrorName.TYPE_MISMATCH, detail)
    return made


def _arithmetic(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    left, right = self.translate(node.this, place), self.translate(node.expression, place)
    return operators.arithmetic(_ARITHMETIC[type(node)], left, right)


def _negate(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    # The sign belongs to the literal: the least bigint has no positive counterpart.
    if isinstance(node.this, exp.Literal) and not node.this.is_string:
        return literals.number(node.this.name, negative=True)
    return operators.negate(self.translate(node.this, place))


def _concatenate(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    return operators.concatenate(
        self.translate(node.this, place), self.translate(node.expression, place)
    )


def _scalar_query(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    query = node.this if isinstance(node, exp.Subquery) else node
    if isinstance(node, exp.Subquery):
        only(node, "this")
    sql, output = self.rows(query, place)
    return Typed(f"({sql})", output.type)


def _cast(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this", "to", "safe")
    target = parse_type(node.args["to"].sql(dialect="trino"))
    if node.meta.get(TYPED_TEXT):
        return literals.typed_text(node.this.name, target)
    value = self.translate(node.this, place)
    return (
        try_cast(value, target) if isinstance(node, exp.TryCast) else explicit_cast(value, target)
    )


_RULES: Final[dict[type[exp.Expr], Rule]] = {
    exp.Literal: _literal,
    exp.Boolean: _boolean,
    exp.Null: _null,
    exp.HexString: _hex,
    exp.UnicodeString: _unicode,
    exp.ParseJSON: _json_literal,
    exp.Column: _column,
    exp.Identifier: _identifier,
    exp.Dot: _dot,
    exp.Paren: _paren,
    **dict.fromkeys(_ARITHMETIC, _arithmetic),
    exp.Neg: _negate,
    exp.DPipe: _concatenate,
    exp.Subquery: _scalar_query,
    exp.Select: _scalar_query,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    **PREDICATES,
    **CONSTRUCTS,
    **dict.fromkeys(
        (exp.Anonymous, exp.Window, exp.Filter, exp.GroupConcat, exp.WithinGroup), calls.call
    ),
}
