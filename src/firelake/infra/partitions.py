"""How many partitions Firehose may have open at once, and how long a lateness fits its quota."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from firelake.contract.facts import CLOCK_SKEW_DAYS
from firelake.contract.layout import Granularity

if TYPE_CHECKING:
    from firelake.contract.events import EventContract

_HOURS_A_DAY: Final = 24
_MONTHS_A_YEAR: Final = 12
_INSTANT: Final = timedelta(microseconds=1)
# Around 2100, which is no leap year, every run of month lengths occurs that there is.
_YEARS: Final = range(2093, 2105)


def partition_types(contract: EventContract) -> int:
    """Count the values of `event_type`: those of the contract and `unregistered`."""
    return len(contract.event_types) + 1


def open_periods(granularity: Granularity, lateness_days: int) -> int:
    """Count the `dt` partitions that events of one moment can belong to, at most.

    They were created from `lateness_days` before their arrival to one day after it. A span of so
    many days touches one day more than it has days, as it begins and ends within one.

    Args:
        lateness_days: How long before its arrival an event may have been created.
    """
    days = lateness_days + CLOCK_SKEW_DAYS
    match granularity:
        case Granularity.HOUR:
            return days * _HOURS_A_DAY + 1
        case Granularity.DAY:
            return days + 1
        case Granularity.MONTH:
            return max(
                _months_touched(year, month, timedelta(days=days))
                for year in _YEARS
                for month in range(1, _MONTHS_A_YEAR + 1)
            )


def longest_fitting_lateness_days(
    granularity: Granularity, types: int, quota: int, below: int
) -> int | None:
    """Find the longest lateness whose partitions fit the quota.

    Args:
        types: Values of `event_type`.
        quota: Partitions that Firehose may have open.
        below: A lateness that does not fit.

    Returns:
        Days, or None if not even one day fits.
    """
    days = range(1, below)
    fitting = bisect_right(days, quota, key=lambda day: types * open_periods(granularity, day))
    return fitting or None


def _months_touched(year: int, month: int, span: timedelta) -> int:
    """Count the months that a span touches which begins with the last instant of a month."""
    next_month = datetime(year + month // _MONTHS_A_YEAR, month % _MONTHS_A_YEAR + 1, 1, tzinfo=UTC)
    end = next_month - _INSTANT + span
    return (end.year - year) * _MONTHS_A_YEAR + end.month - month + 1
