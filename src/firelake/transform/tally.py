"""What a batch counted: one attempt's numbers, for the metrics and the log."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from statistics import fmean
from typing import TYPE_CHECKING, Final

from firelake.transform.claims import PageCounts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from firelake.contract.reasons import Reason
    from firelake.transform.diagnosis import Problem
    from firelake.transform.events import ValidEvent

MAX_SAMPLES: Final = 20


@dataclass(slots=True)
class Tally:
    """Counts of one batch. Received events are delivered, duplicate or invalid, each once.

    Attributes:
        records: Records of the batch.
        received: Events in them; a record that cannot be taken apart counts as one.
        delivered: Events delivered, by partition type.
        duplicate: Events left out as copies.
        invalid: Events of the records that failed, the valid ones of a packed record too.
        unregistered: Delivered events that the contract does not know.
        reasons: Events that have each reason.
        samples: Coordinate, reason and path of the first problems.
        age_max_s: Age of the oldest valid event, from its creation to now; 0 without one.
        age_mean_s: Mean age of the valid events; 0 without one.
        pages: What the claims of the batch did on pages.
    """

    records: int = 0
    received: int = 0
    delivered: Counter[str] = field(default_factory=Counter)
    duplicate: int = 0
    invalid: int = 0
    unregistered: int = 0
    reasons: Counter[Reason] = field(default_factory=Counter)
    samples: list[dict[str, str]] = field(default_factory=list)
    age_max_s: float = 0.0
    age_mean_s: float = 0.0
    pages: PageCounts = field(default_factory=PageCounts)

    def count_problems(self, coordinate: str, problems: Iterable[Problem]) -> None:
        """Counts the reasons of one record, each once an event, and keeps samples of them.

        Args:
            coordinate: The record's coordinate in the stream.
            problems: Everything that is wrong with its events.
        """
        self.reasons.update(
            reason for _, reason in {(problem.index, problem.reason) for problem in problems}
        )
        for problem in problems:
            if len(self.samples) == MAX_SAMPLES:
                return
            self.samples.append(
                {
                    "position": f"{coordinate}#{problem.index}",
                    "reason": problem.reason.value,
                    "path": problem.path,
                }
            )

    def count_delivered(self, events: Sequence[ValidEvent], event_type: str) -> None:
        """Counts the delivered events of one record, which share one partition by type."""
        self.delivered[event_type] += len(events)
        for event in events:
            if not event.is_registered:
                self.unregistered += 1

    def count_ages(self, created_at_s: Sequence[float], now_s: float) -> None:
        """Counts how old the valid events are.

        Args:
            created_at_s: Unix times of their creation.
            now_s: Unix time in seconds.
        """
        if created_at_s:
            self.age_max_s = now_s - min(created_at_s)
            self.age_mean_s = now_s - fmean(created_at_s)
