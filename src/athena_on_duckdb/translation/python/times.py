"""Times that texts name with a zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.java_format import wrong
from athena_on_duckdb.translation.zones import offset_minutes, zone_named

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 -- on the clocks of whatever zone


def shown(microseconds: int, zone: str) -> int:
    """Give a time as the clocks of a zone show it, which leave an hour out when put forward.

    Args:
        microseconds: The time since 1970 began on these clocks.
        zone: The zone's name.
    """
    try:
        name = zone_named(zone)
    except QueryError as error:
        wrong(str(error), ErrorName.INVALID_CAST_ARGUMENT)
    if offset_minutes(name) is not None:
        return microseconds
    try:
        local = _EPOCH + timedelta(microseconds=microseconds)
        there = local.replace(tzinfo=ZoneInfo(name))
        seen = there.astimezone(UTC).astimezone(there.tzinfo).replace(tzinfo=None)
    except OverflowError:
        return microseconds
    return (seen - _EPOCH) // timedelta(microseconds=1)
