"""Casts between types that hold no others: from which to which, and what a bad value gives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NoReturn

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.coercion import INTEGERS, NUMBERS, convert, cost
from athena_on_duckdb.translation.texts import text_of
from athena_on_duckdb.translation.typed import (
    Typed,
    cast,
    fail,
    fill,
    let,
    narrowed,
    not_supported,
    text,
)
from athena_on_duckdb.translation.zones import TODAY, from_local, local_clock, zone_named
from athena_on_duckdb.types import TIMESTAMP, UNKNOWN, VARCHAR, WITH_TIME_ZONE, AthenaType, zoned

if TYPE_CHECKING:
    from collections.abc import Callable

_INTEGER_TEXT: Final = r"[+-]?\p{Nd}+"
_DECIMAL_TEXT: Final = r"[+-]?(\p{Nd}+\.?\p{Nd}*|\.\p{Nd}+)([eE][+-]?\p{Nd}+)?"
_NUMBER_TEXT: Final = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
_DOUBLE_TEXT: Final = rf"\s*({_NUMBER_TEXT}[dDfF]?|[+-]?Infinity|[+-]?NaN)\s*"
_DATE_TEXT: Final = r"\s*[+-]?[0-9]+-[0-9]{1,2}-[0-9]{1,2}\s*"
_CLOCK_TEXT: Final = r"(?:[01]?[0-9]|2[0-3]):[0-9]{1,2}(?::[0-9]{1,2}(?:\.[0-9]+)?)?"
# The first group is the day and the time without a plus, the second one the zone.
_TIMESTAMP_TEXT: Final = (
    rf"\s*\+?(-?[0-9]{{4,}}-[0-9]{{1,2}}-[0-9]{{1,2}}(?: {_CLOCK_TEXT})?)"
    r"(?:\s*([A-Za-z+-].*))?\s*"
)
# Of these, those without sign, zone and blanks around, which DuckDB reads.
_PLAIN_STAMP: Final = "[0-9][0-9 :.-]*[0-9]"
_SIX_DIGITS: Final = "[0-9]" * 6
_UUID_TEXT: Final = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_MICROSECOND_DIGITS: Final = 6


def scalar_cast(value: Typed, target: AthenaType) -> Typed:  # noqa: PLR0911 -- one way out a kind
    """Cast a value, as CAST does; both types hold no others, and neither is JSON.

    Raises:
        QueryError: Athena has no such cast, or the translation does not know it.
    """
    source = value.type
    if source == UNKNOWN:
        return Typed(cast(value.sql, target), target)
    if source.name in {"varchar", "char"}:
        return _from_text(value, target)
    if target.name in {"varchar", "char"}:
        return Typed(_to_text(value, target), target)
    if source.name in NUMBERS | {"boolean"} and target.name in NUMBERS | {"boolean"}:
        return Typed(_number(value, target), target)
    if source.name in {"date", "timestamp", "time", WITH_TIME_ZONE}:
        return _time(value, target)
    if source.name == "uuid" and target.name == "varbinary":
        return Typed(f"unhex(replace(CAST({value.sql} AS VARCHAR), '-', ''))", target)
    if cost(source, target) is not None:
        return Typed(convert(value.sql, source, target), target)
    return impossible(source, target)


def impossible(source: AthenaType, target: AthenaType) -> NoReturn:
    """Refuse a cast that Athena does not have.

    Raises:
        QueryError: Always.
    """
    raise QueryError(ErrorName.TYPE_MISMATCH, f"Cannot cast {source} to {target}")


def round_timestamp(sql: str, source: int | None, target: int | None) -> str:
    """Round a timestamp to fewer digits of a second, half up."""
    if source is None or target is None or source <= target:
        return sql
    step = 10 ** (_MICROSECOND_DIGITS - target)
    micros = f"epoch_us({sql})"
    half = step // 2
    # Floor division, also before 1970, where DuckDB's // goes towards zero.
    shifted = f"({micros} + {half})"
    floored = f"({shifted} - (({shifted} % {step} + {step}) % {step}))"
    return f"make_timestamp({floored})"


def _guarded(value: Typed, pattern: str, target: AthenaType, made: str) -> str:
    detail = f"Cannot cast a value of {value.type} to {target}"
    failed = fail(ErrorName.INVALID_CAST_ARGUMENT, detail, target)
    return fill(
        f"CASE WHEN NOT regexp_full_match({{0}}, {{1}}) THEN {failed} ELSE {made} END",
        [value.sql, text(pattern)],
    )


def _from_text(value: Typed, target: AthenaType) -> Typed:
    if target.name in {"varchar", "char"}:
        literal = value.literal
        if isinstance(literal, str) and (length := target.precision) is not None:
            literal = literal.ljust(length if target.name == "char" else 0)[:length]
        return Typed(_cut(value.sql, value.type, target), target, literal)
    if value.type.name == "char":
        impossible(value.type, target)
    if target.name == "varbinary":
        return Typed(f"encode({value.sql})", target)
    if target.name == WITH_TIME_ZONE:
        return _zoned_from_text(value, target)
    if target.name not in _BY_TEXT:
        impossible(value.type, target)
    pattern, made = _BY_TEXT[target.name]
    return Typed(_guarded(value, pattern, target, made(target)), target)


def _number_from_text(target: AthenaType) -> str:
    # Digits may be of any script, of which DuckDB reads one.
    others = f"CAST(athena_digits({{0}}) AS {target.duckdb})"
    return f"coalesce(TRY_CAST({{0}} AS {target.duckdb}), {others})"


def _double_from_text(target: AthenaType) -> str:
    number = "regexp_replace(trim({0}), '[dDfF]$', '')"
    negative = "starts_with(trim({0}), '-')"
    # A null has no sign, and is neither.
    large = f"CASE WHEN {negative} THEN '-inf' WHEN NOT {negative} THEN 'inf' END"
    return f"coalesce(TRY_CAST({number} AS {target.duckdb}), CAST({large} AS {target.duckdb}))"


def _time_from_text(target: AthenaType) -> str:
    stamp = _rounded_up("CAST('1970-01-01 ' || {0} AS TIMESTAMP)", target)
    return f"CAST({round_timestamp(stamp, _MICROSECOND_DIGITS, target.precision)} AS TIME)"


def _timestamp_from_text(target: AthenaType) -> str:
    """Make a timestamp of a text; a zone in it is not kept, but moves a time that it leaves out."""
    clock, zone = (f"trim(regexp_extract({{0}}, {{1}}, {group}, 's'))" for group in (1, 2))
    stamp = _rounded_up(f"CAST({clock} AS TIMESTAMP)", target)
    made = round_timestamp(stamp, _MICROSECOND_DIGITS, target.precision)
    shown = f"make_timestamp(athena_shown(epoch_us({made}), {zone}))"
    return (
        f"CASE WHEN regexp_full_match({{0}}, '{_PLAIN_STAMP}') THEN {made.replace(clock, '{0}')}"
        f" WHEN {zone} = '' THEN {made} ELSE {shown} END"
    )


def _rounded_up(stamp: str, target: AthenaType) -> str:
    """Round a text's seventh digit of a second, which DuckDB leaves out."""
    if target.precision != _MICROSECOND_DIGITS:
        return stamp
    return (
        f"({stamp} + CASE WHEN regexp_matches({{0}}, '[.]{_SIX_DIGITS}[5-9]')"
        " THEN to_microseconds(1) ELSE to_microseconds(0) END)"
    )


# Of each type the pattern of the texts that can be cast to it, and what casts them.
_BY_TEXT: Final[dict[str, tuple[str, Callable[[AthenaType], str]]]] = {
    **dict.fromkeys(INTEGERS, (_INTEGER_TEXT, _number_from_text)),
    "decimal": (_DECIMAL_TEXT, _number_from_text),
    **dict.fromkeys(("real", "double"), (_DOUBLE_TEXT, _double_from_text)),
    "boolean": ("(?i)t|true|1|f|false|0", lambda _: "lower({0}) IN ('t', 'true', '1')"),
    "date": (_DATE_TEXT, lambda _: "CAST(ltrim(trim({0}), '+') AS DATE)"),
    "timestamp": (_TIMESTAMP_TEXT, _timestamp_from_text),
    "time": (rf"{_CLOCK_TEXT}\s*", _time_from_text),
    "uuid": (_UUID_TEXT, lambda _: "CAST({0} AS UUID)"),
}


def _zoned_from_text(value: Typed, target: AthenaType) -> Typed:
    if not isinstance(value.literal, str):
        what = "CAST of a column's text to a timestamp with time zone: use from_iso8601_timestamp"
        raise not_supported(what=what)
    detail = f"Value cannot be cast to {target}: {value.literal}"
    found = re.fullmatch(_TIMESTAMP_TEXT, value.literal)
    if found is None:
        raise QueryError(ErrorName.INVALID_CAST_ARGUMENT, detail)
    try:
        zone = zone_named((found[2] or "UTC").strip())
    except QueryError as error:
        raise QueryError(ErrorName.INVALID_CAST_ARGUMENT, detail) from error
    local = _from_text(Typed(text(found[1]), VARCHAR), AthenaType("timestamp", target.precision))
    return Typed(from_local(local.sql, zone), zoned(zone, target.precision or 0))


def _cut(sql: str, source: AthenaType, target: AthenaType) -> str:
    length = target.precision
    if length is None:
        return sql
    if target.name == "char":
        return f"rpad({sql}, {length}, ' ')"
    shorter = source.precision is not None and source.precision <= length
    return sql if shorter else f"left({sql}, {length})"


def _to_text(value: Typed, target: AthenaType) -> str:
    made = None if target.name == "char" else text_of(value)
    if made is None:
        impossible(value.type, target)
    if target.precision is None:
        return made
    detail = f"Value cannot be represented as {target}"
    failed = fail(ErrorName.INVALID_CAST_ARGUMENT, detail, VARCHAR)
    long = f"length({{0}}) > {target.precision}"
    return fill(f"CASE WHEN {long} THEN {failed} ELSE {{0}} END", [made])


def _number(value: Typed, target: AthenaType) -> str:
    source = value.type
    if source.name == "double" and target.name == "real":
        return let(value.sql, narrowed)
    if source.name in {"double", "real"} and target.name in INTEGERS:
        return cast(f"round({value.sql})", target)
    if source.name in {"double", "real"} and target.name == "decimal":
        return cast(f"CAST({value.sql} AS VARCHAR)", target)
    return cast(value.sql, target)


def _time(value: Typed, target: AthenaType) -> Typed:
    source = value.type
    if source.name == target.name == WITH_TIME_ZONE:
        utc = f"timezone('UTC', {value.sql})"
        rounded = round_timestamp(utc, source.precision, target.precision)
        made = AthenaType(WITH_TIME_ZONE, target.precision, zone=source.zone)
        return Typed(f"timezone('UTC', {rounded})", made)
    if {source.name, target.name} == {"date", "time"}:
        impossible(source, target)
    # A time is one of today.
    local = f"({TODAY} + {value.sql})" if source.name == "time" else local_clock(value)
    if target.name == "date":
        return Typed(value.sql if source.name == "date" else f"CAST({local} AS DATE)", target)
    if target.name == "time" and source.name == "timestamp":
        local = let(local, _second_of_day)
    rounded = round_timestamp(local, source.precision, target.precision)
    if target.name == "time":
        return Typed(f"CAST({rounded} AS TIME)", target)
    if target.name == "timestamp":
        return Typed(rounded, target)
    if target.name == WITH_TIME_ZONE:
        return Typed(from_local(rounded, "UTC"), target)
    impossible(source, target)


def _second_of_day(moment: str) -> str:
    """Take Trino's second before that of a time with a fraction before 1970.

    Its division of seconds goes towards zero, its rest is never negative:
    io.trino.operator.scalar.timestamp.TimestampToTimeCast, of 398 and of 483.
    """
    failed = fail(ErrorName.GENERIC_INTERNAL_ERROR, "picos is outside of allowed range", TIMESTAMP)
    return (
        f"CASE WHEN epoch_us({moment}) >= 0 OR epoch_us({moment}) % 1000000 = 0 THEN {moment}"
        f" WHEN CAST({moment} AS TIME) < TIME '00:00:01' THEN {failed}"
        f" ELSE {moment} - INTERVAL 1 SECOND END"
    )
