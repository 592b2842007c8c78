"""Comparison: `=`, `<` and their like, and IS DISTINCT FROM, of values and of what holds values."""

from __future__ import annotations

from functools import partial
from typing import Final

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.coercion import (
    INTEGERS,
    as_decimal,
    common_type,
    convert,
    is_orderable,
    unify,
)
from athena_on_duckdb.translation.functions.arrays import has_null
from athena_on_duckdb.translation.typed import (
    Typed,
    fail,
    field,
    let,
    let_both,
    refuse_maps,
    variables,
)
from athena_on_duckdb.types import BOOLEAN, AthenaType, field_names

# Stands for an order that a NULL keeps from being told.
_UNSURE: Final = 2
_DOUBLES: Final = frozenset({"double", "real"})


def compare(sign: str, left: Typed, right: Typed) -> Typed:
    """Write a comparison.

    Raises:
        QueryError: The two have no common type, or none that Athena compares.
    """
    common = common_type(left.type, right.type)
    if common is None or (sign not in {"=", "<>"} and not is_orderable(common)):
        detail = f"Cannot apply operator: {left.type} {sign} {right.type}"
        raise QueryError(ErrorName.TYPE_MISMATCH, detail)
    if common.name == "decimal" and not both_fit(common, left, right):
        x, y = (f"CAST({side.sql} AS VARCHAR)" for side in (left, right))
        return Typed(f"(athena_decimal_compare({x}, {y}) {sign} 0)", BOOLEAN)
    if "char" in {left.type.name, right.type.name}:
        a, b = (f"rtrim({side.sql}, ' ')" for side in (left, right))
    else:
        a, b = (convert(side.sql, side.type, common) for side in (left, right))
    if common.children:
        if sign not in {"=", "<>"}:
            return Typed(_ordered(sign, a, b, common), BOOLEAN)
        made = equal(a, b, common)
        return Typed(made if sign == "=" else f"(NOT {made})", BOOLEAN)
    made = f"({a} {sign} {b})"
    if common.name in _DOUBLES:
        made = _never_nan(sign, made, (left, a), (right, b))
    return Typed(made, BOOLEAN)


def both_fit(common: AthenaType, left: Typed, right: Typed) -> bool:
    """Tell whether values of two types are compared as their common decimal type.

    Athena compares any two decimals, but casts a whole number, which fails where it has no room.
    """
    types = (left.type, right.type)
    return any(type_.name in INTEGERS for type_ in types) or all(map(partial(_fits, common), types))


def _fits(common: AthenaType, type_: AthenaType) -> bool:
    """Tell whether a decimal has room for all values of a type."""
    given = as_decimal(type_) if type_.name != "unknown" else common
    whole = (common.precision or 0) - (common.scale or 0)
    return (given.precision or 0) - (given.scale or 0) <= whole


def _never_nan(sign: str, made: str, left: tuple[Typed, str], right: tuple[Typed, str]) -> str:
    """Keep to Athena's NaN, which equals nothing, where DuckDB's equals itself and is greatest."""

    def may_be_nan(side: tuple[Typed, str]) -> bool:
        return side[0].literal is None and side[0].type.name in _DOUBLES

    if sign in {"=", "<>"}:
        if not may_be_nan(left) or not may_be_nan(right):
            return made
        test = f"isnan({left[1]})"
        return f"({made} AND NOT {test})" if sign == "=" else f"({made} OR {test})"
    greater = left if sign in {">", ">="} else right
    if not may_be_nan(greater):
        return made
    return f"({made} AND NOT isnan({greater[1]}))"


def equal(a: str, b: str, type_: AthenaType) -> str:
    """Write whether two values are equal: NULL where a NULL keeps that from being told."""
    if type_.name in _DOUBLES:
        return f"({a} = {b} AND NOT isnan({a}))"
    if not type_.children:
        return f"({a} = {b})"
    members = {"array": _arrays, "map": _maps, "row": _rows}[type_.name]
    return let_both(a, b, lambda x, y: members(x, y, type_))


def _rows(x: str, y: str, type_: AthenaType) -> str:
    parts = [
        equal(field(x, name), field(y, name), child)
        for name, child in zip(field_names(type_), type_.children, strict=True)
    ]
    return f"CASE WHEN {x} IS NOT NULL AND {y} IS NOT NULL THEN {' AND '.join(parts)} END"


def _arrays(x: str, y: str, type_: AthenaType) -> str:
    (place,) = variables(1, x, y)
    same = equal(f"{x}[{place}]", f"{y}[{place}]", type_.children[0])
    return _all(x, y, f"list_transform(generate_series(1, len({x})), lambda {place}: {same})")


def _maps(x: str, y: str, type_: AthenaType) -> str:
    (entry,) = variables(1, x, y)
    key = field(entry, "key")
    same = equal(field(entry, "value"), f"map_extract_value({y}, {key})", type_.children[1])
    found = f"CASE WHEN map_contains({y}, {key}) THEN {same} ELSE false END"
    return _all(x, y, f"list_transform(map_entries({x}), lambda {entry}: {found})")


def _all(x: str, y: str, answers: str) -> str:
    """Write whether all answers are true: false where one is, and where sizes differ."""
    verdict = let(
        answers,
        lambda found: (
            f"CASE WHEN list_contains({found}, false) THEN false"
            f" WHEN {has_null(found)} THEN NULL ELSE true END"
        ),
    )
    size = "cardinality" if "map_entries" in answers else "len"
    return (
        f"CASE WHEN {x} IS NULL OR {y} IS NULL THEN NULL"
        f" WHEN {size}({x}) <> {size}({y}) THEN false ELSE {verdict} END"
    )


def _ordered(sign: str, a: str, b: str, type_: AthenaType) -> str:
    unsure = fail(ErrorName.NOT_SUPPORTED, f"Ordering of values that hold NULL: {type_}", BOOLEAN)
    return let(
        _order(a, b, type_),
        lambda order: f"CASE WHEN {order} = {_UNSURE} THEN {unsure} ELSE {order} {sign} 0 END",
    )


def _order(a: str, b: str, type_: AthenaType) -> str:
    """Write -1, 0 or 1 by the first members that differ, or that a NULL comes before these."""
    if not type_.children:
        return f"CASE WHEN {a} < {b} THEN -1 WHEN {a} > {b} THEN 1 ELSE 0 END"

    def of_members(x: str, y: str) -> str:
        (place,) = variables(1, x, y)
        if type_.name == "array":
            sides = (f"{x}[{place}]", f"{y}[{place}]")
            members = f"range(1, least(len({x}), len({y})) + 1)"
            order = _known_order(*sides, type_.children[0])
            each = f"list_transform({members}, lambda {place}: {order})"
            rest = f"sign(len({x}) - len({y}))"
        else:
            orders = (
                _known_order(field(x, name), field(y, name), child)
                for name, child in zip(field_names(type_), type_.children, strict=True)
            )
            each, rest = f"[{', '.join(orders)}]", "0"
        first = f"list_filter({each}, lambda {place}: {place} <> 0)[1]"
        return f"CASE WHEN {x} IS NOT NULL AND {y} IS NOT NULL THEN coalesce({first}, {rest}) END"

    return let_both(a, b, of_members)


def _known_order(a: str, b: str, type_: AthenaType) -> str:
    return f"CASE WHEN {a} IS NULL OR {b} IS NULL THEN {_UNSURE} ELSE {_order(a, b, type_)} END"


def distinct_from(left: Typed, right: Typed, *, negated: bool) -> Typed:
    """Write `left IS [NOT] DISTINCT FROM right`."""
    word = "IS NOT DISTINCT FROM" if negated else "IS DISTINCT FROM"
    common = common_type(left.type, right.type)
    if common is not None and common.name == "decimal" and not both_fit(common, left, right):
        # Where both are, 0 is compared to how they compare.
        x, y = (f"CAST({side.sql} AS VARCHAR)" for side in (left, right))
        compared = f"coalesce(athena_decimal_compare({x}, {y}), 1)"
        either = f"(CASE WHEN {x} IS NULL AND {y} IS NULL THEN 0 ELSE {compared} END)"
        return Typed(f"({either} {word} 0)", BOOLEAN)
    type_, (a, b) = unify([left, right], "The sides of IS DISTINCT FROM")
    for child in type_.children:
        refuse_maps(child, word)
    x, y = (in_order(side.sql, type_) for side in (a, b))
    return Typed(f"({x} {word} {y})", BOOLEAN)


def identical(left: Typed, right: Typed) -> str:
    """Write whether a query has a value: NULL where either is, else whether they are the same."""
    same = distinct_from(left, right, negated=True).sql
    return f"CASE WHEN {left.sql} IS NOT NULL AND {right.sql} IS NOT NULL THEN {same} END"


def in_order(sql: str, type_: AthenaType) -> str:
    """Write a map as its entries in the order of the keys, as DuckDB compares them in theirs."""
    return f"list_sort(map_entries({sql}))" if type_.name == "map" else sql
