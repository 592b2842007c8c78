"""By when everything is gone of what was erased: no I/O, no clock.

An event of before the moment may still be in the stream, or come late: what may hold such an event
counts from the moment at which none can come any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from firelake.aws.expiry import SLACK_DAYS
from firelake.catalog.history_sql import SNAPSHOT_AGE_S
from firelake.contract.facts import CLOCK_SKEW_DAYS, SECONDS_PER_DAY
from firelake.contract.layout import (
    ATHENA_PREFIX,
    ERRORS_PREFIX,
    EVENTS_PREFIX,
    HISTORY_PREFIX,
    RAW_PREFIX,
    RECEIPTS_PREFIX,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from firelake.operations.settings_history import Closing

# History moves once a day.
MOVE_S: Final = SECONDS_PER_DAY
# What the law gives, as a rule: Article 12 (3) GDPR, the shortest of months.
MONTH_DAYS: Final = 28


@dataclass(frozen=True, slots=True)
class Place:
    """Where something may be, and until when.

    Attributes:
        name: Of the place.
        gone_s: When nothing is there any more, Unix time; None if that never comes.
        why: What makes it go, or keeps it.
    """

    name: str
    gone_s: float | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long a lake keeps what.

    Attributes:
        closing: When no event can come any more.
        expire_days: After how many days all objects under a prefix expire; None for never.
        old_version_days: For how many days old versions under a prefix are kept; None for ever.
        has_history: Whether a move takes files out of `events/`.
        grace_s: How long the longest query takes.
    """

    closing: Closing
    expire_days: Callable[[str], int | None]
    old_version_days: Callable[[str], int | None]
    has_history: bool
    grace_s: float


def closes_at_s(closing: Closing, erased_at_s: float) -> float:
    """Returns when no event can come any more that an erasure is about, Unix time.

    Args:
        erased_at_s: The moment of the erasure, Unix time.
    """
    return closing.closes_at_s(erased_at_s + CLOCK_SKEW_DAYS * SECONDS_PER_DAY)


def places(erased_at_s: float, keeping: Keeping) -> tuple[Place, ...]:
    """Returns where something may be of what was erased, and until when.

    Args:
        erased_at_s: The moment of the erasure, Unix time.
    """
    closed_s = closes_at_s(keeping.closing, erased_at_s)
    return (
        _moved(keeping, closed_s),
        _history(keeping, erased_at_s),
        _expired(RAW_PREFIX, "delivery.rawExpireDays", closed_s, keeping),
        _expired(ERRORS_PREFIX, "delivery.errorsExpireDays", closed_s, keeping),
        # What replay noted is removed with the next move after the errors that it is about.
        _expired(RECEIPTS_PREFIX, "delivery.errorsExpireDays", closed_s + MOVE_S, keeping),
        _expired(ATHENA_PREFIX, "catalog.resultsExpireDays", erased_at_s, keeping),
    )


def gone_by_s(found: tuple[Place, ...]) -> float | None:
    """Returns when everything is gone, Unix time; None if that never comes."""
    moments = [each.gone_s for each in found if each.gone_s is not None]
    return max(moments) if len(moments) == len(found) else None


def later_than_a_month(found: tuple[Place, ...], erased_at_s: float) -> list[Place]:
    """Returns the places that keep something for longer than the law gives, as a rule."""
    month_s = erased_at_s + MONTH_DAYS * SECONDS_PER_DAY
    return [each for each in found if each.gone_s is None or each.gone_s > month_s]


def _moved(keeping: Keeping, closed_s: float) -> Place:
    if not keeping.has_history:
        why = "files stay, hidden: set catalog.hasHistory to true, deploy, and move"
        return Place(EVENTS_PREFIX, None, why)
    return _versioned(
        EVENTS_PREFIX,
        closed_s + MOVE_S + 2 * keeping.grace_s,
        "a move leaves the rows out and removes the files",
        keeping,
    )


def _history(keeping: Keeping, erased_at_s: float) -> Place:
    """One move deletes, and another, when the snapshots are old enough, forgets that they were.

    What comes late does not get there, as copies leave it out.
    """
    if not keeping.has_history:
        return Place(HISTORY_PREFIX, erased_at_s, "there is no history")
    return _versioned(
        HISTORY_PREFIX,
        erased_at_s + 2 * MOVE_S + keeping.grace_s + SNAPSHOT_AGE_S,
        "a move deletes the rows, and another one the snapshots that have them",
        keeping,
    )


def _versioned(prefix: str, removed_s: float, why: str, keeping: Keeping) -> Place:
    days = keeping.old_version_days(prefix)
    if days is None:
        return Place(prefix, None, "old versions are kept for ever: delivery.oldVersionsExpireDays")
    told = f"{why}; old versions: delivery.oldVersionsExpireDays, {days} days"
    return Place(prefix, removed_s + (days + SLACK_DAYS) * SECONDS_PER_DAY, told)


def _expired(prefix: str, setting: str, from_s: float, keeping: Keeping) -> Place:
    days, old_days = keeping.expire_days(prefix), keeping.old_version_days(prefix)
    if days is None or old_days is None:
        return Place(prefix, None, f"the bucket keeps it for ever: {setting}")
    gone_s = from_s + (days + old_days + 2 * SLACK_DAYS) * SECONDS_PER_DAY
    return Place(prefix, gone_s, f"{setting}, {days} days")
