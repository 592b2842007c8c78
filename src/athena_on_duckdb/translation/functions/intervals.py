"""Intervals: their fields, their text, and their products with numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.coercion import INTEGERS
from athena_on_duckdb.translation.typed import Typed, cast, fill
from athena_on_duckdb.types import BIGINT, INTERVAL_DAY, INTERVAL_YEAR

if TYPE_CHECKING:
    from athena_on_duckdb.translation.signatures import Entries

# Both // and % go towards zero, as Java's do.
_DAY_FIELDS: Final = {
    "day": "CAST({0} // 86400000 AS BIGINT)",
    "hour": "CAST({0} // 3600000 % 24 AS BIGINT)",
    "minute": "CAST({0} // 60000 % 60 AS BIGINT)",
    "second": "CAST({0} // 1000 % 60 AS BIGINT)",
    "millisecond": "CAST({0} % 1000 AS BIGINT)",
}
_YEAR_FIELDS: Final = {
    "year": "CAST({0} // 12 AS BIGINT)",
    "month": "CAST({0} % 12 AS BIGINT)",
}


def as_duckdb(interval: Typed) -> str:
    """Write an interval as DuckDB's, to move a time by it."""
    if interval.type == INTERVAL_YEAR:
        return f"to_months({interval.sql})"
    return f"to_microseconds({interval.sql} * 1000)"


def interval_text(value: Typed) -> str:
    """Write an interval as CAST to varchar does."""
    if value.type == INTERVAL_YEAR:
        return fill(
            "(CASE WHEN {0} < 0 THEN '-' ELSE '' END || abs({0}) // 12 || '-' || abs({0}) % 12)",
            [value.sql],
        )
    return fill(
        "(CASE WHEN {0} < 0 THEN '-' ELSE '' END || printf('%d %02d:%02d:%02d.%03d',"
        " abs({0}) // 86400000, abs({0}) // 3600000 % 24, abs({0}) // 60000 % 60,"
        " abs({0}) // 1000 % 60, abs({0}) % 1000))",
        [value.sql],
    )


def scaled(value: Typed, sign: str, number: Typed) -> Typed:
    """Multiply or divide an interval by a number; what is finer than its unit is cut off."""
    if number.type.name in INTEGERS and sign == "*":
        return Typed(cast(f"({value.sql} * {cast(number.sql, BIGINT)})", value.type), value.type)
    by = f"CAST({number.sql} AS DOUBLE)"
    return Typed(cast(f"trunc({value.sql} {sign} {by})", value.type), value.type)


def interval_part(name: str, value: Typed) -> Typed:
    """Take a field of an interval, as EXTRACT does.

    Raises:
        QueryError: There is no such field.
    """
    fields = _DAY_FIELDS if value.type == INTERVAL_DAY else _YEAR_FIELDS
    if name not in fields:
        raise QueryError(ErrorName.TYPE_MISMATCH, f"Cannot extract {name} from {value.type}")
    return Typed(fill(fields[name], [value.sql]), BIGINT)


INTERVALS: Final[Entries] = {
    f"{name}({type_}) -> bigint": template
    for type_, fields in ((INTERVAL_DAY, _DAY_FIELDS), (INTERVAL_YEAR, _YEAR_FIELDS))
    for name, template in fields.items()
}
