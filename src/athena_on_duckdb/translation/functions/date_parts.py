"""Fields of dates, times and timestamps, by EXTRACT and by functions of their names."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.functions.intervals import interval_part
from athena_on_duckdb.translation.typed import Typed, text
from athena_on_duckdb.translation.zones import local_clock
from athena_on_duckdb.types import BIGINT, DATE, INTERVAL_DAY, INTERVAL_YEAR, WITH_TIME_ZONE

if TYPE_CHECKING:
    from athena_on_duckdb.translation.signatures import Call, Entries

# Names of EXTRACT's fields and of the functions, and what DuckDB calls them.
PARTS: Final = {
    "year": "year", "quarter": "quarter", "month": "month", "week": "week",
    "week_of_year": "week", "day": "day", "day_of_month": "day", "day_of_week": "isodow",
    "dow": "isodow", "day_of_year": "dayofyear", "doy": "dayofyear", "year_of_week": "isoyear",
    "yow": "isoyear", "hour": "hour", "minute": "minute", "second": "second",
}  # fmt: skip
_CLOCK_PARTS: Final = frozenset({"hour", "minute", "second"})
# Which types have parts of a day, and which of a clock.
_OF: Final = (("date", "timestamp", WITH_TIME_ZONE), ("time", "timestamp", WITH_TIME_ZONE))


def part(name: str, value: Typed) -> Typed:
    """Take a field of a date, a timestamp or a time, as EXTRACT does.

    Raises:
        QueryError: There is no such field.
    """
    if value.type in {INTERVAL_DAY, INTERVAL_YEAR}:
        return interval_part(name, value)
    if name == "millisecond" and value.type != DATE:
        return Typed(f"CAST(millisecond({_clock(value)}) % 1000 AS BIGINT)", BIGINT)
    if name in {"timezone_hour", "timezone_minute"} and value.type.name == WITH_TIME_ZONE:
        divisor = "// 60" if name == "timezone_hour" else "% 60"
        minutes = f"date_diff('minute', timezone('UTC', {value.sql}), {local_clock(value)})"
        return Typed(f"CAST({minutes} {divisor} AS BIGINT)", BIGINT)
    if name not in PARTS or value.type.name not in _OF[name in _CLOCK_PARTS]:
        raise QueryError(ErrorName.TYPE_MISMATCH, f"Cannot extract {name} from {value.type}")
    return Typed(f"CAST(date_part({text(PARTS[name])}, {_clock(value)}) AS BIGINT)", BIGINT)


def _clock(value: Typed) -> str:
    return value.sql if value.type.name in {"time", "date"} else local_clock(value)


def _named(call: Call, name: str) -> Typed:
    return part(name, call.value(0))


DATE_PARTS: Final[Entries] = {
    f"{name}({type_}) -> bigint": partial(_named, name=name)
    for names, types in (
        (PARTS.keys() - _CLOCK_PARTS, _OF[0]),
        (_CLOCK_PARTS | {"millisecond"}, _OF[1]),
        (("timezone_hour", "timezone_minute"), (WITH_TIME_ZONE,)),
    )
    for name in names
    for type_ in types
}
