"""Arithmetic and comparison, with Athena's types of the results."""

from __future__ import annotations

from typing import Final, NoReturn

from local.athena.errors import ErrorName
from local.athena.translation.coercion import (
    INTEGERS,
    NUMBERS,
    as_decimal,
    common_type,
    convert,
    unify,
)
from local.athena.translation.functions.arrays import has_null
from local.athena.translation.functions.dates import on_clock
from local.athena.translation.functions.intervals import scaled
from local.athena.translation.typed import (
    Typed,
    cast,
    fail,
    field,
    fill,
    let,
    not_supported,
    refuse,
)
from local.athena.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTERVAL_DAY,
    INTERVAL_YEAR,
    MAX_DECIMAL_PRECISION,
    UNKNOWN,
    VARCHAR,
    WITH_TIME_ZONE,
    AthenaType,
    array,
    decimal,
    field_names,
)

_INTERVALS: Final = (INTERVAL_DAY, INTERVAL_YEAR)
_TIMES: Final = ("date", "timestamp", WITH_TIME_ZONE)
_NO_ORDER: Final = frozenset({"map", "json", "row"})


def _mismatch(sign: str, left: AthenaType, right: AthenaType) -> NoReturn:
    detail = f"Cannot apply operator: {left} {sign} {right}"
    raise refuse(ErrorName.TYPE_MISMATCH, detail)


def arithmetic(sign: str, left: Typed, right: Typed) -> Typed:
    """Write `+`, `-`, `*`, `/` or `%`.

    Raises:
        QueryError: Athena has no such operator for these types.
    """
    if left.type in _INTERVALS or right.type in _INTERVALS:
        return _with_interval(sign, left, right)
    if left.type.name in _TIMES and right.type.name in _TIMES and sign == "-":
        return _time_difference(left, right)
    if left.type == UNKNOWN and right.type == UNKNOWN:
        _mismatch(sign, left.type, right.type)
    common = common_type(left.type, right.type)
    if common is None or common.name not in NUMBERS:
        _mismatch(sign, left.type, right.type)
    if common.name == "decimal":
        return _decimal(sign, left, right)
    a, b = (convert(side.sql, side.type, common) for side in (left, right))
    written = "//" if sign == "/" and common.name in INTEGERS else sign
    made = f"({a} {written} {b})"
    # A literal narrows what DuckDB makes of a sum; the cast holds it to Athena's type.
    return Typed(
        cast(made, common) if common.name in {"tinyint", "smallint", "real"} else made, common
    )


def _decimal(sign: str, left: Typed, right: Typed) -> Typed:
    a, b = as_decimal(_number(left, right)), as_decimal(_number(right, left))
    first, second = convert(left.sql, left.type, a), convert(right.sql, right.type, b)
    p1, s1, p2, s2 = (a.precision or 0, a.scale or 0, b.precision or 0, b.scale or 0)
    if sign in "+-":
        scale = max(s1, s2)
        type_ = decimal(max(p1 - s1, p2 - s2) + scale + 1, scale)
        return Typed(cast(f"({cast(first, type_)} {sign} {cast(second, type_)})", type_), type_)
    if sign == "*":
        if s1 + s2 > MAX_DECIMAL_PRECISION:
            _mismatch(sign, a, b)
        type_ = decimal(p1 + p2, s1 + s2)
        return Typed(cast(f"({first} * {second})", type_), type_)
    if sign == "%":
        scale = max(s1, s2)
        type_ = decimal(min(p2 - s2, p1 - s1) + scale, scale)
        return Typed(cast(f"({first} % {second})", type_), type_)
    scale = max(s1, s2)
    type_ = decimal(p1 + s2 + max(0, s2 - s1), scale)
    quotient = (
        f"athena_decimal_divide(CAST({first} AS VARCHAR), CAST({second} AS VARCHAR), {scale})"
    )
    return Typed(cast(quotient, type_), type_)


def _number(value: Typed, other: Typed) -> AthenaType:
    return value.type if value.type != UNKNOWN else other.type


def _with_interval(sign: str, left: Typed, right: Typed) -> Typed:
    if sign == "+" and left.type in _INTERVALS and right.type.name in _TIMES:
        left, right = right, left
    if left.type.name in _TIMES and sign in "+-":
        return _moved(sign, left, right)
    if left.type.name == "time" and right.type == INTERVAL_DAY and sign in "+-":
        return Typed(f"({left.sql} {sign} {right.sql})", left.type)
    if left.type == right.type and sign in "+-":
        return Typed(f"({left.sql} {sign} {right.sql})", left.type)
    if sign == "*" and right.type in _INTERVALS:
        left, right = right, left
    if sign == "*" and left.type in _INTERVALS and right.type.name in INTEGERS:
        return Typed(f"({left.sql} * {cast(right.sql, BIGINT)})", left.type)
    if sign in "*/" and left.type in _INTERVALS and right.type.name in {*INTEGERS, "double"}:
        return scaled(left, sign, right)
    _mismatch(sign, left.type, right.type)


def _moved(sign: str, value: Typed, interval: Typed) -> Typed:
    if value.type == DATE and interval.type == INTERVAL_DAY:
        failed = fail(
            ErrorName.INVALID_FUNCTION_ARGUMENT,
            "Cannot add hour, minutes or seconds to a date",
            DATE,
        )
        return Typed(
            fill(
                f"CASE WHEN epoch_us({{1}}) % 86400000000 <> 0 THEN {failed}"
                f" ELSE CAST({{0}} {sign} {{1}} AS DATE) END",
                [value.sql, interval.sql],
            ),
            DATE,
        )
    if value.type.name == WITH_TIME_ZONE and interval.type == INTERVAL_DAY:
        # A zoned timestamp moves by the time that passes, not by the clock.
        return Typed(
            f"timezone('UTC', timezone('UTC', {value.sql}) {sign} {interval.sql})", value.type
        )
    return Typed(on_clock(value, lambda local: f"({local} {sign} {interval.sql})"), value.type)


def _time_difference(left: Typed, right: Typed) -> Typed:
    common = common_type(left.type, right.type)
    if common is None:
        _mismatch("-", left.type, right.type)
    a, b = (convert(side.sql, side.type, common) for side in (left, right))
    if common == DATE:
        return Typed(f"to_days(CAST({a} - {b} AS INTEGER))", INTERVAL_DAY)
    if common.name == WITH_TIME_ZONE:
        a, b = f"timezone('UTC', {a})", f"timezone('UTC', {b})"
    return Typed(f"({a} - {b})", INTERVAL_DAY)


def negate(value: Typed) -> Typed:
    """Write `-value`."""
    if value.type.name not in NUMBERS and value.type not in _INTERVALS:
        detail = f"Cannot negate {value.type}"
        raise refuse(ErrorName.TYPE_MISMATCH, detail)
    literal = value.literal
    if value.type in _INTERVALS:
        return Typed(f"({value.sql} * -1)", value.type)
    negative = -literal if isinstance(literal, int | float) else None
    made = f"(-{value.sql})"
    narrow = value.type.name in {"tinyint", "smallint"}
    return Typed(cast(made, value.type) if narrow else made, value.type, negative)


def concatenate(left: Typed, right: Typed) -> Typed:
    """Write `left || right`."""
    for one, other, order in ((left, right, 1), (right, left, -1)):
        if one.type.name == "array" and other.type.name != "array":
            element = common_type(one.type.children[0], other.type)
            if element is None:
                _mismatch("||", left.type, right.type)
            alone = f"[{convert(other.sql, other.type, element)}]"
            sides = [convert(one.sql, one.type, array(element)), alone][::order]
            return Typed(f"({sides[0]} || {sides[1]})", array(element))
    common = common_type(left.type, right.type)
    if common is None or common.name not in {"varchar", "array", "varbinary", "unknown"}:
        _mismatch("||", left.type, right.type)
    common = VARCHAR if common.name in {"varchar", "unknown"} else common
    a, b = (convert(side.sql, side.type, common) for side in (left, right))
    literals = (left.literal, right.literal)
    joined = "".join(map(str, literals)) if all(isinstance(x, str) for x in literals) else None
    return Typed(f"({a} || {b})", common, joined)


def compare(sign: str, left: Typed, right: Typed) -> Typed:
    """Write a comparison.

    Raises:
        QueryError: The two have no common type, or none that Athena compares.
    """
    common = common_type(left.type, right.type)
    if common is None:
        _mismatch(sign, left.type, right.type)
    if common.name in _NO_ORDER and sign not in {"=", "<>"}:
        _mismatch(sign, left.type, right.type)
    if common.name == "row":
        return _rows(sign, left, right, common)
    if common.name == "map" or (common.name in {"char", "json"} and left.type != right.type):
        what = f"comparing values of type {common}"
        raise not_supported(what)
    a, b = (convert(side.sql, side.type, common) for side in (left, right))
    if common.name == "array":
        return Typed(_arrays(sign, a, b, common), BOOLEAN)
    made = f"({a} {sign} {b})"
    if common == DOUBLE or common.name == "real":
        made = _never_nan(sign, made, (left, a), (right, b))
    return Typed(made, BOOLEAN)


def _never_nan(sign: str, made: str, left: tuple[Typed, str], right: tuple[Typed, str]) -> str:
    """Keep to Athena's NaN, which equals nothing, where DuckDB's equals itself and is greatest."""

    def may_be_nan(side: tuple[Typed, str]) -> bool:
        return side[0].literal is None and side[0].type.name in {"double", "real"}

    if sign in {"=", "<>"}:
        if not may_be_nan(left) or not may_be_nan(right):
            return made
        test = f"isnan({left[1]})"
        return f"({made} AND NOT {test})" if sign == "=" else f"({made} OR {test})"
    greater = left if sign in {">", ">="} else right
    if not may_be_nan(greater):
        return made
    return f"({made} AND NOT isnan({greater[1]}))"


def _rows(sign: str, left: Typed, right: Typed, type_: AthenaType) -> Typed:
    """Compare rows field by field: unknown where a NULL keeps it from being told."""

    def compared(x: str, y: str) -> str:
        names = field_names(type_)
        return " AND ".join(
            compare("=", Typed(field(x, name), child), Typed(field(y, name), child)).sql
            for name, child in zip(names, type_.children, strict=True)
        )

    a, b = (convert(side.sql, side.type, type_) for side in (left, right))
    made = f"({let(a, lambda x: let(b, lambda y: f'({compared(x, y)})'))})"
    return Typed(made if sign == "=" else f"(NOT {made})", BOOLEAN)


def _arrays(sign: str, a: str, b: str, type_: AthenaType) -> str:
    if type_.children[0].children:
        what = f"comparing values of type {type_}"
        raise not_supported(what)
    unsure = fail(ErrorName.NOT_SUPPORTED, "Comparing arrays that hold NULL", BOOLEAN)
    return let(
        a,
        lambda x: let(
            b,
            lambda y: (
                f"CASE WHEN {has_null(x)} OR {has_null(y)} THEN {unsure} ELSE {x} {sign} {y} END"
            ),
        ),
    )


def distinct_from(left: Typed, right: Typed, *, negated: bool) -> Typed:
    """Write `left IS [NOT] DISTINCT FROM right`."""
    _, (a, b) = unify([left, right], "The sides of IS DISTINCT FROM")
    word = "IS NOT DISTINCT FROM" if negated else "IS DISTINCT FROM"
    return Typed(f"({a.sql} {word} {b.sql})", BOOLEAN)
