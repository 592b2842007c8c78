"""Moments in UTC, in which the whole layout counts."""

from __future__ import annotations

from datetime import UTC, datetime

from firelake.contract.errors import LayoutError


def as_utc(moment: datetime) -> datetime:
    """Give the same moment in UTC.

    Raises:
        LayoutError: The moment has no time zone, so nobody knows when it is.
    """
    if moment.tzinfo is None:
        message = f"{moment.isoformat()} has no time zone: give an aware datetime"
        raise LayoutError(message)
    return moment.astimezone(UTC)
