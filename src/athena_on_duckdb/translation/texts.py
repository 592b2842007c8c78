"""Values as texts, as CAST to varchar writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from athena_on_duckdb.translation.coercion import INTEGERS
from athena_on_duckdb.translation.functions.intervals import interval_text
from athena_on_duckdb.translation.typed import Typed, fill, text
from athena_on_duckdb.translation.zones import local_clock, zone_of
from athena_on_duckdb.types import INTERVAL_DAY, INTERVAL_YEAR, WITH_TIME_ZONE, AthenaType

if TYPE_CHECKING:
    from collections.abc import Callable


def text_of(value: Typed) -> str | None:
    """Write a value as a text; none where its type has none."""
    write = _TEXTS.get(value.type.name)
    return None if write is None else write(value)


def decimal_text(sql: str, type_: AthenaType) -> str:
    """Write a decimal, with a digit before its point."""
    made = f"CAST({sql} AS VARCHAR)"
    if type_.precision == type_.scale:
        made = rf"regexp_replace({made}, '^(-?)\.', '\10.')"
    return made


def _date_text(sql: str) -> str:
    before_christ = "CASE WHEN year({0}) < 0 THEN '-' ELSE '' END || printf('%04d', abs(year({0})))"
    return fill(
        "CASE WHEN year({0}) > 0 THEN CAST({0} AS VARCHAR)"
        f" ELSE {before_christ} || strftime({{0}}, '-%m-%d') END",
        [sql],
    )


def timestamp_text(sql: str, precision: int | None) -> str:
    """Write a timestamp with as many digits as its type has."""
    seconds = fill(
        "CASE WHEN year({0}) BETWEEN 0 AND 9999 THEN strftime({0}, '%Y-%m-%d %H:%M:%S')"
        " ELSE printf('%+05d', year({0})) || strftime({0}, '-%m-%d %H:%M:%S') END",
        [sql],
    )
    if not precision:
        return seconds
    return f"({seconds} || '.' || left(strftime({sql}, '%f'), {precision}))"


def _time_text(value: Typed) -> str:
    on_a_day = f"(DATE '1970-01-01' + {value.sql})"
    return f"substring({timestamp_text(on_a_day, value.type.precision)}, 12)"


def _zoned_text(value: Typed) -> str:
    clock = timestamp_text(local_clock(value), value.type.precision)
    return f"({clock} || {text(' ' + zone_of(value))})"


_TEXTS: Final[dict[str, Callable[[Typed], str]]] = {
    **dict.fromkeys((*INTEGERS, "boolean", "uuid"), lambda value: f"CAST({value.sql} AS VARCHAR)"),
    "date": lambda value: _date_text(value.sql),
    "decimal": lambda value: decimal_text(value.sql, value.type),
    "double": lambda value: f"athena_double_text({value.sql})",
    "real": lambda value: f"athena_real_text({value.sql})",
    "time": _time_text,
    "timestamp": lambda value: timestamp_text(value.sql, value.type.precision),
    WITH_TIME_ZONE: _zoned_text,
    **dict.fromkeys((INTERVAL_DAY.name, INTERVAL_YEAR.name), interval_text),
}
