"""Translates what has a grammar of its own: CASE, ARRAY, subscripts, INTERVAL, EXTRACT, TRIM."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation import calls, comparisons, literals
from athena_on_duckdb.translation.coercion import INTEGERS, coerce, common_type, unify
from athena_on_duckdb.translation.functions.arrays import subscript
from athena_on_duckdb.translation.functions.date_parts import part
from athena_on_duckdb.translation.functions.dates import at_time_zone, current
from athena_on_duckdb.translation.functions.maps import map_subscript
from athena_on_duckdb.translation.place import only
from athena_on_duckdb.translation.typed import Typed, field, make_row, not_supported, text
from athena_on_duckdb.types import BIGINT, VARCHAR, array, field_names, map_of

if TYPE_CHECKING:
    from athena_on_duckdb.translation.expressions import Expressions
    from athena_on_duckdb.translation.place import Place, Rule


def _if(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this", "true", "false")
    condition = self.condition(node.this, replace(place, clause="the condition of IF"))
    other = node.args.get("false")
    otherwise = literals.NULL if other is None else self.translate(other, place)
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
            conditions.append(comparisons.compare("=", value, given).sql)
        results.append(self.translate(branch.args["true"], place))
    default = node.args.get("default")
    results.append(literals.NULL if default is None else self.translate(default, place))
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


def _bracket(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this", "expressions")
    base = self.translate(node.this, place)
    if len(node.expressions) != 1 or isinstance(node.expressions[0], exp.Slice):
        raise not_supported(what="a subscript but of one value")
    index = self.translate(node.expressions[0], place)
    if base.type.name == "array":
        return Typed(subscript(base, coerce(index, BIGINT)), base.type.children[0])
    if base.type.name == "map":
        key, value = base.type.children
        known = common_type(key, index.type) or key
        base = coerce(base, map_of(known, value))
        return Typed(map_subscript(base, coerce(index, known)), value)
    if base.type.name == "row" and index.type.name in INTEGERS and isinstance(index.literal, int):
        if not 1 <= index.literal <= len(base.type.children):
            detail = f"ROW subscript {index.literal} is out of bounds for {base.type}"
            raise QueryError(ErrorName.INVALID_FUNCTION_ARGUMENT, detail)
        name = field_names(base.type)[index.literal - 1]
        return Typed(field(base.sql, name), base.type.children[index.literal - 1])
    raise QueryError(ErrorName.TYPE_MISMATCH, f"Cannot use a {index.type} subscript on {base.type}")


def _interval(_: Expressions, node: exp.Expr, __: Place) -> Typed:
    only(node, "this", "unit")
    return literals.interval(node)


def _at_time_zone(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this", "zone")
    return at_time_zone(self.translate(node.this, place), self.translate(node.args["zone"], place))


_TRIMS: Final = {"BOTH": "trim", "LEADING": "ltrim", "TRAILING": "rtrim"}


def _trim(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    only(node, "this", "expression", "position")
    function = _TRIMS[(node.args.get("position") or "BOTH").upper()]
    given = [node.this, node.args.get("expression")]
    return calls.function(self, function, [one for one in given if one is not None], place)


def _named(
    self: Expressions, node: exp.Expr, place: Place, *, name: str, arguments: tuple[str, ...]
) -> Typed:
    only(node, *arguments)
    given = [node.args[key] for key in arguments if node.args.get(key) is not None]
    return calls.function(self, name, given, place)


def _normalize(self: Expressions, node: exp.Expr, place: Place) -> Typed:
    form = node.args.get("form")
    written = "NFC" if not isinstance(form, exp.Expr) else form.name.upper()
    if written not in {"NFC", "NFD", "NFKC", "NFKD"}:
        raise QueryError(ErrorName.SYNTAX_ERROR, f"Unknown normalization form: {written}")
    value = coerce(self.translate(node.this, place), VARCHAR)
    return Typed(f"athena_normalize({value.sql}, {text(written)})", VARCHAR)


CONSTRUCTS: Final[dict[type[exp.Expr], Rule]] = {
    exp.If: _if,
    exp.Case: _case,
    exp.Array: _array,
    exp.Tuple: _tuple,
    exp.Bracket: _bracket,
    exp.Interval: _interval,
    exp.Extract: lambda self, node, place: part(
        node.this.name.lower(), self.translate(node.expression, place)
    ),
    exp.AtTimeZone: _at_time_zone,
    exp.Trim: _trim,
    exp.StrPosition: partial(_named, name="strpos", arguments=("this", "substr")),
    exp.Substring: partial(_named, name="substring", arguments=("this", "start", "length")),
    exp.Normalize: _normalize,
    exp.CurrentDate: lambda _, __, ___: current("current_date", 0),
    exp.CurrentTimestamp: lambda _, __, ___: current("current_timestamp", 3),
    exp.Localtimestamp: lambda _, __, ___: current("localtimestamp", 3),
}
