"""Translates expressions: one rule for each kind of node; a node without a rule is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

from sqlglot import exp

from local.athena.errors import ErrorName
from local.athena.translation import calls, literals, operators
from local.athena.translation.casts import explicit_cast, try_cast
from local.athena.translation.coercion import coerce, convert, unify
from local.athena.translation.functions import json as json_functions
from local.athena.translation.functions import text as text_functions
from local.athena.translation.functions.arrays import subscript
from local.athena.translation.functions.dates import at_time_zone, current, part
from local.athena.translation.functions.maps import map_subscript
from local.athena.translation.functions.regex import like
from local.athena.translation.place import only
from local.athena.translation.scope import row_field
from local.athena.translation.signatures import LambdaSource, LambdaValue
from local.athena.translation.typed import Typed, cast, field, not_supported, refuse, struct, text
from local.athena.types import (
    BIGINT,
    BOOLEAN,
    UNKNOWN,
    VARBINARY,
    VARCHAR,
    AthenaType,
    array,
    field_names,
    parse_type,
    row,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.athena.translation.place import Place
    from local.athena.translation.scope import Output, Scope

# Set by the parser on `DATE '...'` and its like, which are no CASTs.
TYPED_TEXT: Final = "athena_typed_text"
_NULL: Final = Typed(cast("NULL", UNKNOWN), UNKNOWN)
_SIGNS: Final[dict[type[exp.Expr], str]] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<=",
}  # fmt: skip
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
        """Translate a query of one column that stands within an expression."""
        if not place.subqueries:
            what = f"a subquery in {place.clause}"
            raise not_supported(what)
        sql, outputs = self._queries.subquery(query, place.scope)
        if len(outputs) != 1:
            detail = f"Multiple columns returned by subquery are not supported: {len(outputs)}"
            raise refuse(ErrorName.NOT_SUPPORTED, detail)
        return sql, outputs[0]

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
    return _NULL


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
    return self.translate(node.this, place)


def _arithmetic(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    left, right = self.translate(node.this, place), self.translate(node.expression, place)
    return operators.arithmetic(_ARITHMETIC[type(node)], left, right)


def _negate(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    return operators.negate(self.translate(node.this, place))


def _concatenate(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    return operators.concatenate(
        self.translate(node.this, place), self.translate(node.expression, place)
    )


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
    sign = _SIGNS[type(node)]
    right = node.expression
    if isinstance(right, exp.Any | exp.All) or (
        isinstance(right, exp.Anonymous) and right.name.lower() in {"all", "some", "any"}
    ):
        return _quantified(self, sign, node.this, right, place)
    if isinstance(node.this, exp.Tuple) and isinstance(right, exp.Tuple):
        return _compare_rows(self, sign, node.this, right, place)
    return operators.compare(sign, self.translate(node.this, place), self.translate(right, place))


def _compare_rows(
    self: Expressions, sign: str, left: exp.Expr, right: exp.Expr, place: Place
) -> Typed:
    if sign not in {"=", "<>"} or len(left.expressions) != len(right.expressions):
        what = f"comparing these rows by {sign}"
        raise not_supported(what)
    pairs = zip(left.expressions, right.expressions, strict=True)
    parts = [
        operators.compare("=", self.translate(a, place), self.translate(b, place)).sql
        for a, b in pairs
    ]
    made = f"({' AND '.join(parts)})"
    return Typed(made if sign == "=" else f"(NOT {made})", BOOLEAN)


def _quantified(
    self: Expressions, sign: str, value: exp.Expr, right: exp.Expr, place: Place
) -> Typed:
    every = isinstance(right, exp.All) or right.name.lower() == "all"
    query = right.expressions[0] if isinstance(right, exp.Anonymous) else right.this
    query = query.this if isinstance(query, exp.Subquery) else query
    sql, output = self.rows(query, place)
    left, (made, _) = _one_type(self.translate(value, place), sql, output)
    return Typed(f"({left} {sign} {'ALL' if every else 'ANY'} ({made}))", BOOLEAN)


def _one_type(value: Typed, sql: str, output: Output) -> tuple[str, tuple[str, AthenaType]]:
    """Turn a value and the column of a query into one type."""
    common, _ = unify([value, Typed("", output.type)], "Value and result of the subquery")
    if common.name in {"double", "real", "row", "map", "array", "json", "char"}:
        what = f"comparing values of type {common} with those of a subquery"
        raise not_supported(what)
    if common != output.type:
        sql = f"SELECT {convert('s.c0', output.type, common)} AS c0 FROM ({sql}) AS s"  # noqa: S608 -- translated SQL, whose names are our own
    return convert(value.sql, value.type, common), (sql, common)


def _between(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this", "low", "high")
    value, low, high = (self.translate(node.args[name], place) for name in ("this", "low", "high"))
    above = operators.compare(">=", value, low).sql
    below = operators.compare("<=", value, high).sql
    return Typed(f"({above} AND {below})", BOOLEAN)


def _in(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this", "expressions", "query")
    if (query := node.args.get("query")) is not None:
        query = query.this if isinstance(query, exp.Subquery) else query
        sql, output = self.rows(query, place)
        left, (made, _) = _one_type(self.translate(node.this, place), sql, output)
        return Typed(f"({left} IN ({made}))", BOOLEAN)
    if isinstance(node.this, exp.Tuple):
        choices = [_compare_rows(self, "=", node.this, one, place) for one in node.expressions]
        return Typed(f"({' OR '.join(choice.sql for choice in choices)})", BOOLEAN)
    value = self.translate(node.this, place)
    given = [self.translate(one, place) for one in node.expressions]
    for one in given:
        _ = operators.compare("=", value, one)
    _, (value, *given) = unify([value, *given], "IN value and list items")
    if value.type.name in {"double", "real", "array"}:
        equal = [operators.compare("=", value, one).sql for one in given]
        return Typed(f"({' OR '.join(equal)})", BOOLEAN)
    return Typed(f"({value.sql} IN ({', '.join(one.sql for one in given)}))", BOOLEAN)


def _is(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    if not isinstance(node.expression, exp.Null):
        detail = (
            f"IS {node.expression.sql()}: only IS [NOT] NULL and IS [NOT] DISTINCT FROM are known"
        )
        raise refuse(ErrorName.SYNTAX_ERROR, detail)
    return Typed(f"({self.translate(node.this, place).sql} IS NULL)", BOOLEAN)


def _distinct_from(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    left, right = self.translate(node.this, place), self.translate(node.expression, place)
    return operators.distinct_from(left, right, negated=isinstance(node, exp.NullSafeEQ))


def _like(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    escape = None
    if isinstance(node, exp.Escape):
        escape = self.translate(node.expression, place)
        node = node.this
    only(node, "this", "expression")
    if not isinstance(node, exp.Like):
        what = f"ESCAPE of {node.key}"
        raise not_supported(what)
    if isinstance(node.expression, exp.Any | exp.All):
        what = "LIKE ANY and LIKE ALL"
        raise not_supported(what)
    value, pattern = self.translate(node.this, place), self.translate(node.expression, place)
    return Typed(like(coerce(value, VARCHAR), coerce(pattern, VARCHAR), escape), BOOLEAN)


def _exists(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this")
    query = node.this.this if isinstance(node.this, exp.Subquery) else node.this
    return Typed(f"EXISTS ({self.exists(query, place)})", BOOLEAN)


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


def _if(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this", "true", "false")
    condition = self.condition(node.this, replace(place, clause="the condition of IF"))
    other = node.args.get("false")
    otherwise = _NULL if other is None else self.translate(other, place)
    type_, (yes, no) = unify([self.translate(node.args["true"], place), otherwise], "Results of IF")
    return Typed(f"CASE WHEN {condition} THEN {yes.sql} ELSE {no.sql} END", type_)


def _case(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this", "ifs", "default")
    value = None if node.this is None else self.translate(node.this, place)
    conditions: list[str] = []
    results: list[Typed] = []
    inside = replace(place, clause="the condition of CASE")
    for branch in node.args["ifs"]:
        if value is None:
            conditions.append(self.condition(branch.this, inside))
        else:
            given = self.translate(branch.this, place)
            conditions.append(operators.compare("=", value, given).sql)
        results.append(self.translate(branch.args["true"], place))
    default = node.args.get("default")
    results.append(_NULL if default is None else self.translate(default, place))
    type_, made = unify(results, "All CASE results")
    branches = " ".join(
        f"WHEN {condition} THEN {result.sql}"
        for condition, result in zip(conditions, made[:-1], strict=True)
    )
    return Typed(f"CASE {branches} ELSE {made[-1].sql} END", type_)


def _array(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "expressions")
    items = [self.translate(item, place) for item in node.expressions]
    type_, made = unify(items, "All ARRAY elements")
    sql = f"[{', '.join(item.sql for item in made)}]"
    given = tuple(item.literal for item in items)
    literal = None if None in given else given
    return Typed(sql if made else f"CAST([] AS {type_.duckdb}[])", array(type_), literal)


def _tuple(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "expressions")
    return make_row([self.translate(item, place) for item in node.expressions])


def make_row(items: list[Typed]) -> Typed:
    """Write a row whose fields have no names."""
    type_ = row(tuple((None, item.type) for item in items))
    fields = zip(field_names(type_), items, strict=True)
    return Typed(struct([(name, convert(i.sql, i.type, i.type)) for name, i in fields]), type_)


def _bracket(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this", "expressions")
    base = self.translate(node.this, place)
    if len(node.expressions) != 1 or isinstance(node.expressions[0], exp.Slice):
        what = "a subscript but of one value"
        raise not_supported(what)
    index = self.translate(node.expressions[0], place)
    if base.type.name == "array":
        return Typed(subscript(base, coerce(index, BIGINT)), base.type.children[0])
    if base.type.name == "map":
        return Typed(
            map_subscript(base, coerce(index, base.type.children[0])), base.type.children[1]
        )
    if base.type.name == "row" and isinstance(index.literal, int):
        if not 1 <= index.literal <= len(base.type.children):
            detail = f"ROW subscript {index.literal} is out of bounds for {base.type}"
            raise refuse(ErrorName.INVALID_FUNCTION_ARGUMENT, detail)
        name = field_names(base.type)[index.literal - 1]
        return Typed(field(base.sql, name), base.type.children[index.literal - 1])
    detail = f"Cannot use a {index.type} subscript on {base.type}"
    raise refuse(ErrorName.TYPE_MISMATCH, detail)


def _interval(_: Expressions, node: exp.Expr, __: Place) -> Typed:
    only(node, "this", "unit")
    return literals.interval(node)


def _extract(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    return part(node.this.name.lower(), self.translate(node.expression, place))


def _at_time_zone(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this", "zone")
    return at_time_zone(self.translate(node.this, place), self.translate(node.args["zone"], place))


def _trim(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this", "expression", "position")
    characters = node.args.get("expression")
    return text_functions.trimmed(
        coerce(self.translate(node.this, place), VARCHAR),
        None if characters is None else coerce(self.translate(characters, place), VARCHAR),
        (node.args.get("position") or "BOTH").upper(),
    )


def _named(name: str, *arguments: str) -> Callable[[Expressions, exp.Expr, Place], Typed]:
    def make(self: Expressions, node: exp.Expr, place: Place) -> Typed:
        only(node, *arguments)
        given = [node.args[key] for key in arguments if node.args.get(key) is not None]
        return calls.function(self, name, given, place)

    return make


def _normalize(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    form = node.args.get("form")
    written = "NFC" if form is None else form.name.upper()
    if written not in {"NFC", "NFD", "NFKC", "NFKD"}:
        detail = f"Unknown normalization form: {written}"
        raise refuse(ErrorName.SYNTAX_ERROR, detail)
    value = coerce(self.translate(node.this, place), VARCHAR)
    return Typed(f"athena_normalize({value.sql}, {text(written)})", VARCHAR)


def _json_object(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "expressions")
    pairs = [
        (coerce(self.translate(pair.this, place), VARCHAR), self.translate(pair.expression, place))
        for pair in node.expressions
    ]
    return json_functions.json_object(pairs)


def _json_query(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this", "expression", "json_query", "option")
    if not node.args.get("json_query"):
        what = "the operator -> on JSON"
        raise not_supported(what)
    option = node.args.get("option")
    written = "" if option is None else option.name.upper()
    if written not in {"", "WITHOUT WRAPPER", "WITHOUT ARRAY WRAPPER", "WITH WRAPPER",
                       "WITH ARRAY WRAPPER", "WITH UNCONDITIONAL WRAPPER"}:  # fmt: skip
        what = f"json_query {written}"
        raise not_supported(what)
    value = coerce(self.translate(node.this, place), VARCHAR)
    path = self.translate(node.expression, place)
    return json_functions.json_query(value, path, wrapped=written.startswith("WITH "))


def _json_value(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this", "path", "returning")
    returning = node.args.get("returning") or None
    type_ = VARCHAR if returning is None else parse_type(returning.sql(dialect="trino"))
    value = coerce(self.translate(node.this, place), VARCHAR)
    return json_functions.json_value(value, self.translate(node.args["path"], place), type_)


def _current(name: str, precision: int) -> Callable[[Expressions, exp.Expr, Place], Typed]:
    def make(_: Expressions, node: exp.Expr, __: Place) -> Typed:
        given = node.this
        if given is not None and not isinstance(given, exp.Literal):
            what = f"{name} of {given.sql()}"
            raise not_supported(what)
        return current(name, precision if given is None else int(given.name))

    return make


_RULES: Final[dict[type[exp.Expr], Callable[[Expressions, exp.Expr, Place], Typed]]] = {
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
    **dict.fromkeys(_SIGNS, _compare),
    exp.Neg: _negate,
    exp.DPipe: _concatenate,
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
    exp.Subquery: _scalar_query,
    exp.Select: _scalar_query,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.If: _if,
    exp.Case: _case,
    exp.Array: _array,
    exp.Tuple: _tuple,
    exp.Bracket: _bracket,
    exp.Interval: _interval,
    exp.Extract: _extract,
    exp.AtTimeZone: _at_time_zone,
    exp.Trim: _trim,
    exp.StrPosition: _named("strpos", "this", "substr"),
    exp.Substring: _named("substring", "this", "start", "length"),
    exp.Normalize: _normalize,
    exp.JSONObject: _json_object,
    exp.JSONExtract: _json_query,
    exp.JSONValue: _json_value,
    exp.CurrentDate: _current("current_date", 0),
    exp.CurrentTimestamp: _current("current_timestamp", 3),
    exp.Localtimestamp: _current("localtimestamp", 3),
    exp.Anonymous: calls.call,
    exp.Window: calls.call,
    exp.Filter: calls.call,
    exp.GroupConcat: calls.call,
    exp.WithinGroup: calls.call,
}
