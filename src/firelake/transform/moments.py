"""Creation times as producers write them, to microseconds since 1970, cut downwards."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR, Context, Decimal
from typing import Final

from firelake.contract.time_patterns import CLF, MONTHS, time_pattern

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


def epoch_us(text: str, time_format: str) -> int | None:
    """Microseconds since 1970 in UTC of a time.

    Args:
        text: The number or text.
        time_format: One of `firelake.contract.sources.TIME_FORMATS`, or a form with directives.

    Returns:
        The moment, finer digits cut downwards; None where the text is no such time.
    """
    if time_format in _US_EXPONENTS:
        if _NUMBER.fullmatch(text) is None:
            return None
        scaled = Decimal(text).scaleb(_US_EXPONENTS[time_format], _EXACT)
        return int(scaled.to_integral_value(ROUND_FLOOR))
    form = CLF if time_format == "clf" else time_format
    if "%" in form:
        return _iso_us(_iso_of(text, form), is_utc=True)
    return _iso_us(text, is_utc=time_format == "iso8601_utc")


def _iso_of(text: str, form: str) -> str:
    """ISO 8601 of a time of a form; empty where it is none."""
    pattern = time_pattern(form)
    match = None if pattern is None else pattern.fullmatch(text)
    if match is None:
        return ""
    found = match.groupdict()
    name = found.get("month_name")
    month = found["month"] if name is None else MONTHS.index(name) + 1
    hour = found.get("hour") or _hour_of_12(found["hour_of_12"], found["half"])
    minute, second, fraction = (found.get(key) or "0" for key in ("minute", "second", "fraction"))
    return (
        f"{found['year']}-{int(month):02d}-{int(found['day']):02d}"
        f"T{int(hour):02d}:{minute:0>2}:{second:0>2}.{fraction}{found.get('zone') or ''}"
    )


def _hour_of_12(hour: str, half: str) -> int:
    """The hour of the day; none that there is where the text is none of twelve."""
    number = int(hour)
    return number % 12 + 12 * (half.lower() == "pm") if 1 <= number <= 12 else 99  # noqa: PLR2004 -- a half of a day


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
