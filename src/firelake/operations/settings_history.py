"""What the settings of a stack were until when, and what may still be on its way by them. No I/O.

A setting that was narrowed counts for backfill and replay only once nothing can come any more that
the wider one let pass. `tests/model` and `tests/simulation` search these rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from firelake.contract.facts import SECONDS_PER_DAY
from firelake.contract.in_force import OVER_AFTER_S, ended_ms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.contract.in_force import Period, Windows

_HOUR_S: Final = 3_600
# One for the retries of the function, and one for those of S3, which Firehose ends after 24 hours:
# https://docs.aws.amazon.com/firehose/latest/dev/retry.html
DELIVERY_DAYS: Final = 2
_NOTHING: Final[Mapping[Windows, Period]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Earlier:
    """What earlier settings let pass.

    Attributes:
        span_s: Seconds from the creation of an event until nothing of it can come by them.
        over_s: When nothing at all can come by them any more, Unix time.
    """

    span_s: float
    over_s: float


@dataclass(frozen=True, slots=True)
class Closing:
    """When no copy of an event can come by the stream any more.

    Attributes:
        span_s: Seconds from the creation of an event until it is closed.
        earlier: What settings of before let pass.
    """

    span_s: float
    earlier: tuple[Earlier, ...] = ()

    @classmethod
    def of(
        cls,
        *,
        lateness_days: int,
        retention_hours: int,
        periods: Mapping[Windows, Period] = _NOTHING,
    ) -> Closing:
        """Returns the closing of a stack: it may come late, wait in the stream, and be on its way.

        An event that waited by the retention of before may be judged by the lateness of today, and
        the other way round, as long as both may have been in force.

        Args:
            lateness_days: How long after its creation an event is accepted.
            retention_hours: How long the stream keeps a record.
            periods: When each of the settings that the function ran with was in force.
        """
        over_s = {each: _over_s(periods, each) for each in periods}
        late = [(each.lateness_days, over_s[each]) for each in periods]
        kept = [(each.retention_hours, over_s[each]) for each in periods]
        spans = {
            (_span_s(days, hours), min(late_over_s, kept_over_s))
            for days, late_over_s in (*late, (lateness_days, inf))
            for hours, kept_over_s in (*kept, (retention_hours, inf))
        }
        earlier = (Earlier(*each) for each in sorted(spans))
        return cls(_span_s(lateness_days, retention_hours), tuple(earlier))

    def closes_at_s(self, created_at_s: float) -> float:
        """Returns the moment after which an event is closed, Unix time.

        Args:
            created_at_s: Creation of the event, Unix time.
        """
        before = (min(created_at_s + each.span_s, each.over_s) for each in self.earlier)
        return max((created_at_s + self.span_s, *before))

    def is_closed(self, created_at_s: float, now_s: float) -> bool:
        """Returns whether an event may be brought in, and its absence from the lake is for good.

        Args:
            created_at_s: Creation of the event, Unix time.
            now_s: A moment before the lake is asked, Unix time.
        """
        return now_s > self.closes_at_s(created_at_s)

    def closed_before_s(self, now_s: float) -> float:
        """Returns the creation before which events are closed, Unix time.

        Args:
            now_s: As of `is_closed`.
        """
        before = (each.span_s for each in self.earlier if now_s <= each.over_s)
        return now_s - max((self.span_s, *before))


@dataclass(frozen=True, slots=True)
class Settling:
    """How long after its claim an event must be in the lake, by the settings in force then.

    Attributes:
        settle_ms: By those of today.
        earlier: By those of before, each with the moment until which claims were made by it at the
            latest, Unix time in milliseconds.
    """

    settle_ms: int
    earlier: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, *, settle_s: int, periods: Mapping[Windows, Period] = _NOTHING) -> Settling:
        """Returns that of a stack.

        Args:
            settle_s: That of today, in seconds.
            periods: When each of the settings that the function ran with was in force.
        """
        earlier = (
            (1000 * each.settle_s, period.last_ms + 1000 * OVER_AFTER_S)
            for each, period in sorted(periods.items())
        )
        return cls(1000 * settle_s, tuple(earlier))

    def for_claim(self, claimed_at_ms: int) -> int:
        """Returns it in milliseconds for a claim of that age (Unix time in milliseconds)."""
        before = (settle_ms for settle_ms, until_ms in self.earlier if claimed_at_ms <= until_ms)
        return max((self.settle_ms, *before))


def _span_s(lateness_days: int, retention_hours: int) -> float:
    return (lateness_days + DELIVERY_DAYS) * SECONDS_PER_DAY + retention_hours * _HOUR_S


def _over_s(periods: Mapping[Windows, Period], windows: Windows) -> float:
    """When nothing that settings let pass can come any more, Unix time."""
    ended = ended_ms(periods, windows)
    return inf if ended is None else ended / 1000 + DELIVERY_DAYS * SECONDS_PER_DAY
