"""Patterns of dates: by strftime and strptime where these do what Trino does, else by Python."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.errors import ErrorName
from athena_on_duckdb.translation.failures import marked
from athena_on_duckdb.translation.python.time_parsing import from_iso8601, parse_datetime
from athena_on_duckdb.translation.python.time_patterns import (
    OF_ZONES,
    Field,
    joda_fields,
    mysql_fields,
)
from athena_on_duckdb.translation.scalar_casts import round_timestamp
from athena_on_duckdb.translation.typed import Typed, fail, fill, let, text
from athena_on_duckdb.translation.zones import local_clock, undisputed, zone_of
from athena_on_duckdb.types import DEFAULT_TIMESTAMP_PRECISION, WITH_TIME_ZONE, zoned

if TYPE_CHECKING:
    from collections.abc import Callable

    from athena_on_duckdb.translation.signatures import Call

_MS: Final = "CAST(floor(epoch_us({0}) / 1000) AS BIGINT)"
# Fields by name and digits, or by name and kind of text, as strftime's.
_STRFTIME: Final[dict[tuple[str, str | int], str]] = {
    ("year", 4): "%Y", ("month", 1): "%-m", ("month", 2): "%m", ("day", 1): "%-d",
    ("day", 2): "%d", ("hour", 1): "%-H", ("hour", 2): "%H", ("clockhour of half", 1): "%-I",
    ("clockhour of half", 2): "%I", ("minute", 1): "%-M", ("minute", 2): "%M",
    ("second", 1): "%-S", ("second", 2): "%S", ("fraction", 3): "%g", ("fraction", 6): "%g000",
    ("day of year", 3): "%j", ("week", 2): "%V", ("weekyear", 4): "%G",
    ("day of week", "short"): "%a", ("day of week", "long"): "%A", ("month", "short"): "%b",
    ("month", "long"): "%B", ("half", "long"): "%p",
}  # fmt: skip
# What strptime reads as Joda does, where it has all its digits.
_STRPTIME: Final = {"%Y": "[0-9]" * 4} | dict.fromkeys(("%m", "%d", "%H", "%M", "%S"), "[0-9]" * 2)

_PLAIN_DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_PLAIN_ISO: Final = (
    rf"{_PLAIN_DAY}(T([01][0-9]|2[0-3]):[0-9]{{2}}(:[0-9]{{2}}([.,][0-9]{{1,9}})?)?Z?)?"
)


def _fields(pattern: Typed, read: Callable[[str], tuple[Field, ...]]) -> tuple[Field, ...] | None:
    """Read a pattern; none where it is computed.

    Raises:
        QueryError: It is none.
    """
    if not isinstance(pattern.literal, str):
        return None
    try:
        return read(pattern.literal)
    except ValueError as error:
        raise marked(str(error)) or error from error


def _code(field: Field) -> str | None:
    if field.name == "literal":
        return field.text.replace("%", "%%")
    return _STRFTIME.get((field.name, field.text or field.least))


def _formatted(call: Call, read: Callable[[str], tuple[Field, ...]], own: str) -> str:
    value, pattern = call.value(0), call.value(1)
    codes = [_code(field) for field in _fields(pattern, read) or (Field("unknown"),)]
    known = [code for code in codes if code is not None]
    # Trino formats milliseconds.
    clock = round_timestamp(local_clock(value), value.type.precision, DEFAULT_TIMESTAMP_PRECISION)
    local = fill(_MS, [clock])
    offset, zone = "0", ""
    if value.type.name == WITH_TIME_ZONE:
        zone = zone_of(value)
        offset = f"{fill(_MS, [local_clock(value)])} - {fill(_MS, [value.sql])}"
    made = fill(own, [local, offset, text(zone), pattern.sql])
    if len(known) < len(codes):
        return made
    quickly = f"strftime({clock}, {text(''.join(known))})"
    if "%Y" in known or "%G" in known:
        # DuckDB writes years before 1 otherwise.
        return f"CASE WHEN {clock} < TIMESTAMP '0001-01-01' THEN {made} ELSE {quickly} END"
    return quickly


date_format: Final = partial(_formatted, read=mysql_fields, own="athena_date_format({0}, {3})")
format_datetime: Final = partial(
    _formatted, read=joda_fields, own="athena_format_datetime({0}, {1}, {2}, {3})"
)


def _quickly(call: Call, fields: tuple[Field, ...] | None, otherwise: str) -> str:
    """Parse by strptime the texts that it reads as Trino does."""
    codes = [_code(field) for field in fields or ()]
    if (
        not all(code in _STRPTIME or (code and "%" not in code) for code in codes)
        or "%Y" not in codes
    ):
        return otherwise
    shape = "".join(_STRPTIME.get(code or "") or re.escape(code or "") for code in codes)
    made = "CASE WHEN regexp_full_match({0}, {1}) THEN try_strptime({0}, {2}) END"
    quick = fill(made, [call.sqls[0], text(shape), text("".join(map(str, codes)))])
    return f"coalesce({quick}, {otherwise})"


def date_parse(call: Call) -> str:
    """Write date_parse."""
    own = f"make_timestamp(athena_date_parse({call.sqls[0]}, {call.sqls[1]}) * 1000)"
    return _quickly(call, _fields(call.value(1), mysql_fields), own)


def parse(call: Call) -> Typed:
    """Write parse_datetime."""
    value, pattern = call.value(0), call.value(1)
    fields = _fields(pattern, joda_fields)
    if isinstance(value.literal, str) and isinstance(pattern.literal, str):
        return _known(partial(parse_datetime, value.literal, pattern.literal))
    parsed = f"athena_parse_datetime({call.sqls[0]}, {call.sqls[1]})"
    if fields is not None and not any(field.name in OF_ZONES for field in fields):
        own = f"make_timestamp(CAST({parsed}[1] AS BIGINT) * 1000)"
        return Typed(f"timezone('UTC', {_quickly(call, fields, own)})", zoned("UTC"))
    return Typed(_in_utc(parsed, "parse_datetime"), zoned("UTC"))


def from_iso(call: Call) -> Typed:
    """Write from_iso8601_timestamp."""
    value = call.value(0)
    if isinstance(value.literal, str):
        return _known(partial(from_iso8601, value.literal))
    stamp = "TRY_CAST(rtrim(translate({0}, 'T,', ' .'), 'Z') AS TIMESTAMP)"
    quick = fill(
        "CASE WHEN regexp_full_match({0}, {1})"
        f" THEN timezone('UTC', date_trunc('millisecond', {stamp})) END",
        [value.sql, text(_PLAIN_ISO)],
    )
    own = _in_utc(f"athena_from_iso8601({value.sql})", "from_iso8601_timestamp")
    return Typed(f"coalesce({quick}, {own})", zoned("UTC"))


def from_iso_date(call: Call) -> str:
    """Write from_iso8601_date."""
    quick = "CASE WHEN regexp_full_match({0}, {1}) THEN TRY_CAST({0} AS DATE) END"
    quick = fill(quick, [call.sqls[0], text(_PLAIN_DAY)])
    own = f"DATE '1970-01-01' + CAST(athena_from_iso8601_date({call.sqls[0]}) AS INTEGER)"
    return f"CAST(coalesce({quick}, {own}) AS DATE)"


def _known(read: Callable[[], list[str]]) -> Typed:
    """Give the time of a literal, whose zone is known, as that of a column is not."""
    try:
        ms, zone = read()
    except ValueError as error:
        raise marked(str(error)) or error from error
    return Typed(undisputed(f"make_timestamptz({int(ms) * 1000})", zone), zoned(zone))


def _in_utc(parsed: str, function: str) -> str:
    """Give the time of a text that is in UTC; the query fails where it is not."""
    detail = f"{function} of a column with times in other zones than UTC"
    other = fail(ErrorName.NOT_SUPPORTED, detail, zoned("UTC"))
    return let(
        parsed,
        lambda found: (
            f"CASE WHEN {found}[2] <> 'UTC' THEN {other}"
            f" ELSE make_timestamptz(CAST({found}[1] AS BIGINT) * 1000) END"
        ),
    )
