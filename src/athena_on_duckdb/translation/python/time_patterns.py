"""Patterns of times, and times printed by them: Joda's of format_datetime, MySQL's of date_format.

To Trino both are lists of fields, which Joda-Time prints and parses:
https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from athena_on_duckdb.errors import ErrorName
from athena_on_duckdb.translation.java_format import wrong
from athena_on_duckdb.translation.python.time_fields import get
from athena_on_duckdb.translation.zones import offset_minutes

_JODA_TOKEN: Final = re.compile(r"''|'((?:[^']|'')*)(?:'|$)|([A-Za-z])\2*|[^A-Za-z']+", re.DOTALL)
WORDS: Final = {
    "month": tuple(calendar.month_name)[1:], "day of week": tuple(calendar.day_name),
    "half": ("AM", "PM"), "era": ("BC", "AD"),
}  # fmt: skip
SHORT: Final = 3
_PIVOT_OF_MYSQL: Final = 2020
# Names of zones, short and long, that Java and the zone database give alike wherever they occur.
_ZONE_NAMES: Final = {
    "GMT": "Greenwich Mean", "WET": "Western European Standard", "WEST": "Western European Summer",
    "CET": "Central European Standard", "CEST": "Central European Summer",
    "EEST": "Eastern European Summer", "BST": "British Summer", "EST": "Eastern Standard",
    "EDT": "Eastern Daylight", "PDT": "Pacific Daylight", "JST": "Japan Standard",
    "KST": "Korean Standard", "AEST": "Australian Eastern Standard",
    "AEDT": "Australian Eastern Daylight", "NZST": "New Zealand Standard",
    "NZDT": "New Zealand Daylight",
}  # fmt: skip

OF_ZONES: Final = frozenset({"offset", "zone", "zone name"})


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a pattern.

    Attributes:
        name: What it holds: a field's name, or `literal`, `offset`, `zone`, `zone name`.
        least: The fewest digits that are printed.
        most: The most digits that are parsed.
        text: A literal's text; otherwise `short` or `long` where the field is a word, `two` (or
            `lenient`, where more may be parsed) for years of two digits, an offset's `:`.
        pivot: The middle of the hundred years that two digits mean.
    """

    name: str
    least: int = 1
    most: int = 2
    text: str = ""
    pivot: int = 0


# Joda's letters: the field, and the most digits that are parsed.
_JODA: Final = {
    "C": ("century", 9), "Y": ("year of era", 9), "y": ("year", 9), "x": ("weekyear", 9),
    "M": ("month", 2), "d": ("day", 2), "h": ("clockhour of half", 2), "H": ("hour", 2),
    "k": ("clockhour", 2), "K": ("hour of half", 2), "m": ("minute", 2), "s": ("second", 2),
    "e": ("day of week", 1), "D": ("day of year", 3), "w": ("week", 2),
}  # fmt: skip
_JODA_WORDS: Final = {"G": "era", "a": "half", "E": "day of week", "MMM": "month"}
_MYSQL: Final = {
    "c": Field("month"), "d": Field("day", 2), "e": Field("day"), "f": Field("fraction", 6, 9),
    "H": Field("hour", 2), "h": Field("clockhour of half", 2), "I": Field("clockhour of half", 2),
    "i": Field("minute", 2), "j": Field("day of year", 3, 3), "k": Field("hour"),
    "l": Field("clockhour of half"), "m": Field("month", 2), "S": Field("second", 2),
    "s": Field("second", 2), "v": Field("week", 2), "x": Field("weekyear", 4, 4),
    "Y": Field("year", 4, 4), "y": Field("year", 2, text="two", pivot=_PIVOT_OF_MYSQL),
    "a": Field("day of week", text="short"), "b": Field("month", text="short"),
    "M": Field("month", text="long"), "W": Field("day of week", text="long"),
    "p": Field("half", text="long"),
}  # fmt: skip
_MYSQL_SEVERAL: Final = {"r": "%h:%i:%S %p", "T": "%H:%i:%S"}


@lru_cache(maxsize=256)
def mysql_fields(pattern: str) -> tuple[Field, ...]:
    """Read a pattern of date_format and date_parse.

    Raises:
        ValueError: It has a letter that Trino refuses; the text is Athena's error.
    """
    if not pattern:
        wrong("Both printing and parsing not supported")
    made: list[Field] = []
    rest = iter(pattern)
    for character in rest:
        letter = next(rest, "") if character == "%" else ""
        if letter and letter in "DUuVwX":
            wrong(f"%{letter} not supported in date format string")
        if letter in _MYSQL_SEVERAL:
            made.extend(mysql_fields(_MYSQL_SEVERAL[letter]))
        elif letter in _MYSQL:
            made.append(_MYSQL[letter])
        else:
            # An unknown letter stands for itself.
            made.append(Field("literal", text=letter if character == "%" else character))
    return tuple(made)


@lru_cache(maxsize=256)
def joda_fields(pattern: str) -> tuple[Field, ...]:
    """Read a pattern of format_datetime and parse_datetime.

    Raises:
        ValueError: It has a letter that Joda does not know; the text is Athena's error.
    """
    if pattern in {"", "'"}:
        wrong("Invalid pattern specification")
    tokens = list(_JODA_TOKEN.finditer(pattern))
    made: list[Field] = []
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        written = token[0]
        if token[2] is not None:
            made.append(_joda_field(written, number_follows=_is_number(following)))
        elif written == "''":
            made.append(Field("literal", text="'"))
        else:
            text = written if token[1] is None else token[1]
            made.append(Field("literal", text=text.replace("''", "'")))
    return tuple(made)


def _is_number(token: re.Match[str] | None) -> bool:
    return token is not None and (token[0][0] in "CYyxdhHmsSeDFwWkK" or token[0] in {"M", "MM"})


def _joda_field(token: str, *, number_follows: bool) -> Field:
    letter, size = token[0], len(token)
    if word := _JODA_WORDS.get(letter) or _JODA_WORDS.get(token[:SHORT]):
        return Field(word, text="long" if size > SHORT or letter in "Ga" else "short")
    if letter == "z":
        return Field("zone name", text="long" if size > SHORT else "short")
    if letter == "Z":
        return Field("zone") if size >= SHORT else Field("offset", text=":" * (size - 1))
    if letter == "S":
        return Field("fraction", size, size)
    if letter not in _JODA:
        wrong(f"Illegal pattern component: {token}")
    name, most = _JODA[letter]
    if name.startswith(("year", "weekyear")):
        if size == 2:  # noqa: PLR2004 -- two letters for two digits
            pivot = datetime.now(UTC).year - 30
            name = "weekyear" if letter == "x" else "year"
            return Field(name, 2, text="two" if number_follows else "lenient", pivot=pivot)
        # Where a number follows, a year has no more digits than letters.
        most = size if number_follows else most
    return Field(name, size, most)


def date_format(ms: int, pattern: str) -> str:
    """Print a time by a pattern of MySQL's."""
    return "".join(_printed(field, ms, 0, "UTC") for field in mysql_fields(pattern))


def format_datetime(ms: int, offset_ms: int, zone: str, pattern: str) -> str:
    """Print a time by a pattern of Joda's.

    Args:
        ms: The time on its own clocks.
        offset_ms: How far these are ahead of UTC.
        zone: Their zone, nothing where the time has none.
        pattern: The pattern.
    """
    return "".join(_printed(field, ms, offset_ms, zone) for field in joda_fields(pattern))


def _printed(field: Field, ms: int, offset_ms: int, zone: str) -> str:  # noqa: PLR0911 -- one way out a kind
    name, text = field.name, field.text
    if name in OF_ZONES and not zone:
        wrong(
            "format_datetime for TIMESTAMP type, use TIMESTAMP WITH TIME ZONE type, to format zones"
        )
    if name == "zone name":
        return _zone_name(ms - offset_ms, zone, text)
    if name in {"literal", "zone"}:
        return text or zone
    if name == "offset":
        hours, minutes = divmod(abs(offset_ms) // 60_000, 60)
        return f"{'-' if offset_ms < 0 else '+'}{hours:02d}{text}{minutes:02d}"
    value = get(name, ms)
    if name in WORDS and text:
        word = WORDS[name][value - (name in {"month", "day of week"})]
        return word if text == "long" else word[:SHORT]
    if name == "fraction":
        return f"{value:03d}".ljust(field.least, "0")[: field.least]
    if text:
        return f"{abs(value) % 100:02d}"
    # The sign is none of the digits.
    sign = "-" if value < 0 else ""
    return sign + str(abs(value)).rjust(field.least, "0")


def _zone_name(ms: int, zone: str, style: str) -> str:
    """Give the name of a zone at a time, as far as Java's names are known here."""
    if zone == "UTC":
        return "UTC" if style == "short" else "Coordinated Universal Time"
    if offset_minutes(zone) is not None:
        return zone
    name = datetime.fromtimestamp(ms / 1000, ZoneInfo(zone)).tzname() or ""
    if name not in _ZONE_NAMES:
        wrong(f"The local Athena does not know the names of {zone}", ErrorName.NOT_SUPPORTED)
    return name if style == "short" else f"{_ZONE_NAMES[name]} Time"
