"""Partition projection: the values that a table's parameters give each partition key.

https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.tables.date_patterns import Unit, finest_unit, parse_date, plus
from firelake.formats.errors import DatePatternError
from firelake.formats.java_dates import format_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from athena_on_duckdb.tables.glue import GlueTable

# More values than any table has that is of use; a mistake in a range would fill the memory.
_MOST_VALUES: Final = 1_000_000
_NOW: Final = re.compile(r"\s*NOW\s*(?:(?P<sign>[+-])\s*(?P<count>\d+)\s*(?P<unit>[A-Z]+?)S?\s*)?")


@dataclass(frozen=True, slots=True)
class Projection:
    """How the partitions of a table are worked out.

    Attributes:
        values: The values of each key, in the order of the table's keys; None for an injected
            one, whose values the query must give.
        template: URI of a partition, with `${key}` for values; None for Hive's own form.
    """

    values: Mapping[str, tuple[str, ...] | None]
    template: str | None


def is_projected(table: GlueTable) -> bool:
    """Tell whether the partitions of a table are worked out, and not looked up."""
    return bool(table.keys) and _lowered(table).get("projection.enabled", "").lower() == "true"


def read_projection(table: GlueTable, now_ms: int) -> Projection:
    """Work out the values of every partition key.

    Args:
        table: A table with projection.
        now_ms: The time that `NOW` is, Unix time in milliseconds.

    Raises:
        QueryError: The table's parameters are not complete or wrong.
    """
    parameters = _lowered(table)
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    missing = [key.name for key in table.keys if f"projection.{key.name}.type" not in parameters]
    if missing:
        raise _wrong(
            table,
            "the following partition columns are missing projection configuration: "
            f"{missing}. Set projection.<column>.type",
        )
    values: dict[str, tuple[str, ...] | None] = {}
    for key in table.keys:
        prefix = f"projection.{key.name}."
        own = {
            name.removeprefix(prefix): value
            for name, value in parameters.items()
            if name.startswith(prefix)
        }
        try:
            values[key.name] = _values(own, now)
        except (KeyError, ValueError, OverflowError, DatePatternError) as error:
            raise _wrong(table, f"column '{key.name}' has a wrong projection: {error}") from error
    template = parameters.get("storage.location.template")
    if template is not None:
        _require_keys(table, template)
    return Projection(values, template)


def _values(own: Mapping[str, str], now: datetime) -> tuple[str, ...] | None:
    kind = own["type"].strip().lower()
    if kind == "injected":
        return None
    if kind == "enum":
        return tuple(dict.fromkeys(own["values"].split(",")))
    if kind == "integer":
        return _few(_integers(own))
    if kind == "date":
        return tuple(dict.fromkeys(_few(_dates(own, now))))
    message = f"type {kind!r} is none of enum, integer, date and injected"
    raise ValueError(message)


def _integers(own: Mapping[str, str]) -> Iterator[str]:
    first, last = (int(end) for end in own["range"].split(","))
    step, digits = int(own.get("interval", "1")), int(own.get("digits", "1"))
    if first > last or step < 1:
        message = f"range {own['range']!r} goes down, or the interval {step} is not positive"
        raise ValueError(message)
    return (f"{number:0{digits}d}" for number in range(first, last + 1, step))


def _dates(own: Mapping[str, str], now: datetime) -> Iterator[str]:
    pattern = own["format"]
    ends = own["range"].split(",")
    if len(ends) != 2:  # noqa: PLR2004 -- a first and a last one
        message = f"range {own['range']!r} is not a first and a last date"
        raise ValueError(message)
    first, last = (_moment(end, pattern, now) for end in ends)
    finest = finest_unit(pattern)
    unit = Unit.named(own["interval.unit"]) if "interval.unit" in own else finest
    step = int(own.get("interval", "1"))
    if step < 1 or first > last:
        message = f"range {own['range']!r} goes down, or the interval {step} is not positive"
        raise ValueError(message)
    return _steps(pattern, first, last, unit, step)


def _steps(pattern: str, first: datetime, last: datetime, unit: Unit, step: int) -> Iterator[str]:
    moment = first
    while moment <= last:
        yield format_date(pattern, moment)
        moment = plus(moment, unit, step)


def _moment(end: str, pattern: str, now: datetime) -> datetime:
    match = _NOW.fullmatch(end)
    if match is None:
        return parse_date(pattern, end.strip())
    moment = now
    if match["count"] is not None:
        count = int(match["count"]) * (1 if match["sign"] == "+" else -1)
        moment = plus(now, Unit.named(match["unit"]), count)
    # A moment is the period of the format in which it lies.
    return parse_date(pattern, format_date(pattern, moment))


def _few(values: Iterator[str]) -> tuple[str, ...]:
    found = tuple(islice(values, _MOST_VALUES + 1))
    if len(found) > _MOST_VALUES:
        message = f"its range has more than {_MOST_VALUES} values"
        raise ValueError(message)
    return found


def _require_keys(table: GlueTable, template: str) -> None:
    missing = [key.name for key in table.keys if f"${{{key.name}}}" not in template]
    if missing or not template.startswith("s3://"):
        raise _wrong(
            table,
            f"storage.location.template {template!r} must be an S3 URI that names "
            f"{', '.join(f'${{{key.name}}}' for key in table.keys)}",
        )


def _lowered(table: GlueTable) -> dict[str, str]:
    return {name.lower(): value for name, value in table.parameters.items()}


def _wrong(table: GlueTable, what: str) -> QueryError:
    name = f"{table.database}.{table.name}"
    detail = f"Table {name} is configured for partition projection, but {what}"
    return QueryError(ErrorName.HIVE_METASTORE_ERROR, detail)
