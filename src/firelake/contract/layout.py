"""The S3 layout of the lake: prefixes, partition values and keys, built and parsed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum, unique
from functools import lru_cache
from typing import Final

from firelake.contract.errors import LayoutError
from firelake.contract.names import DT, ERROR_TYPE, EVENT_TYPE, HOUR
from firelake.contract.utc import as_utc

EVENTS_PREFIX: Final = "events/"
RAW_PREFIX: Final = "raw/"
ERRORS_PREFIX: Final = "errors/"
RECEIPTS_PREFIX: Final = "errors-replayed/"
# Files and metadata of the Iceberg table.
HISTORY_PREFIX: Final = "history/"
# The register of erasures, with digests of values alone.
ERASURES_PREFIX: Final = "erasures/"
ATHENA_PREFIX: Final = "athena/"
# Apart: what an operator asks of raw records and errors is nothing for an analyst to read.
ANALYST_RESULTS_PREFIX: Final = f"{ATHENA_PREFIX}analysts/"
OPERATOR_RESULTS_PREFIX: Final = f"{ATHENA_PREFIX}operators/"

# Prefix expressions for Firehose, which puts no `/` of its own at their end:
# https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
EVENTS_FIREHOSE_PREFIX: Final = (
    f"{EVENTS_PREFIX}{EVENT_TYPE}=!{{partitionKeyFromLambda:{EVENT_TYPE}}}"
    f"/{DT}=!{{partitionKeyFromLambda:{DT}}}/"
)
RAW_FIREHOSE_PREFIX: Final = f"{RAW_PREFIX}{DT}=!{{timestamp:yyyy-MM-dd}}/{HOUR}=!{{timestamp:HH}}/"
ERRORS_FIREHOSE_PREFIX: Final = (
    f"{ERRORS_PREFIX}{ERROR_TYPE}=!{{firehose:error-output-type}}/{DT}=!{{timestamp:yyyy-MM-dd}}/"
)

# The values of `!{firehose:error-output-type}` for a stream that transforms, partitions and
# converts; S3 spells each as its folder.
FIREHOSE_ERROR_TYPES: Final = frozenset(
    {
        "activePartitionExceeded",
        "format-conversion-failed",
        "metadata-extraction-failed",
        "processing-failed",
    }
)

_YEAR_MONTH: Final = "[0-9]{4}-[0-9]{2}"
_EVENT_TYPE_VALUE: Final = re.compile(r"[a-z0-9_]+")
DT_PATTERN: Final = rf"{_YEAR_MONTH}(?:-[0-9]{{2}}){{0,2}}"
_DT_VALUE: Final = re.compile(DT_PATTERN)
_ERROR_TYPE_VALUE: Final = re.compile(r"[A-Za-z0-9_-]+")
_EVENTS_KEY: Final = re.compile(
    rf"{EVENTS_PREFIX}{EVENT_TYPE}=([a-z0-9_]+)/{DT}=({DT_PATTERN})/([^/]+)"
)
_RAW_KEY: Final = re.compile(
    rf"{RAW_PREFIX}{DT}=({_YEAR_MONTH}-[0-9]{{2}})/{HOUR}=([0-9]{{2}})/([^/]+)"
)
_ERRORS_KEY: Final = re.compile(
    rf"{ERRORS_PREFIX}{ERROR_TYPE}=([A-Za-z0-9_-]+)/{DT}=({_YEAR_MONTH}-[0-9]{{2}})/([^/]+)"
)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR_S: Final = 3600
_DECEMBER: Final = 12


@unique
class Granularity(StrEnum):
    """How much time one `dt` partition spans; fixed for a stack's life."""

    MONTH = "month"
    DAY = "day"
    HOUR = "hour"

    @property
    def pattern(self) -> str:
        """The form of `dt`, as a Java date pattern, which partition projection wants."""
        return _PATTERNS[self]


# Looking up a member of an enum is slow in Python 3.11, and dt_of runs once an event.
_BY_DAY: Final = Granularity.DAY
_BY_HOUR: Final = Granularity.HOUR

_PATTERNS: Final = {
    Granularity.MONTH: "yyyy-MM",
    Granularity.DAY: "yyyy-MM-dd",
    Granularity.HOUR: "yyyy-MM-dd-HH",
}


_SPANS: Final = {Granularity.DAY: timedelta(days=1), Granularity.HOUR: timedelta(hours=1)}


@dataclass(frozen=True, slots=True)
class EventsKey:
    """A key under `events/`: its partition values and the name of the file."""

    event_type: str
    dt: str
    file_name: str

    @property
    def key(self) -> str:
        """The S3 key; `parse_events_key` is the inverse."""
        return events_partition_prefix(self.event_type, self.dt) + self.file_name


@dataclass(frozen=True, slots=True)
class RawKey:
    """A key under `raw/`: the start of its hour of arrival (UTC) and the name of the file."""

    hour: datetime
    file_name: str

    @property
    def key(self) -> str:
        """The S3 key; `parse_raw_key` is the inverse."""
        return raw_prefix(self.hour) + self.file_name


@dataclass(frozen=True, slots=True)
class ErrorsKey:
    """A key under `errors/`: Firehose's error type, the day of arrival (UTC), the file's name."""

    error_type: str
    day: date
    file_name: str

    @property
    def key(self) -> str:
        """The S3 key; `parse_errors_key` is the inverse."""
        return errors_prefix(self.error_type, self.day) + self.file_name


def dt_of(created_at_s: float, granularity: Granularity) -> str:
    """Give the `dt` partition of a moment.

    Args:
        created_at_s: Unix time in seconds. It is cut, never rounded up: the last microsecond of
            a day belongs to that day.

    Raises:
        LayoutError: The number is not finite, or its year is not within 1 to 9999.
    """
    try:
        text = _text_of_hour(int(created_at_s // _HOUR_S))
    except (ValueError, OverflowError) as error:
        message = f"{created_at_s!r} s is no moment of the years 1 to 9999: no partition holds it"
        raise LayoutError(message) from error
    if granularity is _BY_DAY:
        return text[:10]
    return text if granularity is _BY_HOUR else text[:7]


# One batch holds a few hours many times over, and making the text costs more than finding it.
@lru_cache(maxsize=4096)
def _text_of_hour(hours_since_epoch: int) -> str:
    text = (_EPOCH + timedelta(hours=hours_since_epoch)).isoformat()
    return f"{text[:10]}-{text[11:13]}"


def event_type_of(event_name: str) -> str:
    """Give the `event_type` partition of an event whose type the contract knows."""
    return event_name.partition(":")[0]


def period_of(dt: str, granularity: Granularity) -> tuple[datetime, datetime]:
    """Give the time that a `dt` partition spans.

    Args:
        dt: Partition value in the form of the granularity.

    Returns:
        Start (inclusive) and end (exclusive), both UTC.

    Raises:
        LayoutError: The text is no such partition value.
    """
    message = f"{dt!r} is no partition of one {granularity}: expected {granularity.pattern}, UTC"
    if _DT_VALUE.fullmatch(dt) is None or len(dt) != len(granularity.pattern):
        raise LayoutError(message)
    numbers = tuple(map(int, dt.split("-")))
    year, month, day, hour = numbers + (1, 1, 1, 0)[len(numbers) :]
    try:
        start = datetime(year, month, day, hour, tzinfo=UTC)
        if granularity is Granularity.MONTH:
            end = datetime(year + month // _DECEMBER, month % _DECEMBER + 1, 1, tzinfo=UTC)
        else:
            end = start + _SPANS[granularity]
    except (ValueError, OverflowError) as error:
        raise LayoutError(message) from error
    return start, end


def granularity_of(dt: str) -> Granularity:
    """Tell the granularity of a `dt` partition value from its form.

    Raises:
        LayoutError: The text has none of the three forms.
    """
    for granularity, pattern in _PATTERNS.items():
        if len(dt) == len(pattern) and _DT_VALUE.fullmatch(dt) is not None:
            return granularity
    message = f"{dt!r} is no dt: expected yyyy-MM, yyyy-MM-dd or yyyy-MM-dd-HH"
    raise LayoutError(message)


def events_partition_prefix(event_type: str, dt: str) -> str:
    """Give the prefix of one partition of `events`, ending in `/`.

    Raises:
        LayoutError: One of the two is no partition value.
    """
    _require(_EVENT_TYPE_VALUE, event_type, "event type: expected [a-z0-9_]+")
    period_of(dt, granularity_of(dt))
    return f"{EVENTS_PREFIX}{EVENT_TYPE}={event_type}/{DT}={dt}/"


def parse_events_key(key: str) -> EventsKey:
    """Take apart a key under `events/`.

    Raises:
        LayoutError: The key is none of a file in a partition of `events`.
    """
    match = _match_key(_EVENTS_KEY, key, EVENTS_FIREHOSE_PREFIX)
    try:
        period_of(match[2], granularity_of(match[2]))
    except LayoutError as error:
        message = f"{key!r} names no partition that exists"
        raise LayoutError(message) from error
    return EventsKey(match[1], match[2], match[3])


def raw_prefix(hour: datetime) -> str:
    """Give the prefix of the hour (UTC) in which a moment lies, ending in `/`.

    Raises:
        LayoutError: The moment has no time zone.
    """
    text = as_utc(hour).isoformat()
    return f"{RAW_PREFIX}{DT}={text[:10]}/{HOUR}={text[11:13]}/"


def parse_raw_key(key: str) -> RawKey:
    """Take apart a key under `raw/`.

    Raises:
        LayoutError: The key is none of a source backup.
    """
    match = _match_key(_RAW_KEY, key, RAW_FIREHOSE_PREFIX)
    try:
        hour = datetime.fromisoformat(f"{match[1]}T{match[2]}:00:00+00:00")
    except ValueError as error:
        message = f"{key!r} names no hour that exists"
        raise LayoutError(message) from error
    return RawKey(hour, match[3])


def errors_prefix(error_type: str, day: date) -> str:
    """Give the prefix of one error type's day (UTC), ending in `/`.

    Raises:
        LayoutError: The text is no error type of Firehose.
    """
    _require(_ERROR_TYPE_VALUE, error_type, "error type: expected letters, digits, - and _")
    return f"{ERRORS_PREFIX}{ERROR_TYPE}={error_type}/{DT}={day.isoformat()[:10]}/"


def parse_errors_key(key: str) -> ErrorsKey:
    """Take apart a key under `errors/`.

    Raises:
        LayoutError: The key is none of an error object.
    """
    match = _match_key(_ERRORS_KEY, key, ERRORS_FIREHOSE_PREFIX)
    try:
        day = date.fromisoformat(match[2])
    except ValueError as error:
        message = f"{key!r} names no day that exists"
        raise LayoutError(message) from error
    return ErrorsKey(match[1], day, match[3])


def receipt_key(errors_key: str) -> str:
    """Give the key of the receipt of an error object; `errors_key_of_receipt` is the inverse.

    Raises:
        LayoutError: The key is none of an error object.
    """
    parse_errors_key(errors_key)
    return RECEIPTS_PREFIX + errors_key.removeprefix(ERRORS_PREFIX)


def errors_key_of_receipt(receipt: str) -> str:
    """Give the key of the error object that a receipt is about.

    Raises:
        LayoutError: The key is none of a receipt.
    """
    errors_key = ERRORS_PREFIX + receipt.removeprefix(RECEIPTS_PREFIX)
    if not receipt.startswith(RECEIPTS_PREFIX) or _ERRORS_KEY.fullmatch(errors_key) is None:
        message = f"{receipt!r} is no key of a receipt: expected one under {RECEIPTS_PREFIX}"
        raise LayoutError(message)
    parse_errors_key(errors_key)
    return errors_key


def _match_key(pattern: re.Pattern[str], key: str, expected: str) -> re.Match[str]:
    match = pattern.fullmatch(key)
    if match is None:
        message = f"{key!r} is a foreign key: expected {expected}<file name>"
        raise LayoutError(message)
    return match


def _require(pattern: re.Pattern[str], value: str, what: str) -> None:
    if pattern.fullmatch(value) is None:
        message = f"{value!r} is no {what}"
        raise LayoutError(message)
