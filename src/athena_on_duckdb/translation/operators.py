"""Arithmetic and comparison, with Athena's types of the results."""

from __future__ import annotations

from typing import Final, NoReturn

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.coercion import (
    INTEGERS,
    MAX_CHAR_LENGTH,
    NUMBERS,
    as_decimal,
    common_type,
    convert,
)
from athena_on_duckdb.translation.functions.dates import on_clock
from athena_on_duckdb.translation.functions.intervals import as_duckdb, scaled
from athena_on_duckdb.translation.typed import Typed, cast, fill, invalid
from athena_on_duckdb.types import (
    DATE,
    INTERVAL_DAY,
    INTERVAL_YEAR,
    MAX_DECIMAL_PRECISION,
    UNKNOWN,
    VARCHAR,
    WITH_TIME_ZONE,
    AthenaType,
    array,
    decimal,
)

_INTERVALS: Final = (INTERVAL_DAY, INTERVAL_YEAR)
_TIMES: Final = ("date", "timestamp", WITH_TIME_ZONE)
# An interval has milliseconds, and a time that is moved by one has them too.
_INTERVAL_DIGITS: Final = 3


def _mismatch(sign: str, left: AthenaType, right: AthenaType) -> NoReturn:
    raise QueryError(ErrorName.TYPE_MISMATCH, f"Cannot apply operator: {left} {sign} {right}")


def arithmetic(sign: str, left: Typed, right: Typed) -> Typed:
    """Write `+`, `-`, `*`, `/` or `%`.

    Raises:
        QueryError: Athena has no such operator for these types.
    """
    if left.type in _INTERVALS or right.type in _INTERVALS:
        return _with_interval(sign, left, right)
    times = {left.type.name, right.type.name}
    if sign == "-" and (times <= set(_TIMES) or times == {"time"}):
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
    narrow = common.name in {"tinyint", "smallint", "real"}
    return Typed(cast(made, common) if narrow else made, common)


def _decimal(sign: str, left: Typed, right: Typed) -> Typed:
    a, b = as_decimal(_number(left, right)), as_decimal(_number(right, left))
    first, second = convert(left.sql, left.type, a), convert(right.sql, right.type, b)
    p1, s1, p2, s2 = (a.precision or 0, a.scale or 0, b.precision or 0, b.scale or 0)
    scale, whole = max(s1, s2), (p1 - s1, p2 - s2)
    made = f"({first} {sign} {second})"
    if sign == "*":
        if s1 + s2 > MAX_DECIMAL_PRECISION:
            _mismatch(sign, a, b)
        type_ = decimal(p1 + p2, s1 + s2)
    elif sign == "%":
        type_ = decimal(min(whole) + scale, scale)
    elif sign == "/":
        type_ = decimal(p1 + s2 + max(0, s2 - s1), scale)
        sides = f"CAST({first} AS VARCHAR), CAST({second} AS VARCHAR)"
        made = f"athena_decimal_divide({sides}, {scale})"
    else:
        type_ = decimal(max(whole) + scale + 1, scale)
        made = f"({cast(first, type_)} {sign} {cast(second, type_)})"
    return Typed(cast(made, type_), type_)


def _number(value: Typed, other: Typed) -> AthenaType:
    return value.type if value.type != UNKNOWN else other.type


def _with_interval(sign: str, left: Typed, right: Typed) -> Typed:
    if sign == "+" and left.type in _INTERVALS and right.type.name in {*_TIMES, "time"}:
        left, right = right, left
    if left.type.name in _TIMES and sign in "+-":
        return _moved(sign, left, right)
    if left.type.name == "time" and right.type == INTERVAL_DAY and sign in "+-":
        type_ = AthenaType("time", max(left.type.precision or 0, _INTERVAL_DIGITS))
        return Typed(f"({left.sql} {sign} {as_duckdb(right)})", type_)
    if left.type == right.type and sign in "+-":
        return Typed(f"({left.sql} {sign} {right.sql})", left.type)
    if sign == "*" and right.type in _INTERVALS:
        left, right = right, left
    if sign in "*/" and left.type in _INTERVALS and right.type.name in NUMBERS:
        return scaled(left, sign, right)
    _mismatch(sign, left.type, right.type)


def _moved(sign: str, value: Typed, interval: Typed) -> Typed:
    by = as_duckdb(interval)
    if value.type == DATE and interval.type == INTERVAL_DAY:
        failed = invalid("Cannot add hour, minutes or seconds to a date", DATE)
        days = "CAST({1} // 86400000 AS INTEGER)"
        made = f"CASE WHEN {{1}} % 86400000 <> 0 THEN {failed} ELSE {{0}} {sign} {days} END"
        return Typed(fill(made, [value.sql, interval.sql]), DATE)
    type_ = value.type
    if interval.type == INTERVAL_DAY:
        precision = max(type_.precision or 0, _INTERVAL_DIGITS)
        type_ = AthenaType(type_.name, precision, zone=type_.zone)
        if type_.name == WITH_TIME_ZONE:
            # A zoned timestamp moves by the time that passes, not by the clock.
            return Typed(f"timezone('UTC', timezone('UTC', {value.sql}) {sign} {by})", type_)
    return Typed(on_clock(value, lambda local: f"({local} {sign} {by})"), type_)


def _time_difference(left: Typed, right: Typed) -> Typed:
    common = common_type(left.type, right.type)
    if common is None:
        _mismatch("-", left.type, right.type)
    a, b = (convert(side.sql, side.type, common) for side in (left, right))
    if common == DATE:
        return Typed(cast(f"(CAST({a} - {b} AS BIGINT) * 86400000)", INTERVAL_DAY), INTERVAL_DAY)
    micros = f"CAST(epoch_us({a}) - epoch_us({b}) AS BIGINT)"
    # Rounded half up, of negative ones as well; // goes towards zero.
    made = fill("(({0} + CASE WHEN {0} < 0 THEN -499 ELSE 500 END) // 1000)", [micros])
    return Typed(made, INTERVAL_DAY)


def negate(value: Typed) -> Typed:
    """Write `-value`."""
    if value.type.name not in NUMBERS and value.type not in _INTERVALS:
        raise QueryError(ErrorName.TYPE_MISMATCH, f"Cannot negate {value.type}")
    made = f"(-{value.sql})"
    if value.type in _INTERVALS:
        return Typed(made, value.type)
    negative = -value.literal if isinstance(value.literal, int | float) else None
    narrow = value.type.name in {"tinyint", "smallint"}
    return Typed(cast(made, value.type) if narrow else made, value.type, negative)


def concatenate(left: Typed, right: Typed) -> Typed:
    """Write `left || right`."""
    if UNKNOWN in {left.type, right.type}:
        known = left.type if right.type == UNKNOWN else right.type
        if known == UNKNOWN or known.name in {"array", "char"}:
            detail = "Could not choose a best candidate operator. Add explicit type casts."
            raise QueryError(ErrorName.AMBIGUOUS_FUNCTION_CALL, detail)
        # Athena takes the NULL for an array.
        return Typed(cast("NULL", array(known)), array(known))
    for one, other, order in ((left, right, 1), (right, left, -1)):
        if one.type.name == "array" and other.type.name != "array":
            element = common_type(one.type.children[0], other.type)
            if element is None:
                _mismatch("||", left.type, right.type)
            alone = f"[{convert(other.sql, other.type, element)}]"
            sides = [convert(one.sql, one.type, array(element)), alone][::order]
            return Typed(f"({sides[0]} || {sides[1]})", array(element))
    common = common_type(left.type, right.type)
    if common is None or common.name not in {"varchar", "char", "array", "varbinary"}:
        _mismatch("||", left.type, right.type)
    if common.name == "char":
        a, b = (_as_char(side) for side in (left, right))
        both = (a.type.precision or 0) + (b.type.precision or 0)
        if both > MAX_CHAR_LENGTH:
            detail = f"CHAR length must be between 0 and {MAX_CHAR_LENGTH}: {both}"
            raise QueryError(ErrorName.INVALID_FUNCTION_ARGUMENT, detail)
        return Typed(f"({a.sql} || {b.sql})", AthenaType("char", both))
    common = VARCHAR if common.name == "varchar" else common
    a, b = (convert(side.sql, side.type, common) for side in (left, right))
    literals = (left.literal, right.literal)
    joined = "".join(map(str, literals)) if all(isinstance(x, str) for x in literals) else None
    return Typed(f"({a} || {b})", common, joined)


def _as_char(value: Typed) -> Typed:
    type_ = AthenaType("char", value.type.precision or MAX_CHAR_LENGTH)
    return Typed(convert(value.sql, value.type, type_), type_)
