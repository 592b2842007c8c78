"""Literals: numbers, text, typed texts and intervals."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from local.athena.errors import ErrorName
from local.athena.translation.casts import explicit_cast
from local.athena.translation.functions.dates import zoned_literal
from local.athena.translation.typed import Typed, cast, not_supported, refuse, text
from local.athena.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    INTERVAL_DAY,
    INTERVAL_YEAR,
    JSON,
    MAX_TIMESTAMP_PRECISION,
    VARCHAR,
    WITH_TIME_ZONE,
    AthenaType,
    decimal,
)

if TYPE_CHECKING:
    from sqlglot import exp

_MAX_INTEGER: Final = 2**31 - 1
_MAX_BIGINT: Final = 2**63 - 1
_SECONDS: Final = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86400}
_MONTHS: Final = {"MONTH": 1, "YEAR": 12}
_DAY_TO_SECOND: Final = re.compile(r"(-?)(\d+) (\d{1,2}):(\d{1,2})(?::(\d{1,2}(?:\.\d+)?))?")
_MICROSECONDS: Final = 1_000_000


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
            detail = f"Incomplete escape sequence in {written!r}"
            raise refuse(ErrorName.SYNTAX_ERROR, detail)
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
            detail = f"Invalid numeric literal: {written}"
            raise refuse(ErrorName.SYNTAX_ERROR, detail)
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
        _checked(written.strip(), r"\d{4}-\d{2}-\d{2}")
        return Typed(f"CAST({text(written.strip())} AS DATE)", DATE)
    if type_.name in {"timestamp", WITH_TIME_ZONE}:
        return _timestamp(written)
    if type_ == JSON:
        return Typed(f"athena_json_parse({text(written)})", JSON)
    if type_.name == "time":
        found = re.fullmatch(r"\d{1,2}:\d{2}(?::\d{2}(?:\.(\d+))?)?", written)
        if found is None:
            what = f"TIME {written!r}"
            raise not_supported(what)
        return Typed(f"CAST({text(written)} AS TIME)", AthenaType("time", len(found[1] or "")))
    if type_.name == "char":
        return Typed(text(written), AthenaType("char", max(len(written), 1)), written)
    return explicit_cast(Typed(text(written), VARCHAR, written), type_)


def _checked(written: str, pattern: str) -> None:
    try:
        good = re.fullmatch(pattern, written) is not None
        if good:
            _ = date.fromisoformat(written)
    except ValueError:
        good = False
    if not good:
        detail = f"Value cannot be read as a date or timestamp: {written}"
        raise refuse(ErrorName.INVALID_CAST_ARGUMENT, detail)


def _decimal(written: str) -> Typed:
    found = re.fullmatch(r"[+-]?(\d*)(?:\.(\d*))?", written)
    if found is None or not (found[1] or found[2]):
        detail = f"Invalid decimal literal: {written!r}"
        raise refuse(ErrorName.SYNTAX_ERROR, detail)
    whole, after = found[1].lstrip("0"), found[2] or ""
    type_ = decimal(max(len(whole) + len(after), 1), len(after))
    return Typed(cast(text(written), type_), type_)


def _timestamp(written: str) -> Typed:
    found = re.fullmatch(
        r"(\d{4}-\d{1,2}-\d{1,2})(?: (\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.(\d+))?)?))?( ?[A-Za-z+-].*)?",
        written.strip(),
    )
    precision = len(found[3] or "") if found else 0
    if found is None:
        detail = f"{written!r} is not a valid TIMESTAMP literal"
        raise refuse(ErrorName.INVALID_CAST_ARGUMENT, detail)
    if precision > MAX_TIMESTAMP_PRECISION:
        what = f"TIMESTAMP {written!r}: times are held to microseconds"
        raise not_supported(what)
    if found[4]:
        return zoned_literal(written.strip(), precision)
    day = "-".join(part.zfill(2) for part in found[1].split("-"))
    _checked(day, r".*")
    return Typed(f"CAST({text(written.strip())} AS TIMESTAMP)", AthenaType("timestamp", precision))


def interval(node: exp.Expr) -> Typed:
    """Give `INTERVAL '1' DAY`.

    Raises:
        QueryError: The unit or the text is not known.
    """
    unit = node.args["unit"]
    given = node.this
    negative = given is not None and given.key == "neg"
    if given is not None and negative:
        given = given.this
    written = given.name if given is not None else ""
    if negative:
        written = written[1:] if written.startswith("-") else f"-{written}"
    first = unit.this.name.upper() if unit.key == "intervalspan" else unit.name.upper()
    last = unit.expression.name.upper() if unit.key == "intervalspan" else first
    if (first, last) == ("YEAR", "MONTH") and (found := re.fullmatch(r"(-?)(\d+)-(\d+)", written)):
        months = (int(found[2]) * 12 + int(found[3])) * (-1 if found[1] else 1)
        return Typed(f"to_months({months})", INTERVAL_YEAR)
    if (first, last) == ("DAY", "SECOND") and (found := _DAY_TO_SECOND.fullmatch(written)):
        seconds = int(found[3]) * 3600 + int(found[4]) * 60 + float(found[5] or 0)
        sign = -1 if found[1] else 1
        micros = sign * round(seconds * _MICROSECONDS)
        return Typed(f"(to_days({sign * int(found[2])}) + to_microseconds({micros}))", INTERVAL_DAY)
    if first != last or not re.fullmatch(r"-?\d+(\.\d+)?", written):
        what = f"INTERVAL {written!r} {unit.sql()}"
        raise not_supported(what)
    if first in _MONTHS and "." not in written:
        return Typed(f"to_months({int(written) * _MONTHS[first]})", INTERVAL_YEAR)
    if first == "DAY" and "." not in written:
        return Typed(f"to_days({int(written)})", INTERVAL_DAY)
    if first in _SECONDS and ("." not in written or first == "SECOND"):
        micros = round(float(written) * _SECONDS[first] * _MICROSECONDS)
        return Typed(f"to_microseconds({micros})", INTERVAL_DAY)
    what = f"INTERVAL {written!r} {unit.sql()}"
    raise not_supported(what)
