"""Patterns of dates: MySQL's, for date_format, and Joda's, for format_datetime."""

from __future__ import annotations

import re
from typing import Final

from athena_on_duckdb.errors import ErrorName
from athena_on_duckdb.translation.typed import Typed, not_supported, refuse, text

_MYSQL: Final = {
    "a": "%a", "b": "%b", "c": "%-m", "d": "%d", "e": "%-d", "f": "%g000", "H": "%H", "h": "%I",
    "I": "%I", "i": "%M", "j": "%j", "k": "%-H", "l": "%-I", "M": "%B", "m": "%m", "p": "%p",
    "r": "%I:%M:%S %p", "S": "%S", "s": "%S", "T": "%H:%M:%S", "v": "%V", "W": "%A", "x": "%G",
    "Y": "%Y", "y": "%y", "%": "%%",
}  # fmt: skip
_JODA: Final = {
    "yyyy": "%Y", "y": "%Y", "yy": "%y", "Y": "%Y", "YYYY": "%Y", "MM": "%m", "M": "%-m",
    "MMM": "%b", "MMMM": "%B", "dd": "%d", "d": "%-d", "HH": "%H", "H": "%-H", "hh": "%I",
    "h": "%-I", "mm": "%M", "m": "%-M", "ss": "%S", "s": "%-S", "a": "%p", "EEE": "%a", "E": "%a",
    "EEEE": "%A", "D": "%-j", "DDD": "%j", "SSS": "%g", "SSSSSS": "%g000", "ww": "%V", "xxxx": "%G",
    "e": "%u",
}  # fmt: skip
_JODA_TOKEN: Final = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+|''", re.DOTALL)
_NEEDED_TO_PARSE: Final = ("%Y", "%y")


def _literal(value: Typed) -> str:
    if not isinstance(value.literal, str):
        what = "patterns of dates that are computed: write the pattern as a literal"
        raise not_supported(what)
    return value.literal


def mysql_pattern(value: Typed) -> str:
    """Give a pattern of date_format for strftime, as a literal.

    Raises:
        QueryError: It is computed, or has what Athena or the translation does not know.
    """
    return text(_mysql(_literal(value)))


def _mysql(written: str) -> str:
    made: list[str] = []
    rest = iter(written)
    for character in rest:
        if character != "%":
            made.append(character)
            continue
        letter = next(rest, "")
        if letter in "DUuVwX":
            detail = f"%{letter} not supported in date format string"
            raise refuse(ErrorName.INVALID_FUNCTION_ARGUMENT, detail)
        # MySQL gives an unknown letter as itself.
        made.append(_MYSQL.get(letter, letter))
    return "".join(made)


def mysql_parsing_pattern(value: Typed) -> str:
    """Give a pattern of date_parse for strptime, as a literal.

    Raises:
        QueryError: It is computed, has no year, or has what the translation does not know.
    """
    written = _literal(value)
    if re.search(r"%[fxvjaWbMrp]", written.replace("%M", "", 0)) and re.search(r"%[xvW]", written):
        what = f"date_parse by {written!r}"
        raise not_supported(what)
    return text(_parsing(_mysql(written).replace("%g000", "%f"), written))


def _parsing(pattern: str, written: str) -> str:
    if not any(part in pattern for part in _NEEDED_TO_PARSE):
        # strptime begins in 1900, Athena in 1970.
        what = f"parsing a time without its year, by {written!r}"
        raise not_supported(what)
    return pattern


def joda_pattern(value: Typed) -> str:
    """Give a pattern of format_datetime for strftime, as a literal.

    Raises:
        QueryError: It is computed, or has what the translation does not know.
    """
    return text(_joda(_literal(value)))


def joda_parsing_pattern(value: Typed) -> str:
    """Give a pattern of parse_datetime for strptime, as a literal.

    Raises:
        QueryError: It is computed, has no year, or has what the translation does not know.
    """
    written = _literal(value)
    pattern = _joda(written).replace("%-", "%")
    # Which century two digits mean depends on the year of the clock.
    if re.search(r"%[VGujy]", pattern):
        what = f"parse_datetime by {written!r}"
        raise not_supported(what)
    return text(_parsing(pattern.replace("%g000", "%f"), written))


def _joda(written: str) -> str:
    made: list[str] = []
    at = 0
    while at < len(written):
        found = _JODA_TOKEN.match(written, at)
        if found is None:
            detail = f"Invalid format: {written!r}"
            raise refuse(ErrorName.INVALID_FUNCTION_ARGUMENT, detail)
        at = found.end()
        whole = found[0]
        if whole[0].isalpha():
            if whole not in _JODA:
                what = f"{whole} in the pattern {written!r}"
                raise not_supported(what)
            made.append(_JODA[whole])
        elif found[1] is not None:
            made.append(("'" if whole == "''" else found[1].replace("''", "'")).replace("%", "%%"))
        else:
            made.append(whole.replace("%", "%%"))
    return "".join(made)
