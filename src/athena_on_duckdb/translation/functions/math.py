"""Numbers: rounding, powers, bits and bases."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.errors import ErrorName
from athena_on_duckdb.translation.typed import (
    Typed,
    cast,
    fail,
    fill,
    let_both,
    unless_null,
    variables,
)
from athena_on_duckdb.types import DOUBLE, MAX_DECIMAL_PRECISION, REAL, decimal

if TYPE_CHECKING:
    from collections.abc import Callable

    from athena_on_duckdb.translation.signatures import Call, Entries
    from athena_on_duckdb.types import AthenaType

_NAN: Final = "CAST('nan' AS DOUBLE)"


def _whole(type_: AthenaType) -> AthenaType:
    """Give the type of a decimal rounded to a whole number."""
    precision, scale = type_.precision or 0, type_.scale or 0
    return decimal(precision - scale + min(scale, 1), 0)


def _whole_by(call: Call, function: str) -> Typed:
    value = call.value(0)
    target = _whole(value.type)
    return Typed(cast(f"{function}({value.sql})", target), target)


def _by_digits(call: Call, type_: AthenaType, make: Callable[[str, int], str]) -> str:
    """Round a decimal to digits after the point, of which rows may tell the number."""
    value, digits = call.value(0), call.value(1)
    scale = type_.scale or 0
    if isinstance(digits.literal, int):
        return make(value.sql, digits.literal)

    def by_row(once: str, number: str) -> str:
        places = range(scale - (type_.precision or 0) - 1, scale)
        branches = " ".join(f"WHEN {place} THEN {make(once, place)}" for place in places)
        none = f"CASE WHEN {once} IS NOT NULL THEN {cast('0', type_)} END"
        return (
            f"CASE WHEN {number} >= {scale} THEN {make(once, scale)}"
            f" WHEN {number} < {places.start} THEN {none} ELSE CASE {number} {branches} END END"
        )

    return let_both(value.sql, digits.sql, by_row)


def _round_decimal(call: Call) -> Typed:
    scale = call.value(0).type.scale or 0
    target = decimal((call.value(0).type.precision or 0) + 1, scale)

    def rounded(value: str, digits: int) -> str:
        return cast(value if digits >= scale else f"round({value}, {digits})", target)

    return Typed(_by_digits(call, target, rounded), target)


def _round_whole(call: Call) -> str:
    # The doubled number keeps halves apart from zero without leaving whole numbers.
    unit = "CAST(power(10e0, -{1}) AS HUGEINT)"
    away = f"(2 * abs(CAST({{0}} AS HUGEINT)) + {unit}) // (2 * {unit}) * {unit}"
    rounded = cast(f"(sign({{0}}) * ({away}))", call.returns)
    failed = fail(ErrorName.NUMERIC_VALUE_OUT_OF_RANGE, "decimals out of range", call.returns)
    return fill(
        f"CASE WHEN {{1}} >= 0 THEN {{0}} WHEN {{1}} < -18 AND {{0}} IS NOT NULL THEN {failed}"
        f" ELSE {rounded} END",
        call.sqls,
    )


def _truncate_decimal(call: Call) -> Typed:
    type_ = call.value(0).type

    def truncated(value: str, digits: int) -> str:
        if digits >= (type_.scale or 0):
            return value
        if -digits >= MAX_DECIMAL_PRECISION:
            return f"CASE WHEN {value} IS NOT NULL THEN {cast('0', type_)} END"
        unit = cast(f"'1e{-digits}'", decimal(max(1 - digits, digits + 1), max(digits, 0)))
        return cast(fill(f"({{0}} - ({{0}} % {unit}))", [value]), type_)

    return Typed(_by_digits(call, type_, truncated), type_)


def _truncate_whole(call: Call) -> Typed:
    value = call.value(0)
    target = decimal(max((value.type.precision or 0) - (value.type.scale or 0), 1), 0)
    return Typed(cast(f"trunc({value.sql})", target), target)


def _extreme(call: Call, function: str, better: str) -> str:
    """Make greatest or least; `better` is when `y` takes the place of an equal or lesser `x`."""
    found = f"{function}({', '.join(call.sqls)})"
    if call.returns.name in {"double", "real"}:
        # NaN is taken only where there is nothing else, and zeros are told apart by sign.
        x, y = variables(2, *call.sqls)
        taken = better.replace("x", x).replace("y", y)
        found = (
            f"list_reduce([{', '.join(call.sqls)}], lambda {x}, {y}: CASE WHEN isnan({y})"
            f" THEN {x} WHEN isnan({x}) OR {taken} THEN {y} ELSE {x} END)"
        )
    return unless_null(call.sqls, found)


def _shifted(call: Call, function: str) -> str:
    bits = {"tinyint": 8, "smallint": 16, "integer": 32}.get(call.returns.name, 64)
    return cast(f"athena_shift_{function}({', '.join(call.sqls)}, {bits})", call.returns)


_ROUNDED: Final = {
    name: entry
    for function in ("ceil", "ceiling", "floor")
    for name, entry in {
        f"{function}(integral) -> $0": "{0}",
        f"{function}(double) -> double": f"{function}({{0}})",
        f"{function}(real) -> real": f"{function}({{0}})",
        f"{function}(decimal) -> $0": partial(_whole_by, function=function),
    }.items()
}
_OF_ONE_DOUBLE: Final = {
    f"{function}(double) -> double": f"{function}({{0}})"
    for function in (
        "exp", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "degrees",
        "radians",
    )
}  # fmt: skip
# The last digits are Java's: of its logarithm to the base 2, and of its exact one to the base 10.


def logarithm(place: str, made: str | None = None) -> str:
    """Write a logarithm, which Java has of 0 and of negative numbers too."""
    return (
        f"CASE WHEN {place} > 0 THEN {made or f'ln({place})'}"
        f" WHEN {place} = 0 THEN CAST('-inf' AS DOUBLE) WHEN {place} < 0 THEN {_NAN} END"
    )


_LOGARITHMS: Final = {
    f"{function}(double) -> double": logarithm("{0}", made)
    for function, made in {
        "ln": "ln({0})",
        "log2": "ln({0}) / ln(CAST(2 AS DOUBLE))",
        "log10": "CASE WHEN isfinite({0}) THEN athena_log10({0}) ELSE {0} END",
    }.items()
}
# Zero keeps the sign of what was rounded to it, but zero itself has none.
_ROUNDED_DOUBLE: Final = "CASE WHEN {0} < 0 THEN # ELSE # + 0 END"

MATH: Final[Entries] = {
    "abs(number) -> $0": "abs({0})",
    **_ROUNDED,
    **_OF_ONE_DOUBLE,
    **_LOGARITHMS,
    "round(integral) -> $0": "{0}",
    "round(double) -> double": _ROUNDED_DOUBLE.replace("#", "round({0})"),
    "round(real) -> real": cast(_ROUNDED_DOUBLE.replace("#", "round({0})"), REAL),
    "round(decimal) -> $0": partial(_whole_by, function="round"),
    "round(integral, integer) -> $0": _round_whole,
    "round(double, integer) -> double": _ROUNDED_DOUBLE.replace(
        "#", "round({0}, CAST({1} AS INTEGER))"
    ),
    "round(real, integer) -> real": cast(
        _ROUNDED_DOUBLE.replace("#", "round(CAST({0} AS DOUBLE), CAST({1} AS INTEGER))"), REAL
    ),
    "round(decimal, integer) -> $0": _round_decimal,
    "truncate(double) -> double": "trunc({0})",
    "truncate(real) -> real": "trunc({0})",
    "truncate(decimal) -> $0": _truncate_whole,
    "truncate(decimal, integer) -> $0": _truncate_decimal,
    "sign(integral) -> $0": "CAST(sign({0}) AS {type})",
    # Zero keeps its sign.
    **{
        f"sign({type_}) -> {type_}": (
            "CASE WHEN {0} = 0 OR isnan({0}) THEN {0} ELSE " + cast("sign({0})", type_) + " END"
        )
        for type_ in (DOUBLE, REAL)
    },
    "sign(decimal) -> decimal(1,0)": "CAST(sign({0}) AS DECIMAL(1, 0))",
    "power(double, double) -> double": "power({0}, {1})",
    "pow(double, double) -> double": "power({0}, {1})",
    "sqrt(double) -> double": f"CASE WHEN {{0}} < 0 THEN {_NAN} ELSE sqrt({{0}}) END",
    # What Python gives as NaN, DuckDB takes for NULL.
    "cbrt(double) -> double": "CASE WHEN isnan({0}) THEN {0} ELSE athena_cbrt({0}) END",
    "log(double, double) -> double": f"({logarithm('{1}')}) / ({logarithm('{0}')})",
    "atan2(double, double) -> double": "atan2({0}, {1})",
    "e() -> double": "CAST('2.718281828459045' AS DOUBLE)",
    "pi() -> double": "pi()",
    "nan() -> double": _NAN,
    "infinity() -> double": "CAST('inf' AS DOUBLE)",
    "is_nan(double) -> boolean": "isnan({0})",
    "is_finite(double) -> boolean": "isfinite({0})",
    "is_infinite(double) -> boolean": "isinf({0})",
    "random() -> double": "random()",
    "rand() -> double": "random()",
    **dict.fromkeys(
        ("random(integral) -> $0", "rand(integral) -> $0"),
        "CASE WHEN {0} <= 0 THEN {!bound must be positive}"
        " ELSE CAST(floor(random() * {0}) AS {type}) END",
    ),
    "random(bigint, bigint) -> bigint": "CAST({0} + floor(random() * ({1} - {0})) AS BIGINT)",
    "greatest(t, t...) -> t": partial(
        _extreme, function="greatest", better="y > x OR (y = x AND signbit(x))"
    ),
    "least(t, t...) -> t": partial(
        _extreme, function="least", better="y < x OR (y = x AND signbit(y))"
    ),
    "width_bucket(double, double, double, bigint) -> bigint": (
        "CASE WHEN {3} <= 0 THEN {!bucketCount must be greater than 0}"
        " WHEN isnan({0}) THEN {!operand must not be NaN}"
        " WHEN {1} < {2} AND {0} < {1} THEN 0 WHEN {1} < {2} AND {0} >= {2} THEN {3} + 1"
        " WHEN {1} > {2} AND {0} > {1} THEN 0 WHEN {1} > {2} AND {0} <= {2} THEN {3} + 1"
        " ELSE CAST(floor(CAST({3} AS DOUBLE) * ({0} - {1}) / ({2} - {1})) AS BIGINT) + 1 END"
    ),
    "width_bucket(double, array(double)) -> bigint": (
        "CASE WHEN {0} IS NULL OR {1} IS NULL THEN NULL"
        " WHEN isnan({0}) OR list_sort({1}) <> {1} OR greatest(len({1}), 1)"
        " > len(list_filter({1}, lambda {a}: isfinite({a})))"
        " THEN {!Bins must not be empty, be finite, and be in ascending order}"
        " ELSE CAST(len(list_filter({1}, lambda {a}: {a} <= {0})) AS BIGINT) END"
    ),
    # DuckDB takes a NaN of Python's for NULL.
    "normal_cdf(double, double, double) -> double": (
        "CASE WHEN {1} > 0 AND NOT isnan({1}) AND (isnan({0}) OR isnan({2}))"
        f" THEN {_NAN}"
        " ELSE athena_normal_cdf({0}, {1}, {2}) END"
    ),
    "inverse_normal_cdf(double, double, double) -> double": (
        "athena_inverse_normal_cdf({0}, {1}, {2})"
    ),
    "bitwise_and(bigint, bigint) -> bigint": "({0} & {1})",
    "bitwise_or(bigint, bigint) -> bigint": "({0} | {1})",
    "bitwise_xor(bigint, bigint) -> bigint": "xor({0}, {1})",
    "bitwise_not(bigint) -> bigint": "(~{0})",
    "bitwise_left_shift(integral, integer) -> $0": partial(_shifted, function="left"),
    "bitwise_right_shift(integral, integer) -> $0": partial(_shifted, function="right"),
    "bitwise_right_shift_arithmetic(integral, integer) -> $0": (
        "CAST(athena_shift_right_signed({0}, {1}) AS {type})"
    ),
    "bit_count(bigint, bigint) -> bigint": "athena_bit_count({0}, {1})",
    "from_base(varchar, bigint) -> bigint": "athena_from_base({0}, {1})",
    "to_base(bigint, bigint) -> varchar": (
        "CASE WHEN {1} NOT BETWEEN 2 AND 36 THEN {!Radix must be between 2 and 36}"
        " ELSE athena_to_base({0}, {1}) END"
    ),
}
