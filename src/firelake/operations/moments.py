"""Times as an operator gives them: a day, a moment, or so long ago."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from firelake.operations.errors import InputError

_AGO: Final = re.compile(r"([0-9]{1,6})([mhd])")
# Far enough from the ends of Python's own times that days can be added and taken away.
_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(2262, 1, 1, tzinfo=UTC)
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}


def moment(text: str, now: datetime) -> datetime:
    """Read a time from 1970 on, as far as a lake has any use for.

    Args:
        text: `2026-11-22`, which is that day's begin in UTC; `2026-11-22T10:30Z` or with another
            offset, UTC where there is none; `90m`, `36h`, `7d` before now; `now`.
        now: The time, aware.

    Raises:
        InputError: The text is none of these.
    """
    if text == "now":
        return now
    try:
        if match := _AGO.fullmatch(text):
            found = now - timedelta(**{_UNITS[match[2]]: int(match[1])})
        else:
            found = datetime.fromisoformat(text)
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        if _FIRST <= found < _LAST:
            return found
    except (ValueError, OverflowError) as error:
        raise InputError(_refusal(text)) from error
    raise InputError(_refusal(text))


def span(since: str, until: str, now: datetime) -> tuple[datetime, datetime]:
    """Read where some time begins and ends.

    Args:
        since: The begin, as `moment` reads it.
        until: The end, later.
        now: The time, aware.

    Raises:
        InputError: One of them is no time, or there is none between them.
    """
    start, end = moment(since, now), moment(until, now)
    if start >= end:
        message = f"there is no time between {since!r} and {until!r}: the first must be earlier"
        raise InputError(message)
    return start, end


def _refusal(text: str) -> str:
    return (
        f"{text!r} is no time from {_FIRST:%Y} to {_LAST:%Y}: give a day (2026-11-22), a moment"
        " (2026-11-22T10:30Z), or how long ago (90m, 36h, 7d)"
    )


def clock_time(at_s: float) -> str:
    """Return a moment of these hours as an operator reads it.

    Args:
        at_s: Unix time.
    """
    return f"{datetime.fromtimestamp(at_s, UTC):%H:%M:%S} UTC"
