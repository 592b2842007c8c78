"""Times as an operator gives them: a day, a moment, or so long ago."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from ops.errors import InputError

_AGO: Final = re.compile(r"([0-9]{1,6})([mhd])")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}


def moment(text: str, now: datetime) -> datetime:
    """Read a time.

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
            return now - timedelta(**{_UNITS[match[2]]: int(match[1])})
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        message = (
            f"{text!r} is no time: give a day (2026-11-22), a moment (2026-11-22T10:30Z), or how "
            "long ago (90m, 36h, 7d)"
        )
        raise InputError(message) from error
