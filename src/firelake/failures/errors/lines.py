"""One line of an error object to what it says, in every form that Firehose has written since 2019.

The members differ by error type and by year (`lambdaArn` or `lambdaARN`, `errorCode` or
`lastErrorCode`); what failed is in `rawData` in all of them.
https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion-error-handling.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands.

    Attributes:
        line: Number of the line, from 1; 0 for the object as a whole.
        offset: The byte of the unpacked object at which it begins; None where nobody knows.
        part: Which of the things that begin in the line it is, from 0.
    """

    key: str
    line: int = 0
    offset: int | None = None
    part: int = 0

    def __str__(self) -> str:
        """Render it as editors do."""
        text = f"{self.key}:{self.line}" if self.line else self.key
        return text if self.offset is None else f"{text} (byte {self.offset:,})"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRecord:
    """One record that failed.

    Attributes:
        place: Where it stands.
        error_type: Value of `type=` in the key.
        code: Firehose's error code; empty where the line has none.
        message: Firehose's message; empty where the line has none.
        arrived_ms: When Kinesis took the record, Unix time in milliseconds.
        data: The record: before the function as it was sent, after it as the function gave it.
    """

    place: Place
    error_type: str
    code: str
    message: str
    arrived_ms: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What could not be read of an object, and so is told instead of being skipped.

    Attributes:
        place: Where it stands.
        why: Why it cannot be read.
        is_rest: Whether nothing behind it is read either.
    """

    place: Place
    why: str
    is_rest: bool = False


class _Line(msgspec.Struct):
    rawData: bytes  # noqa: N815 -- Firehose's names; msgspec reads base64 as bytes
    errorCode: str | None = None  # noqa: N815
    lastErrorCode: str | None = None  # noqa: N815
    errorMessage: str | None = None  # noqa: N815
    lastErrorMessage: str | None = None  # noqa: N815
    arrivalTimestamp: int | float | str | None = None  # noqa: N815


_decode: Final = msgspec.json.Decoder(_Line).decode


def parse_line(
    line: bytes, place: Place, error_type: str, *, opened_ms: int
) -> ErrorRecord | Unreadable:
    """Read one line; any bytes at all.

    Args:
        place: Where it stands.
        error_type: Value of `type=` in the object's key.
        opened_ms: Arrival of the object's oldest record, Unix time in milliseconds: what a line
            without an arrival of its own is taken to have.
    """
    try:
        found = _decode(line)
        arrived_ms = _milliseconds(found.arrivalTimestamp, opened_ms)
    except (msgspec.DecodeError, RecursionError, ValueError, OverflowError) as error:
        # msgspec's message names members and places, never values.
        return Unreadable(place, f"it is no line of Firehose's: {error}")
    return ErrorRecord(
        place=place,
        error_type=error_type,
        code=found.errorCode or found.lastErrorCode or "",
        message=found.errorMessage or found.lastErrorMessage or "",
        arrived_ms=arrived_ms,
        data=found.rawData,
    )


def _milliseconds(value: float | str | None, default: int) -> int:
    """Takes numbers in quotes too, as AWS's pages show them."""
    if value is None:
        return default
    milliseconds = int(value)
    if not 0 <= milliseconds < _LATEST_MS:
        message = "arrivalTimestamp is no Unix time in milliseconds"
        raise ValueError(message)
    return milliseconds


# The end of the year 9999, beyond which Python knows no time.
_LATEST_MS: Final = 253_402_300_800_000
