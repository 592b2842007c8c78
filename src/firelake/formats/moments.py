"""Moments as the OpenX SerDe reads them: 64-bit nanoseconds since 1970, UTC.

https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion-concepts.html
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

_SECOND_NS: Final = 1_000_000_000
_MINUTE_NS: Final = 60 * _SECOND_NS
_HOUR_NS: Final = 60 * _MINUTE_NS
_DAY_NS: Final = 24 * _HOUR_NS
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
# From here on a number counts milliseconds, below it seconds.
_FIRST_MILLISECOND: Final = 10**12

# The form with a space may leave out leading zeros, the form with a T may not.
_SPACE: Final = re.compile(
    r"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2}) ([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:\.([0-9]{1,9}))?"
)
_ISO: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?Z?"
)
_LAST: Final = (23, 59, 59)


def nanoseconds_of_text(text: str) -> int | None:
    """Give the moment that a text names; None where it has neither of the two forms."""
    match = _SPACE.fullmatch(text) or _ISO.fullmatch(text)
    if match is None:
        return None
    day, hour, minute, second, fraction = match.groups()
    clock = (int(hour), int(minute), int(second))
    start = _day_start_ns(day)
    if start is None or any(value > last for value, last in zip(clock, _LAST, strict=True)):
        return None
    moment = start + clock[0] * _HOUR_NS + clock[1] * _MINUTE_NS + clock[2] * _SECOND_NS
    return wrapped(moment + int(f"{fraction:0<9}") if fraction else moment)


def epoch_nanoseconds(number: float) -> int:
    """Give the moment of a number: seconds, or from 10 to the 12th on milliseconds."""
    scale = _SECOND_NS // 1000 if abs(number) >= _FIRST_MILLISECOND else _SECOND_NS
    if isinstance(number, int):
        return wrapped(number * scale)
    return wrapped(int(Decimal(repr(number)) * scale))


def wrapped(nanoseconds: int) -> int:
    """Give what 64 bits hold of a number: what is beyond them comes out elsewhere, as in Java."""
    return (nanoseconds + 2**63) % 2**64 - 2**63


@lru_cache(maxsize=4096)
def _day_start_ns(text: str) -> int | None:
    year, month, day = map(int, text.split("-"))
    try:
        return (date(year, month, day).toordinal() - _EPOCH_DAY) * _DAY_NS
    except ValueError:
        return None
