"""Translates expressions: one rule for each kind of node; a node without a rule is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation import calls, literals, operators
from athena_on_duckdb.translation.casts import explicit_cast, try_cast
from athena_on_duckdb.translation.coercion import NUMBERS, coerce
from athena_on_duckdb.translation.constructs import CONSTRUCTS
from athena_on_duckdb.translation.place import only
from athena_on_duckdb.translation.predicates import PREDICATES
from athena_on_duckdb.translation.scope import Output, Scope, row_field
from athena_on_duckdb.translation.signatures import LambdaSource, LambdaValue
from athena_on_duckdb.translation.standard_json import STANDARD_JSON
from athena_on_duckdb.translation.typed import Typed, make_row, not_supported, text
from athena_on_duckdb.types import BOOLEAN, UNKNOWN, VARBINARY, AthenaType, parse_type

if TYPE_CHECKING:
    from athena_on_duckdb.translation.place import Place, Rule
    from athena_on_duckdb.translation.queries import Made, Queries

# Set by the parser on `DATE '...'` and its like, which are no CASTs.
TYPED_TEXT: Final = "athena_typed_text"
PLUS: Final = "athena_plus"
_ARITHMETIC: Final[dict[type[exp.Expr], str]] = {
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%",
}  # fmt: skip


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
            raise not_supported(what=f"{node.key.upper()} in {place.clause}")
        return rule(self, node, place)

    def condition(self, node: exp.Expr, place: Place) -> str:
        """Translate a condition.

        Raises:
            QueryError: It is not boolean, or cannot be translated.
        """
        made = self.translate(node, place)
        if made.type not in {BOOLEAN, UNKNOWN}:
            detail = f"{place.clause} must be boolean, not {made.type}"
            raise QueryError(ErrorName.TYPE_MISMATCH, detail)
        return coerce(made, BOOLEAN).sql

    def argument(self, node: exp.Expr, place: Place) -> Typed | LambdaSource:
        """Translate an argument, which may be a lambda."""
        if not isinstance(node, exp.Lambda):
            return self.translate(node, place)
        only(node, "this", "expressions")
        names = [name.name.lower() for name in node.expressions]

        def bind(types: tuple[AthenaType, ...]) -> LambdaValue:
            depth = place.scope.depth()
            sqls = tuple(f"v{depth + index}" for index in range(len(names)))
            parameters = {
                name: Typed(sql, type_) for name, sql, type_ in zip(names, sqls, types, strict=True)
            }
            inner = Scope(outer=place.scope, parameters=parameters)
            inside = replace(place.inside_aggregate(), scope=inner, subqueries=False)
            return LambdaValue(sqls, self.translate(node.this, inside))

        return LambdaSource(len(names), bind)

    def rows(self, query: exp.Expr, place: Place) -> tuple[str, Output]:
        """Translate a query within an expression; several columns are the fields of a row."""
        made = self.subquery(query, place)
        if len(made.outputs) == 1:
            return made.sql, made.outputs[0]
        whole = make_row([Typed(f"s.c{i}", output.type) for i, output in enumerate(made.outputs)])
        sql = f"SELECT {whole.sql} AS c0 FROM ({made.sql}) AS s"  # noqa: S608 -- translated SQL
        return sql, Output(None, whole.type)

    def subquery(self, query: exp.Expr, place: Place) -> Made:
        """Translate a query that stands within an expression, with or without parentheses."""
        if not place.subqueries:
            raise not_supported(what=f"a subquery in {place.clause}")
        query = query.this if isinstance(query, exp.Subquery) else query
        return self._queries.translate(query, Scope(outer=place.scope, queries=place.scope.queries))


def _literal(_: Expressions, node: exp.Expr, __: Place) -> Typed:
    return literals.text_literal(node.name) if node.is_string else literals.number(node.name)


def _hex(_: Expressions, node: exp.Expr, __: Place) -> Typed:
    digits = "".join(node.name.split())
    if len(digits) % 2 or any(digit not in "0123456789abcdefABCDEF" for digit in digits):
        detail = f"Binary literal must contain an even number of hexadecimal digits: {node.name}"
        raise QueryError(ErrorName.SYNTAX_ERROR, detail)
    return Typed(f"unhex({text(digits)})", VARBINARY)


def _unicode(_: Expressions, node: exp.Expr, __: Place) -> Typed:
    if node.args.get("escape"):
        raise not_supported(what="UESCAPE")
    return literals.unicode_text(node.name)


def _json_literal(_: Expressions, node: exp.Expr, __: Place) -> Typed:
    only(node, "this", "is_literal")
    return literals.typed_text(node.this.name, parse_type("json"))


def _column(_: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this", "table", "db", "catalog")
    if isinstance(node.this, exp.Star):
        raise QueryError(ErrorName.SYNTAX_ERROR, f"* cannot stand in {place.clause}")
    held = (node.args.get(name) for name in ("catalog", "db", "table", "this"))
    return place.scope.resolve(tuple(part.name for part in held if isinstance(part, exp.Expr)))


def _dot(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    if not isinstance(node.expression, exp.Identifier):
        raise not_supported(what=f"{node.sql()!r}")
    return row_field(self.translate(node.this, place), node.expression.name)


def _paren(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this")
    made = self.translate(node.this, place)
    if node.meta.get(PLUS) and made.type.name not in NUMBERS - {"decimal"}:
        raise QueryError(ErrorName.TYPE_MISMATCH, f"Cannot apply operator: +{made.type}")
    return made


def _arithmetic(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    left, right = self.translate(node.this, place), self.translate(node.expression, place)
    if isinstance(node, exp.DPipe):
        return operators.concatenate(left, right)
    return operators.arithmetic(_ARITHMETIC[type(node)], left, right)


def _negate(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    # The sign belongs to the literal: the least bigint has no positive counterpart.
    if isinstance(node.this, exp.Literal) and not node.this.is_string:
        return literals.number(node.this.name, negative=True)
    return operators.negate(self.translate(node.this, place))


def _scalar_query(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    if isinstance(node, exp.Subquery):
        only(node, "this")
    sql, output = self.rows(node, place)
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
    exp.Boolean: lambda _, node, __: literals.boolean(value=bool(node.this)),
    exp.Null: lambda _, __, ___: literals.NULL,
    exp.HexString: _hex,
    exp.UnicodeString: _unicode,
    exp.ParseJSON: _json_literal,
    exp.Column: _column,
    exp.Identifier: lambda _, node, place: place.scope.resolve((node.name,)),
    exp.Dot: _dot,
    exp.Paren: _paren,
    **dict.fromkeys((*_ARITHMETIC, exp.DPipe), _arithmetic),
    exp.Neg: _negate,
    exp.Subquery: _scalar_query,
    exp.Select: _scalar_query,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    **PREDICATES,
    **CONSTRUCTS,
    **STANDARD_JSON,
    **dict.fromkeys(
        (exp.Anonymous, exp.Window, exp.Filter, exp.GroupConcat, exp.WithinGroup), calls.call
    ),
}
