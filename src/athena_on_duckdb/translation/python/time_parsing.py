"""Times parsed by patterns: Joda's of parse_datetime, MySQL's of date_parse."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final, NoReturn
from zoneinfo import ZoneInfo

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.java_format import wrong
from athena_on_duckdb.translation.python.time_fields import MS_OF_DAY, floor, put
from athena_on_duckdb.translation.python.time_patterns import (
    SHORT,
    WORDS,
    Field,
    joda_fields,
    mysql_fields,
)
from athena_on_duckdb.translation.zones import offset_minutes, seen, zone_east, zone_named

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# The year to which a text belongs that names a month or a day, but no year.
_YEAR_OF_DAYS: Final = 2000
_ABBREVIATIONS: Final = {
    "UTC": "UTC", "UT": "UTC", "GMT": "UTC",
    **dict.fromkeys(("EST", "EDT"), "America/New_York"),
    **dict.fromkeys(("CST", "CDT"), "America/Chicago"),
    **dict.fromkeys(("MST", "MDT"), "America/Denver"),
    **dict.fromkeys(("PST", "PDT"), "America/Los_Angeles"),
}  # fmt: skip
_OFFSET: Final = re.compile(r"[Zz]|([+-])([01]\d|2[0-3])(?::?([0-5]\d)(?::?([0-5]\d))?)?", re.ASCII)
_ZONE: Final = re.compile(r"[A-Za-z][A-Za-z_/]*(?:[+-]\d+)?", re.ASCII)
# What is set first: what lies in something larger, and of these what is larger itself.
_ORDER: Final = (
    ("year", "weekyear"),
    ("year of era",), ("month",), ("week",), ("day of year",), ("day",), ("day of week",),
    ("half",), ("hour", "clockhour"), ("hour of half", "clockhour of half"), ("minute",),
    ("second",), ("fraction",),
)  # fmt: skip
_RANK: Final = {name: rank for rank, names in enumerate(_ORDER) for name in names}
_ISO_DAYS: Final = {
    r"[+-]?[0-9]+-[0-9]{1,2}-[0-9]{1,2}": "y-M-d", r"[+-]?[0-9]+-[0-9]{3}": "y-D",
    r"[+-]?[0-9]+-[0-9]{1,2}": "y-M", r"[+-]?[0-9]+": "y",
    r"[+-]?[0-9]+-W[0-9]{1,2}-[0-9]": "x-'W'w-e", r"[+-]?[0-9]+-W[0-9]{1,2}": "x-'W'w",
}  # fmt: skip
_ISO_CLOCKS: Final = {
    "[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}": "H:m:s", "[0-9]{1,2}:[0-9]{1,2}": "H:m",
    "[0-9]{1,2}": "H", "": "",
}  # fmt: skip
_OF_NO_YEAR: Final = frozenset({"month", "day of year", "week", "day", "day of week"})


def date_parse(text: str, pattern: str) -> int:
    """Give the milliseconds since 1970 of a text by a pattern of MySQL's."""
    return _Parsing(text, mysql_fields(pattern)).result()[0]


def parse_datetime(text: str, pattern: str) -> list[str]:
    """Give the milliseconds since 1970 of a text by a pattern of Joda's, and its zone."""
    ms, zone = _Parsing(text, joda_fields(pattern)).result()
    return [str(ms), zone]


def from_iso8601(text: str) -> list[str]:
    """Give the milliseconds since 1970 of a text in ISO 8601, and its zone."""
    day, clock = re.split("[Tt]", text, maxsplit=1) if "t" in text.lower() else (text, None)
    pattern = _shape(day, _ISO_DAYS) if day or not clock else ""
    if clock is not None:
        found = re.fullmatch(r"([0-9:]*)(?:([.,])([0-9]+))?(.*)", clock, re.DOTALL)
        hours, point, fraction, offset = found.groups("") if found else (clock, "", "", "")
        pattern += "'T'" + _shape(hours, _ISO_CLOCKS)
        if fraction and not pattern.endswith("s"):
            wrong("The local Athena knows fractions of seconds", ErrorName.NOT_SUPPORTED)
        pattern += point + "S" * len(fraction) + "Z" * bool(offset)
    ms, zone = _Parsing(text, joda_fields(pattern)).result()
    return [str(ms), zone]


def from_iso8601_date(text: str) -> int:
    """Give the days since 1970 of a text in ISO 8601 without a time."""
    return _Parsing(text, joda_fields(_shape(text, _ISO_DAYS))).result()[0] // MS_OF_DAY


def _shape(text: str, shapes: dict[str, str]) -> str:
    """Give the pattern of Joda's by which to read a part of a text in ISO 8601."""
    found = next((made for shape, made in shapes.items() if re.fullmatch(shape, text)), None)
    if found is None:
        wrong(f"Invalid format: {text!r}")
    return found


class _Parsing:
    """Reads a text by fields, as Joda-Time does: greedily, from the left, without going back."""

    def __init__(self, text: str, fields: tuple[Field, ...]) -> None:
        self._text = text
        self._at = 0
        self._values: list[tuple[str, int]] = []
        self._offset_ms: int | None = None
        self._zone = "UTC"
        for one in fields:
            self._read(one)
        if self._at < len(text):
            self._fail()

    def _fail(self) -> NoReturn:
        wrong(f"Invalid format: {self._text!r} is malformed at {self._text[self._at :]!r}")

    def _take(self, length: int) -> str:
        taken = self._text[self._at : self._at + length]
        self._at += length
        return taken

    def _read(self, field: Field) -> None:
        match field.name, field.text:
            case "literal", literal:
                if self._take(len(literal)).lower() != literal.lower():
                    self._at -= len(literal)
                    self._fail()
            case "offset", _:
                self._read_offset()
            case "zone" | "zone name", style:
                self._read_zone(field.name, style)
            case "era" | "century", _:
                wrong(f"The local Athena parses no {field.name}", ErrorName.NOT_SUPPORTED)
            case "fraction", _:
                self._values.append(("fraction", int(self._digits(field.most).ljust(3, "0")[:3])))
            case name, "short" | "long":
                self._read_word(name)
            case name, "two" | "lenient" as style:
                self._values.append((name, self._year(field.pivot, lenient=style == "lenient")))
            case name, _:
                value = self._number(field.most, signed=name in {"year", "weekyear"})
                self._values.append((name, value))

    def _digits(self, most: int, least: int = 1) -> str:
        found = re.match(r"[0-9]*", self._text[self._at :][:most])
        length = len(found[0]) if found else 0
        if length < least:
            self._fail()
        return self._take(length)

    def _number(self, most: int, *, signed: bool) -> int:
        sign = ""
        if signed and re.match(r"[+-][0-9]", self._text[self._at :]):
            sign = self._take(1)
        return int(sign + self._digits(most))

    def _year(self, pivot: int, *, lenient: bool) -> int:
        if lenient:
            start = self._at
            value = self._number(len(self._text), signed=True)
            if self._at - start != 2 or not self._text[start].isdigit():  # noqa: PLR2004 -- two digits
                return value
        else:
            value = int(self._digits(2, 2))
        low = pivot - 50
        return low + (value - low) % 100

    def _read_word(self, name: str) -> None:
        words = WORDS[name]
        known = (
            {w for word in words for w in (word, word[:SHORT])} if name != "half" else set(words)
        )
        rest = self._text[self._at :]
        found = max(
            (w for word in known for w in (word, word.lower(), word.upper()) if rest.startswith(w)),
            key=len,
            default="",
        )
        if not found:
            self._fail()
        self._at += len(found)
        number = next(i for i, w in enumerate(words) if w.lower().startswith(found.lower()))
        self._values.append((name, number + (name != "half")))

    def _read_offset(self) -> None:
        found = _OFFSET.match(self._text, self._at)
        if found is None:
            self._fail()
        self._at = found.end()
        sign, *parts = found.groups()
        hours, minutes, seconds = (int(part or 0) for part in parts)
        size = ((hours * 60 + minutes) * 60 + seconds) * 1000
        self._offset_ms = -size if sign == "-" else size

    def _read_zone(self, kind: str, style: str) -> None:
        if style == "long":
            wrong("Parsing not supported")
        found = _ZONE.match(self._text, self._at)
        known = "" if found is None else found[0]
        if kind == "zone name":
            # The longest that is known, whatever follows it.
            known = next((name for name in _ABBREVIATIONS if known.startswith(name)), "")
            self._zone = _ABBREVIATIONS.get(known, "")
        else:
            try:
                self._zone = zone_named(known)
            except QueryError:
                known = ""
        if not known:
            self._fail()
        self._at += len(known)

    def result(self) -> tuple[int, str]:
        """Give the milliseconds since 1970 in UTC, and the zone."""
        fields = sorted(self._values, key=lambda value: _RANK[value[0]])
        if fields and fields[0][0] in _OF_NO_YEAR:
            fields.insert(0, ("year", _YEAR_OF_DAYS))
        ms = 0
        try:
            for name, value in fields:
                ms = floor(name, put(name, ms, value))
            # Once more, as what was set later may have moved what was set before.
            for name, value in fields:
                ms = put(name, ms, value)
        except ValueError as error:
            wrong(f"Cannot parse {self._text!r}: {error}")
        if fields:
            ms = floor(fields[-1][0], ms)
        if self._offset_ms is not None:
            minutes = self._offset_ms // 60_000
            if self._offset_ms % 60_000:
                wrong("The local Athena knows offsets of minutes", ErrorName.NOT_SUPPORTED)
            return ms - self._offset_ms, zone_east(minutes)
        return ms - _ahead(ms, self._zone), self._zone


def _ahead(ms: int, zone: str) -> int:
    """Give how far clocks are ahead of UTC when they show a time."""
    minutes = offset_minutes(zone)
    if minutes is not None:
        return minutes * 60_000
    local = _EPOCH.replace(tzinfo=ZoneInfo(zone)) + timedelta(milliseconds=ms)
    if seen(local) != local:
        wrong(f"Illegal instant due to time zone offset transition ({zone})")
    return (local.utcoffset() or timedelta(0)) // timedelta(milliseconds=1)


def shown(microseconds: int, zone: str) -> int:
    """Give a time as the clocks of a zone show it, which leave an hour out when put forward.

    Args:
        microseconds: The time since 1970 began on these clocks.
        zone: The zone's name.
    """
    try:
        name = zone_named(zone)
    except QueryError as error:
        wrong(str(error), ErrorName.INVALID_CAST_ARGUMENT)
    if offset_minutes(name) is not None:
        return microseconds
    try:
        began = _EPOCH.replace(tzinfo=ZoneInfo(name))
        return (seen(began + timedelta(microseconds=microseconds)) - began) // timedelta.resolution
    except OverflowError:
        return microseconds
