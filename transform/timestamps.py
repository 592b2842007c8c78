"""Moments as Firehose wants them written, `yyyy-MM-dd HH:mm:ss.SSS` in UTC, from epoch time.

Firehose's converter refuses offsets and takes the space form as it stands:
https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion-concepts.html
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

_MS_PER_MINUTE: Final = 60_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

# The years that a timestamp of 64-bit nanoseconds holds whole.
MIN_EPOCH_MS: Final = int(datetime(1678, 1, 1, tzinfo=UTC).timestamp()) * 1000
MAX_EPOCH_MS: Final = int(datetime(2262, 1, 1, tzinfo=UTC).timestamp()) * 1000 - 1

# Looked up rather than formatted: a moment is written twice for every event.
_SECONDS: Final = tuple(f"{second:02d}." for second in range(60))
_MILLISECONDS: Final = tuple(f"{millisecond:03d}" for millisecond in range(1000))


def epoch_ms(epoch_s: float) -> int:
    """Milliseconds of a Unix time in seconds, cut below the millisecond.

    A float of today's seconds is exact to a quarter of a microsecond, so it is rounded to
    microseconds first: 1700000000.123 means 123 ms, though the float lies just below.

    Args:
        epoch_s: Unix time in seconds, finite.
    """
    return round(epoch_s * 1_000_000) // 1000


def timestamp_text(moment_ms: int) -> str:
    """The text of a moment within the years 1678 to 2261.

    Args:
        moment_ms: Unix time in milliseconds.
    """
    rest_ms = moment_ms % _MS_PER_MINUTE
    minute = _minute_text(moment_ms // _MS_PER_MINUTE)
    return f"{minute}{_SECONDS[rest_ms // 1000]}{_MILLISECONDS[rest_ms % 1000]}"


@lru_cache(maxsize=32_768)
def _minute_text(minutes_since_epoch: int) -> str:
    """`yyyy-MM-dd HH:mm:`; the cache holds the minutes of three weeks."""
    moment = _EPOCH + timedelta(minutes=minutes_since_epoch)
    return moment.isoformat(" ", "minutes")[:16] + ":"
