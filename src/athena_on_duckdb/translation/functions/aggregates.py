"""Aggregates and window functions.

In a template `@` stands after each call of DuckDB's that takes FILTER and OVER, `#` where DISTINCT
goes, and `#0` is the first argument with DISTINCT before it and ORDER BY after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.translation.functions.checksums import checksum
from athena_on_duckdb.translation.functions.maps import collected
from athena_on_duckdb.translation.functions.math import logarithm
from athena_on_duckdb.translation.signatures import Call
from athena_on_duckdb.translation.typed import (
    MARK,
    Typed,
    cast,
    field,
    invalid,
    narrowed,
    not_supported,
    struct,
    variables,
)
from athena_on_duckdb.types import BIGINT, INTERVAL_DAY, INTERVAL_YEAR, VARCHAR, decimal

if TYPE_CHECKING:
    from athena_on_duckdb.translation.signatures import Entries

_ORDER: Final = "{ORDER}"


def _listagg(call: Call) -> str:
    separator = call.value(1) if len(call.arguments) > 1 else Typed("''", VARCHAR, "")
    if not isinstance(separator.literal, str):
        raise not_supported(what="listagg with a computed separator")
    return f"string_agg(# {{0}}, {separator.sql}{_ORDER})@"


def _sum_decimal(call: Call) -> Typed:
    target = decimal(38, call.value(0).type.scale or 0)
    return Typed(cast("sum(#0)@", target), target)


def _avg_decimal(call: Call) -> Typed:
    type_ = call.value(0).type
    sides = "CAST(sum(#0)@ AS VARCHAR), CAST(count(#0)@ AS VARCHAR)"
    made = f"athena_decimal_divide({sides}, {type_.scale})"
    return Typed(f"CASE WHEN count(#0)@ > 0 THEN {cast(made, type_)} END", type_)


# Types that Athena's reduce_agg keeps no state of.
_NO_STATE: Final = frozenset(
    {"varchar", "char", "varbinary", "json", "array", "map", "row", "decimal", "uuid"}
)
_DOUBLES: Final = frozenset({"double", "real"})
# Added to a share, so that Athena's choice is made where it falls between two values: the upper.
_ABOVE: Final = 1e-12


def _percentile(call: Call) -> str:
    """Give the exact percentile, which is within what Athena promises of its approximate one."""
    share = call.value(1)
    several = isinstance(share.literal, tuple)
    shares = share.literal if isinstance(share.literal, tuple) else (share.literal,)
    known = [one for one in shares if isinstance(one, int | float)]
    if not shares or len(known) < len(shares):
        raise not_supported(what="approx_percentile but of literal shares")
    if not all(0 <= one <= 1 for one in known):
        detail = "Percentile must be between 0 and 1"
        failed = invalid(detail, call.returns)
        return f"CASE WHEN count(#0)@ > 0 THEN {failed} END"
    wanted = ", ".join(f"CAST('{min(one + _ABOVE, 1)}' AS DOUBLE)" for one in known)
    return f"quantile_disc(#0, {f'[{wanted}]' if several else wanted})@"


def _extreme(call: Call, name: str, zero: str) -> str:
    """Make min or max; of zeros it gives the one that `zero` tells, if it is there."""
    if call.value(0).type.name not in _DOUBLES:
        return f"{name}(#0)@"
    # To Athena's max NaN is the least of all, to DuckDB's the greatest.
    made = f"coalesce({name}(CASE WHEN NOT isnan({{0}}) THEN {{0}} END)@, {name}(#0)@)"
    found = f"any_value(CASE WHEN {{0}} = 0 AND {zero} THEN {{0}} END)@"
    return f"CASE WHEN {made} = 0 THEN coalesce({found}, {made}) ELSE {made} END"


def _setting(call: Call, index: int) -> str:
    """Write an argument that is one for all rows: a row's, where it is no literal."""
    value = call.value(index)
    return value.sql if value.literal is not None else f"any_value({value.sql})@"


def _how_many(call: Call) -> str:
    """Write how many values are kept, within Trino's bounds."""
    number = _setting(call, len(call.arguments) - 1)
    detail = "the number of values must be positive, and at most 10000"
    failed = invalid(detail, BIGINT)
    return (
        f"CASE WHEN {number} BETWEEN 1 AND 10000 THEN {number}"
        f" WHEN {number} IS NOT NULL THEN {failed} END"
    )


def _first_by(call: Call, order: str) -> str:
    """Give the values with the first keys; those whose key is NULL are left out."""
    value, key = call.value(0), call.value(len(call.arguments) - 2)
    last = f"isnan({key.sql}), " if key.type.name in _DOUBLES else ""
    (item,) = variables(1, *call.sqls)
    pair = struct([("k", key.sql), ("v", value.sql)])
    # Of a literal all keys are equal, and DuckDB refuses to order by one.
    ordered = f" ORDER BY {last}{key.sql} {order} NULLS LAST" if key.literal is None else ""
    pairs = f"list({pair}{ordered})@"
    known = f"list_filter({pairs}, lambda {item}: {field(item, 'k')} IS NOT NULL)"
    values = f"list_transform({known}, lambda {item}: {field(item, 'v')})"
    some = f"count({key.sql})@ > 0"
    return f"CASE WHEN {some} THEN list_slice({values}, 1, {_how_many(call)}) END"


def _max_by(call: Call) -> str:
    made = "arg_max_null({0}, {1})@"
    if call.value(1).type.name not in _DOUBLES:
        return made
    # NaN is the least of all.
    number = "CASE WHEN NOT isnan({1}) THEN {1} END"
    known = f"arg_max_null({{0}}, {number})@"
    return f"CASE WHEN count({number})@ > 0 THEN {known} ELSE {made} END"


def _map_agg(call: Call, *, every_value: bool) -> str:
    pair = struct([("key", call.sqls[0]), ("value", call.sqls[1])])
    made = collected(f"list({pair})@", every_value=every_value)
    return f"CASE WHEN count({call.sqls[0]})@ > 0 THEN {made} END"


def _map_union(call: Call) -> str:
    (item,) = variables(1, call.sqls[0])
    entries = f"list_transform(list(#0)@, lambda {item}: coalesce(map_entries({item}), []))"
    made = collected(f"flatten({entries})", every_value=False)
    return f"CASE WHEN count(#0)@ > 0 THEN {made} END"


def _reduced(call: Call) -> str:
    if call.returns.name in _NO_STATE:
        raise not_supported(what=f"reduce_agg with a state of type {call.returns}")
    (item,) = variables(1, call.sqls[0])
    present = f"list_filter(list(#0)@, lambda {item}: {item} IS NOT NULL)"
    return f"CASE WHEN count(#0)@ > 0 THEN list_reduce({present}, {{2}}, {_setting(call, 1)}) END"


def _most_frequent(call: Call) -> str:
    """Give the exact counts, which those of the approximate function never exceed by much."""
    entry, pair = variables(2, *call.sqls)
    counts = struct([("n", f"-{cast(field(entry, 'value'), BIGINT)}"), ("k", field(entry, "key"))])
    counted = f"list_transform(map_entries(histogram({{1}})@), lambda {entry}: {counts})"
    top = f"list_slice(list_sort({counted}), 1, {_setting(call, 0)})"
    key_and_value = struct([("key", field(pair, "k")), ("value", f"-{field(pair, 'n')}")])
    return f"map_from_entries(list_transform({top}, lambda {pair}: {key_and_value}))"


def _numeric_histogram(call: Call) -> str:
    buckets = f"athena_numeric_histogram({_setting(call, 0)}, CAST(list({{1}})@ AS DOUBLE[]))"
    (item,) = variables(1, *call.sqls)
    pair = struct([("key", f"{item}[1]"), ("value", f"{item}[2]")])
    made = f"map_from_entries(list_transform({buckets}, lambda {item}: {pair}))"
    return f"CASE WHEN count({{1}})@ > 0 THEN {cast(made, call.returns)} END"


def _spread(function: str) -> str:
    """Write a deviation or variance: NaN where a number is not finite, which DuckDB refuses."""
    least = 0 if function.endswith("pop") else 1
    finite = f"{function}(# CASE WHEN isfinite({{0}}) THEN {{0}} END)@"
    return (
        "CASE WHEN count(CASE WHEN NOT isfinite({0}) THEN 1 END)@ = 0 THEN "
        f"{finite} WHEN count({{0}})@ > {least} THEN CAST('nan' AS DOUBLE) END"
    )


_ONE_DOUBLE: Final = {
    f"{name}(double) -> double": _spread(function)
    for name, function in {
        "stddev": "stddev_samp", "stddev_samp": "stddev_samp", "stddev_pop": "stddev_pop",
        "variance": "var_samp", "var_samp": "var_samp", "var_pop": "var_pop",
    }.items()
} | {
    f"{name}(double) -> double": f"CAST(athena_moments('{name}', list(#0)@) AS DOUBLE)"
    for name in ("skewness", "kurtosis")
}  # fmt: skip
_PAIRS: Final = "list(CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN [{0}, {1}] END)@"
# Integers and decimals are taken for reals.
_TWO_DOUBLES: Final = {
    signature: make
    for name in ("corr", "covar_pop", "covar_samp", "regr_slope", "regr_intercept")
    for sql in (f"CAST(athena_comoments('{name}', CAST({_PAIRS} AS DOUBLE[][])) AS DOUBLE)",)
    for signature, make in {
        f"{name}(real, real) -> real": narrowed(sql),
        f"{name}(double, double) -> double": sql,
    }.items()
}

AGGREGATES: Final[Entries] = {
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
    **{
        f"{name}({type_}) -> {type_}": cast(made, type_)
        for type_ in (INTERVAL_DAY, INTERVAL_YEAR)
        for name, made in {"sum": "sum(#0)@", "avg": "round(avg(#0)@)"}.items()
    },
    "min(t) -> t": partial(_extreme, name="min", zero="signbit({0})"),
    "max(t) -> t": partial(_extreme, name="max", zero="NOT signbit({0})"),
    "min_by(t, u) -> t": "arg_min_null({0}, {1})@",
    "max_by(t, u) -> t": _max_by,
    **{
        signature: partial(_first_by, order=order)
        for name, order in (("min", "ASC"), ("max", "DESC"))
        for signature in (
            f"{name}(t, bigint) -> array(t)",
            f"{name}_by(t, u, bigint) -> array(t)",
        )
    },
    "arbitrary(t) -> t": "any_value(#0)@",
    "any_value(t) -> t": "any_value(#0)@",
    "bool_and(boolean) -> boolean": "bool_and(#0)@",
    "every(boolean) -> boolean": "bool_and(#0)@",
    "bool_or(boolean) -> boolean": "bool_or(#0)@",
    "array_agg(t) -> array(t)": "list(#0)@",
    "set_union(array(t)) -> array(t)": "list_distinct(flatten(list(#0)@))",
    "map_agg(k, v) -> map(k, v)": partial(_map_agg, every_value=False),
    "multimap_agg(k, v) -> map(k, array(v))": partial(_map_agg, every_value=True),
    "map_union(map(k, v)) -> map(k, v)": _map_union,
    "histogram(k) -> map(k, bigint)": lambda call: cast("histogram(#0)@", call.returns),
    "checksum(t) -> varbinary": checksum,
    "listagg(varchar) -> varchar": _listagg,
    "listagg(varchar, varchar) -> varchar": _listagg,
    **{
        f"numeric_histogram(bigint, {type_}) -> map({type_}, {type_})": _numeric_histogram
        for type_ in ("real", "double")
    },
    "approx_distinct(t) -> bigint": "count(DISTINCT {0})@",
    "approx_distinct(t, double) -> bigint": "count(DISTINCT {0})@",
    **{
        signature: _percentile
        for type_ in ("bigint", "real", "double")
        for signature in (
            f"approx_percentile({type_}, double) -> {type_}",
            f"approx_percentile({type_}, array(double)) -> array({type_})",
        )
    },
    **{
        f"bitwise_{name}_agg(bigint) -> bigint": f"bit_{name}(#0)@" for name in ("and", "or", "xor")
    },
    "reduce_agg(t, s, function(s, t, s), function(s, s, s)) -> s": _reduced,
    **{
        f"approx_most_frequent(bigint, {type_}, bigint) -> map({type_}, bigint)": (_most_frequent)
        for type_ in ("varchar", "bigint")
    },
    "geometric_mean(bigint) -> double": f"exp(avg({logarithm('{0}')})@)",
    "geometric_mean(double) -> double": f"exp(avg({logarithm('{0}')})@)",
    "geometric_mean(real) -> real": narrowed(f"exp(avg({logarithm('{0}')})@)"),
    **_ONE_DOUBLE,
    **_TWO_DOUBLES,
}

_AFTER: Final = "{AFTER}"
_NULLS: Final = "{NULLS}"
_MARK: Final = "{MARK}"


def _least(sql: str, least: int, detail: str) -> str:
    """Write a number that must not be less than another."""
    failed = invalid(detail, BIGINT)
    return f"CASE WHEN {sql} < {least} THEN {failed} ELSE {sql} END"


_OFFSET: Final = _least("{1}", 0, "Offset must be at least 0")
# `~` is where IGNORE NULLS stands.
WINDOWS: Final[Entries] = {
    "row_number() -> bigint": "row_number()@",
    "rank() -> bigint": "rank()@",
    "dense_rank() -> bigint": "dense_rank()@",
    "percent_rank() -> double": "percent_rank()@",
    "cume_dist() -> double": "cume_dist()@",
    "ntile(bigint) -> bigint": f"ntile({_least('{0}', 1, 'Buckets must be greater than 0')})@",
    "first_value(t) -> t": "first_value({0}~)@",
    "last_value(t) -> t": "last_value({0}~)@",
    "nth_value(t, bigint) -> t": (
        f"nth_value({{0}}, {_least('{1}', 1, 'Offset must be at least 1')}~)@"
    ),
    **{
        f"{name}({parameters}) -> t": f"{name}({{0}}{more}~)@"
        for name in ("lag", "lead")
        for parameters, more in {
            "t": "",
            "t, bigint": f", {_OFFSET}",
            "t, bigint, t": f", {_OFFSET}, {{2}}",
        }.items()
    },
}
NULL_TREATING: Final = frozenset({"lag", "lead", "first_value", "last_value", "nth_value"})
# These count rows from the row's own, so a window must be ordered and can have no frame.
WITHOUT_FRAME: Final = frozenset({"lag", "lead"})


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
    ordered = "#0" in template or _ORDER in template
    if (modifiers.distinct and "#" not in template) or (modifiers.order and not ordered):
        raise not_supported(what="DISTINCT or ORDER BY within this aggregate")
    distinct = "DISTINCT" if modifiers.distinct else ""
    marked = template.replace(MARK, _MARK)  # within an error, where nothing stands around
    marked = marked.replace("#0", f"# {{0}}{_ORDER}").replace("#", distinct)
    marked = marked.replace("~", _NULLS).replace("@", _AFTER)
    around = {
        _MARK: MARK,
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
