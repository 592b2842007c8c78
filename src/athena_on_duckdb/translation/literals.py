"""Literals: numbers, text, typed texts and intervals."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Final

from sqlglot import exp

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.casts import explicit_cast
from athena_on_duckdb.translation.functions.dates import zoned_literal
from athena_on_duckdb.translation.typed import Typed, cast, not_supported, text
from athena_on_duckdb.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    INTERVAL_DAY,
    INTERVAL_YEAR,
    JSON,
    MAX_TIMESTAMP_PRECISION,
    UNKNOWN,
    VARCHAR,
    WITH_TIME_ZONE,
    AthenaType,
    decimal,
)

_MAX_INTEGER: Final = 2**31 - 1
_MAX_BIGINT: Final = 2**63 - 1
_MILLISECONDS: Final = {"DAY": 86_400_000, "HOUR": 3_600_000, "MINUTE": 60_000, "SECOND": 1000}
_MONTHS: Final = {"YEAR": 12, "MONTH": 1}
# What stands before a field of an interval that is not its first.
_BEFORE: Final = {"MONTH": "-", "HOUR": " ", "MINUTE": ":", "SECOND": ":"}

NULL: Final = Typed(cast("NULL", UNKNOWN), UNKNOWN)


def text_literal(value: str) -> Typed:
    """Give a text, whose type knows its length."""
    return Typed(text(value), AthenaType("varchar", len(value)), value)


def unicode_text(written: str) -> Typed:
    r"""Give `U&'...'`, whose characters may be written `\0041`.

    Raises:
        QueryError: A backslash begins nothing known.
    """

    def character(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        if code is None and not found[3]:
            raise QueryError(ErrorName.SYNTAX_ERROR, f"Incomplete escape sequence in {written!r}")
        return "\\" if code is None else chr(int(code, 16))

    pattern = r"\\(?:([0-9a-fA-F]{4})|\+([0-9a-fA-F]{6})|(\\))?"
    return text_literal(re.sub(pattern, character, written))


def number(written: str, *, negative: bool = False) -> Typed:
    """Give a number: with a point or an exponent it is a double, as Athena reads it.

    Raises:
        QueryError: It is larger than a bigint.
    """
    if re.fullmatch(r"\d+", written):
        value = -int(written) if negative else int(written)
        if not -_MAX_BIGINT - 1 <= value <= _MAX_BIGINT:
            raise QueryError(ErrorName.SYNTAX_ERROR, f"Invalid numeric literal: {written}")
        type_ = INTEGER if -_MAX_INTEGER - 1 <= value <= _MAX_INTEGER else BIGINT
        return Typed(cast(text(str(value)) if negative else str(value), type_), type_, value)
    signed = f"-{written}" if negative else written
    return Typed(cast(text(signed), DOUBLE), DOUBLE, float(signed))


def boolean(*, value: bool) -> Typed:
    """Give true or false."""
    return Typed("true" if value else "false", BOOLEAN, value)


def typed_text(written: str, type_: AthenaType) -> Typed:  # noqa: PLR0911 -- one way out a kind
    """Give `TYPE 'text'`.

    Raises:
        QueryError: The text is none of this type.
    """
    if type_.name == "decimal":
        return _decimal(written)
    if type_.name == "date":
        day = _day(written.strip())
        return Typed(f"CAST({text(day)} AS DATE)", DATE)
    if type_.name in {"timestamp", WITH_TIME_ZONE}:
        return _timestamp(written)
    if type_ == JSON:
        return Typed(f"athena_json_parse({text(written)})", JSON)
    if type_.name == "time":
        found = re.fullmatch(r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.(\d+))?)?", written)
        if found is None:
            raise QueryError(ErrorName.INVALID_LITERAL, f"{written!r} is not a valid TIME literal")
        return Typed(f"CAST({text(written)} AS TIME)", AthenaType("time", len(found[1] or "")))
    if type_.name == "char":
        return Typed(text(written), AthenaType("char", max(len(written), 1)), written)
    return explicit_cast(Typed(text(written), VARCHAR, written), type_)


def _day(written: str) -> str:
    """Read `yyyy-M-d`, a day that there is."""
    found = re.fullmatch(r"([+-]?\d{4,})-(\d{1,2})-(\d{1,2})", written)
    try:
        if found is not None:
            year, month, day = map(int, found.groups())
            # Years beyond Python's repeat after 400.
            _ = date(year % 400 + 400, month, day)
            return f"{'-' if year < 0 else ''}{abs(year):04d}-{month:02d}-{day:02d}"
    except ValueError:
        pass
    detail = f"Value cannot be read as a date or timestamp: {written}"
    raise QueryError(ErrorName.INVALID_LITERAL, detail)


def _decimal(written: str) -> Typed:
    found = re.fullmatch(r"[+-]?(\d*)(?:\.(\d*))?", written)
    if found is None or not (found[1] or found[2]):
        raise QueryError(ErrorName.SYNTAX_ERROR, f"Invalid decimal literal: {written!r}")
    whole, after = found[1].lstrip("0"), found[2] or ""
    type_ = decimal(max(len(whole) + len(after), 1), len(after))
    return Typed(cast(text(written), type_), type_)


def _timestamp(written: str) -> Typed:
    found = re.fullmatch(
        r"([+-]?\d{4,}-\d{1,2}-\d{1,2})(?: (\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.(\d+))?)?))?"
        r"( ?[A-Za-z+-].*)?",
        written.strip(),
    )
    precision = len(found[3] or "") if found else 0
    if found is None:
        raise QueryError(ErrorName.INVALID_LITERAL, f"{written!r} is not a valid TIMESTAMP literal")
    if precision > MAX_TIMESTAMP_PRECISION:
        raise not_supported(what=f"TIMESTAMP {written!r}: times are held to microseconds")
    if found[4]:
        return zoned_literal(written.strip(), precision)
    stamp = f"{_day(found[1])} {found[2] or '00:00'}"
    return Typed(f"CAST({text(stamp)} AS TIMESTAMP)", AthenaType("timestamp", precision))


def interval(node: exp.Expr) -> Typed:
    """Give `INTERVAL '1' DAY`.

    Raises:
        QueryError: The unit or the text is not known.
    """
    unit = node.args["unit"]
    negative = isinstance(node.this, exp.Neg)
    given = node.this.this if negative else node.this
    if not isinstance(given, exp.Literal) or not given.is_string:
        raise QueryError(ErrorName.SYNTAX_ERROR, f"INTERVAL takes a quoted number: {node.sql()}")
    written = given.name
    if negative:
        written = written[1:] if written.startswith("-") else f"-{written}"
    first = unit.this.name.upper() if unit.key == "intervalspan" else unit.name.upper()
    last = unit.expression.name.upper() if unit.key == "intervalspan" else first
    if first in _MONTHS and last in _MONTHS:
        return _interval(_fields(written, unit, _MONTHS, first, last), INTERVAL_YEAR)
    return _interval(_fields(written, unit, _MILLISECONDS, first, last), INTERVAL_DAY)


def _interval(value: int, type_: AthenaType) -> Typed:
    return Typed(cast(str(value), type_), type_, value)


def _fields(written: str, unit: exp.Expr, sizes: dict[str, int], first: str, last: str) -> int:
    """Read the fields of an interval, from the first to the last; seconds may have a fraction."""
    units = list(sizes)
    detail = f"Invalid INTERVAL {written!r} {unit.sql()}"
    if first not in units or last not in units or units.index(first) > units.index(last):
        raise QueryError(ErrorName.SYNTAX_ERROR, detail)
    digits = dict.fromkeys(units, "([0-9]+)") | {"SECOND": "([0-9]+(?:[.][0-9]*)?)"}
    names = units[units.index(first) : units.index(last) + 1]
    pattern = "".join((_BEFORE[name] if at else "") + digits[name] for at, name in enumerate(names))
    found = re.fullmatch(rf"([+-]?){pattern}", written.strip())
    if found is None:
        raise QueryError(ErrorName.INVALID_LITERAL, detail)
    sign, *fields = found.groups()
    total = sum(
        int(Decimal(field) * sizes[name]) for name, field in zip(names, fields, strict=True)
    )
    return -total if sign == "-" else total
