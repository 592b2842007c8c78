"""What a batch counted: one attempt's numbers, for the metrics and the log."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contract.reasons import Reason
    from transform.diagnosis import Problem

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
        oldest_s: Age of the oldest valid event.
        ages_s: Sum of the valid events' ages.
        aged: How many ages that is the sum of.
    """

    records: int = 0
    received: int = 0
    delivered: Counter[str] = field(default_factory=Counter)
    duplicate: int = 0
    invalid: int = 0
    unregistered: int = 0
    reasons: Counter[Reason] = field(default_factory=Counter)
    samples: list[dict[str, str]] = field(default_factory=list)
    oldest_s: float = 0.0
    ages_s: float = 0.0
    aged: int = 0

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

    def count_age(self, age_s: float) -> None:
        """Counts the age of a valid event, from its creation to now."""
        self.oldest_s = max(self.oldest_s, age_s)
        self.ages_s += age_s
        self.aged += 1

    @property
    def mean_age_s(self) -> float:
        """Mean age of the valid events."""
        return self.ages_s / self.aged if self.aged else 0.0
