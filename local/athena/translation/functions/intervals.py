"""Intervals: their fields, their text, and their products with numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from local.athena.errors import ErrorName
from local.athena.translation.signatures import Call, table
from local.athena.translation.typed import Typed, fill, refuse
from local.athena.types import BIGINT, INTERVAL_DAY, INTERVAL_YEAR

if TYPE_CHECKING:
    from collections.abc import Callable

_MONTHS: Final = "(date_part('year', {0}) * 12 + date_part('month', {0}))"
# Both // and % go towards zero, as Java's do.
_DAY_FIELDS: Final = {
    "day": "CAST(epoch_ms({0}) // 86400000 AS BIGINT)",
    "hour": "CAST(epoch_ms({0}) // 3600000 % 24 AS BIGINT)",
    "minute": "CAST(epoch_ms({0}) // 60000 % 60 AS BIGINT)",
    "second": "CAST(epoch_ms({0}) // 1000 % 60 AS BIGINT)",
    "millisecond": "CAST(epoch_ms({0}) % 1000 AS BIGINT)",
}
_YEAR_FIELDS: Final = {
    "year": f"CAST({_MONTHS} // 12 AS BIGINT)",
    "month": f"CAST({_MONTHS} % 12 AS BIGINT)",
}


def interval_months(sql: str) -> str:
    """Write the months of an interval of years and months."""
    return fill(_MONTHS, [sql])


def interval_text(value: Typed) -> str:
    """Write an interval as CAST to varchar does."""
    if value.type == INTERVAL_YEAR:
        return fill(
            f"(CASE WHEN {_MONTHS} < 0 THEN '-' ELSE '' END || abs({_MONTHS}) // 12"
            f" || '-' || abs({_MONTHS}) % 12)",
            [value.sql],
        )
    return fill(
        "(CASE WHEN {0} < 0 THEN '-' ELSE '' END || printf('%d %02d:%02d:%02d.%03d',"
        " abs({0}) // 86400000, abs({0}) // 3600000 % 24, abs({0}) // 60000 % 60,"
        " abs({0}) // 1000 % 60, abs({0}) % 1000))",
        [f"CAST(epoch_ms({value.sql}) AS BIGINT)"],
    )


def scaled(value: Typed, sign: str, number: Typed) -> Typed:
    """Multiply or divide an interval by a number; what is finer than its unit is cut off."""
    by = f"CAST({number.sql} AS DOUBLE)"
    if value.type == INTERVAL_DAY:
        whole = f"CAST(trunc(epoch_ms({value.sql}) {sign} {by}) AS BIGINT)"
        return Typed(f"to_microseconds({whole} * 1000)", value.type)
    whole = f"CAST(trunc({interval_months(value.sql)} {sign} {by}) AS INTEGER)"
    return Typed(f"to_months({whole})", value.type)


def interval_part(name: str, value: Typed) -> Typed:
    """Take a field of an interval, as EXTRACT does.

    Raises:
        QueryError: There is no such field.
    """
    fields = _DAY_FIELDS if value.type == INTERVAL_DAY else _YEAR_FIELDS
    if name not in fields:
        detail = f"Cannot extract {name} from {value.type}"
        raise refuse(ErrorName.TYPE_MISMATCH, detail)
    return Typed(fill(fields[name], [value.sql]), BIGINT)


def _field(template: str) -> Callable[[Call], str]:
    return lambda call: fill(template, call.sqls)


INTERVALS: Final = table(
    {
        **{
            f"{name}({INTERVAL_DAY}) -> bigint": _field(template)
            for name, template in _DAY_FIELDS.items()
        },
        **{
            f"{name}({INTERVAL_YEAR}) -> bigint": _field(template)
            for name, template in _YEAR_FIELDS.items()
        },
    }
)
