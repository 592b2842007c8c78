"""The rules of the three fields that every event has, and of nesting."""

from __future__ import annotations

import re
from math import inf
from typing import Final

from firelake.contract.facts import (
    CLOCK_SKEW_DAYS,
    EVENT_NAME_FORM,
    MAX_EVENT_NAME_LENGTH,
    SECONDS_PER_DAY,
)
from firelake.contract.printable import is_printable
from firelake.transform.timestamps import MIN_EPOCH_MS

_CLOCK_SKEW_S: Final = CLOCK_SKEW_DAYS * SECONDS_PER_DAY
_MIN_EPOCH_S: Final = MIN_EPOCH_MS / 1000

MAX_EVENT_UUID_LENGTH: Final = 128
# Half of what Python's recursion limit stops at is never reached, so that a verdict does not hang
# on how deep the caller's own stack is.
MAX_NESTING: Final = 400

# A string that nothing closes goes on to the end: to look for the next one inside of it would
# take time by the square of its length.
_STRING_OR_BRACKET: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]', re.DOTALL)


def is_event_uuid(text: str) -> bool:
    """Whether a text may be an `event_uuid`: 1 to 128 printable characters."""
    return 0 < len(text) <= MAX_EVENT_UUID_LENGTH and is_printable(text)


def is_event_name(text: str) -> bool:
    """Whether a text may be an `event_name`: lower-case parts joined by `:`, 200 characters."""
    return len(text) <= MAX_EVENT_NAME_LENGTH and EVENT_NAME_FORM.fullmatch(text) is not None


def is_utf8(data: bytes) -> bool:
    """Whether a record is UTF-8 text."""
    if data.isascii():
        return True
    try:
        str(data, "utf-8")
    except UnicodeDecodeError:
        return False
    return True


def may_be_too_deep(data: bytes) -> bool:
    """Whether a record is long enough, and opens enough, to be nested deeper than is read."""
    # What opens must close, and most events are shorter than that.
    return len(data) > 2 * MAX_NESTING and data.count(b"[") + data.count(b"{") > MAX_NESTING


def is_too_deep(text: str, most: int = MAX_NESTING) -> bool:
    """Whether JSON text is nested deeper than the transform reads.

    Args:
        text: Whatever came in a record; the answer for what is not JSON means nothing.
    """
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        first = match[0][0]
        if first in "[{":
            depth += 1
            if depth > most:
                return True
        elif first in "]}":
            depth -= 1
    return False


class Window:
    """When an event must have been created, seen from its arrival in the stream.

    Measured against the arrival and never the wall clock, so that a retry hours later answers
    the same.
    """

    def __init__(self, lateness_days: int | None) -> None:
        """Takes how long before its arrival an event may have been created; None for any time."""
        self._lateness_days = lateness_days
        self._lateness_s = inf if lateness_days is None else lateness_days * SECONDS_PER_DAY

    @property
    def earliest(self) -> str:
        """What the earliest bound asks for, in words."""
        if self._lateness_days is None:
            return "a Unix time of the year 1678 or later"
        return f"at most {self._lateness_days} days before its arrival"

    def bounds_s(self, arrived_ms: int) -> tuple[float, float]:
        """The earliest and the latest `created_at` of an event that arrived then.

        Args:
            arrived_ms: Unix time in milliseconds.

        Returns:
            Unix times in seconds; the earliest never before what a timestamp column holds.
        """
        arrived_s = arrived_ms / 1000
        earliest_s = arrived_s - self._lateness_s
        if earliest_s < _MIN_EPOCH_S:  # noqa: PLR1730 -- half the time of max()
            earliest_s = _MIN_EPOCH_S
        return earliest_s, arrived_s + _CLOCK_SKEW_S
