"""Java's date patterns, as far as prefixes may hold them: java.time.format.DateTimeFormatter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from firelake.formats.errors import DatePatternError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

_PART: Final = re.compile(
    r"'(?P<quoted>(?:[^']|'')*)'|(?P<run>(?P<letter>[A-Za-z])(?P=letter)*)|.", re.DOTALL
)
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORT: Final = 3
_FULL: Final = 4


def letters(pattern: str) -> set[str]:
    """Give the pattern letters of a pattern, without what is quoted.

    Raises:
        DatePatternError: A quote is left open.
    """
    return {match["letter"] for match in _parts(pattern) if match["letter"]}


def format_date(pattern: str, moment: datetime) -> str:
    """Write a moment by a pattern.

    Args:
        moment: The moment, in the time zone to write it in.

    Raises:
        DatePatternError: The pattern has a letter that is not written here, or leaves a quote open.
    """
    return "".join(_written(match, moment) for match in _parts(pattern))


def _parts(pattern: str) -> Iterator[re.Match[str]]:
    for match in _PART.finditer(pattern):
        if match[0] == "'":
            message = f"the date pattern {pattern!r} leaves a quote open"
            raise DatePatternError(message)
        yield match


def _written(match: re.Match[str], moment: datetime) -> str:
    if match["quoted"] is not None:
        return match["quoted"].replace("''", "'") or "'"  # two quotes stand for one
    if match["run"] is None:
        return match[0]
    write = _LETTERS.get(match["letter"])
    if write is None:
        message = f"the pattern letter {match['letter']!r} is not written here"
        raise DatePatternError(message)
    return write(moment, len(match["run"]))


def _year(moment: datetime, width: int) -> str:
    two_digits = 2
    return f"{moment.year % 100:02d}" if width == two_digits else f"{moment.year:0{width}d}"


def _month(moment: datetime, width: int) -> str:
    return _word(_MONTHS[moment.month - 1], width) or f"{moment.month:0{width}d}"


def _day_of_week(moment: datetime, width: int) -> str:
    return _word(_DAYS[moment.weekday()], max(width, _SHORT))


def _word(word: str, width: int) -> str:
    if width < _SHORT:
        return ""
    return word[:_SHORT] if width == _SHORT else word if width == _FULL else word[:1]


def _fraction(moment: datetime, width: int) -> str:
    return f"{moment.microsecond:06d}000"[:width]


def _number(value: Callable[[datetime], int]) -> Callable[[datetime, int], str]:
    return lambda moment, width: f"{value(moment):0{width}d}"


_LETTERS: Final[dict[str, Callable[[datetime, int], str]]] = {
    "u": _year,
    "y": _year,
    "M": _month,
    "L": _month,
    "d": _number(lambda moment: moment.day),
    "D": _number(lambda moment: moment.timetuple().tm_yday),
    "E": _day_of_week,
    "H": _number(lambda moment: moment.hour),
    "k": _number(lambda moment: moment.hour or 24),
    "K": _number(lambda moment: moment.hour % 12),
    "h": _number(lambda moment: moment.hour % 12 or 12),
    "a": lambda moment, _width: "AM" if moment.hour < 12 else "PM",  # noqa: PLR2004 - noon
    "m": _number(lambda moment: moment.minute),
    "s": _number(lambda moment: moment.second),
    "S": _fraction,
}
