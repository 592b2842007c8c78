"""Reads texts by Java's date patterns, and counts in calendar units, as projection does."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

_PART: Final = re.compile(r"'((?:[^']|'')*)'|(([A-Za-z])\3*)|(.)", re.DOTALL)
_FIELDS: Final = {
    "y": "year",
    "u": "year",
    "M": "month",
    "d": "day",
    "H": "hour",
    "m": "minute",
    "s": "second",
    "S": "fraction",
}
_MONTHS: Final = [name.lower() for name in calendar.month_name]
_WORD_LETTERS: Final = 3
_MONTHS_PER_YEAR: Final = 12


class Unit(StrEnum):
    """Units of a range or an interval, from the longest."""

    YEAR = "YEAR"
    MONTH = "MONTH"
    WEEK = "WEEK"
    DAY = "DAY"
    HOUR = "HOUR"
    MINUTE = "MINUTE"
    SECOND = "SECOND"
    MILLISECOND = "MILLISECOND"

    @classmethod
    def named(cls, text: str) -> Unit:
        """Read a unit, in the singular or the plural.

        Raises:
            ValueError: It is none.
        """
        name = text.strip().upper()
        return cls(name.removesuffix("S"))


_LENGTHS: Final = {
    Unit.WEEK: timedelta(weeks=1),
    Unit.DAY: timedelta(days=1),
    Unit.HOUR: timedelta(hours=1),
    Unit.MINUTE: timedelta(minutes=1),
    Unit.SECOND: timedelta(seconds=1),
    Unit.MILLISECOND: timedelta(milliseconds=1),
}
_FINEST: Final = (
    ("S", Unit.MILLISECOND),
    ("s", Unit.SECOND),
    ("m", Unit.MINUTE),
    ("HkKh", Unit.HOUR),
    ("dDE", Unit.DAY),
    ("ML", Unit.MONTH),
)


def plus(moment: datetime, unit: Unit, count: int) -> datetime:
    """Go on by so many units; a month's last day stays a last day."""
    if unit not in {Unit.YEAR, Unit.MONTH}:
        return moment + _LENGTHS[unit] * count
    months = moment.year * _MONTHS_PER_YEAR + moment.month - 1
    months += count * (_MONTHS_PER_YEAR if unit is Unit.YEAR else 1)
    year, month = divmod(months, _MONTHS_PER_YEAR)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def finest_unit(pattern: str) -> Unit:
    """Give the unit of the finest field that a pattern writes."""
    letters = {match[3] for match in _PART.finditer(pattern) if match[3]}
    for names, unit in _FINEST:
        if letters & set(names):
            return unit
    return Unit.YEAR


def parse_date(pattern: str, text: str) -> datetime:
    """Read a text as a pattern writes it, in UTC.

    Args:
        pattern: Of the letters y, u, M, d, H, m, s and S, quoted texts and other characters.
        text: The text.

    Raises:
        ValueError: The text is not of the pattern, or the pattern has other letters.
    """
    regex, names = "", list[str]()
    for quoted, run, letter, other in _PART.findall(pattern):
        if run:
            if letter not in _FIELDS:
                message = f"the pattern letter {letter!r} is not read here"
                raise ValueError(message)
            names.append(_FIELDS[letter])
            is_word = letter == "M" and len(run) >= _WORD_LETTERS
            regex += "([A-Za-z]+)" if is_word else _digits(letter, len(run))
        else:
            regex += re.escape(quoted.replace("''", "'") if quoted else other or "'")
    match = re.fullmatch(regex, text)
    if match is None:
        message = f"{text!r} is not of the form {pattern!r}"
        raise ValueError(message)
    fields = {"year": 1970, "month": 1, "day": 1, "hour": 0, "minute": 0, "second": 0}
    for name, value in zip(names, match.groups(), strict=True):
        fields[name] = _read(name, value)
    microsecond = fields.pop("fraction", 0)
    return datetime(**fields, microsecond=microsecond, tzinfo=UTC)  # pyright: ignore[reportArgumentType] -- the names are those of its arguments


def _digits(letter: str, width: int) -> str:
    two = 2
    return r"(\d{2})" if letter in "yu" and width == two else rf"(\d{{{width},{max(width, 4)}}})"


def _read(name: str, value: str) -> int:
    two = 2
    if name == "fraction":
        return int(value.ljust(6, "0")[:6])
    if name == "month" and not value.isdigit():
        found = [
            month
            for month, word in enumerate(_MONTHS)
            if month and value.lower() in {word, word[:_WORD_LETTERS]}
        ]
        if not found:
            message = f"{value!r} is no month"
            raise ValueError(message)
        return found[0]
    if name == "year" and len(value) == two:
        return 2000 + int(value)
    return int(value)
