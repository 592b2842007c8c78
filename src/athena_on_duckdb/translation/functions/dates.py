"""Dates and timestamps, with and without a zone."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.casts import explicit_cast
from athena_on_duckdb.translation.coercion import common_type
from athena_on_duckdb.translation.functions.arrays import MAX_SEQUENCE_LENGTH, sequence_errors
from athena_on_duckdb.translation.functions.intervals import as_duckdb
from athena_on_duckdb.translation.patterns import (
    date_format,
    date_parse,
    format_datetime,
    from_iso,
    from_iso_date,
    parse,
)
from athena_on_duckdb.translation.texts import timestamp_text
from athena_on_duckdb.translation.typed import (
    Typed,
    fill,
    invalid,
    let,
    not_supported,
    text,
    variables,
)
from athena_on_duckdb.translation.zones import (
    TODAY,
    exists,
    from_local,
    literal_zone,
    local_clock,
    offset_minutes,
    to_local,
    undisputed,
    zone_east,
    zone_named,
    zone_of,
)
from athena_on_duckdb.types import (
    DATE,
    DEFAULT_TIMESTAMP_PRECISION,
    INTERVAL_DAY,
    INTERVAL_YEAR,
    MAX_TIMESTAMP_PRECISION,
    VARCHAR,
    WITH_TIME_ZONE,
    AthenaType,
    array,
    zoned,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from athena_on_duckdb.translation.signatures import Call, Entries

_DATE_UNITS: Final = ("day", "week", "month", "quarter", "year")
_TIME_UNITS: Final = ("millisecond", "second", "minute", "hour")
# Of each the number that a day has.
_A_DAY: Final = {"millisecond": 86_400_000, "second": 86_400, "minute": 1_440, "hour": 24}
_STEP: Final = {
    "millisecond": "to_microseconds({0} * 1000)",
    "second": "to_microseconds({0} * 1000000)",
    "minute": "to_microseconds({0} * 60000000)",
    "hour": "to_microseconds({0} * 3600000000)",
    "day": "to_days(CAST({0} AS INTEGER))",
    "week": "to_days(CAST({0} * 7 AS INTEGER))",
    "month": "to_months(CAST({0} AS INTEGER))",
    "quarter": "to_months(CAST({0} * 3 AS INTEGER))",
    "year": "to_months(CAST({0} * 12 AS INTEGER))",
}


def _by_unit(call: Call, make: Callable[[Call, str], str]) -> str:
    """Make a call whose first argument is a unit of the last one's type, which rows may tell."""
    unit, type_ = call.value(0), call.value(len(call.arguments) - 1).type
    known = _DATE_UNITS if type_ == DATE else (*_TIME_UNITS, *_DATE_UNITS)
    known = _TIME_UNITS if type_.name == "time" else known
    if isinstance(unit.literal, str) and unit.literal.lower() in known:
        return make(call, unit.literal.lower())
    detail = f"The unit is not a valid {type_.name} field"
    if isinstance(unit.literal, str):
        raise QueryError(ErrorName.INVALID_FUNCTION_ARGUMENT, detail)
    branches = " ".join(f"WHEN {text(name)} THEN {make(call, name)}" for name in known)
    failed = invalid(detail, call.returns)
    return f"CASE lower({unit.sql}) {branches} ELSE {failed} END"


def on_clock(value: Typed, change: Callable[[str], str]) -> str:
    """Change a date or timestamp on its own clocks; it stays what it is."""
    changed = change(local_clock(value))
    if value.type == DATE:
        return f"CAST({changed} AS DATE)"
    if value.type.name == WITH_TIME_ZONE:
        return from_local(changed, zone_of(value))
    return changed


def _instant(value: Typed) -> str:
    """Give a timestamp in UTC, which needs no zone to be known."""
    if value.type.name == WITH_TIME_ZONE:
        return f"timezone('UTC', {value.sql})"
    return local_clock(value)


def _date_trunc(call: Call, unit: str) -> str:
    value = call.value(1)
    if value.type.name == WITH_TIME_ZONE and unit in _TIME_UNITS:
        # Within an hour that comes twice the time of day does not tell the instant.
        rest = let(local_clock(value), lambda v: f"({v} - date_trunc({text(unit)}, {v}))")
        return f"timezone('UTC', {_instant(value)} - {rest})"
    return on_clock(value, lambda local: f"date_trunc({text(unit)}, {local})")


def _of_time(call: Call, unit: str, template: str) -> str:
    step = _STEP[unit].replace("{0}", f"({{1}} % {_A_DAY[unit]})")
    return fill(template.replace("@", text(unit)).replace("#", step), call.sqls)


def _date_add(call: Call, unit: str) -> str:
    value = call.value(2)
    step = fill(_STEP[unit], [call.sqls[1]])
    if value.type.name == WITH_TIME_ZONE and unit in _TIME_UNITS:
        return f"timezone('UTC', {_instant(value)} + {step})"
    return on_clock(value, lambda local: f"({local} + {step})")


def _to_millis(sql: str) -> str:
    return f"timezone('UTC', date_trunc('millisecond', timezone('UTC', {sql})))"


def _date_diff(call: Call, unit: str) -> str:
    start, end = call.value(1), call.value(2)
    if start.type.name == WITH_TIME_ZONE:
        # Zoned timestamps are told apart by milliseconds.
        start, end = (replace(one, sql=_to_millis(one.sql)) for one in (start, end))
    if unit in _TIME_UNITS or start.type.name != WITH_TIME_ZONE:
        return f"date_sub({text(unit)}, {_instant(start)}, {_instant(end)})"
    # Both are read on the clocks of the first.
    zone = zone_of(start)
    clocks = [to_local(side.sql, zone) for side in (start, end)]
    return f"date_sub({text(unit)}, {clocks[0]}, {clocks[1]})"


def at_time_zone(value: Typed, zone: Typed) -> Typed:
    """Write AT TIME ZONE: the same instant on the clocks of another zone."""
    named = literal_zone(zone)
    if value.type.name == WITH_TIME_ZONE:
        return Typed(undisputed(value.sql, named), zoned(named, value.type.precision or 0))
    if value.type.name != "timestamp":
        detail = (
            f"Type of value must be a time or timestamp with or without time zone: {value.type}"
        )
        raise QueryError(ErrorName.TYPE_MISMATCH, detail)
    return Typed(from_local(value.sql, "UTC"), zoned(named, value.type.precision or 0))


def _with_timezone(call: Call) -> Typed:
    zone = literal_zone(call.value(1))
    value = call.value(0)
    return Typed(from_local(value.sql, zone), zoned(zone, value.type.precision or 0))


def _offset_zone(hours: Typed, minutes: Typed) -> str:
    if not isinstance(hours.literal, int) or not isinstance(minutes.literal, int):
        raise not_supported(what="offsets that are computed: write hours and minutes as literals")
    return zone_east(hours.literal * 60 + minutes.literal)


def _from_unixtime(call: Call) -> Typed:
    zone = literal_zone(call.value(1)) if len(call.arguments) == 2 else "UTC"  # noqa: PLR2004 -- the number is the thing itself
    if len(call.arguments) > 2:  # noqa: PLR2004
        zone = _offset_zone(call.value(1), call.value(2))
    millis = fill(
        "CASE WHEN isnan({0}) THEN 0 ELSE CAST(floor({0} * 1000 + 0.5) AS BIGINT) END", call.sqls
    )
    return Typed(undisputed(f"make_timestamptz({millis} * 1000)", zone), zoned(zone))


def zoned_literal(written: str, precision: int) -> Typed:
    """Give `yyyy-MM-dd hh:mm:ss zone` as a zoned timestamp; without a zone it is UTC.

    Raises:
        QueryError: It is none.
    """
    found = re.fullmatch(
        r"(\d{4}-\d{1,2}-\d{1,2}(?: \d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?) ?([A-Za-z+-].*)?", written
    )
    if found is None:
        detail = f"{written!r} is not a valid TIMESTAMP literal"
        raise QueryError(ErrorName.INVALID_CAST_ARGUMENT, detail)
    zone = zone_named(found[2]) if found[2] else "UTC"
    if not exists(found[1], zone):
        detail = f"{written!r} is not a valid TIMESTAMP literal: no clock of the zone shows it"
        raise QueryError(ErrorName.INVALID_LITERAL, detail)
    local = f"CAST({text(found[1])} AS TIMESTAMP)"
    if precision == DEFAULT_TIMESTAMP_PRECISION:
        local = f"date_trunc('millisecond', {local})"
    return Typed(from_local(local, zone), zoned(zone, precision))


def _to_iso(call: Call) -> str:
    value = call.value(0)
    if value.type == DATE:
        return explicit_cast(value, VARCHAR).sql
    written = f"replace({timestamp_text(local_clock(value), value.type.precision)}, ' ', 'T')"
    if value.type.name != WITH_TIME_ZONE:
        return written
    zone = zone_of(value)
    if offset_minutes(zone) is None:
        east = f"date_diff('minute', timezone('UTC', {value.sql}), {local_clock(value)})"
        offset = fill(
            "CASE WHEN {0} = 0 THEN 'Z' ELSE CASE WHEN {0} < 0 THEN '-' ELSE '+' END"
            " || printf('%02d:%02d', abs({0}) // 60, abs({0}) % 60) END",
            [east],
        )
        return f"({written} || {offset})"
    return f"({written} || {text('Z' if zone == 'UTC' else zone)})"


def _sequence(call: Call) -> Typed:
    start, stop = call.value(0), call.value(1)
    element = common_type(start.type, stop.type) or start.type
    returns = array(element)
    first, last = local_clock(start), local_clock(stop)
    step = f"to_days(CASE WHEN {first} <= {last} THEN 1 ELSE -1 END)"
    by = call.value(2) if len(call.arguments) > 2 else None  # noqa: PLR2004 -- the number is the thing itself
    if by is not None:
        step = as_duckdb(by)
        if start.type == DATE and by.type == INTERVAL_DAY:
            detail = "sequence step must be a day interval if start and end values are dates"
            part = invalid(detail, INTERVAL_DAY)
            of_days = f"CASE WHEN {{0}} % {_A_DAY['millisecond']} <> 0 THEN {part} ELSE {{0}} END"
            step = as_duckdb(Typed(fill(of_days, [by.sql]), INTERVAL_DAY))
    made = f"generate_series({first}, {last}, {step})"
    if by is not None and by.type == INTERVAL_YEAR:
        # Each month is counted from the first, so that the 31st comes back after a shorter one.
        (index,) = variables(1, made)
        steps = f"date_sub('month', {first}, {last}) // {by.sql}"
        made = (
            f"list_transform(range(least({steps}, {MAX_SEQUENCE_LENGTH}) + 1),"
            f" lambda {index}: {first} + to_months(CAST({by.sql} * {index} AS INTEGER)))"
        )
    if start.type == DATE:
        (item,) = variables(1, made)
        made = f"list_transform({made}, lambda {item}: CAST({item} AS DATE))"
    long, wrong = sequence_errors(returns)
    still = f"{by.sql} = 0 OR " if by is not None else ""
    checked = (
        f"CASE WHEN {still}({first} < {last} AND {first} + {step} <= {first})"
        f" OR ({first} > {last} AND {first} + {step} >= {first}) THEN {wrong}"
    )
    most = MAX_SEQUENCE_LENGTH
    whole = let(made, lambda v: f"CASE WHEN len({v}) > {most} THEN {long} ELSE {v} END")
    return Typed(f"{checked} ELSE {whole} END", returns)


_NOW: Final = "date_trunc('millisecond', now())"

DATES: Final[Entries] = {
    "date_trunc(varchar, datetime) -> $1": partial(_by_unit, make=_date_trunc),
    "date_add(varchar, bigint, datetime) -> $2": partial(_by_unit, make=_date_add),
    **{
        signature: partial(_by_unit, make=partial(_of_time, template=template))
        for signature, template in {
            "date_trunc(varchar, time) -> $1": (
                "CAST(date_trunc(@, DATE '1970-01-01' + {1}) AS TIME)"
            ),
            "date_add(varchar, bigint, time) -> $2": "({2} + #)",
            "date_diff(varchar, time, time) -> bigint": "date_sub(@, {1}, {2})",
        }.items()
    },
    **{
        f"date({type_}) -> date": lambda call: explicit_cast(call.value(0), DATE)
        for type_ in ("varchar", "datetime")
    },
    "now() -> timestamp with time zone": _NOW,
    "current_timezone() -> varchar": "'UTC'",
    **{
        f"from_unixtime(double{zone}) -> timestamp with time zone": _from_unixtime
        for zone in ("", ", varchar", ", bigint, bigint")
    },
    **{
        f"to_unixtime({type_}) -> double": "(epoch_us({0}) / 1000000)"
        for type_ in ("timestamp", WITH_TIME_ZONE)
    },
    "from_iso8601_timestamp(varchar) -> timestamp with time zone": from_iso,
    "from_iso8601_date(varchar) -> date": from_iso_date,
    "to_iso8601(datetime) -> varchar": _to_iso,
    "date_format(datetime, varchar) -> varchar": date_format,
    "format_datetime(datetime, varchar) -> varchar": format_datetime,
    "date_parse(varchar, varchar) -> timestamp(3)": date_parse,
    "parse_datetime(varchar, varchar) -> timestamp with time zone": parse,
    "last_day_of_month(datetime) -> date": lambda call: f"last_day({local_clock(call.value(0))})",
    "at_timezone(timestamp with time zone, varchar) -> timestamp with time zone": (
        lambda call: at_time_zone(call.value(0), call.value(1))
    ),
    "with_timezone(timestamp, varchar) -> timestamp with time zone": _with_timezone,
    "timezone(timestamp with time zone) -> varchar": lambda call: text(zone_of(call.value(0))),
    "to_milliseconds(interval day to second) -> bigint": "{0}",
    "human_readable_seconds(double) -> varchar": "athena_human_readable_seconds({0})",
    "sequence(date, date) -> array(date)": _sequence,
    **{
        f"sequence({type_}, {type_}, {step}) -> array({type_})": _sequence
        for type_ in ("date", "timestamp")
        for step in (INTERVAL_DAY, INTERVAL_YEAR)
    },
    **{
        f"date_diff(varchar, {type_}, {type_}) -> bigint": partial(_by_unit, make=_date_diff)
        for type_ in ("date", "timestamp", WITH_TIME_ZONE)
    },
}


def current(name: str, precision: int) -> Typed:
    """Write current_date, current_timestamp and localtimestamp."""
    if name == "current_date":
        return Typed(TODAY, DATE)
    if precision > MAX_TIMESTAMP_PRECISION:
        raise not_supported(what=f"{name}({precision}): times are held to microseconds")
    stamp = "timezone('UTC', now())"
    if precision < MAX_TIMESTAMP_PRECISION:
        unit = 10 ** (MAX_TIMESTAMP_PRECISION - precision)
        stamp = f"make_timestamp(epoch_us({stamp}) // {unit} * {unit})"
    if name == "localtimestamp":
        return Typed(stamp, AthenaType("timestamp", precision))
    return Typed(from_local(stamp, "UTC"), zoned("UTC", precision))
