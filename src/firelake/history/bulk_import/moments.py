"""Moments in Athena's SQL: as an event's creation time, and as values of a timestamp column.

What a text or number means is what `firelake.transform.moments` and
`firelake.transform.timestamps` say; a second of 60 alone is known there and not here.
"""

from __future__ import annotations

from typing import Final

from firelake.history.bulk_import.source_types import SourceKind, SourceType
from firelake.history.bulk_import.sql_names import text
from firelake.transform.timestamps import MAX_EPOCH_MS, MIN_EPOCH_MS

_NUMBER: Final = r"\A-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\z"
_DAY: Final = "([0-9]{4}-[0-9]{2}-[0-9]{2})"
_FRACTION: Final = "(?:[.,]([0-9]+))?"
_OFFSET: Final = "([+-])([01][0-9]|2[0-3])"
# Groups of each: day, minute, second, fraction; sign, hours and minutes of the offset.
_OF_FIELD: Final = (
    rf"\A{_DAY}T((?:[01][0-9]|2[0-3]):[0-5][0-9])(?::([0-5][0-9]){_FRACTION})?"
    rf"(?:Z|{_OFFSET}(?::?([0-5][0-9]))?)\z"
)
_OF_EVENT: Final = (
    rf"\A{_DAY}[Tt ]([0-9]{{2}}:[0-9]{{2}})(?::([0-9]{{2}}){_FRACTION})?"
    rf" ?(?:(?:[Zz]|UTC)|{_OFFSET}:?([0-5][0-9])?)"
)
_US_PER_S: Final = 10**6
# Of each unit how many are a microsecond or how many microseconds it is, and how many a second.
_TO_US: Final = {"ms": ("1000", 10**3), "us": ("1", 10**6), "ns": ("0.001", 10**9)}
# Beyond the years of a timestamp, so that nothing overflows.
_MOST_S: Final = 9_300_000_000


def finite(expression: str, source: SourceType) -> str:
    """Write a number as a double, the nearest one; null where it is none, or not finite."""
    match source.kind:
        case SourceKind.FLOAT:
            return f"CASE WHEN is_finite({expression}) THEN CAST({expression} AS double) END"
        case SourceKind.DECIMAL:
            # Trino divides two doubles where it casts a decimal.
            return f"CAST(CAST({expression} AS varchar) AS double)"
        case SourceKind.TEXT:
            number = f"TRY_CAST({expression} AS double)"
            return f"CASE WHEN {is_number(expression)} AND is_finite({number}) THEN {number} END"
        case _:
            return f"CAST({expression} AS double)"


def is_number(expression: str) -> str:
    """Write whether a text is a number as JSON has it."""
    return f"regexp_like({expression}, {text(_NUMBER)})"


def epoch_ms(seconds: str) -> str:
    """Write a Unix time, a double of seconds, in milliseconds; null beyond the years that count.

    What counts is the number as it is written, cut: `firelake.transform.timestamps.epoch_ms`.
    """
    nearest = f"round({seconds} * 1e3)"
    return (
        f"CASE WHEN {seconds} * 1e3 >= {MIN_EPOCH_MS}e0 AND {seconds} * 1e3 < {MAX_EPOCH_MS + 1}e0"
        f" THEN CAST({nearest} AS bigint) - IF({nearest} / 1e3 > {seconds}, 1, 0) END"
    )


def at_ms(milliseconds: str) -> str:
    """Write a Unix time in milliseconds as a timestamp, in UTC."""
    # Trino adds no more of a unit than an integer of 32 bits holds.
    return f"CAST(from_unixtime(({milliseconds}) / 1e3, 'UTC') AS timestamp(3))"


def event_seconds(expression: str, source: SourceType, time_format: str) -> str:
    """Write a creation time as Unix time, a double of seconds; null where it is none.

    Args:
        time_format: One of `firelake.history.bulk_import.mapping.TIME_FORMATS`, or empty for a
            timestamp, a number of seconds, or ISO 8601, by its type.
    """
    match source.kind:
        case SourceKind.TIMESTAMP:
            return f"to_unixtime({expression})"
        case SourceKind.ZONED:
            return f"to_unixtime({utc(expression)})"
        case SourceKind.TEXT if time_format in {"", "iso8601", "iso8601_utc"}:
            return _iso_seconds(expression, "?" if time_format == "iso8601_utc" else "")
        case _ if time_format in _TO_US:
            return _scaled_seconds(expression, source, time_format)
        case _:
            return finite(expression, source)


def timestamp(expression: str, source: SourceType) -> str:
    """Write a value of a timestamp column, cut to milliseconds; null where it is none.

    A number is Unix time in seconds. The years are not looked at, but for a number's.
    """
    match source.kind:
        case SourceKind.TEXT:
            return _iso_timestamp(expression)
        case SourceKind.TIMESTAMP:
            return cut(expression)
        case SourceKind.ZONED:
            return cut(utc(expression))
        case _:
            return at_ms(epoch_ms(f"({finite(expression, source)})"))


def utc(expression: str) -> str:
    """Write a timestamp with a zone as one of UTC."""
    return f"CAST({expression} AT TIME ZONE 'UTC' AS timestamp(6))"


def cut(expression: str) -> str:
    """Write a timestamp as one of milliseconds, cut: a cast alone rounds."""
    return f"CAST(date_trunc('millisecond', {expression}) AS timestamp(3))"


def _scaled_seconds(expression: str, source: SourceType, unit: str) -> str:
    """Cuts a number to microseconds, by its digits and not by those of a float's binary."""
    factor, per_second = _TO_US[unit]
    number = f"TRY_CAST({_digits(expression, source)} AS decimal(38, 9))"
    exact = f"CAST(CAST(floor({number} * DECIMAL '{factor}') AS bigint) AS double) / 1e6"
    other = f"{finite(expression, source)} / {per_second}e0"
    return (
        f"CASE WHEN abs({number}) < DECIMAL '{_MOST_S * per_second}' THEN {exact} ELSE {other} END"
    )


def _digits(expression: str, source: SourceType) -> str:
    if source.kind is SourceKind.TEXT:
        return f"CASE WHEN {is_number(expression)} THEN {expression} END"
    return f"CAST({expression} AS varchar)"


def _iso_seconds(expression: str, zone: str) -> str:
    whole = f"CAST(to_unixtime(TRY_CAST({_LOCAL} AS timestamp(3))) AS bigint)"
    micros = (
        f"{whole} * {_US_PER_S} + CAST({_fraction(6)} AS bigint)"
        f" + {_TO_UTC_MINUTES} * {60 * _US_PER_S}"
    )
    return _of_parts(expression, rf"{_OF_EVENT}{zone}\z", f"CAST({micros} AS double) / 1e6")


def _iso_timestamp(expression: str) -> str:
    local = f"TRY_CAST({_LOCAL} || '.' || {_fraction(3)} AS timestamp(3))"
    return _of_parts(expression, _OF_FIELD, f"date_add('minute', {_TO_UTC_MINUTES}, {local})")


# A text's parts by the groups of its pattern, each empty where it has none: day and time, and how
# many minutes UTC is ahead of it.
_LOCAL: Final = "p[1] || ' ' || p[2] || ':' || IF(p[3] = '', '00', p[3])"
_TO_UTC_MINUTES: Final = (
    "CASE p[5] WHEN '-' THEN 1 WHEN '+' THEN -1 ELSE 0 END"
    " * (60 * CAST('0' || p[6] AS bigint) + CAST('0' || p[7] AS bigint))"
)


def _fraction(digits: int) -> str:
    return f"rpad(substr(p[4], 1, {digits}), {digits}, '0')"


def _of_parts(expression: str, pattern: str, value: str) -> str:
    """Writes a value of the parts of a text; null where the text is not of the pattern."""
    parts = f"split(regexp_replace({expression}, {text(pattern)}, '$1|$2|$3|$4|$5|$6|$7'), '|')"
    # The lambda names what would be written seven times.
    value = f"element_at(transform(ARRAY[{parts}], p -> {value}), 1)"
    return f"CASE WHEN regexp_like({expression}, {text(pattern)}) THEN {value} END"
