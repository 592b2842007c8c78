"""Moments as Firehose wants them written, `yyyy-MM-dd HH:mm:ss.SSS` in UTC, from epoch time.

Firehose's converter refuses offsets and takes the space form as it stands:
https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion-concepts.html
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

from firelake.contract.types import TIMESTAMP_YEARS

_MS_PER_MINUTE: Final = 60_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

MIN_EPOCH_MS: Final = int(datetime(TIMESTAMP_YEARS.start, 1, 1, tzinfo=UTC).timestamp()) * 1000
MAX_EPOCH_MS: Final = int(datetime(TIMESTAMP_YEARS.stop, 1, 1, tzinfo=UTC).timestamp()) * 1000 - 1


_ISO_8601: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T((?:[01][0-9]|2[0-3]):[0-5][0-9])(?::([0-5][0-9])"
    r"(?:[.,]([0-9]+))?)?(?:Z|([+-])([01][0-9]|2[0-3])(?::?([0-5][0-9]))?)"
)

# Looked up rather than formatted: a moment is written twice for every event.
_SECONDS: Final = tuple(f"{second:02d}." for second in range(60))
_MILLISECONDS: Final = tuple(f"{millisecond:03d}" for millisecond in range(1000))


def epoch_ms(epoch_s: float) -> int:
    """Milliseconds of a Unix time in seconds, cut below the millisecond.

    What counts is the number as it is written: 1700000000.123 means 123 ms, though the nearest
    float lies just below. It is never rounded up, so that the moment is in the partition that
    `firelake.contract.layout.dt_of` gives.

    Args:
        epoch_s: Unix time in seconds, finite.
    """
    nearest_ms = round(epoch_s * 1000)
    return nearest_ms - 1 if nearest_ms / 1000 > epoch_s else nearest_ms


def timestamp_text(moment_ms: int) -> str:
    """The text of a moment.

    Args:
        moment_ms: Unix time in milliseconds, of the years 1678 to 2261.
    """
    rest_ms = moment_ms % _MS_PER_MINUTE
    minute = _minute_text(moment_ms // _MS_PER_MINUTE)
    return f"{minute}{_SECONDS[rest_ms // 1000]}{_MILLISECONDS[rest_ms % 1000]}"


@lru_cache(maxsize=32_768)
def _minute_text(minutes_since_epoch: int) -> str:
    """`yyyy-MM-dd HH:mm:`; the cache holds the minutes of three weeks."""
    moment = _EPOCH + timedelta(minutes=minutes_since_epoch)
    return moment.isoformat(" ", "minutes")[:16] + ":"


def epoch_s_text(epoch_s: float) -> str | None:
    """The text of a Unix time in seconds; None outside of the years 1678 to 2261."""
    if not MIN_EPOCH_MS <= epoch_s * 1000 < MAX_EPOCH_MS + 1:
        return None
    return timestamp_text(epoch_ms(epoch_s))


def iso_8601_text(text: str) -> str | None:
    """The text of a moment written in ISO 8601 with `Z` or an offset, cut below the millisecond.

    Returns:
        None where the text is something else, no moment, or outside of the years 1678 to 2261.
    """
    match = _ISO_8601.fullmatch(text)
    if match is None or not _is_day(match[1]):
        return None
    day, minute, second, fraction, sign, offset_hours, offset_minutes = match.groups("00")
    millisecond = f"{fraction[:3]:0<3}"
    if sign == "00":
        return f"{day} {minute}:{second}.{millisecond}" if int(day[:4]) in TIMESTAMP_YEARS else None
    offset = timedelta(hours=int(offset_hours), minutes=int(offset_minutes))
    local = datetime.fromisoformat(f"{day}T{minute}:{second}+00:00")
    moment = local + offset if sign == "-" else local - offset
    if moment.year not in TIMESTAMP_YEARS:
        return None
    return f"{moment.isoformat(' ', 'seconds')[:19]}.{millisecond}"


@lru_cache(maxsize=4096)
def _is_day(text: str) -> bool:
    """Whether `yyyy-MM-dd` is a day, at most an offset away from what a timestamp column holds."""
    try:
        return TIMESTAMP_YEARS.start - 1 <= date.fromisoformat(text).year <= TIMESTAMP_YEARS.stop
    except ValueError:
        return False
