"""Aggregates and window functions.

In a template `@` stands after each call of DuckDB's that takes FILTER and OVER, and `#0` is the
first argument with DISTINCT before it and ORDER BY after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from local.athena.errors import ErrorName
from local.athena.translation.functions.intervals import interval_months
from local.athena.translation.functions.maps import collected
from local.athena.translation.signatures import Call, table
from local.athena.translation.typed import (
    Typed,
    cast,
    field,
    not_supported,
    refuse,
    struct,
    variables,
)
from local.athena.types import BIGINT, INTERVAL_DAY, INTERVAL_YEAR, VARCHAR, decimal

if TYPE_CHECKING:
    from collections.abc import Callable


def _sum_decimal(call: Call) -> Typed:
    target = decimal(38, call.value(0).type.scale or 0)
    return Typed(cast("sum(#0)@", target), target)


def _avg_decimal(call: Call) -> Typed:
    type_ = call.value(0).type
    sides = "CAST(sum(#0)@ AS VARCHAR), CAST(count(#0)@ AS VARCHAR)"
    made = f"athena_decimal_divide({sides}, {type_.scale})"
    return Typed(f"CASE WHEN count(#0)@ > 0 THEN {cast(made, type_)} END", type_)


def _percentile(call: Call) -> str:
    """Give the exact percentile, which is within what Athena promises of its approximate one."""
    share = call.value(1)
    several = isinstance(share.literal, tuple)
    shares = share.literal if isinstance(share.literal, tuple) else (share.literal,)
    if not shares or not all(isinstance(one, int | float) and 0 <= one <= 1 for one in shares):
        what = "approx_percentile but of literals between 0 and 1"
        raise not_supported(what)
    wanted = ", ".join(f"CAST('{one}' AS DOUBLE)" for one in shares)
    return f"quantile_disc(#0, {f'[{wanted}]' if several else wanted})@"


def _max(call: Call) -> str:
    if call.value(0).type.name not in {"double", "real"}:
        return "max(#0)@"
    # To Athena's max NaN is the least of all, to DuckDB's the greatest.
    return "coalesce(max(CASE WHEN NOT isnan({0}) THEN {0} END)@, max(#0)@)"


def _first_by(order: str) -> Callable[[Call], str]:
    def make(call: Call) -> str:
        ordered = f"list({call.sqls[0]} ORDER BY {call.sqls[1]} {order})"
        return f"list_slice({ordered}@, 1, {call.sqls[2]})"

    return make


def _first_of(order: str) -> Callable[[Call], str]:
    def make(call: Call) -> str:
        ordered = f"list({call.sqls[0]} ORDER BY {call.sqls[0]} {order})"
        (item,) = variables(1, *call.sqls)
        present = f"list_filter({ordered}@, lambda {item}: {item} IS NOT NULL)"
        return f"list_slice({present}, 1, {call.sqls[1]})"

    return make


def _map_agg(*, every_value: bool) -> Callable[[Call], str]:
    def make(call: Call) -> str:
        pair = struct([("key", call.sqls[0]), ("value", call.sqls[1])])
        return collected(f"list({pair})@", every_value=every_value)

    return make


def _map_union(call: Call) -> str:
    (item,) = variables(1, call.sqls[0])
    return (
        "CASE WHEN count(#0)@ > 0 THEN "
        + collected(
            f"flatten(list_transform(list(#0)@, lambda {item}: coalesce(map_entries({item}), [])))",
            every_value=False,
        )
        + " END"
    )


def _histogram(call: Call) -> str:
    return cast("histogram(#0)@", call.returns)


def _reduced(call: Call) -> str:
    (item,) = variables(1, call.sqls[0])
    present = f"list_filter(list(#0)@, lambda {item}: {item} IS NOT NULL)"
    return f"CASE WHEN count(#0)@ > 0 THEN list_reduce({present}, {{2}}, {{1}}) END"


def _most_frequent(call: Call) -> str:
    """Give the exact counts, which those of the approximate function never exceed by much."""
    entry, pair = variables(2, *call.sqls)
    counts = struct([("n", field(entry, "value")), ("k", field(entry, "key"))])
    counted = f"list_transform(map_entries(histogram({{1}})@), lambda {entry}: {counts})"
    top = f"list_slice(list_reverse_sort({counted}), 1, {{0}})"
    key_and_value = struct([("key", field(pair, "k")), ("value", cast(field(pair, "n"), BIGINT))])
    return f"map_from_entries(list_transform({top}, lambda {pair}: {key_and_value}))"


def _set_union(call: Call) -> str:
    del call
    return "list_distinct(flatten(list(#0)@))"


# DuckDB corrects the skewness of a sample for its size, Athena does not.
_SKEWNESS: Final = (
    "CASE WHEN count(#0)@ > 2 THEN skewness(#0)@ * (count(#0)@ - 2)"
    " / sqrt(CAST(count(#0)@ AS DOUBLE) * (count(#0)@ - 1)) END"
)
_ONE_DOUBLE: Final = {
    f"{name}(double) -> double": f"{function}(#0)@"
    for name, function in {
        "stddev": "stddev_samp", "stddev_samp": "stddev_samp", "stddev_pop": "stddev_pop",
        "variance": "var_samp", "var_samp": "var_samp", "var_pop": "var_pop",
        "kurtosis": "kurtosis",
    }.items()
}  # fmt: skip
_TWO_DOUBLES: Final = {
    f"{name}(double, double) -> double": f"{name}({{0}}, {{1}})@"
    for name in (
        "corr", "covar_pop", "covar_samp", "regr_slope", "regr_intercept",
    )
}  # fmt: skip

AGGREGATES: Final = table(
    {
        "count() -> bigint": "count(*)@",
        "count(t) -> bigint": "count(#0)@",
        "count_if(boolean) -> bigint": "count(CASE WHEN {0} THEN 1 END)@",
        "sum(bigint) -> bigint": "CAST(sum(#0)@ AS BIGINT)",
        "sum(decimal) -> decimal(38,0)": _sum_decimal,
        "sum(real) -> real": "CAST(sum(#0)@ AS FLOAT)",
        "sum(double) -> double": "sum(#0)@",
        "avg(bigint) -> double": "avg(#0)@",
        "avg(double) -> double": "avg(#0)@",
        "avg(real) -> real": "CAST(avg(#0)@ AS FLOAT)",
        "avg(decimal) -> decimal(38,0)": _avg_decimal,
        f"sum({INTERVAL_DAY}) -> {INTERVAL_DAY}": (
            "to_microseconds(CAST(sum(epoch_us({0}))@ AS BIGINT))"
        ),
        f"sum({INTERVAL_YEAR}) -> {INTERVAL_YEAR}": (
            f"to_months(CAST(sum({interval_months('{0}')})@ AS INTEGER))"
        ),
        f"avg({INTERVAL_DAY}) -> {INTERVAL_DAY}": (
            "to_microseconds(CAST(round(avg(epoch_ms({0}))@) AS BIGINT) * 1000)"
        ),
        f"avg({INTERVAL_YEAR}) -> {INTERVAL_YEAR}": (
            f"to_months(CAST(round(avg({interval_months('{0}')})@) AS INTEGER))"
        ),
        "min(t) -> t": "min(#0)@",
        "max(t) -> t": _max,
        "min(t, bigint) -> array(t)": _first_of("ASC"),
        "max(t, bigint) -> array(t)": _first_of("DESC"),
        "min_by(t, u) -> t": "arg_min_null({0}, {1})@",
        "max_by(t, u) -> t": "arg_max_null({0}, {1})@",
        "min_by(t, u, bigint) -> array(t)": _first_by("ASC NULLS LAST"),
        "max_by(t, u, bigint) -> array(t)": _first_by("DESC NULLS LAST"),
        "arbitrary(t) -> t": "any_value(#0)@",
        "any_value(t) -> t": "any_value(#0)@",
        "bool_and(boolean) -> boolean": "bool_and(#0)@",
        "every(boolean) -> boolean": "bool_and(#0)@",
        "bool_or(boolean) -> boolean": "bool_or(#0)@",
        "array_agg(t) -> array(t)": "list(#0)@",
        "set_agg(t) -> array(t)": "list(DISTINCT {0})@",
        "set_union(array(t)) -> array(t)": _set_union,
        "map_agg(k, v) -> map(k, v)": _map_agg(every_value=False),
        "multimap_agg(k, v) -> map(k, array(v))": _map_agg(every_value=True),
        "map_union(map(k, v)) -> map(k, v)": _map_union,
        "histogram(k) -> map(k, bigint)": _histogram,
        "approx_distinct(t) -> bigint": "count(DISTINCT {0})@",
        "approx_distinct(t, double) -> bigint": "count(DISTINCT {0})@",
        "approx_percentile(integral, double) -> $0": _percentile,
        "approx_percentile(double, double) -> double": _percentile,
        "approx_percentile(real, double) -> real": _percentile,
        "approx_percentile(integral, array(double)) -> array($0)": _percentile,
        "approx_percentile(double, array(double)) -> array(double)": _percentile,
        "bitwise_and_agg(bigint) -> bigint": "bit_and(#0)@",
        "bitwise_or_agg(bigint) -> bigint": "bit_or(#0)@",
        "reduce_agg(t, s, function(s, t, s), function(s, s, s)) -> s": _reduced,
        **{
            f"approx_most_frequent(bigint, {type_}, bigint) -> map({type_}, bigint)": (
                _most_frequent
            )
            for type_ in ("varchar", "bigint")
        },
        "bitwise_xor_agg(bigint) -> bigint": "bit_xor(#0)@",
        "geometric_mean(double) -> double": "geometric_mean(#0)@",
        "skewness(double) -> double": _SKEWNESS,
        **_ONE_DOUBLE,
        **_TWO_DOUBLES,
    }
)

_ORDER: Final = "{ORDER}"
_AFTER: Final = "{AFTER}"
_NULLS: Final = "{NULLS}"
# `~` is where IGNORE NULLS stands.
WINDOWS: Final = table(
    {
        "row_number() -> bigint": "row_number()@",
        "rank() -> bigint": "rank()@",
        "dense_rank() -> bigint": "dense_rank()@",
        "percent_rank() -> double": "percent_rank()@",
        "cume_dist() -> double": "cume_dist()@",
        "ntile(bigint) -> bigint": "ntile({0})@",
        "first_value(t) -> t": "first_value({0}~)@",
        "last_value(t) -> t": "last_value({0}~)@",
        "nth_value(t, bigint) -> t": "nth_value({0}, {1}~)@",
        "lag(t) -> t": "lag({0}~)@",
        "lag(t, bigint) -> t": "lag({0}, {1}~)@",
        "lag(t, bigint, t) -> t": "lag({0}, {1}, {2}~)@",
        "lead(t) -> t": "lead({0}~)@",
        "lead(t, bigint) -> t": "lead({0}, {1}~)@",
        "lead(t, bigint, t) -> t": "lead({0}, {1}, {2}~)@",
    }
)
NULL_TREATING: Final = frozenset({"lag", "lead", "first_value", "last_value", "nth_value"})


@dataclass(frozen=True, slots=True)
class Modifiers:
    """What stands around the arguments of an aggregate.

    Attributes:
        distinct: Whether equal arguments count once.
        order: `ORDER BY ...` within the parentheses, or nothing.
        after: FILTER and OVER.
        nulls: IGNORE NULLS, or nothing.
    """

    distinct: bool = False
    order: str = ""
    after: str = ""
    nulls: str = ""


def modified(template: str, call: Call, modifiers: Modifiers) -> str:
    """Put arguments and what stands around them into a template.

    Raises:
        QueryError: The template has no place for DISTINCT or ORDER BY.
    """
    if (modifiers.distinct or modifiers.order) and "#0" not in template:
        what = "DISTINCT or ORDER BY within this aggregate"
        raise not_supported(what)
    inside = f"{'DISTINCT ' if modifiers.distinct else ''}{{0}}{_ORDER}"
    marked = template.replace("#0", inside).replace("~", _NULLS).replace("@", _AFTER)
    around = {
        _ORDER: modifiers.order,
        _NULLS: modifiers.nulls,
        _AFTER: modifiers.after,
        **{f"{{{index}}}": sql for index, sql in enumerate(call.sqls)},
    }
    return re.sub(r"\{\d\}|\{[A-Z]+\}", lambda found: around[found[0]], marked)


def placeholders(call: Call) -> Call:
    """Give a call whose arguments are the template's places for them."""
    return Call(
        tuple(
            Typed(f"{{{index}}}", value.type, value.literal)
            if isinstance(value, Typed)
            else Typed(f"{{{index}}}", value.body.type)
            for index, value in enumerate(call.arguments)
        ),
        call.returns,
    )


def listagg(value: Typed, separator: Typed, modifiers: Modifiers) -> Typed:
    """Write `listagg(value, separator) WITHIN GROUP (ORDER BY ...)`."""
    if not isinstance(separator.literal, str):
        what = "listagg with a computed separator"
        raise not_supported(what)
    if value.type.name != "varchar":
        detail = f"listagg takes varchar, not {value.type}"
        raise refuse(ErrorName.TYPE_MISMATCH, detail)
    distinct = "DISTINCT " if modifiers.distinct else ""
    joined = f"string_agg({distinct}{value.sql}, {separator.sql}{modifiers.order})"
    return Typed(joined + modifiers.after, VARCHAR)
