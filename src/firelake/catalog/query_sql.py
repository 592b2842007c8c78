"""What Athena is asked: periods as partitions, values as parameters, events by their name."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from firelake.catalog.columns import Column, event_columns, events_columns, partition_columns
from firelake.catalog.errors import QueryArgumentError
from firelake.catalog.sql_text import identifier, literal
from firelake.contract.layout import Granularity, dt_of, event_type_of
from firelake.contract.names import (
    CREATED_AT,
    DT,
    EVENT_NAME,
    EVENT_TYPE,
    UNREGISTERED,
    VIEW_EVENTS_UNIQUE,
    view_name,
)
from firelake.contract.utc import as_utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from firelake.contract.events import EventContract

Value = str | int | float | bool | Decimal | date | datetime | None

_RESOLUTION: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A time, in UTC.

    Attributes:
        start: Its first moment.
        end: The first moment after it; None where it goes on.
    """

    start: datetime
    end: datetime | None

    @classmethod
    def of(cls, start: date, end: date | None) -> Period:
        """Make a period of what users give.

        Args:
            start: Its first moment, or the day (UTC) with whose beginning it begins.
            end: The first moment after it, or the day (UTC) with whose beginning it ends.

        Raises:
            LayoutError: A moment has no time zone.
            QueryArgumentError: The period has no moment.
        """
        first, last = _moment(start), None if end is None else _moment(end)
        if last is not None and last <= first:
            message = f"the period from {first} has no moment before its end, {last}"
            raise QueryArgumentError(message)
        return cls(first, last)

    def first_dt(self, granularity: Granularity) -> str:
        """Give the first partition that it touches."""
        return dt_of(self.start.timestamp(), granularity)

    def partitions(self, granularity: Granularity) -> tuple[str, list[str]]:
        """Give the condition on `dt` for the partitions that it touches, and its parameters."""
        first = literal(self.first_dt(granularity))
        if self.end is None:
            return f"{DT} >= ?", [first]
        last = dt_of((self.end - _RESOLUTION).timestamp(), granularity)
        return f"{DT} BETWEEN ? AND ?", [first, literal(last)]

    def moments(self) -> tuple[str, list[str]]:
        """Give the condition on `created_at` for its very moments, and its parameters."""
        first = parameter(self.start.timestamp())
        if self.end is None:
            return f"{CREATED_AT} >= ?", [first]
        return (
            f"{CREATED_AT} >= ? AND {CREATED_AT} < ?",
            [first, parameter(self.end.timestamp())],
        )


@dataclass(frozen=True, slots=True)
class EventsQuery:
    """A query for events.

    Attributes:
        sql: The query, with a `?` for each value.
        columns: What it gives, in this order.
    """

    sql: str
    parameters: list[str]
    columns: tuple[Column, ...]


def events_query(
    contract: EventContract,
    granularity: Granularity,
    event_name: str,
    period: Period,
    columns: Sequence[str] | None = None,
) -> EventsQuery:
    """Write the query for the events of one name, each once, without any order.

    An event of the contract is read from its typed view, any other from `events_unique`, in which
    it may be under its type or with the unregistered ones.

    Args:
        event_name: The event, such as `lesson:started`.
        columns: Which columns; all that it has where None. What the contract does not know is in
            `extras`.

    Raises:
        QueryArgumentError: A column is not one of the event's.
        SqlTextError: The name is not printable.
    """
    event = contract.events.get(event_name)
    if event is None:
        source = VIEW_EVENTS_UNIQUE
        known = (*events_columns(contract), *partition_columns(granularity))
        types = sorted({event_type_of(event_name), UNREGISTERED})
        condition = f"{EVENT_TYPE} IN ({', '.join('?' for _ in types)}) AND {EVENT_NAME} = ?"
        values = [*types, event_name]
    else:
        source = view_name(event_name)
        known = (*event_columns(contract, event), *partition_columns(granularity))
        # The view holds one name; the partition key is said all the same, as it costs nothing.
        condition, values = f"{EVENT_TYPE} = ?", [event.event_type]
    usual = known if event is not None else tuple(_carried(known, contract))
    chosen = _chosen(source, known, usual, columns)
    listed = ", ".join(identifier(column.name) for column in chosen)
    conditions = [
        (condition, [parameter(value) for value in values]),
        period.partitions(granularity),
        period.moments(),
    ]
    return EventsQuery(
        f"SELECT {listed} FROM {identifier(source)}"  # noqa: S608 -- quoted names, and parameters
        f" WHERE {' AND '.join(each for each, _ in conditions)}",
        [each for _, parameters in conditions for each in parameters],
        chosen,
    )


def parameter(value: Value) -> str:
    """Write a value as a parameter of a query, which Athena reads as an SQL expression.

    Texts and dates are quoted: Athena would compute 2024-03-02, and take a bare word for a name.
    https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html

    Args:
        value: Any of the types; a moment becomes a timestamp in UTC.

    Raises:
        SqlTextError: A text is not printable.
        LayoutError: A moment has no time zone.
    """
    match value:
        case None:
            text = "NULL"
        case bool():
            text = "true" if value else "false"
        case str():
            text = literal(value)
        case datetime():
            moment = as_utc(value).replace(tzinfo=None)
            text = f"TIMESTAMP {literal(moment.isoformat(' ', 'microseconds'))}"
        case date():
            text = f"DATE {literal(value.isoformat())}"
        case Decimal():
            text = _decimal(value)
        case float():
            text = _double(value)
        case int():
            text = str(value)
    return text


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        message = f"{value} is no decimal of Athena: give a finite one"
        raise QueryArgumentError(message)
    return f"DECIMAL {literal(f'{value:f}')}"


def _double(value: float) -> str:
    if math.isnan(value):
        return "nan()"
    if math.isinf(value):
        return "infinity()" if value > 0 else "-infinity()"
    text = repr(value)
    # Without an exponent it would be a decimal in Trino.
    return text if "e" in text else f"{text}e0"


def _moment(day_or_moment: date) -> datetime:
    if isinstance(day_or_moment, datetime):
        return as_utc(day_or_moment)
    return datetime.combine(day_or_moment, time(), UTC)


def _carried(known: tuple[Column, ...], contract: EventContract) -> Iterator[Column]:
    """Give what every event has; all else of an event that is not known is in `extras`."""
    fields = contract.by_column
    return (column for column in known if column.name not in fields)


def _chosen(
    source: str,
    known: tuple[Column, ...],
    usual: tuple[Column, ...],
    columns: Sequence[str] | None,
) -> tuple[Column, ...]:
    by_name = {column.name: column for column in known}
    if columns is None:
        return usual
    for name in columns:
        if name not in by_name:
            near = get_close_matches(name, by_name, n=1)
            hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(by_name)}"
            message = f"{name!r} is no column of {source}: {hint}"
            raise QueryArgumentError(message)
    if not columns:
        message = f"no column of {source} is asked for: name some, or give None for all"
        raise QueryArgumentError(message)
    return tuple(by_name[name] for name in dict.fromkeys(columns))
