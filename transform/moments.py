"""Creation times as producers write them, to microseconds since 1970, cut downwards."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR, Context, Decimal
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_US: Final = timedelta(microseconds=1)
_US_EXPONENTS: Final = {"s": 6, "ms": 3, "us": 0, "ns": -3}
# Few digits, so that no exponent makes a number of millions of them.
_NUMBER: Final = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,30})?(?:[eE][+-]?[0-9]{1,2})?")
_EXACT: Final = Context(prec=80)
_ISO_8601: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?"
    r" ?(?:([Zz]|UTC)|([+-])([01][0-9]|2[0-3]):?([0-5][0-9])?)?"
)
# Not by strptime, whose months are those of the locale.
_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_CLF: Final = re.compile(
    r"([0-9]{2})/([A-Z][a-z]{2})/([0-9]{4}):([0-9]{2}:[0-9]{2}:[0-9]{2}) ([+-][0-9]{4})"
)


def epoch_us(text: str, time_format: str) -> int | None:
    """Microseconds since 1970 in UTC of a time.

    Args:
        text: The number or text.
        time_format: One of `contract.sources.TIME_FORMATS`.

    Returns:
        The moment, finer digits cut downwards; None where the text is no such time.
    """
    if time_format in _US_EXPONENTS:
        if _NUMBER.fullmatch(text) is None:
            return None
        scaled = Decimal(text).scaleb(_US_EXPONENTS[time_format], _EXACT)
        return int(scaled.to_integral_value(ROUND_FLOOR))
    if time_format == "clf":
        text = _iso_of_clf(text)
    return _iso_us(text, is_utc=time_format == "iso8601_utc")


def _iso_of_clf(text: str) -> str:
    """ISO 8601 of a time in the common log format; empty where it is none."""
    found = _CLF.fullmatch(text)
    if found is None or found[2] not in _MONTHS:
        return ""
    day, month, year, time, offset = found.groups()
    return f"{year}-{_MONTHS.index(month) + 1:02d}-{day}T{time}{offset}"


def _iso_us(text: str, *, is_utc: bool) -> int | None:
    found = _ISO_8601.fullmatch(text)
    if found is None:
        return None
    day, minute, second, fraction, utc, sign, hours, minutes = found.groups()
    if utc is None and sign is None and not is_utc:
        return None
    # A leap second is the one after it, as Unix time has it.
    is_leap = second == "60"
    second = "59" if is_leap else second or "00"
    try:
        local = datetime.fromisoformat(f"{day}T{minute}:{second}+00:00")
    except ValueError:
        return None
    moment_us = (local - _EPOCH) // _US + is_leap * 1_000_000
    moment_us += int(f"{(fraction or '')[:6]:0<6}")
    offset_us = (int(hours or 0) * 60 + int(minutes or 0)) * 60_000_000
    return moment_us + offset_us if sign == "-" else moment_us - offset_us
